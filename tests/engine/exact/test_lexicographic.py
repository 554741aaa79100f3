"""The canonical plan of each point, whatever the clock does."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine import Budget, Options, registry, solve
from optimiser.engine.problem import Problem
from tests.engine.models import Draft, binaries, problem_of


class Hurried(Budget):
    """On a machine so busy that a minute goes by between any two looks at the clock."""

    looks = 0

    def seconds(self) -> float:
        self.looks += 1
        return 60.0 * self.looks


def tied(seed: int) -> Problem:
    """Many plans a point: the smallest of numbers."""
    r = np.random.default_rng(seed)
    n = 10
    objectives = [{(j,): -int(c) for j, c in enumerate(r.integers(1, 3, n))} for _ in range(2)]
    weights = r.integers(1, 4, n)
    limit = ({(j,): int(w) for j, w in enumerate(weights)}, None, int(weights.sum() // 2))
    return problem_of(Draft(binaries(n), objectives, [limit]))


@pytest.mark.parametrize("seed", range(4))
def test_a_busy_machine_lists_the_same_plans(seed: int) -> None:
    """Two seconds by the clock were all that a point had to be settled."""
    problem = tied(seed)
    full = solve(problem, Options(method="enumerate"))
    found = registry()["highs"].solve(problem, Options(method="highs"), Hurried())
    assert (found.status, found.basis, found.note) == ("complete", "exact", "")
    assert {tuple(x) for x in found.x.tolist()} == {tuple(x) for x in full.x.tolist()}
