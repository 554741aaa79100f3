"""Numbers for the page: short where short is exact, and shown as everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Any, Final

from optimiser.results.wording import readable_or

__all__ = ["finite_each", "packed", "rounded", "shown"]

_DIGITS: Final = 9  # of numbers that are shown and not computed with
_LETTERS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def shown(values: Sequence[float | None], /) -> dict[str, Any]:
    """How a column of numbers is written: with so many decimals, or where that is not the same in
    a browser, as these texts.
    """
    texts = readable_or(values, "")
    found = {text.partition(".")[2] for text in texts if text}
    places = {len(digits) for digits in found}
    if len(places) <= 1 and all(digits.isdecimal() or not digits for digits in found):
        decimals = max(places, default=0)
        if all(_alike(value, text, decimals) for value, text in zip(values, texts, strict=True)):
            return {"decimals": decimals}
    return {"texts": texts}


def _alike(value: float | None, text: str, decimals: int) -> bool:
    """Whether JavaScript's ``toFixed``, which rounds halves away from 0, writes this text."""
    if value is None or not isfinite(value):
        return True
    exact, step = Decimal(value), Decimal(1).scaleb(-decimals)
    if abs(exact) >= Decimal(10) ** 15:
        return False
    up = exact.quantize(step, rounding=ROUND_HALF_UP)
    even = exact.quantize(step, rounding=ROUND_HALF_EVEN)
    return up == even and text == f"{value:.{decimals}f}" and not (up == 0 and value < 0)


def rounded(value: float | None, /) -> float | None:
    """A number to be shown, None where it is none."""
    if value is None or not isfinite(value):
        return None
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def finite_each(values: Sequence[float], /) -> list[float | int | None]:
    """Numbers as they are, whole ones without a point, None where one is not finite."""
    return [
        None if not isfinite(v) else int(v) if v.is_integer() and abs(v) < 2**53 else v
        for v in values
    ]


def packed(positions: Sequence[int], /) -> str | list[int]:
    """Small whole numbers as one letter each, 0 to z, where all are small enough."""
    if max(positions, default=0) < len(_LETTERS):
        return "".join(_LETTERS[position] for position in positions)
    return list(positions)
