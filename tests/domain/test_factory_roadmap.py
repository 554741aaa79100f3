"""Sixty technologies in four phases: written by its script, its kept front as good as it claims to
be.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest

from benchmarks.large_roadmap import FILE, scenario_text
from docs.scenario_pages import kept
from optimiser.results import Result
from tests.domain import oracle, roadmaps

NAME = "factory_roadmap"
PHASES = ("2027", "2028", "2029", "2030")
LIMITS = (40, 40, 35, 35)
RANDOM_PLANS = 60


@cache
def data() -> dict[str, Any]:
    return oracle.read(NAME)


@cache
def result() -> Result:
    return Result.load(kept(NAME))


def read(cells: tuple[str, ...]) -> dict[str, Any]:
    """A row of front.csv as the oracle has it."""
    pairs = zip(result().front.decision_columns, cells, strict=True)
    return {
        name: 0 if cell == "0" else (1, PHASES.index(cell.split("@")[1])) for name, cell in pairs
    }


def any_plan(random: Random) -> dict[str, Any]:
    """A feasible roadmap: technologies in the order of the file, which comes after what each
    requires, while money lasts.
    """
    eagerness, choice = random.uniform(0.2, 1), dict.fromkeys(data()["technologies"], 0)
    spent = [Fraction(0)] * len(PHASES)
    for name, technology in data()["technologies"].items():
        starts = [option for option in roadmaps._options(data(), name) if option != 0]
        random.shuffle(starts)
        for option in starts if random.random() < eagerness else ():
            tried: dict[str, Any] = {**choice, name: option}
            after = list(spent)
            after[option[1]] += Fraction(str(technology["effects"]["investment"]))
            within = all(sum(after[: p + 1]) <= sum(LIMITS[: p + 1]) for p in range(len(PHASES)))
            if within and roadmaps._allowed(data(), tried):
                choice, spent = tried, after
                break
    return choice


def test_the_file_is_what_the_script_writes() -> None:
    assert FILE.read_text(encoding="utf-8") == scenario_text(), (
        "run python -m benchmarks.large_roadmap"
    )


def test_its_size() -> None:
    assert (len(data()["technologies"]), len(data()["phases"]), len(data()["objectives"])) == (
        60,
        4,
        3,
    )
    assert [phase["limits"]["investment"] for phase in data()["phases"]] == list(LIMITS)


def test_every_listed_plan_keeps_the_rules_and_has_the_values_that_are_listed() -> None:
    front = result().front
    for cells, y in zip(front.cells, front.y.tolist(), strict=True):
        choice = read(cells)
        assert roadmaps._allowed(data(), choice)
        names = roadmaps.readings(data(), choice)
        assert roadmaps._within_limits(data(), names)
        assert [float(v) for v in oracle._goals(data(), names)] == pytest.approx(y, abs=1e-9)


def test_what_it_claims_holds_for_plans_taken_at_random() -> None:
    """Within gap * scale of every feasible plan there has to be a listed one: looked for where it
    does not hold.
    """
    front = result().front
    proof = front.proof
    assert proof.status == "covering"
    assert proof.gap is not None
    assert 0 < proof.gap < 0.3
    assert (np.array(proof.scale) > 0).all()
    scaled, signs = (
        front.minimised / np.array(proof.scale),
        np.array([column.sign for column in front.columns]),
    )
    random = Random(11)
    worst = -np.inf
    for _ in range(RANDOM_PLANS):
        choice = any_plan(random)
        names = roadmaps.readings(data(), choice)
        assert roadmaps._within_limits(data(), names)
        point = (
            np.array([float(v) for v in oracle._goals(data(), names)])
            * signs
            / np.array(proof.scale)
        )
        behind = float((scaled - point).max(axis=1).min())
        assert behind <= proof.gap
        worst = max(worst, behind)
    assert worst > -1, "plans so poor say nothing"
