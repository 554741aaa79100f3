"""Where in the space of parameters something holds: a box, found by patient rule induction.

From the box around all samples a slice is peeled off one side, again and again: of the slices that
hold about a twentieth of what is left, at either end of any parameter, the one whose going raises
the share of samples that hold the most. Of all boxes on the way that one is taken whose density (of
the samples in it the share that hold) and coverage (of those that hold the share in it) have the
largest harmonic mean, among boxes with a density of 95 % where there are some. What peeling took
too much or too little of is put right in the end, side by side, in place of pasting in small steps.

References:
    J. H. Friedman, N. I. Fisher, Bump hunting in high-dimensional data, Statistics and Computing 9
        (1999) 123-143.
    B. P. Bryant, R. J. Lempert, Thinking inside the box: a participatory, computer-assisted
        approach to scenario discovery, Technological Forecasting & Social Change 77 (2010) 34-49,
        for density and coverage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from optimiser.front import Flags, Floats

__all__ = ["ParameterBox", "box"]

_PEEL: Final = 0.05  # of the samples in a box, the share that a slice takes (patience)
_LEAST: Final = 0.02  # of all samples: a smaller box says nothing
_DENSE: Final = 0.95
_SLIGHT: Final = 0.01  # a limit that brings less of the harmonic mean is not worth its words


@dataclass(frozen=True, eq=False)
class ParameterBox:
    """Limits on d parameters, each within or at values of samples.

    Attributes:
        low: (d,) the least value, minus infinity without a limit.
        high: (d,) the largest, infinity without one.
        density: of the samples in the box the share that hold.
        coverage: of the samples that hold the share that is in the box.
    """

    low: Floats
    high: Floats
    density: float
    coverage: float


def box(x: Floats, holds: Flags, /) -> ParameterBox | None:
    """The box in which most samples hold; None where none does.

    Args:
        x: (s, d) the parameters.
        holds: (s,) whether a sample holds.
    """
    if not holds.any():
        return None
    found = list(_peeled(x, holds))
    dense = [one for one in found if one.density >= _DENSE]
    return _refined(x, holds, max(dense or found, key=_balance))


def _balance(found: ParameterBox) -> float:
    """The harmonic mean of density and coverage."""
    both = found.density * found.coverage
    return 2 * both / (found.density + found.coverage) if both else 0.0


def _inside(x: Floats, low: Floats, high: Floats) -> Flags:
    return np.asarray(((x >= low) & (x <= high)).all(axis=1))


def _measured(x: Floats, holds: Flags, low: Floats, high: Floats) -> ParameterBox:
    inside = _inside(x, low, high)
    both = int((inside & holds).sum())
    return ParameterBox(
        low.copy(), high.copy(), both / max(1, int(inside.sum())), both / int(holds.sum())
    )


def _peeled(x: Floats, holds: Flags) -> Iterator[ParameterBox]:
    """Ever smaller boxes, the first around everything."""
    low, high = np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf)
    left, own = x, holds
    while True:
        share = float(own.mean())
        yield ParameterBox(low.copy(), high.copy(), share, float(own.sum() / holds.sum()))
        out = max(1, int(_PEEL * len(left)))
        if len(left) == out or share == 1.0:
            return
        ordered = np.partition(left, (out - 1, len(left) - out), axis=0)
        # (2, r, d) what stays where a slice goes at the lower and the upper ends; ties go together
        stays = np.stack([left > ordered[out - 1], left < ordered[-out]])
        counts = stays.sum(axis=1)
        shares = np.einsum("r,erd->ed", own.astype(np.float64), stays) / np.maximum(counts, 1)
        shares[counts < max(1.0, _LEAST * len(x))] = -1.0
        # of equally good slices the one that takes less
        best = int(np.lexsort((counts.ravel(), shares.ravel()))[-1])
        if shares.flat[best] <= share:
            return
        end, j = divmod(best, x.shape[1])
        left, own = left[stays[end, :, j]], own[stays[end, :, j]]
        if end:
            high[j] = left[:, j].max()
        else:
            low[j] = left[:, j].min()


def _refined(x: Floats, holds: Flags, found: ParameterBox) -> ParameterBox:
    """Each side where it serves best while the others stay, until none moves."""
    low, high = found.low.copy(), found.high.copy()
    least = min(_DENSE, found.density)
    while True:
        for j in range(x.shape[1]):
            high[j] = _end(x, holds, (low, high), j, least)
            # the lower side is the upper one of the mirrored parameters
            low[j] = -_end(-x, holds, (-high, -low), j, least)
        new = _measured(x, holds, low, high)
        if _balance(new) <= _balance(found):
            return _simplified(x, holds, new, least)
        found = new


def _simplified(x: Floats, holds: Flags, found: ParameterBox, least: float) -> ParameterBox:
    """Without the limits that bring little, the least of them first."""
    aim = _balance(found) - _SLIGHT
    while True:
        trials = []
        for place in np.flatnonzero(np.isfinite([found.low, found.high])):
            ends = np.array([found.low, found.high])
            ends.flat[place] = np.inf if place >= x.shape[1] else -np.inf
            new = _measured(x, holds, *ends)
            if new.density >= least and _balance(new) >= aim:
                trials.append(new)
        if not trials:
            return found
        found = max(trials, key=_balance)


def _end(x: Floats, holds: Flags, ends: tuple[Floats, Floats], j: int, least: float, /) -> float:
    """The upper end of parameter j that makes the most of density and coverage; infinity where it
    is the largest value that there is.
    """
    low, high = ends[0], ends[1].copy()
    high[j] = np.inf
    rows = np.flatnonzero(_inside(x, low, high))
    rows = rows[np.argsort(x[rows, j], kind="stable")]
    values, counts = x[rows, j], np.arange(1, len(rows) + 1)
    held = np.cumsum(holds[rows])
    last = np.append(values[1:] > values[:-1], True)  # equal values stay together
    score = np.where(last & (held >= least * counts), held / (counts + holds.sum()), -1.0)
    place = len(rows) - 1 - int(np.argmax(score[::-1]))
    return np.inf if place == len(rows) - 1 else float(values[place])
