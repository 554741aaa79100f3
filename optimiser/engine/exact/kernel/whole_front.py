"""The kernel's front door: arrays in, the complete set of non-dominated points out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel import workspace
from optimiser.engine.exact.kernel.boxes import Boxes, floors
from optimiser.engine.exact.kernel.compiled.places import BEST, FOUND, NODES, PIVOTS, QUOTA
from optimiser.engine.exact.kernel.integer_program import (
    UNLIMITED,
    IntegerProgram,
    NormalForm,
    Precision,
    RefusedError,
    normal_form,
    precision,
)
from optimiser.engine.exact.kernel.outcome import (
    KernelAnswer,
    KernelOutcome,
    KernelProgress,
    Limits,
    Status,
    SubProblem,
)
from optimiser.engine.exact.kernel.snapshot import Snapshot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = [
    "KernelAnswer",
    "KernelOutcome",
    "KernelProgress",
    "Limits",
    "SubProblem",
    "refusal",
    "solve_front",
]

_STOPPED = -1
# nodes of the first slice, and of the shortest
_FIRST, _SHORTEST = 1000, 100

Fallback = Callable[[SubProblem], KernelAnswer]


def refusal(program: IntegerProgram, /) -> str | None:
    """Why the kernel does not take this program, or None. Cheap: nothing is compiled."""
    try:
        precision(normal_form(program))
    except RefusedError as error:
        return str(error)
    return None


def solve_front(
    program: IntegerProgram,
    /,
    *,
    corners: Integers | None = None,
    start: Snapshot | None = None,
    limits: Limits | None = None,
    fallback: Fallback | None = None,
    on_slice: Callable[[KernelProgress], bool] | None = None,
) -> KernelOutcome:
    """The complete set of non-dominated points of ``program``, one efficient plan each.

    Args:
        program: arrays of whole numbers.
        corners: (m, n) an efficient plan with the least value of every objective, proven by the
            caller; None leaves finding them to the engine.
        start: where an earlier run of the same program stood; what it holds is taken as proven, so
            that only a state that is known to be of this very program may be given. What does not
            even fit it is ignored.
        limits: node budgets; see :class:`Limits`.
        fallback: asked for a sub-problem whose search is over budget; without one, or where it
            cannot answer, the run stops.
        on_slice: called every few tenths of a second; True stops the run. Exceptions (Ctrl-C) pass
            through here.

    Returns:
        The outcome; ``complete`` only where every zone has been refuted in whole numbers (or by the
        fallback).
    """
    try:
        form = normal_form(program)
        widths = precision(form)
    except RefusedError as error:
        return _nothing(program, "refused", str(error))
    if form.infeasible:
        return _nothing(program, "infeasible", "")
    run = _WholeFront(program, form, widths, limits or Limits())
    if start is not None and start.fits(form) and all(run.holds(x) for x in start.X):
        run.state = start.into(run.state)
    elif corners is not None:
        run.begin(corners)
    return run.finish(fallback, on_slice)


def _nothing(program: IntegerProgram, status: Status, reason: str, /) -> KernelOutcome:
    m, n = program.objectives.shape
    none = np.zeros((0, m), dtype=np.int64)
    return KernelOutcome(
        none,
        np.zeros((0, n), dtype=np.int64),
        status,
        reason,
        none,
        none,
        np.zeros(m, dtype=np.int64),
        0,
        0,
        {},
    )


class _WholeFront:
    """One run's arrays, and the slices."""

    def __init__(
        self, program: IntegerProgram, form: NormalForm, widths: Precision, limits: Limits, /
    ) -> None:
        from optimiser.engine.exact.kernel.compiled import zone_loop

        self.program, self.form, self.limits = program, form, limits
        self.enumeration = zone_loop
        costs = np.vstack([form.objectives, form.objectives.sum(axis=0)[None]])
        self.model = workspace.model(form, widths, costs)
        self.roots = workspace.roots(self.model, workspace.tableau_height(form))
        self.search = workspace.search(form, limits.stack)
        self.state = workspace.state(self.model, len(form.objectives), 256, 256)
        self.state.Z[zone_loop.LIMIT] = limits.nodes
        self.fallbacks = 0
        self.stopped = ""
        self.quota = _FIRST
        self.began = self.due = time.perf_counter()
        self.boxes: Boxes | None = None
        self.led = False
        self.before = 0

    def begin(self, corners: Integers, /) -> None:
        """Start from proven corners: what the least value of every objective is, and a point that
        has it.
        """
        e, state, Z = self.enumeration, self.state, self.state.Z
        points = corners @ self.form.objectives.T
        state.ideal[:] = points.min(axis=0)
        Z[e.CORNERS] = len(self.form.objectives)
        for i, (x, y) in enumerate(zip(corners, points, strict=True)):
            if (points[:i] == y).all(axis=1).any():
                continue
            state.y[:], self.search.xbest[:] = y, x
            Z[e.PHASE], Z[e.K], Z[e.LED], self.search.S[QUOTA] = e.RECORD, -1, 3, 1
            e.advance(self.model, self.roots, self.search, state)

    def finish(
        self, fallback: Fallback | None, on_slice: Callable[[KernelProgress], bool] | None, /
    ) -> KernelOutcome:
        """Slice after slice until the front is complete or something stops it."""
        e, Z = self.enumeration, self.state.Z
        Z[e.LED] = 0
        while not self.stopped:
            code = self._advance(fallback, on_slice)
            if code in (e.COMPLETE, _STOPPED):
                break
            if code == e.NEXT:
                self._lead()
            elif code == e.HALTED and self._patience_is_over():
                Z[e.LED] = 1
        return self._outcome()

    def _advance(
        self, fallback: Fallback | None, on_slice: Callable[[KernelProgress], bool] | None, /
    ) -> int:
        """One slice, and what it asks for; _STOPPED where something ends the run."""
        e, Z = self.enumeration, self.state.Z
        began = time.perf_counter()
        self.search.S[QUOTA] = self.quota
        code = int(e.advance(self.model, self.roots, self.search, self.state))
        if code == e.FULL:
            self.state = workspace.grown(self.state)
        elif code == e.OVERRUN and not self._ask(fallback):
            self.stopped = "a sub-problem is over its node budget"
        elif code == e.HALTED:
            seconds = max(time.perf_counter() - began, 1e-6)
            self.quota = max(
                _SHORTEST,
                int(self.quota * min(4.0, max(0.25, self.limits.slice_seconds / seconds))),
            )
        if code == e.HALTED or (code != e.COMPLETE and time.perf_counter() >= self.due):
            self.due = time.perf_counter() + 2.0 * self.limits.slice_seconds
            if self.limits.points is not None and Z[e.POINTS] >= self.limits.points:
                self.stopped = "enough points"
            elif on_slice is not None and on_slice(self._progress()):
                self.stopped = "stopped"
        return _STOPPED if self.stopped else code

    def _patience_is_over(self) -> bool:
        e, limits = self.enumeration, self.limits
        if limits.anytime is None or self.led or len(self.form.objectives) != 2:
            return False
        return bool(
            time.perf_counter() - self.began >= limits.patience and self.state.Z[e.CORNERS] == 2
        )

    def _lead(self) -> None:
        """Choose the largest box for the next sub-problem; leave the choice to the engine once none
        is large.
        """
        e, state, Z = self.enumeration, self.state, self.state.Z
        if self.boxes is None:
            self.boxes, self.led = (
                Boxes(state.Y[: Z[e.POINTS]], state.U[: Z[e.COUNT]], state.ideal),
                True,
            )
        else:
            found = int(Z[e.POINTS]) > self.before
            self.boxes.settle(
                (int(state.Y[self.before, 0]), int(state.Y[self.before, 1])) if found else None
            )
        limits = self.boxes.next(self.limits.anytime or 0.0)
        if limits is None:
            self.boxes, Z[e.LED] = None, 0
            return
        self.before = int(Z[e.POINTS])
        state.u[:] = limits
        Z[e.K], Z[e.CUT], Z[e.LED] = 0, limits[0] - 1, 2

    def _progress(self) -> KernelProgress:
        e, Z = self.enumeration, self.state.Z
        counts = int(Z[e.POINTS]), int(Z[e.COUNT]), int(Z[e.SUBPROBLEMS]), int(self.search.S[NODES])
        return KernelProgress(*counts, self._plans, self._open, self._snapshot, self._incumbent)

    def _snapshot(self) -> Snapshot:
        return Snapshot.of(self.state)

    def _incumbent(self) -> Integers | None:
        first = self.state.Z[self.enumeration.PHASE] == self.enumeration.FIRST
        return (
            self.search.xbest.copy()
            if self._second or (first and self.search.S[FOUND] > 0)
            else None
        )

    def _plans(self) -> Integers:
        return self.state.X[: int(self.state.Z[self.enumeration.POINTS])].astype(np.int64)

    def _open(self) -> tuple[Integers, Integers]:
        """Lower and upper ends of what is open, in the program's objectives."""
        e, state, Z = self.enumeration, self.state, self.state.Z
        if self.boxes is not None:
            lower, upper = self.boxes.open()
        else:
            upper = state.U[: int(Z[e.COUNT])]
            lower = floors(state.Y[: int(Z[e.POINTS])], upper, state.ideal)
        return self._original(lower, -UNLIMITED), self._original(upper, UNLIMITED)

    @property
    def _second(self) -> bool:
        return bool(self.state.Z[self.enumeration.PHASE] == self.enumeration.SECOND)

    def _ask(self, fallback: Fallback | None, /) -> bool:
        """Hand the current stage to the fallback. Returns whether it answered."""
        if fallback is None:
            return False
        e, form, S, Z = self.enumeration, self.form, self.search.S, self.state.Z
        n, p = self.program.objectives.shape[1], len(form.objectives)
        upper = self._original(self.search.up[None, n : n + p].astype(np.int64), UNLIMITED)[0]
        if not self._second:
            upper[np.array(form.of) == Z[e.K]] = UNLIMITED
        found = int(S[FOUND])
        if not found and not self._second:
            # The search may have looked only a little beyond the bound; the fallback is asked once
            # for the whole.
            Z[e.PROBED] = Z[e.CUT]
            S[BEST] = Z[e.CUT] + 1
        objective = self.model.c[p if self._second else Z[e.K]]
        cut = int(S[BEST]) - 1
        answer = fallback(SubProblem(objective.copy(), upper, cut))
        if answer.x is None and not answer.proven:
            return False
        self.fallbacks += 1
        if answer.x is not None:
            self.search.xbest[:] = self._checked(answer.x, objective, cut)
            found = 1
        Z[e.ANSWER] = 1 + found
        return True

    def _checked(self, x: Integers, objective: Integers, cut: int, /) -> Integers:
        """``x`` if it solves the sub-problem's constraints in whole numbers."""
        n = len(x)
        form, low, high = self.form, self.search.lo, self.search.up
        good = self.holds(x) and int(objective @ x) <= cut
        for k in range(len(form.objectives)):
            if self._second or k != self.state.Z[self.enumeration.K]:
                good = good and low[n + k] <= int(form.objectives[k] @ x) <= high[n + k]
        if not good:
            raise ValueError("the fallback's plan does not satisfy the sub-problem")
        return np.asarray(x, dtype=np.int64)

    def holds(self, x: Integers, /) -> bool:
        """Whether a plan satisfies the program."""
        program = self.program
        activity = program.rows @ x
        low = (program.row_lower <= -UNLIMITED) | (activity >= program.row_lower)
        high = (program.row_upper >= UNLIMITED) | (activity <= program.row_upper)
        good = bool(
            (x >= program.lower).all() and (x <= program.upper).all() and low.all() and high.all()
        )
        return good and all(
            int(x[y]) == int(np.prod(x[list(f)])) for y, f in program.products.items()
        )

    def _original(self, values: Integers, constant: int | None, /) -> Integers:
        """(z, p) values of the normal form's objectives as (z, m) of the program's, or ``constant``
        where one does not vary.
        """
        n = self.program.objectives.shape[1]
        fixed = np.where(self.form.lower[:n] == self.form.upper[:n], self.form.lower[:n], 0).astype(
            np.int64
        )
        result = np.zeros((len(values), len(self.form.of)), dtype=np.int64)
        for k, (row, normal) in enumerate(zip(self.program.objectives, self.form.of, strict=True)):
            result[:, k] = int(row @ fixed) if normal >= 0 or constant is None else constant
            if normal >= 0:
                column = int(np.flatnonzero(self.form.objectives[normal])[0])
                factor = int(row[column]) // int(self.form.objectives[normal][column])
                result[:, k] += factor * values[:, normal]
        return result

    def _outcome(self) -> KernelOutcome:
        e, S, Z = self.enumeration, self.search.S, self.state.Z
        count = int(Z[e.POINTS])
        x = self.state.X[:count].astype(np.int64)
        points = x @ self.program.objectives.T
        order = np.lexsort(points.T[::-1])
        lower, upper = self._open() if self.stopped else (points[:0], points[:0])
        status: Status = "stopped" if self.stopped else "complete" if count else "infeasible"
        statistics = {
            "subproblems": int(Z[e.SUBPROBLEMS]),
            "second_stages": int(Z[e.SECONDS]),
            "repeats": int(Z[e.REPEATS]),
            "nodes": int(S[NODES]),
            "nodes_empty": int(Z[e.NODES_EMPTY]),
            "nodes_second": int(Z[e.NODES_SECOND]),
            "pivots": int(S[PIVOTS]),
            "fallbacks": self.fallbacks,
        }
        return KernelOutcome(
            points[order],
            x[order],
            status,
            self.stopped,
            upper,
            lower,
            self._original(self.state.ideal[None], None)[0],
            int(Z[e.SUBPROBLEMS]),
            int(S[NODES]),
            statistics,
            self._snapshot() if self.stopped else None,
        )
