"""Finite fronts of linear models: the compiled engine, the search by HiGHS, gaps, and plans with
equal objectives.
"""

from __future__ import annotations

__all__: list[str] = []
