"""Local upper bounds against their definition."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from optimiser.engine.exact.kernel import zones_left
from tests.searches import seeds

TOP = 9


def by_definition(points: np.ndarray[Any, Any], p: int, /) -> set[tuple[int, ...]]:
    """The maximal u with values among the points' (and the top) such that no point is below u in
    every component.
    """
    values = [sorted({*points[:, k].tolist(), TOP}) for k in range(p)]
    free = [u for u in product(*values) if not (points < np.array(u)).all(axis=1).any()]
    kept = set(free)
    return {
        u
        for u in free
        if not any(v != u and all(a >= b for a, b in zip(v, u, strict=True)) for v in kept)
    }


@pytest.mark.parametrize("p", [2, 3, 4])
@pytest.mark.parametrize("seed", seeds(8, here=3))
def test_zones_are_the_local_upper_bounds_with_many_ties(p: int, seed: int) -> None:
    r = np.random.default_rng(seed)
    drawn = np.unique(r.integers(0, 5, (14, p)), axis=0)
    kept = np.array(
        [y for y in drawn if not ((drawn <= y).all(axis=1) & (drawn < y).any(axis=1)).any()]
    )
    r.shuffle(kept)
    for q in range(len(kept)):
        found = [
            tuple(u) for u in zones_left(kept[: q + 1], ideal=[-1] * p, top=[TOP] * p).tolist()
        ]
        assert len(found) == len(set(found))
        assert set(found) == by_definition(kept[: q + 1], p)
