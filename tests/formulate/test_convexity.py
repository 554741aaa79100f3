"""Which models bend one way once their choices are made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.cli.processes import written

BOX = {
    "x": {"type": "real", "min": 1, "max": 3},
    "y": {"type": "real", "min": -2, "max": 2},
    "b": {"type": "binary"},
}


def is_convex(folder: Path, first: str, *, sense: str = "minimise", **constraints: str) -> bool:
    content: dict[str, Any] = {
        "variables": BOX,
        "objectives": {
            "f": {"sense": sense, "expr": first},
            "g": {"sense": "minimise", "expr": "x**2 - b * y + y**2"},
        },
        "constraints": constraints,
    }
    problem = formulate(load(written(folder, **content))).at()
    assert problem.convex is not None
    return problem.convex()


@pytest.mark.parametrize(
    ("expression", "sense", "expected"),
    [
        ("x**2 + x * y + y**2 + 5 * b", "minimise", True),
        ("b * (x - y)**2 + exp(-x)", "minimise", True),
        ("log(x) + sqrt(x + b)", "maximise", True),
        ("log(x) + sqrt(x + b)", "minimise", False),
        ("x * y + exp(y)", "minimise", False),
        ("sin(x)", "minimise", False),
    ],
)
def test_objectives(expression: str, sense: str, expected: bool, tmp_path: Path) -> None:
    assert is_convex(tmp_path, expression, sense=sense) is expected


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("x**2 + y**2 <= 6", True),
        ("log(x) >= 0.1 + b * y**2", True),
        ("x**2 + y**2 >= 2", False),
        ("x**2 + y**2 == 4", False),
        ("x + b * y == 2", True),
        ("1 <= exp(y) <= 3", False),
    ],
)
def test_constraints(constraint: str, expected: bool, tmp_path: Path) -> None:
    assert is_convex(tmp_path, "exp(x)", limit=constraint) is expected
