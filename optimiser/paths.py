"""What is at a path, and what is in it: one place asks the system, and says in a planner's words
what it answers.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import stat
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO, Final, Literal

from optimiser.errors import UsageError
from optimiser.frozen import dataclass
from optimiser.language import marked, tr
from optimiser.patterns import pattern

__all__ = [
    "STANDARD_INPUT",
    "Seen",
    "content",
    "ending",
    "explained",
    "folders",
    "is_file",
    "is_folder",
    "is_withheld",
    "kind",
    "named",
    "reason",
    "resolved",
    "same_file",
    "seeing",
    "seen_now",
    "state",
    "stream",
    "working_folder",
]

STANDARD_INPUT: Final = Path("/dev/stdin")
_STREAM: Final = pattern(r"/dev/(?P<name>stdout|stderr)|/(dev|proc/self)/fd/(?P<number>[0-9]{1,4})")
# what the system, or Python before it asks the system, says of a path that leads nowhere: a link
# to itself, a zero byte, a character that no file name can hold
REFUSALS = (OSError, ValueError, RuntimeError)
#: what may be done to a path
Doing = Literal["look", "find", "follow", "read", "write", "remove"]
_CANNOT: Final[dict[Doing, str]] = {
    "look": marked("cannot look at {path}: {reason}"),
    "find": marked("cannot find {path}: {reason}"),
    "follow": marked("cannot follow {path}: {reason}"),
    "read": marked("cannot read {path}: {reason}"),
    "write": marked("cannot write {path}: {reason}"),
    "remove": marked("cannot remove {path}: {reason}"),
}
_NO_FILE: Final = marked("it is a pipe or a device, and no file")
_NO_END: Final = marked("it is a pipe or a device that gives more than 100 MB")
#: bytes of a pipe or a device, which may have no end
_MOST_STREAMED: Final = 100_000_000
_ELSEWHERE: Final = marked("name another place")
#: the system's own reasons, word for word
_REASONS: Final = {
    errno.EPERM: marked("Operation not permitted"),
    errno.ENOENT: marked("No such file or directory"),
    errno.EINTR: marked("Interrupted system call"),
    errno.EIO: marked("Input/output error"),
    errno.ENXIO: marked("No such device or address"),
    errno.EBADF: marked("Bad file descriptor"),
    errno.EAGAIN: marked("Resource temporarily unavailable"),
    errno.ENOMEM: marked("Cannot allocate memory"),
    errno.EACCES: marked("Permission denied"),
    errno.EBUSY: marked("Device or resource busy"),
    errno.EEXIST: marked("File exists"),
    errno.EXDEV: marked("Invalid cross-device link"),
    errno.ENODEV: marked("No such device"),
    errno.ENOTDIR: marked("Not a directory"),
    errno.EISDIR: marked("Is a directory"),
    errno.EINVAL: marked("Invalid argument"),
    errno.ENFILE: marked("Too many open files in system"),
    errno.EMFILE: marked("Too many open files"),
    errno.EFBIG: marked("File too large"),
    errno.ENOSPC: marked("No space left on device"),
    errno.ESPIPE: marked("Illegal seek"),
    errno.EROFS: marked("Read-only file system"),
    errno.EMLINK: marked("Too many links"),
    errno.EPIPE: marked("Broken pipe"),
    errno.ENAMETOOLONG: marked("File name too long"),
    errno.ENOTEMPTY: marked("Directory not empty"),
    errno.ELOOP: marked("Too many levels of symbolic links"),
    errno.ETIMEDOUT: marked("Connection timed out"),
    errno.ESTALE: marked("Stale file handle"),
    errno.EDQUOT: marked("Disk quota exceeded"),
}


@dataclass(frozen=True)
class Seen:
    """What was found at a path.

    Attributes:
        digest: SHA-256 of the bytes that were read; None where there was nothing, empty where it
            could not be read.
        most: how many bytes were asked for; -1 for all.
    """

    digest: bytes | None
    most: int = -1


_seen: ContextVar[dict[Path, Seen] | None] = ContextVar("seen", default=None)


@contextlib.contextmanager
def seeing() -> Iterator[dict[Path, Seen]]:
    """Within it, every file that is read is kept with what was in it, and every path at which
    nothing is: whatever is worked out of them may be another thing once one of these is.
    """
    found: dict[Path, Seen] = {}
    token = _seen.set(found)
    try:
        yield found
    finally:
        _seen.reset(token)


def _see(path: str | Path, digest: bytes | None, most: int = -1) -> None:
    found = _seen.get()
    if found is not None and stream(path) is None:
        with contextlib.suppress(*REFUSALS):
            found[Path(os.path.abspath(path))] = Seen(digest, most)


def seen_now(path: Path, most: int = -1, /) -> Seen:
    """What a reader of so many bytes would find at a path now."""
    with seeing() as found, contextlib.suppress(FileNotFoundError, UsageError):
        content(path, most=most)
    return found[Path(os.path.abspath(path))]


def reason(error: Exception, /) -> str:
    """Why the system refuses, without the path; also of what :func:`explained` makes of it."""
    if isinstance(error, UsageError) and isinstance(error.__cause__, Exception):
        return reason(error.__cause__)
    if isinstance(error, FileExistsError) and error.filename is not None:
        # where a folder is to be made
        return tr("{path} is a file", path=os.fspath(error.filename))
    if isinstance(error, OSError):
        said = error.strerror or str(error)
        words = _REASONS.get(error.errno or 0)
        return tr(said) if said in (words, _NO_FILE, _NO_END) else said
    if isinstance(error, RuntimeError):
        return tr("too many levels of symbolic links")
    return tr("no file can have such a name")


@contextlib.contextmanager
def explained(doing: Doing, path: str | Path, /, *, help: str) -> Iterator[None]:
    """What the system refuses inside, as the error of a call that says what it was about.

    Raises:
        UsageError: with the path and the reason.
    """
    try:
        yield
    except REFUSALS as error:
        message = tr(_CANNOT[doing], path=path, reason=reason(error))
        raise UsageError(message, help=tr(help)) from error


def kind(path: str | Path, /) -> Literal["file", "folder", "other"] | None:
    """What is at a path, links followed; ``other`` is a device, a pipe or a socket, None nothing.

    Raises:
        UsageError: that cannot be told.
    """
    if stream(path) is not None:
        return "other"
    with explained("look", path, help=_ELSEWHERE):
        try:
            mode = os.stat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            _see(path, None)
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


def is_withheld(path: str | Path, /) -> bool:
    """Whether there is something that may not be read."""
    return os.path.exists(path) and not os.access(path, os.R_OK)


def resolved(path: str | Path, /) -> Path:
    """The path without links, from the root.

    Raises:
        UsageError: it has none.
    """
    with explained("follow", path, help=_ELSEWHERE):
        return Path(path).resolve()


def same_file(one: str | Path, other: str | Path, /) -> bool:
    """Whether two paths lead to one file: by links of both kinds, and by names that a file system
    takes for one. What cannot be looked at is compared by name.
    """
    try:
        return os.path.samefile(one, other)
    except REFUSALS:
        return os.path.abspath(one) == os.path.abspath(other)


def state(path: str | Path, /) -> tuple[int, ...] | None:
    """What tells a file from what it was before and from another in its place; None where there is
    none that may be looked at.
    """
    try:
        seen = os.stat(path)
    except (OSError, ValueError):
        return None
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def content(path: str | Path, /, *, most: int = -1, pipes: bool = False) -> bytes:
    """The bytes of a file, up to ``most`` of them.

    Args:
        pipes: whether it may be a pipe or a device, which may keep a reader waiting for ever; only
            what was named on a command line may.

    Raises:
        FileNotFoundError: there is none.
        UsageError: it cannot be read.
    """
    if pipes and path == STANDARD_INPUT:
        return _standard_input(most)
    return _content(path, most, pipes)


@functools.cache
def _standard_input(most: int) -> bytes:
    """What is on standard input, which gives it once and may be asked twice: a scenario is checked,
    and shown as it was merged.
    """
    return _content(STANDARD_INPUT, most, pipes=True)


def _content(path: str | Path, most: int, pipes: bool) -> bytes:
    with explained("read", path, help=marked("name a file that may be read")):
        try:
            # looked at once it is open, for it may have been exchanged before
            with _opened(path, pipes) as opened:
                whole = stat.S_ISREG(os.fstat(opened.fileno()).st_mode)
                if not pipes and not whole:
                    raise OSError(0, _NO_FILE)
                data = opened.read(most if whole or most >= 0 else _MOST_STREAMED + 1)
                if not whole and most < 0 and len(data) > _MOST_STREAMED:
                    raise OSError(0, _NO_END)
            if whole:
                import hashlib  # takes longer to load than all of this

                _see(path, hashlib.sha256(data).digest(), most)
            return data
        except (FileNotFoundError, NotADirectoryError) as error:
            _see(path, None)
            missing = error
        except REFUSALS:
            _see(path, b"", most)
            raise
    raise FileNotFoundError(missing.errno, missing.strerror, str(path))


def _opened(path: str | Path, pipes: bool) -> BinaryIO:
    if os.name == "nt" and path == STANDARD_INPUT:
        return open(0, "rb", closefd=False)
    return open(path, "rb", opener=None if pipes else _at_once)


def _at_once(path: str, flags: int) -> int:
    """Open a path without waiting for whoever writes into a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # Windows has none such


