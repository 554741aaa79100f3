"""The problem as arrays and names, always minimised: what solvers see.

Throughout: k plans, m objectives, n decisions, p constraints.

A problem that can be written as rows is one `Linear`; whoever needs its rows in another form asks
for a translation, which is made once and kept with it (:func:`kept`):

| form | made by | what for |
|---|---|---|
| `Linear` of `Row` | `formulate`, or by hand | the problem itself: exact, with scales and names |
| `LinearProgram` of `Cut` | `highs` | floats, whole rows a little wider: what HiGHS is asked |
| `WideProgram` of `WholeRow` | `exact` | whole columns; whole numbers of any width, or 64 bits |
| `Narrowed` | `exact` | the same rounded outwards, as the compiled engine takes it |
| `TreeRows` of `Line` | `branching` | without common factors: what boxes are narrowed by |
| `ExactLp` | `rationals` | fractions, all columns real: the exact simplex |

What HiGHS is handed (`highs.posing`: scaled), and what compiled code is (`exact.kernel`: the normal
form), is behind the doors of these rooms. The certificate translates for itself, on purpose: it
shares nothing with what it checks.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from optimiser.engine.tolerances import FEASIBILITY
from optimiser.frozen import dataclass
from optimiser.language import stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "Domain",
    "Excess",
    "Linear",
    "Nonlinear",
    "Point",
    "Problem",
    "Row",
    "Steps",
    "binaries",
]

Kind = Literal["real", "whole", "listed"]
Point = tuple[Fraction, ...]
"""The n decisions of a plan, exactly."""
Enclosing = Callable[[Fraction], tuple[Fraction | None, Fraction | None]]
"""What a rising function is at least and at most; None where nothing is known."""

_ONE = Fraction(1)
_EXACT = 2**53  # whole numbers below are exact in a float
_whole = lru_cache(maxsize=1024)(Fraction)  # most decisions are 0 or 1


@dataclass(frozen=True)
class Steps(Sequence[Fraction]):
    """0, then ``amounts`` evenly spaced values from ``first`` > 0: the values of an amount, without
    a list of them.

    >>> tuple(map(str, Steps(Fraction(1), Fraction(1, 2), 3)))
    ('0', '1', '3/2', '2')
    """

    first: Fraction
    step: Fraction
    amounts: int

    def __len__(self) -> int:
        return self.amounts + 1

    def __iter__(self) -> Iterator[Fraction]:
        return (self._at(i) for i in range(len(self)))

    @overload
    def __getitem__(self, place: int) -> Fraction: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Fraction, ...]: ...
    def __getitem__(self, place: int | slice) -> Fraction | tuple[Fraction, ...]:
        chosen = range(len(self))[place]
        return self._at(chosen) if isinstance(chosen, int) else tuple(self._at(i) for i in chosen)

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, Fraction | int):
            return False
        place = (value - self.first) / self.step
        return value == 0 or (place.denominator == 1 and 0 <= place < self.amounts)

    def _at(self, i: int) -> Fraction:
        return self.first + self.step * (i - 1) if i else Fraction(0)


@dataclass(frozen=True)
class Domain:
    """One column: a real interval, the whole numbers of an interval, or listed values (ascending).

    Bounds are exact; None is an infinite bound (real and whole columns of linear problems only).
    """

    name: str
    kind: Kind
    lower: Fraction | None
    upper: Fraction | None
    values: Sequence[Fraction] = ()

    @property
    def quanta(self) -> Sequence[Fraction]:
        """Numbers of which every listed value is a sum of whole multiples."""
        return (
            (self.values.first, self.values.step) if isinstance(self.values, Steps) else self.values
        )

    @property
    def denominator(self) -> int:
        """The least whole number that makes every listed value whole; 1 where none is listed."""
        return math.lcm(*(value.denominator for value in self.quanta))

    @cached_property
    def floats(self) -> Floats:
        """(values,) the listed values, each rounded once."""
        values, den = self.values, self.denominator
        if isinstance(values, Steps) and max(Fraction(1), values.step, values[-1]) * den < _EXACT:
            numerators = int(values.first * den) + int(values.step * den) * np.arange(
                values.amounts, dtype=np.int64
            )
            return np.concatenate([[0.0], numerators / den])
        return np.array([float(value) for value in values])

    def nearest(self, value: float | Fraction, /) -> Fraction:
        """The listed value nearest to a number; of two equally near the smaller."""
        exact = Fraction(value)
        place = bisect_left(self.values, exact)
        return min(self.values[max(0, place - 1) : place + 1], key=lambda near: abs(near - exact))

    @property
    def discrete(self) -> bool:
        """Whether the column takes whole or listed values."""
        return self.kind != "real"

    @cached_property
    def binary(self) -> bool:
        """Whether the column takes 0 and 1 alone."""
        return self.kind == "whole" and self.lower == 0 and self.upper == 1

    @property
    def count(self) -> int | None:
        """How many values the column can take; None where infinitely many."""
        if self.kind == "listed":
            return len(self.values)
        if self.kind == "real" or self.lower is None or self.upper is None:
            return (
                1
                if self.kind == "real" and self.lower is not None and self.lower == self.upper
                else None
            )
        return max(0, int(self.upper // 1) - int(-((-self.lower) // 1)) + 1)

    def rational(self, value: float, /) -> Fraction:
        """What a float stands for: the listed value that it is nearest to, else the decimal that a
        cell shows for it.
        """
        if (
            self.kind == "listed"
            and math.isfinite(value)
            and float(near := self.nearest(value)) == value
        ):
            return near
        if abs(value) < _EXACT and float(value).is_integer():
            return _whole(int(value))  # the same, sooner
        return Fraction(repr(float(value)))

    def holds(self, value: Fraction, /) -> bool:
        """Whether a column may have this value, exactly."""
        if self.kind == "listed":
            return value in self.values
        over, by, low, high = value.numerator, value.denominator, self.lower, self.upper
        above = low is None or low.numerator * by <= over * low.denominator
        below = high is None or over * high.denominator <= high.numerator * by
        return above and below and (self.kind == "real" or by == 1)


@dataclass(frozen=True)
class Excess:
    """How far a rule is from holding at a plan, relative to max(1, |bound|): a number between two
    rationals.

    An inequality holds exactly where the number is at most 0; an equality has its distance here,
    whichever side it is on. None is an end of which nothing is known. Where something in the rule
    is undefined, it does not hold (``defined`` is False), and where that cannot be told,
    ``defined`` is None.
    """

    rule: str
    low: Fraction | None
    high: Fraction | None
    defined: bool | None = True

    def holds(self, tolerance: Fraction = Fraction(0), /) -> bool | None:
        """Whether it is at most ``tolerance``; None where that cannot be told."""
        if self.defined is False or (self.low is not None and self.low > tolerance):
            return False
        return True if self.defined and self.high is not None and self.high <= tolerance else None


@dataclass(frozen=True)
class Row:
    """``lower <= sum(c * x[j] for j, c in terms) + constant <= upper`` in whole numbers.

    ``scale`` times the row as the user wrote it gives this row. ``group`` is the user's own name
    for where the row comes from ("budget", "ai requires iot"). None is an infinite bound. An
    objective has no bounds. ``size`` is max(1, |bound|) of the bound as the user wrote it, where
    constants were moved over; None where it is the row's own. ``structural`` is a row that adoption
    itself imposes, to which no tolerance applies: prerequisites, groups, levels, amounts, starts.
    ``defining`` are those that say what a decision is (the last three), or an auxiliary column.
    """

    name: str
    group: str
    terms: tuple[tuple[int, int], ...]
    lower: int | None = None
    upper: int | None = None
    constant: int = 0
    scale: Fraction = Fraction(1)
    structural: bool = field(default=False, compare=False)
    defining: bool = field(default=False, compare=False)
    size: Fraction | None = field(default=None, compare=False)

    def room(self, bound: int, /) -> Fraction:
        """What a tolerance on one of its bounds is a share of, in the user's units."""
        if self.size is not None:
            return self.size
        small = -1 <= bound <= 1 and self.scale.numerator >= self.scale.denominator
        return _ONE if small else max(_ONE, abs(bound / self.scale))


