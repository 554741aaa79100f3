"""Whether a hyperplane separates the two classes of a sample, so that no logistic fit exists.

References:
    K. Konis, Linear programming algorithms for detecting separated data in binary logistic
    regression models, DPhil thesis, University of Oxford 2007.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from optimiser.fitting.sample import Observations
from optimiser.fitting.tolerances import POSITIVE
from optimiser.language import listed, marked, tr, trn

__all__ = ["separation"]


_SEPARATED: Final = marked(
    "the outcomes are separated by '{feature}': it is at most {end:.6g} in every row with target "
    "{low} and at least {start:.6g} in every row with target {high}"
)
_QUASI_SEPARATED: Final = marked(
    "the outcomes are quasi-separated by '{feature}': it is at most {end:.6g} in every row with "
    "target {low} and at least {start:.6g} in every row with target {high}"
)


def separation(sample: Observations, /) -> str | None:
    """How the classes are separated, in words; None where they overlap."""
    single = _single(sample)
    if single is not None:
        return single
    (x, _), y = sample.centred(), sample.target()
    signed = np.column_stack([np.ones(len(y)), x / np.abs(x).max(axis=0)]) * (2 * y - 1)[:, None]
    direction = _direction(signed, strict=True)
    if direction is not None:
        used = _used(sample, direction)
        return trn(
            "the outcomes are separated: {features} predicts every row without error",
            "the outcomes are separated: {features} together predict every row without error",
            len(used),
            features=listed(used, last="and"),
        )
    direction = _direction(signed, strict=False)
    if direction is None:
        return None
    used = _used(sample, direction)
    return trn(
        "the outcomes are quasi-separated: {features} predicts every row without error but those "
        "exactly on a boundary",
        "the outcomes are quasi-separated: {features} together predict every row without error but "
        "those exactly on a boundary",
        len(used),
        features=listed(used, last="and"),
    )


def _single(sample: Observations) -> str | None:
    """The first feature that separates by itself."""
    for name, column in zip(sample.names, sample.x, strict=True):
        groups = [
            [v for v, target in zip(column, sample.y, strict=True) if target == outcome]
            for outcome in (0, 1)
        ]
        for low, high in ((0, 1), (1, 0)):
            end, start = max(groups[low]), min(groups[high])
            if end <= start:
                return tr(
                    _SEPARATED if end < start else _QUASI_SEPARATED,
                    feature=name,
                    end=float(end),
                    low=low,
                    start=float(start),
                    high=high,
                )
    return None


def _direction(signed: np.ndarray, *, strict: bool) -> np.ndarray | None:
    """A hyperplane with every row on its side: off it in every row (strict), or in one at least."""
    from scipy.optimize import linprog

    n, q = signed.shape
    if strict:
        # the largest m with signed @ b >= m in every row, |b| <= 1
        cost = np.concatenate([np.zeros(q), [-1.0]])
        rows, bounds = np.column_stack([-signed, np.ones(n)]), [*([(-1.0, 1.0)] * q), (None, None)]
    else:
        cost, rows, bounds = -signed.sum(axis=0), -signed, [(-1.0, 1.0)] * q
    found = linprog(cost, A_ub=rows, b_ub=np.zeros(n), bounds=bounds, method="highs")
    return found.x[:q] if found.status == 0 and -found.fun > POSITIVE * n else None


def _used(sample: Observations, direction: np.ndarray) -> list[str]:
    """The features that a direction mixes, in quotes."""
    return [
        f"'{name}'"
        for name, weight in zip(sample.names, direction[1:], strict=True)
        if abs(weight) > POSITIVE
    ]
