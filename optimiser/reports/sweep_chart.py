"""How the best values, the hypervolume, the best plan and the technologies move while one value of
the scenario is varied, drawn from the record of a sweep, as its JSON has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from optimiser.language import listed, tr, trn
from optimiser.reports.axes import even_axis, objective_axis, with_unit
from optimiser.reports.chart import Chart, ChartAxis, Key, Mark, Panel, Points, Polyline, Role, Tick
from optimiser.results.table import number
from optimiser.results.wording import readable
from optimiser.sweeps.sweep_records import best_value

if TYPE_CHECKING:
    from optimiser.front import Column

__all__ = ["sweep_chart"]

_SERIES: tuple[Role, ...] = ("series1", "series2", "series3", "series4", "series5", "series6")
_PANEL = 230.0
_PLANS = 12  # that have a line of their own


def sweep_chart(
    record: Mapping[str, Any], columns: Sequence[Column], /, *, title: str, path: str = ""
) -> Chart | None:
    """The best value of each objective over what was varied, and where the record has them the
    hypervolume, the best plan, and of one curve the share of the efficient plans that adopt each
    technology; None where no number was varied, or nothing is done.

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
    own = [c for c in columns if all(best_value(v, c) is not None for v in done)]
    panels = [
        _panel(curves, column, across, breaks, place=place) for place, column in enumerate(own)
    ]
    legend = [Key(role, name, "line") for role, name in zip(_SERIES, curves, strict=False) if name]
    more = (_volumes(curves, across, breaks), _best(curves, across))
    panels += [replace(one, down=len(panels) + k) for k, one in enumerate(filter(None, more))]
    if len(curves) == 1 and (moved := _moved(done)):
        panels.append(replace(_shares(done, moved, across, breaks), down=len(panels)))
        legend += [Key(role, name, "line") for role, name in zip(_SERIES, moved, strict=False)]
    if breaks:
        legend.append(Key("muted", tr("the best plans change"), "line", dash="dashed"))
    shown = len(curves) - len(_SERIES)
    return Chart(
        "sweep",
        tr("The best values over {path}: {title}", path=path, title=title),
        tuple(panels),
        tuple(legend),
        (tr("{number} more curves are not shown.", number=shown),) if shown > 0 else (),
        trn("{number} variant.", "{number} variants.", len(done)),
        (760.0, 90.0 + _PANEL * len(panels)),
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
        ordered = _along(own, across)
        x = tuple(float(v["values"][path]) for v in ordered)
        y = tuple(float(v["ideal"][column.name]) for v in ordered)
        hints = tuple(
            f"{path}={value}: {with_unit(text, column.unit)}"
            for value, text in zip(map(number, x), readable(y, exact=True), strict=True)
        )
        marks.append(Polyline(role, x, y))
        marks.append(Points(role, x, y, hints=hints, plans=tuple(v["best"] or "" for v in ordered)))
    return Panel((across, axis), tuple(marks), down=place)


def _volumes(
    curves: Mapping[str, Sequence[Mapping[str, Any]]],
    across: ChartAxis,
    breaks: Sequence[Mapping[str, Any]],
) -> Panel | None:
    """The hypervolume of each variant, all in one frame."""
    known = [v for own in curves.values() for v in own if v.get("hypervolume") is not None]
    if not known:
        return None
    axis = even_axis((v["hypervolume"] for v in known), title=tr("hypervolume"), better="higher")
    marks: list[Mark] = list(_breaks(breaks, axis))
    for role, own in zip(_SERIES, curves.values(), strict=False):
        ordered = _along([v for v in own if v.get("hypervolume") is not None], across)
        if not ordered:  # of other objectives
            continue
        x = tuple(float(v["values"][across.title]) for v in ordered)
        y = tuple(float(v["hypervolume"]) for v in ordered)
        marks += [Polyline(role, x, y), Points(role, x, y)]
    return Panel((across, axis), tuple(marks))


def _best(curves: Mapping[str, Sequence[Mapping[str, Any]]], across: ChartAxis) -> Panel | None:
    """Which plan has the best rank."""
    path = across.title
    ordered = [v for own in curves.values() for v in _along(own, across)]
    plans = list(dict.fromkeys(v["best"] for v in ordered if v.get("hypervolume") is not None))
    if not 1 < len(plans) <= _PLANS:
        return None
    ticks = tuple(Tick(place, plan) for place, plan in enumerate(plans))
    axis = ChartAxis(tr("best plan"), len(plans) - 0.5, -0.5, ticks)
    marks = []
    for role, own in zip(_SERIES, curves.values(), strict=False):
        known = [v for v in _along(own, across) if v["best"] in plans]
        if not known:
            continue
        x = tuple(float(v["values"][path]) for v in known)
        y = tuple(float(plans.index(v["best"])) for v in known)
        marks.append(Points(role, x, y, plans=tuple(v["best"] for v in known)))
    return Panel((across, axis), tuple(marks))


def _moved(done: Sequence[Mapping[str, Any]]) -> list[str]:
    """The technologies whose share moves, those that move most first."""
    names = dict.fromkeys(name for v in done for name in v.get("core") or ())
    shares = {n: [(v.get("core") or {}).get(n, 0.0) for v in done] for n in names}
    ranges = {name: max(own) - min(own) for name, own in shares.items()}
    moving = [name for name in names if ranges[name] > 0]
    return sorted(moving, key=lambda name: -ranges[name])[: len(_SERIES)]


def _shares(
    done: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    across: ChartAxis,
    breaks: Sequence[Mapping[str, Any]],
) -> Panel:
    """The core index of technologies."""
    ordered = _along(done, across)
    x = tuple(float(v["values"][across.title]) for v in ordered)
    ticks = tuple(Tick(float(value), f"{value}") for value in (0, 20, 40, 60, 80, 100))
    axis = ChartAxis(tr("in so many of the efficient plans"), 0.0, 100.0, ticks, "%")
    marks: list[Mark] = list(_breaks(breaks, axis))
    for role, name in zip(_SERIES, names, strict=False):
        y = tuple(100.0 * (v["core"] or {}).get(name, 0.0) for v in ordered)
        marks += [Polyline(role, x, y, hint=name), Points(role, x, y)]
    return Panel((across, axis), tuple(marks))


def _along(own: Sequence[Mapping[str, Any]], across: ChartAxis) -> list[Mapping[str, Any]]:
    return sorted(own, key=lambda v: float(v["values"][across.title]))


def _breaks(breaks: Sequence[Mapping[str, Any]], axis: ChartAxis) -> Iterator[Mark]:
    for one in breaks:
        enters, leaves = listed(one["enters"]), listed(one["leaves"])
        hint = tr("enters: {enters}; leaves: {leaves}", enters=enters or "-", leaves=leaves or "-")
        x = float(one["value"])
        yield Polyline("muted", (x, x), (axis.low, axis.high), "dashed", "thin", hint=hint)
