"""Phases in scenario files: what is accepted, what is refused, what a planner is warned of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimiser.advice import check
from optimiser.errors import Diagnostic, ScenarioError
from optimiser.scenario import from_resolved, json_schema, load, reference_markdown

Write = Callable[..., Path]

HEAD = """\
optimise: 1
name: test
indicators:
  output: {baseline: 100}
  cost: {unit: EUR, timing: one_off}
  net: {expr: output - cost}
objectives: {cost: minimise, output: maximise, net: maximise}
phases: [{name: a}, {name: b}, {name: c}]
technologies:
  t: {effects: {cost: 2, output: 1}}
  u: {effects: {cost: 3, output: 2}}
"""
LIMITS = "{name: a, limits: {cost: 2}}, {name: b, limits: {cost: 2.5}}"
LIMITED = "{name: c, limits: {net: 1}}"
ERRORS = {
    "a refused phase hides nothing": (
        HEAD.replace(
            "{name: a}, {name: b}, {name: c}",
            f"{{name: x@}}, {{name: b, years: 0}}, {{name: b}}, {LIMITED}",
        ),
        [("S018", 8, 17), ("S059", 8, 39), ("S006", 8, 50), ("S016", 8, 73)],
    ),
    "carry-over asks for no limit that is an error itself": (
        HEAD.replace("{name: a}", "{name: a, limits: {output: 2, costs: 1}}")
        + "carry_over: true\n",
        [("S016", 8, 29), ("S012", 8, 40)],
    ),
    "carry-over without a limit in every phase": (
        HEAD.replace("{name: a}", "{name: a, limits: {cost: 2}}") + "carry_over: true\n",
        [("S013", 8, 40), ("S013", 8, 51)],
    ),
    "one_off and compound": (
        HEAD.replace("timing: one_off", "baseline: 5, timing: one_off, combine: compound")
        .replace("cost: 2", "cost: 2%")
        .replace("cost: 3", "cost: 3%"),
        [("S016", 5, 34)],
    ),
    "limit of a derived indicator": (
        HEAD.replace("{name: a}", "{name: a, limits: {net: 2}}"),
        [("S016", 8, 29)],
    ),
    "cycle through a phase": (
        HEAD.replace(
            "net: {expr: output - cost}", 'net: {expr: "more"}\n  more: {expr: \'net["a"] + 1\'}'
        ),
        [("S033", 6, 15)],
    ),
    "a refused phase does not make its name unknown": (
        HEAD.replace("{name: a}", "{name: a, years: [1]}").replace("  t: {", "  t: {earliest: a, "),
        [("S014", 8, 27)],
    ),
    "refused phases are there: a value in one is no second error": (
        HEAD.replace("[{name: a}, {name: b}, {name: c}]", "{a: {}}")
        + "constraints: {k: 'cost[\"a\"] <= 1'}\n",
        [("S014", 8, 9)],
    ),
    "carry-over does not miss a limit that is an error itself": (
        HEAD.replace(
            "{name: a}, {name: b}, {name: c}",
            "{name: a, limits: {cost: 2}}, {name: b, limits: {cost: 5%}}",
        )
        + "carry_over: true\n",
        [("S030", 8, 66)],
    ),
    "phases without names": (
        HEAD.replace("[{name: a}, {name: b}, {name: c}]", "[{years: 1}]"),
        [("S013", 8, 10)],
    ),
    "unknown key of a phase": (
        HEAD.replace("{name: a}", "{name: a, limit: {cost: 2}}"),
        [("S011", 8, 20)],
    ),
    "prerequisite that is no technology": (HEAD + "  v: {requires: [a b]}\n", [("S018", 12, 18)]),
    "prerequisite without a technology": (
        HEAD + "  v: {requires: [{lead: 1}]}\n",
        [("S013", 12, 18)],
    ),
    "unknown prerequisite with a lead": (
        HEAD + "  v: {requires: [{technology: w, lead: 1}]}\n",
        [("S012", 12, 31)],
    ),
    "circular prerequisites with a lead": (
        HEAD + "  v: {requires: [{technology: w, lead: 1}]}\n  w: {requires: [v]}\n",
        [("S048", 12, 7)],
    ),
}
WARNINGS = {
    "lead that cannot be met": (
        HEAD.replace("  u: {", "  u: {requires: [{technology: t, lead: 3}], "),
        [("S101", 11, 3)],
    ),
    "leads in a row": (
        HEAD + "  v: {requires: [{technology: t, lead: 2}], effects: {cost: 1}}\n"
        "  w: {requires: [{technology: v, lead: 1}], effects: {cost: 1}}\n",
        [("S101", 13, 3)],
    ),
    "prerequisite that starts too late": (
        HEAD.replace("  t: {", "  t: {earliest: c, ").replace(
            "  u: {", "  u: {requires: [t], latest: b, "
        ),
        [("S101", 11, 3)],
    ),
    "alternatives that all start too late": (
        HEAD.replace("  t: {", "  t: {earliest: c, ")
        + "  v: {requires_any: [[t]], latest: b, effects: {cost: 1}}\n",
        [("S101", 12, 3)],
    ),
    "level that its prerequisite leaves no time": (
        HEAD.replace("  t: {", "  t: {earliest: b, ")
        + "  v: {requires: [t], levels: {x: {latest: a, effects: {cost: 1}}, y: {effects: "
        "{cost: 1}}}}\n",
        [("S101", 12, 31)],
    ),
    "dearer than every limit": (
        HEAD.replace("{name: a}, {name: b}, {name: c}", LIMITS),
        [("S101", 11, 3)],
    ),
    "level dearer than every limit": (
        HEAD.replace("{name: a}, {name: b}, {name: c}", LIMITS).replace(
            "u: {effects: {cost: 3, output: 2}}",
            "u: {levels: {x: {effects: {cost: 3}}, y: {effects: {cost: 2}}}}",
        ),
        [("S101", 11, 16)],
    ),
    "carry-over of nothing": (HEAD + "carry_over: true\n", [("S120", 12, 1)]),
    "rate on nothing": (
        HEAD.replace("timing: one_off", "timing: one_off, discount: false")
        + "discount_rate: 0.1\n",
        [("S120", 12, 1)],
    ),
    "effects that never come": (HEAD.replace("  t: {", "  t: {delay: 3, "), [("S120", 10, 3)]),
    "aggregate of spending": (
        HEAD.replace("timing: one_off", "timing: one_off, aggregate: mean"),
        [("S120", 5, 38)],
    ),
    "discount of an ongoing indicator": (
        HEAD.replace("{baseline: 100}", "{baseline: 100, discount: false}"),
        [("S120", 4, 27)],
    ),
    "timing of a derived indicator": (
        HEAD.replace("- cost}", "- cost, timing: ongoing}"),
        [("S120", 6, 30)],
    ),
    "rate in percent": (HEAD + "discount_rate: 5\n", [("S121", 12, 16)]),
    "rate without phases": (
        HEAD.replace("phases: [{name: a}, {name: b}, {name: c}]", "discount_rate: 0.1"),
        [("S120", 8, 1)],
    ),
    "phase constraint that can never hold": (
        HEAD + "constraints: {k: 'cost[\"b\"] >= 6'}\n",
        [("S107", 12, 18)],
    ),
    "total over three phases": (
        HEAD.replace("{baseline: 100}", "{baseline: 100, aggregate: total}")
        + "constraints: {k: output <= 299}\n",
        [("S107", 12, 18)],
    ),
}
QUIET = {
    "what is left pays for it": HEAD.replace("{name: a}, {name: b}, {name: c}", LIMITS)
    + "carry_over: true\n",
    "a synergy pays for it": (
        HEAD.replace("{name: a}, {name: b}, {name: c}", LIMITS)
        + "synergies: {s: {between: [t, u], effects: "
        "{cost: -1}}}\n"
    ),
    "one phase has no limit": HEAD.replace(
        "{name: a}, {name: b}, {name: c}", "{name: a, limits: {cost: 2}}, {name: b}"
    ),
    "delay that lets the first start pay": HEAD.replace("  t: {", "  t: {delay: 2, ramp: [0.5], "),
    "an ongoing effect is not there from the start": HEAD + "constraints: {k: output <= 102.9}\n",
    "discounted spending can be small": HEAD + "discount_rate: 0.5\nconstraints: {k: cost <= 4}\n",
    "an indicator that is only limited": (
        HEAD.replace("net: {expr", "people: {timing: one_off}\n  net: {expr").replace(
            "{name: a}", "{name: a, limits: {people: 3}}"
        )
    ),
    "lead that is just met": HEAD.replace("  u: {", "  u: {requires: [{technology: t, lead: 2}], "),
}


def found(write: Write, text: str) -> tuple[Diagnostic, ...]:
    return check(write(scenario=text))[1]


@pytest.mark.parametrize("name", ERRORS)
def test_error(name: str, write: Write) -> None:
    text, expected = ERRORS[name]
    assert [
        (d.code, d.line, d.column) for d in found(write, text) if d.severity == "error"
    ] == expected


@pytest.mark.parametrize("name", WARNINGS)
def test_warning(name: str, write: Write) -> None:
    text, expected = WARNINGS[name]
    diagnostics = found(write, text)
    assert [(d.code, d.line, d.column) for d in diagnostics] == expected
    assert all(d.severity == "warning" for d in diagnostics)


@pytest.mark.parametrize("name", QUIET)
def test_no_false_alarm(name: str, write: Write) -> None:
    assert found(write, QUIET[name]) == ()


def test_the_reason_names_phase_and_lead(write: Write) -> None:
    (diagnostic,) = found(write, WARNINGS["leads in a row"][0])
    assert (
        "w requires v 1 before, which allows it not within the phases, and it starts in c at "
        "the latest" in diagnostic.message
    )


WHOLE = """\
optimise: 1
name: whole
parameters: {r: 0.05}
indicators: {output: {baseline: 100, aggregate: final}, cost: {timing: one_off, discount: false}}
objectives: {cost: min, output: max}
phases:
  - {name: "2027", years: 2, limits: {cost: 2 * 3}, title: First}
  - {name: "2028 H2", years: 0.5}
