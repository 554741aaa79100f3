"""Which technologies the plans of a front adopt in any case, in some cases, or never, and what
decides about those in between.

What decides about an open technology are the best plans with it and without it: by rank, what the
one gains and gives up against the other; and objective by objective, how good a value the plans of
either kind reach. On a complete exact front these are the best values that efficient plans of
either kind have, by looking at every one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.differences import rows_apart
from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.results.claim_words import proof_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimiser.results import Result

__all__ = ["AdoptedChoices", "OpenChoice", "choices"]


@dataclass(frozen=True)
class OpenChoice:
    """A technology that some of the plans adopt, and some do not.

    Attributes:
        technology: its id.
        share: of the plans, those that adopt it.
        adopting: the row of the best ranked plan with it.
        without: the row of the best ranked plan without it.
        change: of each of the m objectives what the plan with it has more, in the user's units.
        best_with: the best value of each objective that a plan with it has.
        best_without: the same of the plans without it.
    """

    technology: str
    share: float
    adopting: int
    without: int
    change: tuple[float, ...]
    best_with: tuple[float, ...]
    best_without: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class AdoptedChoices:
    """What the plans of a front adopt.

    Attributes:
        result: with the front.
        rows: of the front, the plans looked at.
        core: technologies in every one of them.
        open: those in some, the most frequent first.
        out: those in none.
        notes: what these statements rest on.
    """

    result: Result
    rows: tuple[int, ...]
    core: tuple[str, ...]
    open: tuple[OpenChoice, ...]
    out: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def proven(self) -> bool:
        """Whether these are statements about all efficient points, by looking at every one."""
        proof = self.result.front.proof
        points = proof.status == "complete" and proof.of == "points"
        return points and proof.proven and len(self.rows) == len(self.result.front)


def choices(result: Result, /, *, best: int | None = None) -> AdoptedChoices:
    """What the listed plans adopt, or those with the best ranks.

    Args:
        result: as it was solved or saved.
        best: ranks up to this one are looked at, plans that share it included; None for all plans.

    Raises:
        UsageError: ``best`` is below 1.
    """
    if best is not None and best < 1:
        raise UsageError(
            tr("the best {number} plans", number=best), help=tr("write a number from 1 up")
        )
    front, ranks = result.front, result.ranking.rank
    rows = np.flatnonzero(ranks <= (best or ranks.max()))
    shares: dict[str, float] = {}
    taken: dict[str, np.ndarray] = {}
    for column, name in enumerate(front.decision_columns):
        if name in result.scenario.technologies:
            taken[name] = np.array([front.cells[row][column] != "0" for row in rows.tolist()])
            shares[name] = float(taken[name].mean())
    between = sorted((n for n, s in shares.items() if 0.0 < s < 1.0), key=lambda n: -shares[n])
    return AdoptedChoices(
        result,
        tuple(rows.tolist()),
        tuple(name for name, share in shares.items() if share == 1.0),
        tuple(_open(result, rows, name, taken[name]) for name in between),
        tuple(name for name, share in shares.items() if share == 0.0),
        tuple(_notes(result, len(rows))),
    )


def _open(result: Result, rows: np.ndarray, name: str, taken: np.ndarray) -> OpenChoice:
    """Rows stand in rank order, so that the first of a kind is its best."""
    front = result.front
    adopting, without = rows[taken], rows[~taken]
    one, other = int(adopting[0]), int(without[0])
    return OpenChoice(
        name,
        float(taken.mean()),
        one,
        other,
        rows_apart(front, one, other),
        tuple((front.minimised[adopting].min(axis=0) * front.signs + 0.0).tolist()),
        tuple((front.minimised[without].min(axis=0) * front.signs + 0.0).tolist()),
    )


def _notes(result: Result, looked_at: int) -> Iterator[str]:
    front = result.front
    if looked_at < len(front):
        yield tr(
            "only the {number} best ranked of {total} plans are looked at",
            number=looked_at,
            total=len(front),
        )
    if front.proof.status != "complete" or not front.proof.proven:
        yield tr("plans that are not listed may adopt otherwise: {claim}", claim=proof_words(front))
    elif front.proof.of == "cells":
        yield tr("of segments and faces only the listed ends are looked at")
    yield tr("of plans with equal objectives only the listed one is looked at")
