"""The eleven steps of the tutorial: each file alone, each grown out of the one before, the last as
good as the library's.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.generate import ROOT
from optimiser.advice import check
from tests.domain.solving import points, solved

STEPS = sorted((ROOT / "docs" / "tutorial").iterdir())
# how many plans are efficient, and how many are possible where something is ruled out
PLANS = {2: 1, 3: 1, 4: 8, 5: 6, 6: 6, 7: 5, 8: 5, 9: 6, 10: 6, 11: 2}


def step(number: int) -> Path:
    return STEPS[number - 1]


def lines(number: int) -> list[str]:
    """Without comments and what only aligns."""
    text = step(number).read_text(encoding="utf-8")
    return [
        " ".join(line.split("#")[0].split())
        for line in text.splitlines()
        if line.split("#")[0].strip()
    ]


def test_there_are_eleven_files_and_the_page_shows_each() -> None:
    assert [int(path.name[:2]) for path in STEPS] == list(range(1, 12))
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    for number, path in enumerate(STEPS, start=1):
        assert f"\n## {number}. " in text
        assert f" {path.name}" in text


def test_the_first_file_is_empty_and_says_how_to_begin() -> None:
    scenario, findings = check(step(1))
    assert scenario is None
    assert step(1).read_bytes() == b""
    assert [f.code for f in findings] == ["S002"]
    assert "optimise: 1" in findings[0].help


@pytest.mark.parametrize("number", sorted(PLANS))
def test_a_step_is_valid_and_its_front_complete(number: int) -> None:
    scenario, findings = check(step(number))
    assert scenario is not None
    assert findings == ()
    result = solved(step(number))
    assert result.front.proof.status == "complete"
    assert len(result.front) == PLANS[number]


@pytest.mark.parametrize("number", sorted(PLANS)[1:])
def test_a_step_keeps_most_of_the_one_before(number: int) -> None:
    before, after = lines(number - 1), lines(number)
    kept = [line for line in before if line in after]
    assert len(kept) >= 0.6 * len(before)
    assert len(after) >= len(before)


def test_with_the_synergies_it_is_the_scenario_of_the_library() -> None:
    ours, theirs = solved(step(6)), solved("smart_manufacturing")
    assert points(ours) == points(theirs)
    assert sorted(ours.front.ids) == sorted(theirs.front.ids)


def test_with_phases_it_is_the_scenario_of_the_library() -> None:
    for number, overrides in ((9, ()), (10, ("carry_over=true",))):
        ours, theirs = solved(step(number)), solved("smart_manufacturing_phases", *overrides)
        assert points(ours) == points(theirs)
        assert ours.front.ids == theirs.front.ids
        assert ours.ranking.score.tolist() == theirs.ranking.score.tolist()
    assert [(r.name, r.on_front) for r in solved(step(10)).reference_plans] == [
        ("today", True),
        ("everything", True),
    ]
