"""``max``, ``min`` and ``abs`` as bounded columns: from below by their arguments, from above
through a selector an argument.

Where the column would be too wide, arguments that are never the largest are left out first, then
the column counts in the coarsest unit that its values allow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimiser.engine.problem import Domain
from optimiser.formulate.columns import Columns
from optimiser.formulate.forms import Form, NotLinear, box
from optimiser.formulate.logic import RowDraft
from optimiser.formulate.sizes import MOST_STEPS, TooWide, magnitude
from optimiser.language import stored

__all__ = ["extremum"]

_ONE = Fraction(1)
_Span = tuple[Fraction, Fraction]


def extremum(lines: Columns, operator: str, children: Sequence[int], /, *, direction: int) -> Form:
    """The form of ``max``, ``min`` or ``abs`` of nodes.

    Args:
        lines: takes up the columns and rows.
        operator: which of them.
        children: the nodes.
        direction: as for ``Columns.form``.

    Raises:
        NotLinear: an argument has no linear form or no bounds.
        TooWide: the column would take more steps than whole-number arithmetic counts.
    """
    flip = -1 if operator == "min" else 1  # min(a, b) = -max(-a, -b)
    upward = flip * direction
    inner = flip if upward == 1 and operator != "abs" else 0
    forms = [lines.form(child, direction=inner).scaled(flip) for child in children]
    if operator == "abs":
        forms.append(forms[0].scaled(-1))
    ranges = [_range(form, lines.domains) for form in forms]
    unit = _Unit(_fineness(lines, forms))
    if unit.steps(ranges) >= MOST_STEPS:
        nodes = (
            [(child, flip) for child in children]
            if operator != "abs"
            else [(children[0], 1), (children[0], -1)]
        )
        ranges = [
            _within(span, lines.interval(child), sign)
            for span, (child, sign) in zip(ranges, nodes, strict=True)
        ]
        kept = _largest(ranges)
        forms, ranges = [forms[i] for i in kept], [ranges[i] for i in kept]
        if len(forms) == 1:
            return forms[0].scaled(flip)
        unit = _coarsest(lines, forms)
    if unit.steps(ranges) >= MOST_STEPS:
        size = magnitude(max(abs(end) for span in ranges for end in span))
        raise TooWide(
            stored(
                "{function}(...) of values up to {size} in steps of {step}: too many steps for "
                "exact rows",
                function=operator,
                size=size,
                step=magnitude(unit.size),
            )
        )
    return _bounded(lines, forms, ranges, unit, upward=upward).scaled(flip)


@dataclass(frozen=True)
class _Unit:
    """The column counts in steps of ``size`` from ``origin``; a size of 0 is a real column."""

    size: Fraction
    origin: Fraction = Fraction(0)

    def steps(self, ranges: Sequence[_Span]) -> Fraction:
        """How large the column's numbers are, at either end."""
        if not self.size:
            return Fraction(0)
        low, high = max(low for low, _ in ranges), max(high for _, high in ranges)
        return max(abs(low - self.origin), abs(high - self.origin)) / self.size


def _range(form: Form, domains: Mapping[str, Domain]) -> _Span:
    low, high = box(form, domains)
    if low is None or high is None:
        raise NotLinear(stored("a maximum or minimum of something without bounds"))
    return low, high


def _within(span: _Span, interval: tuple[float, float], sign: int) -> _Span:
    """The range of a form, narrowed by an interval of ``sign`` times its value."""
    low, high = interval if sign > 0 else (-interval[1], -interval[0])
    return (
        span[0] if math.isinf(low) else max(span[0], Fraction(low)),
        span[1] if math.isinf(high) else min(span[1], Fraction(high)),
    )


def _largest(ranges: Sequence[_Span]) -> list[int]:
    """The positions of those that may be larger than all others."""
    kept: list[int] = []
    top = max(range(len(ranges)), key=lambda i: ranges[i][0])
    for i, (_, high) in enumerate(ranges):
        if i == top or high > ranges[top][0]:
            kept.append(i)
    return kept


def _fineness(lines: Columns, forms: Sequence[Form]) -> Fraction:
    """What makes a column whole where all that the forms hold is whole; else 0."""
    if any(lines.domains[name].kind != "whole" for form in forms for name in form.terms):
        return Fraction(0)
    return Fraction(
        1,
        math.lcm(*(c.denominator for form in forms for c in (*form.terms.values(), form.constant))),
    )


def _coarsest(lines: Columns, forms: Sequence[Form]) -> _Unit:
    """The largest step between values of the forms, counted from one of them."""
    if not _fineness(lines, forms):
        return _Unit(Fraction(0))
    origin = forms[0].constant
    steps = [c for form in forms for c in (*form.terms.values(), form.constant - origin) if c]
    if not steps:
        return _Unit(_ONE, origin)
    common = math.lcm(*(c.denominator for c in steps))
    return _Unit(Fraction(math.gcd(*(int(c * common) for c in steps)), common), origin)


def _bounded(
    lines: Columns,
    forms: Sequence[Form],
    ranges: Sequence[_Span],
    unit: _Unit,
    *,
    upward: int,
) -> Form:
    """A column for the largest of several forms, bounded by them."""
    size = unit.size or _ONE
    low, high = max(low for low, _ in ranges), max(high for _, high in ranges)
    name = f"max#{len(lines.domains)}"
    first, last = (low - unit.origin) / size, (high - unit.origin) / size
    if unit.size:
        # ends that an interval rounded outwards lie between steps
        first, last = Fraction(math.ceil(first)), Fraction(math.floor(last))
    lines.add(Domain(name, "whole" if unit.size else "real", first, last))
    value = Form({name: size}, unit.origin)
    group = f"maximum {name}"
    for form in forms:
        lines.drafts.append(
            RowDraft(group, group, _negated(form, {name: size}), lower=form.constant - unit.origin)
        )
    if upward != 1:
        _bounded_above(lines, value, forms, high)
    return value


def _bounded_above(lines: Columns, value: Form, forms: Sequence[Form], high: Fraction) -> None:
    """One selector an argument: the column is at most the selected one."""
    selectors = []
    ((column, size),) = value.terms.items()
    group = f"maximum {column}"
    for index, form in enumerate(forms):
        selector = f"{column}:{index}"
        lines.add(Domain(selector, "whole", Fraction(0), _ONE))
        selectors.append(selector)
        low = box(form, lines.domains)[0]
        assert low is not None
        slack = high - low
        terms = _negated(form, {column: size, selector: slack})
        lines.drafts.append(
            RowDraft(group, group, terms, upper=form.constant - value.constant + slack)
        )
    lines.drafts.append(RowDraft(group, group, dict.fromkeys(selectors, _ONE), _ONE, _ONE))


def _negated(form: Form, more: Mapping[str, Fraction]) -> dict[str, Fraction]:
    terms = {**{name: -c for name, c in form.terms.items()}, **more}
    return {name: c for name, c in terms.items() if c}
