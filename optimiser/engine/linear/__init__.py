"""Infinite fronts of linear models: vertices, segments, faces, and what covers them where these are
too many.
"""

from __future__ import annotations

__all__: list[str] = []
