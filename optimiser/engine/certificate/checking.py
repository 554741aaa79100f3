"""Checking a certificate: every local upper bound in a refuted box, every refutation valid, all in
exact whole numbers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.certificate.bounds import UNBOUNDED, local_upper_bounds
from optimiser.engine.certificate.box_evaluation import excluded
from optimiser.engine.certificate.claim import Claim, claim_of
from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.reading import refutations_of
from optimiser.engine.certificate.refuted_boxes import LEAF
from optimiser.language import listed, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.certificate.refuted_boxes import Refutation
    from optimiser.engine.certificate.system import System
    from optimiser.engine.problem import Problem

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Checked", "check", "check_points"]

_BLOCK = 1 << 22
# boxes that may be refuted besides, and for each bound of the list: whoever writes a certificate
# needs one each, and a small file can hold any number of them
_SPARE, _BOXES = 100, 2


@dataclass(frozen=True)
class Checked:
    """What was checked, everything holding.

    Attributes:
        points: listed points.
        bounds: local upper bounds of the list, each in a refuted box.
        boxes: refuted boxes.
        trees: branching trees.
        leaves: their leaves.
        vectors: vectors of multipliers evaluated.
        size: of the file, in bytes.
        seconds: it took.
    """

    points: int
    bounds: int
    boxes: int
    trees: int
    leaves: int
    vectors: int
    size: int
    seconds: float


def check(problem: Problem, x: Floats, content: bytes, /, *, scenario_hash: str = "") -> Checked:
    """Check the certificate that the (k, n) plans are one for every non-dominated point of the
    problem.

    Raises:
        UsageError: the problem is not of a kind that can be certified.
        CertificateError: it does not hold, and why.
    """
    return check_points(claim_of(problem, x, scenario_hash=scenario_hash), content)


def check_points(claim: Claim, content: bytes, /) -> Checked:
    """Check a certificate of ``claim``.

    Raises:
        CertificateError: it does not hold, and why.
    """
    began = time.perf_counter()
    trees, leaves, vectors = 0, 0, 0
    boxes: list[Integers] = []
    bounds = local_upper_bounds(claim.points)
    left = _SPARE + _BOXES * len(bounds)
    for refutation in refutations_of(claim, content):
        left -= len(refutation.boxes)
        if left < 0:
            raise CertificateError(
                tr("the certificate refutes more than twice the boxes that the list leaves open")
            )
        _check_refutation(claim.system, refutation, place=trees + 1)
        boxes.append(refutation.boxes)
        trees += 1
        leaves += int((refutation.columns == LEAF).sum())
        vectors += len(refutation.sizes)
    refuted = np.concatenate(boxes) if boxes else np.zeros((0, claim.system.m), dtype=np.int64)
    open_bound = _first_outside(bounds, refuted)
    if open_bound is not None:
        raise CertificateError(
            tr(
                "the certificate leaves a part open where a point may be missing: objectives {box}",
                box=_described(open_bound.tolist()),
            )
        )
    seconds = time.perf_counter() - began
    return Checked(
        len(claim.points), len(bounds), len(refuted), trees, leaves, vectors, len(content), seconds
    )


def _check_refutation(system: System, refutation: Refutation, /, *, place: int) -> None:
    """Every box is excluded on every way from the root to a leaf."""
    gone = excluded(system, refutation)
    ends = np.cumsum(refutation.counts).tolist()
    columns = refutation.columns.tolist()
    waiting = [(1 << len(refutation.boxes)) - 1]
    begin = 0
    for node, end in enumerate(ends):
        left = waiting.pop()
        for vector in range(begin, end):
            left &= ~gone[vector]
        begin = end
        if columns[node] != LEAF:
            waiting += [left, left]
        elif left:
            box = refutation.boxes[(left & -left).bit_length() - 1].tolist()
            raise CertificateError(
                tr(
                    "tree {tree}, node {node}: nothing excludes a plan with objectives {box}",
                    tree=place,
                    node=node + 1,
                    box=_described(box),
                )
            )


def _described(box: list[int]) -> str:
    return listed(tr("any") if u >= UNBOUNDED else tr("below {bound}", bound=u) for u in box)


def _first_outside(bounds: Integers, boxes: Integers) -> Integers | None:
    """The first of the bounds that lies in no box; None where all do."""
    known = {tuple(box) for box in boxes.tolist()}
    rest = np.array([tuple(bound) not in known for bound in bounds.tolist()], dtype=np.bool_)
    others = bounds[rest]
    step = max(1, _BLOCK // max(1, len(boxes)))
    for start in range(0, len(others), step):
        block = others[start : start + step]
        inside = np.ones((len(block), len(boxes)), dtype=np.bool_)
        for k in range(bounds.shape[1]):
            inside &= block[:, k, None] <= boxes[:, k]
        outside = np.flatnonzero(~inside.any(axis=1))
        if len(outside):
            found: Integers = block[outside[0]]
            return found
    return None
