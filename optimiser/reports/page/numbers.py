"""Numbers for the page: short where short is exact, and shown as everywhere else."""

from __future__ import annotations

import base64
import string
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Any, Final

import numpy as np

from optimiser.results.wording import readable_or

__all__ = ["as_shown", "exactly", "finite_each", "packed", "rounded", "shown"]

_DIGITS: Final = 9  # of numbers that are shown and not computed with
_LETTERS: Final = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
_LETTER_BITS: Final = 6
_MOST: Final = len(_LETTERS) - 1


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
    return _plain(float(f"{value:.{_DIGITS}g}"))


def finite_each(values: Sequence[float], /) -> list[float | int | None]:
    """Numbers as they are, whole ones without a point, None where one is not finite."""
    return [
        None if not isfinite(v) else int(v) if v.is_integer() and abs(v) < 2**53 else v
        for v in values
    ]


def as_shown(values: Sequence[float | None], /) -> dict[str, Any]:
    """A column of numbers that nothing is computed from: no more of each than is shown."""
    known = [None if value is None or not isfinite(value) else value for value in values]
    written = shown(known)
    if "texts" in written:
        return written
    short = (value if value is None else round(value, written["decimals"]) for value in known)
    return {**written, "values": [v if v is None else _plain(v) for v in short]}


def exactly(values: Sequence[float], /) -> str | list[float | int | None]:
    """Numbers as they are: as decimals, or where that is shorter the bytes of all of them, eight
    each with the lowest first, in base 64.
    """
    listed = finite_each(values)
    text = base64.b64encode(np.array(values, dtype="<f8").tobytes()).decode()
    longer = sum(len(repr(value)) + 1 for value in listed) > len(text)
    return text if longer and None not in listed else listed


def packed(positions: Sequence[int], count: int, /) -> str:
    """Whole numbers from 0 to below ``count`` in base 64: as many in one letter as its six bits
    hold, the first in the lowest ones; else each in as many letters as it needs, likewise.
    """
    bits = max(0, count - 1).bit_length()
    if bits <= _LETTER_BITS:
        each = _LETTER_BITS // max(1, bits) if bits else len(positions)
        rows = [positions[at : at + each] for at in range(0, len(positions), each or 1)]
        places = [sum(one << bits * at for at, one in enumerate(row)) for row in rows]
        return "".join(_LETTERS[place] for place in places) if bits else ""
    letters = range(0, bits, _LETTER_BITS)
    return "".join(_LETTERS[one >> at & _MOST] for one in positions for at in letters)


def _plain(value: float, /) -> float | int:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
