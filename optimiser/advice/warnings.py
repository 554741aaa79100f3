"""Warnings: what bounds on the model's expressions prove, and a planner would want to know before a
run, after what the scenario alone says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_DOWN, Context
from fractions import Fraction
from functools import partial
from typing import Final

from optimiser.advice.adopting import Adopting
from optimiser.advice.exact_ends import exact_span
from optimiser.advice.magnitudes import links_of, objective_node, refuse_large
from optimiser.advice.ranges import Box, Ranges
from optimiser.advice.tolerances import MUCH, ROUNDING
from optimiser.advice.uncertain import Uncertain, named_in, uncertain_names
from optimiser.expressions import ComparisonChain, polynomial
from optimiser.language import marked, tr
from optimiser.scenario.checks.impossible import advise_adoption
from optimiser.scenario.checks.timing import advise_phases, allowances
from optimiser.scenario.checks.unused import advise_unused
from optimiser.scenario.source.draft import Draft, describe

__all__ = ["advise"]

_SPREAD: Final = 1_000_000
_EFFECTS_SPREAD: Final = marked(
    "the effects on '{name}' span from {least:.3g} to {most:.3g}, a factor over 1e6"
)
_OBJECTIVE_SPREADS: Final = marked(
    "the coefficients of objective '{name}' span from {least:.3g} to {most:.3g}, a factor over 1e6"
)
_INDICATOR_SPREADS: Final = marked(
    "the coefficients of indicator '{name}' span from {least:.3g} to {most:.3g}, a factor over 1e6"
)
#: nodes that bounds may visit in the search for technologies no constraint allows
_WORK: Final = 300_000


def advise(draft: Draft, /) -> bool:
    """Add every warning about a scenario without errors to its findings; and as errors what gets
    beyond the numbers in which is computed. Whether there are none of these.
    """
    certain = advise_adoption(draft)
    if certain is None:
        return True
    ranges = Ranges(draft.scenario, never=certain.never, always=certain.always)
    if refuse_large(draft, ranges):
        return False
    uncertain = uncertain_names(draft)
    possible = _constraints(draft, ranges, uncertain)
    never = certain.never | _never_by_limits(draft, ranges, certain.never, uncertain)
    if possible:
        _never_by_bounds(draft, ranges, never, uncertain)
    _objectives(draft, ranges, uncertain)
    advise_unused(draft)
    _spread(draft, ranges)
    advise_phases(draft)
    if draft.scenario.models:
        from optimiser.scenario.checks.fit_warnings import advise_models

        advise_models(draft)
    return True


def _constraints(draft: Draft, ranges: Ranges, uncertain: Uncertain) -> bool:
    """Constraints that never bind or never hold; whether every one can hold as far as bounds
    tell.
    """
    possible = True
    tolerance = draft.scenario.solver.feasibility
    for name, constraint in draft.scenario.constraints.items():
        tree = constraint.expr.tree
        assert isinstance(tree, ComparisonChain)
        at, used = draft.at("constraints", name, "expr"), named_in(constraint.expr.names)
        phases = draft.scenario.constraint_phases(name)
        asked = [link for phase in phases for link in links_of(ranges, tree, phase)]
        links = [_missed(operator, ranges.box(difference)) for operator, difference in asked]
        broken = next((box for box in links if box[0] > _slack(box, tolerance)), None)
        if broken is not None:
            possible = False
            message = tr(
                "constraint '{name}' can never hold: it is missed by at least {distance:.4g} in "
                "every plan",
                name=name,
                distance=_downwards(broken[0]),
            )
            help = tr("a run will report the scenario as infeasible")
            draft.findings.warning("S107", at, uncertain.told(message, used), help=help)
        elif all(map(partial(_never_missed, ranges), asked, links)) and ranges.graph.total(
            ranges.graph.sum(
                (Fraction(1), ranges.tree(o, phase)) for phase in phases for o in tree.operands
            )
        ):
            message = tr("constraint '{name}' never binds: every plan satisfies it", name=name)
            help = tr("tighten it, or leave it out")
            if uncertain.concerns(used):
                help = tr("at other values in their ranges it may bind")
            draft.findings.warning("S106", at, uncertain.told(message, used), help=help)
    return possible


def _downwards(distance: float) -> float:
    """A distance in four digits, which is at least that, but for rounding."""
    near = float(f"{distance:.4g}")
    if near <= distance * (1.0 + ROUNDING):
        return near
    return float(Context(prec=4, rounding=ROUND_DOWN).create_decimal_from_float(distance))


def _slack(box: tuple[float, float], tolerance: float) -> float:
    return MUCH * tolerance * max(1.0, abs(box[0]) if abs(box[0]) < 1e300 else 1e300)


def _never_missed(ranges: Ranges, link: tuple[str, int], missed: Box) -> bool:
    """Whether a link of a chain holds in every plan, exactly where floats leave that in doubt."""
    if missed[1] <= 0:
        return True
    # what rounding is relative to; an infinite end of an interval says nothing about it
    size = max(1.0, abs(missed[0])) if math.isfinite(missed[0]) else 1.0
    span = exact_span(ranges, link[1]) if missed[1] <= ROUNDING * size else None
    return span is not None and (
        (link[0] == ">=" or span[1] <= 0) and (link[0] == "<=" or span[0] >= 0)
    )


def _missed(operator: str, box: Box) -> Box:
    """The interval of how far a link of a chain is missed: never binding below 0, never holding
    above.
    """
    low, high = box
    match operator:
        case "<=":
            return low + 0.0, high + 0.0
        case ">=":
            return -high + 0.0, -low + 0.0
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return nearest, max(abs(low), abs(high))


def _never_by_bounds(
    draft: Draft, ranges: Ranges, never: frozenset[str], uncertain: Uncertain
) -> None:
    """Technologies that no constraint's bounds leave room for."""
    tolerance = draft.scenario.solver.feasibility
    adopting = Adopting(ranges, [name for name in draft.scenario.technologies if name not in never])
    reported: set[str] = set()
    for name, constraint in draft.scenario.constraints.items():
        tree = constraint.expr.tree
        assert isinstance(tree, ComparisonChain)
        if constraint.phases is not None:
            continue  # what a technology does in one phase alone has no interval of its own
        operators, nodes = zip(*links_of(ranges, tree), strict=True)

        def refuses(boxes: Sequence[Box], operators: Sequence[str] = operators) -> bool:
            missed = map(_missed, operators, boxes)
            return any(box[0] > _slack(box, tolerance) for box in missed)

        for technology in adopting.refused(nodes, refuses):
            if adopting.work > _WORK:
                return
            if technology not in reported:
                reported.add(technology)
                message = tr(
                    "technology '{technology}' can never be adopted: constraint '{name}' leaves no "
                    "room for it",
                    technology=technology,
                    name=name,
                )
                message = uncertain.told(message, named_in(constraint.expr.names))
                draft.findings.warning("S101", draft.key("technologies", technology), message)
        if adopting.work > _WORK:
            return


