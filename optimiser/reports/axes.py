"""Axes of charts: round numbers along a range, and what stands beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from optimiser.front import Column
from optimiser.reports.chart import ChartAxis, Tick
from optimiser.reports.tolerances import NOTHING, ROUNDED
from optimiser.results.wording import ARROWS, readable, readable_columns

if TYPE_CHECKING:
    from optimiser.front import Floats, Front

__all__ = ["axis_words", "even_axis", "objective_axis", "plan_hints", "ticks", "with_unit"]

_BETTER = {"maximise": "higher", "minimise": "lower", "": ""}
_SENSES = {"higher": "maximise", "lower": "minimise", "": ""}


def ticks(low: float, high: float, /) -> list[float]:
    """Four to nine round numbers that enclose a range; of one value a range around it."""
    if high - low <= max(ROUNDED * max(abs(low), abs(high)), NOTHING):
        around = max(abs(low) / 10, NOTHING) if abs(low) > NOTHING else 1.0
        low, high = low - around, high + around
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + ROUNDED), math.ceil(high / step - ROUNDED)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


def even_axis(
    values: Iterable[float], /, *, title: str, unit: str = "", better: str = "", name: str = ""
) -> ChartAxis:
    """An axis with round numbers from one end to the other, for values of which there is one."""
    shown = list(values)
    marks = ticks(min(shown), max(shown))
    written = tuple(map(Tick, marks, readable(marks)))
    return ChartAxis(
        title,
        marks[0],
        marks[-1],
        written,
        unit,
        better,  # type: ignore[arg-type]  # one of its words, from a table
        name,
    )


def objective_axis(column: Column, values: Iterable[float], /) -> ChartAxis:
    """The axis of an objective."""
    return even_axis(
        values,
        title=column.title or column.name,
        unit=column.unit,
        better=_BETTER[column.sense],
        name=column.name,
    )


def axis_words(axis: ChartAxis, /, *, unit: bool = True) -> str:
    """What stands beside an axis: its title, the unit in brackets and which way is better."""
    words = [axis.title, f"[{axis.unit}]" if unit and axis.unit else ""]
    return " ".join(filter(None, [*words, ARROWS[_SENSES[axis.better]]]))


def with_unit(text: str, unit: str, /) -> str:
    """A number with its unit, where there is one."""
    return f"{text} {unit}" if unit else text


def plan_hints(
    front: Front, columns: Sequence[int], y: Floats, names: Sequence[str], /
) -> list[str]:
    """What a pointer shows of plans.

    Args:
        front: whose objectives they are.
        columns: the objectives that are told.
        y: (k, m) their objectives.
        names: of the k plans.
    """
    texts = readable_columns(y[:, j].tolist() for j in columns)
    told = [
        [
            f"{front.columns[j].title or front.columns[j].name} "
            f"{with_unit(text, front.columns[j].unit)}"
            for text in column
        ]
        for j, column in zip(columns, texts, strict=True)
    ]
    return [f"{name}: {', '.join(values)}" for name, *values in zip(names, *told, strict=True)]
