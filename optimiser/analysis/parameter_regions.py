"""Where in the space of the uncertain parameters a plan stays efficient, as a box in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.prim import box
from optimiser.language import listed, tr
from optimiser.results.table import number
from optimiser.scenario.format.schema import keys_of

if TYPE_CHECKING:
    from optimiser.analysis.prim import ParameterBox
    from optimiser.front import Flags, Floats
    from optimiser.results import Result
    from optimiser.scenario.sampling import Sample

__all__ = ["EfficientRegion", "region"]


@dataclass(frozen=True)
class EfficientRegion:
    """A box in the space of the uncertain parameters.

    Attributes:
        limits: of each parameter that is limited the ends, None without one.
        density: of the samples in the box the share in which the plan is efficient.
        coverage: of the samples in which it is efficient the share in the box.
    """

    limits: Mapping[str, tuple[float | None, float | None]]
    density: float
    coverage: float

    @property
    def words(self) -> str:
        """The limits, one after the other."""
        if not self.limits:
            return tr("everywhere")
        return listed((_limit_words(name, *ends) for name, ends in self.limits.items()), last="and")


def region(result: Result, drawn: Sample, efficient: Flags) -> EfficientRegion | None:
    """Where a plan stays efficient, by the values of the first phase where a parameter has several:
    one share moves all of them.

    Args:
        result: gives the parameters.
        drawn: s samples.
        efficient: (s,) whether it is.
    """
    from optimiser.scenario.sampling import drawn as parameters

    if not efficient.any():
        return None
    if efficient.all():
        return EfficientRegion({}, 1.0, 1.0)
    names = [keys_of(result.scenario, name)[0] for name in parameters(result.scenario)]
    x = drawn.values[:, [drawn.names.index(name) for name in names]]
    found = box(x, efficient)
    return (
        None
        if found is None
        else EfficientRegion(_limits(x, names, found), found.density, found.coverage)
    )


def _limits(
    x: Floats, names: list[str], found: ParameterBox
) -> dict[str, tuple[float | None, float | None]]:
    """The ends in few digits, between the last sample within and the first without."""
    inside = ((x >= found.low) & (x <= found.high)).all(axis=1)
    ends = {}
    for j, name in enumerate(names):
        within, all_values = x[inside, j], x[:, j]
        low: float | None = None
        high: float | None = None
        if np.isfinite(found.low[j]):
            low = _between(all_values[all_values < found.low[j]].max(), within.min())
        if np.isfinite(found.high[j]):
            high = _between(all_values[all_values > found.high[j]].min(), within.max())
        if low is not None or high is not None:
            ends[name] = (low, high)
    return ends


def _limit_words(name: str, low: float | None, high: float | None) -> str:
    if low is None:
        return tr("{name} at most {high}", name=name, high=number(high or 0.0))
    if high is None:
        return tr("{name} at least {low}", name=name, low=number(low))
    return tr("{name} from {low} to {high}", name=name, low=number(low), high=number(high))


def _between(outside: float, inside: float) -> float:
    """The shortest decimal between two values, nearest to the middle; the inner one may be it."""
    for digits in range(1, 17):
        middle = float(f"{(outside + inside) / 2:.{digits}g}")
        if min(outside, inside) < middle < max(outside, inside):
            return middle
    return inside
