"""The engine: reproducible, feasible to the last bit, and good; thresholds count work, never
seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import moocore
import numpy as np
import pytest

from benchmarks.problems import engineering, standard
from benchmarks.problems.standard import Floats, box, build
from optimiser.engine.nonlinear import Evolved, Margins, SearchProgress, evolve
from optimiser.engine.problem import Domain, Problem, Row

Make = Callable[[], tuple[Problem, Margins | None]]


def ratio(y: Floats, ideal: list[float], nadir: list[float], true: float) -> float:
    """Hypervolume over the true one, reference point 1.1 on axes scaled by ideal and nadir."""
    z = (y - np.array(ideal)) / (np.array(nadir) - np.array(ideal))
    return float(moocore.hypervolume(z, ref=[1.1] * len(ideal))) / true


def run(make: Make, work: float, **options: object) -> Evolved:
    problem, margins = make()
    return evolve(problem, seed=1, work=work, margins=margins, **options)  # type: ignore[arg-type]


def check(make: Make, found: Evolved) -> None:
    """Inside the domains, feasible as evaluated, mutually non-dominated, sorted, read-only."""
    problem, margins = make()
    y, v = problem.evaluate(np.array(found.x))
    np.testing.assert_array_equal(y, found.y)
    equal = list(margins.equalities) if margins else []
    assert (v[:, equal] <= 1e-9).all()
    assert (np.delete(v, equal, axis=1) == 0.0).all()
    assert moocore.is_nondominated(found.y).all()
    assert (np.diff(found.y[:, 0]) >= 0).all()
    assert not found.x.flags.writeable
    assert not found.y.flags.writeable
    low = np.array([float(d.lower or 0) for d in problem.decisions])
    high = np.array([float(d.upper or 0) for d in problem.decisions])
    assert ((found.x >= low) & (found.x <= high)).all()


# ZDT1: area under 1 - sqrt(f) is 1/3; ZDT2: 2/3; DTLZ2, DTLZ4: an eighth of a ball
@pytest.mark.parametrize(
    ("make", "work", "ideal", "nadir", "true", "least"),
    [
        (standard.zdt1, 80_000, [0, 0], [1, 1], 1.21 - 1 / 3, 0.999),
        (standard.zdt2, 80_000, [0, 0], [1, 1], 1.21 - 2 / 3, 0.999),
        (standard.zdt4, 80_000, [0, 0], [1, 1], 1.21 - 1 / 3, 0.999),
        (standard.dtlz2, 60_000, [0, 0, 0], [1, 1, 1], 1.331 - np.pi / 6, 0.992),
        (standard.dtlz4, 60_000, [0, 0, 0], [1, 1, 1], 1.331 - np.pi / 6, 0.9895),
    ],
)
def test_known_fronts_are_reached(
    make: Make, work: float, ideal: list[float], nadir: list[float], true: float, least: float
) -> None:
    found = run(make, work)
    check(make, found)
    assert least <= ratio(found.y, ideal, nadir, true) <= 1.0


@pytest.mark.parametrize(
    ("make", "ideal"),
    [
        (engineering.re21, [1237.8414230005742, 0.002761423749158419]),
        (engineering.re34, [1661.7078225, 6.1428, 0.0394]),
        (engineering.re37, [0.00889341391106, 0.00488, -0.4315]),
    ],
)
def test_published_ideal_points_are_reached(make: Make, ideal: list[float]) -> None:
    """Tanabe and Ishibuchi (2020), the suite's own table."""
    found = run(make, 20_000)
    check(make, found)
    np.testing.assert_allclose(found.y.min(axis=0), ideal, rtol=1e-4)


@pytest.mark.parametrize(
    "make", [standard.bnh, standard.osy, standard.tnk, standard.mw1, standard.mw3]
)
def test_constrained_plans_are_feasible_to_the_last_bit(make: Make) -> None:
    found = run(make, 25_000)
    assert len(found.x) > 200
    check(make, found)


