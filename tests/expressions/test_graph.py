"""The graph: canonical forms, exact constants, nothing dropped that could be undefined."""

from __future__ import annotations

from fractions import Fraction

import pytest

from optimiser import expressions
from optimiser.expressions import ExpressionError, Graph, parse
from tests.expressions.reference import build


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x + y", "y + x"),
        ("x + x", "2 * x"),
        ("x * x * x", "x**3"),
        ("2 * x * 3 * y", "6 * y * x"),
        ("(x * y)**2", "x**2 * y**2"),
        ("(x**2)**3", "x**6"),
        ("-(x - y)", "y - x"),
        ("x - x", "0"),
        ("0 * x", "0"),
        ("x**0", "1"),
        ("x / 4", "0.25 * x"),
        ("2 * x / (4 * y)", "0.5 * (x / y)"),
        ("min(x, min(y, x), 3, 2)", "min(2, y, x)"),
        ("sum(x, y, 1)", "1 + y + x"),
        ("x > y", "y < x"),
        ("where(1 < 2, x, 1 / y)", "x"),
        ("where(2 < 1, x, y)", "y"),
        ("sqrt(0.25)", "0.5"),
        ("sqrt(2)**2 + exp(0) + log10(1000) + cos(0)", "sqrt(2)**2 + 5"),
        ("8**(1/3) + 4**-0.5", "2.5"),
        ("0.1 + 0.2", "0.3"),
        ("x**0.5", "sqrt(x)"),
        ("floor(-2.5) + ceil(-2.5) + abs(-1)", "-4"),
    ],
)
def test_equal_expressions_are_one_node(left: str, right: str) -> None:
    graph = Graph()
    if ">" in left:
        a, b = graph.symbol("x"), graph.symbol("y")
        assert graph.compare(">", a, b) == graph.compare("<", b, a)
        return
    assert build(graph, left) == build(graph, right)


@pytest.mark.parametrize(
    "text", ["0 * log(x)", "log(x) - log(x)", "(1 / x)**0", "x / x", "0 / x", "1 / (1 / x)"]
)
def test_what_may_be_undefined_is_not_dropped(text: str) -> None:
    graph = Graph()
    node = build(graph, text)
    assert graph.symbols(node) == ("x",)
    assert not graph.total(node)


def test_constants_are_exact() -> None:
    graph = Graph()
    assert graph.value_of(build(graph, "0.1 * 3 - 1 / 3")) == Fraction(-1, 30)
    assert graph.value_of(build(graph, "pi")) is None
    assert graph.fixed(build(graph, "2 * pi + exp(1)"))


def test_parts_show_a_node() -> None:
    graph = Graph()
    node = graph.nodes[build(graph, "1.5 + 2 * x - 3 * y")]
    assert node.operator == "sum"
    assert node.value == Fraction(3, 2)
    assert [graph.nodes[child].name for child in node.children] == ["x", "y"]
    assert list(node.coefficients) == [2, -3]
    assert graph.nodes[build(graph, "sqrt(x)")].name == "sqrt"
    assert graph.nodes[build(graph, "where(x <= y, x, y)")].operator == "where"


def test_nothing_recurses_over_a_chain() -> None:
    graph = Graph()
    node = build(graph, " + ".join(f"{i} * x{i % 1000}" for i in range(2000)))
    assert len(graph.nodes[node].children) == 1000
    product = build(graph, " * ".join(f"(1 + 0.01 * x{i})" for i in range(2000)))
    assert len(graph.nodes[product].children) == 2000
    deep = graph.symbol("x")
    for _ in range(20_000):
        deep = graph.call("sin", [deep])
    assert len(graph.reachable([deep])) == 20_001


def test_a_constant_too_long_points_at_its_place() -> None:
    graph = Graph()
    text = "1 + " + "*".join(["x / 1.2345678901234567890123456789"] * 1000)
    with pytest.raises(ExpressionError) as caught:
        build(graph, text)
    assert caught.value.start == 4
    assert "round" in caught.value.help


def test_wrong_calls_are_refused() -> None:
    graph = Graph()
    x = graph.symbol("x")
    for function, arguments in (("nope", [x]), ("where", [x, x, x]), ("sqrt", [x, x]), ("min", [])):
        with pytest.raises(ValueError, match=function):
            graph.call(function, arguments)
    with pytest.raises(ValueError, match="comparison"):
        graph.compare("!=", x, x)
    with pytest.raises(ValueError, match="pi or e"):
        graph.irrational("tau")


def test_a_model_is_resolved_with_its_keywords() -> None:
    graph = Graph()
    seen = []

    def resolve(leaf: object) -> int:
        seen.append(leaf)
        return graph.constant(2)

    tree = parse("1 + f(a=x) * g.scale + pi - pi")
    assert graph.value_of(expressions.build(graph, tree, resolve)) == 5
    assert [type(leaf).__name__ for leaf in seen] == ["Call", "Member"]
