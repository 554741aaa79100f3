"""Whether a ranking holds when plans get worse or leave, and whether other methods begin with
another plan.

References:
    Wang, X. & Triantaphyllou, E. (2008). Ranking irregularities when evaluating alternatives by
    using some ELECTRE methods. Omega, 36(1), 45-63 (the three tests).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.errors import UsageError
from optimiser.front import Proof
from optimiser.ranking import NORMALISATIONS, Ranked, methods, rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Flags, Floats, Front
    from optimiser.results.ranked_plans import RankedPlans

    Whole = NDArray[np.int64]

__all__ = ["RankingCheck", "Reversals", "check_ranking", "record"]

_REPLACED = (10, 100)  # at least, and at most so many plans
_SCORED = 20_000  # in all so many plans are scored again, before the least is asked for
_PAIRED = 30  # the first plans, compared two by two
_SHARE = 0.01  # of the range: by so much the less bad of two replacements is worse


@dataclass(frozen=True)
class Reversals:
    """What one of the tests found.

    Attributes:
        tried: how many plans were replaced (test 1), or compared two by two.
        of: how many there are.
        cases: how many replacements or comparisons that makes.
        found: the ids of plans that tell. Test 1: the plan that got worse, the first before, the
            first after. Test 2: a, b, c with a not behind b, b not behind c, and c before a. Test
            3: a, b with a before b in the whole list, and b before a alone.
    """

    tried: int
    of: int
    cases: int
    found: tuple[tuple[str, ...], ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was turned round."""
        return not self.found


@dataclass(frozen=True)
class RankingCheck:
    """A ranking under test.

    Attributes:
        method: its name.
        tests: the three tests, in their order.
        first: by method the plans that it puts first, with the weights and ranges of the ranking;
            methods that cannot rank this front are left out.
        fixed: whether every objective has a range of its own.
    """

    method: str
    tests: tuple[Reversals, Reversals, Reversals]
    first: Mapping[str, tuple[str, ...]]
    fixed: bool

    @property
    def agree(self) -> bool:
        """Whether there is a plan that every method puts first."""
        return bool(set.intersection(*map(set, self.first.values())))


def check_ranking(result: RankedPlans, /) -> RankingCheck:
    """The rank-reversal tests on a ranking, and the first plans by every method.

    Everything is measured by the ranges of the run; what else a method takes from the plans, such
    as lengths, it takes from those that are compared.

    Args:
        result: k plans in rank order. Of long lists some are tried, spread over the ranks (test 1),
            or the first (tests 2 and 3).
    """
    front, ranking = result.front, result.ranking
    paired = _pairwise(front, ranking)
    tests = (_worse(front, ranking), _transitive(front, paired), _alone(front, ranking, paired))
    fixed = all(column.range is not None for column in front.columns)
    return RankingCheck(ranking.method, tests, _first(front, ranking), fixed)


def record(checked: RankingCheck, /) -> dict[str, Any]:
    """The same as plain values, for JSON."""
    return {
        "method": checked.method,
        "tests": [
            {
                "test": number,
                "holds": test.holds,
                "tried": test.tried,
                "of": test.of,
                "cases": test.cases,
                "found": list(map(list, test.found)),
            }
            for number, test in enumerate(checked.tests, start=1)
        ],
        "first": {method: list(plans) for method, plans in checked.first.items()},
        "agree": checked.agree,
    }


def _again(front: Front, ranking: Ranked, /, **other: Any) -> Ranked:
    """The plans of a front ranked as those of the run were, but for what is given."""
    names = (column.name for column in front.columns)
    kept = ranking.normalise if ranking.normalise in NORMALISATIONS else "range"
    asked = {
        "method": ranking.method,
        "weights": dict(zip(names, ranking.weights.tolist(), strict=True)),
        "normalise": kept,
        "ranges": ranking.ranges,
        "definition": ranking.definition,
        **other,
    }
    return rank(front, **asked)


