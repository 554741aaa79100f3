"""Which parameter matters: first-order and total Sobol' indices.

For independent parameters and outputs of finite variance V, the first-order index of a parameter is
the share of V that would go if it alone were known, and its total index the share that would stay
if all others were known::

    S_i = Var(E[f | x_i]) / V        T_i = E[Var(f | all but x_i)] / V

Both come from two independent matrices of samples, A and B, and A with one column taken from B::

    S_i V = mean(f(B) (f(A_B^i) - f(A)))         Saltelli et al. 2010, table 2 (b)
    T_i V = mean((f(A) - f(A_B^i))^2) / 2        Jansen 1999; table 2 (f)

Several outputs (here one a plan) have one index together: shares of the sum of their variances,
which is how much their whole vector moves (Lamboni, Monod, Makowski 2011; Gamboa et al. 2014). The
error is half of the middle 95 % of both indices over samples drawn again with replacement (Efron
1979; Archer, Saltelli, Sobol' 1997), which points that fill the cube evenly keep well within.

References:
    A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto, S. Tarantola, Variance based
        sensitivity analysis of model output, Computer Physics Communications 181 (2010) 259-270.
    M. J. W. Jansen, Analysis of variance designs for model output, Computer Physics Communications
        117 (1999) 35-43.
    M. Lamboni, H. Monod, D. Makowski, Multivariate sensitivity analysis to measure global
        contribution of input factors in dynamic models, Reliab. Eng. Syst. Saf. 96 (2011) 450-459.
    F. Gamboa, A. Janon, T. Klein, A. Lagnoux, Sensitivity analysis for multidimensional and
        functional outputs, Electronic J. Statistics 8 (2014) 575-603.
    G. E. B. Archer, A. Saltelli, I. M. Sobol', Sensitivity measures, ANOVA-like techniques and the
        use of bootstrap, J. Stat. Comput. Simul. 58 (1997) 99-120.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.tolerances import STEADY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats

__all__ = ["Influence", "influences"]

_DRAWN_AGAIN: Final = 200  # samples for the error: its own error is then about a tenth
_MIDDLE: Final = (0.025, 0.975)


@dataclass(frozen=True)
class Influence:
    """How much of what an objective varies is due to a parameter.

    Attributes:
        first: the share that is due to it alone.
        total: the share that it has a part in.
        error: half of the middle 95 % of either, whichever is wider.
    """

    first: float
    total: float
    error: float


def influences(
    outputs: Iterable[Callable[[Floats], Floats]], d: int, count: int, /, *, seed: int = 1
) -> tuple[tuple[Influence, ...], ...]:
    """The indices of d parameters for each of m groups of outputs.

    Args:
        outputs: functions (s, d) shares of the parameters' distributions -> (s, k, m) outputs, each
            of some of the outputs; one that is not finite in every sample is left out.
        d: how many parameters.
        count: samples in each matrix, a power of 2: (d + 2) times as many are evaluated.
        seed: of the samples.

    Returns:
        m tuples of d; of a group that does not vary all are 0.
    """
    from scipy.stats import qmc

    cube = np.asarray(qmc.Sobol(2 * d, seed=seed).random(count))
    summed = [_sums(one, cube[:, :d], cube[:, d:]) for one in outputs]
    moved, apart, squares, size = (sum(parts) for parts in zip(*summed, strict=True))
    return tuple(
        _group(moved[..., g], apart[..., g], squares[:, g], float(size[g]), seed)
        for g in range(squares.shape[1])
    )


def _sums(outputs: Callable[[Floats], Floats], first: Floats, second: Floats) -> tuple[Floats, ...]:
    """What is averaged over s samples, summed over outputs: (s, d, m) for either index, (s, m) for
    the variance; and (m,) the square of their size.
    """
    points = [first, second]
    for i in range(first.shape[1]):
        points.append(first.copy())
        points[-1][:, i] = second[:, i]
    found = outputs(np.concatenate(points))
    found = np.where(np.isfinite(found).all(axis=0), found, 0.0)
    f_a, f_b, *mixed = np.split(found, len(points))
    # about the mean: what is the same everywhere would only add noise to the products
    centre = (f_a.mean(axis=0) + f_b.mean(axis=0)) / 2
    a, b = f_a - centre, f_b - centre
    moved = np.stack([(b * (f - f_a)).sum(axis=1) for f in mixed], axis=1)
    apart = np.stack([((f_a - f) ** 2).sum(axis=1) / 2 for f in mixed], axis=1)
    size = (np.maximum(np.abs(f_a).max(axis=0), np.abs(f_b).max(axis=0)) ** 2).sum(axis=0)
    return moved, apart, ((a**2 + b**2) / 2).sum(axis=1), size


def _group(
    moved: Floats, apart: Floats, squares: Floats, size: float, seed: int
) -> tuple[Influence, ...]:
    count, d = moved.shape
    if squares.mean() <= STEADY * size:
        return tuple(Influence(0.0, 0.0, 0.0) for _ in range(d))
    rng = np.random.default_rng(seed)
    rows = rng.integers(count, size=(_DRAWN_AGAIN, count))
    first, total = _indices(moved, apart, squares, np.arange(count)[np.newaxis])
    again = _indices(moved, apart, squares, rows)
    widths = [np.diff(np.quantile(one, _MIDDLE, axis=0), axis=0)[0] / 2 for one in again]
    found = np.stack([first[0], total[0], np.maximum(*widths)], axis=1)
    return tuple(Influence(*one) for one in found.tolist())


def _indices(
    moved: Floats, apart: Floats, squares: Floats, rows: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Both indices (r, d) of r choices (r, count) of the samples."""
    weights = np.stack([np.bincount(row, minlength=len(squares)) for row in rows])
    # a choice of samples in which nothing varies says nothing
    variance = np.maximum(weights @ squares, np.finfo(np.float64).tiny)[:, np.newaxis]
    return (weights @ moved) / variance + 0.0, (weights @ apart) / variance + 0.0
