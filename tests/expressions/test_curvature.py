"""What is said to bend one way does, at every pair of points that is tried; and what textbooks say
is convex is recognised.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from optimiser.expressions import Graph, compile_program, curvature
from tests.expressions.reference import build
from tests.searches import examples

BOXES = {"x": (0.5, 2.0), "y": (-1.0, 1.0), "b": (0.0, 1.0), "p": (2.0, 2.0)}


def word(text: str) -> str:
    graph = Graph()
    return curvature(graph, build(graph, text), {"x", "y"}, BOXES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p * b + 3", "constant"),
        ("2 * x - b * y + p", "affine"),
        ("x**2 + x * y + y**2", "convex"),
        ("x**2 + 3 * x * y + y**2", "unknown"),
        ("(x + y)**2 + (x - 2 * y)**2 - x", "convex"),
        ("x**2 - 2 * x * y + y**2 + exp(x + y)", "convex"),
        ("-(x**2) - 2 * y**2 + b * log(x)", "concave"),
        ("b * (x - y)**2", "convex"),
        ("(b - 0.5) * (x - y)**2", "unknown"),
        ("exp(-0.8 * x)", "convex"),
        ("3 * (1 - exp(-0.8 * x)) + log(1 + x)", "concave"),
        ("sqrt(x) + y", "concave"),
        ("x**1.5", "convex"),
        ("x**0.4", "concave"),
        ("1 / x", "convex"),
        ("b / (x + 1)", "convex"),
        ("-p / (y - 3)", "convex"),
        ("1 / y", "unknown"),
        ("x**-2", "convex"),
        ("y**3", "unknown"),
        ("x**3", "convex"),
        ("(x**2 + y**2)**2", "convex"),
        ("p**(x**2)", "convex"),
        ("0.5**y", "convex"),
        ("exp(x**2 + y)", "convex"),
        ("log(sqrt(x))", "concave"),
        ("x * y", "unknown"),
        ("x / y", "unknown"),
        ("sin(x)", "unknown"),
        ("abs(x)", "unknown"),
        ("where(b > 0.5, x**2, x)", "unknown"),
    ],
)
def test_known_expressions(text: str, expected: str) -> None:
    assert word(text) == expected


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["x", "y", "b", "p", "1", "2", "0.5", "x", "y"]))
    one, two = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    shape = draw(
        st.sampled_from(
            [
                "{a} + {b}",
                "{a} - {b}",
                "({a}) * ({b})",
                "({a}) / ({b})",
                "({a})**2",
                "({a})**1.5",
                "({a})**0.5",
                "({a})**3",
                "({a})**-1",
                "exp({a})",
                "log({a})",
                "sqrt({a})",
                "2**({a})",
                "-({a})",
                "({a})**2 + ({b})**2",
            ]
        )
    )
    return shape.format(a=one, b=two)


@settings(max_examples=examples(300), deadline=None)
@given(expressions(), st.integers(0, 10**6))
@example("exp(exp((x)**3))", 0)  # overflows
def test_the_middle_of_two_points_agrees(text: str, seed: int) -> None:
    graph = Graph()
    try:
        node = build(graph, text)
    except Exception:
        return
    said = curvature(graph, node, {"x", "y"}, BOXES)
    if said == "unknown":
        return
    rng = np.random.default_rng(seed)
    program = compile_program(graph, [node], inputs=("x", "y", "b"), parameters=("p",))

    def draw() -> np.ndarray:
        return np.stack([rng.uniform(*BOXES[name], 60) for name in ("x", "y", "b")], axis=1)

    one, two = draw(), draw()
    two[:, 2] = one[:, 2]
    with np.errstate(all="ignore"):
        first, last, middle = (
            program.values(x, np.array([2.0]))[:, 0] for x in (one, two, (one + two) / 2)
        )
    fine = np.isfinite(first) & np.isfinite(last)
    first, last, middle = first[fine], last[fine], middle[fine]
    # where both ends are defined so is the middle: the domain is convex, too
    assert np.isfinite(middle).all()
    slack = 1e-9 + 1e-9 * np.abs(first) + 1e-9 * np.abs(last)
    above = first / 2 + last / 2 - middle
    if said in ("constant", "affine", "convex"):
        assert (above >= -slack).all()
    if said in ("constant", "affine", "concave"):
        assert (above <= slack).all()
    if said == "constant":
        np.testing.assert_allclose(first, last)
