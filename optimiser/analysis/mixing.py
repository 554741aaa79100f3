"""How a point stands to the mixtures of others, by linear programs in floating point.

Their tolerance is 1e-7 of the ranges; what is concluded from them must lie well beyond it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.tolerances import BEYOND, STEEP

if TYPE_CHECKING:
    from optimiser.front import Floats

__all__ = ["beaten", "depth"]


def depth(listed: Floats, own: Floats, scale: Floats, /) -> float | None:
    """The least t so that some mixture of points is in every objective at most t * scale worse than
    a point.

    Args:
        listed: (k, m) minimised.
        own: (m,) the point.
        scale: (m,) an objective with 0 is left out.

    Returns:
        Negative where a mixture is better in everything; None where nothing is measured.
    """
    from scipy.optimize import linprog

    measured = scale > 0.0
    if not measured.any():
        return None
    gaps = (listed[:, measured] - own[measured]) / scale[measured]
    k, m = gaps.shape
    done = linprog(
        np.append(np.zeros(k), 1.0),
        A_ub=np.hstack([gaps.T, -np.ones((m, 1))]),
        b_ub=np.zeros(m),
        A_eq=np.append(np.ones(k), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0.0, None)] * k + [(None, None)],
    )
    return float(done.fun) if done.status == 0 else None


def beaten(listed: Floats, own: Floats, /) -> bool:
    """Whether some mixture of (k, m) points dominates a point (m,), beyond any tolerance."""
    from scipy.optimize import linprog

    span = np.ptp(listed, axis=0)
    scale = np.where(span > 0.0, span, 1.0)
    found = depth(listed, own, scale)
    if found is None or found > BEYOND:
        return False
    if found < -BEYOND:
        return True
    gaps = (own - listed) / scale
    done = linprog(
        -gaps.sum(axis=1),
        A_ub=-gaps.T,
        b_ub=np.zeros(len(scale)),
        A_eq=np.ones((1, len(gaps))),
        b_eq=[1.0],
    )
    return bool(done.status == 0 and -done.fun > STEEP)
