"""Forecast against outcome, and the effects that explain the outcomes best.

For each thing that was measured, the n observations y_i are set against the forecast f by the t
test of one sample: with the mean difference d and its standard error s / sqrt(n), t = d / (s /
sqrt(n)) has Student's distribution with n - 1 degrees of freedom where the forecast is right
(Student 1908).

The effects of an indicator are refitted together, by least squares over its observations: an
additive indicator is linear in its effects; one that compounds is linear in each of them, and the
steps of Gauss and Newton settle on the rest. Where observations do not tell effects apart (two
technologies that were only ever adopted together), the solution with the smallest sum of squared
changes against the forecast is taken, and marked as not identified.

A refitted effect is a weighted sum of observations. Its variance is that sum of the scatter among
observations that repeat one another, each with its own, and its degrees of freedom are those of
Welch (1947); of a single repeated observation this is the t test above. Where an effect rests on
something that was seen once, nothing can be said of its significance.

References:
    Student, The probable error of a mean, Biometrika 6 (1908) 1-25.
    B. L. Welch, The generalization of Student's problem when several different population variances
        are involved, Biometrika 34 (1947) 28-35.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.effect_slots import Slot, following_phases, slots_of
from optimiser.analysis.measured import Observation, same_thing
from optimiser.analysis.observed import Observed
from optimiser.analysis.tolerances import KNOWN_DIRECTION, NO_CHANGE, NO_RANK, UNEXPLAINED
from optimiser.language import listed, tr

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

__all__ = ["LearningOutcome", "Learnt", "Lesson", "Test", "learn", "t_test"]


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
    outcomes, lessons = [], []
    notes: list[str] = []
    for indicator in dict.fromkeys(one.indicator for one in observations):
        own = [one for one in observations if one.indicator == indicator]
        slots = slots_of(model.scenario, indicator, own)
        observed = Observed(model.scenario, slots, own)
        outcomes += _outcomes(own, observed)
        fit = _Fit(slots, observed)
        found = fit.lessons() if slots else []
        lessons += found
        notes += _left_out(model.scenario, indicator, fit, found)
    things = dict.fromkeys(map(same_thing, observations))
    order = {thing: place for place, thing in enumerate(things)}
    outcomes.sort(key=lambda found: order[found[0]])
    return Learnt(
        model.scenario, tuple(outcome for _, outcome in outcomes), tuple(lessons), tuple(notes)
    )


def _left_out(
    scenario: Scenario, indicator: str, fit: _Fit, found: Sequence[Lesson]
) -> Iterator[str]:
    """What of an indicator could not be refitted, and why."""
    if varying := following_phases(scenario, indicator):
        yield tr(
            "taken as right, since they follow parameters that change by phase: {numbers} on "
            "{indicator}",
            numbers=listed(varying),
            indicator=indicator,
        )
    if scenario.indicators[indicator].expr is not None:
        yield tr(
            "{indicator} is derived from others: it has no effects of its own to refit",
            indicator=indicator,
        )
    elif not found:
        yield tr(
            "no effect on {indicator} was in place where it was measured: nothing to refit",
            indicator=indicator,
        )
    elif missed := fit.unexplained():
        yield tr(
            "no effects on {indicator} explain all its outcomes: one is missed by {missed:.3g}",
            indicator=indicator,
            missed=missed,
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
    observations: Sequence[Observation], observed: Observed
) -> list[tuple[tuple[object, ...], LearningOutcome]]:
    """Observations of the same thing together, under what it is, called as the first calls it."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for row, one in enumerate(observations):
        groups.setdefault(same_thing(one), []).append(row)
    found = []
    for key, rows in groups.items():
        first, (forecast, _) = observations[rows[0]], observed.forecasts[rows[0]]
        mean = math.fsum(observed.forecasts[row][1] for row in rows) / len(rows)
        test = t_test(observed.differences[rows].tolist())
        outcome = LearningOutcome(
            first.label, first.indicator, first.phase, first.effect, forecast, mean, test
        )
        found.append((key, outcome))
    return found


class _Fit:
    """The numbers that the observations of one indicator refit."""

    def __init__(self, slots: Sequence[Slot], observed: Observed, /) -> None:
        self._slots = slots
        self._observed = observed

    def lessons(self) -> list[Lesson]:
        """What is in place anywhere, refitted."""
        refitted = self._observed.refitted
        slopes = refitted.slopes
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
            n, change = int(active[:, j].sum()), float(refitted.change[j]) * slot.unit
            nothing = max(
                NO_CHANGE * abs(slot.forecast), float(refitted.rounding[j]) * abs(slot.unit)
            )
            change = 0.0 if abs(change) <= nothing else change
            test = self._test(weights[j] * slot.unit, n, change) if known[j] else Test(n, change)
            learnt = slot.forecast + change
            found.append(Lesson(slot, slot.forecast, learnt, test, bool(known[j])))
        return found

    def unexplained(self) -> float:
        """The largest mean outcome that the refitted effects miss, in the indicator's unit; 0 where
        that is rounding.
        """
        left = self._observed.refitted.left
        missed = max(abs(float(left[rows].mean())) for rows in self._observed.repeats)
        return missed if missed > UNEXPLAINED * np.abs(self._observed.forecasts).max() else 0.0

    def _test(self, weights: Floats, n: int, change: float) -> Test:
        """Of a weighted sum of the observations, from the scatter of those that repeat one
        another.
        """
        errors = []
        for rows in self._observed.repeats:
            weight = float((weights[rows] ** 2).sum())
            if weight <= NO_RANK**2 * float((weights**2).sum()):
                continue
            if len(rows) < 2:
                return Test(n, change)
            seen = self._observed.differences[rows].tolist()
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
