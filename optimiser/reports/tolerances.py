"""Every tolerance of the charts, with its reason."""

from __future__ import annotations

from typing import Final

__all__ = ["NOTHING", "ROUNDED", "SAME"]

SAME: Final = 1e-7
"""A plan that weights leave behind by at most this share of a range is the best for them: what a
linear program leaves open."""

ROUNDED: Final = 1e-9
"""An end of a range this many steps beyond a round number is that number: decimals are not exact
in doubles."""

NOTHING: Final = 1e-290
"""A range no longer than this is none: its steps would be too small for doubles of full
precision."""
