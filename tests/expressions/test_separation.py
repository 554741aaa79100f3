"""What is made of one kind of symbols alone is taken out of nodes, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.expressions import Graph, compile_program, separated
from tests.searches import examples

_X, _P = ("x", "y", "z"), ("p", "q")


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[Graph, list[int]]:
    """A graph over both kinds of symbols, with every operator, undefined parts included."""
    graph = Graph()
    nodes = graph.columns((*_X, *_P)) + [graph.constant(n) for n in (0, 2, -3)]
    for _ in range(draw(st.integers(1, 14))):
        a, b, c = (draw(st.sampled_from(nodes)) for _ in range(3))
        weights = draw(st.tuples(*[st.integers(-3, 3)] * 4))
        match draw(st.sampled_from(("sum", "product", "divide", "power", "call", "where"))):
            case "sum":
                made = graph.sum(zip(weights, (a, b, c), strict=False), weights[3])
            case "product":
                made = graph.product([a, b, c])
            case "divide":
                made = graph.divide(a, b)
            case "power":
                made = graph.power(a, draw(st.sampled_from([graph.constant(2), b])))
            case "call":
                name = draw(st.sampled_from(("max", "min", "exp", "abs", "atan", "log")))
                made = graph.call(name, [a, b] if name in ("max", "min") else [a])
            case _:
                made = graph.where(graph.compare("<=", a, b), c, a)
        nodes.append(made)
    return graph, nodes[-4:]


@given(_graphs(), st.integers(0, 1 << 30))
@settings(max_examples=examples(150), deadline=None)
def test_separated_nodes_have_the_same_values(drawn: tuple[Graph, list[int]], seed: int) -> None:
    graph, nodes = drawn
    rng = np.random.default_rng(seed)
    x, p = (
        np.asarray(rng.integers(-2, 3, size=(16, n)) * 0.75, dtype=np.float64)
        for n in (len(_X), len(_P))
    )
    whole = compile_program(graph, nodes, inputs=(*_X, *_P)).values(np.hstack([x, p]))
    found = separated(graph, nodes, set(_P))
    parts = compile_program(graph, list(found.parts.values()), inputs=_X).values(x)
    rest = compile_program(graph, found.nodes, inputs=(*found.parts, *_X, *_P))
    again = rest.values(np.hstack([parts, x, p]))
    assert (np.isfinite(whole) == np.isfinite(again)).all()
    defined = np.isfinite(whole)
    assert again[defined] == pytest.approx(whole[defined], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("n", [10, 1000])
def test_thousands_of_effects_times_one_parameter_are_one_part(n: int) -> None:
    """A plan at a thousand values of the parameter so costs n once, and not a thousand times."""
    graph = Graph()
    p, q, *columns = graph.columns(["p", "q", *(f"x{i}" for i in range(n))])
    effects = [(i + 1, graph.product([(p, q)[i % 2], x])) for i, x in enumerate(columns)]
    found = separated(graph, [graph.sum(effects, 7)], {"p", "q"})
    assert len(found.parts) == 2
    assert set(graph.symbols(*found.nodes)) == {"p", "q", *found.parts}


def test_what_may_be_undefined_stays() -> None:
    """1/x is hidden by no symbol: where x is 0 the whole is undefined, whatever becomes of it."""
    graph = Graph()
    x, p = graph.columns(["x", "p"])
    hidden = graph.call("atan", [graph.product([p, graph.divide(graph.constant(1), x)])])
    found = separated(graph, [hidden], {"p"})
    assert not found.parts
    assert found.nodes == (hidden,)
