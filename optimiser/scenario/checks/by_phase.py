"""Checks of parameters that have a value in each phase: one for each, and used where a phase is
meant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from optimiser.expressions import Name, PhaseReference, Tree
from optimiser.language import listed, marked, tr
from optimiser.scenario.diagnostics import did_you_mean, known
from optimiser.scenario.format.schema import Parameter
from optimiser.scenario.source.draft import Draft, Path, describe

__all__ = ["check_by_phase", "check_phase_value"]

_ONE_PHASE: Final = marked('write {name}["{phase}"]')
_FIXES: Final = {
    "indicators": marked(
        "write 'aggregate: mean', total, final or present for it, or {name}[\"{phase}\"]"
    ),
    "constraints": marked("write 'phases: each' for it, or {name}[\"{phase}\"]"),
    "parameters": marked('give it by_phase values too, or write {name}["{phase}"]'),
}


def check_by_phase(draft: Draft, /) -> None:
    """Report values by phase that are incomplete, and uses of them where no phase is meant."""
    for name, parameter in draft.scenario.parameters.items():
        if draft.whole("parameters", name):
            _parameter(draft, name, parameter)
    if not draft.scenario.by_phase:
        return
    for path, formula in draft.formulas:
        for leaf in formula.names:
            if (
                isinstance(leaf, Name)
                and leaf.id in draft.scenario.by_phase
                and not _in_a_phase(draft, path)
            ):
                _without_phase(draft, path, leaf)


def check_phase_value(draft: Draft, path: Path, leaf: PhaseReference, /) -> None:
    """Report what is wrong with a parameter in one phase, ``price["2027"]``."""
    at = draft.within(path, leaf.start, leaf.end)
    name, phases = leaf.indicator, draft.phases
    if draft.node_at("parameters", name, "by_phase") is None:
        message = tr(
            "parameter '{name}' has one value in all phases, in {place}",
            name=name,
            place=describe(path),
        )
        draft.findings.error(
            "S032",
            at,
            message,
            help=tr("write {name}, or give the parameter by_phase values", name=name),
        )
    elif phases and unicodedata.normalize("NFKC", leaf.phase) not in phases:
        draft.findings.error(
            "S012",
            at,
            tr("unknown phase '{phase}' in {place}", phase=leaf.phase, place=describe(path)),
            label=known("phases", phases),
            help=did_you_mean(leaf.phase, phases),
        )


def _in_a_phase(draft: Draft, path: Path) -> bool:
    """Whether a formula is read phase by phase."""
    scenario = draft.scenario
    match path:
        case ("technologies" | "synergies", *_):
            return bool({"effects", "effects_per_unit"} & set(map(str, path)))
        case ("indicators", str(name), key):
            return key == "baseline" or scenario.indicators[name].aggregate is not None
        case ("constraints", str(name), _):
            return scenario.constraints[name].phases is not None
        case ("parameters", str(name), *_):
            return name in scenario.by_phase
        case ("phases", _, "limits", *_) | ("figures", *_):
            return True
    return False


def _without_phase(draft: Draft, path: Path, leaf: Tree) -> None:
    assert isinstance(leaf, Name)
    first = next(iter(draft.phases), "2027")
    help = tr(_FIXES.get(str(path[0]), _ONE_PHASE), name=leaf.id, phase=first)
    message = tr(
        "parameter '{name}' has a value in each phase, and {place} is one number",
        name=leaf.id,
        place=describe(path),
    )
    draft.findings.error("S032", draft.within(path, leaf.start, leaf.end), message, help=help)


def _parameter(draft: Draft, name: str, parameter: Parameter) -> None:
    own: Path = ("parameters", name)
    if parameter.value is None and parameter.by_phase is None:
        draft.findings.error(
            "S013", draft.key(*own), tr("'value' is missing in {place}", place=describe(own))
        )
        return
    if parameter.by_phase is None:
        for key in ("low", "high"):
            if isinstance(getattr(parameter, key), Mapping | tuple):
                message = tr(
                    "'{key}' of parameter '{name}' has a value in each phase, and it has one",
                    key=key,
                    name=name,
                )
                help = tr("write by_phase in place of value, or one number")
                draft.findings.error("S016", draft.key(*own, key), message, help=help)
        return
    if parameter.value is not None:
        message = tr("'value' and 'by_phase' of parameter '{name}' exclude each other", name=name)
        draft.findings.error(
            "S016", draft.key(*own, "by_phase"), message, help=tr("remove one of them (with null)")
        )
    if not draft.phases:
        if draft.node_at("phases") is None:
            message = tr(
                "'by_phase' of parameter '{name}' needs phases, and the scenario has none",
                name=name,
            )
            draft.findings.error(
                "S016", draft.key(*own, "by_phase"), message, help=tr("write value, or add phases")
            )
        return
    for key in ("by_phase", "low", "high"):
        _one_a_phase(draft, (*own, key), getattr(parameter, key))


def _one_a_phase(draft: Draft, path: Path, written: object) -> None:
    phases = draft.phases
    if isinstance(written, tuple) and len(written) != len(phases):
        message = tr(
            "{place} has {values} values, and there are {phases} phases",
            place=describe(path),
            values=len(written),
            phases=len(phases),
        )
        help = tr("write one value a phase, in their order")
        draft.findings.error("S014", draft.at(*path), message, help=help)
    if not isinstance(written, Mapping):
        return
    for phase in written:
        if phase not in phases:
            draft.findings.error(
                "S012",
                draft.key(*path, phase),
                tr("unknown phase '{phase}' in {place}", phase=phase, place=describe(path)),
                label=known("phases", phases),
                help=did_you_mean(phase, phases),
            )
    missing = [phase for phase in phases if phase not in written]
    if missing:
        message = tr(
            "{place} has no value in {missing}", place=describe(path), missing=listed(missing)
        )
        draft.findings.error("S013", draft.key(*path), message, help=tr("write one value a phase"))
