"""Which advice rests on values that may turn out otherwise: those of parameters with a range, and
what is computed from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from optimiser.expressions import Name, PhaseReference, Tree
from optimiser.frozen import dataclass
from optimiser.language import tr
from optimiser.scenario.format.short_forms import EFFECTS
from optimiser.scenario.source.draft import Draft, Path
from optimiser.scenario.source.uncertainty import uncertain

__all__ = ["Uncertain", "named_in", "uncertain_names"]

#: what no advice is computed from
_APART: Final = ("parameters", "constraints", "objectives", "figures", "plans", "ranking", "solver")


@dataclass(frozen=True)
class Uncertain:
    """What depends on parameters with a range.

    Attributes:
        names: such parameters and indicators.
        everywhere: whether decisions or phases do, and so whatever is said.
    """

    names: frozenset[str] = frozenset()
    everywhere: bool = False

    def told(self, message: str, names: Iterable[str], /) -> str:
        """What is said of ``names``, with the values at which it holds."""
        if not self.concerns(names):
            return message
        return tr("{message}, at the parameters' own values", message=message)

    def concerns(self, names: Iterable[str], /) -> bool:
        """Whether something over ``names`` depends on them."""
        return self.everywhere or not self.names.isdisjoint(names)


def uncertain_names(draft: Draft, /) -> Uncertain:
    """What of a scenario depends on parameters with a range."""
    if not any(map(uncertain, draft.scenario.parameters.values())):
        return Uncertain()
    from optimiser.formulate.robust_numbers import depending, sources_of

    sources = sources_of(draft.scenario)
    found = {name.partition("[")[0] for name in depending(draft.scenario, sources)}
    uses, everywhere = defaultdict[str, set[str]](set), False
    for path, formula in draft.formulas:
        used, indicator = named_in(formula.names), _changed(path)
        if indicator:
            uses[indicator] |= used
        elif path[0] not in _APART:
            everywhere |= not used.isdisjoint(found)
    while more := {name for name, used in uses.items() if name not in found and used & found}:
        found |= more
    return Uncertain(frozenset(found), everywhere)


def named_in(leaves: Iterable[Tree], /) -> set[str]:
    """The parameters and indicators among the names of a formula."""
    return {leaf.id for leaf in leaves if isinstance(leaf, Name)} | {
        leaf.indicator for leaf in leaves if isinstance(leaf, PhaseReference)
    }


def _changed(path: Path) -> str:
    """The indicator that a formula is part of, empty where it is of none."""
    if path[0] == "indicators":
        return str(path[1])
    place = next((i for i, key in enumerate(path) if key in EFFECTS), None)
    return "" if place is None else str(path[place + 1])
