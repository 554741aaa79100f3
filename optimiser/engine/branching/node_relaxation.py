"""The relaxation at the nodes of a branching tree: solved by HiGHS from the last basis on, believed
only as far as bounds carry.

References:
    A. Neumaier and O. Shcherbina (2004). Safe bounds in linear and mixed-integer linear
    programming. Mathematical Programming 99, 283-296.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optimiser.engine.claims import lower_bound, multipliers_near, safe_bound
from optimiser.engine.highs.linear_program import Cut, LinearProgram
from optimiser.engine.highs.session import Resolved
from optimiser.engine.rationals.rational import ExactLp

if TYPE_CHECKING:
    from optimiser.engine.branching.narrowing import Box, End, Line, Number
    from optimiser.engine.contract import Budget
    from optimiser.front import Floats

__all__ = ["Exactly", "NodeRelaxation"]

# coefficients of a row are brought below 2**14 in floats
_BITS = 14
# what lies beyond counts as infinite in floats, which only makes bounds weaker
_BEYOND = 1e300
# a smaller matrix is kept dense
_DENSE = 50_000
# seconds that exact pivots may take for one program
_SECONDS = 10.0


@dataclass(frozen=True, eq=False)
class Exactly:
    """What the exact simplex says of a relaxation: its vertex and cost where "optimal"; "unknown"
    where it did not finish.

    Attributes:
        multipliers: of the limits and then the rows, in the lines' units, that prove the optimum or
            that nothing is feasible.
    """

    status: Literal["optimal", "infeasible", "unbounded", "unknown"]
    x: tuple[Fraction, ...] = ()
    value: Fraction = Fraction(0)
    multipliers: Mapping[int, Fraction] = field(default_factory=dict)


class NodeRelaxation:
    """One linear program whose boxes, limits and costs change.

    Args:
        rows: in whole numbers.
        limits: rows with a changing upper side.
        box: ends of the columns to begin with.
        budget: ends what takes long.
    """

    def __init__(
        self, rows: Sequence[Line], limits: Sequence[Line], box: Box, budget: Budget, /
    ) -> None:
        width = len(box.lower)
        self._budget, self._width = budget, width
        self._lines = (*limits, *rows)
        self._shifts = [
            max(0, max((abs(c).bit_length() for c in row.factors), default=0) - _BITS)
            for row in self._lines
        ]
        cuts = [_floated(row, shift) for row, shift in zip(self._lines, self._shifts, strict=True)]
        self._low, self._high = np.array([c.lower for c in cuts]), np.array([c.upper for c in cuts])
        self._matrix = _matrix(cuts, width)
        # a coefficient that no float holds beside the others of its row: nothing that floats say is
        # about this program
        blind = any((np.abs(c.values) < 1.0 / _BEYOND).any() for c in cuts)
        self._ends = _ends(box)
        self._cost, self._unit, self._exact_cost = np.zeros(width), 0, {0: 0}
        program = LinearProgram(*self._ends, np.zeros(width, dtype=bool), tuple(cuts))
        self._held = None if blind else Resolved(program, self._cost, budget)
        self._rows = tuple(dict(zip(row.columns, row.factors, strict=True)) for row in self._lines)
        self._sides: list[tuple[Fraction | None, Fraction | None]] = [
            (_fraction(r.low), _fraction(r.high)) for r in self._lines
        ]

    def ask(
        self, cost: Mapping[int, int], limits: Sequence[End], imposed: Sequence[bool], /
    ) -> None:
        """Another cost, and the limits' upper sides; in floats only the imposed ones bound
        anything.
        """
        self._exact_cost = dict(cost)
        self._unit = max(0, max((abs(c).bit_length() for c in cost.values()), default=0) - _BITS)
        self._cost = np.zeros(self._width)
        for j, c in cost.items():
            self._cost[j] = _nearest(c, self._unit)
        for k, limit in enumerate(limits):
            self._sides[k] = None, _fraction(limit)
            self._high[k] = (
                np.inf if limit is None or not imposed[k] else _end(limit, self._shifts[k], np.inf)
            )
        if self._held is not None:
            self._held.limit(self._high[: len(limits)])
            self._held.price(self._cost)

    def solve(self, box: Box, /) -> str:
        """Solve over a box: "optimal", "infeasible", "unbounded" or "unknown", as HiGHS says."""
        lower, upper = _ends(box)
        moved = np.flatnonzero((lower != self._ends[0]) | (upper != self._ends[1]))
        self._ends = lower, upper
        if self._held is None:
            return "unknown"
        if len(moved):
            self._held.box(moved, lower[moved], upper[moved])
        self._held.run()
        return self._held.status

    def values(self) -> Floats:
        """(columns,) the optimum."""
        assert self._held is not None
        return self._held.values()

    def value(self) -> float:
        """The optimum's cost, as far as floats go."""
        return math.ldexp(float(self._cost @ self.values()), self._unit)

    def bound(self) -> Fraction | None:
        """What the multipliers prove of the least cost, rounding errors counted."""
        assert self._held is not None
        found = safe_bound(
            self._matrix, self._held.duals(), (self._low, self._high), self._cost, self._ends
        )
        return Fraction(found) * (1 << self._unit) if math.isfinite(found) else None

    def closer(self, box: Box, /) -> Fraction | None:
        """The same in rationals."""
        lp = self._exactly(box)
        return lower_bound(lp, self._exact_cost, multipliers_near(lp, self.duals()))

    def duals(self) -> Floats:
        """(lines,) the multipliers of limits and rows at the last optimum, in the lines' units."""
        assert self._held is not None
        return np.array(
            [
                _shifted(y, self._unit - s)
                for y, s in zip(self._held.duals().tolist(), self._shifts, strict=True)
            ]
        )

    def rays(self) -> list[Floats]:
        """(lines,) multipliers of limits and rows, in the lines' units, one of which is to prove
        that the last program is infeasible.
        """
        ray = None if self._held is None else self._held.ray()
        if ray is None or not np.isfinite(ray).all():
            return []
        return [
            np.array(
                [_shifted(sign * y, -s) for y, s in zip(ray.tolist(), self._shifts, strict=True)]
            )
            for sign in (1.0, -1.0)
        ]

    def excluded(self, box: Box, /) -> bool:
        """Whether the multipliers of an infeasible relaxation prove that it is."""
        ray = None if self._held is None else self._held.ray()
        if ray is None or not np.isfinite(ray).all():
            return False
        nothing = np.zeros(self._width)
        if any(
            safe_bound(self._matrix, y, (self._low, self._high), nothing, self._ends) > 0.0
            for y in (ray, -ray)
        ):
            return True
        lp = self._exactly(box)
        for duals in self.rays():
            proven = lower_bound(lp, {}, multipliers_near(lp, duals))
            if proven is not None and proven > 0:
                return True
        return False

    def exactly(self, box: Box, /) -> Exactly:
        """The program over a box by the exact simplex, from the last basis on."""
        from optimiser.engine.rationals.exact_simplex import ExactSimplex, UnfinishedError

        known = (
            self._held is not None
            and not self._held.lost
            and self._held.status in ("optimal", "infeasible", "unbounded")
        )
        start = self._held.codes() if known and self._held is not None else None
        try:
            simplex = ExactSimplex(self._exactly(box), start, self._budget.part(_SECONDS))
            if not simplex.feasible():
                return Exactly("infeasible", multipliers=simplex.multipliers)
            if simplex.minimise(self._exact_cost) == "unbounded":
                return Exactly("unbounded", simplex.x)
        except UnfinishedError:
            return Exactly("unknown")
        return Exactly("optimal", simplex.x, simplex.value, simplex.multipliers)

    def _exactly(self, box: Box) -> ExactLp:
        columns = tuple(
            (_fraction(a), _fraction(b)) for a, b in zip(box.lower, box.upper, strict=True)
        )
        return ExactLp(columns, self._rows, tuple(self._sides), ())


