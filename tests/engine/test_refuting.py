"""The fast refuter: what it writes is believed by the checker, and a missing plan is never
refuted.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator

import numpy as np
import pytest

from optimiser.engine.certificate import (
    UNBOUNDED,
    Claim,
    Refutation,
    certificate_bytes,
    check_points,
    claim_of,
    local_upper_bounds,
)
from optimiser.engine.exact.refuting import (
    MissingPlanError,
    NotRefutedError,
    RefutingTree,
    left_open,
    neighbours,
    refute,
)
from tests.engine.certificate.reference import in_rows
from tests.engine.certificate.test_bounds import non_dominated
from tests.engine.models import Draft, binaries, front_by_force, listed, random_draft, whole
from tests.searches import seeds


def claimed(draft: Draft) -> Claim:
    problem = in_rows(draft)
    plans = front_by_force(problem)
    return claim_of(
        problem, np.array(sorted(plans.values())).reshape(len(plans), len(problem.decisions))
    )


def refutations(trees: Iterator[RefutingTree]) -> list[Refutation]:
    return [
        Refutation(t.boxes, t.columns, t.values, t.counts, t.sizes, t.rows, t.multipliers)
        for t in trees
    ]


def certified(claim: Claim, group: int) -> int:
    """How many boxes the checker believes to be empty."""
    trees = refutations(refute(claim.system, local_upper_bounds(claim.points), group=group))
    return check_points(claim, certificate_bytes(claim, trees)).boxes


@pytest.mark.parametrize("m", range(1, 7))
def test_the_boxes_are_those_that_the_checker_computes(m: int) -> None:
    """With equal values, of any sign, and of no points at all."""
    r = np.random.default_rng(m)
    for most in (0, 1, 3, 12, 30):
        for width in (3, 40, 10**12):
            drawn = r.integers(-width, width, (most, m))
            points = non_dominated([tuple(y) for y in drawn.tolist()], m)
            np.testing.assert_array_equal(left_open(points), local_upper_bounds(points))


def test_boxes_that_are_many_are_not_all_computed_once_the_time_is_over() -> None:
    r = np.random.default_rng(1)
    sphere = np.abs(r.normal(size=(3000, 4)))
    points = -(sphere / np.linalg.norm(sphere, axis=1)[:, None] * 10**9).astype(np.int64)
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked == 3

    with pytest.raises(NotRefutedError, match="stopped"):
        left_open(points, stop=stop)
    assert asked == 3


@pytest.mark.parametrize("group", [1, 4, 128])
@pytest.mark.parametrize("seed", seeds(25, here=8))
def test_random_models(seed: int, group: int) -> None:
    claim = claimed(random_draft(seed, n=1 + seed % 8))
    assert certified(claim, group) == len(local_upper_bounds(claim.points))


@pytest.mark.parametrize("group", [1, 16])
def test_bounded_integers_listed_decisions_and_equal_objectives(group: int) -> None:
    domains = [whole("a", -2, 3), whole("b", 0, 5), listed("c", 0, 0.5, 2)]
    rows = [({(0,): 1, (1,): 2}, 1, 9), ({(2,): 2}, 1, None)]
    assert (
        certified(
            claimed(Draft(domains, [{(0,): 2, (1,): -3}, {(0,): -1, (1,): 4, (): 7}], rows)), group
        )
        > 1
    )
    same: dict[tuple[int, ...], int] = {(0,): 3, (1,): -2, (2,): 1}
    assert (
        certified(
            claimed(Draft(binaries(4), [same, {(): 5}, same], [({(1,): 1, (2,): -1}, None, 0)])),
            group,
        )
        >= 1
    )


def test_infeasible_rows() -> None:
    assert (
        certified(
            claimed(
                Draft(binaries(3), [{(0,): 1}, {(1,): -1}], [({(0,): 2, (1,): 2, (2,): 2}, 3, 3)])
            ),
            8,
        )
        == 1
    )


def test_wide_numbers() -> None:
    rng = np.random.default_rng(2)
    f = [{(j,): int(c) for j, c in enumerate(rng.integers(-(10**7), 10**7, 7))} for _ in range(3)]
    w = rng.integers(10**5, 10**6, 7)
    claim = claimed(
        Draft(binaries(7), f, [({(j,): int(c) for j, c in enumerate(w)}, None, int(w.sum() // 2))])
    )
    assert certified(claim, 16) == len(local_upper_bounds(claim.points)) > 5


@pytest.mark.parametrize("seed", range(12))
def test_a_missing_plan_is_found_instead(seed: int) -> None:
    claim = claimed(random_draft(seed, n=5, m=2 + seed % 3))
    for missing in range(len(claim.points)):
        points = np.delete(claim.points, missing, axis=0)
        with pytest.raises(MissingPlanError, match="not complete"):
            list(refute(claim.system, local_upper_bounds(points)))


def test_the_same_trees_every_time() -> None:
    claim = claimed(random_draft(4, n=8, m=3))
    bounds = local_upper_bounds(claim.points)
    first, second = (
        certificate_bytes(claim, refutations(refute(claim.system, bounds))) for _ in range(2)
    )
    assert first == second


def test_a_limit_of_nodes_halves_groups_then_gives_up() -> None:
    rng = np.random.default_rng(5)
    f = [{(j,): int(c) for j, c in enumerate(rng.integers(-40, 60, 10))} for _ in range(3)]
    claim = claimed(
        Draft(
            binaries(10),
            f,
            [({(j,): int(c) for j, c in enumerate(rng.integers(3, 30, 10))}, 40, 80)],
        )
    )
    bounds = local_upper_bounds(claim.points)
    together = refutations(refute(claim.system, bounds, group=len(bounds)))
    single = max(len(tree.columns) for tree in refute(claim.system, bounds, group=1))
    assert len(together) == 1 < single < len(together[0].columns)
    halved = refutations(refute(claim.system, bounds, group=len(bounds), nodes=single))
    assert len(halved) > 1
    assert check_points(claim, certificate_bytes(claim, halved)).boxes == len(bounds)
    with pytest.raises(NotRefutedError, match="given up"):
        list(refute(claim.system, bounds, group=1, nodes=single - 1))


def test_it_can_be_stopped() -> None:
    claim = claimed(random_draft(4, n=8, m=3))
    with pytest.raises(NotRefutedError, match="stopped"):
        list(
            refute(
                claim.system,
                local_upper_bounds(claim.points),
                group=1,
                on_progress=lambda done: done >= 2,
            )
        )


def test_neighbours_share_a_group() -> None:
    boxes = np.array([[1, UNBOUNDED], [2, 9], [8, 5], [UNBOUNDED, 1]])
    assert [group.tolist() for group in neighbours(boxes, 2)] == [
        boxes[:2].tolist(),
        boxes[2:].tolist(),
    ]
    assert neighbours(boxes[:0], 2) == []
    assert len(neighbours(np.zeros((3, 2), dtype=np.int64), 1)) == 3


@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_threads_writes_the_same_certificate(workers: int) -> None:
    """Groups of which some are halved, each tree of one of several threads."""
    for seed in range(3):
        claim = claimed(random_draft(seed, n=9, m=3 + seed % 2))
        bounds = local_upper_bounds(claim.points)
        few = max(len(tree.columns) for tree in refute(claim.system, bounds, group=1))
        alone = refutations(refute(claim.system, bounds, group=4, nodes=few))
        beside = refutations(refute(claim.system, bounds, group=4, nodes=few, workers=workers))
        assert len(alone) > 2
        assert certificate_bytes(claim, beside) == certificate_bytes(claim, alone)


def test_threads_end_with_what_they_were_asked_for() -> None:
    claim = claimed(random_draft(4, n=8, m=3))
    bounds = local_upper_bounds(claim.points)
    before = threading.active_count()
    with pytest.raises(NotRefutedError, match="stopped"):
        list(refute(claim.system, bounds, group=1, workers=3, on_progress=lambda done: done >= 2))
    trees = refute(claim.system, bounds, group=1, workers=3)
    next(trees)
    assert isinstance(trees, Generator)
    assert threading.active_count() > before
    trees.close()
    missing = np.delete(claim.points, 0, axis=0)
    with pytest.raises(MissingPlanError):
        list(refute(claim.system, local_upper_bounds(missing), group=2, workers=3))
    assert threading.active_count() == before
