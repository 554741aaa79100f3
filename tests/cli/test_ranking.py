"""The command `rank`: every method, and its check."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from optimiser.language import speaking
from optimiser.ranking import methods
from tests.cli.processes import Done
from tests.handmade import scenario_file


@pytest.fixture
def saved(optimise: Callable[..., Done], tmp_path: Path) -> str:
    assert optimise("run", str(scenario_file(tmp_path)), "-o", "r").code == 0
    return "r"


@pytest.mark.parametrize("method", sorted(methods()))
def test_every_method(method: str, optimise: Callable[..., Done], saved: str) -> None:
    done = optimise("rank", saved, "--method", method, "--check")
    assert done.code == 0
    assert "rank reversals" in done.out
    assert "first plan" in done.out
    checked = json.loads(optimise("rank", saved, "--method", method, "--check", "--json").out)
    assert checked["ranking"]["method"] == checked["check"]["method"] == method
    assert checked["plans"][0]["id"] in checked["check"]["first"][method]
    with speaking("en"):  # the language of before is spoken again
        chinese = optimise("rank", saved, "--method", method, "--check", "--lang", "zh").out
    assert "名次逆转" in chinese
    assert "transitive" not in chinese


def test_a_preference_function(optimise: Callable[..., Done], saved: str) -> None:
    done = optimise("rank", saved, "--method", "promethee2", "--preference", "linear:0.1:0.5")
    assert "plans compared in pairs, preference linear:0.1:0.5" in done.out
    done = optimise("rank", saved, "--method", "promethee2", "--preference", "triangle")
    assert done.code == 2
    assert "linear:Q:P" in done.err


def test_a_check_has_no_place_in_other_formats(optimise: Callable[..., Done], saved: str) -> None:
    done = optimise("rank", saved, "--check", "--format", "csv")
    assert done.code == 2
    assert "choose table or json" in done.err
