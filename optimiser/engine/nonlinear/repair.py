"""Prerequisites, groups, levels, amounts and linear budgets made to hold: whole generations walk to
the nearest plan that obeys.

A violated row is drawn for every point, and of all moves of one column that mend the row the one is
made that leaves the least violation over all rows, with some noise. Whoever does not get there is
projected by a mixed-integer program, a few a batch.

References:
    Selman, Kautz, Cohen (1994), Noise strategies for improving local search. AAAI-94, 337-343.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.linear_systems import solve
from optimiser.engine.nonlinear.listed_choices import ListedChoices
from optimiser.engine.nonlinear.logic_rows import LogicRows
from optimiser.engine.nonlinear.projection import project
from optimiser.engine.nonlinear.space import Space
from optimiser.engine.nonlinear.tolerances import (
    BEYOND,
    EQUAL,
    OVERSHOOT,
    ROUNDED,
    ROW_RIDGE,
    SHORTER,
    TINY,
    WHOLE,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Flags, Floats, Row

    Positions = NDArray[np.int64]

__all__ = ["LogicRepair"]

_NOISE = 0.15
_PROJECTIONS = 4
_PATIENCE = 4
_TURNS = 30
# moves times rows that are looked at at once: some megabytes
_BLOCK = 1 << 21
# numbers of the rows over reals that are met all at once
_SHARED = 1 << 18


class LogicRepair:
    """The logic rows as arrays over the n decisions.

    Attributes:
        rows: the coefficients.
        lower, upper: (r,) bounds, infinite where there are none.
        tolerance: (r,) what is forgiven: nothing where only discrete columns or an inequality are
            concerned.
        with_reals: (r,) which have a real column.
        projected: how many mixed-integer programs were solved.

    Args:
        should_stop: asked between moves; once it says something, points stay as they are.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        space: Space,
        choices: ListedChoices | None = None,
        /,
        *,
        should_stop: Callable[[], object] | None = None,
    ) -> None:
        self._should_stop = (lambda: None) if should_stop is None else should_stop
        self._space = space
        self._choices = choices
        self.projected = 0
        self.rows = LogicRows(rows, space.n)
        self.lower, self.upper = self.rows.lower, self.rows.upper
        self._weight = 1.0 / np.maximum(self.rows.largest, TINY)
        equal = self.lower == self.upper
        self.with_reals = self.rows.having(space.real)
        size = np.where(np.isfinite(self.upper), np.abs(self.upper), 0.0)
        self.tolerance = np.where(equal & self.with_reals, EQUAL * np.maximum(1.0, size), 0.0)
        low = np.where(np.isfinite(self.lower), np.abs(self.lower), 0.0)
        self._limit = np.maximum(size, low)
        # columns that cannot move are constants
        moving = np.zeros(space.n, dtype=bool)
        moving[space.discrete] = True
        self._linear_reals = self.with_reals & ~self.rows.having(moving)
        self._convex = bool(self._linear_reals.any() and not (equal & self._linear_reals).any())
        self._known: Floats = np.zeros((0, space.n))

    def __len__(self) -> int:
        return len(self.lower)

    def excess(self, x: Floats, /) -> Floats:
        """(k, n) -> (k, r) how much a row's value must change: positive up, negative down, 0 where
        it holds.
        """
        value = x @ self.rows.a.T
        short = self.lower - value
        over = self.upper - value
        found = np.where(short > self.tolerance, short, np.where(over < -self.tolerance, over, 0.0))
        return found

    def broken(self, x: Floats, /) -> Floats:
        """(k, n) -> (k, r) how far each row is from holding, in multiples of its largest
        coefficient.
        """
        found: Floats = np.abs(self.excess(x)) * self._weight
        return found

    def holds(self, x: Floats, /) -> Flags:
        """(k, n) -> (k,) whether all rows hold."""
        found: Flags = np.all(self.excess(x) == 0, axis=1)
        return found

    def repair(self, x: Floats, rng: np.random.Generator, /) -> tuple[Floats, Flags]:
        """(k, n) decisions -> decisions in which every row holds, and for which points that was
        reached (k,).
        """
        if not len(self):
            return x, np.ones(len(x), dtype=bool)
        x = self._walked(x, rng) if self._choices is None else self._within(x, self._choices)
        good = self.holds(x)
        if not good.all():
            good = self._rescue(x, good, rng)
        if good.any():
            self._known = x[good][:64]
        return x, good

    def _walked(self, x: Floats, rng: np.random.Generator) -> Floats:
        """Moves of one column, or of all reals at once, until every row holds or patience is
        out.
        """
        x = x.copy()
        for turn in range(20 + 4 * len(self)):
            excess = self.excess(x)
            bad = np.flatnonzero(excess.any(axis=1))
            if turn == _PATIENCE and len(bad) and self._convex:
                bad = bad[~self._shorten(x, bad, rng)]
            if not len(bad) or self._should_stop():
                break
            x[bad] = self._step(x[bad], excess[bad], rng)
        return x

    def _within(self, x: Floats, choices: ListedChoices) -> Floats:
        """The nearest combination that can hold, then real columns alone, within what the
        combination leaves of them.
        """
        x, low, high = choices.settle(x)
        for _ in range(_TURNS):
            excess = self.excess(x)
            bad = np.flatnonzero(excess.any(axis=1))
            if not len(bad):
                break
            x[bad] = self._share(
                # in a combination that is kept all discrete columns are constants
                x[bad],
                np.where(self.with_reals, excess[bad], 0.0),
                (low[bad], high[bad]),
            )
        return x

    def _shorten(self, x: Floats, bad: Positions, rng: np.random.Generator) -> Flags:
        """Points go as far from a plan that obeys towards themselves as rows over reals alone let
        them; (bad,) who got there.

        Steps onto one row after another may go round in a sharp corner for long.
        """
        pool = np.concatenate([np.delete(x, bad, axis=0), self._known])
        if not len(pool):
            return np.zeros(len(bad), dtype=bool)
        anchor = np.where(self._space.real, pool[rng.integers(0, len(pool), len(bad))], x[bad])
        rows = self.rows.dense(self._linear_reals)
        start, way = anchor @ rows.T, (x[bad] - anchor) @ rows.T
        limit = np.where(way > 0, self.upper[self._linear_reals], self.lower[self._linear_reals])
        room = np.divide(
            limit - start, way, out=np.ones_like(way), where=(way != 0) & np.isfinite(limit)
        )
        share = np.clip(room.min(axis=1), 0.0, 1.0) * (1.0 - SHORTER)
        moved = self._space.snap(anchor + share[:, None] * (x[bad] - anchor))
        good = self.holds(moved)
        x[bad[good]] = moved[good]
        return good

    def _step(self, x: Floats, excess: Floats, rng: np.random.Generator) -> Floats:
        """One move for each point; every point has a row that does not hold."""
        k = len(x)
        every = np.arange(k)
        row = (np.where(excess != 0, rng.random(excess.shape) + 0.01, 0.0)).argmax(axis=1)
        wanted = excess[every, row]
        shared = self._linear_reals[row]
        if shared.any():
            x = x.copy()
            need = np.where(self._linear_reals, excess[shared], 0.0)
            x[shared] = self._share(x[shared], need, (self._space.lower, self._space.upper))
            if shared.all():
                return x
            rest = ~shared
            x[rest] = self._walk(x[rest], row[rest], wanted[rest], excess[rest], rng)
            return x
        return self._walk(x, row, wanted, excess, rng)

    def _share(self, x: Floats, need: Floats, bounds: tuple[Floats, Floats]) -> Floats:
        """All rows (k, r) in need at once: the shortest step of the reals, without columns that
        their bound holds back.
        """
        space = self._space
        low, high = bounds
        # inequalities: a hair further, so that rounding does not leave the point outside
        hair = ROUNDED * np.maximum(self._limit, np.abs(x) @ abs(self.rows.a).T)
        further = need * (1.0 + BEYOND) + np.sign(need) * hair
        need = np.where(self.lower == self.upper, need, further)
        coefficients: Floats = self.rows.a
        if self.rows.sparse:
            active = (need != 0).any(axis=0)
            if active.sum() * space.n > _SHARED:
                return x
            coefficients, need = self.rows.dense(active), need[:, active]
        rows = coefficients * space.width * (need != 0)[:, :, None]
        free = np.broadcast_to(space.real, x.shape)
        step = np.zeros_like(x)
        for _ in range(3):
            moving = rows * free[:, None, :]
            gram = moving @ moving.transpose(0, 2, 1)
            size = np.trace(gram, axis1=1, axis2=2)[:, None] / len(self) + TINY
            diagonal = np.arange(need.shape[1])
            gram[:, diagonal, diagonal] += np.where(need != 0, ROW_RIDGE * size, size)
            weight = solve(gram, need[:, :, None])
            step = (moving.transpose(0, 2, 1) @ weight)[:, :, 0] * space.width
            stuck = ((x <= low) & (step < 0)) | ((x >= high) & (step > 0))
            if not stuck.any():
                break
            free = free & ~stuck
        moved: Floats = np.clip(x + step, low, high)
        return moved

    def _walk(
        self, x: Floats, row: Positions, need: Floats, excess: Floats, rng: np.random.Generator
    ) -> Floats:
        columns, coefficients = self.rows.members(row)
        present = coefficients != 0
        target = self._targets(x, row, need, (columns, coefficients))
        every = np.arange(len(x))[:, None]
        change = np.where(present, target - x[every, columns], 0.0)
        score = self._left(x, columns, change)
        before = (np.abs(excess) * self._weight).sum(axis=1)
        score = score / np.maximum(before, TINY)[:, None] + 0.3 * rng.random(score.shape)
        wild = rng.random(len(x)) < _NOISE
        score[wild] = rng.random((int(wild.sum()), score.shape[1]))
        score = np.where(change != 0, score, np.inf)
        best = score.argmin(axis=1)
        moved = x.copy()
        moved[every[:, 0], columns[every[:, 0], best]] += change[every[:, 0], best]
        return self._space.snap(moved)

    def _left(self, x: Floats, columns: Positions, change: Floats) -> Floats:
        """(k, z) what each move of a column by a change (k, z) leaves over all rows; 0 where
        nothing changes, and where time was up.
        """
        values = x @ self.rows.a.T
        found = np.zeros(change.shape)
        points, places = np.nonzero(change)
        size = max(1, _BLOCK // len(self))
        for first in range(0, len(points), size):
            if first and self._should_stop():
                break
            own = points[first : first + size], places[first : first + size]
            value = values[own[0]] + change[own][:, None] * self.rows.beside(columns[own])
            left = np.maximum(self.lower - value, 0.0) + np.maximum(value - self.upper, 0.0)
            left[left <= self.tolerance] = 0.0
            found[own] = (left * self._weight).sum(axis=1)
        return found

    def _targets(
        self, x: Floats, row: Positions, need: Floats, members: tuple[Positions, Floats]
    ) -> Floats:
        """(k, z) where each column of the row would have to go to mend it alone, as far as its
        values allow.
        """
        space = self._space
        every = np.arange(len(x))[:, None]
        columns, a = members
        now = x[every, columns]
        step = np.divide(need[:, None], a, out=np.zeros_like(a), where=a != 0)
        target = now + step
        whole = space.counts[columns] > 0
        outward = np.where(step > 0, np.ceil(target - WHOLE), np.floor(target + WHOLE))
        reach = ROUNDED * np.maximum(self._limit[row], np.abs(a * now).sum(axis=1))
        hair = np.divide(reach[:, None], np.abs(a), out=np.zeros_like(a), where=a != 0)
        beyond = (step * BEYOND + np.sign(step) * hair) * (self.lower[row] != self.upper[row])[
            :, None
        ]
        target = np.where(whole, outward, target + beyond)
        for j, values in space.listed.items():
            here = columns == j
            if here.any():
                up = values[
                    np.minimum(np.searchsorted(values, (now + step)[here]), len(values) - 1)
                ]
                down = values[
                    np.maximum(np.searchsorted(values, (now + step)[here], side="right") - 1, 0)
                ]
                target[here] = np.where(step[here] > 0, up, down)
        return np.clip(target, space.lower[columns], space.upper[columns])

    def _rescue(self, x: Floats, good: Flags, rng: np.random.Generator) -> Flags:
        """Project a few of the points that did not get there; copy plans that hold over the
        others.
        """
        good = good.copy()
        for i in np.flatnonzero(~good)[: _PROJECTIONS if good.mean() < 0.5 else 1]:
            if self._should_stop():
                break
            self.projected += 1
            found = self.project(x[i])
            if found is not None:
                x[i] = found
                good[i] = bool(self.holds(found[None])[0])
        pool = np.concatenate([x[good], self._known])
        if not len(pool) and self._should_stop():
            # what is at hand is better than no plan at all
            ends = self._space.snap(np.array([self._space.lower, self._space.upper]))
            pool = ends[self.holds(ends)]
        lost = np.flatnonzero(~good)
        if len(pool) and len(lost):
            x[lost] = pool[rng.integers(0, len(pool), len(lost))]
            good[lost] = True
        return good

    def project(self, x: Floats, /) -> Floats | None:
        """(n,) decisions -> a nearest plan that obeys every row, in the sum of scaled differences;
        None where there is none.
        """
        found = project(self._space, self.rows, x, should_stop=self._should_stop)
        return None if found is None else self._tidy(found)

    def _tidy(self, x: Floats) -> Floats:
        """The program's answer holds to its tolerance: the reals take up the rest."""
        for _ in range(20):
            excess = self.excess(x[None])[0]
            if not excess.any():
                break
            free = self._space.real & (x > self._space.lower) & (x < self._space.upper)
            active = excess != 0
            step = (
                np.linalg.lstsq(
                    self.rows.dense(active)[:, free], excess[active] * (1.0 + OVERSHOOT), rcond=None
                )[0]
                if free.any()
                else []
            )
            x = x.copy()
            x[free] += step
            x = self._space.snap(x[None])[0]
        return x
