"""Technologies that a constraint leaves no room for, told of many at once as of each alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from optimiser.advice import check
from optimiser.advice.adopting import Adopting
from optimiser.advice.ranges import Box, Ranges
from optimiser.scenario import load
from tests.advice.test_ranges import HEAD, NOTHING, written
from tests.searches import seeds


def above(limit: float) -> Callable[[Sequence[Box]], bool]:
    return lambda boxes: boxes[0][0] > limit


@pytest.mark.parametrize("seed", seeds(60, here=15))
def test_by_halves_is_one_by_one(seed: int, tmp_path: Path) -> None:
    path, r = tmp_path / "case.yaml", Random(seed)
    path.write_text(written(seed), encoding="utf-8")
    scenario = load(path)
    names = list(scenario.technologies)
    always = frozenset(r.sample(names, r.randint(0, 2)))
    ranges = Ranges(scenario, never=NOTHING, always=always)
    adopting = Adopting(ranges, names)
    symbols = [ranges.graph.symbol(name) for name in names]
    seen = set()
    for _ in range(12):
        parts = [ranges.indicator(name) for name in r.sample(list(scenario.indicators), 2)]
        parts += r.sample(symbols, r.randint(0, 3))
        node = ranges.graph.sum((Fraction(r.choice([-1, 1])), part) for part in parts)
        lows = {name: adopting.box(node, name)[0] for name in names}
        limit = r.choice([low + r.choice([-1e-6, 1e-6, -1, 0.5]) for low in lows.values()])
        used = set(ranges.graph.symbols(node))
        touched = [
            name
            for name in names
            if name in used or any(name in ranges.technologies.get(s, {}) for s in used)
        ]
        expected = [name for name in touched if lows[name] > limit]
        assert list(adopting.refused([node], above(limit))) == expected
        seen.add(len(expected))
    assert len(seen) > 1


def test_what_has_room_is_looked_at_once(tmp_path: Path) -> None:
    """Each technology had intervals of its own: as many as technologies times constraints."""

    def work(n: int, limit: float) -> int:
        path = tmp_path / f"{n}.yaml"
        lines = [f"  t{i}: {{effects: {{cost: {i % 7 + 1}, gain: 1}}}}" for i in range(n)]
        lines[n // 3] = "  dear: {effects: {cost: 1000}}"
        path.write_text(
            HEAD + "indicators: {cost: {}, gain: {}}\nobjectives: {cost: minimise}\n"
            "technologies:\n" + "\n".join(lines),
            encoding="utf-8",
        )
        scenario = load(path)
        ranges = Ranges(scenario, never=NOTHING, always=NOTHING)
        adopting = Adopting(ranges, list(scenario.technologies))
        found = list(adopting.refused([ranges.indicator("cost")], above(limit)))
        assert found == ["dear"] * (limit < 1000)
        return adopting.work

    assert work(100, 5000) == work(200, 5000) == 1
    assert work(200, 500) <= work(100, 500) + 2


def test_a_thousand_constraints_are_all_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    names = [f"t{i}" for i in range(300)]
    path.write_text(
        HEAD
        + "indicators: {cost: {}}\nobjectives: {cost: minimise}\ntechnologies:\n"
        + "\n".join(f"  {name}: {{effects: {{cost: 1}}}}" for name in names)
        + "\nconstraints:\n"
        + "\n".join(f"  k{a}: 2 * {a} + {b} <= 2.5" for a, b in pairwise(names))
        + "\n  last: 2 * t7 + t8 <= 1\n",
        encoding="utf-8",
    )
    assert [(d.code, d.line) for d in check(path)[1]] == [("S101", 13)]
