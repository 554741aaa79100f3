"""Compiled programs against a second, independent reading of the same trees."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from optimiser.expressions import (
    ExpressionError,
    Graph,
    Tree,
    bounds,
    compile_integers,
    compile_program,
    parse,
    polynomial,
    shape,
)
from tests.expressions.reference import NAMES, Undefined, build, evaluate, rational, texts
from tests.searches import examples

POINTS = st.lists(
    st.tuples(
        *[st.one_of(st.integers(-3, 3).map(float), st.floats(-3, 3).map(lambda v: round(v, 3)))]
        * len(NAMES)
    ),
    min_size=1,
    max_size=4,
)
WHOLE = st.lists(st.tuples(*[st.integers(-4, 4)] * len(NAMES)), min_size=1, max_size=4)
RUN = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def _parsed(text: str) -> Tree:
    try:
        return parse(text)
    except ExpressionError:
        assume(False)
        raise


@RUN
@given(texts(), POINTS)
@example("where(x > 0, 1 / x, 5)", [(0.0, 0.0, 0.0, 0.0), (2.0, 0.0, 0.0, 0.0)])
@example("where(x > 0, log(x), x)", [(-1.0, 0.0, 0.0, 0.0), (2.0, 0.0, 0.0, 0.0)])
@example("1 / (1 / x)", [(0.0, 0.0, 0.0, 0.0)])
@example("min(1 / x, 5)", [(0.0, 0.0, 0.0, 0.0)])
@example("atan(1 / x) + (1 / x)**0", [(0.0, 0.0, 0.0, 0.0)])
@example("where(1 / x > 0, 1, 2)", [(0.0, 0.0, 0.0, 0.0)])
@example(
    "sqrt(x) - sqrt(x) + 0 * log(y)",
    [(-1.0, 1.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0)],
)
def test_values_agree_with_the_reference(text: str, points: list[tuple[float, ...]]) -> None:
    tree = _parsed(text)
    graph = Graph()
    program = compile_program(graph, [build(graph, text)], inputs=NAMES)
    values = program.values(np.array(points))[:, 0]
    for point, value in zip(points, values, strict=True):
        try:
            expected = evaluate(tree, dict(zip(NAMES, point, strict=True)))
        except Undefined:
            # where floats of two orders of evaluation straddle a border, both answers are right
            if math.isfinite(value):
                assert _near_a_border(tree, point), (text, point, value)
            continue
        if _near_a_border(tree, point):
            continue
        assert value == pytest.approx(expected, rel=1e-6, abs=1e-6), (text, point)


def _near_a_border(tree: Tree, point: tuple[float, ...]) -> bool:
    """Whether the value jumps, or comes and goes, within rounding of the point."""
    seen: list[float | None] = []
    rng = np.random.default_rng(1)
    for factor in (0.0, 1e-12, 1e-9, 1e-7):
        for _ in range(6 if factor else 1):
            moved = np.array(point) + factor * rng.uniform(-1, 1, len(point))
            try:
                seen.append(evaluate(tree, dict(zip(NAMES, moved.tolist(), strict=True))))
            except Undefined:
                seen.append(None)
    known = [value for value in seen if value is not None]
    return len(known) < len(seen) or max(known) - min(known) > 1e-5 * max(1.0, *map(abs, known))


@RUN
@given(texts(exact=True), WHOLE)
@example("where(x > 0, 1 / y, 5)", [(0, 0, 0, 0)])
def test_exact_values_are_exact(text: str, points: list[tuple[int, ...]]) -> None:
    tree = _parsed(text)
    graph = Graph()
    program = compile_program(graph, [build(graph, text)], inputs=NAMES)
    for point in points:
        (value,) = program.exact([Fraction(v) for v in point])
        try:
            expected = rational(
                tree, {name: Fraction(v) for name, v in zip(NAMES, point, strict=True)}
            )
        except ZeroDivisionError:
            assert value is None
            continue
        assert value == expected
        approximate = program.values(np.array([point], dtype=float))[0, 0]
        if abs(expected) < 1e12 and not any(
            word in text for word in ("where", "floor", "ceil", "/")
        ):
            assert approximate == pytest.approx(float(expected), rel=1e-9, abs=1e-6)


@RUN
@given(texts(smooth=True), POINTS)
@example(
    "(x * y * z * 产量 * (x + 1) * (y + 2)) * (2 * x + 1)",
    [(0.0, 0.0, 0.0, 1.0), (1.0, 2.0, 3.0, 1.0)],
)
@example("x * y + 2 * x * z + y * z + x * x + 3 * z**2 + x**2 * y", [(1.0, 2.0, 3.0, 1.0)])
@example(
    "x * y + x * z + y * z + x * 产量 + z**2 + y**3 + x**3 + z**3 + x * y * z + y * z * 产量",
    [(1.0, 2.0, 3.0, 1.0)],
)
@example("-(y / y**x)", [(0.0, 0.0, 0.0, 0.0)])
def test_jacobian_agrees_with_differences(text: str, points: list[tuple[float, ...]]) -> None:
    _parsed(text)
    graph = Graph()
    program = compile_program(graph, [build(graph, text), build(graph, "x + y")], inputs=NAMES)
    x = np.array(points)
    jacobian = program.jacobian(x)
    values = program.values(x)
    assert jacobian.shape == (len(points), 2, len(NAMES))
    assert np.isfinite(jacobian[np.isfinite(values)]).all()
    assert np.isnan(jacobian[~np.isfinite(values)]).all()
    for column in range(len(NAMES)):
        slopes = []
        for step in (1e-4, 1e-5, 1e-6):
            shift = np.zeros(len(NAMES))
            shift[column] = step
            with np.errstate(all="ignore"):
                slopes.append((program.values(x + shift) - program.values(x - shift)) / (2 * step))
        # only where differences of three widths agree do they say anything
        for k in range(len(points)):
            three = [slope[k, 0] for slope in slopes]
            if (
                not np.isfinite(three).all()
                or not np.isfinite(values[k, 0])
                or abs(values[k, 0]) > 1e6
            ):
                continue
            if max(three) - min(three) <= 1e-4 * max(1.0, abs(three[1])):
                assert jacobian[k, 0, column] == pytest.approx(three[1], rel=1e-3, abs=2e-3), (
                    text,
                    points[k],
                    column,
                )


@RUN
@given(texts(polynomial=True), WHOLE)
@example("x**2", [(3, 0, 0, 0)])
def test_polynomial_agrees_with_exact_values(text: str, points: list[tuple[int, ...]]) -> None:
    tree = _parsed(text)
    graph = Graph()
    expanded = polynomial(graph, build(graph, text), values={})
    assume(expanded is not None)
    assert expanded is not None
    for point in points:
        named = {name: Fraction(v) for name, v in zip(NAMES, point, strict=True)}
        value = sum(
            (c * math.prod(named[name] for name in monomial) for monomial, c in expanded.items()),
            Fraction(0),
        )
        assert value == rational(tree, named)
    assert all(c != 0 and list(monomial) == sorted(monomial) for monomial, c in expanded.items())


@RUN
@given(
    texts(polynomial=True),
    st.lists(st.tuples(*[st.integers(0, 1)] * len(NAMES)), min_size=1, max_size=4),
)
def test_polynomial_over_binaries_is_multilinear(text: str, points: list[tuple[int, ...]]) -> None:
    tree = _parsed(text)
    graph = Graph()
    expanded = polynomial(graph, build(graph, text), values={}, binaries=frozenset(NAMES))
    assert expanded is not None
    assert all(len(set(monomial)) == len(monomial) for monomial in expanded)
    for point in points:
        named = {name: Fraction(v) for name, v in zip(NAMES, point, strict=True)}
        value = sum(
            (c * math.prod(named[name] for name in monomial) for monomial, c in expanded.items()),
            Fraction(0),
        )
        assert value == rational(tree, named)


@RUN
@given(texts(polynomial=True), WHOLE, st.sampled_from([1, 10]))
def test_integer_forms_agree_with_exact_values(
    text: str, points: list[tuple[int, ...]], denominator: int
) -> None:
    tree = _parsed(text)
    graph = Graph()
    forms = compile_integers(
        graph, [build(graph, text)], inputs=NAMES, denominators=dict.fromkeys(NAMES, denominator)
    )
    assume(forms is not None)
    assert forms is not None
    x = np.array(points) / denominator
    keys, values = forms.keys(x), forms.values(x)
    for row, point in enumerate(points):
        exact = rational(
            tree, {name: Fraction(v, denominator) for name, v in zip(NAMES, point, strict=True)}
        )
        assert int(keys[row, 0]) == exact * forms.denominators[0]
        assert values[row, 0] == float(exact)


@RUN
@given(texts(), POINTS)
@example("x**2 - y", [(-2.0, 1.0, 0.0, 0.0)])
def test_bounds_enclose_values(text: str, points: list[tuple[float, ...]]) -> None:
    _parsed(text)
    graph = Graph()
    node = build(graph, text)
    values = compile_program(graph, [node], inputs=NAMES).values(np.array(points))[:, 0]
    columns = list(zip(*points, strict=True))
    boxes = {name: (min(column), max(column)) for name, column in zip(NAMES, columns, strict=True)}
    low, high = bounds(graph, node, boxes)
    assert low <= high
    wide = bounds(graph, node, {})
    assert wide[0] <= low or wide[0] == pytest.approx(low)
    assert wide[1] >= high or wide[1] == pytest.approx(high)
    for point, value in zip(points, values, strict=True):
        jumps = any(word in text for word in ("where", "floor", "ceil"))
        if np.isfinite(value) and not (jumps and _near_a_border(parse(text), point)):
            slack = 1e-9 * max(1.0, abs(value))
            assert low - slack <= value <= high + slack, (text, point)


@RUN
@given(texts(), POINTS)
def test_shape_is_true(text: str, points: list[tuple[float, ...]]) -> None:
    _parsed(text)
    graph = Graph()
    node = build(graph, text)
    kind = shape(graph, node, NAMES)
    program = compile_program(graph, [node], inputs=NAMES)
    x = np.array(points)
    if kind == "constant":
        values = program.values(x)
        assert np.array_equal(values, np.broadcast_to(values[0], values.shape), equal_nan=True)
    elif kind == "linear":
        jacobian = program.jacobian(x)
        assert np.allclose(jacobian, jacobian[0], equal_nan=True)
    elif kind == "polynomial" and not any(name in text for name in ("(e", "pi")):
        assert np.isfinite(program.values(x)).all()
    if kind in ("constant", "linear", "polynomial") and "(" not in text:
        assert polynomial(graph, node, values={}) is not None
