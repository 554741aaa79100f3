"""Values at one point after another are those at each of them alone, and what depends on one input
is worked out once for each of its values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from random import Random

import pytest

from optimiser.expressions import Graph, Remembering, enclose, enclosing, evaluating
from optimiser.expressions.program import exact_values
from tests.searches import seeds

Extend = Callable[
    [Iterable[int], Mapping[str, Fraction], dict[int, Fraction | None]],
    None,
]


def compound(seed: int, n: int) -> tuple[Graph, int]:
    """A baseline times what each of n technologies adds or takes, by shares of long decimals."""
    random, graph = Random(seed), Graph()
    factors = [
        graph.sum([(Fraction(random.randint(-999, 999), 1000), graph.symbol(f"x{i}"))], 1)
        for i in range(n)
    ]
    return graph, graph.product([graph.symbol("base"), *factors])


@pytest.mark.parametrize(("n", "sign"), [(10, 1), (2000, 1), (2000, -1)])
def test_long_products_lie_between_ends_that_are_close(n: int, sign: int) -> None:
    graph, node = compound(3, n)
    symbols = {f"x{i}": Fraction(1, 7) for i in range(n)} | {"base": Fraction(sign * 100)}
    factors = [
        graph.nodes[i].value + Fraction(graph.nodes[i].coefficients[0]) / 7
        for i in graph.nodes[node].children
        if graph.nodes[i].operator == "sum"
    ]
    exact = math.prod(factors, start=Fraction(sign * 100))
    found = enclose(graph, graph.reachable([node]), symbols, digits=30)[node]
    assert found.low is not None
    assert found.high is not None
    assert found.low <= exact <= found.high
    assert found.high - found.low <= abs(exact) / 10**25
    assert (found.exact == exact) if n == 10 else found.exact is None


def noting(graph: Graph, asked: list[int]) -> Extend:
    """That notes the nodes it is asked for."""

    def extend(
        order: Iterable[int], symbols: Mapping[str, Fraction], found: dict[int, Fraction | None]
    ) -> None:
        nodes = list(order)
        asked.extend(nodes)
        exact_values(graph, nodes, symbols, found)

    return extend


def tripled(values: Remembering[Fraction | None], n: int) -> None:
    for i in range(n):
        values.at({f"x{i}": Fraction(3)})


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def alone(
    graph: Graph, nodes: Sequence[int], symbols: Mapping[str, Fraction]
) -> dict[int, Fraction | None]:
    found: dict[int, Fraction | None] = {}
    exact_values(graph, graph.reachable(nodes), symbols, found)
    return {number: found[number] for number in nodes}


def tangle(random: Random, n: int) -> tuple[Graph, list[int]]:
    """Forty nodes over n symbols: sums, products, quotients, choices, what is irrational, and what
    is made of the same part twice.
    """
    graph = Graph()
    nodes = [graph.symbol(f"x{i}") for i in range(n)]
    for _ in range(40):
        a, b, c = (random.choice(nodes) for _ in range(3))
        share = Fraction(random.randint(-9, 9), random.randint(1, 9))
        match random.randrange(7):
            case 0 | 1:
                nodes.append(graph.sum([(share, a), (Fraction(2), b), (Fraction(-1), c)], share))
            case 2:
                nodes.append(graph.product([a, b]))
            case 3:
                nodes.append(graph.divide(a, b))
            case 4:
                nodes.append(graph.where(graph.compare("<", a, b), b, c))
            case 5:
                nodes.append(graph.call("sqrt", [a]))
            case _:
                nodes.append(graph.call("max", [a, b, c]))
    return graph, random.sample(nodes[n:], 6)


@pytest.mark.parametrize("seed", seeds(60, here=15))
def test_points_that_differ_in_little_have_the_values_they_have_alone(seed: int) -> None:
    random = Random(seed)
    graph, nodes = tangle(random, 8)
    held = {"x7": Fraction(random.randint(-2, 2))}
    point = {f"x{i}": Fraction(random.randint(-2, 2)) for i in range(7)}
    exactly, between = (
        evaluating(graph, nodes, held),
        enclosing(graph, nodes, held, digits=40),
    )
    assert exactly.at(point) == alone(graph, nodes, point | held)
    for _ in range(12):
        names = random.sample(sorted(point), random.randint(0, 3))
        told = {name: Fraction(random.randint(-2, 2)) for name in names}
        point |= told
        ends = enclose(graph, graph.reachable(nodes), point | held)
        assert exactly.at(told) == alone(graph, nodes, point | held)
        assert between.at(point) == {number: ends[number] for number in nodes}


@pytest.mark.parametrize("n", [50, 100])
def test_of_what_has_not_changed_nothing_is_worked_out_again(n: int) -> None:
    graph, asked = Graph(), list[int]()
    pairs = [graph.product([graph.symbol(f"x{i}"), graph.symbol(f"x{i + 1}")]) for i in range(n)]
    total = graph.sum([(Fraction(i + 1), pair) for i, pair in enumerate(pairs)])
    values = evaluating(graph, [total], {})
    point = {f"x{i}": Fraction(i % 2) for i in range(n + 1)}
    assert values.at(point) == alone(graph, [total], point)
    values._extend = noting(graph, asked)
    for i in range(n):
        point[f"x{i}"] = 1 - point[f"x{i}"]
        assert values.at({f"x{i}": point[f"x{i}"]}) == alone(graph, [total], point)
    # a symbol and two products each; the sum of them all never
    assert len(asked) <= 3 * n


def test_a_point_that_was_not_worked_out_to_the_end_is_worked_out_anew() -> None:
    graph, node = compound(9, 20)
    extend: Extend = partial(exact_values, graph)
    calls: Iterator[Extend] = iter([*[extend] * 30, interrupted, *[extend] * 1000])
    values = Remembering[Fraction | None](
        graph, [node], {"base": Fraction(2)}, lambda *given: next(calls)(*given)
    )
    point = {f"x{i}": Fraction(i % 2) for i in range(20)}
    values.at(point)
    with pytest.raises(KeyboardInterrupt):
        tripled(values, 20)
    point |= {f"x{i}": Fraction(3) for i in range(20)}
    assert values.at(point) == alone(graph, [node], point | {"base": Fraction(2)})


def test_every_point_has_the_values_it_has_alone() -> None:
    graph, node = compound(5, 40)
    twice = graph.product([node, graph.call("exp", [graph.symbol("x1")]), graph.symbol("base")])
    nodes, held, random = [node, twice], {"base": Fraction(3)}, Random(1)
    exactly, between = (
        evaluating(graph, nodes, held),
        enclosing(graph, nodes, held, digits=40),
    )
    for _ in range(30):
        point = {f"x{i}": Fraction(random.randint(0, 30), 10) for i in range(40)}
        ends = enclose(graph, graph.reachable(nodes), point | held)
        assert exactly.at(point) == alone(graph, nodes, point | held)
        assert between.at(point) == {number: ends[number] for number in nodes}


def test_what_depends_on_one_input_is_worked_out_once_a_value() -> None:
    graph, node = compound(7, 50)
    asked: list[int] = []
    values = Remembering(graph, [node], {"base": Fraction(2)}, noting(graph, asked))
    random = Random(2)
    for _ in range(20):
        values.at({f"x{i}": Fraction(random.randint(0, 1)) for i in range(50)})
    # the baseline, two nodes for each technology and each of two values, and twenty products
    assert len(asked) <= 1 + 2 * 50 * 2 + 20
