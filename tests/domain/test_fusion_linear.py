"""One budget between two inputs: a segment, its ties, and what happens without the budget."""

from __future__ import annotations

import numpy as np
import pytest

import optimiser
from optimiser.errors import UnboundedError
from tests.domain import oracle
from tests.domain.solving import close, points, solved

ENDS = [(0.2, 0.5), (0.3, 0.2)]
WITHOUT_BUDGET = "constraints.budget=null"
BOX = (WITHOUT_BUDGET, "variables.A.max=1", "variables.I.max=1")


def test_the_file_says_what_is_published() -> None:
    assert np.allclose(sorted(oracle.corners(oracle.read("fusion_linear"))), ENDS)


def test_the_front_is_the_segment_between_both_ends() -> None:
    result = solved("fusion_linear")
    proof = result.front.proof
    assert proof.status == "complete"
    assert proof.of == "cells"
    assert close(points(result), ENDS, digits=9)
    assert [sorted(cell) for cell in proof.cells] == [[0, 1]]


def test_half_and_half_is_efficient_though_it_is_not_listed() -> None:
    (halves,) = solved("fusion_linear").reference_plans
    assert halves.objectives == pytest.approx((0.25, 0.35))
    assert halves.feasible
    assert halves.dominated_by is None


def test_all_plans_tie_at_a_weight_of_075_on_raw_values() -> None:
    ranked = optimiser.rank(
        solved("fusion_linear"), weights={"g1": 0.75, "g2": 0.25}, normalise="none"
    ).ranking
    assert ranked.score == pytest.approx([0.275, 0.275])
    assert ranked.rank.tolist() == [1, 1]


def test_all_plans_tie_at_equal_weights_on_ranges() -> None:
    ranked = optimiser.rank(
        solved("fusion_linear"), weights={"g1": 0.5, "g2": 0.5}, normalise="range"
    ).ranking
    assert ranked.score == pytest.approx([0.5, 0.5])
    assert ranked.rank.tolist() == [1, 1]


@pytest.mark.parametrize(("weight", "best"), [(0.7, (0.2, 0.5)), (0.8, (0.3, 0.2))])
def test_any_other_weight_picks_an_end(weight: float, best: tuple[float, float]) -> None:
    result = optimiser.rank(
        solved("fusion_linear"), weights={"g1": weight, "g2": 1 - weight}, normalise="none"
    )
    assert result.front.y[0] == pytest.approx(best)
    assert result.ranking.rank.tolist() == [1, 2]


def test_without_the_budget_it_is_unbounded() -> None:
    with pytest.raises(UnboundedError, match=r"g1|g2"):
        solved("fusion_linear", WITHOUT_BUDGET)


def test_in_a_box_one_plan_is_best_in_both_goals() -> None:
    result = solved("fusion_linear", *BOX)
    assert result.front.proof.status == "complete"
    assert close(points(result), [(0.5, 0.7)], digits=9)
