"""One plan in detail: what is decided, and every value it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.render.front import title
from optimiser.render.layout import Field, tables
from optimiser.render.terminal import plain
from optimiser.results.claim_words import (
    best_flags,
    best_texts,
    bound_words,
    proof_words,
    proven_best,
)
from optimiser.results.predicting import predictions
from optimiser.results.tolerances import SAME
from optimiser.results.wording import arrow, decision_words, ranking_words, readable, score_texts

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.front import Column
    from optimiser.results import Result

__all__ = ["plan"]


def plan(result: Result, row: int, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """The decisions, objectives and indicators of the plan in this row of the front."""
    front, ranking = result.front, result.ranking
    yield from title(result)
    score = score_texts(result)[row]
    yield Text(
        f"plan {front.ids[row]}: rank {ranking.rank[row]} of {len(front)}, score {score}",
        style="bold",
    )
    yield ""
    yield from tables(_decisions(result, row), width, keys=1)
    yield ""
    if result.scenario.phases:
        from optimiser.render.roadmap import roadmap

        yield from roadmap(result, row, width=width)
        yield ""
    if result.scenario.figures:
        from optimiser.render.roadmap import cash

        yield from cash(result, row, width=width)
        yield ""
    yield from tables(_objectives(result, row), width, keys=1)
    if front.indicator_columns:
        yield ""
        yield from tables(_indicators(result, row), width, keys=1)
    yield ""
    from optimiser.render.fits import predicted

    yield from predicted(result.scenario, predictions(result)[row], width=width)
    yield Text(plain(ranking_words(front, ranking)))
    yield Text(plain(proof_words(front)), style="bold")


def _decisions(result: Result, row: int, /) -> list[Field]:
    """What differs from 0, with titles; what is not adopted is named in one line."""
    scenario, front = result.scenario, result.front
    taken = [
        (name, cell)
        for name, cell in zip(front.decision_columns, front.cells[row], strict=True)
        if cell != "0"
    ]
    left = [name for name in front.decision_columns if name not in dict(taken)]
    words = [decision_words(scenario, name, cell) for name, cell in taken]
    titles = [_decision_title(result, name, cell) for name, cell in taken]
    if left:
        words.append("not adopted" if scenario.technologies else "at 0")
        titles.append(", ".join(left))
    return [
        Field("decision", words, left=True),
        Field("", [plain(text).split() for text in titles], words=True),
    ]


def _decision_title(result: Result, name: str, cell: str, /) -> str:
    if name in result.scenario.variables:
        return str(result.scenario.variables[name].title)
    technology = result.scenario.technologies[name]
    level = technology.levels.get(cell.partition("@")[0])
    return ": ".join(part for part in (technology.title, level.title if level else "") if part)


def _objectives(result: Result, row: int, /) -> list[Field]:
    front = result.front
    columns = [
        readable(
            [
                front.y[row, j],
                front.ideal[j],
                front.nadir[j],
                *([] if c.target is None else [c.target]),
            ]
        )
        for j, c in enumerate(front.columns)
    ]
    marks = ["*" if flag else " " for flag in best_flags(front)[row].tolist()]
    fields = [
        Field(
            "objective",
            [f"{plain(c.title or c.name)} {arrow(c)}" for c in front.columns],
            left=True,
        ),
        Field("value ", [texts[0] + mark for texts, mark in zip(columns, marks, strict=True)]),
        Field("unit", [plain(c.unit) for c in front.columns], left=True),
    ]
    if len(front) > 1:
        best = best_texts(front, [texts[1] for texts in columns])
        bounds = zip(front.columns, front.proof.bounds, proven_best(front), strict=False)
        limits = [
            "" if known or bound is None else bound_words(c, bound) for c, bound, known in bounds
        ]
        fields.append(Field("best of all", best))
        if any(limits):
            fields.append(Field("proven", limits, left=True))
        fields.append(Field("worst of all", [texts[2] for texts in columns]))
    if any(c.target is not None for c in front.columns):
        fields.append(Field("target", [texts[3] if len(texts) > 3 else "" for texts in columns]))
        fields.append(
            Field(
                "",
                [_reached(c, float(front.y[row, j])) for j, c in enumerate(front.columns)],
                left=True,
            )
        )
    return fields


def _reached(column: Column, value: float, /) -> str:
    if column.target is None:
        return ""
    missing = (value - column.target) * column.sign
    return "reached" if missing <= SAME * abs(column.target) else "missed"


def _indicators(result: Result, row: int, /) -> list[Field]:
    front = result.front
    return [
        Field("indicator", [plain(c.title or c.name) for c in front.indicator_columns], left=True),
        Field(
            "value",
            [
                readable([v])[0] if isfinite(v) else "undefined"
                for v in front.indicators[row].tolist()
            ],
        ),
        Field("unit", [plain(c.unit) for c in front.indicator_columns], left=True),
    ]
