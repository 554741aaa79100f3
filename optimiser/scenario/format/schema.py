"""The scenario format, version 1: what a merged scenario holds once its short forms are expanded.

The field descriptions here are the only place where keys are documented: the JSON Schema and the
reference page are generated from them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from optimiser.scenario.format.fields import (
    ONE,
    ZERO,
    Bound,
    Cell,
    Comparison,
    Flag,
    Gate,
    Name,
    Section,
    Sense,
    Version,
)
from optimiser.scenario.format.fitted_models import FittedModel
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.options import Ranking, SolverOptions
from optimiser.scenario.format.phases import WHOLE, Phase, Requirement
from optimiser.scenario.format.table_files import TableFile
from optimiser.scenario.format.technologies import (
    Effect,
    Group,
    Level,
    Scale,
    Synergy,
    Technology,
)
from optimiser.scenario.format.values import Values

__all__ = [
    "Constraint",
    "Effect",
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
]


class Parameter(Section):
    """A constant that expressions use by name."""

    value: Formula = Field(
        description="Its value: a number, or an expression over other parameters. What runs use, "
        "unless "
        "`--at` says otherwise."
    )
    low: Formula | None = Field(
        default=None,
        description=(
            "An uncertain parameter: the smallest value that is reckoned with; for normal the 5 % "
            "quantile. `--at low` uses it."
        ),
    )
    high: Formula | None = Field(
        default=None,
        description=(
            "An uncertain parameter: the largest value that is reckoned with; for normal the 95 % "
            "quantile. `--at high` uses it."
        ),
    )
    distribution: Literal["triangular", "uniform", "normal"] | None = Field(
        default=None,
        description=(
            "How likely the values between are: triangular (also meant without it; the likeliest "
            "is `value`), uniform, or normal "
            "(`value` is the mean; 90 % of the values lie between low and high, which are equally "
            "far from it)."
        ),
    )
    title: str = Field(default="", description="What it is, for people.")
    unit: str = Field(default="", description="Its unit.")


class Variable(Section):
    """A decision that is a number."""

    type: Literal["real", "integer", "binary"] | None = Field(
        default=None,
        description="real (any number between min and max, also meant without `type`), integer or "
        "binary "
        "(0 or 1).",
    )
    min: Bound | None = Field(
        default=None,
        description="The smallest allowed value, inclusive; `-.inf` for none in a linear model.",
    )
    max: Bound | None = Field(
        default=None,
        description="The largest allowed value, inclusive; `.inf` for none in a linear model.",
    )
    values: tuple[Formula, ...] | None = Field(
        default=None, description="The allowed values, in place of type, min and max."
    )
    title: str = Field(default="", description="What it is, for people.")
    unit: str = Field(default="", description="Its unit.")


class Indicator(Section):
    """Something that is measured: a baseline changed by effects, or derived from others by an
    expression.
    """

    baseline: Formula = Field(default=ZERO, description="The value when nothing is adopted.")
    unit: str = Field(default="", description="Its unit.")
    title: str = Field(default="", description="What it is, for people.")
    combine: Literal["add", "compound"] = Field(
        default="add",
        description=(
            "add: baseline + sum of effects, a percentage being one of the baseline. "
            "compound: baseline x product of (1 + effect), percentages only."
        ),
    )
    timing: Literal["ongoing", "one_off"] = Field(
        default="ongoing",
        description="With phases: a value in every phase, or paid once. Without phases it does "
        "not matter.",
    )
    aggregate: Literal["mean", "total", "final"] = Field(
        default="mean",
        description="With phases: how the values of an ongoing indicator become one. Without "
        "phases "
        "it "
        "does not matter.",
    )
    discount: Flag = Field(
        default=True,
        description="With phases and a discount rate: whether spending is discounted. Without "
        "phases "
        "it "
        "does not matter.",
    )
    expr: Formula | None = Field(
        default=None,
        description="A derived indicator: an expression over parameters, variables, technologies "
        "and "
        "other indicators.",
    )


class Objective(Section):
    """What is maximised or minimised: an indicator by its name, or an expression of its own."""

    sense: Sense = Field(description="maximise or minimise (also maximize, max, minimize, min).")
    weight: Formula = Field(
        default=ONE,
        description="Its weight in the ranking, 0 or more; weights are normalised to sum 1 and "
        "never "
        "change the front.",
    )
    target: Formula | None = Field(
        default=None, description="A value that would be good, shown beside the results."
    )
    expr: Formula | None = Field(
        default=None, description="An expression, for an objective that is not an indicator."
    )
    unit: str = Field(default="", description="Its unit.")
    title: str = Field(default="", description="What it is, for people.")


class Constraint(Section):
    """A comparison that every plan satisfies."""

    expr: Comparison = Field(
        description="A comparison with <=, >= or ==, also as a chain that points one way: 5 <= x "
        "<= 20."
    )
    why: str = Field(default="", description="The reason, shown where the constraint matters.")
    title: str = Field(default="", description="What it is, for people.")


class ReferencePlan(Section):
    """A plan to compare the front with."""

    title: str = Field(default="", description="What it is, for people.")
    adopt: dict[str, Cell] = Field(
        default_factory=dict,
        description=(
            "Technologies with the cells of front.csv: 1, a level, an amount, or 0; with phases "
            "also `1@2027` (without `@` the "
            "technology starts as early as it can). Omitted ones are not adopted."
        ),
    )
    set: dict[str, Formula] = Field(
        default_factory=dict,
        description="Values of variables. Omitted ones take their allowed value nearest 0.",
    )


class Scenario(Section):
    """A planning problem: decisions, what they change, and what is wanted."""

    optimise: Version = Field(description="The format version: 1.")
    name: Name = Field(description="A short name: letters of any language, digits, - and _.")
    title: str = Field(default="", description="A title for tables and reports.")
    description: str = Field(default="", description="What is planned.")
    source: str = Field(default="", description="Where the numbers come from.")
    illustrative: Flag = Field(
        default=False,
        description="true: the numbers are invented, and every table and report says so.",
    )
    parameters: dict[str, Parameter] = Field(
        default_factory=dict,
        description="Constants that expressions use by name. Short form: the number alone.",
    )
    variables: dict[str, Variable] = Field(
        default_factory=dict, description="Decisions that are numbers."
    )
    indicators: dict[str, Indicator] = Field(default_factory=dict, description="What is measured.")
    technologies: dict[str, Technology] = Field(
        default_factory=dict, description="What may be adopted."
    )
    catalogue: TableFile | None = Field(
        default=None,
        description=(
            "More technologies as a table, `.csv` or `.xlsx`. Short form: the file alone. "
            "One a row: `id`, optional `title`, `layer`, `requires`, `excludes` (`;` between "
            "names); every other column is an indicator, `cost` or `cost [M CNY]`, with the row's "
            "effect on it: `1.8`, `+4%`, empty for none."
        ),
    )
    synergies: dict[str, Synergy] = Field(
        default_factory=dict, description="Effects of technologies that are adopted together."
    )
    groups: dict[str, Group] = Field(
        default_factory=dict, description="Rules on how many technologies are adopted."
    )
    objectives: dict[str, Objective] = Field(
        description="What is maximised or minimised; at least one. Short form: the sense alone."
    )
    constraints: dict[str, Constraint] = Field(
        default_factory=dict,
        description="What every plan satisfies. Short form: the comparison alone.",
    )
    phases: tuple[Phase, ...] = Field(
        default=(),
        description="The phases of the horizon, in order: each technology starts in one of them, "
        "or never.",
    )
    carry_over: Flag = Field(
        default=False,
        description="With phases: whether what a phase leaves of its limits may be spent in "
        "later ones.",
    )
    discount_rate: Formula = Field(
        default=ZERO,
        description="With phases: the yearly rate r; spending counts (1 + r)^-(years before "
        "its phase).",
    )
    models: dict[str, FittedModel] = Field(
        default_factory=dict,
        description="Functions of features, fitted to data or given by points: "
        "`NAME(feature=...)`.",
    )
    plans: dict[str, ReferencePlan] = Field(
        default_factory=dict, description="Reference plans, shown beside the front."
    )
    ranking: Ranking = Field(default=Ranking(), description="How plans are ordered.")
    solver: SolverOptions = Field(
        default=SolverOptions(), description="How the front is searched for."
    )
    gates: tuple[Gate, ...] = Field(
        default=(), description="What `compare` fails on: METRIC:THRESHOLD."
    )

    _values: Values | None = PrivateAttr(None)
    _sources: dict[str, str] = PrivateAttr(default_factory=dict)
    _at: str = PrivateAttr("")
    _overrides: tuple[str, ...] = PrivateAttr(())

    @property
    def at(self) -> str:
        """What the values of the parameters were put at by ``--at``: low, high or a file; empty for
        the scenario's own.
        """
        return self._at

    @property
    def overrides(self) -> tuple[str, ...]:
        """What ``--set`` changed when it was read, as it was typed, in order."""
        return self._overrides

    def changed_by(self, overrides: Sequence[str], at: str, /) -> Scenario:
        """The same scenario, known to be changed by these overrides and put at these values."""
        copied = self.model_copy()
        copied._overrides, copied._at = tuple(overrides), at
        return copied

    @cached_property
    def horizon(self) -> tuple[Phase, ...]:
        """The phases; one without a name where none is written."""
        return self.phases or (WHOLE,)

    def number(self, formula: Formula, /) -> Fraction:
        """The exact value of a formula over parameters; the nearest float where it is irrational.

        Raises:
            ScenarioError: it uses something else than parameters, or has no finite value.
        """
        if self._values is None:
            self._values = Values({name: p.value for name, p in self.parameters.items()})
        return self._values(formula)

    @property
    def sources(self) -> Mapping[str, str]:
        """The SHA-256 of each data file that went into it, by its path from the scenario's
        folder.
        """
        return MappingProxyType(self._sources)

    def traced(self, sources: Mapping[str, str], /) -> Scenario:
        """The same scenario, known to rest on these data files."""
        copied = self.model_copy()
        copied._sources = dict(sorted(sources.items()))
        return copied

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
        order of the columns.
        """
        text = json.dumps(self._content(), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.scenario_hash == other.scenario_hash

    def __hash__(self) -> int:
        return hash(self.scenario_hash)
