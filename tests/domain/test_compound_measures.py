"""Measures whose percentages compound, beyond a million combinations: the front against one built
up measure by measure.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from pathlib import Path

import optimiser

Point = tuple[int, int]

MEASURES = 23
PAIRS = 4  # the first eight measures exclude one another two by two
NEEDS = {21: 11, 22: 12}


def measures(seed: int) -> list[Point]:
    """For each measure what it saves in thousandths and what it costs in tenths; a few measures are
    alike, so that plans tie.
    """
    draw = random.Random(seed)
    found = [(draw.randint(10, 150), draw.randint(5, 99)) for _ in range(MEASURES)]
    return [*found[:13], *found[8:11], *found[16:]]


def scenario(found: list[Point]) -> str:
    lines = ["optimise: 1", "name: compound", "indicators:"]
    lines += ["  energy: {baseline: 500, combine: compound}", "  cost: {}", "technologies:"]
    for j, (saved, cost) in enumerate(found):
        rule = f", excludes: [t{j + 1}]" if j < 2 * PAIRS and j % 2 == 0 else ""
        rule += f", requires: [t{NEEDS[j]}]" if j in NEEDS else ""
        lines.append(f"  t{j}: {{effects: {{energy: -{saved / 10}%, cost: {cost / 10}}}{rule}}}")
    return "\n".join([*lines, "objectives: {energy: minimise, cost: minimise}"]) + "\n"


def efficient(points: Iterable[Point]) -> set[Point]:
    kept: list[Point] = []
    for point in sorted(set(points)):
        if not kept or point[1] < kept[-1][1]:
            kept.append(point)
    return set(kept)


def by_parts(found: list[Point]) -> set[Point]:
    """Efficient (product of what is left in thousandths, cost): parts that do not depend on one
    another, joined one by one.
    """
    parts: list[list[Point]] = []
    for j in range(0, 2 * PAIRS, 2):
        parts.append(
            [(1000 * 1000, 0), *((1000 * (1000 - found[i][0]), found[i][1]) for i in (j, j + 1))]
        )
    for j, needed in NEEDS.items():
        one = ((1000 - found[needed][0]) * 1000, found[needed][1])
        both = ((1000 - found[needed][0]) * (1000 - found[j][0]), found[needed][1] + found[j][1])
        parts.append([(1000 * 1000, 0), one, both])
    alone = set(range(2 * PAIRS, MEASURES)) - set(NEEDS) - set(NEEDS.values())
    parts += [[(1000, 0), (1000 - found[j][0], found[j][1])] for j in sorted(alone)]
    front: set[Point] = {(1, 0)}
    for part in parts:
        front = efficient((a * b, c + d) for (a, c), (b, d) in itertools.product(front, part))
    return front


def test_the_front_is_complete_and_the_one_built_up_in_whole_numbers(tmp_path: Path) -> None:
    found = measures(7)
    file = tmp_path / "compound.yaml"
    file.write_text(scenario(found), encoding="utf-8")
    result = optimiser.solve(optimiser.load(file))
    assert result.front.proof.status == "complete"
    expected = sorted(by_parts(found))
    scale = 1000**MEASURES
    listed = sorted(result.front.y.tolist())
    assert listed == [[500 * energy / scale, cost / 10] for energy, cost in expected]
