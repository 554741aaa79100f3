"""Weights behind stated scores: against closed forms, a general optimiser, corners by hand and
random statements.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

import optimiser
from optimiser.analysis.calibrating import Calibration, calibrate
from optimiser.errors import InfeasibleError, UsageError

PUBLISHED = ([5, 4, 3, 4], 4.2)


def entropy(w: NDArray) -> float:
    return float(-(w[w > 0] * np.log(w[w > 0])).sum())


def fits(found: Calibration, ratings: ArrayLike, scores: ArrayLike) -> None:
    rows, targets = (
        np.atleast_2d(np.array(ratings, dtype=float)),
        np.atleast_1d(np.array(scores, dtype=float)),
    )
    for w in (found.weights, found.nearest):
        assert (w >= 0).all()
        assert w.sum() == pytest.approx(1, abs=1e-12)
        assert rows @ w == pytest.approx(targets, rel=1e-9, abs=1e-9)
        assert (found.lower - 1e-9 <= w).all()
        assert (w <= found.upper + 1e-9).all()


def corners(rows: NDArray, targets: NDArray) -> NDArray:
    """Every vertex of the weights that fit, by trying all sets of columns as a basis."""
    system, right = np.vstack([np.ones(rows.shape[1]), rows]), np.array([1.0, *targets])
    found = []
    for size in range(1, len(system) + 1):
        for kept in itertools.combinations(range(rows.shape[1]), size):
            part = system[:, kept]
            if np.linalg.matrix_rank(part) < size:
                continue
            w = np.linalg.lstsq(part, right, rcond=None)[0]
            if np.allclose(part @ w, right, atol=1e-9) and (w >= -1e-12).all():
                full = np.zeros(rows.shape[1])
                full[list(kept)] = w
                found.append(full)
    return np.array(found)


def test_the_published_score() -> None:
    found = optimiser.calibrate(*PUBLISHED)
    fits(found, *PUBLISHED)
    # w is proportional to (x², x, 1, x) with x = q / (1 - q): (q², q (1 - q), (1 - q)², q (1 - q)),
    # whose mean is 3 + 2 q
    q = 0.6
    assert found.weights == pytest.approx(
        [q * q, q * (1 - q), (1 - q) ** 2, q * (1 - q)], abs=1e-14
    )
    assert found.weights == pytest.approx([0.36, 0.24, 0.16, 0.24], abs=1e-14)
    assert found.nearest == pytest.approx([0.35, 0.25, 0.15, 0.25], abs=1e-14)
    assert found.lower == pytest.approx([0.2, 0, 0, 0], abs=1e-9)
    assert found.upper == pytest.approx([0.6, 0.8, 0.4, 0.8], abs=1e-9)
    assert (found.rank, found.identified) == (2, False)
    assert not found.known.any()


def test_the_plain_mean_gives_equal_weights() -> None:
    found = calibrate([5, 4, 3, 4], 4)
    assert found.weights == pytest.approx([0.25] * 4, abs=1e-14)
    assert found.nearest == pytest.approx([0.25] * 4, abs=1e-14)


@pytest.mark.parametrize("sides", [3, 6])
def test_a_loaded_die(sides: int) -> None:
    """Jaynes' die: the mean alone; the equation for x = exp(l) is a polynomial, solved here by its
    roots.
    """
    faces = np.arange(1, sides + 1)
    mean = 0.75 * sides
    roots = np.roots((faces - mean)[::-1])
    (x,) = roots[(np.abs(roots.imag) < 1e-12) & (roots.real > 0)].real
    expected = x**faces / (x**faces).sum()
    assert calibrate([faces.tolist()], [mean]).weights == pytest.approx(expected, abs=1e-12)


def test_statements_that_identify_the_weights() -> None:
    ratings, truth = (
        np.array([[5, 4, 3, 4], [1, 2, 3, 4], [2, 2, 3, 1]]),
        np.array([0.35, 0.25, 0.15, 0.25]),
    )
    found = calibrate(ratings.tolist(), (ratings @ truth).tolist())
    assert (found.rank, found.identified) == (4, True)
    for w in (found.weights, found.nearest, found.lower, found.upper):
        assert w == pytest.approx(truth, abs=1e-9)


def test_one_weight_may_be_known_and_the_others_not() -> None:
    found = calibrate([[5, 4, 3, 4], [1, 2, 3, 4]], [4.2, 2.3])
    assert found.known.tolist() == [False, False, False, True]
    assert found.rank == 3


def test_a_score_at_the_end_of_what_is_possible_identifies_the_weights_without_rank() -> None:
    found = calibrate([5, 4, 3, 4], 5)
    assert found.identified
    assert found.rank == 2
    assert found.weights.tolist() == found.nearest.tolist() == [1, 0, 0, 0]


def test_nearest_to_equal_where_the_plain_projection_would_be_negative() -> None:
    ratings, score = [5, 4, 4, 3], 3.02
    equal = np.full(4, 0.25)
    rows = np.array([np.ones(4), ratings])
    assert (
        equal + np.linalg.lstsq(rows, np.array([1, score]) - rows @ equal, rcond=None)[0] < 0
    ).any()
    found = calibrate(ratings, score)
    assert found.nearest == pytest.approx([0, 0.01, 0.01, 0.98], abs=1e-12)


def test_a_statement_said_twice_in_other_units_changes_nothing() -> None:
    found = calibrate([[5, 4, 3, 4], [50, 40, 30, 40]], [4.2, 42])
    assert found.rank == 2
    assert found.weights == pytest.approx([0.36, 0.24, 0.16, 0.24], abs=1e-12)
    assert found.nearest == pytest.approx([0.35, 0.25, 0.15, 0.25], abs=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_random_statements_against_a_general_optimiser(seed: int) -> None:
    from scipy.optimize import minimize

    random = np.random.default_rng(seed)
    count, statements = int(random.integers(3, 7)), int(random.integers(1, 3))
    ratings = random.integers(0, 6, (statements, count)).astype(float)
    truth = random.dirichlet(np.full(count, 0.5))
    scores = ratings @ truth
    found = calibrate(ratings.tolist(), scores.tolist())
    fits(found, ratings, scores)
    ends = corners(ratings, scores)
    assert found.lower == pytest.approx(ends.min(axis=0), abs=1e-7)
    assert found.upper == pytest.approx(ends.max(axis=0), abs=1e-7)

    def missed(w: NDArray) -> NDArray:
        return np.array([*(ratings @ w - scores), w.sum() - 1])

    rows = {"type": "eq", "fun": missed}
    goals: list[tuple[NDArray, Callable[[NDArray], float]]] = [
        (found.weights, lambda w: -entropy(w)),
        (found.nearest, lambda w: float(((w - 1 / count) ** 2).sum())),
    ]
    for best, objective in goals:
        start = ends.mean(axis=0)
        options = {"maxiter": 500, "ftol": 1e-14}
        other = minimize(
            objective,
            start,
            method="SLSQP",
            bounds=[(0, 1)] * count,
            constraints=[rows],
            options=options,
        )
        assert objective(best) <= other.fun + 1e-7, (best, other.x)
    # optimality on the line to every corner: both objectives are convex
    for end in ends:
        for step in (1e-3, 0.1, 0.5):
            assert (
                entropy((1 - step) * found.weights + step * end) <= entropy(found.weights) + 1e-12
            )
            moved = (1 - step) * found.nearest + step * end
            assert ((found.nearest - 1 / count) ** 2).sum() <= (
                (moved - 1 / count) ** 2
            ).sum() + 1e-12


@pytest.mark.parametrize(
    ("ratings", "scores", "words"),
    [
        ([5, 4, 3, 4], 5.1, "lies between 3 and 5"),
        ([4, 4], 4.5, "lies between 4 and 4"),
        ([[5, 4, 3, 4], [5, 4, 3, 4]], [4.2, 4.3], "all of the stated scores together"),
    ],
)
def test_what_nothing_fits(ratings: list, scores: object, words: str) -> None:
    with pytest.raises(InfeasibleError, match=words) as caught:
        calibrate(ratings, scores)  # type: ignore[arg-type]
    assert caught.value.help


@pytest.mark.parametrize(
    ("ratings", "scores", "words"),
    [
        ([[1, 2], [3, 4]], [1], "got 2x2 ratings and 1 scores"),
        ([], [], "needs one row"),
        ([1, float("nan")], 1, "finite"),
        ([1, 2], float("inf"), "finite"),
        ([[1, 2], [3]], [1, 2], "same number of ratings"),
        (["a", "b"], 1, "numbers"),
    ],
)
def test_what_is_no_statement(ratings: list, scores: object, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        calibrate(ratings, scores)  # type: ignore[arg-type]
    assert caught.value.help
