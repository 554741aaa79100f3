"""Whole weights that order products as exact arithmetic does.

A product of powers of independent numbers is, by its logarithm, ``sum log(r_k) t_k`` over whole
exponents t. With ``w_k`` within e of ``2^Q log(r_k)``, two products whose exponents differ by d are
ordered by ``sum w_k d_k`` as they are unless ``|2^Q sum log(r_k) d_k| <= e sum |d_k|``. That Q is
large enough to leave no such d is proven in one of two ways:

- by size: a rational P / R other than 1 has a logarithm of at least ``1 / (1 + min(P, R))``, and
  ``min(P, R)`` is at most the square root of P R, which the exponents bound;
- by a reduced lattice: the vectors ``(s_k d_k, sum w_k d_k)`` of the d in question are shorter than
  any of their lattice (de Weger 1987, see :mod:`.lattices`), which takes half the digits or fewer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

from optimiser.formulate.coprime import coordinates, coprime_base, exponents_of
from optimiser.formulate.lattices import least_norm

__all__ = ["Powers", "Weights", "ordering_weights"]

Powers = tuple[tuple[Fraction, Fraction], ...]
"""A product of positive rationals, each to a rational power."""

# binary digits of weights beyond which a search is hopeless
_MOST_BITS: Final = 4096
# where as few digits as a machine's word has are looked for: vectors, and digits
_MOST_VECTORS: Final = 24
_FEW_BITS: Final = 64
# a scale at which rounding the lattice costs little
_FINE: Final = 16
# of a weight, in 1/128: half a unit by rounding, the rest for the logarithm itself
_ERROR: Final = 65
# binary digits of a logarithm that stands alone
_SINGLE_BITS: Final = 128
# decimal digits of a logarithm beyond those of the weights
_SPARE: Final = 40


@dataclass(frozen=True)
class Weights:
    """``sum of columns + constant`` has the order of a product, and is above, at or below 0 as that
    is above, at or below 1.

    Attributes:
        columns: name -> weight.
        constant: of what is always there.
        bits: of what a weight is per unit of a logarithm.
        slope, error: the product's logarithm is within the error of the sum, divided by
            ``2**bits``, times a number between the two slopes.
    """

    columns: Mapping[str, int]
    constant: int
    bits: int
    slope: tuple[Fraction, Fraction]
    error: Fraction


def ordering_weights(columns: Mapping[str, Powers], constant: Powers, /) -> Weights | None:
    """Weights of columns that are 0 or 1, each of which puts its factors into a product or leaves
    them out; None where they would be too large.
    """
    items = [*columns.values(), constant]
    den = math.lcm(*(exponent.denominator for powers in items for _, exponent in powers))
    if _hopeless(items, den):
        return None
    ratios = {ratio for powers in items for ratio, _ in powers}
    base = coprime_base(part for one in ratios for part in (one.numerator, one.denominator))
    of = {ratio: exponents_of(ratio, base) for ratio in ratios}
    vectors = [
        [sum(int(e * den) * of[ratio][j] for ratio, e in powers) for j in range(len(base))]
        for powers in items
    ]
    independent, multiples = coordinates(vectors)
    steep = (Fraction(1, den), Fraction(1, den))
    if not independent:
        return Weights(dict.fromkeys(columns, 0), 0, 0, steep, Fraction(0))
    widest = [sum(abs(own[k]) for own in multiples) for k in range(len(independent))]
    if len(independent) == 1:
        log, error = _logarithms(base, independent, _SINGLE_BITS)[0], Fraction(0)
        bits, weights = 0, [1 if log > 0 else -1]
        low, high = (
            Fraction(128 * abs(log) + side, den * 2 ** (_SINGLE_BITS + 7))
            for side in (-_ERROR, _ERROR)
        )
        steep = (low, high)
    else:
        size = sum(
            math.log2(b) * sum(abs(vector[j]) for vector in vectors) for j, b in enumerate(base)
        )
        # half of it, the error, and a bit for the logarithms of floats
        enough = math.ceil(size / 2) + sum(widest).bit_length() + 2
        found = _proven(base, independent, widest, enough)
        if found is None:
            return None
        bits, weights = found
        error = Fraction(_ERROR * sum(widest), 2 ** (bits + 7) * den)
    sums = [sum(w * t for w, t in zip(weights, own, strict=True)) for own in multiples]
    return Weights(dict(zip(columns, sums, strict=False)), sums[-1], bits, steep, error)


def _hopeless(items: Sequence[Powers], den: int) -> bool:
    """Whether weights are too large for sure, told before numbers are taken apart: by size they
    are, and there are too many independent products for a lattice.

    What has a factor that none before it has is independent of these.
    """
    size, independent, before = 0.0, 0, 1
    for powers in items:
        if len(powers) != 1:
            continue  # its factors may cancel one another
        ((ratio, exponent),) = powers
        number = ratio.numerator * ratio.denominator
        size += float(abs(exponent * den)) * math.log2(number)
        if exponent and independent <= _MOST_VECTORS:
            rest = number
            while (common := math.gcd(rest, before)) > 1:
                rest //= common
            if rest > 1:
                independent, before = independent + 1, before * number
    return independent > _MOST_VECTORS and size / 2 > _MOST_BITS


def _proven(
    base: Sequence[int], independent: Sequence[Sequence[int]], widest: Sequence[int], enough: int
) -> tuple[int, list[int]] | None:
    """The bits, and whole weights of the independent vectors, that are proven to be enough."""
    r = len(independent)
    error = -(-_ERROR * sum(widest) // 128)
    scales = [_FINE * error // width if width else 0 for width in widest]
    longest = sum((s * d) ** 2 for s, d in zip(scales, widest, strict=True)) + (_FINE * error) ** 2
    if r <= _MOST_VECTORS:
        # a lattice whose vectors are as long as those in question
        needed = r * math.log2(longest) / 2 - sum(math.log2(max(1, s)) for s in scales)
        for bits in range(max(1, int(needed) - 2 * _FINE), min(enough, _FEW_BITS)):
            weights = _logarithms(base, independent, bits)
            rows = [
                [scales[k] if k == j else 0 for j in range(r)] + [_FINE * weights[k]]
                for k in range(r)
            ]
            if least_norm(rows) > longest:
                return bits, weights
    return None if enough > _MOST_BITS else (enough, _logarithms(base, independent, enough))


def _logarithms(base: Sequence[int], independent: Sequence[Sequence[int]], bits: int) -> list[int]:
    """(r,) ``2^bits`` times the logarithms of the products, rounded."""
    with localcontext() as context:
        context.prec = bits // 3 + _SPARE + max(len(str(abs(u))) for v in independent for u in v)
        logs = [Decimal(one).ln() for one in base]
        return [
            int(
                (
                    Decimal(2) ** bits * sum(u * log for u, log in zip(vector, logs, strict=True))
                ).to_integral_value()
            )
            for vector in independent
        ]
