"""A sweep in its folder: the folder is the state, and what is missing in it is solved.

``design.json`` says what the sweep is, and is the same from whoever asks the same question. Every
variant has a folder of its own, written whole by one rename once it is solved, with
``variant.json`` in it; whoever looks finds it there or not. Processes, machines and shards so need
not know of one another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from optimiser import paths
from optimiser.errors import OptimiseError, UsageError
from optimiser.language import tr
from optimiser.results.folder import write_folder, write_text
from optimiser.results.places import FRONT_FILE, RESULT_FILE
from optimiser.sweeps.executors import Lost
from optimiser.sweeps.kept import summary_record
from optimiser.sweeps.variants import (
    VARIANT_FILE,
    Design,
    SolvedVariant,
    Variant,
    VariantWork,
    failure,
    missing,
)

if TYPE_CHECKING:
    from optimiser.scenario import Scenario
    from optimiser.sweeps.executors import Executor

__all__ = [
    "DESIGN_FILE",
    "FILES",
    "RECORD_FILE",
    "TABLE_FILE",
    "Shard",
    "Swept",
    "Unsaved",
    "design_in",
    "kept_design",
    "solved",
    "swept",
    "written",
]

DESIGN_FILE: Final = "design.json"
TABLE_FILE: Final = "sweep.csv"
RECORD_FILE: Final = "sweep.json"
FILES: Final = (DESIGN_FILE, TABLE_FILE, RECORD_FILE)
"""What tells of a whole sweep, beside its variants."""
# failures that another attempt may mend: a bug or a lost worker, and a run that found no plan in
# time
_AGAIN: Final = (1, 6)
#: each takes a tenth of a millisecond and five kilobytes to be listed
_MOST_MISSING: Final = 100_000
#: of both numbers of a shard
_MOST_DIGITS: Final = 18


@dataclass(frozen=True)
class Shard:
    """Every n-th variant, from the i-th on."""

    place: int = 0
    count: int = 1

    @staticmethod
    def of(text: str, /) -> Shard:
        """``i/n``, i from 0.

        >>> Shard.of("2/8")
        Shard(place=2, count=8)

        Raises:
            UsageError: it is none.
        """
        place, _, count = text.partition("/")
        digits = place.isdecimal() and count.isdecimal() and len(place + count) <= _MOST_DIGITS
        if digits and int(place) < int(count):
            return Shard(int(place), int(count))
        raise UsageError(
            tr("--shard {text}", text=text),
            help=tr("write --shard i/n, i from 0 to n - 1: 0/4, 1/4, 2/4, 3/4"),
        )


@dataclass(frozen=True)
class Unsaved:
    """A variant that was solved and could not be written.

    Attributes:
        id: of the variant.
        plans: what its ``front.csv`` would hold; empty where it failed.
        error: why it could not.
    """

    id: str
    plans: str
    error: UsageError


@dataclass(frozen=True, eq=False)
class Swept:
    """What is known of a sweep.

    Attributes:
        design: what it is.
        summaries: what is told of each variant, in their order.
        unsaved: the variant at which it ended, since it could not be written; None where all could.
    """

    design: Design
    summaries: tuple[Mapping[str, Any], ...]
    unsaved: Unsaved | None = None

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario that was varied."""
        return VariantWork(self.design).scenario

    def counted(self, status: str, /) -> int:
        """How many variants are done, failed or missing."""
        return sum(one["status"] == status for one in self.summaries)


