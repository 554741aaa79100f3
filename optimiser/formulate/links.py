"""Strictly monotone functions of linear forms: the order of the one is the order of the other.

``exp(g)``, ``log(g)``, ``sqrt(g)``, powers and the probability with the logit ``g`` order plans as
``g`` does, and a product of positive factors as the sum of their logarithms
(:mod:`.logarithms`).
"""

from __future__ import annotations

from collections.abc import Callable

from optimiser.formulate.fitted import probability_of
from optimiser.formulate.forms import Form, NotLinear
from optimiser.formulate.linearise import Linearisation, operation
from optimiser.frozen import dataclass
from optimiser.language import stored

__all__ = ["Enclosure", "Link", "ordered_as"]

_INCREASING = ("exp", "log", "log10", "sqrt", "sinh", "tanh", "atan", "asin")
_FEW_PRODUCTS = 60  # beyond, the logarithm of a product serves a search better than its expansion
# a sum whose other parts depend on parameters alone has no more parts
_FEW_PARTS = 2
_POSITIVE_ONLY = ("log", "log10", "sqrt")
_FACTORED = ("product", "divide", "power")
Enclosure = Callable[[int], tuple[float, float]]


@dataclass(frozen=True)
class Link:
    """An objective to be minimised orders plans as ``form`` does; ``words`` is empty where it is
    the form itself.
    """

    form: Form
    words: str = ""
    rounded: bool = False


def ordered_as(lines: Linearisation, node: int, /, *, sign: int, bounds: Enclosure) -> Link:
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


def _ordered(lines: Linearisation, node: int, /, *, sign: int, bounds: Enclosure) -> Link:
    """The same without chains of factors, whose columns are real numbers."""
    operator, children = operation(lines.graph, node), lines.graph.nodes[node].children
    # a sum of many parts has hardly a single one that is no constant, and expands at once
    factored = operator in _FACTORED or (operator == "sum" and len(children) <= _FEW_PARTS)
    if factored and lines.products_in(node) > _FEW_PRODUCTS:
        try:
            if (only := _only_part(lines, node, operator)) is not None:
                inner = _ordered(lines, only[1], sign=sign * only[0], bounds=bounds)
                if inner.words:
                    return inner
            if operator in _FACTORED:
                return _of_logarithms(lines, node, sign)
        except NotLinear:
            pass
    try:
        return Link(lines.attempt(node, direction=sign).scaled(sign))
    except NotLinear as failure:
        reason = failure
    if (only := _only_part(lines, node, operator)) is not None:
        inner = ordered_as(lines, only[1], sign=sign * only[0], bounds=bounds)
        if inner.words:  # else it is the part itself, and not what the sum makes of it
            return inner
    if operator in _INCREASING:
        low, _ = bounds(children[0])
        if operator not in _POSITIVE_ONLY or low > 0:
            inner = ordered_as(lines, children[0], sign=sign, bounds=bounds)
            return Link(inner.form, _through(operator, inner.words), inner.rounded)
    if (z := probability_of(lines.graph, node)) is not None:
        inner = ordered_as(lines, z, sign=sign, bounds=bounds)
        return Link(inner.form, _through(stored("logistic function"), inner.words), inner.rounded)
    if operator in _FACTORED:
        return _of_logarithms(lines, node, sign)
    raise reason


def _only_part(lines: Linearisation, node: int, operator: str) -> tuple[int, int] | None:
    """Of a sum with a single part that is no constant the sign of its weight, and it."""
    if operator != "sum":
        return None
    varying = [(w, child) for w, child in lines.weighted(node) if lines.constant(child) is None]
    if len(varying) != 1:
        return None
    weight, child = varying[0]
    return (1 if weight > 0 else -1), child


def _of_logarithms(lines: Linearisation, node: int, sign: int) -> Link:
    from optimiser.formulate.logarithms import log_form

    form, rounded = log_form(lines, node)
    return Link(form.scaled(sign), "exp", rounded)


def _through(operator: str, words: str) -> str:
    return f"{operator} of {words}" if words else operator
