"""The sum of the k largest of several values as linear rows, where only an upper bound matters.

    sum of the k largest a_i  =  min over t of  k t + sum_i max(0, a_i - t)

(the dual of max {sum a_i u_i : 0 <= u_i <= 1, sum u_i = k}; Ogryczak and Tamir 2003), so that with
a column t and columns p_i >= 0, p_i >= a_i - t, the form k t + sum p_i is at least that sum and can
be it. Some a_i is a best t: where all values are whole multiples of a unit, so are t and every p_i.
For k = 1 one column that is at least every a_i does.

References:
    W. Ogryczak, A. Tamir, Minimizing the sum of the k largest functions in linear time, Information
        Processing Letters 85 (2003) 117-122.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from optimiser.engine.problem import Domain
from optimiser.formulate.forms import Form, NotLinear, box, total
from optimiser.formulate.logic import RowDraft
from optimiser.formulate.sizes import MOST_STEPS
from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.formulate.columns import Columns

__all__ = ["largest_form"]

_ONE = Fraction(1)


def largest_form(
    lines: Columns, count: Fraction, children: Sequence[int], /, *, direction: int
) -> Form:
    """The form of the sum of the ``count`` largest of nodes.

    Raises:
        NotLinear: not only an upper bound matters, or an argument has no linear form.
    """
    if direction != 1:
        raise NotLinear(stored("the sum of the largest values where it is not to be small"))
    first_form, *others = (lines.form(child, direction=1) for child in children)
    # counted from one of them, what all have in common does not make the unit finer
    forms = [Form(), *(total([form, first_form.scaled(-1)]) for form in others)]
    spans = [box(form, lines.domains) for form in forms]
    first = _least([low for low, _ in spans], count)
    last = None if any(high is None for _, high in spans) else _greatest(spans, count)
    unit = _unit(lines, forms, first, last)
    name = f"largest#{len(lines.domains)}"
    group = f"largest {name}"
    size = unit or _ONE
    kind: Literal["whole", "real"] = "whole" if unit else "real"
    low, high = (None if end is None else end / size for end in (first, last))
    lines.add(Domain(name, kind, low, high))
    parts = [first_form.scaled(count), Form({name: count * size})]
    for place, form in enumerate(forms):
        excess = f"{name}:{place}"
        terms = {column: -c for column, c in form.terms.items()} | {name: size}
        if count != 1:
            top = spans[place][1]
            room = None if top is None or first is None else max(Fraction(0), top - first) / size
            if room == 0:
                continue
            lines.add(Domain(excess, kind, Fraction(0), room))
            terms[excess] = size
            parts.append(Form({excess: size}))
        lines.drafts.append(RowDraft(group, group, terms, lower=form.constant))
    return total(parts)


def _least(lows: Sequence[Fraction | None], count: Fraction) -> Fraction | None:
    """No best threshold is smaller: so many values are at least that."""
    known = sorted((low for low in lows if low is not None), reverse=True)
    place = math.ceil(count) - 1
    return known[place] if place < len(known) else None


def _greatest(
    spans: Sequence[tuple[Fraction | None, Fraction | None]], count: Fraction
) -> Fraction:
    """No best threshold need be larger: fewer values can be more than that."""
    highs = sorted((high for _, high in spans if high is not None), reverse=True)
    return highs[math.ceil(count) - 1]


def _unit(
    lines: Columns, forms: Sequence[Form], first: Fraction | None, last: Fraction | None
) -> Fraction:
    """Of which all values are whole multiples, where whole columns can count in it; else 0."""
    if first is None or last is None:
        return Fraction(0)
    if any(lines.domains[name].kind != "whole" for form in forms for name in form.terms):
        return Fraction(0)
    numbers = [c for form in forms for c in (*form.terms.values(), form.constant) if c] or [_ONE]
    common = math.lcm(*(c.denominator for c in numbers))
    unit = Fraction(math.gcd(*(int(c * common) for c in numbers)), common)
    return unit if max(abs(first), abs(last), last - first) / unit < MOST_STEPS else Fraction(0)
