"""Every ranking method, by hand, against a textbook, and against what any ranking must hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.errors import UsageError
from optimiser.front import Front
from optimiser.language import speaking
from optimiser.ranking import NORMALISATIONS, Yardstick, methods, rank, scores_of
from tests import handmade

METHODS = sorted(methods())


def front(y: Sequence[Sequence[float]], /, **other: Any) -> Front:
    """A front with a target for every objective, so that every method can rank it."""
    made = handmade.front(y, **other)
    return replace(made, columns=tuple(replace(column, target=1.5) for column in made.columns))


def test_methods_are_found() -> None:
    assert METHODS == [
        "achievement",
        "knee",
        "lexicographic",
        "promethee2",
        "topsis",
        "topsis_minmax",
        "vikor",
        "weighted_sum",
    ]


def test_weighted_sum_by_hand() -> None:
    """Ranges 10 and 4: the middle plan scores 0.75 x 0.5 + 0.25 x 0.75."""
    ranked = rank(front([[0, 0], [5, 1], [10, 4]], senses="+-", weights=[3, 1]))
    assert ranked.score.tolist() == [0.25, 0.75 * 0.5 + 0.25 * 0.75, 0.75]
    assert ranked.order.tolist() == [2, 1, 0]
    assert ranked.rank.tolist() == [3, 2, 1]
    assert ranked.weights.tolist() == [0.75, 0.25]
    assert ranked.normalise == "range"


def test_weighted_sum_of_values_as_they_are() -> None:
    """DOMAIN's P, E, C with weights .5, .2, .3: +20 %, -15 %, -10 % are worth 0.16."""
    ranked = rank(
        front([[0.2, -0.15, -0.1]], senses="+--", weights=[0.5, 0.2, 0.3]), normalise="none"
    )
    assert ranked.score[0] == pytest.approx(0.16, abs=1e-15)
    assert ranked.normalise == "none"


def test_hwang_and_yoon_1981_fighter_aircraft() -> None:
    """Their example: speed, range, payload, cost, reliability, manoeuvrability; closeness .643,
    .268, .613, .312.
    """
    aircraft = [
        [2.0, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5.0, 5, 5],
    ]
    ranked = rank(
        front(aircraft, senses="+++-++", weights=[0.2, 0.1, 0.1, 0.1, 0.2, 0.3]), method="topsis"
    )
    assert ranked.score.tolist() == pytest.approx(
        [0.643, 0.268, 0.613, 0.312], abs=1e-3
    )  # the book rounds on the way
    assert ranked.rank.tolist() == [1, 4, 2, 3]
    assert ranked.normalise == "vector"


def test_topsis_by_hand() -> None:
    """Length 5 in both columns; distances .16 and .04 from the best and the worst point."""
    ranked = rank(front([[3, 4], [4, 3]], senses="++", weights=[0.8, 0.2]), method="topsis")
    assert ranked.score.tolist() == pytest.approx([0.2, 0.8])


def test_topsis_of_large_values_next_to_one_another() -> None:
    """Their shares of the lengths, which are nearly the same, differ in the tenth digit only."""
    y = [[1e9 + a / 10, 1e9 + b / 10] for a, b in ((0, 9), (2, 4), (7, 0))]
    closeness = np.hypot(5, 5) / (np.hypot(5, 5) + np.hypot(2, 4))
    assert rank(front(y), method="topsis").score[1] == pytest.approx(closeness, abs=1e-9)


@pytest.mark.parametrize("method", ["weighted_sum", "topsis_minmax", "vikor", "promethee2", "knee"])
def test_large_values_score_as_what_tells_them_apart(method: str) -> None:
    """1e9 and some tenths as tenths: equal scores stay equal, which last bits of floats part."""
    y = [[-0.1, 0.68], [0.2, 0.5], [0.35, 0.35], [0.6, 0.1]]
    near, far = (
        rank(front([[base + a, base + b] for a, b in y]), method=method) for base in (0.0, 1e9)
    )
    assert far.score.tolist() == pytest.approx(near.score.tolist(), abs=1e-12)
    assert far.rank.tolist() == near.rank.tolist()


