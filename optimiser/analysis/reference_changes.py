"""Where reference plans stand, as far as it is known: what is said of them is proven, or said to be
open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.analysis.measures import fate
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.analysis.regions import Known, Scaling
    from optimiser.front import Floats
    from optimiser.results import ReferenceOutcome, Result

__all__ = ["Place", "place_words", "places"]

Place = Literal[
    "infeasible",
    "within tolerance",
    "dominated",
    "on the front",
    "not dominated",
    "listed",
    "not known to be dominated",
]
"""Within tolerance: it breaks a rule, by no more than is tolerated, and takes no part in anything.
Listed: it is as good as a listed plan of an unfinished front; whether one that is not listed
dominates both is not known."""


_WORDS: Mapping[Place, str] = {
    "infeasible": marked("infeasible"),
    "within tolerance": marked("within tolerance"),
    "dominated": marked("dominated"),
    "on the front": marked("on the front"),
    "not dominated": marked("not dominated"),
    "listed": marked("listed"),
    "not known to be dominated": marked("not known to be dominated"),
}


def place_words(place: Place, /) -> str:
    """Where a reference plan stands, for a reader."""
    return tr(_WORDS[place])


def places(
    result: Result, known: Known, scaling: Scaling, /, *, hidden: bool = False
) -> Mapping[str, Place]:
    """Where each reference plan of a result stands; ``hidden`` where floats do not tell how plans
    differ, so that nothing is said of one that they place.
    """
    signs = None if hidden else result.front.signs
    return {
        outcome.name: _place(outcome, signs, known, scaling) for outcome in result.reference_plans
    }


def _place(
    outcome: ReferenceOutcome, signs: Floats | None, known: Known, scaling: Scaling, /
) -> Place:
    if outcome.violated:
        return "infeasible"
    if outcome.tolerated:
        return "within tolerance"
    if outcome.dominated_by is not None or (outcome.mixed and not outcome.on_front):
        return "dominated"  # what dominates it is listed, and exists whatever the proof
    own = np.array([outcome.objectives], dtype=np.float64)
    if known.exact or (
        signs is not None and np.isfinite(own).all() and fate(own * signs, known, scaling).lost[0]
    ):
        return "on the front" if outcome.on_front else "not dominated"
    return "listed" if outcome.on_front else "not known to be dominated"
