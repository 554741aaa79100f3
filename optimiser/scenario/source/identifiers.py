"""Ids: well formed, not reserved, and one thing to a name."""

from __future__ import annotations

import unicodedata
from typing import Final

from optimiser.expressions import RESERVED
from optimiser.scenario.source.draft import KINDS, Draft

__all__ = ["RESULT_COLUMNS", "check_identifiers"]

#: sections whose names share one namespace, with the objectives that carry their own expr
SHARED: Final = ("parameters", "variables", "indicators", "technologies", "models")
#: columns of every front.csv, and so no indicators or decisions
RESULT_COLUMNS: Final = frozenset({"plan", "rank", "score"})


def check_identifiers(draft: Draft, /) -> None:
    """Report ids that are not well formed, reserved, or used for two things."""
    for section, kind in KINDS.items():
        for name in draft.declared[section]:
            _well_formed(draft, kind, (section, name))
            if name in RESERVED and (section in SHARED or section == "objectives"):
                message = (
                    f"'{name}' is reserved: expressions read it as a function, constant or word "
                    "of their own"
                )
                draft.findings.error(
                    "S019",
                    draft.key(section, name),
                    message,
                    help=f"rename it, for example '{name}_'",
                )
            if name in RESULT_COLUMNS and section in (
                "objectives",
                "indicators",
                "variables",
                "technologies",
                "figures",
            ):
                message = f"'{name}' is reserved: it is a column of every front.csv"
                draft.findings.error(
                    "S019",
                    draft.key(section, name),
                    message,
                    help=f"rename it, for example '{name}_'",
                )
    for technology, levels in draft.levels.items():
        for level in levels:
            _well_formed(draft, "level", ("technologies", technology, "levels", level))
    _one_thing_a_name(draft)


def _well_formed(draft: Draft, kind: str, path: tuple[str, ...]) -> None:
    name = path[-1]
    if not name.isidentifier():
        seen = [c for c in name if unicodedata.category(c) != "Cf"]
        suggestion = "".join(c if f"a{c}".isidentifier() else "_" for c in seen)
        suggestion = suggestion if suggestion.isidentifier() else f"_{suggestion}"
        message = f"'{name}' cannot be the id of a {kind}: a letter or _, then letters, digits, _"
        if len(seen) < len(name):
            message += "; it holds an invisible character"
        draft.findings.error(
            "S018",
            draft.key(*path),
            message,
            help=f"write for example '{suggestion}'; the title may be any text",
        )


def _one_thing_a_name(draft: Draft) -> None:
    first: dict[str, tuple[str, str]] = {}
    for section in SHARED:
        for name in draft.declared[section]:
            if name not in first:
                first[name] = (section, name)
                continue
            other, here = first[name], draft.key(section, name)
            there = draft.key(*other).seen_from(here)
            message = f"'{name}' is {_a(KINDS[section])} here and {_a(KINDS[other[0]])} in {there}"
            draft.findings.error("S020", here, message, help="rename one of them")
    for name in draft.own_objectives:
        if name in first:
            here = draft.key("objectives", name)
            kind, there = KINDS[first[name][0]], draft.key(*first[name]).seen_from(here)
            code, help = "S020", "rename one of them"
            if kind == "indicator":
                code, help = "S046", "remove expr to use the indicator, or rename the objective"
            message = f"objective '{name}' has its own expr, and '{name}' is {_a(kind)} in {there}"
            draft.findings.error(code, here, message, help=help)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"
