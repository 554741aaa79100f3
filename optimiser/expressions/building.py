"""Trees into a graph."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from optimiser.expressions.error import ExpressionError
from optimiser.expressions.fixed import fixed_value
from optimiser.expressions.graph import Graph
from optimiser.expressions.tree import (
    CONSTANTS,
    FUNCTIONS,
    Baseline,
    Call,
    ComparisonChain,
    Member,
    Name,
    Negate,
    Number,
    PhaseReference,
    Power,
    Product,
    Sum,
    Tree,
    Where,
    children,
)
from optimiser.language import tr

__all__ = ["build", "check_literals"]


def build(graph: Graph, tree: Tree, resolve: Callable[[Tree], int], /) -> int:
    """The node of a tree; without recursion.

    Args:
        graph: the graph to grow.
        tree: what to build.
        resolve: the node of a name, a member, a phase, a baseline or the call of a model.

    Raises:
        ExpressionError: a constant too long to be exact.
    """
    values: list[int] = []
    stack: list[tuple[Tree, bool]] = [(tree, False)]
    while stack:
        node, ready = stack.pop()
        if isinstance(node, Name | Member | PhaseReference | Baseline) or (
            isinstance(node, Call) and node.function not in FUNCTIONS
        ):
            constant = isinstance(node, Name) and node.id in CONSTANTS
            values.append(
                graph.irrational(node.id) if constant and isinstance(node, Name) else resolve(node)
            )
            continue
        below = children(node)
        if not ready and below:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(below))
            continue
        operands = values[len(values) - len(below) :]
        del values[len(values) - len(below) :]
        try:
            values.append(_join(graph, node, operands))
        except ExpressionError as error:
            raise ExpressionError(
                error.message, start=node.start, end=node.end, help=error.help
            ) from None
    return values[0]


def _join(graph: Graph, tree: Tree, operands: list[int], /) -> int:
    match tree:
        case Number():
            return graph.constant(Fraction(tree.value))
        case Negate():
            return graph.sum([(-1, operands[0])])
        case Sum():
            return graph.sum(
                [(sign, node) for (sign, _), node in zip(tree.terms, operands, strict=True)]
            )
        case Product():
            above = [
                node
                for (exponent, _), node in zip(tree.factors, operands, strict=True)
                if exponent > 0
            ]
            below = [
                node
                for (exponent, _), node in zip(tree.factors, operands, strict=True)
                if exponent < 0
            ]
            product = graph.product(above)
            return graph.divide(product, graph.product(below)) if below else product
        case Power():
            return graph.power(operands[0], operands[1])
        case Call():
            return graph.call(tree.function, operands)
        case ComparisonChain():
            pairs = zip(tree.operators, operands, operands[1:], strict=False)
            return graph.all(
                [graph.compare(operator, left, right) for operator, left, right in pairs]
            )
        case Where():
            return graph.where(operands[0], operands[1], operands[2])
        case _:
            raise AssertionError(f"a leaf: {tree}")


def check_literals(tree: Tree, /) -> None:
    """Refuse a part made of numbers alone that has no finite value, such as ``1 / 0`` or
    ``9**9**9``.

    The branches of ``where`` are left alone: what is not chosen does not count.

    Raises:
        ExpressionError: at the innermost such part.
    """
    # children before parents: reversed pre-order
    order: list[Tree] = []
    stack = [tree]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(node.condition.operands if isinstance(node, Where) else children(node))
    graph: Graph | None = None
    literal: dict[int, int | None] = {}  # numbers have a node where something is made of them
    for node in reversed(order):
        if isinstance(node, Number):
            literal[id(node)] = None
            if not math.isfinite(float(node.value)):
                _finite(Graph(), node, [])
            continue
        below = children(node)
        if isinstance(node, Name) and node.id in CONSTANTS:
            graph = graph or Graph()
            literal[id(node)] = graph.irrational(node.id)
        elif isinstance(node, Call) or below:
            if isinstance(node, Where | ComparisonChain) or not all(
                id(child) in literal for child in below
            ):
                continue
            if isinstance(node, Call) and node.function not in FUNCTIONS:
                continue
            graph = graph or Graph()
            operands = [
                _finite(graph, child, []) if (known := literal[id(child)]) is None else known
                for child in below
            ]
            literal[id(node)] = _finite(graph, node, operands)


def _finite(graph: Graph, tree: Tree, operands: list[int], /) -> int:
    try:
        node = _join(graph, tree, operands)
    except ExpressionError as error:
        raise ExpressionError(
            error.message, start=tree.start, end=tree.end, help=error.help
        ) from None
    if math.isfinite(fixed_value(graph, node)):
        return node
    message = tr("this has no finite value")
    fix = tr("numbers go up to 1.79e308; choose another unit")
    signs = [exponent for exponent, _ in tree.factors] if isinstance(tree, Product) else []
    if any(
        sign < 0 and fixed_value(graph, operand) == 0
        for sign, operand in zip(signs, operands, strict=False)
    ):
        message, fix = tr("division by zero"), tr("divide by a number other than 0")
    elif isinstance(tree, Call):
        message = tr("{function} is not defined here", function=tree.function)
        fix = tr("check the argument of {function}", function=tree.function)
    elif isinstance(tree, Power) and fixed_value(graph, operands[0]) <= 0:
        fix = tr(
            "a power of zero or of a negative number needs a whole exponent, of zero a positive one"
        )
    raise ExpressionError(message, start=tree.start, end=tree.end, help=fix)
