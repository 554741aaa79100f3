"""Technologies one by one: what each does alone and with what it needs, what it gives for its cost,
where it stands on the front.

Values are those of plans: of the technology, or of it and its prerequisites, less those of nothing
adopted, variables at their allowed values nearest 0. With phases everything starts as early as it
can.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from optimiser.analysis.open_choices import AdoptedChoices, choices
from optimiser.analysis.packages import Package, package, started
from optimiser.analysis.reaching import READ_TOGETHER, Clock, changes_each, reached_each
from optimiser.engine.holding import broken_each
from optimiser.errors import NoSolutionError, UsageError
from optimiser.language import tr
from optimiser.study import limited, solve

if TYPE_CHECKING:
    from optimiser.engine import Options, Progress
    from optimiser.engine.problem import Problem
    from optimiser.formulate import Model
    from optimiser.front import Column
    from optimiser.results import Result
    from optimiser.scenario import Scenario

__all__ = ["Assessed", "Assessment", "assess", "cost_columns", "gains"]

#: members of a group that are named with each of them: of thousands there would be millions
_NAMED_EACH: Final = 100


@dataclass(frozen=True)
class Assessed:
    """One technology in one mode.

    Attributes:
        technology: its id.
        mode: its cell: ``1``, a level, or an amount.
        alone: the change of each column by it alone; None where a value is undefined.
        together: the same by it and all that it needs.
        package: what it needs.
        breaks: the rules of the scenario that the package breaks, and nothing adopted does not: a
            budget, a limit.
        share: the share of the plans looked at that adopt it, at a level in this level; None
            without a front.
    """

    technology: str
    mode: str
    alone: tuple[float | None, ...]
    together: tuple[float | None, ...]
    package: Package
    breaks: tuple[str, ...]
    share: float | None


@dataclass(frozen=True)
class Assessment:
    """Every technology of a scenario.

    Attributes:
        scenario: the scenario.
        columns: the m objectives, then the other indicators.
        start: each column's value where nothing is adopted; None where undefined.
        rows: one a technology; one a level, and the smallest and the largest amount, where it has
            them.
        cost: the column that gains are set against; None where nothing that is minimised gets
            worse.
        excludes: technology -> those that cannot be adopted with it, in either direction; behind
            them the large groups of which one member at most is adopted.
        enables: technology -> those that ask for it directly.
        result: the front; None where there is no plan.
        failure: why there is none.
        choices: what all plans looked at adopt, some, none, and what decides; None without a front.
    """

    scenario: Scenario
    columns: tuple[Column, ...]
    start: tuple[float | None, ...]
    rows: tuple[Assessed, ...]
    cost: int | None
    excludes: Mapping[str, tuple[str, ...]]
    enables: Mapping[str, tuple[str, ...]]
    result: Result | None
    failure: NoSolutionError | None = None
    choices: AdoptedChoices | None = None


def assess(
    asked: Scenario | Result,
    options: Options | None = None,
    /,
    *,
    best: int | None = None,
    spent: float = 0.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> Assessment:
    """Assess every technology, against nothing adopted and against the front.

    Args:
        asked: a scenario, which is solved, or a result, whose front is taken as it is.
        options: of the solver, for a scenario; None takes its own.
        best: only the plans of the front with ranks up to this one are looked at; None for all.
        spent: seconds that went into reading the scenario, which the time limit is for as well.
        on_progress: called now and then with how far the run is.

    Raises:
        UsageError: there is no technology.
        ProofError: the time limit came before every technology was computed.
    """
    from optimiser.formulate import formulate
    from optimiser.results import Result

    began = time.monotonic()
    clock = Clock(None if options is None else options.time_limit, began - spent)
    result = asked if isinstance(asked, Result) else None
    scenario = asked.scenario if isinstance(asked, Result) else asked
    _insist_on_technologies(scenario)
    with limited(clock.limit, clock.began):
        model = result.model if result else formulate(scenario)
    # what takes long comes before the search, which so keeps to what is left of the time
    modes = _modes_of(scenario)
    reached = reached_each(model, [{}, *modes.plans], clock)
    with limited(clock.limit, clock.began):
        problem = result.problem if result else model.at()
        broken, failure = _broken(model, problem, modes.together), None
    try:
        spent += time.monotonic() - began
        result = result or solve(
            scenario, options, model=model, spent=spent, on_progress=on_progress
        )
    except NoSolutionError as error:
        failure = error
    found = None if result is None else choices(result, best=best)
    if result is not None and result.problem is not problem:
        broken = _broken(model, result.problem, modes.together)
    rows = tuple(_assessed(modes, changes_each(model, [{}, *modes.plans], reached), broken, found))
    others = (c for c in model.indicator_columns if c.name not in scenario.figures)
    columns = (*model.columns, *others)
    return Assessment(
        scenario,
        columns,
        reached[0],
        rows,
        _cost(scenario, columns, rows),
        _excluded(scenario),
        _enabled(scenario),
        result,
        failure,
        found,
    )


def _insist_on_technologies(scenario: Scenario) -> None:
    if not scenario.technologies:
        raise UsageError(
            tr("{scenario} has no technologies to assess", scenario=scenario.name),
            help=tr("optimise run solves it"),
        )


def gains(assessment: Assessment, row: Assessed, cost: int, /) -> dict[int, float]:
    """For each column with a direction but the cost's: how much better a package makes it, for one
    more unit of the cost.

    Empty where the package does not raise the cost: what it gives is free.
    """
    spent = _worse(assessment.columns[cost], row.together[cost])
    if spent is None or spent <= 0:
        return {}
    found = {}
    for j, column in enumerate(assessment.columns):
        worse = _worse(column, row.together[j])
        if j != cost and column.sense and worse is not None:
            found[j] = -worse / spent + 0.0
    return found


def cost_columns(assessment: Assessment, row: Assessed, /) -> tuple[int, ...]:
    """The columns that a package costs: what is minimised, or paid once, and gets more."""
    return tuple(
        j
        for j, column in enumerate(assessment.columns)
        if _counts_as_cost(assessment.scenario, column)
        and (_worse(column, row.together[j]) or 0.0) > 0
    )


@dataclass(frozen=True)
class _Modes:
    """Every technology in each of its modes.

    Attributes:
        packages: what comes with each.
        alone: the plan of it alone, a place among ``plans``.
        whole: that of its package.
        plans: those that differ.
    """

    packages: tuple[Package, ...]
    alone: tuple[int, ...]
    whole: tuple[int, ...]
    plans: tuple[Mapping[str, str], ...]

    @property
    def together(self) -> list[Mapping[str, str]]:
        """The plan of each package."""
        return [self.plans[place] for place in self.whole]


def _modes_of(scenario: Scenario) -> _Modes:
    packages = tuple(
        package(scenario, name, mode)
        for name in scenario.technologies
        for mode in _modes(scenario, name)
    )
    plans: list[Mapping[str, str]] = []
    places: list[tuple[int, int]] = []
    for found in packages:
        name, cell = next(iter(found.cells.items()))
        own = len(plans)
        plans.append(started(scenario, {name: cell}))
        if len(found.cells) > 1:
            plans.append(started(scenario, found.cells))
        places.append((own, len(plans) - 1))
    alone, whole = zip(*places, strict=True)
    return _Modes(packages, alone, whole, tuple(plans))


def _broken(
    model: Model, problem: Problem, plans: Sequence[Mapping[str, str]]
) -> list[tuple[str, ...]]:
    """For each plan the rules that it breaks beyond the tolerance, without those that ask for
    something to be adopted.
    """
    ((before, _),) = broken_each(problem, model.encode_all([{}]))
    found: list[tuple[str, ...]] = []
    for first in range(0, len(plans), READ_TOGETHER):
        x = model.encode_all(plans[first : first + READ_TOGETHER])
        found += [
            tuple(rule for rule in broken if rule not in before)
            for broken, _ in broken_each(problem, x)
        ]
    return found


def _assessed(
    modes: _Modes,
    changes: Sequence[tuple[float | None, ...]],
    broken: Sequence[tuple[str, ...]],
    looked_at: AdoptedChoices | None,
) -> Iterator[Assessed]:
    """Of each mode what is known, with how what the plans reach differs from nothing adopted, which
    comes first, and the rules that the packages break.
    """
    _, *of_plans = changes
    for found, alone, whole, rules in zip(
        modes.packages, modes.alone, modes.whole, broken, strict=True
    ):
        name, mode = next(iter(found.cells.items()))
        yield Assessed(
            name,
            mode,
            of_plans[alone],
            of_plans[whole],
            found,
            rules,
            None if looked_at is None else _share(looked_at, name, mode),
        )


def _modes(scenario: Scenario, name: str) -> Iterator[str]:
    technology = scenario.technologies[name]
    if technology.scale is not None:
        ends = [scenario.number(technology.scale.min), scenario.number(technology.scale.max)]
        if technology.scale.step is not None:
            step = scenario.number(technology.scale.step)
            ends[1] = ends[0] + (ends[1] - ends[0]) // step * step
        yield from dict.fromkeys(_cell(end) for end in ends)
    else:
        yield from technology.levels or ("1",)


def _cell(amount: Fraction) -> str:
    return str(amount.numerator) if amount.denominator == 1 else repr(float(amount))


def _share(looked_at: AdoptedChoices, name: str, mode: str) -> float:
    """Of the plans looked at, those that adopt it: at a level in this level, else in any amount."""
    front = looked_at.result.front
    column = front.decision_places[name]
    cells = [front.cells[row][column].partition("@")[0] for row in looked_at.rows]
    levels = looked_at.result.scenario.technologies[name].levels
    taken = sum(cell == mode if levels else cell != "0" for cell in cells)
    return taken / len(cells)


def _worse(column: Column, change: float | None) -> float | None:
    """A change with the sign that makes more of it worse; an indicator without a direction costs
    where it grows.
    """
    if change is None:
        return None
    return -change if column.sense == "maximise" else change


def _counts_as_cost(scenario: Scenario, column: Column) -> bool:
    if column.sense:
        return column.sense == "minimise"
    return scenario.indicators[column.name].timing == "one_off"


def _cost(scenario: Scenario, columns: Sequence[Column], rows: Sequence[Assessed]) -> int | None:
    """What gains are set against, one for all: a minimised objective, else an indicator paid once;
    the one that most raise.
    """
    raised = {
        j: sum((row.alone[j] or 0.0) > 0 for row in rows)
        for j, column in enumerate(columns)
        if _counts_as_cost(scenario, column)
    }
    best = max(
        raised, key=lambda j: (bool(columns[j].sense) and raised[j] > 0, raised[j]), default=None
    )
    return best if best is not None and raised[best] > 0 else None


def _excluded(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """For each technology what its own or another's ``excludes``, or a group of which one at most
    is adopted, keeps from being adopted with it; a large group stands for its members.
    """
    place = {name: i for i, name in enumerate(scenario.technologies)}
    found = {
        name: {_owner(member): member for member in technology.excludes}
        for name, technology in scenario.technologies.items()
    }
    for other, technology in scenario.technologies.items():
        for member in technology.excludes:
            found[_owner(member)].setdefault(other, other)
    large: dict[str, list[str]] = {}
    for title, group in scenario.groups.items():
        limit = group.exactly if group.exactly is not None else group.at_most
        if limit is not None and scenario.number(limit) <= 1:
            inside = place.keys() & set(group.of)
            if len(group.of) > _NAMED_EACH:
                for name in inside:
                    large.setdefault(name, []).append(title)
                continue
            members = {_owner(member): member for member in group.of}
            for name in inside:
                found[name] = members | found[name]
    return {
        name: (
            *(own[other] for other in sorted(own, key=place.__getitem__) if other != name),
            *large.get(name, ()),
        )
        for name, own in found.items()
    }


def _enabled(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """For each technology who asks for it: in ``requires``, or as one of several in
    ``requires_any``.
    """
    found: dict[str, dict[str, None]] = {name: {} for name in scenario.technologies}
    for other, technology in scenario.technologies.items():
        wanted = (m for members in technology.requires_any for m in members)
        for member in (*map(str, technology.requires), *wanted):
            found[_owner(member)][other] = None
    return {name: tuple(o for o in asking if o != name) for name, asking in found.items()}


def _owner(member: str) -> str:
    return member.partition(".")[0]
