"""Text that is not YAML: where and why, and what was probably meant there."""

from __future__ import annotations

from typing import Any, Final

import yaml

from optimiser.language import marked, tr
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, Source
from optimiser.scenario.source.punctuation import Change, Reading, bracket_change, slips

__all__ = ["LOADER", "likely_meant", "syntax_error"]

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: how many changes are tried, and how many lines back: an error shows behind its cause
_TRIES, _LONG, _LONG_TRIES, _LINES = 12, 200_000, 2, 200
_SPACES: Final = marked("indent with spaces")
_BACKSLASH: Final = marked("double the backslash, or use single quotes")
_BRACKET: Final = marked("a bracket or a comma is missing")
_TAGGED: Final = marked("quote a text that starts with !")
_BLOCK: Final = marked("text begins on the line after | or >")
_NO_TOKEN: Final = marked("found character that cannot start any token")
#: what the parser says, word for word, with what to do
_ADVICE: Final = {
    _NO_TOKEN: marked(
        "a value that starts with one of @ ` % & * ! or a tab needs quotes or blanks"
    ),
    marked("mapping values are not allowed in this context"): marked(
        "quote a text that contains ': '"
    ),
    marked("did not find expected ',' or ']'"): _BRACKET,
    marked("did not find expected ',' or '}'"): _BRACKET,
    marked("found unexpected end of stream"): marked("the closing quote is missing"),
    marked("could not find expected ':'"): marked("write 'key: value'"),
    marked("did not find expected key"): marked("check the indentation, and the quotes before it"),
    marked("block sequence entries are not allowed in this context"): marked(
        "begin a list on a new line, or write [a, b]"
    ),
    marked("did not find expected '-' indicator"): marked(
        "a list goes on with '- ' in the same column"
    ),
    marked("did not find expected node content"): marked(
        "a value is missing here, or quote a text like it"
    ),
    marked("found a tab character that violates indentation"): _SPACES,
    marked("found a tab character where an indentation space is expected"): _SPACES,
    marked("found unknown escape character"): _BACKSLASH,
    marked("did not find expected hexdecimal number"): _BACKSLASH,
    marked("found invalid Unicode character escape code"): _BACKSLASH,
    marked("did not find expected alphabetic or numeric character"): marked(
        "quote a text that starts with & or *"
    ),
    marked("did not find expected tag URI"): _TAGGED,
    marked("found undefined tag handle"): _TAGGED,
    marked("did not find expected comment or line break"): _BLOCK,
    marked("found an indentation indicator equal to 0"): _BLOCK,
    marked("did not find expected <document start>"): marked(
        "a file holds one scenario: remove '---', '...' and lines that start with %"
    ),
}
#: where it says something else, such as the following, or where it is
_ELSE: Final = marked("quote the text here, and check the quotes and brackets before it")
_SAYS: Final = frozenset(
    {
        marked("mapping keys are not allowed in this context"),
        marked("did not find URI escaped octet"),
        marked("did not find expected '!'"),
        marked("did not find expected whitespace"),
        marked("did not find expected whitespace or line break"),
        marked("did not find the expected '>'"),
        marked("found unexpected document indicator"),
        marked("found unexpected ':'"),
        marked("could not find expected directive name"),
        marked("did not find expected version number"),
        marked("did not find expected digit or '.' character"),
        marked("found unknown directive name"),
        marked("found duplicate %YAML directive"),
        marked("found duplicate %TAG directive"),
        marked("found incompatible YAML document"),
        marked("while parsing a block collection"),
        marked("while parsing a block mapping"),
        marked("while parsing a block node"),
        marked("while parsing a flow mapping"),
        marked("while parsing a flow node"),
        marked("while parsing a flow sequence"),
        marked("while parsing a node"),
        marked("while parsing a quoted scalar"),
        marked("while parsing a tag"),
        marked("while scanning a %TAG directive"),
        marked("while scanning a %YAML directive"),
        marked("while scanning a block scalar"),
        marked("while scanning a directive"),
        marked("while scanning a plain scalar"),
        marked("while scanning a quoted scalar"),
        marked("while scanning a simple key"),
        marked("while scanning a tag"),
        marked("while scanning an alias"),
        marked("while scanning an anchor"),
        marked("while scanning for the next token"),
    }
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
        if "\t" in source.line(line)[: column + 1] and problem == _NO_TOKEN:
            message = tr("not valid YAML: a tab is not allowed as indentation")
            findings.error("S005", position, message, help=tr("indent with spaces"))
            return
    directive = source.line(position.line).startswith("%") if position.line else False
    help = tr(_ADVICE.get(problem, _ELSE))
    if directive:
        help = tr("quote a text that starts with %")
    message = tr("not valid YAML: {problem}", problem=tr(problem))
    if context:
        message = tr(
            "not valid YAML: {problem} ({context})",
            problem=tr(problem),
            context=tr(context),
        )
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
