"""Certificates of either kind: written for a list that is proven complete, and checked.

A list of points in whole numbers has its boxes refuted; a continuous front has its plans completed
and the regions that they leave open refuted. Writing loads the solvers when it comes to that,
checking never does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.certificate import (
    CertificateError,
    Refutation,
    certificate_bytes,
    check,
    claim_of,
    format_of,
    uncertifiable,
)
from optimiser.engine.certificate.continuous import (
    FORMAT,
    Listing,
    Piece,
    Tree,
    Vector,
    check_listing,
    listing_bytes,
    listing_of,
    regions_of,
    unlistable,
    values_of,
)
from optimiser.engine.contract import Budget
from optimiser.language import stored, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    from optimiser.engine.certificate import Checked
    from optimiser.engine.certificate.continuous import CheckedListing, Region
    from optimiser.engine.contract import Progress
    from optimiser.engine.exact.refuting import RefutingTree
    from optimiser.engine.linear.region_trees import RegionTree
    from optimiser.engine.problem import Point, Problem
    from optimiser.front import Floats, Proof

__all__ = ["Written", "certify", "check_certificate", "listing_certificate"]


@dataclass(frozen=True)
class Written:
    """What came of writing a certificate.

    Attributes:
        content: the file; None where there can be none.
        note: what it refutes, or why there is none, in words for a proof line.
    """

    content: bytes | None
    note: str


def certify(
    problem: Problem,
    plans: Sequence[Point],
    proof: Proof,
    /,
    *,
    scenario_hash: str = "",
    seconds: float | None = None,
    workers: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
) -> Written:
    """The certificate of a list, the proof that it lacks no plan; or why there is none.

    Args:
        problem: what they are plans of.
        plans: the n decisions of each, exactly.
        proof: what is claimed of them; its cells are positions among them.
        scenario_hash: names where the problem comes from.
        seconds: the longest that it may take, give or take a box; None is no limit.
        workers: threads that may be used where that saves time; the file is the same with any
            number.
        on_progress: told what takes a while.

    Raises:
        CertificateError: a plan is missing after all, or a listed one should not be there.
    """
    reason = _uncertifiable(problem, len(plans), proof)
    if reason is not None:
        return _none(reason)
    from optimiser.engine.exact.refuting import MissingPlanError, NotRefutedError

    budget = Budget(seconds, on_progress=on_progress)
    late = (
        stored("the time limit came before every box was refuted")
        if uncertifiable(problem) is None
        else stored("the time limit came before every region was refuted")
    )
    if budget.exhausted() is not None:
        return _none(late)
    try:
        return _written(problem, plans, proof, scenario_hash, budget, workers=workers)
    except MissingPlanError as error:
        raise CertificateError(
            str(error), help=tr("this is a bug of the solver: please report it")
        ) from None
    except NotRefutedError as error:
        return _none(str(error) if budget.exhausted() is None else late)


def check_certificate(
    problem: Problem,
    plans: Sequence[Point],
    proof: Proof,
    content: bytes,
    /,
    *,
    scenario_hash: str = "",
) -> Checked | CheckedListing:
    """Check a certificate against its problem and its plans; nothing else in it is believed.

    Args:
        problem, plans, proof, scenario_hash: as it was written for.
        content: the file.

    Raises:
        UsageError: nothing can be certified about such a problem.
        CertificateError: it does not hold, and why.
    """
    if (
        format_of(content) != FORMAT
        if uncertifiable(problem) is None
        else problem.discrete and unlistable(problem, len(plans)) is not None
    ):
        return check(problem, _rounded(plans), content, scenario_hash=scenario_hash)
    return check_listing(listing_of(problem, plans, proof, scenario_hash=scenario_hash), content)


def listing_certificate(listing: Listing, budget: Budget, /) -> tuple[bytes, int]:
    """The certificate of a continuous front, checked, and how many regions it refutes.

    Raises:
        MissingPlanError: a plan is missing.
        NotRefutedError: the search was given up.
        CertificateError: something listed should not be there.
    """
    from optimiser.engine.linear.region_trees import refuted

    pieces = _pieces(listing, budget)
    regions = regions_of(listing, pieces)
    limits = [[(limit.weights, limit.level) for limit in region] for region in regions]
    trees = refuted(listing.linear, limits, _widths(listing, pieces), budget)
    content = listing_bytes(listing, pieces, _paired(regions, trees))
    check_listing(listing, content)
    return content, len(regions)


def _uncertifiable(problem: Problem, count: int, proof: Proof) -> str | None:
    """Why there can be no certificate of either kind; None where there can."""
    if proof.status != "complete":
        return stored("the list is not proven complete")
    reason = uncertifiable(problem)
    if reason is None:
        return None
    other = unlistable(problem, count)
    return None if other is None else reason if problem.discrete else other


def _none(reason: str) -> Written:
    return Written(None, stored("no certificate: {reason}", reason=reason))


def _written(
    problem: Problem,
    plans: Sequence[Point],
    proof: Proof,
    scenario_hash: str,
    budget: Budget,
    *,
    workers: int,
) -> Written:
    """The certificate, of points in whole numbers where it can be."""
    from optimiser.engine.exact.refuting import MissingPlanError, NotRefutedError

    if uncertifiable(problem) is None:
        try:
            return _of_points(problem, _rounded(plans), scenario_hash, budget, workers=workers)
        except MissingPlanError:
            raise
        except NotRefutedError:
            # numbers too wide for its search are none for exact fractions
            if budget.exhausted() is not None or unlistable(problem, len(plans)) is not None:
                raise
    listing = listing_of(problem, plans, proof, scenario_hash=scenario_hash)
    content, count = listing_certificate(listing, budget)
    note = (
        stored("certificate of 1 refuted region")
        if count == 1
        else stored("certificate of {number} refuted regions", number=count)
    )
    return Written(content, note)


def _rounded(plans: Sequence[Point]) -> Floats:
    """(k, n) the decisions of discrete plans as floats, which stand for them exactly."""
    return np.array([[float(value) for value in plan] for plan in plans], dtype=np.float64)


def _of_points(
    problem: Problem, x: Floats, scenario_hash: str, budget: Budget, *, workers: int
) -> Written:
    """The certificate of a finite list in whole numbers."""
    from optimiser.engine.exact.refuting import left_open, refute

    claim = claim_of(problem, x, scenario_hash=scenario_hash)
    boxes = left_open(claim.points, stop=lambda: budget.exhausted() is not None)
    trees = refute(
        claim.system,
        boxes,
        workers=workers,
        on_progress=lambda done: done < len(boxes) and budget.exhausted() is not None,
    )
    content = certificate_bytes(claim, _refutations(trees))
    note = (
        stored("certificate of 1 refuted box")
        if len(boxes) == 1
        else stored("certificate of {number} refuted boxes", number=len(boxes))
    )
    return Written(content, note)


def _refutations(trees: Iterator[RefutingTree]) -> Iterator[Refutation]:
    for t in trees:
        yield Refutation(t.boxes, t.columns, t.values, t.counts, t.sizes, t.rows, t.multipliers)


def _pieces(listing: Listing, budget: Budget) -> list[Piece]:
    """The listed pieces with their ends in full, along the front."""
    from optimiser.engine.linear.completing import Completing

    completing = Completing(listing.linear, listing.plans, listing.values, budget)
    found: list[tuple[tuple[Fraction, ...], Piece]] = []

    def add(ends: Sequence[Point], opened: Sequence[bool]) -> None:
        ordered = sorted(zip(map(completing.values, ends), ends, opened, strict=True))
        found.append(
            (
                ordered[0][0],
                Piece(tuple(x for _, x, _ in ordered), tuple(flag for _, _, flag in ordered)),
            )
        )

    cells = [] if listing.faces else [cell for cell in listing.cells if len(cell) > 1]
    for i, j in cells:
        add(completing.segment(i, j), (False, False))
    for i, limit in listing.open_ends:
        add(completing.open_end(i, limit, listing.signs), (False, True))
    joined = {i for cell in cells for i in cell} | {i for i, _ in listing.open_ends}
    for i in range(len(listing.plans)):
        if i not in joined:
            add((completing.plan(i),), (False,))
    # a plan stands before a segment that starts, open, at its point
    return [piece for _, piece in sorted(found, key=lambda entry: (entry[0], len(entry[1].ends)))]


def _widths(listing: Listing, pieces: Sequence[Piece]) -> list[int]:
    """(m,) about the range of each objective over the pieces, in the units of its row."""
    columns = zip(
        *(values_of(listing.linear, x) for piece in pieces for x in piece.ends), strict=True
    )
    return [max(1, math.ceil(max(column) - min(column))) for column in columns]


def _paired(
    regions: Sequence[Region], trees: Iterator[RegionTree]
) -> Iterator[tuple[Region, Tree]]:
    for region, tree in zip(regions, trees, strict=True):
        leaves = tuple(Vector(weights, rows) for weights, rows in tree.leaves)
        yield region, Tree(tuple(tree.columns), tuple(tree.values), leaves)
