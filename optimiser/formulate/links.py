"""Strictly monotone functions of linear forms: the order of the one is the order of the other.

``exp(g)``, ``log(g)``, ``sqrt(g)``, powers and the probability with the logit ``g`` order plans as
``g`` does, and a product of positive factors as the sum of their logarithms
(:mod:`.logarithms`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from optimiser.expressions import CALLS, Enclosure, divide, times
from optimiser.formulate.fitted import probability_of
from optimiser.formulate.forms import Form, NotLinear
from optimiser.formulate.linearise import Linearisation, operation
from optimiser.formulate.tolerances import ENCLOSED
from optimiser.frozen import dataclass
from optimiser.language import stored

__all__ = ["Interval", "Link", "ordered_as"]

_INCREASING = ("exp", "log", "log10", "sqrt", "sinh", "tanh", "atan", "asin")
_FEW_PRODUCTS = 60  # beyond, the logarithm of a product serves a search better than its expansion
# a sum whose other parts depend on parameters alone has no more parts
_FEW_PARTS = 2
_POSITIVE_ONLY = ("log", "log10", "sqrt")
_FACTORED = ("product", "divide", "power")
# a plan at which a float overflows is no plan, which a linear form would not know: exp(1000)
_OVERFLOWING = ("exp", "sinh", *_FACTORED)
_ONE = Fraction(1)
Interval = Callable[[int], tuple[float, float]]
Function = Callable[[Enclosure], Enclosure]


def _itself(value: Enclosure) -> Enclosure:
    return value


@dataclass(frozen=True)
class Link:
    """An objective to be minimised orders plans as ``form`` does; ``words`` is empty where it is
    the form itself.

    Attributes:
        form, words: as it says.
        rounded: whether the order is only that of rounded coefficients.
        value: what encloses the form -> what encloses the objective.
    """

    form: Form
    words: str = ""
    rounded: bool = False
    value: Function = _itself

    def of(self, value: Fraction, /) -> tuple[Fraction | None, Fraction | None]:
        """The least and the greatest that the objective can be where the form has a value; None
        where nothing is known.
        """
        found = self.value(Enclosure(value, value))
        return found.low, found.high


def ordered_as(lines: Linearisation, node: int, /, *, sign: int, bounds: Interval) -> Link:
    """A linear form that orders plans exactly as ``sign * node`` does.

    Raises:
        NotLinear: none was found.
    """
    try:
        return _ordered(lines, node, sign=sign, bounds=bounds)
    except NotLinear:
        try:
            return Link(lines.attempt(node, direction=sign, chains=True).scaled(sign))
        except NotLinear:
            pass
        raise


def _ordered(lines: Linearisation, node: int, /, *, sign: int, bounds: Interval) -> Link:
    """The same without chains of factors, whose columns are real numbers."""
    operator, children = operation(lines.graph, node), lines.graph.nodes[node].children
    # a sum of many parts has hardly a single one that is no constant, and expands at once
    factored = operator in _FACTORED or (operator == "sum" and len(children) <= _FEW_PARTS)
    finite = operator not in _OVERFLOWING or all(map(math.isfinite, bounds(node)))
    if factored and finite and lines.products_in(node) > _FEW_PRODUCTS:
        try:
            if (only := _only_part(lines, node, operator)) is not None:
                inner = _ordered(lines, only.node, sign=sign * only.sign, bounds=bounds)
                if inner.words:
                    return only.around(inner, sign)
            if operator in _FACTORED:
                return _of_logarithms(lines, node, sign)
        except NotLinear:
            pass
    try:
        return Link(lines.attempt(node, direction=sign).scaled(sign))
    except NotLinear as failure:
        reason = failure
    if (only := _only_part(lines, node, operator)) is not None:
        inner = ordered_as(lines, only.node, sign=sign * only.sign, bounds=bounds)
        if inner.words:  # else it is the part itself, and not what the sum makes of it
            return only.around(inner, sign)
    if not finite:
        raise reason
    if operator in _INCREASING:
        low, _ = bounds(children[0])
        if operator not in _POSITIVE_ONLY or low > 0:
            inner = ordered_as(lines, children[0], sign=sign, bounds=bounds)
            return _through(operator, inner, sign, lambda value: CALLS[operator](value, ENCLOSED))
    if (z := probability_of(lines.graph, node)) is not None:
        inner = ordered_as(lines, z, sign=sign, bounds=bounds)
        return _through(stored("logistic function"), inner, sign, _logistic)
    if operator in _FACTORED:
        return _of_logarithms(lines, node, sign)
    raise reason


@dataclass(frozen=True)
class _Part:
    """The single part of a sum that is no constant: ``weight * node + constant``."""

    weight: Fraction
    node: int
    constant: Fraction

    @property
    def sign(self) -> int:
        """Of the weight."""
        return 1 if self.weight > 0 else -1

    def around(self, inner: Link, sign: int, /) -> Link:
        """The link of the sum, ``inner`` being that of the part."""
        by, moved = abs(self.weight), sign * self.constant
        shift = Enclosure(moved, moved)

        def value(form: Enclosure) -> Enclosure:
            return _plus(times(Enclosure(by, by), inner.value(form)), shift)

        return Link(inner.form, inner.words, inner.rounded, value)


def _only_part(lines: Linearisation, node: int, operator: str) -> _Part | None:
    """Of a sum with a single part that is no constant that one."""
    if operator != "sum":
        return None
    varying, fixed = list[tuple[Fraction, int]](), lines.graph.nodes[node].value
    for weight, child in lines.weighted(node):
        value = lines.constant(child)
        if value is not None:
            fixed += weight * value
        elif varying:
            return None
        else:
            varying.append((weight, child))
    return _Part(*varying[0], fixed) if varying else None


def _of_logarithms(lines: Linearisation, node: int, sign: int) -> Link:
    from optimiser.formulate.logarithms import log_form

    found = log_form(lines, node)
    return Link(
        found.form.scaled(sign),
        "exp",
        found.rounded,
        lambda value: _signed(found.product(_signed(value, sign)), sign),
    )


def _through(name: str, inner: Link, sign: int, function: Function) -> Link:
    """The link of a rising function of what ``inner`` is the link of."""
    return Link(
        inner.form,
        f"{name} of {inner.words}" if inner.words else name,
        inner.rounded,
        lambda value: _signed(function(_signed(inner.value(value), sign)), sign),
    )


def _signed(value: Enclosure, sign: int) -> Enclosure:
    return value if sign > 0 else times(Enclosure(-_ONE, -_ONE), value)


def _plus(a: Enclosure, b: Enclosure) -> Enclosure:
    low = None if a.low is None or b.low is None else a.low + b.low
    return Enclosure(low, None if a.high is None or b.high is None else a.high + b.high)


def _logistic(logit: Enclosure) -> Enclosure:
    """1 / (1 + exp(-z))"""
    one = Enclosure(_ONE, _ONE)
    return divide(one, _plus(one, CALLS["exp"](_signed(logit, -1), ENCLOSED)))
