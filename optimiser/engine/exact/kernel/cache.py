"""Where the compiled engine is kept between processes, and whether it is there yet."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

__all__ = ["compiled_before", "directory"]


@cache
def directory() -> Path:
    """The folder of this version's compiled code.

    Its name holds a digest of the sources: numba itself looks only at the file of the function it
    loads, not at the files of what that function calls, and would go on using old code after a
    change there.
    """
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    for root in _roots():
        folder = root / f"kernel-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="optimise-"))


def _roots() -> list[Path]:
    """Where caches go on this system, best first."""
    home = Path.home()
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        first = Path(given)
    elif sys.platform == "win32":
        first = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "optimise"
    elif sys.platform == "darwin":
        first = home / "Library" / "Caches" / "optimise"
    else:
        first = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "optimise"
    return [
        first,
        Path(tempfile.gettempdir())
        / f"optimise-{os.getuid() if hasattr(os, 'getuid') else 'user'}",
    ]


def compiled_before(what: Literal["fronts", "trees"] = "fronts", /) -> bool:
    """Whether the engine was compiled by an earlier process: if not, the first use takes half a
    minute and should say so.
    """
    entry = {"fronts": "zone_loop.advance", "trees": "box_trees.grow"}[what]
    return any(directory().rglob(f"{entry}-*.nbc"))