def _never_by_limits(
    draft: Draft, ranges: Ranges, never: frozenset[str], uncertain: Uncertain
) -> frozenset[str]:
    """Technologies and levels that are dearer than every phase in which they could start."""
    found: set[str] = set()
    if not draft.phases:
        return frozenset()
    allowed = allowances(draft)
    for mode, when in draft.timings.items():
        owner, _, level = mode.partition(".")
        if mode in never or owner in never:
            continue
        for name, limits in allowed.items():
            most = [limits[phase] for phase in when.starts]
            least = ranges.least_spending(name, mode)
            room = None if None in most else max(limit for limit in most if limit is not None)
            if room is not None and least > room:
                found.add(mode)
                path = (
                    ("technologies", owner, "levels", level) if level else ("technologies", owner)
                )
                message = tr(
                    "{place} can never be adopted: it costs {least} of '{name}', and the "
                    "limits leave {room}",
                    place=describe(path),
                    least=_shortest(least),
                    name=name,
                    room=_shortest(room),
                )
                message = uncertain.told(message, [name])
                draft.findings.warning("S101", draft.key(*path), message)
                break
    return frozenset(found)


def _shortest(value: Fraction | float) -> str:
    """What tells a number from the next one: too much and what there is room for differ."""
    return repr(float(value)).removesuffix(".0")


def _objectives(draft: Draft, ranges: Ranges, uncertain: Uncertain) -> None:
    for name, objective in draft.scenario.objectives.items():
        if ranges.constant(objective_node(ranges, name, objective)):
            used = named_in(objective.expr.names) if objective.expr else [name]
            message = tr("objective '{name}' is the same in every plan", name=name)
            draft.findings.warning(
                "S103",
                draft.key("objectives", name),
                uncertain.told(message, used),
                help=tr("nothing that can be decided changes it"),
            )


def _spread(draft: Draft, ranges: Ranges) -> None:
    for name in draft.scenario.indicators:
        path = ("indicators", name)
        _report_spread(draft, path, _EFFECTS_SPREAD, ranges.coefficients(name))
    named = [
        (("objectives", n, "expr"), _OBJECTIVE_SPREADS, o.expr)
        for n, o in draft.scenario.objectives.items()
    ]
    named += [
        (("indicators", n, "expr"), _INDICATOR_SPREADS, i.expr)
        for n, i in draft.scenario.indicators.items()
    ]
    for place, message, formula in named:
        if formula is None:
            continue
        expanded = polynomial(
            ranges.graph, ranges.node(formula), values={}, binaries=frozenset(), limit=2000
        )
        if expanded is not None:
            _report_spread(draft, place, message, [c for m, c in expanded.items() if m])


def _report_spread(
    draft: Draft, path: tuple[str, ...], message: str, coefficients: list[Fraction]
) -> None:
    sizes = [abs(c) for c in coefficients if c]
    if sizes and max(sizes) > _SPREAD * min(sizes):
        draft.findings.warning(
            "S108",
            draft.key(*path),
            tr(message, name=path[1], least=float(min(sizes)), most=float(max(sizes))),
            help=tr("check the units; solvers lose digits on such a spread"),
        )
