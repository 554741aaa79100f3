"""Checks of indicators and of what changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from optimiser.language import tr
from optimiser.scenario.checks.mentions import effects_written
from optimiser.scenario.format.schema import Effect, Indicator, Technology
from optimiser.scenario.source.draft import Draft, Path, describe

__all__ = ["check_effects", "share"]


def check_effects(draft: Draft, /) -> None:
    """Report indicators and effects that do not fit together."""
    for name, indicator in draft.scenario.indicators.items():
        _indicator(draft, name, indicator)
    for place, held in effects_written(draft):
        for name, entry in held.items():
            written = draft.scenario.indicators.get(name)
            if written is not None:
                _effect(draft, (*place, name), written, getattr(entry.value, "entries", {}))
    compound = [
        name
        for name, indicator in draft.scenario.indicators.items()
        if indicator.combine == "compound" and indicator.expr is None
    ]
    for name, technology in draft.scenario.technologies.items():
        _technology(draft, name, technology, compound)
    for name, synergy in draft.scenario.synergies.items():
        _between(draft, name, synergy.between)


def share(draft: Draft, effect: Effect | None, /) -> Fraction:
    """A percentage as a share; 0 where there is none."""
    value = None if effect is None else draft.values.get(effect.percent)
    return Fraction(0) if value is None else value / 100


def _indicator(draft: Draft, name: str, indicator: Indicator) -> None:
    own: Path = ("indicators", name)
    if indicator.expr is not None:
        for key in ("baseline", "combine"):
            if draft.node_at(*own, key) is not None:
                message = tr(
                    "'{key}' and 'expr' of indicator '{name}' exclude each other",
                    key=key,
                    name=name,
                )
                draft.findings.error(
                    "S016",
                    draft.key(*own, key),
                    message,
                    help=tr("remove '{key}': a derived indicator is what its expr says", key=key),
                )
    elif indicator.combine == "compound" and draft.whole("indicators", name):
        baseline = draft.values.get(indicator.baseline)
        if baseline is not None and baseline <= 0:
            written = draft.node_at(*own, "baseline") is not None
            at = draft.at(*own, "baseline") if written else draft.key(*own)
            message = (
                tr("compound indicator '{name}' needs a baseline above 0", name=name)
                if written
                else tr(
                    "compound indicator '{name}' needs a baseline above 0, and has none", name=name
                )
            )
            draft.findings.error("S041", at, message, help=tr("write for example 'baseline: 100'"))


def _effect(draft: Draft, path: Path, indicator: Indicator, keys: Mapping[str, object], /) -> None:
    """One that is written with these keys."""
    name = path[-1]
    if indicator.expr is not None:
        message = tr(
            "'{name}' is a derived indicator and takes no effects, in {place}",
            name=name,
            place=describe(path[:2]),
        )
        draft.findings.error(
            "S040",
            draft.key(*path),
            message,
            help=tr("put the effect on an indicator that its expr uses"),
        )
        return
    if indicator.combine == "compound":
        if "value" in keys and "percent" not in keys:
            message = tr(
                "'{name}' is a compound indicator and takes percentages only, in {place}",
                name=name,
                place=describe(path[:2]),
            )
            draft.findings.error(
                "S041",
                draft.at(*path, "value"),
                message,
                help=tr("write +4%, or remove 'combine: compound'"),
            )
        return
    if "percent" not in keys or not draft.whole("indicators", str(name)):
        return
    baseline = draft.values.get(indicator.baseline)
    if baseline == 0:
        message = tr("a percentage of '{name}' means nothing: its baseline is 0", name=name)
        help = tr("give the effect in units, or write a baseline for '{name}'", name=name)
        draft.findings.error("S042", draft.at(*path, "percent"), message, help=help)
    elif baseline is not None and baseline < 0:
        message = tr(
            "a percentage of '{name}' counts of its negative baseline: +1% lowers it", name=name
        )
        draft.findings.warning(
            "S109",
            draft.at(*path, "percent"),
            message,
            help=tr("give the effect in units if this is not meant"),
        )


def _technology(draft: Draft, name: str, technology: Technology, compound: Sequence[str]) -> None:
    own, keys = ("technologies", name), draft.keys["technologies"][name]
    levels, scaled = "levels" in keys, "scale" in keys
    if levels and scaled:
        message = tr("'levels' and 'scale' of technology '{name}' exclude each other", name=name)
        draft.findings.error(
            "S016",
            draft.key(*own, "scale"),
            message,
            help=tr("make it two technologies that exclude each other"),
        )
    if levels and not draft.levels[name] and draft.whole("technologies", name):
        draft.findings.error(
            "S014",
            draft.at(*own, "levels"),
            tr("technology '{name}' has no levels to choose from", name=name),
            help=tr("write one, or remove 'levels'"),
        )
    if not scaled and "effects_per_unit" in keys:
        message = tr("'effects_per_unit' of technology '{name}' needs a scale", name=name)
        draft.findings.error(
            "S016",
            draft.key(*own, "effects_per_unit"),
            message,
            help=tr("write 'scale: {min: 1, max: 10}', or use 'effects'"),
        )
    for indicator in compound:
        _factors(draft, name, technology, indicator)


def _factors(draft: Draft, name: str, technology: Technology, indicator: str) -> None:
    """Each factor of a compound indicator that this technology can bring is above 0."""
    own: Path = ("technologies", name)
    fixed = share(draft, technology.effects.get(indicator))
    factors: dict[Path, Fraction] = {}
    if technology.levels:
        for level, content in technology.levels.items():
            place: Path = (*own, "levels", level, "effects", indicator)
            if indicator not in content.effects:
                place = (*own, "effects", indicator)
            factors[place] = 1 + fixed + share(draft, content.effects.get(indicator))
    elif technology.scale is not None and indicator in technology.effects_per_unit:
        unit = share(draft, technology.effects_per_unit[indicator])
        amounts = [draft.values.get(technology.scale.min), draft.values.get(technology.scale.max)]
        ends = [1 + fixed + unit * amount for amount in amounts if amount is not None]
        factors[(*own, "effects_per_unit", indicator)] = min(ends, default=Fraction(1))
    else:
        factors[(*own, "effects", indicator)] = 1 + fixed
    for place, factor in factors.items():
        _positive(draft, place, indicator, factor)


def _positive(draft: Draft, place: Path, indicator: str, factor: Fraction) -> None:
    if factor <= 0:
        message = tr(
            "{place} multiplies compound indicator '{indicator}' by {factor:g}: a factor "
            "must be above 0",
            place=describe(place[:2]),
            indicator=indicator,
            factor=float(factor),
        )
        draft.findings.error(
            "S041",
            draft.at(*place, "percent"),
            message,
            help=tr("a percentage must stay above -100%"),
        )


def _between(draft: Draft, name: str, members: tuple[str, ...]) -> None:
    synergy = draft.scenario.synergies[name]
    if len(set(members)) < 2 and draft.whole("synergies", name):
        message = tr(
            "synergy '{name}' needs two technologies or more, and has {number}",
            name=name,
            number=len(set(members)),
        )
        draft.findings.error(
            "S014",
            draft.at("synergies", name, "between"),
            message,
            help=tr("write between: [a, b]"),
        )
    for indicator, effect in synergy.effects.items():
        written = draft.scenario.indicators.get(indicator)
        if written is not None and written.combine == "compound" and written.expr is None:
            _positive(
                draft,
                ("synergies", name, "effects", indicator),
                indicator,
                1 + share(draft, effect),
            )
