"""For which weights which plan is first by a weighted sum: a triangle for three objectives, an
interval for two.

References:
    Lahdelma, Hokkanen, Salminen (1998), SMAA, EJOR 106: the favourable weights of an alternative.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.exact_shares import shares_of
from optimiser.analysis.weight_regions import weight_regions
from optimiser.analysis.weight_sets import whole_simplex
from optimiser.language import tr
from optimiser.reports.chart import (
    Area,
    Bar,
    Chart,
    ChartAxis,
    Key,
    Mark,
    Panel,
    Points,
    Polyline,
    Role,
    Text,
    Tick,
)
from optimiser.reports.measuring import text_width, wrapped
from optimiser.results.claim_words import percent

if TYPE_CHECKING:
    from optimiser.analysis.weight_sets import WeightSet
    from optimiser.front import Floats
    from optimiser.results import Result

__all__ = ["weight_chart"]

_SERIES: tuple[Role, ...] = ("series1", "series2", "series3", "series4", "series5", "series6")
_SIDE = 520.0  # of the triangle
_ROOM = 90.0  # left and right of it, for words
_MANY = 150  # regions whose borders are drawn
_LEAST = 0.012  # share of the weights from which a number has room


def weight_chart(result: Result, /) -> Chart:
    """The weights of a result with two or three objectives, divided by the plan that is first."""
    regions = list(_regions(result))
    panel = (_interval if len(result.front.columns) == 2 else _triangle)(result, regions)
    title = result.scenario.title or result.scenario.name
    return Chart(
        "weights",
        tr("Which plan is first for which weights: {title}", title=title),
        (panel,),
        (Key("ink", tr("the weights of the ranking"), "star"),),
        (
            tr("By a weighted sum; a weight is the worth of an objective's whole range."),
            tr("A number is the rank of the plan that is first there."),
        ),
        tr("{number} plans are first for some weights.", number=len(regions)),
        (760.0, 200.0) if len(result.front.columns) == 2 else (_SIDE + 2 * _ROOM + 32, _SIDE + 8),
    )


def _regions(result: Result) -> Iterator[tuple[int, WeightSet]]:
    """The row of each plan that is alone first for some weights, and these weights."""
    front = result.front
    shares = shares_of(front, result.ranking.ranges)
    rows: dict[tuple[int, ...], int] = {}
    for row, parts in enumerate(shares.parts.tolist()):
        rows.setdefault(tuple(parts), row)
    unlike = list(rows.values())
    allowed = whole_simplex(len(front.columns))
    for row, region in zip(unlike, weight_regions(shares.taken(unlike), allowed), strict=True):
        if region.dimension == allowed.dimension:
            yield row, region


def _weights(result: Result) -> Floats:
    """(m,) those of the ranking, which sum to 1."""
    weights: Floats = result.ranking.weights / result.ranking.weights.sum()
    return weights


def _interval(result: Result, regions: Sequence[tuple[int, WeightSet]]) -> Panel:
    front = result.front
    ordered = sorted(regions, key=lambda region: float(region[1].points[:, 0].min()))
    marks: list[Mark] = []
    for place, (row, region) in enumerate(ordered):
        low, high = (float(end) for end in (region.points[:, 0].min(), region.points[:, 0].max()))
        text = f"{result.ranking.rank[row]}" if high - low > 2 * _LEAST else ""
        hint = _hint(result, row, high - low)
        marks.append(
            Bar(
                _SERIES[place % len(_SERIES)],
                *(low, 0.0, high, 1.0),
                text,
                hint,
                front.ids[row],
                outlined=len(ordered) <= _MANY,
                soft=True,
            )
        )
    own = float(_weights(result)[0])
    marks.append(Polyline("ink", (own, own), (-0.1, 1.1), dash="dashed"))
    marks.append(Points("ink", (own,), (1.1,), "star"))
    ticks = tuple(Tick(value / 5, f"{value / 5:g}") for value in range(6))
    column = front.columns[0]
    title = tr("weight of {name}", name=column.title or column.name)
    return Panel(
        (ChartAxis(title, 0.0, 1.0, ticks, lines=False), ChartAxis("", -0.15, 1.25)), tuple(marks)
    )


def _hint(result: Result, row: int, share: float) -> str:
    return tr(
        "{plan}: first for {share} of the weights",
        plan=result.front.ids[row],
        share=percent(share),
    )


def _at(weights: Floats) -> Floats:
    """(k, 2) places in the triangle of (k, 3) weights: the first on top, the others left and right
    below.
    """
    corners = np.array([[0.5, 0.0], [0.0, 1.0], [1.0, 1.0]]) * (_SIDE, _SIDE * math.sqrt(3) / 2)
    return np.asarray(weights @ corners + np.array([_ROOM, 30.0]))


def _triangle(result: Result, regions: Sequence[tuple[int, WeightSet]]) -> Panel:
    marks: list[Mark] = []
    whole = _polygon_area(_at(np.eye(3)))
    outlined = len(regions) <= _MANY
    for row, region in regions:
        points = _around(_at(region.points))
        share = _polygon_area(points) / whole
        x, y = points[:, 0].tolist(), points[:, 1].tolist()
        role = _SERIES[_colour(row, regions)]
        marks.append(Area(role, tuple(x), tuple(y), _hint(result, row, share), outlined=outlined))
        if share > _LEAST:
            across, down = points.mean(axis=0).tolist()
            marks.append(Text("ink", across, down, f"{result.ranking.rank[row]}", "middle"))
    edge = _at(np.eye(3)[[0, 1, 2, 0]])
    marks.append(Polyline("ink", tuple(edge[:, 0].tolist()), tuple(edge[:, 1].tolist())))
    own = _at(_weights(result)[None, :])[0].tolist()
    marks.append(Points("ink", (own[0],), (own[1],), "star", size=(1.0,)))
    marks += _corners(result)
    height = _SIDE * math.sqrt(3) / 2 + 70
    return Panel(
        (ChartAxis("", 0.0, _SIDE + 2 * _ROOM), ChartAxis("", 0.0, height)), tuple(marks), "sheet"
    )


def _colour(row: int, regions: Sequence[tuple[int, WeightSet]]) -> int:
    """Neighbours in the order of ranks are told apart."""
    return [other for other, _ in regions].index(row) % len(_SERIES)


def _corners(result: Result) -> Iterator[Text]:
    places = _at(np.eye(3)).tolist()
    for place, (column, (x, y)) in enumerate(zip(result.front.columns, places, strict=True)):
        words = tr("only {name}", name=column.title or column.name)
        room = 2 * _ROOM + 120 if place else 2 * _ROOM + _SIDE
        lines = wrapped(words, room, size=12, most=1 if place == 0 else 2)
        for number, line in enumerate(lines):
            half = text_width(line, size=12) / 2
            centre = min(max(x, half), _SIDE + 2 * _ROOM - half)
            yield Text(
                "ink", centre, y - 14 if place == 0 else y + 16 + 15 * number, line, "middle"
            )


def _around(points: Floats) -> Floats:
    """(k, 2) corners of a convex polygon in their order around it."""
    apart = points - points.mean(axis=0)
    ordered: Floats = points[np.argsort(np.arctan2(apart[:, 1], apart[:, 0]))]
    return ordered


def _polygon_area(points: Floats) -> float:
    """By the shoelace formula."""
    x, y = points[:, 0], points[:, 1]
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)
