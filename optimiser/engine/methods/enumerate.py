"""Complete enumeration: every combination the logic allows, evaluated in blocks, compared
exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from optimiser.dominance import undominated
from optimiser.engine.canonical import clusters, efficient, first_of_equals, ordinals
from optimiser.engine.combinations import every_combination
from optimiser.engine.contract import Budget, Options, Outcome, Stop
from optimiser.engine.holding import holding, surely, told_by_floats
from optimiser.engine.joint_choices import count_of
from optimiser.engine.judging import judge_of
from optimiser.engine.tolerances import NOISE, RESOLUTION, SCREEN
from optimiser.engine.translations import kept
from optimiser.language import stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Problem
    from optimiser.front import Basis, Flags, Floats

__all__ = ["Enumerate", "plans_with_equals", "sooner_by_labels"]

_MOST = 2**20
# of what is not linear, or only by rounded logarithms, nothing else proves completeness: worth half
# a minute
_MOST_CURVED = 2**24
_HOPELESS = 2**48
# partial combinations walked through, to see how far logic reduces several times too many, or
# hopelessly many
_WALKED = 2**21
_PRUNED = 2**18
# where labels list the front in hundredths of a second: combinations, and partial ones
_FEW, _PRUNED_FEW = 2**16, 2**14
_BLOCK = 2**16
# numbers of the combinations that are looked at at once
_NUMBERS = 2**22
# of combinations that are there when time is up before any was looked at, so many are
_AT_HAND = 256
_LAYERS = 8


@dataclass(eq=False, repr=False)
class _Archive:
    """The efficient plans so far, with what they are compared by; and those that none dominated
    when plans were added last, equal ones included.

    Attributes:
        lost: (m,) how much better than all that are kept a plan in floats may be, for values that
            noise may have made of one were taken for equal.
    """

    problem: Problem
    x: Floats
    keys: NDArray[Any]
    undominated: Floats = field(init=False)
    lost: Floats | float = 0.0

    def add(self, x: Floats, keys: NDArray[Any]) -> None:
        if len(self.x):
            x, keys = np.concatenate([self.x, x]), np.concatenate([self.keys, keys])
        if keys.dtype != np.float64:
            self._keep(x, keys, ordinals(keys))
            return
        best = np.flatnonzero(undominated(keys))
        noise = _noise(keys[best], _wrong(self.problem, x[best]))
        kept = self._keep(x, keys, clusters(keys, noise))
        if len(np.unique(keys[best], axis=0)) > np.isin(kept, best).sum():
            self.lost = self.lost + noise

    def _keep(self, x: Floats, keys: NDArray[Any], ranks: Floats) -> NDArray[np.int64]:
        some = np.flatnonzero(undominated(ranks))
        self.undominated = x[some]
        kept = some[first_of_equals(self.problem, x[some], ranks[some])]
        self.x, self.keys = x[kept], keys[kept]
        return kept


@kept
def _beyond(problem: Problem, /) -> str | None:
    """Why there are too many combinations, or infinitely many; None where there are not."""
    most = _MOST_CURVED if _only_here(problem) else _MOST
    for j, d in enumerate(problem.decisions):
        if j in problem.idle:
            continue
        if d.count is None:
            return stored("decision {name!r} can take infinitely many values", name=d.name)
        if d.count > most:
            return stored("decision {name!r} can take {count} values", name=d.name, count=d.count)
    raw = count_of(problem, fixed=problem.idle)
    if raw <= most:
        return None
    limit = _WALKED if raw <= 8 * most else _PRUNED
    if raw <= _HOPELESS and every_combination(problem, fixed=problem.idle).fits(limit):
        return None
    return stored(
        "about 10^{power:.0f} combinations are too many to try one by one",
        power=math.log10(raw),
    )


@kept
def sooner_by_labels(problem: Problem, /) -> bool:
    """Whether a compiled engine has the front before every combination is looked at."""
    raw = count_of(problem, fixed=problem.idle)
    if raw <= _FEW:
        return False
    from optimiser.engine.methods.labels import Labels

    if Labels().declines(problem) is not None:
        return False
    few = raw <= _MOST_CURVED and every_combination(problem, fixed=problem.idle).fits(_PRUNED_FEW)
    return not few


@kept
def plans_with_equals(problem: Problem, /) -> list[Floats]:
    """After one look at every plan: the efficient plans (k, n) and all that have the objectives of
    one; empty before, and where whole numbers do not tell which these are.
    """
    del problem
    return []


class Enumerate:
    """Looks at every plan there is.

    Complete by exact comparison; where an expression is irrational the comparison sees differences
    of 1e-9 of an objective's range, and the front is covering.
    """

    name: ClassVar[str] = "enumerate"
    rank: ClassVar[int] = 10
    proof: ClassVar[bool] = True
    proves: ClassVar[str] = stored(
        "complete (discrete decisions; up to a million combinations, 16 million where nonlinear)"
    )

    def declines(self, problem: Problem, /) -> str | None:
        """Too many combinations, or infinitely many."""
        return _beyond(problem)

    def suits(self, problem: Problem, /) -> str:
        """How many combinations there are."""
        count = count_of(problem, fixed=problem.idle)
        if count > _MOST_CURVED:
            return stored("few enough combinations, each looked at")
        return stored("{number} combinations, each looked at", number=count)

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        """Keep the efficient ones of all combinations, block by block."""
        plans = every_combination(problem, fixed=problem.idle)
        archive = _Archive(
            problem, np.empty((0, len(problem.decisions))), np.empty((0, len(problem.objectives)))
        )
        judge = judge_of(problem)
        reach = _Reach(len(problem.objectives))
        seen = feasible = undecided = looks = 0
        stopped: Stop | None = None

        def over() -> bool:
            nonlocal stopped
            stopped = budget.exhausted()
            return stopped is not None

        def look(x: Floats) -> None:
            nonlocal seen, feasible, undecided, looks
            looks += 1
            seen += len(x)
            if judge is not None:
                keys, good = judge(x)
                archive.add(x[good], keys[good])
            elif problem.exact is not None:
                good = _screened(problem, x, archive)
            else:
                y, good, open_ones = _measured(problem, x, archive)
                undecided += open_ones
                reach.see(y[good])
                archive.add(x[good], y[good])
            feasible += int(good.sum())
            budget.report(found=len(archive.x), solved=seen)

        size = min(_BLOCK, max(_AT_HAND, _NUMBERS // max(1, plans.width)))
        for x in plans.blocks(size, should_stop=over):
            if stopped is not None:
                break
            look(x)
        if stopped is not None and not seen:
            look(plans.first(_AT_HAND))  # better than no plan at all
        statistics: dict[str, object] = {"combinations": seen, "feasible": feasible}
        if stopped is not None:
            return Outcome(archive.x, "approximate", stopped=stopped, statistics=statistics)
        if len(archive.x) == 0:
            return _infeasible(problem, budget, statistics, _ground(undecided))
        if judge is not None and looks == 1 and not problem.idle:
            plans_with_equals(problem).append(archive.undominated)
        if judge is None and problem.exact is None:
            return _rounded(problem, options, archive, reach, statistics)
        return Outcome(archive.x, "complete", statistics=statistics, basis="exact")


def _only_here(problem: Problem) -> bool:
    """Whether no other solver could prove the front complete."""
    if not problem.linear or problem.exact is None:
        return not problem.linear
    rounded = problem.linear.resolution is not None
    return rounded or any(
        not column.discrete for column in problem.linear.columns[len(problem.decisions) :]
    )


def _infeasible(
    problem: Problem, budget: Budget, statistics: dict[str, object], basis: Basis
) -> Outcome:
    """That nothing holds, with the rules that cannot hold together."""
    from optimiser.engine import conflict

    groups = conflict.conflicting_groups(problem, budget)
    none = np.empty((0, len(problem.decisions)))
    return Outcome(none, "infeasible", conflict=groups, statistics=statistics, basis=basis)


def _ground(undecided: int) -> Basis:
    """That nothing holds is exact where every plan was decided."""
    return "numerical" if undecided else "exact"


class _Reach:
    """The range of each objective over everything seen."""

    def __init__(self, m: int) -> None:
        self.low, self.high = np.full(m, np.inf), np.full(m, -np.inf)

    def see(self, y: Floats) -> None:
        if len(y):
            self.low, self.high = (
                np.minimum(self.low, y.min(axis=0)),
                np.maximum(self.high, y.max(axis=0)),
            )

    @property
    def width(self) -> Floats:
        return np.asarray(self.high - self.low, dtype=np.float64)


def _rounded(
    problem: Problem,
    options: Options,
    archive: _Archive,
    reach: _Reach,
    statistics: dict[str, object],
) -> Outcome:
    """Without exact comparison, plans within the resolution of one another are one point.

    The gap is the resolution where that is more than what floats may be wrong and what taking
    values for equal may have lost: of 10^13 + x with x in 0 to 5 floats see thousandths.
    """
    resolution = options.resolution or RESOLUTION
    y = archive.keys
    noise = _noise(y, _wrong(problem, archive.x))
    scale = _scale(problem, archive, clusters(y, noise), reach)
    room = resolution * np.minimum(np.ptp(y, axis=0), scale)
    lost = archive.lost + noise
    tolerance = np.maximum(room - lost, 0.0)
    kept = efficient(problem, archive.x, clusters(y, tolerance))
    shares = (lost + tolerance)[scale > 0] / scale[scale > 0]
    gap = float(shares.max(initial=resolution))
    return Outcome(
        archive.x[kept],
        "covering",
        gap=gap,
        scale=tuple(scale.tolist()),
        resolution=gap,
        statistics=statistics,
    )


def _scale(problem: Problem, archive: _Archive, ranks: Floats, reach: _Reach) -> Floats:
    """(m,) the range of each objective over the corners; where it has none, over everything."""
    m = ranks.shape[1]
    corners = [
        np.lexsort([ranks[:, i] for i in (*(i for i in reversed(range(m)) if i != k), k)])[0]
        for k in range(m)
    ]
    apart = np.ptp(ranks[corners], axis=0) > 0
    y = archive.keys[corners]
    if problem.rounded is not None:
        y = problem.rounded(archive.x[corners], None)
    return np.where(apart, np.ptp(y, axis=0), reach.width)


def _wrong(problem: Problem, x: Floats) -> Floats:
    """(k, m) by how much the objectives in floats may be wrong; infinite where nobody knows."""
    unknown = np.full((len(x), len(problem.objectives)), np.inf)
    if problem.roundoff is None or len(x) == 0:
        return unknown
    wrong = problem.roundoff(x)[0]
    return np.where(np.isnan(wrong), unknown, wrong)


def _noise(y: Floats, wrong: Floats) -> Floats:
    """(m,) how far apart values (k, m) may be that floats may have made of one."""
    share = NOISE * np.abs(y).max(axis=0, initial=0.0)
    return np.asarray(np.minimum(share, 2 * wrong.max(axis=0, initial=0.0)), dtype=np.float64)


def _measured(problem: Problem, x: Floats, archive: _Archive) -> tuple[Floats, Flags, int]:
    """The objectives in floats, which plans hold, and of how many that hold within tolerance
    exactness remains undecided.

    Exact arithmetic is kept for plans so near a limit that floats do not tell, and of these for the
    ones that no plan so far beats.
    """
    y, out = told_by_floats(problem, x, allowed=True, tolerance=0.0)
    good = np.zeros(len(x), dtype=bool)
    left = np.flatnonzero(~out)
    good[left] = surely(problem, x[left], allowed=True) & np.isfinite(y[left]).all(axis=1)
    close = left[~good[left]]
    noise = SCREEN * np.maximum(1.0, np.abs(archive.keys).max(axis=0, initial=0.0))
    close = close[~_beaten(y[close], archive.keys + noise)]
    found = holding(problem, x[close])
    good[close] = (found.exactly | (found.undecided & found.within)) & np.isfinite(y[close]).all(
        axis=1
    )
    return y, good, int((found.undecided & found.within).sum())


def _screened(problem: Problem, x: Floats, archive: _Archive) -> Flags:
    """Add the block to the archive by exact comparison, exact arithmetic being kept for the plans
    that need it.

    A plan that one that holds exactly beats in every objective by more than evaluation noise is
    out; the others are compared exactly, layer by layer. Beaten in all objectives, not dominated:
    equal values that differ by noise must not decide.
    """
    exact = problem.exact
    if exact is None:
        raise ValueError("the problem has no exact comparison")
    y, out = told_by_floats(problem, x, allowed=True, tolerance=0.0)
    good = ~out & np.isfinite(y).all(axis=1)
    rest = np.flatnonzero(good)
    strong = problem.evaluate(archive.x)[0]
    noise = SCREEN * np.maximum(
        1.0, np.abs(np.concatenate([strong, y[rest]])).max(axis=0, initial=0.0)
    )
    for layer in range(_LAYERS + 1):
        if len(rest) == 0:
            break
        # those left out are beaten by a strong plan, or dominated by one of the next, which is
        # compared first
        ahead = undominated(np.concatenate([strong + noise, y[rest]]))[len(strong) :]
        if not ahead.any():
            break
        following = rest[ahead] if layer < _LAYERS else rest[~_beaten(y[rest], strong + noise)]
        keys, fine = exact(x[following])
        archive.add(x[following[fine]], keys[fine])
        good[following[~fine]] = False
        strong, rest = (
            np.concatenate([strong, y[following[fine]]]),
            rest[~ahead] if layer < _LAYERS else rest[:0],
        )
    return good


def _beaten(y: Floats, strong: Floats) -> Flags:
    """(k,) which of the (k, m) points one of the strong ones beats in every objective."""
    found = np.zeros(len(y), dtype=bool)
    for point in strong:
        left = np.flatnonzero(~found)
        found[left] = (y[left] > point).all(axis=1)
    return found
