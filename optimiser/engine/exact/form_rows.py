"""Limits of a problem's objectives as those of the normal form's rows, and what these are worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel import UNLIMITED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.corners import Frame
    from optimiser.engine.exact.narrowed import Narrowed
    from optimiser.engine.exact.wide_program import WideProgram
    from optimiser.front import Floats

    Integers = NDArray[np.int64]
    Limits = Sequence[int | None]

__all__ = ["FormRows"]


class FormRows:
    """Limits of the problem's objectives as those of the normal form's rows."""

    def __init__(self, problem: WideProgram, narrow: Narrowed, /) -> None:
        self.problem, self.narrow, self.form = problem, narrow, narrow.form
        n = len(problem.columns)
        low, high = self.form.lower[:n], self.form.upper[:n]
        fixed = np.where(low == high, low, 0).astype(np.int64)
        self.fixed = [int(v) for v in narrow.program.objectives @ fixed]
        self.factor = []
        for k, row in enumerate(self.form.of):
            at = int(np.argmax(self.form.objectives[row] != 0))
            own = int(narrow.program.objectives[k][at]) if row >= 0 else 0
            self.factor.append(own // int(self.form.objectives[row][at]) if own else 1)

    def limits(self, highest: Limits, /) -> Integers | None:
        """(p,) limits of the form's rows; None where a constant objective is above its own."""
        found = [UNLIMITED] * len(self.form.objectives)
        for k, high in enumerate(self.narrow.limits(highest)):
            if high is None:
                continue
            rest = (high - self.fixed[k]) // self.factor[k]
            if self.form.of[k] >= 0:
                found[self.form.of[k]] = min(found[self.form.of[k]], rest)
            elif rest < 0:
                return None
        return np.array([max(-UNLIMITED, v) for v in found], dtype=np.int64)

    def least(self, k: int, value: int, /) -> int:
        """What objective k is at least where its row of the form, if it has one, is at least
        ``value``.
        """
        return self.narrow.floor(
            k, (self.factor[k] * value if self.form.of[k] >= 0 else 0) + self.fixed[k]
        )

    def constant(self, k: int, /) -> bool:
        """Whether objective k is the same in every plan: not where only rounding makes it so."""
        return self.form.of[k] < 0 and self.narrow.quantum[k] == 1

    def framed(self, frame: Frame, /) -> tuple[Floats, Floats]:
        """(p,) the least values and the ranges of the form's rows, about."""
        least, ranges = self.limits(frame.ideal), np.full(len(self.form.objectives), np.inf)
        for k, width in enumerate(frame.scale):
            if self.form.of[k] >= 0:
                own = float(width) / (self.narrow.quantum[k] * self.factor[k])
                ranges[self.form.of[k]] = min(ranges[self.form.of[k]], max(1.0, own))
        return (0.0 * ranges if least is None else least.astype(np.float64)), ranges

    def within(self, x: Integers, highest: Limits, /) -> bool:
        """Whether x (n,) is a plan within limits, in the numbers as they are."""
        y = self.problem.values(x)
        return self.problem.holds(x) and all(
            high is None or v <= high for v, high in zip(y, highest, strict=True)
        )
