"""From a graph to the lines of a numpy function: the forward pass.

The lines contain numbers and names made up here (``v12``), never text of the user. One operation a
line, so that no line nests deeply. Long affine sums become one matrix product for all of them (``L
= W @ X``); many products of decision columns, or many factors of the form ``b + c * x``, become one
gather and one reduction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.expressions import rationals
from optimiser.expressions.fixed import fixed_values
from optimiser.expressions.gathered import Factors, Monomials, Terms
from optimiser.expressions.graph import Graph, GraphNode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["GRADIENT_LIMIT", "Forward"]

#: the largest derivative handed out
GRADIENT_LIMIT = 1e12

# from how many terms or factors on a vectorised form beats one line each
_MANY_TERMS, _MANY_MONOMIALS, _MANY_FACTORS = 3, 5, 5
_MAX_DEGREE = 8
_LINE = 16

# these can turn an infinite operand into a finite result; the point is undefined all the same
_HIDING = frozenset({"atan", "tanh", "exp", "min", "max", "largest"})


@dataclass(eq=False, repr=False)
class Forward:
    """The lines that compute the outputs, and how each sum and product was cut up (the reverse pass
    follows it).

    Attributes:
        text: node -> the name or literal of its value.
        terms, monomials, factors: node -> its vectorised parts.
        rest: node -> its other children, with their coefficients (1 for the factors of a product).
        arrays: name -> array, the namespace of the lines.
    """

    graph: Graph
    outputs: Sequence[int]
    inputs: Mapping[str, int]
    parameters: Mapping[str, int]
    lines: list[str] = field(default_factory=list)
    text: dict[int, str] = field(default_factory=dict)
    terms: dict[int, Terms] = field(default_factory=dict)
    monomials: dict[int, list[Monomials]] = field(default_factory=dict)
    factors: dict[int, Factors] = field(default_factory=dict)
    rest: dict[int, list[tuple[float, int]]] = field(default_factory=dict)
    arrays: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._settled: dict[int, str] = {}
        self._fixed = fixed_values(self.graph, self.outputs)
        self.nodes = self.graph.reachable(self.outputs)
        # a vectorised part needs no value of its own for the columns and products inside it
        self._column: dict[int, int] = {}
        for number in self.nodes:
            node = self.graph.nodes[number]
            if node.operator == "symbol":
                if node.name in self.inputs:
                    self._column[number] = self.inputs[node.name]
                elif node.name not in self.parameters:
                    raise ValueError(f"'{node.name}' is neither an input nor a parameter")
        self._cut()
        self._emit_affine()
        for number in self._wanted():
            self._emit(number)

    def column(self, number: int) -> int | None:
        """The position of a decision column, else None."""
        return self._column.get(number)

    def operand(self, number: int) -> str:
        """The text of a node whose infinities must not be hidden: they become NaN."""
        if self.graph.total(number) or number in self._fixed:
            return self.text[number]
        if number not in self._settled:
            name = self._settled[number] = f"s{number}"
            value = self.text[number]
            self.lines.append(f"{name} = {value} + 0.0 * {value}")
        return self._settled[number]

    # -- cutting up sums and products

    def _cut(self) -> None:
        for number in self.nodes:
            node = self.graph.nodes[number]
            if number in self._fixed:
                continue
            if node.operator == "sum":
                self._cut_sum(number, node)
            elif node.operator == "product":
                self._cut_product(number, node)

    def _cut_sum(self, number: int, node: GraphNode) -> None:
        direct: list[tuple[float, int]] = []
        by_degree: dict[int, list[tuple[float, int, tuple[int, ...]]]] = {}
        rest: list[tuple[float, int]] = []
        for coefficient, child in zip(node.coefficients, node.children, strict=True):
            weight = rationals.to_float(coefficient)
            columns = self._monomial(child) if math.isfinite(weight) else None
            if columns is None:
                rest.append((weight, child))
            elif len(columns) == 1:
                direct.append((weight, child))
            else:
                by_degree.setdefault(len(columns), []).append((weight, child, columns))
        if len(direct) >= _MANY_TERMS:
            columns_, weights = (
                np.array([self._column[c] for _, c in direct], dtype=np.intp),
                np.array([w for w, _ in direct]),
            )
            order = np.argsort(columns_)
            self.terms[number] = Terms(columns_[order], weights[order], -1, f"a{number}")
        else:
            rest.extend(direct)
        for degree, found in sorted(by_degree.items()):
            if len(found) < _MANY_MONOMIALS:
                rest.extend((weight, child) for weight, child, _ in found)
                continue
            gathered = np.array([columns for _, _, columns in found], dtype=np.intp).T.copy()
            group = Monomials(
                gathered, np.array([weight for weight, _, _ in found]), f"m{number}_{degree}"
            )
            self.monomials.setdefault(number, []).append(group)
        self.rest[number] = sorted(rest, key=lambda term: term[1])

    def _cut_product(self, number: int, node: GraphNode) -> None:
        simple = [
            (child, line) for child in node.children if (line := self._line(child)) is not None
        ]
        rest = list(node.children)
        if len(simple) >= _MANY_FACTORS:
            taken = {child for child, _ in simple}
            rest = [child for child in rest if child not in taken]
            offsets, slopes, columns = zip(*(line for _, line in simple), strict=True)
            self.factors[number] = Factors(
                np.array(columns, dtype=np.intp),
                np.array(offsets),
                np.array(slopes),
                f"f{number}",
                f"F{number}",
            )
        self.rest[number] = [(1.0, child) for child in rest]

    def _monomial(self, number: int) -> tuple[int, ...] | None:
        """The columns of a product of decision columns, repeated for powers."""
        if number in self._column:
            return (self._column[number],)
        node = self.graph.nodes[number]
        columns: list[int] = []
        for child in node.children if node.operator == "product" else (number,):
            found = self.graph.nodes[child]
            base, exponent = child, 1
            if found.operator == "power":
                value = self.graph.value_of(found.children[1])
                if value is None or value.denominator != 1 or not 1 <= value <= _MAX_DEGREE:
                    return None
                base, exponent = found.children[0], int(value)
            if base not in self._column:
                return None
            columns.extend([self._column[base]] * exponent)
        return tuple(columns) if len(columns) <= _MAX_DEGREE else None

    def _line(self, number: int) -> tuple[float, float, int] | None:
        """A node as offset + slope * column."""
        if number in self._column:
            return 0.0, 1.0, self._column[number]
        node = self.graph.nodes[number]
        if (
            node.operator != "sum"
            or len(node.children) != 1
            or node.children[0] not in self._column
        ):
            return None
        line = rationals.to_float(node.value), rationals.to_float(node.coefficients[0])
        return (*line, self._column[node.children[0]]) if all(map(math.isfinite, line)) else None

    def _wanted(self) -> list[int]:
        """The nodes that need a value of their own, ascending."""
        wanted: set[int] = set()
        stack = list(self.outputs)
        while stack:
            number = stack.pop()
            if number in wanted:
                continue
            wanted.add(number)
            if number in self.rest:
                stack.extend(child for _, child in self.rest[number])
            elif number not in self._fixed:
                stack.extend(self.graph.nodes[number].children)
        self.wanted = sorted(wanted)
        return self.wanted

    # -- lines

    def _emit_affine(self) -> None:
        """All dense affine sums as one matrix product; a sparse one is gathered where it stands."""
        width = len(self.inputs)
        dense = [number for number, terms in self.terms.items() if 8 * len(terms.columns) >= width]
        matrix = np.zeros((len(dense), width))
        for row, number in enumerate(dense):
            terms = self.terms[number]
            matrix[row, terms.columns] = terms.weights
            self.terms[number] = Terms(terms.columns, terms.weights, row, terms.name)
        if dense:
            self.arrays["W"] = matrix
            self.lines.append("L = W @ X")

    def _emit(self, number: int) -> None:
        node = self.graph.nodes[number]
        name = f"v{number}"
        if number in self._fixed:
            # of numpy's type: dividing two plain floats would raise
            value = self._fixed[number]
            condition = node.operator in ("compare", "all")
            self.arrays[f"k{number}"] = np.bool_(value == 1) if condition else np.float64(value)
            self.text[number] = f"k{number}"
            return
        self.text[number] = name
        if node.operator == "symbol":
            column = self._column.get(number)
            source = f"P[{self.parameters[node.name]}]" if column is None else f"X[{column}]"
            self.lines.append(f"{name} = {source}")
        elif node.operator == "sum":
            self._emit_chain(name, self._sum_texts(number, node), " + ")
        elif node.operator == "product":
            self._emit_chain(name, self._product_texts(number), " * ")
        else:
            self.lines.append(f"{name} = {self._elementwise(name, node)}")

    def _sum_texts(self, number: int, node: GraphNode) -> list[str]:
        texts: list[str] = []
        if number in self.terms:
            terms = self.terms[number]
            self.arrays[f"{terms.name}_w"], self.arrays[f"{terms.name}_c"] = (
                terms.weights,
                terms.columns,
            )
            texts.append(
                f"L[{terms.row}]" if terms.row >= 0 else f"{terms.name}_w @ X[{terms.name}_c]"
            )
        for group in self.monomials.get(number, ()):
            self.arrays[f"{group.name}_w"], self.arrays[f"{group.name}_c"] = (
                group.weights,
                group.columns,
            )
            texts.append(f"{group.name}_w @ multiply_(X[{group.name}_c], axis=0)")
        for weight, child in self.rest[number]:
            value = self.text[child]
            texts.append(value if weight == 1 else f"{_literal(weight)} * {value}")
        if node.value:
            texts.append(_literal(rationals.to_float(node.value)))
        return texts

    def _product_texts(self, number: int) -> list[str]:
        texts: list[str] = []
        if number in self.factors:
            factors = self.factors[number]
            key = factors.name
            self.arrays[f"{key}_c"] = factors.columns
            self.arrays[f"{key}_o"], self.arrays[f"{key}_s"] = (
                factors.offsets[:, None],
                factors.slopes[:, None],
            )
            self.lines.append(f"{factors.matrix} = {key}_o + {key}_s * X[{key}_c]")
            self.lines.append(f"{key} = multiply_({factors.matrix}, axis=0)")
            texts.append(key)
        return texts + [self.text[child] for _, child in self.rest[number]]

    def _emit_chain(self, name: str, texts: list[str], operator: str) -> None:
        self.lines.append(f"{name} = {operator.join(texts[:_LINE])}")
        for start in range(_LINE, len(texts), _LINE):
            self.lines.append(f"{name} = {operator.join([name, *texts[start : start + _LINE]])}")

    def _elementwise(self, name: str, node: GraphNode) -> str:
        children = node.children
        hiding = node.operator in ("power", "compare") or node.name in _HIDING
        texts = [self.operand(child) if hiding else self.text[child] for child in children]
        match node.operator:
            case "divide":
                return f"{texts[0]} / {self.operand(children[1])}"
            case "power":
                return self._power(name, node, texts)
            case "compare":
                return f"{texts[0]} {node.name} {texts[1]}"
            case "all":
                return " & ".join(texts)
            case "where":
                return self._where(children, texts)
        if node.name in ("min", "max"):
            self.lines.append(f"{name} = {texts[0]}")
            for text in texts[1:-1]:
                self.lines.append(f"{name} = {node.name}_({name}, {text})")
            return f"{node.name}_({name}, {texts[-1]})"
        return f"{node.name}_({', '.join(texts)})"

    def _power(self, name: str, node: GraphNode, texts: list[str]) -> str:
        whole = self.graph.value_of(node.children[1])
        if whole == 2:
            return f"{texts[0]} * {texts[0]}"
        if whole == 3:
            return f"{texts[0]} * {texts[0]} * {texts[0]}"
        value = f"power_({texts[0]}, {texts[1]})"
        if all(self.graph.total(child) for child in node.children):
            return value
        # NaN ** 0 and 1 ** NaN are 1 in floating point
        self.lines.append(f"{name} = {value}")
        return f"where_(isfinite_({texts[0]} - {texts[1]}), {name}, nan)"

    def _where(self, children: Sequence[int], texts: list[str]) -> str:
        """The choice; an undefined condition makes it undefined."""
        chosen = f"where_({texts[0]}, {texts[1]}, {texts[2]})"
        for condition in self._comparisons(children[0]):
            left, right = self.graph.nodes[condition].children
            if condition in self._fixed:
                if math.isnan(self._fixed[condition]):
                    return "nan"
                continue
            if self.graph.total(left) and self.graph.total(right):
                continue
            chosen = (
                f"where_(isfinite_({self.operand(left)} - {self.operand(right)}), {chosen}, nan)"
            )
        return chosen

    def _comparisons(self, number: int) -> Sequence[int]:
        """The comparisons of a condition."""
        node = self.graph.nodes[number]
        return node.children if node.operator == "all" else (number,)


def _literal(value: float) -> str:
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "(-inf)"
    return repr(value) if value >= 0 else f"({value!r})"
