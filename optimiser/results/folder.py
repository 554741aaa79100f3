"""Writing files whole or not at all: a reader never meets half a file, nor files of two runs in one
folder, and a failed write loses nothing.

What is being written has a name that says which process writes it, so that the next write sweeps
what a killed one left.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from optimiser import interrupts, paths
from optimiser.errors import UsageError
from optimiser.language import marked, tr
from optimiser.patterns import pattern

__all__ = ["copy_aside", "one_at_a_time", "remove_folder", "write_folder", "write_text"]

_LEFT: Final = pattern(r"\.optimise-(?P<host>[0-9a-f]{6})-(?P<process>[0-9]+)-\w+")
# seconds after which what another machine was writing is given up
_ABANDONED: Final = 86_400.0
# seconds that one run waits for others to save: far more than saving takes, and not for ever, since
# what holds the lock may be stopped
_PATIENCE: Final = 20.0
_PAUSE: Final = 0.01
_HELP: Final = marked("choose another place with -o")
_ANOTHER: Final = marked("name another place")
_EXCHANGE: Final = 2
_AT_WORKING_FOLDER: Final = -100


def write_text(path: Path, text: str | bytes, /) -> None:
    """Write ``text``, as UTF-8, to ``path`` through a temporary file beside it; into a device or a
    pipe as it is.

    Raises:
        UsageError: the file cannot be written; what was there before still is.
    """
    path, data = Path(path), text if isinstance(text, bytes) else text.encode("utf-8")
    found = _kind(path)
    if found == "folder":
        raise UsageError(
            tr("cannot write {path}: it is a folder", path=path), help=tr("name a file")
        )
    if found == "other":
        # it cannot be replaced; and who closes a pipe has read enough
        explained = paths.explained("write", path, help=_ANOTHER)
        with explained, interrupts.raising(), contextlib.suppress(BrokenPipeError):
            number = paths.stream(path)
            with open(path if number is None else os.dup(number), "wb") as opened:
                opened.write(data)
        return
    if _kind(path.parent) != "folder":
        raise UsageError(
            tr("cannot write {path}: there is no folder {folder}", path=path, folder=path.parent),
            help=tr("create the folder first"),
        )
    with paths.explained("write", path, help=_ANOTHER), interrupts.held():
        target = path.resolve()  # a link keeps pointing where it did
        _sweep(target.parent)
        _replace(target, _filled(target.parent, data, _mode_of(target)))
        _sync_folder(target.parent)


def write_folder(
    folder: Path,
    texts: Mapping[str, str | bytes],
    /,
    *,
    without: Collection[str] = (),
    tidying: bool = True,
    help: str = _HELP,
) -> None:
    """Write several files into ``folder``, creating it where needed; other files in it are left
    alone.

    The folder changes by one rename, where the system and what else it holds allow that; else
    every file is ready on the disk before the first is replaced.

    Args:
        folder: where to.
        texts: file name -> content.
        without: the names of files that are gone afterwards.
        tidying: whether what killed processes left beside the folder is removed: looking for that
            takes as long as the folder around it is large.
        help: what to do where it cannot be written.

    Raises:
        UsageError: the folder cannot be written; what was there before still is.
    """
    folder = Path(folder)
    if _kind(folder) not in ("folder", None):
        raise UsageError(
            tr("cannot save to {folder}: it is a file", folder=folder),
            help=tr("name a folder with -o"),
        )
    contents = {
        name: text if isinstance(text, bytes) else text.encode("utf-8")
        for name, text in texts.items()
    }
    with paths.explained("write", folder, help=help), interrupts.held():
        target = folder.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        if tidying:
            _sweep(target.parent)
        if target.is_dir() or not _created(target, contents):
            _sweep(target)
            gone = [name for name in without if (target / name).exists()]
            if (len(contents) == 1 and not gone) or not _exchanged(target, contents, without):
                _replace_files(target, contents, gone)
        _sync_folder(target.parent)


def remove_folder(folder: Path, /) -> None:
    """Remove a folder: by one rename for whoever looks, and then file by file.

    Raises:
        UsageError: it cannot be removed.
    """
    refused = paths.explained("remove", folder, help=marked("see who may write there"))
    with refused, interrupts.held(), contextlib.suppress(FileNotFoundError):
        gone = _temporary_folder(folder.parent)
        gone.rmdir()  # not every system exchanges a folder for an empty one
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def one_at_a_time(parent: Path, /) -> contextlib.ExitStack:
    """Within it no other process on this machine is in it for the same folder: what is decided by
    looking at the results in ``parent`` holds until one is written there.

    The folder itself is locked, so that nothing is left of a lock; where the system cannot, or
    another process keeps it for long, nobody waits.

    Raises:
        UsageError: there is no such folder, and none can be created.
    """
    held = contextlib.ExitStack()
    with paths.explained("write", parent, help=_HELP), interrupts.held():
        parent.mkdir(parents=True, exist_ok=True)
        handle = _locked(parent)
        if handle is not None:
            held.callback(os.close, handle)
    return held


def _locked(folder: Path, /) -> int | None:
    """A handle that holds the lock of a folder until it is closed."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < end:
                time.sleep(_PAUSE)
                continue
        except OSError:
            pass  # a disk of another machine, maybe
        return handle


def copy_aside(folder: Path, other: Path, names: Collection[str], /) -> None:
    """Keep the files of these names in ``folder`` as the folder ``other``, too.

    Raises:
        UsageError: that cannot be written.
    """
    with paths.explained("write", other, help=_HELP), interrupts.held():
        contents = {
            name: (folder / name).read_bytes() for name in names if (folder / name).is_file()
        }
    write_folder(other, contents, without=set(names) - set(contents))


