"""Whatever is changed in a result is refused, or said to be unchecked; what nobody changed always
holds.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optimiser.analysis.verification import Verified, verify, verify_saved
from optimiser.engine import Options
from optimiser.errors import NoSolutionError, ProofError, ScenarioError, UsageError
from optimiser.formulate import formulate
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from tests.analysis.shortened import without
from tests.random_scenarios import portfolios

Data = dict[str, Any]

RELAXED = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def linear(draw: st.DrawFn, *, whole: bool = False) -> Data:
    """Two objectives over real shares, perhaps with a whole number of units among them; decimals of
    any size.
    """
    names = [f"v{i}" for i in range(draw(st.integers(2, 4)))]
    unit = draw(st.sampled_from(["0.000001", "1", "1000000"]))
    variables: Data = {
        name: {"type": "real", "min": 0, "max": draw(st.integers(1, 5))} for name in names
    }
    if whole:
        variables[names[0]] = {"type": "integer", "min": 0, "max": draw(st.integers(1, 3))}

    def expression(low: int, high: int) -> str:
        return " + ".join(f"{draw(st.integers(low, high))} * {name}" for name in names)

    return {
        "optimise": 1,
        "name": "random",
        "variables": variables,
        "objectives": {
            "cost": {"sense": "minimise", "expr": f"{unit} * ({expression(-3, 9)})"},
            "output": {"sense": "maximise", "expr": expression(-3, 9)},
        },
        "constraints": {"enough": f"{expression(1, 9)} >= {draw(st.integers(1, 9))}"},
    }


def solved(data: Data, folder: Path, options: Options | None = None) -> Result:
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    try:
        return solve(load(path), options)
    except (NoSolutionError, ProofError, ScenarioError, UsageError):
        assume(False)
        raise


def verified(result: Result, folder: Path, changed: Data | None = None) -> Verified:
    file = result.save(folder / "r") / "result.json"
    if changed is not None:
        file.write_text(json.dumps(changed), encoding="utf-8")
    return verify_saved(file)[1]


# ---- honest results


@RELAXED
@given(data=st.one_of(portfolios(), portfolios(most=3, phases=True), linear(), linear(whole=True)))
def test_honest_results_hold(tmp_path: Path, data: Data) -> None:
    found = verified(solved(data, tmp_path), tmp_path)
    assert found.findings == ()


@RELAXED
@given(data=portfolios(), method=st.sampled_from(["exact", "highs"]))
def test_honest_results_of_other_solvers_hold(tmp_path: Path, data: Data, method: str) -> None:
    result = solved(data, tmp_path, Options(method=method))
    # what rests on a floating-point solver's word may be wrong, and is refused where it is
    assume(result.front.proof.basis != "numerical")
    found = verified(result, tmp_path)
    assert found.findings == ()


# ---- changed results


def numbers(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a document a number stands that is a claim: not in the scenario, nor in how it was
    obtained.
    """
    if isinstance(value, bool):
        return []
    if isinstance(value, int | float):
        return [path]
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [place for key, part in parts for place in numbers(part, (*path, key))]


CLAIMS = ("plans", "ideal", "nadir", "bounds", "ranking", "proof", "reference_plans")


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    at(data, path[:-1])[path[-1]] = value


def silent(found: Verified, about: str) -> bool:
    """Whether a change passed without a word about what was changed."""
    return found.holds and about not in found.unchecked


@RELAXED
@given(
    data=st.one_of(portfolios(), linear(), linear(whole=True)),
    choice=st.randoms(use_true_random=False),
)
def test_a_changed_number_is_refused_or_said_to_be_unchecked(
    tmp_path: Path, data: Data, choice: Any
) -> None:
    result = solved(data, tmp_path)
    document = json.loads(result.json_text())
    places = [(key, *place) for key in CLAIMS for place in numbers(document[key])]
    place = choice.choice(places)
    old = at(document, place)
    new = choice.choice([old + 1, old - 1, old * 1.0000001 + 1e-7, -old - 0.5, 0])
    if isinstance(old, int) and not isinstance(old, bool):
        new = int(new)
    assume(new != old)
    put(document, place, new)
    try:
        found = verified(result, tmp_path, document)
    except ScenarioError:
        return  # no result at all
    if place[0] == "bounds":
        # a bound that nothing reaches is a weaker claim, and a true one
        assert not silent(found, "bounds") or weaker(result, place[1], new)
    elif place[:2] == ("proof", "open_ends"):
        assert not silent(found, "mixtures")
    else:
        assert not found.holds, (place, old, new)


