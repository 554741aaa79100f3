"""What check warns of, and, as important, what it keeps quiet about."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from optimiser.advice import check
from optimiser.errors import Diagnostic
from optimiser.scenario import CODES, library

Write = Callable[..., Path]

HEAD = """\
optimise: 1
name: test
indicators: {cost: {unit: EUR}, output: {baseline: 100}}
objectives: {cost: minimise, output: maximise}
"""
A = "technologies:\n  a: {effects: {cost: 5, output: +4%}}\n"

# what follows HEAD -> the warnings: code, line, column
WARNED: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "requires what a required one excludes": (
        A + "  b: {requires: [a], excludes: [c]}\n  c: {}\n  d: {requires: [b, c], effects: "
        "{cost: 1}}\n",
        [("S101", 9, 3)],
    ),
    "group of none": (
        A + "  b: {effects: {cost: 1}}\ngroups: {g: {of: [b], at_most: 0}}\n",
        [("S101", 7, 3)],
    ),
    "level excluded by its own technology's group": (
        A + "  b: {levels: {x: {}, y: {}}}\ngroups: {g: {of: [b.x], exactly: 0}}\n",
        [("S101", 7, 16)],
    ),
    "too dear for the budget": (
        A + "  b: {effects: {cost: 50}}\nconstraints: {k: cost <= 20}\n",
        [("S101", 7, 3)],
    ),
    "isolated": (A + "  b: {}\n", [("S102", 7, 3)]),
    "constant objective": ("technologies:\n  a: {effects: {cost: 5}}\n", [("S103", 4, 30)]),
    "unused parameter": (A + "parameters: {p: 1}\n", [("S104", 7, 14)]),
    "never binds": (A + "constraints: {k: cost <= 6}\n", [("S106", 7, 18)]),
    "never holds": (A + "constraints: {k: cost >= 6}\n", [("S107", 7, 18)]),
    "equality out of reach": (A + "constraints: {k: cost == 6}\n", [("S107", 7, 18)]),
    "chain out of reach": (A + "constraints: {k: 6 <= cost <= 7}\n", [("S107", 7, 18)]),
    "groups against each other": (
        A + "  b: {requires: [a]}\ngroups: {g: {of: [b], exactly: 1}, h: {of: [a], at_most: 0}}\n",
        [("S107", 8, 1)],
    ),
    "spread": (A + "  b: {effects: {cost: 5e7}}\n", [("S108", 3, 14)]),
}

QUIET = {
    "an amount may be small": (
        "technologies: {a: {scale: {min: 1, max: 9}, effects_per_unit: {cost: 5, output: "
        "+1%}}}\nconstraints: {k: cost <= 6}\n"
    ),
    "square root cuts off what is negative": A
    + "variables: {x: {min: -1, max: 1}}\nconstraints: {k: sqrt(x) + cost <= 9}\n",
    "a variable without a maximum can always reach a minimum": (
        A + "variables: {x: {min: 0, max: .inf}}\nconstraints: {k: x + cost >= 38400}\n"
    ),
    "platform": A + "  platform: {}\n  b: {requires: [platform], effects: {cost: 1}}\n",
    "in a group only": A + "  b: {}\ngroups: {g: {of: [a, b], at_most: 1}}\n",
    "in a constraint only": A + "  b: {}\nconstraints: {k: 4 * b + cost <= 8}\n",
    "parameter of a parameter": A + "parameters: {p: 1, q: p + 1}\nconstraints: {k: cost >= q}\n",
    "parameter of the solver": A + "parameters: {p: 1}\nsolver: {gap: p / 100}\n",
    "unbounded variable": A + "variables: {x: {min: 0, max: .inf}}\nconstraints: {k: x <= 9}\n",
    "alternatives": A
    + "  b: {effects: {cost: 1}, excludes: [a]}\n  c: {requires_any: [[a, b]], effects: "
    "{cost: 1}}\n",
    "shared platform at the edge of a budget": A
    + "  b: {effects: {cost: 3}}\nconstraints: {k: cost <= 5}\n",
    "missed by less than rounding might be": A
    + "  b: {effects: {cost: 0.5}}\nvariables: {x: {min: 0, max: 1e9}}\n"
    "constraints: {k: x + cost <= 1000000005}\n",
    "saving pays for it": A
    + "  b: {effects: {cost: -9}}\n  c: {effects: {cost: 12}}\nconstraints: {k: cost <= 4}\n",
}


def warned(write: Write, text: str) -> tuple[Diagnostic, ...]:
    scenario, diagnostics = check(write(scenario=text))
    assert scenario is not None, diagnostics
    assert all(d.severity == "warning" for d in diagnostics)
    return diagnostics


@pytest.mark.parametrize("name", WARNED)
def test_warning(name: str, write: Write) -> None:
    text, expected = WARNED[name]
    assert [(d.code, d.line, d.column) for d in warned(write, HEAD + text)] == expected


@pytest.mark.parametrize("name", QUIET)
def test_no_false_alarm(name: str, write: Write) -> None:
    assert warned(write, HEAD + QUIET[name]) == ()


_WHEN = {
    "at once": "",
    "in phases": "phases: [{name: p, years: 2}, {name: q}]\n",
    "discounted": "phases: [{name: p, years: 2}, {name: q}]\ndiscount_rate: 0.05\n",
}


@pytest.mark.parametrize("when", _WHEN)
@pytest.mark.parametrize("timing", ["one_off", "ongoing, aggregate: total", "ongoing"])
@given(
    costs=st.lists(st.integers(1, 99), min_size=2, max_size=4),
    digits=st.integers(1, 6),
    beyond=st.sampled_from([0, 1, -1]),
    scale=st.sampled_from([1, 10**8]),
)
def test_a_limit_never_binds_to_the_last_digit(
    when: str, timing: str, costs: list[int], digits: int, beyond: int, scale: int
) -> None:
    """What all of them cost, and a last digit more or less."""
    unit = Decimal(10) ** -digits
    most = sum(costs) * scale * unit * (3 if "total" in timing and when != "at once" else 1)
    technologies = {f"t{i}": {"effects": {"c": str(n * scale * unit)}} for i, n in enumerate(costs)}
    text = (
        f"optimise: 1\nname: x\n{_WHEN[when]}indicators: {{c: {{timing: {timing}}}}}\n"
        f"technologies: {json.dumps(technologies)}\nobjectives: {{c: minimise}}\n"
        f"constraints: {{k: c <= {most + beyond * unit}}}\n"
    )
    found = check(yaml.safe_load(text))[1]
    assert [d.code for d in found if d.code == "S106"] == (["S106"] if beyond >= 0 else [])


_RANGE = "parameters: {p: {value: 2, low: 1, high: 9}, q: 2 * p, r: 3}\n"
_UNCERTAIN: dict[str, tuple[str, str]] = {
    "a limit on it": ("S106", A + "constraints: {k: cost <= 3 + q}\n"),
    "an effect": (
        "S106",
        "technologies: {a: {effects: {cost: {value: p}, output: 1}}}\n"
        "constraints: {k: cost <= 4}\n",
    ),
    "an effect of a level": (
        "S107",
        "technologies: {a: {levels: {x: {effects: {cost: {value: q}, output: 1}}}}}\n"
        "constraints: {k: cost >= 5}\n",
    ),
    "a synergy": (
        "S101",
        A + "  b: {effects: {cost: 1}}\nconstraints: {k: cost <= 4 + 0 * q}\n"
        "synergies: {s: {between: [a, b], effects: {cost: {value: p}}}}\n",
    ),
    "an objective": (
        "S103",
        "technologies: {a: {effects: {cost: 1, output: {value: p - 2}}}}\n",
    ),
    "a variable": (
        "S106",
        A + "variables: {v: {type: real, min: 0, max: p}}\nconstraints: {k: cost <= 5 + 0 * v}\n",
    ),
}


@pytest.mark.parametrize("name", _UNCERTAIN)
def test_what_a_range_may_change_is_said_of_the_values_it_holds_for(
    name: str, write: Write
) -> None:
    """A constraint that excludes plans in a third of the samples was told never to bind."""
    code, text = _UNCERTAIN[name]
    own = next(d for d in warned(write, HEAD + _RANGE + text) if d.code == code)
    assert own.message.endswith(", at the parameters' own values")
    assert "leave it out" not in own.help or code != "S106"
    certain = _RANGE.replace("high: 9", "high: 2").replace("low: 1", "low: 2")
    own = next(d for d in warned(write, HEAD + certain + text) if d.code == code)
    assert "own values" not in own.message


def test_what_no_range_changes_is_said_as_it_is(write: Write) -> None:
    text = A + "  b: {effects: {output: {value: q}}}\nconstraints: {k: cost <= 3 + r}\n"
    (found,) = [d for d in warned(write, HEAD + _RANGE + text) if d.code == "S106"]
    assert found.message == "constraint 'k' never binds: every plan satisfies it"


def test_unused_indicator(write: Write) -> None:
    text = HEAD.replace("cost: {unit: EUR}", "cost: {unit: EUR}, noise: {unit: dB}") + A
    assert [(d.code, d.line, d.column) for d in warned(write, text)] == [("S105", 3, 33)]


def test_negative_baseline(write: Write) -> None:
    text = HEAD.replace("baseline: 100", "baseline: -100") + A
    assert [(d.code, d.line, d.column) for d in warned(write, text)] == [("S109", 6, 34)]


def test_the_chain_of_reasons_is_told(write: Write) -> None:
    text, _ = WARNED["requires what a required one excludes"]
    (diagnostic,) = warned(write, HEAD + text)
    assert "technology 'd' can never be adopted" in diagnostic.message
    assert "d requires b" in diagnostic.message
    assert "b excludes c" in diagnostic.message


def test_numbers_in_warnings_are_as_true_as_what_they_say(write: Write) -> None:
    """What is missed by at least so much is not missed by less; what costs more shows it."""
    (found,) = warned(write, HEAD + A + "constraints: {k: cost >= 6.23456}\n")
    assert "missed by at least 1.234 in" in found.message
    (found,) = warned(write, HEAD + A + "constraints: {k: cost >= 5.3}\n")
    assert "missed by at least 0.3 in" in found.message
    text = (
        (HEAD + A).replace("{unit: EUR}", "{timing: one_off}").replace("cost: 5", "cost: 1000000.4")
    )
    (found,) = warned(write, text + "phases: [{name: p, limits: {cost: 1000000}}]\n")
    assert "it costs 1000000.4 of 'cost', and the limits leave 1000000" in found.message


def test_every_warning_code_is_tested() -> None:
    tested = {code for _, warnings in WARNED.values() for code, _, _ in warnings} | {"S105", "S109"}
    tested |= {"S110", "S111"}  # in test_uncertainty
    tested |= {"S120", "S121"}  # in test_phases
    tested |= {"S122", "S123"}  # in test_money
    tested |= {"S150"}  # in test_merging
    tested |= {"S130", "S132"}  # in test_workbooks and test_sheets
    tested |= {"S131", "S133", "S134"}  # in test_cells
    tested |= {"S140", "S141", "S142", "S143", "S144"}  # in test_models
    assert {code for code in CODES if code > "S100"} == tested


# three rows of collinear data are what this one is about
MEANT = {"sales_regression": ["S140", "S143"]}


@pytest.mark.parametrize("name", sorted(library()))
def test_library_has_no_warnings(name: str) -> None:
    assert [d.code for d in check(name)[1]] == MEANT.get(name, [])
