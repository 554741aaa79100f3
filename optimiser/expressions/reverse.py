"""The lines of the reverse pass: exact derivatives of every output by every input.

Adjoints run from an output down to the columns. Where the graph has a choice, an adjoint of 0 also
silences a derivative that is infinite or undefined, so a branch not chosen contributes nothing. A
derivative that would be infinite (a square root at 0) is clipped to ``GRADIENT_LIMIT``; at a kink
one of the subgradients is taken.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.expressions.codegen import GRADIENT_LIMIT, Forward
from optimiser.expressions.gathered import Factors, Monomials
from optimiser.expressions.graph import GraphNode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["FUNCTIONS", "Reverse"]


def _clip(derivative: Any, /) -> Any:
    return np.clip(derivative, -GRADIENT_LIMIT, GRADIENT_LIMIT)


def _times(adjoint: Any, derivative: Any, /) -> Any:
    """The product, 0 where the adjoint is 0 whatever the derivative."""
    return np.where(np.equal(adjoint, 0.0), 0.0, adjoint * derivative)


def _log_power(value: Any, base: Any, /) -> Any:
    """``value * log(base)``, 0 at ``value == 0``: the derivative of ``base ** b`` by b.

    A negative base has a power at whole exponents only. Where it has one all around a point, as in
    ``(-2) ** (x / x)``, the exponent does not change.
    """
    return np.where(np.equal(value, 0.0) | np.less(base, 0.0), 0.0, value * np.log(base))


def _others(factors: Floats, /) -> Floats:
    """(m, k) factors -> (m, k) the product of all the other factors; no division, so zeros are
    fine.
    """
    before = np.ones_like(factors)
    after = np.ones_like(factors)
    np.multiply.accumulate(factors[:-1], axis=0, out=before[1:])
    after[:-1] = np.multiply.accumulate(factors[:0:-1], axis=0)[::-1]
    before *= after
    return before


def _scatter(
    jacobian: Floats,
    plan: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]],
    values: Floats,
    /,
) -> None:
    """Add the rows of ``values`` to the rows of ``jacobian``, those of the same column first
    summed.
    """
    order, starts, rows = plan
    jacobian[rows] += np.add.reduceat(values[order], starts, axis=0)


FUNCTIONS: Mapping[str, Any] = {
    "clip_": _clip,
    "log_power_": _log_power,
    "others_": _others,
    "scatter_": _scatter,
    "sign_": np.sign,
    "times_": _times,
}


class Reverse:
    """Appends to the lines of a forward pass; writes into ``J``, (outputs, n, k) and zero at
    first.
    """

    def __init__(self, forward: Forward) -> None:
        self._forward = forward
        self._graph = forward.graph
        self.lines = forward.lines
        self._arrays = forward.arrays
        self._choices = any(
            forward.graph.nodes[number].operator == "where" for number in forward.nodes
        )
        self._count = 0
        self._adjoints: dict[int, list[str]] = {}
        for position, output in enumerate(forward.outputs):
            self._sweep(position, output)

    def _sweep(self, position: int, output: int) -> None:
        forward = self._forward
        below = set(self._graph.reachable([output]))
        self._adjoints = {output: ["1.0"]}
        self.lines.append(f"D = J[{position}]")
        for number in reversed(forward.wanted):
            texts = self._adjoints.pop(number, None)
            if number not in below or texts is None or self._graph.fixed(number):
                continue
            adjoint = self._joined(texts)
            node = self._graph.nodes[number]
            column = forward.column(number)
            if column is not None:
                self.lines.append(f"D[{column}] += {adjoint}")
            elif node.operator == "sum":
                self._sum(number, adjoint)
            elif node.operator == "product":
                self._product(number, adjoint)
            elif node.operator != "symbol":
                self._elementwise(number, node, adjoint)

    def _joined(self, texts: list[str]) -> str:
        if len(texts) == 1:
            return texts[0]
        name = self._named(" + ".join(texts[:16]))
        for start in range(16, len(texts), 16):
            self.lines.append(f"{name} = {' + '.join([name, *texts[start : start + 16]])}")
        return name

    def _named(self, text: str) -> str:
        self._count += 1
        self.lines.append(f"t{self._count} = {text}")
        return f"t{self._count}"

    def _pass(self, child: int, text: str) -> None:
        """Hand an adjoint down; parameters and constants need none."""
        if not self._graph.fixed(child):
            self._adjoints.setdefault(child, []).append(
                text if text == "1.0" else self._named(text)
            )

    def _times(self, adjoint: str, derivative: str, *, safe: bool) -> str:
        if adjoint == "1.0":
            return derivative
        return (
            f"{adjoint} * ({derivative})"
            if safe or not self._choices
            else f"times_({adjoint}, {derivative})"
        )

    def _sum(self, number: int, adjoint: str) -> None:
        forward = self._forward
        if number in forward.terms:
            terms = forward.terms[number]
            self._arrays[f"{terms.name}_v"] = terms.weights[:, None]
            whole = len(terms.columns) == len(forward.inputs)
            target = "D" if whole else f"D[{terms.name}_c]"
            self.lines.append(f"{target} += {self._times(adjoint, f'{terms.name}_v', safe=True)}")
        for group in forward.monomials.get(number, ()):
            self._monomials(group, adjoint)
        for weight, child in forward.rest[number]:
            text = (
                adjoint
                if weight == 1
                else f"({weight!r}) * {adjoint}"
                if math.isfinite(weight)
                else "nan"
            )
            self._pass(child, text)

    def _monomials(self, group: Monomials, adjoint: str) -> None:
        key = group.name
        self._arrays[f"{key}_v"] = group.weights[:, None]
        degree = len(group.columns)
        for place in range(degree):
            self._arrays[f"{key}_p{place}"] = _plan(group.columns[place])
            texts = [f"X[{key}_c[{other}]]" for other in range(degree) if other != place]
            values = self._times(adjoint, " * ".join([f"{key}_v", *texts]), safe=True)
            self.lines.append(f"scatter_(D, {key}_p{place}, {values})")

    def _product(self, number: int, adjoint: str) -> None:
        forward = self._forward
        rest = [child for _, child in forward.rest[number]]
        texts = [forward.text[child] for child in rest]
        safe = all(self._graph.total(child) for child in rest)
        factors = forward.factors.get(number)
        if factors is not None:
            self._factors(
                factors, self._times(adjoint, self._chain(texts), safe=safe) if texts else adjoint
            )
            texts = [*texts, factors.name]
        for child, other in zip(rest, self._all_but_one(texts), strict=False):
            self._pass(child, self._times(adjoint, other, safe=safe))

    def _chain(self, texts: list[str]) -> str:
        name = texts[0]
        for start in range(1, len(texts), 16):
            name = self._named(" * ".join([name, *texts[start : start + 16]]))
        return name

    def _all_but_one(self, texts: list[str]) -> list[str]:
        """For each factor the product of the others: from the left times from the right."""
        left, right = ["1.0"], ["1.0"]
        for text in texts[:-1]:
            left.append(text if left[-1] == "1.0" else self._named(f"{left[-1]} * {text}"))
        for text in texts[:0:-1]:
            right.append(text if right[-1] == "1.0" else self._named(f"{right[-1]} * {text}"))
        return [
            b if a == "1.0" else a if b == "1.0" else f"{a} * {b}"
            for a, b in zip(left, reversed(right), strict=True)
        ]

    def _factors(self, factors: Factors, adjoint: str) -> None:
        key = factors.name
        self._arrays[f"{key}_p"] = _plan(factors.columns)
        values = self._times(adjoint, f"{key}_s * others_({factors.matrix})", safe=True)
        self.lines.append(f"scatter_(D, {key}_p, {values})")

    def _elementwise(self, number: int, node: GraphNode, adjoint: str) -> None:
        forward = self._forward
        texts = [forward.text[child] for child in node.children]
        value = forward.text[number]
        match node.operator:
            case "divide":
                safe = False
                self._pass(node.children[0], self._times(adjoint, f"1.0 / {texts[1]}", safe=safe))
                self._pass(
                    node.children[1], self._times(adjoint, f"-{value} / {texts[1]}", safe=safe)
                )
            case "power":
                self._power(node, adjoint, value, texts)
            case "where":
                self._pass(node.children[1], f"where_({texts[0]}, {adjoint}, 0.0)")
                self._pass(node.children[2], f"where_({texts[0]}, 0.0, {adjoint})")
            case "call" if node.name in ("min", "max"):
                self._extreme(node, adjoint, texts)
            case "call" if node.name == "largest":
                share = self._named(f"shares_({', '.join(texts)})")
                for place, child in enumerate(node.children[1:]):
                    taken = f"{share}[{place}]"
                    self._pass(child, f"where_({taken} > 0.0, {taken} * {adjoint}, 0.0)")
            case "call":
                derivative = _derivative(node.name, texts[0], value)
                if derivative:
                    safe = node.name in ("sin", "cos", "atan", "tanh", "abs") and self._graph.total(
                        node.children[0]
                    )
                    self._pass(node.children[0], self._times(adjoint, derivative, safe=safe))

    def _power(self, node: GraphNode, adjoint: str, value: str, texts: list[str]) -> None:
        base, exponent = node.children
        known = self._graph.value_of(exponent)
        if known is not None and known.denominator == 1 and known > 0:
            lower = texts[0] if known == 2 else f"power_({texts[0]}, {float(known - 1)!r})"
            self._pass(
                base,
                self._times(adjoint, f"{float(known)!r} * {lower}", safe=self._graph.total(base)),
            )
            return
        self._pass(
            base,
            self._times(
                adjoint,
                f"clip_(times_({texts[1]}, power_({texts[0]}, {texts[1]} - 1.0)))",
                safe=False,
            ),
        )
        self._pass(
            exponent, self._times(adjoint, f"clip_(log_power_({value}, {texts[0]}))", safe=False)
        )

    def _extreme(self, node: GraphNode, adjoint: str, texts: list[str]) -> None:
        """The whole adjoint goes to the first operand that attains the extreme."""
        operator = "<=" if node.name == "min" else ">="
        best = [texts[0]]
        for text in texts[1:-1]:
            best.append(self._named(f"{node.name}_({best[-1]}, {text})"))
        for place in range(len(texts) - 1, 0, -1):
            first = self._named(f"{best[place - 1]} {operator} {texts[place]}")
            self._pass(node.children[place], f"where_({first}, 0.0, {adjoint})")
            adjoint = self._named(f"where_({first}, {adjoint}, 0.0)")
        self._pass(node.children[0], adjoint)


def _derivative(function: str, at: str, value: str, /) -> str:
    """The derivative as text; empty where it is 0."""
    return {
        "abs": f"sign_({at})",
        "acos": f"clip_(-1.0 / sqrt_(1.0 - {at} * {at}))",
        "asin": f"clip_(1.0 / sqrt_(1.0 - {at} * {at}))",
        "atan": f"1.0 / (1.0 + {at} * {at})",
        "cos": f"-sin_({at})",
        "cosh": f"sinh_({at})",
        "exp": value,
        "log": f"clip_(1.0 / {at})",
        "log10": f"clip_({1 / math.log(10)!r} / {at})",
        "sin": f"cos_({at})",
        "sinh": f"cosh_({at})",
        "sqrt": f"clip_(0.5 / {value})",
        "tan": f"1.0 + {value} * {value}",
        "tanh": f"1.0 - {value} * {value}",
    }.get(function, "")


def _plan(
    columns: NDArray[np.intp], /
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """How to sum rows by column: the order, where each column starts in it, and the columns."""
    order = np.argsort(columns, kind="stable")
    rows, starts = np.unique(columns[order], return_index=True)
    return order, starts.astype(np.intp), rows
