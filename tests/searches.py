"""How far a random search goes: a slice of it wherever the suite runs, all of it in ``make
test-slow``, which runs every test with examples of hypothesis again (``--hypothesis-profile=all``).
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings

__all__ = ["ALL", "examples", "register", "seeds"]

ALL = "all"
"""The profile of hypothesis under which nothing is left out."""

_MANY = 100
_SHARE = 5
_FEWEST = 8


def register(*, derandomize: bool) -> None:
    """Make the profiles ``slice`` and :data:`ALL` known to hypothesis, and choose the first."""
    for name, number in (("slice", _sliced(_MANY)), (ALL, _MANY)):
        settings.register_profile(
            name, deadline=None, print_blob=True, derandomize=derandomize, max_examples=number
        )
    settings.load_profile("slice")


def examples(number: int, /, *, here: int | None = None) -> int:
    """How many of so many examples hypothesis makes now: ``here``, else one in five, but eight at
    least.
    """
    if settings.get_current_profile_name() == ALL:
        return number
    return _sliced(number) if here is None else here


def seeds(*given: int, here: int) -> list[Any]:
    """Parameters as of ``range(*given)``; what is behind the first ``here`` of them is slow."""
    numbers = range(*given)
    later = [pytest.param(number, marks=pytest.mark.slow) for number in numbers[here:]]
    return [*numbers[:here], *later]


def _sliced(number: int) -> int:
    return min(number, max(_FEWEST, number // _SHARE))
