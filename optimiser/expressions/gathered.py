"""What the lines of a compiled function call: numpy's functions, and long sums and products as one
gather and one reduction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["FUNCTIONS", "Factors", "Monomials", "Terms"]

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
    "log10_": np.log10,
    "log_": np.log,
    "max_": np.maximum,
    "min_": np.minimum,
    "multiply_": np.multiply.reduce,
    "nan": np.float64(math.nan),
    "power_": np.power,
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
