"""Corners, scales, bounds and gaps of whole-number models, against all plans by enumeration, at
every step of a search.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from optimiser.engine import Budget
from optimiser.engine.exact import narrowed as narrowing
from optimiser.engine.exact.corners import Frame
from optimiser.engine.exact.kernel import solve_front
from optimiser.engine.exact.questions import Within
from optimiser.engine.exact.relaxed import Relaxed, least
from optimiser.engine.exact.spreading import Spread
from optimiser.engine.exact.wide_program import WideProgram, wide_program
from optimiser.engine.problem import Problem
from optimiser.errors import UsageError
from tests.engine.models import (
    Draft,
    binaries,
    domain_values,
    listed,
    problem_of,
    random_draft,
    whole,
)
from tests.searches import seeds

Ints = np.ndarray[Any, np.dtype[Any]]

# how questions are answered: by the engine, by the engine after rounding to so few bits, by HiGHS's
# relaxations
WAYS = ("engine", "rounded", "relaxed")


def viewed(problem: Problem, way: str, monkeypatch: pytest.MonkeyPatch) -> WideProgram:
    view = wide_program(problem)
    assert view is not None
    if way == "rounded":
        monkeypatch.setattr(narrowing, "_BITS", (12, 16, 24, 62))
    if way == "relaxed":
        monkeypatch.setattr(narrowing, "_BITS", ())
    return view


def plans_of(view: WideProgram) -> tuple[Ints, Ints]:
    """Every plan over the columns of the view, and its objectives (k, m) as Python's integers."""
    box = itertools.product(*(range(a, b + 1) for a, b in zip(view.lower, view.upper, strict=True)))
    plans = [x for x in (np.array(row, dtype=np.int64) for row in box) if view.holds(x)]
    values = np.array([view.values(x) for x in plans], dtype=object).reshape(
        len(plans), len(view.objectives)
    )
    return np.array(plans), values


def drafts() -> list[Draft]:
    """Two to four objectives; some repeated, negated or constant; numbers of very different
    widths.
    """
    r = np.random.default_rng(5)
    found = [
        random_draft(seed, n=6, m=m, spread=spread)
        for m in (2, 3, 4)
        for seed in range(3)
        for spread in (7, 10**6, 10**11)
    ]
    base = random_draft(3, n=6, m=2, spread=9)
    first, second = base.objectives
    for extra in (
        [first],
        [{k: -v for k, v in first.items()}],
        [{(): 4}],
        [{(): 4}, second],
        [{(0,): 1, (1,): -1}],
    ):
        found.append(replace(base, objectives=[*base.objectives, *extra]))
    found.append(replace(base, objectives=[first, {(): 1}]))
    domains = [whole("a", -1, 2), listed("b", 0, 1, 2.5), *binaries(3)]
    objectives = [{(j,): int(c) for j, c in enumerate(r.integers(-9, 10, 5))} for _ in range(3)]
    return [
        *found,
        Draft(
            domains,
            objectives,
            [({(j,): int(c) for j, c in enumerate(r.integers(1, 9, 5))}, None, 14)],
        ),
    ]


def lexicographic(values: Ints, k: int) -> tuple[int, ...]:
    order = [k, *(j for j in range(values.shape[1]) if j != k)]
    return min((tuple(row) for row in values), key=lambda y: [y[j] for j in order])


