"""Label setting on decision diagrams: a second engine for finite fronts of linear models, which
shares nothing with the search zones but the problem.
"""

from __future__ import annotations

__all__: list[str] = []
