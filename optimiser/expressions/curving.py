"""Which way an expression bends, by its structure: what is said of it is proven, ``unknown`` is
not.

Rules of composition (a nondecreasing convex function of something convex is convex), and sums whose
rest is a quadratic form, judged in exact fractions.

References:
    Grant, Boyd, Ye (2006), Disciplined convex programming. In: Global Optimization, Springer,
    155-210.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from optimiser.expressions.graph import Graph, GraphNode
from optimiser.expressions.intervals import End, Interval, bounds
from optimiser.expressions.structure import Polynomial, polynomial

__all__ = ["Curvature", "curvature"]

Curvature = Literal["constant", "affine", "convex", "concave", "unknown"]

_MOST_COLUMNS = 60
_LIMIT = 4000


def curvature(
    graph: Graph, node: int, /, moving: Collection[str], boxes: Mapping[str, tuple[End, End]]
) -> Curvature:
    """How the node bends as a function of the symbols ``moving``, the others held anywhere in their
    boxes.

    Args:
        graph: the graph.
        node: the node.
        moving: symbols that vary together.
        boxes: symbol -> lowest and highest value; the word holds on these boxes.
    """
    rules = _Rules(graph, frozenset(moving), boxes)
    known: dict[int, Curvature] = {}
    for number in graph.reachable([node]):
        known[number] = rules.of(number, known)
    return known[node]


def _flipped(word: Curvature, /) -> Curvature:
    match word:
        case "convex":
            return "concave"
        case "concave":
            return "convex"
    return word


def _added(words: Sequence[Curvature], /) -> Curvature:
    kinds = set(words) - {"constant"}
    if not kinds:
        return "constant"
    for word in ("affine", "convex", "concave"):
        if kinds <= {"affine", word}:
            return word
    return "unknown"


def _quadratic(terms: Polynomial, moving: frozenset[str], /) -> Curvature:
    """Of a polynomial of degree two in the moving symbols with plain numbers as coefficients."""
    names = sorted({name for monomial in terms for name in monomial})
    if (
        not set(names) <= moving
        or len(names) > _MOST_COLUMNS
        or any(len(monomial) > 2 for monomial in terms)
    ):
        return "unknown"
    place = {name: i for i, name in enumerate(names)}
    form = [[Fraction(0)] * len(names) for _ in names]
    for monomial, c in terms.items():
        if len(monomial) == 2:
            i, j = (place[name] for name in monomial)
            form[i][j] += c
            form[j][i] += c
    if not any(any(row) for row in form):
        return "affine" if names else "constant"
    if _semidefinite(form):
        return "convex"
    return "concave" if _semidefinite([[-c for c in row] for row in form]) else "unknown"


def _semidefinite(form: list[list[Fraction]], /) -> bool:
    """Whether a symmetric matrix has no negative eigenvalue: elimination on the diagonal,
    exactly.
    """
    rows = [row[:] for row in form]
    left = list(range(len(rows)))
    while left:
        pivot = max(left, key=lambda i: rows[i][i])
        if rows[pivot][pivot] <= 0:
            return all(rows[i][j] == 0 for i in left for j in left)
        left.remove(pivot)
        for i in left:
            factor = rows[i][pivot] / rows[pivot][pivot]
            if factor:
                for j in left:
                    rows[i][j] -= factor * rows[pivot][j]
    return True


class _Rules:
    def __init__(
        self, graph: Graph, moving: frozenset[str], boxes: Mapping[str, tuple[End, End]]
    ) -> None:
        self._graph, self._moving, self._boxes = graph, moving, boxes
        self._values = {
            name: Fraction(low)
            for name, (low, high) in boxes.items()
            if low == high and name not in moving
        }

    def of(self, number: int, known: Mapping[int, Curvature]) -> Curvature:
        node = self._graph.nodes[number]
        below = [known[child] for child in node.children]
        if node.operator == "symbol":
            return "affine" if node.name in self._moving else "constant"
        if all(word == "constant" for word in below):
            return "constant"
        match node.operator:
            case "sum":
                return self._sum(node, below)
            case "product":
                return self._product(number, node, below)
            case "divide":
                return self._quotient(node, below, known)
            case "power":
                return self._power(number, node, below)
            case "call":
                return self._call(node, below)
        return "unknown"

    def _range(self, number: int) -> Interval:
        return bounds(self._graph, number, self._boxes)

    def _sum(self, node: GraphNode, below: list[Curvature]) -> Curvature:
        words = [
            word if c > 0 else _flipped(word)
            for word, c in zip(below, node.coefficients, strict=True)
        ]
        plain = _added(words)
        if plain != "unknown":
            return plain
        # terms that bend alone, and one quadratic form of all others
        form: Polynomial = {}
        rest: list[Curvature] = []
        for child, c, word in zip(node.children, node.coefficients, words, strict=True):
            terms = polynomial(self._graph, child, values=self._values, limit=_LIMIT)
            if terms is None or any(
                len(monomial) > 2 or not set(monomial) <= self._moving for monomial in terms
            ):
                rest.append(word)
                continue
            for monomial, value in terms.items():
                form[monomial] = form.get(monomial, Fraction(0)) + c * value
        return _added([*rest, _quadratic(form, self._moving)])

    def _product(self, number: int, node: GraphNode, below: list[Curvature]) -> Curvature:
        moved = [word for word in below if word != "constant"]
        if len(moved) == 1:
            return self._scaled(
                moved[0],
                [c for c, word in zip(node.children, below, strict=True) if word == "constant"],
            )
        terms = polynomial(self._graph, number, values=self._values, limit=_LIMIT)
        return "unknown" if terms is None else _quadratic(terms, self._moving)

    def _scaled(self, word: Curvature, factors: Sequence[int]) -> Curvature:
        """Times factors that do not move."""
        if word in ("constant", "affine", "unknown"):
            return word
        negative = 0
        for factor in factors:
            low, high = self._range(factor)
            if low < 0 < high:
                return "unknown"
            negative += low < 0
        return _flipped(word) if negative % 2 else word

    def _quotient(
        self, node: GraphNode, below: list[Curvature], known: Mapping[int, Curvature]
    ) -> Curvature:
        above, divisor = below
        low, high = self._range(node.children[1])
        root = self._root(node.children[1])
        if (
            above == "constant"
            and root is not None
            and known[root] in ("affine", "concave")
            and self._range(root)[0] > 0
        ):
            return self._scaled("convex", [node.children[0]])
        if low <= 0 <= high:
            return "unknown"
        if divisor == "constant":
            return self._scaled(above, [node.children[1]])
        if above != "constant":
            return "unknown"
        # 1 / f is convex where f is positive and concave, concave where f is negative and convex
        word: Curvature = "unknown"
        if low > 0 and divisor in ("affine", "concave"):
            word = "convex"
        elif high < 0 and divisor in ("affine", "convex"):
            word = "concave"
        return self._scaled(word, [node.children[0]])

    def _root(self, number: int) -> int | None:
        """The base of a power with a positive number as exponent."""
        node = self._graph.nodes[number]
        value = self._graph.value_of(node.children[1]) if node.operator == "power" else None
        return node.children[0] if value is not None and value > 0 else None

    def _power(self, number: int, node: GraphNode, below: list[Curvature]) -> Curvature:
        base, exponent = node.children
        value = self._graph.value_of(exponent)
        low, _ = self._range(base)
        if value is None:
            # a number above 1 to the power of something convex; below 1 of something concave
            growing, shrinking = low >= 1, low > 0 and self._range(base)[1] <= 1
            rises = growing and below[1] in ("affine", "convex")
            falls = shrinking and below[1] in ("affine", "concave")
            return "convex" if below[0] == "constant" and (rises or falls) else "unknown"
        terms = (
            polynomial(self._graph, number, values=self._values, limit=_LIMIT)
            if value == 2
            else None
        )
        if value > 0 and value % 2 == 0 and below[0] == "affine":
            return "convex"
        if low >= 0 and value >= 1 and below[0] in ("affine", "convex"):
            return "convex"
        if low >= 0 and 0 < value <= 1 and below[0] in ("affine", "concave"):
            return "concave"
        if low > 0 and value < 0 and below[0] in ("affine", "concave"):
            return "convex"
        return "unknown" if terms is None else _quadratic(terms, self._moving)

    def _call(self, node: GraphNode, below: list[Curvature]) -> Curvature:
        if node.name == "exp" and below[0] in ("affine", "convex"):
            return "convex"
        if node.name in ("log", "log10", "sqrt") and below[0] in ("affine", "concave"):
            return "concave"
        return "unknown"
