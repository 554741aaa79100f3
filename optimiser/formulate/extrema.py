"""``max``, ``min`` and ``abs`` as bounded columns: from below by their arguments, from above through a selector an argument."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.formulate.forms import Form, NotLinear, box
from optimiser.formulate.logic import Draft
from optimiser.problem import Domain

if TYPE_CHECKING:
    from optimiser.formulate.linearise import Linearisation

__all__ = ["extremum"]

_ONE = Fraction(1)


def extremum(lines: Linearisation, operator: str, children: Sequence[int], /, *, direction: int) -> Form:
    """The form of ``max``, ``min`` or ``abs`` of nodes.

    Args:
        lines: takes up the columns and rows.
        operator: which of them.
        children: the nodes.
        direction: as for ``Linearisation.form``.

    Raises:
        NotLinear: an argument has no linear form or no bounds.
    """
    flip = -1 if operator == "min" else 1  # min(a, b) = -max(-a, -b)
    upward = flip * direction
    inner = flip if upward == 1 and operator != "abs" else 0
    forms = [lines.form(child, direction=inner).scaled(flip) for child in children]
    if operator == "abs":
        forms.append(forms[0].scaled(-1))
    column, scale = _column(lines, forms)
    group = f"maximum {column}"
    for form in forms:
        lines.drafts.append(Draft(group, group, _negated(form, {column: _ONE / scale}), lower=form.constant))
    if upward != 1:
        _bounded_above(lines, column, scale, forms)
    return Form({column: Fraction(flip) / scale})


def _column(lines: Linearisation, forms: Sequence[Form]) -> tuple[str, int]:
    """A column for the largest of several forms, and the factor that makes it whole where all they hold is whole."""
    ranges = [box(form, lines.domains) for form in forms]
    if any(low is None or high is None for low, high in ranges):
        raise NotLinear("a maximum or minimum of something without bounds")
    low = max(low for low, _ in ranges if low is not None)
    high = max(high for _, high in ranges if high is not None)
    whole = all(lines.domains[name].kind == "whole" for form in forms for name in form.terms)
    numbers = [c for form in forms for c in (*form.terms.values(), form.constant)]
    scale = math.lcm(*(c.denominator for c in numbers)) if whole else 1
    name = f"max#{len(lines.domains)}"
    lines.add(Domain(name, "whole" if whole else "real", low * scale, high * scale))
    return name, scale


def _bounded_above(lines: Linearisation, column: str, scale: int, forms: Sequence[Form]) -> None:
    """One selector an argument: the column is at most the selected one."""
    selectors = []
    high = lines.domains[column].upper
    assert high is not None
    group = f"maximum {column}"
    for index, form in enumerate(forms):
        selector = f"{column}:{index}"
        lines.add(Domain(selector, "whole", Fraction(0), _ONE))
        selectors.append(selector)
        low = box(form, lines.domains)[0]
        assert low is not None
        slack = high / scale - low
        terms = _negated(form, {column: _ONE / scale, selector: slack})
        lines.drafts.append(Draft(group, group, terms, upper=form.constant + slack))
    lines.drafts.append(Draft(group, group, dict.fromkeys(selectors, _ONE), _ONE, _ONE))


def _negated(form: Form, more: Mapping[str, Fraction]) -> dict[str, Fraction]:
    terms = {**{name: -c for name, c in form.terms.items()}, **more}
    return {name: c for name, c in terms.items() if c}
