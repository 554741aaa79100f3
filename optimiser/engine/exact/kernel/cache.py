"""Where the compiled engine is kept between processes, and whether it is there yet."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

__all__ = ["compiled_before", "directory"]


@cache
def directory() -> Path | None:
    """The folder of this version's compiled code; None where none can be trusted or made.

    What is loaded from there runs: another user must not have put it there. Its name holds a digest
    of the sources: numba itself looks only at the file of the function it loads, not at the files
    of what that function calls, and would go on using old code after a change there.
    """
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    for root in _roots():
        folder = root / f"kernel-{digest.hexdigest()[:16]}"
        try:
            _make(folder)
            if _is_ours(folder) and os.access(folder, os.W_OK):
                return folder
        except OSError:
            continue
    return None


def _roots() -> list[Path]:
    """Where caches go on this system, best first."""
    try:
        home = Path.home()
    except RuntimeError:  # a user that the system does not know
        home = Path(tempfile.gettempdir(), "nobody")
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        first = Path(given)
    elif sys.platform == "win32":
        first = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "optimise"
    elif sys.platform == "darwin":
        first = home / "Library" / "Caches" / "optimise"
    else:
        first = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "optimise"
    user = os.geteuid() if hasattr(os, "geteuid") else "user"
    roots = (first, Path(tempfile.gettempdir(), f"optimise-{user}"))
    return [Path(os.path.abspath(root)) for root in roots]


def _make(folder: Path, /) -> None:
    """Make a folder, and those above it that are not there, that nobody else may enter."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _is_ours(folder: Path, /) -> bool:
    """Whether nobody else can have put code into ``folder``, and nobody can exchange it.

    Raises:
        OSError: it cannot be seen.
    """
    if sys.platform == "win32":  # caches lie in the user's profile there
        return True
    modes = [(own, own.lstat()) for own in (folder.parent, folder)]
    if not all(stat.S_ISDIR(found.st_mode) and _only_mine(found) for _, found in modes):
        return False
    for above in folder.parent.resolve().parents:
        mode = above.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            return False
    # the mode of a new file is the user's habit, and no matter where nobody else may enter
    closed = any(not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO) for _, found in modes)
    return all(_only_mine(inner.lstat(), closed=closed) for inner in folder.rglob("*"))


def _only_mine(found: os.stat_result, /, *, closed: bool = False) -> bool:
    """Whether a folder or file is this user's, no link, and written by no other."""
    return (
        found.st_uid == os.geteuid()
        and not stat.S_ISLNK(found.st_mode)
        and (closed or not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    )


def compiled_before(what: Literal["fronts", "trees"] = "fronts", /) -> bool:
    """Whether the engine was compiled by an earlier process: if not, the first use takes half a
    minute and should say so.
    """
    entry = {"fronts": "zone_loop.advance", "trees": "box_trees.grow"}[what]
    folder = directory()
    return folder is not None and any(folder.rglob(f"{entry}-*.nbc"))
