"""What charts describe, against counting by hand, brute force and other answers of the program."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimiser
from optimiser.analysis.deciding import decide
from optimiser.errors import UsageError
from optimiser.reports import (
    KINDS,
    adoption,
    chart_of,
    front_chart,
    kinds_of,
    parallel_chart,
)
from optimiser.reports.axes import ticks
from optimiser.reports.chart import Area, Bar, Chart, Points, Polyline, record, with_texts
from optimiser.reports.front_chart import staircase
from optimiser.results import Result
from optimiser.results.naming_plans import named_plan
from optimiser.results.roadmaps import roadmap_records
from optimiser.study import made_robust
from tests.domain.solving import known, solved, written
from tests.searches import examples

values = st.integers(-6, 6).map(float)
UNCERTAIN = """
parameters: {p: {value: 2, low: 1, high: 4}}
indicators: {gain: {}, cost: {}}
technologies:
  a: {effects: {gain: {value: 2 * p}, cost: 3}}
  b: {effects: {gain: 3, cost: {value: p}}}
objectives: {gain: maximise, cost: minimise}
"""


def marks(chart: Chart, kind: type, role: str = "", panel: int = 0) -> list:
    return [
        mark
        for mark in chart.panels[panel].marks
        if isinstance(mark, kind) and role in ("", mark.role)
    ]


def plans_of(chart: Chart) -> list[str]:
    found = [plan for mark in marks(chart, Points) for plan in mark.plans]
    return found + [mark.plan for mark in marks(chart, Polyline) if mark.plan]


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.tuples(values, values), min_size=1, max_size=8),
    st.lists(st.tuples(values, values), min_size=1, max_size=8),
)
def test_the_border_is_what_some_point_attains(
    points: list[tuple[float, float]], asked: list[tuple[float, float]]
) -> None:
    """Against the definition: a place is attained where some point is at least as good in both."""
    border = staircase(np.array(points), np.array([9.0, 9.0])).tolist()
    for (a, b), (c, d) in itertools.pairwise(border):
        assert a == c or b == d
        assert a <= c
        assert b >= d
    for x, y in asked:
        levels = [b for a, b in border if a <= x]
        inside = bool(levels) and x >= border[0][0] and y >= levels[-1]
        assert inside == any(a <= x and b <= y for a, b in points)


@pytest.mark.parametrize(
    "name", ["capability", "steel_routes", "production_steps", "fusion_linear"]
)
def test_every_plan_is_on_the_front_once(name: str) -> None:
    result = solved(name)
    chart = front_chart(result)
    assert sorted(plans_of(chart)) == sorted(result.front.ids)
    where = {
        plan: (x, y)
        for mark in marks(chart, Points)
        for plan, x, y in zip(mark.plans, mark.x, mark.y, strict=False)
    }
    for plan, point in zip(result.front.ids, result.front.y.tolist(), strict=True):
        assert where[plan] == tuple(point)


@pytest.mark.parametrize("name", ["capability", "cement_plant", "steel_routes", "smart_city"])
def test_the_knee_is_that_of_decide(name: str) -> None:
    result = solved(name)
    chart = front_chart(result)
    found = decide(result).knee
    said = [
        plan
        for mark in marks(chart, Points)
        for plan, label in zip(mark.plans, mark.labels, strict=False)
        if "knee" in label
    ]
    assert said == ([] if found is None else [result.front.ids[found]])


def test_segments_of_an_exact_front_are_lines_between_their_plans() -> None:
    result = solved("steel_routes")
    chart = front_chart(result)
    lines = {(mark.x, mark.y) for mark in marks(chart, Polyline, "front")}
    cells = {
        tuple(map(tuple, result.front.y[list(cell)].T.tolist()))
        for cell in result.front.proof.cells
    }
    assert lines == cells
    assert marks(chart, Area) == []  # a mixture is better than the steps between its plans


@pytest.mark.parametrize("name", ["cement_plant", "steel_routes"])
def test_an_arrow_leads_from_a_reference_plan_to_something_better(name: str) -> None:
    result = solved(name)
    arrows = marks(front_chart(result), Polyline, "better")
    assert arrows
    signs = result.front.signs
    for arrow in arrows:
        start, end = (np.array([arrow.x[i], arrow.y[i]]) * signs for i in (0, 1))
        assert (end <= start + 1e-9).all()
        assert (end < start).any()


def test_projections_say_nothing_that_holds_for_all_objectives_only() -> None:
    result = solved("smart_city")
    names = [column.name for column in result.front.columns]
    chart = chart_of(result, "front", objectives=[names[2], names[0]])
    assert [axis.name for axis in chart.panels[0].axes] == [names[2], names[0]]
    assert marks(chart, Points, "hidden") == []


@pytest.mark.parametrize("name", ["smart_city", "smart_hospital", "capability"])
def test_on_parallel_axes_up_is_better(name: str) -> None:
    result = solved(name)
    chart = parallel_chart(result)
    front = result.front
    for place, axis in enumerate(chart.panels[0].axes):
        worst, best = float(front.nadir[place]), float(front.ideal[place])
        assert (axis.low, axis.high) == (worst, best)
    assert sorted(plans_of(chart)) == sorted(front.ids)
    for line in (mark for mark in marks(chart, Polyline) if mark.plan):
        assert line.y == tuple(front.y[front.ids.index(line.plan)].tolist())


def in_triangle(weights: np.ndarray) -> tuple[float, float]:
    """As the chart draws it: 520 wide, words beside it."""
    height = 520 * math.sqrt(3) / 2
    x = weights[0] * 0.5 + weights[2]
    return 90 + 520 * x, 30 + height * (weights[1] + weights[2])


def inside(area: Area, point: tuple[float, float]) -> float:
    """How far inside the polygon, on either way around."""
    corners = list(zip(area.x, area.y, strict=True))
    sides = [
        ((c - a) * (point[1] - b) - (d - b) * (point[0] - a)) / math.hypot(c - a, d - b)
        for (a, b), (c, d) in zip(corners, corners[1:] + corners[:1], strict=True)
    ]
    return max(min(sides), min(-side for side in sides))


@pytest.mark.parametrize("name", ["smart_city", "smart_factory"])
def test_random_weights_fall_into_the_region_of_the_plan_that_is_first(name: str) -> None:
    """The polygons come from exact arithmetic, the answers from scores at random weights."""
    result = solved(name)
    front = result.front
    worst, best = result.ranking.ranges.T
    shares = (front.y - worst) / (best - worst)
    areas = {mark.hint.split(":")[0]: mark for mark in marks(chart_of(result, "weights"), Area)}
    for weights in np.random.default_rng(4).dirichlet([1, 1, 1], 300):
        first = front.ids[int((shares @ weights).argmax())]
        assert inside(areas[first], in_triangle(weights)) >= -1e-6


def test_the_interval_of_weights_is_divided_by_the_plans_that_are_first() -> None:
    result = solved("capability")
    bars = marks(chart_of(result, "weights"), Bar)
    assert (bars[0].x, bars[-1].to_x) == (0.0, 1.0)
    assert all(a.to_x == b.x for a, b in itertools.pairwise(bars))
    worst, best = result.ranking.ranges.T
    shares = (result.front.y - worst) / (best - worst)
    for bar in bars:
        middle = (bar.x + bar.to_x) / 2
        scores = shares @ [middle, 1 - middle]
        assert result.front.ids[int(scores.argmax())] == bar.plan


def test_a_combination_reaches_from_its_worst_to_its_best_plan() -> None:
    result = solved("smart_factory")
    front = result.front
    chart = chart_of(result, "combinations")
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, cells in enumerate(front.cells):
        kinds = tuple(
            "some" if name in ("rooftop_pv", "robots") and cell != "0" else cell
            for name, cell in zip(front.decision_columns, cells, strict=True)
        )
        groups.setdefault(kinds, []).append(row)
    for panel, column in zip(chart.panels, range(len(front.columns)), strict=True):
        bars = [mark for mark in panel.marks if isinstance(mark, Bar)]
        told = [(bar.x, bar.to_x) for bar in bars]
        own = [
            (front.y[rows, column].min(), front.y[rows, column].max()) for rows in groups.values()
        ]
        assert told == own[: len(told)]


def test_amounts_that_differ_are_no_part_of_a_combination() -> None:
    """The name said 1 MW, that of its first plan, where others build 8."""
    chart = chart_of(solved("smart_factory"), "combinations")
    names = [tick.text for tick in chart.panels[0].axes[1].ticks]
    assert "22 plans: ai_scheduling (full) + robots + waste_heat + rooftop_pv" in names


@pytest.mark.parametrize("name", ["smart_factory", "cement_plant"])
def test_the_core_index_counts_plans(name: str) -> None:
    result = solved(name)
    counts = adoption(result)
    bars = marks(chart_of(result, "core"), Bar)
    told = {bar.hint.split(":")[0]: bar for bar in bars}
    assert {name: round(bar.to_x * len(result.front) / 100) for name, bar in told.items()} == counts
    assert [bar.to_x for bar in bars] == sorted((bar.to_x for bar in bars), reverse=True)
    for technology, bar in told.items():
        count = counts[technology]
        expected = "good" if count == len(result.front) else "plan" if count else "muted"
        assert bar.role == expected


@pytest.mark.parametrize("plan", [None, "2", "everything", "none"])
def test_a_roadmap_shows_what_starts_and_what_is_spent(plan: str | None) -> None:
    result = solved("smart_manufacturing_phases")
    named = None if plan is None else named_plan(result, plan)
    chart = chart_of(result, "roadmap", plan=named)
    row = 0 if named is None else named.row
    if row is None:
        assert marks(chart, Bar) or plan == "none"
        return
    phases = roadmap_records(result)[row]
    starts = [(place, name) for place, phase in enumerate(phases) for name in phase["starts"]]
    assert [(bar.x, bar.hint.split(" ")[0]) for bar in marks(chart, Bar)] == starts
    spent = [phase["indicators"]["investment"] for phase in phases]
    assert [bar.to_y for bar in marks(chart, Bar, panel=1)] == spent
    most = [phase["available"]["investment"] for phase in phases]
    assert [mark.y[0] for mark in marks(chart, Polyline, "limit", panel=1)] == most


LIBRARY = [
    "smart_city",
    "steel_routes",
    "smart_manufacturing_phases",
    "staged_equalities",
    "retail",
]


@pytest.mark.parametrize("name", LIBRARY)
def test_every_chart_is_json(name: str) -> None:
    result = known(name)
    for kind in kinds_of(result):
        chart = chart_of(result, kind)
        written_down = json.dumps(record(chart), allow_nan=False)
        read = json.loads(written_down)
        assert read["kind"] == kind
        assert {"title", "panels"} <= set(read)
        assert chart.words
        for panel, own in zip(read["panels"], chart.panels, strict=True):
            assert [mark["mark"] for mark in panel["marks"]] == [
                type(mark).__name__.lower() for mark in own.marks
            ]


def test_texts_change_and_ids_stay() -> None:
    chart = chart_of(solved("smart_city"), "parallel")
    shouted = with_texts(chart, str.upper)
    assert shouted.title == chart.title.upper()
    assert [axis.name for axis in shouted.panels[0].axes] == [
        axis.name for axis in chart.panels[0].axes
    ]
    assert plans_of(shouted) == plans_of(chart)


def test_one_plan_ties_and_constants(tmp_path: Path) -> None:
    """A constant objective has an axis with a length, and equal best ranks are all first."""
    case = """
