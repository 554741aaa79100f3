"""Every tolerance of the branching trees, with its reason: they steer, and nothing that is claimed
rests on them.
"""

from __future__ import annotations

__all__: list[str] = []

# nearer to a whole number than this a column counts as whole
WHOLE = 1e-6
# gains below this share say nothing about a column
GAIN = 1e-9
