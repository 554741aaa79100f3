"""What a certificate is about: a problem and a list of its points, in exact whole numbers."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.certificate.bounds import UNBOUNDED, check_undominated
from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.system import System, follows, system_of
from optimiser.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Problem

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Claim", "claim_of", "in_one_order", "points_digest"]


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
    points = _points(problem, system, np.asarray(x, dtype=np.float64), keys)
    check_undominated(points)
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


def _points(problem: Problem, system: System, x: Floats, keys: NDArray[np.generic]) -> Integers:
    """(k, m) the points: what the evaluation says, where the rows say the same; behind a function
    what the rows say, where that has the same order.
    """
    m, linear = system.m, problem.linear
    linked = [bool(link) for link in linear.linked] if linear and linear.linked else [False] * m
    points = np.zeros((len(x), m), dtype=np.int64)
    for k in range(m):
        if not linked[k]:
            points[:, k] = _whole(keys[:, k])
    if not linear or not follows(linear, x.shape[1]):
        return points
    # where every column follows from the decisions by products
    full = np.rint(linear.extend(x)).astype(np.int64)
    values = full @ system.matrix.T
    own, activity = values[:, :m] + system.constants, values[:, m:]
    for k in range(m):
        if linked[k]:
            points[:, k] = own[:, k]
            same = in_one_order(keys[:, k].tolist(), own[:, k].tolist())
        else:
            same = bool((own[:, k] == points[:, k]).all())
        if not same:
            raise CertificateError(tr("the rows give other objective values than the model"))
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
    return points


def in_one_order(keys: Sequence[Any], values: Sequence[Any], /) -> bool:
    """Whether the two order the plans alike, equal ones included."""
    ordered = sorted(zip(values, keys, strict=True))
    return all(
        (a[0] < b[0]) == (a[1] < b[1]) and (a[0] == b[0]) == (a[1] == b[1])
        for a, b in itertools.pairwise(ordered)
    )