@dataclass(frozen=True, eq=False)
class Linear:
    """The whole problem as exact rows over the n decisions and the auxiliary columns behind them.

    Attributes:
        columns: the n decisions, then the auxiliary columns; here every column is real or whole.
        objectives: m rows, minimised.
        rows: every constraint, those of ``Problem.logic`` included.
        products: auxiliary column -> the binary columns whose product it is (its defining rows are
            in ``rows`` too, and carry the auxiliary column's name as ``name``).
        linked: for each objective, the empty string, or in words the strictly increasing function
            of the row that the objective is ("exp"): order is kept, distance is not.
        enclosing: for each objective that is linked, value of its row in the user's unit -> the
            least and the greatest that it can be, minimised; None where nothing is known of it.
        resolution: None where the rows describe the problem exactly; else the largest relative
            error of a coefficient.
        positions: listed decision -> weights of whole columns whose sum is its position among its
            values.
    """

    columns: tuple[Domain, ...]
    objectives: tuple[Row, ...]
    rows: tuple[Row, ...]
    products: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    linked: tuple[str, ...] = ()
    enclosing: tuple[Enclosing | None, ...] = ()
    resolution: float | None = None
    positions: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def __bool__(self) -> Literal[True]:
        return True

    def extend(self, x: Floats, /) -> Floats:
        """(k, n) decisions -> (k, columns) with the product columns filled in; other auxiliary
        columns stay 0.
        """
        k, n = x.shape
        full = np.zeros((len(self.columns), k))
        full[:n] = x.T
        for column, factors in self.products.items():
            full[column] = 1.0
            for factor in factors:
                full[column] *= full[factor]
        return full.T


