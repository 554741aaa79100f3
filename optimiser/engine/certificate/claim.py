"""What a certificate is about: a problem and a list of its points, in exact whole numbers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.certificate.bounds import UNBOUNDED, first_dominated
from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.system import System, system_of
from optimiser.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Problem

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Claim", "claim_of", "points_digest"]


@dataclass(frozen=True, eq=False)
class Claim:
    """That the (k, m) ``points`` are all non-dominated points of ``system``; ``scenario_hash``
    names where it comes from.
    """

    system: System
    points: Integers
    scenario_hash: str = ""


def claim_of(problem: Problem, x: Floats, /, *, scenario_hash: str = "") -> Claim:
    """The claim that the (k, n) plans are one for every non-dominated point.

    Raises:
        UsageError: the problem is not of a kind that can be certified.
        CertificateError: a plan is infeasible, or another is at least as good in everything.
    """
    system = system_of(problem)
    if problem.exact is None:
        raise AssertionError("a system has exact values")
    keys, feasible = problem.exact(np.asarray(x, dtype=np.float64))
    if not feasible.all():
        raise CertificateError(
            tr(
                "plan {number} of the list is infeasible",
                number=int(np.flatnonzero(~feasible)[0]) + 1,
            )
        )
    points = _whole(keys).reshape(len(x), system.m)
    _agree(problem, system, np.asarray(x, dtype=np.float64), points)
    dominated = first_dominated(points)
    if dominated is not None:
        raise CertificateError(
            tr(
                "plan {number} of the list is equalled or dominated by another",
                number=dominated + 1,
            )
        )
    return Claim(system, points, scenario_hash)


def points_digest(points: Integers, /) -> str:
    """SHA-256 of the (k, m) points, one a line, in lexicographic order, coordinates separated by
    spaces, in hex.
    """
    ordered = points[np.lexsort(points.T[::-1])] if len(points) else points
    lines = "".join(" ".join(map(str, point)) + "\n" for point in ordered.tolist())
    return hashlib.sha256(lines.encode()).hexdigest()


def _whole(keys: NDArray[np.generic]) -> Integers:
    values = [int(key) for key in keys.ravel().tolist()]
    if any(value != key for value, key in zip(values, keys.ravel().tolist(), strict=True)):
        raise CertificateError(
            tr("an objective of the list is not a whole number in the rows' units")
        )
    if any(abs(value) >= UNBOUNDED for value in values):
        raise CertificateError(tr("an objective of the list is too wide for 64 bits"))
    return np.array(values, dtype=np.int64)


def _agree(problem: Problem, system: System, x: Floats, points: Integers) -> None:
    """Where every column follows from the decisions by products, the rows must say the same as the
    evaluation.
    """
    linear = problem.linear
    if (
        not linear
        or len(linear.columns) != x.shape[1] + len(linear.products)
        or not system.whole.all()
    ):
        return
    full = np.rint(linear.extend(x)).astype(np.int64)
    values = full @ system.matrix.T
    m = system.m
    if (values[:, :m] + system.constants != points).any():
        raise CertificateError(tr("the rows give other objective values than the model"))
    activity = values[:, m:]
    broken = (system.low_known & (activity < system.low)) | (
        system.high_known & (activity > system.high)
    )
    if broken.any():
        raise CertificateError(
            tr(
                "plan {number} of the list breaks a row",
                number=int(np.flatnonzero(broken.any(axis=1))[0]) + 1,
            )
        )
