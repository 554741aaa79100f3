"""The decisions as a unit cube: every column between 0 and 1, discrete ones in cells of equal
width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.tolerances import LISTED

if TYPE_CHECKING:
    from optimiser.engine.problem import Domain, Flags, Floats

__all__ = ["Space"]


class Space:
    """n bounded columns and the two ways between decisions (k, n) and the unit cube.

    Attributes:
        n: number of columns.
        lower, upper: (n,) bounds of the decisions as floats.
        width: (n,) upper - lower, 1 where that is 0.
        real: (n,) which columns are real and can move.
        discrete: positions of the whole and listed columns that can move.
        counts: (n,) how many values a discrete column takes, more than 64 bits hold perhaps; 0 for
            real ones.
    """

    def __init__(self, decisions: Sequence[Domain], /) -> None:
        self.n = len(decisions)
        unbounded = [d.name for d in decisions if d.lower is None or d.upper is None]
        if unbounded:
            raise ValueError(
                f"evolution needs bounded decisions; these are not: {', '.join(unbounded)}"
            )
        low, high, values = (
            zip(*(_extent(d) for d in decisions), strict=True) if decisions else ((), (), ())
        )
        self.lower: Floats = np.array(low, dtype=float)
        self.upper: Floats = np.array(high, dtype=float)
        self.width: Floats = np.where(self.upper > self.lower, self.upper - self.lower, 1.0)
        self.listed: dict[int, Floats] = {j: v for j, v in enumerate(values) if v is not None}
        is_discrete = np.array([d.discrete for d in decisions], dtype=bool)
        self.counts: Floats = np.array(
            [d.count or 0 if d.discrete else 0 for d in decisions], dtype=float
        )
        movable = self.upper > self.lower
        self.real: Flags = ~is_discrete & movable
        self.discrete = np.flatnonzero(is_discrete & movable)
        self._whole = np.array(
            [j for j in range(self.n) if is_discrete[j] and j not in self.listed], dtype=np.int64
        )
        self._is_discrete = is_discrete

    @property
    def continuous(self) -> bool:
        """True where every column that can move is real."""
        return not len(self.discrete)

    def decode(self, u: Floats, /) -> Floats:
        """(k, n) unit cube -> (k, n) decisions, discrete ones on their values."""
        x: Floats = u * self.width
        x += self.lower
        np.clip(x, self.lower, self.upper, out=x)
        if len(self._whole):
            cell = np.floor(u[:, self._whole] * self.counts[self._whole])
            x[:, self._whole] = self.lower[self._whole] + np.clip(
                cell, 0, self.counts[self._whole] - 1
            )
        for j, values in self.listed.items():
            x[:, j] = values[np.clip((u[:, j] * len(values)).astype(np.int64), 0, len(values) - 1)]
        return x

    def encode(self, x: Floats, /) -> Floats:
        """(k, n) decisions -> (k, n) unit cube, discrete ones in the middle of their cells."""
        u: Floats = x - self.lower
        u /= self.width
        if len(self._whole):
            u[:, self._whole] = (x[:, self._whole] - self.lower[self._whole] + 0.5) / self.counts[
                self._whole
            ]
        for j, values in self.listed.items():
            u[:, j] = (np.searchsorted(values, x[:, j] - LISTED * np.abs(x[:, j])) + 0.5) / len(
                values
            )
        return np.clip(u, 0.0, 1.0, out=u)

    def snap(self, x: Floats, /) -> Floats:
        """(k, n) any numbers -> the nearest decisions."""
        x = np.clip(x, self.lower, self.upper)
        if len(self._whole):
            x[:, self._whole] = np.clip(
                np.rint(x[:, self._whole]), self.lower[self._whole], self.upper[self._whole]
            )
        for j, values in self.listed.items():
            middle = (values[1:] + values[:-1]) / 2
            x[:, j] = values[np.searchsorted(middle, x[:, j])]
        return x


def _extent(domain: Domain) -> tuple[float, float, Floats | None]:
    """Lowest and highest value that a float can hold without leaving the domain, and the listed
    values.
    """
    if domain.kind == "listed":
        values = domain.floats
        return float(values[0]), float(values[-1]), values
    assert domain.lower is not None
    assert domain.upper is not None
    if domain.kind == "whole":
        return float(-((-domain.lower) // 1)), float(domain.upper // 1), None
    low, high = float(domain.lower), float(domain.upper)
    # a float just outside an exact bound is outside the domain
    low = low if low >= domain.lower else float(np.nextafter(low, np.inf))
    high = high if high <= domain.upper else float(np.nextafter(high, -np.inf))
    return low, max(low, high), None
