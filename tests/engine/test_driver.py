"""The driver believes nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pytest

from optimiser.engine import Budget, Options, Outcome, Progress, driver, registry, run
from optimiser.engine.canonical import clusters
from optimiser.engine.modelling import binary, from_rows, maximise, minimise
from optimiser.engine.problem import Problem
from tests.engine.models import Draft, binaries, problem_of, random_draft, real


class Liar:
    """Claims whatever it is told to claim."""

    name: ClassVar[str] = "liar"
    rank: ClassVar[int] = 0
    proof: ClassVar[bool] = True
    proves: ClassVar[str] = "nothing"

    def __init__(self, x: Sequence[Sequence[float]], **claim: object) -> None:
        self.outcome = Outcome(np.array(x, dtype=float), **claim)  # type: ignore[arg-type]

    def declines(self, problem: object, /) -> str | None:
        return None

    def suits(self, problem: object, /) -> str:
        return "it says so"

    def solve(self, *_: object) -> Outcome:
        return self.outcome


def knapsack(n: int = 3) -> Problem:
    terms = [{(j,): -(j + 2) for j in range(n)}, {(j,): j + 1 for j in range(n)}]
    return problem_of(Draft(binaries(n), terms, [({(j,): 1 for j in range(n)}, None, 2)]))


def test_infeasible_plans_are_dropped_and_cost_the_claim() -> None:
    solution = run(
        Liar([[1, 1, 1], [0, 0, 0], [0, 0, 1]], status="complete"), "", knapsack(), Options()
    )
    assert solution.x.tolist() == [[0, 0, 1], [0, 0, 0]]
    assert solution.proof.status == "approximate"
    assert "1 of 3 plans" in solution.proof.note


@pytest.mark.parametrize("wrong", [[0.5, 0, 0], [2, 0, 0], [-1, 0, 0]])
def test_values_outside_their_domain_are_infeasible(wrong: list[float]) -> None:
    solution = run(Liar([wrong, [0, 0, 0]], status="complete"), "", knapsack(), Options())
    assert solution.x.tolist() == [[0, 0, 0]]
    assert solution.proof.status == "approximate"


def test_dominated_and_equal_plans_go_and_cells_follow() -> None:
    problem = problem_of(Draft(binaries(3), [{(0,): 1, (1,): 1}, {(0,): -1, (1,): -1, (2,): 1}]))
    plans = [[1, 0, 0], [0, 1, 0], [1, 0, 1], [1, 1, 0]]
    solution = run(Liar(plans, status="covering", cells=((1, 3), (2, 3))), "", problem, Options())
    assert solution.x.tolist() == [[0, 1, 0], [1, 1, 0]]
    assert solution.proof.cells == ((0, 1),)


@pytest.mark.parametrize("known", [True, False])
def test_a_bound_beside_the_best_value_does_not_prove_it(known: bool) -> None:
    """1e9 and 1e9 + 1e-9 are one float: a bound of the one says nothing about a plan of the
    other.
    """
    base, little = Fraction(10**9), Fraction(1, 10**9)
    problem = from_rows(
        [binary("a"), binary("b")],
        {
            "cost": minimise({"a": little}, constant=base),
            "gain": maximise({"a": 1, "b": 1}),
        },
    )
    bounds = (base + little if known else base, Fraction(-2))
    claim = Liar([[1, 1]], status="covering", basis="exact", bounds=bounds, gap=0.0)
    solution = run(claim, "", problem, Options())
    assert solution.y[0, 0] == 1e9
    cost, gain = solution.proof.bounds
    assert (cost == 1e9) is known
    assert cost is not None
    assert Fraction(cost) <= base + little
    assert gain == 2


def test_exact_values_are_computed_of_what_a_floating_point_search_lists_only() -> None:
    problem = problem_of(
        Draft([real("a", 0, 1), real("b", 0, 1)], [{(0,): 1}, {(0,): -1, (1,): 1}])
    )
    valued: list[list[float]] = []

    def rounded(x: np.ndarray, _points: object) -> np.ndarray:
        valued.extend(x.tolist())
        return problem.evaluate(x)[0]

    plans = [[0.0, 0.0], [0.5, 0.0], [0.5, 0.25], [1.0, 0.0], [1.0, 1.0]]
    solution = run(
        Liar(plans, status="approximate"), "", replace(problem, rounded=rounded), Options()
    )
    assert solution.x.tolist() == [[0, 0], [0.5, 0], [1, 0]] == sorted(valued)


def test_progress_is_passed_on() -> None:
    seen: list[Progress] = []
    run(
        registry()["exact"],
        "",
        problem_of(random_draft(3, n=6, m=3)),
        Options(),
        on_progress=seen.append,
    )
    assert seen
    assert seen[-1].found > 0
    assert [p.solved for p in seen] == sorted(p.solved for p in seen)


def hard(m: int) -> Problem:
    rng = np.random.default_rng(0)
    n = 60
    terms = [{(j,): -int(c) for j, c in enumerate(row)} for row in rng.integers(100, 1000, (m, n))]
    limits = [
        ({(j,): int(w) for j, w in enumerate(row)}, None, int(row.sum() // 2))
        for row in rng.integers(100, 1000, (3, n))
    ]
    return problem_of(Draft(binaries(n), terms, limits))


@pytest.mark.parametrize("name", ["exact", "evolutionary"])
def test_ctrl_c_keeps_the_front_so_far(name: str) -> None:
    before = signal.getsignal(signal.SIGINT)
    timer = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    start, spent = time.monotonic(), time.process_time()
    try:
        problem = hard(3)
        solution = run(registry()[name], "", problem, Options())
    finally:
        timer.cancel()
    assert solution.proof.status in ("approximate", "covering")
    assert solution.proof.stopped == "interrupted" or time.monotonic() - start < 1.5
    assert time.process_time() - spent < 6
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_stops_at_once() -> None:
    class Deaf(Liar):
        def solve(self, *_: object) -> Outcome:
            for _again in range(2):
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)
            return self.outcome

    with pytest.raises(KeyboardInterrupt):
        run(Deaf([[0, 0, 0]], status="complete"), "", knapsack(), Options())


def test_a_time_limit_is_kept_and_said() -> None:
    spent = time.process_time()
    solution = run(registry()["exact"], "", hard(4), Options(time_limit=1.5))
    assert time.process_time() - spent < 5
    assert solution.proof.stopped == "time_limit"
    assert solution.proof.status in ("approximate", "covering")


def test_a_budget_counts_down() -> None:
    assert Budget().exhausted() is None
    assert Budget(0.0).exhausted() == "time_limit"
    budget = Budget()
    budget.cancel()
    assert budget.exhausted() == "interrupted"


def test_a_long_chain_of_close_values_is_not_one_value() -> None:
    """The end of an objective went missing from a list of half a million plans, each a hair from
    the next.
    """
    values = np.linspace(0.0, 1.0, 1001)[:, None]
    ranks = clusters(values, np.array([0.01]))
    assert len(np.unique(ranks)) > 90
    widest = max(np.ptp(values[ranks == rank]) for rank in np.unique(ranks))
    assert widest <= 0.01 + 1e-12
    assert clusters(np.array([[0.0], [5.0], [1e-12]]), np.array([1e-9])).ravel().tolist() == [
        1.0,
        2.0,
        1.0,
    ]


@pytest.mark.parametrize(
    ("groups", "help"),
    [(("budget",), "relax it"), (("budget", "clean"), "relax one or several of them")],
)
def test_what_stands_alone_in_the_way_is_relaxed(groups: tuple[str, ...], help: str) -> None:
    assert driver._infeasible(groups).help == help
