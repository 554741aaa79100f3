"""Exports: a result as text for other programs. One file a format, found by its suffix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from optimiser.errors import UsageError
from optimiser.extras import insist_on
from optimiser.language import listed, tr
from optimiser.results.folder import write_text
from optimiser.session.outputs import with_mark

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["Format", "export", "format_of", "formats", "text"]


@dataclass(frozen=True)
class Format:
    """A way to write a result down.

    Attributes:
        suffix: of the files, with its dot.
        title: what such a file holds.
        content: result -> the whole file, as text or as bytes.
        needs: a library of an extra.
    """

    suffix: str
    title: str
    content: Callable[[Result], str | bytes]
    needs: str = ""


@cache
def formats() -> Mapping[str, Format]:
    """Every format by suffix: the modules of this package that name one; the others write texts of
    other answers.
    """
    found = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        content = import_module(f"{__name__}.{module}")
        if hasattr(content, "SUFFIX"):
            whole = content.data if hasattr(content, "data") else content.text
            needs = getattr(content, "NEEDS", "")
            found[content.SUFFIX] = Format(content.SUFFIX, content.TITLE, whole, needs)
    return found


def text(result: Result, suffix: str, /) -> str:
    """The result in the format of ``suffix``, one of text.

    Raises:
        UsageError: there is no such format.
    """
    found = format_of(suffix).content(result)
    assert isinstance(found, str)
    return found


def format_of(suffix: str, /) -> Format:
    """The format of a suffix.

    Raises:
        UsageError: there is none, or what it needs is not there.
    """
    known = formats()
    if suffix.lower() not in known:
        what = (
            tr("no export to '{suffix}'", suffix=suffix)
            if suffix
            else tr("no suffix, so no format")
        )
        raise UsageError(
            what, help=tr("name a file that ends in {suffixes}", suffixes=listed(known))
        )
    found = known[suffix.lower()]
    if found.needs:
        insist_on(
            found.needs,
            tr("no export to '{suffix}' without {library}", suffix=suffix, library=found.needs),
        )
    return found


def export(result: Result, path: str | Path, /, *, mark: bool = False) -> Path:
    """Write a result to ``path``, whole or not at all, in the format of its suffix.

    Args:
        result: what is written.
        path: where to.
        mark: whether the file says, where its format has comments, that this program wrote it, and
            so may replace it.

    Raises:
        UsageError: there is no such format, or the file cannot be written.
    """
    target = Path(path)
    content = format_of(target.suffix).content(result)
    if mark and isinstance(content, str):
        content = with_mark(content, target.suffix)
    write_text(target, content)
    return target
