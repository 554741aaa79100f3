"""From expressions to a problem: rows where the model is linear, compiled functions throughout."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from optimiser.engine.problem import Domain, Linear, Nonlinear, Row
from optimiser.expressions import End, bounds
from optimiser.formulate.excesses import size_of
from optimiser.formulate.forms import Form, NotLinear, objective_row, row
from optimiser.formulate.linearise import Linearisation
from optimiser.formulate.links import Interval, Link, ordered_as
from optimiser.formulate.logic import RowDraft
from optimiser.formulate.parts import Bound, Parts
from optimiser.formulate.sizes import magnitude, oversized, sizes_of, tightened
from optimiser.formulate.tolerances import LOG_RESOLUTION, UNBEARABLE
from optimiser.language import stored

__all__ = ["assemble", "direct_rows"]

_FEW_PRODUCTS = 200
_CONSTRAINT = stored("constraint '{name}' is not linear ({reason})")
_OBJECTIVE = stored("objective '{name}' is not linear ({reason})")


def direct_rows(pieces: Parts, /) -> tuple[list[RowDraft], list[Bound]]:
    """The comparisons that are linear over the decisions themselves, as rows, and the rest."""
    lines = Linearisation(
        pieces.graph,
        pieces.domains,
        values=pieces.values,
        choices=pieces.choices,
        expansions=pieces.expansions,
    )
    direct: list[RowDraft] = []
    rest: list[Bound] = []
    for bound in pieces.bounds:
        expanded = lines.polynomial(bound.node)
        if expanded is None or any(
            len(monomial) > 1 or abs(c) > UNBEARABLE for monomial, c in expanded.items()
        ):
            rest.append(bound)
            continue
        terms = {monomial[0]: c for monomial, c in expanded.items() if monomial}
        limit = -expanded.get((), Fraction(0))
        lower = limit if bound.equality else None
        direct.append(
            RowDraft(bound.group, bound.group, terms, lower, limit, size_of(pieces, bound))
        )
    return direct, rest


def assemble(
    pieces: Parts, own: Mapping[RowDraft, Row], rest: Sequence[Bound], /
) -> Linear | Nonlinear:
    """The whole problem as rows, or the reason why not in a planner's words.

    Args:
        pieces: the model.
        own: the rows over the decisions themselves, as drafts and scaled.
        rest: the comparisons that are no such rows.
    """
    lines = Linearisation(
        pieces.graph,
        pieces.domains,
        values=pieces.values,
        choices=pieces.choices,
        expansions=pieces.expansions,
    )
    boxes = _boxes(pieces)

    def enclosure(node: int) -> tuple[float, float]:
        return bounds(pieces.graph, node, boxes=boxes)

    drafts = list(own)
    links: list[Link] = []
    rounded = False
    for bound in rest:
        try:
            form, inexact = _constraint_form(lines, bound, enclosure)
        except NotLinear as failure:
            return Nonlinear(stored(_CONSTRAINT, name=bound.group, reason=failure))
        rounded |= inexact
        lower = -form.constant if bound.equality else None
        drafts.append(RowDraft(bound.group, bound.group, dict(form.terms), lower, -form.constant))
    for objective in pieces.objectives:
        try:
            link = ordered_as(lines, objective.node, sign=objective.sign, bounds=enclosure)
        except NotLinear as failure:
            return Nonlinear(stored(_OBJECTIVE, name=objective.name, reason=failure))
        rounded |= link.rounded
        links.append(link)
    try:
        lines.complete()
        if any(domain.kind == "listed" for domain in lines.domains.values()):
            drafts = [lines.unlisted(draft) for draft in drafts]
    except NotLinear as failure:
        return Nonlinear(str(failure))
    linear = _linear(lines, pieces, _scaled(lines, drafts, own), links, rounded)
    reason = _too_large(linear, len(drafts), lines.listings)
    return Nonlinear(reason) if reason else linear


def _too_large(linear: Linear, own: int, listings: Collection[str]) -> str:
    """Why rows are declined: numbers beyond what floats hold, and in those that define auxiliary
    columns, after the ``own`` first, numbers too far apart, unless they are in ``listings`` and
    only say which values a column takes; nothing where they are not.
    """
    for made in (*linear.objectives, *linear.rows):
        largest = max((abs(c) for _, c in made.terms), default=0)
        # in whole numbers: rows come by the hundred thousand
        most = UNBEARABLE * made.scale.numerator
        if max(largest, abs(made.constant)) * made.scale.denominator > most:
            return stored(
                "{row} has numbers beyond 10^300: too large to compute with",
                row=made.group or made.name,
            )
    sizes = sizes_of(linear.columns)
    for made in linear.rows[own:]:
        real = any(linear.columns[j].kind == "real" for j, _ in made.terms)
        if real and made.group not in listings and oversized(made, sizes):
            numbers = [abs(c) / made.scale for _, c in made.terms]
            small, large = magnitude(min(numbers)), magnitude(max(numbers))
            return stored(
                "{row} as a linear row has numbers from {small} to {large}: too far apart to "
                "compute with",
                row=made.group,
                small=small,
                large=large,
            )
    return ""


def _scaled(
    lines: Linearisation, drafts: Sequence[RowDraft], own: Mapping[RowDraft, Row]
) -> list[Row]:
    """The drafts and those that define auxiliary columns; what is scaled already as it is."""
    position = {name: index for index, name in enumerate(lines.domains)}
    given = [own.get(draft) or row(draft, position) for draft in drafts]
    return [*given, *(row(replace(draft, defining=True), position) for draft in lines.drafts)]


def _linear(
    lines: Linearisation,
    pieces: Parts,
    made: Sequence[Row],
    links: Sequence[Link],
    rounded: bool,
) -> Linear:
    position = {name: index for index, name in enumerate(lines.domains)}
    columns = tuple(_plain(domain) for domain in lines.domains.values())
    sizes = sizes_of(columns)
    return Linear(
        columns=columns,
        objectives=tuple(
            objective_row(objective.name, link.form, position)
            for objective, link in zip(pieces.objectives, links, strict=True)
        ),
        rows=tuple(tightened(one, columns) if oversized(one, sizes) else one for one in made),
        products={
            position[name]: tuple(sorted(position[factor] for factor in factors))
            for name, factors in lines.products.items()
        },
        linked=tuple(link.words for link in links),
        enclosing=tuple(link.of if link.words else None for link in links),
        resolution=float(LOG_RESOLUTION) if rounded else None,
        positions={
            position[name]: tuple(
                sorted((position[column], weight) for column, weight in weights.items())
            )
            for name, weights in lines.positions().items()
        },
    )


def _plain(domain: Domain) -> Domain:
    """A column as rows know it: a listed one is kept to its values by its selectors."""
    if domain.kind != "listed":
        return domain
    whole = domain.denominator == 1
    return Domain(domain.name, "whole" if whole else "real", domain.lower, domain.upper)


def _boxes(pieces: Parts) -> dict[str, tuple[End, End]]:
    boxes: dict[str, tuple[End, End]] = {
        d.name: (
            -math.inf if d.lower is None else d.lower,
            math.inf if d.upper is None else d.upper,
        )
        for d in pieces.domains
    }
    return boxes | {name: (value, value) for name, value in pieces.values.items()}


def _constraint_form(lines: Linearisation, bound: Bound, enclosure: Interval) -> tuple[Form, bool]:
    """A form that is <= 0 (== 0) exactly where the comparison holds, and whether its coefficients
    are rounded.
    """
    direction = 0 if bound.equality else 1
    reason = NotLinear(stored("too many products of decisions"))
    if lines.products_in(bound.node) <= _FEW_PRODUCTS:
        try:
            return lines.attempt(bound.node, direction=direction), False
        except NotLinear as failure:
            reason = failure
    try:
        return lines.attempt(_cleared(lines, bound.node, enclosure), direction=direction), False
    except NotLinear:
        pass
    from optimiser.formulate.logarithms import compared_form

    try:
        return compared_form(lines, bound.top, bound.bottom)
    except NotLinear:
        try:
            return lines.attempt(bound.node, direction=direction, chains=True), False
        except NotLinear:
            raise reason from None


def _cleared(lines: Linearisation, node: int, enclosure: Interval) -> int:
    """The node times a denominator that its terms share, where that is positive over the whole
    box.
    """
    graph = lines.graph
    terms = []
    common: int | None = None
    for weight, child in lines.weighted(node):
        found = graph.nodes[child]
        bottom = found.children[1] if found.operator == "divide" else None
        if bottom is not None:
            if common is not None and common != bottom:
                raise NotLinear(stored("a sum of different ratios"))
            common = bottom
        terms.append((weight, child, bottom))
    if common is None:
        raise NotLinear(stored("no ratio"))
    if enclosure(common)[0] <= 0:
        raise NotLinear(stored("a ratio whose denominator may not be positive"))
    cleared = [
        (
            weight,
            graph.nodes[child].children[0]
            if bottom is not None
            else graph.product([child, common]),
        )
        for weight, child, bottom in terms
    ]
    return graph.sum([*cleared, (graph.nodes[node].value, common)])
