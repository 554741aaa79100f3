"""Values of uncertain parameters drawn from their distributions, evenly over all of them together.

The points are quasi-random: they fill the unit cube more evenly than independent draws, so that
means converge faster (Owen 1998); each coordinate goes through the inverse of its distribution.
Only parameters with a range are drawn, each independently of the others; those that depend on them
follow where the values are used. A range is read once, at the scenario's own values.

References:
    I. M. Sobol', On the distribution of points in a cube and the approximate evaluation of
        integrals, USSR Comput. Math. Math. Phys. 7 (1967) 86-112.
    A. B. Owen, Scrambling Sobol' and Niederreiter-Xing points, J. Complexity 14 (1998) 466-489.
    M. D. McKay, R. J. Beckman, W. J. Conover, A comparison of three methods for selecting values of
        input variables in the analysis of output from a computer code, Technometrics 21 (1979)
        239-245.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.schema import keys_of
from optimiser.scenario.format.tolerances import EDGE
from optimiser.scenario.source.uncertainty import uncertain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.scenario.format.schema import Parameter, Scenario

    Floats = NDArray[np.float64]

__all__ = ["Sample", "at_shares", "drawn", "moving", "quantiles", "sample"]

# The 95 % quantile of the standard normal distribution: a normal range is the middle 90 %.
_Z95: Final = 1.6448536269514722

_MOST: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class Sample:
    """Values of the q uncertain parameters of a scenario.

    Attributes:
        names: q, in the order of the file; of a parameter by phase one a phase.
        values: (count, q), read-only.
    """

    names: tuple[str, ...]
    values: Floats


def sample(
    scenario: Scenario,
    count: int,
    /,
    *,
    seed: int = 1,
    method: Literal["sobol", "latin_hypercube"] = "sobol",
) -> Sample:
    """Draw values of every uncertain parameter.

    Args:
        scenario: with or without uncertain parameters; without, the sample has no columns.
        count: how many; a power of 2 fills the cube most evenly where the method is sobol.
        seed: the same seed gives the same values.
        method: scrambled Sobol' points, or a Latin hypercube.

    Raises:
        UsageError: the count is not positive or over a million, the seed is negative, or the method
            is unknown.
    """
    if count < 1:
        raise UsageError(
            tr("a sample of {count} values", count=count),
            help=tr("ask for one or more values of each parameter"),
        )
    if count > _MOST:
        raise UsageError(
            tr("a sample of {count:,} values", count=count),
            help=tr("ask for {most:,} at the most", most=_MOST),
        )
    if seed < 0:
        raise UsageError(
            tr("the seed {seed} of a sample", seed=seed),
            help=tr("a seed is a whole number from 0 up"),
        )
    return at_shares(scenario, _cube(count, len(drawn(scenario)), seed=seed, method=method))


def drawn(scenario: Scenario, /) -> tuple[str, ...]:
    """The d parameters that are drawn, each independently of the others, in the order of the
    file.
    """
    return tuple(name for name, one in scenario.parameters.items() if uncertain(one))


def moving(scenario: Scenario, /) -> dict[str, int]:
    """The q names of a sample, and for each the place among those drawn of the one that moves it;
    one quantile moves all phases of a parameter that has a value in each.
    """
    names = enumerate(drawn(scenario))
    return {key: place for place, name in names for key in keys_of(scenario, name)}


def at_shares(scenario: Scenario, shares: Floats, /) -> Sample:
    """The values of the drawn parameters that these shares (count, d) of all values lie below."""
    places = moving(scenario)
    values = np.empty((len(shares), len(places)))
    for column, (key, place) in enumerate(places.items()):
        values[:, column] = quantiles(scenario, scenario.constants[key], shares[:, place])
    values.setflags(write=False)
    return Sample(tuple(places), values)


def quantiles(scenario: Scenario, parameter: Parameter, shares: Floats, /) -> Floats:
    """The values of an uncertain parameter that these shares (count,) of all its values lie below.

    For a range [a, b] with the value c::

        uniform      a + u (b - a)
        triangular   a + sqrt(u (b - a)(c - a))              where u < (c - a) / (b - a)
                     b - sqrt((1 - u)(b - a)(b - c))         elsewhere
        normal       c + z(u) (b - a) / (2 z(0.95))          so that 90 % lie in [a, b]
    """
    ends = (parameter.low, parameter.value, parameter.high)
    low, value, high = (float(scenario.number(f)) for f in ends if isinstance(f, Formula))
    u = np.clip(shares, EDGE, 1.0 - EDGE)
    if low == high:
        return np.full(len(u), value)
    if parameter.distribution == "uniform":
        return low + u * (high - low)
    if parameter.distribution == "normal":
        from scipy.special import ndtri

        return np.asarray(value + ndtri(u) * (high - low) / (2.0 * _Z95))
    rising = low + np.sqrt(u * (high - low) * (value - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - value))
    return np.clip(np.where(u * (high - low) < value - low, rising, falling), low, high)


def _cube(count: int, dimensions: int, *, seed: int, method: str) -> Floats:
    """(count, dimensions) points of the unit cube."""
    if method not in ("sobol", "latin_hypercube"):
        raise UsageError(
            tr("there is no sampling method '{method}'", method=method),
            help=tr("methods: sobol, latin_hypercube"),
        )
    if dimensions == 0:
        return np.empty((count, 0))
    from scipy.stats import qmc

    if method == "latin_hypercube":
        return np.asarray(qmc.LatinHypercube(dimensions, seed=seed).random(count))
    # A whole power of 2 keeps the balance of the sequence; its first points are those of a shorter
    # one.
    return np.asarray(qmc.Sobol(dimensions, seed=seed).random_base2((count - 1).bit_length()))[
        :count
    ]
