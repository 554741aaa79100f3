"""Labels from both ends, against brute force and whatever the number of threads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimiser.engine.labels.listing import ALL, listed
from optimiser.engine.labels.reading import LabelModel, reading
from tests.engine.labels.models import crowded, knapsack, large
from tests.engine.labels.test_labels import everything, needs_compiled
from tests.engine.models import Draft, front_by_force, problem_of
from tests.engine.test_engines_agree import SHAPES

pytestmark = needs_compiled


def meets_halves(draft: Draft) -> None:
    """With so narrow beams nearly all labels are made from both ends."""
    problem = problem_of(draft)
    given = reading(problem)
    assert isinstance(given, LabelModel)
    found = listed(given, replace(ALL, beam=1), lambda found, made: True)
    assert found.complete
    plans = given.decisions(found.plans)
    assert sorted(map(tuple, plans.tolist())) == sorted(front_by_force(problem).values())


@pytest.mark.parametrize("shape", SHAPES)
def test_as_brute_force(shape: str) -> None:
    for seed in range(100, 104):
        meets_halves(SHAPES[shape](seed))


def test_models_with_everything() -> None:
    for seed in range(100, 108):
        meets_halves(everything(seed))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_models_with_everything_many_times(block: int) -> None:
    for seed in range(5000 + 300 * block, 5300 + 300 * block):
        meets_halves(everything(seed))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(5))
def test_crowded_models_many_times(block: int) -> None:
    for seed in range(7000 + 200 * block, 7200 + 200 * block):
        meets_halves(crowded(seed))


@pytest.mark.parametrize("draft", [knapsack(), large()], ids=["knapsack", "large"])
def test_the_same_plans_with_any_beam_and_any_number_of_threads(draft: Draft) -> None:
    """Where the last pass begins is said by the beams; it is made from both ends where that is in
    the first half.
    """
    given = reading(problem_of(draft))
    assert isinstance(given, LabelModel)
    found = [
        listed(given, replace(ALL, beam=beam, workers=workers), lambda found, made: True)
        for beam, workers in ((1, 1), (1, 2), (60, 1), (60, 2), (5_000, 1))
    ]
    assert all(one.complete for one in found)
    assert len({one.made for one in found}) > 2
    assert all(sorted(one.plans) == sorted(found[0].plans) for one in found)
