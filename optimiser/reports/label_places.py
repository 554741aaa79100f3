"""Names beside points: where they cover no other name and as few points as can be.

Each point in turn takes the best of eight places around it, as Imhof (1975) ranks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from optimiser.reports.chart import Points
from optimiser.reports.drawing import DrawnWord
from optimiser.reports.measuring import Rectangle, text_width

__all__ = ["labels"]

_SIZE = 12.0
_NEAR = 4.0  # around a name, in which a point counts as covered


def labels(
    wanted: Sequence[tuple[float, float, str, Points]],
    covered: Sequence[tuple[float, float]],
    plot: Rectangle,
    /,
) -> Iterator[DrawnWord]:
    """The names at their places.

    Args:
        wanted: a point, its name and the mark that it belongs to.
        covered: where points are that are better not covered.
        plot: what a name should stay in.
    """
    dots = np.array(covered, dtype=np.float64).reshape(-1, 2)
    named = np.array([(x, y) for x, y, _, _ in wanted], dtype=np.float64).reshape(-1, 2)
    frame = Rectangle(plot.x, plot.y - 8, plot.width + 12, plot.height + 8)
    taken: list[Rectangle] = []
    for x, y, name, mark in wanted:
        width = text_width(name, size=_SIZE)
        boxes = [
            Rectangle(left, middle - 7.5, width, 15)
            for left, middle in (
                (x + 12, y),
                (x - 12 - width, y),
                (x - width / 2, y - 17),
                (x - width / 2, y + 18),
                (x + 10, y - 14),
                (x - 10 - width, y - 14),
                (x + 10, y + 16),
                (x - 10 - width, y + 16),
                (x + 12, y - 32),
                (x - 12 - width, y - 32),
                (x + 12, y + 34),
                (x - 12 - width, y + 34),
            )
        ]

        def cost(box: Rectangle, place: int, taken: Sequence[Rectangle] = taken) -> tuple[int, int]:
            outside = not box.within(frame)
            others = _inside(named, box)
            far = 2 * (place >= 8)
            return 20 * outside + 10 * sum(map(box.meets, taken)) + 3 * others + far, _inside(
                dots, box
            )

        best = min(range(len(boxes)), key=lambda i: cost(boxes[i], i))
        box = boxes[best]
        if any(map(box.meets, taken)):
            continue  # what the legend and a pointer tell is better than names on names
        taken.append(box)
        yield DrawnWord(name, box.x, box.y + 7.5, _SIZE, mark.role)


def _inside(points: np.ndarray, box: Rectangle) -> int:
    """How many of (k, 2) points a name would cover."""
    if not len(points):
        return 0
    x, y = points[:, 0], points[:, 1]
    near = (x > box.x - _NEAR) & (x < box.right + _NEAR)
    return int((near & (y > box.y - _NEAR) & (y < box.bottom + _NEAR)).sum())
