"""All plans within limits, many limits at a time, against brute force."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine.exact import gathering
from optimiser.engine.exact.gathering import Gathering
from optimiser.engine.exact.narrowed import narrowed, narrowed_to_list
from optimiser.engine.exact.wide_program import wide_program
from tests.engine.exact.test_wide_front import widened
from tests.engine.models import problem_of, random_draft
from tests.engine.test_corners import plans_of


@pytest.mark.parametrize("by", [1, 10**19, 10**40])
@pytest.mark.parametrize(("together", "nodes", "looked"), [(16, 2000, 1000), (5, 1, 3)])
def test_what_is_within_limits(
    monkeypatch: pytest.MonkeyPatch, by: int, together: int, nodes: int, looked: int
) -> None:
    """Few nodes part groups, and few plans that may be looked at leave limits open."""
    monkeypatch.setattr(gathering, "_TOGETHER", together)
    monkeypatch.setattr(gathering, "_NODES", nodes)
    monkeypatch.setattr(gathering, "_LOOKED_AT", looked)
    r, listed, left = np.random.default_rng(7), 0, 0
    for seed in range(12):
        draft = random_draft(seed, n=7, m=1 + seed % 4, spread=(2, 5, 12)[seed % 3])
        view = wide_program(problem_of(widened(draft, seed, by) if by > 1 else draft))
        assert view is not None
        narrow = (narrowed, narrowed_to_list)[seed % 2](view)
        assert narrow is not None
        plans, values = plans_of(view)
        if not len(plans):
            continue
        places = r.integers(0, len(plans), (40, values.shape[1]))
        limits: list[list[int | None]] = [
            [
                None if r.random() < 0.1 else int(values[at, k]) - int(r.integers(0, 2))
                for k, at in enumerate(row)
            ]
            for row in places.tolist()
        ]
        seen = set()
        for at, found in Gathering(view, narrow).within(limits, lambda: False):
            assert at not in seen
            seen.add(at)
            truth = {
                tuple(x)
                for x, y in zip(plans.tolist(), values, strict=True)
                if all(u is None or v <= u for v, u in zip(y, limits[at], strict=True))
            }
            if found is None:
                left += 1
                assert truth or by > 1
                continue
            listed += len(found)
            assert {tuple(x.tolist()) for x in found} == truth
            assert len(found) == len(truth)
        assert seen == set(range(40))
    assert listed > 20
    assert (left > 0) == (looked < 1000)


def test_what_is_stopped_is_left_open() -> None:
    view = wide_program(problem_of(widened(random_draft(3, n=7, m=2), 3, 10**19)))
    assert view is not None
    narrow = narrowed_to_list(view)
    assert narrow is not None
    asked = [[None, None]] * 3
    assert sorted(Gathering(view, narrow).within(asked, lambda: True)) == [
        (0, None),
        (1, None),
        (2, None),
    ]
