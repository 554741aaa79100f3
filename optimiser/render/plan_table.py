"""One plan in detail: what is decided, and every value it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.language import listed, tr
from optimiser.render.front_table import title
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.claim_words import (
    STAR,
    best_flags,
    best_texts,
    bound_words,
    near_notes,
    proof_words,
    proven_best,
)
from optimiser.results.predicting import predictions
from optimiser.results.ranking_words import ranking_words, score_texts
from optimiser.results.tolerances import SAME
from optimiser.results.wording import (
    arrow,
    column_words,
    decision_title,
    decision_words,
    readable,
    readable_or,
    titled_words,
    told_apart,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.front import Column, Front
    from optimiser.results import Result

__all__ = ["plan"]


def plan(result: Result, row: int, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """The decisions, objectives and indicators of the plan in this row of the front."""
    front, ranking = result.front, result.ranking
    yield from title(result)
    score = score_texts(result)[row]
    yield Text(
        tr(
            "plan {plan}: rank {rank} of {number}, score {score}",
            plan=front.ids[row],
            rank=ranking.rank[row],
            number=len(front),
            score=score,
        ),
        style="bold",
    )
    yield ""
    yield from apart(_decisions(result, row), width, keys=1)
    yield ""
    if result.scenario.phases:
        from optimiser.render.roadmap import roadmap

        yield from roadmap(result, row, width=width)
        yield ""
    if result.scenario.figures:
        from optimiser.render.roadmap import cash

        yield from cash(result, row, width=width)
        yield ""
    yield from apart(_objectives(result, row), width, keys=1)
    if best_flags(front)[row].any():
        yield ""
        yield Text(tr(STAR))
    if front.indicator_columns:
        yield ""
        yield from apart(_indicators(result, row), width, keys=1)
    yield ""
    from optimiser.render.fits import predicted

    yield from predicted(result.scenario, predictions(result)[row], width=width)
    for note in near_notes(front):
        yield Text(plain(note))
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
    titles = [decision_title(scenario, name, cell) for name, cell in taken]
    if left:
        words.append(tr("not adopted") if scenario.technologies else tr("at 0"))
        titles.append(listed(titled_words(scenario, name, "") for name in left))
    return [
        Field(tr("decision"), words, left=True),
        Field("", [plain(text) for text in titles], words=True),
    ]


def _objectives(result: Result, row: int, /) -> list[Field]:
    front = result.front
    columns = _texts(front, row)
    marks = ["*" if flag else " " for flag in best_flags(front)[row].tolist()]
    fields = [
        Field(
            tr("objective"),
            [f"{plain(column_words(c))} {arrow(c)}" for c in front.columns],
            left=True,
        ),
        Field(
            tr("value") + " ", [texts[0] + mark for texts, mark in zip(columns, marks, strict=True)]
        ),
        Field(tr("unit"), [plain(c.unit) for c in front.columns], left=True),
    ]
    if len(front) > 1:
        best = best_texts(front, [texts[1] for texts in columns])
        bounds = zip(front.columns, front.proof.bounds, proven_best(front), strict=False)
        limits = [
            "" if known or bound is None else bound_words(c, bound) for c, bound, known in bounds
        ]
        fields.append(Field(tr("best of all"), best))
        if any(limits):
            fields.append(Field(tr("proven"), limits, left=True))
        fields.append(Field(tr("worst of all"), [texts[2] for texts in columns]))
    if any(c.target is not None for c in front.columns):
        fields.append(
            Field(tr("target"), [texts[3] if len(texts) > 3 else "" for texts in columns])
        )
        fields.append(
            Field(
                "",
                [_reached(c, float(front.y[row, j])) for j, c in enumerate(front.columns)],
                left=True,
            )
        )
    return fields


def _texts(front: Front, row: int, /) -> list[list[str]]:
    """Of each objective the plan's value, best, worst and target, all with the digits that the
    table of the plans has.
    """
    return [
        [texts[row], *texts[len(front) :]]
        for texts in (
            readable(
                [*front.y[:, j].tolist(), front.ideal[j], front.nadir[j], *targets], exact=True
            )
            for j, targets in enumerate(
                [] if column.target is None else [column.target] for column in front.columns
            )
        )
    ]


def _reached(column: Column, value: float, /) -> str:
    if column.target is None:
        return ""
    missing = (value - column.target) * column.sign
    return tr("reached") if missing <= SAME * abs(column.target) else tr("missed")


def _indicators(result: Result, row: int, /) -> list[Field]:
    front = result.front
    values = front.indicators[row].tolist()
    texts = [
        readable_or(front.indicators[:, j].tolist(), tr("undefined"))[row]
        for j in range(len(values))
    ]
    return [
        Field(
            tr("indicator"), [plain(column_words(c)) for c in front.indicator_columns], left=True
        ),
        Field(
            tr("value"), told_apart(texts, [value if isfinite(value) else 0.0 for value in values])
        ),
        Field(tr("unit"), [plain(c.unit) for c in front.indicator_columns], left=True),
    ]