discount_rate: 2 * r
technologies:
  t: {effects: {cost: 2, output: 1}, earliest: "2027", delay: 1, ramp: [0.5, 0.8]}
  u:
    requires: [t, {technology: t, lead: 1}]
    levels: {low: {effects: {cost: 1}, latest: "2027", ramp: []}, high: {effects: {cost: 2}, delay: 0}}
  v: {scale: {min: 1, max: 3, step: 0.5}, effects_per_unit: {cost: 1}}
plans: {p: {adopt: {t: 1, u: high@2028 H2, v: 2.50@2027}}}
"""


def test_a_scenario_with_phases_comes_back_from_its_resolved_form(write: Write) -> None:
    scenario = load(write(scenario=WHOLE))
    data = json.loads(json.dumps(scenario.resolved()))
    assert data["technologies"]["u"]["requires"] == ["t", {"technology": "t", "lead": "1"}]
    again = from_resolved(data)
    assert again == scenario
    assert again.model_dump() == scenario.model_dump()
    assert [phase.name for phase in again.phases] == ["2027", "2028 H2"]
    assert again.number(again.phases[0].limits["cost"]) == 6
    assert again.plans["p"].adopt == {"t": "1", "u": "high@2028 H2", "v": "2.5@2027"}


def test_phases_replace_those_of_the_base(write: Write) -> None:
    path = write(
        base=WHOLE,
        child='extends: base.yaml\nphases: [{name: "2027"}, {name: "2028 H2"}, {name: "2030"}]\n',
    )
    assert [phase.name for phase in load(path.parent / "child.yaml").phases] == [
        "2027",
        "2028 H2",
        "2030",
    ]


def test_the_published_schema_describes_them() -> None:
    definitions = json_schema()["definitions"]
    requires = definitions["Technology"]["properties"]["requires"]
    assert requires["items"] == {
        "anyOf": [{"$ref": "#/definitions/Requirement"}, {"type": "string"}]
    }
    assert set(definitions["Phase"]["properties"]) == {"name", "years", "limits", "title"}
    text = reference_markdown()
    assert "## `phases[]`" in text
    assert "| `lead` |" in text


@pytest.mark.parametrize(
    ("technologies", "phases", "known"), [(2, 200, True), (2, 201, False), (626, 40, False)]
)
def test_how_long_a_horizon_may_be(
    write: Write, technologies: int, phases: int, known: bool
) -> None:
    """What starts in a phase acts in the later ones: 300 technologies in 200 phases took 41 s."""
    names = ", ".join(f"{{name: y{place}}}" for place in range(phases))
    more = "".join(f"  t{place}: {{effects: {{cost: 1}}}}\n" for place in range(technologies - 2))
    text = HEAD.replace("{name: a}, {name: b}, {name: c}", names)
    _, findings = check(write(scenario=text + more))
    assert ("S003" not in {one.code for one in findings}) == known


@pytest.mark.parametrize("place", ["", "technologies.t"])
def test_keys_without_end_are_refused_at_once(place: str) -> None:
    """A result of 10 MB with 880,000 of them in its scenario took 17 s and 1.2 GB."""
    data: dict[str, Any] = {"technologies": {"t": {}}}
    held = data["technologies"]["t"] if place else data
    held.update({str(number): 1 for number in range(20_001)})
    with pytest.raises(ScenarioError, match="a mapping of"):
        from_resolved(data)