def test_ill_conditioned_forms_are_polished() -> None:
    """Without exact steps evolution alone stays some per cent away."""
    n, condition = 30, 1e3
    forms, centres = standard.quadratic_forms(n, condition)
    front = []
    for t in np.concatenate([np.geomspace(1e-5, 0.5, 400), 1 - np.geomspace(1e-5, 0.5, 400)]):
        a = t * forms[0] + (1 - t) * forms[1]
        x = np.linalg.solve(a, t * forms[0] @ centres[0] + (1 - t) * forms[1] @ centres[1])
        front.append([(x - c) @ h @ (x - c) for h, c in zip(forms, centres, strict=True)])
    y = np.array(front)
    low, high = y.min(axis=0), y.max(axis=0)
    true = float(moocore.hypervolume((y - low) / (high - low), ref=[1.1, 1.1]))
    found = run(lambda: standard.rotated(n, condition), 60_000)
    assert ratio(found.y, list(low), list(high), true) > 0.999


@pytest.mark.parametrize("make", [standard.osy, engineering.re35, standard.dtlz7])
def test_the_same_seed_gives_the_same_bytes(make: Make) -> None:
    first, second = run(make, 15_000), run(make, 15_000)
    assert first.x.tobytes() == second.x.tobytes()
    assert first.y.tobytes() == second.y.tobytes()
    assert first.statistics == second.statistics
    problem, margins = make()
    other = evolve(problem, seed=2, work=15_000, margins=margins)
    assert other.x.tobytes() != first.x.tobytes()


def test_mixed_columns_and_logic_rows() -> None:
    """Two technologies with amounts, one needing the other, levels, a listed size: only plans that
    obey are handed back.
    """
    domains = (
        Domain("pump", "whole", Fraction(0), Fraction(1)),
        Domain("pump.amount", "real", Fraction(0), Fraction(5)),
        Domain("fan", "whole", Fraction(0), Fraction(1)),
        Domain("fan.amount", "real", Fraction(0), Fraction(4)),
        Domain(
            "size",
            "listed",
            Fraction(1, 2),
            Fraction(4),
            (Fraction(1, 2), Fraction(2), Fraction(4)),
        ),
    )
    logic = (
        Row("low", "pump", ((1, 1), (0, -2)), lower=0),
        Row("high", "pump", ((1, 1), (0, -5)), upper=0),
        Row("low", "fan", ((3, 1), (2, -1)), lower=0),
        Row("high", "fan", ((3, 1), (2, -4)), upper=0),
        Row("fan requires pump", "requires", ((0, 1), (2, -1)), lower=0),
    )

    def function(x: Floats) -> tuple[Floats, Floats]:
        gain = np.sqrt(x[:, 1] + 1e-9) + np.log1p(x[:, 3]) * x[:, 4]
        cost = x[:, 0] + 0.3 * x[:, 1] + x[:, 2] + 0.4 * x[:, 3] * x[:, 4] + 0.2 * x[:, 4]
        return np.stack([-gain, cost], axis=1), np.stack([cost - 8.0], axis=1) / 8.0

    def make() -> tuple[Problem, Margins | None]:
        return build(domains, 2, function, p=1, logic=logic)

    found = run(make, 20_000)
    check(make, found)
    pump, pumped, fan, fanned, size = found.x.T
    assert set(pump) == {0.0, 1.0}
    assert set(fan) == {0.0, 1.0}
    assert set(size) <= {0.5, 2.0, 4.0}
    assert (fan <= pump).all()
    np.testing.assert_array_equal(pumped == 0, pump == 0)
    np.testing.assert_array_equal(fanned == 0, fan == 0)
    assert (pumped[pump == 1] >= 2.0).all()
    assert (fanned[fan == 1] >= 1.0).all()
    # doing nothing with the smallest size is the cheapest plan
    np.testing.assert_allclose(found.y[-1], [-np.sqrt(1e-9), 0.1], atol=1e-12)


def test_an_equality_is_held() -> None:
    """On the circle x² + y² = 1 every point of the quarter is efficient."""

    def function(x: Floats) -> tuple[Floats, Floats]:
        return x.copy(), ((x * x).sum(axis=1) - 1.0)[:, None]

    def make() -> tuple[Problem, Margins | None]:
        return build(box([0.0, 0.0], [1.5, 1.5]), 2, function, p=1, equalities=(0,))

    found = run(make, 20_000)
    check(make, found)
    np.testing.assert_allclose((found.x**2).sum(axis=1), 1.0, atol=1e-9)
    assert ratio(found.y, [0, 0], [1, 1], 1.21 - np.pi / 4) > 0.99


