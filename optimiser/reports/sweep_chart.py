"""How the best values move while one value of the scenario is varied: a curve for each objective,
drawn from the record of a sweep, as its JSON has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from optimiser.language import listed, tr
from optimiser.reports.axes import even_axis, objective_axis, with_unit
from optimiser.reports.chart import Chart, ChartAxis, Key, Mark, Panel, Points, Polyline, Role
from optimiser.results.wording import readable

if TYPE_CHECKING:
    from optimiser.front import Column

__all__ = ["sweep_chart"]

_SERIES: tuple[Role, ...] = ("series1", "series2", "series3", "series4", "series5", "series6")
_PANEL = 230.0


def sweep_chart(
    record: Mapping[str, Any], columns: Sequence[Column], /, *, title: str, path: str = ""
) -> Chart | None:
    """The best value of each objective over what was varied; None where no number was, or nothing
    is done.

    Args:
        record: of a sweep.
        columns: the objectives.
        title: of the scenario.
        path: which varied value lies across; the first that is a number by default. What else
            was varied makes curves of its own.
    """
    done = [v for v in record["variants"] if v["status"] == "done" and v["ideal"] is not None]
    numbers = [p for p in record["varied"] if done and all(_number(v["values"][p]) for v in done)]
    if not numbers or (path and path not in numbers):
        return None
    path = path or numbers[0]
    curves: dict[str, list[Mapping[str, Any]]] = {}
    for variant in done:
        others = [f"{p}={variant['values'][p]}" for p in record["varied"] if p != path]
        curves.setdefault(listed(others), []).append(variant)
    across = even_axis((float(v["values"][path]) for v in done), title=path)
    breaks = [b for b in record["breakpoints"] if b["path"] == path]
    panels = tuple(
        _panel(curves, column, across, breaks, place=place) for place, column in enumerate(columns)
    )
    legend = [Key(role, name, "line") for role, name in zip(_SERIES, curves, strict=False) if name]
    if breaks:
        legend.append(Key("muted", tr("the best plans change"), "line", dash="dashed"))
    shown = len(curves) - len(_SERIES)
    return Chart(
        "sweep",
        tr("The best values over {path}: {title}", path=path, title=title),
        panels,
        tuple(legend),
        (tr("{number} more curves are not shown.", number=shown),) if shown > 0 else (),
        tr("{number} variants.", number=len(done)),
        (760.0, 90.0 + _PANEL * len(columns)),
    )


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _panel(
    curves: Mapping[str, Sequence[Mapping[str, Any]]],
    column: Column,
    across: ChartAxis,
    breaks: Sequence[Mapping[str, Any]],
    *,
    place: int,
) -> Panel:
    path = across.title
    values = [v["ideal"][column.name] for own in curves.values() for v in own]
    axis = objective_axis(column, values)
    marks: list[Mark] = list(_breaks(breaks, axis))
    for role, own in zip(_SERIES, curves.values(), strict=False):
        ordered = sorted(own, key=lambda v: float(v["values"][path]))
        x = tuple(float(v["values"][path]) for v in ordered)
        y = tuple(float(v["ideal"][column.name]) for v in ordered)
        hints = tuple(
            f"{path}={value:g}: {with_unit(text, column.unit)}"
            for value, text in zip(x, readable(y), strict=True)
        )
        marks.append(Polyline(role, x, y))
        marks.append(Points(role, x, y, hints=hints, plans=tuple(v["best"] or "" for v in ordered)))
    return Panel((across, axis), tuple(marks), down=place)


def _breaks(breaks: Sequence[Mapping[str, Any]], axis: ChartAxis) -> Iterator[Mark]:
    for one in breaks:
        enters, leaves = listed(one["enters"]), listed(one["leaves"])
        hint = tr("enters: {enters}; leaves: {leaves}", enters=enters or "-", leaves=leaves or "-")
        x = float(one["value"])
        yield Polyline("muted", (x, x), (axis.low, axis.high), "dashed", "thin", hint=hint)
