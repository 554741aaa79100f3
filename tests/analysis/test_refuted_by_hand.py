"""What makes a result wrong, by hand: a last digit, a missing plan, a bound, a gap, a cell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from optimiser.analysis.verification import verify
from optimiser.engine import Options
from optimiser.formulate import formulate
from tests.analysis.shortened import without
from tests.analysis.test_tampering import solved, verified

Data = dict[str, Any]


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
