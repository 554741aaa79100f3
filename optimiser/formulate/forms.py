"""Linear forms in exact rationals, and their scaling to rows of whole numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import field
from fractions import Fraction

from optimiser.engine.problem import Domain, Row
from optimiser.formulate.logic import MINUS_ONE, ONE, RowDraft
from optimiser.frozen import dataclass

__all__ = ["Form", "NotLinear", "box", "objective_row", "row", "total"]


class NotLinear(Exception):
    """A part of the model has no exact linear form; the message says which, in a planner's
    words.
    """


@dataclass(frozen=True)
class Form:
    """``sum(c * column) + constant`` by column name, without zero coefficients."""

    terms: Mapping[str, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)

    def scaled(self, factor: Fraction | int, /) -> Form:
        """The form times a number."""
        if not factor:
            return Form()
        if factor == 1:
            return self
        return Form({name: c * factor for name, c in self.terms.items()}, self.constant * factor)


def total(forms: Iterable[Form], /) -> Form:
    """The sum of linear forms."""
    terms: dict[str, Fraction] = {}
    constant = Fraction(0)
    for form in forms:
        constant += form.constant
        for name, c in form.terms.items():
            before = terms.get(name)
            terms[name] = c if before is None else before + c
    return Form({name: c for name, c in terms.items() if c}, constant)


def box(form: Form, domains: Mapping[str, Domain], /) -> tuple[Fraction | None, Fraction | None]:
    """The exact range of a form over the box of its columns; None is infinite."""
    low: Fraction | None = form.constant
    high: Fraction | None = form.constant
    for name, c in form.terms.items():
        first, last = domains[name].lower, domains[name].upper
        if c < 0:
            first, last = last, first
        low = None if low is None or first is None else low + c * first
        high = None if high is None or last is None else high + c * last
    return low, high


def row(draft: RowDraft, position: Mapping[str, int], /, *, structural: bool = False) -> Row:
    """A draft scaled to whole numbers that have no common divisor.

    Its bounds count among the numbers that are made whole, so that the scaled row says exactly what
    the draft says, whether its columns are whole or real.
    """
    bounds = [b for b in (draft.lower, draft.upper) if b is not None]
    if (units := _units(draft.terms, position)) and not any(b.denominator != 1 for b in bounds):
        low, high = (None if b is None else b.numerator for b in (draft.lower, draft.upper))
        return Row(
            draft.name,
            draft.group,
            units,
            low,
            high,
            structural=structural,
            defining=draft.defining,
            size=draft.size,
        )
    scale = _scale([*draft.terms.values(), *bounds])
    return Row(
        draft.name,
        draft.group,
        _terms(draft.terms, scale, position),
        lower=None if draft.lower is None else _whole(draft.lower, scale),
        upper=None if draft.upper is None else _whole(draft.upper, scale),
        scale=scale,
        structural=structural,
        defining=draft.defining,
        size=draft.size,
    )


def objective_row(name: str, form: Form, position: Mapping[str, int], /) -> Row:
    """An objective scaled so that its coefficients and its constant are whole numbers."""
    scale = _scale([*form.terms.values(), form.constant])
    return Row(
        name,
        name,
        _terms(form.terms, scale, position),
        constant=_whole(form.constant, scale),
        scale=scale,
    )


def _terms(
    terms: Mapping[str, Fraction], scale: Fraction, position: Mapping[str, int]
) -> tuple[tuple[int, int], ...]:
    if scale is ONE:
        return tuple(sorted((position[name], c.numerator) for name, c in terms.items() if c))
    return tuple(sorted((position[name], _whole(c, scale)) for name, c in terms.items() if c))


def _units(
    terms: Mapping[str, Fraction], position: Mapping[str, int]
) -> tuple[tuple[int, int], ...] | None:
    """The terms where all are known to be 1 or -1; None where they are not."""
    found = []
    for name, c in terms.items():
        unit = 1 if c is ONE else -1 if c is MINUS_ONE else 0
        if not unit:
            return None
        found.append((position[name], unit))
    found.sort()
    return tuple(found)


def _scale(numbers: Iterable[Fraction]) -> Fraction:
    numbers = [number for number in numbers if number]
    if not numbers:
        return ONE
    common = math.lcm(*(number.denominator for number in numbers))
    divisor = math.gcd(*(number.numerator * (common // number.denominator) for number in numbers))
    return ONE if common == divisor else Fraction(common, divisor)


def _whole(number: Fraction, scale: Fraction) -> int:
    """Their product, which is whole; ``int(number * scale)`` would take the time of a reduced
    fraction.
    """
    return number.numerator * scale.numerator // (number.denominator * scale.denominator)
