"""Whatever a run refuses without solving `check` says at the same line, and numbers at the edge of
what is computed in end neither of them in an internal error.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from tests.cli.processes import Done
from tests.robustness.bases import TALL, places

Optimise = Callable[..., Done]

_HEAD = """\
optimise: 1
name: s
parameters: {zero: 0, big: 1e200}
indicators: {cost: {}, gain: {baseline: 10}}
objectives: {gain: maximise, cost: minimise}
"""
_TWO = (
    _HEAD
    + "technologies:\n  a: {effects: {gain: 3, cost: 2}}\n  b: {effects: {gain: 5, cost: 4}}\n"
)
_ONE_OFF = _TWO.replace("cost: {}", "cost: {timing: one_off}")
_COMPOUND = _TWO.replace("baseline: 10", "baseline: 10, combine: compound").replace("5, c", "1%, c")
_WIDE = "{type: integer, min: 0, max: 1e20}"
_PHASES = "phases: [{name: '1', years: 1}, {name: '2', years: 2}]\n"


def _also(sense: str, expr: str, more: str = "") -> str:
    return _TWO.replace("cost: min", f"z: {{sense: {sense}, expr: {expr}}}, cost: min") + more


#: scenario -> the code of its error; empty where it is valid
SCENARIOS = {
    # numbers
    "coefficient beyond floats": (_TWO + "constraints: {c: big * big * cost <= 1}\n", "S021"),
    "coefficient of literals": (_TWO + "constraints: {c: 1e200 * 1e200 * cost <= 1}\n", "S021"),
    "effect and coefficient": (
        _TWO.replace("cost: 2", "cost: 1e200") + "constraints: {c: big * cost <= 1}\n",
        "S021",
    ),
    "bound beyond floats": (_TWO + "constraints: {c: cost <= big * big}\n", "S021"),
    "objective beyond floats": (
        _also("max", "1e300 * x", "variables: {x: {min: -1e300, max: 1e300}}\n"),
        "S021",
    ),
    "indicator beyond floats": (
        _TWO.replace("cost: {}", "cost: {}, r: {expr: big * big * cost}"),
        "S021",
    ),
    "effect beyond floats": (_TWO.replace("cost: 2", "cost: {value: big * big}"), "S034"),
    "baseline beyond floats": (_TWO.replace("10", "big * big"), "S034"),
    "effect over nothing": (_TWO.replace("cost: 2", "cost: {value: 0.3 / zero}"), "S034"),
    "share over nothing": (_TWO.replace("gain: 3", "gain: {percent: 0.3 / zero}"), "S034"),
    "end over nothing": (_TWO + "variables: {x: {min: 0, max: 0.3 / zero}}\n", "S034"),
    "weight over nothing": (
        _TWO.replace("cost: minimise", "cost: {sense: min, weight: 1 / zero}"),
        "S034",
    ),
    "limit over nothing": (_ONE_OFF + "phases: [{name: a, limits: {cost: 1 / zero}}]\n", "S034"),
    "infinite target": (_TWO.replace("cost: minimise", "cost: {sense: min, target: .inf}"), "S021"),
    "constraint over nothing": (_TWO + "constraints: {c: 0.3 / zero * cost <= 1}\n", ""),
    "product beyond floats": (
        _TWO.replace("cost: 2", "cost: 1e200").replace("gain: 3", "gain: 1e200")
        + "constraints: {c: cost * gain <= 1}\n",
        "",
    ),
    "undefined objective": (_also("max", "sqrt(0 - 1 - cost)"), ""),
    "whole numbers beyond 64 bits": (
        _also(
            "max",
            "x * y",
            f"variables: {{x: {_WIDE}, y: {_WIDE}}}\n",
        ),
        "",
    ),
    "impossible beyond what is written": (
        _TWO.replace("cost: 2", "cost: 5e299").replace("cost: 4", "cost: 5e299")
        + "constraints: {c: cost <= -1, d: cost >= 9e299}\n",
        "",
    ),
    # decisions
    "no technologies": (_HEAD + "technologies: {}\n", ""),
    "nothing to decide": (_HEAD, ""),
    "ends that cross": (_TWO + "variables: {x: {min: 3, max: zero}}\n", "S043"),
    "no whole number": (_TWO + "variables: {x: {type: integer, min: 0.2, max: 0.8}}\n", "S043"),
    "no values": (_TWO + "variables: {x: {values: []}}\n", "S043"),
    "no step": (_TWO + "  s: {scale: {min: 1, max: 3, step: zero}}\n", "S043"),
    "tiny step": (_TWO + "  s: {scale: {min: 1, max: 3, step: 1e-12}}\n", "S043"),
    "a step past the end": (_TWO + "  s: {scale: {min: 1, max: 3, step: big}}\n", ""),
    "endless and curved": (
        _TWO + "variables: {x: {min: 0, max: .inf}}\nconstraints: {c: x * x + cost <= 3}\n",
        "S044",
    ),
    "endless and linear": (
        _TWO + "variables: {x: {min: 0, max: .inf}}\nconstraints: {c: x + cost <= 3}\n",
        "",
    ),
    "levels twice": (
        _TWO + "  l: {levels: {\ufb01: {effects: {cost: 1}}, fi: {effects: {cost: 2}}}}\n",
        "S006",
    ),
    "in a circle": (
        _TWO.replace("cost: 2}}", "cost: 2}, requires: [b]}").replace(
            "cost: 4}}", "cost: 4}, requires: [a]}"
        ),
        "S048",
    ),
    "group of nothing": (_TWO + "groups: {g: {of: [], at_most: 1}}\n", ""),
    "group of too many": (_TWO + "groups: {g: {of: [a, b], at_least: 3}}\n", "S049"),
    "factor below 0": (_COMPOUND.replace("gain: 3", "gain: -100%"), "S041"),
    # phases
    "no phases": (_TWO + "phases: []\n", "S014"),
    "a billion years": (
        _TWO.replace("baseline: 10", "baseline: 10, aggregate: present")
        + "discount_rate: 0.05\nphases: [{name: '1', years: 1}, {name: '2', years: 1e9}]\n",
        "S059",
    ),
    "a million years at once": (
        _TWO.replace("baseline: 10", "baseline: 10, aggregate: present")
        + "discount_rate: 0.05\nyears: 1e6\n",
        "S059",
    ),
    "weights of a billion": (
        _TWO + "phases: [{name: '1', years: 1}, {name: '2', years: 1e9}]\n",
        "",
    ),
    "discount of -1": (_TWO + _PHASES + "discount_rate: -1\n", "S059"),
    "carried over without phases": (_TWO + "carry_over: true\n", ""),
    "carried over without a limit": (
        _ONE_OFF + "phases: [{name: '1', limits: {cost: 3}}, {name: '2'}]\ncarry_over: true\n",
        "S013",
    ),
    "a delay beyond the end": (_TWO.replace("cost: 2}}", "cost: 2}, delay: 7}") + _PHASES, ""),
    "values of other phases": (
        _TWO.replace("big: 1e200", "p: {by_phase: [1, 2, 3]}") + _PHASES,
        "S014",
    ),
    "more phases than are read": (
        _TWO + "phases: [" + ", ".join(f"{{name: p{i}}}" for i in range(201)) + "]\n",
        "S003",
    ),
    # what follows the front
    "ranked without a target": (_TWO + "ranking: {method: achievement}\n", "S045"),
    "all weights 0": (
        _TWO.replace("gain: maximise", "gain: {sense: max, weight: 0}").replace(
            "cost: minimise", "cost: {sense: min, weight: 0}"
        ),
        "S045",
    ),
    "a method that cannot": (
        _TWO
        + "variables: {x: {min: 0, max: 1}}\nconstraints: {c: sin(x) * cost <= 1}\n"
        + "solver: {method: highs}\n",
        "S055",
    ),
    "a plan that is none": (_TWO + "plans: {p: {adopt: {a: 7}}}\n", "S050"),
    "a gate of nothing": (_TWO + "gates: ['best.gian:1%']\n", "S052"),
}


def _found(ended: Done) -> list[tuple[str, int, int]]:
    return [
        (d["code"], d["line"], d["column"])
        for d in json.loads(ended.out)
        if d["severity"] == "error"
    ]


def _agree(optimise: Optimise, *, limit: str = "5") -> list[tuple[str, int, int]]:
    """The errors that `check` has, and that a run has, too; without any a run has an answer."""
    checked = optimise("check", "case.yaml", "--format", "json")
    ran = optimise("run", "case.yaml", "-o", "r", "--replace", "--no-cache", "--time-limit", limit)
    found = _found(checked)
    if not found:
        assert checked.code == 0
        assert ran.code in (0, 4, 6), ran.err
        return []
    assert (checked.code, ran.code) == (3, 3)
    for code, line, column in found:
        assert f"error[{code}]" in ran.err
        assert f"case.yaml:{line}:{column}" in ran.err
    return found


@pytest.mark.parametrize("name", SCENARIOS)
def test_check_says_what_a_run_refuses(name: str, optimise: Optimise) -> None:
    text, code = SCENARIOS[name]
    Path("case.yaml").write_text(text, encoding="utf-8")
    assert {c for c, *_ in _agree(optimise)} == ({code} if code else set())


_EDGES: tuple[Any, ...] = (
    *(0, -1, 0.5, 1e300, -1e300, 1e-300, 10**25, "1 / zero", "big", "big * big", "zero"),
    *("1 / big", "1 / big / big", "1e308", "1e-400", float("inf"), float("nan"), "zero / zero"),
)


def _edged(number: int) -> str:
    """A sound scenario, with numbers at the edge in the place of some of its numbers."""
    rng = Random(number)
    tree = yaml.safe_load(TALL)
    tree["parameters"] |= {"zero": 0, "big": 1e200}
    if rng.random() < 0.5:
        tree["phases"] = [{"name": "one", "years": 1}, {"name": "two", "years": 2}]
        tree["discount_rate"] = 0.05
        tree["indicators"]["capex"]["timing"] = "one_off"
    for _ in range(rng.choice([1, 1, 2, 3])):
        path = rng.choice([p for p in places(tree) if _is_number(_at(tree, p))])
        _at(tree, path[:-1])[path[-1]] = rng.choice(_EDGES)
    if rng.random() < 0.3:
        tree["constraints"]["budget"] = f"({rng.choice(_EDGES[:-4])}) * capex <= cap * big"
    return str(yaml.safe_dump(tree, sort_keys=False))


def _at(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and value.endswith("%"))


@pytest.mark.parametrize("first", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_numbers_at_the_edge(first: int, optimise: Optimise) -> None:
    for number in range(1000 * first, 1000 * first + (150 if first else 15)):
        Path("case.yaml").write_text(_edged(number), encoding="utf-8")
        try:
            _agree(optimise, limit="1")
        except AssertionError as error:
            raise AssertionError(f"number {number}") from error
