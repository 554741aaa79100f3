"""Unfinished fronts of segments compared: everything between the vertices counts."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis.comparing import compare
from optimiser.results import Result
from tests.handmade import front, result
from tests.searches import examples

Point = tuple[Fraction, ...]
Points = list[Point]
Data = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("segments")


# ---- segments of linear programs: everything between the vertices counts

Line = list[tuple[float, float]]


def chain(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The vertices of the lower left hull that falls from the least x to the least y."""
    found: list[tuple[int, int]] = []
    for p in sorted(set(points)):
        if found and p[1] >= found[-1][1]:
            continue
        while len(found) > 1 and (found[-1][0] - found[-2][0]) * (p[1] - found[-2][1]) <= (
            found[-1][1] - found[-2][1]
        ) * (p[0] - found[-2][0]):
            found.pop()
        found.append(p)
    return found


def height(line: Line, x: float) -> float:
    """The least y that a mixture has with at most this x."""
    if x < line[0][0]:
        return math.inf
    return float(np.interp(x, [a for a, _ in line], [b for _, b in line]))


def area(line: Line) -> float:
    """Below 1.1 by the midpoint rule, between all places where the height bends."""
    bends = sorted({min(x, 1.1) for x, _ in line} | {1.1})
    strips = [np.linspace(a, b, 400) for a, b in itertools.pairwise(bends)]
    return sum(
        float(np.diff(s) @ [max(0.0, 1.1 - height(line, x)) for x in (s[1:] + s[:-1]) / 2])
        for s in strips
    )


def reach(line: Line, p: tuple[float, float]) -> float:
    """The least shift with which a mixture is as good as a point, by bisection."""
    low, high = -50.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (low, middle) if height(line, p[0] + middle) <= p[1] + middle else (middle, high)
        )
    return high


@st.composite
def lines(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[tuple[int, int]], dict[str, Any]]:
    """All vertices, the listed ones and what is claimed of them."""
    true = chain(
        draw(st.lists(st.tuples(st.integers(-5, 15), st.integers(-5, 15)), min_size=2, max_size=9))
    )
    if len(true) < 2 or draw(st.booleans()):
        return true, true, {"status": "complete", "basis": "exact"}
    listed = sorted(draw(st.lists(st.sampled_from(true), min_size=1, unique=True)))
    scale = (float(true[-1][0] - true[0][0]), float(true[0][1] - true[-1][1]))

    def scaled_by(p: tuple[int, int]) -> tuple[float, float]:
        return p[0] / scale[0], p[1] / scale[1]

    gap = max(0.0, *(reach([scaled_by(p) for p in listed], scaled_by(p)) for p in true)) + 1e-12
    return true, listed, {"status": "covering", "basis": "exact", "gap": gap, "scale": scale}


@settings(max_examples=examples(100), deadline=None)
@given(drawn=st.tuples(lines(), lines()))
def test_the_truth_about_segments_lies_in_every_interval(drawn: Any, folder: Path) -> None:
    (ours, listed, claim), (theirs, shown, other) = drawn
    lows, highs = listed[0][0], listed[-1][0]
    ideal, span = (
        (lows, listed[-1][1]),
        (
            (highs - lows) or abs(lows) or 1,
            (listed[0][1] - listed[-1][1]) or abs(listed[-1][1]) or 1,
        ),
    )
    mine, yours, named = (
        [((x - ideal[0]) / span[0], (y - ideal[1]) / span[1]) for x, y in points]
        for points in (ours, theirs, listed)
    )
    base, new = segmented(folder, listed, claim), segmented(folder, shown, other)
    found = compare(base, new)
    gone = [reach(yours, p) for p in named]
    truth = {
        "hypervolume": (area(mine), area(yours), area(mine) - area(yours)),
        "epsilon": (0.0, *[max(reach(yours, p) for p in mine)] * 2),
        "best.o0": (ours[0][0], theirs[0][0], theirs[0][0] - ours[0][0]),
    }
    for name, (before, now, worse) in truth.items():
        measure = found.measures[name]
        slack = 1e-4 if name == "hypervolume" else 1e-9
        assert measure.base_known[0] - slack <= before <= measure.base_known[1] + slack, name
        assert measure.new_known[0] - slack <= now <= measure.new_known[1] + slack, name
        assert measure.low - slack <= worse <= measure.high + slack, name
        if claim["status"] == other["status"] == "complete":
            assert measure.difference is not None, name
    names = [base.front.ids[row] for row in np.lexsort(base.front.y.T[::-1])]
    fates = dict(zip(names, gone, strict=True))
    assert all(fates[name] > 0 for name in found.lost)
    assert all(
        fates[name] < 1e-6 for name in set(names) - set(found.lost) - set(found.undecided[0])
    )


def segmented(folder: Path, listed: list[tuple[int, int]], claim: dict[str, Any]) -> Result:
    """Of real decisions alone, so that any plans can be mixed."""
    cells = tuple((i, i + 1) for i in range(len(listed) - 1))
    made = front([list(map(float, p)) for p in listed], **claim)
    made = replace(made, proof=replace(made.proof, of="cells", cells=cells))
    variables = {"a": {"type": "real", "min": 0, "max": 1}}
    goals = {name: {"sense": "min", "expr": "a"} for name in ("o0", "o1")}
    return result(
        folder,
        made,
        technologies={},
        variables=variables,
        constraints={},
        plans={},
        indicators={},
        objectives=goals,
    )
