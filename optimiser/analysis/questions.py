"""The question that is most worth asking: whose answers leave the fewest plans, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations, count
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.analysis.exact_shares import unbeaten
from optimiser.analysis.statements import Statement
from optimiser.results.table import number

if TYPE_CHECKING:
    from optimiser.analysis.exact_shares import ExactShares, Whole
    from optimiser.analysis.weight_sets import WeightSet
    from optimiser.front import Flags, Front

__all__ = ["Question", "Reply", "questions"]

# comparisons of plans by weights and objectives: half a second; beyond that only a few
# limits are tried
_MOST_COMPARED = 2**28
_TRIED = (0.25, 0.375, 0.5, 0.625, 0.75)
_BLOCK = 2**20


@dataclass(frozen=True)
class Reply:
    """What is stated, and how many plans are left then."""

    statement: Statement
    left: int


@dataclass(frozen=True)
class Question:
    """Answers that exclude each other, or of which at least one is true."""

    kind: Literal["with", "where", "order"]
    answers: tuple[Reply, ...]

    @property
    def worst(self) -> int:
        """The largest number of plans that an answer leaves."""
        return max(answer.left for answer in self.answers)


def questions(
    front: Front,
    shares: ExactShares,
    allowed: WeightSet,
    places: Whole | None,
    /,
    *,
    adopting: Flags,
    names: Sequence[str],
) -> tuple[Question, ...]:
    """All questions that part the plans, the most telling first; technologies before limits.

    Args:
        front: the k plans that restrictions keep.
        shares: theirs.
        allowed: the weights.
        places: (k, e) theirs by each extreme point of the weights; None where none is beaten.
        adopting: (k, t) which of them adopt which of the t technologies asked about.
        names: of these technologies.
    """
    found = [*_adoptions(names, adopting, places), *_orders(front, shares, allowed)]
    found += _limits(front, places)
    left = _left_of(np.ones(len(front), dtype=bool), places)
    # a question whose every answer leaves all plans is none
    return tuple(sorted((q for q in found if q.worst < left), key=lambda question: question.worst))


def _left_of(kept: Flags, places: Whole | None) -> int:
    """How many plans are left of those kept: no other of them scores at least as high under all
    allowed weights and higher under some.
    """
    return int((kept if places is None else unbeaten(places[kept])).sum())


def _adoptions(names: Sequence[str], adopting: Flags, places: Whole | None) -> Iterator[Question]:
    for name, own in zip(names, adopting.T, strict=True):
        yes, no = _left_of(own, places), _left_of(~own, places)
        if yes and no:
            answers = (Reply(Statement("with", name), yes), Reply(Statement("without", name), no))
            yield Question("with", answers)


def _orders(front: Front, shares: ExactShares, allowed: WeightSet) -> Iterator[Question]:
    """Which of two objectives matters more, where statements leave that open."""
    size = len(front.columns)
    for i, j in combinations(range(size), 2):
        row = [1 if place == i else -1 if place == j else 0 for place in range(size)]
        values = [point[i] - point[j] for point in allowed.extreme]
        if not (max(values) > 0 > min(values)):
            continue
        answers = []
        for sign, (more, less) in ((1, (i, j)), (-1, (j, i))):
            weights = allowed.cut(tuple(Fraction(sign * value) for value in row))
            left = int(shares.unbeaten(weights.extreme).sum())
            text = f"{front.columns[more].name},{front.columns[less].name}"
            answers.append(Reply(Statement("order", text), left))
        yield Question("order", tuple(answers))


def _limits(front: Front, places: Whole | None) -> Iterator[Question]:
    """For each objective whether it may be worse than a limit, the one that leaves the fewest
    plans, whichever the answer is.
    """
    ranks = [np.unique(values, return_inverse=True)[1].reshape(-1) for values in front.aside.T]
    for j, (rank, counts) in enumerate(zip(ranks, _split(ranks, places), strict=True)):
        if not counts:
            continue
        last = min(counts, key=lambda at: max(counts[at]))
        values, column = front.told(j), front.columns[j]
        below, above = (values[int(np.flatnonzero(rank == place)[0])] for place in (last, last + 1))
        limit = _between(below, above)
        replies = [
            Reply(Statement("where", f"{column.name} {sign} {limit}"), left)
            for sign, left in zip(("<=", ">="), counts[last], strict=True)
        ]
        yield Question("where", tuple(replies if column.sign > 0 else replies[::-1]))


def _split(ranks: Sequence[Whole], places: Whole | None) -> Iterator[dict[int, tuple[int, int]]]:
    """By each of m orders of the k plans how many are left of those up to a rank, and how many of
    those behind it.
    """
    if places is None:
        for rank in ranks:
            up_to = np.cumsum(np.bincount(rank)).tolist()
            yield {at: (n, len(rank) - n) for at, n in enumerate(up_to[:-1])}
    elif len(places) ** 2 * (places.shape[1] + 2 * len(ranks)) <= _MOST_COMPARED:
        firsts, lasts = _rivals(ranks, places)
        for rank, first, last in zip(ranks, firsts, lasts, strict=True):
            # left from its own rank on until a plan that beats it joins; and likewise from above
            last_rank = int(rank.max())
            low = _running(rank, first, last_rank)
            high = _running(np.maximum(last, 0), rank, last_rank)
            yield dict(enumerate(zip(low, high, strict=True)))
    else:
        left = unbeaten(places)
        for rank in ranks:
            tried = np.unique(np.quantile(rank[left], _TRIED, method="lower")).tolist()
            yield {
                at: (_left_of(rank <= at, places), _left_of(rank > at, places))
                for at in tried
                if at < rank.max()
            }


def _running(start: Whole, stop: Whole, size: int) -> list[int]:
    """At each of the first places how many of the intervals from start to before stop are there."""
    real = start < stop
    begun, ended = (np.bincount(ends[real], minlength=size)[:size] for ends in (start, stop))
    found: list[int] = np.cumsum(begun - ended).tolist()
    return found


def _rivals(ranks: Sequence[Whole], places: Whole) -> tuple[list[Whole], list[Whole]]:
    """By each of m orders the (k,) first and last rank of the plans that beat each plan; beyond
    all ranks where there are none.
    """
    k, size = len(places), max(1, _BLOCK // len(places))
    firsts = [np.full(k, int(rank.max()) + 1) for rank in ranks]
    lasts = [np.full(k, -1) for _ in ranks]
    for start in range(0, k, size):
        block = slice(start, start + size)
        beats, higher = np.ones((2, len(places[block]), k), dtype=bool)
        higher[:] = False
        for own, other in zip(places[block].T, places.T, strict=True):
            beats &= other[None, :] >= own[:, None]
            higher |= other[None, :] > own[:, None]
        beats &= higher
        for rank, first, last in zip(ranks, firsts, lasts, strict=True):
            first[block] = np.where(beats, rank, int(rank.max()) + 1).min(axis=1)
            last[block] = np.where(beats, rank, -1).max(axis=1)
    return firsts, lasts


def _between(low: Fraction, high: Fraction) -> str:
    """A short number between two others that is neither."""
    if low < 0 < high:
        return "0"
    middle = (low + high) / 2
    for digits in count(1):
        with localcontext(prec=digits):
            short = Decimal(middle.numerator) / Decimal(middle.denominator)
        if low < Fraction(short) < high:
            break
    near = float(short)
    return number(near) if Fraction(repr(near)) == Fraction(short) else f"{short:f}"
