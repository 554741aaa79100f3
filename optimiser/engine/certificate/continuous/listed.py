"""What a certificate of a continuous front is about: a problem, its plans, and between which of
them mixtures are listed too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.certificate.claim import in_one_order
from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.system import follows
from optimiser.engine.holding import excesses
from optimiser.errors import UsageError
from optimiser.language import retold, stored, tr

if TYPE_CHECKING:
    from optimiser.engine.problem import Linear, Point, Problem
    from optimiser.front import Proof

__all__ = ["Listing", "listing_of", "unlistable"]

Values = tuple[Fraction, ...]
OpenEnd = tuple[int, tuple[float, ...]]
_OBJECTIVES = 2


@dataclass(frozen=True, eq=False)
class Listing:
    """That the plans, segments and half-open segments are the whole front.

    Attributes:
        linear: the exact rows of the problem.
        signs: (m,) -1 of an objective that the user maximises, else 1.
        plans: the n decisions of each, exactly.
        values: for each the m objectives as the model gives them, in the units of their rows; None
            where it does not.
        cells: the positions of the two ends of each segment; of three and more objectives of the
            vertices of each face.
        open_ends: half-open segments: the position of the plan at which one starts, and the values,
            in the user's directions, of the end that it comes as close to as one likes.
        scenario_hash: of the scenario.
        finite: whether every decision is discrete, so that what is listed are points.
    """

    linear: Linear
    signs: tuple[float, ...]
    plans: tuple[Point, ...]
    values: tuple[Values | None, ...]
    cells: tuple[tuple[int, ...], ...] = ()
    open_ends: tuple[OpenEnd, ...] = ()
    scenario_hash: str = ""
    finite: bool = False

    @property
    def faces(self) -> tuple[frozenset[int], ...]:
        """Of a front of several plans in three and more objectives what is listed, single plans
        included; else nothing.
        """
        if len(self.plans) == 1 or len(self.signs) == _OBJECTIVES or self.finite:
            return ()
        joined = {i for cell in self.cells for i in cell}
        alone = (frozenset([i]) for i in range(len(self.plans)) if i not in joined)
        return (*map(frozenset, self.cells), *alone)


def unlistable(problem: Problem, plans: int, /) -> str | None:
    """Why no such certificate can be written for a list of so many plans, in plain words;
    None where one can.
    """
    linear = problem.linear
    if not linear:
        return linear.reason
    finite = problem.discrete and problem.exact is not None
    for name, link in zip(problem.objectives, linear.linked, strict=False):
        if link and not (finite and follows(linear, len(problem.decisions))):
            return stored(
                "objective '{name}' is compared through a function ({link}), not as it is",
                name=name,
                link=link,
            )
    if linear.resolution is not None:
        return stored("a constraint is compared through a logarithm, not in rational numbers")
    if (
        plans > 1
        and not finite
        and len(problem.objectives) != _OBJECTIVES
        and any(column.kind == "whole" for column in linear.columns)
    ):
        return stored(
            "a front with real-number and whole-number decisions is certified for two objectives"
        )
    return None


def listing_of(
    problem: Problem, plans: Sequence[Point], proof: Proof, /, *, scenario_hash: str = ""
) -> Listing:
    """What the proof claims of the plans, whose decisions are given exactly.

    Raises:
        UsageError: the problem is not of a kind that can be certified.
        CertificateError: a plan does not hold exactly or is listed twice, or a segment has other
            ends than listed plans.
    """
    reason, linear = unlistable(problem, len(plans)), problem.linear
    if reason is not None or not linear:
        raise UsageError(
            tr("completeness cannot be certified: {reason}", reason=retold(reason or "")),
            help=tr("models with linear effects can"),
        )
    if len(set(plans)) < len(plans):
        raise CertificateError(tr("a plan is listed twice"))
    for number, plan in enumerate(plans, start=1):
        if problem.excesses is not None and excesses(problem, plan):
            raise CertificateError(
                tr("plan {number} of the list does not hold exactly", number=number)
            )
    longest = _OBJECTIVES if len(problem.objectives) == _OBJECTIVES else len(plans)
    wrong = [c for c in proof.cells if len(c) > longest or not all(0 <= i < len(plans) for i in c)]
    if wrong or not all(0 <= i < len(plans) for i, _ in proof.open_ends):
        raise CertificateError(
            tr("a segment of the list has ends that are not listed, or more than two")
        )
    if proof.open_ends and len(problem.objectives) != _OBJECTIVES:
        raise CertificateError(tr("half-open segments are of two objectives"))
    return Listing(
        linear,
        tuple(float(sign) for sign in problem.signs),
        tuple(plans),
        _values(problem, linear, plans),
        proof.cells,
        proof.open_ends,
        scenario_hash,
        problem.discrete,
    )


def _values(problem: Problem, linear: Linear, plans: Sequence[Point]) -> tuple[Values | None, ...]:
    if problem.values is None:
        return (None,) * len(plans)
    found: list[Values | None] = []
    linked = _linked(problem, linear, plans)
    for place, own in enumerate(problem.values(plans)):
        pairs = [
            linked[k][place] if k in linked else None if value is None else value * row.scale
            for k, (value, row) in enumerate(zip(own, linear.objectives, strict=True))
        ]
        known = tuple(value for value in pairs if value is not None)
        found.append(known if len(known) == len(pairs) else None)
    return tuple(found)


def _linked(problem: Problem, linear: Linear, plans: Sequence[Point]) -> dict[int, list[Fraction]]:
    """Objective behind a function -> its row's value of every plan, which orders the plans as the
    objective does.
    """
    behind = [k for k, link in enumerate(linear.linked) if link]
    if not behind or problem.exact is None:
        return {}
    x = np.array([[float(value) for value in plan] for plan in plans], dtype=np.float64)
    # columns are decisions and products of these
    full = [[round(value) for value in row] for row in linear.extend(x).tolist()]
    keys = problem.exact(x)[0]
    found = {}
    for k in behind:
        row = linear.objectives[k]
        values = [Fraction(row.constant + sum(c * own[j] for j, c in row.terms)) for own in full]
        if not in_one_order(keys[:, k].tolist(), values):
            raise CertificateError(tr("the rows give other objective values than the model"))
        found[k] = values
    return found
