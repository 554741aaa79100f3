"""Regions of objective values in which a plan could be missing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Limit", "Region"]


@dataclass(frozen=True)
class Limit:
    """``sum(weights * f) < level`` for whole ``weights`` (m,) >= 0, f in the units of the
    objectives' rows.
    """

    weights: tuple[int, ...]
    level: Fraction


Region = tuple[Limit, ...]
"""Where all of its limits hold."""
