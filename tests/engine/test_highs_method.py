"""The method `highs` against looking at every combination, on models whose rows hold amounts and
starts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Options, registry, run
from optimiser.errors import InfeasibleError, UnboundedError
from optimiser.scenario import load
from optimiser.study import solve
from tests.engine.models import Draft, binaries, front_by_force, front_of, problem_of, whole
from tests.searches import seeds

AMOUNT = """\
optimise: 1
name: amount
indicators:
  output: {baseline: 10}
  cost: {timing: one_off}
technologies:
  pump: {effects: {output: 0.1, cost: 2}, effects_per_unit: {output: 5}, scale: {min: 1, max: 2, step: 1}, ramp: [0, 0.5]}
phases: [{name: "2027", years: 3}, {name: "2028"}]
objectives: {output: maximise}
"""
LATE = """\
optimise: 1
name: late
indicators:
  o: {baseline: -50, aggregate: final}
  c: {timing: one_off}
  k: {timing: one_off, baseline: -8}
  n: {expr: c + k * 2}
  m: {expr: 'n["2028"] + c["2027"]'}
technologies:
  t0: {effects: {c: 3}}
  t1: {effects: {o: 4, c: 2}, ramp: [1, 0], requires: [{technology: t0, lead: 2}]}
synergies:
  s0: {between: [t0, t1], effects: {o: -1%}}
  s1: {between: [t0, t1], effects: {o: 4, k: 1}}
groups:
  one: {of: [t0, t1], exactly: 1}
phases: [{name: "2027"}, {name: "2028"}]
discount_rate: -0.2
constraints: {e: 'n["2027"] <= 100'}
objectives: {c: maximise, n: maximise, m: minimise}
"""


@pytest.mark.parametrize(
    "text", [AMOUNT, LATE], ids=["an amount times a start", "a start that only just holds"]
)
def test_it_lists_what_enumeration_lists(text: str, tmp_path: Path) -> None:
    """An amount was read as its smallest where a start multiplied it, and a program that just holds
    was called infeasible.
    """
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    found, every = (solve(load(file), Options(method=method)) for method in ("highs", "enumerate"))
    assert found.front.proof.status == "complete"
    assert found.front.cells == every.front.cells
    assert found.front.y.tolist() == every.front.y.tolist()
    assert found.front.proof.basis == "exact"


def in_odd_units(seed: int) -> Draft:
    """Yes/no and whole decisions, products, rows and objectives whose numbers lie up to eighteen
    powers of ten apart.
    """
    r = np.random.default_rng(seed)
    units = [1, 1, 1, 10**3, 10**9, 10**18]
    domains = [
        *binaries(3),
        *(
            whole(f"w{j}", int(low := r.integers(-2, 2)), int(low + r.integers(0, 4)))
            for j in range(2)
        ),
    ]

    def some() -> dict[Any, int]:
        terms = {
            (j,): int(r.integers(-9, 10)) * units[r.integers(len(units))]
            for j in range(len(domains))
        }
        return {
            **terms,
            (0, 1): int(r.integers(-5, 6)) * units[r.integers(len(units))],
            (): int(r.integers(0, 3)),
        }

    rows = []
    for _ in range(int(r.integers(0, 3))):
        terms = some()
        middle = sum(terms.values()) // 2
        rows.append((terms, None, middle) if r.random() < 0.7 else (terms, middle, None))
    return Draft(
        domains,
        [some() for _ in range(int(r.integers(1, 4)))],
        rows,
        scale=int(r.choice([1, 10**9])),
    )


@pytest.mark.parametrize("seed", seeds(60, here=15))
def test_in_whatever_units_the_front_is_that_of_every_combination_and_proven(seed: int) -> None:
    problem = problem_of(in_odd_units(seed))
    truth = front_by_force(problem)
    try:
        solution = run(registry()["highs"], "asked for", problem, Options())
    except InfeasibleError:
        assert not truth
        return
    assert front_of(problem, solution.x) == truth
    assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")


def test_what_a_float_solver_drops_is_a_point_of_the_front() -> None:
    """10**15 a + b >= 500000: b alone is enough, though a = 4e-10 counts as whole in floats."""
    draft = Draft(
        [whole("a", 0, 3), whole("b", 0, 10**6)],
        [{(0,): 1}, {(1,): 1}],
        [({(0,): 10**15, (1,): 1}, 500_000, None)],
    )
    solution = run(registry()["highs"], "asked for", problem_of(draft), Options())
    assert solution.x.tolist() == [[0.0, 500_000.0], [1.0, 0.0]]
    assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")


def test_unbounded_and_infeasible_are_proven() -> None:
    free = Draft([whole("a", 0, None), whole("b", 0, 5)], [{(0,): -1, (1,): -(10**10)}, {(1,): 1}])
    with pytest.raises(UnboundedError, match="'f0' has no finite best value"):
        run(registry()["highs"], "asked for", problem_of(free), Options())
    odd = Draft([whole("a", None, None), whole("b", 0, 5)], [{(0,): -1}], [({(1,): 2}, 1, 1)])
    with pytest.raises(InfeasibleError, match="'r0' cannot hold"):
        run(registry()["highs"], "asked for", problem_of(odd), Options())


def test_a_conflict_is_one_of_groups_that_cannot_hold_together() -> None:
    """0.1 of a tolerance apart: a + b >= 1 and 10**12 (a + b) <= 10**12 - 1, in a model that has
    more rows.
    """
    rows = [
        ({(0,): 1, (1,): 1}, 1, None),
        ({(0,): 10**12, (1,): 10**12}, None, 10**12 - 1),
        ({(2,): 1, (0,): -1}, None, 1),
    ]
    with pytest.raises(InfeasibleError) as raised:
        run(
            registry()["highs"],
            "asked for",
            problem_of(Draft(binaries(3), [{(0,): 1}], rows)),
            Options(),
        )
    assert raised.value.involved == ("r0", "r1")


@pytest.mark.parametrize("seed", range(10))
def test_stopped_early_it_claims_no_more_than_is_so(seed: int) -> None:
    problem = problem_of(in_odd_units(seed))
    truth = front_by_force(problem)
    if not truth:
        return
    solution = run(registry()["highs"], "asked for", problem, Options(points=1))
    best = np.array(
        [[float(v) for v in problem.evaluate(np.array([plan]))[0][0]] for plan in truth.values()]
    ).min(axis=0)
    for bound, value in zip(solution.proof.bounds, best, strict=True):
        assert bound is None or bound <= value + 1e-9 * max(1.0, abs(value))
