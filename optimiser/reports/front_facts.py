"""What can be said of a front by looking at it: what weights would find, what is adopted always and
never.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import listed, tr
from optimiser.reports.tolerances import SAME
from optimiser.results.wording import readable

if TYPE_CHECKING:
    from optimiser.analysis.deciding import Stated
    from optimiser.front import Flags, Floats, Front
    from optimiser.results import Result
    from optimiser.scenario import Scenario

__all__ = ["adoption", "knee_row", "lessons", "supported"]


def supported(front: Front, /) -> Flags:
    """(k,) which plans are the best for some weights: exact for two objectives, by linear programs
    for more.
    """
    if len(front.columns) == 1:
        return np.ones(len(front), dtype=bool)
    return _on_hull(front) if len(front.columns) == 2 else _by_weights(front.aside * front.signs)


def _on_hull(front: Front, /) -> Flags:
    """Andrew's walk along the lower left hull, in fractions; points on an edge of it belong to
    it.
    """
    signed = [[v * int(s) for v in front.told(j)] for j, s in enumerate(front.signs.tolist())]
    exact = list(zip(*signed, strict=True))
    hull: list[int] = []
    for k in sorted(range(len(exact)), key=exact.__getitem__):
        while len(hull) > 1:
            (ax, ay), (bx, by), (cx, cy) = exact[hull[-2]], exact[hull[-1]], exact[k]
            if (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) >= 0:
                break
            hull.pop()
        hull.append(k)
    flags = np.zeros(len(exact), dtype=bool)
    flags[hull] = True
    return flags


def _by_weights(points: Floats, /) -> Flags:
    """For each point the weights that leave it least behind: it is supported where that is by
    nothing.
    """
    from scipy.optimize import linprog

    count = points.shape[1]
    span = np.ptp(points, axis=0)
    scaled = (points - points.min(axis=0)) / np.where(span > 0, span, 1.0)
    flags = np.zeros(len(points), dtype=bool)
    for k, point in enumerate(scaled):
        rows = np.column_stack([point - scaled, -np.ones(len(scaled))])
        total = np.array([[*[1.0] * count, 0.0]])
        answer = linprog(
            [*[0.0] * count, 1.0],
            A_ub=rows,
            b_ub=np.zeros(len(rows)),
            A_eq=total,
            b_eq=[1.0],
            bounds=(0, None),
            method="highs",
        )
        flags[k] = answer.fun <= SAME
    return flags


def knee_row(result: Result, /) -> int | None:
    """The row of the knee, as ``decide`` finds it without statements; None where there is none."""
    from optimiser.analysis.deciding import knee_of
    from optimiser.analysis.exact_shares import shares_of

    return knee_of(shares_of(result.front, result.ranking.ranges), range(len(result.front)))


def adoption(result: Result, /) -> dict[str, int]:
    """In how many of the listed plans each technology is adopted."""
    return _adopted(result.scenario, result.front)


def _adopted(scenario: Scenario, front: Front, /) -> dict[str, int]:
    columns = front.decision_places
    return {
        name: sum(row[columns[name]].split("@")[0] != "0" for row in front.cells)
        for name in scenario.technologies
    }


def lessons(result: Result, /) -> Iterator[str]:
    """Sentences in Markdown, most telling first."""
    from optimiser.analysis.deciding import stated
    from optimiser.study import equivalents_of_all

    front = result.front
    # a plan with the objectives of a listed one may adopt otherwise, and is as good
    counted = stated(result, equivalents=equivalents_of_all(result))
    yield from _weights_lesson(front)
    yield from _adoption_lesson(counted)
    yield from _never_lesson(counted)
    yield from _exchange_lesson(front)


def _weights_lesson(front: Front, /) -> Iterator[str]:
    if front.proof.of != "points" or len(front) < 3 or len(front.columns) < 2:
        return
    seen = int(supported(front).sum())
    hidden = len(front) - seen
    if front.proof.status != "complete":
        return
    if hidden:
        yield tr(
            "**{hidden} of {number} plans ({share:.0f} %) are the best for no weights**: a "
            "weighted sum would never show them.",
            hidden=hidden,
            number=len(front),
            share=100 * hidden / len(front),
        )
    else:
        yield tr(
            "Every one of the {number} plans is the best for some weights: here a weighted "
            "sum would miss none.",
            number=len(front),
        )


def _adoption_lesson(counted: Stated, /) -> Iterator[str]:
    scenario, plans = counted.result.scenario, len(counted.front)
    counts = _adopted(scenario, counted.front)
    if plans < 2 or not counts or counted.front.proof.of != "points":
        return
    always = [name for name, count in counts.items() if count == plans]
    never = [name for name, count in counts.items() if count == 0]
    proven = counted.claimed
    if always:
        yield (
            tr(
                "In every plan: {names}. Whatever the weights, it is a part of the answer.",
                names=_named(always),
            )
            if proven
            else tr("In every plan: {names}.", names=_named(always))
        )
    if never:
        yield (
            tr(
                "In no plan: {names}. Nothing that is wanted gets better by it.",
                names=_named(never),
            )
            if proven
            else tr("In no plan: {names}.", names=_named(never))
        )
    most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
    if not always and not never and counts[most] > counts[least]:
        often, seldom = (
            tr("`{name}` ({count} of {plans})", name=name, count=counts[name], plans=plans)
            for name in (most, least)
        )
        yield tr(
            "No technology is in every plan or in none: most often {often}, least often {seldom}.",
            often=often,
            seldom=seldom,
        )


def _never_lesson(counted: Stated, /) -> Iterator[str]:
    front = counted.front
    columns = front.decision_places
    unused = [
        name
        for name in counted.result.scenario.variables
        if all(row[columns[name]] == "0" for row in front.cells)
    ]
    if unused and len(front) > 1:
        yield tr("Always 0: {names}.", names=_named(unused))


def _exchange_lesson(front: Front, /) -> Iterator[str]:
    """For two objectives: what the first and the last step along a proven front cost."""
    if len(front.columns) != 2 or len(front) < 3 or front.proof.status == "approximate":
        return
    order = np.argsort(front.order[:, 0], kind="stable")
    y = np.abs(np.diff(front.aside[order], axis=0))
    rates = y[:, 1] / y[:, 0]
    first, last = readable([float(rates[0]), float(rates[-1])])
    a, b = (f"`{column.name}`" for column in front.columns)
    units = [f" {column.unit}" if column.unit else "" for column in front.columns]
    if max(rates[0], rates[-1]) > 2 * min(rates[0], rates[-1]):
        yield tr(
            "The exchange changes along the front: in its first step, from the best {a}, "
            "{one} of {a} is worth {first} of {b}, in its last {last}.",
            a=a,
            b=b,
            one=f"1{units[0]}",
            first=f"{first}{units[1]}",
            last=last,
        )


def _named(names: list[str], /) -> str:
    return listed(f"`{name}`" for name in names)
