"""A proven lower bound on the shortest vector of a lattice, by reducing its basis.

The Gram-Schmidt lengths of any basis bound the shortest vector from below; those of a reduced one
bound it well. All of it is in whole numbers.

References:
    A. K. Lenstra, H. W. Lenstra and L. Lovasz (1982). Factoring polynomials with rational
        coefficients. Mathematische Annalen 261, 515-534 (proposition 1.11 and remark 1.38).
    H. Cohen (1993). A Course in Computational Algebraic Number Theory. Springer, algorithm 2.6.7
        (the integral form).
    B. M. M. de Weger (1987). Solving exponential diophantine equations using lattice basis
        reduction algorithms. Journal of Number Theory 26, 325-367.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

__all__ = ["least_norm"]


def least_norm(vectors: Sequence[Sequence[int]], /) -> Fraction:
    """What the squared length of every vector but 0 of the lattice of (k, n) independent vectors is
    at least.

    >>> least_norm([(1, 0), (0, 1)])
    Fraction(1, 1)
    """
    d = _reduced([list(vector) for vector in vectors])
    return min(Fraction(d[i + 1], d[i]) for i in range(len(d) - 1))


def _dot(a: Sequence[int], b: Sequence[int]) -> int:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _reduced(b: list[list[int]]) -> list[int]:
    """Reduce the basis in place; d with d[i + 1] / d[i] the squared length of the i-th vector of
    Gram and Schmidt.
    """
    n = len(b)
    d, lam = [1] + [0] * n, [[0] * n for _ in range(n)]
    d[1] = _dot(b[0], b[0])
    at, known = 1, 0
    while at < n:
        if at > known:
            known = at
            _entered(b, d, lam, at)
        _shortened(b, d, lam, at, at - 1)
        # Lovasz's condition with 3/4, times what makes it whole
        if 4 * (d[at + 1] * d[at - 1] + lam[at][at - 1] ** 2) < 3 * d[at] ** 2:
            _swapped(b, d, lam, at, known)
            at = max(1, at - 1)
            continue
        for other in range(at - 2, -1, -1):
            _shortened(b, d, lam, at, other)
        at += 1
    return d


def _entered(b: list[list[int]], d: list[int], lam: list[list[int]], at: int) -> None:
    """Gram and Schmidt for one vector more."""
    for j in range(at + 1):
        u = _dot(b[at], b[j])
        for i in range(j):
            u = (d[i + 1] * u - lam[at][i] * lam[j][i]) // d[i]
        if j < at:
            lam[at][j] = u
        else:
            d[at + 1] = u
    if not d[at + 1]:
        raise ValueError("the vectors depend on one another")


def _shortened(b: list[list[int]], d: list[int], lam: list[list[int]], at: int, by: int) -> None:
    """Take from one vector the nearest multiple of another."""
    if 2 * abs(lam[at][by]) <= d[by + 1]:
        return
    times = (2 * lam[at][by] + d[by + 1]) // (2 * d[by + 1])
    b[at] = [x - times * y for x, y in zip(b[at], b[by], strict=True)]
    lam[at][by] -= times * d[by + 1]
    for i in range(by):
        lam[at][i] -= times * lam[by][i]


def _swapped(b: list[list[int]], d: list[int], lam: list[list[int]], at: int, known: int) -> None:
    """Exchange a vector with the one before it."""
    b[at], b[at - 1] = b[at - 1], b[at]
    for j in range(at - 1):
        lam[at][j], lam[at - 1][j] = lam[at - 1][j], lam[at][j]
    own = lam[at][at - 1]
    length = (d[at - 1] * d[at + 1] + own**2) // d[at]
    for i in range(at + 1, known + 1):
        before = lam[i][at]
        lam[i][at] = (d[at + 1] * lam[i][at - 1] - own * before) // d[at]
        lam[i][at - 1] = (length * before + own * lam[i][at]) // d[at + 1]
    d[at] = length
