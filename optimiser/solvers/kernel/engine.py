"""The kernel's front door: arrays in, the complete set of non-dominated points out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.solvers.kernel import workspace
from optimiser.solvers.kernel.integers import (
    UNLIMITED,
    IntegerProgram,
    NormalForm,
    Precision,
    RefusedError,
    normal_form,
    precision,
)
from optimiser.solvers.kernel.places import BEST, FOUND, NODES, PIVOTS, QUOTA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = ["Answer", "KernelOutcome", "Limits", "Progress", "SubProblem", "refusal", "solve_front"]

Status = Literal["complete", "infeasible", "stopped", "refused"]


@dataclass(frozen=True)
class Limits:
    """How far the kernel goes on its own.

    Attributes:
        nodes: branch-and-bound nodes one stage of a sub-problem may take before the fallback is asked.
        slice_seconds: about how long the compiled code runs between two calls of ``on_slice``.
        points: stop at the next call of ``on_slice`` once so many points are found; None: find all of them.
        stack: bytes for the open nodes of one search; where they do not suffice the fallback is asked.
    """

    nodes: int = 2_000_000
    slice_seconds: float = 0.1
    points: int | None = None
    stack: int = 256 << 20


@dataclass(frozen=True)
class Progress:
    """Where the search stands: points found, open zones, sub-problems and nodes so far."""

    points: int
    zones: int
    subproblems: int
    nodes: int


@dataclass(frozen=True, eq=False)
class SubProblem:
    """Minimise ``objective @ x`` over the program's plans with ``objectives @ x <= limits`` and ``objective @ x <= cut``.

    Attributes:
        objective: (n,) int64.
        limits: (m,) int64, in the program's objectives; ``UNLIMITED`` where there is none.
        cut: the largest value of interest.
    """

    objective: Integers
    limits: Integers
    cut: int


@dataclass(frozen=True, eq=False)
class Answer:
    """A fallback's answer: an optimal ``x`` (n,), or None with ``proven`` True where there is provably no plan."""

    x: Integers | None
    proven: bool


@dataclass(frozen=True, eq=False)
class KernelOutcome:
    """What was found.

    Attributes:
        points: (k, m) int64 non-dominated points in lexicographic order.
        x: (k, n) int64, one efficient plan each.
        status: complete (all of them), infeasible, stopped (by ``on_slice``, a limit, or an unanswered sub-problem) or
            refused (nothing was done).
        reason: in words, where the status is stopped or refused.
        zones: (z, m) int64 where stopped: every further non-dominated point y has y < one of them in every objective.
        ideal: (m,) int64 proven lower bounds of the objectives.
        statistics: sub-problems, second stages, nodes, pivots, fallbacks.
    """

    points: Integers
    x: Integers
    status: Status
    reason: str
    zones: Integers
    ideal: Integers
    subproblems: int
    nodes: int
    statistics: dict[str, int]


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
    limits: Limits | None = None,
    fallback: Callable[[SubProblem], Answer] | None = None,
    on_slice: Callable[[Progress], bool] | None = None,
) -> KernelOutcome:
    """The complete set of non-dominated points of ``program``, one efficient plan each.

    Args:
        program: arrays of whole numbers.
        limits: node budgets; see :class:`Limits`.
        fallback: asked for a sub-problem whose search is over budget; without one, or where it cannot answer, the run
            stops.
        on_slice: called every few tenths of a second; True stops the run. Exceptions (Ctrl-C) pass through here.

    Returns:
        The outcome; ``complete`` only where every zone has been refuted in whole numbers (or by the fallback).
    """
    try:
        form = normal_form(program)
        widths = precision(form)
    except RefusedError as error:
        return _nothing(program, "refused", str(error))
    if form.infeasible:
        return _nothing(program, "infeasible", "")
    return _Run(program, form, widths, limits or Limits()).finish(fallback, on_slice)


def _nothing(program: IntegerProgram, status: Status, reason: str, /) -> KernelOutcome:
    m, n = program.objectives.shape
    none = np.zeros((0, m), dtype=np.int64)
    return KernelOutcome(none, np.zeros((0, n), dtype=np.int64), status, reason, none, np.zeros(m, dtype=np.int64), 0, 0, {})


