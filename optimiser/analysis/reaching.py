"""What many plans reach, as long as there is time for them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.differences import difference, told_difference
from optimiser.errors import ProofError
from optimiser.language import tr
from optimiser.results.tolerances import NEAR
from optimiser.study.preparing import in_time

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.scenario import Scenario

__all__ = ["READ_TOGETHER", "Clock", "changes_each", "reached_each"]

#: plans whose values are computed at once, so that thousands of technologies need little memory
READ_TOGETHER: Final = 256
#: those of the first step; as many again as long as a step takes less than so many seconds
_READ_FIRST, _SOON = 4, 0.25


@dataclass(frozen=True)
class Clock:
    """The time limit of an assessment; ``began`` of the monotonic clock, reading included."""

    limit: float | None
    began: float

    def insist_on(self, done: int, whole: int, since: float, each: float, /) -> None:
        """Insist on that a run ends in time while plans are computed, of which so many are done
        since a moment, and the others take so many seconds each.
        """
        now = time.monotonic()
        if self.limit is None or in_time(self.limit, now - self.began):
            return
        needed = now - self.began + each * (whole - done)
        raise ProofError(
            tr("the time limit came before every technology was computed"),
            help=tr(
                "{done:,} of {whole:,} plans of one technology each took {seconds:.1f} s: raise "
                "`time_limit` to {needed:,} or more",
                done=done,
                whole=whole,
                seconds=now - since,
                needed=math.ceil(1.5 * needed),
            ),
        )


def reached_each(
    model: Model, plans: Sequence[Mapping[str, str]], clock: Clock, /
) -> list[tuple[float | None, ...]]:
    """For each plan what it reaches in the objectives, then in the other indicators; None where
    undefined.
    """
    found: list[tuple[float | None, ...]] = []
    figures = model.scenario.figures
    since, size, each = time.monotonic(), _READ_FIRST, math.inf
    while (first := len(found)) < len(plans):
        if first:
            clock.insist_on(first, len(plans), since, each)
        began = time.monotonic()
        readings = model.read(model.encode_all(plans[first : first + size]))
        # what a figure is without the rest says nothing of what a technology adds
        indicators = readings.indicators[:, : len(model.indicator_columns) - len(figures)]
        values = np.hstack((readings.objectives, indicators))
        found += [
            tuple(value if abs(value) < float("inf") else None for value in row)
            for row in values.tolist()
        ]
        took = time.monotonic() - began
        # the first steps make what all are valued by
        each = min(each, took / (len(found) - first))
        if took < _SOON:
            size = min(2 * size, READ_TOGETHER)
    return found


def changes_each(
    model: Model, plans: Sequence[Mapping[str, str]], reached: Sequence[tuple[float | None, ...]], /
) -> list[tuple[float | None, ...]]:
    """For each plan, what it reaches less what the first reaches; exactly where an effect is too
    small beside a value to be seen in it.
    """
    beside = model.indicator_columns[: len(reached[0]) - len(model.columns)]
    names = [column.name for column in (*model.columns, *beside)]
    start = reached[0]
    found = [tuple(map(difference, start, own)) for own in reached]
    hidden = [
        place
        for place, (plan, own) in enumerate(zip(plans, reached, strict=True))
        if (touched := _touched(model.scenario, plan))
        and any(
            name in touched and _near(before, after)
            for name, before, after in zip(names, start, own, strict=True)
        )
    ]
    for first in range(0, len(hidden), READ_TOGETHER):
        some = hidden[first : first + READ_TOGETHER]
        x = model.encode_all([{}, *(plans[place] for place in some)])
        before, *others = model.rationals(x)
        for place, after in zip(some, others, strict=True):
            pairs = zip(before, after, strict=True)
            found[place] = tuple(
                None if a is None or b is None else told_difference(a, b) for a, b in pairs
            )
    return found


def _near(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return False
    return abs(after - before) <= NEAR * max(abs(before), abs(after))


def _touched(scenario: Scenario, plan: Mapping[str, str]) -> set[str]:
    """The indicators that the technologies of a plan have an effect on."""
    names: set[str] = set()
    for name in plan:
        technology = scenario.technologies[name]
        names.update(technology.effects, technology.effects_per_unit)
        names.update(*(level.effects for level in technology.levels.values()))
    return names
