"""Findings about a scenario: their stable codes, how they are collected, and how one reads as
text.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal

from optimiser.errors import Diagnostic
from optimiser.scenario.nodes import Node, Position, Source, cell_name
from optimiser.scenario.usual_helps import USUAL_HELPS

__all__ = ["CODES", "Findings", "did_you_mean", "format_diagnostic", "known", "nearest", "window"]

CODES: Final = {
    "S001": "the file cannot be read",
    "S002": "the file is empty or holds no mapping",
    "S003": "the file is larger than 10 MB",
    "S004": "the file is not UTF-8 text, or holds characters that YAML forbids",
    "S005": "the file is not valid YAML",
    "S006": "a key or id is written twice",
    "S007": "the file holds several documents",
    "S008": "a YAML tag is used",
    "S009": "an alias is unknown, contains itself, or expands past 10,000 nodes",
    "S010": "mappings and lists are nested too deeply",
    "S011": "an unknown key",
    "S012": "a reference to a name that does not exist",
    "S013": "a required key is missing",
    "S014": "a value of the wrong kind",
    "S015": "a value that is not among the allowed ones",
    "S016": "keys that exclude or need one another",
    "S017": "punctuation that is not read as it is meant: full-width, without a blank, or a comma "
    "inside a value",
    "S018": "an id or name that is not well formed",
    "S019": "an id that is reserved",
    "S020": "one name for two things",
    "S021": "a number that cannot be used: NaN, infinite, too large, or not a decimal literal",
    "S030": "an expression that cannot be read",
    "S031": "an unknown name in an expression",
    "S032": "a name that cannot be used in this place",
    "S033": "a cycle of parameters or of indicators",
    "S034": "an expression over parameters without a finite value",
    "S040": "an effect on a derived indicator",
    "S041": (
        "a compound indicator with other than percentages, or with a baseline or factor that is "
        "not above 0"
    ),
    "S042": "a percentage of a baseline that is 0",
    "S043": "bounds, steps or listed values that leave nothing to choose",
    "S044": "an infinite bound where it is not allowed",
    "S045": "a negative weight, all weights 0, or a range that does not go from worst to best",
    "S046": "an objective that is missing, without a meaning, or named like an indicator",
    "S047": "a constraint that is not a comparison, or compares constants only",
    "S048": "prerequisites that are circular or contradict one another",
    "S049": "a group that no choice can satisfy",
    "S050": "a cell of a reference plan that does not fit its technology",
    "S051": "a value of a reference plan that its variable does not allow",
    "S052": "a gate that cannot be read, or names something unknown",
    "S053": "a solver option out of its range",
    "S054": "a range of an uncertain parameter that does not hold its value, or does not fit its "
    "distribution",
    "S055": "a method that is unknown, or that cannot take the model",
    "S059": "years, a rate, a share, a delay or a lead out of its range",
    "S060": "a path in extends, catalogue or data that cannot be followed",
    "S061": "files that extend one another in a cycle",
    "S062": "a null that removes nothing",
    "S063": "a --set that cannot be applied",
    "S070": "a data file that holds no table",
    "S071": "a row of a table with more or fewer cells than its header",
    "S072": "a cell of a table that cannot be used",
    "S073": "a column of a table that is missing, unnamed, written twice, or in another unit",
    "S080": "a fitted model that its data or points do not determine",
    "S081": "a logistic model whose outcomes are separated, so that it has no fit",
    "S082": "a fitted model called with other keywords than its features",
    "S101": "a technology that can never be adopted",
    "S102": "an isolated technology: no effects, and nothing refers to it",
    "S103": "an objective that is the same in every plan",
    "S104": "an unused parameter",
    "S105": "an unused indicator",
    "S106": "a constraint that never binds",
    "S107": "a constraint that can never hold",
    "S108": "coefficients spread over more than 1e6",
    "S109": "a percentage of a negative baseline",
    "S110": "an --at that changes nothing",
    "S111": "a value of --at outside its parameter's range",
    "S140": "features of a fitted model that cannot be told apart",
    "S141": "features of a fitted model that are nearly dependent",
    "S142": "a linear fit of a target of 0 and 1",
    "S143": "a fitted model of few observations",
    "S144": "an unused fitted model",
    "S150": "an id that a file adds beside one that is nearly the same in what it extends",
    "S130": "a workbook with further sheets, which are not read",
    "S131": "a column of a table that mixes percentages and plain numbers",
    "S132": "hidden or filtered rows and columns of a workbook, which are read",
    "S133": "a row of a table that looks like a sum of others",
    "S134": "a column of a table whose points may stand between thousands",
    "S120": "something about phases that changes nothing",
    "S121": "a discount rate over 100 % a year",
    "S122": "a lifetime that is over before the effects begin",
    "S123": "discounted and undiscounted money that is added",
}


#: characters of a line around its place, of a name that is quoted, and of a message
_MOST_SHOWN: Final = 240
_MOST_QUOTED: Final = 100
_MOST_WORDS: Final = 1_000
#: of one kind: nobody reads more, and a file of 10 MB can hold a million mistakes
_MOST_OF_A_KIND: Final = 1_000
#: of one kind are kept to be put in order; further ones are counted
_MOST_KEPT: Final = 20_000


class Findings:
    """Collects diagnostics; each is reported once, and they come out ordered by position, of one
    code at most the first 1,000 and how many there are.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._found: dict[Diagnostic, tuple[int, int, int, int]] = {}
        self._files: dict[str, int] = {}

    def error(
        self, code: str, at: Node | Position, message: str, *, label: str = "", help: str = ""
    ) -> None:
        """Record an error at a node or position."""
        self._add("error", code, at, message, label=label, help=help)

    def warning(
        self, code: str, at: Node | Position, message: str, *, label: str = "", help: str = ""
    ) -> None:
        """Record a warning at a node or position."""
        self._add("warning", code, at, message, label=label, help=help)

    def add(self, others: Findings, /) -> None:
        """Take over the findings of others, behind those that are here."""
        places = {rank: name for name, rank in others._files.items()}
        for diagnostic, (rank, line, column, _) in others._found.items():
            own = self._files.setdefault(places[rank], len(self._files))
            self._keep(diagnostic, (own, line, column, len(self._found)))
        for kind, number in others._counts.items():
            kept = sum((d.severity, d.code) == kind for d in others._found)
            self._counts[kind] += number - kept

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return sum(n for (severity, _), n in self._counts.items() if severity == "error")

    def ordered(self) -> tuple[Diagnostic, ...]:
        """The findings: the top file first, then by line and column."""
        shown: list[Diagnostic] = []
        seen: Counter[tuple[str, str]] = Counter()
        for found in sorted(self._found, key=lambda d: self._found[d]):
            kind = found.severity, found.code
            seen[kind] += 1
            if seen[kind] <= _MOST_OF_A_KIND:
                shown.append(found)
            elif seen[kind] == _MOST_OF_A_KIND + 1:
                more = self._counts[kind] - _MOST_OF_A_KIND
                message = f"{more:,} more {found.severity}{'s' if more > 1 else ''} of this kind"
                help = "mend those that are listed, and check again"
                shown.append(replace(found, message=message, label="the next", help=help))
        return tuple(shown)

    def place(self, source: Source, /) -> int:
        """The rank of a source among those that findings speak of; sources rank in the order in
        which they are placed.
        """
        # Every --set is a source of its own.
        name = source.name if source.name != "--set" else f"--set {source.text}"
        return self._files.setdefault(name, len(self._files))

    def _add(
        self,
        severity: Literal["error", "warning"],
        code: str,
        at: Node | Position,
        message: str,
        *,
        label: str,
        help: str,
    ) -> None:
        if code not in CODES:
            raise KeyError(code)
        if self._counts[severity, code] >= _MOST_KEPT:
            self._counts[severity, code] += 1
            return
        position = at.start if isinstance(at, Node) else at
        diagnostic = Diagnostic(
            code=code,
            severity=severity,
            message=_brief(message),
            file=position.source.name,
            line=position.line,
            column=position.column,
            length=max(1, position.length),
            source=position.source.excerpt(position.line, position.column),
            label=_brief(label),
            help=_brief(help or USUAL_HELPS[code]),
            sheet=position.source.sheet,
        )
        key = (self.place(position.source), position.line, position.column, len(self._found))
        self._keep(diagnostic, key)

    def _keep(self, diagnostic: Diagnostic, key: tuple[int, int, int, int]) -> None:
        if diagnostic not in self._found:
            self._found[diagnostic] = key
            self._counts[diagnostic.severity, diagnostic.code] += 1


