"""What is at a path, and what is in it: one place asks the system, and says in a planner's words
what it answers.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from optimiser.errors import UsageError

__all__ = [
    "content",
    "explained",
    "is_file",
    "is_folder",
    "kind",
    "named",
    "reason",
    "resolved",
    "same_file",
    "stream",
    "working_folder",
]

_STREAM: Final = re.compile(
    r"/dev/(?P<name>stdout|stderr)|/(dev|proc/self)/fd/(?P<number>[0-9]{1,4})"
)
# what the system, or Python before it asks the system, says of a path that leads nowhere: a link
# to itself, a zero byte, a character that no file name can hold
REFUSALS = (OSError, ValueError, RuntimeError)


def reason(error: Exception, /) -> str:
    """Why the system refuses, without the path; also of what :func:`explained` makes of it."""
    if isinstance(error, UsageError) and isinstance(error.__cause__, Exception):
        return reason(error.__cause__)
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, RuntimeError):
        return "too many levels of symbolic links"
    return "no file can have such a name"


@contextlib.contextmanager
def explained(doing: str, path: str | Path, /, *, help: str) -> Iterator[None]:
    """What the system refuses inside, as the error of a call that says what it was about.

    Raises:
        UsageError: with the path and the reason.
    """
    try:
        yield
    except REFUSALS as error:
        raise UsageError(f"cannot {doing} {path}: {reason(error)}", help=help) from error


def kind(path: str | Path, /) -> Literal["file", "folder", "other"] | None:
    """What is at a path, links followed; ``other`` is a device, a pipe or a socket, None nothing.

    Raises:
        UsageError: that cannot be told.
    """
    if stream(path) is not None:
        return "other"
    with explained("look at", path, help="name another place"):
        try:
            mode = os.stat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "other"


def stream(path: str | Path, /) -> int | None:
    """The open stream that a path such as ``/dev/stdout`` names, also where it leads to a file."""
    found = _STREAM.fullmatch(str(path))
    if found is None:
        return None
    return int(found["number"] or (1 if found["name"] == "stdout" else 2))


def is_file(path: str | Path, /) -> bool:
    """Whether there is a file; raises as :func:`kind` does."""
    return kind(path) == "file"


def is_folder(path: str | Path, /) -> bool:
    """Whether there is a folder; raises as :func:`kind` does."""
    return kind(path) == "folder"


def resolved(path: str | Path, /) -> Path:
    """The path without links, from the root.

    Raises:
        UsageError: it has none.
    """
    with explained("follow", path, help="name another place"):
        return Path(path).resolve()


def same_file(one: str | Path, other: str | Path, /) -> bool:
    """Whether two paths lead to one file: by links of both kinds, and by names that a file system
    takes for one. What cannot be looked at is compared by name.
    """
    try:
        return os.path.samefile(one, other)
    except REFUSALS:
        return os.path.abspath(one) == os.path.abspath(other)


def content(path: str | Path, /, *, most: int = -1, pipes: bool = False) -> bytes:
    """The bytes of a file, up to ``most`` of them.

    Args:
        pipes: whether it may be a pipe or a device, which may keep a reader waiting for ever; only
            what was named on a command line may.

    Raises:
        FileNotFoundError: there is none.
        UsageError: it cannot be read.
    """
    with explained("read", path, help="name a file that may be read"):
        try:
            # looked at once it is open, for it may have been exchanged before
            with open(path, "rb", opener=None if pipes else _at_once) as opened:
                if not pipes and not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                    raise OSError(0, "it is a pipe or a device, and no file")
                return opened.read(most)
        except (FileNotFoundError, NotADirectoryError) as error:
            missing = error
    raise FileNotFoundError(missing.errno, missing.strerror, str(path))


def _at_once(path: str, flags: int) -> int:
    """Open a path without waiting for whoever writes into a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # Windows has none such


def working_folder() -> Path:
    """The folder in which this process is.

    Raises:
        UsageError: it is gone.
    """
    with explained("find", "the working folder", help="change to a folder that is there"):
        return Path.cwd()


def named(folder: str | Path, names: Sequence[str], /) -> list[Path]:
    """The files below a folder that have one of these names, by name; folders that may not be
    searched are passed over, and no link to a folder is followed.
    """
    found = []
    for base, _, files in os.walk(folder):
        found += [Path(base, name) for name in files if name in names]
    return sorted(found)
