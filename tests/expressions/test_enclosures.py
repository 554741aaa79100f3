"""Enclosures at a rational point: what is rational is exact, what is not lies between the ends, and
the ends close in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.expressions import Enclosure, ExpressionError, Graph, enclose, parse
from tests.expressions.reference import NAMES, Undefined, build, evaluate, rational, texts
from tests.searches import examples

RUN = settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
POINT = st.tuples(*[st.fractions(-4, 4, max_denominator=50)] * len(NAMES))


def enclosed(
    text: str, values: Mapping[str, Fraction] = MappingProxyType({}), digits: int = 40
) -> Enclosure:
    graph = Graph()
    node = build(graph, text)
    symbols = {name: values.get(name, Fraction(0)) for name in graph.symbols(node)}
    return enclose(graph, graph.reachable([node]), symbols, digits=digits)[node]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        # the first decimals of the constants as tables give them
        ("exp(1)", "2.718281828459045235360287471352662497757247"),
        ("log(2)", "0.693147180559945309417232121458176568075500"),
        ("log10(2)", "0.301029995663981195213738894724493026768189"),
        ("sqrt(2)", "1.414213562373095048801688724209698078569671"),
        ("4 * atan(1)", "3.141592653589793238462643383279502884197169"),
        ("6 * asin(0.5)", "3.141592653589793238462643383279502884197169"),
        ("3 * acos(0.5)", "3.141592653589793238462643383279502884197169"),
        ("sin(1)", "0.841470984807896506652502321630298999622563"),
        ("cos(1)", "0.540302305868139717400936607442976603732310"),
        ("tan(1)", "1.557407724654902230506974807458360173087250"),
        ("sinh(1)", "1.175201193643801456882381850595600815155717"),
        ("cosh(1)", "1.543080634815243778477905620757061682601529"),
        ("tanh(1)", "0.761594155955764888119458282604793590412768"),
        ("2**0.5", "1.414213562373095048801688724209698078569671"),
        ("sin(1000000)", "-0.349993502171292952117652486780771469061406"),
        ("log(1.0000000001)", "9.9999999995000000000333333333308333333E-11"),
    ],
)
def test_constants_of_tables(text: str, digits: str) -> None:
    found = enclosed(text)
    assert found.defined
    assert found.low is not None
    assert found.high is not None
    listed = Fraction(digits)
    assert found.low - abs(listed) / 10**36 <= listed <= found.high + abs(listed) / 10**36
    assert found.high - found.low <= abs(listed) / 10**34


@RUN
@given(texts(exact=True), POINT)
def test_rational_values_are_exact(text: str, point: tuple[Fraction, ...]) -> None:
    values = dict(zip(NAMES, point, strict=True))
    try:
        found = enclosed(text, values)
        expected = rational(parse(text), values)
    except ExpressionError:
        return
    except ZeroDivisionError:
        assert found.exact is None
        return
    assert found.defined is not False
    if found.exact is not None:
        assert found.exact == expected
    else:
        # only where a number became too long to be kept
        assert found.low is None or found.low <= expected


@RUN
@given(texts(), POINT)
def test_more_digits_close_in_and_floats_are_near(text: str, point: tuple[Fraction, ...]) -> None:
    """Two independent checks: an enclosure of more digits lies inside one of fewer, and plain
    floats do not contradict it.
    """
    values = dict(zip(NAMES, point, strict=True))
    try:
        rough, fine = enclosed(text, values, 20), enclosed(text, values, 90)
    except ExpressionError:
        return
    if rough.defined is False:
        assert fine.defined is False
        return
    if fine.defined is False:
        assert rough.defined is None
        return
    if fine.low is not None and rough.low is not None:
        assert rough.low <= fine.low
    if fine.high is not None and rough.high is not None:
        assert fine.high <= rough.high
    if fine.low is None or fine.high is None or not fine.defined:
        return
    assert fine.low <= fine.high
    near = {name: float(value) for name, value in values.items()}
    jumpy = any(word in text for word in ("where", "floor", "ceil", "tan", "/", "**", "log"))
    try:
        value = evaluate(parse(text), near)
    except Undefined:
        return
    if not jumpy and abs(value) < 1e6:
        assert math.isclose(value, float(fine.low), rel_tol=1e-6, abs_tol=1e-5)


@pytest.mark.parametrize(
    ("text", "defined"),
    [
        ("1 / x", False),
        ("log(x)", False),
        ("sqrt(x - 1)", False),
        ("asin(x + 2)", False),
        ("where(x > 1, 1 / x, 5)", True),
        ("1 / (sqrt(2) * sqrt(2) - 2)", None),  # no number of digits tells that from a pole
        ("sqrt(sqrt(2) * sqrt(2) - 2)", None),
        ("0 * log(x)", False),
        ("(x - 1)**0.5", False),
    ],
)
def test_where_nothing_is_defined(text: str, defined: bool | None) -> None:
    assert enclosed(text, {"x": Fraction(0)}).defined is defined
