"""A page for each scenario of the library: the problem, its technologies and its front as pictures,
what there is to learn.

A page follows from the scenario's file and from its result. Results that take long, or that are
found by a search whose last digits depend on the machine, are kept under ``docs/scenarios/kept``;
they are solved again when the scenario has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import optimiser
from docs import scenario_tables as tables
from docs.scenario_tables import flat, table
from optimiser.errors import OptimiseError
from optimiser.exports import text
from optimiser.exports.roadmap_texts import roadmap_markdown
from optimiser.reports import chart_of, lessons, picture_of, technology_chart
from optimiser.reports.chart import Chart
from optimiser.results import Result
from optimiser.results.claim_words import best_flags, proof_words
from optimiser.results.ranking_words import ranking_words
from optimiser.results.wording import (
    ILLUSTRATIVE,
    reference_words,
)

__all__ = ["KEPT", "TOP", "files", "kept", "result_of"]

KEPT = frozenset(
    {"cement_plant_bill", "cement_plant_compound", "factory_roadmap", "smart_agriculture"}
)
"""Scenarios whose result is kept."""

TOP = 8
"""How many plans a page shows."""

_MANY = 24  # decisions of a plan that are still listed
_FOLDER = Path(__file__).resolve().parent / "scenarios"
_LIBRARY = Path(__file__).resolve().parent.parent / "scenarios"


def kept(name: str, /) -> Path:
    """Where a scenario's result is kept."""
    return _FOLDER / "kept" / f"{name}.json"


def result_of(name: str, /) -> Result:
    """A scenario's result: the kept one where it still belongs to the scenario, else solved and
    kept where that is meant.
    """
    scenario = optimiser.load(name)
    if name in KEPT and kept(name).is_file():
        with suppress(OptimiseError):  # written by an older version of the program
            result = Result.load(kept(name))
            if result.scenario == scenario:
                return result
    result = optimiser.solve(scenario)
    if name in KEPT:
        kept(name).parent.mkdir(parents=True, exist_ok=True)
        kept(name).write_text(result.json_text(), encoding="utf-8", newline="\n")
    return result


def files(result: Result, /) -> dict[str, str]:
    """The page and its pictures, by file name."""
    name = result.scenario.name
    found = {}
    if len(result.scenario.technologies) > 1:
        found[f"{name}-technologies.svg"] = _svg(technology_chart(result.scenario))
    if len(result.front) > 1 and len(result.front.columns) > 1:
        kind = "front" if len(result.front.columns) == 2 else "parallel"
        found[f"{name}-front.svg"] = _svg(chart_of(result, kind))
    return {f"{name}.md": "\n".join(_page(result, found)) + "\n", **found}


def _svg(chart: Chart, /) -> str:
    return picture_of(chart, ".svg", titled=False).decode("utf-8")


def _page(result: Result, pictures: Mapping[str, str], /) -> Iterator[str]:
    scenario = result.scenario
    yield f"# {scenario.title or scenario.name}"
    yield ""
    mark = f"*{ILLUSTRATIVE}* · " if scenario.illustrative else ""
    yield (
        f"{mark}file: [{scenario.name}.yaml](../../scenarios/{scenario.name}.yaml) · `optimise "
        f"run {scenario.name}`"
    )
    yield ""
    yield from _comment((_LIBRARY / f"{scenario.name}.yaml").read_text(encoding="utf-8"))
    yield f"**The question.** {flat(scenario.description)}"
    yield ""
    yield f"**The numbers.** {flat(scenario.source)}"
    yield ""
    yield from _section(
        "What is wanted",
        tables.objectives(result),
        tables.constraints(scenario),
        tables.phases(scenario),
    )
    yield from _section(
        "What can be decided",
        tables.technologies(result),
        tables.relations(scenario),
        tables.variables(scenario),
    )
    if f"{scenario.name}-technologies.svg" in pictures:
        yield (
            "![The technologies of "
            f"{scenario.title or scenario.name}]({scenario.name}-technologies.svg)"
        )
        yield ""
    yield from _section(
        "What is measured",
        tables.indicators(scenario),
        tables.models(scenario),
        tables.parameters(scenario),
    )
    yield from _found(result, pictures)


def _found(result: Result, pictures: Mapping[str, str], /) -> Iterator[str]:
    scenario, front = result.scenario, result.front
    yield "## What is found"
    yield ""
    if f"{scenario.name}-front.svg" in pictures:
        yield f"![The front of {scenario.title or scenario.name}]({scenario.name}-front.svg)"
        yield ""
    yield f"**{proof_words(front)}** ({front.provenance.reason})"
    yield ""
    learnt = list(lessons(result))
    if learnt:
        yield "What a planner learns:"
        yield ""
        yield from (f"- {lesson}" for lesson in learnt)
        yield ""
    yield f"The first of {len(front)} plans:" if len(front) > TOP else "The plans:"
    yield ""
    lines = [line for line in text(result, ".md").splitlines() if line.startswith("|")]
    yield from map(_shortened, lines[: 2 + min(TOP, len(front))])
    yield ""
    ranked = ranking_words(front, result.ranking)
    bold = "Bold: the best of its objective, proven. " if best_flags(front).any() else ""
    yield f"{bold}{ranked[:1].upper()}{ranked[1:]}."
    yield ""
    if scenario.phases:
        yield "The first plan, phase by phase:"
        yield ""
        yield roadmap_markdown(result, 0)
    if result.reference_plans:
        yield "Plans to compare with:"
        yield ""
        yield from table(
            ("plan", "about", "against the front"),
            (
                (f"`{r.name}`", flat(r.title), reference_words(result, r))
                for r in result.reference_plans
            ),
        )
        yield ""
    yield "[All scenarios](../scenarios.md)"


def _shortened(row: str, /) -> str:
    """A row of plans whose decisions are counted where they are too many to be read."""
    *cells, decisions = row.removesuffix(" |").split(" | ")
    count = decisions.count(" + ") + 1
    return row if count <= _MANY else " | ".join([*cells, f"{count} technologies |"])


def _section(title: str, /, *tables: list[str]) -> Iterator[str]:
    shown = [lines for lines in tables if lines]
    if shown:
        yield f"## {title}"
        yield ""
        for lines in shown:
            yield from lines
            yield ""


def _comment(text: str, /) -> Iterator[str]:
    """The comment that a file begins with, as Markdown: indented commands, with the lines they go
    on in, are code.
    """
    code, goes_on = False, False
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        words = line.removeprefix("#").removeprefix(" ")
        command = words.startswith("  ") and (goes_on or words.split()[0] in ("optimise", "python"))
        if command is not code:
            yield ""
        code, goes_on = command, command and words.endswith("\\")
        yield f"    {words.strip()}" if command else words
    yield ""
