"""The files that a scenario rests on, looked at now and then: whether they were saved.

Editors save in many ways: they write a file in place, in one go or in several, empty it first, or
put another one in its place, so that for a moment there is none. A save counts once what is in the
files stays the same for a moment, and is something else than what was read.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from optimiser.paths import Seen, seen_now

__all__ = ["Watch"]

_SETTLED: Final = 0.25  # seconds for which files stay as they are, or a save goes on
_MISSING: Final = 1.0  # the same where one is gone or emptied: it may be about to be written
_FRESH: Final = 2.0  # seconds within which two saves may have the same time and the same size
_EMPTY: Final = hashlib.sha256().digest()


class Watch:
    """Knows what was read, and looks whether that is still there."""

    def __init__(self) -> None:
        self._read: dict[Path, Seen] = {}
        self._stamps: dict[Path, tuple[object, Seen]] = {}
        self._changed: tuple[dict[Path, Seen], float] | None = None

    def rest_on(self, read: Mapping[Path, Seen], /) -> None:
        """From now on look at these, which held that."""
        self._read, self._stamps, self._changed = dict(read), {}, None

    def saved(self) -> bool:
        """Whether there is something new, once for every save."""
        now = time.monotonic()
        found = {path: self._look(path, seen.most) for path, seen in self._read.items()}
        if all(found[path].digest == seen.digest for path, seen in self._read.items()):
            self._changed = None
            return False
        if self._changed is None or self._changed[0] != found:
            self._changed = (found, now)
            return False
        gone = any(
            found[path].digest in (None, _EMPTY) and found[path].digest != seen.digest
            for path, seen in self._read.items()
        )
        if now - self._changed[1] < (_MISSING if gone else _SETTLED):
            return False
        self._read, self._changed = found, None
        return True

    def _look(self, path: Path, most: int) -> Seen:
        """What is in a file; read only where it may have been written since."""
        try:
            stat = os.stat(path)
        except OSError:
            return seen_now(path, most)
        stamp = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
        known = self._stamps.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        seen = seen_now(path, most)
        if abs(time.time() - stat.st_mtime) > _FRESH:
            self._stamps[path] = (stamp, seen)
        return seen
