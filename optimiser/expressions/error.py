"""The one error of this room: what was expected, what came, where, and the easiest fix."""

from __future__ import annotations

__all__ = ["ExpressionError"]


class ExpressionError(ValueError):
    """An expression that cannot be read or built.

    ``start`` and ``end`` are offsets into the text as the user wrote it; ``help`` is the easiest
    fix, or empty.
    """

    def __init__(self, message: str, /, *, start: int = 0, end: int = 0, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = max(start, end)
        self.help = help
