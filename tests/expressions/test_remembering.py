"""Values at one point after another are those at each of them alone, and what depends on one input
is worked out once for each of its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from random import Random

import pytest

from optimiser.expressions import Graph, Remembering, enclose, enclosing, evaluating
from optimiser.expressions.program import exact_values


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
    exact = (
        sign
        * 100
        * prod(
            (graph.nodes[i].value + graph.nodes[i].coefficients[0] / 7)
            for i in graph.nodes[node].children
            if graph.nodes[i].operator == "sum"
        )
    )
    found = enclose(graph, graph.reachable([node]), symbols, digits=30)[node]
    assert found.low is not None
    assert found.high is not None
    assert found.low <= exact <= found.high
    assert found.high - found.low <= abs(exact) / 10**25
    assert (found.exact == exact) if n == 10 else found.exact is None


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
        alone: dict[int, Fraction | None] = {}
        exact_values(graph, graph.reachable(nodes), point | held, alone)
        assert exactly.at(point) == alone
        assert between.at(point) == enclose(graph, graph.reachable(nodes), point | held)


def test_what_depends_on_one_input_is_worked_out_once_a_value() -> None:
    graph, node = compound(7, 50)
    asked: list[int] = []

    def extend(
        order: Iterable[int], symbols: Mapping[str, Fraction], found: dict[int, Fraction | None]
    ) -> None:
        nodes = list(order)
        asked.extend(nodes)
        exact_values(graph, nodes, symbols, found)

    values = Remembering(graph, [node], {"base": Fraction(2)}, extend)
    random = Random(2)
    for _ in range(20):
        values.at({f"x{i}": Fraction(random.randint(0, 1)) for i in range(50)})
    # the baseline, two nodes for each technology and each of two values, and twenty products
    assert len(asked) <= 1 + 2 * 50 * 2 + 20
