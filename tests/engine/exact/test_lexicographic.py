"""The canonical plan of each point, whatever the clock does."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine import Budget, Options, registry, solve
from optimiser.engine.contract import Stop
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


@pytest.fixture(autouse=True)
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._FIRST", 3)
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._SHORTEST", 1)


class Interrupted(Budget):
    """Once it was asked so many times."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self.left = questions

    def exhausted(self) -> Stop | None:
        self.left -= 1
        if self.left < 0:
            self.cancel()
        return super().exhausted()


@pytest.mark.parametrize("method", ["exact", "highs"])
def test_a_run_that_is_stopped_while_plans_are_settled_says_so(method: str) -> None:
    """Such a front was kept as if it had come to its end, and answered for every later run; of
    HiGHS's zones it did not say that other plans may be preferred.
    """
    assert sum(_stopped_while_settling(method, tied(seed)) for seed in range(1, 4))


def _stopped_while_settling(method: str, problem: Problem) -> int:
    """How often a run that is stopped a little later each time lists plans that are not canonical,
    though it is complete; until it is over.
    """
    full = solve(problem, Options(method="enumerate"))
    expected = {tuple(x) for x in full.x.tolist()}
    options, others = Options(method=method, workers=1), 0
    for questions in range(400):
        budget = Interrupted(questions)
        found = registry()[method].solve(problem, options, budget)
        listed = {tuple(x) for x in found.x.tolist()}
        if budget.left >= 0:
            assert (found.status, found.stopped, found.note) == ("complete", None, "")
            assert listed == expected
            return others
        if found.status == "complete" and listed != expected:
            others += 1
            assert found.stopped == "interrupted"
            assert "may be preferred" in found.note
    raise AssertionError("it has no end")


@pytest.mark.parametrize("seed", range(4))
def test_a_busy_machine_lists_the_same_plans(seed: int) -> None:
    """Two seconds by the clock were all that a point had to be settled."""
    problem = tied(seed)
    full = solve(problem, Options(method="enumerate"))
    found = registry()["highs"].solve(problem, Options(method="highs"), Hurried())
    assert (found.status, found.basis, found.note) == ("complete", "exact", "")
    assert {tuple(x) for x in found.x.tolist()} == {tuple(x) for x in full.x.tolist()}
