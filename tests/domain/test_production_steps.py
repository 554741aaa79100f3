"""One way of working per stage: 36 lines, 10 of them efficient."""

from __future__ import annotations

from tests.domain import oracle
from tests.domain.solving import adopted, feasible_plans, points, solved

FRONT = [
    (30, 211),
    (36, 176),
    (46, 158),
    (54, 151),
    (61, 136),
    (64, 133),
    (71, 118),
    (79, 111),
    (89, 93),
    (115, 79),
]


def test_the_file_says_what_is_published() -> None:
    data = oracle.read("production_steps")
    plans = oracle.plans(data)
    assert len(plans) == 36
    assert sorted(tuple(map(int, point)) for _, point in oracle.front(plans, data)) == FRONT


def test_36_lines_are_feasible() -> None:
    assert feasible_plans("production_steps") == 36


def test_front_point_by_point() -> None:
    result = solved("production_steps")
    assert result.front.proof.status == "complete"
    assert points(result) == FRONT


def test_the_fastest_and_the_cheapest_line() -> None:
    result = solved("production_steps")
    lines = {
        tuple(result.front.y[row].tolist()): adopted(result, row)
        for row in range(len(result.front))
    }
    assert lines[30, 211] == {
        "cutting_laser",
        "welding_robot",
        "inspection_vision",
        "packing_auto",
        "rework_off",
    }
    assert lines[115, 79] == {
        "cutting_manual",
        "welding_manual",
        "inspection_manual",
        "packing_manual",
        "rework_on",
    }


def test_every_stage_is_done_in_exactly_one_way() -> None:
    result = solved("production_steps")
    for row in range(len(result.front)):
        stages = sorted(name.split("_")[0] for name in adopted(result, row))
        assert stages == ["cutting", "inspection", "packing", "rework", "welding"]


def test_without_one_per_stage_the_answer_is_to_do_nothing() -> None:
    result = solved("production_steps", "groups=null")
    assert points(result) == [(0, 0)]
    assert adopted(result, 0) == frozenset()
