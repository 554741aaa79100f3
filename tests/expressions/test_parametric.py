"""Expansions with symbolic parameters against expansions with the values put in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.expressions import ExpressionError, Graph, Parametric, polynomial
from tests.expressions.reference import build

BINARIES = frozenset({"x", "y"})
PARAMETERS = ("p", "q")
_LEAVES = st.sampled_from(["x", "y", "z", "p", "q", "0", "1", "2", "0.5", "pi"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " - ", " * ", " / "]), inner).map(
            lambda t: f"({t[0]}{t[1]}{t[2]})"
        ),
        st.tuples(inner, st.sampled_from(["0", "1", "2", "3", "0.5", "p"])).map(
            lambda t: f"({t[0]})**({t[1]})"
        ),
        pairs.map(lambda t: f"where(p > 1, {t[0]}, {t[1]})"),
        pairs.map(lambda t: f"max({t[0]}, {t[1]})"),
        inner.map(lambda t: f"exp({t})"),
    )


TEXTS = st.recursive(_LEAVES, _grown, max_leaves=12)
VALUES = st.fractions(-3, 3, max_denominator=4) | st.just(Fraction(0)) | st.just(Fraction(1))


def products(expanded: dict[tuple[str, ...], Fraction] | None) -> int:
    return sum(len(monomial) > 1 for monomial in expanded or {})


@given(text=TEXTS, values=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=4))
def test_the_same_polynomials(text: str, values: list[tuple[Fraction, Fraction]]) -> None:
    """One symbolic expansion serves all values, term by term."""
    graph = Graph()
    try:
        node = build(graph, text)
    except ExpressionError:  # a constant without a value
        return
    parametric = Parametric(graph, parameters=frozenset(PARAMETERS), binaries=BINARIES, limit=400)
    for vector in values:
        known = dict(zip(PARAMETERS, vector, strict=True))
        expected = polynomial(graph, node, values=known, binaries=BINARIES, limit=400)
        found = parametric.at(known)
        constant = found.constant(node)
        assert found.polynomial(node) == expected
        assert constant == (
            None if expected is None or any(expected) else expected.get((), Fraction(0))
        )


@pytest.mark.parametrize("factors", [3, 8, 20])
def test_products_are_counted_without_their_coefficients(factors: int) -> None:
    """A product of 20 factors is too large to expand; where p is 0 it is small."""
    text = " * ".join(f"(1 + {i + 1} * p * x{i})" for i in range(factors))
    graph = Graph()
    node = build(graph, text)
    names = frozenset(f"x{i}" for i in range(factors))
    parametric = Parametric(graph, parameters=frozenset({"p"}), binaries=names, limit=5000)
    for p in (Fraction(1, 2), Fraction(0), Fraction(-1, 3)):
        expected = polynomial(graph, node, values={"p": p}, binaries=names, limit=5000)
        assert parametric.at({"p": p}).products(node) == products(expected)
        assert parametric.at({"p": p}).polynomial(node) == expected


def test_the_graph_stops_growing() -> None:
    """Thousands of parameter vectors cost no memory."""
    graph = Graph()
    node = build(graph, "(1 + p * x) * (2 + q * y) * (x - q) / p")
    parametric = Parametric(graph, parameters=frozenset(PARAMETERS), binaries=BINARIES, limit=400)
    parametric.at({"p": Fraction(2), "q": Fraction(3)}).polynomial(node)
    before = len(graph.nodes)
    for i in range(1, 50):
        parametric.at({"p": Fraction(i, 7), "q": Fraction(3, i)}).polynomial(node)
    assert len(graph.nodes) == before


def test_reduced_monomials() -> None:
    """A rule of the caller: here x and y are never 1 together."""
    graph = Graph()
    node = build(graph, "(p + x) * (q + y)")

    def reduced(found: dict[tuple[str, ...], Fraction]) -> dict[tuple[str, ...], Fraction]:
        return {monomial: c for monomial, c in found.items() if len(monomial) < 2}

    parametric = Parametric(
        graph, parameters=frozenset(PARAMETERS), binaries=BINARIES, limit=400, reduced=reduced
    )
    found = parametric.at({"p": Fraction(2), "q": Fraction(3)})
    assert found.reduced(node) == {(): Fraction(6), ("x",): Fraction(3), ("y",): Fraction(2)}
    assert found.products(node) == 0
    assert found.polynomial(node) == {
        (): Fraction(6),
        ("x",): Fraction(3),
        ("y",): Fraction(2),
        ("x", "y"): Fraction(1),
    }
