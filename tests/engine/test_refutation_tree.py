"""The refutation tree against looking at every whole-number part; one real column is left to
arithmetic on intervals.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pytest

from optimiser.engine.branching.refutation_tree import RefutationTree
from optimiser.engine.contract import Budget, Stop
from optimiser.engine.problem import Domain, Linear, Row
from tests.searches import seeds

Terms = dict[int, Fraction]

UNITS = [Fraction(1), Fraction(1), Fraction(1), Fraction(10) ** 9, Fraction(10) ** -9]
WIDE = [1, 1, 10**3, 10**9, 10**15]


def program(seed: int, real: bool) -> tuple[Linear, list[Terms], list[Terms]]:
    """A few whole columns, a real one or none, rows whose numbers lie far apart; two limits and two
    costs in odd units.
    """
    r = np.random.default_rng(seed)
    n = int(r.integers(1, 5))
    columns = [
        Domain(f"x{j}", "whole", Fraction(int(r.integers(-2, 1))), Fraction(int(r.integers(1, 5))))
        for j in range(n)
    ]
    if real:
        unit = UNITS[r.integers(len(UNITS))]
        ends = (
            [None, -unit, unit / 3, Fraction(0)][r.integers(4)],
            [None, unit, 2 * unit][r.integers(3)],
        )
        columns.append(Domain("y", "real", *ends))
    width = len(columns)
    rows = []
    for i in range(int(r.integers(0, 5))):
        among = r.choice(width, r.integers(1, width + 1), replace=False)
        terms = tuple(
            (int(j), int(r.choice([-7, -3, -2, -1, 1, 2, 3])) * WIDE[r.integers(len(WIDE))])
            for j in sorted(among)
        )
        most = sum(abs(c) for _, c in terms)
        low, high = (
            None if r.random() < 0.5 else int(r.random() * 2 * most) - most for _ in range(2)
        )
        rows.append(
            Row(f"r{i}", "g", terms, low, low if r.random() < 0.2 else high, int(r.integers(0, 2)))
        )

    def some() -> Terms:
        return {j: int(r.integers(-5, 6)) * UNITS[r.integers(len(UNITS))] for j in range(width)}

    return Linear(tuple(columns), (), tuple(rows)), [some(), some()], [some(), some()]


def value(terms: Mapping[int, Fraction | int], x: tuple[Fraction | int, ...]) -> Fraction:
    return sum((Fraction(c) * x[j] for j, c in terms.items() if j < len(x)), Fraction(0))


def interval(
    linear: Linear, limits: list[Terms], uppers: list[Fraction | None], x: tuple[int, ...]
) -> tuple[float | Fraction, ...]:
    """The ends of the real column that the rows leave where the whole columns are ``x``; nothing
    where they leave none.
    """
    n = len(x)
    low: float | Fraction = -math.inf
    high: float | Fraction = math.inf
    if len(linear.columns) > n:
        ends = linear.columns[n].lower, linear.columns[n].upper
        low, high = (
            (-math.inf if ends[0] is None else ends[0]),
            (math.inf if ends[1] is None else ends[1]),
        )
    parts = [
        (
            Fraction(dict(row.terms).get(n, 0)),
            value(dict(row.terms), x) + row.constant,
            row.lower,
            row.upper,
        )
        for row in linear.rows
    ]
    parts += [
        (terms.get(n, Fraction(0)), value(terms, x), None, u)  # type: ignore[misc]
        for terms, u in zip(limits, uppers, strict=True)
    ]
    for own, rest, least, most in parts:
        for side, sign in ((most, 1), (least, -1)):
            if side is None:
                continue
            if own == 0:
                if sign * (side - rest) < 0:
                    return ()
            elif (own > 0) == (sign > 0):
                high = min(high, (side - rest) / own)
            else:
                low = max(low, (side - rest) / own)
    return (low, high) if low <= high else ()


def by_force(
    linear: Linear, limits: list[Terms], uppers: list[Fraction | None], cost: Terms
) -> float | Fraction | None:
    """The least cost, minus infinity included; None where nothing is feasible."""
    whole = [c for c in linear.columns if c.kind == "whole"]
    best: float | Fraction | None = None
    for x in itertools.product(*(range(int(c.lower or 0), int(c.upper or 0) + 1) for c in whole)):
        ends = interval(linear, limits, uppers, x)
        if ends:
            own = cost.get(len(x), Fraction(0))
            least = value(cost, x) + (0 if own == 0 else own * (ends[0] if own > 0 else ends[1]))
            best = least if best is None else min(best, least)
    return best


@pytest.mark.parametrize("real", [False, True], ids=["whole", "mixed"])
@pytest.mark.parametrize("seed", seeds(60, here=15))
def test_it_says_what_looking_at_everything_says(seed: int, real: bool) -> None:
    linear, limits, costs = program(seed, real)
    r = np.random.default_rng(seed)
    tree = RefutationTree(linear, limits, Budget())
    for cost in costs:
        uppers: list[Fraction | None] = [
            None if r.random() < 0.4 else int(r.integers(-9, 10)) * UNITS[r.integers(len(UNITS))]
            for _ in limits
        ]
        truth = by_force(linear, limits, uppers, cost)
        verdict, least = tree.empty(uppers), tree.least(cost, uppers)
        assert verdict.status == ("empty" if truth is None else "found")
        if verdict.x:
            whole = tuple(
                int(v) for v, c in zip(verdict.x, linear.columns, strict=True) if c.kind == "whole"
            )
            ends = interval(linear, limits, uppers, whole)
            assert ends
            assert not real or ends[0] <= verdict.x[-1] <= ends[1]
        if truth is None or not isinstance(truth, Fraction):
            assert least.status == ("empty" if truth is None else "unbounded")
            continue
        assert (least.status, least.value, least.bound) == ("optimal", truth, truth)
        assert value(cost, least.x) == truth
        few = tree.least(cost, uppers, nodes=2)
        assert few.bound is None or few.bound <= truth
        assert few.value is None or few.value >= truth
        assert tree.least(cost, uppers, below=truth).status == "empty"
        assert tree.least(cost, uppers, below=truth + Fraction(1, 10**15)).value == truth
        relaxed = tree.relaxed(cost)
        assert relaxed is None or relaxed <= truth


def test_a_whole_column_worth_a_millionth_of_a_tolerance_decides() -> None:
    """10**15 a + b >= 500000: a float solver takes a = 4e-10 for a whole number, and drops b."""
    a, b = (
        Domain("a", "whole", Fraction(0), Fraction(3)),
        Domain("b", "whole", Fraction(0), Fraction(10**6)),
    )
    linear = Linear((a, b), (), (Row("need", "need", ((0, 10**15), (1, 1)), 500_000),))
    tree = RefutationTree(linear, [{0: 1}, {1: 1}], Budget())
    assert tree.least({1: 1}, [0, None]).value == 500_000
    assert tree.least({1: 1}, [1, None]).value == 0
    assert tree.empty([0, 499_999]).status == "empty"


def test_rows_that_floats_cannot_hold_are_decided_all_the_same() -> None:
    x, y = (Domain(name, "whole", Fraction(0), Fraction(10**6)) for name in "xy")
    rows = (
        Row("r", "r", ((0, 10**400), (1, -1)), 1),
        Row("s", "s", ((0, 10**400), (1, -(10**400))), None, 0),
    )
    tree = RefutationTree(Linear((x, y), (), rows), [{0: 1, 1: 1}], Budget())
    assert tree.least({0: 1, 1: 1}, [None]).value == 2
    assert tree.empty([1]).status == "empty"


def test_a_ray_makes_a_problem_unbounded_only_where_something_is_feasible() -> None:
    """The ray is there in both; 2 w = 1 has no whole w."""
    x, w = Domain("x", "real", Fraction(0), None), Domain("w", "whole", Fraction(0), Fraction(5))
    odd = Linear((x, w), (), (Row("r", "r", ((0, 0), (1, 2)), 1, 1),))
    assert RefutationTree(odd, (), Budget()).least({0: -1, 1: -(10**10)}, ()).status == "empty"
    assert (
        RefutationTree(Linear((x, w), (), ()), (), Budget()).least({0: -1, 1: -(10**10)}, ()).status
        == "unbounded"
    )


class Patience(Budget):
    """Exhausted once it was asked so many times, on a fast machine as on a slow one."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self.left = questions

    def exhausted(self) -> Stop | None:
        self.left -= 1
        return "time_limit" if self.left < 0 else None


