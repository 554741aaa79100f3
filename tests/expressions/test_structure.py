"""Structure: polynomials, shapes, bounds, exact integer forms."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from optimiser.expressions import (
    Graph,
    Parametric,
    bounds,
    compile_integers,
    integer_forms,
    polynomial,
    shape,
)
from tests.expressions.reference import build

F = Fraction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", "constant"),
        ("p * 2 + sqrt(q)", "constant"),
        ("0 * x", "constant"),
        ("x + 2 * y - p", "linear"),
        ("p * x / (1 + q)", "linear"),
        ("exp(p) * x", "linear"),
        ("where(p > 1, x, 2 * y)", "linear"),
        ("x * y", "polynomial"),
        ("p * x**3 + 1", "polynomial"),
        ("(x + y)**2 / p", "polynomial"),
        ("exp(x + y)", "monotone"),
        ("3 - 2 * log(1 + x)", "monotone"),
        ("sqrt(exp(x))", "monotone"),
        ("1 / (1 + exp(-x - 2 * y))", "monotone"),
        ("2**(x - y)", "monotone"),
        ("(x + 1)**1.5", "monotone"),
        ("p * exp(x)", "smooth"),
        ("exp(x) + y", "smooth"),
        ("exp(x * y)", "smooth"),
        ("x / y", "smooth"),
        ("1 / x", "smooth"),
        ("cos(x)", "smooth"),
        ("abs(x)", "kinked"),
        ("exp(max(x, y))", "kinked"),
        ("where(x > 1, x, 2 * y)", "kinked"),
        ("floor(x)", "kinked"),
        ("max(p, q) * x", "linear"),
    ],
)
def test_shape(text: str, expected: str) -> None:
    graph = Graph()
    assert shape(graph, build(graph, text), ("x", "y")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5 + 2 * x - 3 * y", {(): F(3, 2), ("x",): F(2), ("y",): F(-3)}),
        ("(x + y)**2", {("x", "x"): F(1), ("x", "y"): F(2), ("y", "y"): F(1)}),
        ("(x + b)**2 - x**2", {("b",): F(1), ("b", "x"): F(2)}),
        ("(1 + 0.1 * b) * (1 - 0.1 * b)", {(): F(1), ("b",): F(-1, 100)}),
        ("b**7", {("b",): F(1)}),
        ("p * x + x / p", {("x",): F(5, 2)}),
        ("where(p > 1, x, log(y))", {("x",): F(1)}),
        ("max(p, 3) * abs(-p) * x", {("x",): F(6)}),
        ("x - x", {}),
        ("x**p", {("x", "x"): F(1)}),
    ],
)
def test_polynomial(text: str, expected: dict[tuple[str, ...], Fraction]) -> None:
    graph = Graph()
    assert (
        polynomial(graph, build(graph, text), values={"p": F(2)}, binaries=frozenset("b"))
        == expected
    )


@pytest.mark.parametrize(
    "text",
    [
        "exp(x)",
        "1 / x",
        "pi * x",
        "sqrt(2) * x",
        "abs(x)",
        "x**0.5",
        "x**-1",
        "0 * log(x)",
        "x**1000",
        "x / (p - 2)",
    ],
)
def test_no_polynomial(text: str) -> None:
    graph = Graph()
    assert polynomial(graph, build(graph, text), values={"p": F(2)}) is None


def test_irrational_constants_at_their_nearest_float() -> None:
    graph = Graph()
    node = build(graph, "pi * x + exp(p) * y")
    expected = {("x",): F(math.pi), ("y",): F(math.exp(2))}
    assert polynomial(graph, node, values={"p": F(2)}, nearest=True) == expected
    assert polynomial(graph, build(graph, "log(x)"), values={}, nearest=True) is None


def test_a_polynomial_too_large_is_given_up_early() -> None:
    graph = Graph()
    node = build(graph, " * ".join(f"(1 + 0.01 * x{i})" for i in range(60)))
    names = frozenset(f"x{i}" for i in range(60))
    assert polynomial(graph, node, values={}, binaries=names) is None
    small = build(graph, " * ".join(f"(1 + 0.01 * x{i})" for i in range(10)))
    expanded = polynomial(graph, small, values={}, binaries=names)
    assert expanded is not None
    assert len(expanded) == 1024
    assert polynomial(graph, small, values={}, binaries=names, limit=1000) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2 * x - y", -7, 4),
        ("x * y", -6, 4),
        ("x**2", 0, 4),
        ("x**3", -8, 8),
        ("abs(x) + 1", 1, 3),
        ("min(x, y)", -2, 2),
        ("where(x > 5, 100, y)", 0, 3),
        ("where(x >= -2, 7, y)", 7, 7),
        ("1 / (y + 1)", 0.25, 1),
        ("exp(x)", math.exp(-2), math.exp(2)),
        ("sqrt(x)", 0, math.sqrt(2)),
        ("sin(y)", 0, 1),
        ("cos(x)", math.cos(2), 1),
        ("floor(y / 2)", 0, 1),
        ("1 / x", -math.inf, math.inf),
        ("log(y)", -math.inf, math.log(3)),
        ("0.1 * u", -math.inf, math.inf),
        ("tanh(u)", -1, 1),
        ("(y + 1)**-2", 1 / 16, 1),
        ("(y + 1)**0.5", 1, 2),
        ("2**x", 0.25, 4),
    ],
)
def test_bounds_are_safe_and_tight(text: str, low: float, high: float) -> None:
    graph = Graph()
    found = bounds(graph, build(graph, text), {"x": (-2.0, 2.0), "y": (0.0, 3.0)})
    assert found[0] <= low
    assert found[1] >= high
    if text != "x * y":
        assert found == pytest.approx((low, high), rel=1e-9, abs=1e-9)


def test_bounds_of_2000_terms() -> None:
    graph = Graph()
    node = build(graph, " + ".join(f"0.1 * x{i}" for i in range(2000)))
    low, high = bounds(graph, node, {f"x{i}": (0.0, 1.0) for i in range(2000)})
    assert low == 0
    assert 200 <= high <= 200 + 1e-9


def test_integer_forms() -> None:
    graph = Graph()
    outputs = [build(graph, text) for text in ("0.1 * a + 0.25 * b * c - 3", "pipe**2 / 3", "7")]
    forms = compile_integers(
        graph,
        outputs,
        inputs=["a", "b", "c", "pipe"],
        binaries=frozenset("abc"),
        values={},
        denominators={"pipe": 100},
    )
    assert forms is not None
    x = np.array([[1, 1, 1, 0.2], [0, 1, 0, 0.31], [1, 0, 1, 0.44]])
    assert forms.denominators == (20, 30_000, 1)
    keys = forms.keys(x)
    assert keys.dtype == np.int64
    assert keys.tolist() == [[-53, 400, 7], [-60, 961, 7], [-58, 1936, 7]]
    assert forms.values(x).tolist() == [
        [-2.65, 0.04 / 3, 7.0],
        [-3.0, 961 / 30_000, 7.0],
        [-2.9, 1936 / 30_000, 7.0],
    ]
    assert forms.keys(x[:0]).shape == (0, 3)


def test_integer_forms_that_are_long_become_python_integers() -> None:
    graph = Graph()
    outputs = [build(graph, "x**9 + 0.001 * y"), build(graph, "y")]
    forms = compile_integers(graph, outputs, inputs=["x", "y"])
    assert forms is not None
    large = forms.keys(np.array([[1000.0, 1.0], [-1000.0, 1.0]]))
    assert large.dtype == object
    assert large[0, 0] == 1000**9 * 1000 + 1
    assert large[1, 0] == -(1000**9) * 1000 + 1
    assert forms.keys(np.array([[3.0, 1.0]])).dtype == np.int64
    assert forms.values(np.array([[1000.0, 1.0]]))[0, 0] == 1e27
    known = compile_integers(
        graph, outputs, inputs=["x", "y"], bounds={"x": (-1000, 1000), "y": (0, 1)}
    )
    assert known is not None
    assert known.keys(np.array([[3.0, 1.0]])).dtype == object


def test_middle_sized_keys_are_exact() -> None:
    """Past 2**53, where float64 would round, up to int64."""
    graph = Graph()
    outputs = [build(graph, "123456789 * x * y + z")]
    forms = compile_integers(graph, outputs, inputs=["x", "y", "z"])
    assert forms is not None
    x = np.array([[12345.0, 54321.0, 1.0], [12345.0, 54321.0, 2.0]])
    keys = forms.keys(x)
    assert keys.dtype == np.int64
    assert keys[:, 0].tolist() == [123456789 * 12345 * 54321 + 1, 123456789 * 12345 * 54321 + 2]


def test_integer_forms_of_what_is_no_polynomial() -> None:
    graph = Graph()
    assert (
        compile_integers(graph, [build(graph, "x"), build(graph, "sqrt(x)")], inputs=["x"]) is None
    )
    with pytest.raises(ValueError, match="'p' is neither"):
        compile_integers(graph, [build(graph, "p * x")], inputs=["x"])
    forms = compile_integers(graph, [build(graph, "p * x")], inputs=["x"], values={"p": F(1, 3)})
    assert forms is not None
    with pytest.raises(ValueError, match="finite"):
        forms.keys(np.array([[np.nan]]))
    with pytest.raises(ValueError, match=r"\(k, 1\)"):
        forms.keys(np.zeros((1, 2)))


def test_many_monomials() -> None:
    graph = Graph()
    names = [f"x{i}" for i in range(40)]
    rng = np.random.default_rng(4)
    pairs = [(i, j) for i in range(40) for j in range(i)]
    weights = rng.integers(-99, 99, len(pairs))
    text = " + ".join(
        f"({w} / 100) * x{i} * x{j}" for w, (i, j) in zip(weights, pairs, strict=True)
    )
    forms = compile_integers(graph, [build(graph, text)], inputs=names, binaries=frozenset(names))
    assert forms is not None
    x = rng.integers(0, 2, (50, 40)).astype(float)
    expected = sum(w * x[:, i] * x[:, j] for w, (i, j) in zip(weights, pairs, strict=True))
    assert np.array_equal(forms.keys(x)[:, 0] * 100 // forms.denominators[0], expected)


def test_a_coefficient_too_long_for_64_bits_of_a_column_that_is_always_zero() -> None:
    graph = Graph()
    node = graph.sum([(Fraction(10) ** 40, graph.symbol("x")), (3, graph.symbol("y"))], 2)
    forms = compile_integers(graph, [node], inputs=["x", "y"], bounds={"x": (0, 0), "y": (0, 1)})
    assert forms is not None
    assert [
        int(key) for key in forms.keys(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))[:, 0]
    ] == [2, 5, 10**40 + 5]


def test_listed_decimals_of_many_digits_keep_every_digit() -> None:
    values = [
        Fraction("0.000000001"),
        Fraction("123456789.123456789"),
        Fraction("123456789123.123456789"),
    ]
    scale = math.lcm(*(value.denominator for value in values))
    forms = integer_forms(
        [{("x",): Fraction(1), (): Fraction(-1, 3)}],
        inputs=["x"],
        denominators={"x": scale},
        bounds={"x": (values[0], values[-1])},
        listed={"x": values},
    )
    keys = forms.keys(np.array([[float(value)] for value in values]))[:, 0]
    assert [Fraction(int(key), forms.denominators[0]) for key in keys] == [
        value - Fraction(1, 3) for value in values
    ]


def test_a_denominator_beyond_floats() -> None:
    forms = integer_forms(
        [{("x",): Fraction(1)}],
        inputs=["x"],
        denominators={"x": 10**320},
        listed={"x": [Fraction(1, 10**320)]},
    )
    assert Fraction(int(forms.keys(np.array([[0.0]]))[0, 0]), forms.denominators[0]) == Fraction(
        1, 10**320
    )


def test_a_sum_is_a_polynomial_however_many_symbols_it_has() -> None:
    graph = Graph()
    names = [f"x{i}" for i in range(3000)]
    total = graph.sum([(Fraction(1), graph.symbol(name)) for name in names], Fraction(7))
    expanded = polynomial(graph, total, values={}, limit=1000)
    assert expanded is not None
    assert len(expanded) == len(names) + 1
    parametric = Parametric(graph, parameters=frozenset(), binaries=frozenset(), limit=1000)
    assert parametric.at({}).polynomial(total) == expanded