def _ends(box: Box) -> tuple[Floats, Floats]:
    """(columns,) lower and upper ends in floats."""
    return _column(box.lower, -np.inf), _column(box.upper, np.inf)


def _column(ends: Sequence[End], beyond: float) -> Floats:
    try:
        found = np.array(ends, dtype=np.float64)
    except OverflowError:
        found = np.array([np.nan if v is None else _end(v, 0, beyond) for v in ends])
    return np.where(np.abs(found) < _BEYOND, found, beyond)


def _floated(row: Line, shift: int) -> Cut:
    values = np.array([_nearest(c, shift) for c in row.factors])
    low = -np.inf if row.low is None else _end(row.low, shift, -np.inf)
    high = np.inf if row.high is None else _end(row.high, shift, np.inf)
    return Cut(np.array(row.columns, dtype=np.int32), values, low, high)


def _matrix(cuts: Sequence[Cut], width: int) -> Any:
    """(rows, columns), dense where that is small."""
    if len(cuts) * width <= _DENSE:
        dense = np.zeros((len(cuts), width))
        for i, c in enumerate(cuts):
            dense[i, c.columns] = c.values
        return dense
    from scipy.sparse import csr_array

    starts = np.cumsum([0, *(len(c.columns) for c in cuts)])
    entries = (
        np.concatenate([c.values for c in cuts]),
        np.concatenate([c.columns for c in cuts]),
        starts,
    )
    return csr_array(entries, shape=(len(cuts), width))


def _nearest(value: Number, shift: int) -> float:
    """The float nearest to ``value / 2**shift``."""
    return float(value) if not shift else float(Fraction(value, 1 << shift))


def _end(value: Number, shift: int, beyond: float) -> float:
    """The same of a bound; ``beyond`` where it is past all that counts as finite."""
    limit = int(_BEYOND) << shift
    return _nearest(value, shift) if -limit < value < limit else beyond


def _shifted(value: float, shift: int) -> float:
    """``value * 2**shift``; 0 where no float holds it, which makes a multiplier none."""
    try:
        return math.ldexp(value, shift)
    except OverflowError:
        return 0.0


def _fraction(value: End) -> Fraction | None:
    return None if value is None else Fraction(value)
