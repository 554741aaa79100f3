"""A product of many factors as a chain of columns, where expanding it would need too many products.

With factors f_i = b_i + sum_j d_ij y_ij, each y_ij a product of binaries, and v_0 = 1::

    v_i = b_i v_(i-1) + sum_j d_ij w_ij,    w_ij = y_ij v_(i-1)

where each w_ij is kept by the four rows of McCormick, which are exact for y_ij in {0, 1}. The
columns v_i and w_ij are real: what they say is as exact as the solver that finds them.

References:
    G. P. McCormick, Computability of global solutions to factorable nonconvex programs, Math.
    Program. 10 (1976) 147-175.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from optimiser.engine.problem import Domain
from optimiser.formulate.columns import Columns
from optimiser.formulate.forms import Form, NotLinear, total
from optimiser.formulate.logic import RowDraft
from optimiser.formulate.sizes import TooWide, decimal_exponent, magnitude
from optimiser.language import stored

__all__ = ["chained"]

_DIGITS: Final = 6  # of a bound, which is rounded outwards
# what a solver's absolute tolerance of 1e-6 is still small beside, and what still is beside it
_LARGEST: Final = Fraction(10**6)
Interval = tuple[Fraction, Fraction]


def chained(lines: Columns, children: Sequence[int], /, *, direction: int) -> Form:
    """The product of nodes that are sums of products of binaries.

    Raises:
        NotLinear: one of them is something else.
        TooWide: the product grows, or shrinks, beyond what a floating-point solver's tolerances
            suit.
    """
    known = [lines.constant(child) for child in children]
    weight = math.prod((value for value in known if value is not None), start=Fraction(1))
    varying = [child for child, value in zip(children, known, strict=True) if value is None]
    if len(varying) == 1:
        return lines.form(varying[0], direction=direction if weight > 0 else -direction).scaled(
            weight
        )
    # columns near 1 suit the absolute tolerances of solvers
    value, box = Form({}, Fraction(1)), (Fraction(1), Fraction(1))
    for child in varying:
        factor = lines.polynomial(child)
        if factor is None or any(
            not lines.domains[name].binary for monomial in factor for name in monomial
        ):
            raise NotLinear(stored("a product of decisions"))
        if not value.terms:
            terms = [
                Form({lines.product(frozenset(m)): c}) if m else Form({}, c)
                for m, c in factor.items()
            ]
            value = total(terms)
        else:
            column = _column(lines, value, box)
            gated = [
                Form({lines.gated(lines.product(frozenset(m)), column): c})
                for m, c in factor.items()
                if m
            ]
            value = total([Form({column: factor[()]} if () in factor else {}), *gated])
        box = _times(box, _range(lines, factor))
        if not 1 / _LARGEST <= max(map(abs, box)) <= _LARGEST:
            size = magnitude(max(map(abs, box)))
            raise TooWide(
                stored(
                    "a product of {factors} factors, some of which already reach {size}",
                    factors=len(varying),
                    size=size,
                )
            )
    return value.scaled(weight)


def _column(lines: Columns, value: Form, box: Interval) -> str:
    """A real column that is equal to a form."""
    name = f"product#{len(lines.domains)}"
    lines.add(Domain(name, "real", _rounded(box[0], math.floor), _rounded(box[1], math.ceil)))
    terms = {name: Fraction(-1), **value.terms}
    lines.drafts.append(RowDraft(name, f"factors {name}", terms, -value.constant, -value.constant))
    return name


def _range(lines: Columns, factor: Mapping[tuple[str, ...], Fraction]) -> Interval:
    """Safe bounds of a factor, exact where it depends on one choice."""
    base = factor.get((), Fraction(0))
    rest = {monomial: c for monomial, c in factor.items() if monomial}
    starts = lines.choices.starts(rest)
    if lines.choices.exclusive(list(rest)):
        values = [base, *(base + c for c in rest.values())]
    elif starts is not None:
        values = [base]
        for chain in starts:
            reached = base
            for _, c in reversed(chain):
                reached += c
                values.append(reached)
    else:
        return base + sum(min(c, Fraction(0)) for c in rest.values()), base + sum(
            max(c, Fraction(0)) for c in rest.values()
        )
    return min(values), max(values)


def _times(left: Interval, right: Interval) -> Interval:
    ends = [a * b for a in left for b in right]
    return min(ends), max(ends)


def _rounded(value: Fraction, whole: Callable[[Fraction], int]) -> Fraction:
    """A number of few digits on the safe side."""
    if not value:
        return value
    exponent = _DIGITS - decimal_exponent(abs(value)) - 1
    scale = Fraction(10) ** exponent
    return Fraction(whole(value * scale)) / scale
