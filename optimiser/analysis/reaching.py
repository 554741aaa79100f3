"""What many plans reach, as long as there is time for them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.errors import ProofError
from optimiser.language import tr
from optimiser.study.preparing import in_time

if TYPE_CHECKING:
    from optimiser.formulate import Model

__all__ = ["READ_TOGETHER", "Clock", "reached_each"]

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
