"""Plans that are possible and not listed, held against what is claimed of all plans.

Some are always at hand: the plans that the planner named, and the neighbours of the listed ones.
Where every combination can be looked at in a second or two, they are the whole front, and then the
claim is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.contradictions import Finding, off_scale
from optimiser.analysis.mixing import depth
from optimiser.analysis.recomputing import pure
from optimiser.analysis.tolerances import BEYOND, CLOSE_GAPS
from optimiser.engine import Options, solve
from optimiser.errors import NoSolutionError, ProofError, UsageError
from optimiser.language import marked, tr
from optimiser.results.mixtures import mixture_of

if TYPE_CHECKING:
    from optimiser.analysis.recomputing import Ground, Plans
    from optimiser.engine.problem import Domain, Problem
    from optimiser.front import Flags, Floats

__all__ = ["beside", "enumerated", "refuted"]

_MORE = marked(
    "no plan is said to have more {name} than {bound!r}, and plan {plan}, which is possible, has "
    "{reached!r}"
)
_LESS = marked(
    "no plan is said to have less {name} than {bound!r}, and plan {plan}, which is possible, has "
    "{reached!r}"
)

_SECONDS = 2.0
"""So long may looking at every combination take."""

_NEIGHBOURS = 2048
_OF_REALS = 256
_FEW = 8
_SHOWN = 3
_BLOCK = 1 << 22
_ROUNDED = Fraction(1, 10**12)
"""A gap is a float: the share that it was rounded by is no contradiction."""


def enumerated(ground: Ground, /) -> tuple[Plans, int] | None:
    """Every efficient plan, and how many combinations were looked at; None where that is impossible
    or takes long.
    """
    if not ground.problem.discrete or not ground.exact:
        return None
    options = Options("enumerate", time_limit=_SECONDS, feasibility=ground.problem.feasibility)
    try:
        found = solve(ground.problem, options)
    except (UsageError, ProofError, NoSolutionError):
        return None
    if found.proof.stopped == "interrupted":
        raise KeyboardInterrupt
    if (
        found.proof.status != "complete"
        or not found.proof.proven
        or found.proof.feasible_set != "exact"
    ):
        return None
    return ground.read(found.x), int(str(found.statistics["combinations"]))


def beside(ground: Ground, /) -> Plans:
    """Plans that hold exactly: those that the planner named, and neighbours of the listed ones."""
    cells = [dict(outcome.cells) for outcome in ground.result.reference_plans]
    x = np.array([ground.model.encode(plan) for plan in cells]).reshape(
        len(cells), ground.plans.x.shape[1]
    )
    most = _NEIGHBOURS if ground.problem.exact is not None else _OF_REALS
    return ground.holding(
        ground.read(np.concatenate([x, _neighbours(ground.problem, ground.plans.x, most)]))
    )


def _neighbours(problem: Problem, x: Floats, most: int) -> Floats:
    """(k, n) the listed plans with one or two decisions changed."""
    others = [_values(domain) for domain in problem.decisions]
    one = [
        (row, j, value)
        for row in range(len(x))
        for j, values in enumerate(others)
        for value in values
    ]
    rng = np.random.default_rng(0)  # the same neighbours whenever a result is verified
    if len(one) > most // 2:
        one = [one[at] for at in np.sort(rng.choice(len(one), most // 2, replace=False)).tolist()]
    single = x[[row for row, _, _ in one]].copy()
    for at, (_, j, value) in enumerate(one):
        single[at, j] = value
    changeable = [j for j, values in enumerate(others) if len(values)]
    if not changeable:
        return single
    double = single[rng.integers(0, len(single), most // 2)].copy()
    for row, j in enumerate(rng.choice(changeable, len(double)).tolist()):
        double[row, j] = rng.choice(others[j])
    return np.unique(np.concatenate([single, double]), axis=0)


def _values(domain: Domain) -> list[float]:
    """What a decision may change to: all values where they are few, else the ends and those near
    0.
    """
    if domain.kind == "listed":
        return [float(value) for value in domain.values]
    if domain.kind == "real":
        return [float(bound) for bound in (domain.lower, domain.upper) if bound is not None]
    if domain.lower is None or domain.upper is None:
        return []
    low, high = int(domain.lower), int(domain.upper)
    chosen = range(low, high + 1) if high - low <= _FEW else (low, low + 1, 0, 1, high - 1, high)
    return [float(v) for v in chosen if low <= v <= high]


def refuted(ground: Ground, others: Plans, /, *, all_of_them: bool = False) -> Iterator[Finding]:
    """What other plans, all feasible, disprove.

    Args:
        ground: the result.
        others: the plans.
        all_of_them: whether they are every efficient plan, the canonical one of equal ones.
    """
    if not len(others):
        return
    yield from _beyond_bounds(ground, others)
    proof = ground.front.proof
    if all_of_them and others.values is not None:
        yield from (Finding("", message) for message in off_scale(ground, others.values))
    if proof.of == "cells":
        if proof.status != "approximate" and pure(ground.problem):
            yield from _mixed(ground, others, proof.gap or 0.0)
        elif proof.status == "complete":
            yield from _unreached(ground, others)
    elif proof.status == "complete" and ground.exact:
        yield from _missing(ground, others)
        if all_of_them:
            yield from _other_plan(ground, others)
    elif proof.gap is not None and proof.status == "covering":
        yield from _uncovered(ground, others, Fraction(proof.gap))


def _beyond_bounds(ground: Ground, others: Plans) -> Iterator[Finding]:
    front = ground.front
    listed, own = ground.order(ground.plans, others)
    best = others.some(np.argmin(own, axis=0).tolist())
    values, beaten = ground.minimised(best), own.min(axis=0) < listed.min(axis=0)
    for k, column in enumerate(front.columns):
        bound = front.proof.bounds[k] if front.proof.bounds else None
        if bound is None:
            continue
        # a bound that is the best listed value says that nothing is better, however little
        proven = ground.exact and bound == front.ideal[k]
        if values[k, k] < bound * column.sign - ground.slack[k] or (proven and beaten[k]):
            said = _MORE if column.sense == "maximise" else _LESS
            reached = float(values[k, k] * column.sign)
            plan = ground.named(best, k)
            yield Finding("", tr(said, name=column.name, bound=bound, plan=plan, reached=reached))


def _missing(ground: Ground, others: Plans) -> Iterator[Finding]:
    """Plans that no listed one equals or dominates."""
    listed, own = ground.order(ground.plans, others)
    lost = np.flatnonzero(~_covered(listed, own))
    for row in lost[:_SHOWN].tolist():
        yield Finding(
            "",
            tr(
                "plan {plan} is possible and not listed, and no listed plan is as good",
                plan=ground.named(others, row),
            ),
        )
    if len(lost) > _SHOWN:
        yield Finding(
            "",
            tr(
                "{count} more plans are possible and not listed, and no listed plan is as good",
                count=len(lost) - _SHOWN,
            ),
        )


def _covered(listed: Floats, own: Floats) -> Flags:
    """(k,) which points one of the listed equals or dominates."""
    found = np.zeros(len(own), dtype=bool)
    step = max(1, _BLOCK // max(1, len(listed)))
    for start in range(0, len(own), step):
        block = own[start : start + step]
        below = np.ones((len(block), len(listed)), dtype=bool)
        for k in range(own.shape[1]):
            below &= listed[:, k] <= block[:, k, None]
        found[start : start + step] = below.any(axis=1)
    return found


def _other_plan(ground: Ground, others: Plans) -> Iterator[Finding]:
    """Of plans with equal objectives the canonical one is listed, unless the note says that some
    are not settled.
    """
    if "same" in ground.front.proof.note:
        return
    listed, own = ground.order(ground.plans, others)
    canonical = {tuple(point): row for row, point in enumerate(own.tolist())}
    for row, point in enumerate(listed.tolist()):
        place = canonical.get(tuple(point))
        if place is not None and (others.x[place] != ground.plans.x[row]).any():
            name = ground.named(others, place)
            yield Finding(
                ground.front.ids[row],
                tr(
                    "has the same values as plan {plan}, which is to be listed in its place",
                    plan=name,
                ),
            )


def _uncovered(ground: Ground, others: Plans, gap: Fraction) -> Iterator[Finding]:
    """Plans that are better than every listed one by more than the gap."""
    listed, scale = ground.plans.values, [Fraction(s) for s in ground.front.proof.scale]
    measured = [k for k, size in enumerate(scale) if size > 0]
    if listed is None or not measured:
        return
    limit = gap * (1 + _ROUNDED)
    shares, error = _shares(ground, others, measured)
    worst: tuple[Fraction, int] | None = None
    for row in np.argsort(-shares, kind="stable")[:_SHOWN].tolist():
        if shares[row] < float(gap) - CLOSE_GAPS - error:
            break
        values = others.some([row]).values
        if values is None:
            return
        need = min(max((p[k] - values[0][k]) / scale[k] for k in measured) for p in listed)
        if need > limit and (worst is None or need > worst[0]):
            worst = need, row
    if worst is not None:
        need, row = worst
        yield Finding(
            "",
            tr(
                "the gap is listed as {gap:g}, and plan {plan}, which is possible, is better than "
                "every listed plan by {share:.6g} of the scale",
                gap=float(gap),
                plan=ground.named(others, row),
                share=float(need),
            ),
        )


def _shares(ground: Ground, others: Plans, measured: Sequence[int]) -> tuple[Floats, float]:
    """(k,) how much worse than each of the others the nearest listed point is, in shares of the
    scale, in floating point, and by how much that may be wrong.
    """
    scale = np.array(ground.front.proof.scale)[list(measured)]
    near = ground.front.minimised[:, list(measured)]
    far = ground.minimised(others)[:, list(measured)]
    found = np.empty(len(far))
    step = max(1, _BLOCK // max(1, near.size))
    for start in range(0, len(far), step):
        block = far[start : start + step]
        found[start : start + step] = (
            ((near[None] - block[:, None]) / scale).max(axis=2).min(axis=1)
        )
    # of values that are rounded once, and of their difference and quotient
    size = np.maximum(np.abs(near).max(axis=0), np.abs(far).max(axis=0))
    return found, float((4 * np.finfo(np.float64).eps * size / scale).max())


def _unreached(ground: Ground, others: Plans) -> Iterator[Finding]:
    """Plans that no listed one and no mixture within a segment or half-open segment is as good
    as.
    """
    values = ground.minimised(others)
    for row in np.flatnonzero(~_covered(ground.front.minimised, values)).tolist():
        if not mixture_of(ground.front, values[row])[0]:
            yield Finding(
                "",
                tr(
                    "plan {plan} is possible, and nothing that is listed is as good",
                    plan=ground.named(others, row),
                ),
            )
            return


def _mixed(ground: Ground, others: Plans, gap: float) -> Iterator[Finding]:
    """Plans that are better than every mixture of listed ones by more than the gap."""
    front = ground.front
    scale = np.array(front.proof.scale) if front.proof.scale else np.ptp(front.y, axis=0)
    values = ground.minimised(others)
    for row in np.flatnonzero(~_covered(front.minimised, values)).tolist():
        own = values[row]
        need = depth(front.minimised, own, scale)
        if need is not None and need > gap + BEYOND:
            yield Finding(
                "",
                tr(
                    "plan {plan} is possible, and better than every mixture of listed plans by "
                    "{share:.6g} of the scale",
                    plan=ground.named(others, row),
                    share=need,
                ),
            )
