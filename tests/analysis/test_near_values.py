"""What is said of plans that differ by less than floats tell, against fractions and enumeration."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from optimiser.analysis.assessing import assess
from optimiser.analysis.best import best
from optimiser.analysis.comparing import compare
from optimiser.analysis.deciding import decide
from optimiser.analysis.explaining import explain
from optimiser.analysis.side_by_side import side_by_side
from optimiser.analysis.statements import Statement
from optimiser.analysis.verification import verify
from optimiser.errors import ScenarioError
from optimiser.front import Proof
from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.claim_words import best_flags
from optimiser.results.exact_values import ended, exact_text
from optimiser.results.naming_plans import listed_plan, typed_plan
from optimiser.results.ranking_words import score_texts
from optimiser.scenario import load
from optimiser.study import rank_again, solve
from tests.handmade import scenario_file
from tests.near_values import Values, data, every_plan, scenario, worth
from tests.searches import seeds

Model = dict[str, Any]


def made(folder: Path, model: Model) -> Result:
    path = folder / "near.yaml"
    path.write_text(yaml.safe_dump(scenario(model), sort_keys=False), encoding="utf-8")
    return solve(load(path))


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Model, Result, list[Values]]:
    model = data(request.param)
    result = made(tmp_path, model)
    return model, result, [worth(model, cells) for cells in result.front.cells]


def signed(model: Model, values: Values) -> Values:
    return tuple(value * sign for value, sign in zip(values, model["signs"], strict=True))


def shares(model: Model, own: list[Values]) -> list[Values]:
    """Of each plan, by objective, how far it is from worst to best."""
    columns = []
    for column in zip(*(signed(model, values) for values in own), strict=True):
        low, high = min(column), max(column)
        columns.append([(high - v) / (high - low) if high > low else Fraction(0) for v in column])
    return list(zip(*columns, strict=True))


def first(plans: list[Values]) -> list[bool]:
    """Which plans no other one beats under some weights, of up to three objectives: by looking at
    every corner of the weights under which each is first.
    """
    found = []
    m = len(plans[0])
    unit = [tuple(Fraction(int(i == j)) for j in range(m)) for i in range(m)]
    for own in plans:
        rows = {tuple(a - b for a, b in zip(own, other, strict=True)) for other in plans}
        rows = {row for row in rows if any(row)}
        corners = [
            *unit,
            *(w for pair in itertools.combinations([*rows, *unit], m - 1) if (w := crossing(pair))),
        ]
        found.append(any(all(dot(w, row) >= 0 for row in rows) for w in corners))
    return found


def dot(a: Values, b: Values) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def crossing(rows: tuple[Values, ...]) -> Values | None:
    """The weights, none below 0, that one row or two are 0 at."""
    if len(rows) == 1:
        a, b = rows[0]
        weights: Values = (b, -a)
    else:
        (a, b, c), (d, e, f) = rows
        weights = (b * f - c * e, c * d - a * f, a * e - b * d)
    total = sum(weights)
    if not total:
        return None
    weights = tuple(weight / total for weight in weights)
    return weights if min(weights) >= 0 else None


def rounded(value: Fraction) -> float:
    return float(value) + 0.0


def close(found: float, exact: Fraction) -> bool:
    """Six digits, as far as a difference is shown."""
    return found == exact == 0 or (
        abs(Fraction(found) - exact) <= abs(exact) / 10**6 and found != 0
    )


CASES = seeds(400, here=48)


@pytest.mark.parametrize("case", CASES, indirect=True)
def test_what_is_said_of_the_list(case: tuple[Model, Result, list[Values]], tmp_path: Path) -> None:
    """The points, stars, orders, ranks, also of the saved result read again."""
    model, result, own = case
    least = [signed(model, values) for values in own]
    every = {signed(model, worth(model, cells)) for cells in every_plan(model)}
    beaten = {
        p for p in every for q in every if q != p and all(a <= b for a, b in zip(q, p, strict=True))
    }
    assert sorted(least) == sorted(every - beaten)
    columns = [list(column) for column in zip(*least, strict=True)]
    stars = [
        [v == min(c) and min(c) < max(c) for v, c in zip(p, columns, strict=True)] for p in least
    ]
    scores = [sum(own, Fraction(0)) / len(own) for own in shares(model, own)]
    saved = Result.load(result.save(tmp_path / "saved"))
    for one in (result, saved):
        front = one.front
        assert best_flags(front).tolist() == stars
        for j, column in enumerate(columns):
            order = front.order[:, j].tolist()
            for a, b in itertools.combinations(range(len(front)), 2):
                assert (order[a] < order[b], order[a] > order[b]) == (
                    column[a] < column[b],
                    column[a] > column[b],
                )
        for (a, above), (b, below) in itertools.pairwise(
            zip(one.ranking.rank.tolist(), scores, strict=True)
        ):
            assert above >= below - Fraction(1, 10**11)
            assert a < b or abs(above - below) < Fraction(1, 10**11)
    assert verify(saved).holds
    assert saved.front.exact == result.front.exact
    assert saved.front.columns == result.front.columns


@pytest.mark.parametrize("case", CASES, indirect=True)
def test_what_is_decided(case: tuple[Model, Result, list[Values]]) -> None:
    """Who is first for some weights, who holds a limit, what is the best."""
    model, result, own = case
    front = result.front
    decided = decide(result)
    assert decided.plans == front.ids
    # others count as the decimals that they show
    known = [[front.value(row, j) for j in range(model["m"])] for row in range(len(front))]
    if model["m"] < 4 and known == list(map(list, own)):
        flags = first(shares(model, own))
        assert list(decided.first) == [n for n, one in zip(front.ids, flags, strict=True) if one]
    for j, column in enumerate(front.columns):
        values = [values[j] for values in own]
        sign = -1 if column.sense == "maximise" else 1
        if values == front.told(j):
            limit = sorted(values)[len(values) // 2]
            words = f"{column.name} {'<=' if sign > 0 else '>='} {exact_text(limit)}"
            kept = [n for n, v in zip(front.ids, values, strict=True) if sign * v <= sign * limit]
            assert list(decide(result, [Statement("where", words)]).plans) == kept
        found = best(result, column.name)
        assert found.plan is not None
        assert found.proven
        assert found.plan.row is not None
        assert sign * values[found.plan.row] == min(sign * value for value in values)


@pytest.mark.parametrize("case", CASES, indirect=True)
def test_what_is_explained(case: tuple[Model, Result, list[Values]]) -> None:
    """What plans give up, what others change, what they are made of; who dominates a typed one."""
    model, result, own = case
    front = result.front
    least = [signed(model, values) for values in own]
    ideal = [min(column) for column in zip(*least, strict=True)]
    for row in {0, len(front) // 2, len(front) - 1}:
        found = explain(result, listed_plan(result, row))
        assert found.status == "efficient"
        for given, value, low in zip(found.gives_up, least[row], ideal, strict=True):
            assert close(given.by, value - low)
            assert given.proven
        for other in found.neighbours:
            for change, a, b in zip(other.change, own[other.row], own[row], strict=True):
                assert close(change, a - b)
            for k in other.gains:
                assert least[other.row][k] < least[row][k]
        if model["kind"] == "plain":
            for j, one in enumerate(found.contributions.values()):
                effects = {f"t{n}": texts for n, texts in enumerate(model["effects"])}
                told = {part.source: part.value for part in one.parts}
                expected = {
                    name: rounded(
                        worth(model, only(model, name))[j] - worth(model, only(model, ""))[j]
                    )
                    for name, cell in zip(effects, front.cells[row], strict=True)
                    if cell != "0" and f"o{j}" in effects[name]
                }
                assert told.keys() == expected.keys()
                assert all(np.isclose(told[n], v, rtol=1e-6, atol=0) for n, v in expected.items())
        beside = (
            side_by_side(
                result, [listed_plan(result, row), listed_plan(result, (row + 1) % len(front))]
            )
            if len(front) > 1
            else None
        )
        if beside is not None:
            for change, a, b in zip(
                beside.change[1][: model["m"]], own[(row + 1) % len(front)], own[row], strict=True
            ):
                assert close(change, a - b)
    for cells in itertools.islice(every_plan(model), 0, None, 3):
        typed = typed_plan(result, dict(zip(front.decision_columns, cells, strict=True)))
        mine = signed(model, worth(model, cells))
        dominating = [
            place
            for place, other in enumerate(least)
            if other != mine and all(a <= b for a, b in zip(other, mine, strict=True))
        ]
        found = explain(result, typed)
        assert found.status == ("dominated" if dominating else "efficient")
        assert [place for place, _ in found.dominated_by] == dominating
        for place, by in found.dominated_by:
            assert all(close(x, a - b) for x, a, b in zip(by, mine, least[place], strict=True))


def only(model: Model, name: str) -> tuple[str, ...]:
    """The cells of a plan that adopts one technology, or none."""
    return tuple("1" if f"t{n}" == name else "0" for n in range(len(model["effects"])))


# ---- one scenario by hand: 1e9 and a few times 1e-9 are one float


def by_hand(folder: Path, name: str = "hand", tiny: str = "0.000000001") -> Result:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "optimise": 1,
                "name": name,
                "objectives": {"cost": "minimise", "gain": "maximise"},
                "indicators": {"cost": {"baseline": 1_000_000_000}, "gain": {}},
                "technologies": {
                    "tiny": {"effects": {"cost": {"value": tiny}, "gain": 1}},
                    "mid": {"effects": {"cost": {"value": "0.00000001"}, "gain": 3}},
                    "idle": {"effects": {"cost": {"value": "0.000000001"}}},
                },
                "plans": {
                    "none": {},
                    "listed": {"adopt": {"tiny": 1}},
                    "beaten": {"adopt": {"idle": 1}},
                    "worse": {"adopt": {"mid": 1, "idle": 1}},
                },
            },
            sort_keys=False,
        ),
        encoding="utf-8",
    )
    return solve(load(path))


def test_reference_plans_are_beaten_by_what_floats_do_not_show(tmp_path: Path) -> None:
    solved = by_hand(tmp_path)
    saved = Result.load(solved.save(tmp_path / "saved"))
    for result in (solved, saved, rank_again(saved, weights={"cost": 1.0})):
        none, tiny, mid, both = (
            next(n for n, c in zip(result.front.ids, result.front.cells, strict=True) if c == cells)
            for cells in (("0", "0", "0"), ("1", "0", "0"), ("0", "1", "0"), ("1", "1", "0"))
        )
        found = {one.name: (one.equals, one.dominated_by) for one in result.reference_plans}
        assert found["none"] == (none, None)
        assert found["listed"] == (tiny, None)
        assert found["beaten"][0] is None
        assert found["beaten"][1] == next(n for n in result.front.ids if n in (none, tiny))
        assert found["worse"][0] is None
        assert found["worse"][1] == next(n for n in result.front.ids if n in (mid, both))
        rows = range(len(result.front))
        texts = score_texts(result, rows, references=True)
        listed = dict(zip(result.front.ids, texts, strict=False))
        assert texts[len(rows)] == listed[none]
        assert texts[len(rows) + 1] == listed[tiny]
        assert texts[len(rows) + 2] != listed[none]
    assert verify(saved).holds


def test_a_change_that_floats_do_not_show_loses_plans(tmp_path: Path) -> None:
    base, dearer = by_hand(tmp_path), by_hand(tmp_path, "dearer", "0.000000002")
    lost = compare(base, dearer)
    assert len(lost.lost) == 2
    assert lost.gained == ()
    assert lost.best["cost"].difference == 0
    assert lost.hypervolume.difference is not None
    assert lost.hypervolume.difference > 0  # by how much it is worse
    gained = compare(dearer, base)
    assert gained.lost == ()
    assert len(gained.gained) == 2
    same = compare(base, base)
    assert same.lost == same.gained == ()
    assert same.hypervolume.difference == 0


def test_a_best_value_that_changes_by_less_than_floats_show(tmp_path: Path) -> None:
    """In both fronts something else is near, so that exact values are known."""
    base, other = by_hand(tmp_path), by_hand(tmp_path, "other")
    front = other.front
    exact = tuple({**own, 0: own[0] + Fraction(1, 10**9)} for own in front.exact)
    moved = replace(front, exact=exact)
    found = compare(base, replace(other, front=replace(moved, columns=ended(moved))))
    assert found.best["cost"].difference == Fraction(1, 10**9)


@pytest.mark.parametrize("text", ["1/0", "1000000001", "1e999", "-1000000000.000000001"])
def test_exact_values_that_are_not_what_numbers_round_are_damage(tmp_path: Path, text: str) -> None:
    folder = by_hand(tmp_path).save(tmp_path / "saved")
    file = folder / "result.json"
    told = file.read_text(encoding="utf-8")
    assert '"1000000000.000000001"' in told
    file.write_text(told.replace('"1000000000.000000001"', f'"{text}"'), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"plans\[.\]\.exact\.cost"):
        Result.load(folder)


def test_a_bound_that_a_plan_beats_by_less_than_floats_show_is_refuted(tmp_path: Path) -> None:
    """Without the cheapest plan the next one has the same number, and is not the best."""
    result = by_hand(tmp_path)
    front = result.front
    kept = [row for row, cells in enumerate(front.cells) if set(cells) != {"0"}]
    shorter = replace(
        front,
        y=front.y[kept],
        x=front.x[kept],
        indicators=front.indicators[kept],
        cells=tuple(front.cells[row] for row in kept),
        ids=tuple(front.ids[row] for row in kept),
        exact=tuple(front.exact[row] for row in kept),
        proof=Proof("covering", basis="exact", bounds=(1e9, 4.0)),
    )
    shorter = replace(shorter, columns=ended(shorter))
    listed = replace(result, front=shorter, ranking=rank(shorter), reference_plans=())
    listed = replace(listed, scenario=listed.scenario.model_copy(update={"plans": {}}))
    said = " ".join(one.message for one in verify(listed).findings)
    assert "no plan is said to have less cost" in said
    assert shorter.proof.bounds[0] == shorter.ideal[0]


def test_other_exact_values_with_the_same_number_do_not_verify(tmp_path: Path) -> None:
    folder = by_hand(tmp_path).save(tmp_path / "saved")
    file = folder / "result.json"
    told = file.read_text(encoding="utf-8")
    other = told.replace('"1000000000.000000001"', '"1000000000.0000000015"')
    file.write_text(other, encoding="utf-8")
    found = verify(Result.load(folder))
    assert "its exact values" in " ".join(one.message for one in found.findings)


def test_what_technologies_add_is_seen_beside_large_values(tmp_path: Path) -> None:
    found = assess(by_hand(tmp_path).scenario)
    added = {row.technology: row.alone for row in found.rows}
    assert added == {"tiny": (1e-9, 1.0), "mid": (1e-8, 3.0), "idle": (1e-9, 0.0)}


def test_a_front_without_such_values_keeps_none(tmp_path: Path) -> None:
    result = solve(load(scenario_file(tmp_path)))
    assert result.front.exact == ()
    assert result.front.order is result.front.minimised
    assert '"exact": {' not in result.json_text()
