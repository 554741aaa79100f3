"""Checks of money over time: how long the horizon is, what wears out, what is discounted."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from optimiser.expressions import Baseline, ComparisonChain, Name, Sum, Tree, walk
from optimiser.language import marked, tr
from optimiser.scenario.diagnostics import did_you_mean, known
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.schema import Indicator, Level, Technology
from optimiser.scenario.source.draft import Draft, Path, describe

__all__ = ["advise_money", "check_money", "is_paid"]

#: something that is bought again more often is no investment
_MOST_RENEWALS: Final = 1_000
#: what is valued year by year costs time and memory for each of them
_MOST_YEARS: Final = 10_000

_BOUGHT_AGAIN: Final = marked(
    "{place} is bought again before its effects begin: a lifetime of {lifetime:g} years, and "
    "{wait:g} years of delay"
)
_WORN_OUT: Final = marked(
    "{place} is worn out before its effects begin: a lifetime of {lifetime:g} years, and {wait:g} "
    "years of delay"
)


def check_money(draft: Draft, /) -> None:
    """Report what needs a horizon that is not there, lifetimes out of range, and phases of
    constraints.
    """
    _length(draft)
    _count_of_years(draft)
    _bases(draft)
    for path, formula in _lifetimes(draft):
        _lifetime(draft, path, formula)
    for name, indicator in draft.scenario.indicators.items():
        if indicator.expr is not None and indicator.aggregate is not None:
            _aggregated(draft, name, indicator.expr)
    for name, constraint in draft.scenario.constraints.items():
        if constraint.phases is not None:
            _constraint_phases(draft, name, constraint.phases)


def advise_money(draft: Draft, /) -> None:
    """Warn of lifetimes shorter than delays, of what changes nothing, and of discounted and
    undiscounted money that is added.
    """
    if draft.phases:
        _short_lives(draft)
    _idle(draft)
    scenario = draft.scenario
    if not draft.values.get(scenario.discount_rate):
        return
    for path, formula in _sums(draft):
        for tree in walk(formula.tree):
            if isinstance(tree, Sum):
                found = [_money(draft, term) for _, term in tree.terms]
                if _mixed(draft, path, found):
                    break


# -- errors


def _length(draft: Draft) -> None:
    """How long the horizon is, where that is needed."""
    scenario = draft.scenario
    if draft.node_at("phases") is not None:
        if scenario.years is not None:
            message = tr("'years' and 'phases' exclude each other: each phase has its own years")
            draft.findings.error("S016", draft.key("years"), message, help=tr("remove 'years'"))
        return
    if scenario.years is not None:
        years = draft.values.get(scenario.years)
        if years is not None and years <= 0:
            message = tr("'years' must be above 0, and is {years}", years=scenario.years.text)
            draft.findings.error(
                "S059", draft.at("years"), message, help=tr("write how long the horizon is")
            )
        return
    for path in _needing_years(draft):
        message = tr(
            "'{key}' needs to know how long the horizon is, and there are no phases", key=path[-1]
        )
        draft.findings.error(
            "S016", draft.key(*path), message, help=tr("write 'years: 10' at the top, or phases")
        )


def _count_of_years(draft: Draft) -> None:
    """A horizon too long to be valued year by year."""
    lengths = _lengths(draft)
    if sum(lengths) <= _MOST_YEARS or not any(_needing_years(draft)):
        return
    at: Path = ("years",)
    if draft.phases:
        at = ("phases", lengths.index(max(lengths)), "years")
    message = tr(
        "the horizon is longer than {number:,} years, each of which counts", number=_MOST_YEARS
    )
    draft.findings.error("S059", draft.at(*at), message, help=tr("write its length in years"))


def _lengths(draft: Draft) -> list[Fraction]:
    """The years of each phase, 0 where they are not known."""
    found = (draft.values.get(phase.years) for phase in draft.scenario.horizon)
    return [years or Fraction(0) for years in found]


def _needing_years(draft: Draft) -> Iterator[Path]:
    if draft.scenario.residual_value is not None:
        yield ("residual_value",)
    for path, _ in _lifetimes(draft):
        yield path
    for name, indicator in draft.scenario.indicators.items():
        if indicator.aggregate == "present":
            yield ("indicators", name, "aggregate")
    for name in draft.scenario.figures:
        yield ("figures", name)


def _lifetimes(draft: Draft) -> Iterator[tuple[Path, Formula]]:
    for name, technology in draft.scenario.technologies.items():
        if technology.lifetime is not None:
            yield ("technologies", name, "lifetime"), technology.lifetime
        for level, content in technology.levels.items():
            if content.lifetime is not None:
                yield ("technologies", name, "levels", level, "lifetime"), content.lifetime


def _lifetime(draft: Draft, path: Path, formula: Formula) -> None:
    value = draft.values.get(formula)
    if value is None:
        return
    horizon = sum(_lengths(draft))
    if value <= 0:
        message = tr(
            "'lifetime' must be above 0, and is {written}, in {place}",
            written=formula.text,
            place=describe(path[:-1]),
        )
        draft.findings.error("S059", draft.at(*path), message, help=tr("write years: lifetime: 10"))
    elif horizon > _MOST_RENEWALS * value:
        message = tr(
            "with a lifetime of {written} years {place} is bought more than {number:,} times",
            written=formula.text,
            place=describe(path[:-1]),
            number=_MOST_RENEWALS,
        )
        draft.findings.error("S059", draft.at(*path), message, help=tr("a lifetime counts years"))


def _aggregated(draft: Draft, name: str, expr: Formula) -> None:
    """A derived indicator with a value in every phase uses no payments."""
    paid = [leaf for leaf in expr.names if isinstance(leaf, Name) and is_paid(draft, leaf.id)]
    if paid:
        message = tr(
            "'aggregate' of derived indicator '{name}' asks for a value in every phase, "
            "and '{other}' is paid once",
            name=name,
            other=paid[0].id,
        )
        draft.findings.error(
            "S016",
            draft.key("indicators", name, "aggregate"),
            message,
            help=tr(
                "aggregate what is ongoing in an indicator of its own, and add '{other}' in "
                "another",
                other=paid[0].id,
            ),
        )


def is_paid(draft: Draft, name: str, /) -> bool:
    """Whether an indicator, or one that it is derived from, is paid once."""
    seen, stack = set(), [name]
    while stack:
        current = stack.pop()
        indicator = draft.scenario.indicators.get(current)
        if indicator is None or current in seen:
            continue
        seen.add(current)
        if indicator.expr is None:
            if indicator.timing == "one_off":
                return True
        elif indicator.aggregate is None:
            stack += [leaf.id for leaf in indicator.expr.names if isinstance(leaf, Name)]
    return False


def _bases(draft: Draft) -> None:
    """What base() is asked of is an indicator."""
    for path, formula in draft.formulas:
        for tree in walk(formula.tree) if path[-1] == "expr" else ():
            if not isinstance(tree, Baseline):
                continue
            name = tree.of.id if isinstance(tree.of, Name) else tree.of.indicator
            if name in draft.declared["indicators"]:
                continue
            at = draft.within(path, tree.of.start, tree.of.end)
            message = tr(
                "base asks for an indicator, and '{name}' is none, in {place}",
                name=name,
                place=describe(path),
            )
            draft.findings.error("S032", at, message, help=tr("write base(bill)"))


def _constraint_phases(draft: Draft, name: str, phases: tuple[str, ...]) -> None:
    own: Path = ("constraints", name, "phases")
    if not draft.phases:
        if draft.node_at("phases") is None:
            message = tr(
                "'phases' of constraint '{name}' needs phases, and the scenario has none", name=name
            )
            draft.findings.error("S016", draft.key(*own), message, help=tr("leave it out"))
        return
    for place, phase in enumerate(phases):
        if phase not in draft.phases and phases != ("each",):
            draft.findings.error(
                "S012",
                draft.at(*own, place),
                tr("unknown phase '{phase}' in {place}", phase=phase, place=describe(own)),
                label=known("phases", draft.phases),
                help=did_you_mean(phase, ["each", *draft.phases]),
            )


# -- warnings


def _short_lives(draft: Draft) -> None:
    horizon = [draft.values.get(phase.years) or Fraction(1) for phase in draft.scenario.horizon]
    for mode, when in draft.timings.items():
        lifetime = draft.values.get(when.lifetime)
        delay = int(draft.values.get(when.delay) or 0)
        if lifetime is None or not delay:
            continue
        waits = [
            sum(horizon[start : start + delay], Fraction(0))
            for start in when.starts
            if start + delay < len(horizon)
        ]
        if waits and (lifetime < min(waits) or (lifetime == min(waits) and not when.replace)):
            owner, _, level = mode.partition(".")
            path: Path = ("technologies", owner, *(("levels", level) if level else ()))
            message = tr(
                _BOUGHT_AGAIN if when.replace else _WORN_OUT,
                place=describe(path),
                lifetime=float(lifetime),
                wait=float(min(waits)),
            )
            draft.findings.warning(
                "S122", draft.key(*path), message, help=tr("a lifetime counts from the start")
            )


def _idle(draft: Draft) -> None:
    scenario = draft.scenario
    for name, technology in scenario.technologies.items():
        levels = technology.levels.items()
        modes: list[tuple[Path, Technology | Level]] = [((), technology)]
        modes += [(("levels", key), level) for key, level in levels]
        if technology.lifetime is not None or any(v.lifetime is not None for _, v in levels):
            continue
        for path, mode in modes:
            if mode.replace is False:
                place: Path = ("technologies", name, *path, "replace")
                message = tr(
                    "'replace' changes nothing: {place} has no lifetime", place=describe(place[:-1])
                )
                draft.findings.warning(
                    "S120", draft.key(*place), message, help=tr("write a lifetime")
                )
    for name, indicator in scenario.indicators.items():
        if not indicator.residual and (
            scenario.residual_value is None or indicator.timing != "one_off"
        ):
            message = (
                tr("'residual' changes nothing: without residual_value nothing is credited")
                if scenario.residual_value is None
                else tr("'residual' changes nothing: '{name}' is not paid once", name=name)
            )
            at = draft.key("indicators", name, "residual")
            draft.findings.warning("S120", at, message, help=tr("leave it out"))
    if scenario.discount_timing != "end" and not any(
        indicator.aggregate == "present" for indicator in scenario.indicators.values()
    ):
        message = tr("'discount_timing' changes nothing: no indicator has 'aggregate: present'")
        draft.findings.warning(
            "S120", draft.key("discount_timing"), message, help=tr("leave it out")
        )


def _sums(draft: Draft) -> Iterator[tuple[Path, Formula]]:
    """The expressions in which money may be added."""
    scenario = draft.scenario
    for name, indicator in scenario.indicators.items():
        if indicator.expr is not None and indicator.aggregate is None:
            yield ("indicators", name, "expr"), indicator.expr
    for name, objective in scenario.objectives.items():
        if objective.expr is not None:
            yield ("objectives", name, "expr"), objective.expr
    for name, constraint in scenario.constraints.items():
        if constraint.phases is None:
            yield ("constraints", name, "expr"), constraint.expr


def _money(draft: Draft, term: Tree) -> dict[str, bool]:
    """The indicators of a term, derived ones as what they are derived from, each with whether it is
    discounted.
    """
    found: dict[str, bool] = {}
    stack: list[Tree] = [term]
    seen: set[str] = set()
    while stack:
        tree = stack.pop()
        if isinstance(tree, Sum | ComparisonChain) and tree is not term:
            continue  # a sum of its own
        if isinstance(tree, Name):
            indicator = draft.scenario.indicators.get(tree.id)
            if indicator is None or tree.id in seen:
                continue
            seen.add(tree.id)
            if indicator.expr is not None and indicator.aggregate is None:
                stack += [leaf for leaf in indicator.expr.names if isinstance(leaf, Name)]
            else:
                found[tree.id] = _discounted(draft, indicator)
        elif isinstance(tree, Baseline):
            stack.append(tree.of)
        else:
            stack += [part for part in walk(tree) if isinstance(part, Name | Baseline)]
    return found


def _discounted(draft: Draft, indicator: Indicator) -> bool:
    if indicator.expr is None and indicator.timing == "one_off":
        return indicator.discount or not draft.phases  # then all of it is paid at once
    return indicator.aggregate == "present"


def _mixed(draft: Draft, path: Path, terms: list[dict[str, bool]]) -> bool:
    """Whether a sum adds both kinds, of one unit; that is said."""
    indicators = draft.scenario.indicators
    for place, term in enumerate(terms):
        for name, discounted in term.items():
            if not discounted:
                continue
            for other, own in enumerate(terms):
                plain = [
                    n
                    for n, d in own.items()
                    if not d and other != place and indicators[n].unit == indicators[name].unit
                ]
                if plain:
                    message = tr(
                        "{place} adds discounted and undiscounted money: '{name}' is "
                        "discounted, and '{other}' is not",
                        place=describe(path),
                        name=name,
                        other=plain[0],
                    )
                    help = tr("write 'aggregate: present' for '{other}'", other=plain[0])
                    if indicators[plain[0]].timing == "one_off":
                        help = tr(
                            "discount both: remove 'discount: false' of '{other}'", other=plain[0]
                        )
                    draft.findings.warning("S123", draft.at(*path), message, help=help)
                    return True
    return False
