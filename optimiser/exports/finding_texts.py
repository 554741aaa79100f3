"""What checking scenarios found, as text for other programs: a pull request, a CI system."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from optimiser.errors import Diagnostic
from optimiser.exports.escaping import annotation, markdown
from optimiser.exports.junit import junit
from optimiser.findings import window
from optimiser.language import tr
from optimiser.results.printable import printable

if TYPE_CHECKING:
    from optimiser.session import Examined

__all__ = ["FORMATS", "github", "json_list", "text"]


def text(checked: Sequence[Examined], format: str, /) -> str:
    """What was found in scenarios, in one of ``FORMATS``."""
    return FORMATS[format](checked)


def _found(one: Examined) -> tuple[Diagnostic, ...]:
    """The findings; that there is nothing to check is one, too."""
    if one.missing is None:
        return one.findings
    return (Diagnostic("", "error", one.missing.message, help=one.missing.help),)


def json_list(findings: Iterable[Diagnostic], /) -> str:
    """Findings as a list with all their fields; of a long line what is around the place."""
    records = [
        {**asdict(d), "source": window(d.source, 1 if d.sheet else d.column)[0]} for d in findings
    ]
    return printable(json.dumps(records, ensure_ascii=False, indent=1)) + "\n"


def _json(checked: Sequence[Examined]) -> str:
    return json_list(found for one in checked for found in _found(one))


def github(found: Diagnostic, /) -> str:
    """A finding as an annotation of a GitHub workflow, at its line."""
    words, place = _words(found), (found.file, found.line, found.column)
    return annotation(found.severity, words, file=place[0], line=place[1], column=place[2])


def _github(checked: Sequence[Examined]) -> str:
    return "".join(github(found) for one in checked for found in _found(one))


def _words(found: Diagnostic) -> str:
    words = f"{found.message} [{found.code}]" if found.code else found.message
    return f"{words}; {found.help}" if found.help else words


def _placed(found: Diagnostic) -> str:
    place = f"{found.file}:{found.line}" if found.line else found.file
    return tr("{label}: {words}", label=place, words=_words(found)) if place else _words(found)


def _errors(one: Examined) -> list[Diagnostic]:
    return [found for found in _found(one) if found.severity == "error"]


def _markdown(checked: Sequence[Examined]) -> str:
    """A line a scenario, and below it what was found."""
    lines: list[str] = []
    for one in checked:
        path = markdown(one.path)
        invalid = bool(_errors(one))
        lines.append(
            tr("- **invalid**: {path}", path=path) if invalid else tr("- valid: {path}", path=path)
        )
        lines += [f"  - {found.severity}: {markdown(_placed(found))}" for found in _found(one)]
    return "\n".join([*lines, "", ""])


def _junit(checked: Sequence[Examined]) -> str:
    """A test case a scenario, which fails with its errors."""
    return junit("optimise check", ((one.path, [*map(_placed, _errors(one))]) for one in checked))


FORMATS: Final[Mapping[str, Callable[[Sequence[Examined]], str]]] = {
    "github": _github,
    "json": _json,
    "junit": _junit,
    "md": _markdown,
}
