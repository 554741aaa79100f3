"""What the lines of a compiled function call: numpy's functions, and long sums and products as one
gather and one reduction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["FUNCTIONS", "Factors", "Monomials", "Terms", "largest", "shares"]


def largest(count: Any, /, *parts: Any) -> Floats:
    """(k,) the sum of the ``count`` largest of several (k,) parts; of the next one the share that
    is left.
    """
    size = float(np.ravel(count)[0])
    ordered = np.sort(np.stack(np.broadcast_arrays(*parts)), axis=0)[::-1]
    total = np.asarray(ordered[: int(size)].sum(axis=0))
    return total + (size - int(size)) * ordered[int(size)] if size > int(size) else total


def shares(count: Any, /, *parts: Any) -> Floats:
    """(parts, k) how much of each part is in the sum of the ``count`` largest."""
    size = float(np.ravel(count)[0])
    stacked = np.stack(np.broadcast_arrays(*parts))
    places = np.argsort(np.argsort(-stacked, axis=0, kind="stable"), axis=0)
    return np.clip(size - places, 0.0, 1.0)


FUNCTIONS: Mapping[str, Any] = {
    "abs_": np.abs,
    "acos_": np.arccos,
    "asin_": np.arcsin,
    "atan_": np.arctan,
    "ceil_": np.ceil,
    "cos_": np.cos,
    "cosh_": np.cosh,
    "exp_": np.exp,
    "floor_": np.floor,
    "isfinite_": np.isfinite,
    "largest_": largest,
    "log10_": np.log10,
    "log_": np.log,
    "max_": np.maximum,
    "min_": np.minimum,
    "multiply_": np.multiply.reduce,
    "nan": np.float64(math.nan),
    "power_": np.power,
    "shares_": shares,
    "sin_": np.sin,
    "sinh_": np.sinh,
    "sqrt_": np.sqrt,
    "tan_": np.tan,
    "tanh_": np.tanh,
    "where_": np.where,
}


@dataclass(frozen=True, eq=False)
class Terms:
    """``weights @ X[columns]``, or row ``row`` of the matrix product where ``row >= 0``; columns
    are distinct.
    """

    columns: NDArray[np.intp]
    weights: Floats
    row: int
    name: str


@dataclass(frozen=True, eq=False)
class Monomials:
    """``weights @ prod(X[columns], axis=0)``: columns is (degree, terms)."""

    columns: NDArray[np.intp]
    weights: Floats
    name: str


@dataclass(frozen=True, eq=False)
class Factors:
    """``prod(offsets + slopes * X[columns], axis=0)``; ``matrix`` names the factors as rows."""

    columns: NDArray[np.intp]
    offsets: Floats
    slopes: Floats
    name: str
    matrix: str
