"""The pages of the library's scenarios: current, and with pictures that can be read."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import optimiser
from docs.generate import SCENARIO_PAGES
from docs.scenario_pages import KEPT, files, kept
from optimiser.analysis.verification import verify
from optimiser.reports import chart_of, picture_of
from optimiser.reports.axes import ticks
from optimiser.reports.chart import Bar, Chart, Polyline, Text
from optimiser.reports.front_facts import adoption, lessons, supported
from optimiser.reports.measuring import Rectangle, text_width, wrapped
from optimiser.reports.technology_chart import edges_of, technology_chart
from optimiser.results import Result
from optimiser.scenario import library
from tests.domain.solving import known, solved, written

SVG = "{http://www.w3.org/2000/svg}"
EVERYTHING = """
title: "<All> & 一切"
indicators: {output: {unit: t}, cost: {unit: M}}
technologies:
  base: {title: "基础设施 & data platform for every plant in the group", layer: platform, effects: {output: 1, cost: 1}}
  left:
    requires: [base]
    levels: {pilot: {effects: {output: 1}}, full: {effects: {output: 3, cost: 2}}}
  right: {requires: [base], excludes: [other], effects: {output: 1, cost: 1}, scale: {min: 1, max: 3, step: 1, unit: MW}}
  far: {requires: [left.full], requires_any: [[base, other], [left, right]], effects: {output: 5, cost: 2}}
  other: {effects: {output: 2, cost: 3}}
  alone: {effects: {output: 1, cost: 3}}
synergies:
  three: {between: [base, left, right], effects: {output: 1}}
  two: {between: [left, far], effects: {output: 1}}
groups: {few: {of: [alone, other], at_most: 1}}
objectives: {output: maximise, cost: minimise}
plans:
  now: {}
  all: {adopt: {alone: 1, other: 1}}
