"""What an effect means: its size, what it belongs to, and how effects and phases make one value.

With baseline b, the effects e of technologies and levels and s of synergies, and a share y between
0 and 1 (or the amount, where an effect is one per unit) in which each counts::

    add:       b + sum_t sum_e e y_te + sum_s e_s y_s
    compound:  b * prod_t (1 + sum_e e y_te) * prod_s (1 + e_s y_s)

A percentage is one of the baseline where effects add, and one of what the other effects leave where
they compound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from optimiser.expressions import Graph
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Effect, Formula, Indicator

__all__ = [
    "Contributions",
    "Size",
    "Term",
    "combined",
    "combined_each",
    "contributions",
    "effects_of",
    "paid_once",
    "size",
    "synergies_on",
]

_ONE = Fraction(1)

Term = tuple[Fraction, Sequence[int]]
"""A number times nodes."""

Size = tuple[Fraction, tuple["Formula", ...]]
"""A number times expressions over parameters."""


class Contributions(NamedTuple):
    """What one indicator is made of.

    Attributes:
        once: whether effects count in the phase of their start alone.
        technologies: technology -> its effects: the mode each belongs to, its size, and whether it
            is one per unit.
        synergies: the size of each and its members.
    """

    once: bool
    technologies: dict[str, tuple[tuple[str, Size, bool], ...]]
    synergies: tuple[tuple[Size, tuple[str, ...]], ...]


def effects_of(
    scenario: Scenario, technology: str, indicator: str, /
) -> Iterator[tuple[str, Effect, bool]]:
    """The effects of a technology on an indicator: the mode each belongs to (a level, or the
    technology itself where it has none), and whether it is one per unit.
    """
    written = scenario.technologies[technology]
    fixed = written.effects.get(indicator)
    scaled = written.effects_per_unit.get(indicator)
    for mode, own in (
        [(f"{technology}.{name}", level.effects.get(indicator)) for name, level in levels.items()]
        if (levels := written.levels)
        else [(technology, None)]
    ):
        if fixed is not None:
            yield mode, fixed, False
        if scaled is not None:
            yield mode, scaled, True
        if own is not None:
            yield mode, own, False


def synergies_on(scenario: Scenario, indicator: str, /) -> Iterator[tuple[Effect, tuple[str, ...]]]:
    """The effects of synergies on an indicator, each with its members."""
    for synergy in scenario.synergies.values():
        if indicator in synergy.effects:
            yield synergy.effects[indicator], synergy.between


def paid_once(indicator: Indicator, /) -> bool:
    """Whether effects count in the phase of their start alone. Those that compound never do: they
    may say so without phases, where it does not matter.
    """
    return indicator.timing == "one_off" and indicator.combine == "add"


def size(indicator: Indicator, effect: Effect, /) -> Size:
    """An effect in the indicator's unit, or as a share where effects compound."""
    if effect.percent is not None:
        whole = () if indicator.combine == "compound" else (indicator.baseline,)
        return Fraction(1, 100), (effect.percent, *whole)
    assert effect.value is not None
    if effect.value.exact is not None:
        return effect.value.exact, ()
    return _ONE, (effect.value,)


def contributions(scenario: Scenario, /) -> dict[str, Contributions]:
    """What every indicator that effects change is made of."""
    return {
        name: Contributions(
            paid_once(indicator),
            {
                technology: tuple(
                    (mode, size(indicator, effect), scaled) for mode, effect, scaled in own
                )
                for technology in scenario.technologies
                if (own := list(effects_of(scenario, technology, name)))
            },
            tuple(
                (size(indicator, effect), members)
                for effect, members in synergies_on(scenario, name)
            ),
        )
        for name, indicator in scenario.indicators.items()
        if indicator.expr is None
    }


def combined(
    graph: Graph, indicator: Indicator, baseline: int, groups: Iterable[Sequence[Term]], /
) -> int:
    """The node of a value in one phase, from what each technology and each synergy adds."""
    if indicator.combine == "add":
        return graph.combination([(_ONE, [baseline]), *(term for own in groups for term in own)])
    factors = [graph.combination(own, _ONE) for own in groups if own]
    return graph.product([baseline, *factors])


def combined_each(
    graph: Graph, baseline: int, asked: Iterable[tuple[Indicator, Iterable[Sequence[Term]]]], /
) -> list[int]:
    """The same for several indicators of one baseline."""
    return [combined(graph, indicator, baseline, groups) for indicator, groups in asked]
