"""Objectives and violations of many plans at once, in floating point and in exact arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.expressions import compile_integers, compile_program, parts, polynomial, shape
from optimiser.formulate.decisions import decimal_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.expressions import Graph
    from optimiser.formulate.assembly import Bound, Parts
    from optimiser.formulate.logic import Draft
    from optimiser.front import Floats
    from optimiser.problem import Linear

__all__ = ["Evaluation", "Exact", "ExactColumn", "ExactNumbers"]

_MOST_MONOMIALS = 5_000
_RATIONAL_FUNCTIONS = frozenset({"abs", "ceil", "floor", "max", "min"})


class Evaluation:
    """The problem's functions over the decision columns, compiled; parameters held.

    Args:
        pieces: the model and its parameter values.
        rest: the p comparisons that are not rows.
        inputs: the n column names.
    """

    def __init__(self, pieces: Parts, rest: Sequence[Bound], /, *, inputs: Sequence[str]) -> None:
        nodes = [*(objective.node for objective in pieces.objectives), *(bound.node for bound in rest)]
        self._m = len(pieces.objectives)
        self._program = compile_program(pieces.graph, nodes, inputs=inputs, parameters=tuple(pieces.values))
        self._parameters = np.array([float(value) for value in pieces.values.values()])
        self._signs = np.array([float(objective.sign) for objective in pieces.objectives])
        self._equality = np.array([bound.equality for bound in rest], dtype=bool)
        self._size = np.array([max(1.0, abs(_constant_side(pieces, bound))) for bound in rest])
        self.smooth = all(shape(pieces.graph, node, inputs) != "kinked" for node in nodes)

    def values(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) -> minimised objectives (k, m), violations (k, p); all infinite where anything is undefined."""
        outputs = self._program.values(x, self._parameters)
        objectives = outputs[:, : self._m] * self._signs + 0.0
        distance = outputs[:, self._m :] / self._size
        violations = np.where(self._equality, np.abs(distance), np.maximum(distance, 0.0))
        undefined = ~np.isfinite(outputs).all(axis=1)
        objectives[undefined] = np.inf
        violations[undefined] = np.inf
        return objectives, violations

    def margins(self, x: Floats, /) -> Floats:
        """(k, n) -> signed distances (k, p) behind the violations; infinite where anything is undefined."""
        outputs = self._program.values(x, self._parameters)
        distance = outputs[:, self._m :] / self._size
        distance[~np.isfinite(outputs).all(axis=1)] = np.inf
        return np.asarray(distance)

    def gradient(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) -> derivatives (k, m, n) of the minimised objectives and (k, p, n) of the signed distances.

        A distance is (left - right) / max(1, |bound|), negative inside, before its violation is taken.
        """
        jacobian = self._program.jacobian(x, self._parameters)
        return jacobian[:, : self._m] * self._signs[:, None], jacobian[:, self._m :] / self._size[:, None]


def _constant_side(pieces: Parts, bound: Bound) -> float:
    """The side of a comparison that is a number, else the constant of its difference, else 0."""
    for side in (bound.bottom, bound.top):
        if not any(name not in pieces.values for name in pieces.graph.symbols(side)):
            program = compile_program(pieces.graph, [side], inputs=(), parameters=tuple(pieces.values))
            value = program.values(np.zeros((1, 0)), [float(v) for v in pieces.values.values()])[0, 0]
            return float(value) if np.isfinite(value) else 0.0
    found = parts(pieces.graph, bound.node)
    return float(found.value) if found.operator == "sum" else 0.0


class Exact:
    """Exact feasibility of whole plans and keys in the exact order of their objectives.

    Where the problem has exact rows without links, a key is the value of the objective's row, constant included.
    """

    def __init__(
        self, pieces: Parts, logic: Sequence[Draft], rest: Sequence[Bound], /, *, linear: Linear | None, inputs: Sequence[str]
    ) -> None:
        graph = pieces.graph
        limits = [(bound.node, bound.equality) for bound in rest]
        for draft in logic:
            terms = [(c, graph.symbol(name)) for name, c in draft.terms.items()]
            if draft.upper is not None:
                limits.append((graph.sum(terms, -draft.upper), draft.lower == draft.upper))
            if draft.lower is not None and draft.lower != draft.upper:
                limits.append((graph.sum([(-c, node) for c, node in terms], draft.lower), False))
        nodes = [*(objective.node for objective in pieces.objectives), *(node for node, _ in limits)]
        self.possible = all(domain.discrete for domain in pieces.domains) and _rational(graph, nodes)
        self._m = len(pieces.objectives)
        self._equality = [equality for _, equality in limits]
        self._factors = [o.sign * c for o, c in zip(pieces.objectives, _key_scales(linear, self._m), strict=True)]
        if self.possible:
            self._numbers = ExactNumbers(pieces, nodes, inputs=inputs)

    def keys(self, x: Floats, /) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """(k, n) -> keys (k, m) of exactly comparable numbers, and (k,) which plans are exactly feasible.

        An undefined plan is infeasible and has keys 0.
        """
        columns = self._numbers.columns(x)
        feasible = np.ones(len(x), dtype=bool)
        for column in columns:
            feasible &= column.defined
        for column, equality in zip(columns[self._m :], self._equality, strict=True):
            feasible &= (column.numbers == 0) if equality else (column.numbers <= 0)
        keys = [_keys(column, factor) for column, factor in zip(columns, self._factors, strict=False)]
        return (np.column_stack(keys) if keys else np.zeros((len(x), 0))), feasible


@dataclass(frozen=True, eq=False)
class ExactColumn:
    """One output at k plans: ``numbers / denominator``, valid where ``defined``."""

    numbers: NDArray[Any]
    denominator: int
    defined: NDArray[np.bool_]


class ExactNumbers:
    """Exact values of nodes at many whole plans: integer arithmetic for polynomials, fractions plan by plan else."""

    def __init__(self, pieces: Parts, nodes: Sequence[int], /, *, inputs: Sequence[str]) -> None:
        binaries = frozenset(d.name for d in pieces.domains if d.binary)
        graph, values = pieces.graph, pieces.values
        self._nodes = list(nodes)
        self._whole = [
            n for n in dict.fromkeys(nodes)
            if polynomial(graph, n, values=values, binaries=binaries, limit=_MOST_MONOMIALS) is not None
        ]  # fmt: skip
        self._other = [n for n in dict.fromkeys(nodes) if n not in set(self._whole)]
        self._parameters = tuple(values.values())
        self._program = compile_program(graph, self._other, inputs=inputs, parameters=tuple(values))
        self._forms = compile_integers(
            graph,
            self._whole,
            inputs=inputs,
            binaries=binaries,
            values=values,
            denominators={d.name: math.lcm(*(v.denominator for v in d.values)) for d in pieces.domains if d.values},
            bounds={d.name: (d.lower, d.upper) for d in pieces.domains if d.lower is not None and d.upper is not None},
        )

    def columns(self, x: Floats, /) -> list[ExactColumn]:
        """(k, n) -> one column a node."""
        assert self._forms is not None
        found: dict[int, ExactColumn] = {}
        everywhere = np.ones(len(x), dtype=bool)
        keys = self._forms.keys(x)
        for place, node in enumerate(self._whole):
            found[node] = ExactColumn(keys[:, place], self._forms.denominators[place], everywhere)
        if self._other:
            rows = [self._program.exact([decimal_value(v) for v in point], self._parameters) for point in x.tolist()]
            for place, node in enumerate(self._other):
                values = [row[place] for row in rows]
                numbers = np.array([Fraction(0) if v is None else v for v in values], dtype=object)
                found[node] = ExactColumn(numbers, 1, np.array([v is not None for v in values], dtype=bool))
        return [found[node] for node in self._nodes]

    def floats(self, x: Floats, /) -> Floats:
        """(k, nodes) the exact values, each rounded once; NaN where undefined."""
        result = np.full((len(x), len(self._nodes)), np.nan)
        for place, column in enumerate(self.columns(x)):
            numbers = [float(Fraction(number) / column.denominator) for number in column.numbers.tolist()]
            result[column.defined, place] = np.array(numbers)[column.defined]
        return result


def _keys(column: ExactColumn, factor: Fraction) -> NDArray[Any]:
    """A column times a factor, in whole numbers where they all are."""
    share = factor / column.denominator
    if share.denominator == 1 and column.numbers.dtype != object and abs(share) < 2**62:
        top = int(np.abs(column.numbers).max(initial=0))
        if top * abs(int(share)) < 2**62:
            return column.numbers * int(share)
    exact = [Fraction(number) * share for number in column.numbers.tolist()]
    if all(number.denominator == 1 for number in exact):
        whole = [int(number) for number in exact]
        fits = all(abs(number) < 2**62 for number in whole)
        return np.array(whole, dtype=np.int64 if fits else object)
    keys = np.empty(len(exact), dtype=object)
    keys[:] = exact
    return keys


def _key_scales(linear: Linear | None, m: int) -> list[Fraction]:
    if linear is None:
        return [Fraction(1)] * m
    return [
        Fraction(1) if linked or linear.resolution is not None else row.scale
        for row, linked in zip(linear.objectives, linear.linked, strict=True)
    ]


def _rational(graph: Graph, nodes: Sequence[int]) -> bool:
    """Whether the nodes have exact values wherever they have values at all."""
    for number in graph.reachable(nodes):
        node = parts(graph, number)
        if node.operator == "irrational" or (node.operator == "call" and node.name not in _RATIONAL_FUNCTIONS):
            return False
        if node.operator == "power":
            exponent = graph.value_of(node.children[1])
            if exponent is None or exponent.denominator != 1:
                return False
    return True
