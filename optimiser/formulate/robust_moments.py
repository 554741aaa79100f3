"""Expected values: a polynomial in independent uncertain numbers has the mean of its monomials.

    E f(x, theta) = sum over monomials t of c_t(x) * product over sources of E theta^n

For a range [a, b] with the likeliest value c, h_n being the complete homogeneous symmetric
polynomial (the sum of all products of n of its arguments, repeated ones included)::

    uniform      E theta^n = h_n(a, b) / (n + 1)
    triangular   E theta^n = 2 h_n(a, b, c) / ((n + 1)(n + 2))
    normal       E theta^n = sum over j of n! / ((n - 2j)! j! 2^j) c^(n-2j) v^j,
                 v = ((b - a) / (2 z))^2, z = 1.6448536269514722 the 95 % quantile

Both follow from B-splines: the mean of g^(k) over a B-spline is k! times a divided difference of g,
and that of a power is h_n (Curry and Schoenberg 1966).

References:
    H. B. Curry, I. J. Schoenberg, On Polya frequency functions IV: the fundamental spline functions
        and their limits, Journal d'Analyse Mathematique 17 (1966) 71-107.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import factorial, prod
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.formulate.robust_numbers import Expanded, UncertainParameter

__all__ = ["expected", "moment"]

_Z95: Final = Fraction("1.6448536269514722")


def expected(node: Expanded, sources: Sequence[UncertainParameter], /) -> int | None:
    """The node of the mean; None where numbers of one source are multiplied that move together."""
    owner = {key: source for source in sources for key in source.value}
    means = {}
    for monomial in node.terms:
        powers = Counter(monomial)
        if len({owner[key].name for key in powers}) < len(powers):
            return None
        means[monomial] = prod(
            (moment(owner[key], key, power) for key, power in powers.items()), start=Fraction(1)
        )
    return node.graph.sum([(means[t], c) for t, c in node.terms.items()])


def moment(source: UncertainParameter, key: str, power: int, /) -> Fraction:
    """The mean of a power of one of a source's numbers."""
    low, value, high = source.low[key], source.value[key], source.high[key]
    if source.distribution == "uniform":
        return _symmetric([low, high], power) / (power + 1)
    if source.distribution == "triangular":
        return 2 * _symmetric([low, value, high], power) / ((power + 1) * (power + 2))
    variance = ((high - low) / (2 * _Z95)) ** 2
    return sum(
        (
            Fraction(factorial(power), factorial(power - 2 * j) * factorial(j) * 2**j)
            * value ** (power - 2 * j)
            * variance**j
            for j in range(power // 2 + 1)
        ),
        Fraction(0),
    )


def _symmetric(numbers: Sequence[Fraction], degree: int) -> Fraction:
    """h_n: the sum of all products of ``degree`` numbers, repeated ones included."""
    sums = [Fraction(1)] + [Fraction(0)] * degree
    for number in numbers:
        for n in range(1, degree + 1):
            sums[n] += number * sums[n - 1]
    return sums[degree]
