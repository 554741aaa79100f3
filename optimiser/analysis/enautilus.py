"""E-NAUTILUS: from the worst values towards the front, a step at a time, with nothing to give up on
the way.

Each step shows some points between where one stands and plans that represent what is still
reachable, and what would stay reachable from each of them; one is chosen, and so on. After the last
step the point is a plan.

References:
    Ruiz, Sindhya, Miettinen, Ruiz, Deb (2015), E-NAUTILUS: A decision support system for complex
    multiobjective optimization problems based on the NAUTILUS method, EJOR 246. The points that
    represent the plans are chosen by the rule of Gonzalez (1985), Clustering to minimize the
    maximum intercluster distance, in the place of k-means.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.exact_shares import ExactShares
from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.patterns import pattern

if TYPE_CHECKING:
    from optimiser.analysis.deciding import Stated

__all__ = ["START", "Intermediate", "Step", "step"]

START = "start"
"""The state before the first step: five steps of four points."""

_STEPS, _POINTS = 5, 4
_MOST = 20  # steps, and points of one
_STATE = pattern(r"(?P<steps>\d+)x(?P<points>\d+)(?:\.(?P<mark>[0-9a-f]{6}))?(?P<path>(?:/\d+)*)")


@dataclass(frozen=True)
class Intermediate:
    """A point that can be chosen.

    Attributes:
        id: its number.
        objectives: m values in the user's units, rounded; every plan that stays reachable is at
            least as good in all of them.
        reachable: of each objective the smallest and the largest value of the plans that stay
            reachable.
        plans: the rows of these plans.
    """

    id: int
    objectives: tuple[float, ...]
    reachable: tuple[tuple[float, float], ...]
    plans: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """Where one stands.

    Attributes:
        state: to go on from; ``/`` and the number of a point behind it choose this point.
        at: which step this is, from 1.
        steps: how many there are.
        points: between which to choose; the plan itself after the last step.
    """

    state: str
    at: int
    steps: int
    points: tuple[Intermediate, ...]

    @property
    def done(self) -> bool:
        """Whether the one point is a plan."""
        return self.at > self.steps


def step(found: Stated, state: str = START, /) -> Step:
    """The points of the next step among the plans that statements leave.

    Args:
        found: these plans; one is left at least.
        state: ``start``, ``7x3`` for seven steps of three points, or what a step gave, with the
            points that were chosen: ``5x4.0c1d2e/2/1``.

    Raises:
        UsageError: the state is none, is of other plans, or chooses a point that there is not.
    """
    steps, points, mark, path = _read(state)
    own = _mark(found)
    if mark not in ("", own):
        raise UsageError(
            tr("the state {state} is of other plans or other statements", state=state),
            help=tr("repeat the statements it was made with, or begin again: --step start"),
        )
    text = f"{steps}x{points}.{own}" + "".join(f"/{choice}" for choice in path)
    shares = found.shares.taken(list(found.left))
    at = [min(column) for column in _columns(shares)]
    plans, offered = list(range(len(shares))), list[_Point]()
    for done in range(len(path) + 1):
        if done == steps:
            break
        offered = _offered(shares, at, plans, steps - done, points)
        if done < len(path):
            choice = path[done]
            if not 1 <= choice <= len(offered):
                raise UsageError(
                    tr("step {step} has no point {choice}", step=done + 1, choice=choice),
                    help=tr("choose one of 1 to {count}", count=len(offered)),
                )
            at, plans, _ = offered[choice - 1]
    if len(path) == steps:
        offered = [(at, plans, plans[0])]
    last = len(path) >= steps - 1
    listed = [_intermediate(found, i, point, last=last) for i, point in enumerate(offered, 1)]
    return Step(text, len(path) + 1, steps, tuple(listed))


_Point = tuple[list[Fraction], list[int], int]
"""A point in parts of the shares, the plans at least as good, and the one that it leads to."""


def _read(state: str) -> tuple[int, int, str, tuple[int, ...]]:
    if state == START:
        return _STEPS, _POINTS, "", ()
    matched = _STATE.fullmatch(state.strip())
    if matched is None or (matched["path"] and not matched["mark"]):
        raise UsageError(
            tr("'{state}' is no state of --step", state=state),
            help=tr("begin with --step start, and go on with the state that is printed"),
        )
    steps, points = int(matched["steps"]), int(matched["points"])
    path = tuple(int(choice) for choice in matched["path"].split("/")[1:])
    if not (1 <= steps <= _MOST and 2 <= points <= _MOST) or len(path) > steps:
        raise UsageError(
            tr("'{state}' is no state of --step", state=state),
            help=tr(
                "steps are 1 to {most}, points 2 to {most}, and a point is chosen once a step",
                most=_MOST,
            ),
        )
    return steps, points, matched["mark"] or "", path


def _mark(found: Stated) -> str:
    """Of the plans and their values: a state of others is refused."""
    told = hashlib.sha256()
    for row in found.left:
        told.update(repr((found.front.ids[row], found.front.y[row].tolist())).encode())
    told.update(repr(found.result.ranking.ranges.tolist()).encode())
    return told.hexdigest()[:6]


def _columns(shares: ExactShares) -> list[list[Fraction]]:
    return [[Fraction(part) for part in column] for column in shares.parts.T.tolist()]


def _offered(
    shares: ExactShares, at: list[Fraction], plans: list[int], left: int, points: int
) -> list[_Point]:
    """Points a part of the way to plans that represent those reachable; ``left`` steps are left,
    this one included.
    """
    offered = []
    for plan in _representatives(shares, plans, points):
        goal = shares.parts[plan].tolist()
        way = [here + (there - here) / left for here, there in zip(at, goal, strict=True)]
        reached = [
            other
            for other in plans
            if all(own >= value for own, value in zip(shares.parts[other], way, strict=True))
        ]
        offered.append((way, reached, plan))
    return offered


def _representatives(shares: ExactShares, plans: list[int], points: int) -> list[int]:
    """So many unlike plans, or as many as there are: the first nearest to the middle of all, then
    always the one farthest from those chosen.
    """
    values = shares.rounded[plans]
    distance = ((values - values.mean(axis=0)) ** 2).sum(axis=1)
    chosen = [int(distance.argmin())]
    apart = np.full(len(plans), np.inf)
    while len(chosen) < points:
        apart = np.minimum(apart, ((values - values[chosen[-1]]) ** 2).sum(axis=1))
        if apart.max() <= 0.0:
            break
        chosen.append(int(apart.argmax()))
    return sorted(plans[place] for place in chosen)


def _intermediate(found: Stated, number: int, point: _Point, *, last: bool) -> Intermediate:
    at, reached, plan = point
    rows = [found.left[place] for place in reached]
    y, ranges = found.front.y, found.result.ranking.ranges.tolist()
    whole = found.shares.whole
    values = []
    for j, (worst, best) in enumerate(ranges):
        low, high = found.front.columns[j].exactly(worst, best)
        # of a plan its own values, also where an objective has no range
        own = float(low + at[j] / whole * (high - low))
        values.append(float(y[found.left[plan], j]) if last or low == high else own)
    ends = zip(y[rows].min(axis=0).tolist(), y[rows].max(axis=0).tolist(), strict=True)
    return Intermediate(number, tuple(values), tuple(ends), tuple(rows))
