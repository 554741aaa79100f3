"""Limits and wishes on the page leave what `decide` leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimiser.analysis.deciding import decide
from optimiser.analysis.statements import Statement
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


def test_limits_are_kept_by_plans_on_them() -> None:
    plans = {"y": [[0.1 + 0.2], [0.3]], "decisions": {}}
    assert called("Deciding.kept", plans, [[None, 0.3]], {}) == [False, True]
    assert called("Deciding.kept", plans, [[0.3, None]], {}) == [True, True]
    assert called("Deciding.kept", plans, [None], {}) == [True, True]


def test_two_plans_differ_in_their_cells() -> None:
    decisions = {"a": {"at": [0, 1]}, "b": {"at": [0, 0]}}
    assert called("Deciding.differing", {"decisions": decisions}, 0, 1) == ["a"]
