"""Libraries that are large and seldom needed: extras of the installation, each asked for where it
is needed.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from optimiser.errors import UsageError
from optimiser.language import stored, tr

__all__ = ["EXTRAS", "insist_on", "is_missing", "without"]

EXTRAS: Final = {
    "distributed": "cluster",
    "matplotlib": "pictures",
    "numba": "age-moea",
    "pandas": "notebook",
    "pyarrow": "parquet",
    "pymoo": "pymoo",
}
"""Library -> the extra that brings it."""


def is_missing(library: str, /) -> bool:
    """Whether a library is not installed; it is not loaded for that."""
    return find_spec(library) is None


def insist_on(library: str, message: str, /) -> None:
    """Say what cannot be done without a library, and how to install it.

    Args:
        library: one of :data:`EXTRAS`.
        message: what cannot be done.

    Raises:
        UsageError: it is not installed.
    """
    if is_missing(library):
        raise UsageError(
            message, help=tr("install it: pip install 'optimise[{extra}]'", extra=EXTRAS[library])
        )


def without(library: str, /) -> str | None:
    """Why a method cannot be used that rests on a library, to be said in any language; None where
    it can.
    """
    if not is_missing(library):
        return None
    return stored(
        "it needs {library}: pip install 'optimise[{extra}]'",
        library=library,
        extra=EXTRAS[library],
    )
