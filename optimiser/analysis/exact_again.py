"""The exact values that a result holds beside its values, computed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.analysis.contradictions import Finding
from optimiser.language import tr
from optimiser.results.exact_values import with_exact_values

if TYPE_CHECKING:
    from optimiser.analysis.recomputing import Ground

__all__ = ["exact_contradictions"]


def exact_contradictions(ground: Ground, /) -> Iterator[Finding]:
    """Where they are not what the decisions lead to, or are missing; the values are right."""
    front = ground.front
    columns = tuple(replace(column, ends=None) for column in front.columns)
    own = with_exact_values(
        replace(front, exact=(), columns=columns),
        ground.model,
        ground.problem,
        ground.plans.x,
        ground.given,
        order=ground.order(ground.plans)[0] if ground.exact else None,
    )
    nothing: tuple[dict[int, Fraction], ...] = ({},) * len(front)
    pairs = zip(front.ids, front.exact or nothing, own.exact or nothing, strict=True)
    for name, found, right in pairs:
        if found != right:
            yield Finding(name, tr("its exact values are not those that its decisions lead to"))
