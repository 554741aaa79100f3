"""By how much floating point may be wrong: bounds on the difference between a float evaluation and
exact arithmetic.

The same rules serve a whole box, whose bounds need no look at any plan, and single points, where a
comparison or a division depends on the point. Decisions count as the decimals that their cells
show, so that an input may be off by half a unit in its last place already.

References:
    N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM 2002, chapters 2 to
    4.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimiser.expressions import rationals
from optimiser.expressions.fixed import IRRATIONAL
from optimiser.expressions.gathered import FUNCTIONS
from optimiser.expressions.graph import Graph, GraphNode
from optimiser.expressions.intervals import box_bounds
from optimiser.expressions.tolerances import LIBRARY, SAFE, TINY, UNIT
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Guard", "Input", "errors_at", "errors_over"]

_WHOLE: Final = 2.0**53


@dataclass(frozen=True)
class Input:
    """A symbol: whether its values are whole numbers, whether they are floats exactly, and its
    range where it is known.
    """

    whole: bool
    exact: bool
    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True)
class Guard:
    """Two nodes that are compared: floats compare them rightly where they are further apart than
    ``slack``.
    """

    left: int
    right: int
    slack: float


@dataclass(frozen=True, eq=False)
class _Ball:
    """Float values between ``low`` and ``high``, each at most ``error`` from the exact one.

    ``whole`` if they are whole; ``lost`` where the exact value is surely undefined.
    """

    low: Floats
    high: Floats
    error: Floats
    whole: bool
    lost: Any = False

    @property
    def size(self) -> Floats:
        """The largest absolute value, of the exact one as well."""
        return np.asarray(np.maximum(np.abs(self.low), np.abs(self.high)) + self.error)


def errors_over(
    graph: Graph, outputs: Sequence[int], inputs: Mapping[str, Input], /
) -> tuple[Floats, tuple[Guard, ...]]:
    """(outputs,) the largest error anywhere within the ranges of the inputs; infinite where none is
    known.

    It holds at points where the comparisons that are returned as well come out right.
    """
    boxes = {name: (given.low, given.high) for name, given in inputs.items()}
    known = box_bounds(graph, outputs, boxes=boxes)
    found: dict[int, _Ball] = {}
    guards = []
    with np.errstate(all="ignore"):
        for number, ends in known.items():
            low, high = (np.array([end]) for end in ends)
            ball = _ball(graph, number, found, inputs, (low, high))
            if graph.nodes[number].operator == "compare" and not np.isfinite(ball.error[0]):
                left, right = graph.nodes[number].children
                slack = float(found[left].error[0] + found[right].error[0]) * SAFE
                if math.isfinite(slack):
                    guards.append(Guard(left, right, slack))
                    ball = replace(ball, error=np.zeros(1))
            found[number] = ball
    return np.array([_settled(found[output].error)[0] for output in outputs]), tuple(guards)


def errors_at(
    graph: Graph,
    outputs: Sequence[int],
    inputs: Mapping[str, Input],
    values: Mapping[str, Floats],
    /,
) -> Floats:
    """(k, outputs) the error at k points; NaN where an output is surely undefined.

    Args:
        values: (k,) of every symbol, or (1,) where it is the same at all points.
    """
    found: dict[int, _Ball] = {}
    floats: dict[int, Any] = {}
    order = graph.reachable(outputs)
    with np.errstate(all="ignore"):
        for number in order:
            node = graph.nodes[number]
            floats[number] = _float(node, [floats[child] for child in node.children], values)
            value = np.asarray(floats[number], dtype=np.float64)
            found[number] = _ball(graph, number, found, inputs, (value, value))
        size = max((len(value) for value in values.values()), default=1)
        errors = [
            np.broadcast_to(
                np.where(found[output].lost, np.nan, _settled(found[output].error)), (size,)
            )
            for output in outputs
        ]
    return np.column_stack(errors) if errors else np.zeros((size, 0))


def _settled(error: Floats) -> Floats:
    return np.where(np.isnan(error), np.inf, error)


def _float(node: GraphNode, below: Sequence[Any], values: Mapping[str, Floats]) -> Any:
    match node.operator:
        case "symbol":
            return values[node.name]
        case "constant":
            return np.array([rationals.to_float(node.value)])
        case "irrational":
            return np.array([IRRATIONAL[node.name]])
        case "sum":
            return sum(
                (rationals.to_float(c) * v for c, v in zip(node.coefficients, below, strict=True)),
                np.array([rationals.to_float(node.value)]),
            )
        case "product":
            return math.prod(below[1:], start=below[0])
        case "divide":
            return below[0] / below[1]
        case "power":
            return np.power(below[0], below[1])
        case "compare":
            compared = {"<": np.less, "<=": np.less_equal, "==": np.equal}[node.name](
                below[0], below[1]
            )
            return compared.astype(np.float64)
        case "all":
            return math.prod(below[1:], start=below[0])
        case "where":
            return np.where(below[0] > 0, below[1], below[2])
    function = FUNCTIONS[f"{node.name}_"]
    if node.name in ("min", "max"):
        total = below[0]
        for part in below[1:]:
            total = function(total, part)
        return total
    return function(*below)


def _ball(
    graph: Graph,
    number: int,
    found: Mapping[int, _Ball],
    inputs: Mapping[str, Input],
    ends: tuple[Floats, Floats],
) -> _Ball:
    node = graph.nodes[number]
    low, high = ends
    size = np.maximum(np.abs(low), np.abs(high))
    match node.operator:
        case "symbol":
            given = inputs[node.name]
            return _Ball(
                low, high, np.zeros_like(size) if given.exact else UNIT * size + TINY, given.whole
            )
        case "constant":
            exact = math.isfinite(low[0]) and Fraction(rationals.to_float(node.value)) == node.value
            return _Ball(
                low,
                high,
                np.zeros_like(size) if exact else UNIT * size + TINY,
                node.value.denominator == 1,
            )
        case "irrational":
            return _Ball(low, high, UNIT * size, False)
    below = [found[child] for child in node.children]
    if node.operator in ("compare", "all", "where"):
        error, whole = _chosen(node, below)
        return _Ball(low, high, error, whole, _lost(node, below))
    whole = _stays_whole(node, below)
    error = _error(
        node,
        below,
        graph.value_of(node.children[1]) if node.operator == "power" else None,
        (low, high),
    )
    if whole:
        # whole numbers that fit are added and multiplied without an error
        error = np.where(_partial(node, below) < _WHOLE, 0.0, error)
    return _Ball(
        low, high, np.where(np.isfinite(size), error * SAFE, np.inf), whole, _lost(node, below)
    )


def _lost(node: GraphNode, below: Sequence[_Ball]) -> Any:
    """Where a node is undefined whatever the rounding: a part that counts is, or its argument is
    surely outside.
    """
    if node.operator == "where":
        condition, then, otherwise = below
        known = condition.error == 0.0
        chosen = (known & (condition.low > 0) & then.lost) | (
            known & (condition.high <= 0) & otherwise.lost
        )
        return condition.lost | chosen | (then.lost & otherwise.lost)
    lost: Any = False
    for part in below:
        lost = lost | part.lost
    last = below[-1]
    if node.operator == "divide":
        return lost | ((last.error == 0.0) & (last.low == 0.0) & (last.high == 0.0))
    if node.operator == "call" and node.name in ("sqrt", "log", "log10"):
        top = last.high + last.error
        return lost | (top < 0) | ((top == 0) & (node.name != "sqrt"))
    if node.operator == "call" and node.name in ("asin", "acos"):
        return lost | (last.low - last.error > 1) | (last.high + last.error < -1)
    return lost


def _stays_whole(node: GraphNode, below: Sequence[_Ball]) -> bool:
    if not all(part.whole and not np.any(part.error) for part in below):
        return False
    if node.operator == "sum":
        return all(c.denominator == 1 for c in (*node.coefficients, node.value))
    return node.operator == "product" or (
        node.operator == "call" and node.name in ("min", "max", "abs", "floor", "ceil")
    )


def _partial(node: GraphNode, below: Sequence[_Ball]) -> Floats:
    """No partial sum or product is larger."""
    if node.operator == "sum":
        start = np.array([abs(rationals.to_float(node.value))])
        return sum(
            (
                abs(rationals.to_float(c)) * part.size
                for c, part in zip(node.coefficients, below, strict=True)
            ),
            start,
        )
    if node.operator == "product":
        return math.prod(
            (np.maximum(1.0, part.size) for part in below[1:]), start=np.maximum(1.0, below[0].size)
        )
    return np.zeros(1)


def _chosen(node: GraphNode, below: Sequence[_Ball]) -> tuple[Floats, bool]:
    """Comparisons are right where both sides are exact, or further apart than they can be wrong;
    else anything may come out.
    """
    if node.operator == "compare":
        left, right = below
        slack = left.error + right.error
        apart = (left.high + slack < right.low) | (right.high + slack < left.low)
        return np.where(apart | (slack == 0.0), 0.0, np.inf), True
    if node.operator == "all":
        return _largest(below), True
    condition, then, otherwise = below
    either = np.where(condition.high <= 0, otherwise.error, _largest([then, otherwise]))
    taken = np.where(condition.low > 0, then.error, either)
    return np.where(condition.error == 0.0, taken, np.inf), then.whole and otherwise.whole


def _largest(parts: Sequence[_Ball]) -> Floats:
    total = parts[0].error
    for part in parts[1:]:
        total = np.maximum(total, part.error)
    return np.asarray(total)


def _error(
    node: GraphNode, below: Sequence[_Ball], exponent: Fraction | None, ends: tuple[Floats, Floats]
) -> Any:
    size = np.maximum(np.abs(ends[0]), np.abs(ends[1]))
    match node.operator:
        case "sum":
            total = _partial(node, below)
            carried = sum(
                (
                    abs(rationals.to_float(c)) * part.error
                    for c, part in zip(node.coefficients, below, strict=True)
                ),
                np.zeros(1),
            )
            return carried * (1 + 8 * UNIT) + (len(below) + 6) * UNIT * total + TINY
        case "product":
            value, error = below[0].size, below[0].error
            for part in below[1:]:
                error = error * part.size + value * part.error + 4 * UNIT * value * part.size + TINY
                value = value * part.size
            return error
        case "divide":
            above, under = below
            least = np.where(
                (under.low > 0) | (under.high < 0),
                np.minimum(np.abs(under.low), np.abs(under.high)),
                0.0,
            )
            room = np.where(least > 2 * under.error, least - under.error, 0.0)
            return (
                above.error + (size + above.size / room) * (under.error + 2 * UNIT * under.size)
            ) / room + TINY
        case "power":
            return _power_error(below[0], exponent)
    return _call_error(node.name, below, size)


def _power_error(base: _Ball, exponent: Fraction | None) -> Any:
    if exponent is None:
        return np.full_like(base.error, np.inf)
    power = rationals.to_float(exponent)
    if exponent.denominator == 1 and exponent > 0:
        top = base.size**power
        return (
            power * base.error * base.size ** (power - 1)
            + (LIBRARY + 2 * power * UNIT) * top
            + TINY
        )
    least = base.low - base.error
    steepest = np.maximum(least ** (power - 1), base.size ** (power - 1))
    largest = np.maximum(least**power, base.size**power)
    return np.where(
        least > 0,
        abs(power) * base.error * steepest + (LIBRARY + 4 * abs(power) * UNIT) * largest + TINY,
        np.inf,
    )


def _call_error(name: str, below: Sequence[_Ball], size: Floats) -> Any:
    part = below[0]
    error = part.error
    library = LIBRARY * size + TINY
    match name:
        case "min" | "max":
            return _largest(below)
        case "largest":
            count, *parts = below
            sizes = [part.size for part in parts]
            top = count.size * np.maximum.reduce(np.broadcast_arrays(*sizes))
            return count.size * _largest(parts) + (count.size + 8) * 2 * UNIT * top + TINY
        case "abs":
            return error
        case "floor" | "ceil":
            return np.where(error == 0.0, 0.0, np.inf)
        case "exp":
            top = np.exp(part.high + error)
            return (error + LIBRARY) * top + TINY
        case "log" | "log10":
            least = part.low - error
            return np.where(least > 0, error / least + library + LIBRARY * error, np.inf)
        case "sqrt":
            least = part.low - error
            return np.where(
                (least > 0) | ((least == 0) & (error == 0.0)),
                error / np.sqrt(np.maximum(least, TINY)) + library,
                np.inf,
            )
        case "sin" | "cos" | "atan" | "tanh":
            return error + 2 * LIBRARY
        case "sinh" | "cosh":
            return (error + LIBRARY) * np.cosh(part.size + error) + TINY
        case "asin" | "acos":
            return np.where(
                (error == 0.0) & (part.low >= -1) & (part.high <= 1), 4 * LIBRARY, np.inf
            )
    return np.full_like(error, np.inf)
