"""Regular expressions that are compiled when they are first asked: compiling one takes up to a
millisecond, and a run asks a part of those that its modules hold.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import compile as pattern

__all__ = ["pattern"]

if not TYPE_CHECKING:

    def pattern(text, flags=0, /):
        """As :func:`re.compile`; a text that is no pattern raises where it is first asked."""
        return _Later(text, flags)


class _Later:
    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text, self._flags = text, flags

    @cached_property
    def _compiled(self) -> Any:
        return re.compile(self._text, self._flags)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._compiled, name)
        setattr(self, name, found)  # the next time nothing stands between
        return found
