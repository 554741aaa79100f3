"""What every ranking method has in common: a name, a definition, a scale, and a score."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.front import sealed_each
from optimiser.frozen import dataclass
from optimiser.language import stored
from optimiser.ranking.tolerances import EQUAL_VALUES, FINE, FLAT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Front

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

    Whole = NDArray[np.int64]

__all__ = ["Method", "Scores", "Yardstick", "slices"]

_PAIRS = 30_000  # compared at once: as many as a cache holds


def slices(k: int, among: int, /) -> Iterator[slice]:
    """The rows of k plans, so many at a time that their pairs with ``among`` others stay in the
    cache.
    """
    step = max(1, _PAIRS // max(1, among))
    return (slice(start, start + step) for start in range(0, k, step))


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What the values of plans are measured by: that of the run, also when only some of its plans
    are looked at.

    Attributes:
        names: of the m objectives.
        signs: (m,) +1 minimised, -1 maximised.
        exact: (m,) whether values are in their exact order, however near they are.
        given: (m, 2) the worst and the best value of each, the user's directions.
        base: (m,) what values are taken from on in all that follows, mostly 0: see
            :class:`optimiser.front.Front`.
        ranges: (m, 2) the same less ``base``.
        lengths: (m,) the Euclidean length of each over all plans of the front, as a share of
            ``largest``.
        largest: (m,) the largest absolute value of each over all plans of the front.
        plans: (k, m) the values of all plans of the front, for methods that compare with them.
        targets: (m,) what the planner aims at, NaN where nothing is stated.
    """

    names: tuple[str, ...]
    signs: Floats
    exact: Flags
    given: Floats
    base: Floats
    ranges: Floats
    lengths: Floats
    largest: Floats
    plans: Floats
    targets: Floats

    @staticmethod
    def of(front: Front, ranges: Sequence[Sequence[float]] | Floats | None = None, /) -> Yardstick:
        """The yardstick of a front: its (m, 2) ranges are those given, else the objectives' own,
        else from its nadir to its ideal.
        """
        if ranges is None:
            own = zip(front.columns, front.nadir.tolist(), front.ideal.tolist(), strict=True)
            ranges = [column.range or (worst, best) for column, worst, best in own]
        largest = np.abs(front.y).max(axis=0)
        # scaled by the largest value first: squares of very large or small values neither overflow
        # nor vanish
        scaled = front.y / np.where(largest == 0.0, 1.0, largest)
        lengths = np.sqrt((scaled**2).sum(axis=0))
        targets = [np.nan if column.target is None else column.target for column in front.columns]
        exact = np.array([column.ends is not None for column in front.columns], dtype=bool)
        given = ends = np.array(ranges, dtype=np.float64)
        plans, base = front.y, np.zeros(len(front.columns))
        if exact.any():
            plans, base = front.aside, front.base
            aside = np.abs(plans).max(axis=0)
            # as a share of what is the largest now
            moved = (base != 0.0) & (aside > 0.0)
            lengths = np.where(moved, lengths * largest / np.where(moved, aside, 1.0), lengths)
            largest = np.where(moved, aside, largest)
            bases = base.tolist()
            pairs = zip(front.columns, given.tolist(), map(Fraction, bases), strict=True)
            ends = np.array([[float(v - b) for v in c.exactly(*own)] for c, own, b in pairs])
            targets = [target - own for target, own in zip(targets, bases, strict=True)]
        return Yardstick(
            tuple(column.name for column in front.columns),
            front.signs,
            exact,
            *sealed_each(given, base, ends, lengths, largest, plans, targets),
        )

    def placed(self, values: Floats | Sequence[Sequence[Fraction]], /) -> Floats:
        """(k, m) values of other plans, as decimals of floats or exact ones, less ``base``."""
        found = np.array(values, dtype=np.float64)
        for j in np.flatnonzero(self.base).tolist():
            base = Fraction(self.base[j])
            for row, given in enumerate(values):
                value = given[j]
                if np.isfinite(found[row, j]):
                    exact = value if isinstance(value, Fraction) else Fraction(repr(float(value)))
                    found[row, j] = float(exact - base)
        return found

    @cached_property
    def flat(self) -> Flags:
        """(m,) whether worst and best are the same, up to rounding."""
        worst, best = self.ranges.T
        flags: Flags = np.abs(best - worst) <= FLAT * np.abs(self.ranges).max(axis=1)
        return flags

    @property
    def flat_names(self) -> str:
        """The objectives that are the same in every plan, as a list in words."""
        return ", ".join(name for name, flat in zip(self.names, self.flat, strict=True) if flat)

    @property
    def flat_notes(self) -> tuple[str, ...]:
        """What to say about them, where there is more than one plan."""
        if len(self.plans) < 2 or not self.flat.any():
            return ()
        said = stored(
            "the same in every plan, so it does not move the score: {names}", names=self.flat_names
        )
        return (said,)

    def shares(self, values: Floats, /) -> Floats:
        """(k, m) of each value how far it is on the way from worst (0) to best (1); 0 where there
        is no way.
        """
        return self._of_the_way(self.beyond(values, self.ranges[:, 0]))

    def regrets(self, values: Floats, /) -> Floats:
        """(k, m) of each value how far it is on the way from best (0) to worst (1); 0 where there
        is no way.
        """
        return self._of_the_way(0.0 - self.beyond(values, self.ranges[:, 1]))

    @cached_property
    def origin(self) -> Floats:
        """(m,) from where regrets keep their digits: the best ends of the ranges; where all plans
        of the front are many times the way from there, the best value of these.
        """
        regrets = self.regrets(self.plans)
        best = np.take_along_axis(self.plans, regrets.argmin(axis=0)[np.newaxis], axis=0)[0]
        origin: Floats = np.where(np.abs(regrets).min(axis=0) > FINE, best, self.ranges[:, 1])
        return origin

    def near_regrets(self, values: Floats, /) -> Floats:
        """(k, m) the same as regrets, counted from the origin."""
        return self._of_the_way(0.0 - self.beyond(values, self.origin))

    def beyond(self, values: Floats, ends: Floats, /) -> Floats:
        """(k, m) values less (m,) ends of the ranges, or other values: as decimals where they are
        large beside the range, since of 1e9 + 0.1 a float keeps six of the digits that tell it from
        1e9.
        """
        worst, best = self.ranges.T
        largest = np.maximum(np.abs(self.ranges).max(axis=1), self.largest)
        large = largest > FINE * np.abs(best - worst)
        found = np.asarray(values - ends)
        for j in np.flatnonzero(large & ~self.flat & np.isfinite(found).all(axis=0)).tolist():
            end = Fraction(repr(float(ends[j])))
            found[:, j] = [float(Fraction(repr(value)) - end) for value in values[:, j].tolist()]
        return found

    def _of_the_way(self, distances: Floats, /) -> Floats:
        """(k, m) distances along each objective as shares of its way from worst to best."""
        worst, best = self.ranges.T
        way = np.where(self.flat, 1.0, self.beyond(best[np.newaxis], worst)[0])
        shares: Floats = np.where(self.flat, 0.0, distances / way)
        return shares

    def steps(self, values: Floats, /) -> Whole:
        """(k, m) whole numbers in the order of the values, the better the lower; values of the
        front's plans that are apart by rounding share one.
        """
        numbers = np.empty(values.shape, dtype=np.int64)
        for j, (sign, exact) in enumerate(zip(self.signs, self.exact, strict=True)):
            share = 0.0 if exact else EQUAL_VALUES
            known = np.unique(sign * self.plans[:, j])
            if not (np.diff(known) > share * _larger(known[1:], known[:-1])).all():
                heads: list[float] = []
                for value in known.tolist():
                    if not heads or value - heads[-1] > share * max(abs(value), abs(heads[-1])):
                        heads.append(value)
                known = np.array(heads)
            own = sign * values[:, j]
            at = np.searchsorted(known, own, side="right") - 1
            before = known[np.maximum(at, 0)]
            beyond = (at < 0) | (own - before > share * _larger(own, before))
            numbers[:, j] = 2 * at + beyond  # odd: between two steps of the front
        return numbers