def test_topsis_minmax_by_hand() -> None:
    """The middle plan stands at (.5, .25) of the ranges, worst (0, 1), best (1, 0), equal
    weights.
    """
    ranked = rank(front([[0, 0], [5, 1], [10, 4]], senses="+-"), method="topsis_minmax")
    to_best, to_worst = np.hypot(0.5, 0.25), np.hypot(0.5, 0.75)
    assert ranked.score[1] == pytest.approx(to_worst / (to_best + to_worst))
    assert ranked.score[[0, 2]].tolist() == pytest.approx([0.5, 0.5])
    assert ranked.rank.tolist() == [2, 1, 2]


def test_equal_scores_share_a_rank_and_the_next_is_skipped() -> None:
    ranked = rank(front([[0, 3], [1, 1], [3, 0]], senses="--"))
    assert ranked.rank.tolist() == [2, 1, 2]
    assert ranked.order.tolist() == [1, 0, 2], (
        "of equal ones the best in the first objective comes first"
    )
    assert rank(front([[0.0, 0.3], [0.1, 0.2], [0.3, 0.0]]), normalise="none").rank.tolist() == [
        1,
        1,
        1,
    ]


def test_rounding_does_not_part_equal_scores() -> None:
    """0.1 + 0.2 is 0.30000000000000004, which is not better than 0.3."""
    ranked = rank(front([[0.1, 0.2], [0.3, 0.0], [0.0, 0.3]], senses="++"), normalise="none")
    assert ranked.rank.tolist() == [1, 1, 1]
    assert len(set(ranked.score.tolist())) == 1


def test_plan_id_decides_last() -> None:
    ranked = rank(front([[1, 2], [1, 2]]))
    assert ranked.order.tolist() == [0, 1]


def test_objective_without_range_contributes_nothing_and_says_so() -> None:
    ranked = rank(front([[7, 0], [7, 1]], senses="--"))
    assert ranked.score.tolist() == [0.5, 0.0]
    assert ranked.notes == ("the same in every plan, so it contributes 0 to the score: o0",)


def test_rounding_noise_is_no_range() -> None:
    ranked = rank(front([[494.66, 1.0], [494.66000000000008, 0.0]], senses="--"))
    assert ranked.score.tolist() == [0.0, 0.5]


@pytest.mark.parametrize("method", METHODS)
def test_a_single_plan_ranks_first_without_notes(method: str) -> None:
    ranked = rank(front([[7, 0]]), method=method)
    assert ranked.rank.tolist() == [1]
    assert ranked.notes == ()


def test_weights_given_replace_the_scenarios_and_omitted_ones_are_said() -> None:
    ranked = rank(front([[0, 1], [1, 0]], weights=[1, 9]), weights={"o0": 4})
    assert ranked.weights.tolist() == [1.0, 0.0]
    assert ranked.rank.tolist() == [1, 2]
    assert "o1" in ranked.notes[0]


def test_topsis_says_that_it_normalises_by_itself() -> None:
    ranked = rank(front([[0, 1], [1, 0]]), method="topsis", normalise="none")
    assert ranked.normalise == "vector"
    assert "normalise: none" in ranked.notes[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"method": "topsi"}, "did you mean 'topsis'"),
        ({"normalise": "ranges"}, "range, none"),
        ({"weights": {"o7": 1.0}}, "objectives: o0, o1"),
        ({"weights": {"o0": -1.0}}, "from 0 up"),
        ({"weights": {"o0": float("nan")}}, "from 0 up"),
        ({"weights": {"o0": float("inf")}}, "from 0 up"),
        ({"weights": {"o0": 0.0}}, "above 0"),
    ],
)
def test_what_cannot_rank_is_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        rank(front([[0, 1], [1, 0]]), **arguments)  # type: ignore[arg-type]
    assert words in caught.value.help


def test_overflow_is_refused() -> None:
    with pytest.raises(UsageError, match="overflows"):
        rank(front([[-1.7e308, 0], [1.7e308, 0]]))


values = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 3))
fronts = st.integers(1, 4).flatmap(
    lambda m: st.lists(st.lists(values, min_size=m, max_size=m), min_size=1, max_size=8)
)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("normalise", NORMALISATIONS)
@given(y=fronts, signs=st.text("+-", min_size=4, max_size=4))
def test_what_every_ranking_holds(
    method: str, normalise: str, y: list[list[float]], signs: str
) -> None:
    made = front(y, senses=signs)
    before = made.y.copy()
    ranked = rank(made, method=method, normalise=normalise)
    assert sorted(ranked.order.tolist()) == list(range(len(y)))
    assert np.isfinite(ranked.score).all()
    assert ranked.weights.sum() == pytest.approx(1.0)
    in_order = ranked.score[ranked.order]
    assert (np.diff(in_order) <= 0).all()
    assert (np.diff(ranked.rank[ranked.order]) >= 0).all()
    for row in range(len(y)):
        assert ranked.rank[row] == 1 + int((ranked.score > ranked.score[row]).sum())
    assert (made.y == before).all()
    for array in (ranked.score, ranked.rank, ranked.order, ranked.weights):
        assert not array.flags.writeable


@pytest.mark.parametrize("method", METHODS)
@given(y=fronts, signs=st.text("+-", min_size=4, max_size=4))
def test_a_dominating_plan_never_scores_less(method: str, y: list[list[float]], signs: str) -> None:
    made = front(y, senses=signs)
    ranked = rank(made, method=method)
    points = made.minimised
    for a, b in zip(
        *np.nonzero((points[:, None, :] <= points[None, :, :]).all(axis=2)), strict=True
    ):
        assert ranked.score[a] >= ranked.score[b] - 1e-9


coarse = st.integers(-9, 9).map(lambda v: v / 7 * 1e3)
crowded = st.integers(1, 9).flatmap(
    lambda m: st.lists(st.lists(coarse, min_size=m, max_size=m), min_size=1, max_size=8)
)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("normalise", NORMALISATIONS)
@given(
    y=crowded,
    signs=st.text("+-", min_size=9, max_size=9),
    weights=st.lists(st.floats(0, 1e3), min_size=9, max_size=9),
    ends=st.lists(st.tuples(coarse, coarse), min_size=9, max_size=9),
    own=st.booleans(),
)
def test_a_dominated_plan_is_never_above_one_that_dominates_it(
    method: str,
    normalise: str,
    y: list[list[float]],
    signs: str,
    weights: list[float],
    ends: list[tuple[float, float]],
    own: bool,
) -> None:
    """By no method, weights, or ranges: those of the plans, or others that plans lie beyond."""
    m = len(y[0])
    if not any(weights[:m]):
        weights = [1.0] * m
    made = front(y, senses=signs[:m], weights=weights[:m])
    ranges = [
        (min(pair), max(pair)) if sign == "+" else (max(pair), min(pair))
        for sign, pair in zip(signs, ends, strict=True)
    ][:m]
    ranked = rank(made, method=method, normalise=normalise, ranges=ranges if own else None)
    place = np.argsort(ranked.order)
    points = made.minimised
    for a in range(len(y)):
        for b in range(len(y)):
            if (points[a] <= points[b]).all() and (points[a] < points[b]).any():
                assert ranked.score[a] >= ranked.score[b]
                assert ranked.rank[a] <= ranked.rank[b]
                assert place[a] < place[b]


