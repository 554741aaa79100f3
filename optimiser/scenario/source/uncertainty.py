"""Checks of uncertain parameters: a range that holds its value, and a distribution that fits
both.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.schema import Parameter
from optimiser.scenario.source.draft import Draft

__all__ = ["check_uncertainty", "uncertain"]

# How far the mean of a normal distribution may be from the middle of its range, as a share of the
# range: rounding, not shape.
_ROUNDING: Final = Fraction(1, 10**6)


def uncertain(parameter: Parameter, /) -> bool:
    """Whether a parameter has a range."""
    return parameter.low is not None and parameter.high is not None


def check_uncertainty(draft: Draft, /) -> None:
    """Report ranges that are half written, do not hold their value, or do not fit their
    distribution.
    """
    for name, parameter in draft.scenario.constants.items():
        if draft.whole("parameters", name.partition("[")[0]):
            _range(draft, name, parameter)


def _range(draft: Draft, name: str, parameter: Parameter) -> None:
    own = ("parameters", name.partition("[")[0])
    written = [key for key in ("low", "high") if getattr(parameter, key) is not None]
    if not written and parameter.distribution is not None:
        message = f"parameter '{name}' has a distribution, but neither low nor high"
        help = (
            f"write both: {{value: {parameter.value}, low: ..., high: ..., distribution: "
            f"{parameter.distribution}}}"
        )
        draft.findings.error("S016", draft.key(*own, "distribution"), message, help=help)
    elif len(written) == 1:
        missing = "high" if written == ["low"] else "low"
        message = f"parameter '{name}' has '{written[0]}' without '{missing}'"
        help = (
            f"write both; where it is at {'most' if missing == 'high' else 'least'} its value, "
            f"{missing} is the value"
        )
        draft.findings.error("S016", draft.key(*own, written[0]), message, help=help)
    if len(written) < 2:
        return
    low, value, high = (
        draft.values.get(f) if isinstance(f, Formula) else None
        for f in (parameter.low, parameter.value, parameter.high)
    )
    if low is None or value is None or high is None:
        return  # reported as a cycle, an unknown name, or without a finite value
    if low > high:
        message = f"low {_shown(low)} of parameter '{name}' is above high {_shown(high)}"
        draft.findings.error("S054", draft.at(*own, "low"), message, help="swap them")
    elif not low <= value <= high:
        message = (
            f"value {_shown(value)} of parameter '{name}' is not between low {_shown(low)} and "
            f"high {_shown(high)}"
        )
        draft.findings.error(
            "S054",
            draft.at(*own, "by_phase" if "[" in name else "value"),
            message,
            help="widen the range, or change the value",
        )
    elif parameter.distribution == "normal" and abs(2 * value - low - high) > _ROUNDING * (
        high - low
    ):
        message = (
            f"a normal distribution is symmetric: value {_shown(value)} of parameter '{name}' is "
            f"not in the middle of {_shown(low)} and {_shown(high)}, which is "
            f"{_shown((low + high) / 2)}"
        )
        help = "for a range that leans to one side write distribution: triangular"
        draft.findings.error("S054", draft.at(*own, "distribution"), message, help=help)


def _shown(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
