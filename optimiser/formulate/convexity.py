"""Whether a model bends one way once its choices are made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimiser.expressions import Curvature, End
    from optimiser.formulate.parts import Bound, Parts

__all__ = ["convex"]

_DOWN: tuple[Curvature, ...] = ("constant", "affine", "convex")
_UP: tuple[Curvature, ...] = ("constant", "affine", "concave")


def convex(pieces: Parts, rest: Sequence[Bound], /) -> bool:
    """Whether, for any values of the discrete columns, what is minimised and all inequalities are
    convex and equalities affine.

    Args:
        pieces: the model and its parameter values.
        rest: the comparisons that are not rows.
    """
    from optimiser.expressions import curvature

    moving = {d.name for d in pieces.domains if not d.discrete}
    boxes: dict[str, tuple[End, End]] = {
        name: (value, value) for name, value in pieces.values.items()
    }
    for d in pieces.domains:
        boxes[d.name] = (
            -math.inf if d.lower is None else d.lower,
            math.inf if d.upper is None else d.upper,
        )

    def word(node: int) -> Curvature:
        return curvature(pieces.graph, node, moving, boxes)

    return all(word(o.node) in (_DOWN if o.sign > 0 else _UP) for o in pieces.objectives) and all(
        word(bound.node) in (("constant", "affine") if bound.equality else _DOWN) for bound in rest
    )