def true_gap(values: Ints, listed_: Ints, scale: Sequence[int | float | Fraction]) -> Fraction:
    """How much worse the nearest listed plan is where it is worst, for the plan that is furthest;
    huge beyond a scale of 0.
    """
    worst = Fraction(0)
    for y in values:
        nearest = None
        for z in listed_:
            away = [
                int(b - a) / Fraction(s) if s else Fraction(0 if b <= a else 10**9)
                for a, b, s in zip(y, z, scale, strict=True)
            ]
            nearest = max(away) if nearest is None else min(nearest, max(away))
        worst = max(worst, nearest if nearest is not None else Fraction(10**9))
    return worst


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("first", seeds(4, here=1))
def test_at_every_step_corners_bounds_and_gap_are_true(
    first: int, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    for draft in drafts()[first::4]:
        view = viewed(problem_of(draft), way, monkeypatch)
        _, values = plans_of(view)
        spread, last = Spread(view, Budget()), 1.0
        if not len(values):
            while spread.step():
                pass
            assert spread.infeasible
            continue
        corners = [lexicographic(values, k) for k in range(values.shape[1])]
        for step in range(5000):
            more = spread.step()
            steps += 1
            assert all(
                a <= b for a, b in zip(spread._corners.floors, values.min(axis=0), strict=True)
            )
            if spread.frame is None:
                assert spread.gap is None
                continue
            assert spread.corners is not None
            assert [view.values(x) for x in spread.corners] == corners
            assert spread.frame.scale == expected_scale(values, corners)
            if spread.gap is not None:
                assert spread.gap <= last
                last = spread.gap
                if step % 5 and more:
                    continue
                listed_ = np.array([view.values(x) for x in spread.plans], dtype=object)
                assert Fraction(spread.gap) >= true_gap(values, listed_, spread.frame.scale)
            if not more:
                break
        assert spread.complete
        best = {
            tuple(y) for y in values if not any((z <= y).all() and (z < y).any() for z in values)
        }
        assert {view.values(x) for x in spread.plans} == best
    assert steps > 125


def expected_scale(values: Ints, corners: list[tuple[int, ...]]) -> tuple[int, ...]:
    ranges = [max(c) - min(c) for c in zip(*corners, strict=True)]
    if not any(ranges):
        return tuple(ranges)
    return tuple(a or int(values[:, k].max() - values[:, k].min()) for k, a in enumerate(ranges))


@pytest.mark.parametrize("way", WAYS)
def test_the_bounds_are_those_of_the_objectives_in_their_units(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(4):
        problem = problem_of(random_draft(seed, n=5, m=3))
        view = viewed(problem, way, monkeypatch)
        x, _ = plans_of(view)
        if not len(x):
            continue
        y = problem.evaluate(view.decisions(x))[0]
        spread = Spread(view, Budget())
        for _ in range(60):
            assert (np.array(spread.bounds(), dtype=float) <= y.min(axis=0) + 1e-9).all()
            spread.step()
        np.testing.assert_allclose(
            np.array(spread.bounds(), dtype=float), y.min(axis=0), atol=1e-12
        )


@pytest.mark.parametrize("way", WAYS)
def test_no_question_is_answered_wrongly(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    r, asked = np.random.default_rng(11), {True: 0, False: 0}
    for draft in drafts()[:20]:
        view = viewed(problem_of(draft), way, monkeypatch)
        plans, values = plans_of(view)
        if not len(values):
            continue
        ranges = [int(a - b) for a, b in zip(values.max(axis=0), values.min(axis=0), strict=True)]
        one = (
            Within(view, narrow, Frame(tuple(values.min(axis=0).tolist()), tuple(ranges)))
            if (narrow := narrowing.narrowed(view)) is not None
            else Relaxed(view, ranges, Budget())
        )
        for _ in range(20):
            limits: list[int | None] = [
                int(v) + int(d)
                for v, d in zip(
                    values[r.integers(len(values))], r.integers(-2, 2, len(ranges)), strict=True
                )
            ]
            if r.random() < 0.3:
                limits[int(r.integers(len(limits)))] = None
            there = any(
                all(h is None or v <= h for v, h in zip(y, limits, strict=True)) for y in values
            )
            x, settled = one.ask(limits, 10**6, None)
            assert settled
            assert (x is not None) == there
            if x is not None:
                assert view.holds(x)
                y = view.values(x)
                assert all(h is None or v <= h for v, h in zip(y, limits, strict=True))
                alike, all_of_them = one.alike(x, 1_000, 10**6, None)
                assert all_of_them
                assert set(map(bytes, alike)) == set(map(bytes, plans[(values <= y).all(axis=1)]))
            asked[there] += 1
    assert min(asked.values()) > 20


def test_the_engine_lists_the_same_front_from_proven_corners() -> None:
    compared = 0
    for draft in drafts():
        view = wide_program(problem_of(draft))
        assert view is not None
        narrow = narrowing.narrowed(view)
        if narrow is None or not narrow.exact:
            continue
        spread = Spread(view, Budget())
        while spread.frame is None and spread.step():
            pass
        if spread.corners is None:
            continue
        plain = solve_front(narrow.program)
        led = solve_front(narrow.program, corners=spread.corners)
        assert led.status == plain.status == "complete"
        np.testing.assert_array_equal(led.points, plain.points)
        np.testing.assert_array_equal(led.ideal, plain.ideal)
        compared += 1
    assert compared > 10


def test_a_duality_bound_holds_for_any_prices() -> None:
    r, tight = np.random.default_rng(3), 0
    for _ in range(300):
        n, rows = 4, 3
        cost, *matrix = [
            [
                Fraction(int(a), int(b))
                for a, b in zip(r.integers(-9, 10, n), r.integers(1, 8, n), strict=True)
            ]
            for _ in range(rows + 1)
        ]
        size = 10.0 ** int(r.integers(-6, 10))
        box = np.array([-2.0] * n), np.array([3.0] * n)
        corner = [Fraction(int(v)) for v in r.integers(-2, 4, n)]
        # every row holds at the corner with nothing to spare
        sides = [sum(a * x for a, x in zip(row, corner, strict=True)) for row in matrix]
        low = np.array([float(s) for s in sides])
        high = np.where(r.random(rows) < 0.5, low, np.inf)
        floats = csr_array(np.array([[float(a) for a in row] for row in matrix]))
        prices = r.normal(size=rows) * size
        value = sum(c * x for c, x in zip(cost, corner, strict=True))
        bound = least(np.array([float(c) for c in cost]), floats, (low, high), box, prices)
        assert Fraction(bound) <= value
        # with no prices at all it is the box's own bound
        alone = least(np.array([float(c) for c in cost]), floats, (low, high), box, np.zeros(rows))
        own = sum(min(c * -2, c * 3) for c in cost)
        assert Fraction(alone) <= own
        tight += float(own) - alone < 1e-12
    assert tight > 290


def test_a_rounded_program_holds_every_plan_and_is_never_above_an_objective() -> None:
    for bits in (6, 10, 20):
        for draft in drafts()[:12]:
            view = wide_program(problem_of(draft))
            assert view is not None
            narrow = narrowing._rounded(view, bits)
            assert narrow is not None
            program = narrow.program
            x, values = plans_of(view)
            for plan, y in zip(x, values, strict=True):
                activity = program.rows @ plan
                assert (activity >= program.row_lower).all()
                assert (activity <= program.row_upper).all()
                for k, v in enumerate(program.objectives @ plan):
                    assert narrow.floor(k, int(v)) <= y[k]
                    assert narrow.limits(list(y))[k] >= v


def test_domains_and_units_survive_the_posing() -> None:
    draft = drafts()[-1]
    problem = problem_of(draft)
    view = wide_program(problem)
    assert view is not None
    x, values = plans_of(view)
    decisions = view.decisions(x)
    everything = np.array(list(itertools.product(*map(domain_values, problem.decisions))))
    assert problem.exact is not None
    good = everything[problem.exact(everything)[1]]
    assert sorted(map(tuple, decisions.tolist())) == sorted(map(tuple, good.tolist()))
    y = problem.evaluate(decisions)[0]
    units = np.array([float(u) for u in view.unit]), np.array([float(o) for o in view.offset])
    np.testing.assert_allclose(values.astype(float) * units[0] + units[1], y, atol=1e-9)


@pytest.mark.parametrize(
    "damage",
    [
        lambda numbers, arrays: numbers.update(floors=(*numbers["floors"], 0)),
        lambda numbers, arrays: numbers.update(floors=numbers["floors"][:-1]),
        lambda numbers, arrays: numbers.update(ideal=(1,)),
        lambda numbers, arrays: numbers.pop("scale"),
        lambda numbers, arrays: numbers.update({"top.0": ()}),
        lambda numbers, arrays: arrays.update({"corner.0": arrays["corner.0"][:-1]}),
        lambda numbers, arrays: arrays.update({"corner.0": arrays["corner.0"][None]}),
        lambda numbers, arrays: arrays.update({"corner.0": arrays["corner.0"] * 1.0}),
        lambda numbers, arrays: arrays.update({"corner.0": arrays["corner.0"] + 1000}),
    ],
)
def test_a_state_of_other_shapes_is_refused(
    damage: Callable[[dict[str, Any], dict[str, Any]], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a state ended in an IndexError or a ValueError in the middle of the search."""
    for draft in drafts():
        view = viewed(problem_of(draft), WAYS[0], monkeypatch)
        spread = Spread(view, Budget())
        while spread.frame is None and spread.step():
            pass
        if spread.frame is not None:
            break
    state = spread.state()
    Spread(view, Budget()).restore(state)
    numbers, arrays = dict(state.numbers), dict(state.arrays)
    damage(numbers, arrays)
    with pytest.raises(UsageError, match="does not fit"):
        Spread(view, Budget()).restore(replace(state, numbers=numbers, arrays=arrays))
