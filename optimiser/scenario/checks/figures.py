"""Checks of figures: what is reported and never optimised, with names of its own."""

from __future__ import annotations

from typing import Final

from optimiser.expressions import Call, Name, Tree, names
from optimiser.language import marked, tr
from optimiser.scenario.checks.money import is_paid
from optimiser.scenario.source.draft import Draft, Path, describe

__all__ = ["check_figure_call", "check_figures"]

# of each argument whether it is paid once, and what is wrong where nothing is used or another kind
_ARGUMENTS: Final = (
    (
        True,
        marked(
            "the first argument, the cost, of {name} is paid once ('timing: one_off'), in {place}"
        ),
        marked(
            "the first argument, the cost, of {name} is paid once ('timing: one_off'), and "
            "'{other}' does not, in {place}"
        ),
    ),
    (
        False,
        marked("the second argument, the income, of {name} has a value in every phase, in {place}"),
        marked(
            "the second argument, the income, of {name} has a value in every phase, and "
            "'{other}' does not, in {place}"
        ),
    ),
)


def check_figure_call(draft: Draft, path: Path, call: Call, /) -> None:
    """Report payback and irr outside figures."""
    if path[0] == "figures":
        return
    at = draft.within(path, call.start, call.end)
    message = tr(
        "'{name}' is reported, never optimised or limited, in {place}",
        name=call.function,
        place=describe(path),
    )
    help = tr(
        'write it under figures: {{{name}: {{expr: "{name}(capex, saved)"}}}}', name=call.function
    )
    draft.findings.error("S032", at, message, help=help)


def check_figures(draft: Draft, /) -> None:
    """Report figures without a horizon, and figures used where something is wanted."""
    scenario = draft.scenario
    for name, figure in scenario.figures.items():
        own: Path = ("figures", name)
        taken = [
            section
            for section in ("indicators", "variables", "technologies")
            if name in draft.declared[section]
        ] + (["objectives"] if name in draft.own_objectives else [])
        if taken:
            message = tr(
                "figure '{name}' has the name of something else: it is under {section} too",
                name=name,
                section=taken[0],
            )
            draft.findings.error("S020", draft.key(*own), message, help=tr("rename one of them"))
        calls = [
            leaf
            for leaf in figure.expr.names
            if isinstance(leaf, Call) and leaf.function in ("payback", "irr") and leaf.arguments
        ]
        if not calls:
            message = tr("figure '{name}' uses neither payback nor irr", name=name)
            help = tr("make it an indicator, or write payback(capex, saved) or irr(capex, saved)")
            draft.findings.error("S032", draft.at(*own, "expr"), message, help=help)
        inside = set()
        for call in calls:
            inside |= {leaf for part in call.arguments for leaf in names(part)}
            _arguments(draft, own, call)
        for leaf in figure.expr.names:
            if leaf not in calls and leaf not in inside and not _number(draft, leaf):
                message = tr(
                    "figure '{name}' is made of payback, irr and parameters only", name=name
                )
                at = draft.within((*own, "expr"), leaf.start, leaf.end)
                draft.findings.error("S032", at, message, help=tr("put it inside payback or irr"))


def _number(draft: Draft, leaf: Tree) -> bool:
    """Whether a leaf is one number, or unknown, which is reported."""
    known = any(
        isinstance(leaf, Name) and leaf.id in draft.declared[section]
        for section in ("variables", "indicators", "technologies")
    )
    return isinstance(leaf, Name) and not known and leaf.id not in draft.scenario.by_phase


def _arguments(draft: Draft, own: Path, call: Call) -> None:
    """A cost is paid once, an income has a value in every phase."""
    for argument, (once, alone, beside) in zip(call.arguments, _ARGUMENTS, strict=True):
        used = [
            leaf.id
            for leaf in names(argument)
            if isinstance(leaf, Name) and leaf.id in draft.scenario.indicators
        ]
        wrong = [name for name in used if is_paid(draft, name) != once]
        if used and not wrong:
            continue
        message = tr(
            beside if wrong else alone,
            name=call.function,
            other=next(iter(wrong), ""),
            place=describe(own),
        )
        at = draft.within((*own, "expr"), argument.start, argument.end)
        draft.findings.error(
            "S032", at, message, help=tr("write {name}(capex, saved)", name=call.function)
        )
