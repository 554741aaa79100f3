"""What a score is made of is kept with the result, and verified with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from optimiser.advice import check
from optimiser.analysis.verification import verify_saved
from optimiser.errors import OptimiseError
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import rank_again, solve
from tests.handmade import scenario_file


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def _saved(result: Result, folder: Path) -> tuple[Path, dict[str, Any]]:
    path = result.save(folder) / "result.json"
    return path, json.loads(path.read_text(encoding="utf-8"))


def test_published_quantities_stand_beside_the_score(solved: Result, tmp_path: Path) -> None:
    ranked = rank_again(solved, method="vikor")
    _, data = _saved(ranked, tmp_path / "r")
    for plan in data["plans"]:
        assert plan["details"]["Q"] == pytest.approx(1.0 - plan["score"])
    again = Result.load(tmp_path / "r").ranking
    assert {name: values.tolist() for name, values in again.details.items()} == {
        name: values.tolist() for name, values in ranked.ranking.details.items()
    }


@pytest.mark.parametrize(("method", "name"), [("vikor", "S"), ("promethee2", "negative")])
def test_a_changed_detail_is_found(method: str, name: str, solved: Result, tmp_path: Path) -> None:
    path, data = _saved(rank_again(solved, method=method), tmp_path / "r")
    data["plans"][1]["details"][name] += 0.01
    path.write_text(json.dumps(data), encoding="utf-8")
    findings = verify_saved(path.parent)[1].findings
    assert any(f"its {name} is listed as" in finding.message for finding in findings)
    del data["plans"][0]["details"][name]
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(OptimiseError):
        Result.load(path.parent)


def test_the_preference_function_stays_with_the_result(solved: Result, tmp_path: Path) -> None:
    ranked = rank_again(solved, method="promethee2", preference="linear:0.1:0.5")
    _, data = _saved(ranked, tmp_path / "r")
    assert data["ranking"]["definition"] == "linear:0.1:0.5"
    found, verified = verify_saved(tmp_path / "r")
    assert verified.findings == ()
    assert rank_again(found, weights={"cost": 1}).ranking.definition == "linear:0.1:0.5"
    assert rank_again(found, method="vikor").ranking.notes == ()


@pytest.mark.parametrize(
    ("ranking", "words"),
    [
        ({"method": "promethee2", "preference": "linear:0.3:0.1"}, "no preference function"),
        ({"method": "promethee2", "preference": "triangle"}, "no preference function"),
        ({"method": "vikr"}, "vikor"),
        ({"method": "achievement"}, "has a target"),
    ],
)
def test_a_ranking_that_cannot_be_made_is_found_before_the_search(
    ranking: dict[str, str], words: str, tmp_path: Path
) -> None:
    path = scenario_file(
        tmp_path, ranking=ranking, objectives={"output": "maximise", "cost": "minimise"}
    )
    scenario, findings = check(path)
    assert scenario is None
    assert words in f"{findings[0].message} {findings[0].help}"