def nearest(name: str, known: Iterable[str], /) -> str | None:
    """The known name that ``name`` is most likely a slip of; None where none is close."""
    names = list(known)
    folded = {other.casefold(): other for other in reversed(names)}
    if name.casefold() in folded:
        return folded[name.casefold()]
    # A Chinese word has two or three characters: one wrong leaves half of it.
    wide = len(name) <= 3 and any(_cells(character) == 2 for character in name)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5 if wide else 0.6)
    return close[0] if close else None


def did_you_mean(name: str, known: Iterable[str], /) -> str:
    """The help text with the nearest known name; empty where none is close."""
    near = nearest(name, known)
    return f"did you mean '{near}'?" if near else ""


def known(kind: str, known_names: Iterable[str], /, *, most: int = 12) -> str:
    """``known indicators: output, energy``, shortened with a count where there are many."""
    names = list(known_names)
    if not names:
        return f"there are no {kind}"
    shown = ", ".join(names[:most])
    return f"known {kind}: {shown}" + (f", ... ({len(names)} in all)" if len(names) > most else "")


def format_diagnostic(diagnostic: Diagnostic, /) -> str:
    """One diagnostic as a block of text: headline, place, source line with carets, help."""
    d = diagnostic
    lines = [f"{d.severity}[{d.code}]: {d.message}"]
    gutter = " " * len(str(d.line)) if d.line else " "
    if d.file:
        lines.append(f"{gutter}--> {_place(d)}")
    if d.line and (d.source or not d.sheet):
        # Of a spreadsheet the cell is shown, alone.
        source, column = window(d.source, 1 if d.sheet else d.column)
        # A tab stays a tab, a wide character takes two cells: the caret stands under what it means
        # in every terminal.
        indent = "".join("\t" if c == "\t" else " " * _cells(c) for c in source[: column - 1])
        width = sum(_cells(c) for c in source[column - 1 : column - 1 + d.length]) or 1
        lines += [
            f"{gutter} |",
            f"{d.line} | {source}".rstrip(),
            f"{gutter} | {indent}{'^' * width} {d.label}".rstrip(),
        ]
    elif d.label:
        lines.append(f"{gutter} = {d.label}")
    if d.help:
        lines.append(f"{gutter} = help: {d.help}")
    return "\n".join(lines)


