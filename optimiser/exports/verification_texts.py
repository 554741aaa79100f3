"""What became of results that were verified, as text for other programs: a pull request, a CI
system.

The input is what :func:`optimiser.analysis.records.of_verification` makes of each, or
:func:`optimiser.analysis.records.of_unverified`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from optimiser.exports.escaping import annotation, markdown
from optimiser.exports.junit import junit
from optimiser.language import tr, trn

__all__ = ["FORMATS", "text"]

Record = Mapping[str, Any]


def text(records: Sequence[Record], format: str, /) -> str:
    """Verifications in one of ``FORMATS``."""
    return FORMATS[format](records)


def _faults(record: Record) -> list[str]:
    """What does not hold, or why nothing could be said."""
    if record["error"] is not None:
        return [record["error"]]
    return [
        tr("{label}: {words}", label=one["plan"], words=one["message"])
        if one["plan"]
        else one["message"]
        for one in record["findings"]
    ]


def _markdown(records: Sequence[Record]) -> str:
    """A line a result, and below it what does not hold and what was not checked."""
    lines: list[str] = []
    for record in records:
        path, faults = markdown(record["result"]), _faults(record)
        number = record["plans"]
        said = (
            tr("- **not verified**: {path}", path=path)
            if faults
            else trn(
                "- verified: {path}, {number} plan",
                "- verified: {path}, {number} plans",
                number,
                path=path,
            )
        )
        open_ones = [
            tr("not checked: {what}", what=one["message"]) for one in record["not_checked"]
        ]
        lines += [said, *(f"  - {markdown(words)}" for words in (*faults, *open_ones))]
    return "\n".join([*lines, "", ""])


def _junit(records: Sequence[Record]) -> str:
    """A test case a result, which fails with what does not hold."""
    return junit("optimise verify", ((one["result"], _faults(one)) for one in records))


def _github(records: Sequence[Record]) -> str:
    """An annotation a fault, at the file of the scenario where that is known."""
    return "".join(
        annotation(
            "error",
            tr("{label}: {words}", label=record["result"], words=words),
            file=record["file"],
        )
        for record in records
        for words in _faults(record)
    )


FORMATS: Final[Mapping[str, Callable[[Sequence[Record]], str]]] = {
    "github": _github,
    "junit": _junit,
    "md": _markdown,
}
