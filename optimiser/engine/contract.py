"""What a solver is given, what it hands back, and the clock it watches.

Throughout: k plans, m objectives, n decisions. A solver only finds points; the driver checks,
filters and sorts them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

import numpy as np

from optimiser.engine.tolerances import FEASIBILITY
from optimiser.front import Basis, Proof
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Point, Problem
    from optimiser.front import Floats

__all__ = [
    "Budget",
    "Checkpoints",
    "Options",
    "Outcome",
    "Progress",
    "Saved",
    "Solution",
    "Solver",
    "Stop",
]

Stop = Literal["time_limit", "interrupted"]
Status = Literal["complete", "covering", "approximate", "infeasible", "unbounded"]


@dataclass(frozen=True)
class Options:
    """What the user asks of a run.

    Attributes:
        method: "auto", "exact" (the strongest solver that proves and does not decline),
            "evolutionary" or a solver's name.
        seed: of the one source of randomness.
        time_limit: seconds; None is no limit.
        gap: a representation within this share of each objective's range is enough; None asks for
            everything.
        points: a representation of at most so many plans is enough; None asks for everything.
        workers: threads that may be used where that saves time; the front is the same with any
            number.
        feasibility: tolerance on violations, relative to max(1, |bound|).
        resolution: smallest difference, as a share of an objective's range, that matters where
            exact comparison is impossible; None leaves it to the solver.
    """

    method: str = "auto"
    seed: int = 1
    time_limit: float | None = None
    gap: float | None = None
    points: int | None = None
    workers: int = 2
    feasibility: float = FEASIBILITY
    resolution: float | None = None


@dataclass(frozen=True)
class Progress:
    """How far a run is: plans found, sub-problems solved, the gap proven so far, seconds since the
    start.

    Attributes:
        hypervolume: an estimate for the plans so far on axes scaled by ranges met so far, 1 for a
            single plan at the best of every objective; None where the solver does not say.
        feasible: share of the plans under trial that hold every constraint; None where the solver
            does not say.
    """

    found: int
    solved: int
    gap: float | None
    seconds: float
    hypervolume: float | None = None
    feasible: float | None = None


@dataclass(frozen=True, eq=False)
class Saved:
    """What a run has found and proven so far, so that another one goes on as if it had never been
    stopped.

    Attributes:
        digest: of the problem in the form in which all of this is said of it. Where it is another
            one, what is proven does not count, and plans are only believed to be plans; empty where
            it is not known.
        plans: (k, n) decisions of every plan listed so far.
        gap: what is proven of the plans; None where nothing is.
        numbers: whole numbers of any size, by name, that mean something to the solver alone.
        arrays: the same for arrays of whole numbers or floats.
    """

    digest: str
    plans: Floats
    gap: float | None = None
    numbers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Checkpoints:
    """Where the state of a run goes now and then, and the state of an earlier run to go on from.

    Attributes:
        save: takes the state.
        known: what ``save`` was given last in an earlier run; None starts from nothing.
    """

    save: Callable[[Saved], None]
    known: Saved | None = None


# the most of a time limit that is kept back for what comes after the search
_KEPT_BACK = 0.75


class Budget:
    """The clock and the Ctrl-C flag that a solver watches, and the way its progress goes out.

    Args:
        time_limit: seconds from now.
        on_progress: is told how far a solver is.
        checkpoints: where the state of a search is handed.
        afterwards: seconds that each plan takes when the search is over, to be checked, read,
            ranked and written: kept back from the time limit.
        pace: how many times longer this machine takes for what is foreseen in seconds than the one
            that they were measured on.
    """

    def __init__(
        self,
        time_limit: float | None = None,
        /,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        checkpoints: Checkpoints | None = None,
        afterwards: float = 0.0,
        pace: float = 1.0,
    ) -> None:
        self.checkpoints, self.pace = checkpoints, pace
        self._limit, self._afterwards, self._listed = time_limit, pace * afterwards, 0
        self._start = time.monotonic()
        self._deadline = None if time_limit is None else self._start + time_limit
        self._on_progress = on_progress
        self._latest = Progress(0, 0, None, 0.0)
        self.cancelled = False
        self._whole: Budget | None = None
        self._looks, self._turn_at, self._turn_after = 0, 0, 0.0
        self._turn: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Ask the solver to stop at its next look at the budget."""
        self.cancelled = True

    def found(self) -> bool:
        """Whether the solver has reported a plan."""
        return self._latest.found > 0

    def part(self, seconds: float, /, *, reporting: bool = False) -> Budget:
        """A budget of its own within this one: it ends after so many seconds at the latest, and
        whenever this one does; ``reporting``, plans found in it count as found here.
        """

        def seen(progress: Progress) -> None:
            self.report(found=progress.found, solved=progress.solved)

        told = seen if reporting else None
        part = Budget(min(seconds, self.remaining()), on_progress=told, pace=self.pace)
        part._whole = self
        return part

    def seconds(self) -> float:
        """Since the start of the run."""
        return time.monotonic() - self._start

    def remaining(self) -> float:
        """Seconds left to search; infinite without a limit."""
        if self._deadline is None or self._limit is None:
            return np.inf
        kept_back = min(self._afterwards * self._listed, _KEPT_BACK * self._limit)
        return max(0.0, self._deadline - kept_back - time.monotonic())

    def interlude(self, turn: Callable[[], None], /, *, looks: int, seconds: float) -> None:
        """Have something else done once, by the next look at the budget after so many of them, or
        so many seconds from now, and then go on.
        """
        self._turn_at, self._turn_after = self._looks + looks, self.seconds() + seconds
        self._turn = turn

    def exhausted(self) -> Stop | None:
        """Why to stop now, or None."""
        self._looks += 1
        turn = self._turn
        if turn and (self._looks > self._turn_at or self.seconds() > self._turn_after):
            self._turn = None
            turn()
        if self.cancelled or (self._whole is not None and self._whole.cancelled):
            return "interrupted"
        return "time_limit" if self.remaining() <= 0.0 else None

    def report(
        self,
        *,
        found: int | None = None,
        solved: int | None = None,
        gap: float | None = None,
        hypervolume: float | None = None,
        feasible: float | None = None,
        listed: int | None = None,
    ) -> None:
        """Pass on how far the run is; what is left out stays as it was. ``listed`` is how many
        plans the run would list, where that can be more than were ``found`` in any one way.
        """
        old = self._latest
        self._listed = listed or found or self._listed
        self._latest = Progress(
            old.found if found is None else found,
            old.solved if solved is None else solved,
            old.gap if gap is None else gap,
            self.seconds(),
            hypervolume=old.hypervolume if hypervolume is None else hypervolume,
            feasible=old.feasible if feasible is None else feasible,
        )
        if self._on_progress is not None:
            self._on_progress(self._latest)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a solver found and what it claims of it; the fields mean what those of ``front.Proof``
    mean.

    Attributes:
        x: (k, n) decisions, possibly none.
        open_ends: half-open segments: the position of the plan that belongs to it, and the
            minimised objective values of the end that does not.
        conflict: where infeasible, the groups of rows that cannot hold together.
        objective: where unbounded, the name of an objective without a finite best value.
        basis: what the claim rests on, infeasible and unbounded included: ``exact`` only where
            every step of it was confirmed in whole or rational numbers or by bounds rounded
            outwards; ``note`` says which step was not.
        bounds: for each minimised objective a proven lower bound over all plans, exact; None where
            nothing is proven. Empty where nothing is said: of a complete front on exact ground they
            are the best values listed.
        points: for each plan its decisions exactly, or all columns of ``problem.linear``; None
            where they are the decimals that the floats of ``x`` show. Empty where all are.
        solver: the name of the solver that found it, where another one was asked first.
    """

    x: Floats
    status: Status
    of: Literal["points", "cells"] = "points"
    gap: float | None = None
    scale: tuple[float, ...] = ()
    stopped: Literal["time_limit", "interrupted", "points"] | None = None
    resolution: float | None = None
    cells: tuple[tuple[int, ...], ...] = ()
    open_ends: tuple[tuple[int, tuple[float, ...]], ...] = ()
    subproblems: int = 0
    conflict: tuple[str, ...] = ()
    objective: str = ""
    note: str = ""
    statistics: Mapping[str, object] = field(default_factory=dict)
    basis: Basis = "numerical"
    bounds: tuple[Fraction | float | None, ...] = ()
    points: tuple[Point | None, ...] = ()
    solver: str = ""


@dataclass(frozen=True, eq=False)
class Solution:
    """The checked answer of a run.

    Attributes:
        x: (k, n) decisions, k >= 1, read-only, sorted by the minimised objectives in order.
        y: (k, m) their minimised objectives, read-only.
        proof: the claim that survived the driver's checks; its cells are positions in ``x``.
        solver: the name of the solver that ran.
        reason: why that solver.
        columns: for each plan its decisions exactly (or all columns of ``problem.linear``), None
            where they are the decimals that ``x`` shows.
        order: (k, m) floats in the exact order of the objectives, which values that are rounded may
            not show; None where an objective is irrational.
    """

    x: Floats
    y: Floats
    proof: Proof
    solver: str
    reason: str
    subproblems: int = 0
    seconds: float = 0.0
    statistics: Mapping[str, object] = field(default_factory=dict)
    columns: tuple[Point | None, ...] = ()
    order: Floats | None = None

    def points(self, problem: Problem, /) -> tuple[Point, ...]:
        """For each plan its n decisions exactly."""
        n = len(problem.decisions)
        columns = self.columns or (None,) * len(self.x)
        return tuple(
            problem.point(x) if known is None else known[:n]
            for x, known in zip(self.x.tolist(), columns, strict=True)
        )


class Solver(Protocol):
    """One algorithm: what it is called, how strong it is, what it cannot do, and the search itself.

    Attributes:
        name: as ``Options.method`` names it.
        rank: automatic choice takes the lowest rank that does not decline.
        proves: what its answer proves, in one line for the table of solvers.
        proof: whether it proves anything at all; ``method="exact"`` only considers those that do.
    """

    name: ClassVar[str]
    rank: ClassVar[int]
    proves: ClassVar[str]
    proof: ClassVar[bool]

    def declines(self, problem: Problem, /) -> str | None:
        """Why this solver cannot take the problem, in plain words; None where it can."""
        ...

    def suits(self, problem: Problem, /) -> str:
        """Why this solver fits the problem it does not decline ("24 yes/no decisions, all effects
        linear").
        """
        ...

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        """Search until done or until the budget is exhausted."""
        ...
