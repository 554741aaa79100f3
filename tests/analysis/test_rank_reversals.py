"""Rank reversals by a plain reading of the three tests."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from optimiser.analysis.rank_reversals import check_ranking, record
from optimiser.ranking import methods, rank
from optimiser.results import Result
from optimiser.results.result import arrange
from tests.handmade import front, result

LEANING = {name for name, method in methods().items() if method.leans_on}
ALONE = sorted(set(methods()) - LEANING - {"achievement"})


def _ranked(folder: Path, y: list[list[float]], method: str, senses: str = "") -> Result:
    made = front(y, senses=senses)
    scenario = result(folder, made).scenario
    return arrange(scenario, made, rank(made, method=method))


def _some(seed: int) -> list[list[float]]:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 12))
    return [list(map(float, row)) for row in rng.integers(0, 30, (k, 3))]


def test_what_leans_on_other_plans() -> None:
    assert sorted(LEANING) == ["knee", "promethee2", "topsis", "vikor"]


@pytest.mark.parametrize("method", ALONE)
@pytest.mark.parametrize("seed", range(8))
def test_a_plan_that_is_scored_by_itself_never_reverses(
    method: str, seed: int, tmp_path: Path
) -> None:
    checked = check_ranking(_ranked(tmp_path, _some(seed), method, senses="+-+"))
    assert all(test.holds for test in checked.tests)


@pytest.mark.parametrize("method", sorted(LEANING))
@pytest.mark.parametrize("seed", range(8))
def test_two_plans_alone_by_a_plain_reading(method: str, seed: int, tmp_path: Path) -> None:
    ranked = _ranked(tmp_path, _some(seed), method)
    ids, y, ranks = ranked.front.ids, ranked.front.y, ranked.ranking.rank
    before = {}
    for a, b in itertools.permutations(range(len(ids)), 2):
        pair = rank(
            front([y[a].tolist(), y[b].tolist()]), method=method, ranges=ranked.ranking.ranges
        )
        before[a, b] = pair.rank[0] < pair.rank[1]
    _, transitive, alone = check_ranking(ranked).tests
    triples = itertools.permutations(range(len(ids)), 3)
    assert transitive.holds == (
        not any(not before[b, a] and not before[c, b] and before[c, a] for a, b, c in triples)
    )
    turned = {(ids[a], ids[b]) for a, b in before if ranks[a] < ranks[b] and before[b, a]}
    assert set(alone.found) == turned


def test_a_worse_plan_turns_the_vote_of_promethee(tmp_path: Path) -> None:
    """The replacements, made here by hand: a worse plan votes otherwise on the others."""
    worse = 0
    for seed in range(30):
        ranked = _ranked(tmp_path, _some(seed), "promethee2")
        for plan, old, new in check_ranking(ranked).tests[0].found:
            ids, y = ranked.front.ids, ranked.front.y.copy()
            row = ids.index(plan)
            ends = np.maximum(y[row], ranked.ranking.ranges[:, 0])
            own = 0.01 * (ranked.ranking.ranges[:, 0] - ranked.ranking.ranges[:, 1])
            firsts = set()
            for values in (ends, y[row] + own):
                y[row] = values
                again = rank(front(y.tolist()), method="promethee2", ranges=ranked.ranking.ranges)
                firsts |= {ids[int(at)] for at in again.order if again.rank[at] == 1}
                y = ranked.front.y.copy()
            assert new in firsts
            assert ranked.ranking.rank[ids.index(old)] == 1 < ranked.ranking.rank[ids.index(new)]
            worse += 1
    assert worse


def test_methods_that_begin_with_another_plan(tmp_path: Path) -> None:
    """Opricovic and Tzeng: the normalisation decides."""
    made = front([[1, 3000], [2, 3750], [5, 4500]], senses="-+")
    checked = check_ranking(result(tmp_path, made))
    assert checked.first["topsis"] == ("p000000000000",)
    assert checked.first["topsis_minmax"] == checked.first["vikor"] == ("p000000000001",)
    assert not checked.agree
    assert "achievement" not in checked.first  # no target is stated
    plain = record(checked)
    assert [test["test"] for test in plain["tests"]] == [1, 2, 3]
    assert plain["first"]["vikor"] == ["p000000000001"]


def test_one_plan_has_nothing_to_reverse(tmp_path: Path) -> None:
    checked = check_ranking(result(tmp_path, front([[1.0, 2.0]])))
    assert all(test.holds for test in checked.tests)
    assert checked.agree
    assert checked.tests[0].cases == checked.tests[2].cases == 0
