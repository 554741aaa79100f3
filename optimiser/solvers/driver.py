"""Runs a solver and believes nothing: every plan is evaluated again, filtered, sorted, and claims shrink to what holds."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from types import FrameType
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.errors import InfeasibleError, InterruptedRun, ProofError, UnboundedError
from optimiser.front import Proof, sealed
from optimiser.solvers.canonical import clusters, efficient, ordinals
from optimiser.solvers.claims import outwards
from optimiser.solvers.contract import Budget, Checkpoints, Options, Outcome, Progress, Solution
from optimiser.solvers.feasibility import feasible
from optimiser.solvers.registry import choose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Solver

__all__ = ["run", "solve"]

# Two points are the same when equal within this share of the objective's range.
_SAME = 1e-9


def solve(
    problem: Problem,
    options: Options,
    /,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Solution:
    """The checked front of a problem by the solver that ``options.method`` asks for.

    Raises:
        UsageError: no such method, or it cannot take this problem.
        InfeasibleError: proven: no plan holds; names the groups in conflict.
        UnboundedError: proven: an objective has no finite best value; names it.
        ProofError: stopped before any plan was found.
        InterruptedRun: Ctrl-C before any plan was found.
    """
    solver, reason = choose(problem, options)
    return run(solver, reason, problem, options, on_progress=on_progress, checkpoints=checkpoints)


def run(
    solver: Solver,
    reason: str,
    problem: Problem,
    options: Options,
    /,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Solution:
    """The checked answer of one given solver."""
    budget = Budget(options.time_limit, on_progress=on_progress, checkpoints=checkpoints)
    with _interruptible(budget):
        outcome = solver.solve(problem, options, budget)
    _raise_unless_solved(problem, outcome)
    x, y, proof = _checked(problem, options, outcome)
    if len(x) == 0:
        raise ProofError(f"solver {solver.name!r} returned no feasible plan", help="try another '--method'")
    return Solution(
        sealed(x),
        sealed(y),
        proof,
        solver.name,
        reason,
        outcome.subproblems,
        budget.seconds(),
        dict(outcome.statistics),
        outcome.bounds,
    )


def _raise_unless_solved(problem: Problem, outcome: Outcome) -> None:
    if outcome.status in ("infeasible", "unbounded") and outcome.basis != "exact":
        what = "no plan exists" if outcome.status == "infeasible" else f"objective {outcome.objective!r} has no finite best value"
        raise ProofError(
            f"a floating-point solver says that {what}; that is not proven", help=outcome.note or "try another '--method'"
        )
    if outcome.status == "infeasible":
        involved = outcome.conflict
        named = ", ".join(repr(g) for g in involved)
        message = "no plan satisfies all constraints"
        if involved:
            message += f": {named} cannot hold together" if len(involved) > 1 else f": {named} cannot hold"
        raise InfeasibleError(message, help="relax one of them" if involved else "", involved=involved)
    if outcome.status == "unbounded":
        raise UnboundedError(
            f"objective {outcome.objective!r} has no finite best value",
            help="bound the variables it depends on, or add the constraint that limits it",
            involved=(outcome.objective,),
        )
    if len(outcome.x) == 0:
        if outcome.stopped == "interrupted":
            raise InterruptedRun("interrupted before any plan was found")
        if outcome.stopped == "time_limit":
            raise ProofError("the time limit came before any plan was found", help="raise '--time-limit'")
        raise ProofError(
            "no feasible plan was found; that none exists is not proven",
            help=outcome.note or "loosen the constraints, or raise '--time-limit'",
        )


def _checked(problem: Problem, options: Options, outcome: Outcome) -> tuple[Floats, Floats, Proof]:
    """The plans that hold and that no other dominates, sorted, and what may still be claimed of them."""
    x = np.array(outcome.x, dtype=np.float64) + 0.0
    y, good = feasible(problem, x, options.feasibility)
    held = np.flatnonzero(good)
    ranks = _ranks(problem, x[held], y[held])
    kept = held[efficient(problem, x[held], ranks)]
    kept = kept[np.lexsort([y[kept, k] for k in reversed(range(y.shape[1]))])]
    status: Literal["complete", "covering", "approximate"] = (
        outcome.status if outcome.status in ("complete", "covering") else "approximate"
    )
    proof = Proof(
        status,
        of=outcome.of,
        gap=outcome.gap,
        scale=outcome.scale,
        stopped=outcome.stopped,
        resolution=outcome.resolution,
        cells=_renamed(outcome.cells, kept, ranks, held),
        note=outcome.note,
        open_ends=_reopened(problem, outcome, kept, ranks, held),
        basis=None if status == "approximate" else outcome.basis,
        bounds=_bounds(problem, outcome, y[kept]),
    )
    lost = len(x) - len(held)
    if lost:
        note = f"{lost} of {len(x)} plans of the solver did not hold when evaluated again and were dropped"
        proof = Proof("approximate", stopped=outcome.stopped, note="; ".join(filter(None, (outcome.note, note))))
    return x[kept], y[kept], proof


def _bounds(problem: Problem, outcome: Outcome, y: Floats) -> tuple[float | None, ...]:
    """The proven best value of each objective, the user's directions; where a listed plan has it, that plan's own value."""
    best = y.min(axis=0).tolist() if len(y) else [math.inf] * len(problem.objectives)
    if outcome.status == "complete" and outcome.basis == "exact":
        lows: Sequence[Fraction | float | None] = best
    else:
        lows = outcome.bounds or (None,) * len(best)
    rounded = [None if low is None else outwards(low, best=value) for low, value in zip(lows, best, strict=True)]
    return tuple(None if low is None else float(sign * low) + 0.0 for low, sign in zip(rounded, problem.signs, strict=True))


def _ranks(problem: Problem, x: Floats, y: Floats) -> Floats:
    if problem.exact is not None and len(x):
        return ordinals(np.asarray(problem.exact(x)[0]))
    return clusters(y, _SAME * np.ptp(y, axis=0)) if len(y) else y


def _renamed(
    cells: tuple[tuple[int, ...], ...], kept: NDArray[np.int64], ranks: Floats, held: NDArray[np.int64]
) -> tuple[tuple[int, ...], ...]:
    """The cells as positions among the kept plans; a plan listed by an equal one is that one."""
    position = {int(row): i for i, row in enumerate(kept)}
    rank_of = {int(row): tuple(ranks[i]) for i, row in enumerate(held)}
    by_rank = {rank_of[row]: i for row, i in position.items()}
    renamed = set()
    for cell in cells:
        places = {position.get(row, by_rank.get(rank_of.get(row, ()))) for row in cell}
        named = sorted(p for p in places if p is not None)
        if None not in places and (len(named) > 1 or len(cell) == 1):
            renamed.add(tuple(named))
    return tuple(sorted(renamed))


def _reopened(
    problem: Problem, outcome: Outcome, kept: NDArray[np.int64], ranks: Floats, held: NDArray[np.int64]
) -> tuple[tuple[int, tuple[float, ...]], ...]:
    """The half-open segments with positions among the kept plans and limits in the user's directions."""
    found = set()
    for row, limit in outcome.open_ends:
        for (position,) in _renamed(((row,),), kept, ranks, held):
            found.add((position, tuple(float(s * v) + 0.0 for s, v in zip(problem.signs, limit, strict=True))))
    return tuple(sorted(found))


@contextmanager
def _interruptible(budget: Budget) -> Iterator[None]:
    """The first Ctrl-C asks the solver to stop, the second stops at once; elsewhere than on the main thread nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(_signal: int, _frame: FrameType | None) -> None:
        if budget.cancelled:
            raise KeyboardInterrupt
        budget.cancel()

    previous = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
