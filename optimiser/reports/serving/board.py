"""What there is to show at the moment: one thread writes it, those of the readers wait for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Board", "State"]


@dataclass(frozen=True)
class State:
    """What a page is told.

    Attributes:
        change: counts the changes of the board.
        number: of the front that is shown; 0 while there is none.
        busy: whether the scenario is being solved.
        progress: how far that is, in numbers.
        problem: what is wrong with what was saved, in each language; empty where nothing is.
        repair: what would make it fit, as JSON, likewise.
        warnings: about the scenario, likewise.
        ended: whether the server is about to end.
    """

    change: int = 0
    number: int = 0
    busy: bool = True
    progress: dict[str, Any] = field(default_factory=dict)
    problem: dict[str, str] = field(default_factory=dict)
    repair: dict[str, Any] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    ended: bool = False


class Board:
    """Holds the latest state and the latest front, and nothing of before: a reader who is late
    misses what was in between, and nobody waits for him.
    """

    def __init__(self, page: bytes) -> None:
        """``page`` is shown while there is no front."""
        self._changed = threading.Condition()
        self._state = State()
        self._page, self._front = page, b""

    def put(self, **values: Any) -> None:
        """Change the state."""
        with self._changed:
            self._state = replace(self._state, change=self._state.change + 1, **values)
            self._changed.notify_all()

    def show(self, page: bytes, front: bytes, /, **values: Any) -> None:
        """Change the front: as a whole page, and what that knows as JSON."""
        with self._changed:
            self._page, self._front = page, front
            self.put(**values)

    @property
    def page(self) -> bytes:
        """The page as it is now."""
        with self._changed:
            return self._page

    @property
    def front(self) -> bytes:
        """What the page knows; empty while there is none."""
        with self._changed:
            return self._front

    def later_than(self, change: int, seconds: float, /) -> State | None:
        """The state once it is another one than at a change; None where so many seconds pass."""
        with self._changed:
            self._changed.wait_for(lambda: self._state.change != change, seconds)
            return None if self._state.change == change else self._state
