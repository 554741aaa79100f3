"""The set of all plans, asked exactly: best values, whether a point can be beaten, efficient points
of every kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

from tests.attacks.exact_lp import Answer, Polyhedron, Row, Vector, dot, minimise
from tests.attacks.meaning import Choice, Data, Meaning
from tests.attacks.slices import Slice, slice_of

__all__ = ["Oracle", "dominates", "non_dominated"]

_SMALL = 8  # real decisions
_MOST = 60_000  # assignments of the whole decisions that are enumerated


def dominates(a: Sequence[Fraction], b: Sequence[Fraction], /) -> bool:
    """Whether a is nowhere worse and somewhere better, everything minimised."""
    return tuple(a) != tuple(b) and all(p <= q for p, q in zip(a, b, strict=True))


def non_dominated(points: Sequence[Vector], /) -> set[Vector]:
    """The points that no other dominates."""
    kept: list[Vector] = []
    for point in sorted(set(points)):
        if not any(
            dominates(other, point) for other in kept
        ):  # lexicographic: only earlier ones can
            kept.append(point)
    return set(kept)


class Oracle:
    """All plans of a scenario: those that hold exactly, else those that hold within the tolerance.

    Attributes:
        empty: whether no plan holds exactly.
        infeasible: whether none holds within the tolerance either.
    """

    def __init__(self, data: Data, /, *, most: int = _MOST) -> None:
        self.meaning = Meaning(data)
        self.choices = list(self.meaning.choices(most))
        self.slices = self._held(tolerant=False)
        self.empty = not self.slices
        if self.empty:
            self.slices = self._held(tolerant=True)
        self.infeasible = not self.slices
        self.objectives = len(self.meaning.signs)
        self.whole = all(not piece.reals for piece in self.slices)
        # on pure linear programs the set is one polyhedron
        self.linear = len(self.choices) == 1 and not self.whole

    def _held(self, *, tolerant: bool) -> list[Slice]:
        found = []
        for choice in self.choices:
            piece = slice_of(self.meaning, choice, tolerant=tolerant)
            if piece is None:
                continue
            if (
                piece.reals
                and minimise([Fraction(0)] * len(piece.reals), piece.region).status != "optimal"
            ):
                continue
            found.append(piece)
        return found

    def piece(self, choice: Choice, /) -> Slice | None:
        """The slice of a choice; None where no plan of it holds."""
        return self._by_choice.get(tuple(choice.items()))

    @cached_property
    def _by_choice(self) -> dict[tuple[tuple[str, Any], ...], Slice]:
        return {piece.choice: piece for piece in self.slices}

    def equal(self, y: Vector, /) -> list[Choice]:
        """Of a whole model the plans with these minimised objectives."""
        return [dict(piece.choice) for piece in self.slices if piece.at(()) == y]

    @property
    def small(self) -> bool:
        """Whether hundreds of questions may be asked."""
        return all(len(piece.reals) <= _SMALL for piece in self.slices)

    # ---- best values

    @cached_property
    def lows(self) -> list[list[Fraction | None]]:
        """For each slice and objective the least value; None where it has no finite one."""
        return [[self._least(piece, k) for k in range(self.objectives)] for piece in self.slices]

    @staticmethod
    def _least(piece: Slice, k: int) -> Fraction | None:
        a, b = piece.goals[k]
        if not any(a):
            return b
        answer = minimise(a, piece.region)
        return answer.value + b if answer.status == "optimal" else None

    @cached_property
    def ideal(self) -> list[Fraction | None]:
        """The least value of each objective over all plans; None where it has no finite one."""
        found: list[Fraction | None] = []
        for k in range(self.objectives):
            column = [low[k] for low in self.lows]
            known = [v for v in column if v is not None]
            found.append(min(known) if len(known) == len(column) else None)
        return found

    @property
    def bounded(self) -> bool:
        """Whether every objective has a finite best value."""
        return all(v is not None for v in self.ideal)

    def lexicographic(self, order: Sequence[int], /) -> Vector:
        """The outcome that is best in the objectives in this order."""
        fixed: list[tuple[int, Fraction]] = []
        for k in order:
            best = self.best([Fraction(int(i == k)) for i in range(self.objectives)], fixed)
            assert best is not None
            fixed.append((k, best[0][k]))
        known = dict(fixed)
        return tuple(known[k] for k in range(self.objectives))

    @cached_property
    def corners(self) -> list[Vector]:
        """For each objective the outcome with that one best, then the others in order."""
        return [
            self.lexicographic([k, *(i for i in range(self.objectives) if i != k)])
            for k in range(self.objectives)
        ]

    # ---- questions

    def _limited(self, piece: Slice, limits: Sequence[tuple[int, Fraction]]) -> Polyhedron | None:
        """The part of a slice with these objectives at most these values."""
        rows: list[Row] = []
        for k, most in limits:
            a, b = piece.goals[k]
            if any(a):
                rows.append((a, most - b))
            elif b > most:
                return None
        return piece.region.with_rows(rows)

    def best(
        self, weights: Sequence[Fraction], limits: Sequence[tuple[int, Fraction]] = (), /
    ) -> tuple[Vector, int, Vector] | None:
        """The outcome with the least weighted sum among those within the limits: outcome, slice,
        decisions.

        None where there is none; of equal sums any.
        """
        found: tuple[Fraction, Vector, int, Vector] | None = None
        for number, (piece, low) in enumerate(zip(self.slices, self.lows, strict=True)):
            if any((least := low[k]) is not None and least > most for k, most in limits):
                continue
            bounded = all(v is not None for v, w in zip(low, weights, strict=True) if w)
            if (
                found is not None
                and bounded
                and dot(weights, [v or Fraction(0) for v in low]) >= found[0]
            ):
                continue
            answer = self._answer(piece, weights, limits)
            if answer is None or answer.status == "infeasible":
                continue
            assert answer.status == "optimal", "asked for the best of something without bound"
            y = piece.at(answer.x)
            value = dot(weights, y)
            if found is None or value < found[0]:
                found = (value, y, number, answer.x)
        return found and found[1:]

    def _answer(
        self, piece: Slice, weights: Sequence[Fraction], limits: Sequence[tuple[int, Fraction]]
    ) -> Answer | None:
        if not piece.reals:
            y = piece.at(())
            return Answer("optimal") if all(y[k] <= most for k, most in limits) else None
        region = self._limited(piece, limits)
        if region is None:
            return None
        n = len(piece.reals)
        cost = [
            sum((w * a[j] for w, (a, _) in zip(weights, piece.goals, strict=True)), Fraction(0))
            for j in range(n)
        ]
        return minimise(cost, region)

    def better_than(self, y: Vector, /, margin: Sequence[Fraction] = ()) -> Vector | None:
        """An efficient outcome that is at most y (less the margin) everywhere, None where there is
        none.
        """
        limits = [(k, v - (margin[k] if margin else 0)) for k, v in enumerate(y)]
        best = self.best([Fraction(1)] * self.objectives, limits)
        return best and best[0]

    def beaten(self, y: Vector, /) -> Vector | None:
        """An outcome that dominates y."""
        other = self.better_than(y)
        return other if other is not None and other != tuple(y) else None

    # ---- efficient points

    @cached_property
    def points(self) -> set[Vector]:
        """Of a whole model all non-dominated outcomes."""
        assert self.whole
        return non_dominated([piece.at(()) for piece in self.slices])

    def efficient(self, rng: Random, count: int, /) -> list[Vector]:
        """Some efficient outcomes: corners, optima of random weights, points inside of faces,
        points beneath random limits.
        """
        if self.whole:
            return sorted(self.points)
        found = list(self.corners)
        seeds: list[tuple[Vector, int, Vector]] = []
        for _ in range(count):
            weights = [
                Fraction(rng.choice([1, 1, 2, 5, rng.randint(1, 100)]), rng.choice([1, 10]))
                for _ in range(self.objectives)
            ]
            scale = [self._range(k) for k in range(self.objectives)]
            best = self.best([w / s if s else w for w, s in zip(weights, scale, strict=True)])
            assert best is not None
            seeds.append(best)
            found.append(best[0])
        for _ in range(count):
            a, b = rng.choice(seeds), rng.choice(seeds)
            t = Fraction(rng.randint(1, 9), 10)
            middle = tuple(t * p + (1 - t) * q for p, q in zip(a[0], b[0], strict=True))
            # on the face between them, or what is better than it
            reached = self.better_than(middle)
            if reached is None:
                lift = [
                    self._range(k) * Fraction(rng.randint(0, 30), 100)
                    for k in range(self.objectives)
                ]
                reached = self.better_than(middle, [-v for v in lift])
            if reached is not None:
                found.append(reached)
        return list(dict.fromkeys(found))

    def _range(self, k: int) -> Fraction:
        column = [corner[k] for corner in self.corners]
        return max(column) - min(column)

    @cached_property
    def scale(self) -> list[Fraction]:
        """The range of each objective over the corners."""
        return [self._range(k) for k in range(self.objectives)]
