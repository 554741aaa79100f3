"""Checks of figures: what is reported and never optimised, with names of its own."""

from __future__ import annotations

from optimiser.expressions import Call
from optimiser.scenario.source.draft import Draft, Path, describe

__all__ = ["check_figure_call", "check_figures"]


def check_figure_call(draft: Draft, path: Path, call: Call, /) -> None:
    """Report payback and irr outside figures."""
    if path[0] == "figures":
        return
    at = draft.within(path, call.start, call.end)
    message = f"'{call.function}' is reported, never optimised or limited, in {describe(path)}"
    help = f'write it under figures: {{{call.function}: {{expr: "{call.function}(capex, saved)"}}}}'
    draft.findings.error("S032", at, message, help=help)


def check_figures(draft: Draft, /) -> None:
    """Report figures without a horizon, and figures used where something is wanted."""
    scenario = draft.scenario
    for name, figure in scenario.figures.items():
        own: Path = ("figures", name)
        taken = [
            section
            for section in ("indicators", "objectives", "variables", "technologies")
            if name in draft.declared[section]
        ]
        if taken:
            message = f"figure '{name}' has the name of something else: it is under {taken[0]} too"
            draft.findings.error("S020", draft.key(*own), message, help="rename one of them")
        calls = [
            leaf
            for leaf in figure.expr.names
            if isinstance(leaf, Call) and leaf.function in ("payback", "irr") and leaf.arguments
        ]
        if not calls:
            message = f"figure '{name}' uses neither payback nor irr"
            help = "make it an indicator, or write payback(capex, saved) or irr(capex, saved)"
            draft.findings.error("S032", draft.at(*own, "expr"), message, help=help)
