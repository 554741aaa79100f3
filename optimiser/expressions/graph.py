"""Expressions as one directed graph without cycles: equal parts are one node, constants are exact
fractions.

Children have smaller numbers than their parents, so ascending order is an order of evaluation and
nothing recurses. Sums and products are n-ary: like terms are merged, constants folded, factors of a
product pulled out into the coefficient of a sum. A term is dropped (``0 * f``, ``f - f``) only
where ``f`` cannot be undefined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from optimiser.expressions import rationals
from optimiser.expressions.error import ExpressionError
from optimiser.expressions.tree import FUNCTIONS
from optimiser.language import tr

__all__ = ["Graph", "GraphNode"]

Operator = Literal[
    "constant",
    "irrational",
    "symbol",
    "sum",
    "product",
    "divide",
    "power",
    "call",
    "compare",
    "all",
    "where",
]

_ZERO, _ONE, _HALF = Fraction(0), Fraction(1), Fraction(1, 2)
_TOTAL_FUNCTIONS = frozenset(
    {"abs", "min", "max", "largest", "floor", "ceil", "sin", "cos", "atan", "tanh"}
)
# a whole power up to this one of an ordinary number is an ordinary number
_TOTAL_POWER = 64
_FLIPPED = {">": "<", ">=": "<="}


class GraphNode(NamedTuple):
    """One node.

    ========== =============================== ===========================================
    operator   children                        besides
    ========== =============================== ===========================================
    constant                                   ``value``
    irrational                                 ``name``: pi or e
    symbol                                     ``name``: a decision column or a parameter
    sum        the terms                       ``coefficients``, and ``value``: the constant
    product    two or more factors
    divide     numerator, denominator
    power      base, exponent
    call       the arguments                   ``name``: the function
    compare    left, right                     ``name``: ``<``, ``<=`` or ``==``
    all        two or more comparisons
    where      condition, then, otherwise
    ========== =============================== ===========================================
    """

    operator: Operator
    children: tuple[int, ...] = ()
    coefficients: tuple[Fraction, ...] = ()
    value: Fraction = _ZERO
    name: str = ""


class Graph:
    """A growing graph; every method returns the number of a node, the same for the same
    expression.

    Attributes:
        nodes: all nodes so far, children before parents; only the graph adds to them.
    """

    def __init__(self) -> None:
        self.nodes: list[GraphNode] = []
        self._index: dict[GraphNode, int] = {}
        # finite wherever its symbols are finite (and not astronomical)
        self._total: list[bool] = []
        # depends on no symbol
        self._fixed: list[bool] = []

    def total(self, node: int, /) -> bool:
        """Whether the node is finite wherever its symbols are."""
        return self._total[node]

    def fixed(self, node: int, /) -> bool:
        """Whether the node depends on no symbol at all."""
        return self._fixed[node]

    def value_of(self, node: int, /) -> Fraction | None:
        """The exact value of a constant node, else None."""
        found = self.nodes[node]
        return found.value if found.operator == "constant" else None

    def reachable(self, outputs: Iterable[int], /) -> list[int]:
        """The outputs and everything they are made of, ascending."""
        seen: set[int] = set()
        stack = list(outputs)
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(self.nodes[node].children)
        return sorted(seen)

    def symbols(self, *nodes: int) -> tuple[str, ...]:
        """The names of the symbols below nodes, in order of first creation."""
        below = (self.nodes[i] for i in self.reachable(nodes))
        return tuple(found.name for found in below if found.operator == "symbol")

    def constant(self, value: Fraction | int, /) -> int:
        """An exact number."""
        return self._node(GraphNode("constant", value=_tame(Fraction(value))))

    def irrational(self, name: str, /) -> int:
        """``pi`` or ``e``."""
        if name not in ("pi", "e"):
            raise ValueError(f"expected pi or e, got {name!r}")
        return self._node(GraphNode("irrational", name=name))

    def symbol(self, name: str, /) -> int:
        """A decision column or a parameter."""
        return self._node(GraphNode("symbol", name=name))

    def columns(self, names: Iterable[str], /) -> list[int]:
        """Several of them."""
        return [self.symbol(name) for name in names]

    def sum(self, terms: Iterable[tuple[Fraction | int, int]], constant: Fraction | int = 0) -> int:
        """``constant`` plus coefficient times node, over all ``terms``."""
        total = Fraction(constant)
        merged: dict[int, Fraction] = {}
        for coefficient, node in terms:
            found = self.nodes[node]
            if found.operator in ("constant", "sum"):  # a constant has no children
                total = _tame(total + coefficient * found.value)
                own = found.coefficients
                if coefficient != 1:  # seldom, and fractions are slow
                    own = tuple(coefficient * c for c in own)
                for inner, child in zip(own, found.children, strict=True):
                    merged[child] = _tame(merged[child] + inner if child in merged else inner)
            else:
                merged[node] = _tame(merged.get(node, _ZERO) + coefficient)
        kept = sorted((child, c) for child, c in merged.items() if c or not self._total[child])
        if not kept:
            return self.constant(total)
        if len(kept) == 1 and total == 0 and kept[0][1] == 1:
            return kept[0][0]
        children, coefficients = zip(*kept, strict=True)
        return self._node(GraphNode("sum", children, coefficients, total))

    def combination(
        self,
        terms: Iterable[tuple[Fraction | int, Sequence[int]]],
        constant: Fraction | int = 0,
        /,
    ) -> int:
        """``constant`` plus coefficient times the product of nodes, over all ``terms``."""
        return self.sum([(c, self.product(factors)) for c, factors in terms], constant)

    def product(self, factors: Iterable[int]) -> int:
        """The product of all ``factors``, repeated ones as powers."""
        coefficient = _ONE
        exponents: dict[int, int] = {}
        stack = list(factors)[::-1]
        while stack:
            node = stack.pop()
            found = self.nodes[node]
            if found.operator == "constant":
                coefficient = _tame(coefficient * found.value)
            elif found.operator == "product":
                stack.extend(found.children)
            elif (
                found.operator == "sum"
                and len(found.children) == 1
                and not found.value
                and found.coefficients[0]
            ):
                coefficient = _tame(coefficient * found.coefficients[0])
                stack.append(found.children[0])
            elif found.operator == "power" and (whole := self._whole(found.children[1])):
                exponents[found.children[0]] = exponents.get(found.children[0], 0) + whole
            else:
                exponents[node] = exponents.get(node, 0) + 1
        children = tuple(
            sorted(
                base if n == 1 else self._node(GraphNode("power", (base, self.constant(n))))
                for base, n in exponents.items()
            )
        )
        if not children:
            return self.constant(coefficient)
        node = children[0] if len(children) == 1 else self._node(GraphNode("product", children))
        return node if coefficient == 1 else self.sum([(coefficient, node)])

    def divide(self, numerator: int, denominator: int, /) -> int:
        """``numerator / denominator``; by a constant other than 0 it is a sum."""
        scale, below = self._scaled(denominator)
        if below is None and scale != 0:
            return self.sum([(1 / scale, numerator)])
        factor, above = self._scaled(numerator)
        if scale == 0 or factor == 0:
            return self._node(GraphNode("divide", (numerator, denominator)))
        assert below is not None
        node = self._node(
            GraphNode("divide", (self.constant(1) if above is None else above, below))
        )
        return self.sum([(factor / scale, node)])

    def power(self, base: int, exponent: int, /) -> int:
        """``base ** exponent``; -1 to a half is complex, so undefined."""
        value = self.value_of(exponent)
        if value is None:
            return self._node(GraphNode("power", (base, exponent)))
        known = self.value_of(base)
        if known is not None:
            folded = rationals.power(known, value)
            return (
                self._node(GraphNode("power", (base, exponent)))
                if folded is None
                else self.constant(folded)
            )
        if value == 0:
            return self.sum([(0, base)], 1)
        if value == _HALF:
            return self.call("sqrt", [base])
        if value.denominator != 1 or abs(value) > 2**31:
            return self._node(GraphNode("power", (base, exponent)))
        if value < 0:
            return self.divide(self.constant(1), self.power(base, self.constant(-value)))
        return self._whole_power(base, int(value))

    def call(self, function: str, arguments: Sequence[int], /) -> int:
        """One of the functions of the format, except ``where``; or ``largest`` (`largest.py`)."""
        limits = (3, None) if function == "largest" else FUNCTIONS.get(function)
        if limits is None or function == "where":
            raise ValueError(f"unknown function {function!r}")
        if len(arguments) < limits[0] or (limits[1] is not None and len(arguments) > limits[1]):
            raise ValueError(f"{function} does not take {len(arguments)} arguments")
        if function == "sum":
            return self.sum([(_ONE, argument) for argument in arguments])
        if function in ("min", "max"):
            return self._extreme(function, arguments)
        value = None if function == "largest" else self.value_of(arguments[0])
        if value is not None and (folded := rationals.call(function, [value])) is not None:
            return self.constant(folded)
        return self._node(GraphNode("call", tuple(arguments), name=function))

    def compare(self, operator: str, left: int, right: int, /) -> int:
        """A comparison, for ``where``; 1 or 0 where both sides are constants."""
        if operator in _FLIPPED:
            operator, left, right = _FLIPPED[operator], right, left
        if operator not in ("<", "<=", "=="):
            raise ValueError(f"unknown comparison {operator!r}")
        a, b = self.value_of(left), self.value_of(right)
        if a is not None and b is not None:
            return self.constant(int(rationals.compare(operator, a, b)))
        return self._node(GraphNode("compare", (left, right), name=operator))

    def all(self, conditions: Sequence[int], /) -> int:
        """Whether all of several comparisons hold."""
        open_ones: list[int] = []
        for condition in conditions:
            value = self.value_of(condition)
            if value == 0:
                return condition
            if value is None and condition not in open_ones:
                open_ones.append(condition)
        if not open_ones:
            return self.constant(1)
        return (
            open_ones[0] if len(open_ones) == 1 else self._node(GraphNode("all", tuple(open_ones)))
        )

    def where(self, condition: int, then: int, otherwise: int, /) -> int:
        """``then`` where the condition holds, else ``otherwise``; the other one does not matter."""
        value = self.value_of(condition)
        if value is not None:
            return then if value else otherwise
        if then == otherwise and self._total[condition]:
            return then
        return self._node(GraphNode("where", (condition, then, otherwise)))

    def _node(self, node: GraphNode, /) -> int:
        known = self._index.get(node)
        if known is not None:
            return known
        number = len(self.nodes)
        self.nodes.append(node)
        self._index[node] = number
        self._total.append(self._is_total(node))
        self._fixed.append(
            node.operator != "symbol" and all(self._fixed[child] for child in node.children)
        )
        return number

    def _is_total(self, node: GraphNode, /) -> bool:
        match node.operator:
            case "constant":
                return abs(node.value) < 10**300
            case "irrational" | "symbol":
                return True
            case "divide":
                return False
            case "power":
                whole = self._whole(node.children[1])
                return self._total[node.children[0]] and whole is not None and whole <= _TOTAL_POWER
            case "call":
                if node.name not in _TOTAL_FUNCTIONS:
                    return False
        return all(self._total[child] for child in node.children)

    def _whole(self, exponent: int, /) -> int | None:
        """A constant whole exponent of at least 1, else None."""
        value = self.value_of(exponent)
        return (
            int(value)
            if value is not None and value.denominator == 1 and 1 <= value <= 2**31
            else None
        )

    def _scaled(self, node: int, /) -> tuple[Fraction, int | None]:
        """A node as coefficient times node; None for the pure constant."""
        found = self.nodes[node]
        if found.operator == "constant":
            return found.value, None
        if (
            found.operator == "sum"
            and len(found.children) == 1
            and not found.value
            and found.coefficients[0]
        ):
            return found.coefficients[0], found.children[0]
        return _ONE, node

    def _whole_power(self, base: int, exponent: int, /) -> int:
        if exponent == 1:
            return base
        scale, inner = self._scaled(base)
        if inner is None:
            raise AssertionError("a constant base is folded before")
        factor = rationals.power(scale, Fraction(exponent))
        if factor is None:
            return self._node(GraphNode("power", (base, self.constant(exponent))))
        found = self.nodes[inner]
        children: Iterable[tuple[int, int]] = [(inner, exponent)]
        if found.operator == "product":
            children = [self._based(child, exponent) for child in found.children]
        elif found.operator == "power":
            children = [self._based(inner, exponent)]
        raised = [
            self._node(GraphNode("power", (child, self.constant(n)))) for child, n in children
        ]
        return self.product([self.constant(factor), *raised])

    def _based(self, node: int, exponent: int, /) -> tuple[int, int]:
        """``node ** exponent`` with the powers of powers multiplied."""
        found = self.nodes[node]
        if found.operator == "power" and (whole := self._whole(found.children[1])):
            return found.children[0], whole * exponent
        return node, exponent

    def _extreme(self, function: str, arguments: Sequence[int], /) -> int:
        """``min`` or ``max``, nested ones flattened, repeated ones dropped, constants merged."""
        open_ones: dict[int, None] = {}
        known: list[Fraction] = []
        for argument in arguments:
            found = self.nodes[argument]
            same = found.operator == "call" and found.name == function
            for child in found.children if same else (argument,):
                value = self.value_of(child)
                if value is None:
                    open_ones[child] = None
                else:
                    known.append(value)
        children = sorted(open_ones)
        if known:
            children.append(self.constant(min(known) if function == "min" else max(known)))
        if len(children) == 1:
            return children[0]
        return self._node(GraphNode("call", tuple(sorted(children)), name=function))


def _tame(value: Fraction, /) -> Fraction:
    if not rationals.small(value):
        raise ExpressionError(
            tr(
                "a constant that needs more than {most:,} binary digits to be exact",
                most=rationals.MAX_BITS,
            ),
            help=tr("round the numbers"),
        )
    return value
