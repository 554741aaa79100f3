"""A text names a plan in one way: a full id, a rank, a reference plan, the beginning of an id,
typed decisions.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimiser.errors import UsageError
from optimiser.results import Result
from optimiser.results.naming_plans import NamedPlan, named_cells, named_plan, named_plans
from optimiser.results.ranking_words import ranking_notes
from optimiser.scenario import load
from optimiser.study import solve
from tests.handmade import front, scenario_file
from tests.handmade import result as handmade


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def rows(found: tuple[NamedPlan, ...]) -> list[int | None]:
    return [plan.row for plan in found]


def test_ids_and_their_beginnings(solved: Result) -> None:
    for row, name in enumerate(solved.front.ids):
        assert rows(named_plans(solved, name)) == [row]
        others = [other for other in solved.front.ids if other != name]
        length = next(n for n in range(2, 14) if not any(o.startswith(name[:n]) for o in others))
        assert rows(named_plans(solved, name[:length])) == [row]


def test_a_rank_is_all_plans_that_share_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = front([[0, 2], [2, 0], [1, 1], [3, -0.5]], weights=(1, 1))
    found = handmade(tmp_path_factory.mktemp("scenario"), made)
    ranks = found.ranking.rank.tolist()
    for rank in set(ranks):
        expected = [row for row, own in enumerate(ranks) if own == rank]
        assert rows(named_plans(found, str(rank))) == expected
    shared = next(rank for rank in ranks if ranks.count(rank) > 1)
    with pytest.raises(UsageError, match="several plans have rank") as raised:
        named_plan(found, str(shared))
    assert found.front.ids[ranks.index(shared)] in raised.value.help


def test_reference_plans_and_typed_decisions(solved: Result) -> None:
    (reference,) = named_plans(solved, "pilot")
    assert reference.name == "pilot"
    assert dict(zip(solved.front.decision_columns, reference.cells, strict=True)) == {
        "lines": "0",
        "iot": "0",
        "ai": "pilot",
        "pv": "0",
    }
    assert named_plan(solved, "ai = pilot").id == reference.id
    assert named_plan(solved, "none").objectives.tolist() == [100.0, 0.0]
    typed = named_plan(solved, "iot=1,ai=full,pv=2")
    outcome = next(o for o in solved.reference_plans if o.name == "everything")
    assert typed.objectives.tolist() == list(outcome.objectives)
    assert typed.row is None


def test_typed_decisions_of_a_listed_plan_are_that_plan(solved: Result) -> None:
    names = solved.front.decision_columns
    for row, cells in enumerate(solved.front.cells):
        text = ",".join(f"{n}={c}" for n, c in zip(names, cells, strict=True))
        found = named_plan(solved, text)
        assert found.row == row
        assert np.array_equal(found.objectives, solved.front.y[row])


@pytest.mark.parametrize(
    ("wanted", "said", "help"),
    [
        ("p", "is the beginning of", "choose one"),
        ("0", "no plan has rank 0", "ranks go from 1"),
        ("999", "no plan has rank 999", "ranks go from 1"),
        ("pilto", "no plan 'pilto'", "did you mean 'pilot'"),
        ("", "no plan ''", "best ranks"),
        ("iott=1", "unknown decision 'iott'", "did you mean 'iot'"),
        ("iot=1,iot=0", "decided twice", "once"),
        ("iot=2", "yes/no", "0 or 1"),
        ("ai=half", "no level", "pilot, full"),
        ("iot=", "no decision", "NAME=CELL"),
        ("iot=1@2027", "names a phase", "write 1"),
        ("lines=nan", "not finite", "number"),
        ("lines=sNaN", "is not a number", "number"),
    ],
)
def test_what_names_no_plan_is_told(solved: Result, wanted: str, said: str, help: str) -> None:
    with pytest.raises(UsageError) as raised:
        named_plan(solved, wanted)
    assert said in raised.value.message
    assert help in raised.value.help


def test_python_takes_every_text_that_the_command_line_takes(solved: Result) -> None:
    front = solved.front
    assert solved.plan(front.ids[1]) == solved.plan(front.ids[1][:6]) == 1
    assert solved.plan("1") == named_plan(solved, "1").row
    assert solved.named("none").id == named_plan(solved, "none").id
    with pytest.raises(UsageError, match="not listed"):
        solved.plan("pilot")


def test_what_no_front_can_have_is_refused_without_one(solved: Result) -> None:
    """A misspelt name is no reason to solve the scenario first."""
    for text in ("p1", "p0123456789ab", "12"):
        assert named_cells(solved.model, text) is None
    for text in ("consultant", "P1", "nones"):
        with pytest.raises(UsageError, match=f"no plan '{text}'"):
            named_cells(solved.model, text)
    assert named_cells(solved.model, "none") == {}


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([[0, 2], [1, 1], [2, 0]], "all 3 plans have rank 1"),
        ([[0, 2]], "there is one plan, of rank 1"),
    ],
)
def test_how_many_plans_there_are_where_all_share_the_first_rank(
    points: list[list[float]], said: str, tmp_path: Path
) -> None:
    found = handmade(tmp_path, front(points, weights=(1, 1)))
    assert found.ranking.rank.tolist() == [1] * len(points)
    with pytest.raises(UsageError) as error:
        named_plans(found, "5")
    assert said in str(error.value.help)


def test_notes_of_a_stranger_are_bounded_in_number_and_in_length(tmp_path: Path) -> None:
    found = handmade(tmp_path, front([[0, 2], [2, 0]]))
    own = replace(found.ranking, notes=("short", "also short"))
    assert ranking_notes(own) == ["short", "also short"]
    notes = ranking_notes(replace(found.ranking, notes=("x" * 19_000,) * 150))
    assert len("".join(notes)) < 10_000
    assert notes[-1] == "138 more notes"
