"""What statements leave of a front, against published numbers and brute force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis.acceptability import acceptability
from optimiser.analysis.deciding import Decided, decide, stated
from optimiser.analysis.decision_notes import decision_notes
from optimiser.analysis.decision_records import of_decision
from optimiser.analysis.exact_shares import ExactShares, decimal, shares_of
from optimiser.analysis.statements import Statement
from optimiser.analysis.weight_regions import weight_region
from optimiser.analysis.weight_sets import dot, whole_simplex
from optimiser.errors import UsageError
from optimiser.front import Front
from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.result import arrange
from optimiser.scenario import Scenario, load
from tests.analysis.weight_oracles import by_every_basis, fronts
from tests.handmade import front, scenario_file
from tests.searches import examples

TOLERANCE = 1e-9

S = Statement


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Only there for what titles and phases it has."""
    return load(scenario_file(tmp_path_factory.mktemp("deciding")))


def result(scenario: Scenario, made: Front, /) -> Result:
    return arrange(scenario, made, rank(made))


def deciding(scenario: Scenario, made: Front, /, *statements: Statement) -> Decided:
    return decide(result(scenario, made), statements, equivalents=())


def whole_shares(rows: Sequence[Sequence[float]], /) -> ExactShares:
    """Values that are shares already."""
    size = len(rows[0])
    made = front([*rows, [1.0] * size, [0.0] * size], senses="+" * size)
    return shares_of(made, np.array([[0.0, 1.0]] * size)).taken(range(len(rows)))


# ---- published numbers


def test_smaa_of_two_objectives_in_closed_form() -> None:
    found = acceptability(whole_shares([(1, 0), (0, 1), (0.6, 0.6)]), whole_simplex(2), seed=1)
    assert found.share == pytest.approx((0.4, 0.4, 0.2), abs=0)
    assert found.error == 0.0
    assert found.central == ((0.8, 0.2), (0.2, 0.8), (0.5, 0.5))
    assert found.confidence == (1.0, 1.0, 1.0)


def test_smaa_of_three_objectives_in_closed_form() -> None:
    rows = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.5, 0.5)]
    found = acceptability(whole_shares(rows), whole_simplex(3), seed=1)
    assert found.share == (0.25,) * 4
    assert found.error == 0.0
    assert found.central[0] == (2 / 3, 1 / 6, 1 / 6)


NINE = ((170, 100), (123, 122), (104, 161), (72, 171), (58, 211))
HELD: tuple[set[int], ...] = ({7, 9}, {7, 8}, {6, 7}, {2, 5, 6}, {2, 3, 6})


def nine_projects() -> Front:
    """SYMPHONY, ticket 114."""
    cells = [tuple("1" if j in held else "0" for j in range(1, 10)) for held in HELD]
    names = tuple(f"project_{j}" for j in range(1, 10))
    return front(NINE, senses="++", cells=cells, decisions=names)


def test_core_indices_of_nine_projects(scenario: Scenario) -> None:
    found = deciding(scenario, nine_projects())
    assert list(found.core_index.values()) == [0, 0.4, 0.2, 0, 0.2, 0.6, 0.6, 0.2, 0.2]
    assert len(found.plans) == 5
    assert found.technologies.out == ("project_1", "project_4")


def test_an_order_of_weights_among_nine_projects(scenario: Scenario) -> None:
    found = deciding(scenario, nine_projects(), S("order", "o0,o1"))
    assert found.technologies.core == ("project_7", "project_9")
    assert len(found.plans) == 1
    # information about weights never changes what all efficient plans say
    assert found.core_index["project_6"] == 0.6


# ---- brute force


def weights_on_a_grid(size: int, steps: int) -> Iterator[tuple[Fraction, ...]]:
    for parts in product(range(steps + 1), repeat=size - 1):
        if sum(parts) <= steps:
            yield tuple(Fraction(p, steps) for p in (*parts, steps - sum(parts)))


