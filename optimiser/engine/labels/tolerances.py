"""Every tolerance of labels, with its reason. What is claimed rests on none of them."""

from __future__ import annotations

from typing import Final

__all__ = ["FINEST", "NEARLY"]

FINEST: Final = 1e-4
"""A gap below this share of the ranges is not narrowed down: nobody decides by less."""

NEARLY: Final = 0.02
"""A gap is stated at most this share of itself above the least that the open labels prove."""