def working_folder() -> Path:
    """The folder in which this process is.

    Raises:
        UsageError: it is gone.
    """
    folder, help = tr("the working folder"), marked("change to a folder that is there")
    with explained("find", folder, help=help):
        return Path.cwd()


def ending(folder: str | Path, endings: tuple[str, ...], /) -> list[Path]:
    """The files below a folder whose names end so, by name; what begins with a point is hidden, as
    are folders in it that may not be searched, and no link to a folder is followed.

    Raises:
        UsageError: the folder itself may not be searched.
    """
    found = []
    for base, folders, files in _below(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(base, name)
            for name in files
            if name.lower().endswith(endings) and not name.startswith(".")
        ]
    return sorted(found)


def named(folder: str | Path, names: Sequence[str], /) -> list[Path]:
    """The files below a folder that have one of these names, by name; folders in it that may not be
    searched are passed over, and no link to a folder is followed.

    Raises:
        UsageError: the folder itself may not be searched.
    """
    found = []
    for base, _, files in _below(folder):
        found += [Path(base, name) for name in files if name in names]
    return sorted(found)


def folders(folder: str | Path, /) -> frozenset[str]:
    """The names of the folders that lie in a folder.

    Raises:
        UsageError: it may not be searched.
    """
    return frozenset(next(iter(_below(folder)), ("", [], []))[1])


def _below(folder: str | Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """What :func:`os.walk` finds, which says nothing of a folder that it may not search."""
    gone = contextlib.suppress(FileNotFoundError, NotADirectoryError)
    with explained("read", folder, help=marked("name a folder that may be read")), gone:
        os.scandir(folder).close()
    return os.walk(folder)