def weaker(result: Result, name: str, bound: float) -> bool:
    row = next(k for k, column in enumerate(result.front.columns) if column.name == name)
    column = result.front.columns[row]
    return (
        not result.front.proof.proven
        and (float(result.front.ideal[row]) - bound) * column.sign >= 0
    )


@RELAXED
@given(
    data=st.one_of(portfolios(), linear(), linear(whole=True)),
    choice=st.randoms(use_true_random=False),
)
def test_a_changed_claim_is_refused_or_said_to_be_unchecked(
    tmp_path: Path, data: Data, choice: Any
) -> None:
    result = solved(data, tmp_path)
    document = json.loads(result.json_text())
    name, values = choice.choice(
        [
            ("status", ["complete", "covering", "approximate"]),
            ("of", ["points", "cells"]),
            ("gap", [None, 0.0, 0.01, 0.5]),
            ("stopped", ["time_limit", "points"]),
            ("resolution", [None, 1e-9]),
            ("basis", ["exact", "numerical", None]),
            ("feasible_set", ["exact", "tolerance"]),
        ]
    )
    value = choice.choice(values)
    assume(document["proof"][name] != value)
    document["proof"][name] = value
    found = verified(result, tmp_path, document)
    if name == "basis" and value == "numerical" and found.holds:
        # less than is known, which is said
        assert (
            "missing" in found.unchecked
            or "gap" in found.unchecked
            or "calls that numerical" in " ".join(found.checked)
        )
    elif name in ("feasible_set", "basis", "of", "gap", "resolution"):
        about = {
            "feasible_set": "feasible set",
            "basis": "missing",
            "of": "missing",
            "gap": "gap",
            "resolution": "gap",
        }[name]
        assert not silent(found, about), (name, value, result.front.proof)
    else:
        assert not found.holds, (name, value, result.front.proof)


@RELAXED
@given(
    data=st.one_of(portfolios(), linear(), linear(whole=True)),
    choice=st.randoms(use_true_random=False),
)
def test_a_plan_taken_away_is_missed_or_said_to_be_unchecked(
    tmp_path: Path, data: Data, choice: Any
) -> None:
    """Everything else in the result is made to fit: ranks, ideal, nadir, bounds, cells."""
    result = solved(data, tmp_path)
    assume(len(result.front) > 1)
    found = verify(without(result, choice.randrange(len(result.front))))
    assert not silent(found, "missing") or result.front.proof.status != "complete"
    if result.front.proof.proven and "missing" not in found.unchecked:
        assert (
            any(
                "not listed" in finding.message or "lack" in finding.message
                for finding in found.findings
            )
            or found.findings
        )


@RELAXED
@given(data=linear())
def test_a_cell_that_is_no_face_is_refused(tmp_path: Path, data: Data) -> None:
    result = solved(data, tmp_path)
    cells = [list(cell) for cell in result.front.proof.cells]
    assume(len(cells) > 1)
    ends = sorted(
        {row for cell in cells for row in cell}, key=lambda row: float(result.front.y[row, 0])
    )
    document = json.loads(result.json_text())
    document["proof"]["cells"] = [*cells, sorted([ends[0], ends[-1]])]
    assert not verified(result, tmp_path, document).holds
    document["proof"]["cells"] = cells[1:]
    assert not verified(result, tmp_path, document).holds
    copied = copy.deepcopy(document)
    copied["proof"]["of"] = "points"
    copied["proof"]["cells"] = []
    assert not verified(result, tmp_path, copied).holds


# ---- by hand


def test_one_unit_in_a_trillion_is_refused(tmp_path: Path) -> None:
    technologies = {
        "a": {"effects": {"cost": 1000000000001, "out": 5}},
        "b": {"effects": {"cost": 3000000000007, "out": 9}},
    }
    data = {
        "optimise": 1,
        "name": "wide",
        "indicators": {"cost": {}, "out": {}},
        "technologies": technologies,
    }
    result = solved({**data, "objectives": {"cost": "minimise", "out": "maximise"}}, tmp_path)
    assert verified(result, tmp_path).holds
    text = result.json_text().replace("1000000000001.0", "1000000000002.0")
    found = verified(result, tmp_path, json.loads(text))
    assert any(
        "cost is listed as 1000000000002.0, the scenario gives 1000000000001.0" in str(f)
        for f in found.findings
    )


