"""The versions of everything that can change a result."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, distribution

from optimiser.language import stored

__all__ = ["installed_version", "versions"]

_LIBRARIES = ("highspy", "moocore", "numpy", "pymoo", "scipy")


def versions() -> dict[str, str]:
    """The versions of everything that can change a result."""
    found = {"optimise": installed_version(), "python": platform.python_version()}
    return found | {name: _version(name) for name in _LIBRARIES}


def installed_version() -> str:
    """Of this program."""
    return _version("optimise")


def _version(name: str, /) -> str:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return stored("not installed")
    # the parser of `importlib.metadata` reads the whole description for it, a millisecond each
    line = re.search("^Version: *(.+)$", found.read_text("METADATA") or "", re.MULTILINE)
    return line[1].strip() if line else found.version
