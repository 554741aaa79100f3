"""Steps of E-NAUTILUS on fronts that are listed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis.deciding import stated
from optimiser.analysis.decision_records import of_step
from optimiser.analysis.enautilus import step
from optimiser.errors import UsageError
from optimiser.front import Front
from optimiser.scenario import Scenario
from tests.analysis.test_deciding import TOLERANCE, S, nine_projects, result, scenario
from tests.analysis.weight_oracles import fronts
from tests.searches import examples

__all__ = ["scenario"]


@given(fronts(), st.data())
@settings(max_examples=examples(40))
def test_every_way_of_steps_ends_at_a_plan_and_takes_nothing_back(
    scenario: Scenario, made: Front, data: st.DataObject
) -> None:
    left = stated(result(scenario, made))
    found = step(left, "3x2")
    reach = set(left.left)
    while not found.done:
        chosen = data.draw(st.sampled_from(found.points))
        # what was reachable is at least as good as the point, and nothing else becomes so
        inside = {
            row
            for row in reach
            if all(
                a >= b - TOLERANCE
                for a, b in zip(left.front.y[row].tolist(), chosen.objectives, strict=True)
            )
        }
        assert set(chosen.plans) <= inside
        assert set(chosen.plans)
        reach = set(chosen.plans)
        found = step(left, f"{found.state}/{chosen.id}")
        assert all(set(point.plans) <= reach for point in found.points)
    (end,) = found.points
    assert len({tuple(left.front.y[row].tolist()) for row in end.plans}) == 1
    assert of_step(left, found)["points"][0]["plans"] == len(end.plans)


def test_a_state_is_checked(scenario: Scenario) -> None:
    left = stated(result(scenario, nine_projects()))
    state = step(left).state
    assert step(left, state) == step(left)
    other = stated(result(scenario, nine_projects()), [S("with", "project_6")])
    for wrong, said in [(f"{state}/9", "no point 9"), ("x", "no state"), ("5x4/1", "no state")]:
        with pytest.raises(UsageError, match=said):
            step(left, wrong)
    with pytest.raises(UsageError, match="other plans"):
        step(other, state)
