"""Who is first for which weights, where thousands of plans lie on one line or in one plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from optimiser.analysis import score_envelope, weight_regions
from optimiser.analysis.acceptability import acceptability
from optimiser.analysis.exact_shares import ExactShares
from optimiser.analysis.weight_sets import WeightSet, dot, whole_inverse, whole_simplex
from tests.searches import examples


def shares(rows: list[tuple[int, ...]], whole: int = 1000) -> ExactShares:
    return ExactShares(np.array(rows, dtype=object), whole)


@settings(max_examples=examples(60))
@given(st.integers(0, 10**6), st.integers(2, 3), st.booleans())
def test_regions_are_the_same_one_by_one_and_by_the_best_score(
    seed: int, m: int, on_a_line: bool
) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 12, (int(rng.integers(2, 14)), m))
    if on_a_line:
        rows[:, -1] = 40 - rows[:, :-1].sum(axis=1)
    unlike = shares([tuple(row) for row in np.unique(rows, axis=0).tolist()])
    found = []
    for few in (0, 10**6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(weight_regions, "_FEW", few)
            found.append(weight_regions.weight_regions(unlike, whole_simplex(m)))
    by_best, one_by_one = ([frozenset(part.rays) for part in own] for own in found)
    assert by_best == one_by_one
    # at an extreme point of its region nobody scores higher
    for plan, rays in enumerate(by_best):
        for ray in rays:
            scores = unlike.scores(ray)
            assert scores[plan] == max(scores)


@settings(max_examples=examples(40))
@given(st.integers(0, 10**6), st.integers(2, 4), st.sampled_from([1, 10**7]))
def test_ranges_that_values_are_far_outside_change_nothing(seed: int, m: int, by: int) -> None:
    """Of values of a thousand millions with a range of their own, 0 to 20, no plan was first."""
    rng = np.random.default_rng(seed)
    rows = np.unique(rng.integers(0, 12, (int(rng.integers(2, 9)), m)), axis=0)
    near = shares([tuple(row) for row in rows.tolist()], 12)
    far = shares([tuple(by * part + 10**15 for part in row) for row in rows.tolist()], 12)
    one, other = (acceptability(own, whole_simplex(m), seed=1) for own in (near, far))
    assert one.first == other.first
    assert any(one.first)
    assert one.share == pytest.approx(other.share, abs=1e-12 if m < 4 else 0.02)


def test_of_plans_on_one_line_scores_are_added_up_once_a_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """4,096 plans with one trade-off between all of them took 23 s."""
    added = 0
    scores = ExactShares.scores

    def counted(self: ExactShares, weights: tuple[int, ...]) -> list[int]:
        nonlocal added
        added += 1
        return scores(self, weights)

    monkeypatch.setattr(ExactShares, "scores", counted)
    line = shares([(i, 400 - i) for i in range(401)], 400)
    regions = weight_regions.weight_regions(line, whole_simplex(2))
    assert all(len(part.rays) == 1 for part in regions[1:-1])
    assert added == 2


@settings(max_examples=examples(200))
@given(st.integers(0, 10**6), st.integers(2, 4), st.sampled_from([3, 12, 10**6]), st.booleans())
def test_regions_on_a_segment_are_those_of_each_plan_by_itself(
    seed: int, m: int, most: int, on_a_line: bool
) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, most, (int(rng.integers(1, 14)), m))
    if on_a_line:
        rows[:, -1] = m * most - rows[:, :-1].sum(axis=1)
    unlike = shares([tuple(row) for row in np.unique(rows, axis=0).tolist()])
    # of more than two objectives some weights are fixed, so that unlike plans may score alike
    allowed = whole_simplex(m)
    for other in range(2, m):
        row = tuple(int(other == j) - int(j == 0) for j in range(m))
        allowed = allowed.cut(row).cut(tuple(-value for value in row))
    assert allowed.dimension == 1
    found = weight_regions.weight_regions(unlike, allowed)
    for plan, part in enumerate(found):
        own = weight_regions.weight_region(unlike, allowed, plan)
        assert frozenset(part.rays) == frozenset(own.rays)
        assert part.dimension == own.dimension


@pytest.mark.parametrize("seed", range(6))
def test_rare_plans_are_first_where_rational_numbers_say_so(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of 42,000 plans was set against all others, for minutes; most are beneath a few."""
    rng = np.random.default_rng(seed)
    rows = np.unique(rng.integers(0, 1000, (120, 4)), axis=0)
    # on a plane, near it, and anywhere
    rows[:40, 3] = 1500 - rows[:40, :3].sum(axis=1) // 2
    unlike = shares([tuple(row) for row in np.unique(rows, axis=0).tolist()], 2000)
    asked: list[int] = []
    first = score_envelope.Envelope.first

    def counted(self: score_envelope.Envelope, plans: NDArray[np.int64], *, most: int) -> Any:
        asked.extend(plans.tolist())
        return first(self, plans, most=most)

    monkeypatch.setattr(score_envelope.Envelope, "first", counted)
    allowed = whole_simplex(4)
    found = acceptability(unlike, allowed, seed=seed, samples=200)
    exact = [
        bool(weight_regions.weight_region(unlike, allowed, plan)) for plan in range(len(unlike))
    ]
    assert list(found.first) == exact
    assert not any(found.unsettled)
    assert len(asked) < len(unlike) / 2


