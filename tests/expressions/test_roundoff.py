"""Bounds on the error of floats, against exact arithmetic: at points, and over whole boxes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.expressions import (
    ExpressionError,
    Graph,
    Input,
    compile_program,
    enclose,
    errors_at,
    errors_over,
)
from tests.expressions.reference import NAMES, build, texts
from tests.searches import examples

RUN = settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
DECIMALS = st.lists(
    st.tuples(*[st.integers(-3000, 3000).map(lambda v: v / 1000)] * len(NAMES)),
    min_size=1,
    max_size=6,
)


@RUN
@given(texts(), DECIMALS)
def test_floats_are_no_further_from_the_exact_value_than_said(
    text: str, points: list[tuple[float, ...]]
) -> None:
    graph = Graph()
    try:
        node = build(graph, text)
    except ExpressionError:
        return
    x = np.array(points)
    values = compile_program(graph, [node], inputs=NAMES).values(x)[:, 0]
    inputs = {name: Input(False, False, -3.0, 3.0) for name in NAMES}
    at = errors_at(graph, [node], inputs, dict(zip(NAMES, x.T.copy(), strict=True)))[:, 0]
    over, guards = errors_over(graph, [node], inputs)
    sides = compile_program(
        graph, [n for g in guards for n in (g.left, g.right)], inputs=NAMES
    ).values(x)
    safe = np.all(
        np.abs(sides[:, ::2] - sides[:, 1::2]) > np.array([g.slack for g in guards]), axis=1
    ).tolist()
    for own, value, here, apart in zip(
        points, values, np.broadcast_to(at, len(x)), safe, strict=True
    ):
        symbols = {name: Fraction(repr(v)) for name, v in zip(NAMES, own, strict=True)}
        found = enclose(graph, graph.reachable([node]), symbols, digits=60)[node]
        if np.isnan(here):
            assert found.defined is not True
            continue
        for error in [here, *([over[0]] if apart else [])]:
            if np.isfinite(error):
                assert found.defined is not False
                assert np.isfinite(value)
                assert found.low is not None
                assert found.high is not None
                assert (
                    found.low - Fraction(float(error))
                    <= Fraction(float(value))
                    <= found.high + Fraction(float(error))
                )


def test_whole_numbers_have_no_error() -> None:
    graph = Graph()
    node = build(graph, "3 * x * y - 7 * z + where(x + y >= 2, x, 5)")
    inputs = {name: Input(True, True, 0.0, 1000.0) for name in "xyz"}
    errors, guards = errors_over(graph, [node], inputs)
    assert errors.tolist() == [0.0]
    assert guards == ()


def test_a_comparison_of_decimals_is_guarded() -> None:
    """0.1 + 0.2 <= 0.3 is true, and false in floats: the guard catches it, and nothing else."""
    graph = Graph()
    node = build(graph, "where(x + y <= 0.3, 1, 2)")
    inputs = {name: Input(False, False, 0.0, 1.0) for name in "xy"}
    errors, guards = errors_over(graph, [node], inputs)
    assert errors[0] < 1e-12
    (guard,) = guards
    sides = compile_program(graph, [guard.left, guard.right], inputs=("x", "y")).values(
        np.array([[0.1, 0.2], [0.1, 0.3]])
    )
    assert (np.abs(sides[:, 0] - sides[:, 1]) <= guard.slack).tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "lost"), [("1 / x", True), ("log(x)", True), ("where(x > 1, 1 / x, 3)", False)]
)
def test_what_is_surely_undefined_is_nan(text: str, lost: bool) -> None:
    graph = Graph()
    node = build(graph, text)
    found = errors_at(
        graph, [node], {"x": Input(True, True, 0.0, 5.0)}, {"x": np.array([0.0, 2.0])}
    )
    assert np.isnan(np.broadcast_to(found, (2, 1))[:, 0]).tolist() == [lost, False]
