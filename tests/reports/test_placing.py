"""Where things stand: no word is cut off or covers another, whatever is said and however large."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimiser
from optimiser.reports import chart_of, kinds_of
from optimiser.reports.chart import Chart, ChartAxis, Key, Panel, Points, Tick
from optimiser.reports.drawing import DrawnDots, Picture
from optimiser.reports.measuring import Rectangle, shortened, text_width, wrapped
from optimiser.reports.placing import placed
from tests.domain.solving import known, written
from tests.searches import examples

HOSTILE = (
    "\x1b[31m<script>alert(1)</script> $x^2_{$ 智能制造与数字孪生平台的长标题，用来测试 &amp; "
    "\u202e and a title that goes on and on and on"
)
SCENARIOS = ["smart_city", "steel_routes", "smart_manufacturing_phases", "cement_plant"]


def readable(picture: Picture) -> None:
    whole = Rectangle(-1, -1, picture.width + 2, picture.height + 2)
    words = picture.words
    assert words
    for word in words:
        assert word.box.within(whole), word.text
    for a, b in itertools.combinations(words, 2):
        assert not a.box.meets(b.box), (a.text, b.text)


@pytest.mark.parametrize("size", [None, (500.0, 400.0), (1600.0, 900.0)])
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_chart_can_be_read(name: str, size: tuple[float, float] | None) -> None:
    result = known(name)
    for kind in kinds_of(result):
        chart = chart_of(result, kind)
        small = size is not None and size[0] < chart.size[0]
        if small and kind in ("combinations", "technologies", "matrix", "core", "weights"):
            continue
        readable(placed(chart, size=size))


def test_hostile_titles_stay_on_the_sheet(tmp_path: Path) -> None:
    import json

    title = json.dumps(HOSTILE)
    case = f"""
title: {title}
indicators: {{output: {{title: {title}, unit: "百万元"}}, cost: {{title: {title}}}}}
technologies:
  a: {{title: {title}, effects: {{output: 1, cost: 1}}}}
  b: {{title: {title}, requires: [a], effects: {{output: 2000000000, cost: 3}}}}
objectives: {{output: maximise, cost: minimise}}
plans: {{now: {{title: {title}}}, 一切都采用: {{adopt: {{a: 1, b: 1}}}}}}
"""
    result = optimiser.solve(optimiser.load(written(tmp_path, case)))
    for kind in kinds_of(result):
        readable(placed(chart_of(result, kind)))


@settings(max_examples=examples(30), deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.text("aM 智", min_size=1, max_size=12)),
        min_size=1,
        max_size=25,
    )
)
def test_names_never_cover_each_other(points: list[tuple[float, float, str]]) -> None:
    x, y, names = zip(*points, strict=True)
    axis = ChartAxis("x", 0.0, 1.0, (Tick(0.0, "0"), Tick(1.0, "1")))
    mark = Points("reference", x, y, "diamond", labels=names)
    picture = placed(Chart("front", "T", (Panel((axis, axis), (mark,)),)))
    for a, b in itertools.combinations(picture.words, 2):
        if a.role == b.role == "reference":
            assert not a.box.meets(b.box)


def test_points_stand_where_their_values_are() -> None:
    """Linear in both directions, the upright axis the other way around than the screen."""
    axis = ChartAxis("", 10.0, 20.0)
    turned = ChartAxis("", 5.0, -5.0)
    mark = Points("plan", (10.0, 15.0, 20.0), (5.0, 0.0, -5.0))
    picture = placed(Chart("front", "", (Panel((axis, turned), (mark,)),)))
    (dots,) = (one for one in picture.drawn if isinstance(one, DrawnDots))
    centres = np.array(dots.centres)
    assert np.allclose(centres[1], centres[[0, 2]].mean(axis=0))
    assert centres[0, 0] < centres[2, 0]
    assert centres[0, 1] > centres[2, 1]


def test_a_legend_goes_on_in_the_next_line() -> None:
    keys = tuple(Key("plan", f"an entry of the legend, number {i}") for i in range(9))
    axis = ChartAxis("x", 0.0, 1.0, (Tick(0.0, "0"),))
    readable(placed(Chart("front", "T", (Panel((axis, axis), ()),), keys)))


@settings(max_examples=examples(60), deadline=None)
@given(st.text("ab 智，M", max_size=40), st.integers(30, 200), st.integers(1, 3))
def test_lines_are_no_wider_than_asked(text: str, width: int, most: int) -> None:
    lines = wrapped(text, width, size=12, most=most)
    assert len(lines) <= most
    assert all(text_width(line, size=12) <= width for line in lines)
    whole = "".join(wrapped(text, width, size=12)).replace(" ", "")
    assert whole == text.replace(" ", "")
    assert text_width(shortened(text, width, size=12), size=12) <= width