def _larger(values: Floats, others: Floats) -> Floats:
    """The larger of two sizes each, of arrays (k,)."""
    return np.maximum(np.abs(values), np.abs(others))


@dataclass(frozen=True, eq=False)
class Scores:
    """One score a plan, higher is better.

    Attributes:
        values: (k,) the scores.
        magnitude: the size of the terms the scores were summed from, against which two scores count
            as equal.
        notes: what a reader of the ranking should know.
        details: (k,) each, the quantities behind the score by the names they are published under.
    """

    values: Floats
    magnitude: float = 1.0
    notes: tuple[str, ...] = ()
    details: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """A way to rank a front.

    Attributes:
        name: as a scenario writes it.
        title: as a table names it, marked for translation.
        normalisation: what the method does to the values by definition; empty where the planner
            chooses (range or none).
        definitions: by normalisation the names of what a score is or was, today's first; a result
            stores the one that it was scored by, and is verified by it. Numbers follow a name
            that ends in a colon (``linear:0.05:0.2``).
        score: (k, m) values in the user's directions, their scale, (m,) weights that sum to 1, the
            definition -> one score a plan. No step of it turns the order of two values round, so
            that rounding cannot put a plan above one that is at least as good in everything.
        leans_on: what of the other plans the order of two can hinge on, marked for translation;
            empty where it is nothing but the ranges.
        over: (k, m) values, their scale, (w, m) weights -> (w, k) scores by today's definition, up
            to rounding, where there is a faster way than one vector of weights after the other.
    """

    name: str
    title: str
    normalisation: str
    definitions: Mapping[str, tuple[str, ...]]
    score: Callable[[Floats, Yardstick, Floats, str], Scores]
    leans_on: str = ""
    over: Callable[[Floats, Yardstick, Floats], Floats] | None = None

    @property
    def pairwise(self) -> bool:
        """Whether plans are compared in pairs, by a preference function that may be chosen."""
        return self.normalisation == "pairs"

    def knows(self, definition: str, normalisation: str, /) -> bool:
        """Whether it is or was scored by this definition."""
        name, colon, _ = definition.partition(":")
        return name + colon in self.definitions[normalisation]
