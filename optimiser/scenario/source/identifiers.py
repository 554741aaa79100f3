"""Ids: well formed, not reserved, and one thing to a name."""

from __future__ import annotations

import unicodedata
from typing import Final

from optimiser.expressions import RESERVED
from optimiser.language import marked, tr
from optimiser.scenario.format.fields import LONGEST_ID
from optimiser.scenario.source.draft import KINDS, Draft

__all__ = ["RESULT_COLUMNS", "check_identifiers"]

#: sections whose names share one namespace, with the objectives that carry their own expr
SHARED: Final = ("parameters", "variables", "indicators", "technologies", "models")
_ONE: Final = {
    "parameters": marked("a parameter"),
    "variables": marked("a variable"),
    "indicators": marked("an indicator"),
    "technologies": marked("a technology"),
    "models": marked("a model"),
}
#: columns of every front.csv, and so no indicators or decisions
RESULT_COLUMNS: Final = frozenset({"plan", "rank", "score"})


def check_identifiers(draft: Draft, /) -> None:
    """Report ids that are not well formed, reserved, or used for two things."""
    for section, kind in KINDS.items():
        for name in draft.declared[section]:
            _well_formed(draft, tr(kind), (section, name))
            if name in RESERVED and (section in SHARED or section == "objectives"):
                message = tr(
                    "'{name}' is reserved: expressions read it as a function, constant or word of "
                    "their own",
                    name=name,
                )
                draft.findings.error(
                    "S019",
                    draft.key(section, name),
                    message,
                    help=tr("rename it, for example '{name}_'", name=name),
                )
            if name in RESULT_COLUMNS and section in (
                "objectives",
                "indicators",
                "variables",
                "technologies",
                "figures",
            ):
                message = tr("'{name}' is reserved: it is a column of every front.csv", name=name)
                draft.findings.error(
                    "S019",
                    draft.key(section, name),
                    message,
                    help=tr("rename it, for example '{name}_'", name=name),
                )
    for technology, levels in draft.levels.items():
        for level in levels:
            _well_formed(draft, tr("level"), ("technologies", technology, "levels", level))
    _one_thing_a_name(draft)


def _well_formed(draft: Draft, kind: str, path: tuple[str, ...]) -> None:
    name = path[-1]
    if len(name) > LONGEST_ID:
        message = tr(
            "the id of a {kind} has {number:,} characters; at most {most} are read",
            kind=kind,
            number=len(name),
            most=LONGEST_ID,
        )
        draft.findings.error(
            "S018", draft.key(*path), message, help=tr("shorten it; the title may be longer")
        )
    elif not name.isidentifier():
        seen = [c for c in name if unicodedata.category(c) != "Cf"]
        suggestion = "".join(c if f"a{c}".isidentifier() else "_" for c in seen)
        suggestion = suggestion if suggestion.isidentifier() else f"_{suggestion}"
        said = marked(
            "'{name}' cannot be the id of a {kind}: a letter or _, then letters, digits, _"
        )
        if len(seen) < len(name):
            said = marked(
                "'{name}' cannot be the id of a {kind}: a letter or _, then letters, digits, _; it "
                "holds an invisible character"
            )
        message = tr(said, name=name, kind=kind)
        draft.findings.error(
            "S018",
            draft.key(*path),
            message,
            help=tr(
                "write for example '{suggestion}'; the title may be any text", suggestion=suggestion
            ),
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
            message = tr(
                "'{name}' is {one} here and {other} in {there}",
                name=name,
                one=tr(_ONE[section]),
                other=tr(_ONE[other[0]]),
                there=there,
            )
            draft.findings.error("S020", here, message, help=tr("rename one of them"))
    for name in draft.own_objectives:
        if name in first:
            here = draft.key("objectives", name)
            section, there = first[name][0], draft.key(*first[name]).seen_from(here)
            code, help = "S020", tr("rename one of them")
            if section == "indicators":
                code, help = "S046", tr("remove expr to use the indicator, or rename the objective")
            message = tr(
                "objective '{name}' has its own expr, and '{name}' is {one} in {there}",
                name=name,
                one=tr(_ONE[section]),
                there=there,
            )
            draft.findings.error(code, here, message, help=help)