@given(fronts(), st.data())
@settings(max_examples=examples(40))
def test_plans_left_are_those_that_no_other_beats_at_extreme_points(
    scenario: Scenario, made: Front, data: st.DataObject
) -> None:
    order = data.draw(st.permutations([column.name for column in made.columns]))
    chosen = order[: data.draw(st.integers(2, len(order)))]
    res = result(scenario, made)
    found = stated(res, [S("order", ",".join(chosen))])
    rows = [
        [Fraction(int(c.name == a) - int(c.name == b)) for c in made.columns]
        for a, b in pairwise(chosen)
    ]
    whole = [[int(value) for value in row] for row in rows]
    points = by_every_basis(whole, len(made.columns))
    left = brute_left(res, sorted(points))
    assert sorted(found.left) == left
    # a dense grid never contradicts it
    for weights in weights_on_a_grid(len(made.columns), 6):
        if all(dot(row, weights) >= 0 for row in rows):
            best = max(scores(res, weights))
            assert any(scores(res, weights)[row] == best for row in left)


def scores(res: Result, weights: Sequence[Fraction]) -> list[Fraction]:
    ranges = [(decimal(a), decimal(b)) for a, b in res.ranking.ranges.tolist()]
    return [
        sum(
            (
                w * ((decimal(v) - low) / (high - low) if high != low else 0)
                for w, v, (low, high) in zip(weights, row, ranges, strict=True)
            ),
            Fraction(0),
        )
        for row in res.front.y.tolist()
    ]


def brute_left(res: Result, points: Sequence[Sequence[Fraction]]) -> list[int]:
    table = list(zip(*(scores(res, point) for point in points), strict=True))
    return [
        i
        for i, own in enumerate(table)
        if not any(
            all(a >= b for a, b in zip(other, own, strict=True)) and other != own for other in table
        )
    ]


@given(fronts(sizes=(2, 3)))
@settings(max_examples=examples(40))
def test_exact_acceptability_is_that_of_a_dense_grid(scenario: Scenario, made: Front) -> None:
    res = result(scenario, made)
    found = decide(res)
    assert found.ranked is not None
    size, steps = len(made.columns), 60
    shares = found.stated.shares.rounded
    # midpoints of small cells, away from borders where ties are
    drawn = whole_simplex(size).sample(steps**2, np.random.default_rng(1))
    values = drawn @ shares.T
    met = (values >= values.max(axis=1)[:, None] - TOLERANCE).mean(axis=0)
    assert np.abs(met - np.array(found.ranked.share)).max() < 0.05
    # shares of unlike plans sum to 1
    unlike = {tuple(row): s for row, s in zip(shares.tolist(), found.ranked.share, strict=True)}
    assert sum(unlike.values()) == pytest.approx(1.0)
    for plan, first in enumerate(found.ranked.first):
        assert first >= (found.ranked.share[plan] > 0)


@given(fronts(sizes=(4, 5)))
@settings(max_examples=examples(40))
def test_first_by_linear_programs_is_first_by_exact_parts(scenario: Scenario, made: Front) -> None:
    """Few samples, so that most plans are decided by the programs."""
    res = result(scenario, made)
    found = decide(res, samples=3)
    assert found.ranked is not None
    shares = found.stated.shares
    exact = tuple(
        bool(weight_region(shares, whole_simplex(len(made.columns)), i)) for i in range(len(made))
    )
    assert found.ranked.first == exact


