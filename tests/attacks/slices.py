"""The real decisions that an assignment of the whole ones leaves, as a polyhedron."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.attacks.exact_lp import Polyhedron, Vector
from tests.attacks.meaning import Choice, Meaning

__all__ = ["Slice", "real_columns", "slice_of"]


@dataclass(frozen=True)
class Slice:
    """One assignment of the whole decisions: the real ones that are left, their polyhedron,
    minimised objectives a·x + b.
    """

    choice: tuple[tuple[str, Any], ...]
    reals: tuple[str, ...]
    region: Polyhedron
    goals: tuple[tuple[Vector, Fraction], ...]

    def at(self, x: Vector, /) -> Vector:
        """The minimised objectives of a point."""
        return tuple(
            b + sum((p * q for p, q in zip(a, x, strict=True)), Fraction(0)) for a, b in self.goals
        )


def real_columns(
    meaning: Meaning, choice: Choice, /
) -> list[tuple[str, Fraction | None, Fraction | None]]:
    """The real decisions that are left: name, lowest, highest value."""
    found: list[tuple[str, Fraction | None, Fraction | None]] = []
    for name, entry in meaning.variables.items():
        if choice[name] is None:
            low, high = (
                None if isinstance(v, str) else Fraction(v) for v in (entry["min"], entry["max"])
            )
            found.append((name, low, high))
    for name, technology in meaning.technologies.items():
        if choice[name] != 0 and choice[name][0] is None:
            scale = technology["scale"]
            found.append((name, Fraction(scale["min"]), Fraction(scale["max"])))
    return found


def slice_of(meaning: Meaning, choice: Choice, /, *, tolerant: bool = False) -> Slice | None:
    """The polyhedron of one assignment; None where a row without real decisions does not
    hold.
    """
    columns = real_columns(meaning, choice)
    reals = tuple(name for name, _, _ in columns)
    origin = {name: Fraction(0) for name in reals}
    base = meaning.values(choice, origin)
    zero, rows = meaning.goals(base), list(meaning.requirements(base))
    slopes, row_slopes = [], []
    for name in reals:
        there = meaning.values(choice, {**origin, name: Fraction(1)})
        slopes.append([b - a for a, b in zip(zero, meaning.goals(there), strict=True)])
        row_slopes.append(
            [q.value - p.value for p, q in zip(rows, meaning.requirements(there), strict=True)]
        )
    if len(reals) > 0:
        _assert_linear(meaning, choice, reals, zero, slopes)
    upper, equal = [], []
    for i, row in enumerate(rows):
        a = tuple(line[i] for line in row_slopes)
        slack = row.slack if tolerant else Fraction(0)
        if row.relation == "==" and not tolerant:
            equal.append((a, row.bound - row.value))
            continue
        if row.relation in ("<=", "=="):
            upper.append((a, row.bound + slack - row.value))
        if row.relation in (">=", "=="):
            upper.append((tuple(-v for v in a), row.value - row.bound + slack))
    empty = any(not any(a) and b < 0 for a, b in upper) or any(
        not any(a) and b != 0 for a, b in equal
    )
    if empty:
        return None
    region = Polyhedron(
        tuple(low for _, low, _ in columns),
        tuple(high for _, _, high in columns),
        tuple(row for row in upper if any(row[0])),
        tuple(row for row in equal if any(row[0])),
    )
    goals = tuple((tuple(line[k] for line in slopes), zero[k]) for k in range(len(zero)))
    return Slice(tuple(choice.items()), reals, region, goals)


def _assert_linear(
    meaning: Meaning,
    choice: Choice,
    reals: tuple[str, ...],
    zero: Vector,
    slopes: list[list[Fraction]],
) -> None:
    point = {name: Fraction(3 + 4 * j, 7) for j, name in enumerate(reals)}
    wanted = [
        z + sum(line[k] * point[n] for n, line in zip(reals, slopes, strict=True))
        for k, z in enumerate(zero)
    ]
    assert list(meaning.goals(meaning.values(choice, point))) == wanted, (
        "the real decisions must act linearly"
    )
