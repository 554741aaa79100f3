"""The best value of each objective at samples of the uncertain parameters, over all plans and not
only the listed ones: every sample is a problem of its own, solved once an objective.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from optimiser.errors import (
    InfeasibleError,
    InterruptedRun,
    NoSolutionError,
    ProofError,
    ScenarioError,
)
from optimiser.front import sealed
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.engine import Options
    from optimiser.engine.problem import Problem
    from optimiser.formulate import Model
    from optimiser.front import Floats
    from optimiser.results import Result
    from optimiser.scenario.sampling import Sample

__all__ = ["IdealTask", "Ideals", "SampleBest", "Spreading", "ideals", "tasks_of"]

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")


class Spreading(Protocol):
    """How tasks are worked on: the answers with the places of their tasks, in any order, each once;
    places that do not come were lost, or the work was interrupted.
    """

    def __call__(
        self, work: Callable[[_Task], _Answer], tasks: Sequence[_Task], /
    ) -> Iterable[tuple[int, _Answer]]:
        """Work on every task."""
        ...


@dataclass(frozen=True)
class IdealTask:
    """One objective at one sample.

    Attributes:
        sample: its row.
        objective: its place.
        values: of the uncertain parameters there.
    """

    sample: int
    objective: int
    values: tuple[float, ...]


@dataclass(frozen=True)
class SampleBest:
    """What was found of an objective at a sample.

    Attributes:
        value: the best value, minimised; None where no plan holds, or none was found.
        proven: whether it is proven that no plan is better, or that none holds.
        feasible: False where no plan holds.
    """

    value: float | None
    proven: bool
    feasible: bool = True


@dataclass(frozen=True, eq=False)
class Ideals:
    """The best values at samples.

    Attributes:
        values: (s, m) in the user's units and directions; NaN where not known.
        solves: how many problems were solved.
        asked: how many there were.
        infeasible: at how many samples no plan holds.
        unproven: how many of the values are not proven to be the best.
    """

    values: Floats
    solves: int
    asked: int
    infeasible: int
    unproven: int


@dataclass(frozen=True)
class _IdealWork:
    """Solves a task; it can be sent to another process, which formulates the scenario once.

    Attributes:
        resolved: the scenario, with everything that it needs.
        names: of the uncertain parameters.
        options: of the solver.
        until: when work ends, in seconds since the epoch, which all machines count; None is never.
    """

    resolved: dict[str, Any]
    names: tuple[str, ...]
    options: Options
    until: float | None = None

    @cached_property
    def model(self) -> Model:
        """The scenario formulated."""
        from optimiser.formulate import formulate
        from optimiser.scenario import from_resolved

        return formulate(from_resolved(self.resolved))

    def __call__(self, task: IdealTask, /) -> SampleBest | None:
        if self.until is not None and time.time() >= self.until:
            return None
        values = dict(zip(self.names, task.values, strict=True))
        try:
            return self._solved(_alone(self.model.at(values), task.objective))
        except InfeasibleError:
            if not self.model.loosening_matters(values):
                return SampleBest(None, True, feasible=False)
            problem = _alone(self.model.at(values, loosened=True), task.objective)
            try:
                return self._solved(problem)
            except InfeasibleError:
                return SampleBest(None, True, feasible=False)
        except (NoSolutionError, ProofError):
            return SampleBest(None, False)
        except ScenarioError:
            # under these values there is nothing to choose
            return SampleBest(None, True, feasible=False)

    def _solved(self, problem: Problem) -> SampleBest:
        from optimiser import engine

        left = None if self.until is None else max(0.0, self.until - time.time())
        return _best(engine.solve(problem, replace(self.options, time_limit=left)))


def _best(solution: Any) -> SampleBest:
    proof = solution.proof
    if proof.stopped == "interrupted":
        raise InterruptedRun(
            tr("interrupted while a sample was solved"),
            help=tr("ask again, with fewer samples where that takes too long"),
        )
    return SampleBest(float(solution.y[:, 0].min()), proof.status == "complete" and proof.proven)


def _alone(problem: Problem, place: int, /) -> Problem:
    """The problem with one of its objectives only."""
    linear, own = problem.linear, slice(place, place + 1)
    gradient, exact, values = problem.gradient, problem.exact, problem.values
    rounded, roundoff = problem.rounded, problem.roundoff

    def first(found: tuple[Any, Any]) -> tuple[Any, Any]:
        return found[0][:, own], found[1]

    return replace(
        problem,
        objectives=problem.objectives[own],
        signs=sealed(problem.signs[own]),
        evaluate=lambda x: first(problem.evaluate(x)),
        gradient=None if gradient is None else lambda x: first(gradient(x)),
        exact=None if exact is None else lambda x: first(exact(x)),
        linear=replace(
            linear,
            objectives=linear.objectives[own],
            linked=linear.linked[own],
            enclosing=linear.enclosing[own],
        )
        if linear
        else linear,
        values=None if values is None else lambda points: [row[own] for row in values(points)],
        rounded=None if rounded is None else lambda x, points: rounded(x, points)[:, own],
        roundoff=None if roundoff is None else lambda x: first(roundoff(x)),
    )


def tasks_of(model: Model, drawn: Sample, /) -> list[IdealTask]:
    """What has to be solved: an objective that no uncertain parameter has a part in, nor in a rule,
    at the first sample only.
    """
    varying = model.varying(drawn)
    return [
        IdealTask(row, place, tuple(values))
        for row, values in enumerate(drawn.values.tolist())
        for place, varies in enumerate(varying)
        if varies or row == 0
    ]


def ideals(
    result: Result,
    drawn: Sample,
    spread: Spreading | None = None,
    /,
    *,
    seconds: float | None = None,
) -> Ideals:
    """Solve every sample for the best of each objective.

    Args:
        result: what is solved is its scenario.
        drawn: s samples.
        spread: how the work is done; None does it here, one after the other.
        seconds: for all of it; None takes the time limit of the scenario, if it has one.
    """
    from optimiser.study.solving import options_of

    model = result.model
    tasks = tasks_of(model, drawn)
    options = replace(options_of(result.scenario), method="auto", gap=None, points=None, workers=1)
    seconds = options.time_limit if seconds is None else seconds
    until = None if seconds is None else time.time() + seconds
    work = _IdealWork(result.scenario.resolved(), drawn.names, options, until)
    answers = _in_turn(work, tasks) if spread is None else spread(work, tasks)
    found = {place: best for place, best in answers if best is not None}
    values = np.full((len(drawn.values), len(model.columns)), np.nan)
    infeasible, unproven = set(), 0
    for place, best in found.items():
        task = tasks[place]
        unproven += not best.proven
        if not best.feasible:
            infeasible.add(task.sample)
        if best.value is not None:
            values[task.sample, task.objective] = best.value
    for place, varies in enumerate(model.varying(drawn)):
        if not varies:
            values[:, place] = values[0, place]
    signs = [column.sign for column in model.columns]
    return Ideals(sealed(values * signs), len(found), len(tasks), len(infeasible), unproven)


def _in_turn(
    work: Callable[[_Task], _Answer], tasks: Sequence[_Task]
) -> Iterator[tuple[int, _Answer]]:
    for place, task in enumerate(tasks):
        try:
            yield place, work(task)
        except InterruptedRun:
            return