indicators: {output: {}, cost: {}, fixed: {}}
technologies:
  a: {effects: {output: 1, cost: 1}}
  b: {effects: {output: 1, cost: 1}}
objectives: {output: maximise, cost: minimise, fixed: minimise}
"""
    result = optimiser.solve(optimiser.load(written(tmp_path, case)))
    for kind in kinds_of(result):
        for panel in chart_of(result, kind).panels:
            assert all(axis.low != axis.high for axis in panel.axes)
    single = optimiser.solve(
        optimiser.load(written(tmp_path, case), overrides=["objectives.cost=null"])
    )
    assert "front" in kinds_of(single)
    chart_of(single, "front")


@settings(max_examples=examples(100), deadline=None)
@given(
    st.floats(-1e12, 1e12, allow_nan=False),
    st.floats(0, 1e12, allow_nan=False),
    st.sampled_from([1e-9, 1.0, 1e9]),
)
def test_ticks_enclose_any_range(low: float, width: float, unit: float) -> None:
    low, high = low * unit, (low + width) * unit
    marks = ticks(low, high)
    slack = 1e-8 * max(abs(low), abs(high))
    assert marks == sorted(set(marks))
    assert marks[0] <= low + slack
    assert marks[-1] >= high - slack
    assert 2 <= len(marks) <= 9


@pytest.mark.parametrize(
    ("kind", "objectives", "said"),
    [
        ("fronts", (), "unknown kind of picture 'fronts'"),
        ("front", ("costs",), "no objective 'costs'"),
        ("front", ("cost", "cost"), "names 'cost' twice"),
        ("front", ("cost", "energy", "life_quality"), "shows 2 objectives"),
        ("front", ("cost",), "for 2 objectives or more"),
        ("core", ("cost",), "shows no objectives"),
        ("roadmap", (), "the scenario has no phases"),
        (None, ("cost", "nothing"), "no objective 'nothing'"),
    ],
)
def test_a_picture_that_is_not_there(
    kind: str | None, objectives: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        chart_of(solved("smart_city"), kind, objectives=objectives)


def test_only_a_roadmap_is_of_one_plan() -> None:
    result = solved("smart_city")
    for kind in kinds_of(result):
        with pytest.raises(UsageError, match="not of one plan"):
            chart_of(result, kind, plan=named_plan(result, "1"))
    assert [name for name, kind in KINDS.items() if kind.plan] == ["roadmap"]


def test_a_result_that_was_loaded_has_the_same_charts(tmp_path: Path) -> None:
    result = solved("smart_manufacturing_phases")
    loaded = Result.load(result.save(tmp_path / "r"))
    for kind in kinds_of(result):
        assert chart_of(loaded, kind) == chart_of(result, kind)


def test_every_picture_says_that_its_numbers_are_changed_ones(tmp_path: Path) -> None:
    """Values at other parameters, or the worst of them, look like those of the file."""
    plain = solved("smart_city")
    assert not any("hanged" in note for k in kinds_of(plain) for note in chart_of(plain, k).notes)
    file = written(tmp_path, UNCERTAIN)
    for changed, said in (
        (optimiser.solve(optimiser.load(file, overrides=["parameters.p.value=3"])), "p.value"),
        (optimiser.solve(made_robust(optimiser.load(file), "worst")), "worst value"),
    ):
        for kind in kinds_of(changed):
            assert said in chart_of(changed, kind).notes[0], kind
