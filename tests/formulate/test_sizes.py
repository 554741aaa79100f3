"""Each way to keep the numbers of rows small says the same as before."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from optimiser.engine.problem import Domain, Problem, Row
from optimiser.formulate import formulate
from optimiser.formulate.sizes import tightened
from optimiser.scenario import load
from tests.searches import seeds

Data = dict[str, Any]


def problem_of(data: Data, folder: Path) -> Problem:
    path = folder / "case.yaml"
    path.write_text(
        yaml.safe_dump({"optimise": 1, "name": "sizes", **data}, sort_keys=False), encoding="utf-8"
    )
    return formulate(load(path)).at()


def auxiliary(problem: Problem) -> list[Any]:
    assert problem.linear, problem.linear
    return list(problem.linear.columns[len(problem.decisions) :])


def test_an_argument_that_is_never_the_largest_needs_no_column(tmp_path: Path) -> None:
    data = {
        "variables": {"a": {"type": "binary"}, "b": {"type": "binary"}},
        "objectives": {
            "o": {"sense": "maximise", "expr": "max(a, 1000000000.001 + 10000000 * b, 1)"}
        },
    }
    assert auxiliary(problem_of(data, tmp_path)) == []


def test_a_column_counts_in_the_coarsest_unit(tmp_path: Path) -> None:
    names = [f"v{i}" for i in range(8)]
    terms = " + ".join(f"{i + 1}000000000 * {name}" for i, name in enumerate(names))
    data = {
        "variables": {name: {"type": "binary"} for name in names},
        "objectives": {
            "o": {"sense": "maximise", "expr": f"max({terms}, 9000000000 - 3000000000 * v0)"}
        },
    }
    (column, *_) = auxiliary(problem_of(data, tmp_path))
    assert column.name.startswith("max#")
    assert column.kind == "whole"
    assert column.upper - column.lower <= 36


def test_a_maximum_of_few_choices_in_fine_steps_is_a_sum_of_products(tmp_path: Path) -> None:
    data = {
        "variables": {
            "a": {"type": "binary"},
            "b": {"type": "binary"},
            "v": {"values": [0.000000001, 1, 1000000000]},
        },
        "objectives": {"o": {"sense": "minimise", "expr": "a + b"}},
        "constraints": {"k": "abs(v - 0.3333333 * a - 0.1 * b) >= 0.000000009"},
    }
    assert all(column.upper == 1 for column in auxiliary(problem_of(data, tmp_path)))


def test_what_takes_too_many_steps_is_declined_in_words(tmp_path: Path) -> None:
    names = [f"v{i}" for i in range(9)]
    terms = " + ".join(f"{i + 1}00000000.0000001 * {name}" for i, name in enumerate(names))
    data = {
        "variables": {name: {"type": "binary"} for name in names},
        "objectives": {
            "o": {"sense": "maximise", "expr": f"max({terms}, 900000000 - 300000000.0000003 * v0)"}
        },
    }
    problem = problem_of(data, tmp_path)
    assert not problem.linear
    assert "max(...) of values up to 4.5e+09 in steps of 1e-07" in problem.linear.reason


def test_a_row_says_the_same_in_smaller_numbers(tmp_path: Path) -> None:
    data = {
        "variables": {
            "a": {"type": "integer", "min": 0, "max": 3},
            "b": {"type": "integer", "min": 0, "max": 1000000},
        },
        "objectives": {
            "of_a": {"sense": "minimise", "expr": "a"},
            "of_b": {"sense": "minimise", "expr": "b"},
        },
        "constraints": {"need": "1000000 * a + 0.000000001 * b >= 0.0005"},
    }
    problem = problem_of(data, tmp_path)
    assert problem.linear
    (row,) = problem.linear.rows
    assert (row.terms, row.lower, row.upper) == (((0, -500000), (1, -1)), None, -500000)


@pytest.mark.parametrize("seed", seeds(200, here=50))
def test_a_tightened_row_holds_for_the_same_points(seed: int) -> None:
    r = Random(seed)
    columns = [
        Domain(f"x{i}", "whole", Fraction(low := r.randint(-3, 2)), Fraction(low + r.randint(0, 4)))
        for i in range(3)
    ]
    terms = tuple((j, r.choice([-1, 1]) * r.randint(1, 10 ** r.randint(1, 12))) for j in range(3))
    bound = r.choice([r.randint(-20, 20), sum(c * r.randint(-3, 3) for _, c in terms)])
    row = (
        Row("r", "r", terms, bound, None) if r.random() < 0.5 else Row("r", "r", terms, None, bound)
    )
    narrow = tightened(row, columns)
    for point in itertools.product(
        *(range(int(d.lower or 0), int(d.upper or 0) + 1) for d in columns)
    ):
        assert _satisfied(row, point) == _satisfied(narrow, point)
    assert max(abs(c) for _, c in narrow.terms) <= max(abs(c) for _, c in terms)


def _satisfied(row: Row, point: tuple[int, ...]) -> bool:
    total = sum(c * point[j] for j, c in row.terms)
    return (row.lower is None or total >= row.lower) and (row.upper is None or total <= row.upper)
