"""VIKOR: a compromise between what a plan loses altogether and what it loses in one objective.

References:
    Opricovic, S. & Tzeng, G.-H. (2004). Compromise solution by MCDM methods: a comparative analysis
    of VIKOR and TOPSIS. European Journal of Operational Research, 156(2), 445-455.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import marked
from optimiser.ranking.method import Method, Scores, Yardstick
from optimiser.ranking.tolerances import EQUAL_SCORES, FLAT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["METHODS"]

_WITH_SET = "compromise_set"
_V = 0.5  # the weight of S against R: a decision by consensus


def _score(values: Floats, scale: Yardstick, weights: Floats, definition: str, /) -> Scores:
    """1 - Q with Q = v (S - S*) / (S⁻ - S*) + (1 - v) (R - R*) / (R⁻ - R*): S the sum, R the
    largest of the weighted regrets, * and ⁻ the least and the largest over all plans of the front.

    Where all plans have one S, or one R, up to rounding, that term is 0: the quotient is 0 / 0, and
    plans on a straight front would be told apart by the last bits. Q takes from S and R nothing but
    what tells plans apart, so that where a range is far from all values the regrets are counted
    from the best of these, and R from the largest part that all plans have in common.

    Args and Returns: as :func:`optimiser.ranking.weighted_sum._score`; by the older of the two
    definitions the compromise set is not among the details.
    """
    regrets, among = (weights * scale.near_regrets(some) for some in (values, scale.plans))
    common = weights * scale.regrets(scale.origin[np.newaxis])[0]
    least = common - common.max()
    total, of_all = regrets.sum(axis=1), among.sum(axis=1)
    largest, of_each = (regrets + least).max(axis=1), (among + least).max(axis=1)
    size = float(np.abs(among).sum(axis=1).max())
    s, s_size = _between(total, of_all, size)
    r, r_size = _between(largest, of_each, size)
    q = _V * s + (1.0 - _V) * r
    details = {"S": total + common.sum(), "R": largest + common.max(), "Q": q}
    magnitude = max(1.0, s_size, r_size)
    if definition == _WITH_SET:
        terms = (_between(of_all, of_all, size)[0], _between(of_each, of_each, size)[0])
        most = _most_of_set(*terms, EQUAL_SCORES * magnitude)
        details["compromise"] = (q <= most).astype(np.float64)
    return Scores(1.0 - q, magnitude, scale.flat_notes, details)


def _most_of_set(s: Floats, r: Floats, tolerance: float, /) -> float:
    """The largest Q in the compromise set.

    The plan with the least Q alone where it has (C1) an acceptable advantage, Q(second) - Q(first)
    >= DQ = 1 / (k - 1), and (C2) acceptable stability: it is the best by S or by R as well. The
    first and the second where C2 fails; where C1 fails all plans with Q - Q(first) < DQ.

    Args:
        s: (k,) the first term of Q for all plans of the front, from 0 (best) to 1.
        r: (k,) the second.
        tolerance: what two values may differ by and be equal.
    """
    q = _V * s + (1.0 - _V) * r
    order = np.argsort(q, kind="stable")
    first = float(q[order[0]])
    if len(q) == 1:
        return first + tolerance
    second, advantage = float(q[order[1]]), 1.0 / (len(q) - 1)
    if second - first < advantage - tolerance:
        return first + advantage - tolerance
    leads = min(s[order[0]], r[order[0]]) <= tolerance
    return (first if leads else second) + tolerance


def _between(values: Floats, among: Floats, size: float, /) -> tuple[Floats, float]:
    """(k,) how far each of (k,) values is from the least (0) to the largest (1) of ``among``, and
    how much larger than that way their terms are: by so much rounding weighs more.
    """
    least, largest = float(among.min()), float(among.max())
    way = largest - least
    if way <= FLAT * size:
        return np.zeros(len(values)), 1.0
    return (values - least) / way, size / way


METHODS = (
    Method(
        "vikor",
        "VIKOR",
        "range",
        {"range": (_WITH_SET, "compromise")},
        _score,
        marked("the least and the largest S and R of the plans"),
    ),
)