@pytest.mark.parametrize(
    ("method", "preference"),
    [
        *((method, None) for method in METHODS),
        ("promethee2", "linear:0.05:0.3"),
        ("promethee2", "v_shape:1e-6"),
    ],
)
@given(
    y=crowded,
    other=st.lists(coarse, min_size=9, max_size=9),
    sizes=st.lists(st.sampled_from([1e-9, 1e-3, 1.0, 1e9]), min_size=9, max_size=9),
    signs=st.text("+-", min_size=9, max_size=9),
    weights=st.lists(st.sampled_from([0.0, 0.1, 1.0, 7.0]), min_size=9, max_size=9),
    kept=st.sets(st.integers(0, 7), min_size=1),
)
def test_nor_in_a_list_that_was_filtered_nor_beside_it(
    method: str,
    preference: str | None,
    y: list[list[float]],
    other: list[float],
    sizes: list[float],
    signs: str,
    weights: list[float],
    kept: set[int],
) -> None:
    """Values of any size, measured by the ranges of a longer list; reference plans too."""
    m = len(y[0])
    weights = weights[:m] if any(weights[:m]) else [1.0] * m
    size = np.array(sizes[:m])
    made = front((np.array(y) * size).tolist(), senses=signs[:m], weights=weights)
    whole = rank(made, method=method, preference=preference)
    rows = [row for row in sorted(kept) if row < len(y)] or [0]
    some = front(made.y[rows].tolist(), senses=signs[:m], weights=weights)
    ranked = rank(some, method=method, preference=preference, ranges=whole.ranges)
    beside = np.array([other[:m]]) * size
    scores = np.concatenate([ranked.score, scores_of(some, ranked, beside)])
    points = np.concatenate([some.minimised, beside * some.signs])
    dominates = (points[:, None] <= points).all(axis=2) & (points[:, None] < points).any(axis=2)
    for a, b in np.argwhere(dominates).tolist():
        # among the listed scores that are equal up to rounding are one; beside them they are not
        listed = max(a, b) < len(rows)
        assert scores[a] >= scores[b] - (0.0 if listed else 1e-9 * (1.0 + abs(scores[b])))
        if listed:
            assert ranked.rank[a] <= ranked.rank[b]


@given(y=crowded, signs=st.text("+-", min_size=9, max_size=9))
def test_a_weighted_sum_of_shares_lies_between_0_and_1(y: list[list[float]], signs: str) -> None:
    scores = rank(front(y, senses=signs)).score
    assert (scores >= 0.0).all()
    assert (scores <= 1.0).all()


def test_a_plan_that_is_best_in_everything_scores_1() -> None:
    """Ten weights of a tenth add up to 0.9999999999999999."""
    assert rank(front([[1.0] * 10, [2.0] * 10])).score.tolist() == [1.0, 0.0]


def test_an_objective_s_own_range() -> None:
    """From 100 to 20 and from 0 to 4: a value beyond its range scores more than its weight."""
    made = front([[60, 1], [0, 3]], senses="-+")
    columns = (replace(made.columns[0], range=(100.0, 20.0)), made.columns[1])
    made = replace(made, columns=(columns[0], replace(columns[1], range=(0.0, 4.0))))
    ranked = rank(made)
    assert ranked.score.tolist() == [0.5 * 0.5 + 0.5 * 0.25, 0.5 * 1.25 + 0.5 * 0.75]
    assert ranked.ranges.tolist() == [[100.0, 20.0], [0.0, 4.0]]


@pytest.mark.parametrize("method", METHODS)
def test_some_of_the_plans_score_as_among_all(method: str) -> None:
    """The ranges of the run go with them; a vector length is that of all plans."""
    made = front([[0, 0], [5, 1], [10, 4]], senses="+-", weights=[3, 1])
    scale = Yardstick.of(made)
    shares = np.array([0.75, 0.25])
    chosen = methods()[method]
    (definition,) = {names[0] for names in chosen.definitions.values()} - {"values"}
    some = chosen.score(made.y[1:], scale, shares, definition).values
    assert some.tolist() == pytest.approx(rank(made, method=method).score[1:].tolist())


def test_scores_of_before_definitions_were_stored() -> None:
    """Minimised objectives counted from 0 down to minus their weight."""
    made = front([[0, 0], [5, 1], [10, 4]], senses="+-", weights=[3, 1])
    ranked = rank(made, definition="signed")
    assert ranked.score.tolist() == [0.0, 0.75 * 0.5 - 0.25 * 0.25, 0.5]
    with pytest.raises(UsageError, match="not defined as 'closeness'"):
        rank(made, definition="closeness")


def test_a_ranking_is_the_same_for_every_reader() -> None:
    """Its notes are kept in results, in English whatever is spoken."""
    flat = front([[7, 0], [7, 1]])

    def notes() -> list[tuple[str, ...]]:
        return [rank(flat, method=m, normalise="none", weights={"o0": 1}).notes for m in METHODS]

    with speaking("zh"):
        chinese = notes()
    assert chinese == notes()
    assert all(chinese)