def test_plans_that_only_exact_arithmetic_tells_apart_hold(tmp_path: Path) -> None:
    """A billion and ten nanounits: four floats that are the same, and four costs that are not."""
    technologies = {
        "a": {"effects": {"cost": "0.00000001", "out": 5}},
        "b": {"effects": {"cost": "0.00000002", "out": 9}},
    }
    indicators = {"cost": {"baseline": 1000000000}, "out": {}}
    objectives = {"cost": "minimise", "out": "maximise"}
    data = {
        "optimise": 1,
        "name": "near",
        "indicators": indicators,
        "technologies": technologies,
        "objectives": objectives,
    }
    result = solved(data, tmp_path)
    assert len(result.front) == 4
    assert verified(result, tmp_path).holds


def test_a_list_of_points_is_no_complete_front_of_shares(tmp_path: Path) -> None:
    """Every mixture of two plans is a plan: 1 of a or 1 of b, cost 1 or 2, output 1 or 3."""
    objectives = {
        "cost": {"sense": "minimise", "expr": "a + 2 * b"},
        "out": {"sense": "maximise", "expr": "a + 3 * b"},
    }
    variables = {name: {"type": "real", "min": 0, "max": 1} for name in "ab"}
    data = {"optimise": 1, "name": "shares", "variables": variables, "objectives": objectives}
    result = solved({**data, "constraints": {"all": "a + b == 1"}}, tmp_path)
    document = json.loads(result.json_text())
    document["proof"].update(of="points", cells=[])
    assert "it cannot be complete" in str(verified(result, tmp_path, document).findings[0])


THREE = {
    "optimise": 1,
    "name": "three",
    "indicators": {"cost": {}, "output": {}},
    "technologies": {
        "a": {"effects": {"cost": 4, "output": 4}},
        "b": {"effects": {"cost": 5, "output": 2}, "requires": ["a"]},
    },
    "objectives": {"cost": "minimise", "output": "maximise"},
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        # the plan that is missing costs 4 and yields 4: (9 - 4) / 9 cheaper than the last, 4 / 6
        # more than the first
        ({"gap": 0.56}, ""),
        ({"gap": 5 / 9}, ""),
        ({"gap": 0.55}, "is better than every listed plan by 0.555556 of the scale"),
        ({"gap": 0.0}, "is better than every listed plan by 0.555556 of the scale"),
        (
            {"gap": 0.6, "scale": {"cost": 9.0, "output": 7.0}},
            "the scale of output is listed as 7.0, the corners give 6.0",
        ),
        (
            {"gap": 0.6, "scale": {"cost": 9.0, "output": 0.0}},
            "output is left out of the gap as constant",
        ),
        ({"gap": 0.6, "scale": {}}, "go together"),
        ({"gap": None, "stopped": None}, "go together"),
        ({"gap": 0.6, "stopped": "time_limit"}, "stopped by the time limit, and none was set"),
        ({"gap": 0.6, "note": "3 bounds were not confirmed"}, "its note says otherwise"),
        ({"gap": 0.6, "resolution": 1e-9}, "were not seen"),
        ({"gap": 0.6, "basis": None}, "a basis of none does not go with a front that is covering"),
        ({"status": "approximate", "basis": None}, "claims no gap and no scale"),
        ({"status": "complete", "gap": None, "scale": {}}, "is possible and not listed"),
        ({"status": "complete", "gap": 0.6}, "a complete front has no gap"),
    ],
)
def test_a_gap_is_measured_where_every_plan_can_be_looked_at(
    tmp_path: Path, change: Data, words: str
) -> None:
    """Three plans, of which the middle one is not listed; costs 0, 4, 9, outputs 0, 4, 6."""
    whole = solved(THREE, tmp_path)
    assert whole.front.y.tolist() == [[4.0, 4.0], [0.0, 0.0], [9.0, 6.0]]
    result = without(whole, 0)
    claim = {
        "status": "covering",
        "gap": 0.56,
        "scale": {"cost": 9.0, "output": 6.0},
        "stopped": "interrupted",
    }
    document = json.loads(result.json_text())
    document["proof"].update({**claim, **change})
    found = verified(result, tmp_path, document)
    assert any(words in str(finding) for finding in found.findings) if words else found.holds, found


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"cost": 0.0, "output": 6.0}, ""),
        ({"cost": -1.0, "output": None}, ""),
        ({"cost": 0.5, "output": 6.0}, "no plan is said to have less cost than 0.5, and plan"),
        ({"cost": 0.0, "output": 5.9}, "no plan is said to have more output than 5.9"),
    ],
)
def test_a_bound_that_a_possible_plan_beats_is_refused(
    tmp_path: Path, bounds: Data, words: str
) -> None:
    """Listed is the middle plan alone: the others are possible, and found."""
    result = solved(THREE, tmp_path)
    while len(result.front) > 1:
        result = without(
            result,
            next(row for row, (cost, _) in enumerate(result.front.y.tolist()) if cost != 4.0),
        )
    document = json.loads(result.json_text())
    document["proof"].update({"status": "approximate", "basis": None})
    document["bounds"] = bounds
    found = verified(result, tmp_path, document)
    assert any(words in str(finding) for finding in found.findings) if words else found.holds, found


