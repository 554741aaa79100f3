"""A run passes the rooms of the house in one order."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.room_changes import changes


@pytest.fixture(autouse=True)
def nothing_solved_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was run in the folder of the project would be taken from there."""
    monkeypatch.chdir(tmp_path)


def test_a_run_changes_rooms_less_than_150_times(tmp_path: Path) -> None:
    found = changes(["run", "smart_manufacturing", "-o", str(tmp_path / "result")])
    assert (tmp_path / "result" / "result.json").is_file()
    assert len(found) < 150


def test_the_way_of_a_run(tmp_path: Path) -> None:
    """A study formulates, solves, ranks, in this order; what it is asked by stands above it."""
    found = changes(["run", "smart_manufacturing", "-o", str(tmp_path / "result")])
    entered = list(dict.fromkeys(c.into for c in found if c.room == "study"))
    line = ["formulate", "engine", "ranking"]
    assert [room for room in entered if room in line] == line
    assert {c.room for c in found if c.into == "study"} == {"commands", "session"}


def test_changes_are_seen(tmp_path: Path) -> None:
    found = changes(["check", "smart_manufacturing"])
    assert ("commands", "session") in {(change.room, change.into) for change in found}
    assert all(change.room != change.into for change in found)
