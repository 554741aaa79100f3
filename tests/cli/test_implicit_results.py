"""Scenarios in place of results: solved once, and what counts as the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.processes import Done
from tests.cli.test_files import PLANT

Optimise = Callable[..., Done]


def test_the_same_is_not_solved_twice(plant: Path, optimise: Optimise) -> None:
    first = optimise("show", "plant.yaml")
    assert "taken from" not in first.err
    again = optimise("show", "plant.yaml")
    assert "solved before: taken from .optimise" in again.err
    assert again.out == first.out
    assert "taken from" in optimise("export", "plant.yaml", "-o", "a.csv").err
    assert "taken from" in optimise("verify", "plant.yaml").err
    less = optimise("show", "plant.yaml", "--gap", "0.5", "--points", "2", "--workers", "1")
    assert "taken from" in less.err  # a complete front answers them
    assert "taken from" not in optimise("show", "plant.yaml", "--no-cache").err
    assert not Path("results").exists()


@pytest.mark.parametrize(
    "change",
    [
        ("--set", "constraints.cap=cost <= 2"),
        ("--seed", "5"),
        ("--method", "exact"),
    ],
)
def test_what_changes_the_answer_is_solved(
    plant: Path, optimise: Optimise, change: tuple[str, str]
) -> None:
    optimise("show", "plant.yaml")
    assert "taken from" not in optimise("show", "plant.yaml", *change).err


def test_an_edit_is_solved(plant: Path, optimise: Optimise) -> None:
    optimise("show", "plant.yaml")
    plant.write_text(PLANT.replace("cost <= 5", "cost <= 2"), encoding="utf-8")
    assert "taken from" not in optimise("show", "plant.yaml").err


def test_a_damaged_cache_is_no_obstacle(plant: Path, optimise: Optimise) -> None:
    first = optimise("show", "plant.yaml")
    (kept,) = Path(".optimise").glob("*/result.json")
    kept.write_text("{", encoding="utf-8")
    again = optimise("show", "plant.yaml")
    assert (again.out, "taken from" in again.err) == (first.out, False)
    kept.chmod(0o666)
    assert "taken from" not in optimise("show", "plant.yaml").err


def test_a_cache_that_cannot_be_written_is_no_obstacle(plant: Path, optimise: Optimise) -> None:
    Path(".optimise").write_text("", encoding="utf-8")
    assert optimise("show", "plant.yaml").code == 0
