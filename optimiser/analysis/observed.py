"""The observations of one indicator as functions of what can be refitted, and the change that
explains them best.

What is asked for is the least sum of squares of what is missed, and of several changes that reach
it the one with the smallest sum of squares. With the changes d, the derivatives J at them and what
is missing r, a step of Gauss and Newton is d = J+ (r + J d), whose fixed point is in the row space
of J; where effects add up, the first step is the answer. A step is halved until less is missed.

References:
    G. H. Golub, C. F. Van Loan, Matrix Computations, 4th ed., 2013, section 5.5: minimum-norm least
        squares by the SVD.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.differences import shown_difference
from optimiser.analysis.effect_slots import parametrised
from optimiser.analysis.measured import same_thing
from optimiser.analysis.tolerances import FITTED, NO_RANK
from optimiser.errors import ScenarioError
from optimiser.frozen import dataclass
from optimiser.language import tr, trn
from optimiser.scenario.diagnostics import Findings

if TYPE_CHECKING:
    from optimiser.analysis.effect_slots import Slot
    from optimiser.analysis.measured import Observation
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

__all__ = ["Observed", "Refitted"]

_STEPS: Final = 200
_HALVINGS: Final = 50
_ROUNDING: Final = 16 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Refitted:
    """The smallest change that explains N outcomes best, of b numbers.

    Attributes:
        change: (b,) of each number, in the common measure of the indicator's effects.
        rounding: (b,) what of it may be rounding.
        slopes: (N, b) how what was observed changes with the numbers, there.
        left: (N,) what is left unexplained.
    """

    change: Floats
    rounding: Floats
    slopes: Floats
    left: Floats


class Observed:
    """N observations of one indicator.

    Attributes:
        forecasts: for each observation what the scenario says, and what was measured, in the
            indicator's unit.
        differences: (N,) measured less forecast.
        repeats: the observations that repeat one another, each once.
    """

    def __init__(
        self, scenario: Scenario, slots: Sequence[Slot], observations: Sequence[Observation], /
    ) -> None:
        from optimiser.formulate import Model

        self._slots = slots
        extended, self._names = parametrised(scenario, slots)
        self._model = Model(extended)
        self._observations = observations
        self._compound = scenario.indicators[
            observations[0].indicator
        ].combine == "compound" and bool(slots)
        nothing = tuple(self._model.encode({}).tolist())
        plans = list(dict.fromkeys([nothing, *(one.x for one in observations)]))
        self._x = np.array(plans)
        self._outputs = list(dict.fromkeys((one.indicator, one.phase) for one in observations))
        rows = {x: row for row, x in enumerate(plans)}
        outputs = {output: place for place, output in enumerate(self._outputs)}
        self._rows = [rows[one.x] for one in observations]
        self._columns = [outputs[one.indicator, one.phase] for one in observations]
        # of a baseline that is refitted, a share and an amount no longer say the same
        apart = any(slot.path[0] == "indicators" for slot in slots)
        same: dict[tuple[object, ...], list[int]] = {}
        for i, one in enumerate(observations):
            same.setdefault((*same_thing(one), apart and one.share), []).append(i)
        self.repeats = list(same.values())
        self._scenarios = self._model.values(self._x, self._outputs)
        self.forecasts = self._forecasts()
        self.differences = np.array([shown_difference(f, y) for f, y in self.forecasts])

    def _forecasts(self) -> list[tuple[float, float]]:
        found = []
        values = self._scenarios.tolist()
        for one, row, column in zip(self._observations, self._rows, self._columns, strict=True):
            base, reached = values[0][column], values[row][column]
            if not (math.isfinite(reached) and math.isfinite(base)):
                raise _fault(
                    one,
                    tr(
                        "the forecast of {name} is undefined for '{plan}'",
                        name=one.indicator,
                        plan=one.label,
                    ),
                    tr("check the expression"),
                )
            measured = self._measured(one, base)
            found.append((shown_difference(base, reached) if one.effect else reached, measured))
        return found

    def _measured(self, one: Observation, base: float) -> float:
        """What was measured, in the indicator's unit; ``base`` is it with nothing adopted."""
        name = one.indicator
        if one.share and base == 0.0:
            raise _fault(
                one,
                tr("a share of {name} means nothing: it is 0 with nothing adopted", name=name),
                tr("write the effect in the indicator's unit"),
            )
        found = one.value
        if one.share:
            found = float(Fraction(repr(one.value)) * Fraction(repr(base)))
        if self._compound and found + (base if one.effect else 0.0) <= 0:
            raise _fault(
                one,
                tr("{name} compounds, so it is above 0, and this outcome is not", name=name),
                tr("check the number, and its sign"),
            )
        return found

    def _modelled(self, change: Floats) -> tuple[Floats, Floats]:
        """(N,) the observed things by the model, and (N, b) their derivatives: of an effect the
        change from nothing adopted; of one that was measured as a share, that share of what the
        scenario says of nothing adopted.
        """
        values, slopes = self._model.by_parameters(
            self._x, self._outputs, names=self._names, values=change.tolist()
        )
        rows, columns = self._rows, self._columns
        effects = np.array([one.effect for one in self._observations])
        shares = np.array([one.share for one in self._observations])
        nothing, moved = values[0, columns], slopes[0, columns]
        reached = values[rows, columns] - np.where(effects, nothing, 0.0)
        turned = slopes[rows, columns] - np.where(effects[:, None], moved, 0.0)
        # what it is a share of is refitted too, with the baseline
        turned[shares] -= (reached[shares] / nothing[shares])[:, None] * moved[shares]
        level = np.ones(len(rows))
        level[shares] = nothing[shares] / self._scenarios[0, columns][shares]
        return reached / level, turned / level[:, None]

    @cached_property
    def refitted(self) -> Refitted:
        """What explains the observations best.

        Raises:
            ScenarioError: the steps do not settle.
        """
        change = np.zeros(len(self._slots))
        start, slopes = self._modelled(change)
        left, sizes = self.differences, np.array([abs(s.forecast / s.unit) for s in self._slots])
        for _ in range(_STEPS):
            inverse = np.linalg.pinv(slopes, rcond=NO_RANK)
            step = inverse @ (left + slopes @ change) - change
            terms = np.abs(slopes) @ (sizes + np.abs(change)) + np.abs(self._scenarios).max()
            unsure = _ROUNDING * terms.max()
            rounding = unsure * np.abs(inverse).sum(axis=1)
            settled = FITTED * np.abs(change).max(initial=0.0)
            if (np.abs(step) <= np.maximum(rounding, settled)).all():
                return Refitted(change, rounding, slopes, left)
            most = math.hypot(*left) + unsure * len(left)
            for _ in range(_HALVINGS):
                reached, slopes = self._modelled(change + step)
                left = self.differences - (reached - start)
                if math.hypot(*left) <= most:
                    break
                step = step / 2
            change = change + step
        raise _fault(
            self._observations[0],
            tr(
                "the effects on {name} that explain these outcomes best were not found",
                name=self._outputs[0][0],
            ),
            tr("check the numbers"),
        )


def _fault(one: Observation, message: str, help: str) -> ScenarioError:
    findings = Findings()
    findings.error("S072", one.at, message, help=help)
    words = trn("{number} error in {file}", "{number} errors in {file}", 1, file=one.at.source.name)
    return ScenarioError(words, diagnostics=findings.ordered())
