"""Checks of the horizon: phases, their limits, and when technologies may start."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from optimiser.language import marked, tr
from optimiser.scenario.checks.money import advise_money
from optimiser.scenario.diagnostics import did_you_mean, known
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.phases import Phase, timing
from optimiser.scenario.format.schema import Level, Technology
from optimiser.scenario.nodes import MappingNode, Node, ScalarNode, SequenceNode
from optimiser.scenario.source.draft import Draft, Path, describe

__all__ = ["advise_phases", "allowances", "check_phases"]

_IDLE: Final = marked("'{key}' changes nothing for {kind} indicator '{name}'")
_IDLE_DERIVED: Final = marked("'{key}' changes nothing for derived indicator '{name}'")


def check_phases(draft: Draft, /) -> None:
    """Report phases that cannot be, and what is said about phases that are not there."""
    if not draft.phases:
        _without_phases(draft)
    else:
        _horizon(draft)
        for name, indicator in draft.scenario.indicators.items():
            if (
                indicator.timing == "one_off"
                and indicator.combine == "compound"
                and indicator.expr is None
            ):
                message = tr(
                    "with phases, one_off and compound exclude each other: '{name}' cannot "
                    "be a sum and a product",
                    name=name,
                )
                at = draft.key("indicators", name, "timing")
                draft.findings.error(
                    "S016", at, message, help=tr("let its effects add up, or remove timing")
                )
    for path, mode in _modes(draft):
        _mode(draft, path, mode)
    for name, technology in draft.scenario.technologies.items():
        for place, requirement in enumerate(
            technology.requires if draft.whole("technologies", name) else ()
        ):
            if requirement.lead.literal == 0:
                continue
            path = ("technologies", name, "requires", place, "lead")
            if _whole(draft, path, requirement.lead) and not draft.phases:
                _needs_phases(draft, path)


def advise_phases(draft: Draft, /) -> None:
    """Warn of effects that never come, and of keys that change nothing, in a scenario without
    errors.
    """
    advise_money(draft)
    last = len(draft.phases) - 1
    if last < 0:
        return
    for mode, when in draft.timings.items():
        delay = int(draft.values.get(when.delay) or Fraction(0))
        if when.earliest + delay > last and _ongoing(draft, mode):
            owner, _, level = mode.partition(".")
            path: Path = (
                ("technologies", owner, "levels", level) if level else ("technologies", owner)
            )
            message = tr(
                "the ongoing effects of {place} never come: they begin {delay} phases "
                "after its start",
                place=describe(path),
                delay=delay,
            )
            draft.findings.warning(
                "S120", draft.key(*path), message, help=tr("shorten the delay, or start it earlier")
            )
    scenario = draft.scenario
    paid = [i for i in scenario.indicators.values() if i.timing == "one_off" and i.expr is None]
    if scenario.carry_over and not any(phase.limits for phase in scenario.phases):
        draft.findings.warning(
            "S120", draft.key("carry_over"), tr("'carry_over' changes nothing: no phase has limits")
        )
    present = any(i.aggregate == "present" for i in scenario.indicators.values())
    if draft.values.get(scenario.discount_rate) and not (
        present or any(indicator.discount for indicator in paid)
    ):
        message = tr("'discount_rate' changes nothing: no one_off indicator is discounted")
        draft.findings.warning(
            "S120",
            draft.key("discount_rate"),
            message,
            help=tr(
                "write 'timing: one_off' for what is spent, 'aggregate: present' for what is saved"
            ),
        )
    _idle_keys(draft)


def _idle_keys(draft: Draft) -> None:
    for name, indicator in draft.scenario.indicators.items():
        idle = ["timing", "discount"] if indicator.expr is not None else []
        if indicator.expr is None:
            idle = ["aggregate"] if indicator.timing == "one_off" else ["discount"]
        for key in idle:
            if draft.node_at("indicators", name, key) is not None:
                message = tr(
                    _IDLE if indicator.expr is None else _IDLE_DERIVED,
                    key=key,
                    kind=indicator.timing,
                    name=name,
                )
                draft.findings.warning(
                    "S120", draft.key("indicators", name, key), message, help=tr("leave it out")
                )


def allowances(draft: Draft, /) -> dict[str, list[Fraction | None]]:
    """For each limited indicator the most that each phase can spend, with carry-over all that was
    there until then.
    """
    scenario = draft.scenario
    found: dict[str, list[Fraction | None]] = {}
    for name in dict.fromkeys(name for phase in scenario.phases for name in phase.limits):
        limits = [draft.values.get(phase.limits.get(name)) for phase in scenario.phases]
        found[name] = limits
        if scenario.carry_over:
            found[name] = list(itertools.accumulate(limit or Fraction(0) for limit in limits))
    return found


def _modes(draft: Draft) -> Iterator[tuple[Path, Technology | Level]]:
    for name, technology in draft.scenario.technologies.items():
        yield ("technologies", name), technology
        for level, content in technology.levels.items():
            yield ("technologies", name, "levels", level), content


def _needs_phases(draft: Draft, path: Path) -> None:
    if draft.node_at("phases") is not None:
        return  # what is wrong with them is reported
    message = tr(
        "'{key}' of {place} needs phases, and the scenario has none",
        key=path[-1],
        place=describe(path[:2]),
    )
    draft.findings.error(
        "S016",
        draft.key(*path),
        message,
        help=tr('write phases: [{name: "2027"}, {name: "2028"}], or remove it'),
    )


def _without_phases(draft: Draft) -> None:
    written = draft.node_at("phases")
    if written is not None:
        if isinstance(written, SequenceNode) and not written.items:
            help = tr('write for example phases: [{name: "2027"}, {name: "2028"}]')
            draft.findings.error("S014", draft.at("phases"), tr("'phases' is empty"), help=help)
        return
    for key in ("carry_over", "discount_rate"):
        if key == "discount_rate" and draft.scenario.years is not None:
            continue
        if draft.node_at(key) is not None:
            message = tr(
                "'{key}' changes nothing: without phases everything happens at once", key=key
            )
            draft.findings.warning(
                "S120", draft.key(key), message, help=tr("add phases, or leave it out")
            )


def _mode(draft: Draft, path: Path, mode: Technology | Level) -> None:
    """The times of a technology or level: known phases, whole delays, shares."""
    if not draft.phases:
        keys = getattr(draft.node_at(*path), "entries", {})
        for key in (key for key in ("earliest", "latest", "delay", "ramp") if key in keys):
            _needs_phases(draft, (*path, key))
        return
    known_phases = True
    for key, phase in (("earliest", mode.earliest), ("latest", mode.latest)):
        if phase is not None and phase not in draft.phases:
            known_phases = False
            message = tr(
                "unknown phase '{phase}' for '{key}' of {place}",
                phase=phase,
                key=key,
                place=describe(path),
            )
            help = did_you_mean(phase, draft.phases)
            draft.findings.error(
                "S012",
                draft.at(*path, key),
                message,
                label=known("phases", draft.phases),
                help=help,
            )
    if mode.delay is not None:
        _whole(draft, (*path, "delay"), mode.delay)
    for place, share in enumerate(mode.ramp or ()):
        value = draft.values.get(share)
        if value is not None and not 0 <= value <= 1:
            message = tr(
                "a share of 'ramp' lies between 0 and 1, and {place} has {share}",
                place=describe(path),
                share=share.text,
            )
            help = tr("write 0.5 for half of the effect")
            draft.findings.error("S059", draft.at(*path, "ramp", place), message, help=help)
    owner = draft.scenario.technologies[str(path[1])]
    if known_phases and all(p is None or p in draft.phases for p in (owner.earliest, owner.latest)):
        when = timing(owner, mode if isinstance(mode, Level) else None, draft.phases)
        if when.earliest > when.latest:
            names = list(draft.phases)
            message = tr(
                "earliest phase {earliest} of {place} comes after its latest, {latest}",
                earliest=names[when.earliest],
                place=describe(path),
                latest=names[when.latest],
            )
            at = draft.key(*path, "earliest" if mode.earliest is not None else "latest")
            draft.findings.error("S043", at, message, help=tr("swap them"))


def _whole(draft: Draft, path: Path, formula: Formula) -> bool:
    """Whether a number of phases is above 0; what is not a whole number from 0 is reported."""
    value = draft.values.get(formula)
    if value is None:
        return False
    if value.denominator != 1 or value < 0:
        message = tr(
            "'{key}' counts phases: expected 0, 1, 2, ..., got {written}, in {place}",
            key=path[-1],
            written=formula.text,
            place=describe(path[:-1]),
        )
        draft.findings.error("S059", draft.at(*path), message, help=tr("write a whole number"))
        return False
    return value > 0


def _placed(draft: Draft) -> Iterator[tuple[int, Phase]]:
    """The phases, each with the position at which it is written: the schema may have refused
    others.
    """
    written = [_written_name(item) for item in getattr(draft.node_at("phases"), "items", ())]
    place = -1
    for phase in draft.scenario.phases:
        place = written.index(phase.name, place + 1)
        yield place, phase


def _written_name(item: Node) -> str:
    name = item.get("name") if isinstance(item, MappingNode) else None
    return unicodedata.normalize("NFKC", name.text.strip()) if isinstance(name, ScalarNode) else ""


def _horizon(draft: Draft) -> None:
    lines: dict[str, int] = {}
    for place, phase in _placed(draft):
        if phase.name in lines:
            line = lines[phase.name]  # 0 of what is made in Python
            message = tr("phase '{phase}' is there already", phase=phase.name)
            at = draft.at("phases", place, "name")
            draft.findings.error(
                "S006",
                at,
                message,
                label=tr("first written in line {line}", line=line) if line else "",
                help=tr("rename one of them"),
            )
        lines.setdefault(phase.name, draft.at("phases", place, "name").line)
        years = draft.values.get(phase.years)
        if years is not None and years <= 0:
            message = tr(
                "'years' of phase '{phase}' must be above 0, and is {years}",
                phase=phase.name,
                years=phase.years.text,
            )
            draft.findings.error(
                "S059",
                draft.at("phases", place, "years"),
                message,
                help=tr("write how long the phase is"),
            )
        for name in phase.limits:
            _limit(draft, ("phases", place, "limits", name), name, phase.name)
    rate = draft.values.get(draft.scenario.discount_rate)
    if rate is not None and rate <= -1:
        message = tr(
            "'discount_rate' must be above -1, and is {rate}",
            rate=draft.scenario.discount_rate.text,
        )
        draft.findings.error(
            "S059", draft.at("discount_rate"), message, help=tr("write 0.05 for 5 % a year")
        )
    elif rate is not None and rate > 1:
        message = tr(
            "'discount_rate' {rate} is {percent:g} % a year",
            rate=draft.scenario.discount_rate.text,
            percent=float(100 * rate),
        )
        draft.findings.warning(
            "S121", draft.at("discount_rate"), message, help=tr("write 0.05 for 5 % a year")
        )
    if draft.scenario.carry_over:
        _carried(draft)


def _limit(draft: Draft, path: Path, name: str, phase: str) -> None:
    names = draft.declared["indicators"]
    if name not in names:
        message = tr("unknown indicator '{name}' in {place}", name=name, place=describe(path[:3]))
        help = did_you_mean(name, names)
        draft.findings.error(
            "S012", draft.key(*path), message, label=known("indicators", names), help=help
        )
        return
    indicator = draft.scenario.indicators.get(name)
    if indicator is not None and (indicator.expr is not None or indicator.timing != "one_off"):
        if indicator.expr is not None:
            message = tr(
                "'{name}' is derived: limits cap what is spent in a phase, on one_off indicators",
                name=name,
            )
            help = tr('write a constraint: {name}["{phase}"] <= ...', name=name, phase=phase)
        else:
            message = tr(
                "'{name}' is ongoing: limits cap what is spent in a phase, on one_off indicators",
                name=name,
            )
            help = tr(
                "write a constraint: {name}[\"{phase}\"] <= ..., or 'timing: one_off' for the "
                "indicator",
                name=name,
                phase=phase,
            )
        draft.findings.error("S016", draft.key(*path), message, help=help)


def _carried(draft: Draft) -> None:
    """With carry_over every phase has the limit."""
    limited = dict.fromkeys(name for phase in draft.scenario.phases for name in phase.limits)
    for name in limited:
        indicator = draft.scenario.indicators.get(name)
        if indicator is None or indicator.timing != "one_off":
            continue  # is reported
        for place, phase in _placed(draft):
            if draft.node_at("phases", place, "limits", name) is None:
                message = tr(
                    "with carry_over every phase needs the limit of '{name}', and "
                    "'{phase}' has none",
                    name=name,
                    phase=phase.name,
                )
                help = tr(
                    "write limits: {{{name}: 0}} where nothing is added to what is left", name=name
                )
                draft.findings.error("S013", draft.key("phases", place), message, help=help)


def _ongoing(draft: Draft, mode: str) -> bool:
    """Whether a technology or level has an effect on an ongoing indicator."""
    owner, _, level = mode.partition(".")
    technology = draft.scenario.technologies[owner]
    names = [
        *technology.effects,
        *technology.effects_per_unit,
        *(technology.levels[level].effects if level else ()),
    ]
    return any(draft.scenario.indicators[name].timing == "ongoing" for name in names)