@given(fronts())
@settings(max_examples=examples(40))
def test_technologies_rules_and_questions_by_a_look_at_every_plan(
    scenario: Scenario, made: Front
) -> None:
    found = deciding(scenario, made)
    own, k = found.technologies, len(made)
    for j, name in enumerate(made.decision_columns):
        count = sum(cells[j] != "0" for cells in made.cells)
        assert found.core_index[name] == count / k
        assert (name in own.core) == (count == k)
        assert (name in own.out) == (count == 0)
        assert own.open.get(name, count / k) == count / k
    for pair in found.pairs:
        a, b = (made.decision_columns.index(name) for name in pair.technologies)
        assert pair.both == sum(c[a] == c[b] == "1" for c in made.cells) / k
    for rule in (*found.rules, *found.trade_offs):
        holding = [row for row in range(k) if holds(made, rule.condition, row)]
        place = made.decision_columns.index(rule.technology)
        assert len(holding) == rule.plans >= 2
        assert all((made.cells[row][place] != "0") == rule.adopts for row in holding)
    for question in found.questions:
        for answer in question.answers:
            again = deciding(scenario, made, answer.statement)
            assert len(again.plans) == answer.left
    if found.next is not None:
        assert found.next.worst == min(question.worst for question in found.questions)


def holds(made: Front, condition: str, row: int) -> bool:
    words = condition.split()
    if len(words) == 3:
        k = [column.name for column in made.columns].index(words[0])
        value = made.y[row, k]
        return bool(value >= float(words[2]) if words[1] == ">=" else value <= float(words[2]))
    place = made.decision_columns.index(words[-1])
    return (made.cells[row][place] != "0") == (len(words) == 1)


# ---- statements


def test_contradictions_name_the_smallest_set(scenario: Scenario) -> None:
    made = front([(1, 0, 3), (0, 1, 2), (2, 2, 0)], senses="+++")
    with pytest.raises(UsageError, match="contradict") as told:
        deciding(
            scenario,
            made,
            S("order", "o0,o1"),
            S("weight_range", "o2=0.1..0.9"),
            S("weight_range", "o0=0.1..0.2"),
            S("weight_range", "o1=0.6..1"),
        )
    assert "--order o0,o1" in told.value.message
    assert "o1=0.6..1" in told.value.message
    assert "o0=0" not in told.value.message
    assert "o2" not in told.value.message
    with pytest.raises(UsageError, match="no weights hold"):
        deciding(scenario, front([(1, 0), (0, 1)]), S("weight_range", "o0=0.1..0.2,o1=0.1..0.2"))


def test_with_and_without_the_same_contradict(scenario: Scenario) -> None:
    with pytest.raises(UsageError, match="contradict"):
        deciding(scenario, nine_projects(), S("with", "project_6"), S("without", "project_6"))


def test_limits_are_exact_in_decimals(scenario: Scenario) -> None:
    """0.1 + 0.2 <= 0.3 holds of plans, whatever it is of floats."""
    made = front([(0.1, 0.2), (0.2, 0.15)])
    assert deciding(scenario, made, S("where", "o0 + o1 <= 0.3")).plans == (made.ids[0],)
    assert len(deciding(scenario, made, S("where", "0.1 <= o0 <= 0.15")).plans) == 1


def test_nothing_left_is_an_answer_that_names_why(scenario: Scenario) -> None:
    found = deciding(
        scenario,
        nine_projects(),
        S("where", "o0 >= 100"),
        S("where", "o1 >= 10"),
        S("with", "project_2"),
    )
    assert found.plans == ()
    assert found.next is None
    assert found.ranked is None
    assert any(
        "o0 >= 100" in note and "project_2 together" in note for note in decision_notes(found)
    )
    assert of_decision(found)["plans"] == []


