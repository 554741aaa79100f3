"""What the sheets of a workbook say beside its plans, held against what these give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from optimiser.analysis.contradictions import Finding, told
from optimiser.analysis.exported_plans import saved_again
from optimiser.analysis.tolerances import PRINTED
from optimiser.exports.workbook import as_read
from optimiser.exports.xlsx import plan_columns, sheets
from optimiser.language import LANGUAGES, installed, listed, marked, speaking, tr, trn
from optimiser.results.table import is_number
from optimiser.study import equivalents_of_all

if TYPE_CHECKING:
    from optimiser.analysis.exported_plans import ExportedPlans
    from optimiser.analysis.verification import Verified
    from optimiser.exports.workbook import WorkbookSheet
    from optimiser.results import Result

__all__ = ["verify_sheets"]

_PLANS: Final = (
    marked("Technologies"),
    marked("Roadmap"),
    marked("Reference plans"),
    marked("Decision"),
)
"""What follows from the plans and the scenario."""


@dataclass(frozen=True)
class _Told:
    """What sheets are to say: by the title of each, in the language of the file, and what it is
    called in English; ``free`` are the headings and the rows of which nothing is known.
    """

    expected: Mapping[str, tuple[str, WorkbookSheet]]
    free: frozenset[str]


def verify_sheets(
    table: ExportedPlans, result: Result, verified: Verified, /, *, whole: bool
) -> Verified:
    """What becomes of a workbook whose plans hold, once its other sheets were looked at.

    Args:
        table: the workbook.
        result: its plans, as they were computed again or as a result has them.
        verified: what became of the plans.
        whole: whether all of the result is known, its claim too, and not its plans alone.
    """
    if verified.holds and table.titles:
        verified = verified.also(*_titles(table, result))
    if not (verified.holds and table.others):
        return verified
    equal = equivalents_of_all(result)
    counted = all(one.complete for one in equal or ())
    sayings = _told(table, replace(result, equal_plans=equal), whole=whole)
    checked, left, found = [], [], list[Finding]()
    for title, lines in table.others.items():
        name, sheet = sayings.expected.get(title, ("", None))
        known = whole or name in _PLANS
        if not counted and name in ("Technologies", "Decision", "Provenance"):
            known = False  # plans that are counted may be others
        if sheet is None or not known:
            left += [title] if lines else []
            continue
        checked.append(title)
        real = not whole and any(d.kind == "real" for d in result.problem.decisions)
        found += told(_differing(title, lines, sheet, sayings.free, real=real))
    if found:
        return verified.also(*found)
    said = trn(
        "the sheet {names} says what follows from the plans",
        "the sheets {names} say what follows from the plans",
        len(checked),
        names=listed(checked),
    )
    open_ones = {k: words for k, words in verified.unchecked.items() if k != "sheets"}
    if left:
        open_ones["sheets"] = trn(
            "what the sheet {names} of {path} says",
            "what the sheets {names} of {path} say",
            len(left),
            names=listed(left),
            path=table.path,
        )
    settled = verified.also(checked=said if checked else "", settles=("sheets",))
    return replace(settled, unchecked=open_ones)


def _titles(table: ExportedPlans, result: Result, /) -> list[Finding]:
    """Where the line above the columns of the plans is none of titles, in the language that is
    nearest.
    """
    nearest = list[Finding]()
    for language in filter(installed, LANGUAGES):
        with speaking(language):
            own = [as_read(column.title) for column in plan_columns(result)]
        pairs = enumerate(zip_longest(table.titles, own, fillvalue=""), start=1)
        found = [
            Finding(
                "",
                tr(
                    "the title of column {place} is {found!r}, and of the scenario {own!r}",
                    place=place,
                    found=title,
                    own=right,
                ),
            )
            for place, (title, right) in pairs
            if title != right
        ]
        if not found:
            return []
        if not nearest or len(found) < len(nearest):
            nearest = found
    return nearest


def _told(table: ExportedPlans, result: Result, /, *, whole: bool) -> _Told:
    """In the language in which most sheets are called as they are in the file."""
    with speaking("en"):
        names = [sheet.title for sheet in sheets(result)[1:]]
    best = _Told({}, frozenset())
    for language in filter(installed, LANGUAGES):
        with speaking(language):
            own = sheets(result)[1:]
            # where it was read from and how long it took is another time another
            free = {tr("scenario file"), tr("seconds")}
            free |= set() if whole else {tr("against the front")}
        expected = {s.title: (name, s) for name, s in zip(names, own, strict=True)}
        told = _Told(expected, frozenset(free))
        if len(expected.keys() & table.others) > len(best.expected.keys() & table.others):
            best = told
    return best


def _differing(
    title: str,
    lines: Sequence[tuple[str, ...]],
    sheet: WorkbookSheet,
    free: frozenset[str],
    /,
    *,
    real: bool,
) -> Iterator[Finding]:
    """Where a sheet says something else."""
    heads = [column.title for column in sheet.columns]
    ids = [[column.name for column in sheet.columns]] if sheet.heading_rows > 1 else []
    own = [tuple(map(as_read, row)) for row in (heads, *ids, *sheet.rows) if row]
    if len(own) != len(lines):
        message = tr(
            "sheet {title} has {found} rows, and the plans give {own}",
            title=title,
            found=len(lines),
            own=len(own),
        )
        yield Finding("", message)
        return
    for number, (line, right) in enumerate(zip(lines, own, strict=True), start=1):
        if right[0] in free:
            continue
        for place, (found, value) in enumerate(zip_longest(line, right, fillvalue="")):
            head = heads[place] if place < len(heads) else ""
            if head in free and number > sheet.heading_rows:
                continue
            if not (found == value or saved_again(found, value) or (real and _near(found, value))):
                message = tr(
                    "sheet {title}, row {number}: {name} is listed as {found!r}, and is {own!r}",
                    title=title,
                    number=number,
                    name=head,
                    found=found,
                    own=value,
                )
                yield Finding("", message)


def _near(found: str, own: str) -> bool:
    """As close as amounts in a table tell."""
    if not (is_number(found) and is_number(own)):
        return False
    a, b = float(found), float(own)
    return abs(a - b) <= PRINTED * max(abs(a), abs(b))
