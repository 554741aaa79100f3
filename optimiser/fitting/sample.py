"""Observations to fit, as exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.language import tr, trn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["FitError", "Observations", "SeparationError", "floats"]


class FitError(Exception):
    """The data do not determine a fit; ``feature`` is the position of the feature at fault, where
    it is one.
    """

    def __init__(self, message: str, *, help: str = "", feature: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.feature = feature


class SeparationError(FitError):
    """The classes of a logistic fit are separated, so that the likelihood has no maximum."""


@dataclass(frozen=True, eq=False)
class Observations:
    """n observations of p features and a target, exactly as written.

    Attributes:
        names: the p features.
        x: p columns of n values.
        y: n values of the target.
    """

    names: tuple[str, ...]
    x: tuple[tuple[Fraction, ...], ...]
    y: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if (
            not self.names
            or len(self.names) != len(self.x)
            or any(len(column) != len(self.y) for column in self.x)
        ):
            raise ValueError("a sample has one column a feature, each as long as the target")
        if len(self.y) < 2:
            raise FitError(
                trn("{number} observation", "{number} observations", len(self.y)),
                help=tr("a fit needs at least two rows"),
            )
        for position, column in enumerate(self.x):
            if len(set(column)) == 1:
                raise FitError(
                    tr(
                        "feature '{feature}' has the same value in every row, so that nothing can "
                        "be learnt about it",
                        feature=self.names[position],
                    ),
                    help=tr("leave it out of features"),
                    feature=position,
                )

    @property
    def observations(self) -> int:
        """How many rows there are."""
        return len(self.y)

    @cached_property
    def binary(self) -> bool:
        """Whether the target is 0 or 1 in every row."""
        return set(self.y) <= {Fraction(0), Fraction(1)}

    @cached_property
    def scales(self) -> tuple[Fraction, ...]:
        """For each feature a power of two of about its spread."""
        return tuple(_power_of_two(max(column) - min(column)) for column in self.x)

    def centred(self) -> tuple[Floats, tuple[Fraction, ...]]:
        """(n, p) the features less their centres, in units of ``scales``, and the centres, which
        are near the means.

        What is large and hardly varies keeps its variation.
        """
        starts = [column[0] for column in self.x]
        x = floats(
            [
                [(v - start) / scale for v in column]
                for column, start, scale in zip(self.x, starts, self.scales, strict=True)
            ]
        ).T
        means = x.mean(axis=0)
        centres = (
            s + Fraction(float(m)) * scale
            for s, m, scale in zip(starts, means, self.scales, strict=True)
        )
        return np.asarray(x - means), tuple(centres)

    def target(self) -> Floats:
        """(n,) the target in floating point."""
        return np.asarray(floats([self.y])[0])


def _power_of_two(value: Fraction) -> Fraction:
    return Fraction(2) ** (value.numerator.bit_length() - value.denominator.bit_length())


def floats(columns: Sequence[Sequence[Fraction]], /) -> Floats:
    """p columns of n values -> (p, n) the same, each rounded once."""
    return np.array([[float(value) for value in column] for column in columns], dtype=np.float64)
