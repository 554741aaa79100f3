"""Compiled programs: long sums, undefined points, branches, gradients at the edges, parameters."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.expressions import GRADIENT_LIMIT, Graph, Program, compile_program
from tests.expressions.reference import build


def program(*texts: str, inputs: str = "x y z", parameters: str = "") -> Program:
    graph = Graph()
    return compile_program(
        graph,
        [build(graph, text) for text in texts],
        inputs=inputs.split(),
        parameters=parameters.split(),
    )


def test_a_sum_of_2000_terms() -> None:
    names = [f"x{i}" for i in range(2000)]
    run = program(
        " + ".join(f"{i}.5 * {name}" for i, name in enumerate(names)) + " - 7",
        inputs=" ".join(names),
    )
    x = np.random.default_rng(1).integers(0, 2, (5, 2000)).astype(float)
    weights = np.arange(2000) + 0.5
    assert np.allclose(run.values(x)[:, 0], x @ weights - 7)
    assert np.allclose(run.jacobian(x)[:, 0], weights)
    assert run.exact([Fraction(1)] * 2000) == [Fraction(2000 * 2000, 2) - 7]


def test_a_sum_of_2000_products() -> None:
    names = [f"x{i}" for i in range(60)]
    rng = np.random.default_rng(2)
    pairs = rng.integers(0, 60, (2000, 2))
    run = program(
        " + ".join(f"0.25 * {names[i]} * {names[j]}" for i, j in pairs), inputs=" ".join(names)
    )
    x = rng.normal(size=(4, 60))
    assert np.allclose(
        run.values(x)[:, 0], 0.25 * (x[:, pairs[:, 0]] * x[:, pairs[:, 1]]).sum(axis=1)
    )
    expected = np.zeros((4, 60))
    for i, j in pairs:
        expected[:, i] += 0.25 * x[:, j]
        expected[:, j] += 0.25 * x[:, i]
    assert np.allclose(run.jacobian(x)[:, 0], expected)


def test_a_product_of_2000_factors() -> None:
    names = [f"x{i}" for i in range(2000)]
    run = program(" * ".join(f"(1 - 0.001 * {name})" for name in names), inputs=" ".join(names))
    x = np.ones((3, 2000))
    assert np.allclose(run.values(x)[:, 0], 0.999**2000)
    assert np.allclose(run.jacobian(x)[:, 0], -0.001 * 0.999**1999)
    # a factor of 0 takes all derivatives but its own
    x[0, 5] = 1000
    jacobian = run.jacobian(x)[0, 0]
    assert jacobian[5] != 0
    assert np.count_nonzero(jacobian) == 1


def test_2000_general_terms() -> None:
    names = [f"x{i}" for i in range(2000)]
    texts = (
        " + ".join(f"sin({name})" for name in names),
        " * ".join(f"exp({name})" for name in names),
    )
    run = program(*texts, inputs=" ".join(names))
    x = np.full((2, 2000), 1e-3)
    assert np.allclose(run.values(x), [[2000 * math.sin(1e-3), math.exp(2)]] * 2)
    assert np.allclose(run.jacobian(x)[:, 1], math.exp(2))


def test_deep_graphs_compile() -> None:
    graph = Graph()
    node = graph.symbol("x")
    for _ in range(3000):
        node = graph.call("sin", [node])
    run = compile_program(graph, [node], inputs=["x"])
    assert np.isfinite(run.jacobian(np.ones((1, 1)))).all()


@pytest.mark.parametrize(
    "text",
    [
        "1 / x",
        "log(x)",
        "sqrt(x - 1)",
        "(x - 1)**0.5",
        "x**-1",
        "1 / (1 / x)",
        "min(1 / x, 2)",
        "max(1 / x, 2)",
        "atan(1 / x)",
        "exp(-1 / x**2)",
        "tanh(1 / x)",
        "(1 / x)**0",
        "2**(-1 / x**2)",
        "where(1 / x > 0, 1, 2)",
        "asin(x - 2)",
        "0 * (1 / x)",
        "where(x <= 0, 1 / x, 1)",
        "1**(1 / x)",
        "log10(y - y)",
        "(x - 1)**y",
        "0 / x",
    ],
)
def test_an_undefined_point_is_not_finite(text: str) -> None:
    """With no warning, and its neighbours are none the worse."""
    run = program(text, "x + y")
    values = run.values(np.array([[0.0, 0.5, 0.0], [1.0, 0.5, 0.0]]))
    assert not np.isfinite(values[0, 0])
    assert np.isfinite(values[:, 1]).all()
    jacobian = run.jacobian(np.array([[0.0, 0.5, 0.0], [1.0, 0.5, 0.0]]))
    assert np.isnan(jacobian[0, 0]).all()
    assert np.isfinite(jacobian[:, 1]).all()
    assert run.exact([0, Fraction(1, 2), 0])[0] is None


def test_the_branch_not_chosen_does_not_count() -> None:
    run = program(
        "where(x > 0, log(x) + 1 / x, y**2)",
        "where(x > 0, sqrt(x), where(x < -1, 1 / (x + 1), 3 * y)) * z",
    )
    x = np.array([[0.0, 3.0, 1.0], [2.0, 3.0, 1.0], [-1.0, 3.0, 2.0]])
    assert np.allclose(
        run.values(x), np.array([[9, 9], [math.log(2) + 0.5, math.sqrt(2)], [9, 18]])
    )
    expected: list[list[list[float]]] = [
        [[0, 6, 0], [0, 3, 9]],
        [[0.25, 0, 0], [0.5 / math.sqrt(2), 0, math.sqrt(2)]],
        [[0, 6, 0], [0, 6, 9]],
    ]
    assert np.allclose(run.jacobian(x), expected)
    assert program("where(x > 0, 1 / x, 5)").exact([0, 0, 0]) == [5]
    assert program("where(x > 0, sqrt(2), 5)").exact([0, 0, 0]) == [5]
    assert program("where(x > 0, sqrt(2), 5)").exact([1, 0, 0]) == [None]


def test_a_condition_of_constants_is_decided() -> None:
    x = np.array([[2.0, 3.0, 4.0]])
    run = program(
        "where(0 < exp(1), x, y)",
        "where(x > sqrt(2) > 1, x, y)",
        "where(exp(1) < 2, 1 / (x - 2), y * z)",
    )
    assert run.values(x).tolist() == [[2, 2, 12]]
    assert run.jacobian(x)[0].tolist() == [[1, 0, 0], [1, 0, 0], [0, 4, 3]]
    graph = Graph()
    zero = graph.constant(0)
    undefined = graph.compare("<", zero, graph.divide(graph.constant(1), zero))
    node = graph.where(undefined, graph.symbol("x"), zero)
    assert np.isnan(compile_program(graph, [node], inputs=["x", "y", "z"]).values(x)).all()


def test_overflow_is_kept_as_infinite() -> None:
    values = program("exp(x)", "-exp(x)", "x**500").values(np.array([[1e3, 0.0, 0.0]]))
    assert values.tolist() == [[math.inf, -math.inf, math.inf]]


def test_the_slope_of_a_negative_base_to_a_constant_that_is_computed() -> None:
    """sin(x) ** (x / x) is sin(x), and had slope 0 where sin(x) is negative."""
    graph = Graph()
    program = compile_program(graph, [build(graph, "sin(x) ** (x / x)")], inputs=["x"])
    assert program.jacobian(np.array([[-1.0]]))[0, 0, 0] == pytest.approx(np.cos(1.0), rel=1e-12)


def test_gradients_at_the_edges_are_finite() -> None:
    kinks = "abs(x)", "max(x, y, z)", "min(x, y, z)"
    run = program("sqrt(x)", "x**0.3", "sqrt(x**2)", *kinks, "asin(x + 1)", "floor(x) + ceil(y)")
    jacobian = run.jacobian(np.zeros((1, 3)))[0]
    assert np.isfinite(jacobian).all()
    assert jacobian[0, 0] == GRADIENT_LIMIT
    assert jacobian[1, 0] == GRADIENT_LIMIT
    assert jacobian[2, 0] == 0
    assert jacobian[3, 0] == 0
    assert jacobian[4].sum() == 1
    assert jacobian[5].sum() == 1
    assert jacobian[6, 0] == GRADIENT_LIMIT
    assert not jacobian[7].any()


def test_constants_are_as_long_as_the_points() -> None:
    run = program("3.5", "pi", "sqrt(2) + 1", "2 * p", "1 / (p - 1)", parameters="p")
    assert run.values(np.zeros((4, 3)), [2.0]).shape == (4, 5)
    assert np.allclose(run.values(np.zeros((4, 3)), [2.0]), [3.5, math.pi, math.sqrt(2) + 1, 4, 1])
    assert not np.isfinite(run.values(np.zeros((1, 3)), [1.0])[0, 4])
    assert not run.jacobian(np.zeros((4, 3)), [2.0]).any()
    assert run.exact([0, 0, 0], [3]) == [Fraction(7, 2), None, None, 6, Fraction(1, 2)]


def test_parameters_stay_inputs() -> None:
    run = program("p * x + q * y**2 + where(p > 1, z, -z)", parameters="p q")
    x = np.array([[1.0, 2.0, 3.0]])
    assert run.values(x, [2.0, 0.5])[0, 0] == 7
    assert run.values(x, np.array([1.0, 0.0]))[0, 0] == -2
    assert np.allclose(run.jacobian(x, [2.0, 0.5])[0, 0], [2, 2, 1])
    assert run.exact([1, 2, 3], [Fraction(1, 3), 0]) == [Fraction(1, 3) - 3]


def test_points_are_split_into_chunks() -> None:
    run = program("sin(x) * y + z", "x + 2 * y + 3 * z")
    x = np.random.default_rng(3).normal(size=(20_001, 3))
    values = run.values(x)
    assert np.allclose(values[:, 0], np.sin(x[:, 0]) * x[:, 1] + x[:, 2])
    assert np.allclose(run.jacobian(x)[:, 0, 0], np.cos(x[:, 0]) * x[:, 1])
    assert run.values(x[:0]).shape == (0, 2)
    assert run.jacobian(x[:0]).shape == (0, 2, 3)


def test_arguments_are_not_changed_and_any_layout_will_do() -> None:
    run = program("x * y", "z")
    x = np.asfortranarray(np.arange(12.0).reshape(4, 3))
    x.setflags(write=False)
    before = x.copy()
    assert np.array_equal(run.values(x), run.values(before))
    assert np.array_equal(run.values(x[::2]), run.values(before)[::2])
    run.jacobian(x)
    assert np.array_equal(x, before)


def test_wrong_shapes_and_names_are_refused() -> None:
    run = program("x + p", parameters="p")
    with pytest.raises(ValueError, match=r"\(k, 3\)"):
        run.values(np.zeros((2, 2)), [1.0])
    with pytest.raises(ValueError, match="1 parameters"):
        run.values(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="3 inputs and 1 parameters"):
        run.exact([1], [1])
    with pytest.raises(ValueError, match="'q' is neither"):
        program("x + q")
    with pytest.raises(ValueError, match="distinct"):
        program("x", parameters="x")


@given(
    st.lists(
        st.tuples(st.fractions(max_denominator=9), st.fractions(max_denominator=9)), max_size=9
    )
)
def test_exact_sums_are_those_of_fractions(terms: list[tuple[Fraction, Fraction]]) -> None:
    graph = Graph()
    names = [f"x{j}" for j in range(len(terms))]
    node = graph.sum(
        [(Fraction(1), graph.constant(Fraction(2, 7)))]
        + [(c, graph.symbol(name)) for name, (c, _) in zip(names, terms, strict=True)]
    )
    found = compile_program(graph, [node], inputs=names).exact([v for _, v in terms])
    assert found == [Fraction(2, 7) + sum((c * v for c, v in terms), Fraction(0))]
