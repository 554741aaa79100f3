"""The pseudo-Boolean formula, read back by an evaluator of its own and tried on every
assignment.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from optimiser.engine.certificate import CertificateError
from optimiser.errors import UsageError
from optimiser.exports import export
from optimiser.exports.opb import formula
from optimiser.scenario import load
from optimiser.study import solve
from tests.engine.certificate.reference import in_rows
from tests.engine.models import (
    Draft,
    binaries,
    front_by_force,
    listed,
    problem_of,
    random_draft,
    real,
    whole,
)
from tests.searches import seeds


def satisfiable(text: str) -> bool:
    """By splitting on one variable after the other, leaving off where some constraint cannot hold
    any more.

    Sums beyond all need are cut back, so that the better of two values can be told where one is at
    least as good in all rows.
    """
    header, *lines = text.splitlines()
    found = re.fullmatch(r"\* #variable= (\d+) #constraint= (\d+)", header)
    assert found
    count = int(found[1])
    rows = [line for line in lines if not line.startswith("*")]
    assert len(rows) == int(found[2])
    matrix, least = np.zeros((len(rows), count)), np.zeros(len(rows))
    for i, row in enumerate(rows):
        assert re.fullmatch(r"([+-]\d+ x[1-9]\d* )+>= -?\d+ ;", row), row
        for c, variable in re.findall(r"([+-]\d+) x(\d+)", row):
            matrix[i, int(variable) - 1] += int(c)
        least[i] = int(row.split(">=")[1].rstrip(" ;"))
    partial = np.zeros((1, len(rows)))
    for j in range(count):
        later = matrix[:, j + 1 :]
        enough = least - np.minimum(later, 0).sum(axis=1)
        zero, one = np.minimum(partial, enough), np.minimum(partial + matrix[:, j], enough)
        partial = np.concatenate(
            [
                zero[~(one >= zero).all(axis=1)],
                one[~((zero >= one).all(axis=1) & (zero > one).any(axis=1))],
            ]
        )
        partial = np.unique(
            partial[(partial + np.maximum(later, 0).sum(axis=1) >= least).all(axis=1)], axis=0
        )
    return len(partial) > 0


def listed_plans(draft: Draft) -> np.ndarray:
    plans = front_by_force(problem_of(draft)).values()
    return np.array(sorted(plans)).reshape(len(plans), len(draft.domains))


@pytest.mark.parametrize("seed", seeds(25, here=8))
def test_satisfiable_exactly_where_a_point_is_missing(seed: int) -> None:
    draft = random_draft(seed, n=2 + seed % 5)
    check_missing(draft)


def test_bounded_integers_and_listed_decisions() -> None:
    domains = [whole("a", -2, 3), whole("b", 0, 4), listed("c", 0, 0.5, 2)]
    check_missing(
        Draft(
            domains,
            [{(0,): 2, (1,): -3}, {(0,): -1, (1,): 4, (): 7}],
            [({(0,): 1, (1,): 2}, 1, 9), ({(1,): 1}, None, 3)],
        )
    )


def test_an_infeasible_problem_needs_no_point() -> None:
    check_missing(
        Draft(binaries(3), [{(0,): 1}, {(1,): -1}], [({(0,): 2, (1,): 2, (2,): 2}, 3, 3)])
    )


def check_missing(draft: Draft) -> None:
    problem = in_rows(draft)
    x = listed_plans(draft)
    assert not satisfiable(formula(problem, x))
    for missing in range(0, len(x), 1 + len(x) // 5):
        assert satisfiable(formula(problem, np.delete(x, missing, axis=0)))


def test_a_dominated_plan_is_no_claim() -> None:
    problem = in_rows(Draft(binaries(2), [{(0,): 1}]))
    with pytest.raises(CertificateError, match="dominated"):
        formula(problem, np.array([[0.0, 0.0], [1.0, 0.0]]))


def test_real_decisions_have_no_formula() -> None:
    with pytest.raises(UsageError, match="'r' is a real number"):
        formula(problem_of(Draft([*binaries(1), real("r", 0, 1)], [{(0,): 1}])), np.zeros((0, 2)))


def test_a_listed_decision_in_a_constraint_of_its_own_has_none() -> None:
    problem = in_rows(
        Draft([*binaries(1), listed("c", 0, 0.5)], [{(0,): 1}], [({(0,): 1, (1,): 2}, 1, None)])
    )
    with pytest.raises(UsageError, match="'c' takes values that are not whole"):
        formula(problem, np.zeros((0, 2)))


def test_a_result_is_exported(tmp_path: Path) -> None:
    result = solve(load("smart_manufacturing"))
    text = export(result, tmp_path / "front.opb").read_text(encoding="utf-8")
    assert text.startswith("* #variable= ")
    for name in result.front.ids:
        assert f"* listed: {name} [" in text
