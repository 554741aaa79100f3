"""Forecast against outcome, and the effects that explain the outcomes best.

For each thing that was measured, the n observations y_i are set against the forecast f by the t
test of one sample: with the mean difference d and its standard error s / sqrt(n), t = d / (s /
sqrt(n)) has Student's distribution with n - 1 degrees of freedom where the forecast is right
(Student 1908).

The effects of an indicator are refitted together, by least squares over its observations: an
additive indicator is linear in its effects; one that compounds is linear in each of them, and the
steps of Gauss and Newton settle on the rest. Where observations do not tell effects apart (two
technologies that were only ever adopted together), the solution with the smallest sum of squared
changes against the forecast is taken, and marked as not identified: with the changes d, the
derivatives J at them and what is missing r, a step is d = J+ (r + J d), whose fixed point is in the
row space of J.

A refitted effect is a weighted sum of observations. Its variance is that sum of the scatter among
observations that repeat one another, each with its own, and its degrees of freedom are those of
Welch (1947); of a single repeated observation this is the t test above. Where an effect rests on
something that was seen once, nothing can be said of its significance.

References:
    Student, The probable error of a mean, Biometrika 6 (1908) 1-25.
    B. L. Welch, The generalization of Student's problem when several different population variances
        are involved, Biometrika 34 (1947) 28-35.
    G. H. Golub, C. F. Van Loan, Matrix Computations, 4th ed., 2013, section 5.5: minimum-norm least
        squares by the SVD.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.effect_slots import Slot, parametrised, slots_of
from optimiser.analysis.measured import Observation, same_thing
from optimiser.analysis.tolerances import FITTED, KNOWN_DIRECTION, NO_CHANGE, NO_RANK, UNEXPLAINED
from optimiser.errors import ScenarioError
from optimiser.language import tr, trn
from optimiser.scenario.diagnostics import Findings

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

__all__ = ["LearningOutcome", "Learnt", "Lesson", "Test", "learn", "t_test"]

_STEPS: Final = 50


@dataclass(frozen=True)
class Test:
    """A t test of a difference from the forecast.

    Attributes:
        n: observations.
        difference: the mean difference.
        error: its standard error; None where the observations do not show one.
        t: the statistic; None where it has none, or is infinite.
        p: how likely a difference of this size or more is where the forecast is right; None where
            that cannot be said.
    """

    n: int
    difference: float
    error: float | None = None
    t: float | None = None
    p: float | None = None


@dataclass(frozen=True)
class LearningOutcome:
    """One thing that was measured, once or several times.

    Attributes:
        label: what was in place.
        indicator: what was measured.
        phase: when; empty for the whole horizon.
        effect: whether it is the change by a technology alone.
        forecast: the scenario's value.
        measured: the mean of the observations.
        test: of their difference.
    """

    label: str
    indicator: str
    phase: str
    effect: bool
    forecast: float
    measured: float
    test: Test


@dataclass(frozen=True)
class Lesson:
    """One effect, or a baseline, refitted.

    Attributes:
        slot: which.
        forecast: its value in the scenario, in the form in which it is written there: an amount or
            a percentage.
        learnt: the value that explains the outcomes.
        test: of the difference, in that form.
        identified: whether the observations determine it.
    """

    slot: Slot
    forecast: float
    learnt: float
    test: Test
    identified: bool


@dataclass(frozen=True)
class Learnt:
    """What measurements say of a scenario.

    Attributes:
        scenario: the scenario.
        outcomes: forecast against outcome, in the order of the table.
        lessons: the effects that the outcomes concern.
        notes: what could not be refitted, and why.
    """

    scenario: Scenario
    outcomes: tuple[LearningOutcome, ...]
    lessons: tuple[Lesson, ...]
    notes: tuple[str, ...] = ()


def learn(model: Model, observations: Sequence[Observation], /) -> Learnt:
    """Set a scenario against measured outcomes, and refit its effects.

    Raises:
        ScenarioError: an outcome that the model cannot have, or whose forecast is undefined.
    """
    outcomes, lessons, notes = [], [], []
    for indicator in dict.fromkeys(one.indicator for one in observations):
        own = [one for one in observations if one.indicator == indicator]
        slots = slots_of(model.scenario, indicator, own)
        fit = _Fit(model.scenario, slots, own)
        outcomes += _outcomes(own, fit.forecasts)
        if not slots:
            notes.append(
                tr(
                    "{indicator} is derived from others: it has no effects of its own to refit",
                    indicator=indicator,
                )
            )
            continue
        found = fit.lessons()
        lessons += found
        if not found:
            notes.append(
                tr(
                    "no effect on {indicator} was in place where it was measured: nothing to refit",
                    indicator=indicator,
                )
            )
        elif missed := fit.unexplained():
            notes.append(
                tr(
                    "no effects on {indicator} explain all its outcomes: one is missed by "
                    "{missed:.3g}",
                    indicator=indicator,
                    missed=missed,
                )
            )
    things = dict.fromkeys(map(same_thing, observations))
    order = {thing: place for place, thing in enumerate(things)}
    outcomes.sort(key=lambda found: order[found[0]])
    return Learnt(
        model.scenario, tuple(outcome for _, outcome in outcomes), tuple(lessons), tuple(notes)
    )


def t_test(differences: Sequence[float], /) -> Test:
    """The two-sided t test of a mean difference of 0.

    >>> round(t_test([1.0, 2.0, 3.0]).t, 6)
    3.464102
    """
    n = len(differences)
    mean = math.fsum(differences) / n
    if n < 2:
        return Test(n, mean)
    error = math.hypot(*(d - mean for d in differences)) / math.sqrt((n - 1) * n)
    return _tested(n, mean, error, n - 1)


def _tested(n: int, difference: float, error: float, freedom: float) -> Test:
    if error == 0.0:
        return Test(n, difference, 0.0, None, 0.0 if difference else 1.0)
    from scipy.special import stdtr

    t = difference / error
    return Test(n, difference, error, t, float(2.0 * stdtr(freedom, -abs(t))))


def _outcomes(
    observations: Sequence[Observation], forecasts: Sequence[tuple[float, float]]
) -> list[tuple[tuple[object, ...], LearningOutcome]]:
    """Observations of the same thing together, under what it is, called as the first calls it."""
    groups: dict[tuple[object, ...], list[tuple[Observation, float, float]]] = {}
    for one, (forecast, measured) in zip(observations, forecasts, strict=True):
        groups.setdefault(same_thing(one), []).append((one, forecast, measured))
    found = []
    for key, rows in groups.items():
        first, forecast, _ = rows[0]
        mean = math.fsum(measured for _, _, measured in rows) / len(rows)
        test = t_test([_difference(measured, forecast) for _, forecast, measured in rows])
        found.append(
            (
                key,
                LearningOutcome(
                    first.label, first.indicator, first.phase, first.effect, forecast, mean, test
                ),
            )
        )
    return found


class _Fit:
    """The observations of one indicator as functions of what can be refitted.

    Attributes:
        forecasts: for each observation what the scenario says, and what was measured, in the
            indicator's unit.
    """

    def __init__(
        self, scenario: Scenario, slots: Sequence[Slot], observations: Sequence[Observation], /
    ) -> None:
        from optimiser.formulate import Model

        extended, self._names = parametrised(scenario, slots)
        self._model = Model(extended)
        self._slots = slots
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
        self._place = [(rows[one.x], outputs[one.indicator, one.phase]) for one in observations]
        same: dict[tuple[object, ...], list[int]] = {}
        for i, one in enumerate(observations):
            same.setdefault(same_thing(one), []).append(i)
        self._repeats = list(same.values())
        self._reached, _ = self._at(np.zeros(len(slots)))
        self.forecasts = self._forecasts()

    def lessons(self) -> list[Lesson]:
        """What is in place anywhere, refitted."""
        delta, slopes, _ = self._solved
        size = np.abs(slopes).max(initial=0.0)
        active = np.abs(slopes) > NO_RANK * size
        if not active.any():
            return []
        _, values, right = np.linalg.svd(slopes, full_matrices=False)
        rank = int((values > NO_RANK * values[0]).sum())
        known = (right[:rank] ** 2).sum(axis=0) > 1.0 - KNOWN_DIRECTION
        weights = np.linalg.pinv(slopes, rcond=NO_RANK)
        found = []
        for j, slot in enumerate(self._slots):
            if not active[:, j].any():
                continue
            n, change = int(active[:, j].sum()), float(delta[j]) * slot.unit
            change = 0.0 if abs(change) <= NO_CHANGE * (1.0 + abs(slot.forecast)) else change
            test = self._test(weights[j] * slot.unit, n, change) if known[j] else Test(n, change)
            found.append(Lesson(slot, slot.forecast, slot.forecast + change, test, bool(known[j])))
        return found

    def unexplained(self) -> float:
        """The largest mean outcome that the refitted effects miss, in the indicator's unit; 0 where
        that is rounding.
        """
        _, _, residuals = self._solved
        missed = max(abs(float(residuals[rows].mean())) for rows in self._repeats)
        largest = max(abs(y) for _, y in self.forecasts)
        return missed if missed > UNEXPLAINED * (1.0 + largest) else 0.0

    def _test(self, weights: Floats, n: int, change: float) -> Test:
        """Of a weighted sum of the observations, from the scatter of those that repeat one
        another.
        """
        errors = []
        for rows in self._repeats:
            weight = float((weights[rows] ** 2).sum())
            if weight <= NO_RANK**2 * float((weights**2).sum()):
                continue
            if len(rows) < 2:
                return Test(n, change)
            seen = [_difference(self.forecasts[i][1], self.forecasts[i][0]) for i in rows]
            mean = math.fsum(seen) / len(seen)
            scatter = math.hypot(*(d - mean for d in seen)) / math.sqrt(len(seen) - 1)
            errors.append((math.sqrt(weight) * scatter, len(seen) - 1))
        error = math.hypot(*(own for own, _ in errors))
        freedom = (
            1.0 / math.fsum((own / error) ** 4 / free for own, free in errors)
            if error > 0.0
            else 1.0
        )
        return _tested(n, change, error, freedom)

    def _at(self, delta: Floats) -> tuple[Floats, Floats]:
        return self._model.by_parameters(
            self._x, self._outputs, names=self._names, values=delta.tolist()
        )

    def _forecasts(self) -> list[tuple[float, float]]:
        found = []
        for one, (plan, output) in zip(self._observations, self._place, strict=True):
            base, reached = float(self._reached[0, output]), float(self._reached[plan, output])
            name = one.indicator
            if not (math.isfinite(reached) and math.isfinite(base)):
                raise _fault(
                    one,
                    tr(
                        "the forecast of {name} is undefined for '{plan}'",
                        name=name,
                        plan=one.label,
                    ),
                    tr("check the expression"),
                )
            measured = _clean(one.value * base) if one.share else one.value
            if self._compound and measured + (base if one.effect else 0.0) <= 0:
                message = tr(
                    "{name} compounds, so it is above 0, and this outcome is not", name=name
                )
                raise _fault(one, message, tr("check the number, and its sign"))
            forecast = _difference(_clean(reached), _clean(base)) if one.effect else _clean(reached)
            found.append((forecast, measured))
        return found

    def _modelled(self, delta: Floats) -> tuple[Floats, Floats]:
        """(N,) the observed things by the model, of an effect the change from nothing adopted, and
        (N, b) their derivatives.
        """
        values, slopes = self._at(delta)
        rows = [plan for plan, _ in self._place]
        outputs = [output for _, output in self._place]
        relative = np.array([one.effect for one in self._observations])
        reached = values[rows, outputs] - np.where(relative, values[0, outputs], 0.0)
        return reached, slopes[rows, outputs] - np.where(relative[:, None], slopes[0, outputs], 0.0)

    @cached_property
    def _solved(self) -> tuple[Floats, Floats, Floats]:
        """The smallest change that explains the outcomes best, the derivatives there, and what is
        left unexplained.
        """
        target = np.array([measured for _, measured in self.forecasts])
        delta = np.zeros(len(self._slots))
        for _ in range(_STEPS):
            reached, slopes = self._modelled(delta)
            better = np.linalg.pinv(slopes, rcond=NO_RANK) @ (target - reached + slopes @ delta)
            step = float(np.abs(better - delta).max(initial=0.0))
            delta = better
            if step <= FITTED * (1.0 + float(np.abs(delta).max(initial=0.0))):
                break
        else:
            raise _fault(
                self._observations[0],
                tr("no effects on {name} explain these outcomes", name=self._outputs[0][0]),
                tr("check the numbers"),
            )
        reached, slopes = self._modelled(delta)
        return delta, slopes, target - reached


def _clean(value: float) -> float:
    """Without the last digits of a float, which are rounding."""
    return float(f"{value:.13g}")


def _difference(value: float, start: float) -> float:
    """The difference of two numbers as they are shown: of 104.8 and 104 it is 0.8, not a float
    beside it.
    """
    return float(Fraction(repr(value)) - Fraction(repr(start)))


def _fault(one: Observation, message: str, help: str) -> ScenarioError:
    findings = Findings()
    findings.error("S072", one.at, message, help=help)
    words = trn("{number} error in {file}", "{number} errors in {file}", 1, file=one.at.source.name)
    return ScenarioError(words, diagnostics=findings.ordered())
