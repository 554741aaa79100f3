"""A sweep as a table, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from optimiser.front import Column
from optimiser.language import listed, tr, trn
from optimiser.render.layout import Field, apart, measured
from optimiser.render.messages import progress
from optimiser.render.terminal import plain
from optimiser.results.claim_words import outwards, share_words
from optimiser.results.wording import headings, readable, readable_or, told_apart
from optimiser.sweeps.sweep_records import best_value

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.render.terminal import Terminal

__all__ = ["TOP", "sweep_table", "sweeping"]

TOP: Final = 40
"""How many variants a table shows unless another number is asked for."""

_PAUSE: Final = 0.5  # seconds between two looks at how far it is, on a terminal
_RARELY: Final = 30.0  # and off it


def sweep_table(
    record: Mapping[str, Any], /, *, top: int = TOP, width: int | None = None
) -> Iterator[RenderableType]:
    """The variants, one a row; those that failed with the reason; and where technologies enter."""
    variants = record["variants"]
    counts = {
        status: sum(one["status"] == status for one in variants)
        for status in ("done", "failed", "missing")
    }
    yield Text(plain(record["scenario"]), style="bold")
    yield Text(
        trn(
            "{number:,} variant: {done:,} done, {failed:,} failed, {missing:,} missing",
            "{number:,} variants: {done:,} done, {failed:,} failed, {missing:,} missing",
            len(variants),
            **counts,
        )
    )
    yield ""
    shown = [one for one in variants if one["status"] == "done"][:top]
    if shown:
        yield from apart(_fields(record, shown), width, keys=1 + len(record["varied"]))
    if counts["done"] > len(shown):
        more = counts["done"] - len(shown)
        yield Text(trn("and {number} more variant", "and {number} more variants", more))
    yield from _failures(record, top, width)
    yield from _breakpoints(record, top, width)
    if record["notes"]:
        yield ""
    for note in record["notes"]:
        yield Text(tr("note: {note}", note=plain(note)))


def _fields(record: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]) -> list[Field]:
    columns = [Column(**own) for own in record["objectives"]]
    fields = _named(record, shown)
    for column, heading in zip(columns, headings(columns), strict=True):
        values = [best_value(one, column) for one in shown]
        fields.append(measured(heading, readable_or(values, "")))
    volumes = readable_or([one["hypervolume"] for one in shown], "")
    return [
        *fields,
        Field(tr("hypervolume"), volumes),
        Field(tr("plans"), [str(one["plans"]) for one in shown]),
        Field(tr("best plan"), [one["best"] for one in shown], left=True),
        Field(tr("proof"), [_proof(one["proof"]) for one in shown], left=True),
    ]


def _named(record: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]) -> list[Field]:
    fields = [Field(tr("variant"), [one["id"] for one in shown], left=True)]
    for path in record["varied"]:
        fields.append(Field(plain(path), _varied([one["values"][path] for one in shown])))
    return fields


def _varied(values: Sequence[float | str]) -> list[str]:
    """Values that were set, numbers with nine digits or as many as tell them apart."""
    places = [place for place, value in enumerate(values) if not isinstance(value, str)]
    numbers = [float(values[place]) for place in places]
    told = told_apart([f"{value:.9g}" for value in numbers], numbers)
    texts = dict(zip(places, told, strict=True))
    return [texts.get(place, plain(str(value))) for place, value in enumerate(values)]


def _proof(proof: Mapping[str, Any]) -> str:
    if proof["status"] == "approximate":
        return tr("approximate")
    words = tr("complete") if proof["status"] == "complete" else tr("covering")
    if proof["gap"]:
        words = f"{words} {share_words(proof['gap'])}"
    return words if proof["basis"] == "exact" else tr("{claim}, not proven", claim=words)


def _failures(record: Mapping[str, Any], top: int, width: int | None) -> Iterator[RenderableType]:
    failed = [one for one in record["variants"] if one["status"] == "failed"]
    if not failed:
        return
    yield ""
    yield Text(tr("Variants that failed"), style="bold")
    fields = [
        *_named(record, failed[:top]),
        Field(tr("exit code"), [str(one["exit"]) for one in failed[:top]]),
        Field("", [plain(one["error"]).split() for one in failed[:top]], words=True),
    ]
    yield from apart(fields, width, keys=1)
    if len(failed) > top:
        more = len(failed) - top
        yield Text(trn("and {number} more variant", "and {number} more variants", more))


def _breakpoints(
    record: Mapping[str, Any], top: int, width: int | None
) -> Iterator[RenderableType]:
    found = record["breakpoints"]
    if not found:
        return
    yield ""
    yield Text(tr("Where technologies come into efficient plans, and leave them"), style="bold")
    shown = found[:top]
    fields = [
        Field(tr("path"), [plain(one["path"]) for one in shown], left=True),
        Field(tr("value"), [_value(one) for one in shown], left=True),
        *(
            Field(plain(path), [_other(one["others"].get(path, "")) for one in shown])
            for path in record["varied"]
            if any(path in one["others"] for one in shown)
        ),
        Field(tr("enters"), [listed(map(plain, one["enters"])) for one in shown], left=True),
        Field(tr("leaves"), [listed(map(plain, one["leaves"])) for one in shown], left=True),
    ]
    yield from apart(fields, width, keys=2)
    if len(found) > top:
        more = len(found) - top
        yield Text(trn("and {number} more", "and {number} more", more))


def _value(one: Mapping[str, Any]) -> str:
    """The value where it is exact, else between which two it lies."""
    if one["exact"]:
        return f"{one['value']:.9g}"
    low, high = one["between"]
    texts = readable([low, high], exact=True)
    return tr(
        "{low} to {high}",
        low=outwards(texts[0], low, up=False),
        high=outwards(texts[1], high, up=True),
    )


def _other(value: float | str) -> str:
    return plain(value) if isinstance(value, str) else f"{value:.9g}"


@dataclass(frozen=True)
class _Told:
    """A report of progress that says all in words."""

    seconds: float
    note: str


@contextmanager
def sweeping(terminal: Terminal, /) -> Iterator[Callable[[int, int, int], None]]:
    """A receiver of how many of how many variants are done and how many failed, which says how long
    the rest will take if it goes on as it went.
    """
    began, latest, first = time.monotonic(), 0.0, -1
    with progress(terminal) as receive:

        def told(done: int, total: int, failed: int) -> None:
            nonlocal latest, first
            seconds = time.monotonic() - began
            if first < 0:
                first = done
                if done:
                    terminal.say(
                        trn(
                            "{done:,} of {number:,} variant is there",
                            "{done:,} of {number:,} variants are there",
                            total,
                            done=done,
                        )
                    )
            if done == first or seconds - latest < (_PAUSE if terminal.animated else _RARELY):
                return
            latest = seconds
            left = seconds / (done - first) * (total - done)
            note = tr(
                "{done:,} of {total:,} variants, {failed:,} failed, {spent}; about {left} left",
                done=done,
                total=total,
                failed=failed,
                spent=_duration(seconds),
                left=_duration(left),
            )
            receive(_Told(seconds, note))

        yield told


def _duration(seconds: float) -> str:
    """In the units that fit."""
    whole = round(seconds)
    if whole < 60:
        return tr("{seconds} s", seconds=whole)
    if whole < 3600:
        return tr("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
    return tr("{hours} h {minutes} min", hours=whole // 3600, minutes=whole % 3600 // 60)
