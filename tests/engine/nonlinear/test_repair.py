"""Logic rows hold after repair: by exact arithmetic where columns are discrete, to the last digits
where they are real.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine.nonlinear import repair
from optimiser.engine.nonlinear.repair import LogicRepair
from optimiser.engine.nonlinear.space import Space
from optimiser.engine.problem import Domain, Row
from tests.searches import examples


def yes(name: str) -> Domain:
    return Domain(name, "whole", Fraction(0), Fraction(1))


def holds(row: Row, x: list[float], slack: Fraction = Fraction(0)) -> bool:
    value = sum((Fraction(c) * Fraction(x[j]) for j, c in row.terms), Fraction(row.constant))
    low = row.lower is None or value >= row.lower - slack * max(1, abs(row.lower))
    return low and (row.upper is None or value <= row.upper + slack * max(1, abs(row.upper)))


@st.composite
def discrete_models(draw: st.DrawFn) -> tuple[tuple[Domain, ...], tuple[Row, ...]]:
    """Prerequisites, exclusions, groups and budgets over a few yes/no, whole and listed columns,
    feasible or not.
    """
    count = draw(st.integers(2, 6))
    domains = []
    for j in range(count):
        kind = draw(st.sampled_from(["yes", "yes", "yes", "whole", "listed"]))
        if kind == "yes":
            domains.append(yes(f"x{j}"))
        elif kind == "whole":
            domains.append(
                Domain(
                    f"x{j}",
                    "whole",
                    Fraction(draw(st.integers(-2, 0))),
                    Fraction(draw(st.integers(1, 3))),
                )
            )
        else:
            values = sorted(draw(st.sets(st.integers(-3, 5), min_size=2, max_size=4)))
            domains.append(
                Domain(
                    f"x{j}",
                    "listed",
                    Fraction(values[0]),
                    Fraction(values[-1]),
                    tuple(map(Fraction, values)),
                )
            )
    rows = []
    for i in range(draw(st.integers(1, 6))):
        columns = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=count, unique=True))
        weight = st.sampled_from([-3, -1, -1, 1, 1, 2])
        terms = tuple((j, draw(weight)) for j in columns)
        low = draw(st.none() | st.integers(-4, 2))
        high = (
            draw(st.integers(0, 5)) if low is None else draw(st.none() | st.integers(low, low + 4))
        )
        rows.append(Row(f"r{i}", "g", terms, low, high, draw(st.integers(-1, 1))))
    return tuple(domains), tuple(rows)


def values(domain: Domain) -> list[int]:
    if domain.values:
        return [int(v) for v in domain.values]
    assert domain.lower is not None
    assert domain.upper is not None
    return list(range(int(domain.lower), int(domain.upper) + 1))


@settings(max_examples=examples(80))
@given(discrete_models(), st.integers(0, 1000))
def test_discrete_rows_hold_exactly_wherever_they_can(
    model: tuple[tuple[Domain, ...], tuple[Row, ...]], seed: int
) -> None:
    domains, rows = model
    rng = np.random.default_rng(seed)
    space = Space(domains)
    logic = LogicRepair(rows, space)
    x = space.decode(rng.random((12, len(domains))))
    before = x.copy()
    repaired, good = logic.repair(x, rng)
    np.testing.assert_array_equal(x, before)
    possible = [
        p for p in product(*map(values, domains)) if all(holds(row, list(p)) for row in rows)
    ]
    assert good.all() == bool(possible)
    assert good.any() == bool(possible)
    for point, ok in zip(repaired.tolist(), good, strict=True):
        assert ok == all(holds(row, point) for row in rows)
        assert all(v in values(d) for v, d in zip(point, domains, strict=True))
    kept = np.array([all(holds(row, p) for row in rows) for p in x.tolist()])
    np.testing.assert_array_equal(repaired[kept], x[kept])


@settings(max_examples=examples(40))
@given(discrete_models(), st.integers(0, 1000))
def test_projection_finds_a_nearest_plan(
    model: tuple[tuple[Domain, ...], tuple[Row, ...]], seed: int
) -> None:
    domains, rows = model
    space = Space(domains)
    x = space.decode(np.random.default_rng(seed).random((1, len(domains))))[0]
    possible = [
        p for p in product(*map(values, domains)) if all(holds(row, list(p)) for row in rows)
    ]
    found = LogicRepair(rows, space).project(x)
    if not possible:
        assert found is None
        return
    assert found is not None
    distances = [(np.abs(np.array(p) - x) / space.width).sum() for p in possible]
    assert (np.abs(found - x) / space.width).sum() == pytest.approx(min(distances))


@settings(max_examples=examples(40))
@given(st.integers(0, 10**6))
def test_amounts_follow_their_adoption(seed: int) -> None:
    """Semi-continuous pairs: the amount is 0, or adopted and between its ends; and a budget over
    the amounts.
    """
    rng = np.random.default_rng(seed)
    domains: list[Domain] = []
    rows = []
    for i in range(4):
        low, high = int(rng.integers(1, 4)), int(rng.integers(5, 9))
        domains += [yes(f"a{i}"), Domain(f"s{i}", "real", Fraction(0), Fraction(high))]
        rows.append(Row(f"min{i}", "amount", ((2 * i + 1, 1), (2 * i, -low)), lower=0))
        rows.append(Row(f"max{i}", "amount", ((2 * i + 1, 1), (2 * i, -high)), upper=0))
    rows.append(Row("group", "g", tuple((2 * i, 1) for i in range(4)), lower=1, upper=3))
    rows.append(Row("need", "n", ((2, 1), (0, -1)), lower=0))
    rows.append(Row("budget", "b", tuple((2 * i + 1, 3 + i) for i in range(4)), upper=40))
    space = Space(domains)
    x, good = LogicRepair(rows, space).repair(space.decode(rng.random((60, 8))), rng)
    assert good.all()
    for point in x.tolist():
        assert all(holds(row, point, Fraction(1, 10**12)) for row in rows)
        for adopted, amount in zip(point[::2], point[1::2], strict=True):
            assert (amount == 0.0) == (adopted == 0.0)
    assert len(np.unique(x, axis=0)) > 20, "repair leaves variety"


@settings(max_examples=examples(40))
@given(st.integers(0, 10**6))
def test_real_rows_hold_to_the_last_digits(seed: int) -> None:
    """Shares that add up to one, a second equality across them and an inequality."""
    rng = np.random.default_rng(seed)
    domains = [Domain(f"s{j}", "real", Fraction(0), Fraction(1)) for j in range(6)]
    rows = [
        Row("sum", "g", tuple((j, 1) for j in range(6)), 1, 1),
        Row("mix", "g", ((0, 10), (1, 10), (4, -10)), 1, 1),
        Row("cap", "g", ((1, 100), (2, 100)), None, 37),
    ]
    space = Space(domains)
    x, good = LogicRepair(rows, space).repair(space.decode(rng.random((20, 6))), rng)
    assert good.all()
    for point in x.tolist():
        assert all(holds(row, point, Fraction(2, 10**9)) for row in rows[:2])
        assert holds(rows[2], point, Fraction(1, 10**14))


def test_what_cannot_be_is_said() -> None:
    domains = (yes("a"), yes("b"))
    rows = (
        Row("both", "g", ((0, 1), (1, 1)), lower=2),
        Row("not both", "g", ((0, 1), (1, 1)), upper=1),
    )
    _, good = LogicRepair(rows, Space(domains)).repair(np.zeros((3, 2)), np.random.default_rng(0))
    assert not good.any()


def test_sharp_corners_between_reals_take_no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps onto one of two rows with an acute angle after the other went on for dozens of rounds,
    then to integer programs.
    """
    domains = tuple(Domain(name, "real", Fraction(0), Fraction(10)) for name in "ab")
    rows = (
        Row("low", "low", ((0, 100), (1, -99)), None, 1),
        Row("high", "high", ((0, -99), (1, 98)), None, 1),
        Row("end", "end", ((0, 1), (1, 1)), 1, 9),
    )
    logic = LogicRepair(rows, Space(domains))
    rng = np.random.default_rng(0)
    x, good = logic.repair(rng.uniform(0, 10, (100, 2)), rng)
    assert good.any()
    monkeypatch.setattr(
        logic, "project", lambda point: pytest.fail("an integer program for two real columns")
    )
    x, good = logic.repair(rng.uniform(0, 10, (100, 2)), rng)
    assert good.all()
    assert logic.holds(x).all()
    assert len(np.unique(x, axis=0)) > 50


