"""Rankings: a front in, an order out. One file a method; a new file is found by itself.

A ranking never changes a front, it only says where to begin reading it.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

import numpy as np

from optimiser.errors import UsageError
from optimiser.front import Front, sealed
from optimiser.frozen import dataclass
from optimiser.language import listed, stored, tr
from optimiser.ranking.method import Method, Yardstick
from optimiser.ranking.tolerances import EQUAL_SCORES as _EQUAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = [
    "NORMALISATIONS",
    "Method",
    "Ranked",
    "Yardstick",
    "exact_weights",
    "method_named",
    "methods",
    "rank",
    "scores_of",
    "scores_over",
]

NORMALISATIONS = ("range", "none")


@cache
def methods() -> Mapping[str, Method]:
    """Every ranking method by name, found by listing this package."""
    found: dict[str, Method] = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        for method in getattr(import_module(f"{__name__}.{module}"), "METHODS", ()):
            found[method.name] = method
    return found


@cache
def method_named(name: str, /) -> Method | None:
    """A ranking method; None where there is none of that name.

    Of one whose file is called like it no other file is loaded.
    """
    if name in (info.name for info in iter_modules(__path__)):
        for method in getattr(import_module(f"{__name__}.{name}"), "METHODS", ()):
            if method.name == name:
                return cast(Method, method)
    return methods().get(name)


def rank(
    front: Front,
    /,
    *,
    method: str = "weighted_sum",
    weights: Mapping[str, float] | None = None,
    normalise: str = "range",
    ranges: Sequence[Sequence[float]] | Floats | None = None,
    definition: str = "",
    preference: str | None = None,
) -> Ranked:
    """Score and order the plans of a front.

    Args:
        front: k plans, m objectives.
        method: a name from :func:`methods`.
        weights: by objective, not necessarily normalised; an objective that is left out counts 0.
            None: the scenario's.
        normalise: ``range`` or ``none``, for methods that leave the choice.
        ranges: (m, 2) worst and best of each objective, the user's directions: those of the run
            that the plans are from. None: the objectives' own, else the front's nadir and ideal.
        definition: what a score is, by the name that a result stores; empty for today's.
        preference: for methods that compare plans in pairs: ``usual``, ``v_shape:P`` or
            ``linear:Q:P``, where a difference up to the share Q of an objective's range counts 0,
            and one from P on 1. None: usual.

    Returns:
        Scores, ranks (equal scores share one: 1, 1, 3) and the order of the rows.

    Raises:
        UsageError: an unknown method, normalisation or objective, or weights that cannot rank.
    """
    chosen = _method(method)
    if normalise not in NORMALISATIONS:
        raise UsageError(
            tr("unknown normalisation '{name}'", name=normalise),
            help=tr("choose one of {names}", names=listed(NORMALISATIONS)),
        )
    shares, notes = _weights(front, weights)
    done = chosen.normalisation or normalise
    definition = _definition(chosen, done, definition, preference)
    with np.errstate(over="ignore", invalid="ignore"):
        scale = Yardstick.of(front, ranges)
        scores = chosen.score(scale.plans, scale, shares, definition)
    if not np.isfinite(scores.values).all():
        raise UsageError(
            tr("ranking by {method} overflows", method=method),
            help=tr("values this large can be ranked with normalise: range"),
        )
    notes += scores.notes + _unused(chosen, normalise, preference)
    order, places, values = _order(front, scores.values, _EQUAL * scores.magnitude)
    return Ranked(
        method,
        done,
        shares,
        values,
        places,
        order,
        notes,
        definition,
        scale.given.copy(),
        scores.details,
    )


def scores_of(
    front: Front, ranked: Ranked, values: Floats | Sequence[Sequence[Fraction]], /
) -> Floats:
    """The scores of other plans among those of a front: by the same definition, ranges and weights.

    Args:
        front: k plans, m objectives.
        ranked: its ranking.
        values: (j, m) of the others, the user's units and directions, as floats or exactly.

    Returns:
        (j,) not limited to 0..1: the others may lie beyond the ranges.
    """
    yardstick = Yardstick.of(front, ranked.ranges)
    with np.errstate(over="ignore", invalid="ignore"):
        found = _method(ranked.method).score(
            yardstick.placed(values), yardstick, ranked.weights, ranked.definition
        )
    return found.values


def scores_over(
    front: Front,
    weights: Floats,
    /,
    *,
    method: str = "weighted_sum",
    ranges: Sequence[Sequence[float]] | Floats | None = None,
) -> Floats:
    """The scores of every plan under many weights: for acceptabilities and sensitivities, not for
    ranks, since equal scores may differ by rounding.

    Args:
        front: k plans, m objectives.
        weights: (w, m) each summing to 1.
        method: a name from :func:`methods`; values are taken by ranges where it leaves the choice.
        ranges: as for :func:`rank`.

    Returns:
        (w, k), higher is better.
    """
    chosen, scale = _method(method), Yardstick.of(front, ranges)
    if chosen.over is not None:
        return chosen.over(scale.plans, scale, weights)
    definition = chosen.definitions[chosen.normalisation or "range"][0]
    return np.array([chosen.score(scale.plans, scale, own, definition).values for own in weights])


def _method(name: str, /) -> Method:
    method = method_named(name)
    if method is None:
        known = methods()
        near = difflib.get_close_matches(name, known, n=1)
        names = listed(known)
        help = (
            tr("did you mean '{near}'? known methods: {names}", near=near[0], names=names)
            if near
            else tr("known methods: {names}", names=names)
        )
        raise UsageError(tr("unknown ranking method '{name}'", name=name), help=help)
    return method


def _definition(
    chosen: Method, normalisation: str, stored_one: str, preference: str | None, /
) -> str:
    """What a score is: as a result stores it, else the preference function that is asked for where
    plans are compared in pairs, else today's.
    """
    if stored_one and not chosen.knows(stored_one, normalisation):
        raise UsageError(
            tr(
                "{method} is not defined as '{definition}' where values are taken by {normalise}",
                method=chosen.name,
                definition=stored_one,
                normalise=normalisation,
            ),
            help=tr("known definitions: {names}", names=listed(chosen.definitions[normalisation])),
        )
    asked = preference if chosen.pairwise else None
    return stored_one or asked or chosen.definitions[normalisation][0]


def _unused(chosen: Method, normalise: str, preference: str | None, /) -> tuple[str, ...]:
    """What was asked for and is not for this method."""
    notes: tuple[str, ...] = ()
    if chosen.normalisation and normalise == "none":
        notes += (
            stored(
                "normalise: none is for weighted_sum; {method} normalises by itself ({normalise})",
                method=chosen.name,
                normalise=chosen.normalisation,
            ),
        )
    if preference and not chosen.pairwise:
        said = stored(
            "preference: {preference} is for promethee2; {method} does not compare in pairs",
            preference=preference,
            method=chosen.name,
        )
        notes += (said,)
    return notes


def _weights(
    front: Front, weights: Mapping[str, float] | None, /
) -> tuple[Floats, tuple[str, ...]]:
    """(m,) weights that sum to 1, and what to say about them."""
    names = [column.name for column in front.columns]
    if weights is None:
        given: dict[str, float] = {column.name: column.weight for column in front.columns}
    else:
        given = dict(weights)
    for name, value in given.items():
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            known = listed(names)
            help = (
                tr("did you mean '{near}'? objectives: {names}", near=near[0], names=known)
                if near
                else tr("objectives: {names}", names=known)
            )
            raise UsageError(
                tr("a weight for '{name}', which is no objective", name=name), help=help
            )
        if not (math.isfinite(value) and value >= 0.0):
            raise UsageError(
                tr("the weight of '{name}' is {value:g}", name=name, value=value),
                help=tr("a weight is a number from 0 up; a direction is the objective's sense"),
            )
    values = np.array([given.get(name, 0.0) for name in names], dtype=np.float64)
    if values.max() <= 0.0:
        raise UsageError(
            tr("all weights are 0"), help=tr("give at least one objective a weight above 0")
        )
    omitted = [name for name in names if name not in given]
    notes = (
        (stored("without a weight, so it counts 0: {names}", names=", ".join(omitted)),)
        if omitted
        else ()
    )
    values = np.ldexp(
        values, -int(np.frexp(values.max())[1])
    )  # a power of two: exact, and the sum cannot overflow
    return values / math.fsum(values.tolist()), notes


def exact_weights(front: Front, ranked: Ranked, /) -> tuple[Fraction, ...]:
    """The (m,) weights of a ranking, which sum to 1 exactly: in the proportions that the objectives
    state, where it goes by these; floats that sum to 1 are a little off.
    """
    stated = [column.weight for column in front.columns]
    own = ranked.weights.tolist()
    used = stated if max(stated) > 0.0 and _weights(front, None)[0].tolist() == own else own
    given = [Fraction(repr(weight)) for weight in used]
    return tuple(weight / sum(given) for weight in given)


def _order(front: Front, scores: Floats, tolerance: float, /) -> tuple[Whole, Whole, Floats]:
    """Row positions best first, (k,) ranks and (k,) scores, both by row; equal scores are given one
    value.
    """
    descending = np.argsort(-scores, kind="stable")
    ordered = scores[descending]
    # of each position that of the first score that it equals
    leaders = np.arange(len(ordered))
    if not (ordered[:-1] - ordered[1:] > tolerance).all():
        known = ordered.tolist()
        leader = 0
        for position, score in enumerate(known):
            if known[leader] - score > tolerance:
                leader = position
            leaders[position] = leader
    places = np.empty(len(scores), dtype=np.int64)
    values = np.empty(len(scores))
    places[descending], values[descending] = leaders + 1, ordered[leaders]
    # the last key counts first
    rows = np.lexsort((np.array(front.ids), *front.order.T[::-1], places))
    return rows, places, values


@dataclass(frozen=True, eq=False)
class Ranked:
    """An order of a front's k plans.

    Attributes:
        method: the name of the method.
        normalise: what was done to the values: ``range``, ``none`` or ``vector``.
        weights: (m,) summing to 1.
        score: (k,) by row of the front, higher is better.
        rank: (k,) by row of the front, from 1; equal scores share a rank.
        order: (k,) row positions, best first.
        notes: what a reader should know.
        definition: the name of what a score is.
        ranges: (m, 2) the worst and the best value of each objective that scores were measured by,
            the user's directions.
        details: (k,) each by row of the front, what the method's score is made of, by the names it
            is published under.
    """

    method: str
    normalise: str
    weights: Floats
    score: Floats
    rank: Whole
    order: Whole
    notes: tuple[str, ...] = ()
    definition: str = ""
    ranges: Floats = field(default_factory=lambda: np.zeros((0, 2)))
    details: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, kind in (
            ("weights", np.float64),
            ("score", np.float64),
            ("rank", np.int64),
            ("order", np.int64),
            ("ranges", np.float64),
        ):
            array = np.array(getattr(self, name), dtype=kind) + kind(0)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        own = {name: sealed(values) for name, values in self.details.items()}
        object.__setattr__(self, "details", own)