class _Run:
    """One run's arrays, and the slices."""

    def __init__(self, program: IntegerProgram, form: NormalForm, widths: Precision, limits: Limits, /) -> None:
        from optimiser.solvers.kernel import enumeration

        self.program, self.form, self.limits = program, form, limits
        self.enumeration = enumeration
        costs = np.vstack([form.objectives, form.objectives.sum(axis=0)[None]])
        self.model = workspace.model(form, widths, costs)
        self.roots = workspace.roots(self.model, workspace.tableau_height(form))
        self.search = workspace.search(form, limits.stack)
        self.state = workspace.state(self.model, len(form.objectives), 256, 256)
        self.state.Z[enumeration.LIMIT] = limits.nodes
        self.fallbacks = 0
        self.stopped = ""

    def finish(
        self, fallback: Callable[[SubProblem], Answer] | None, on_slice: Callable[[Progress], bool] | None, /
    ) -> KernelOutcome:
        """Slice after slice until the front is complete or something stops it."""
        e = self.enumeration
        S = self.search.S
        quota = 1000
        while not self.stopped:
            began = time.perf_counter()
            S[QUOTA] = quota
            code = e.advance(self.model, self.roots, self.search, self.state)
            if code == e.COMPLETE:
                break
            if code == e.FULL:
                self.state = workspace.grown(self.state)
            elif code == e.OVERRUN and not self._ask(fallback):
                self.stopped = "a sub-problem is over its node budget"
            elif code == e.HALTED:
                seconds = max(time.perf_counter() - began, 1e-6)
                quota = max(100, int(quota * min(4.0, max(0.25, self.limits.slice_seconds / seconds))))
                if self.limits.points is not None and self.state.Z[e.POINTS] >= self.limits.points:
                    self.stopped = "enough points"
                elif on_slice is not None and on_slice(self._progress()):
                    self.stopped = "stopped"
        return self._outcome()

    def _progress(self) -> Progress:
        e, Z = self.enumeration, self.state.Z
        return Progress(int(Z[e.POINTS]), int(Z[e.COUNT]), int(Z[e.SUBPROBLEMS]), int(self.search.S[NODES]))

    @property
    def _second(self) -> bool:
        return bool(self.state.Z[self.enumeration.PHASE] == self.enumeration.SECOND)

    def _ask(self, fallback: Callable[[SubProblem], Answer] | None, /) -> bool:
        """Hand the current stage to the fallback. Returns whether it answered."""
        if fallback is None:
            return False
        e, form, S, Z = self.enumeration, self.form, self.search.S, self.state.Z
        n, p = self.program.objectives.shape[1], len(form.objectives)
        upper = np.full(len(self.program.objectives), UNLIMITED, dtype=np.int64)
        for k, row in enumerate(form.of):
            if row >= 0 and (self._second or row != Z[e.K]):
                upper[k] = self._original(k, int(self.search.up[n + row]))
        found = int(S[FOUND])
        if not found and not self._second:
            # The search may have looked only a little beyond the bound; the fallback is asked once for the whole.
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
        x = np.asarray(x, dtype=np.int64)
        program = self.program
        activity = program.rows @ x
        good = bool((x >= program.lower).all() and (x <= program.upper).all() and int(objective @ x) <= cut)
        good = good and all(
            (lo <= -UNLIMITED or a >= lo) and (hi >= UNLIMITED or a <= hi)
            for a, lo, hi in zip(activity, program.row_lower, program.row_upper, strict=True)
        )
        good = good and all(int(x[y]) == int(np.prod(x[list(f)])) for y, f in program.products.items())
        p = len(form.objectives)
        for k in range(p):
            if self._second or k != self.state.Z[self.enumeration.K]:
                good = good and low[n + k] <= int(form.objectives[k] @ x) <= high[n + k]
        if not good:
            raise ValueError("the fallback's plan does not satisfy the sub-problem")
        return x

    def _original(self, k: int, value: int, /) -> int:
        """A value of the normal form's objective in the units of objective k."""
        n = self.program.objectives.shape[1]
        row = self.program.objectives[k]
        lower = self.form.lower[:n].astype(np.int64)
        constant = int(row @ np.where(self.form.lower[:n] == self.form.upper[:n], lower, 0))
        normal = self.form.of[k]
        if normal < 0:
            return constant
        column = int(np.flatnonzero(self.form.objectives[normal])[0])
        return int(row[column]) // int(self.form.objectives[normal][column]) * value + constant

    def _outcome(self) -> KernelOutcome:
        e, S, Z = self.enumeration, self.search.S, self.state.Z
        count = int(Z[e.POINTS])
        x = self.state.X[:count].astype(np.int64)
        points = x @ self.program.objectives.T
        order = np.lexsort(points.T[::-1])
        m = points.shape[1]
        zones = np.zeros((0, m), dtype=np.int64)
        if self.stopped:
            status: Status = "stopped"
            zones = self._zones()
        else:
            status = "complete" if count else "infeasible"
        ideal = np.array(
            [self._original(k, int(self.state.ideal[r]) if r >= 0 else 0) for k, r in enumerate(self.form.of)], dtype=np.int64
        )
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
            points[order], x[order], status, self.stopped, zones, ideal, int(Z[e.SUBPROBLEMS]), int(S[NODES]), statistics
        )

    def _zones(self) -> Integers:
        """The open zones in the program's objectives."""
        e = self.enumeration
        normal = self.state.U[: int(self.state.Z[e.COUNT])]
        columns = [
            [self._original(k, int(u)) for u in normal[:, r]] if r >= 0 else [UNLIMITED] * len(normal)
            for k, r in enumerate(self.form.of)
        ]
        return np.array(columns, dtype=np.int64).reshape(len(self.form.of), len(normal)).T
