"""Text that is not YAML: where and why, and what was probably meant there."""

from __future__ import annotations

from typing import Any, Final

import yaml

from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, Source
from optimiser.scenario.source.punctuation import Change, Reading, bracket_change, slips

__all__ = ["LOADER", "likely_meant", "syntax_error"]

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: how many changes are tried, and how many lines back: an error shows behind its cause
_TRIES, _LONG, _LONG_TRIES, _LINES = 12, 200_000, 2, 200
_ADVICE: Final = (
    (
        "cannot start any token",
        "a value that starts with one of @ ` % & * ! or a tab needs quotes or blanks",
    ),
    ("mapping values are not allowed", "quote a text that contains ': '"),
    ("did not find expected ',' or", "a bracket or a comma is missing"),
    ("unexpected end of stream", "the closing quote is missing"),
    ("could not find expected ':'", "write 'key: value'"),
    ("did not find expected key", "check the indentation, and the quotes before it"),
)


def likely_meant(reading: Reading, error: yaml.YAMLError, /) -> list[Change]:
    """What to change for a text to be YAML further than to its first error; nothing where none of
    what is often meant otherwise stands before it.

    The nearest change before the error that gets furthest is taken: every one is tried.
    """
    mark = _mark(error)
    if mark is None:
        return []
    context = getattr(error, "context_mark", None)
    line = min(mark.line, reading.text.count("\n"))
    first = max(line - _LINES, min(line - 1, context.line if context is not None else line))
    while first > 0 and not reading.line(first).strip():
        first -= 1
    before = [c for c in slips(reading, first, line) if (c.line, c.column) <= _end(mark)]
    tries = [[change] for change in reversed(before)]
    if brackets := bracket_change(reading, mark.line, mark.column):
        tries.insert(0, brackets)
    best, furthest = [], _reached(reading, error)
    for changes in tries[: _TRIES if len(reading.text) < _LONG else _LONG_TRIES]:
        changed = reading.changed(changes)
        reached = _reached(changed, _first_error(changed))
        if reached > furthest:
            best, furthest = changes, reached
    return best


def syntax_error(
    error: yaml.YAMLError, reading: Reading, source: Source, findings: Findings, /
) -> None:
    """Report the first error of a text that is not YAML."""
    mark = _mark(error)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    context = getattr(error, "context", None)
    position = Position(source)
    if mark is not None:
        line = min(mark.line + 1, max(1, len(source.lines)))
        column = reading.written(mark.line, mark.column) + 1
        column = column if line == mark.line + 1 else len(source.line(line)) + 1
        position = Position(source, line, column)
        if "\t" in source.line(line)[: column + 1] and "cannot start any token" in problem:
            message = "not valid YAML: a tab is not allowed as indentation"
            findings.error("S005", position, message, help="indent with spaces")
            return
    help = next((advice for start, advice in _ADVICE if start in problem), "")
    message = f"not valid YAML: {problem}" + (f" ({context})" if context else "")
    findings.error("S005", position, message, help=help)


def _mark(error: yaml.YAMLError) -> Any:
    return getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)


def _end(mark: Any) -> tuple[int, int]:
    return mark.line, mark.column


def _first_error(reading: Reading) -> yaml.YAMLError | None:
    try:
        for _ in yaml.parse(reading.text, Loader=LOADER):
            pass
    except yaml.YAMLError as error:
        return error
    return None


def _reached(reading: Reading, error: yaml.YAMLError | None) -> tuple[float, int]:
    """How far a text is YAML: the line and column, as written, of its first error."""
    mark = None if error is None else _mark(error)
    if mark is None:
        return (float("inf") if error is None else -1, 0)
    return mark.line, reading.written(mark.line, mark.column)
