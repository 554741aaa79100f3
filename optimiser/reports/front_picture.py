"""A front as a picture: two objectives against each other, or one axis for each of three and
more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.front import Column, Front
from optimiser.language import tr
from optimiser.reports.drawing import (
    BLUE,
    GREY,
    INK,
    LIGHT,
    ORANGE,
    Canvas,
    Rectangle,
    text_width,
    wrapped,
)
from optimiser.reports.front_facts import supported
from optimiser.reports.tolerances import ROUNDED
from optimiser.results import Result
from optimiser.results.wording import arrow, readable

if TYPE_CHECKING:
    from optimiser.front import Flags
    from optimiser.results import ReferenceOutcome

__all__ = ["front_picture", "ticks"]

_WIDTH = 760.0
_PLOT = Rectangle(86, 46, 640, 380)
_PARALLEL_TOP, _PARALLEL_BOTTOM = 92.0, 380.0
_PALE = "#9db8dc"


def front_picture(result: Result, /) -> str | None:
    """The picture as SVG; None for a single objective or a single plan, of which there is nothing
    to see.
    """
    count = len(result.front.columns)
    if count == 1 or len(result.front) == 1:
        return None
    return _scatter(result) if count == 2 else _parallel(result)


def ticks(low: float, high: float, /) -> list[float]:
    """Four to nine round numbers that enclose a range."""
    if low == high:
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + ROUNDED), math.ceil(high / step - ROUNDED)
    return [float(f"{k * step:.10g}") for k in range(first, last + 1)]


@dataclass(frozen=True)
class _Axis:
    """A range of values along a length of the drawing."""

    marks: Sequence[float]
    begin: float
    end: float

    def __call__(self, value: float, /) -> float:
        share = (value - self.marks[0]) / (self.marks[-1] - self.marks[0])
        return self.begin + share * (self.end - self.begin)


def _complete(result: Result, /) -> bool:
    """Whether the listed plans are known to be all that are efficient."""
    return result.front.proof.status == "complete"


def _named(column: Column, /) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{column.title or column.name}{unit} {arrow(column)}"


# ---- two objectives


def _scatter(result: Result, /) -> str:
    front = result.front
    canvas = Canvas(
        _WIDTH, 492, tr("The front of {title}", title=result.scenario.title or result.scenario.name)
    )
    references = [r for r in result.reference_plans if None not in r.objectives]
    shown = [
        *map(tuple, front.y.tolist()),
        *(r.objectives for r in references),
        *(end for _, end in front.proof.open_ends),
    ]
    spans = [[float(point[j] or 0) for point in shown] for j in (0, 1)]
    x = _Axis(ticks(min(spans[0]), max(spans[0])), _PLOT.x, _PLOT.right)
    y = _Axis(ticks(min(spans[1]), max(spans[1])), _PLOT.bottom, _PLOT.y)
    _frame(canvas, x, y, front.columns)
    _draw_segments(canvas, x, y, front)
    seen = (
        supported(front)
        if front.proof.of == "points" and front.proof.status == "complete"
        else np.ones(len(front), dtype=bool)
    )
    _draw_plans(canvas, x, y, front, seen)
    _draw_references(canvas, x, y, front, references)
    _scatter_legend(
        canvas,
        complete=_complete(result),
        hidden=not seen.all(),
        lines=bool(front.proof.cells),
        references=bool(references),
    )
    return canvas.svg()


def _draw_segments(canvas: Canvas, x: _Axis, y: _Axis, front: Front, /) -> None:
    for cell in front.proof.cells:
        canvas.line([(x(a), y(b)) for a, b in front.y[list(cell)].tolist()], stroke=BLUE, width=2.4)
    for row, end in front.proof.open_ends:
        a, b = front.y[row].tolist()
        canvas.line([(x(a), y(b)), (x(end[0]), y(end[1]))], stroke=BLUE, width=2.4)
        canvas.dot(x(end[0]), y(end[1]), radius=4, fill="#ffffff", stroke=BLUE)


def _draw_plans(canvas: Canvas, x: _Axis, y: _Axis, front: Front, seen: Flags, /) -> None:
    """Dots; those that no weights find (``seen``, (k,)) are open and lie below the others."""
    radius = 4.5 if len(front) <= 60 else 3.2
    for (a, b), flag, name in sorted(
        zip(front.y.tolist(), seen, front.ids, strict=True), key=lambda item: bool(item[1])
    ):
        fill, stroke = (BLUE, "#ffffff") if flag else ("#ffffff", BLUE)
        values = ", ".join(readable([a]) + readable([b]))
        canvas.dot(x(a), y(b), radius=radius, fill=fill, stroke=stroke, title=f"{name}: {values}")


def _draw_references(
    canvas: Canvas, x: _Axis, y: _Axis, front: Front, references: Sequence[ReferenceOutcome], /
) -> None:
    places = [(x(float(r.objectives[0] or 0)), y(float(r.objectives[1] or 0))) for r in references]
    for (a, b), r in zip(places, references, strict=True):
        canvas.shape(
            "path",
            d=f"M{a:.1f},{b - 7:.1f} l7,7 -7,7 -7,-7 z",
            fill="none",
            stroke=ORANGE,
            stroke_width=2,
            title=r.title,
        )
    dots = [(x(a), y(b)) for a, b in [*front.y.tolist(), *_along(front)]]
    _label(
        canvas,
        [
            (*place, r.name + ("" if r.feasible else " (infeasible)"))
            for place, r in zip(places, references, strict=True)
        ],
        dots,
    )


def _along(front: Front, /) -> Iterator[tuple[float, float]]:
    """Points on the segments of a front, which names should not cover either."""
    for first, second in (cell for cell in front.proof.cells if len(cell) == 2):
        (a, b), (c, d) = front.y[[first, second]].tolist()
        yield from ((a + (c - a) * k / 24, b + (d - b) * k / 24) for k in range(1, 24))


def _frame(canvas: Canvas, x: _Axis, y: _Axis, columns: Sequence[Column], /) -> None:
    for value, word in zip(x.marks, readable(list(x.marks)), strict=True):
        canvas.line([(x(value), _PLOT.y), (x(value), _PLOT.bottom)], stroke=LIGHT)
        canvas.text(x(value), _PLOT.bottom + 18, word, size=11.5, fill=GREY, anchor="middle")
    for value, word in zip(y.marks, readable(list(y.marks)), strict=True):
        canvas.line([(_PLOT.x, y(value)), (_PLOT.right, y(value))], stroke=LIGHT)
        canvas.text(_PLOT.x - 8, y(value) + 4, word, size=11.5, fill=GREY, anchor="end")
    canvas.text(
        (_PLOT.x + _PLOT.right) / 2, _PLOT.bottom + 44, _named(columns[0]), size=13, anchor="middle"
    )
    canvas.text(
        22, (_PLOT.y + _PLOT.bottom) / 2, _named(columns[1]), size=13, anchor="middle", turned=True
    )


def _label(
    canvas: Canvas,
    wanted: Sequence[tuple[float, float, str]],
    dots: Sequence[tuple[float, float]],
    /,
) -> None:
    """Names beside their points, at the first place where they cover no other name, and as few
    points as can be.
    """
    taken: list[Rectangle] = []
    for x, y, name in wanted:
        width = text_width(name, size=12)
        beside = [
            (x + 12, y + 4),
            (x - 12 - width, y + 4),
            (x - width / 2, y - 13),
            (x - width / 2, y + 22),
        ]
        beside += [
            (x + 10, y - 10),
            (x - 10 - width, y - 10),
            (x + 10, y + 20),
            (x - 10 - width, y + 20),
        ]
        boxes = [Rectangle(left, base - 11, width, 15) for left, base in beside]

        def cost(box: Rectangle, taken: Sequence[Rectangle] = taken) -> tuple[int, int]:
            outside = not box.within(
                Rectangle(_PLOT.x, _PLOT.y - 8, _PLOT.width + 30, _PLOT.height + 8)
            )
            covered = sum(
                box.x - 4 < a < box.right + 4 and box.y - 4 < b < box.bottom + 4 for a, b in dots
            )
            others = sum(
                box.x - 4 < a < box.right + 4 and box.y - 4 < b < box.bottom + 4
                for a, b, _ in wanted
            )
            return 10 * outside + 10 * sum(map(box.meets, taken)) + 3 * others, covered

        best = min(range(len(boxes)), key=lambda i: cost(boxes[i]))
        taken.append(boxes[best])
        canvas.text(*beside[best], name, size=12, fill=ORANGE)


def _scatter_legend(
    canvas: Canvas, /, *, complete: bool, hidden: bool, lines: bool, references: bool
) -> None:
    entries: list[tuple[Callable[[float, float], None], str]] = []
    found = (
        tr("best for some weights")
        if hidden
        else tr("efficient plan")
        if complete
        else tr("listed plan")
    )
    entries.append((lambda x, y: canvas.dot(x, y, radius=4.5, fill=BLUE), found))
    if hidden:
        entries.append(
            (
                lambda x, y: canvas.dot(x, y, radius=4.5, fill="#ffffff", stroke=BLUE),
                tr("best for no weights"),
            )
        )
    if lines:
        entries.append(
            (
                lambda x, y: canvas.line([(x - 9, y), (x + 9, y)], stroke=BLUE, width=2.4),
                tr("mixtures, all efficient"),
            )
        )
    if references:
        entries.append(
            (
                lambda x, y: canvas.shape(
                    "path",
                    d=f"M{x:.1f},{y - 6:.1f} l6,6 -6,6 -6,-6 z",
                    fill="none",
                    stroke=ORANGE,
                    stroke_width=2,
                ),
                tr("reference plan"),
            )
        )
    x = _PLOT.x
    for draw, words in entries:
        draw(x + 6, 22)
        canvas.text(x + 20, 26, words, size=11.5, fill=GREY)
        x += 34 + text_width(words, size=11.5)


# ---- three and more


def _parallel(result: Result, /) -> str:
    """One upright axis for each objective, better always up; a line is a plan."""
    front = result.front
    count = len(front.columns)
    canvas = Canvas(
        _WIDTH, 452, tr("The front of {title}", title=result.scenario.title or result.scenario.name)
    )
    places = [90 + (_WIDTH - 180) * j / (count - 1) for j in range(count)]
    axes = [
        _Axis(
            (worst, best) if worst != best else (worst - 1, best), _PARALLEL_BOTTOM, _PARALLEL_TOP
        )
        for worst, best in zip(front.nadir.tolist(), front.ideal.tolist(), strict=True)
    ]
    pale = 0.8 if len(front) <= 30 else 0.45 if len(front) <= 120 else 0.2
    for row in reversed(range(len(front))):
        path = [
            (x, axis(v)) for x, axis, v in zip(places, axes, front.y[row].tolist(), strict=True)
        ]
        best = row == 0
        canvas.line(
            path,
            stroke=BLUE if best else _PALE,
            width=2.6 if best else 1.3,
            opacity=None if best else pale,
            title=front.ids[row],
        )
    for r in result.reference_plans:
        values = [v for v in r.objectives if v is not None]
        inside = len(values) == count and all(
            min(a.marks[0], a.marks[-1]) <= v <= max(a.marks[0], a.marks[-1])
            for a, v in zip(axes, values, strict=True)
        )
        if inside:
            path = [(x, axis(v)) for x, axis, v in zip(places, axes, values, strict=True)]
            canvas.line(path, stroke=ORANGE, width=1.8, dash="5 4", title=r.title or r.name)
    for x, axis, column in zip(places, axes, front.columns, strict=True):
        _upright(canvas, x, axis, column, width=(_WIDTH - 180) / (count - 1) - 14)
    _parallel_legend(canvas, complete=_complete(result), references=bool(result.reference_plans))
    return canvas.svg()


def _upright(canvas: Canvas, x: float, axis: _Axis, column: Column, /, *, width: float) -> None:
    canvas.line([(x, axis.begin), (x, axis.end)], stroke=INK, width=1.2)
    ends = [axis.marks[-1], axis.marks[0]]
    best, worst = (
        "0" if value == 0 else word for value, word in zip(ends, readable(ends), strict=True)
    )
    unit = f" {column.unit}" if column.unit else ""
    canvas.text(x, axis.end - 8, f"{best}{unit}", size=11.5, fill=GREY, anchor="middle")
    canvas.text(x, axis.begin + 18, f"{worst}{unit}", size=11.5, fill=GREY, anchor="middle")
    # the arrow stays with the last word
    words = wrapped(f"{column.title or column.name}_{arrow(column)}", min(width, 170), size=12.5)
    for i, line in enumerate([*words[:-1], words[-1][:-2] + f" {arrow(column)}"]):
        canvas.text(x, axis.begin + 38 + 15 * i, line, size=12.5, anchor="middle")


def _parallel_legend(canvas: Canvas, /, *, complete: bool, references: bool) -> None:
    x = 24.0
    for colour, width, dash, words in _parallel_entries(complete, references):
        canvas.line([(x, 26), (x + 26, 26)], stroke=colour, width=width, dash=dash)
        canvas.text(x + 33, 30, words, size=11.5, fill=GREY)
        x += 51 + text_width(words, size=11.5)
    canvas.text(24, 54, tr("On every axis up is better."), size=11.5, fill=GREY)


def _parallel_entries(
    complete: bool, references: bool, /
) -> Iterator[tuple[str, float, str | None, str]]:
    yield BLUE, 2.6, None, tr("first by the weights")
    yield (
        _PALE,
        1.3,
        None,
        (tr("the other efficient plans") if complete else tr("the other listed plans")),
    )
    if references:
        yield ORANGE, 1.8, "5 4", tr("reference plans within the ranges")