"""


def tall(chart: Chart) -> list[Rectangle]:
    """The boxes of technologies."""
    return [
        Rectangle(mark.x, mark.y, mark.to_x - mark.x, mark.to_y - mark.y)
        for mark in chart.panels[0].marks
        if isinstance(mark, Bar)
    ]


def words(root: ElementTree.Element) -> list[tuple[str, Rectangle]]:
    """Every text with the place it takes at most."""
    places = []
    for element in root.iter(f"{SVG}text"):
        style = dict(pair.split(": ") for pair in element.attrib["style"].split("; "))
        size, text = float(style["font-size"].removesuffix("px")), element.text or ""
        width = text_width(text, size=size)
        x = (
            float(element.attrib["x"])
            - {"start": 0, "middle": width / 2, "end": width}[style["text-anchor"]]
        )
        places.append((text, Rectangle(x, float(element.attrib["y"]) - 0.8 * size, width, size)))
    return places


def readable(svg: str) -> ElementTree.Element:
    """A drawing in which no text is cut off or covers another."""
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    whole = Rectangle(0, 0, *map(float, root.attrib["viewBox"].split()[2:]))
    texts = words(root)
    assert texts
    for text, box in texts:
        assert box.within(whole), text
    for (a, first), (b, second) in itertools.combinations(texts, 2):
        assert not first.meets(second), (a, b)
    return root


def svg_of(chart: Chart) -> str:
    return picture_of(chart, ".svg").decode("utf-8")


@pytest.mark.parametrize("name", library())
def test_the_page_and_its_pictures_are_current(name: str) -> None:
    for file, text in files(known(name)).items():
        path = SCENARIO_PAGES / file
        assert path.is_file(), "run make docs"
        assert path.read_text(encoding="utf-8") == text, f"{file}: run make docs"


def test_there_is_nothing_else_in_the_folder() -> None:
    """Pictures are those that pages show, which another test looks at."""
    assert {path.stem for path in SCENARIO_PAGES.glob("*.md")} == set(library())
    assert {path.suffix for path in SCENARIO_PAGES.iterdir() if path.is_file()} == {".md", ".svg"}
    assert {path.stem for path in (SCENARIO_PAGES / "kept").iterdir()} == KEPT


@pytest.mark.parametrize("name", sorted(KEPT))
def test_a_kept_result_belongs_to_the_scenario_and_is_right(name: str) -> None:
    result = Result.load(kept(name))
    assert result.scenario == optimiser.load(name), "run make docs"
    assert verify(result).findings == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(KEPT - {"factory_roadmap"}))
def test_a_kept_result_is_what_is_found(name: str) -> None:
    """Where no clock ends the run; what the remaining one claims is looked into by tests of its
    own.
    """
    old, new = Result.load(kept(name)).front, solved(name).front
    assert (old.proof.status, old.proof.of) == (new.proof.status, new.proof.of)
    if new.proof.status == "complete":
        assert old.ids == new.ids
        assert old.y == pytest.approx(new.y, rel=1e-12)
    else:
        span = np.ptp(new.y, axis=0)
        assert np.abs(old.ideal - new.ideal).max() <= 0.01 * span.max()


@pytest.mark.parametrize("path", sorted(SCENARIO_PAGES.glob("*.svg")), ids=lambda path: path.stem)
def test_pictures_can_be_read(path: Path) -> None:
    root = readable(path.read_text(encoding="utf-8"))
    if path.stem.endswith("-technologies"):
        scenario = optimiser.load(path.stem.removesuffix("-technologies"))
        boxes = tall(technology_chart(scenario))
        for a, b in itertools.combinations(boxes, 2):
            assert not a.meets(b)
        hubs = sum(
            len({m.split(".")[0] for m in s.between}) > 2 for s in scenario.synergies.values()
        )
        assert len(boxes) == len(scenario.technologies) + hubs
    else:
        marks = len(list(root.iter(f"{SVG}use"))) + len(list(root.iter(f"{SVG}path")))
        assert marks > len(known(path.stem.removesuffix("-front")).front)


def test_every_picture_is_shown() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in SCENARIO_PAGES.glob("*.md"))
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", pages)
    assert sorted(shown) == sorted(path.name for path in SCENARIO_PAGES.glob("*.svg"))


def test_a_graph_of_every_kind_of_relation(tmp_path: Path) -> None:
    scenario = optimiser.load(written(tmp_path, EVERYTHING))
    edges = {(edge.kind, edge.start, edge.end) for edge in edges_of(scenario)}
    assert edges == {
        ("requires", "base", "left"),
        ("requires", "base", "right"),
        ("requires", "left", "far"),
        ("any", "base", "far"),
        ("any", "other", "far"),
        ("any", "left", "far"),
        ("any", "right", "far"),
        ("excludes", "right", "other"),
        ("synergy", "left", "far"),
        ("synergy", "base", "synergy three"),
        ("synergy", "left", "synergy three"),
        ("synergy", "right", "synergy three"),
    }
    chart = technology_chart(scenario)
    root = readable(svg_of(chart))
    boxes = tall(chart)
    assert len(boxes) == len(scenario.technologies) + 1
    texts = [text for text, _ in words(root)]
    assert "基础设施 & data" in " ".join(texts)
    marks = chart.panels[0].marks
    for mark in marks:
        if not isinstance(mark, Text) or mark.anchor != "start":
            continue
        size = 11 if mark.small else 12
        place = Rectangle(mark.x, mark.y - size / 2, text_width(mark.text, size=size), size)
        assert sum(place.within(box) for box in boxes) == 1, mark.text
    assert sum(isinstance(mark, Polyline) for mark in marks) == len(edges)


def test_the_same_front_is_the_same_picture(tmp_path: Path) -> None:
    result = solved(written(tmp_path, EVERYTHING))
    svg = svg_of(chart_of(result))
    assert svg == svg_of(chart_of(optimiser.solve(result.scenario)))
    assert "&lt;All&gt; &amp; 一切" in svg
    readable(svg)
    assert svg.count("#b85400") >= 4  # two reference plans, each with its name


def test_a_single_plan_has_no_picture() -> None:
    assert "staged_equalities-front.svg" not in files(known("staged_equalities"))


@pytest.mark.parametrize(
    "name", ["smart_hospital", "smart_manufacturing", "ecommerce", "smart_city"]
)
def test_supported_plans_against_many_weights(name: str) -> None:
    """Every plan that random weights pick is supported, and of the others hardly one."""
    front = solved(name).front
    flags = supported(front)
    points = front.minimised / np.ptp(front.y, axis=0)
    weights = np.random.default_rng(5).dirichlet(np.full(points.shape[1], 0.6), 20_000)
    picked = set((weights @ points.T).argmin(axis=1).tolist())
    among = set(np.flatnonzero(flags).tolist())
    assert picked <= among
    # a plan that is picked only where it ties with others is not met at random
    assert len(among - picked) <= 2


@pytest.mark.parametrize("name", ["capability", "production_steps"])
def test_supported_plans_against_all_weights_at_which_two_tie(name: str) -> None:
    front = solved(name).front
    y = [[Fraction(repr(value)) for value in row] for row in front.minimised.tolist()]
    seen: set[int] = set()
    for a, b in itertools.combinations(y, 2):
        w = (abs(a[1] - b[1]), abs(a[0] - b[0]))
        scores = [w[0] * p[0] + w[1] * p[1] for p in y]
        seen.update(k for k, score in enumerate(scores) if score == min(scores))
    assert sorted(seen) == np.flatnonzero(supported(front)).tolist()


def test_supported_plans_of_the_cement_plant() -> None:
    assert supported(solved("cement_plant").front).sum() == 22


def test_what_is_learnt_is_so() -> None:
    result = solved("smart_factory")
    counts = adoption(result)
    rows = [
        dict(zip(result.front.decision_columns, cells, strict=True)) for cells in result.front.cells
    ]
    for name, count in counts.items():
        assert count == sum(row[name] != "0" for row in rows)
    assert "In every plan: `iot`. Whatever the weights, it is a part of the answer." in list(
        lessons(result)
    )


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (33.12, 73.4, [30, 40, 50, 60, 70, 80]),
        (0.06, 0.25, [0.05, 0.1, 0.15, 0.2, 0.25]),
        (-15, 0, [-15, -10, -5, 0]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    marks = ticks(low, high)
    assert marks[0] <= low
    assert marks[-1] >= high
    assert 4 <= len(marks) <= 9
    assert marks == pytest.approx(expected) or len(expected) > 3


def test_lines_break_at_spaces_and_measure_wide_letters() -> None:
    assert wrapped("one two three", 60, size=12) == ["one two", "three"]
    assert text_width("智能", size=10) == 20
    assert text_width("il", size=10) < text_width("mw", size=10)