def _with(front: Front, y: Floats, rows: Whole, /) -> Front:
    """Some plans of a front, with (k, m) values in place of theirs."""
    return replace(
        front,
        y=y,
        x=front.x[rows],
        indicators=front.indicators[rows],
        cells=tuple(front.cells[row] for row in rows.tolist()),
        ids=tuple(front.ids[row] for row in rows.tolist()),
        stands=(),
        exact=tuple(
            {j: value for j, value in front.exact[row].items() if float(value) == y[place, j]}
            for place, row in enumerate(rows.tolist())
            if front.exact
        ),
        proof=Proof("approximate"),
    )


def _leading(front: Front, ranked: Ranked, /) -> tuple[str, ...]:
    return tuple(front.ids[row] for row in ranked.order.tolist() if ranked.rank[row] == 1)


def _worse(front: Front, ranking: Ranked, /) -> Reversals:
    """Test 1: a plan that is not first gets worse, by little in everything and then by all."""
    k, every = len(front), np.arange(len(front))
    leading = _leading(front, ranking)
    behind = [row for row in range(k) if front.ids[row] not in leading]
    least, most = _REPLACED
    number = min(len(behind), max(least, min(most, _SCORED // k)))
    chosen = {behind[int(at)] for at in np.linspace(0, len(behind) - 1, number)} if behind else ()
    found: list[tuple[str, ...]] = []
    cases = 0
    for row in sorted(chosen):
        for values in _replacements(front, ranking, row):
            y = front.y.copy()
            y[row] = values
            cases += 1
            now = _leading(front, _again(_with(front, y, every), ranking))
            if not set(now) <= set(leading):
                found.append((front.ids[row], leading[0], next(p for p in now if p not in leading)))
    return Reversals(len(chosen), len(behind), cases, tuple(found))


def _replacements(front: Front, ranking: Ranked, row: int, /) -> Iterator[Floats]:
    """(m,) values that are worse than those of a plan in everything that can be."""
    worst, best = ranking.ranges.T
    own = front.y[row]
    end = np.maximum(front.signs * own, front.signs * worst) * front.signs
    for values in (own + _SHARE * (worst - best), end):
        if (values != own).any():
            yield values


def _pairwise(front: Front, ranking: Ranked, /) -> Flags:
    """(n, n) of the first n plans whether one is before the other where these two are ranked
    alone.
    """
    n = min(len(front), _PAIRED)
    before = np.zeros((n, n), dtype=bool)
    for a, b in itertools.combinations(range(n), 2):
        rows = np.array([a, b])
        ranks = _again(_with(front, front.y[rows], rows), ranking).rank
        before[a, b], before[b, a] = ranks[0] < ranks[1], ranks[1] < ranks[0]
    return before


def _transitive(front: Front, before: Flags, /) -> Reversals:
    """Test 2: a not behind b and b not behind c make a not behind c."""
    n = len(before)
    not_behind = ~before.T & ~np.eye(n, dtype=bool)
    found = [
        (front.ids[a], front.ids[int(b)], front.ids[c])
        for c, a in np.argwhere(before).tolist()
        for b in np.nonzero(not_behind[a] & not_behind[:, c])[0][:1]
    ]
    return Reversals(n, len(front), n * (n - 1) // 2, tuple(found))


def _alone(front: Front, ranking: Ranked, before: Flags, /) -> Reversals:
    """Test 3: two plans alone are in the order of the whole list."""
    n = len(before)
    found = [
        (front.ids[a], front.ids[b])
        for a, b in itertools.combinations(range(n), 2)
        if ranking.rank[a] < ranking.rank[b] and before[b, a]
    ]
    return Reversals(n, len(front), n * (n - 1) // 2, tuple(found))


def _first(front: Front, ranking: Ranked, /) -> dict[str, tuple[str, ...]]:
    first = {ranking.method: _leading(front, ranking)}
    for name in sorted(set(methods()) - {ranking.method}):
        try:
            first[name] = _leading(front, _again(front, ranking, method=name, definition=""))
        except UsageError:  # achievement without targets
            continue
    return first
