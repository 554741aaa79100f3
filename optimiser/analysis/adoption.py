"""What plans adopt: in all of them, in some, in none; together; and by which rules it follows from
what is reached.

References:
    Liesiö, Mild, Salo (2007), EJOR 181: the core index of a project is the share of the
    non-dominated portfolios that hold it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heapreplace
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.results.table import number

if TYPE_CHECKING:
    from optimiser.front import Flags, Floats, Front
    from optimiser.scenario import Scenario

__all__ = ["Pair", "Rule", "adopted", "choices", "pairs", "rules", "shares", "trade_offs"]

MOST_RULES: Final = 12
"""Rules are to be few: those that tell most of what plans adopt."""

_MOST_PAIRS = 10_000
_LEAST_PLANS = 2  # a rule about one plan is a description of it
_LEAST_SHARE = 50  # a rule that tells nothing new of more than a fiftieth of the plans is left out


@dataclass(frozen=True)
class Pair:
    """Two technologies, and the share of the plans that adopt both."""

    technologies: tuple[str, str]
    both: float


@dataclass(frozen=True)
class Rule:
    """Every plan that holds the condition adopts a technology, or none does.

    Attributes:
        condition: ``iot``, ``not iot``, ``capex >= 9``: as --with, --without, --where take it.
        technology: what follows for.
        adopts: whether it is adopted, or is not.
        objective: whose limit the condition is; empty where it is an adoption.
        plans: how many hold the condition.
    """

    condition: str
    technology: str
    adopts: bool
    objective: str
    plans: int

    @property
    def conclusion(self) -> str:
        """``ai`` or ``not ai``."""
        return self.technology if self.adopts else f"not {self.technology}"


def choices(scenario: Scenario, front: Front, /) -> list[str]:
    """The decisions that are adopted or not: technologies, and variables of yes or no."""
    variables = scenario.variables
    return [
        name
        for name in front.decision_columns
        if name not in variables or variables[name].type == "binary"
    ]


def adopted(front: Front, names: Sequence[str], /) -> Flags:
    """(k, t) which plans adopt which of these decisions."""
    places = [front.decision_places[name] for name in names]
    cells = [[row[place] != "0" for place in places] for row in front.cells]
    return np.array(cells, dtype=bool).reshape(len(front), len(names))


def shares(names: Sequence[str], adopting: Flags, /) -> dict[str, float]:
    """The share of the plans that adopt each technology.

    Args:
        names: t technologies.
        adopting: (k, t) which plans adopt which.
    """
    k = len(adopting)
    counts = adopting.sum(axis=0).tolist()
    return {name: count / k if k else 0.0 for name, count in zip(names, counts, strict=True)}


def pairs(names: Sequence[str], adopting: Flags, /) -> tuple[Pair, ...]:
    """Every two technologies, those that are most often adopted together first; of more than 10,000
    pairs these.

    Args:
        names: t technologies.
        adopting: (k, t) which plans adopt which.
    """
    both = adopting.T.astype(np.float64) @ adopting.astype(np.float64) / max(1, len(adopting))
    first, second = np.triu_indices(len(names), 1)
    share = both[first, second]
    order = np.argsort(-share, kind="stable")[:_MOST_PAIRS]
    return tuple(
        Pair((names[i], names[j]), together)
        for i, j, together in zip(
            first[order].tolist(), second[order].tolist(), share[order].tolist(), strict=True
        )
    )


def trade_offs(front: Front, names: Sequence[str], adopting: Flags, /) -> tuple[Rule, ...]:
    """Beyond which value of an objective every plan adopts a technology, and beyond which none
    does: at most two a technology, what most plans are beyond.

    Args:
        front: the k plans.
        names: t technologies that some plans adopt and some do not.
        adopting: (k, t) which plans adopt which.
    """
    return tuple(rule for rule, _ in _by_objectives(front, names, adopting))


def rules(front: Front, names: Sequence[str], adopting: Flags, /) -> tuple[Rule, ...]:
    """The few rules that tell most of what plans adopt: each has one condition, and holds for
    every one of them.

    They are chosen one after the other, the one first that says of most plans what no rule before
    has said of them.

    Args:
        front: the k plans.
        names: t technologies that some plans adopt and some do not.
        adopting: (k, t) which plans adopt which.
    """
    least = max(_LEAST_PLANS, -(-len(adopting) // _LEAST_SHARE))
    beyond = list(_by_objectives(front, names, adopting))
    from_adoption = _Adoptions(names, adopting)
    told, found = np.zeros_like(adopting), list[Rule]()
    place = {name: j for j, name in enumerate(names)}
    # the most that any rule of a premise may add, which only shrinks
    most = [rule.plans for rule, _ in beyond] + from_adoption.sizes
    waiting = [(-size, premise) for premise, size in enumerate(most) if size >= least]
    heapify(waiting)
    while waiting and len(found) < MOST_RULES:
        bound, premise = waiting[0]
        best = (
            beyond[premise]
            if premise < len(beyond)
            else from_adoption.telling_most(premise - len(beyond), told)
        )
        gain = 0 if best is None else int((best[1] & ~told[:, place[best[0].technology]]).sum())
        if best is None or gain < least:
            heappop(waiting)
        elif gain < -bound:
            heapreplace(waiting, (-gain, premise))
        else:
            rule, holding = best
            found.append(rule)
            told[:, place[rule.technology]] |= holding
    return tuple(found)


def _by_objectives(
    front: Front, names: Sequence[str], adopting: Flags
) -> Iterator[tuple[Rule, Flags]]:
    """Beyond which value of an objective every plan adopts a technology, or none does; of every
    technology what says most, and what is gained rather than what it costs.
    """
    by_gain = sorted(range(len(front.columns)), key=lambda k: front.columns[k].sense)
    for j, name in enumerate(names):
        for adopts in (True, False):
            other = adopting[:, j] != adopts
            best: tuple[int, int, bool] | None = None
            for k in by_gain:
                values = front.y[:, k]
                above = int((values > values[other].max()).sum())
                below = int((values < values[other].min()).sum())
                for count, up in ((above, True), (below, False)):
                    if count >= _LEAST_PLANS and (best is None or count > best[0]):
                        best = count, k, up
            if best is not None:
                count, k, up = best
                values, column = front.y[:, k], front.columns[k].name
                limit = _limit(values, other, up=up)
                holding = values >= limit if up else values <= limit
                if k in front.hidden:
                    # of values next to the limit exact ones may lie on its other side
                    exact, edge = front.told(k), Fraction(repr(limit))
                    holding = np.array([v >= edge if up else v <= edge for v in exact])
                    if int(holding.sum()) != count:
                        continue
                condition = f"{column} {'>=' if up else '<='} {number(limit)}"
                yield Rule(condition, name, adopts, column, count), holding


def _limit(values: Floats, other: Flags, *, up: bool) -> float:
    """The shortest number that parts the values beyond all the others from these."""
    signed, against = (values, values[other]) if up else (-values, -values[other])
    edge = float(against.max())
    first = float(signed[signed > edge].min())
    for digits in range(1, 18):
        for value in (first, edge / 2 + first / 2):
            short = float(f"{value:.{digits}g}")
            if edge < short <= first:
                return short if up else -short
    return first if up else -first


class _Adoptions:
    """What follows from each technology, and from its absence, looked for one by one: of thousands
    of technologies they are millions of rules.

    Args:
        names: t technologies.
        adopting: (k, t) which plans adopt which.
    """

    def __init__(self, names: Sequence[str], adopting: Flags, /) -> None:
        self._names = names
        self._given = np.hstack([adopting, ~adopting])
        self.sizes: list[int] = self._given.sum(axis=0).tolist()
        """Plans that hold each of the 2 t premises: the technologies, then their absence."""
        # (2 t, k / 8) eight plans a byte: those that do otherwise
        self._others = np.packbits(~self._given.T, axis=1)

    def telling_most(self, premise: int, told: Flags, /) -> tuple[Rule, Flags] | None:
        """The rule of a premise that says of most plans what is not told yet, adoptions first, and
        the plans that hold it.

        Args:
            premise: its position.
            told: (k, t) of which plans something is said of which technology.
        """
        t = len(self._names)
        holding = self._given[:, premise]
        follows: Flags = np.logical_not(np.any(np.packbits(holding) & self._others, axis=1))
        follows[[premise % t, premise % t + t]] = False
        places = np.flatnonzero(follows)
        if not len(places):
            return None
        gains = (holding[:, None] & ~told[:, places % t]).sum(axis=0)
        best = int(places[gains.argmax()])
        condition, adopts = self._names[premise % t], best < t
        return Rule(
            condition if premise < t else f"not {condition}",
            self._names[best % t],
            adopts,
            "",
            self.sizes[premise],
        ), holding