def kept_design(folder: Path, /) -> Design | None:
    """The sweep that a folder holds; None where it holds none.

    Raises:
        UsageError: what it holds cannot be read.
    """
    place = folder / DESIGN_FILE
    try:
        return Design.read(paths.content(place).decode("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise UsageError(
            tr("cannot read {path}: {reason}", path=place, reason=error),
            help=tr("start the sweep again, into another folder"),
        ) from None


def design_in(folder: Path, /) -> Design:
    """The sweep that a folder holds.

    Raises:
        UsageError: it holds none.
    """
    found = kept_design(folder)
    if found is None:
        raise UsageError(
            tr("there is no sweep in {folder}", folder=folder),
            help=tr("name the folder that optimise sweep -o wrote"),
        )
    return found


def swept(design: Design, folder: Path, /) -> Swept:
    """What a folder holds of a sweep.

    Raises:
        UsageError: so many variants are missing in it that listing them says nothing.
    """
    there = paths.folders(folder)
    lacking = len(design.values) - len(there)
    if lacking > _MOST_MISSING:
        raise UsageError(
            tr(
                "{number:,} of {total:,} variants are missing in {folder}, and {most:,} are listed "
                "at the most",
                number=lacking,
                total=len(design.values),
                folder=folder,
                most=_MOST_MISSING,
            ),
            help=tr("start the sweep again, or its other shards, and merge then"),
        )
    return Swept(design, tuple(one or missing(v) for v, one in _known(design, folder, there)))


def _known(
    design: Design, folder: Path, there: frozenset[str]
) -> Iterator[tuple[Variant, Mapping[str, Any] | None]]:
    """Each variant, and what is told of it; None where it is missing or damaged.

    Args:
        design: what the sweep is.
        folder: where it is kept.
        there: the names of the folders in it.
    """
    return ((one, _kept(folder, one) if one.id in there else None) for one in design.variants)


def _kept(folder: Path, variant: Variant) -> Mapping[str, Any] | None:
    """What is told of a variant that is there; None where it is missing or damaged."""
    place = folder / variant.id
    with suppress(OSError, ValueError, UsageError):
        found = summary_record(paths.content(place / VARIANT_FILE).decode("utf-8"))
        whole = found["status"] == "failed" or paths.is_file(place / RESULT_FILE)
        if whole and found["id"] == variant.id and found["values"] == variant.record:
            return found
    return None


def solved(
    design: Design,
    folder: Path,
    executor: Executor,
    /,
    *,
    shard: Shard = Shard(),
    on_progress: Callable[[int, int, int], None] = lambda done, total, failed: None,
) -> Swept:
    """Solve what is missing of a sweep, or of one shard of it.

    Args:
        design: what the sweep is.
        folder: where it is kept.
        executor: works on the variants.
        shard: which of them.
        on_progress: is told how many of how many are done, and how many of them failed.

    Returns:
        All of the sweep, as the folder holds it now; what is missing was interrupted, belongs to
        other shards, or was not begun after a variant that could not be written.

    Raises:
        UsageError: the folder cannot be written, before anything is solved.
    """
    write_folder(folder, {DESIGN_FILE: design.json_text()})
    known = {one.id: found for one, found in _known(design, folder, paths.folders(folder))}
    own = design.variants[shard.place :: shard.count]
    tasks = [one for one in own if _open(known[one.id])]
    failed, done = sum(_failed(known[one.id]) for one in own), len(own) - len(tasks)
    on_progress(done, len(own), failed)
    unsaved: Unsaved | None = None
    for place, answer in executor.answers(VariantWork(design), tasks):
        found = _lost(tasks[place], answer) if isinstance(answer, Lost) else answer
        known[tasks[place].id] = found.summary
        try:
            # writing the design tidied the folder: once, and not for each of a million
            write_folder(folder / tasks[place].id, found.files, tidying=False)
        except UsageError as error:
            # what else would be solved could not be written either
            unsaved = Unsaved(tasks[place].id, found.files.get(FRONT_FILE, ""), error)
            break
        done, failed = done + 1, failed + (found.summary["status"] == "failed")
        on_progress(done, len(own), failed)
    summaries = tuple(known[one.id] or missing(one) for one in design.variants)
    return Swept(design, summaries, unsaved)


def _lost(variant: Variant, answer: Lost, /) -> SolvedVariant:
    """What is told of a variant that ended its workers."""
    error = OptimiseError(
        tr("it ended its worker {attempts} times", attempts=answer.attempts),
        help=tr("what was solved is kept: start the sweep again"),
    )
    summary = failure(variant, error, 0.0)
    return SolvedVariant(summary, {VARIANT_FILE: json.dumps(summary, ensure_ascii=False) + "\n"})


def _failed(summary: Mapping[str, Any] | None) -> bool:
    return summary is not None and summary["status"] == "failed" and not _open(summary)


def _open(summary: Mapping[str, Any] | None) -> bool:
    """Whether a variant is to be solved, or once more."""
    return summary is None or (summary["status"] == "failed" and summary["exit"] in _AGAIN)


def written(folder: Path, texts: Mapping[str, str], /) -> None:
    """Write what tells of the whole sweep beside its variants."""
    for name, text in texts.items():
        write_text(folder / name, text)
