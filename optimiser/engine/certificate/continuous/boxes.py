"""What a finite list of points leaves open in three and more objectives: below each of its local
upper bounds.

Values are rationals of any width; the bounds depend on their order alone, and are found among their
ranks.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from optimiser.engine.certificate.bounds import UNBOUNDED, check_undominated, local_upper_bounds
from optimiser.engine.certificate.continuous.limits import Limit, Region

__all__ = ["box_regions"]

Values = tuple[Fraction, ...]


def box_regions(points: Sequence[Values], /) -> list[Region]:
    """The regions ``f < u`` for the local upper bounds u of points (m,), by their ranks.

    Raises:
        CertificateError: a point equals or beats another one.
    """
    m = len(points[0])
    columns = [sorted({point[k] for point in points}) for k in range(m)]
    places = [{value: i for i, value in enumerate(column)} for column in columns]
    ranks = np.array(
        [[place[v] for place, v in zip(places, point, strict=True)] for point in points],
        dtype=np.int64,
    )
    check_undominated(ranks)
    units = [tuple(int(i == k) for i in range(m)) for k in range(m)]
    return [
        tuple(Limit(units[k], columns[k][u]) for k, u in enumerate(bound) if u < UNBOUNDED)
        for bound in local_upper_bounds(ranks).tolist()
    ]
