"""What differs between two scenarios: every value that does, and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis.scenario_changes import ScenarioChange, _differences, scenario_changes
from optimiser.scenario import library, load
from tests.handmade import scenario_file
from tests.searches import examples


@pytest.mark.parametrize("name", sorted(library())[::7])
def test_a_scenario_does_not_differ_from_itself(name: str) -> None:
    assert scenario_changes(load(name), load(name)) == ()


def test_values_that_are_there_on_one_side_only(tmp_path: Path) -> None:
    base = load(scenario_file(tmp_path))
    new = load(
        tmp_path / "handmade.yaml",
        overrides=["technologies.iot.effects.cost=3", "constraints.x.expr=cost <= 9.50"],
        set_new=True,
    )
    found = {one.path: (one.old, one.new) for one in scenario_changes(base, new)}
    assert found.pop("constraints.x") == (None, "{expr: cost <= 9.50}")
    assert set(found.values()) == {("2", "3")}
    back = {one.path: (one.old, one.new) for one in scenario_changes(new, base)}
    assert back["constraints.x"] == ("{expr: cost <= 9.50}", None)


def test_places_are_asked_where_the_value_is(tmp_path: Path) -> None:
    base = load(scenario_file(tmp_path))
    new = load(tmp_path / "handmade.yaml", overrides=["technologies.iot.title=null"])
    (one,) = scenario_changes(
        base, new, before=lambda path: ("old.yaml", len(path)), now=lambda path: ("new.yaml", 0)
    )
    assert (one.path, one.new, one.file, one.line) == (
        "technologies.iot.title",
        None,
        "old.yaml",
        3,
    )
    assert isinstance(one, ScenarioChange)


TREES = st.recursive(
    st.sampled_from(["1", "1.0", "2", "a", True, None]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=12,
)


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    """Every value by its path, numbers as numbers, what is empty as itself."""
    if isinstance(tree, dict) and tree:
        return {p: v for k, own in tree.items() for p, v in leaves(own, (*path, k)).items()}
    if isinstance(tree, list) and tree:
        return {p: v for k, own in enumerate(tree) for p, v in leaves(own, (*path, k)).items()}
    return {path: float(tree) if tree in ("1", "1.0", "2") else repr(tree)}


@settings(max_examples=examples(150))
@given(old=st.dictionaries(st.sampled_from("abc"), TREES),
       new=st.dictionaries(st.sampled_from("abc"), TREES))  # fmt: skip
def test_every_difference_is_told_once(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Against all values by their paths: a path differs exactly if it, or what it is part of, is
    told.
    """
    told = [path for path, _, _ in _differences(old, new, ())]
    assert len(told) == len(set(told))
    before, now = leaves(old), leaves(new)
    differing = {p for p in {*before, *now} if before.get(p, "-") != now.get(p, "-")}
    for path in differing - {()}:
        assert any(path[: len(one)] == one or one[: len(path)] == path for one in told), path
    for one in told:
        assert any(path[: len(one)] == one or one[: len(path)] == path for path in differing), one