@dataclass(frozen=True)
class Nonlinear:
    """There are no rows that say the same as the problem; false where a :class:`Linear` is true.

    Attributes:
        reason: why not, in a planner's words.
    """

    reason: str = stored("the model is not linear")

    def __bool__(self) -> Literal[False]:
        return False


@dataclass(frozen=True, eq=False)
class Problem:
    """A multi-objective problem, every objective minimised.

    Attributes:
        decisions: the n columns.
        objectives: m names.
        signs: (m,) +1 where the user minimises, -1 where the user maximises: user value = sign *
            minimised value.
        logic: linear rows over the decisions alone that always hold (prerequisites, groups, levels,
            linear budgets).
        constraints: the p names of the rest.
        evaluate: (k, n) -> objectives (k, m), violations (k, p) of the rest, each violation >= 0
            and already divided by max(1, |bound|). An undefined point has infinite violations and
            objectives.
        gradient: (k, n) -> (k, m, n), (k, p, n), derivatives of the same before clipping at 0; None
            where not smooth.
        margins: (k, n) -> (k, p), the signed distances behind the violations, at most 0 where an
            inequality holds; None where nobody gives them.
        equalities: positions of the constraints that are equalities.
        convex: whether, for any values of the discrete columns, objectives and inequalities are
            convex and equalities affine in the others, so that what cannot be improved near by
            cannot be improved at all; None where nobody knows. It is asked for seldom, as finding
            out takes a while.
        exact: (k, n) -> keys (k, m) of Python integers or int64 in the exact order of the
            objectives, and (k,) which rows are exactly feasible (logic included); None where a
            decision is real or an expression irrational.
        linear: the whole problem as rows where it can be written so; else why it cannot.
        preferences: of several plans with equal objectives the one is listed that is least by these
            rows of (decision, weight), one after the other; without any, by the decisions in their
            order.
        feasibility: the tolerance on violations, relative to max(1, |bound|).
        excesses: plans given exactly -> for each how far the p constraints are from holding, and,
            by their names, objectives that are or may be undefined there. It depends on no
            objective's being rational, and on no decision's being whole. None where nobody gives
            them.
        values: plans given exactly -> for each the m minimised objectives exactly, None where
            irrational or undefined. None where nobody gives them.
        rounded: (k, n) plans, and exactly those of them that are known so -> (k, m) minimised
            objectives, the exact values each rounded once, as they are printed. None where nobody
            gives them.
        roundoff: (k, n) plans within their domains -> how far, at the most, floats are from exact
            arithmetic there: (k, m) of objectives, (k, p) of ``margins``; infinite where no bound
            is known, or where something may be undefined, NaN where it surely is. Of no plans, one
            row that holds all over the domains. None where nobody gives it.
        idle: discrete columns that no objective, constraint or logic row sees -> the value that a
            canonical plan gives them.
    """

    decisions: tuple[Domain, ...]
    objectives: tuple[str, ...]
    signs: Floats
    logic: tuple[Row, ...]
    constraints: tuple[str, ...]
    evaluate: Callable[[Floats], tuple[Floats, Floats]]
    gradient: Callable[[Floats], tuple[Floats, Floats]] | None
    exact: Callable[[Floats], tuple[NDArray[Any], Flags]] | None
    linear: Linear | Nonlinear
    preferences: tuple[tuple[tuple[int, int], ...], ...] = ()
    feasibility: float = FEASIBILITY
    margins: Callable[[Floats], Floats] | None = None
    equalities: tuple[int, ...] = ()
    convex: Callable[[], bool] | None = None
    excesses: Callable[[Sequence[Point]], list[tuple[Excess, ...]]] | None = None
    values: Callable[[Sequence[Point]], list[tuple[Fraction | None, ...]]] | None = None
    rounded: Callable[[Floats, Sequence[Point | None] | None], Floats] | None = None
    roundoff: Callable[[Floats], tuple[Floats, Floats]] | None = None
    idle: Mapping[int, Fraction] = field(default_factory=dict)

    def shown(self, y: Floats, /) -> Floats:
        """(k, m) minimised objectives in the directions that the user gave them."""
        return np.asarray(y * self.signs + 0.0)

    def point(self, x: Sequence[float], /) -> Point:
        """The n decisions that floats stand for: exact arithmetic starts from what the user
        reads in the cells.
        """
        return tuple(d.rational(value) for d, value in zip(self.decisions, x, strict=True))

    @property
    def order(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """The rows of ``preferences``, or one a decision."""
        return self.preferences or tuple(((j, 1),) for j in range(len(self.decisions)))

    @property
    def discrete(self) -> bool:
        """True where every decision takes whole or listed values: the front is finite."""
        return all(d.discrete for d in self.decisions)


def binaries(domains: Iterable[Domain], /) -> frozenset[str]:
    """The names of those that are 0 or 1."""
    return frozenset(domain.name for domain in domains if domain.binary)