@settings(max_examples=examples(30))
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_what_moves_leave_is_the_same_in_blocks_of_any_size(seed: int, block: int) -> None:
    rng = np.random.default_rng(seed)
    n, r = (int(number) for number in rng.integers(1, 7, 2))
    terms = (
        tuple((j, int(c)) for j, c in enumerate(rng.integers(-9, 10, n)) if c) for _ in "x" * r
    )
    rows = [Row(f"r{i}", "", own, upper=int(rng.integers(-5, 9))) for i, own in enumerate(terms)]
    logic = LogicRepair(rows, Space([yes(f"x{j}") for j in range(n)]))
    k, z = 4, 3
    x = rng.integers(0, 2, (k, n)).astype(np.float64)
    columns, change = rng.integers(0, n, (k, z)), rng.integers(-1, 2, (k, z)).astype(np.float64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repair, "_BLOCK", block)
        found = logic._left(x, columns, change)
    largest = np.abs(logic.rows.a).max(axis=1)
    for i, place in np.argwhere(change).tolist():
        moved = x[i].copy()
        moved[columns[i, place]] += change[i, place]
        over = np.maximum(moved @ logic.rows.a.T - logic.upper, 0.0)
        missed = sum(float(v / w) for v, w in zip(over, largest, strict=True) if w)
        assert found[i, place] == pytest.approx(missed)
    assert not found[change == 0].any()


