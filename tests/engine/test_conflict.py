"""Which groups of rows cannot hold together: few questions, none of the groups dispensable."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.engine import conflict, highs
from optimiser.engine.contract import Budget
from optimiser.engine.modelling import at_most, binary, equal_to, from_rows, minimise
from optimiser.errors import InfeasibleError
from optimiser.scenario import load
from optimiser.study import solve


@pytest.mark.parametrize(("groups", "core", "most"), [(66, 2, 20), (300, 3, 40)])
def test_few_questions_find_a_small_core_among_many_groups(
    groups: int, core: int, most: int
) -> None:
    names = [f"g{i}" for i in range(groups)]
    for step in range(1, groups // core):
        wanted = set(names[step - 1 : step * core : step])
        asked = 0

        def empty(chosen: Sequence[str], wanted: set[str] = wanted) -> bool:
            nonlocal asked
            asked += 1
            return wanted <= set(chosen)

        assert set(conflict.smallest(names, empty)) == wanted
        assert asked <= core * (1 + math.ceil(math.log2(groups))) + 1 <= most


@given(st.lists(st.sets(st.integers(0, 7), min_size=1), min_size=1, max_size=6))
def test_what_is_left_is_in_conflict_and_none_of_it_dispensable(cores: list[set[int]]) -> None:
    def empty(chosen: Sequence[object]) -> bool:
        return any(core <= set(chosen) for core in cores)

    found = conflict.smallest("01234567", lambda chosen: empty([int(c) for c in chosen]))
    left = [int(name) for name in found]
    assert empty(left)
    assert not any(empty([x for x in left if x != name]) for name in left)


@pytest.mark.parametrize(("groups", "most"), [(66, 20)])
def test_integrality_that_causes_a_conflict_is_found(
    groups: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2 a + 2 b == 3 holds for no whole numbers; the other groups allow everything."""
    columns = [binary(f"x{i}") for i in range(groups)]
    rules = {f"r{i}": at_most({f"x{i}": 1}, 1) for i in range(groups)}
    rules["r7"] = at_most({"x3": 1, "x9": 1}, 1)
    rules["r40"] = equal_to({"x3": 2, "x9": 2}, 3)
    problem = from_rows(columns, {"y": minimise({"x0": 1})}, rules)
    calls = itertools.count(1)
    last = 0
    ask = highs.minimise

    def counted(*given: object, **more: object) -> highs.Answer:
        nonlocal last
        last = next(calls)
        return ask(*given, **more)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(highs, "minimise", counted)
    found = conflict.conflicting_groups(problem, Budget())
    assert found == ("r40",)
    assert last <= most


def test_a_rule_of_adoption_is_named_where_combinations_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`need` and `no` hold together with a alone: that b comes with it makes them conflict."""
    monkeypatch.setattr(conflict, "_MOST", 2)
    path = tmp_path / "curved.yaml"
    path.write_text(CURVED, encoding="utf-8")
    with pytest.raises(InfeasibleError) as failed:
        solve(load(path))
    assert failed.value.involved == ("a requires b", "need", "no")


CURVED = """
optimise: 1
name: curved
indicators: {gain: {}}
technologies:
  a: {requires: [b], effects: {gain: 1}}
  b: {effects: {gain: 1}}
objectives: {gain: maximise}
constraints:
  need: a * exp(gain) >= 1
  no: b * exp(gain) <= 1
"""
