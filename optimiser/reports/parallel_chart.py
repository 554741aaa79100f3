"""Plans by three objectives and more: an upright axis for each, better always up, a line a plan.

References:
    Inselberg (1985), The plane with parallel coordinates, The Visual Computer 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from optimiser.language import tr
from optimiser.reports.axes import plan_hints
from optimiser.reports.chart import Chart, ChartAxis, Key, Panel, Polyline, Tick
from optimiser.results.wording import readable

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["parallel_chart"]


def parallel_chart(result: Result, /, *, objectives: Sequence[int] | None = None) -> Chart:
    """Every plan as a line.

    Args:
        result: with two objectives or more.
        objectives: the columns of the front from left to right; all by default.
    """
    front = result.front
    columns = list(range(len(front.columns)) if objectives is None else objectives)
    axes = tuple(_axis(result, column) for column in columns)
    references = list(_references(result, columns, axes))
    lines = [*_plans(result, columns), *references]
    title = result.scenario.title or result.scenario.name
    complete = front.proof.status == "complete"
    legend = [Key("first", tr("first by the weights"), "line", weight="strong")]
    if len(front) > 1:
        others = tr("the other efficient plans") if complete else tr("the other listed plans")
        legend.append(Key("plan", others, "line"))
    if references:
        words = tr("reference plans within the ranges")
        legend.append(Key("reference", words, "line", dash="dashed"))
    return Chart(
        "parallel",
        tr("The front of {title}", title=title),
        (Panel(axes, tuple(lines), layout="parallel"),),
        tuple(legend),
        (tr("On every axis up is better."),),
        tr("{number} plans by {count} objectives.", number=len(front), count=len(columns)),
    )


def _axis(result: Result, column: int) -> ChartAxis:
    """From the worst value up to the best."""
    front = result.front
    own = front.columns[column]
    worst, best = float(front.nadir[column]), float(front.ideal[column])
    ends = [worst, best] if worst != best else [best]
    ticks = tuple(map(Tick, ends, readable(ends)))
    # a value that all plans share stands halfway
    around = 0.0 if worst != best else (abs(best) or 1.0) * own.sign
    return ChartAxis(
        own.title or own.name,
        worst + around,
        best - around,
        ticks,
        own.unit,
        "higher" if own.sense == "maximise" else "lower",
        own.name,
    )


def _plans(result: Result, columns: Sequence[int]) -> Iterator[Polyline]:
    """The best rank last, above the others."""
    front, rank = result.front, result.ranking.rank
    places = tuple(map(float, range(len(columns))))
    hints = plan_hints(front, columns, front.y, front.ids)
    best = rank == rank.min()
    for row in reversed(range(len(front))):
        yield Polyline(
            "first" if best[row] else "plan",
            places,
            tuple(front.y[row, columns].tolist()),
            weight="strong" if best[row] else "thin",
            plan=front.ids[row],
            hint=hints[row],
        )


def _references(
    result: Result, columns: Sequence[int], axes: Sequence[ChartAxis]
) -> Iterator[Polyline]:
    for reference in result.reference_plans:
        values = [reference.objectives[column] for column in columns]
        known = [value for value in values if value is not None]
        within = len(known) == len(values) and all(
            min(axis.low, axis.high) <= value <= max(axis.low, axis.high)
            for axis, value in zip(axes, known, strict=True)
        )
        if within:
            yield Polyline(
                "reference",
                tuple(map(float, range(len(columns)))),
                tuple(known),
                dash="dashed",
                hint=reference.title or reference.name,
            )