@pytest.mark.parametrize("kind", ["hair", "sphere"])
@pytest.mark.parametrize("m", [3, 4])
def test_what_is_not_found_out_in_so_much_work_is_said(
    kind: str, m: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """66,875 plans, each first for weights of its own, had not ended after minutes."""
    plans = drawn(np.random.default_rng(3), kind, 400, m)
    allowed = whole_simplex(m)
    exact = [bool(weight_regions.weight_region(plans, allowed, i)) for i in range(len(plans))]
    begun: list[score_envelope.Envelope] = []
    make = score_envelope.Envelope.__init__

    def noted(self: score_envelope.Envelope, *given: Any) -> None:
        begun.append(self)
        make(self, *given)

    monkeypatch.setattr(score_envelope.Envelope, "__init__", noted)
    most = 10 * len(plans)
    monkeypatch.setattr("optimiser.analysis.acceptability._MOST_WORK", most)
    found = acceptability(plans, allowed, seed=1, samples=50)
    told = list(zip(exact, found.first, found.unsettled, strict=True))
    assert all(own == first for own, first, unknown in told if not unknown)
    assert not any(first for _, first, unknown in told if unknown)
    assert any(found.unsettled)
    # a walk is ended, and so is a region
    assert all(one.work < most + 540 * len(plans) for one in begun)


def test_too_many_regions_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = drawn(np.random.default_rng(3), "sphere", 60, 3)
    exact = acceptability(plans, whole_simplex(3), seed=1)
    assert exact.error == 0.0
    monkeypatch.setattr("optimiser.analysis.acceptability._MOST_EXACT", 20)
    found = acceptability(plans, whole_simplex(3), seed=1)
    assert found.error > 0.0
    assert found.first == exact.first
    assert np.abs(np.subtract(found.share, exact.share)).max() <= 1.5 * found.error


def drawn(rng: np.random.Generator, kind: str, count: int, m: int) -> ExactShares:
    """Unlike plans in one plane, a hair below it, on a sphere, or anywhere."""
    rows = rng.integers(0, 30, (count, m))
    if kind in ("plane", "hair"):
        rows[:, -1] = 40 * m - rows[:, :-1].sum(axis=1)
        rows = rows * 10**13
        if kind == "hair":
            rows -= rng.integers(0, 3, (count, m))
    elif kind == "sphere":
        away = np.abs(rng.normal(size=(count, m)))
        away /= np.linalg.norm(away, axis=1)[:, None]
        rows = np.round(away * 10**6).astype(np.int64)
    unlike = np.unique(rows, axis=0)
    return shares([tuple(row) for row in unlike.tolist()], int(unlike.max()) or 1)


@settings(max_examples=examples(150))
@given(
    st.integers(0, 10**6),
    st.sampled_from(["plane", "hair", "sphere", "any"]),
    st.integers(3, 5),
    st.booleans(),
)
def test_on_the_envelope_are_those_with_weights_of_their_own(
    seed: int, kind: str, m: int, some: bool
) -> None:
    rng = np.random.default_rng(seed)
    plans = drawn(rng, kind, int(rng.integers(2, 25)), m)
    allowed: WeightSet = whole_simplex(m)
    if some:
        allowed = allowed.cut((1, -1, *[0] * (m - 2)))
    exact = [bool(weight_regions.weight_region(plans, allowed, i)) for i in range(len(plans))]
    asked = rng.permutation(len(plans))
    first, unsettled = score_envelope.Envelope(plans, allowed).first(asked, most=10**9)
    assert first.tolist() == exact
    assert not len(unsettled)
    # of those not asked about none is called first that is not
    few, _ = score_envelope.Envelope(plans, allowed).first(asked[:2], most=10**9)
    assert all(own or not told for own, told in zip(exact, few.tolist(), strict=True))


@settings(max_examples=examples(60))
@given(st.integers(0, 10**6), st.sampled_from(["plane", "hair", "sphere", "any"]))
def test_shares_of_an_area_are_those_of_each_plan_by_itself(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    plans, allowed = drawn(rng, kind, int(rng.integers(2, 25)), 3), whole_simplex(3)
    found = acceptability(plans, allowed, seed=seed)
    regions = [weight_regions.weight_region(plans, allowed, i) for i in range(len(plans))]
    assert list(found.first) == list(map(bool, regions))
    assert [share > 0 for share in found.share] == [part.dimension == 2 for part in regions]
    assert sum(found.share) == pytest.approx(1.0)


def test_where_a_thousand_plans_meet_they_are_looked_at_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """68,434 plans in one plane had not ended after four minutes."""
    walks = 0
    walked = score_envelope.Envelope._walked

    def counted(*given: Any) -> Any:
        nonlocal walks
        walks += 1
        return walked(*given)

    monkeypatch.setattr(score_envelope.Envelope, "_walked", counted)
    plans = drawn(np.random.default_rng(1), "plane", 1000, 4)
    envelope = score_envelope.Envelope(plans, whole_simplex(4))
    assert envelope.first(np.arange(len(plans)), most=10**9)[0].all()
    assert walks < 10


@given(st.lists(st.lists(st.integers(-9, 9), min_size=4, max_size=4), min_size=4, max_size=4))
def test_an_inverse_in_whole_numbers(rows: list[list[int]]) -> None:
    found = whole_inverse(rows)
    size = round(np.linalg.det(np.array(rows, dtype=float)))
    assert (found is None) == (size == 0)
    if found is not None:
        product = [[dot(row, column) for column in zip(*found, strict=True)] for row in rows]
        scale = product[0][0]
        assert scale > 0
        assert product == [[scale * (i == j) for j in range(4)] for i in range(4)]
