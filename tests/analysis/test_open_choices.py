"""What plans adopt in any case, in some cases and never, and what decides, against a plain look at
every plan.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from optimiser.analysis.assessing import assess
from optimiser.analysis.open_choices import choices
from optimiser.errors import NoSolutionError, UsageError
from optimiser.scenario import load
from optimiser.study import solve
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


@settings(max_examples=examples(25), deadline=None, suppress_health_check=_QUIET)
@given(data=portfolios())
def test_a_plain_look_at_every_plan_says_the_same(tmp_path: Path, data: Data) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    try:
        solved = solve(load(path))
    except NoSolutionError:
        return
    front = solved.front
    for best in (None, 1, 2):
        found = choices(solved, best=best)
        ranks = solved.ranking.rank.tolist()
        rows = [row for row in range(len(front)) if best is None or ranks[row] <= best]
        assert found.rows == tuple(rows)
        for name in solved.scenario.technologies:
            column = front.decision_columns.index(name)
            adopting = [row for row in rows if front.cells[row][column] != "0"]
            others = [row for row in rows if row not in adopting]
            assert (name in found.core) == (not others)
            assert (name in found.out) == (not adopting)
            if not (adopting and others):
                continue
            one = next(one for one in found.open if one.technology == name)
            assert (one.adopting, one.without) == (adopting[0], others[0])
            assert one.share == len(adopting) / len(rows)
            for j, objective in enumerate(front.columns):
                pick = max if objective.sense == "maximise" else min
                assert one.best_with[j] == pick(front.y[row, j] for row in adopting)
                assert one.best_without[j] == pick(front.y[row, j] for row in others)
                change = front.y[adopting[0], j] - front.y[others[0], j]
                assert one.change[j] == pytest.approx(change, abs=1e-9)


def test_only_a_complete_exact_front_proves_it() -> None:
    made = solve(load("smart_manufacturing"))
    assert choices(made).proven
    assert not choices(made, best=2).proven
    for changed in ({"status": "approximate", "basis": None}, {"basis": "numerical"}):
        proof = replace(made.front.proof, **changed)
        unsure = choices(replace(made, front=replace(made.front, proof=proof)))
        assert not unsure.proven
        assert "plans that are not listed may adopt otherwise" in unsure.notes[0]


def test_no_plan_at_all_is_no_number() -> None:
    with pytest.raises(UsageError, match="the best 0 plans"):
        choices(solve(load("smart_manufacturing")), best=0)


def test_a_result_is_assessed_without_solving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = solve(load("smart_manufacturing"))
    folder = made.save(tmp_path / "r")

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("optimiser.analysis.assessing.solve", refuse)
    found = assess(type(made).load(folder))
    assert found.result is not None
    assert found.result.front.ids == made.front.ids
