"""Two results side by side, and what the gates say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.render.layout import Field, tables
from optimiser.render.terminal import plain
from optimiser.study.words import ILLUSTRATIVE, arrow, at_words, readable, title_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.comparing import Comparison, Judged
    from optimiser.analysis.gates import Verdict
    from optimiser.analysis.measures import Measure
    from optimiser.study import Result

__all__ = ["comparison"]

_SHOWN = 10  # plans gained or lost that are named one by one


def comparison(
    base: Result, new: Result, judged: Judged, /, *, labels: tuple[str, str], width: int | None = None
) -> Iterator[RenderableType]:
    """Best values, hypervolume, plans gained and lost, then one line a gate."""
    found = judged.comparison
    for side, result, label in (("BASE", base, labels[0]), ("NEW", new, labels[1])):
        at = f", {at_words(result.front)}" if at_words(result.front) else ""
        yield Text(f"{side:4}  {plain(label)}: {plain(title_words(result.scenario) + at)}", style="bold")
    if base.scenario.illustrative or new.scenario.illustrative:
        yield Text(ILLUSTRATIVE, style="yellow")
    yield ""
    yield from tables(_rows(found), width, keys=1)
    yield ""
    for word, names, what in (
        ("lost", found.lost, "plans of BASE that no plan of NEW equals or dominates"),
        ("gained", found.gained, "plans of NEW that no plan of BASE equals or dominates"),
    ):
        yield Text(f"{len(names)} {word}: {what}" + (f": {_named(names)}" if names else ""))
    yield Text(f"best rank: {_named(found.top[0])} in BASE, {_named(found.top[1])} in NEW")
    for name in found.references[0]:
        if name in found.references[1]:
            yield Text(f"reference plan {name}: {found.references[0][name]} in BASE, {found.references[1][name]} in NEW")
    for note in found.notes:
        yield Text(f"note: {plain(note)}")
    yield Text(f"proof: {found.proofs[0]} in BASE, {found.proofs[1]} in NEW")
    if judged.verdicts:
        yield ""
    for verdict in judged.verdicts:
        yield _verdict(verdict)


def _rows(found: Comparison, /) -> list[Field]:
    measures = [*found.best.values(), found.hypervolume, found.epsilon, None]
    names = [f"best {plain(column.title or column.name)} {arrow(column)}" for column in found.columns]
    names += ["hypervolume ↑", "epsilon ↓", "plans"]
    units = [plain(column.unit) for column in found.columns] + ["", "", ""]
    cells = [_cells(measure) for measure in measures[:-1] if measure is not None]
    base, new = found.plans
    cells.append((str(base), str(new), f"{new - base:+d}" if new != base else "0", ""))
    return [
        Field("", names, left=True),
        Field("unit", units, left=True),
        Field("BASE", [row[0] for row in cells]),
        Field("NEW", [row[1] for row in cells]),
        Field("change", [row[2] for row in cells]),
        Field("", [row[3] for row in cells], left=True),
    ]


def _cells(measure: Measure, /) -> tuple[str, str, str, str]:
    """Base, new and change with the same decimals, and whether that is better."""
    change = measure.new - measure.base
    texts = readable([float(measure.base), float(measure.new), float(change)])
    if abs(change) <= measure.rounding:
        return texts[0], texts[1], "0", "same"
    sign = "+" if change > 0 else ""
    share = f" ({float(change / abs(measure.base)):+.2%})".replace("%", " %") if measure.base != 0 else ""
    word = "~" if abs(measure.worse) <= measure.noise else "worse" if measure.worse > Fraction(0) else "better"
    return texts[0], texts[1], f"{sign}{texts[2]}{share}", word


def _named(names: Sequence[str], /) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _verdict(verdict: Verdict, /) -> Text:
    word, style = ("pass", "green") if verdict.passed else ("FAIL", "bold red")
    if verdict.noise:
        word, style = "~", "yellow"
    return Text.assemble((f"{word:4}", style), f"  {plain(verdict.gate)}: {plain(verdict.message)}")
