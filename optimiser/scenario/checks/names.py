"""Names in expressions, effects and prerequisites: each must mean something, and nothing may mean
itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from optimiser.expressions import (
    FUNCTIONS,
    REPORTED,
    Call,
    Member,
    Name,
    PhaseReference,
    Tree,
    spelled_out,
)
from optimiser.language import listed, marked, tr
from optimiser.scenario.checks.by_phase import check_phase_value
from optimiser.scenario.checks.cycles import arrows, cycles
from optimiser.scenario.checks.figures import check_figure_call
from optimiser.scenario.checks.mentions import effects_written, member_paths
from optimiser.scenario.diagnostics import did_you_mean, known
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.values import named
from optimiser.scenario.source.draft import Draft, Path, describe
from optimiser.scenario.source.removals import unknown_help

__all__ = ["check_references"]

_KINDS: Final = {
    "parameters": marked("a parameter"),
    "variables": marked("a variable"),
    "indicators": marked("an indicator"),
    "technologies": marked("a technology"),
    "objectives": marked("an objective"),
    "models": marked("a model"),
    "synergies": marked("a synergy"),
    "groups": marked("a group"),
    "constraints": marked("a constraint"),
    "plans": marked("a plan"),
}
# what expressions know
_NAMED: Final = ("parameters", "variables", "indicators", "technologies")
_CYCLES: Final = {
    "parameters": marked("a cycle of parameters: {cycle}"),
    "indicators": marked("a cycle of indicators: {cycle}"),
}
_EXPRESSIONS: Final = ("indicators", "objectives", "constraints", "figures")


def check_references(draft: Draft, /) -> None:
    """Report names that mean nothing in their place, and cycles of parameters and of indicators."""
    for path, formula in draft.formulas:
        expression = path[0] in _EXPRESSIONS and path[-1] == "expr"
        for leaf in formula.names:
            if expression:
                _in_expression(draft, path, leaf)
            else:
                _in_number(draft, path, leaf)
    _effects(draft)
    for path, member in member_paths(draft):
        _member(draft, path, member)
    _acyclic(draft, "parameters", draft.scenario.values_written)
    _acyclic(
        draft,
        "indicators",
        {n: i.expr for n, i in draft.scenario.indicators.items() if i.expr is not None},
    )


def _in_number(draft: Draft, path: Path, leaf: Tree) -> None:
    names = draft.declared["parameters"]
    if isinstance(leaf, Name) and leaf.id in names:
        return
    at, place = draft.within(path, leaf.start, leaf.end), describe(path)
    if isinstance(leaf, Name):
        kind = _kind(draft, leaf.id)
        if kind:
            message = tr(
                "'{name}' is {kind}; a number may be an expression over parameters only",
                name=leaf.id,
                kind=kind,
            )
            help = tr("{place} is fixed before a plan is chosen", place=place)
            label = known("parameters", names)
            draft.findings.error("S032", at, message, label=label, help=help)
            return
        value = ".inf" if leaf.id.lower() in ("inf", "infinity") else spelled_out(leaf.id)
        near = unknown_help(draft, "parameters", leaf.id, path)
        help = near if value is None else tr("write {value}", value=value)
        draft.findings.error(
            "S031",
            at,
            tr("unknown parameter '{name}' in {place}", name=leaf.id, place=place),
            label=known("parameters", names),
            help=help,
        )
    elif isinstance(leaf, Call) and leaf.function in draft.declared["models"]:
        message = tr(
            "'{name}' is a fitted model; a number may be an expression over parameters only",
            name=leaf.function,
        )
        help = tr("{place} is fixed before a plan is chosen", place=place)
        draft.findings.error("S032", at, message, help=help)
    elif isinstance(leaf, Call):
        _unknown_function(draft, path, leaf)
    elif isinstance(leaf, PhaseReference) and leaf.indicator in names:
        check_phase_value(draft, path, leaf)
    else:
        message = tr("a number may be an expression over parameters only, in {place}", place=place)
        draft.findings.error("S032", at, message)


def _in_expression(draft: Draft, path: Path, leaf: Tree) -> None:
    match leaf:
        case Name(id=name):
            _name(draft, path, name, leaf)
        case Member(owner=owner, member=member):
            fault, help = _member_fault(draft, path, owner, member)
            if fault:
                draft.findings.error(
                    "S031",
                    draft.within(path, leaf.start, leaf.end),
                    tr("{fault}, in {place}", fault=fault, place=describe(path)),
                    help=help,
                )
        case PhaseReference():
            _phase_value(draft, path, leaf)
        case Call():
            _call(draft, path, leaf)


def _name(draft: Draft, path: Path, name: str, leaf: Tree) -> None:
    if any(name in draft.declared[section] for section in _NAMED):
        return
    at = draft.within(path, leaf.start, leaf.end)
    if name in draft.own_objectives:
        message = tr(
            "objective '{name}' has its own expr and cannot be used in {place}",
            name=name,
            place=describe(path),
        )
        draft.findings.error(
            "S032",
            at,
            message,
            help=tr(
                "make '{name}' an indicator with this expr; the objective then goes by its name",
                name=name,
            ),
        )
        return
    names = [n for section in _NAMED for n in draft.declared[section]]
    owned = [f"{t}.{name}" for t, levels in draft.levels.items() if name in levels]
    near = unknown_help(draft, "names", name, path)
    help = tr("did you mean '{name}'?", name=owned[0]) if owned else near
    if name in draft.declared["models"]:
        help = tr("'{name}' is a fitted model: write {name}(feature=...)", name=name)
    draft.findings.error(
        "S031",
        at,
        tr("unknown name '{name}' in {place}", name=name, place=describe(path)),
        label=known("names", names),
        help=help,
    )


def _phase_value(draft: Draft, path: Path, leaf: PhaseReference) -> None:
    at = draft.within(path, leaf.start, leaf.end)
    names, phases = draft.declared["indicators"], draft.phases
    if leaf.indicator in draft.scenario.by_phase:
        check_phase_value(draft, path, leaf)
    elif leaf.indicator not in names:
        kind = _kind(draft, leaf.indicator)
        unknown = (
            marked("'{name}' is {kind}: only indicators have a value in each phase, in {place}")
            if kind
            else marked("unknown indicator '{name}', in {place}")
        )
        message = tr(unknown, name=leaf.indicator, kind=kind, place=describe(path))
        help = "" if kind else did_you_mean(leaf.indicator, names)
        draft.findings.error("S031", at, message, label=known("indicators", names), help=help)
    elif not phases:
        if draft.node_at("phases") is not None:
            return  # what is wrong with them is reported
        message = tr(
            "'{name}[\"{phase}\"]' needs phases, and the scenario has none, in {place}",
            name=leaf.indicator,
            phase=leaf.phase,
            place=describe(path),
        )
        draft.findings.error(
            "S016", at, message, help=tr("write {name}, or add phases", name=leaf.indicator)
        )
    elif unicodedata.normalize("NFKC", leaf.phase) not in phases:
        message = tr("unknown phase '{phase}' in {place}", phase=leaf.phase, place=describe(path))
        draft.findings.error(
            "S012",
            at,
            message,
            label=known("phases", phases),
            help=did_you_mean(leaf.phase, phases),
        )


def _call(draft: Draft, path: Path, call: Call) -> None:
    """The call of a fitted model: every feature once, and nothing else."""
    name = call.function
    if name in REPORTED and call.arguments:
        check_figure_call(draft, path, call)
        return
    if name not in draft.declared["models"]:
        _unknown_function(draft, path, call)
        return
    model = draft.scenario.models.get(name)
    if model is None:
        return
    given = [keyword for keyword, _ in call.keywords]
    at = draft.within(path, call.start, call.start + len(name))
    for keyword, value in call.keywords:
        if keyword not in model.features:
            start = max(
                call.start,
                str(getattr(draft.node_at(*path), "text", "")).rfind(
                    keyword, call.start, value.start
                ),
            )
            here = draft.within(path, start, start + len(keyword))
            message = tr(
                "model '{name}' has no feature '{keyword}', in {place}",
                name=name,
                keyword=keyword,
                place=describe(path),
            )
            help = did_you_mean(keyword, [f for f in model.features if f not in given])
            draft.findings.error(
                "S082", here, message, label=known("features", model.features), help=help
            )
    missing = [feature for feature in model.features if feature not in given]
    if missing and set(given) <= set(model.features):
        message = tr(
            "model '{name}' needs {missing} too, in {place}",
            name=name,
            missing=listed(missing),
            place=describe(path),
        )
        example = ", ".join(f"{feature}=..." for feature in model.features)
        draft.findings.error(
            "S082", at, message, help=tr("write {name}({example})", name=name, example=example)
        )


def _unknown_function(draft: Draft, path: Path, call: Call) -> None:
    at = draft.within(path, call.start, call.start + len(call.function))
    help = did_you_mean(call.function, [*draft.declared["models"], *FUNCTIONS])
    if not help and _kind(draft, call.function):
        help = tr("to multiply write {name} * (...)", name=call.function)
    draft.findings.error(
        "S031",
        at,
        tr("unknown function '{name}' in {place}", name=call.function, place=describe(path)),
        label=known("functions", FUNCTIONS, most=30),
        help=help,
    )


def _member_fault(draft: Draft, path: Path, owner: str, member: str) -> tuple[str, str]:
    """What is wrong with ``owner.member``, and the easiest fix; empty texts where nothing is."""
    names = draft.declared["technologies"]
    if owner not in names:
        kind = _kind(draft, owner)
        if kind:
            return (
                tr(
                    "'{owner}' is {kind} and has no '.{member}'",
                    owner=owner,
                    kind=kind,
                    member=member,
                ),
                tr("only technologies have levels and a scale"),
            )
        return tr("unknown technology '{owner}'", owner=owner), unknown_help(
            draft, "technologies", owner, path
        )
    levels = draft.levels[owner]
    if member in levels or (member == "scale" and owner in draft.scaled):
        return "", ""
    if member == "scale":
        return tr("technology '{owner}' has no scale", owner=owner), tr(
            "write '{owner}' for whether it is adopted", owner=owner
        )
    if levels:
        return tr(
            "technology '{owner}' has no level '{member}'", owner=owner, member=member
        ), did_you_mean(member, levels) or known("levels", levels)
    help = (
        tr("write '{owner}', or '{owner}.scale' for its amount", owner=owner)
        if owner in draft.scaled
        else tr("write '{owner}'", owner=owner)
    )
    return tr("technology '{owner}' has no levels", owner=owner), help


def _effects(draft: Draft) -> None:
    names = draft.declared["indicators"]
    unknown = [
        (place, name)
        for place, held in effects_written(draft)
        for name in held
        if name not in names
    ]
    for place, name in unknown:
        path: Path = (*place, name)
        at = draft.key(*path)
        help = unknown_help(draft, "indicators", name, path)
        if name in draft.declared["objectives"]:
            help = (
                tr(
                    "'{name}' is an objective with its own expr: effects change indicators",
                    name=name,
                )
                if name in draft.own_objectives
                else tr("declare the indicator: indicators: {{{name}: {{baseline: 0}}}}", name=name)
            )
        draft.findings.error(
            "S012",
            at,
            tr("unknown indicator '{name}' in {key}", name=name, key=path[-2]),
            label=known("indicators", names),
            help=help,
        )


def _member(draft: Draft, path: Path, text: str) -> None:
    owner, dot, member = text.partition(".")
    names = draft.declared["technologies"]
    if owner in names and (not dot or member in draft.levels[owner]):
        return
    where = describe(path[:2])
    if path[2] != "of":
        where = tr("{key} of {place}", key=path[2], place=where)
    if owner not in names:
        kind = _kind(draft, owner)
        message = (
            tr(
                "'{owner}' is {kind}, not a technology, in {place}",
                owner=owner,
                kind=kind,
                place=where,
            )
            if kind
            else tr("unknown technology '{owner}' in {place}", owner=owner, place=where)
        )
        owned = [f"{t}.{text}" for t, levels in draft.levels.items() if text in levels]
        help = tr("did you mean '{name}'?", name=owned[0]) if owned else ""
        help = help or unknown_help(draft, "technologies", owner, path)
        draft.findings.error(
            "S012", draft.at(*path), message, label=known("technologies", names), help=help
        )
    else:
        fault, help = _member_fault(draft, path, owner, member)
        if member == "scale" and owner in draft.scaled:
            fault, help = (
                tr("'{text}' is an amount, and adoption is meant", text=text),
                tr("write '{owner}'", owner=owner),
            )
        draft.findings.error(
            "S012", draft.at(*path), tr("{fault}, in {place}", fault=fault, place=where), help=help
        )


def _acyclic(draft: Draft, section: str, written: Mapping[str, Formula]) -> None:
    uses = {
        name: [
            used
            for leaf in formula.names
            for used in (named(leaf), getattr(leaf, "indicator", ""))
            if used in written
        ]
        for name, formula in written.items()
    }
    for cycle in cycles(uses):
        key = "value" if section == "parameters" else "expr"
        at = draft.at(section, cycle[0].partition("[")[0], key)
        draft.findings.error(
            "S033",
            at,
            tr(_CYCLES[section], cycle=arrows(cycle)),
            help=tr("one of them must not use the next"),
        )


def _kind(draft: Draft, name: str) -> str:
    return next((tr(kind) for s, kind in _KINDS.items() if name in draft.declared[s]), "")
