"""Errors in the words of Python: what is typed as ``--time-limit`` is ``time_limit`` here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from optimiser.errors import UsageError
from optimiser.patterns import pattern

__all__ = ["said_in_python"]

_OPTION: Final = pattern(r"--([a-z]+(?:-[a-z]+)*)")
_KEYWORD: Final = {"with": "with_"}


@contextmanager
def said_in_python() -> Iterator[None]:
    """Within it a wrong call is told by the names of arguments.

    Raises:
        UsageError: in these words.
    """
    try:
        yield
    except UsageError as error:
        raise UsageError(_named(error.message), help=_named(error.help)) from None


def _named(text: str) -> str:
    def name(found: re.Match[str]) -> str:
        typed = found[1].replace("-", "_")
        return f"`{_KEYWORD.get(typed, typed)}`"

    return _OPTION.sub(name, text)
