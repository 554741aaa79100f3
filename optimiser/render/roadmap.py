"""A plan phase by phase."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from optimiser.language import tr
from optimiser.render.layout import Field, apart, measured
from optimiser.render.terminal import plain
from optimiser.results.roadmaps import cash_records, cash_words, roadmaps, spent_words
from optimiser.results.wording import decision_words, headings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.formulate import Roadmap
    from optimiser.results import Result

__all__ = ["cash", "roadmap"]


def roadmap(result: Result, row: int, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """What starts in each phase, what is spent of what could be, and what the indicators are;
    nothing without phases.
    """
    phases = result.scenario.phases
    if not phases:
        return
    found = roadmaps(result, [row])
    starts = [
        [decision_words(result.scenario, name, mode) for name, mode in started]
        for started in found.starts[0]
    ]
    names = [f"{phase.name}: {phase.title}" if phase.title else phase.name for phase in phases]
    yield from apart(
        [
            Field(tr("phase"), [plain(name) for name in names], left=True),
            Field(
                tr("starts"),
                [_listed([plain(word) for word in words]) for words in starts],
                words=True,
            ),
            *(_indicator(found, j) for j in range(len(found.indicators))),
        ],
        width,
        keys=1,
    )


def cash(result: Result, row: int, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """What the plan pays and gains in each year; nothing without figures."""
    for place, record in enumerate(cash_records(result, [row])[0]):
        if place:
            yield ""
        fields = [
            Field(plain(heading), [plain(cell) for cell in cells], left=heading == "phase")
            for heading, *cells in cash_words(record)
            if heading != "phase" or result.scenario.phases
        ]
        yield from apart(fields, width, keys=1)


def _listed(words: list[str]) -> list[str]:
    return [word + (tr(",") if place < len(words) - 1 else "") for place, word in enumerate(words)]


def _indicator(found: Roadmap, j: int) -> Field:
    what = tr("spent") if found.one_off[j] else ""
    (heading,) = headings([replace(found.indicators[j], sense="")])
    return measured(heading, spent_words(found, 0, j)[1], what=what)
