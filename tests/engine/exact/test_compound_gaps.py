"""What a stopped run of a model with compounding effects claims, against the exact products of
every plan: gaps, scales and bounds are those of the indicators, not of their logarithms.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pytest

from optimiser.engine import Budget, Options
from optimiser.engine.contract import Checkpoints, Outcome, Saved
from optimiser.engine.exact import anytime, beside
from optimiser.engine.exact import wide_front as wide
from optimiser.engine.exact.compiled_search import compiled_search
from optimiser.engine.exact.representing import represented
from optimiser.engine.exact.spreading import spread_over
from optimiser.engine.exact.wide_front import wide_front
from optimiser.engine.problem import Problem
from optimiser.errors import ScenarioError
from optimiser.formulate import log_order
from tests.engine.models import domain_values
from tests.engine.test_stops import Counted
from tests.formulate.test_compounds import (
    every_product_by_its_logarithm,
    portfolio,
    problem_in,
    random_scenario,
)

Values = list[tuple[Fraction, ...]]
UNSAVED = Checkpoints(lambda _: None)


_KNOWN: dict[tuple[Problem, bytes], tuple[Fraction, ...]] = {}


def exactly(problem: Problem, x: np.ndarray) -> Values:
    """The minimised objectives of plans (k, n)."""
    assert problem.values is not None
    found = []
    for row in x:
        key = problem, row.tobytes()
        if key not in _KNOWN:
            (values,) = problem.values([problem.point(row.tolist())])
            _KNOWN[key] = tuple(v for v in values if v is not None)
        found.append(_KNOWN[key])
    return found


def everything(problem: Problem) -> Values:
    x = np.array(list(product(*map(domain_values, problem.decisions))))
    assert problem.exact is not None
    return sorted(set(exactly(problem, x[problem.exact(x)[1]])))


def has_scale(scale: tuple[float, ...], values: Values) -> None:
    """That the scale is that of the lexicographic corners; where these agree, what rows prove of
    the range over everything.
    """
    corners = [min((y[k], y) for y in values)[1] for k in range(len(values[0]))]
    ranges = [max(c) - min(c) for c in zip(*corners, strict=True)]
    whole = [max(c) - min(c) for c in zip(*values, strict=True)]
    for own, corner, every in zip(scale, ranges, whole, strict=True):
        if corner or not any(ranges):
            assert own == pytest.approx(float(corner), rel=1e-12)
        else:
            assert float(every) * (1 - 1e-12) <= own <= float(every) * (1 + 1e-3)


def true_gap(values: Values, listed: Values, scale: list[Fraction]) -> Fraction:
    """How much worse the nearest listed plan is at its worst, for the plan that is furthest."""
    # floats say which plan it is about
    used = [k for k, s in enumerate(scale) if s]
    shares = [[[float(y[k] / scale[k]) for k in used] for y in some] for some in (values, listed)]
    away = (np.array(shares[1])[None] - np.array(shares[0])[:, None]).max(axis=2, initial=0.0)
    at = int(away.min(axis=1).argmax())
    return min(
        max([Fraction(0), *((z[k] - values[at][k]) / scale[k] for k in used)]) for z in listed
    )


def claims_are_true(problem: Problem, outcome: Outcome, values: Values) -> bool:
    """Asserts it; whether there was a gap."""
    for low, best in zip(outcome.bounds, map(min, zip(*values, strict=True)), strict=False):
        assert low is None or Fraction(low) <= best
    if outcome.gap is None:
        assert outcome.status != "covering"
        return False
    has_scale(outcome.scale, values)
    claimed = [Fraction(s) for s in outcome.scale]
    listed = exactly(problem, outcome.x)
    assert true_gap(values, listed, claimed) <= Fraction(outcome.gap) * (1 + Fraction(1, 2**50))
    return True


def models(seeds: range, folder: Path) -> list[Problem]:
    found = []
    for seed in seeds:
        try:
            problem = problem_in(random_scenario(seed), folder)
        except ScenarioError:
            continue
        if problem.linear and any(problem.linear.linked):
            found.append(problem)
    return found


def check_steps(problem: Problem) -> int:
    """At every step gap, scale and bounds are true; how many steps had a gap."""
    values = everything(problem)
    spread = spread_over(problem, Budget())
    assert spread is not None
    steps, last = 0, 1.0
    for _ in range(3000):
        more = spread.step()
        if not values:
            if not more:
                assert spread.infeasible
                return steps
            continue
        gap = spread.gap
        for low, best in zip(spread.bounds(), map(min, zip(*values, strict=True)), strict=True):
            assert low is None or low <= best
        if gap is not None:
            assert gap <= last
            if gap == last and more:
                continue
            last, steps = gap, steps + 1
            has_scale(spread.scale, values)
            listed = exactly(problem, spread.problem.decisions(spread.plans))
            assert true_gap(values, listed, [Fraction(s) for s in spread.scale]) <= Fraction(gap)
        if not more:
            break
    assert spread.complete
    return steps


def check_stops(problem: Problem, questions: int, workers: int = 1) -> bool:
    """A run that was stopped by counted work claims nothing false; whether it had a gap."""
    values = everything(problem)
    for options in (Options(workers=workers), Options(gap=0.05), Options(points=3)):
        plain = options.gap is None and options.points is None
        outcome = None
        if plain:
            outcome = compiled_search(problem, options, Counted(questions, UNSAVED))
            outcome = outcome or wide_front(problem, options, Counted(questions, UNSAVED))
        else:
            outcome = represented(problem, options, Counted(questions, UNSAVED))
        if outcome is None or not len(outcome.x):
            continue
        if claims_are_true(problem, outcome, values):
            return True
    return False


def listed(problem: Problem, budget: Budget) -> Outcome:
    """What the search for everything claims."""
    outcome = compiled_search(problem, Options(workers=1), budget)
    outcome = outcome or wide_front(problem, Options(workers=1), budget)
    assert outcome is not None
    return outcome


def test_a_run_gone_on_with_never_says_less_nor_more_than_is_true(tmp_path: Path) -> None:
    gaps = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beside, "_PATIENCE", 0.0)
        for compounds, digits, wide in ((1, 2, False), (1, 15, True), (2, 1, True)):
            if wide:
                patch.setattr(log_order, "_MOST_VECTORS", 0)
            data = portfolio(9, 4, digits=digits, compounds=compounds)
            problem = problem_in(data, tmp_path)
            values, states, last = everything(problem), list[Saved](), 1.0
            for questions in (1, 3, 5, 7, 9, 12):
                known = states[-1] if states else None
                budget = Counted(questions, Checkpoints(states.append, known))
                outcome = listed(problem, budget)
                if outcome.status == "complete":
                    break
                if len(outcome.x) and claims_are_true(problem, outcome, values):
                    assert outcome.gap is not None
                    assert outcome.gap <= last
                    last, gaps = outcome.gap, gaps + 1
    assert gaps > 3


def test_gaps_of_random_models_are_true_at_every_step(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        every_product_by_its_logarithm(patch)
        assert sum(check_steps(one) for one in models(range(40), tmp_path)) > 150


def test_gaps_of_stopped_runs_are_true(tmp_path: Path) -> None:
    found = 0
    with pytest.MonkeyPatch.context() as patch:
        every_product_by_its_logarithm(patch)
        patch.setattr(beside, "_PATIENCE", 0.0)
        for k, one in enumerate(models(range(100, 130), tmp_path)):
            found += check_stops(one, Random(k).randrange(5, 60))
    assert found > 5


@pytest.mark.parametrize(("digits", "compounds"), [(0, 1), (2, 2), (15, 1)])
def test_a_portfolio_of_measures_is_covered_truly(
    tmp_path: Path, digits: int, compounds: int
) -> None:
    problem = problem_in(portfolio(8, 1, digits=digits, compounds=compounds), tmp_path)
    assert check_steps(problem) > 5


def test_a_narrow_range_of_a_large_value_is_measured_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Products between 0.99 and 1 of a baseline of a thousand million."""
    monkeypatch.setattr(anytime, "_NODES", 1)
    data = portfolio(7, 3, digits=2)
    data["indicators"]["e0"]["baseline"] = 10**9
    for one in data["technologies"].values():
        share = Fraction(one["effects"]["e0"].rstrip("%")) / 1000
        one["effects"]["e0"] = f"{float(share):.8f}%"
    assert check_steps(problem_in(data, tmp_path)) > 5


@pytest.mark.slow
def test_many_stopped_runs_claim_nothing_false(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        every_product_by_its_logarithm(patch)
        patch.setattr(beside, "_PATIENCE", 0.0)
        for k, one in enumerate(models(range(1000, 1400), tmp_path)):
            check_steps(one)
            for questions in (1, 4, 16, 64):
                check_stops(one, questions, workers=1 + k % 2)


def test_once_the_rounded_front_is_complete_only_rounding_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever zone is still to be asked about."""
    monkeypatch.setattr(log_order, "_MOST_VECTORS", 0)
    problem = problem_in(portfolio(9, 4, digits=1, compounds=2), tmp_path)
    budget = Budget()

    def stopped(listing: object) -> bool:
        budget.cancel()
        return False

    monkeypatch.setattr(wide, "_asked_about", stopped)
    outcome = wide_front(problem, Options(workers=1), budget)
    assert outcome is not None
    assert (outcome.status, outcome.stopped) == ("covering", "interrupted")
    assert claims_are_true(problem, outcome, everything(problem))
    assert outcome.gap is not None
    assert outcome.gap < 1e-4