def test_a_stopped_search_has_a_bound_and_ends_in_time() -> None:
    r = np.random.default_rng(5)
    n = 200
    columns = tuple(Domain(f"x{j}", "whole", Fraction(0), Fraction(1)) for j in range(n))
    rows = []
    for i in range(12):
        weights = r.integers(10, 100, n).tolist()
        rows.append(Row(f"r{i}", "g", tuple(enumerate(weights)), None, sum(weights) // 2))
    cost = {j: -int(c) for j, c in enumerate(r.integers(10, 100, n))}
    patience = Patience(3000)
    least = RefutationTree(Linear(columns, (), tuple(rows)), (), patience).least(cost, ())
    assert -5 < patience.left < 0  # it was asked at every node, and heard at once
    assert least.status == "unknown"
    assert least.bound is not None
    assert least.value is not None
    assert -sum(abs(c) for c in cost.values()) < least.bound <= least.value < 0


def test_a_relaxation_in_which_highs_cycles_is_decided_all_the_same() -> None:
    """A free column beside numbers nine powers of ten apart: started from the basis of other costs,
    HiGHS never came back.
    """
    ends = [(-1, 5), (-2, 2), (-2, 1), (-1, 5)]
    columns = [Domain(f"x{j}", "whole", Fraction(a), Fraction(b)) for j, (a, b) in enumerate(ends)]
    row = Row(
        "r0", "g", ((1, -(10**9)), (0, 3 * 10**9), (4, 3), (3, 7 * 10**9), (2, -3)), -4757546348
    )
    tiny = Fraction(1, 10**9)
    limits: list[Terms] = [
        {0: Fraction(5), 1: Fraction(2 * 10**9), 2: Fraction(-1), 3: Fraction(-3), 4: Fraction(-1)},
        {
            0: Fraction(5 * 10**9),
            1: Fraction(4 * 10**9),
            2: Fraction(-5),
            3: -2 * tiny,
            4: -3 * tiny,
        },
    ]
    tree = RefutationTree(
        Linear((*columns, Domain("y", "real", None, None)), (), (row,)), limits, Budget(60.0)
    )
    first = {0: Fraction(0), 1: Fraction(0), 2: Fraction(10**9), 3: Fraction(-5), 4: -3 * tiny}
    second = {
        0: Fraction(-4),
        1: Fraction(-3 * 10**9),
        2: Fraction(3),
        3: Fraction(4),
        4: Fraction(-5 * 10**9),
    }
    for cost, uppers in (
        (first, [Fraction(7 * 10**9), Fraction(-2)]),
        (second, [10 * tiny, Fraction(3 * 10**9)]),
    ):
        assert tree.empty(uppers).status == "found"
        assert tree.least(cost, uppers).status == "unbounded"
        tree.least(cost, uppers, nodes=2)