def _brief(text: str) -> str:
    """A text of a message on one line, what it quotes shortened: a name may be a whole file."""
    if len(text) <= _MOST_QUOTED and text.isprintable():
        return text
    text = re.sub(r"[\r\n\t\x85\u2028\u2029]+ *", " ", text)
    text = re.sub(
        rf"'([^']{{{_MOST_QUOTED},}})'", lambda match: f"'{match[1][: _MOST_QUOTED - 3]}...'", text
    )
    return text if len(text) <= _MOST_WORDS else f"{text[: _MOST_WORDS - 3]}..."


def _place(d: Diagnostic) -> str:
    if d.sheet:
        cell = f", cell {cell_name(d.line, d.column)}" if d.line else ""
        return f"{d.file}, sheet {d.sheet}{cell}"
    return f"{d.file}:{d.line}:{d.column}" if d.line else d.file


def window(source: str, column: int, /) -> tuple[str, int]:
    """The part of a line around a column, and the column in it: lines of generated files can be
    very long.
    """
    start = max(0, column - 1 - _MOST_SHOWN // 2) if len(source) > _MOST_SHOWN else 0
    before, after = "... " if start else "", " ..." if len(source) > start + _MOST_SHOWN else ""
    return f"{before}{source[start : start + _MOST_SHOWN]}{after}", column - start + len(before)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
