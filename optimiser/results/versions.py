"""The versions of everything that can change a result."""

from __future__ import annotations

import os
import platform
import sys
from contextlib import suppress
from functools import cache

from optimiser.language import stored

__all__ = ["installed_version", "versions"]

_LIBRARIES = ("highspy", "moocore", "numpy", "pymoo", "scipy")

# Every installed package has a folder NAME-VERSION.dist-info, where its modules are (PyPA,
# "Recording installed projects"). `importlib.metadata` knows the same and loads `email` and
# `socket` first.
_RECORDED = frozenset({"optimise", *_LIBRARIES})
_RECORD = ".dist-info"


def versions() -> dict[str, str]:
    """The versions of everything that can change a result."""
    found = {"optimise": installed_version(), "python": platform.python_version()}
    return found | {name: _version(name) for name in _LIBRARIES}


def installed_version() -> str:
    """Of this program."""
    return _version("optimise")


def _version(name: str, /) -> str:
    return _recorded(tuple(sys.path)).get(name) or _other(name)


@cache
def _recorded(path: tuple[str, ...], /) -> dict[str, str]:
    """Versions by the folders of records; the first on the path counts, as for modules."""
    found: dict[str, str] = {}
    for place in path:
        with suppress(OSError):  # no folder, or none that may be read
            for entry in sorted(os.listdir(place or ".")):
                name, _, version = entry.removesuffix(_RECORD).partition("-")
                known = entry.endswith(_RECORD) and name.lower() in _RECORDED
                if known and version and "-" not in version:
                    found.setdefault(name.lower(), version)
    return found


def _other(name: str, /) -> str:
    """Installed in another way, as eggs and archives are; or not at all."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return stored("not installed")
