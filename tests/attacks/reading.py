"""What a run printed, read back exactly: cells of plans as choices, real vertices as the rationals
they stand for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.attacks.exact_lp import Meeting, Polyhedron, Row, Vector, dot, minimise
from tests.attacks.meaning import Choice, Meaning
from tests.attacks.slices import Slice

__all__ = ["Listed", "as_fraction", "choice_of", "rebuilt", "witness"]


@dataclass(frozen=True)
class Listed:
    """One plan as printed and as it is.

    Attributes:
        place: its position in the document.
        choice: its whole decisions.
        x: its real decisions, exactly where a vertex rounds to what is printed, else as printed.
        exact: whether they are.
        y: the minimised objectives there.
        printed: the minimised objectives as printed.
    """

    place: int
    choice: Choice
    x: Vector
    exact: bool
    y: Vector
    printed: tuple[float, ...]


def as_fraction(value: Any, /) -> Fraction:
    """A printed number as the decimal that stands there."""
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def choice_of(meaning: Meaning, decisions: Mapping[str, Any], /) -> tuple[Choice, dict[str, float]]:
    """The choice that the printed decisions of a plan mean, and its real decisions as printed."""
    choice: Choice = {}
    reals: dict[str, float] = {}
    for name, entry in meaning.variables.items():
        cell = decisions[name]
        if entry.get("type") == "real":
            choice[name], reals[name] = None, float(cell)
        else:
            choice[name] = as_fraction(cell)
    for name, technology in meaning.technologies.items():
        text, _, phase = str(decisions[name]).partition("@")
        place = meaning.phase_names.index(phase) if phase else 0
        if text == "0":
            choice[name] = 0
        elif "levels" in technology:
            choice[name] = (text, place)
        elif "scale" in technology and "step" not in technology["scale"]:
            choice[name], reals[name] = (None, place), float(text)
        elif "scale" in technology:
            choice[name] = (Fraction(text), place)
        else:
            choice[name] = (1, place)
    return choice, reals


def _rows(region: Polyhedron) -> list[Row]:
    n = len(region.low)
    unit = [tuple(Fraction(int(i == j)) for i in range(n)) for j in range(n)]
    rows = [*region.equal, *region.upper]
    rows += [(unit[j], low) for j, low in enumerate(region.low) if low is not None]
    rows += [(unit[j], high) for j, high in enumerate(region.high) if high is not None]
    return rows


def rebuilt(piece: Slice, printed: Vector, /) -> tuple[Vector, bool] | None:
    """The point of the slice whose coordinates round to what is printed, and whether the rows it
    stands on fix it wholly.

    What they leave free is taken as printed. None where there is no such point.
    """
    region, n = piece.region, len(printed)
    unit = [tuple(Fraction(int(i == j)) for i in range(n)) for j in range(n)]
    rows = [*_rows(region), *((row, Fraction(0)) for row in unit)]
    steps = [Fraction(math.ulp(float(v))) for v in printed]
    for share in (1, 1 << 20):
        met = Meeting(n)
        for a, b in rows:
            if len(met.lines) == n:
                break
            width = sum((abs(c) * step for c, step in zip(a, steps, strict=True) if c), Fraction(0))
            if abs(dot(a, printed) - b) <= width * share:
                met.add(a, b)
        fixed = len(met.lines) == n
        for j in range(n):
            met.add(
                unit[j], printed[j]
            )  # a free column may stand at any value: at the decimal that is printed
        point = met.point()
        if region.holds(point) and all(
            float(p) == float(q) for p, q in zip(point, printed, strict=True)
        ):
            return point, fixed
    return None


def witness(piece: Slice, x: Vector, printed: Sequence[float], /) -> Vector | None:
    """A plan of the slice that rounds to the printed decisions and minimised objectives; None where
    there is none.
    """
    rows: list[Row] = []
    n = len(x)
    for j, value in enumerate(x):
        rows += _between(tuple(Fraction(int(i == j)) for i in range(n)), Fraction(0), float(value))
    for (a, b), shown in zip(piece.goals, printed, strict=True):
        rows += _between(a, b, shown)
    answer = minimise([Fraction(0)] * n, piece.region.with_rows(rows))
    return answer.x if answer.status == "optimal" else None


def _between(a: Vector, b: Fraction, value: float) -> list[Row]:
    """a·x + b rounds to the value."""
    down = Fraction(math.nextafter(value, -math.inf)) + Fraction(value)
    up = Fraction(math.nextafter(value, math.inf)) + Fraction(value)
    return [(a, up / 2 - b), (tuple(-v for v in a), b - down / 2)]