def test_a_plan_with_the_same_values_is_not_the_canonical_one(tmp_path: Path) -> None:
    """b alone costs and yields what a alone does; fewest technologies, then the smallest decisions
    in column order: b.
    """
    effects = {"effects": {"cost": 1, "output": 1}}
    technologies = {"a": effects, "b": effects}
    result = solved(
        {
            **THREE,
            "technologies": technologies,
            "groups": {"one": {"of": ["a", "b"], "at_most": 1}},
        },
        tmp_path,
    )
    (row,) = [row for row, cells in enumerate(result.front.cells) if cells != ("0", "0")]
    other = tuple(reversed(result.front.cells[row]))
    document = json.loads(result.json_text())
    model = formulate(result.scenario)
    x = model.encode(dict(zip(result.front.decision_columns, other, strict=True)))
    document["plans"][row].update(
        id=model.read(x[None, :]).ids[0],
        decisions={n: int(c) for n, c in zip("ab", other, strict=True)},
    )
    found = verified(result, tmp_path, document)
    assert "which is to be listed in its place" in str(found.findings[0])


def test_beyond_enumeration_neighbours_disprove(tmp_path: Path) -> None:
    """Thirty technologies are too many to look at; one that is missing next to a listed plan is
    seen all the same.
    """
    technologies = {f"t{i}": {"effects": {"cost": 2**i, "output": 2**i}} for i in range(6)}
    free = {f"u{i}": {"effects": {"cost": 1, "output": -1}} for i in range(30)}
    result = solved(
        {**THREE, "technologies": {**technologies, **free}},
        tmp_path,
        Options(method="exact", time_limit=20),
    )
    assert result.front.proof.status == "complete"
    assert "missing" in verify(result).unchecked
    found = verify(without(result, len(result.front) // 2))
    assert any("is possible and not listed" in finding.message for finding in found.findings)


def test_with_real_decisions_the_ends_of_their_ranges_disprove(tmp_path: Path) -> None:
    """A plant of up to 3 and a line: without the plan that has both, nothing listed yields 5."""
    objectives = {
        "invest": {"sense": "minimise", "expr": "plant + 4 * line"},
        "output": {"sense": "maximise", "expr": "plant + 2 * line"},
    }
    variables = {"plant": {"type": "real", "min": 0, "max": 3}, "line": {"type": "binary"}}
    result = solved(
        {"optimise": 1, "name": "mixed", "variables": variables, "objectives": objectives}, tmp_path
    )
    top = result.front.y[:, 1].tolist().index(5.0)
    assert verify(result).holds
    found = verify(without(result, top))
    assert any("plant = 3 + line" in finding.message for finding in found.findings), found


def test_a_vertex_that_is_no_decimal_is_computed_again(tmp_path: Path) -> None:
    """A third of a: what is printed is the third correctly rounded, and a digit more or less is
    refused.
    """
    objectives = {
        "cost": {"sense": "minimise", "expr": "a + b"},
        "out": {"sense": "maximise", "expr": "a"},
    }
    variables = {name: {"type": "real", "min": 0, "max": 1} for name in "ab"}
    data = {"optimise": 1, "name": "third", "variables": variables, "objectives": objectives}
    result = solved({**data, "constraints": {"enough": "3 * a + b >= 1"}}, tmp_path)
    assert [1 / 3, 1 / 3] in result.front.y.tolist()
    assert verified(result, tmp_path).holds
    for digits in ("0.33333333333333337", "0.333333333333333"):
        document = json.loads(result.json_text().replace("0.3333333333333333", digits))
        assert not verified(result, tmp_path, document).holds
    document = json.loads(result.json_text())
    (row,) = [
        row for row, plan in enumerate(document["plans"]) if plan["objectives"]["cost"] == 1 / 3
    ]
    document["plans"][row]["stands_on"] = None
    assert any(
        "holds within 1e-06 only: enough" in finding.message
        for finding in verified(result, tmp_path, document).findings
    )
