"""Operators stay in the cube, leave their arguments alone and do what they are named for."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from optimiser.engine.nonlinear.variation import (
    agreed,
    differential,
    downhill,
    manifold,
    median_of_five,
    mutate,
    probes,
    simulated_binary,
    step_discrete,
    within,
)


def parents(rng: np.random.Generator) -> np.ndarray:
    u = rng.random((40, 6))
    u[:5] = 0.0
    u[5:10] = 1.0
    u[10:15] = u[15:20]
    u.setflags(write=False)
    return u


@pytest.mark.parametrize("seed", range(5))
def test_children_stay_in_the_cube(seed: int) -> None:
    rng = np.random.default_rng(seed)
    u = parents(rng)
    near = rng.random((40, 5, 6))
    children = [
        simulated_binary(u[:20], u[20:], rng),
        *(mutate(u, rng, rate=0.5, eta=eta) for eta in (0.0, 3.0, 20.0, 200.0)),
        simulated_binary(u[:20], u[20:], rng, eta=2.0),
        differential(u, u[::-1], near[:, 0], rng, scale=0.9, crossover=0.5),
        differential(u, u[::-1], near[:, 0], rng, scale=0.9, crossover=0.5, rebound=0.5),
        manifold(u, near, rng, scale=1.2),
        manifold(u, near, rng, scale=1.2, rebound=1.0),
        step_discrete(u, np.array([1, 4]), np.array([0, 2, 0, 0, 7, 0]), rng, rate=1.0),
    ]
    for child in children:
        assert child.shape == (40, 6)
        assert np.isfinite(child).all()
        assert (child >= 0.0).all()
        assert (child <= 1.0).all()


def test_equal_parents_have_equal_children() -> None:
    rng = np.random.default_rng(0)
    u = rng.random((10, 4))
    np.testing.assert_allclose(simulated_binary(u, u, rng), np.concatenate([u, u]), atol=1e-12)


def test_crossover_keeps_the_middle() -> None:
    rng = np.random.default_rng(0)
    a, b = np.full((20000, 1), 0.4), np.full((20000, 1), 0.6)
    child = simulated_binary(a, b, rng)
    assert child.mean() == pytest.approx(0.5, abs=2e-3)
    assert child.std() > 0.1


@pytest.mark.parametrize(("eta", "spread"), [(0.0, 0.3), (20.0, 0.06), (200.0, 0.006)])
def test_mutation_steps_are_as_large_as_asked(eta: float, spread: float) -> None:
    child = mutate(np.full((50000, 1), 0.5), np.random.default_rng(0), rate=1.0, eta=eta)
    assert child.mean() == pytest.approx(0.5, abs=0.005)
    assert child.std() == pytest.approx(spread, rel=0.3)


def test_a_rotation_turns_the_children_of_whole_differences() -> None:
    rng = np.random.default_rng(3)
    a, b, c = 0.4 + 0.1 * rng.random((3, 8, 3))
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    plain = differential(a, b, c, rng, scale=0.5, crossover=1.0)
    x, y, z = ((v - 0.5) @ turn + 0.5 for v in (a, b, c))
    turned = differential(x, y, z, rng, scale=0.5, crossover=1.0)
    np.testing.assert_allclose(turned, (plain - 0.5) @ turn + 0.5)


def test_a_yes_or_no_column_hit_changes_and_others_do_not() -> None:
    u = np.full((30, 3), 0.25)
    child = step_discrete(u, np.array([1]), np.array([0, 2, 0]), np.random.default_rng(0), rate=1.0)
    assert (child[:, 1] == 0.75).all()
    assert (child[:, [0, 2]] == 0.25).all()


def test_crossed_parents_keep_their_middle_in_every_column() -> None:
    """Both children of a pair lie as far from the middle of their parents, on opposite sides, where
    no bound is near (Deb and Agrawal 1995).
    """
    rng = np.random.default_rng(1)
    a, b = 0.45 + 0.1 * rng.random((2, 500, 3))
    child = simulated_binary(a, b, rng, eta=10.0)
    np.testing.assert_allclose(child[:500] + child[500:], a + b, atol=1e-6)


@pytest.mark.parametrize("rebound", [0.0, 0.5, 1.0])
def test_children_over_a_bound_are_on_it_or_between_it_and_where_they_came_from(
    rebound: float,
) -> None:
    rng = np.random.default_rng(2)
    base = rng.random((4000, 3))
    child = base + rng.normal(0.0, 1.0, base.shape)
    found = within(child, base, rng, rebound)
    inside = (child >= 0.0) & (child <= 1.0)
    np.testing.assert_array_equal(found[inside], child[inside])
    bound = np.clip(child, 0.0, 1.0)
    low, high = np.minimum(base, bound), np.maximum(base, bound)
    assert (((found >= low) & (found <= high)) | inside).all()
    moved = (found != bound).any(axis=1)[(~inside).any(axis=1)]
    assert moved.mean() == pytest.approx(rebound, abs=0.03)


def test_the_manifold_of_equal_neighbours_is_a_point() -> None:
    rng = np.random.default_rng(3)
    base, near = rng.random((20, 4)), np.tile(rng.random((20, 1, 4)), (1, 6, 1))
    np.testing.assert_allclose(manifold(base, near, rng, scale=1.2), base, atol=1e-12)


def together(u: np.ndarray) -> np.ndarray:
    """(k, 5) -> (k, 2): the first column trades, the others want to be at .35, all equally far from
    it as shares of the way to their bound, in the manner of WFG6.
    """
    z = np.abs(u[:, 1:] - 0.35) / np.where(u[:, 1:] > 0.35, 0.65, 0.35)
    apart = np.abs(z[:, :, None] - z[:, None, :]).sum(axis=(1, 2))
    common = z.sum(axis=1) + apart
    return np.column_stack([u[:, 0] + common, 1.0 - u[:, 0] + common])


def test_probes_try_a_column_at_a_time() -> None:
    u = np.array([0.5, 0.05, 1.0])
    found = probes(u, np.array([0, 2]), 0.1)
    rows = [[0.5, 0.05, 1.0], [0.4, 0.05, 1.0], [0.5, 0.05, 0.9], [0.6, 0.05, 1.0]]
    np.testing.assert_allclose(found, np.array([*rows, rows[0]]))


@pytest.mark.parametrize("level", [0.3, 0.5, 0.8])
def test_columns_that_have_to_move_together_do(level: float) -> None:
    """No column alone makes it better; the step leads to where all are best."""
    u = np.array([0.4, 0.35 + 0.65 * level, 0.35 - 0.35 * level, 0.35 + 0.65 * level, 0.35])
    u[4] -= 0.35 * level
    h = 0.05
    y = together(probes(u, np.arange(5), h))
    assert (y[1:] > y[0]).any(axis=1).all()
    step = downhill(u, y, h, inward=False)
    assert step[0] == 0.0
    way = 0.35 - u[1:]
    np.testing.assert_allclose(step[1:] / np.abs(step).max(), way / np.abs(way).max(), atol=1e-9)


@pytest.mark.parametrize("h", [0.05, 0.1, 0.3])
def test_columns_in_a_corner_leave_it_together(h: float) -> None:
    u = np.array([1.0, 1.0, 0.0, 1.0, 1.0])
    y = together(probes(u, np.arange(5), h))
    assert not downhill(u, y, h, inward=False).any()
    step = downhill(u, y, h, inward=True)
    assert step[0] == 0.0
    child = u + 0.3 * step / np.abs(step).max()
    assert (together(child[None]) < y[0]).all()


def test_nothing_is_downhill_where_nothing_is_known() -> None:
    for y in (np.full((7, 2), np.nan), np.full((7, 2), np.inf), np.zeros((7, 2))):
        for inward in (False, True):
            assert not downhill(np.array([0.0, 0.5, 1.0]), y, 0.1, inward=inward).any()


@pytest.mark.parametrize("noise", [1e-9, 1e-3, 0.02])
def test_columns_agree_where_the_front_differs_as_little_as_neighbours(noise: float) -> None:
    """A front of which the first two columns say where a plan is, the third how far behind it."""
    rng = np.random.default_rng(0)
    place = rng.random((300, 2))
    own = np.column_stack([place, np.full((300, 2), (0.5, 0.0))])
    apart = ((place[:, None] - place) ** 2).sum(axis=2) + np.eye(300)
    own[:, 2] += noise * rng.standard_normal(300)
    near = own[apart.argmin(axis=1)]
    assert agreed(own, near).tolist() == [2, 3]
    # a plan without neighbours says nothing
    alone = rng.random(300) < 0.7
    near[alone] = own[alone]
    assert agreed(own, near).tolist() == [2, 3]
    assert not len(agreed(own, own))


def test_a_front_in_two_pieces_agrees_in_neither() -> None:
    rng = np.random.default_rng(0)
    piece = np.repeat([0.2, 0.7], 100)[:, None]
    own = piece + 1e-3 * rng.standard_normal((200, 3))
    near = np.concatenate([np.roll(own[:100], 1, axis=0), np.roll(own[100:], 1, axis=0)])
    assert not len(agreed(own, near))


def test_the_median_of_five_is_what_sorting_gives() -> None:
    """All orders, with ties."""
    five = np.array(list(product(range(5), repeat=5)), dtype=float).T.reshape(5, 625, 5)
    np.testing.assert_array_equal(median_of_five(five), np.sort(five, axis=0)[2])
