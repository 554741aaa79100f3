"""Published examples of the ranking methods, and other programs and plain definitions as oracles
on random fronts.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.errors import UsageError
from optimiser.front import Front
from optimiser.ranking import methods, rank, scores_over
from tests.handmade import front
from tests.searches import seeds

# Hwang and Yoon's way, as in the test data of JMcDM
JMCDM = front([[9, 7, 6, 7], [8, 7, 9, 6], [7, 8, 6, 6]], senses="++++", weights=[4, 2, 6, 8])
# Opricovic, S. & Tzeng, G.-H. (2004), Table 1: risk is minimised, altitude maximised
OPRICOVIC = front([[1, 3000], [2, 3750], [5, 4500]], senses="-+")
# Yang, W. & Wu, Y. (2020). A new improvement method to avoid rank reversal in VIKOR. IEEE Access 8
YANG = front(
    [[78, 56, 34, 6], [4, 45, 3, 97], [18, 2, 50, 63], [9, 14, 11, 92], [85, 9, 100, 29]],
    senses="++++",
)
# Zhao, H. et al. (2013), as in the examples of pymcdm
ZHAO = front([[4, 3, 2], [3, 2, 4], [5, 1, 3]], senses="+++", weights=[0.5, 0.3, 0.2])


def test_jmcdm_topsis() -> None:
    scores = rank(JMCDM, method="topsis").score
    assert scores.tolist() == pytest.approx([0.38768695, 0.65032382, 0.08347670], abs=5e-9)


def test_opricovic_and_tzeng_2004_the_winner_flips_with_the_normalisation() -> None:
    vikor = rank(OPRICOVIC, method="vikor")
    assert vikor.details["Q"].tolist() == [1.0, 0.0, 1.0]
    assert vikor.score.tolist() == [0.0, 1.0, 0.0]
    minmax = rank(OPRICOVIC, method="topsis_minmax").score
    assert minmax.tolist() == pytest.approx([0.500, 0.617, 0.500], abs=5e-4)
    vector = rank(OPRICOVIC, method="topsis").score
    assert vector.tolist() == pytest.approx([0.762, 0.722, 0.238], abs=5e-4)


def test_yang_and_wu_2020_vikor() -> None:
    found = rank(YANG, method="vikor")
    assert found.details["Q"].tolist() == pytest.approx(
        [0.5679, 0.7667, 1.0, 0.7493, 0.0], abs=5e-5
    )
    assert found.order.tolist() == [4, 0, 3, 1, 2]


def test_zhao_2013_promethee() -> None:
    found = rank(ZHAO, method="promethee2")
    assert found.score.tolist() == pytest.approx([0.1, -0.3, 0.2])
    net = found.details["positive"] - found.details["negative"]
    assert net.tolist() == pytest.approx(found.score.tolist())


def _random(seed: int) -> tuple[Front, np.ndarray, np.ndarray]:
    """A front, its (m,) weights and (m,) types: +1 maximised."""
    rng = np.random.default_rng(seed)
    k, m = int(rng.integers(3, 30)), int(rng.integers(2, 6))
    senses = "".join(rng.choice(["+", "-"], m))
    weights = rng.dirichlet(np.ones(m))
    y = rng.random((k, m)) * 10.0 ** rng.integers(-3, 4, m) + rng.integers(0, 3, m)
    types = np.array([1 if sense == "+" else -1 for sense in senses])
    return front(y.tolist(), senses=senses, weights=weights.tolist()), weights, types


@pytest.mark.filterwarnings("ignore:Alternatives")  # dominated ones, which it advises against
@pytest.mark.parametrize("seed", seeds(60, here=15))
def test_pymcdm_says_the_same(seed: int) -> None:
    from pymcdm import methods, normalizations

    made, weights, types = _random(seed)
    m = len(weights)
    asked = {
        "vikor": 1.0 - methods.VIKOR()(made.y, weights, types),
        "topsis_minmax": methods.TOPSIS(normalizations.minmax_normalization)(
            made.y, weights, types
        ),
        "promethee2": methods.PROMETHEE_II("usual")(made.y, weights, types),
    }
    for method, expected in asked.items():
        assert rank(made, method=method).score.tolist() == pytest.approx(
            expected.tolist(), abs=1e-9
        )
    ways = np.ptp(made.y, axis=0)
    for name, text, q in (("vshape", "v_shape:0.3", 0.0), ("vshape_2", "linear:0.1:0.3", 0.1)):
        theirs = methods.PROMETHEE_II(name, p=0.3 * ways, q=(q * ways if q else np.zeros(m)))
        found = rank(made, method="promethee2", preference=text)
        assert found.score.tolist() == pytest.approx(
            theirs(made.y, weights, types).tolist(), abs=1e-9
        )


@pytest.mark.parametrize("seed", seeds(30, here=8))
def test_the_knee_by_its_definition(seed: int) -> None:
    """The least trade-off of Rachmawati and Srinivasan, mu / (1 + mu), in exact fractions."""
    rng = np.random.default_rng(seed)
    k, m = int(rng.integers(2, 9)), int(rng.integers(2, 5))
    y = rng.integers(0, 20, (k, m))
    ways = [Fraction(int(way)) for way in np.ptp(y, axis=0)]
    scores = []
    for a in range(k):
        least = Fraction(1)
        for b in range(k):
            by = [
                Fraction(int(y[b, j] - y[a, j])) / way if way else Fraction(0)
                for j, way in enumerate(ways)
            ]
            lost = sum((d for d in by if d > 0), Fraction(0))
            gained = -sum((d for d in by if d < 0), Fraction(0))
            if gained:
                least = min(least, Fraction(lost, lost + gained))
        scores.append(float(least))
    found = rank(front(y.tolist()), method="knee")
    assert found.score.tolist() == pytest.approx(scores, abs=1e-12)


def test_a_bulge_is_the_knee_and_a_straight_front_has_none() -> None:
    bulge = rank(front([[0, 10], [2, 2], [10, 0]]), method="knee")
    assert bulge.order[0] == 1
    assert bulge.score[1] == pytest.approx(0.8)  # 0.2 gained for 0.8 lost, either way
    straight = rank(front([[0, 3], [1, 2], [2, 1], [3, 0]]), method="knee")
    assert straight.score.tolist() == pytest.approx([0.5] * 4)
    assert straight.rank.tolist() == [1, 1, 1, 1]


def _aimed(y: list[list[float]], targets: list[float | None], weights: list[float]) -> Front:
    made = front(y, senses="-+", weights=weights)
    columns = zip(made.columns, targets, strict=True)
    return replace(made, columns=tuple(replace(c, target=t) for c, t in columns))


def test_achievement_by_hand() -> None:
    """Ranges 10 and 4: the targets stand at shares .6 and .5; the middle plan is beyond the first
    by -.1 and beyond the second by +.25.
    """
    made = _aimed([[0, 0], [5, 3], [10, 4]], [4, 2], [1, 1])
    found = rank(made, method="achievement")
    assert found.details["least"].tolist() == pytest.approx([-0.25, -0.05, -0.3])
    rho = 1e-3
    assert found.score[1] == pytest.approx(-0.05 + rho * 0.5 * (-0.1 + 0.25))
    assert found.order.tolist() == [1, 0, 2]
    assert rank(_aimed([[0, 0], [5, 3]], [4, None], [1, 1]), method="achievement").notes == (
        "without a target, so it decides only between plans alike in the others: o1",
    )


@pytest.mark.parametrize(
    ("targets", "weights"), [([None, None], [1.0, 1.0]), ([3.0, None], [0.0, 1.0])]
)
def test_achievement_without_a_target_is_refused(
    targets: list[float | None], weights: list[float]
) -> None:
    with pytest.raises(UsageError, match="has a target") as caught:
        rank(_aimed([[0, 0], [5, 3]], targets, weights), method="achievement")
    assert "target: 120" in caught.value.help


@pytest.mark.parametrize("seed", seeds(40, here=10))
def test_lexicographic_is_the_order_of_tuples(seed: int) -> None:
    rng = np.random.default_rng(seed)
    k, m = int(rng.integers(1, 40)), int(rng.integers(1, 6))
    y = rng.integers(0, 4, (k, m)).astype(float)
    weights = rng.integers(0, 4, m).tolist()
    weights[0] = weights[0] or 1
    found = rank(front(y.tolist(), senses="+" * m, weights=weights), method="lexicographic")
    columns = sorted((j for j in range(m) if weights[j]), key=lambda j: -weights[j])
    keys = [tuple(-y[row, j] for j in columns) for row in range(k)]
    assert found.rank.tolist() == [1 + sum(other < key for other in keys) for key in keys]


def test_what_is_apart_by_rounding_is_no_order() -> None:
    """0.1 + 0.2 is no worse than 0.3: the second objective decides."""
    y = [[0.1 + 0.2, 1.0], [0.3, 2.0], [0.0, 3.0]]
    assert rank(front(y), method="lexicographic").rank.tolist() == [2, 3, 1]
    assert rank(front(y), method="promethee2").score.tolist() == pytest.approx([0.25, -0.25, 0.0])


@pytest.mark.parametrize(
    "text",
    [
        "triangle",
        "usual:1",
        "linear",
        "linear:0.1",
        "linear:0.3:0.1",
        "linear:0.1:0.1",
        "v_shape:0",
        "v_shape:x",
        "v_shape:nan",
        "v_shape:inf",
        "linear:-1:1",
    ],
)
def test_what_is_no_preference_function_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no preference function") as caught:
        rank(ZHAO, method="promethee2", preference=text)
    assert "linear:Q:P" in caught.value.help


@pytest.mark.parametrize("method", sorted(set(methods()) - {"achievement"}))
@pytest.mark.parametrize("seed", range(5))
def test_many_weights_score_as_one_by_one(method: str, seed: int) -> None:
    made, weights, _ = _random(seed)
    many = np.vstack([np.random.default_rng(seed).dirichlet(np.ones(len(weights)), 50), weights])
    scores = scores_over(made, many, method=method)
    assert scores.shape == (51, len(made))
    names = [column.name for column in made.columns]
    for own, found in zip(many, scores, strict=True):
        one = rank(made, method=method, weights=dict(zip(names, own.tolist(), strict=True)))
        assert found.tolist() == pytest.approx(one.score.tolist(), abs=1e-9)


def test_a_preference_for_another_method_is_said() -> None:
    assert "promethee2" in rank(ZHAO, method="vikor", preference="v_shape:1").notes[0]


def test_a_straight_front_is_not_told_apart_by_the_last_bits() -> None:
    """S is one half in every plan, up to rounding: only R speaks."""
    shares = [row / 7 for row in range(8)]
    found = rank(front([[s, 1 - s] for s in shares]), method="vikor")
    assert found.order[:2].tolist() == [3, 4]
    assert found.score.tolist() == pytest.approx(found.score[::-1].tolist(), abs=1e-12)


def test_equal_plans_score_alike_and_a_better_one_beyond() -> None:
    """Reference plans are compared with all listed ones, as if in the place of one."""
    from optimiser.ranking import scores_of

    for preference in ("usual", "linear:0.1:0.5"):
        found = rank(ZHAO, method="promethee2", preference=preference)
        others = scores_of(ZHAO, found, np.array([[4.0, 3, 2], [9, 9, 9]]))
        assert others[0] == found.score[0]
        assert others[1] > found.score.max()
        assert math.isclose(others[1], 1.5)


def test_opricovic_and_tzeng_2004_compromise_set() -> None:
    """The mountain climber: the second alternative alone, ahead by 1 >= DQ = 1/2, and the best by S
    and by R.
    """
    assert rank(OPRICOVIC, method="vikor").details["compromise"].tolist() == [0.0, 1.0, 0.0]


def test_yang_and_wu_2020_compromise_set() -> None:
    """Q .5679 .7667 1 .7493 0, DQ = 1/4: the last alone."""
    found = rank(YANG, method="vikor")
    assert found.details["compromise"].tolist() == [0.0, 0.0, 0.0, 0.0, 1.0]


@given(
    st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=8, unique=True),
    st.tuples(*[st.integers(1, 4)] * 3),
)
def test_the_compromise_set_is_that_of_the_conditions_in_rational_numbers(
    values: list[tuple[int, ...]], weights: tuple[int, ...]
) -> None:
    """Against C1 and C2 as Opricovic and Tzeng write them."""
    made = front([list(map(float, row)) for row in values], weights=weights)
    found = rank(made, method="vikor")
    best = [min(column) for column in zip(*values, strict=True)]
    worst = [max(column) for column in zip(*values, strict=True)]
    whole = sum(weights)
    regrets = [
        [
            Fraction(w * (b - v), whole * (b - a)) if b != a else Fraction(0)
            for v, a, b, w in zip(row, worst, best, weights, strict=True)
        ]
        for row in values
    ]
    s, r = [sum(own, Fraction(0)) for own in regrets], [max(own) for own in regrets]

    def between(own: list[Fraction]) -> list[Fraction]:
        low, high = min(own), max(own)
        return [(v - low) / (high - low) if high > low else Fraction(0) for v in own]

    q = [(a + b) / 2 for a, b in zip(between(s), between(r), strict=True)]
    order = sorted(range(len(q)), key=q.__getitem__)
    if len(q) == 1:
        expected = {0}
    else:
        step = Fraction(1, len(q) - 1)
        first, second = order[:2]
        if q[second] - q[first] < step:
            expected = {i for i in order if q[i] - q[first] < step}
        else:
            leads = s[first] == min(s) or r[first] == min(r)
            expected = {first} if leads else {i for i in order if q[i] <= q[second]}
    told = found.details["compromise"].tolist()
    assert {i for i, value in enumerate(told) if value} == expected