def test_a_preference_is_a_half_space(scenario: Scenario) -> None:
    made = front([(1, 0), (0, 1), (0.6, 0.6)], senses="++")
    res = result(scenario, made)
    found = decide(res, [S("prefer", f"{made.ids[0]}:{made.ids[1]}")])
    assert set(found.stated.allowed.extreme) == {(1, 0), (Fraction(1, 2), Fraction(1, 2))}
    assert set(found.plans) == {made.ids[0], made.ids[2]}


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_what_says_nothing_of_weights_leaves_all(scenario: Scenario, size: int) -> None:
    """A plan preferred to itself, a weight between 0 and 1, the only one being 1: such a statement
    was an internal error.
    """
    rows = np.eye(size).tolist() if size > 1 else [(1,)]
    made = front(rows, senses="+" * size)
    nothing = [S("prefer", f"{made.ids[0]}:{made.ids[0]}"), S("weight_range", "o0=0..1")]
    if size == 1:
        nothing.append(S("weight_range", "o0=1"))
    plain = deciding(scenario, made)
    for count in range(1, len(nothing) + 1):
        found = deciding(scenario, made, *nothing[:count])
        assert found.plans == plain.plans
        assert found.first == plain.first


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (S("where", "o7 <= 3"), "unknown name 'o7'"),
        (S("where", "o1"), "comparison"),
        (S("where", "o1 <="), "expected"),
        (S("where", "base(o1) <= 1"), "may name"),
        (S("with", "project_11"), "unknown technology"),
        (S("with", "project_1.full"), "has no level"),
        (S("without", ","), "names no technology"),
        (S("order", "o0"), "orders nothing"),
        (S("order", "o0,o0"), "orders nothing"),
        (S("order", "o0,o9"), "unknown objective"),
        (S("weight_range", "o0"), "expected a range"),
        (S("weight_range", "o0=0.6..0.3"), "empty"),
        (S("weight_range", "o0=2..3"), "expected a range"),
        (S("weight_range", "q=0.1..0.3"), "unknown objective"),
        (S("prefer", "p0"), "names no two plans"),
        (S("prefer", "x:y"), "no plan"),
    ],
)
def test_what_cannot_be_read_is_an_error(
    scenario: Scenario, statement: Statement, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as told:
        deciding(scenario, nine_projects(), statement)
    assert told.value.help


# ---- what answers rest on


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        ({"status": "approximate", "basis": None}, "nothing is proven of the list"),
        ({"status": "covering", "gap": 0.02}, "at most 2.0 % of a range worse"),
        ({"status": "covering"}, "not complete"),
        ({"basis": "numerical"}, "numerically"),
        ({"of": "cells"}, "mixtures"),
    ],
)
def test_unfinished_fronts_say_what_each_answer_rests_on(
    scenario: Scenario, proof: dict[str, Any], said: str
) -> None:
    made = front(
        [(0, 4), (1, 2), (2, 1), (4, 0)],
        cells=[("0",), ("0",), ("1",), ("1",)],
        decisions=("iot",),
        **proof,
    )
    record = of_decision(deciding(scenario, made))
    assert any(said in note for note in record["notes"])
    assert record["rules"]
    assert not any(rule["proven"] for rule in record["rules"])


def test_rules_are_proven_on_a_complete_exact_front_with_all_equal_plans(
    scenario: Scenario,
) -> None:
    made = front(
        [(0, 4), (1, 2), (2, 1), (4, 0)], cells=[("0",), ("0",), ("1",), ("1",)], decisions=("iot",)
    )
    assert all(rule["proven"] for rule in of_decision(deciding(scenario, made))["rules"])
    alone = of_decision(decide(result(scenario, made)))
    assert alone["rules"]
    assert not any(rule["proven"] for rule in alone["rules"])
    assert any("equal objectives" in note for note in alone["notes"])


def test_one_plan_and_an_objective_that_is_the_same_everywhere(scenario: Scenario) -> None:
    one = of_decision(deciding(scenario, front([(1, 2)])))
    assert one["next"] is None
    assert one["knee"] is None
    assert list(one["acceptability"].values()) == [1.0]
    flat = deciding(scenario, front([(1, 2, 7), (2, 1, 7)]))
    assert len(flat.plans) == 2
    assert any("o2" in note for note in decision_notes(flat))


def test_the_knee_lies_beyond_the_line_through_the_best(scenario: Scenario) -> None:
    bent, straight = front([(0, 4), (1, 1), (4, 0)]), front([(0, 4), (2, 2), (4, 0)])
    found = deciding(scenario, bent)
    assert found.knee is not None
    assert found.stated.front.y[found.knee].tolist() == [1, 1]
    assert deciding(scenario, straight).knee is None
