"""The question that is most worth asking: whose answers leave the fewest plans, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
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

_DIGITS = 4  # of a limit that is asked about


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
            count = int(shares.unbeaten(weights.extreme).sum())
            text = f"{front.columns[more].name},{front.columns[less].name}"
            answers.append(Reply(Statement("order", text), count))
        yield Question("order", tuple(answers))


def _limits(front: Front, places: Whole | None) -> Iterator[Question]:
    """Whether an objective may be worse than about the value in the middle."""
    for j, column in enumerate(front.columns):
        values = front.y[:, j]
        limit = _middle(values.tolist())
        if limit is None:
            continue
        up = column.sense == "maximise"
        signs = (">=", "<=") if up else ("<=", ">=")
        good = values >= limit if up else values <= limit
        counts = [_left_of(own, places) for own in (good, ~good)]
        if all(counts):
            yield Question(
                "where",
                tuple(
                    Reply(Statement("where", f"{column.name} {sign} {number(limit)}"), count)
                    for sign, count in zip(signs, counts, strict=True)
                ),
            )


def _middle(values: Sequence[float]) -> float | None:
    """A short number near the middle that parts the values and is none of them."""
    ordered = sorted(set(values))
    if len(ordered) < 2:
        return None
    middle = sorted(values)[len(values) // 2]
    place = min(ordered.index(middle), len(ordered) - 2)
    between = ordered[place] / 2 + ordered[place + 1] / 2
    for digits in range(1, _DIGITS + 1):
        for value in (middle, between):
            short = float(f"{value:.{digits}g}")
            if ordered[0] < short < ordered[-1] and short not in ordered:
                return short
    return None
