"""Findings about a scenario: how they are collected, and what is near an unknown name."""

from __future__ import annotations

import contextlib
import difflib
import itertools
import operator
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final, Literal

from optimiser.findings import Diagnostic, cells_of, format_diagnostic, window
from optimiser.language import listed, marked, tr, trn
from optimiser.scenario.codes import CODES, USUAL_HELPS
from optimiser.scenario.nodes import Node, Position, Source

__all__ = [
    "Findings",
    "did_you_mean",
    "format_diagnostic",
    "hinting",
    "known",
    "nearest",
    "window",
]

#: of a kind of names, in the plural, those that are known, and that there are none
_KNOWN: Final = {
    "columns": (marked("known columns: {names}"), marked("there are no columns")),
    "constraints": (marked("known constraints: {names}"), marked("there are no constraints")),
    "features": (marked("known features: {names}"), marked("there are no features")),
    "figures": (marked("known figures: {names}"), marked("there are no figures")),
    "functions": (marked("known functions: {names}"), marked("there are no functions")),
    "groups": (marked("known groups: {names}"), marked("there are no groups")),
    "indicators": (marked("known indicators: {names}"), marked("there are no indicators")),
    "keys": (marked("known keys: {names}"), marked("there are no keys")),
    "levels": (marked("known levels: {names}"), marked("there are no levels")),
    "models": (marked("known models: {names}"), marked("there are no models")),
    "names": (marked("known names: {names}"), marked("there are no names")),
    "objectives": (marked("known objectives: {names}"), marked("there are no objectives")),
    "parameters": (marked("known parameters: {names}"), marked("there are no parameters")),
    "phases": (marked("known phases: {names}"), marked("there are no phases")),
    "plans": (marked("known plans: {names}"), marked("there are no plans")),
    "reference_plans": (
        marked("known reference plans: {names}"),
        marked("there are no reference plans"),
    ),
    "sheets": (marked("known sheets: {names}"), marked("there are no sheets")),
    "synergies": (marked("known synergies: {names}"), marked("there are no synergies")),
    "technologies": (marked("known technologies: {names}"), marked("there are no technologies")),
    "variables": (marked("known variables: {names}"), marked("there are no variables")),
}

#: of one kind: nobody reads more, and a file of 10 MB can hold a million mistakes
_MOST_OF_A_KIND: Final = 1_000
#: of one kind are kept to be put in order; further ones are counted
_MOST_KEPT: Final = 20_000
#: names with which those of one scenario are compared for hints, some twenty microseconds each:
#: hints for 20 unknown ones among 5,000
_MOST_COMPARED: Final = 100_000
#: characters of a word of which another may be a slip: shorter ones have too many neighbours
_SHORTEST: Final = 3


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
                message = (
                    trn(
                        "{number:,} more error of this kind",
                        "{number:,} more errors of this kind",
                        more,
                    )
                    if found.severity == "error"
                    else trn(
                        "{number:,} more warning of this kind",
                        "{number:,} more warnings of this kind",
                        more,
                    )
                )
                help = tr("mend those that are listed, and check again")
                shown.append(replace(found, message=message, label=tr("the next"), help=help))
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
            message=message,
            file=position.source.name,
            line=position.line,
            column=position.column,
            length=max(1, position.length),
            source=position.source.excerpt(position.line, position.column),
            label=label,
            help=help or tr(USUAL_HELPS[code]),
            sheet=position.source.sheet,
        )
        key = (self.place(position.source), position.line, position.column, len(self._found))
        self._keep(diagnostic, key)

    def _keep(self, diagnostic: Diagnostic, key: tuple[int, int, int, int]) -> None:
        if diagnostic not in self._found:
            self._found[diagnostic] = key
            self._counts[diagnostic.severity, diagnostic.code] += 1


@dataclass(eq=False, repr=False)
class _Effort:
    """With how many names others may still be compared."""

    left: int = _MOST_COMPARED


_EFFORT: ContextVar[_Effort | None] = ContextVar("effort", default=None)


@contextlib.contextmanager
def hinting() -> Iterator[None]:
    """Let :func:`nearest` spend on what is read inside what one scenario may cost: thousands of
    unknown names among thousands of known ones get no hint beyond the first.
    """
    before = _EFFORT.set(_Effort())
    try:
        yield
    finally:
        _EFFORT.reset(before)


def nearest(name: str, known: Iterable[str], /) -> str | None:
    """The known name that ``name`` is most likely a slip of; None where none is close, or where
    finding it costs too much: see :func:`hinting`.
    """
    effort = _EFFORT.get()
    if effort is not None and effort.left <= 0:
        return None
    names = list(known)
    if effort is not None:
        effort.left -= len(names)
    folded = {other.casefold(): other for other in reversed(names)}
    if name.casefold() in folded:
        return folded[name.casefold()]
    # A Chinese word has two or three characters: one wrong leaves half of it.
    wide = len(name) <= 3 and any(cells_of(character) == 2 for character in name)
    slips = [other for other in names if _is_slip(name, other)]
    cutoff = 0.0 if slips else 0.5 if wide else 0.6
    close = difflib.get_close_matches(name, slips or names, n=1, cutoff=cutoff)
    return close[0] if close else None


def _is_slip(name: str, other: str, /) -> bool:
    """Whether one character more, less or another, or two exchanged ones, lie between two words:
    *snese*, in which what stands in common is longer with *sheet* than with *sense*.
    """
    if min(len(name), len(other)) < _SHORTEST or abs(len(name) - len(other)) > 1:
        return False
    same = _common(name, other)
    name, other = name[same:][::-1], other[same:][::-1]
    same = _common(name, other)
    name, other = name[same:], other[same:]
    return max(len(name), len(other)) <= 1 or (len(name) == 2 and name == other[::-1])


def _common(name: str, other: str, /) -> int:
    """How many characters two words begin with alike."""
    alike = itertools.takewhile(bool, map(operator.eq, name, other))
    return sum(alike)


def did_you_mean(name: str, known: Iterable[str], /) -> str:
    """The help text with the nearest known name; empty where none is close."""
    near = nearest(name, known)
    return tr("did you mean '{name}'?", name=near) if near else ""


def known(kind: str, known_names: Iterable[str], /, *, most: int = 12) -> str:
    """``known indicators: output, energy``, shortened with a count where there are many.

    Args:
        kind: what they are, in the plural.
        known_names: their names.
        most: how many are listed.
    """
    names = known_names if isinstance(known_names, Collection) else list(known_names)
    some, none = _KNOWN[kind]
    if not names:
        return tr(none)
    shown = list(itertools.islice(names, most))
    if len(names) > most:
        shown.append(tr("... ({number} in all)", number=len(names)))
    return tr(some, names=listed(shown))
