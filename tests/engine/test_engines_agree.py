"""The compiled engine against HiGHS for every sub-problem: the same points and, where they are
exact, the same plans.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Options, registry, run
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError
from tests.engine.models import Draft, binaries, front_of, listed, problem_of, random_draft, whole
from tests.searches import seeds

Terms = dict[Any, int]


def portfolio(seed: int) -> Draft:
    """Prerequisites, groups, synergies, a budget."""
    return random_draft(seed)


def knapsack(seed: int) -> Draft:
    """Two to four profits, one or two capacities."""
    r = np.random.default_rng(seed)
    n, m = int(r.integers(8, 15)), int(r.integers(2, 4))
    profits: list[Terms] = [
        {(j,): -int(c) for j, c in enumerate(r.integers(10, 60, n))} for _ in range(m)
    ]
    weights = r.integers(10, 60, (int(r.integers(1, 3)), n))
    return Draft(
        binaries(n),
        profits,
        [({(j,): int(w) for j, w in enumerate(row)}, None, int(row.sum() // 2)) for row in weights],
    )


def ties(seed: int) -> Draft:
    """Few distinct effects, so that most points have many plans; some technologies without
    effect.
    """
    return replace(random_draft(seed, spread=2), scale=1)


def amounts(seed: int) -> Draft:
    """Whole numbers in boxes beside yes/no decisions."""
    r = np.random.default_rng(seed)
    n, m = int(r.integers(2, 6)), int(r.integers(1, 4))
    domains = [
        *binaries(2),
        *(
            whole(f"w{j}", int(low := r.integers(-2, 2)), int(low + r.integers(0, 5)))
            for j in range(n - 1)
        ),
    ]
    width = len(domains)
    objectives: list[Terms] = [
        {(j,): int(c) for j, c in enumerate(r.integers(-9, 10, width))}
        | {(0, 1): int(r.integers(-5, 6))}
        for _ in range(m)
    ]
    row = r.integers(-5, 6, width)
    middle = int(
        sum(
            int(a) * (int(d.lower or 0) + int(d.upper or 0))
            for a, d in zip(row, domains, strict=True)
        )
        // 2
    )
    return Draft(domains, objectives, [({(j,): int(a) for j, a in enumerate(row)}, None, middle)])


def chosen(seed: int) -> Draft:
    """A decision with listed values that nothing depends on, beside yes/no decisions: the smallest
    value is listed.
    """
    r = np.random.default_rng(seed)
    values = sorted({float(v) / 2 for v in r.integers(0, 20, 4)})
    domains = [*binaries(int(r.integers(3, 7))), listed("size", *values)]
    n, m = len(domains) - 1, int(r.integers(1, 4))
    objectives: list[Terms] = [
        {(j,): int(c) for j, c in enumerate(r.integers(-9, 10, n))} for _ in range(m)
    ]
    return Draft(domains, objectives, [({(j,): 1 for j in range(n)}, None, n - 1)])


def decimals(seed: int) -> Draft:
    """Numbers with three to five decimals: wide whole numbers, scaled."""
    r = np.random.default_rng(seed)
    digits = int(r.integers(3, 6))
    n, m = int(r.integers(4, 11)), int(r.integers(2, 4))
    top = 30 * 10**digits
    objectives: list[Terms] = [
        {(j,): int(c) for j, c in enumerate(r.integers(-top, top, n))} for _ in range(m)
    ]
    for terms in objectives:
        a, b = sorted(r.choice(n, 2, replace=False).tolist())
        terms[(a, b)] = int(r.integers(-top, top))
    weights = r.integers(1, top, n)
    rows = [({(j,): int(w) for j, w in enumerate(weights)}, None, int(weights.sum() * 0.6))]
    return Draft(binaries(n), objectives, rows, scale=10**digits)


SHAPES: dict[str, Callable[[int], Draft]] = {
    "portfolio": portfolio,
    "knapsack": knapsack,
    "ties": ties,
    "amounts": amounts,
    "chosen": chosen,
    "decimals": decimals,
}


def solved(name: str, problem: Problem) -> tuple[Any, bool] | None:
    try:
        solution = run(registry()[name], "", problem, Options())
    except InfeasibleError:
        return None
    engine = solution.statistics.get("engine") == "compiled"
    assert solution.proof.status == "complete"
    return front_of(problem, solution.x), engine


def agree(draft: Draft) -> None:
    problem = problem_of(draft)
    ours, theirs = solved("exact", problem), solved("highs", problem)
    if ours is None or theirs is None:
        assert ours is theirs is None
        return
    assert ours[1]
    assert not theirs[1]
    assert ours[0] == theirs[0]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", seeds(3, here=1))
def test_both_engines_find_the_same_front(seed: int, shape: str) -> None:
    agree(SHAPES[shape](seed))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
@pytest.mark.parametrize("shape", SHAPES)
def test_both_engines_find_the_same_front_of_many_models(shape: str, block: int) -> None:
    for seed in range(1000 + 20 * block, 1020 + 20 * block):
        agree(SHAPES[shape](seed))
