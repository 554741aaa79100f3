"""Intervals of indicators over time hold every plan of random plants."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimiser.advice.ranges import Ranges
from optimiser.expressions import parse
from optimiser.scenario import load
from tests.domain.money import Calendar, random_plant, written
from tests.searches import seeds


@pytest.mark.parametrize("first", seeds(0, 120, 3, here=1))
def test_intervals_hold_every_plan(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 3):
        plant = random_plant(seed)
        path = tmp_path / "case.yaml"
        path.write_text(written(plant, {"capex": "minimise"}), encoding="utf-8")
        scenario = load(path)
        ranges = Ranges(scenario, never=frozenset(), always=frozenset())
        boxes = {name: ranges.box(ranges.indicator(name)) for name in plant.quantities}
        phases = {
            (name, p): ranges.box(ranges.tree(parse(name), p))
            for name in plant.quantities
            for p in range(len(plant.years))
        }
        for starts in plant.roadmaps():
            calendar = Calendar(plant, starts)
            for name, (low, high) in boxes.items():
                value = float(calendar.aggregated(name))
                assert low - 1e-9 <= value <= high + 1e-9, (seed, name, starts)
            for (name, p), (low, high) in phases.items():
                value = float(calendar.in_phase(name, p))
                assert low - 1e-9 <= value <= high + 1e-9, (seed, name, p, starts)
