"""What stated wishes leave over of a front: plans, technologies, rules, the next question.

A plan is left unless another one scores at least as high under all allowed weights and higher under
some: a Pareto filter of the scores at the extreme points of the set of weights. Values count as the
decimals that they show, and scores are compared in whole numbers.

References:
    Liesiö, Mild, Salo (2007), Preference programming for robust portfolio modeling and project
    selection, EJOR 181. Lahdelma, Salminen (2001), SMAA-2, Operations Research 49. Das (1999), On
    characterizing the knee of the Pareto curve, Structural Optimization 18.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.acceptability import SAMPLES, Acceptability, acceptability
from optimiser.analysis.adoption import (
    Pair,
    Rule,
    adopted,
    choices,
    pairs,
    rules,
    shares,
    trade_offs,
)
from optimiser.analysis.exact_shares import ExactShares, shares_of, unbeaten
from optimiser.analysis.questions import Question, questions
from optimiser.analysis.statements import RESTRICTING, Statement, half_spaces, restriction
from optimiser.analysis.weight_sets import WeightSet, conflict, whole_simplex
from optimiser.errors import UsageError
from optimiser.language import listed, tr

if TYPE_CHECKING:
    from optimiser.analysis.exact_shares import Whole
    from optimiser.front import Flags, Front
    from optimiser.results import Result
    from optimiser.study import Equivalents

__all__ = ["Decided", "Stated", "Technologies", "decide", "knee_of", "stated", "with_equals"]


@dataclass(frozen=True, eq=False)
class Stated:
    """Statements applied to a front, before any more is asked.

    Attributes:
        result: whose front it is.
        front: its k plans, those with equal objectives included, in rank order.
        equal_known: whether these are all there are.
        statements: as they were made.
        kept: (k,) the plans that the restrictions keep.
        allowed: the weights that the other statements allow.
        left: the rows of the plans that are left.
        places: of the plans kept by each extreme point of the weights; None without statements
            about weights, when none is beaten.
        emptied_by: the fewest restrictions that no plan holds together; empty where some plan holds
            all.
    """

    result: Result
    front: Front
    equal_known: bool
    statements: tuple[Statement, ...]
    kept: Flags
    allowed: WeightSet
    left: tuple[int, ...]
    places: Whole | None = field(repr=False)
    emptied_by: tuple[Statement, ...] = ()

    @cached_property
    def shares(self) -> ExactShares:
        """Of all k plans, by the ranges of the run."""
        return shares_of(self.front, self.result.ranking.ranges)

    @property
    def claimed(self) -> bool:
        """Whether what holds for all plans left is proven: the front is complete, exactly, of
        points, and plans with equal objectives are known.
        """
        proof = self.front.proof
        finite = proof.of == "points" and proof.status == "complete"
        return finite and proof.proven and self.equal_known


@dataclass(frozen=True)
class Technologies:
    """What the plans left adopt.

    Attributes:
        core: in every plan.
        open: in some, and in which share of them.
        out: in none.
        start_now: in every plan by the first phase.
    """

    core: tuple[str, ...]
    open: dict[str, float]
    out: tuple[str, ...]
    start_now: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Decided:
    """What is left over.

    Attributes:
        stated: the statements and the plans that they leave.
        ranked: of the plans left, for which weights each is first; None where none is left.
        knee: the row of the plan left that lies farthest beyond the plane through the best of each
            objective; None where none lies beyond.
        technologies: what the plans left adopt.
        core_index: of each technology the share of all efficient plans that adopt it.
        pairs: of technologies that some plans left adopt and some do not.
        trade_offs: of the same technologies, what decides each.
        rules: that hold for all plans left.
        questions: that could be asked next, the most telling first.
    """

    stated: Stated
    ranked: Acceptability | None
    knee: int | None
    technologies: Technologies
    core_index: dict[str, float]
    pairs: tuple[Pair, ...]
    trade_offs: tuple[Rule, ...]
    rules: tuple[Rule, ...]
    questions: tuple[Question, ...]

    @property
    def next(self) -> Question | None:
        """The question whose answers leave the fewest plans, whichever it is."""
        return self.questions[0] if self.questions else None

    @property
    def plans(self) -> tuple[str, ...]:
        """The ids of the plans left, in rank order."""
        return tuple(self.stated.front.ids[row] for row in self.stated.left)

    @property
    def first(self) -> tuple[str, ...]:
        """The ids of the plans that are best for some allowed weights."""
        if self.ranked is None:
            return ()
        return tuple(plan for plan, best in zip(self.plans, self.ranked.first, strict=True) if best)


def decide(
    result: Result,
    statements: Sequence[Statement] = (),
    /,
    *,
    equivalents: Sequence[Equivalents] | None = None,
    samples: int = SAMPLES,
) -> Decided:
    """What statements leave over.

    Args:
        result: k plans in m objectives.
        statements: restrictions and statements about weights, in any order.
        equivalents: the plans with equal objectives, from :func:`optimiser.study.equivalents`; they
            are plans like the others. None: the listed plans alone.
        samples: of weights, where shares of them are not exact.

    Raises:
        UsageError: a statement names what is not there, or statements contradict each other.
    """
    found = stated(result, statements, equivalents=equivalents)
    front, left = found.front, list(found.left)
    chosen = _rows(front, left) if left else None
    names = choices(result.scenario, front)
    everything = adopted(front, names)
    adopting = everything[left]
    technologies = _technologies(result, front, left, names, adopting)
    columns = {name: place for place, name in enumerate(names)}
    places = [columns[name] for name in technologies.open]
    some = adopting[:, places]
    open_names = list(technologies.open)
    ranked = None
    if left:
        ranked = acceptability(
            found.shares.taken(left), found.allowed, seed=front.provenance.seed, samples=samples
        )
    kept = np.flatnonzero(found.kept)
    asked: tuple[Question, ...] = ()
    if len(left) > 1:
        asked = questions(
            _rows(front, kept.tolist()),
            found.shares.taken(kept),
            found.allowed,
            found.places,
            adopting=everything[kept],
            names=names,
        )
    return Decided(
        found,
        ranked,
        knee_of(found.shares, found.left),
        technologies,
        shares(names, everything),
        pairs(open_names, some),
        () if chosen is None else trade_offs(chosen, open_names, some),
        () if chosen is None else rules(chosen, open_names, some),
        asked,
    )


def stated(
    result: Result,
    statements: Sequence[Statement] = (),
    /,
    *,
    equivalents: Sequence[Equivalents] | None = None,
) -> Stated:
    """The plans that statements leave; see :func:`decide`.

    Raises:
        UsageError: a statement names what is not there, or statements contradict each other.
    """
    front = with_equals(result.front, equivalents)
    known = equivalents is not None and all(one.complete for one in equivalents)
    everyone = shares_of(front, result.ranking.ranges)
    about_plans = [one for one in statements if one.kind in RESTRICTING]
    about_weights = [one for one in statements if one.kind not in RESTRICTING]
    _refuse_both(about_plans)
    held = [restriction(result, front, one) for one in about_plans]
    rows = [half_spaces(result, front, one) for one in about_weights]
    allowed = whole_simplex(len(front.columns))
    for row in (row for own in rows for row in own):
        allowed = allowed.cut(row)
    if not allowed:
        _contradicted([about_weights[i] for i in conflict(rows, len(front.columns))])
    kept = np.logical_and.reduce([np.ones(len(front), dtype=bool), *held])
    left = np.flatnonzero(kept)
    places = everyone.taken(left).places(allowed.extreme) if rows else None
    if places is not None:
        left = left[unbeaten(places)]
    emptied = () if kept.any() else _emptying(about_plans, held)
    found = Stated(
        result,
        front,
        known,
        tuple(statements),
        kept,
        allowed,
        tuple(left.tolist()),
        places,
        emptied,
    )
    found.__dict__["shares"] = everyone
    return found


def with_equals(front: Front, equivalents: Sequence[Equivalents] | None, /) -> Front:
    """A front with the plans of equal objectives, each behind the listed one that has these."""
    others = {one.row: one.others for one in equivalents or () if one.others is not None}
    if not others:
        return front
    parts = [
        part
        for row in range(len(front))
        for part in (_rows(front, [row]), others.get(row))
        if part is not None
    ]
    at = [row for row in range(len(front)) for _ in range(1 + len(others.get(row) or ()))]
    return replace(
        front,
        y=front.y[at],
        x=np.zeros((len(at), 0)),
        indicators=np.vstack([part.indicators for part in parts]),
        cells=tuple(cells for part in parts for cells in part.cells),
        ids=tuple(name for part in parts for name in part.ids),
        proof=replace(front.proof, cells=(), open_ends=()),
        stands=(),
        exact=tuple(front.exact[row] for row in at) if front.exact else (),
    )


def _rows(front: Front, rows: list[int]) -> Front:
    """Some plans of a front, one at least; what it claims is said of the whole."""
    return replace(
        front,
        y=front.y[rows],
        x=front.x[rows],
        indicators=front.indicators[rows],
        cells=tuple(front.cells[row] for row in rows),
        ids=tuple(front.ids[row] for row in rows),
        proof=replace(front.proof, cells=(), open_ends=()),
        stands=(),
        exact=tuple(front.exact[row] for row in rows) if front.exact else (),
    )


def _refuse_both(about_plans: Sequence[Statement]) -> None:
    """No plan is with a technology and without it."""
    wanted = [
        (one, {"with": set(one.names()), "without": set()}.get(one.kind, set()))
        for one in about_plans
        if one.kind == "with"
    ]
    for one, names in wanted:
        for other in about_plans:
            # without mes is without each of its levels
            refused = set(other.names()) if other.kind == "without" else set()
            if refused & (names | {name.partition(".")[0] for name in names}):
                _contradicted([one, other])


def _contradicted(statements: Sequence[Statement]) -> None:
    options = listed([one.option for one in statements], last="and")
    if len(statements) == 1:
        raise UsageError(
            tr("no weights hold {statement}", statement=options),
            help=tr("weights are not negative, and sum to 1 over all objectives"),
        )
    raise UsageError(
        tr("these statements contradict each other: {statements}", statements=options),
        help=tr("leave one of them out, or loosen it"),
    )


def _emptying(about_plans: Sequence[Statement], held: Sequence[Flags]) -> tuple[Statement, ...]:
    return next(
        tuple(about_plans[i] for i in chosen)
        for count in range(1, len(held) + 1)
        for chosen in combinations(range(len(held)), count)
        if not np.logical_and.reduce([held[i] for i in chosen]).any()
    )


def _technologies(
    result: Result, front: Front, left: list[int], names: list[str], adopting: Flags
) -> Technologies:
    share = shares(names, adopting) if left else {}
    core = [name for name, value in share.items() if value == 1.0]
    phases = result.scenario.phases
    soon = core
    if phases:
        first = phases[0].name
        places = front.decision_places
        soon = [
            name
            for name in core
            if all(front.cells[row][places[name]].partition("@")[2] == first for row in left)
        ]
    partly = {name: value for name, value in share.items() if 0.0 < value < 1.0}
    out = [name for name, value in share.items() if value == 0.0]
    order = sorted(partly, key=lambda name: -partly[name])
    return Technologies(
        tuple(core), {name: partly[name] for name in order}, tuple(out), tuple(soon)
    )


def knee_of(shares: ExactShares, rows: Sequence[int], /) -> int | None:
    """The row, of those given, of the plan farthest beyond the plane through the best of each
    objective; None where none lies beyond.

    By the ranges of the run the best of each objective is 1 and the plane is where the shares sum
    to 1; the farthest beyond it has the largest sum.
    """
    if len(rows) < 2:
        return None
    sums = {row: sum(shares.parts[row].tolist()) for row in rows}
    best = max(rows, key=sums.__getitem__)
    return best if sums[best] > shares.whole else None
