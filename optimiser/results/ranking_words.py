"""Scores and rankings in words: what a plan scores, and how that came about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import listed, marked, retold, tr, trn
from optimiser.ranking import Ranked, method_named, scores_of
from optimiser.results.printable import excerpt
from optimiser.results.table import number
from optimiser.results.wording import differ, readable

if TYPE_CHECKING:
    from fractions import Fraction

    from optimiser.front import Floats, Front
    from optimiser.results.ranked_plans import RankedPlans

__all__ = ["ranking_notes", "ranking_words", "score_texts", "weight_words"]

_MOST_NOTES = 12  # a ranking has three or four; a stranger's result may have any number

# what a normalisation did to the values
_DONE = {
    "range": marked("each objective scaled to its range over the listed plans"),
    "none": marked("values as they are"),
    "vector": marked("each objective divided by its Euclidean length"),
    "order": marked("objectives one after the other, by falling weights, equal ones as listed"),
}
_AS_GIVEN = marked("each objective scaled to a range, as given: {ranges}")
_AS_GIVEN_OR_LISTED = marked(
    "each objective scaled to a range, that of the listed plans, or as given: {ranges}"
)


def ranking_notes(ranking: Ranked, /) -> list[str]:
    """What is to be known of a ranking; of what no ranking of ours would say so much of, part."""
    notes = [excerpt(retold(note)) for note in ranking.notes[:_MOST_NOTES]]
    more = len(ranking.notes) - _MOST_NOTES
    return [*notes, trn("{number} more note", "{number} more notes", more)] if more > 0 else notes


def score_texts(
    result: RankedPlans, rows: Sequence[int] | None = None, /, *, references: bool = False
) -> list[str]:
    """The scores of the plans in these rows, of all by default: four decimals where values are
    scaled, or as many as tell those apart that are not equal.

    Args:
        result: its front and its ranking.
        rows: of the front.
        references: then those of the reference plans follow, empty for one that does not hold.
    """
    ranking = result.ranking
    scores = (ranking.score if rows is None else ranking.score[list(rows)]).tolist()
    others = _reference_scores(result) if references else []
    known = [*scores, *(score for score in others if score is not None)]
    texts = readable(known) if ranking.normalise == "none" else _few(known)
    if not differ(texts, known):
        texts = readable(known)
    left = iter(texts[len(scores) :])
    return [*texts[: len(scores)], *("" if score is None else next(left) for score in others)]


def _few(scores: Sequence[float]) -> list[str]:
    """With at most four decimals; each score is rounded once."""
    texts = readable([round(score, 4) for score in scores])
    places = {len(text.partition(".")[2]) for text in texts}
    if len(places) > 1 or any("e" in text for text in texts):
        return readable(scores)
    return [f"{score:z.{max(places, default=0)}f}" for score in scores]


def _reference_scores(result: RankedPlans, /) -> list[float | None]:
    """Of each reference plan that holds its score among the listed plans."""
    found: list[float | None] = [None] * len(result.reference_plans)
    held = [
        place
        for place, outcome in enumerate(result.reference_plans)
        if not outcome.violated and None not in outcome.objectives
    ]
    if held:
        scores = scores_of(result.front, result.ranking, _values(result, held))
        for place, score in zip(held, scores.tolist(), strict=True):
            found[place] = score if math.isfinite(score) else None
    return found


def _values(result: RankedPlans, held: Sequence[int]) -> Floats | Sequence[Sequence[Fraction]]:
    """The objectives of some reference plans; exactly, where floats do not tell how plans
    differ.
    """
    outcomes = [result.reference_plans[place] for place in held]
    values = np.array([outcome.objectives for outcome in outcomes], dtype=float)
    if not result.front.hidden:
        return values
    from optimiser.results.exact_values import beside

    last, columns = len(result.front), range(len(result.front.columns))
    cells = [[cell for _, cell in outcome.cells] for outcome in outcomes]
    fronts = [beside(result, *pair) for pair in zip(cells, values, strict=True)]
    return [[front.value(last, j) for j in columns] for front in fronts]


def weight_words(weight: float, /) -> str:
    """A share of the weights: ``0.5``, ``0.333``."""
    return f"{weight:.3g}"


def ranking_words(front: Front, ranking: Ranked, /) -> str:
    """The method, what it did to the values, and the weights."""
    method = method_named(ranking.method)
    title = tr(method.title) if method else ranking.method
    done = tr(_DONE.get(ranking.normalise, ranking.normalise))
    own = [
        tr(
            "{name} from {worst} to {best}",
            name=column.name,
            worst=number(column.range[0]),
            best=number(column.range[1]),
        )
        for column in front.columns
        if column.range is not None
    ]
    if own and ranking.normalise == "range":
        every = len(own) == len(front.columns)
        done = tr(_AS_GIVEN if every else _AS_GIVEN_OR_LISTED, ranges=listed(own))
    if ranking.normalise == "pairs":
        done = tr("plans compared in pairs, preference {name}", name=ranking.definition)
    weights = listed(
        f"{column.name} {weight_words(weight)}"
        for column, weight in zip(front.columns, ranking.weights.tolist(), strict=True)
    )
    return tr(
        "ranked by {method} ({scaling}), weights: {weights}",
        method=title,
        scaling=done,
        weights=weights,
    )