@pytest.mark.parametrize("first_holds", [True, False])
def test_repair_ends_when_time_is_up(first_holds: bool) -> None:
    """60 technologies in three phases were made to hold for 5 s after a limit of 2 s; what is at
    hand is listed where nothing else holds.
    """
    names = [yes(f"t{j}") for j in range(50)]
    rows = [Row(f"{j}", "", ((j, 1), (j + 1, -1)), lower=0) for j in range(49)]
    if not first_holds:
        rows.append(Row("least", "", tuple((j, 1) for j in range(50)), lower=1, upper=49))
    asked = 0

    def stop() -> str:
        nonlocal asked
        asked += 1
        return "time_limit"

    logic = LogicRepair(rows, Space(names), should_stop=stop)
    x = np.random.default_rng(3).integers(0, 2, (40, 50)).astype(np.float64)
    found, good = logic.repair(x, np.random.default_rng(0))
    assert 0 < asked < 10
    assert logic.projected == 0
    assert good.all() == first_holds
    assert logic.holds(found).tolist() == good.tolist()


@settings(max_examples=examples(60))
@given(discrete_models(), st.integers(0, 99))
def test_sparse_rows_repair_as_dense_ones_do(
    model: tuple[tuple[Domain, ...], tuple[Row, ...]], seed: int
) -> None:
    domains, rows = model
    space = Space(domains)
    x = space.decode(np.random.default_rng(seed).random((20, space.n)))
    found = []
    for most in (1 << 22, -1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("optimiser.engine.nonlinear.logic_rows._DENSE", most)
            asked = LogicRepair(rows, space)
        assert asked.rows.sparse == (most < 0)
        moved, good = asked.repair(x.copy(), np.random.default_rng(1))
        found.append((asked.excess(x), moved, good, asked.project(x[0])))
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_repair_that_is_told_to_stop_stops_in_a_row_and_in_a_program() -> None:
    space = Space([yes(f"x{j}") for j in range(40)])
    rows = [
        Row(f"r{j}", "r", ((j, 1), ((j * 7 + 1) % 40, 1), ((j * 11 + 3) % 40, 1)), 1, 1)
        for j in range(39)
    ]
    asked = [0]

    def stop() -> bool:
        asked[0] += 1
        return True

    found = LogicRepair(rows, space, should_stop=stop)
    found.repair(space.decode(np.random.default_rng(0).random((8, 40))), np.random.default_rng(1))
    assert asked[0] < 20
    assert found.project(np.zeros(40)) is None
