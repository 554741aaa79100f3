"""Fronts: what a run found, in the user's units and directions, and what is claimed of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "REFERENCE",
    "Basis",
    "Column",
    "FeasibleSet",
    "Front",
    "Proof",
    "Provenance",
    "Stand",
    "finite",
    "is_far",
    "own_floats",
    "sealed",
    "sealed_each",
]

Sense = Literal["maximise", "minimise"]
Status = Literal["complete", "covering", "approximate"]
Stopped = Literal["time_limit", "interrupted", "points"]
Basis = Literal["exact", "numerical"]
FeasibleSet = Literal["exact", "tolerance"]

REFERENCE: Final = Fraction(11, 10)
"""Reference point of every hypervolume, where 0 is an objective's ideal and 1 its nadir: a tenth
beyond the nadir, so that the ends of a front count too, and not more than what lies between them.
"""

# values that are more than so many times their range are taken from one of them on
_FAR = 1000


@dataclass(frozen=True)
class Column:
    """One objective or indicator as a planner reads it.

    ``weight`` is as the scenario gives it (not normalised); ``sense`` is empty for an indicator
    that is no objective; ``range`` holds the worst and the best value to score by where the
    scenario gives them; ``ends`` the worst and the best value of all plans of the run, exactly,
    where some are so near one another that floats do not tell how they differ.
    """

    name: str
    title: str = ""
    unit: str = ""
    sense: Sense | Literal[""] = ""
    weight: float = 1.0
    target: float | None = None
    range: tuple[float, float] | None = None
    ends: tuple[Fraction, Fraction] | None = None

    @property
    def sign(self) -> float:
        """+1 where smaller is better, -1 where larger is better."""
        return -1.0 if self.sense == "maximise" else 1.0

    def exactly(self, worst: float, best: float, /) -> tuple[Fraction, Fraction]:
        """A range as it is: the exact ends that it has rounded, else its decimals."""
        known = self.ends or (None, None)
        low, high = (
            Fraction(repr(end)) if exact is None or float(exact) != end else exact
            for exact, end in zip(known, (worst, best), strict=True)
        )
        return low, high


@dataclass(frozen=True)
class Proof:
    """What a front claims.

    ``complete``: the list holds every non-dominated point and nothing else. ``covering``: for every
    feasible plan there is a listed one (``of="points"``), or a mixture of listed ones
    (``of="cells"``), at most ``gap * scale[k]`` worse in every objective k (a scale of 0 leaves
    that objective out). ``approximate``: feasible and mutually non-dominated, no more. ``cells``
    are the exact segments or faces of an infinite front, each a tuple of plan positions.
    ``open_ends`` are its half-open segments, as integer decisions bring them about: the position of
    the plan at which one starts, and the objective values (the user's units and directions) that it
    comes as close to as one likes but does not reach, since another plan is at least as good there
    in one objective and better in another. ``resolution`` is the smallest difference the comparison
    saw where it was not exact. ``basis`` says what the claim rests on: ``exact``, every step of it
    was confirmed in whole or rational numbers or by bounds rounded outwards; ``numerical``,
    somewhere a floating-point solver's word stands unconfirmed, and ``note`` says where; None of an
    approximate front, which claims nothing. ``feasible_set`` is ``tolerance`` where no plan holds
    every constraint exactly and those that hold within the tolerance were taken instead. ``bounds``
    are, for each objective, the best value that any plan can have (the user's units and directions,
    rounded outwards), or None where nothing is proven.
    """

    status: Status
    of: Literal["points", "cells"] = "points"
    gap: float | None = None
    scale: tuple[float, ...] = ()
    stopped: Stopped | None = None
    resolution: float | None = None
    cells: tuple[tuple[int, ...], ...] = ()
    note: str = ""
    open_ends: tuple[tuple[int, tuple[float, ...]], ...] = ()
    basis: Basis | None = None
    feasible_set: FeasibleSet = "exact"
    bounds: tuple[float | None, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether the claim may be called proven: it is one, and rests on exact ground."""
        return self.status != "approximate" and self.basis == "exact"


@dataclass(frozen=True)
class Provenance:
    """How a front was obtained: enough to obtain it again."""

    solver: str
    reason: str
    seed: int
    seconds: float = 0.0
    subproblems: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    statistics: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stand:
    """What a plan stands on whose exact decisions are no decimals, so that they can be solved for
    again.

    Attributes:
        columns: columns at an end of their range ("lower", "upper") or at a fraction ("2/3").
        rows: tight rows and the side on which they are.
        solved: the decisions that the rows determine; those not named at all are the decimals that
            their cells show.
    """

    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    solved: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Front:
    """k mutually non-dominated plans, k >= 1, in a deterministic order.

    Attributes:
        columns: the m objectives.
        y: (k, m) objective values, the user's units and directions.
        x: (k, n) decisions as the problem encodes them.
        indicator_columns: the q indicators that are not objectives, in the scenario's order, then
            its figures, which are reported only.
        indicators: (k, q) their values.
        decision_columns: the headings of the decision cells (variables, then technologies).
        cells: k rows of decision cells, as in ``front.csv``.
        ids: k plan ids.
        stands: for each plan what it stands on, None where its decisions are the decimals in its
            cells; empty where all are.
        exact: for each plan by objective the exact value, the user's direction, where that of
            another plan is so near that floats do not tell how they differ; empty where floats
            tell of all. ``y`` has these values rounded once.
    """

    columns: tuple[Column, ...]
    y: Floats
    x: Floats
    indicator_columns: tuple[Column, ...]
    indicators: Floats
    decision_columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...]
    proof: Proof
    provenance: Provenance
    stands: tuple[Stand | None, ...] = ()
    exact: tuple[Mapping[int, Fraction], ...] = ()

    def __post_init__(self) -> None:
        for name in ("y", "x", "indicators"):
            object.__setattr__(self, name, sealed(getattr(self, name)))
        k = len(self.ids)
        if k == 0:
            raise ValueError("a front holds at least one plan")
        if not (len(self.y) == len(self.x) == len(self.indicators) == len(self.cells) == k):
            raise ValueError("y, x, indicators, cells and ids must have one row a plan")
        if len(self.stands) not in (0, k) or len(self.exact) not in (0, k):
            raise ValueError("stands and exact must have one entry a plan, or none")
        for row, known in enumerate(self.exact):
            if any(float(value) != self.y[row, j] for j, value in known.items()):
                raise ValueError("y must have the exact values rounded once")

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def decision_places(self) -> dict[str, int]:
        """Of each heading of the decision cells its place."""
        return {name: place for place, name in enumerate(self.decision_columns)}

    @cached_property
    def signs(self) -> Floats:
        """(m,) +1 for what is minimised, -1 for what is maximised."""
        return sealed([column.sign for column in self.columns])

    @cached_property
    def minimised(self) -> Floats:
        """(k, m) the objectives with every one to be minimised."""
        return sealed(self.y * self.signs)

    @cached_property
    def hidden(self) -> tuple[int, ...]:
        """The objectives in which floats do not tell how all plans differ."""
        return tuple(j for j, column in enumerate(self.columns) if column.ends is not None)

    def told(self, j: int, /) -> list[Fraction]:
        """The k values of an objective, the user's direction: exact where that is known, else the
        decimals that floats show, one object each.
        """
        column = self.y[:, j].tolist()
        decimals = {value: Fraction(repr(value)) for value in dict.fromkeys(column)}
        values = [decimals[value] for value in column]
        for row, known in enumerate(self.exact):
            values[row] = known.get(j, values[row])
        return values

    @cached_property
    def base(self) -> Floats:
        """(m,) what values are taken from where they are large beside how they differ, else 0."""
        base = np.zeros(len(self.columns))
        for j, column in enumerate(self.columns):
            if column.ends is not None:
                worst, best = column.ends
                if is_far(worst, best):
                    base[j] = float(best)
        return sealed(base)

    @cached_property
    def aside(self) -> Floats:
        """(k, m) values less ``base``, the user's directions: in the exact order, and as far apart
        as plans are, up to rounding; of different ones no two are the same float.
        """
        values = self.y.copy()
        for j in self.hidden:
            told = self.told(j)
            places = own_floats(set(told), Fraction(self.base[j]))
            values[:, j] = [places[value] for value in told]
        return sealed(values) if self.hidden else self.y

    @cached_property
    def order(self) -> Floats:
        """(k, m) the same with every one to be minimised: what plans are compared by."""
        return sealed(self.aside * self.signs) if self.hidden else self.minimised

    def value(self, row: int, j: int, /) -> Fraction:
        """One value as :meth:`told` has it."""
        known = self.exact[row].get(j) if self.exact else None
        return Fraction(repr(float(self.y[row, j]))) if known is None else known

    @cached_property
    def ideal(self) -> Floats:
        """(m,) the best value of each objective over the listed plans, the user's directions."""
        return sealed(self.y[self.order.argmin(axis=0), range(len(self.columns))])

    @cached_property
    def nadir(self) -> Floats:
        """(m,) the worst value of each objective over the listed plans, the user's directions."""
        return sealed(self.y[self.order.argmax(axis=0), range(len(self.columns))])


def is_far(one: Fraction, other: Fraction, /) -> bool:
    """Whether values between two ends are large beside how they differ."""
    return max(abs(one), abs(other)) > _FAR * abs(other - one)


def own_floats(values: Set[Fraction], origin: Fraction, /) -> dict[Fraction, float]:
    """Of each value, less an origin, a float that is no other's, in their order: the nearest, or
    the one after that of the value before.
    """
    found: dict[Fraction, float] = {}
    last = -math.inf
    for value in sorted(values):
        last = found[value] = max(float(value - origin), math.nextafter(last, math.inf))
    return found


def sealed(values: Any, /) -> Floats:
    """A read-only float64 copy of ``values``, of the same shape, (k, m) or any other."""
    array = np.array(values, dtype=np.float64) + 0.0
    array.setflags(write=False)
    return array


def sealed_each(*values: Any) -> tuple[Floats, ...]:
    """The same of several arrays, each of any shape, such as (k, m)."""
    return tuple(map(sealed, values))


def finite(value: float) -> float | None:
    """``value``, or None where it is not finite: results hold no NaN and no infinity."""
    return value if math.isfinite(value) else None
