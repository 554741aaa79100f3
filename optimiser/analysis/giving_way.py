"""Which objective stands in the way of which: Shapley values of the wishes behind a plan.

The plan's own values are taken as a wish for each objective (a reference point z), and what is
asked is how each wish changes what is reached. What a coalition S of wishes reaches in objective i,
everything minimised::

    v_i(S) = mean over b in B of y_i*(z_S, b_rest)
    y*(r)  = the listed plan with the least  max_k (y_k - r_k) / d_k + rho sum_k (y_k - r_k) / d_k

with d the way from ideal to nadir, and B points spread evenly between the plan's own values and the
nadir: a wish that is left out asks for less. (The paper spreads them from ideal to nadir, where
what is left out may ask for more, and giving way in what goes along with i could seem to help.) The
Shapley value of wish j for objective i is the mean over all orders of
what joining changes; by coalitions, of which there are 2^m::

    phi_ij = sum over S without j of |S|! (m - |S| - 1)! / m! * (v_i(S + j) - v_i(S))

Above 0, holding on to j is what keeps i worse: to gain in i, give way first in the j with the
largest phi_ij. For each i they sum to what all wishes together reach, less what none does.

References:
    G. Misitano, B. Afsar, G. Larraga and K. Miettinen (2022). Towards explainable interactive
        multiobjective optimization: R-XIMO. Autonomous Agents and Multi-Agent Systems 36, 43.
    L. S. Shapley (1953). A value for n-person games. Contributions to the Theory of Games II,
        307-317.
    A. P. Wierzbicki (1982). A mathematical basis for satisficing decision making. Mathematical
        Modelling 3, 391-405.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.tolerances import AUGMENTED

if TYPE_CHECKING:
    from optimiser.front import Floats

__all__ = ["MOST_WISHES", "background", "giving_way", "reached", "shapley"]

MOST_WISHES: Final = 8
"""More objectives have more coalitions than are worth waiting for."""

_SPREAD: Final = 64  # points between a plan and the nadir


def giving_way(values: Floats, wish: Floats, /) -> Floats | None:
    """(k, m) minimised values of the listed plans, (m,) those of a plan -> (m, m) Shapley values of
    the wishes (columns) for the objectives (rows), in their units: above 0 where a wish makes an
    objective worse. None of more than MOST_WISHES objectives in which the plans differ.
    """
    ideal, ways = values.min(axis=0), np.ptp(values, axis=0)
    moving = np.flatnonzero(ways > 0.0)
    found = np.zeros((len(wish), len(wish)))
    if len(moving) > MOST_WISHES:
        return None
    if len(moving):
        scaled = (values[:, moving] - ideal[moving]) / ways[moving]
        own = (wish[moving] - ideal[moving]) / ways[moving]
        spread = own + background(len(moving)) * np.maximum(1.0 - own, 0.0)
        phi = shapley(reached(scaled, own, spread))
        found[np.ix_(moving, moving)] = phi * ways[moving][:, None]
    return found


def background(m: int, /) -> Floats:
    """(b, m) points spread evenly over the unit cube: multiples of the roots of the number that
    generalises the golden ratio, modulo 1 (M. Roberts, 2018).
    """
    ratio = 2.0
    for _ in range(64):  # x^(m + 1) = x + 1
        ratio = (1.0 + ratio) ** (1.0 / (m + 1))
    steps = ratio ** -np.arange(1.0, m + 1.0)
    return np.asarray((0.5 + np.arange(1, _SPREAD + 1)[:, None] * steps) % 1.0)


def reached(values: Floats, wish: Floats, points: Floats, /) -> Floats:
    """(2^m, m) what every coalition of wishes reaches, bit j of its number standing for wish j.

    Args:
        values: (k, m) of the listed plans, 0 the ideal and 1 the nadir.
        wish: (m,) likewise.
        points: (b, m) in the place of what is not wished.
    """
    m = len(wish)
    found = np.zeros((1 << m, m))

    def extend(j: int, coalition: int, largest: Floats, total: Floats) -> None:
        if j == m:
            rows = np.argmin(largest + AUGMENTED * total, axis=1)
            found[coalition] = values[rows].mean(axis=0)
            return
        for wished in (0, 1):
            level = wish[j] if wished else points[:, j : j + 1]
            short = values[:, j] - level
            extend(j + 1, coalition | wished << j, np.maximum(largest, short), total + short)

    nothing = np.full((len(points), len(values)), -np.inf)
    extend(0, 0, nothing, np.zeros_like(nothing))
    return found


def shapley(worth: Floats, /) -> Floats:
    """(2^m, q) worths of coalitions -> (q, m) the Shapley values of the m members."""
    m = len(worth).bit_length() - 1
    numbers = np.arange(1 << m)
    sizes = np.array([int(number).bit_count() for number in numbers])
    shares = np.array(
        [math.factorial(s) * math.factorial(m - s - 1) / math.factorial(m) for s in range(m)]
    )
    columns = []
    for j in range(m):
        without = numbers[(numbers >> j) & 1 == 0]
        gained = worth[without | 1 << j] - worth[without]
        columns.append(shares[sizes[without]] @ gained)
    return np.array(columns).T
