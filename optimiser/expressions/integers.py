"""Polynomials over whole numbers, evaluated exactly at many points at once.

An output with rational coefficients over columns that hold whole numbers (or listed decimals, made
whole by a denominator) is an integer, its key, over one denominator. Keys compare exactly, where
floats may tie or swap.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.expressions.graph import Graph
from optimiser.expressions.structure import Polynomial, polynomial
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["IntegerForms", "compile_integers", "integer_forms"]

# whole numbers up to here are exact in float64; sums up to here fit int64 with room for a
# difference of two
_FLOAT, _INT64 = 2**53, 2**62
# a float times a denominator is less than half a unit away from the numerator up to here
_ROUNDED = 2**51

Bounds = tuple[Fraction | float | int, Fraction | float | int]


def compile_integers(
    graph: Graph,
    outputs: Sequence[int],
    /,
    *,
    inputs: Sequence[str],
    binaries: frozenset[str] = frozenset(),
    values: Mapping[str, Fraction] = MappingProxyType({}),
    denominators: Mapping[str, int] = MappingProxyType({}),
    bounds: Mapping[str, Bounds] = MappingProxyType({}),
) -> IntegerForms | None:
    """The outputs as integer polynomials over the inputs.

    Args:
        graph: the graph.
        outputs: the outputs.
        inputs: the names of the n columns.
        binaries: the inputs that are 0 or 1.
        values: parameters to put in.
        denominators: input -> what makes its column whole (100 for 0.2, 0.31); 1 where not given.
        bounds: input -> its lowest and highest value. With all of them the type of the keys is
            known beforehand; without, it depends on the points.

    Returns:
        None where an output is not a polynomial with rational coefficients.

    Raises:
        ValueError: an output depends on a symbol that is neither an input nor in ``values``.
    """
    expanded: list[Polynomial] = []
    for output in outputs:
        found = polynomial(graph, output, values=values, binaries=binaries)
        if found is None:
            return None
        expanded.append(found)
    boxes = {**dict.fromkeys(binaries, (0, 1)), **bounds}
    return integer_forms(expanded, inputs=inputs, denominators=denominators, bounds=boxes)


def integer_forms(
    polynomials: Sequence[Polynomial],
    /,
    *,
    inputs: Sequence[str],
    denominators: Mapping[str, int] = MappingProxyType({}),
    bounds: Mapping[str, Bounds] = MappingProxyType({}),
    listed: Mapping[str, Sequence[Fraction]] = MappingProxyType({}),
) -> IntegerForms:
    """As ``compile_integers``, of polynomials over the inputs.

    Args:
        listed: input -> its exact values, ascending, where they are listed: a float alone would not
            tell those apart from the decimals next to it that have too many digits.

    Raises:
        ValueError: a polynomial has a name that is no input.
    """
    columns = {name: place for place, name in enumerate(inputs)}
    scales = [int(denominators.get(name, 1)) for name in inputs]
    forms: list[_Form] = []
    for expanded in polynomials:
        unknown = {name for monomial in expanded for name in monomial if name not in columns}
        if unknown:
            raise ValueError(f"'{min(unknown)}' is neither an input nor given a value")
        forms.append(_form(expanded, columns, scales))
    largest: list[int] | None = None
    if all(name in bounds for name in inputs):
        largest = [
            _largest(bounds[name], scale) for name, scale in zip(inputs, scales, strict=True)
        ]
    exact = {columns[name]: tuple(values) for name, values in listed.items() if name in columns}
    return IntegerForms(tuple(forms), tuple(scales), largest, exact)


@dataclass(frozen=True, eq=False)
class _Form:
    """``sum(coefficient * product of columns) / denominator``; the constant has no columns."""

    monomials: tuple[tuple[int, ...], ...]
    coefficients: tuple[int, ...]
    denominator: int

    def bound(self, largest: Sequence[int]) -> int:
        """No coefficient, product or partial sum is larger in size where column j is at most
        ``largest[j]``.
        """
        # a column that is 0 throughout hides its coefficient from the sum, not from the arrays
        return sum(
            abs(c) * math.prod(max(1, largest[column]) for column in monomial)
            for monomial, c in zip(self.monomials, self.coefficients, strict=True)
        )


def _form(expanded: Polynomial, columns: Mapping[str, int], scales: Sequence[int], /) -> _Form:
    monomials = [tuple(sorted(columns[name] for name in monomial)) for monomial in expanded]
    below = [math.prod([scales[j] for j in monomial]) for monomial in monomials]
    # most numbers are whole, and fractions take their time
    scaled = [c if by == 1 else c / by for c, by in zip(expanded.values(), below, strict=True)]
    denominator = math.lcm(*(c.denominator for c in scaled))
    coefficients = tuple(c.numerator * (denominator // c.denominator) for c in scaled)
    return _Form(tuple(monomials), coefficients, denominator)


def _largest(bounds: Bounds, scale: int, /) -> int:
    low, high = bounds
    if math.isinf(low) or math.isinf(high):
        return _INT64
    return max(abs(math.floor(Fraction(low) * scale)), abs(math.ceil(Fraction(high) * scale)))


class IntegerForms:
    """Outputs that are integers over a denominator; made by :func:`compile_integers`.

    Attributes:
        denominators: for every output, what its keys are to be divided by; positive.
    """

    def __init__(
        self,
        forms: tuple[_Form, ...],
        scales: tuple[int, ...],
        largest: list[int] | None,
        listed: Mapping[int, tuple[Fraction, ...]],
    ) -> None:
        self.denominators = tuple(form.denominator for form in forms)
        self._forms = forms
        self._scales = scales
        self._largest = largest
        self._listed = listed
        self._tables = [_table(form, len(scales)) for form in forms]

    def keys(self, x: Floats, /) -> NDArray[Any]:
        """The exact values times ``denominators``.

        Args:
            x: (k, n) whole (or, with a denominator, listed) values; they are rounded to the nearest
                such value.

        Returns:
            (k, outputs) int64 where the bounds prove that nothing overflows, else Python integers
            (dtype object).

        Raises:
            ValueError: x has another shape, or values that are not finite.
        """
        x = np.asarray(x, dtype=np.float64)
        if x.ndim != 2 or x.shape[1] != len(self._scales):
            raise ValueError(f"expected points of shape (k, {len(self._scales)}), got {x.shape}")
        if not np.isfinite(x).all():
            raise ValueError("points must be finite")
        whole = self._whole(x)
        if whole is None:
            return self._long_keys(x)
        sizes = self._sizes(whole)
        bound = max((form.bound(sizes) for form in self._forms), default=0)
        if bound >= _INT64:
            return self._long_keys(x)
        result = np.empty((len(x), len(self._forms)), dtype=np.int64)
        # every partial sum is a whole number below 2**53: float64 is exact, in any order, and has
        # the fast matrix product
        kind = np.float64 if bound < _FLOAT else np.int64
        columns = np.ascontiguousarray(whole.T).astype(kind)
        for place, table in enumerate(self._tables):
            result[:, place] = table.evaluate(columns)
        return result

    def values(self, x: Floats, /) -> Floats:
        """(k, outputs) the exact values, correctly rounded to float64; infinite past the largest
        float.
        """
        keys = self.keys(x)
        result = np.empty(keys.shape)
        for place, denominator in enumerate(self.denominators):
            column = keys[:, place]
            if (
                keys.dtype == np.int64
                and denominator < _FLOAT
                and (not len(column) or int(np.abs(column).max()) <= _FLOAT)
            ):
                # two exact floats: their quotient is rounded once
                result[:, place] = column / float(denominator)
            else:
                result[:, place] = [_quotient(int(key), denominator) for key in column]
        return result

    def _whole(self, x: Floats) -> Floats | None:
        """(k, n) the columns times their denominators; None where rounding in floating point might
        miss the nearest number.
        """
        if max(self._scales, default=1) >= _ROUNDED:
            return None
        whole = np.rint(x * np.array([float(scale) for scale in self._scales]))
        sizes = self._sizes(whole)
        wide = any(
            top >= (_FLOAT if scale == 1 else _ROUNDED)
            for top, scale in zip(sizes, self._scales, strict=True)
        )
        return None if wide else whole

    def _sizes(self, whole: Floats) -> list[int]:
        seen = (
            [int(value) for value in np.abs(whole).max(axis=0)]
            if len(whole)
            else [0] * len(self._scales)
        )
        return (
            seen
            if self._largest is None
            else [max(a, b) for a, b in zip(seen, self._largest, strict=True)]
        )

    def _numerators(self, j: int, values: list[float]) -> list[int]:
        """The values of column j times its denominator, of listed ones those of the nearest on the
        list.
        """
        known: dict[float, int] = {}
        for value in values:
            if value not in known:
                known[value] = round(
                    _nearest(Fraction(value), self._listed.get(j, ())) * self._scales[j]
                )
        return [known[value] for value in values]

    def _long_keys(self, x: Floats) -> NDArray[Any]:
        result = np.empty((len(x), len(self._forms)), dtype=object)
        columns = [self._numerators(j, x[:, j].tolist()) for j in range(x.shape[1])]
        rows = list(zip(*columns, strict=True)) if columns else [()] * len(x)
        for place, form in enumerate(self._forms):
            begun: dict[int, list[tuple[Sequence[int], int]]] = {}  # by their first column
            for monomial, c in zip(form.monomials, form.coefficients, strict=True):
                begun.setdefault(monomial[0] if monomial else -1, []).append((monomial[1:], c))
            constant = sum(c for _, c in begun.pop(-1, ()))
            for row, numbers in enumerate(rows):
                # of thousands of technologies a plan may adopt few
                result[row, place] = constant + sum(
                    number * c * math.prod(numbers[other] for other in others)
                    for column, number in enumerate(numbers)
                    if number
                    for others, c in begun.get(column, ())
                )
        return result


def _nearest(value: Fraction, listed: Sequence[Fraction], /) -> Fraction:
    """The nearest of the listed values, which ascend; without any the value itself."""
    if not listed:
        return value
    place = bisect_left(listed, value)
    return min(listed[max(0, place - 1) : place + 1], key=lambda near: abs(near - value))


def _quotient(key: int, denominator: int, /) -> float:
    try:
        return key / denominator
    except OverflowError:
        return math.inf if key > 0 else -math.inf


@dataclass(frozen=True, eq=False)
class _Table:
    """A form as arrays: a constant, weights of single columns, and monomials gathered by degree."""

    constant: int
    columns: NDArray[np.intp]
    weights: NDArray[Any]
    groups: tuple[tuple[NDArray[np.intp], NDArray[Any]], ...]

    def evaluate(self, columns: NDArray[Any]) -> NDArray[Any]:
        """(n, k) whole columns, int64 or float64 -> (k,) of the same type."""
        kind = columns.dtype
        total = np.full(columns.shape[1], self.constant, dtype=kind)
        if len(self.columns):
            total += self.weights.astype(kind) @ columns[self.columns]
        for gathered, weights in self.groups:
            # blocks, so that a large group does not gather everything at once
            for start in range(0, gathered.shape[1], 512):
                part = gathered[:, start : start + 512]
                product = columns[part[0]]
                for column in part[1:]:
                    product *= columns[column]
                total += weights[start : start + 512].astype(kind) @ product
        return total


def _table(form: _Form, width: int, /) -> _Table:
    constant = 0
    single: dict[int, int] = {}
    by_degree: dict[int, list[tuple[tuple[int, ...], int]]] = {}
    for monomial, c in zip(form.monomials, form.coefficients, strict=True):
        if not monomial:
            constant = c
        elif len(monomial) == 1:
            single[monomial[0]] = c
        else:
            by_degree.setdefault(len(monomial), []).append((monomial, c))
    groups = tuple(
        (np.array([m for m, _ in found], dtype=np.intp).T.copy(), _whole([c for _, c in found]))
        for _, found in sorted(by_degree.items())
    )
    return _Table(
        constant,
        np.array(sorted(single), dtype=np.intp),
        _whole([single[j] for j in sorted(single)]),
        groups,
    )


def _whole(values: list[int], /) -> NDArray[Any]:
    """int64 where it fits; a form whose coefficients do not is never evaluated in int64."""
    return np.array(
        values, dtype=np.int64 if all(abs(value) < _INT64 for value in values) else object
    )
