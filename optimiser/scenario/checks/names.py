"""Names in expressions, effects and prerequisites: each must mean something, and nothing may mean
itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
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
from optimiser.scenario.checks.by_phase import check_phase_value
from optimiser.scenario.checks.cycles import arrows, cycles
from optimiser.scenario.checks.figures import check_figure_call
from optimiser.scenario.diagnostics import did_you_mean, known
from optimiser.scenario.format.formulas import MEMBER, Formula
from optimiser.scenario.format.values import named
from optimiser.scenario.nodes import MappingNode, ScalarNode, SequenceNode
from optimiser.scenario.source.draft import KINDS, Draft, Path, describe, formulas
from optimiser.scenario.source.removals import unknown_help

__all__ = ["check_references", "effect_paths", "member_paths"]

_PLURAL: Final = {
    "parameters": "a parameter",
    "variables": "a variable",
    "indicators": "an indicator",
    "technologies": "a technology",
}
_EXPRESSIONS: Final = ("indicators", "objectives", "constraints", "figures")
_MEMBER_LISTS: Final = {
    "technologies": ("requires", "requires_any", "excludes"),
    "synergies": ("between",),
    "groups": ("of",),
}


def check_references(draft: Draft, /) -> None:
    """Report names that mean nothing in their place, and cycles of parameters and of indicators."""
    for path, formula in formulas(draft.scenario):
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
    at = draft.within(path, leaf.start, leaf.end)
    names = draft.declared["parameters"]
    if isinstance(leaf, Name):
        if leaf.id in names:
            return
        kind = _kind(draft, leaf.id)
        if kind:
            message = f"'{leaf.id}' is {kind}; a number may be an expression over parameters only"
            draft.findings.error(
                "S032",
                at,
                message,
                label=known("parameters", names),
                help=f"{describe(path)} is fixed before a plan is chosen",
            )
            return
        value = ".inf" if leaf.id.lower() in ("inf", "infinity") else spelled_out(leaf.id)
        near = unknown_help(draft, "parameters", leaf.id, path)
        help = near if value is None else f"write {value}"
        draft.findings.error(
            "S031",
            at,
            f"unknown parameter '{leaf.id}' in {describe(path)}",
            label=known("parameters", names),
            help=help,
        )
    elif isinstance(leaf, Call) and leaf.function in draft.declared["models"]:
        message = (
            f"'{leaf.function}' is a fitted model; a number may be an expression over "
            "parameters only"
        )
        draft.findings.error(
            "S032", at, message, help=f"{describe(path)} is fixed before a plan is chosen"
        )
    elif isinstance(leaf, Call):
        _unknown_function(draft, path, leaf)
    elif isinstance(leaf, PhaseReference) and leaf.indicator in names:
        check_phase_value(draft, path, leaf)
    else:
        draft.findings.error(
            "S032", at, f"a number may be an expression over parameters only, in {describe(path)}"
        )


def _in_expression(draft: Draft, path: Path, leaf: Tree) -> None:
    at = draft.within(path, leaf.start, leaf.end)
    match leaf:
        case Name(id=name):
            _name(draft, path, name, leaf)
        case Member(owner=owner, member=member):
            fault, help = _member_fault(draft, path, owner, member)
            if fault:
                draft.findings.error("S031", at, f"{fault}, in {describe(path)}", help=help)
        case PhaseReference():
            _phase_value(draft, path, leaf)
        case Call():
            _call(draft, path, leaf)


def _name(draft: Draft, path: Path, name: str, leaf: Tree) -> None:
    if any(name in draft.declared[section] for section in _PLURAL):
        return
    at = draft.within(path, leaf.start, leaf.end)
    if name in draft.own_objectives:
        message = f"objective '{name}' has its own expr and cannot be used in {describe(path)}"
        draft.findings.error(
            "S032",
            at,
            message,
            help=f"make '{name}' an indicator with this expr; the objective then goes by its name",
        )
        return
    names = [n for section in _PLURAL for n in draft.declared[section]]
    owners = [t for t, levels in draft.levels.items() if name in levels]
    near = unknown_help(draft, "names", name, path)
    help = f"did you mean '{owners[0]}.{name}'?" if owners else near
    if name in draft.declared["models"]:
        help = f"'{name}' is a fitted model: write {name}(feature=...)"
    draft.findings.error(
        "S031",
        at,
        f"unknown name '{name}' in {describe(path)}",
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
        if kind:
            message, help = (
                f"'{leaf.indicator}' is {kind}: only indicators have a value in each phase",
                "",
            )
        else:
            message, help = (
                f"unknown indicator '{leaf.indicator}'",
                did_you_mean(leaf.indicator, names),
            )
        draft.findings.error(
            "S031",
            at,
            f"{message}, in {describe(path)}",
            label=known("indicators", names),
            help=help,
        )
    elif not phases:
        if draft.node_at("phases") is not None:
            return  # what is wrong with them is reported
        message = (
            f"'{leaf.indicator}[\"{leaf.phase}\"]' needs phases, and the scenario has none, in "
            f"{describe(path)}"
        )
        draft.findings.error("S016", at, message, help=f"write {leaf.indicator}, or add phases")
    elif unicodedata.normalize("NFKC", leaf.phase) not in phases:
        message = f"unknown phase '{leaf.phase}' in {describe(path)}"
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
            message = f"model '{name}' has no feature '{keyword}', in {describe(path)}"
            help = did_you_mean(keyword, [f for f in model.features if f not in given])
            draft.findings.error(
                "S082", here, message, label=known("features", model.features), help=help
            )
    missing = [feature for feature in model.features if feature not in given]
    if missing and set(given) <= set(model.features):
        message = f"model '{name}' needs {', '.join(missing)} too, in {describe(path)}"
        example = ", ".join(f"{feature}=..." for feature in model.features)
        draft.findings.error("S082", at, message, help=f"write {name}({example})")


def _unknown_function(draft: Draft, path: Path, call: Call) -> None:
    at = draft.within(path, call.start, call.start + len(call.function))
    help = did_you_mean(call.function, [*draft.declared["models"], *FUNCTIONS])
    if not help and _kind(draft, call.function):
        help = f"to multiply write {call.function} * (...)"
    draft.findings.error(
        "S031",
        at,
        f"unknown function '{call.function}' in {describe(path)}",
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
                f"'{owner}' is {kind} and has no '.{member}'",
                "only technologies have levels and a scale",
            )
        return f"unknown technology '{owner}'", unknown_help(draft, "technologies", owner, path)
    levels = draft.levels[owner]
    if member in levels or (member == "scale" and owner in draft.scaled):
        return "", ""
    if member == "scale":
        return f"technology '{owner}' has no scale", f"write '{owner}' for whether it is adopted"
    if levels:
        return f"technology '{owner}' has no level '{member}'", did_you_mean(
            member, levels
        ) or known("levels", levels)
    return f"technology '{owner}' has no levels", f"write '{owner}'" + (
        f", or '{owner}.scale' for its amount" if owner in draft.scaled else ""
    )


def _effects(draft: Draft) -> None:
    for path, name in effect_paths(draft):
        if name in draft.declared["indicators"]:
            continue
        at = draft.key(*path)
        names = draft.declared["indicators"]
        help = unknown_help(draft, "indicators", name, path)
        if name in draft.declared["objectives"]:
            help = (
                f"'{name}' is an objective with its own expr: effects change indicators"
                if name in draft.own_objectives
                else f"declare the indicator: indicators: {{{name}: {{baseline: 0}}}}"
            )
        draft.findings.error(
            "S012",
            at,
            f"unknown indicator '{name}' in {path[-2]}",
            label=known("indicators", names),
            help=help,
        )


def effect_paths(draft: Draft, /) -> Iterable[tuple[Path, str]]:
    """The path of every effect that is written, with the indicator it changes."""
    places: list[Path] = []
    for name in draft.declared["technologies"]:
        own: Path = ("technologies", name)
        places += [(*own, "effects"), (*own, "effects_per_unit")]
        places += [(*own, "levels", level, "effects") for level in draft.levels[name]]
    places += [("synergies", name, "effects") for name in draft.declared["synergies"]]
    for place in places:
        entries = getattr(draft.node_at(*place), "entries", {})
        for indicator in entries:
            yield (*place, indicator), indicator


def member_paths(draft: Draft, /) -> Iterable[tuple[Path, str]]:
    """The path of every technology or technology.level that is referred to, with its text."""
    for section, keys in _MEMBER_LISTS.items():
        for name in draft.declared[section]:
            for key in keys:
                stack: list[Path] = [(section, name, key)]
                while stack:
                    path = stack.pop()
                    node = draft.node_at(*path)
                    if isinstance(node, SequenceNode):
                        stack += [(*path, i) for i in reversed(range(len(node.items)))]
                    elif isinstance(node, MappingNode) and key == "requires":
                        stack.append((*path, "technology"))
                    elif isinstance(node, ScalarNode) and MEMBER.fullmatch(node.text):
                        yield path, unicodedata.normalize("NFKC", node.text)


def _member(draft: Draft, path: Path, text: str) -> None:
    owner, dot, member = text.partition(".")
    names = draft.declared["technologies"]
    where = describe(path[:2]) if path[2] == "of" else f"{path[2]} of {describe(path[:2])}"
    if owner not in names:
        kind = _kind(draft, owner)
        message = (
            f"'{owner}' is {kind}, not a technology, in {where}"
            if kind
            else f"unknown technology '{owner}' in {where}"
        )
        owners = [t for t, levels in draft.levels.items() if text in levels]
        help = f"did you mean '{owners[0]}.{text}'?" if owners else ""
        help = help or unknown_help(draft, "technologies", owner, path)
        draft.findings.error(
            "S012", draft.at(*path), message, label=known("technologies", names), help=help
        )
    elif dot and member not in draft.levels[owner]:
        fault, help = _member_fault(draft, path, owner, member)
        if member == "scale" and owner in draft.scaled:
            fault, help = f"'{text}' is an amount, and adoption is meant", f"write '{owner}'"
        draft.findings.error("S012", draft.at(*path), f"{fault}, in {where}", help=help)


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
            f"a cycle of {section}: {arrows(cycle)}",
            help="one of them must not use the next",
        )


def _kind(draft: Draft, name: str) -> str:
    for section, kind in _PLURAL.items():
        if name in draft.declared[section]:
            return kind
    if name in draft.declared["objectives"]:
        return "an objective"
    sections = ("models", "synergies", "groups", "constraints", "plans")
    return next((f"a {KINDS[s]}" for s in sections if name in draft.declared[s]), "")
