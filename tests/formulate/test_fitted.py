"""Tables and probabilities in a problem: every engine against brute force, and limits on logits to
the last plan.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import optimiser
from optimiser.errors import InfeasibleError, NoSolutionError
from optimiser.expressions import Graph
from optimiser.formulate import formulate
from optimiser.formulate.fitted import probability_of
from optimiser.session import Request, options_for
from tests.domain.solving import points, written

Points = list[tuple[Fraction, Fraction]]


def value_of(curve: Sequence[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
    """Straight lines between points, the outermost ones going on."""
    i = max(0, min(sum(x >= place for place, _ in curve) - 1, len(curve) - 2))
    (a, b), (c, d) = curve[i : i + 2]
    return b + (d - b) / (c - a) * (x - a)


def curve_text(curve: Points) -> str:
    return "[" + ", ".join(f"[{float(x):g}, {float(y):g}]" for x, y in curve) + "]"


def random_curve(rng: random.Random, low: int, high: int) -> Points:
    """Of any shape, sometimes convex or concave, with decimals, sometimes not as wide as the
    decision.
    """
    places = sorted(rng.sample(range(4 * low, 4 * high + 1), rng.randrange(2, 6)))
    slopes = [Fraction(rng.randrange(-20, 21), 10) for _ in places[1:]]
    shape = rng.randrange(3)
    slopes = sorted(slopes, reverse=shape == 1) if shape else slopes
    curve = [(Fraction(places[0], 4), Fraction(rng.randrange(20)))]
    for place, slope in zip(places[1:], slopes, strict=True):
        x, y = curve[-1]
        curve.append((Fraction(place, 4), y + slope * (Fraction(place, 4) - x)))
    return curve


def undominated(
    found: set[tuple[Fraction, ...]], senses: Sequence[int]
) -> set[tuple[Fraction, ...]]:
    def beats(a: tuple[Fraction, ...], b: tuple[Fraction, ...]) -> bool:
        return a != b and all(s * u <= s * v for s, u, v in zip(senses, a, b, strict=True))

    return {a for a in found if not any(beats(b, a) for b in found)}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("method", ["enumerate", "exact", "highs"])
def test_tables_of_whole_decisions(seed: int, method: str, tmp_path: Path) -> None:
    """Objectives in both directions and a constraint with an equality's worth of room, by every
    engine.
    """
    rng = random.Random(seed)
    f, g, h = (random_curve(rng, 0, 9) for _ in range(3))
    senses = [rng.choice((1, -1)) for _ in range(2)]
    names = {1: "minimise", -1: "maximise"}
    limit = Fraction(rng.randrange(40, 200), 10)
    path = written(
        tmp_path,
        "variables: {a: {type: integer, min: 0, max: 9}, b: {type: integer, min: -2, max: 7}}\n"
        "objectives:\n"
        f"  first: {{sense: {names[senses[0]]}, expr: 'f(x=a) - 0.5 * b'}}\n"
        f"  second: {{sense: {names[senses[1]]}, expr: '2 * g(x=a + 0.5 * b) + b'}}\n"
        f"constraints: {{room: 'h(x=b) - f(x=a) <= {float(limit)}'}}\n"
        "models:\n"
        + "".join(
            f"  {name}: {{kind: table, features: [x], points: {curve_text(curve)}}}\n"
            for name, curve in (("f", f), ("g", g), ("h", h))
        ),
    )
    found: set[tuple[Fraction, ...]] = set()
    for a, b in itertools.product(range(10), range(-2, 8)):
        x, y = Fraction(a), Fraction(b)
        if value_of(h, y) - value_of(f, x) <= limit:
            found.add((value_of(f, x) - y / 2, 2 * value_of(g, x + y / 2) + y))
    scenario = optimiser.load(path)
    if not found:
        with pytest.raises(NoSolutionError):
            optimiser.solve(scenario)
        return
    result = optimiser.solve(scenario, options_for(scenario, Request(method=method)))
    assert result.front.proof.status == "complete"
    assert points(result) == sorted(
        tuple(map(float, point)) for point in undominated(found, senses)
    )


@pytest.mark.parametrize("seed", range(10))
def test_tables_of_real_decisions(seed: int, tmp_path: Path) -> None:
    """The best value of a sum of curves lies at bends or ends: the program finds the same."""
    rng = random.Random(100 + seed)
    f, g = random_curve(rng, 0, 8), random_curve(rng, 0, 8)
    sense = rng.choice(("minimise", "maximise"))
    path = written(
        tmp_path,
        "variables: {a: {type: real, min: 0, max: 8}, b: {type: real, min: 0, max: 8}}\n"
        f"objectives: {{both: {{sense: {sense}, expr: 'f(x=a) + g(x=b) - 0.3 * a + 0.1 * b'}}}}\n"
        "constraints: {together: 'a + b <= 9'}\n"
        "models:\n"
        f"  f: {{kind: table, features: [x], points: {curve_text(f)}}}\n"
        f"  g: {{kind: table, features: [x], points: {curve_text(g)}}}\n",
    )

    def both(a: Fraction, b: Fraction) -> Fraction:
        return value_of(f, a) + value_of(g, b) - Fraction(3, 10) * a + Fraction(1, 10) * b

    ends = {Fraction(0), Fraction(8), Fraction(1)}
    bends = [sorted(ends | {x for x, _ in curve if 0 <= x <= 8}) for curve in (f, g)]
    corners = [(a, b) for a in bends[0] for b in bends[1] if a + b <= 9]
    corners += [(a, 9 - a) for a in bends[0] if 0 <= 9 - a <= 8] + [
        (9 - b, b) for b in bends[1] if 0 <= 9 - b <= 8
    ]
    values = [both(a, b) for a, b in corners]
    best = min(values) if sense == "minimise" else max(values)
    result = optimiser.solve(optimiser.load(path))
    assert result.front.proof.status in ("complete", "covering")
    assert result.front.y[0, 0] == pytest.approx(float(best), rel=1e-9, abs=1e-9)


def rows_of(tmp_path: Path, expression: str, sense: str = "minimise") -> tuple[int, int]:
    """Binary columns and rows that a curve of a real decision costs as an objective."""
    path = written(
        tmp_path,
        "variables: {a: {type: real, min: 0, max: 10}}\n"
        f"objectives: {{value: {{sense: {sense}, expr: '{expression}'}}, cost: {{sense: minimise, "
        f"expr: a}}}}\n"
        "models:\n"
        "  convex: {kind: table, features: [x], points: [[0, 0], [5, 1], [10, 9]]}\n"
        "  concave: {kind: table, features: [x], points: [[0, 0], [5, 8], [10, 9]]}\n"
        "  bent: {kind: table, features: [x], points: [[0, 0], [2, 4], [5, 5], [8, 9]]}\n",
    )
    linear = formulate(optimiser.load(path)).at().linear
    assert linear
    assert linear.resolution is None
    return sum(column.binary for column in linear.columns), len(linear.rows)


def test_binaries_only_where_a_curve_bends_the_wrong_way(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "convex(x=a)")[0] == 0
    assert rows_of(tmp_path, "convex(x=a)", "maximise")[0] == 1
    assert rows_of(tmp_path, "concave(x=a)", "maximise")[0] == 0
    assert rows_of(tmp_path, "-3 * concave(x=a)")[0] == 0
    assert rows_of(tmp_path, "concave(x=a)")[0] == 1
    assert rows_of(tmp_path, "bent(x=a)")[0] == 2
    # only what the decision reaches counts: up to 4 the curve is concave
    assert rows_of(tmp_path, "bent(x=0.4 * a)", "maximise")[0] == 0
    assert rows_of(tmp_path, "bent(x=0.1 * a)") == (0, 0)
    # a choice between lines that meet is a curve too, and so is a minimum where it bends the wrong
    # way
    assert rows_of(tmp_path, "where(a <= 5, 2 * a, a + 5)", "maximise")[0] == 0
    assert rows_of(tmp_path, "where(5 > a, a + 5, 2 * a)", "maximise")[0] == 1
    assert rows_of(tmp_path, "min(2 * a, a + 5, 14)")[0] == 2


def test_a_jump_is_no_curve(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "variables: {a: {type: real, min: 0, max: 10}}\n"
        "objectives: {value: {sense: minimise, expr: 'where(a <= 5, a, a + 1)'}}\n",
    )
    problem = formulate(optimiser.load(path)).at()
    assert not problem.linear
    assert "where(...)" in problem.linear.reason


def logistic_case(folder: Path, body: str) -> Path:
    return written(
        folder,
        f"{body}"
        "models:\n"
        "  p: {kind: logistic, features: [x, y], fitted: {intercept: -3.1, coefficients: {x: "
        "0.123456789012, y: -0.4},"
        " observations: 30, events: 9, rank: 3, ranges: {x: [0, 30], y: [0, 9]}}}\n",
    )


@pytest.mark.parametrize(
    ("limit", "holds"),
    [
        ("p(x=a, y=b) <= 0.05", lambda q: q <= Decimal("0.05")),
        ("0.3 <= p(x=a, y=b) <= 0.5", lambda q: Decimal("0.3") <= q <= Decimal("0.5")),
        ("100 * p(x=a, y=b) >= cap", lambda q: q >= Decimal("0.12")),
        ("1 - p(x=a, y=b) >= 0.9", lambda q: q <= Decimal("0.1")),
        ("2 * cap - p(x=a, y=b) >= 23", lambda q: q <= 1),
        (
            "1 / (1 + exp(3.1 - 0.123456789012 * a + 0.4 * b)) <= 0.05",
            lambda q: q <= Decimal("0.05"),
        ),
    ],
)
def test_a_limit_on_a_probability_is_one_on_its_logit(
    limit: str, holds: object, tmp_path: Path
) -> None:
    """The rows hold for exactly the plans of which fifty digits say so, and the front is
    complete.
    """
    body = (
        "parameters: {cap: 12}\n"
        "variables: {a: {type: integer, min: 0, max: 30}, b: {values: [0, 0.5, 2, 3.25, 9]}}\n"
        "objectives: {most: {sense: maximise, expr: a}, least: {sense: minimise, expr: b}}\n"
        f"constraints: {{safe: '{limit}'}}\n"
    )
    scenario = optimiser.load(logistic_case(tmp_path, body))
    problem = formulate(scenario).at()
    assert problem.linear
    assert problem.linear.resolution is None
    assert problem.exact is not None
    assert not problem.constraints, "nothing is left to evaluate"
    x = np.array([[a, b] for a in range(31) for b in (0, 0.5, 2, 3.25, 9)], dtype=float)
    _, feasible = problem.exact(x)
    with localcontext() as context:
        context.prec = 50
        for (a, b), found in zip(x.tolist(), feasible.tolist(), strict=True):
            z = (
                Decimal("-3.1")
                + Decimal("0.123456789012") * Decimal(a)
                - Decimal("0.4") * Decimal(b)
            )
            assert found is bool(holds(1 / (1 + (-z).exp()))), (a, b)  # type: ignore[operator]
    assert optimiser.solve(scenario).front.proof.status == "complete"


def test_a_limit_between_two_plans_that_floats_cannot_tell(tmp_path: Path) -> None:
    """log(1/19) = -2.944438979166440460009...: of two logits around it, 2e-19 apart, exactly one
    holds the limit.
    """
    path = written(
        tmp_path,
        "variables: {a: {type: integer, min: 0, max: 1}}\n"
        "objectives: {most: {sense: maximise, expr: a}}\n"
        "constraints: {safe: 'p(x=a) <= 0.05'}\n"
        "models: {p: {kind: logistic, features: [x], fitted: {intercept: -2.9444389791664404601, "
        "coefficients: {x: 0.0000000000000000002}}}}\n",
    )
    problem = formulate(optimiser.load(path)).at()
    assert problem.exact is not None
    _, feasible = problem.exact(np.array([[0.0], [1.0]]))
    assert feasible.tolist() == [True, False]


@pytest.mark.parametrize(
    ("limit", "words"), [("p(x=a, y=b) <= 0", "no plan"), ("p(x=a, y=b) >= 1.5", "no plan")]
)
def test_limits_that_no_probability_holds(limit: str, words: str, tmp_path: Path) -> None:
    body = (
        "variables: {a: {type: integer, min: 0, max: 30}, b: {type: integer, min: 0, max: 9}}\n"
        f"objectives: {{most: {{sense: maximise, expr: a}}}}\nconstraints: {{safe: '{limit}'}}\n"
    )
    with pytest.raises(InfeasibleError, match=words):
        optimiser.solve(optimiser.load(logistic_case(tmp_path, body)))


def test_real_decisions_keep_to_the_safe_side(tmp_path: Path) -> None:
    body = (
        "variables: {a: {type: real, min: 0, max: 30}, b: {type: real, min: 0, max: 9}}\n"
        "objectives: {most: {sense: maximise, expr: a}, least: {sense: minimise, expr: b}}\n"
        "constraints: {safe: 'p(x=a, y=b) <= 0.05'}\n"
    )
    result = optimiser.solve(optimiser.load(logistic_case(tmp_path, body)))
    assert result.front.proof.status == "complete"
    a = result.front.y[:, 0]
    b = result.front.y[:, 1]
    logits = -3.1 + 0.123456789012 * a - 0.4 * b
    assert float(logits.max()) == pytest.approx(-2.944438979166, abs=1e-9)
    assert float(logits.max()) <= -2.94443897916644 + 1e-12


def test_a_probability_as_an_objective_orders_plans_as_its_logit(tmp_path: Path) -> None:
    """Complete, by comparison of whole numbers; the same front as from the values themselves."""
    body = (
        "variables: {a: {type: integer, min: 0, max: 30}, b: {type: integer, min: 0, max: 9}}\n"
        "objectives: {risk: {sense: minimise, expr: '100 * p(x=a, y=b)'}, gain: {sense: maximise, "
        "expr: 3 * a - b}}\n"
    )
    scenario = optimiser.load(logistic_case(tmp_path, body))
    result = optimiser.solve(scenario)
    assert result.front.proof.status == "complete"
    a, b = (grid.ravel() for grid in np.meshgrid(np.arange(31.0), np.arange(10.0)))
    z = -3.1 + 0.123456789012 * a - 0.4 * b
    risk, gain = 100 / (1 + np.exp(-z)), 3 * a - b
    kept = [
        (r, g)
        for r, g in zip(risk, gain, strict=True)
        if not ((risk <= r) & (gain >= g) & ((risk < r) | (gain > g))).any()
    ]
    assert np.array(points(result)) == pytest.approx(np.array(sorted(set(kept))), rel=1e-12)
    linear = formulate(scenario).at().linear
    assert linear
    assert linear.linked == ("logistic function", "")
    worth = linear.enclosing[0]
    assert worth is not None
    for logit in (-3, 0, 2):
        low, high = worth(Fraction(logit))
        assert low is not None
        assert high is not None
        assert low <= high
        assert float(low) == pytest.approx(100 / (1 + np.exp(-logit)), rel=1e-12)


def test_what_is_a_probability() -> None:
    graph = Graph()
    x = graph.symbol("x")
    odds = graph.call("exp", [graph.sum([(-1, x)], 2)])
    one = graph.constant(1)
    z = probability_of(graph, graph.divide(one, graph.sum([(1, odds)], 1)))
    assert z == graph.sum([(1, x)], -2)
    for other in (
        odds,
        graph.divide(one, graph.sum([(2, odds)], 1)),
        graph.divide(x, graph.sum([(1, odds)], 1)),
        x,
    ):
        assert probability_of(graph, other) is None


def test_parameters_move_tables_and_limits(tmp_path: Path) -> None:
    """A model compiled once, at other values of what its points and limits depend on."""
    body = (
        "parameters: {cap: 0.05, top: 8}\n"
        "variables: {a: {type: integer, min: 0, max: 30}, b: {type: integer, min: 0, max: 9}}\n"
        "objectives: {value: {sense: maximise, expr: t(x=a)}, most: {sense: minimise, expr: b}}\n"
        "constraints: {safe: 'p(x=a, y=b) <= cap'}\n"
        "models:\n  t: {kind: table, features: [x], points: [[0, 0], [10, top], [30, 2 * top "
        "- 4]]}\n"
    ).replace("models:\n", "")
    text = logistic_case(tmp_path, "").read_text(encoding="utf-8").split("models:\n")[1]
    table = "  t: {kind: table, features: [x], points: [[0, 0], [10, top], [30, 2 * top - 4]]}\n"
    path = written(tmp_path, body.replace(table, "") + "models:\n" + table + text)
    model = formulate(optimiser.load(path))
    for cap, top in ((0.05, 8.0), (0.2, 3.0), (0.05, 8.0)):
        problem = model.at({"cap": cap, "top": top})
        assert problem.linear
        x = np.array([[float(a), float(b)] for a in range(31) for b in range(10)])
        values, _ = problem.evaluate(x)
        expected = np.interp(x[:, 0], [0, 10, 30], [0, top, 2 * top - 4])
        assert -values[:, 0] == pytest.approx(expected)
        z = -3.1 + 0.123456789012 * x[:, 0] - 0.4 * x[:, 1]
        assert problem.exact is not None
        assert problem.exact(x)[1].tolist() == (1 / (1 + np.exp(-z)) <= cap).tolist()


@pytest.mark.parametrize("method", ["enumerate", "highs"])
def test_models_in_phases(method: str, tmp_path: Path) -> None:
    """Worked by hand: a curve of the mean load, a probability in the last phase, and one in the
    first by a derived indicator.

    Logits are -6 + 0.05 load - 0.3 A. a in 2027: load 60, 4 % asks for A = 1. a in 2028 and b in
    2027, which acts in 2028: loads 50 and 80, and 5 % at 80 asks for A = 4, where the curve is read
    at 65 + 4.
    """
    path = written(
        tmp_path,
        """\
variables: {A: {type: integer, min: 0, max: 5}}
indicators:
  load: {baseline: 50}
  investment: {timing: one_off}
  wear: {expr: "curve(x=load + A)"}
  risk: {expr: "fault(load=load, rest=A)"}
technologies:
  a: {effects: {load: 10, investment: 3}}
  b: {effects: {load: 20, investment: 4}, delay: 1}
models:
  curve: {kind: table, features: [x], points: [[0, 0], [50, 5], [70, 20], [100, 22]]}
  fault: {kind: logistic, features: [load, rest], fitted: {intercept: -6, coefficients: {load: 0.05, rest: -0.3}}}
phases: [{name: "2027", limits: {investment: 5}}, {name: "2028", limits: {investment: 5}}]
objectives: {load: maximise, wear: minimise}
constraints:
  safe: 'fault(load=load["2028"], rest=A) <= 0.05'
  same: 'risk["2027"] <= 0.04'
""",
    )
    scenario = optimiser.load(path)
    result = optimiser.solve(scenario, options_for(scenario, Request(method=method)))
    assert result.front.proof.status == "complete"
    assert points(result) == [(50, 5), (55, 8.75), (60, 13.25), (65, 19.25)]
