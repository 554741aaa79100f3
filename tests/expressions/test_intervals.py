"""Intervals: outward in every function and unit, never an error; the oracle is exact or has 60
digits more than a float.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from optimiser.expressions import ExpressionError, Graph, bounds, parse
from tests.expressions.reference import NAMES, build, rational, texts
from tests.searches import examples

RUN = settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
_PRECISE = Context(prec=700, Emin=-(10**9), Emax=10**9)
_SLACK = Fraction(1, 10**80)  # of the oracle, relative

UNITS = st.integers(-300, 300).map(lambda e: Fraction(10) ** e)
SHARES = st.integers(-1000, 1000).map(lambda n: Fraction(n, 1000))


@st.composite
def boxed(
    draw: st.DrawFn, units: st.SearchStrategy[Fraction] = UNITS
) -> tuple[Fraction, Fraction, Fraction]:
    """Lowest value, highest value, and one between them that is often an end."""
    unit = draw(units)
    ends = sorted(unit * draw(SHARES) for _ in range(2))
    share = draw(
        st.one_of(st.sampled_from([0, 1]), st.integers(0, 97).map(lambda n: Fraction(n, 97)))
    )
    return ends[0], ends[1], ends[0] + (ends[1] - ends[0]) * share


def decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _sin(x: Decimal) -> Decimal:
    term = total = x
    n = 1
    while term and abs(term) > Decimal(10) ** -650:
        term = -term * x * x / ((n + 1) * (n + 2))
        total += term
        n += 2
    return total


def _cos(x: Decimal) -> Decimal:
    half = _sin(x / 2)
    return 1 - 2 * half * half


ORACLE: dict[str, Callable[[Decimal], Decimal]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.ln(),
    "log10": lambda x: x.log10(),
    "sqrt": lambda x: x.sqrt(),
    "sinh": lambda x: (x.exp() - (-x).exp()) / 2,
    "cosh": lambda x: (x.exp() + (-x).exp()) / 2,
    "tanh": lambda x: 1 - 2 / ((2 * x).exp() + 1),
    "sin": _sin,
    "cos": _cos,
    "tan": lambda x: _sin(x) / _cos(x),
}
_MODERATE = st.integers(-300, 2).map(lambda e: Fraction(10) ** e)


def holds(interval: tuple[float, float], value: Fraction, slack: Fraction = Fraction(0)) -> bool:
    margin = slack * max(abs(value), slack)
    low, high = interval
    return (low == -math.inf or (low < math.inf and Fraction(low) <= value + margin)) and (
        high == math.inf or (high > -math.inf and Fraction(high) >= value - margin)
    )


@RUN
@given(st.sampled_from(sorted(ORACLE)), st.data())
def test_functions_enclose_their_values(function: str, data: st.DataObject) -> None:
    low, high, at = data.draw(boxed(UNITS if function in ("log", "log10", "sqrt") else _MODERATE))
    assume(at > 0 or function not in ("log", "log10", "sqrt"))
    graph = Graph()
    found = bounds(graph, graph.call(function, [graph.symbol("x")]), {"x": (low, high)})
    with localcontext(_PRECISE):
        value = Fraction(ORACLE[function](decimal(at)))
    assert holds(found, value, _SLACK), (function, low, high, at, found)


@RUN
@given(
    st.sampled_from(["asin", "acos", "atan"]),
    boxed(st.integers(-9, 0).map(lambda e: Fraction(3, 2) * Fraction(10) ** e)),
)
def test_inverse_functions_enclose_their_values(
    function: str, angles: tuple[Fraction, Fraction, Fraction]
) -> None:
    inverse = {"asin": "sin", "acos": "cos", "atan": "tan"}[function]
    if function == "acos":
        angles = (
            angles[0] + Fraction(3, 2),
            angles[1] + Fraction(3, 2),
            angles[2] + Fraction(3, 2),
        )
    with localcontext(_PRECISE):
        ends = sorted(Fraction(ORACLE[inverse](decimal(angle))) for angle in angles[:2])
    graph = Graph()
    found = bounds(graph, graph.call(function, [graph.symbol("x")]), {"x": (ends[0], ends[1])})
    assert holds(found, angles[2], _SLACK), (function, angles, found)


@RUN
@given(
    boxed(),
    st.one_of(st.sampled_from(["0.5", "0.1", "1.5", "3.7", "0.333"]), st.integers(2, 9).map(str)),
)
@example((Fraction(0), Fraction(10**300), Fraction(10**300)), "0.1")
def test_powers_enclose_their_values(
    box: tuple[Fraction, Fraction, Fraction], exponent: str
) -> None:
    low, high, at = box
    known = Fraction(exponent)
    assume(at > 0 or known.denominator == 1)
    graph = Graph()
    node = graph.power(graph.symbol("x"), graph.constant(known))
    found = bounds(graph, node, {"x": (low, high)})
    with localcontext(_PRECISE):
        value = (
            at ** int(known)
            if known.denominator == 1
            else Fraction((decimal(at).ln() * decimal(known)).exp())
        )
    assert holds(found, value, _SLACK), (box, exponent, found)


@RUN
@given(texts(exact=True), st.lists(boxed(), min_size=len(NAMES), max_size=len(NAMES)))
def test_exact_expressions_enclose_their_values_in_any_unit(
    text: str, boxes: list[tuple[Fraction, Fraction, Fraction]]
) -> None:
    try:
        tree = parse(text)
    except ExpressionError:
        assume(False)
        raise
    graph = Graph()
    node = build(graph, text)
    found = bounds(graph, node, {name: box[:2] for name, box in zip(NAMES, boxes, strict=True)})
    try:
        value = rational(tree, {name: box[2] for name, box in zip(NAMES, boxes, strict=True)})
    except ZeroDivisionError:
        return
    assert found[0] <= found[1]
    assert holds(found, value), (text, boxes, found)


_LOWS = (-math.inf, -1.7e308, -1e300, -1.0, -5e-324, 0.0, 5e-324, 1.0, 1e300)
_HIGHS = (-1e300, -5e-324, 0.0, 5e-324, 1.0, 720.0, 1e300, 1.7e308, math.inf)


@pytest.mark.parametrize("function", [*ORACLE, "asin", "acos", "atan", "abs", "floor", "ceil"])
def test_no_ends_are_too_large(function: str) -> None:
    graph = Graph()
    x = graph.symbol("x")
    called = graph.call(function, [x])
    more = [
        graph.product([called, called, x]),
        graph.divide(called, x),
        graph.power(x, called),
        graph.sum([(10**400, called)]),
    ]
    for low, high in ((low, high) for low in _LOWS for high in _HIGHS if low <= high):
        for node in (called, *more):
            found = bounds(graph, node, {"x": (low, high)})
            assert found[0] <= found[1]


def test_constants_and_exponents_beyond_floats() -> None:
    graph = Graph()
    x = graph.symbol("x")
    huge = graph.constant(Fraction(10) ** 400)
    assert bounds(graph, huge, {}) == (1.7976931348623157e308, math.inf)
    assert bounds(graph, graph.power(x, huge), {"x": (0.5, 0.75)}) == (0.0, 5e-324)
    assert bounds(graph, x, {"x": (-(Fraction(10) ** 400), Fraction(1, 3))}) == (
        -math.inf,
        0.33333333333333337,
    )
    low, high = bounds(
        graph, graph.power(x, graph.constant(Fraction(1, 10**400))), {"x": (2.0, 3.0)}
    )
    assert low <= 1 <= high <= 1.1


def test_a_product_is_as_low_as_its_lowest_end() -> None:
    # two ends whose products round to one float, of which only one is exact
    graph = Graph()
    node = graph.product([graph.symbol("x"), graph.symbol("y")])
    x, y = (-1.0, 1.0 + 2**-52), (-1.0 - 2**-51, 1.0)
    low, _ = bounds(graph, node, {"x": x, "y": y})
    assert Fraction(low) <= Fraction(x[1]) * Fraction(y[0])


_SIZES = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.1, -0.1, 5e-324])


@RUN
@given(st.lists(st.tuples(_SIZES, _SIZES).map(sorted), min_size=2, max_size=6))
def test_a_sum_of_floats_is_rounded_outwards_by_less_than_a_float(boxes: list[list[float]]) -> None:
    graph = Graph()
    names = [f"x{place}" for place in range(len(boxes))]
    node = graph.sum((1, graph.symbol(name)) for name in names)
    exact = [sum(map(Fraction, ends), Fraction(0)) for ends in zip(*boxes, strict=True)]
    low, high = bounds(graph, node, {n: (a, b) for n, (a, b) in zip(names, boxes, strict=True)})
    if math.isfinite(low):
        assert Fraction(low) <= exact[0]
        above = math.nextafter(low, math.inf)
        assert math.isinf(above) or exact[0] < Fraction(above)
    if math.isfinite(high):
        assert Fraction(high) >= exact[1]
        below = math.nextafter(high, -math.inf)
        assert math.isinf(below) or exact[1] > Fraction(below)
    assert math.isfinite(low) or abs(exact[0]) > Fraction(sys.float_info.max)
    assert math.isfinite(high) or abs(exact[1]) > Fraction(sys.float_info.max)
