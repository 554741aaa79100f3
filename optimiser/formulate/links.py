"""Strictly monotone functions of linear forms: the order of the one is the order of the other.

``exp(g)``, ``log(g)``, ``sqrt(g)``, powers and the probability with the logit ``g`` order plans as
``g`` does. A product of positive factors orders them as the sum of the factors' logarithms, which
is linear where each factor depends on one choice, of a level or of a start, or on one product of
binaries: ``log(c + d * x) = log(c) + (log(c + d) - log(c)) * x`` for x in {0, 1}.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimiser.formulate.fitted import probability_of
from optimiser.formulate.forms import Form, NotLinear, total
from optimiser.formulate.linearise import Linearisation, operation
from optimiser.language import stored

__all__ = ["Enclosure", "Link", "LogScale", "log_form", "ordered_as"]

_INCREASING = ("exp", "log", "log10", "sqrt", "sinh", "tanh", "atan", "asin")
_FEW_PRODUCTS = 60  # beyond, the logarithm of a product serves a search better than its expansion
_POSITIVE_ONLY = ("log", "log10", "sqrt")
_SMALLEST = Fraction(1, 10**300)
Enclosure = Callable[[int], tuple[float, float]]


@dataclass(frozen=True)
class Link:
    """An objective to be minimised orders plans as ``form`` does; ``words`` is empty where it is
    the form itself.
    """

    form: Form
    words: str = ""
    rounded: bool = False


@dataclass(frozen=True)
class LogScale:
    """Logarithms are rounded to multiples of ``resolution``."""

    resolution: Fraction


def ordered_as(
    lines: Linearisation, node: int, /, *, sign: int, bounds: Enclosure, logs: LogScale
) -> Link:
    """A linear form that orders plans exactly as ``sign * node`` does.

    Raises:
        NotLinear: none was found.
    """
    try:
        return _ordered(lines, node, sign=sign, bounds=bounds, logs=logs)
    except NotLinear:
        try:
            return Link(lines.attempt(node, direction=sign, chains=True).scaled(sign))
        except NotLinear:
            pass
        raise


def _ordered(
    lines: Linearisation, node: int, /, *, sign: int, bounds: Enclosure, logs: LogScale
) -> Link:
    """The same without chains of factors, whose columns are real numbers."""
    operator, children = operation(lines.graph, node), lines.graph.nodes[node].children
    if operator in ("product", "divide", "power") and lines.products_in(node) > _FEW_PRODUCTS:
        try:
            return Link(
                log_form(lines, node, bounds=bounds, logs=logs).scaled(sign), "exp", rounded=True
            )
        except NotLinear:
            pass
    try:
        return Link(lines.attempt(node, direction=sign).scaled(sign))
    except NotLinear as failure:
        reason = failure
    if operator == "sum":
        varying = [(w, child) for w, child in lines.weighted(node) if lines.constant(child) is None]
        if len(varying) == 1:
            weight, child = varying[0]
            return ordered_as(
                lines, child, sign=sign if weight > 0 else -sign, bounds=bounds, logs=logs
            )
    if operator in _INCREASING:
        low, _ = bounds(children[0])
        if operator not in _POSITIVE_ONLY or low > 0:
            inner = ordered_as(lines, children[0], sign=sign, bounds=bounds, logs=logs)
            return Link(inner.form, _through(operator, inner.words), inner.rounded)
    if (z := probability_of(lines.graph, node)) is not None:
        inner = ordered_as(lines, z, sign=sign, bounds=bounds, logs=logs)
        return Link(inner.form, _through(stored("logistic function"), inner.words), inner.rounded)
    if operator in ("product", "divide", "power"):
        return Link(
            log_form(lines, node, bounds=bounds, logs=logs).scaled(sign), "exp", rounded=True
        )
    raise reason


def log_form(lines: Linearisation, node: int, /, *, bounds: Enclosure, logs: LogScale) -> Form:
    """The logarithm of a positive product as a linear form, its coefficients rounded.

    Raises:
        NotLinear: the node is not a product of positive factors of single choices.
    """
    value = lines.constant(node)
    if value is not None:
        if value <= 0:
            raise NotLinear(stored("a product with a factor that is not positive"))
        return Form({}, _rounded(value, logs.resolution))
    operator, children = operation(lines.graph, node), lines.graph.nodes[node].children
    if operator == "sum" and len(children) == 1 and not lines.graph.nodes[node].value:
        weight = lines.weighted(node)[0][0]
        factor = log_form(lines, children[0], bounds=bounds, logs=logs)
        if weight <= 0:
            raise NotLinear(stored("a product with a factor that is not positive"))
        return total((factor, Form({}, _rounded(weight, logs.resolution))))
    if operator == "product":
        return total(log_form(lines, child, bounds=bounds, logs=logs) for child in children)
    if operator == "divide":
        top, bottom = (log_form(lines, child, bounds=bounds, logs=logs) for child in children)
        return total((top, bottom.scaled(-1)))
    if operator == "power" and (exponent := lines.constant(children[1])):
        # rounded so much finer that what is left of the rounding is as small as that of any other
        # factor
        finer = LogScale(logs.resolution / abs(exponent))
        return log_form(lines, children[0], bounds=bounds, logs=finer).scaled(exponent)
    if operator == "exp" and logs.resolution:
        return lines.form(children[0], direction=0)
    return _choice(lines, lines.polynomial(node), logs)


def _choice(
    lines: Linearisation, expanded: Mapping[tuple[str, ...], Fraction] | None, logs: LogScale
) -> Form:
    """log(c + sum d_i x_i) where at most one of the x_i, each a product of binaries, is 1, or they
    are starts of one decision.

    Of a chain x_1 <= x_2 <= ... of starts, those that are 1 are a tail: with L_i the logarithm of c
    + d_i + d_(i+1) + ... the form is log(c) + sum (L_i - L_(i+1)) x_i.
    """
    if expanded is None:
        raise NotLinear(stored("a product of more than single choices"))
    rest = {monomial: c for monomial, c in expanded.items() if monomial}
    base = expanded.get((), Fraction(0))
    if any(not lines.domains[name].binary for monomial in rest for name in monomial):
        raise NotLinear(stored("a product of factors that are not yes/no choices"))
    if len(rest) <= 1 or lines.choices.exclusive(list(rest)):
        chains = [[(lines.product(frozenset(monomial)), c)] for monomial, c in rest.items()]
    elif (starts := lines.choices.starts(rest)) is not None:
        chains = starts
    else:
        raise NotLinear(stored("a product of factors of several choices"))
    terms: dict[str, Fraction] = {}
    for chain in chains:
        before, value = Fraction(0), base
        for column, c in reversed(chain):
            value += c
            if base <= 0 or value <= 0:
                raise NotLinear(stored("a product with a factor that is not positive"))
            now = _rounded(value / base, logs.resolution)
            terms[column] = now - before
            before = now
    if base <= 0:
        raise NotLinear(stored("a product with a factor that is not positive"))
    return Form({name: c for name, c in terms.items() if c}, _rounded(base, logs.resolution))


def _rounded(value: Fraction, resolution: Fraction) -> Fraction:
    # numerators and denominators of any length have logarithms; their quotient may be no float
    ordinary = _SMALLEST < value < 1 / _SMALLEST
    log = math.log(value) if ordinary else math.log(value.numerator) - math.log(value.denominator)
    return round(Fraction(log) / resolution) * resolution


def _through(operator: str, words: str) -> str:
    return f"{operator} of {words}" if words else operator
