"""What a save changed, as the page works it out, against sets."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.reports.page.engine import called

NAMES = ("gain", "cost", "time")


@st.composite
def fronts(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    ids = draw(st.lists(st.sampled_from("abcdef"), min_size=1, unique=True))
    value = st.sampled_from([0.0, 1.0, 0.1 + 0.2, 0.3])
    return {"ids": ids, "names": names, "y": [[draw(value) for _ in names] for _ in ids]}


@given(before=fronts(), after=fronts())
def test_every_plan_came_went_moved_or_stayed(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    def values(front: dict[str, Any]) -> dict[str, dict[str, float]]:
        rows = [dict(zip(front["names"], row, strict=True)) for row in front["y"]]
        return dict(zip(front["ids"], rows, strict=True))

    old, new = values(before), values(after)
    both = set(before["names"]) & set(after["names"])
    moved = {p for p in old.keys() & new if any(old[p][n] != new[p][n] for n in both)}
    found = called("Changes.between", before, after)
    assert {after["ids"][row] for row in found["came"]} == new.keys() - old.keys()
    assert {before["ids"][row] for row in found["went"]} == old.keys() - new.keys()
    assert {after["ids"][row] for _, row in found["moved"]} == moved
    assert all(before["ids"][i] == after["ids"][j] for i, j in found["moved"])
    assert found["stayed"] == len(old.keys() & new) - len(moved)
