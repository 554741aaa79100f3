"""The oracles against hand arithmetic, a floating-point solver and one another; the judge against
honest and false claims.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from scipy.optimize import linprog

from tests.attacks.exact_lp import Polyhedron, Vector, minimise
from tests.attacks.hunting import KINDS
from tests.attacks.judging import judge
from tests.attacks.meaning import Data, Meaning, TooLargeError
from tests.attacks.oracle import Oracle
from tests.attacks.portfolios import PortfolioOracle, portfolio
from tests.attacks.writing import decimal, scenario_text

# ---- the oracles


def _program(rng: Random) -> tuple[list[Fraction], Polyhedron]:
    n = rng.randint(1, 5)
    low = tuple(rng.choice([Fraction(0), Fraction(-2), None, Fraction(1)]) for _ in range(n))
    high = tuple(
        None if rng.random() < 0.3 else (v or Fraction(0)) + rng.randint(1, 5) for v in low
    )

    def rows(count: int) -> tuple[tuple[Vector, Fraction], ...]:
        return tuple(
            (
                tuple(Fraction(rng.randint(-3, 3), rng.choice([1, 2])) for _ in range(n)),
                Fraction(rng.randint(-4, 8)),
            )
            for _ in range(count)
        )

    return [Fraction(rng.randint(-3, 3)) for _ in range(n)], Polyhedron(
        low, high, rows(rng.randint(0, 4)), rows(rng.choice([0, 0, 1, 2]))
    )


def test_the_exact_simplex_agrees_with_a_floating_point_one() -> None:
    seen = set()
    for number in range(300):
        cost, over = _program(Random(number))
        answer = minimise(cost, over)
        seen.add(answer.status)
        floats: dict[str, Any] = {}
        for name, rows in (("ub", over.upper), ("eq", over.equal)):
            if rows:
                floats |= {
                    f"A_{name}": [[float(v) for v in a] for a, _ in rows],
                    f"b_{name}": [float(b) for _, b in rows],
                }
        bounds = [
            tuple(None if v is None else float(v) for v in pair)
            for pair in zip(over.low, over.high, strict=True)
        ]
        other = linprog([float(v) for v in cost], bounds=bounds, method="highs", **floats)
        if answer.status == "optimal":
            assert over.holds(answer.x)
            assert other.fun == pytest.approx(float(answer.value), abs=1e-8)
        else:
            assert other.status in (
                2,
                3,
                4,
            )  # what has neither optimum nor plan may be called either
    assert seen == {"optimal", "infeasible", "unbounded"}


def test_phases_are_read_as_the_page_about_them_works_them_out() -> None:
    """The example of docs/phases.md: recovery in 2027, metering in 2028."""
    data: Data = {
        "indicators": {
            "energy": {"baseline": 100},
            "last": {"baseline": 100, "aggregate": "final"},
            "total": {"baseline": 100, "aggregate": "total"},
            "cost": {"timing": "one_off"},
        },
        "technologies": {
            "recovery": {
                "effects": {"energy": -8, "last": -8, "total": -8, "cost": 10},
                "delay": 1,
                "ramp": [Fraction(1, 2)],
            },
            "metering": {"effects": {"energy": -4, "last": -4, "total": -4, "cost": 5}},
        },
        "synergies": {
            "s": {
                "between": ["recovery", "metering"],
                "effects": {"energy": -2, "last": -2, "total": -2, "cost": -1},
            }
        },
        "objectives": {"energy": "minimise", "cost": "minimise"},
        "phases": [{"name": "a", "years": 1}, {"name": "b", "years": 1}, {"name": "c", "years": 2}],
        "discount_rate": Fraction(1, 4),
    }
    names = Meaning(data).values({"recovery": (1, 0), "metering": (1, 1)}, {})
    assert [names[key] for key in ("energy", "total", "last", "cost")] == [
        Fraction("90.5"),
        362,
        86,
        Fraction("13.2"),
    ]
    assert [names[f"cost@{phase}"] for phase in "abc"] == [10, 4, 0]


def test_portfolios_have_the_front_of_the_slow_reading() -> None:
    for number in range(6):
        data = portfolio(Random(number), blocks=(2, 2), block=(3, 4))
        assert PortfolioOracle(data).points == Oracle(data).points


@pytest.mark.parametrize("kind", list(KINDS))
def test_generated_numbers_are_written_exactly(kind: str) -> None:
    """A file read by a YAML parser without floats holds the numbers of the data."""
    for number in range(5):
        text = scenario_text(KINDS[kind](Random(number)))
        assert "e+" not in text
        assert text.startswith("optimise: 1\n")
    assert decimal(Fraction(-5, 10**10)) == "-0.0000000005"


def test_most_generated_models_have_plans() -> None:
    """A hunt over empty models finds nothing."""
    for kind in ("lp", "mixed", "whole", "compound", "phases"):
        empty = 0
        for number in range(20):
            try:
                empty += Oracle(KINDS[kind](Random(number))).infeasible
            except TooLargeError:
                continue
        assert empty <= 8, kind


# ---- the judge

_SEGMENT: Data = {
    "variables": {name: {"type": "real", "min": 0, "max": 1} for name in "xy"},
    "objectives": {
        "f": {"sense": "minimise", "expr": "3 * x"},
        "g": {"sense": "minimise", "expr": "y"},
    },
    "constraints": {"c": "1 * x + 1 * y == 1"},
}
_WHOLE: Data = {
    "technologies": {
        "a": {"effects": {"i": 2, "j": 1}},
        "b": {"effects": {"i": 2, "j": 1}},
        "c": {"effects": {"i": 1, "j": 2}},
    },
    "indicators": {"i": {}, "j": {}},
    "objectives": {"i": "maximise", "j": "minimise"},
    "groups": {"g": {"of": ["a", "b", "c"], "at_most": 1}},
}


def _claim(names: str, plans: list[dict[str, Any]], **proof: Any) -> dict[str, Any]:
    """A result document with as much as a claim consists of."""
    listed = [{"id": f"p{i}", **plan} for i, plan in enumerate(plans)]
    ideal = {k: (max if k == "i" else min)(plan["objectives"][k] for plan in plans) for k in names}
    bounds = proof.pop("bounds", ideal)
    standard: dict[str, Any] = {
        "status": "complete",
        "of": "points",
        "basis": "exact",
        "gap": None,
        "scale": {},
        "cells": [],
        "open_ends": [],
    }
    return {
        "outcome": "result",
        "document": {
            "plans": listed,
            "proof": {**standard, **proof},
            "bounds": bounds,
            "ideal": ideal,
        },
    }


def _on_segment(x: float, f: float | None = None) -> dict[str, Any]:
    return {
        "decisions": {"x": x, "y": 1 - x},
        "objectives": {"f": 3 * x if f is None else f, "g": 1 - x},
    }


def _adopted(name: str, i: int, j: int) -> dict[str, Any]:
    return {
        "decisions": {other: int(other == name) for other in "abc"},
        "objectives": {"i": i, "j": j},
    }


_ENDS = [_on_segment(0.0), _on_segment(1.0)]
_SPREAD = {"status": "covering", "scale": {"f": 3.0, "g": 1.0}}
_BOTH = [_adopted("", 0, 0), _adopted("b", 2, 1)]  # of a and b, b: the first column is less


def _kinds(data: Data, record: dict[str, Any]) -> set[str]:
    return {fault.kind for fault in judge(Oracle(data), record).faults}


@pytest.mark.parametrize(
    ("data", "record"),
    [
        (_SEGMENT, _claim("fg", _ENDS, of="cells", cells=[[0, 1]])),
        (_SEGMENT, _claim("fg", [*_ENDS, _on_segment(0.5)], gap=0.25, **_SPREAD)),
        (_SEGMENT, _claim("fg", _ENDS, of="cells", cells=[[0, 1]], gap=1e-9, **_SPREAD)),
        (
            _SEGMENT,
            _claim("fg", _ENDS, status="approximate", basis=None, bounds={"f": -1.0, "g": None}),
        ),
        (_WHOLE, _claim("ij", _BOTH)),
    ],
)
def test_an_honest_claim_stands(data: Data, record: dict[str, Any]) -> None:
    assert _kinds(data, record) == set()


@pytest.mark.parametrize(
    ("data", "record", "kind"),
    [
        (_SEGMENT, _claim("fg", _ENDS), "false"),  # an infinite front as points
        (
            _SEGMENT,
            _claim("fg", [_on_segment(0.0), _on_segment(0.75)], of="cells", cells=[[0, 1]]),
            "false",
        ),
        (
            _SEGMENT,
            _claim(
                "fg",
                [*_ENDS, _on_segment(0.5)],
                of="cells",
                cells=[[0, 1]],
                bounds={"f": 0.5, "g": 0.0},
            ),
            "false",
        ),
        (_SEGMENT, _claim("fg", [*_ENDS, _on_segment(0.5)], gap=0.05, **_SPREAD), "false"),
        (
            _SEGMENT,
            _claim(
                "fg",
                [*_ENDS, _on_segment(0.5)],
                gap=0.5,
                status="covering",
                scale={"f": 6.0, "g": 1.0},
            ),
            "scale",
        ),
        (
            _SEGMENT,
            _claim("fg", [_on_segment(1.0, 3.0000000000000004)], status="approximate", bounds={}),
            "value",
        ),
        (
            _SEGMENT,
            _claim(
                "fg",
                [{**_on_segment(0.5), "decisions": {"x": 0.5, "y": 0.4}}],
                status="approximate",
                bounds={},
            ),
            "false",
        ),
        (_WHOLE, _claim("ij", [_adopted("", 0, 0), _adopted("a", 2, 1)]), "canonical"),
        (_WHOLE, _claim("ij", [*_BOTH, _adopted("c", 1, 2)]), "false"),  # a dominated plan
        (_WHOLE, _claim("ij", [_adopted("b", 2, 1)]), "false"),  # a plan is missing
        (_WHOLE, _claim("ij", [_adopted("", 0, 0), _adopted("a", 3, 1)]), "value"),
        (_WHOLE, _claim("ij", _BOTH, feasible_set="tolerance"), "false"),
        (
            _WHOLE,
            _claim("ij", [_adopted("", 0, 0)], status="approximate", bounds={"i": 1, "j": 0}),
            "false",
        ),
        (_WHOLE, {"outcome": "infeasible"}, "false"),
        (
            _WHOLE,
            {"outcome": "unbounded", "message": "objective 'i' has no finite best value"},
            "false",
        ),
        (_WHOLE, {"outcome": "hang"}, "trouble"),
    ],
)
def test_a_false_claim_is_refuted(data: Data, record: dict[str, Any], kind: str) -> None:
    assert kind in _kinds(data, record)


def test_infeasible_is_said_only_where_none_holds_within_the_tolerance() -> None:
    near: Data = {
        "variables": {"x": {"type": "real", "min": 0, "max": 10}},
        "objectives": {"f": {"sense": "minimise", "expr": "x"}},
        "constraints": {"a": "1 * x <= 1", "b": "2 * x >= 2.000001"},
    }
    assert _kinds(near, {"outcome": "infeasible"}) == {"false"}
    apart = {**near, "constraints": {"a": "1 * x <= 1", "b": "2 * x >= 2.00001"}}
    assert _kinds(apart, {"outcome": "infeasible"}) == set()


def test_an_answer_given_up_is_counted() -> None:
    assert judge(Oracle(_WHOLE), {"outcome": "proof", "message": "no plan was found"}).given_up
    assert judge(Oracle(_WHOLE), _claim("ij", _BOTH, basis="numerical")).given_up
    assert not judge(Oracle(_WHOLE), _claim("ij", _BOTH)).given_up
