"""Checks of uncertain parameters: a range that holds its value, and a distribution that fits
both.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from optimiser.language import tr
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
    written = [key for key in ("low", "high") if getattr(parameter, key) is not None]
    if len(written) == 2:
        _numbers(draft, name, parameter)
    else:
        _half_written(draft, name, parameter, written)


def _half_written(draft: Draft, name: str, parameter: Parameter, written: list[str]) -> None:
    own = ("parameters", name.partition("[")[0])
    if not written and parameter.distribution is not None:
        message = tr("parameter '{name}' has a distribution, but neither low nor high", name=name)
        help = tr(
            "write both: {{value: {value}, low: ..., high: ..., distribution: {distribution}}}",
            value=parameter.value,
            distribution=parameter.distribution,
        )
        draft.findings.error("S016", draft.key(*own, "distribution"), message, help=help)
    elif written:
        missing = "high" if written == ["low"] else "low"
        message = tr(
            "parameter '{name}' has '{written}' without '{missing}'",
            name=name,
            written=written[0],
            missing=missing,
        )
        help = tr("write both; where it is at least its value, low is the value")
        if missing == "high":
            help = tr("write both; where it is at most its value, high is the value")
        draft.findings.error("S016", draft.key(*own, written[0]), message, help=help)


def _numbers(draft: Draft, name: str, parameter: Parameter) -> None:
    own = ("parameters", name.partition("[")[0])
    low, value, high = (
        draft.values.get(f) if isinstance(f, Formula) else None
        for f in (parameter.low, parameter.value, parameter.high)
    )
    if low is None or value is None or high is None:
        return  # reported as a cycle, an unknown name, or without a finite value
    if low > high:
        message = tr(
            "low {low} of parameter '{name}' is above high {high}",
            low=_shown(low),
            name=name,
            high=_shown(high),
        )
        draft.findings.error("S054", draft.at(*own, "low"), message, help=tr("swap them"))
    elif not low <= value <= high:
        message = tr(
            "value {value} of parameter '{name}' is not between low {low} and high {high}",
            value=_shown(value),
            name=name,
            low=_shown(low),
            high=_shown(high),
        )
        draft.findings.error(
            "S054",
            draft.at(*own, "by_phase" if "[" in name else "value"),
            message,
            help=tr("widen the range, or change the value"),
        )
    elif parameter.distribution == "normal" and abs(2 * value - low - high) > _ROUNDING * (
        high - low
    ):
        message = tr(
            "a normal distribution is symmetric: value {value} of parameter '{name}' is not in the "
            "middle of {low} and {high}, which is {middle}",
            value=_shown(value),
            name=name,
            low=_shown(low),
            high=_shown(high),
            middle=_shown((low + high) / 2),
        )
        help = tr("for a range that leans to one side write distribution: triangular")
        draft.findings.error("S054", draft.at(*own, "distribution"), message, help=help)


def _shown(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
