"""Plans phase by phase, as a planner reads them: what starts, what is spent against its limit, what
is reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.front import Column, sealed

if TYPE_CHECKING:
    from optimiser.formulate.decisions import Number
    from optimiser.front import Flags, Floats
    from optimiser.scenario import Scenario

__all__ = ["Roadmap", "roadmap_of"]


@dataclass(frozen=True, eq=False)
class Roadmap:
    """k plans in P phases, with the q indicators of the scenario in its order.

    Attributes:
        phases: P names.
        starts: for each plan and phase the technologies that start in it, each with its mode: 1, a
            level, an amount.
        indicators: q, derived ones included.
        one_off: (q,) which of them are spent once.
        values: (k, P, q) what each indicator is in a phase; of a one-off one what is spent in it,
            neither discounted nor with its baseline. NaN where undefined.
        limits: (P, q) the limits as written; NaN where there is none.
        available: (k, P, q) what could be spent in a phase: its limit, with carry-over also what
            earlier phases left; NaN where there is no limit.
    """

    phases: tuple[str, ...]
    starts: tuple[tuple[tuple[tuple[str, str], ...], ...], ...]
    indicators: tuple[Column, ...]
    one_off: Flags
    values: Floats
    limits: Floats
    available: Floats


def roadmap_of(
    scenario: Scenario,
    names: Sequence[str],
    cells: Sequence[Sequence[str]],
    values: Floats,
    /,
    *,
    number: Number,
) -> Roadmap:
    """The roadmaps of plans.

    Args:
        scenario: with phases.
        names: the headings of the decision cells.
        cells: k rows of them.
        values: (k, P, q) of every indicator in every phase.
        number: the value of an expression over parameters.
    """
    phases = tuple(phase.name for phase in scenario.phases)
    limits = np.full(values.shape[1:], np.nan)
    for place, phase in enumerate(scenario.phases):
        for j, name in enumerate(scenario.indicators):
            if name in phase.limits:
                limits[place, j] = float(number(phase.limits[name]))
    available = np.broadcast_to(limits, values.shape).copy()
    if scenario.carry_over:
        left = np.cumsum(limits, axis=0) - np.cumsum(values, axis=1)
        available[:, 1:] += left[:, :-1]
    return Roadmap(
        phases,
        tuple(_starts(names, row, phases) for row in cells),
        tuple(
            Column(name, indicator.title, indicator.unit)
            for name, indicator in scenario.indicators.items()
        ),
        np.array(
            [i.timing == "one_off" and i.expr is None for i in scenario.indicators.values()],
            dtype=bool,
        ),
        sealed(values),
        sealed(limits),
        sealed(available),
    )


def _starts(
    names: Sequence[str], cells: Sequence[str], phases: Sequence[str]
) -> tuple[tuple[tuple[str, str], ...], ...]:
    found: dict[str, list[tuple[str, str]]] = {phase: [] for phase in phases}
    for name, cell in zip(names, cells, strict=True):
        mode, separator, phase = cell.partition("@")
        if separator:
            found[phase].append((name, mode))
    return tuple(tuple(started) for started in found.values())
