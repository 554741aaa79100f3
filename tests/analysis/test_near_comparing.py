"""Comparisons of fronts whose plans differ by less than floats tell, against fractions."""

from __future__ import annotations

import copy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from optimiser.analysis.comparing import compare
from optimiser.results import Result
from optimiser.results.claim_words import near_notes
from optimiser.scenario import load
from optimiser.study import solve
from tests.analysis.fronts_by_hand import scaled, volume
from tests.near_values import Values, data, scenario, worth
from tests.searches import seeds


def made(path: Path, content: Any) -> Result:
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return solve(load(path))


def minimised(model: dict[str, Any], result: Result) -> list[Values]:
    return [
        tuple(v * sign for v, sign in zip(worth(model, cells), model["signs"], strict=True))
        for cells in result.front.cells
    ]


@pytest.mark.parametrize("seed", seeds(200, here=24))
def test_measures_are_those_of_the_exact_values(seed: int, tmp_path: Path) -> None:
    model = data(seed)
    other = copy.deepcopy(model)
    changed = other["effects"][seed % len(other["effects"])]
    for texts in changed.values():
        texts[:] = [f"{text} * 2" for text in texts]
    base, new = (
        made(tmp_path / f"{name}.yaml", scenario(one))
        for name, one in (("base", model), ("new", other))
    )
    ours, theirs = minimised(model, base), minimised(other, new)
    before, now = scaled(ours, ours), scaled(theirs, ours)
    found = compare(base, new)
    assert float(found.hypervolume.base) == pytest.approx(float(volume(before)), rel=1e-5)
    assert float(found.hypervolume.new) == pytest.approx(float(volume(now)), rel=1e-5, abs=1e-9)
    shift = max(
        min(max(p - q for p, q in zip(point, goal, strict=True)) for point in now)
        for goal in before
    )
    assert float(found.epsilon.new) == pytest.approx(float(shift), rel=1e-5, abs=1e-9)


def by_hand(folder: Path, name: str, mid: str, large: str = "0") -> Result:
    return made(
        folder / f"{name}.yaml",
        {
            "optimise": 1,
            "name": name,
            "objectives": {"cost": "minimise", "gain": "maximise"},
            "indicators": {"cost": {"baseline": 1_000_000_000}, "gain": {}},
            "technologies": {
                "tiny": {"effects": {"cost": "0.000000001", "gain": 1}},
                "mid": {"effects": {"cost": mid, "gain": 4}},
                "large": {"effects": {"cost": large, "gain": 5}},
            },
        },
    )


def test_what_is_dearer_by_half_the_range_is(tmp_path: Path) -> None:
    """Costs of 0, 1, 3 and 4 thousand millionths, then of 0, 1, 5 and 6."""
    base = by_hand(tmp_path, "base", "0.000000003")
    found = compare(base, by_hand(tmp_path, "dearer", "0.000000005"))
    assert found.epsilon.new == Fraction(1, 2)
    assert found.best["cost"].difference == 0
    assert compare(base, base).epsilon.new == 0


def test_shifts_below_a_rounding_error_are_no_rounding_errors(tmp_path: Path) -> None:
    """A range of thousand millions, and plans that differ by a thousand millionth."""
    base, dearer = (
        by_hand(tmp_path, name, mid, "1000000000")
        for name, mid in (("base", "2"), ("dearer", "2.000000001"))
    )
    found = compare(base, dearer)
    span = 10**9 + 2 + Fraction(1, 10**9)
    assert found.epsilon.new == Fraction(1, 10**9) / span
    worse = found.hypervolume.difference
    assert worse is not None
    assert 0 < worse < Fraction(2, 10**18)


def test_how_little_plans_differ_is_rounded_up_and_of_those_that_look_the_same(
    tmp_path: Path,
) -> None:
    result = made(
        tmp_path / "thirds.yaml",
        {
            "optimise": 1,
            "name": "thirds",
            "objectives": {
                "cost": {"sense": "minimise", "expr": "1e9 + 1e-9 * (a + 59 * b) / 3"},
                "gain": {"sense": "maximise", "expr": "a + 2 * b"},
            },
            "technologies": {"a": {}, "b": {}},
        },
    )
    (note,) = near_notes(result.front)
    assert "by no more than 3.33334e-10;" in note
