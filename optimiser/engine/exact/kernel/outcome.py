"""What the engine is asked, how far it is, and what it found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.engine.exact.kernel.machine import SLICE
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel.snapshot import Snapshot

    Integers = NDArray[np.int64]

__all__ = ["KernelAnswer", "KernelOutcome", "KernelProgress", "Limits", "Status", "SubProblem"]

Status = Literal["complete", "infeasible", "stopped", "refused"]


@dataclass(frozen=True)
class Limits:
    """How far the kernel goes on its own.

    Attributes:
        nodes: branch-and-bound nodes one stage of a sub-problem may take before the fallback is
            asked.
        slice_seconds: about how long the compiled code runs between two calls of ``on_slice``.
        points: stop at the next call of ``on_slice`` once so many points are found; None: find all
            of them.
        stack: bytes for the open nodes of one search; where they do not suffice the fallback is
            asked.
        anytime: with two objectives, search the largest open boxes first until none is wider than
            this share of the range in both objectives, so that a run stopped early leaves small
            gaps everywhere; None: from one end to the other.
        patience: seconds before that begins.
    """

    nodes: int = 2_000_000
    slice_seconds: float = SLICE
    points: int | None = None
    stack: int = 128 << 20
    anytime: float | None = None
    patience: float = 0.0


@dataclass(frozen=True, eq=False)
class KernelProgress:
    """Where the search stands.

    Attributes:
        points, zones, subproblems, nodes: points found, open zones, sub-problems and nodes so far.
        plans: the efficient plans so far, (k, n), from a position on.
        tentative: (t, n) plans that hold and that the zones are cut by, which may not be efficient.
        snapshot: the state of the search; with it as ``start`` another run goes on from here.
        boxes: what is open, as :attr:`KernelOutcome.floors` and :attr:`KernelOutcome.zones`.
        incumbent: the best plan so far (n,) of the sub-problem at hand, which holds but may not be
            efficient; None without one.
    """

    points: int
    zones: int
    subproblems: int
    nodes: int
    plans: Callable[[int], Integers]
    tentative: Callable[[], Integers]
    boxes: Callable[[], tuple[Integers, Integers]]
    snapshot: Callable[[], Snapshot]
    incumbent: Callable[[], Integers | None]


@dataclass(frozen=True, eq=False)
class SubProblem:
    """Minimise ``objective @ x`` over the program's plans with ``objectives @ x <= limits`` and
    ``objective @ x <= cut``.

    Attributes:
        objective: (n,) int64.
        limits: (m,) int64, in the program's objectives; ``UNLIMITED`` where there is none.
        cut: the largest value of interest.
    """

    objective: Integers
    limits: Integers
    cut: int


@dataclass(frozen=True, eq=False)
class KernelAnswer:
    """A fallback's answer: an optimal ``x`` (n,), or None with ``proven`` True where there is
    provably no plan.
    """

    x: Integers | None
    proven: bool


@dataclass(frozen=True, eq=False)
class KernelOutcome:
    """What was found.

    Attributes:
        points: (k, m) int64 non-dominated points in lexicographic order.
        x: (k, n) int64, one efficient plan each.
        status: complete (all of them), infeasible, stopped (by ``on_slice``, a limit, or an
            unanswered sub-problem) or refused (nothing was done).
        reason: in words, where the status is stopped or refused.
        zones: (z, m) int64 where stopped: every further non-dominated point y has y < one of them
            in every objective. The last ones, one a tentative plan, end one above its point.
        floors: (z, m) int64: such a point below zone i is at or above ``floors[i]`` too.
        ideal: (m,) int64 proven lower bounds of the objectives.
        statistics: sub-problems, second stages, nodes, pivots, fallbacks.
        snapshot: the state of the search where stopped, to go on from.
        enough: whether it stopped because there are as many points as asked for.
        tentative: (t, n) int64 where stopped: plans that hold, which may not be efficient.
    """

    points: Integers
    x: Integers
    tentative: Integers
    status: Status
    reason: str
    zones: Integers
    floors: Integers
    ideal: Integers
    subproblems: int
    nodes: int
    statistics: dict[str, int]
    snapshot: Snapshot | None = None
    enough: bool = False
