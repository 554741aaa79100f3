"""The published weighted sum: 0.16 with the right signs, 0.04 where energy and cost are
rewarded.
"""

from __future__ import annotations

import pytest

from tests.domain import oracle
from tests.domain.solving import adopted, column, solved


def test_the_file_says_what_is_published() -> None:
    data = oracle.read("weighted_example")
    (fusion,) = [choice for choice, _ in oracle.plans(data) if choice["fusion"]]
    values = oracle.readings(data, fusion)
    assert [float(values[name]) for name in "PEC"] == [0.20, -0.15, -0.10]
    assert float(values["literal"]) == 0.04


def test_fusion_is_worth_016_and_comes_first() -> None:
    result = solved("weighted_example")
    assert result.front.proof.status == "complete"
    assert result.ranking.normalise == "none"
    assert adopted(result, 0) == {"fusion"}
    assert result.ranking.rank[0] == 1
    assert result.ranking.score[0] == pytest.approx(0.16, abs=1e-12)


def test_the_literal_formula_gives_004_and_would_put_capacity_first() -> None:
    result = solved("weighted_example")
    literal = {
        next(iter(adopted(result, row))): value
        for row, value in enumerate(column(result, "literal"))
    }
    assert literal["fusion"] == pytest.approx(0.04, abs=1e-12)
    assert max(literal, key=lambda plan: literal[plan]) == "capacity"


def test_doing_nothing_is_dominated() -> None:
    result = solved("weighted_example")
    (today,) = result.reference_plans
    assert today.feasible
    assert today.dominated_by == result.front.ids[0]
