"""How finely the kernel rounds multipliers, so that every bound is one of whole numbers in 64 bits.

A row of wide numbers has tiny multipliers where what is minimised is small. So every cost has a
scale of its own: with that of the widest they would be rounded to 0, as if the row were not there.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel.integer_program import RefusedError
from optimiser.engine.translations import kept
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel.integer_program import NormalForm

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Precision", "costs_of", "precision"]

MARGIN_BITS = 8
# bits of a scale, at the least and at the most, and of a bound before caps are rounded up
_COARSEST, _FINEST, _BOUND = 2, 40, 60
# rounding takes at most one in so many off a bound
_SHARE = 1000


@dataclass(frozen=True, eq=False)
class Precision:
    """Multipliers are rounded at ``scale[c]`` times for cost c, and at most ``cap[c, i]`` for row
    i.

    Attributes:
        scale: (c,)
        cap: (c, d + s)
    """

    scale: tuple[int, ...]
    cap: Floats


@kept
def costs_of(form: NormalForm, /) -> Integers:
    """(c, n) what the search of a whole front minimises: the p objectives and their sum."""
    return np.vstack([form.objectives, form.objectives.sum(axis=0)[None]])


def precision(form: NormalForm, costs: Integers, /) -> Precision:
    """The finest rounding of multipliers for which every exact bound on the costs (c, n) provably
    stays within 62 bits.

    With X_j = max(1, |l_j|, |u_j|), row i and its limits contribute at most ``cap[i] * W_i`` to a
    bound, where W_i = 2 sum_j |a_ij| X_j, and at most min(n, s) sparse rows have a multiplier at a
    time; a cost contributes at most ``scale * R``, R = 2 sum_j |c_j| X_j. ``cap`` leaves
    multipliers 2**8 times the natural size max |c| / max |a_i|, and up to 2**9 where that takes no
    more than the widest of the rows does.

    Raises:
        RefusedError: a bound would be too coarse.
    """
    rows = _rows(form)
    every = [rows.precision(cost) for cost in np.abs(costs).tolist()]
    reach = sum(map(rows.reach, np.abs([*form.objectives, *costs]).tolist()))
    coarse = min(bits for bits, _ in every)
    wide = rows.rounding >> _BOUND
    if coarse < _COARSEST or wide or (rows.rounding >> coarse) * _SHARE > reach:
        raise RefusedError("the whole numbers are too wide for exact bounds in 64 bits")
    return Precision(tuple(1 << bits for bits, _ in every), np.array([caps for _, caps in every]))


@kept
def _rows(form: NormalForm, /) -> _Rows:
    n = form.objectives.shape[1]
    ends = np.maximum(np.abs(form.lower[:n]), np.abs(form.upper[:n]))
    boxes = tuple(max(1, int(end)) for end in ends)
    pointers, columns, values = form.sparse
    full = [[(j, a) for j, a in enumerate(row) if a] for row in form.dense.tolist()]
    entries = list(zip(columns.tolist(), values.tolist(), strict=True))
    every = full + [entries[s:e] for s, e in pairwise(pointers.tolist())]
    return _Rows(
        len(full),
        boxes,
        tuple(2 * sum(abs(a) * boxes[j] for j, a in row) + 2 for row in every),
        tuple(max((abs(a) for _, a in row), default=1) for row in every),
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """Sizes of the rows of a form.

    Attributes:
        dense: how many are dense.
        boxes: (n,) X_j of the columns.
        widths: (d + s,) W_i.
        largest: (d + s,) max |a_i|.
    """

    dense: int
    boxes: tuple[int, ...]
    widths: tuple[int, ...]
    largest: tuple[int, ...]

    @cached_property
    def rounding(self) -> int:
        """What multipliers that are off by 1 add to a bound, at the most."""
        return self._at_a_time(self.widths)

    def reach(self, cost: list[int], /) -> int:
        """R of a cost of these sizes (n,)."""
        return 2 * sum(c * size for c, size in zip(cost, self.boxes, strict=True)) + 2

    def precision(self, cost: list[int], /) -> tuple[int, list[float]]:
        """The bits of the scale for a cost of these sizes (n,), below 0 where there are none, and
        the caps (d + s,).
        """
        natural = max(1, *cost) << MARGIN_BITS
        shares = [natural * w // a + 1 for w, a in zip(self.widths, self.largest, strict=True)]
        most = max(shares, default=0)
        shares = [
            max(share, min(w << MARGIN_BITS + 1, most))
            for share, w in zip(shares, self.widths, strict=True)
        ]
        bits = min(_FINEST, _BOUND - (self.reach(cost) + self._at_a_time(shares)).bit_length())
        caps = [(s << max(bits, 0)) // w + 1 for s, w in zip(shares, self.widths, strict=True)]
        return bits, [float(cap) for cap in caps]

    def _at_a_time(self, parts: Iterable[int]) -> int:
        """The most that parts of rows (d + s,) add up to."""
        every = list(parts)
        thin = sorted(every[self.dense :], reverse=True)
        return sum(every[: self.dense]) + sum(thin[: len(self.boxes) + 1])