def _kind(path: Path, /) -> str | None:
    """What is at a path that is to be written."""
    try:
        return paths.kind(path)
    except UsageError as error:
        message = tr("cannot write {path}: {reason}", path=path, reason=paths.reason(error))
        raise UsageError(message, help=_HELP) from error


def _created(target: Path, contents: Mapping[str, bytes], /) -> bool:
    """Whether a new folder with these files took its place: not where another run created it in the
    meantime.
    """
    temporary = _temporary_folder(target.parent)
    try:
        _fill(temporary, contents, target)
        # a folder that hands its group on to what is created in it goes on doing so
        temporary.chmod((0o777 & ~_umask()) | (temporary.stat().st_mode & stat.S_ISGID))
        try:
            temporary.rename(target)
        except OSError:
            if not target.is_dir():
                raise
            return False
        return True
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _exchanged(target: Path, contents: Mapping[str, bytes], without: Collection[str], /) -> bool:
    """Whether a folder was exchanged for one with these files: by one rename."""
    with tempfile.TemporaryFile(dir=target):
        pass  # a folder that may not be written is not exchanged either
    with os.scandir(target) as entries:
        found = list(entries)
    own = {*contents, *without}
    others = [entry for entry in found if entry.name not in own]
    # the working folder would be gone from under the process, and a folder with what is in it
    if (
        paths.working_folder().is_relative_to(target)
        or any(entry.is_dir(follow_symlinks=False) for entry in found)
        or not all(entry.is_file(follow_symlinks=False) for entry in others)
    ):
        return False
    try:
        temporary = _temporary_folder(target.parent)
    except OSError:
        return False  # beside it nothing may be written
    try:
        _fill(temporary, contents, target)
        try:
            for entry in others:
                os.link(entry.path, temporary / entry.name)
            was, new = target.stat(), temporary.stat()
            if (was.st_uid, was.st_gid) != (new.st_uid, new.st_gid):
                return False  # whoever shares it with others goes on sharing it
            temporary.chmod(stat.S_IMODE(was.st_mode))
            return _exchange(temporary, target)
        except OSError:
            return False
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _exchange(one: Path, other: Path, /) -> bool:
    """Whether two folders were exchanged, which not every system can."""
    import ctypes

    platform: str = sys.platform
    try:
        system = ctypes.CDLL(None, use_errno=True)
        names = os.fsencode(one), os.fsencode(other)
        if platform == "linux":
            here = _AT_WORKING_FOLDER
            return not system.renameat2(here, names[0], here, names[1], _EXCHANGE)
        if platform == "darwin":
            return not system.renamex_np(*names, _EXCHANGE)
    except (OSError, AttributeError, TypeError):
        pass
    return False


def _replace_files(target: Path, contents: Mapping[str, bytes], gone: Collection[str], /) -> None:
    for name in (*contents, *gone):
        if (target / name).is_dir():
            raise IsADirectoryError(0, tr("{name} in it is a folder", name=name))
    ready: list[tuple[Path, Path]] = []
    try:
        for name, content in contents.items():
            mode = _mode_of(target / name)
            ready.append((_filled(target, content, mode), target / name))
        for temporary, file in ready:
            os.replace(temporary, file)
        for name in gone:
            (target / name).unlink(missing_ok=True)
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)
    _sync_folder(target)


def _fill(folder: Path, contents: Mapping[str, bytes], place: Path, /) -> None:
    """Write files into a folder that takes the place of another."""
    for name, content in contents.items():
        _replace(folder / name, _filled(folder, content, _mode_of(place / name)))
    _sync_folder(folder)


def _replace(target: Path, temporary: Path, /) -> None:
    try:
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode_of(file: Path, /) -> int:
    """Who may read and write a file that is going to be replaced: as before, so that nothing
    private is opened to all, and nothing shared is closed; of a new one as the process has it.
    """
    with contextlib.suppress(OSError):
        return stat.S_IMODE(file.stat().st_mode) & 0o777
    return 0o666 & ~_umask()


def _filled(folder: Path, content: bytes, mode: int, /) -> Path:
    """A temporary file in ``folder`` that holds ``content`` on the disk."""
    handle, path = tempfile.mkstemp(prefix=_prefix(), dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(path, mode)
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise
    return Path(path)


def _temporary_folder(parent: Path, /) -> Path:
    return Path(tempfile.mkdtemp(prefix=_prefix(), dir=parent))


def _prefix() -> str:
    """How the names of what this process is writing begin."""
    return f".optimise-{_host()}-{os.getpid()}-"


@cache
def _host() -> str:
    """A mark of this machine: on a shared disk the processes of others cannot be asked for."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:6]


def _sweep(folder: Path, /) -> None:
    """Remove what processes that are gone were writing here."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            left = _LEFT.fullmatch(entry.name)
            if left is None or not _abandoned(entry, left):
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _abandoned(entry: os.DirEntry[str], left: re.Match[str], /) -> bool:
    if left["host"] == _host() and os.name == "posix":
        try:
            os.kill(int(left["process"]), 0)
        except ProcessLookupError:
            return True
        except (OSError, OverflowError):
            pass  # it is there, and another's
    try:
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED
    except OSError:
        return False


def _sync_folder(folder: Path, /) -> None:
    """Make a rename last through a power cut, where the system can: not every file system lets a
    folder be synced.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    """The mask that new files of this process get; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
