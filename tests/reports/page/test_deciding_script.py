"""Limits and wishes on the page leave what `decide` leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimiser.analysis.deciding import decide
from optimiser.analysis.statements import Statement
from optimiser.reports.page.payload import payload
from optimiser.results.claim_words import percent
from optimiser.scenario import load
from optimiser.study import equivalents_of_all, solve
from tests.handmade import scenario_file
from tests.reports.page.engine import called, front_of
from tests.reports.page.made import made


@pytest.mark.parametrize("seed", range(8))
def test_what_is_kept_is_what_decide_keeps(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    result = made(tmp_path, plans=50, technologies=6, objectives=3, seed=seed, phases=seed % 2 == 1)
    embedded = front_of(result)
    value = float(rng.choice(result.front.y[:, 0]))
    wanted = {"t0": bool(rng.integers(2)), "t3": bool(rng.integers(2))}
    statements = [Statement("where", f"o0 <= {value!r}")]
    statements += [Statement("with" if yes else "without", name) for name, yes in wanted.items()]
    found = decide(result, statements)
    kept = called("Deciding.kept", embedded, [[None, value], None, None], wanted)
    assert np.flatnonzero(kept).tolist() == sorted(found.stated.left)
    told = called("Deciding.technologies", embedded, kept)
    assert told["plans"] == len(found.plans)
    if told["plans"]:
        own = found.technologies
        assert told["core"] == list(own.core)
        assert told["out"] == list(own.out)
        shares = {name: many / told["plans"] for name, many in told["open"]}
        assert shares == pytest.approx(own.open)


def test_plans_with_equal_objectives_count_as_they_do_in_decide(tmp_path: Path) -> None:
    """Each by what it adopts itself, also where the listed plan adopts otherwise."""
    result = solve(load(scenario_file(tmp_path)))
    equal = equivalents_of_all(result)
    embedded = front_of(result)
    value = float(np.median(result.front.y[:, 1]))
    for wanted in ({}, {"iot": True}, {"ai": False}, {"pv": True, "iot": False}):
        statements = [Statement("where", f"cost <= {value!r}")]
        statements += [Statement("with" if yes else "without", own) for own, yes in wanted.items()]
        found = decide(result, statements, equivalents=equal)
        kept = called("Deciding.kept", embedded, [None, [None, value]], wanted)
        told = called("Deciding.technologies", embedded, kept)
        own, plans = found.technologies, len(found.plans)
        assert plans > 0
        assert told["plans"] == plans
        assert (told["core"], told["out"]) == (list(own.core), list(own.out))
        assert [[name, many / plans] for name, many in told["open"]] == [
            [name, share] for name, share in own.open.items()
        ]
    assert len(kept) > len(result.front)


def test_the_page_has_the_acceptabilities_of_decide(tmp_path: Path) -> None:
    result = solve(load(scenario_file(tmp_path)))
    found = decide(result, equivalents=equivalents_of_all(result))
    assert found.ranked is not None
    shares = dict(zip(found.plans, map(percent, found.ranked.share), strict=True))
    own = payload(result, robust=None, repair=None)["acceptability"]
    assert own["shares"]
    assert all(shares[plan] == share for plan, share in own["shares"])
    assert own["knee"] == (None if found.knee is None else found.stated.front.ids[found.knee])


def test_limits_are_kept_by_plans_on_them() -> None:
    plans = {"y": [[0.1 + 0.2], [0.3]], "decisions": {}, "equals": {"of": [], "adopted": {}}}
    assert called("Deciding.kept", plans, [[None, 0.3]], {}) == [False, True]
    assert called("Deciding.kept", plans, [[0.3, None]], {}) == [True, True]
    assert called("Deciding.kept", plans, [None], {}) == [True, True]


def test_two_plans_differ_in_their_cells() -> None:
    decisions = {"a": {"at": [0, 1]}, "b": {"at": [0, 0]}}
    assert called("Deciding.differing", {"decisions": decisions}, 0, 1) == ["a"]
