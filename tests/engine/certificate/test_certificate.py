"""Certificates that hold are believed, and what cannot be certified says why."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from optimiser.engine.certificate import (
    Claim,
    Refutation,
    certificate_bytes,
    check,
    check_points,
    claim_of,
    local_upper_bounds,
    system_of,
    uncertifiable,
)
from optimiser.engine.problem import Problem
from optimiser.errors import UsageError
from tests.engine.certificate.reference import certified, in_rows, refutation, refutations, solved
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


@pytest.mark.parametrize("seed", seeds(40, here=10))
def test_random_models_are_certified(seed: int) -> None:
    problem, x, content = certified(random_draft(seed, n=2 + seed % 5))
    checked = check(problem, x, content)
    assert checked.points == len(x)
    assert checked.boxes >= checked.bounds == checked.trees
    assert checked.size == len(content)


def test_bounded_integers_and_listed_decisions() -> None:
    domains = [whole("a", -2, 3), whole("b", 0, 5), listed("c", 0, 0.5, 2)]
    draft = Draft(
        domains,
        [{(0,): 2, (1,): -3}, {(0,): -1, (1,): 4, (): 7}],
        [({(0,): 1, (1,): 2}, 1, 9), ({(2,): 2}, 1, None)],
    )
    problem, x, content = certified(draft)
    assert check(problem, x, content).points == len(x) > 3


def test_infeasible_means_an_empty_list() -> None:
    draft = Draft(binaries(3), [{(0,): 1}, {(1,): -1}], [({(0,): 2, (1,): 2, (2,): 2}, 3, 3)])
    problem, x, content = certified(draft)
    assert len(x) == 0
    assert check(problem, x, content).bounds == 1


def test_constant_and_equal_objectives() -> None:
    draft = Draft(
        binaries(4),
        [{(0,): 3, (1,): -2, (2,): 1}, {(): 5}, {(0,): 3, (1,): -2, (2,): 1}],
        [({(1,): 1, (2,): -1}, None, 0)],
    )
    problem, x, content = certified(draft)
    assert check(problem, x, content).points == len(x)


def test_wide_numbers_leave_64_bits_and_are_still_exact() -> None:
    wide = 10**6
    draft = Draft(
        binaries(3),
        [{(0,): wide, (1,): -wide + 1, (2,): 7}, {(0,): -wide, (1,): wide, (2,): -9}],
        [],
    )
    problem = in_rows(draft)
    x = np.array(sorted(front_by_force(problem).values()))
    claim = claim_of(problem, x)
    trees = list(refutations(claim))
    heavy = [
        replace(t, multipliers=t.multipliers * (2**60 // max(1, int(np.abs(t.multipliers).max()))))
        for t in trees
    ]
    assert check(problem, x, certificate_bytes(claim, heavy)).points == len(x)


def test_one_tree_for_many_boxes() -> None:
    """A complete enumeration by branching, where every leaf excludes every box for some reason of
    its own.
    """
    problem, x = solved(random_draft(7, n=4, m=2))
    claim = claim_of(problem, x)
    system, bounds = claim.system, local_upper_bounds(claim.points)
    single = [refutation(system, bound) for bound in bounds]
    n = len(system.whole)
    branching = [j for j in range(n) if system.whole[j]]
    columns, values, counts, sizes, rows, multipliers = ([] for _ in range(6))

    def descend(depth: int, lower: np.ndarray, upper: np.ndarray) -> None:
        if depth < len(branching):
            column = branching[depth]
            columns.append(column)
            values.append(0)
            counts.append(0)
            for value in (0, 1):
                low, high = lower.copy(), upper.copy()
                low[column] = high[column] = value
                descend(depth + 1, low, high)
            return
        inner = replace(system, lower=lower, upper=upper)
        columns.append(-1)
        values.append(0)
        counts.append(len(bounds))
        for bound in bounds:
            leaf = refutation(inner, bound)
            sizes.append(len(leaf.rows))
            rows.extend(leaf.rows.tolist())
            multipliers.extend(leaf.multipliers.tolist())

    descend(0, system.lower.copy(), system.upper.copy())
    arrays = [
        np.array(a, dtype=np.int64) for a in (columns, values, counts, sizes, rows, multipliers)
    ]
    checked = check_points(claim, certificate_bytes(claim, [Refutation(bounds, *arrays)]))
    assert checked.boxes == len(single)
    assert checked.trees == 1


def test_the_same_refutations_give_the_same_bytes(small: tuple[Problem, np.ndarray, bytes]) -> None:
    problem, x, content = small
    claim = claim_of(problem, x)
    assert certificate_bytes(claim, refutations(claim)) == content


def test_every_line_is_readable_text(small: tuple[Problem, np.ndarray, bytes]) -> None:
    lines = gzip.decompress(small[2]).decode().splitlines()
    assert [*json.loads(lines[0])] == [
        "format",
        "version",
        "scenario_hash",
        "rows",
        "points",
        "objectives",
        "listed",
    ]
    assert [*json.loads(lines[-1])] == ["sha256"]


# ---- what cannot be certified


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (problem_of(Draft([*binaries(1), real("r", 0, 1)], [{(0,): 1}])), "'r' is a real number"),
        (problem_of(Draft(binaries(1), [{(0,): 1}], linear=False)), "not linear"),
        (problem_of(Draft(binaries(1), [{(0,): 1}], exact=False)), "exact arithmetic"),
        (problem_of(Draft([listed("a", 0, 0.5)], [{(0,): 1}])), "does not step in whole numbers"),
        (problem_of(Draft(binaries(1), [{(0,): 2**61}])), "too wide"),
    ],
)
def test_what_cannot_be_certified_says_why(problem: Problem, words: str) -> None:
    assert words in (uncertifiable(problem) or "")
    with pytest.raises(UsageError, match="cannot be certified"):
        system_of(problem)


def test_rounded_rows_and_links_beside_other_columns_cannot_be_certified() -> None:
    problem = problem_of(Draft(binaries(2), [{(0,): 1}, {(1,): 1}]))
    assert problem.linear
    assert uncertifiable(problem) is None
    linked = replace(problem, linear=replace(problem.linear, linked=("", "exp")))
    assert uncertifiable(linked) is None
    more = replace(
        problem.linear, linked=("", "exp"), columns=(*problem.linear.columns, *binaries(1))
    )
    assert "logarithm" in (uncertifiable(replace(problem, linear=more)) or "")
    rounded = replace(problem, linear=replace(problem.linear, resolution=1e-8))
    assert "logarithm" in (uncertifiable(rounded) or "")


def test_an_infinite_bound_cannot_be_certified() -> None:
    problem = problem_of(Draft([whole("a", 0, 4)], [{(0,): 1}]))
    assert problem.linear
    endless = replace(problem.linear, columns=(whole("a", 0, None),))
    assert "infinite bound" in (uncertifiable(replace(problem, linear=endless)) or "")


def test_real_columns_behind_listed_decisions_are_rounded_outwards() -> None:
    problem = problem_of(
        Draft(
            [*binaries(2), listed("c", 0.25, 1.5)],
            [{(0,): 1}, {(1,): -1}],
            [({(2,): 2, (0,): 1}, 1, 3)],
        )
    )
    system = system_of(problem)
    assert (int(system.lower[2]), int(system.upper[2])) == (0, 2)
    assert not system.whole[2]
    assert isinstance(Claim(system, np.zeros((0, 2), dtype=np.int64)).points, np.ndarray)
    assert problem.decisions[2].lower == Fraction(1, 4)
