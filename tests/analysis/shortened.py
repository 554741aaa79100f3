"""A result that lacks a plan and is otherwise made to fit."""

from __future__ import annotations

from dataclasses import replace

from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.result import arrange
from optimiser.study.reference_plans import placed

__all__ = ["without"]


def without(result: Result, row: int) -> Result:
    """The result without the plan in this row; ranks, bounds and cells as an honest list of the
    rest would have them.
    """
    front = result.front
    kept = [other for other in range(len(front)) if other != row]
    place = {old: new for new, old in enumerate(kept)}
    cells = {tuple(place[r] for r in cell if r != row) for cell in front.proof.cells}
    shorter = replace(
        front,
        y=front.y[kept],
        x=front.x[kept],
        indicators=front.indicators[kept],
        cells=tuple(front.cells[r] for r in kept),
        ids=tuple(front.ids[r] for r in kept),
        stands=tuple(front.stands[r] for r in kept) if front.stands else (),
        exact=tuple(front.exact[r] for r in kept) if front.exact else (),
        proof=replace(
            front.proof,
            cells=tuple(sorted(cell for cell in cells if len(cell) > 1)),
            open_ends=tuple((place[r], limit) for r, limit in front.proof.open_ends if r != row),
        ),
    )
    if front.proof.proven:
        shorter = replace(
            shorter, proof=replace(shorter.proof, bounds=tuple(shorter.ideal.tolist()))
        )
    weights = dict(
        zip((column.name for column in front.columns), result.ranking.weights.tolist(), strict=True)
    )
    method, normalise = result.ranking.method, result.ranking.normalise
    ranking = rank(
        shorter,
        method=method,
        weights=weights,
        normalise=normalise if normalise in ("range", "none") else "range",
    )
    arranged = arrange(result.scenario, shorter, ranking)
    return replace(
        arranged,
        reference_plans=tuple(placed(outcome, arranged) for outcome in result.reference_plans),
    )
