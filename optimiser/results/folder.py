"""Writing files whole or not at all: a reader never meets half a file, and a failed write loses
nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from optimiser import interrupts
from optimiser.errors import UsageError

__all__ = ["write_folder", "write_text"]


def write_text(path: Path, text: str, /) -> None:
    """Write ``text`` as UTF-8 to ``path`` through a temporary file beside it.

    Raises:
        UsageError: the file cannot be written; what was there before still is.
    """
    _write_bytes(path, text.encode("utf-8"))


def _write_bytes(path: Path, content: bytes, /) -> None:
    """Write ``content`` to ``path`` as :func:`write_text` does."""
    path = Path(path)
    if path.is_dir():
        raise UsageError(f"cannot write {path}: it is a folder", help="name a file")
    if not path.parent.is_dir():
        raise UsageError(
            f"cannot write {path}: there is no folder {path.parent}", help="create the folder first"
        )
    if path.exists() and not path.is_file():
        # A device or a pipe, such as /dev/stdout, cannot be replaced; one that nobody reads may be
        # waited for, and one whose reader has seen enough is no error.
        with _explained(path), interrupts.raising(), contextlib.suppress(BrokenPipeError):
            path.write_bytes(content)
        return
    target = path.resolve()  # a link keeps pointing where it did
    with _explained(path), interrupts.held():
        temporary = _filled(target.parent, target.name, content)
        try:
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


def write_folder(folder: Path, texts: Mapping[str, str | bytes], /) -> None:
    """Write several files into ``folder``, creating it where needed; other files in it are left
    alone.

    A new folder appears with all its files; in one that exists every file is ready on the disk
    before the first is replaced.

    Raises:
        UsageError: the folder cannot be written; what was there before still is.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"cannot save to {folder}: it is a file", help="name a folder with -o")
    with _explained(folder), interrupts.held():
        if folder.is_dir():
            _replace_files(folder, texts)
        else:
            _create_folder(folder, texts)


def _create_folder(folder: Path, texts: Mapping[str, str | bytes], /) -> None:
    target = Path(os.path.abspath(folder))
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for name, text in texts.items():
            os.replace(_filled(temporary, name, _content(text)), temporary / name)
        temporary.chmod(0o777 & ~_umask())
        _sync_folder(temporary)
        try:
            temporary.rename(target)
        except OSError:
            if not target.is_dir():
                raise
            _replace_files(target, texts)  # another run created it in the meantime
        _sync_folder(target.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _replace_files(folder: Path, texts: Mapping[str, str | bytes], /) -> None:
    ready: list[tuple[Path, Path]] = []
    try:
        for name, text in texts.items():
            ready.append((_filled(folder, name, _content(text)), folder / name))
        for temporary, target in ready:
            os.replace(temporary, target)
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)
    _sync_folder(folder)


def _content(text: str | bytes, /) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8")


def _filled(folder: Path, name: str, content: bytes, /) -> Path:
    """A temporary file in ``folder`` that holds ``content`` on the disk."""
    handle, path = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(path, 0o666 & ~_umask())
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise
    return Path(path)


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


@contextlib.contextmanager
def _explained(path: Path, /) -> Iterator[None]:
    """Turn what the system says about a failed write into a planner's words."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"cannot write {path}: {reason}", help="choose another place with -o"
        ) from error
