"""Decisions as a planner writes them in cells, and the columns that solvers see.

A variable is one column. A yes/no technology is one binary; one with levels a binary a level; one
with scale a binary and an amount that is 0 exactly where the binary is.

With phases each of these binaries is a chain of them, one for each phase in which the technology or
level can start: 1 where it has started by then. Such cumulative columns keep prerequisites between
phases totally unimodular, and fixing one decides for all phases before it or for all after it.

References:
    T. B. Johnson, Optimum open pit mine production scheduling, University of California, 1968.
    D. Bienstock, M. Zuckerberg, Solving LP relaxations of large-scale precedence constrained
        problems, IPCO 2010.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.engine.problem import Domain, Steps
from optimiser.errors import ScenarioError
from optimiser.frozen import light
from optimiser.language import listed, retold, tr
from optimiser.scenario.format.phases import Timing
from optimiser.scenario.format.rules import timings

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Formula, Technology, Variable

__all__ = [
    "Decision",
    "Encoding",
    "Mode",
    "decisions_of",
    "domains_of",
    "nearest_zero",
    "number_cell",
    "refuse_infinite",
]

Number = Callable[["Formula"], Fraction]


@light(frozen=True)
class Mode:
    """One way to adopt a technology: a level, or the technology itself where it has none.

    Attributes:
        name: ``technology`` or ``technology.level``.
        columns: a binary for each phase in which it can start, 1 where it has started by then.
        phases: those phases, by name.
        when: when it can start, and how its effects come.
    """

    name: str
    columns: tuple[str, ...]
    phases: tuple[str, ...]
    when: Timing

    def started(self, phase: int, /) -> str:
        """The column that says whether it has started by a phase; empty where it cannot have."""
        place = min(phase - self.when.earliest, len(self.columns) - 1)
        return self.columns[place] if place >= 0 else ""


@light(frozen=True)
class Decision:
    """One heading of ``front.csv`` and the consecutive columns behind it.

    Attributes:
        name: the heading.
        kind: what is decided.
        columns: the columns.
        levels: the levels to choose from.
        modes: the levels, or the technology itself.
    """

    name: str
    kind: Literal["variable", "yes_no", "levels", "scale"]
    columns: tuple[str, ...]
    levels: tuple[str, ...] = ()
    modes: tuple[Mode, ...] = ()

    @cached_property
    def chains(self) -> tuple[tuple[str, ...], ...]:
        """For each level (or for the technology) its binaries, each at least as large as those
        before it.
        """
        return tuple(mode.columns for mode in self.modes)

    @cached_property
    def adoption(self) -> tuple[str, ...]:
        """The columns whose sum is 1 where the technology is adopted."""
        return tuple(chain[-1] for chain in self.chains)

    def cell(self, values: Sequence[float], /) -> str:
        """The cell for the values of the columns."""
        if self.kind == "variable":
            return number_cell(values[0])
        first = 0
        for place, chain in enumerate(self.chains):
            begun = next((i for i in range(len(chain)) if values[first + i] > 0.5), None)
            first += len(chain)
            if begun is not None:
                mode = (
                    self.levels[place]
                    if self.levels
                    else number_cell(values[-1])
                    if self.kind == "scale"
                    else "1"
                )
                return _timed(mode, self.modes[place].phases[begun])
        return "0"

    def values(self, cell: str, /) -> tuple[float, ...]:
        """The values of the columns for a cell; one that names no phase starts in the first that is
        possible.

        Raises:
            ScenarioError: the cell does not fit the decision.
        """
        if self.kind == "variable":
            return (self._number(cell),)
        mode, separator, phase = cell.partition("@")
        if separator and not any(self.modes[0].phases):
            raise ScenarioError(
                tr(
                    "'{cell}' of '{name}' names a phase, and there are none",
                    cell=cell,
                    name=self.name,
                ),
                help=tr("write {value}", value=mode),
            )
        amount = 0.0
        if self.kind == "levels":
            if mode != "0" and mode not in self.levels:
                raise ScenarioError(
                    tr("'{level}' is no level of '{name}'", level=mode, name=self.name),
                    help=tr("levels: {levels}", levels=listed(["0", *self.levels])),
                )
            chosen = -1 if mode == "0" else self.levels.index(mode)
        else:
            amount = self._number(mode)
            if self.kind == "yes_no" and amount not in (0.0, 1.0):
                raise ScenarioError(
                    tr("'{cell}' for the yes/no technology '{name}'", cell=mode, name=self.name),
                    help=tr("write 0 or 1"),
                )
            chosen = 0 if amount > 0 else -1
        found: list[float] = []
        for place, chain in enumerate(self.chains):
            begun = self._start(place, phase) if place == chosen else len(chain)
            found += [float(i >= begun) for i in range(len(chain))]
        return (*found, amount) if self.kind == "scale" else tuple(found)

    def _number(self, text: str) -> float:
        try:
            return float(Decimal(text))
        except (ArithmeticError, ValueError):  # the latter of a signalling NaN
            raise ScenarioError(
                tr("'{text}' is not a number, as '{name}' needs", text=text, name=self.name),
                help=tr("write a number"),
            ) from None

    def _start(self, place: int, phase: str) -> int:
        if not phase:
            return 0
        phases = self.modes[place].phases
        if phase not in phases:
            raise ScenarioError(
                tr("'{name}' cannot start in '{phase}'", name=self.name, phase=phase),
                help=tr("it starts in: {phases}", phases=listed(phases)),
            )
        return phases.index(phase)


def decisions_of(scenario: Scenario, /) -> tuple[Decision, ...]:
    """Every decision of a scenario: variables, then technologies, in the order of the file."""
    names = tuple(phase.name for phase in scenario.horizon)
    when = timings(scenario, {name: place for place, name in enumerate(names)})
    found = [Decision(name, "variable", (name,)) for name in scenario.variables]
    for name, technology in scenario.technologies.items():
        levels = tuple(technology.levels)
        kind: Literal["levels", "scale", "yes_no"] = (
            "levels" if levels else "yes_no" if technology.scale is None else "scale"
        )
        modes = tuple(
            _mode(mode, when[mode], names)
            for mode in [f"{name}.{level}" for level in levels] or [name]
        )
        columns = tuple(column for mode in modes for column in mode.columns)
        if kind == "scale":
            columns = (*columns, f"{name}.scale")
        found.append(Decision(name, kind, columns, levels, modes))
    return tuple(found)


def _mode(name: str, when: Timing, phases: tuple[str, ...]) -> Mode:
    names = phases[when.earliest : when.latest + 1]
    return Mode(name, tuple(_timed(name, phase) for phase in names), names, when)


def _timed(mode: str, phase: str) -> str:
    """A mode in a phase, as cells and columns name it; the phase of a scenario without phases has
    no name.
    """
    return f"{mode}@{phase}" if phase else mode


def domains_of(
    scenario: Scenario, decisions: Sequence[Decision], number: Number, /
) -> tuple[Domain, ...]:
    """The domain of every column, in column order."""
    domains: list[Domain] = []
    for decision in decisions:
        if decision.kind == "variable":
            domains.append(
                _variable_domain(decision.name, scenario.variables[decision.name], number)
            )
        elif decision.kind == "scale":
            domains.extend(_binary(column) for column in decision.columns[:-1])
            domains.append(
                _amount_domain(decision.columns[-1], scenario.technologies[decision.name], number)
            )
        else:
            domains.extend(_binary(column) for column in decision.columns)
    return tuple(domains)


def refuse_infinite(domains: Sequence[Domain], reason: str, /) -> None:
    """Insist on finite bounds in a model that is not linear, for a reason.

    Raises:
        ScenarioError: a decision has an infinite bound.
    """
    for domain in domains:
        if domain.lower is None or domain.upper is None:
            side = "min" if domain.lower is None else "max"
            raise ScenarioError(
                tr(
                    "variable '{name}' has an infinite {side}, but the model is not linear: "
                    "{reason}",
                    name=domain.name,
                    side=side,
                    reason=retold(reason),
                ),
                help=tr("give '{name}' a finite {side}", name=domain.name, side=side),
            )


def nearest_zero(domain: Domain, /) -> float:
    """The allowed value nearest 0; of two equally near the smaller."""
    if domain.kind == "listed":
        return float(domain.nearest(0))
    lower, upper = domain.lower, domain.upper
    if domain.kind == "whole":
        lower = None if lower is None else Fraction(-((-lower) // 1))
        upper = None if upper is None else Fraction(upper // 1)
    if lower is not None and lower > 0:
        return float(lower)
    if upper is not None and upper < 0:
        return float(upper)
    return 0.0


def number_cell(value: float, /) -> str:
    """The shortest text that reads back as ``value``, without ``.0`` and without ``-0``."""
    text = repr(float(value) + 0.0)
    return text[:-2] if text.endswith(".0") else text


class Encoding:
    """The columns behind named cells; what is omitted is not adopted, a variable nearest 0.

    Args:
        decisions: those of a model.
        domains: of its n columns.
    """

    def __init__(self, decisions: Sequence[Decision], domains: Sequence[Domain], /) -> None:
        self._resting, begin = np.zeros(len(domains)), 0
        self._columns: dict[str, tuple[slice, Decision]] = {}
        for decision in decisions:
            columns = slice(begin, begin + len(decision.columns))
            self._columns[decision.name] = (columns, decision)
            if decision.kind == "variable":
                self._resting[begin] = nearest_zero(domains[begin])
            begin = columns.stop

    def __call__(self, plans: Iterable[Mapping[str, str]], /) -> Floats:
        """(k, n) the columns of k plans, in a time that grows with the cells that are named.

        Raises:
            ScenarioError: a cell does not fit its decision.
        """
        given = list(plans)
        found = np.tile(self._resting, (len(given), 1))
        named: dict[str, list[tuple[int, str]]] = {}
        for row, plan in enumerate(given):
            for name, cell in plan.items():
                named.setdefault(name, []).append((row, cell))
        ordered = sorted(
            named.keys() & self._columns, key=lambda name: self._columns[name][0].start
        )
        for name in ordered:
            columns, decision = self._columns[name]
            rows, cells = zip(*named[name], strict=True)
            # plans have cells in common
            known = {cell: decision.values(cell) for cell in dict.fromkeys(cells)}
            found[rows, columns] = [known[cell] for cell in cells]
        return found


def _binary(name: str) -> Domain:
    return Domain(name, "whole", Fraction(0), Fraction(1))


def _variable_domain(name: str, variable: Variable, number: Number) -> Domain:
    if variable.values is not None:
        values = tuple(sorted({number(value) for value in variable.values}))
        return Domain(name, "listed", values[0], values[-1], values)
    if variable.type == "binary":
        return _binary(name)
    lower = None if variable.min is None or variable.min.infinite else number(variable.min)
    upper = None if variable.max is None or variable.max.infinite else number(variable.max)
    if lower is not None and upper is not None and lower > upper:
        raise ScenarioError(
            tr(
                "variable '{name}': min {low:g} is above max {high:g}",
                name=name,
                low=float(lower),
                high=float(upper),
            ),
            help=tr("give it a min up to its max"),
        )
    if variable.type == "integer":
        return _whole(name, lower, upper)
    return Domain(name, "real", lower, upper)


def _whole(name: str, lower: Fraction | None, upper: Fraction | None) -> Domain:
    low = None if lower is None else Fraction(-((-lower) // 1))
    high = None if upper is None else Fraction(upper // 1)
    if low is not None and high is not None and low > high:
        raise ScenarioError(
            tr("variable '{name}': no whole number lies between its min and max", name=name),
            help=tr("widen them, or make it real"),
        )
    return Domain(name, "whole", low, high)


def _amount_domain(name: str, technology: Technology, number: Number) -> Domain:
    scale = technology.scale
    assert scale is not None
    low, high = number(scale.min), number(scale.max)
    owner = name.removesuffix(".scale")
    if not 0 < low <= high:
        raise ScenarioError(
            tr("scale of '{name}' needs 0 < min <= max", name=owner),
            help=tr("give it a min above 0 and up to its max"),
        )
    if scale.step is None:
        return Domain(name, "real", Fraction(0), high)
    step = number(scale.step)
    if step <= 0:
        raise ScenarioError(
            tr("scale of '{name}' needs a step above 0", name=owner),
            help=tr("leave the step out where every amount is possible"),
        )
    if (count := int((high - low) // step)) > 1_000_000:
        raise ScenarioError(
            tr("scale of '{name}' has {steps} steps", name=owner, steps=count + 1),
            help=tr("use a larger step"),
        )
    values = Steps(low, step, count + 1)
    return Domain(name, "listed", Fraction(0), values[-1], values)
