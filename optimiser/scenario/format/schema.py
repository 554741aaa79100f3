"""The scenario format, version 1: what a merged scenario holds once its short forms are expanded.
Keys are documented in the field descriptions here alone: the JSON Schema and the reference page
are generated from them.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from optimiser.errors import ScenarioError
from optimiser.language import marked, tr
from optimiser.scenario.format.by_phase import in_phase
from optimiser.scenario.format.fields import (
    ZERO,
    Bound,
    Cell,
    Flag,
    Gate,
    Line,
    Name,
    Prose,
    Section,
    Version,
)
from optimiser.scenario.format.fitted_models import FittedModel
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.measured import Constraint, Figure, Indicator, Objective
from optimiser.scenario.format.options import Ranking, SolverOptions
from optimiser.scenario.format.parameters import HALF_YEAR, Parameter, constants_of
from optimiser.scenario.format.phases import WHOLE, Phase, Requirement
from optimiser.scenario.format.robust import Robust
from optimiser.scenario.format.table_files import TableFile
from optimiser.scenario.format.technologies import (
    Effect,
    Group,
    Level,
    Scale,
    Synergy,
    Technology,
)
from optimiser.scenario.format.values import Values, phase_key

__all__ = [
    "HALF_YEAR",
    "Constraint",
    "Effect",
    "Figure",
    "Formula",
    "Group",
    "Indicator",
    "Level",
    "Objective",
    "Parameter",
    "Phase",
    "Ranking",
    "ReferencePlan",
    "Requirement",
    "Scale",
    "Scenario",
    "SolverOptions",
    "Synergy",
    "Technology",
    "Variable",
    "keys_of",
]


class Variable(Section):
    """A decision that is a number."""

    type: Literal["real", "integer", "binary"] | None = Field(
        default=None,
        description=marked(
            "real (any number between min and max, also meant without `type`), integer or binary "
            "(0 or 1)."
        ),
    )
    min: Bound | None = Field(
        default=None,
        description=marked(
            "The smallest allowed value, inclusive; `-.inf` for none in a linear model."
        ),
    )
    max: Bound | None = Field(
        default=None,
        description=marked(
            "The largest allowed value, inclusive; `.inf` for none in a linear model."
        ),
    )
    values: tuple[Formula, ...] | None = Field(
        default=None, description=marked("The allowed values, in place of type, min and max.")
    )
    title: Line = Field(default="", description=marked("What it is, for people."))
    unit: Line = Field(default="", description=marked("Its unit."))


class ReferencePlan(Section):
    """A plan to compare the front with."""

    title: Line = Field(default="", description=marked("What it is, for people."))
    adopt: dict[str, Cell] = Field(
        default_factory=dict,
        description=marked(
            "Technologies with the cells of front.csv: 1, a level, an amount, or 0; with phases "
            "also `1@2027` (without `@` the "
            "technology starts as early as it can). Omitted ones are not adopted."
        ),
    )
    set: dict[str, Formula] = Field(
        default_factory=dict,
        description=marked("Values of variables. Omitted ones take their allowed value nearest 0."),
    )


def keys_of(scenario: "Scenario", parameter: str, /) -> list[str]:
    """The constants that a parameter is: itself, or one a phase."""
    if parameter not in scenario.by_phase:
        return [parameter]
    return [phase_key(parameter, phase.name) for phase in scenario.phases]


class Scenario(Section):
    """A planning problem: decisions, what they change, and what is wanted."""

    optimise: Version = Field(description=marked("The format version: 1."))
    name: Name = Field(
        description=marked("A short name: letters of any language, digits, - and _.")
    )
    title: Line = Field(default="", description=marked("A title for tables and reports."))
    description: Prose = Field(default="", description=marked("What is planned."))
    source: Prose = Field(default="", description=marked("Where the numbers come from."))
    illustrative: Flag = Field(
        default=False,
        description=marked("true: the numbers are invented, and every table and report says so."),
    )
    parameters: dict[str, Parameter] = Field(
        default_factory=dict,
        description=marked("Constants that expressions use by name. Short form: the number alone."),
    )
    variables: dict[str, Variable] = Field(
        default_factory=dict, description=marked("Decisions that are numbers.")
    )
    indicators: dict[str, Indicator] = Field(
        default_factory=dict, description=marked("What is measured.")
    )
    technologies: dict[str, Technology] = Field(
        default_factory=dict, description=marked("What may be adopted.")
    )
    catalogue: TableFile | None = Field(
        default=None,
        description=marked(
            "More technologies as a table, `.csv` or `.xlsx`. Short form: the file alone. "
            "One a row: `id`, optional `title`, `layer`, `requires`, `excludes` (`;` between "
            "names), `lifetime`, `delay`; every other column is an indicator, `cost` or "
            "`cost [M CNY]`, with the row's effect on it: `1.8`, `+4%`, empty for none."
        ),
    )
    synergies: dict[str, Synergy] = Field(
        default_factory=dict,
        description=marked("Effects of technologies that are adopted together."),
    )
    groups: dict[str, Group] = Field(
        default_factory=dict, description=marked("Rules on how many technologies are adopted.")
    )
    objectives: dict[str, Objective] = Field(
        description=marked(
            "What is maximised or minimised; at least one. Short form: the sense alone."
        )
    )
    constraints: dict[str, Constraint] = Field(
        default_factory=dict,
        description=marked("What every plan satisfies. Short form: the comparison alone."),
    )
    phases: tuple[Phase, ...] = Field(
        default=(),
        description=marked(
            "The phases of the horizon, in order: each technology starts in one of them, or never."
        ),
    )
    carry_over: Flag = Field(
        default=False,
        description=marked(
            "With phases: whether what a phase leaves of its limits may be spent in later ones."
        ),
    )
    discount_rate: Formula = Field(
        default=ZERO,
        description=marked(
            "With phases: the yearly rate r; spending counts (1 + r)^-(years before its phase)."
        ),
    )
    discount_timing: Literal["end", "middle", "start"] = Field(
        default="end",
        description=marked("When in its year a value of `aggregate: present` counts as paid."),
    )
    residual_value: Literal["linear"] | None = Field(
        default=None,
        description=marked(
            "linear: what is not worn out at the end of the horizon is credited to one_off "
            "indicators, cost x unused share / (1 + r)^(years in all), never to limits."
        ),
    )
    years: Formula | None = Field(
        default=None,
        description=marked(
            "Without phases: how long the horizon is, for present values and lifetimes."
        ),
    )
    figures: dict[str, Figure] = Field(
        default_factory=dict,
        description=marked(
            "Numbers that are reported with each plan and never optimised. Short form: the "
            "expression alone."
        ),
    )
    models: dict[str, FittedModel] = Field(
        default_factory=dict,
        description=marked(
            "Functions of features, fitted to data or given by points: `NAME(feature=...)`."
        ),
    )
    plans: dict[str, ReferencePlan] = Field(
        default_factory=dict, description=marked("Reference plans, shown beside the front.")
    )
    ranking: Ranking = Field(default=Ranking(), description=marked("How plans are ordered."))
    solver: SolverOptions = Field(
        default=SolverOptions(), description=marked("How the front is searched for.")
    )
    gates: tuple[Gate, ...] = Field(
        default=(), description=marked("What `compare` fails on: METRIC:THRESHOLD.")
    )

    _sources: dict[str, str] = PrivateAttr(default_factory=dict)
    _files: tuple[Path, ...] = PrivateAttr(())
    _file: str = PrivateAttr("")
    _at: str = PrivateAttr("")
    _overrides: tuple[str, ...] = PrivateAttr(())
    _robust: Robust | None = PrivateAttr(None)

    @property
    def at(self) -> str:
        """What ``--at`` put the parameters at: low, high or a file; empty for their own values."""
        return self._at

    @cached_property
    def changes(self) -> tuple[tuple[str, ...], str]:
        """What ``--set`` changed when it was read, as it was typed, in order; and ``at``."""
        return self._overrides, self._at

    @cached_property
    def robust(self) -> Robust | None:
        """In which sense its plans are good over its uncertain parameters; None at their values."""
        return self._robust

    def made_robust(self, robust: Robust | None, /) -> "Scenario":
        """The scenario whose plans are good in this sense: another one, with a hash of its own."""
        copied = self.model_copy()
        copied._robust = robust
        for known in ("robust", "scenario_hash"):
            copied.__dict__.pop(known, None)
        return copied

    def changed_by(self, overrides: Sequence[str], at: str, /) -> "Scenario":
        """The same scenario, known to be changed by these overrides and put at these values."""
        copied = self.model_copy()
        copied._overrides, copied._at = tuple(overrides), at
        copied.__dict__.pop("changes", None)
        return copied

    @cached_property
    def horizon(self) -> tuple[Phase, ...]:
        """The phases; one without a name where none is written."""
        if self.phases or self.years is None:
            return self.phases or (WHOLE,)
        return (WHOLE.model_copy(update={"years": self.years}),)

    @cached_property
    def by_phase(self) -> frozenset[str]:
        """The parameters that have a value of their own in each phase."""
        return frozenset(n for n, p in self.parameters.items() if p.by_phase is not None)

    @cached_property
    def constants(self) -> Mapping[str, Parameter]:
        """Every single number that is a parameter: plain ones by their names, the others once a
        phase, as ``name["2027"]``.
        """
        return MappingProxyType(constants_of(self.parameters, self.phases, self._half_year()))

    def _half_year(self) -> Formula | None:
        """The growth of half a year, where the rate depends on parameters."""
        if self.discount_timing != "middle" or self.discount_rate.literal is not None:
            return None
        return Formula.of(f"sqrt(1 + ({self.discount_rate.text}))")

    @property
    def values_written(self) -> dict[str, Formula]:
        """The formula of each of the constants."""
        return {n: p.value for n, p in self.constants.items() if p.value is not None}

    def constraint_phases(self, name: str, /) -> list[int | None]:
        """The phases in which a constraint holds; None for its aggregated values."""
        written = self.constraints[name].phases
        if written is None:
            return [None]
        names = [phase.name for phase in self.phases]
        return (
            list(range(len(names))) if written == ("each",) else [names.index(n) for n in written]
        )

    def acting(self, formula: Formula, phase: int, /) -> Formula:
        """A formula as it stands in one phase: parameters by phase named by it."""
        if not self.by_phase:
            return formula
        return in_phase(formula, self.horizon[phase].name, self.by_phase)

    def number(self, formula: Formula | None, /) -> Fraction:
        """The exact value of a formula over parameters; the nearest float where it is irrational.

        Raises:
            ScenarioError: there is none, it uses something else than parameters, or has no finite
                value.
        """
        if formula is None:
            raise ScenarioError(tr("there is no one value"), help=tr("name the phase"))
        return self.values(formula)

    @cached_property
    def values(self) -> Values:
        """The exact values of its parameters, and of formulas over them."""
        return Values(self.values_written)

    @property
    def sources(self) -> Mapping[str, str]:
        """The SHA-256 of each data file that went into it, by its path from its folder."""
        return MappingProxyType(self._sources)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that it was read from, its own first; none where it comes from a result."""
        return self._files

    @property
    def file(self) -> str:
        """Its own file, from the folder where it was read, or its name in the library; empty where
        that is not known.
        """
        return self._file

    def traced(
        self, sources: Mapping[str, str], /, *, files: Sequence[Path] = (), file: str = ""
    ) -> "Scenario":
        """The same scenario, known to rest on these data files, and to be read from these files."""
        copied = self.model_copy()
        copied._sources = dict(sorted(sources.items()))
        copied._files, copied._file = tuple(files), file
        vars(copied)["checked"] = True
        return copied

    @cached_property
    def checked(self) -> bool:
        """Whether it was read as a whole; one that is made in Python is what is written."""
        return False

    def resolved(self) -> dict[str, Any]:
        """The scenario as JSON-able data, numbers of the model as texts as written;
        ``from_resolved`` reads it back.

        What data files held is part of it, their hashes are under ``sources``.
        """
        return {**self._content(), **({"sources": dict(self._sources)} if self._sources else {})}

    def _content(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def scenario_hash(self) -> str:
        """SHA-256 over the compact JSON of ``resolved()`` without ``sources``, whose order is the
        order of the columns, and of what robust means in it.
        """
        content = self._content()
        if self._robust is not None:
            content["robust"] = self._robust.identity()
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.scenario_hash == other.scenario_hash

    def __hash__(self) -> int:
        return hash(self.scenario_hash)
