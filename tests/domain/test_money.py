"""A mill with 25 measures in three phases: the net present value typed by hand and in the words of
the format are one, and both are proven.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from optimiser.engine import Options
from optimiser.formulate import formulate
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve

MILL = Path(__file__).parent / "mill"


def read(model: str, cells: list[dict[str, str]]) -> np.ndarray:
    compiled = formulate(load(MILL / f"{model}.yaml"))
    return np.asarray(compiled.read(compiled.encode_all(cells)).objectives)


@pytest.fixture(scope="module")
def in_words() -> Result:
    return solve(load(MILL / "in_words.yaml"), Options(gap=0.08))


def test_the_front_is_covered_and_its_corners_are_proven(in_words: Result) -> None:
    proof = in_words.front.proof
    assert proof.status in ("complete", "covering")
    assert proof.basis == "exact"
    assert proof.gap is not None
    assert proof.gap <= 0.08
    assert None not in proof.bounds
    names = [column.name for column in in_words.front.columns]
    # the best there is, as found from the hand-written form
    assert proof.bounds[names.index("npv")] == pytest.approx(5117.180324329798, rel=1e-12)
    assert proof.bounds[names.index("产能")] == pytest.approx(68.5844)
    assert proof.bounds[names.index("capex")] == pytest.approx(656)


def test_by_hand_and_in_words_are_one(in_words: Result) -> None:
    front = in_words.front
    cells = [dict(zip(front.decision_columns, row, strict=True)) for row in front.cells[:50]]
    assert read("by_hand", cells) == pytest.approx(read("in_words", cells), rel=1e-14)


@pytest.mark.slow
def test_the_corners_take_ten_seconds_of_a_processor() -> None:
    scenario = load(MILL / "in_words.yaml")
    before = time.process_time()
    result = solve(scenario, Options(gap=0.5, workers=1))
    assert time.process_time() - before < 10
    assert None not in result.front.proof.bounds
