"""Two results side by side, and what the gates say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from optimiser.analysis.measure_words import is_same, worse_word
from optimiser.analysis.measures import number_of
from optimiser.analysis.reference_changes import place_words
from optimiser.language import listed, tr, trn
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.claim_words import outwards, proof_words, status_words
from optimiser.results.printable import excerpt
from optimiser.results.wording import (
    ILLUSTRATIVE,
    arrow,
    column_words,
    override_words,
    readable,
    title_words,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.comparing import Comparison
    from optimiser.analysis.gate_verdicts import Judged, Verdict
    from optimiser.analysis.measures import Interval, Measure
    from optimiser.analysis.regions import Extended
    from optimiser.results import Result

__all__ = ["comparison", "counted", "unpaired"]

_CHANGES = 40  # values that are shown
_PROSE = ("title", "description", "source")
_SHOWN = 10  # plans gained or lost that are named one by one


def comparison(
    base: Result,
    new: Result,
    judged: Judged,
    /,
    *,
    record: Mapping[str, Any],
    width: int | None = None,
) -> Iterator[RenderableType]:
    """What changed in the scenarios; best values, hypervolume, plans gained and lost, then one line
    a gate.

    Args:
        base: what is compared with.
        new: what is compared.
        judged: the comparison.
        record: the same for other programs: it says how both are called, and what changed.
        width: cells across; None where there is no limit.
    """
    found = judged.comparison
    yield _side("BASE", record["base"], base)
    yield _side("NEW", record["new"], new)
    if base.scenario.illustrative or new.scenario.illustrative:
        yield Text(tr(ILLUSTRATIVE), style="yellow")
    yield ""
    yield from _changes(record["changes"], width)
    yield from apart(_rows(found), width, keys=1)
    yield ""
    yield from _moved(found)
    yield Text(
        tr(
            "best rank: {base} in BASE, {new} in NEW",
            base=_named(found.top[0]),
            new=_named(found.top[1]),
        )
    )
    yield from _references(found)
    for note in found.notes:
        yield Text(tr("note: {note}", note=plain(note)))
    yield Text(
        tr(
            "proof: {base} in BASE, {new} in NEW",
            base=status_words(found.proofs[0]),
            new=status_words(found.proofs[1]),
        )
    )
    for side, result, exact in (("BASE", base, found.exact[0]), ("NEW", new, found.exact[1])):
        if not exact:
            yield Text(f"{side:4}  {plain(proof_words(result.front))}")
    if judged.verdicts:
        yield ""
    yield from map(_verdict, judged.verdicts)


def unpaired(record: Mapping[str, Any], /) -> Iterator[RenderableType]:
    """One line of two folders: a scenario that one of them has alone, that did not change, or that
    could not be compared.
    """
    said = {
        "new": tr("new: {name}", name=record["new"]),
        "gone": tr("gone: {name}", name=record["base"]),
        "failed": tr("not compared: {name}", name=record["new"]),
        "compared": tr("unchanged: {name}", name=record["new"]),
    }
    yield Text(
        plain(said[record["status"]]), style="" if record["status"] == "compared" else "bold"
    )


def counted(records: Sequence[Mapping[str, Any]], /) -> Iterator[RenderableType]:
    """Of two folders how many of what they hold changed, are new, are gone."""
    kinds = ["unchanged" if one.get("unchanged") else str(one["status"]) for one in records]
    number = {
        kind: kinds.count(kind) for kind in ("unchanged", "compared", "new", "gone", "failed")
    }
    yield ""
    said = tr("{compared} changed, {unchanged} unchanged, {new} new, {gone} gone", **number)
    if number["failed"]:
        said = tr(
            "{compared} changed, {unchanged} unchanged, {new} new, {gone} gone, {failed} not "
            "compared",
            **number,
        )
    yield Text(said)


def _changes(
    changes: Sequence[Mapping[str, Any]], width: int | None, /
) -> Iterator[RenderableType]:
    """What changed in a scenario: path, old, new, and where that is written; of texts that only
    people read no more than that they did.
    """
    if not changes:
        return
    prose = [one["path"] for one in changes if one["path"].rpartition(".")[2] in _PROSE]
    others = [one for one in changes if one["path"] not in prose]
    shown = others[:_CHANGES]
    if shown:
        places = [f"{one['file']}:{one['line']}" if one["line"] else one["file"] for one in shown]
        fields = [
            Field(tr("changed"), [plain(one["path"]) for one in shown], left=True),
            Field(tr("old"), [plain(excerpt(one["old"] or "")) for one in shown], left=True),
            Field(tr("new"), [plain(excerpt(one["new"] or "")) for one in shown], left=True),
            Field(tr("place"), [plain(place) for place in places], left=True),
        ]
        yield from apart([one for one in fields if any(one.cells)], width, keys=1)
    if len(others) > len(shown):
        yield Text(trn("and {number} more", "and {number} more", len(others) - len(shown)))
    if prose:
        yield Text(tr("texts changed: {names}", names=_named([plain(path) for path in prose])))
    yield ""


def _side(side: str, label: str, result: Result, /) -> Text:
    words = listed(filter(None, (title_words(result.scenario), override_words(result.scenario))))
    said = tr("{label}: {words}", label=plain(label), words=plain(words))
    return Text(f"{side:4}  {said}", style="bold")


def _references(found: Comparison, /) -> Iterator[Text]:
    """Where the reference plans of both sides stand."""
    for name in found.references[0]:
        if name in found.references[1]:
            yield Text(
                tr(
                    "reference plan {name}: {base} in BASE, {new} in NEW",
                    name=name,
                    base=place_words(found.references[0][name]),
                    new=place_words(found.references[1][name]),
                )
            )


def _moved(found: Comparison, /) -> Iterator[Text]:
    """The plans that are lost and gained."""
    if found.lost_plans.unlike:
        yield Text(
            tr("lost and gained plans are not counted: values in unlike units cannot be compared")
        )
        return
    for names, undecided, words, with_open in (
        (
            found.lost,
            found.undecided[0],
            tr("{number} lost: plans of BASE that no plan of NEW equals or dominates"),
            tr(
                "{number} lost ({undecided} more not decided): plans of BASE that no plan of NEW "
                "equals or dominates"
            ),
        ),
        (
            found.gained,
            found.undecided[1],
            tr("{number} gained: plans of NEW that no plan of BASE equals or dominates"),
            tr(
                "{number} gained ({undecided} more not decided): plans of NEW that no plan of BASE "
                "equals or dominates"
            ),
        ),
    ):
        said = (with_open if undecided else words).format(
            number=len(names), undecided=len(undecided)
        )
        yield Text(tr("{what}: {names}", what=said, names=_named(names)) if names else said)


def _rows(found: Comparison, /) -> list[Field]:
    measures = [*found.best.values(), found.hypervolume, found.epsilon]
    names = [
        tr("best {objective}", objective=f"{plain(column_words(column))} {arrow(column)}")
        for column in found.columns
    ]
    names += [tr("hypervolume ↑"), tr("epsilon ↓"), tr("plans")]
    units = [plain(column.unit) for column in found.columns] + ["", "", ""]
    cells = [_cells(measure) for measure in measures]
    base, new = found.plans
    cells.append((str(base), str(new), f"{new - base:+d}" if new != base else "0", ""))
    return [
        Field("", names, left=True),
        Field(tr("unit"), units, left=True),
        Field("BASE", [row[0] for row in cells]),
        Field("NEW", [row[1] for row in cells]),
        Field(tr("change"), [row[2] for row in cells]),
        Field("", [row[3] for row in cells], left=True),
    ]


def _cells(measure: Measure, /) -> tuple[str, str, str, str]:
    """Base, new and change with the same decimals, and whether that is better; between two values
    where no more is known.
    """
    word = worse_word(measure)
    known = [measure.base_known, measure.new_known]
    if measure.difference is None or measure.unlike or is_same(measure):
        base, new = _texts(known)
        return base, new, "0" if is_same(measure) and not measure.unlike else "", word
    change = -measure.gain * measure.difference
    low, high = sorted((-measure.gain * measure.low, -measure.gain * measure.high))
    base, new, shown = _texts([*known, (low, high)])
    before = measure.base_known[0]
    share = f" ({_percent(float(change) / abs(float(before)))})" if before != 0 else ""
    return base, new, f"{'+' if change > 0 else ''}{shown}{share}", word


def _texts(known: Sequence[Interval], /) -> list[str]:
    """One column: a number where rounding errors are below what is shown of it, else between what
    it lies.
    """
    numbers = [number_of(one) for one in known]
    told = [
        one if number is None else (number, number)
        for one, number in zip(known, numbers, strict=True)
    ]
    while True:
        ends = [end for one in told for end in one]
        shown = iter(readable([float(end) for end in ends if math.isfinite(end)], exact=True))
        texts = [next(shown) if math.isfinite(end) else "" for end in ends]
        found = [_span(one, texts[2 * i : 2 * i + 2]) for i, one in enumerate(told)]
        wide = [i for i, one in enumerate(known) if told[i] != one and not _fits(found[i], one)]
        if not wide:
            return found
        for i in wide:
            told[i] = known[i]


def _fits(text: str, known: Interval, /) -> bool:
    """Whether both ends are written so."""
    places = len(text.partition(".")[2])
    return all(f"{float(end):.{places}f}" == text for end in known)


def _percent(share: float, /) -> str:
    """A change that is not 0 does not look like it."""
    text = f"{100 * share:+.2f}"
    return f"{text if float(text) else f'{100 * share:+.2g}'} %"


def _span(ends: Sequence[Extended], texts: Sequence[str], /) -> str:
    """Between what something lies, where a text is empty to no end; never less than that."""
    (low, high), (first, last) = ends, texts
    if low == high:
        return first
    first = first and outwards(first, low, up=False)
    last = last and outwards(last, high, up=True)
    if first and last:
        return tr("{low} to {high}", low=first, high=last)
    return f"≥ {first}" if first else f"≤ {last}" if last else tr("unknown")


def _named(names: Sequence[str], /) -> str:
    rest = len(names) - _SHOWN
    shown = listed(names[:_SHOWN])
    return tr("{names} and {number} more", names=shown, number=rest) if rest > 0 else shown


def _verdict(verdict: Verdict, /) -> Text:
    words = {
        "pass": (tr("pass"), "green"),
        "fail": (tr("FAIL"), "bold red"),
        "not proven": (tr("~ not proven"), "yellow"),
    }
    word, style = words[verdict.outcome]
    width = max(cell_len(words[outcome][0]) for outcome in ("pass", "fail"))
    said = tr("{label}: {words}", label=plain(verdict.gate), words=plain(verdict.message))
    return Text.assemble((set_cell_size(word, max(width, cell_len(word))), style), f"  {said}")
