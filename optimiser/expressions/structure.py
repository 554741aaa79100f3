"""What kind of expression a node is: expanded polynomials, and the coarse shape."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Literal

from optimiser.expressions import rationals
from optimiser.expressions.fixed import fixed_value, float_value
from optimiser.expressions.graph import Graph, GraphNode
from optimiser.expressions.intervals import bounds
from optimiser.frozen import dataclass

__all__ = ["Polynomial", "Shape", "joined", "kinked", "polynomial", "shape"]

#: monomial (sorted names, repeated for powers, () the constant) -> coefficient, never 0
Polynomial = dict[tuple[str, ...], Fraction]
Shape = Literal["constant", "linear", "polynomial", "monotone", "smooth", "kinked"]

_ONE = Fraction(1)
_MAX_DEGREE = 64
_MONOTONE = frozenset({"exp", "log", "log10", "sqrt", "asin", "acos", "atan", "sinh", "tanh"})


def polynomial(
    graph: Graph,
    node: int,
    /,
    *,
    values: Mapping[str, Fraction],
    binaries: frozenset[str] = frozenset(),
    limit: int = 20_000,
    nearest: bool = False,
) -> Polynomial | None:
    """The node as a sum of monomials with exact coefficients.

    Args:
        graph: the graph.
        node: the node.
        values: parameters to put in; a name not in it stays a symbol.
        binaries: names x with x * x = x.
        limit: the most monomials at any step; a sum of single symbols may have more.
        nearest: take the nearest float for an irrational constant (``pi``, ``exp(2)``), so that the
            coefficients are no longer exact; without it such an expression is no polynomial.

    Returns:
        monomial -> coefficient; None where the node is no polynomial with rational coefficients, or
        too large a one.
    """
    known: dict[int, Polynomial | None] = {}
    rules = _Rules(binaries, limit, nearest)
    for number in graph.reachable([node]):
        found = graph.nodes[number]
        expanded = _expand(found, [known[child] for child in found.children], values, rules)
        if expanded is not None and len(expanded) > limit and any(len(m) > 1 for m in expanded):
            expanded = None
        known[number] = expanded
    return known[node]


def kinked(graph: Graph, nodes: Iterable[int], /, inputs: Collection[str]) -> bool:
    """Whether some node has no derivatives by ``inputs`` somewhere."""
    return any(shape(graph, node, inputs) == "kinked" for node in nodes)


def shape(graph: Graph, node: int, /, inputs: Collection[str]) -> Shape:
    """The coarsest true word for the node as a function of ``inputs``, the other symbols held.

    ``constant``, ``linear`` (affine), ``polynomial``, ``monotone`` (a strictly monotone function of
    a linear expression, where it is defined), ``smooth``, or ``kinked`` (``abs min max floor ceil
    where`` of something that varies).
    """
    inputs = frozenset(inputs)
    known: dict[int, Shape] = {}
    degrees: dict[int, int] = {}
    for number in graph.reachable([node]):
        found = graph.nodes[number]
        below = [known[child] for child in found.children]
        if graph.fixed(number) and not math.isfinite(fixed_value(graph, number)):
            # an undefined constant (the root of -1) is no coefficient
            known[number], degrees[number] = "smooth", 0
            continue
        known[number], degrees[number] = _shape(
            graph, found, below, [degrees[child] for child in found.children], inputs
        )
    return known[node]


@dataclass(frozen=True)
class _Rules:
    binaries: frozenset[str]
    limit: int
    nearest: bool


def _expand(
    node: GraphNode,
    below: list[Polynomial | None],
    values: Mapping[str, Fraction],
    rules: _Rules,
    /,
) -> Polynomial | None:
    match node.operator:
        case "constant":
            return _constant(node.value)
        case "irrational":
            return _nearest(node, []) if rules.nearest else None
        case "symbol":
            return (
                _constant(Fraction(values[node.name]))
                if node.name in values
                else {(node.name,): _ONE}
            )
        case "where":
            condition = _value(below[0])
            return None if condition is None else below[1] if condition else below[2]
    operands = [operand for operand in below if operand is not None]
    if len(operands) < len(below):
        return None
    match node.operator:
        case "sum":
            return _sum(node, operands)
        case "product":
            product: Polynomial | None = {(): _ONE}
            # short factors first keep the steps small
            for operand in sorted(operands, key=len):
                product = None if product is None else _times(product, operand, rules)
            return product
        case "power":
            power = _power(operands[0], _value(operands[1]), rules)
            return power if power is not None or not rules.nearest else _nearest(node, operands)
        case "divide":
            divisor = _value(operands[1])
            return _scaled(operands[0], 1 / divisor) if divisor else None
    called = _call(node, operands)
    return called if called is not None or not rules.nearest else _nearest(node, operands)


def _nearest(node: GraphNode, operands: list[Polynomial], /) -> Polynomial | None:
    """The nearest float of a function of constants."""
    constants = [value for operand in operands if (value := _value(operand)) is not None]
    if len(constants) < len(operands):
        return None
    near = float_value(node, [rationals.to_float(constant) for constant in constants])
    return _constant(Fraction(near)) if math.isfinite(near) else None


def _constant(value: Fraction, /) -> Polynomial:
    return {(): value} if value else {}


def _value(operand: Polynomial | None, /) -> Fraction | None:
    """The value of a constant polynomial."""
    if operand is None or any(monomial for monomial in operand):
        return None
    return operand.get((), Fraction(0))


def _scaled(operand: Polynomial, factor: Fraction, /) -> Polynomial:
    return {monomial: c * factor for monomial, c in operand.items()} if factor else {}


def _sum(node: GraphNode, operands: list[Polynomial], /) -> Polynomial | None:
    result = _constant(node.value)
    for factor, operand in zip(node.coefficients, operands, strict=True):
        for monomial, c in operand.items():
            result[monomial] = result.get(monomial, Fraction(0)) + factor * c
    if not all(rationals.small(c) for c in result.values()):
        return None
    return {monomial: c for monomial, c in result.items() if c}


def _times(left: Polynomial, right: Polynomial, rules: _Rules, /) -> Polynomial | None:
    if len(left) * len(right) > 50 * rules.limit:
        return None
    result: Polynomial = {}
    for a, c in left.items():
        for b, d in right.items():
            monomial = joined(a, b, rules.binaries)
            result[monomial] = result.get(monomial, Fraction(0)) + c * d
        if len(result) > rules.limit:
            return None
    if any(
        len(monomial) > _MAX_DEGREE and len(monomial) > len(set(monomial)) for monomial in result
    ):
        return None
    if not all(rationals.small(c) for c in result.values()):
        return None
    return {monomial: c for monomial, c in result.items() if c}


def joined(a: tuple[str, ...], b: tuple[str, ...], binaries: frozenset[str], /) -> tuple[str, ...]:
    """The product of two monomials; a binary counts once."""
    if not a or not b:
        return a or b
    shared = binaries.intersection(a, b) if binaries else ()
    return tuple(sorted((*a, *(name for name in b if name not in shared)) if shared else (*a, *b)))


def _power(base: Polynomial, exponent: Fraction | None, rules: _Rules, /) -> Polynomial | None:
    if exponent is None:
        return None
    value = _value(base)
    if value is not None:
        power = rationals.power(value, exponent)
        return None if power is None else _constant(power)
    if exponent.denominator != 1 or exponent < 0:
        return None
    if len(base) == 1 and exponent > 0:
        ((monomial, c),) = base.items()
        if rules.binaries.issuperset(monomial):
            factor = rationals.power(c, exponent)
            return None if factor is None else {monomial: factor}
    if exponent > _MAX_DEGREE:
        return None
    result: Polynomial | None = {(): _ONE}
    for _ in range(int(exponent)):
        result = None if result is None else _times(result, base, rules)
    return result


def _call(node: GraphNode, operands: list[Polynomial], /) -> Polynomial | None:
    """Functions and comparisons of constants."""
    constants = [value for operand in operands if (value := _value(operand)) is not None]
    if len(constants) < len(operands):
        return None
    if node.operator == "compare":
        return _constant(Fraction(rationals.compare(node.name, constants[0], constants[1])))
    if node.operator == "all":
        return _constant(Fraction(all(constants)))
    value = rationals.call(node.name, constants)
    return None if value is None else _constant(value)


def _shape(
    graph: Graph, node: GraphNode, below: list[Shape], degrees: list[int], inputs: frozenset[str], /
) -> tuple[Shape, int]:
    """The shape of a node from those of its children, and the degree where it is a polynomial."""
    if node.operator == "symbol":
        return ("linear", 1) if node.name in inputs else ("constant", 0)
    if all(kind == "constant" for kind in below):
        return "constant", 0
    if "kinked" in below:
        return "kinked", 0
    match node.operator:
        case "sum":
            return _shape_of_sum(node, below, degrees)
        case "product":
            return _shape_of_product(graph, node, below, degrees)
        case "divide":
            return _shape_of_quotient(graph, node, below, degrees)
        case "power":
            return _shape_of_power(graph, node, below, degrees)
        case "where" if below[0] == "constant":
            # one branch or the other, the same for all decisions
            kinds = set(below[1:])
            if kinds <= {"constant", "linear"}:
                return "linear", 1
            return (
                ("polynomial", max(degrees))
                if kinds <= {"constant", "linear", "polynomial"}
                else ("smooth", 0)
            )
        case "call" if node.name in ("abs", "min", "max", "largest", "floor", "ceil"):
            return "kinked", 0
        case "call":
            return (
                "monotone"
                if node.name in _MONOTONE and below[0] in ("linear", "monotone")
                else "smooth"
            ), 0
    return "kinked", 0


def _shape_of_sum(node: GraphNode, below: list[Shape], degrees: list[int], /) -> tuple[Shape, int]:
    kinds = set(below)
    if kinds <= {"constant", "linear", "polynomial"}:
        return ("linear" if max(degrees) == 1 else "polynomial"), max(degrees)
    moving = [c for kind, c in zip(below, node.coefficients, strict=True) if kind != "constant"]
    return (
        "monotone"
        if kinds <= {"constant", "monotone"} and len(moving) == 1 and moving[0]
        else "smooth"
    ), 0


def _shape_of_product(
    graph: Graph, node: GraphNode, below: list[Shape], degrees: list[int], /
) -> tuple[Shape, int]:
    kinds = set(below)
    if kinds <= {"constant", "linear", "polynomial"}:
        return ("linear" if sum(degrees) == 1 else "polynomial"), sum(degrees)
    moving = [kind for kind in below if kind != "constant"]
    still = [child for child, kind in zip(node.children, below, strict=True) if kind == "constant"]
    return (
        "monotone"
        if moving == ["monotone"] and all(_signed(graph, child) for child in still)
        else "smooth"
    ), 0


def _shape_of_quotient(
    graph: Graph, node: GraphNode, below: list[Shape], degrees: list[int], /
) -> tuple[Shape, int]:
    above, divisor = below
    if divisor == "constant":
        if graph.fixed(node.children[1]) and not fixed_value(graph, node.children[1]):
            return "smooth", 0
        if above in ("linear", "polynomial"):
            return above, degrees[0]
        return (
            "monotone" if above == "monotone" and _signed(graph, node.children[1]) else "smooth"
        ), 0
    # 1 / f falls where f rises, as long as f keeps its sign
    if (
        above == "constant"
        and divisor in ("linear", "monotone")
        and all(_signed(graph, child) for child in node.children)
    ):
        return "monotone", 0
    return "smooth", 0


def _shape_of_power(
    graph: Graph, node: GraphNode, below: list[Shape], degrees: list[int], /
) -> tuple[Shape, int]:
    base, exponent = node.children
    value = graph.value_of(exponent)
    if value is not None:
        if value.denominator == 1 and value > 0 and below[0] in ("linear", "polynomial"):
            return "polynomial", degrees[0] * int(value)
        if below[0] in ("linear", "monotone") and (
            value.denominator != 1 or (value > 0 and value % 2 == 1)
        ):
            return "monotone", 0
    known = fixed_value(graph, base) if graph.fixed(base) else math.nan
    if below[1] in ("linear", "monotone") and known > 0 and known != 1:
        return "monotone", 0
    return "smooth", 0


def _signed(graph: Graph, node: int, /) -> bool:
    """Whether the node is positive, or negative, for all values of its symbols."""
    low, high = bounds(graph, node, {})
    return low > 0 or high < 0
