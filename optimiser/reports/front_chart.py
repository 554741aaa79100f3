"""The front of two objectives: its plans, what they attain, and how the reference plans stand
against them.

References:
    Grunert da Fonseca, Fonseca, Hall (2001), Inferential performance assessment of stochastic
    optimisers and the attainment function, EMO 2001, LNCS 1993: the border of what is attained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import tr
from optimiser.reports.axes import objective_axis, plan_hints
from optimiser.reports.chart import (
    Area,
    Chart,
    ChartAxis,
    Key,
    Mark,
    Panel,
    Points,
    Polyline,
    Role,
    Shape,
)
from optimiser.reports.front_facts import knee_row, supported
from optimiser.results.mixtures import best_mixture

if TYPE_CHECKING:
    from optimiser.front import Flags, Floats, Front
    from optimiser.results import ReferenceOutcome, Result

__all__ = ["front_chart", "front_panel", "staircase"]


def front_chart(result: Result, /, *, objectives: Sequence[int] = (0, 1)) -> Chart:
    """The plans by two of their objectives.

    Args:
        result: with two objectives or more.
        objectives: the columns of the front across and upright.
    """
    panel = front_panel(result, objectives)
    title = result.scenario.title or result.scenario.name
    return Chart(
        "front",
        tr("The front of {title}", title=title),
        (panel,),
        tuple(_legend(panel, complete=result.front.proof.status == "complete")),
        words=_words(result, panel.axes),
    )


def front_panel(
    result: Result, objectives: Sequence[int], /, *, across: int = 0, down: int = 0
) -> Panel:
    """The same as a panel of a chart."""
    front, (i, j) = result.front, objectives
    whole = len(front.columns) == 2
    named = list(zip(result.reference_plans, _known(result, objectives), strict=True))
    references = [(r, point) for r, point in named if point is not None]
    ends = [end for _, end in front.proof.open_ends]
    shown = np.array(
        [*front.y[:, [i, j]], *(p for _, p in references), *([e[i], e[j]] for e in ends)]
    )
    axes = tuple(
        objective_axis(front.columns[c], shown[:, k].tolist()) for k, c in enumerate(objectives)
    )
    marks: list[Mark] = []
    if front.proof.of == "points":
        marks += _attained(front, objectives, axes)
    elif whole:
        marks += _segments(front, objectives)
    marks += _plans(result, objectives)
    marks += _references(front, references, objectives)
    return Panel(axes, tuple(marks), across=across, down=down)


def staircase(minimised: Floats, corner: Floats, /) -> Floats:
    """(s, 2) the border of what points attain, from the far end of the second objective to that of
    the first.

    Args:
        minimised: (k, 2) the points, smaller better.
        corner: (2,) the far ends.
    """
    border: list[tuple[float, float]] = []
    level = float(corner[1])
    for a, b in sorted(map(tuple, minimised.tolist())):
        if b < level or not border:
            border += [(a, level), (a, min(b, level))]
            level = min(b, level)
    return np.array([*border, (float(corner[0]), level)])


def _attained(front: Front, objectives: Sequence[int], axes: Sequence[ChartAxis]) -> Iterator[Mark]:
    columns = list(objectives)
    signs = front.signs[columns]
    ends = np.array([[axis.low, axis.high] for axis in axes]) * signs[:, None]
    corner = ends.max(axis=1)
    border = staircase(front.minimised[:, columns], corner) * signs + 0.0
    x, y = border[:, 0].tolist(), border[:, 1].tolist()
    far = (corner * signs + 0.0).tolist()
    yield Area("region", (*x, far[0]), (*y, far[1]))
    yield Polyline("front", tuple(x), tuple(y), weight="thin")


def _segments(front: Front, objectives: Sequence[int]) -> Iterator[Mark]:
    i, j = objectives
    for cell in front.proof.cells:
        if len(cell) > 1:
            points = front.y[list(cell)]
            yield Polyline(
                "front", tuple(points[:, i].tolist()), tuple(points[:, j].tolist()), weight="strong"
            )
    for row, end in front.proof.open_ends:
        a, b = front.y[row].tolist()[i], front.y[row].tolist()[j]
        yield Polyline("front", (a, end[i]), (b, end[j]), weight="strong")
        yield Points("front", (end[i],), (end[j],), "ring", hints=(tr("not reached itself"),))


def _plans(result: Result, objectives: Sequence[int]) -> Iterator[Points]:
    """Those that no weights find lie below the others, the best rank and the knee above."""
    front = result.front
    hints = plan_hints(front, objectives, front.y, front.ids)
    seen = _seen(front)
    best = result.ranking.rank == result.ranking.rank.min()
    knee = knee_row(result)
    told = best.copy()
    if knee is not None:
        told[knee] = True

    def points(role: Role, rows: Flags, shape: Shape = "dot", label: str = "") -> Iterator[Points]:
        chosen = np.flatnonzero(rows).tolist()
        if chosen:
            across, up = (tuple(front.y[chosen, column].tolist()) for column in objectives)
            yield Points(
                role,
                across,
                up,
                shape,
                tuple(front.ids[row] for row in chosen),
                tuple(hints[row] for row in chosen),
                (label,) * len(chosen) if label and len(chosen) <= _LABELS else (),
            )

    yield from points("hidden", ~seen & ~told, "ring")
    yield from points("plan", seen & ~told)
    if knee is not None and not best[knee]:
        yield from points("knee", np.arange(len(front)) == knee, "square", tr("knee"))
    both = knee is not None and bool(best[knee])
    yield from points("first", best, "dot", tr("first, knee") if both else tr("first"))


_LABELS = 3  # of plans that share the best rank


def _seen(front: Front) -> Flags:
    """(k,) the plans that some weights make the best; all where that is not known of the front."""
    proof = front.proof
    if proof.of == "points" and proof.status == "complete" and len(front.columns) == 2:
        return supported(front)
    return np.ones(len(front), dtype=bool)


def _known(result: Result, objectives: Sequence[int]) -> Iterator[tuple[float, float] | None]:
    """Of each reference plan its point, None where it is undefined."""
    for reference in result.reference_plans:
        a, b = (reference.objectives[j] for j in objectives)
        yield None if a is None or b is None else (a, b)


def _references(
    front: Front,
    references: Sequence[tuple[ReferenceOutcome, tuple[float, float]]],
    objectives: Sequence[int],
) -> Iterator[Mark]:
    for reference, point in references:
        target = _better(front, reference)
        if target is not None:
            ends = zip(point, target[list(objectives)].tolist(), strict=True)
            across, up = ends
            yield Polyline("better", across, up, dash="dotted", arrow=True)
    if not references:
        return
    values = np.array([[v or 0.0 for v in r.objectives] for r, _ in references])
    yield Points(
        "reference",
        tuple(point[0] for _, point in references),
        tuple(point[1] for _, point in references),
        "diamond",
        hints=tuple(
            plan_hints(front, objectives, values, [r.title or r.name for r, _ in references])
        ),
        labels=tuple(
            r.name if r.feasible else tr("{name} (infeasible)", name=r.name) for r, _ in references
        ),
    )


def _better(front: Front, reference: ReferenceOutcome) -> Floats | None:
    """(m,) a point of the front that dominates a reference plan, None where none is known."""
    if reference.dominated_by is not None:
        listed: Floats = front.y[front.ids.index(reference.dominated_by)]
        return listed
    if reference.on_front or len(reference.mixed) < 2 or None in reference.objectives:
        return None
    rows = [front.ids.index(name) for name in reference.mixed]
    span = np.ptp(front.minimised, axis=0)
    scale = np.where(span > 0.0, span, 1.0)
    own = np.array(reference.objectives, dtype=np.float64) * front.signs
    share, _ = best_mixture(front.minimised[rows] / scale, own / scale)
    found: Floats = share @ front.y[rows]
    return found


def _legend(panel: Panel, /, *, complete: bool) -> Iterator[Key]:
    roles = {mark.role for mark in panel.marks}
    cells = "front" in roles and "region" not in roles
    if "hidden" in roles:
        yield Key("plan", tr("best for some weights"))
        yield Key("hidden", tr("best for no weights"), "ring")
    elif "plan" in roles:
        yield Key("plan", tr("efficient plan") if complete else tr("listed plan"))
    yield Key("first", tr("first by the weights"))
    if "knee" in roles:
        yield Key("knee", tr("knee"), "square")
    if cells:
        yield Key("front", tr("mixtures, all efficient"), "line", weight="strong")
    if "region" in roles:
        yield Key("region", tr("a listed plan is as good or better"), "area")
    if "reference" in roles:
        yield Key("reference", tr("reference plan"), "diamond")
    if "better" in roles:
        yield Key("better", tr("to what dominates it"), "arrow", dash="dotted")


def _words(result: Result, axes: Sequence[ChartAxis]) -> str:
    return tr(
        "{number} plans by {first} and {second}.",
        number=len(result.front),
        first=axes[0].title,
        second=axes[1].title,
    )
