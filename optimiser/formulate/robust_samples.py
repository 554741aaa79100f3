"""Values over a sample of N vectors, each as likely as the others: their mean, the mean of the
worst of them, the worst regret.

The CVaR at level A of losses L_1, ..., L_N is the mean of the worst share 1 - A of them, the last
one counting for the share that is left (Rockafellar and Uryasev 2002)::

    CVaR_A = 1 / k * the sum of the k largest L_s,   k = N (1 - A)

whose linear rows (2000) are those of `largest.py`: a column for the value at risk and one a vector.
Of losses 100 (10 %), 20 (30 %), 0 (40 %), -50 (20 %) it is 60 at 0.8: (100 + 20) / 2.

The regret of a plan at a vector is its loss less the least loss of all plans that hold at that
vector (Savage 1951); the worst one is the largest of these.

References:
    R. T. Rockafellar, S. Uryasev, Optimization of conditional value-at-risk, Journal of Risk 2
        (2000) 21-41.
    R. T. Rockafellar, S. Uryasev, Conditional value-at-risk for general loss distributions, Journal
        of Banking and Finance 26 (2002) 1443-1471.
    L. J. Savage, The theory of statistical decision, Journal of the American Statistical
        Association 46 (1951) 55-67.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.expressions import sum_of_largest

if TYPE_CHECKING:
    from optimiser.expressions import Graph

__all__ = ["average", "regret", "tail"]


def average(graph: Graph, losses: Sequence[int], /) -> int:
    """The node of their mean."""
    return graph.sum([(Fraction(1, len(losses)), loss) for loss in losses])


def tail(graph: Graph, losses: Sequence[int], worst: Fraction, /) -> int:
    """The node of the mean of the ``worst`` largest ones."""
    return graph.sum([(1 / worst, sum_of_largest(graph, worst, losses))])


def regret(graph: Graph, losses: Sequence[int], least: Sequence[Fraction], /) -> int:
    """The node of the largest difference to the least losses."""
    return sum_of_largest(
        graph, 1, [graph.sum([(1, loss)], -best) for loss, best in zip(losses, least, strict=True)]
    )
