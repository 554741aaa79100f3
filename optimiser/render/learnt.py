"""Forecast against outcome, and what was learnt, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.analysis.significance import probability, verdict
from optimiser.language import tr
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.wording import (
    ILLUSTRATIVE,
    override_words,
    readable,
    signed,
    title_words,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.learning import LearningOutcome, Learnt, Lesson, Test

__all__ = ["learnt"]


def learnt(found: Learnt, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """What was measured against what was forecast, then the effects that explain it."""
    scenario = found.scenario
    yield Text(plain(title_words(scenario)), style="bold")
    if scenario.illustrative:
        yield Text(tr(ILLUSTRATIVE), style="yellow")
    if changed := override_words(scenario):
        yield Text(plain(changed), style="yellow")
    for indicator in dict.fromkeys(one.indicator for one in found.outcomes):
        own = [one for one in found.outcomes if one.indicator == indicator]
        yield ""
        yield Text(plain(_heading(found, indicator)), style="bold")
        yield from apart(_outcomes(own), width, keys=1)
    if found.lessons:
        yield ""
        yield Text(tr("Effects that explain the outcomes"), style="bold")
        yield from apart(_lessons(found), width, keys=2)
    yield ""
    for note in found.notes:
        yield Text(tr("note: {note}", note=plain(note)))
    yield Text(
        tr(
            "p: how likely a difference of this size or more is by chance, where the forecast is "
            "right (Student's t test)"
        )
    )
    if 1 in (*(one.test.n for one in found.outcomes), *(one.test.n for one in found.lessons)):
        yield Text(tr("of one observation no significance can be stated"))


def _heading(found: Learnt, indicator: str) -> str:
    own = found.scenario.indicators[indicator]
    return f"{own.title or indicator} [{own.unit}]" if own.unit else own.title or indicator


def _outcomes(rows: Sequence[LearningOutcome]) -> list[Field]:
    labels = [
        tr("{label} alone", label=one.label)
        if one.effect
        else one.label + (f", {one.phase}" if one.phase else "")
        for one in rows
    ]
    values = [_together(one.forecast, one.measured) for one in rows]
    return [
        Field(tr("in place"), [plain(label) for label in labels], left=True),
        Field(
            tr("forecast"),
            [
                _change(text, one.forecast, one.effect)
                for (text, _), one in zip(values, rows, strict=True)
            ],
        ),
        Field(
            tr("measured"),
            [
                _change(text, one.measured, one.effect)
                for (_, text), one in zip(values, rows, strict=True)
            ],
        ),
        Field(tr("difference"), signed([_rounded(one.test.difference) for one in rows])),
        Field(tr("relative"), [_relative(one) for one in rows]),
        Field("n", [str(one.test.n) for one in rows]),
        Field(tr("significance"), [_significance(None, one.test) for one in rows], words=True),
    ]


def _significance(lesson: Lesson | None, test: Test) -> str:
    words = verdict(lesson, test)
    if test.p is not None and (lesson is None or lesson.identified):
        words = tr("p {p}, {verdict}", p=probability(test), verdict=words)
    return words


def _together(forecast: float, measured: float) -> tuple[str, str]:
    first, second = readable([_rounded(forecast), _rounded(measured)])
    if first == second and forecast != measured:
        first, second = readable([forecast, measured])
    return first, second


def _change(text: str, value: float, effect: bool) -> str:
    return f"+{text}" if effect and value > 0 else text


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _relative(one: LearningOutcome) -> str:
    """Against the forecast; empty where that is 0."""
    return f"{100 * one.test.difference / abs(one.forecast):+.2f} %" if one.forecast else ""


def _lessons(found: Learnt) -> list[Field]:
    lessons = found.lessons
    pairs = [_together(one.forecast, one.learnt) for one in lessons]
    units = [" %" if one.slot.percent else "" for one in lessons]
    texts = [signed([_rounded(one.test.difference)])[0] for one in lessons]
    return [
        Field(tr("effect of"), [plain(one.slot.label) for one in lessons], left=True),
        Field(tr("on"), [plain(one.slot.indicator) for one in lessons], left=True),
        Field(tr("forecast"), [text + unit for (text, _), unit in zip(pairs, units, strict=True)]),
        Field(tr("learnt"), [text + unit for (_, text), unit in zip(pairs, units, strict=True)]),
        Field(tr("difference"), [text + unit for text, unit in zip(texts, units, strict=True)]),
        Field("n", [str(one.test.n) for one in lessons]),
        Field(tr("significance"), [_significance(one, one.test) for one in lessons], words=True),
    ]
