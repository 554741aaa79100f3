"""The kernel's front door: arrays in, the complete set of non-dominated points out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optimiser.solvers.kernel.integers import UNLIMITED, IntegerProgram, NormalForm, RefusedError, normal_form, precision

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
        slice_nodes: nodes (a sub-problem counts one more) between two calls of ``on_slice``; a few tenths of a second.
        points: stop after so many points; None: all of them.
        stack: bytes for the open nodes of one search.
    """

    nodes: int = 2_000_000
    slice_nodes: int = 100_000
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

    def __init__(self, program: IntegerProgram, form: NormalForm, widths: Any, limits: Limits, /) -> None:
        from optimiser.solvers.kernel import enumeration

        self.program, self.form, self.limits = program, form, limits
        self.enumeration = enumeration
        self.model = _model(form, widths)
        n, d, p = program.objectives.shape[1], len(form.dense), len(form.objectives)
        s = len(form.sparse[0]) - 1
        height = d + min(s, n + 32) + 2
        self.roots = _roots(enumeration, self.model, height, n, p)
        self.search = _search(enumeration, form, height, n, d, s, limits.stack)
        self.state = _state(enumeration, self.model, n, p, 256, 256)
        self.state.Z[enumeration.LIMIT] = limits.nodes
        self.fallbacks = 0
        self.stopped = ""

    def finish(
        self, fallback: Callable[[SubProblem], Answer] | None, on_slice: Callable[[Progress], bool] | None, /
    ) -> KernelOutcome:
        """Slice after slice until the front is complete or something stops it."""
        e = self.enumeration
        S, Z = self.search.S, self.state.Z
        S[e.QUOTA] = self.limits.slice_nodes
        n = self.program.objectives.shape[1]
        S[e.WIDEST] = max(1, int((self.form.upper[:n] - self.form.lower[:n]).max()))
        while True:
            code = e.advance(self.model, self.roots, self.search, self.state)
            if code == e.COMPLETE:
                break
            if code == e.FULL:
                self._grow()
            elif code == e.OVERRUN and not self._ask(fallback):
                self.stopped = "a sub-problem is over its node budget"
                break
            elif code == e.HALTED:
                S[e.QUOTA] = self.limits.slice_nodes
                if self.limits.points is not None and Z[e.POINTS] >= self.limits.points:
                    self.stopped = "points"
                    break
                if on_slice is not None and on_slice(self._progress()):
                    self.stopped = "stopped"
                    break
        return self._outcome()

    def _progress(self) -> Progress:
        e, Z = self.enumeration, self.state.Z
        return Progress(int(Z[e.POINTS]), int(Z[e.COUNT]), int(Z[e.SUBPROBLEMS]), int(self.search.S[e.NODES]))

    def _ask(self, fallback: Callable[[SubProblem], Answer] | None, /) -> bool:
        """Hand the current stage to the fallback. Returns whether it answered."""
        if fallback is None:
            return False
        e, form, S, Z = self.enumeration, self.form, self.search.S, self.state.Z
        n, p = self.program.objectives.shape[1], len(form.objectives)
        second = Z[e.PHASE] == e.SECOND
        upper = np.full(len(self.program.objectives), UNLIMITED, dtype=np.int64)
        for k, row in enumerate(form.of):
            if row >= 0 and (second or row != Z[e.K]):
                upper[k] = self._original(k, int(self.search.up[n + row]))
        objective = self.model.c[p if second else Z[e.K]]
        answer = fallback(SubProblem(objective.copy(), upper, int(S[e.BEST]) - 1))
        if answer.x is None and not answer.proven:
            return False
        self.fallbacks += 1
        found = int(S[e.FOUND])
        if answer.x is not None:
            self.search.xbest[:] = self._checked(answer.x, objective, int(S[e.BEST]) - 1)
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
        second = self.state.Z[self.enumeration.PHASE] == self.enumeration.SECOND
        for k in range(p):
            if second or k != self.state.Z[self.enumeration.K]:
                good = good and low[n + k] <= int(form.objectives[k] @ x) <= high[n + k]
        if not good:
            raise ValueError("the fallback's plan does not satisfy the sub-problem")
        return x

    def _original(self, k: int, value: int, /) -> int:
        """A value of the normal form's objective in the units of objective k."""
        fixed = self.program.lower == self.program.upper
        normal = self.form.of[k]
        free = ~fixed
        if normal < 0:
            return int(self.program.objectives[k] @ self.program.lower)
        column = int(np.flatnonzero(self.form.objectives[normal])[0])
        ratio = int(self.program.objectives[k][column]) // int(self.form.objectives[normal][column])
        constant = int(self.program.objectives[k] @ np.where(free, 0, self.program.lower))
        return ratio * value + constant

    def _grow(self) -> None:
        """Twice the room for zones and points."""
        state, e = self.state, self.enumeration
        bigger = {}
        for name, array in state._asdict().items():
            if name in ("Z", "ideal", "top", "u", "y", "gap"):
                bigger[name] = array
                continue
            grown = np.zeros((2 * len(array), *array.shape[1:]), dtype=array.dtype)
            grown[: len(array)] = array
            bigger[name] = grown
        self.state = e.State(**bigger)

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
            "nodes": int(S[e.NODES]),
            "nodes_empty": int(Z[e.NODES_EMPTY]),
            "failed": int(Z[e.FAILED]),"nodes_second": int(Z[e.NODES_SECOND]),
            "pivots": int(S[e.PIVOTS]),
            "fallbacks": self.fallbacks,
        }
        return KernelOutcome(
            points[order], x[order], status, self.stopped, zones, ideal, int(Z[e.SUBPROBLEMS]), int(S[e.NODES]), statistics
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


def _model(form: NormalForm, widths: Any, /) -> Any:
    from optimiser.solvers.kernel.enumeration import Model

    c = np.vstack([form.objectives, form.objectives.sum(axis=0)[None]])
    return Model(
        np.ascontiguousarray(c), form.dense, *form.sparse, *form.by_column, form.branchable, *form.products,
        form.lower, form.upper, widths.cap, np.array(widths.scale, dtype=np.int64),
    )  # fmt: skip


def _roots(enumeration: Any, model: Any, height: int, n: int, p: int, /) -> Any:
    total = len(model.low)
    return enumeration.Roots(
        np.zeros((p + 1, height, n)), np.zeros((p + 1, height)), np.zeros((p + 1, n)),
        np.zeros((p + 1, height), dtype=np.int64), np.zeros((p + 1, n), dtype=np.int64),
        np.zeros((p + 1, total)), np.zeros((p + 1, total)), np.full((p + 1, 3), [0, 0, -1], dtype=np.int64),
    )  # fmt: skip


def _search(enumeration: Any, form: NormalForm, height: int, n: int, d: int, s: int, stack: int, /) -> Any:
    from optimiser.solvers.kernel.branch_and_bound import SCALARS

    whole = np.int64
    total = n + d + s
    trail = n + int((form.upper[:n] - form.lower[:n]).clip(min=0).sum()) + 8
    depth = trail + 1
    size = min(stack // 8, depth * (height * (n + 1) + n + 2))
    return enumeration.Search(
        np.zeros(SCALARS, dtype=whole), np.zeros((height, n)), np.zeros(height), np.zeros(n),
        np.zeros(height, dtype=whole), np.zeros(n, dtype=whole), np.zeros(total, dtype=whole),
        np.zeros(total), np.zeros(total), np.zeros(n), np.zeros(n), np.zeros(n, dtype=whole), np.zeros(n, dtype=whole),
        np.zeros((2, d + s), dtype=whole), np.zeros(n, dtype=whole), np.zeros((d, n), dtype=whole),
        np.zeros(d, dtype=whole), np.zeros(n, dtype=whole), np.zeros(n, dtype=whole), np.zeros(n, dtype=whole),
        np.zeros(trail, dtype=whole), np.zeros((trail, 2)), np.empty(size),
        np.empty(depth * (height + n + d + 8), dtype=whole), np.zeros(3),
    )  # fmt: skip


def _state(enumeration: Any, model: Any, n: int, p: int, zones: int, points: int, /) -> Any:
    whole = np.int64
    top = model.high[n : n + p].astype(whole) + 1
    state = enumeration.State(
        np.zeros(16, dtype=whole), np.zeros((zones, p), dtype=whole), np.zeros((zones, p), dtype=whole), np.zeros(zones),
        np.zeros(zones, dtype=whole), np.zeros((points, p), dtype=whole), np.zeros((points, n), dtype=np.int32),
        np.zeros((points, p), dtype=whole), model.low[n : n + p].astype(whole), top,
        np.zeros(p, dtype=whole), np.zeros(p, dtype=whole), np.zeros(p + 1),
    )  # fmt: skip
    state.U[0] = top
    state.defining[0] = -1
    state.score[0] = -1.0
    state.Z[enumeration.COUNT] = 1
    return state
