"""Warnings about what nothing uses: parameters, indicators, technologies."""

from __future__ import annotations

from optimiser.expressions import Member, Name, PhaseReference
from optimiser.language import tr
from optimiser.scenario.checks.mentions import effects_written, member_paths
from optimiser.scenario.source.draft import Draft

__all__ = ["advise_unused"]


def advise_unused(draft: Draft, /) -> None:
    """Warn of what nothing uses: parameters, indicators, technologies without effects."""
    leaves = [leaf for _, formula in draft.formulas for leaf in formula.names]
    used = {leaf.id for leaf in leaves if isinstance(leaf, Name)} | {
        leaf.indicator for leaf in leaves if isinstance(leaf, PhaseReference)
    }
    used |= {name for phase in draft.scenario.phases for name in phase.limits}
    for name in draft.scenario.parameters:
        if name not in used and not _in_solver(draft, name):
            draft.findings.warning(
                "S104",
                draft.key("parameters", name),
                tr("parameter '{name}' is not used", name=name),
            )
    affected = {indicator for _, held in effects_written(draft) for indicator in held}
    for name, indicator in draft.scenario.indicators.items():
        # One that effects change, or that has an expr, is at least reported: a planner may want
        # just that.
        idle = indicator.expr is None and name not in affected
        if idle and name not in used and name not in draft.scenario.objectives:
            message = tr(
                "indicator '{name}' is not used: no effect changes it, and no objective, "
                "constraint or expression uses it",
                name=name,
            )
            draft.findings.warning(
                "S105",
                draft.key("indicators", name),
                message,
                help=tr("leave it out, or give technologies effects on it"),
            )
    _isolated(draft)


def _in_solver(draft: Draft, parameter: str) -> bool:
    """Whether a solver option mentions a parameter: those expressions are values by now."""
    entries = getattr(draft.node.get("solver"), "entries", {})
    return any(parameter in getattr(entry.value, "text", "") for entry in entries.values())


def _isolated(draft: Draft, /) -> None:
    """Warn of technologies without effects that nothing refers to."""
    bare = [
        name
        for name, technology in draft.scenario.technologies.items()
        if not technology.effects
        and not technology.effects_per_unit
        and not any(level.effects for level in technology.levels.values())
    ]
    if not bare:
        return
    mentioned = {member.partition(".")[0] for _, member in member_paths(draft)}
    for _, formula in draft.formulas:
        mentioned |= {leaf.id for leaf in formula.names if isinstance(leaf, Name)}
        mentioned |= {leaf.owner for leaf in formula.names if isinstance(leaf, Member)}
    for name in bare:
        if name not in mentioned:
            message = tr(
                "technology '{name}' is isolated: it has no effects, and nothing refers to it",
                name=name,
            )
            draft.findings.warning(
                "S102",
                draft.key("technologies", name),
                message,
                help=tr("give it effects, or let another technology require it"),
            )