def test_a_tiny_feasible_region_is_found() -> None:
    """A ball of a millionth of the box, far from the middle."""

    def function(x: Floats) -> tuple[Floats, Floats]:
        centre = np.array([0.81, 0.13, 0.67])
        ball = ((x - centre) ** 2).sum(axis=1) / 4e-5 - 1.0
        return np.stack([x[:, 0] + x[:, 2], -x[:, 0] + x[:, 1]], axis=1), ball[:, None]

    def make() -> tuple[Problem, Margins | None]:
        return build(box([0.0] * 3, [1.0] * 3), 2, function, p=1)

    found = run(make, 20_000)
    assert len(found.x) > 100
    check(make, found)


def test_undefined_points_are_never_handed_back() -> None:
    """Half of the box has no square root, and the front runs along the edge."""

    def function(x: Floats) -> tuple[Floats, Floats]:
        root = np.sqrt(x[:, 0] + x[:, 1] - 1.0)
        return np.stack([x[:, 0] + 0.1 * root, x[:, 1] + 0.1 * root], axis=1), np.zeros((len(x), 0))

    def make() -> tuple[Problem, Margins | None]:
        return build(box([0.0, 0.0], [1.0, 1.0]), 2, function)

    found = run(make, 20_000)
    check(make, found)
    assert np.isfinite(found.y).all()
    assert found.y.sum(axis=1).min() < 1.001


def test_scales_do_not_matter() -> None:
    """ZDT2 with one objective a million times larger gives nearly the same front."""
    problem, _ = standard.zdt2()
    factor = np.array([1e6, 1.0])

    def scaled(x: Floats) -> tuple[Floats, Floats]:
        y, v = problem.evaluate(x)
        return y * factor, v

    found = run(lambda: build(problem.decisions, 2, scaled, smooth=False), 60_000)
    assert ratio(found.y / factor, [0, 0], [1, 1], 1.21 - 2 / 3) > 0.995


def test_no_plan_at_all() -> None:
    def function(x: Floats) -> tuple[Floats, Floats]:
        return x.copy(), 1.0 + x[:, :1]

    found = run(lambda: build(box([0.0, 0.0], [1.0, 1.0]), 2, function, p=1), 3000)
    assert found.x.shape == (0, 2)
    assert found.y.shape == (0, 2)


@pytest.mark.parametrize("m", [1, 6])
def test_one_objective_and_many(m: int) -> None:
    def function(x: Floats) -> tuple[Floats, Floats]:
        centres = np.eye(6)[:m] * 0.5 + 0.25
        return ((x[:, None, :] - centres) ** 2).sum(axis=2), np.zeros((len(x), 0))

    found = run(lambda: build(box([0.0] * 6, [1.0] * 6), m, function), 8000)
    assert len(found.x) == 1 if m == 1 else len(found.x) > 500
    if m == 1:
        np.testing.assert_allclose(found.y, 0.0, atol=1e-8)


def test_it_stops_when_told_to_and_says_why() -> None:
    asked = []

    def after_five() -> str | None:
        asked.append(1)
        return "interrupted" if len(asked) > 5 else None

    seen: list[SearchProgress] = []
    found = run(standard.zdt1, 1e9, should_stop=after_five, on_progress=seen.append)
    assert found.stopped == "interrupted"
    assert len(seen) == 5
    assert all(b.work > a.work for a, b in pairwise(seen))
    assert 0.0 <= seen[-1].feasible <= 1.0
    assert seen[-1].hypervolume > 0.0


def test_it_stops_by_itself_when_nothing_comes_any_more() -> None:
    found = run(standard.bnh, 1e7, tolerance=1e-4)
    assert found.stopped is None
    assert float(str(found.statistics["work"])) < 2e5
    check(standard.bnh, found)


def test_work_is_counted() -> None:
    problem, margins = standard.osy()
    points = 0

    def counted(x: Floats) -> tuple[Floats, Floats]:
        nonlocal points
        points += len(x)
        return problem.evaluate(x)

    from dataclasses import replace

    found = evolve(replace(problem, evaluate=counted), seed=1, work=20_000, margins=margins)
    assert found.statistics["evaluations"] == points
    assert 20_000 <= float(str(found.statistics["work"])) < 25_000


def test_it_can_start_from_given_plans() -> None:
    """An ill-conditioned problem whose efficient ends are given is solved at once."""
    problem, _ = standard.rotated(30, 1e3)
    _, centres = standard.quadratic_forms(30, 1e3)
    found = evolve(problem, seed=1, work=100, starts=np.array(centres))
    np.testing.assert_allclose(found.y.min(axis=0), 0.0, atol=1e-12)
