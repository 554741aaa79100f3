"""What is compiled: branch and bound in whole numbers, zones, and trees that refute boxes; reached
by :mod:`..interface` alone.
"""

from __future__ import annotations

__all__: list[str] = []
