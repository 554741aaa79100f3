"""What every solver in the registry promises, over a zoo of small problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from optimiser.dominance import non_dominated
from optimiser.engine import Options, Solution, Solver, choose, highs, registry, run, solve
from optimiser.engine.holding import feasible
from optimiser.engine.methods import evolutionary
from optimiser.engine.methods.pymoo import algorithms
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError, InterruptedRun, ProofError, UnboundedError, UsageError
from tests.engine.models import (
    Draft,
    binaries,
    front_by_force,
    front_of,
    listed,
    problem_of,
    random_draft,
    real,
    whole,
)

if TYPE_CHECKING:
    from optimiser.front import Floats

ZOO: dict[str, Callable[[], Draft]] = {
    "one decision": lambda: Draft(binaries(1), [{(0,): -1}, {(0,): 1}]),
    "equal points": lambda: Draft(
        binaries(4), [{(j,): -1 for j in range(4)}, {(j,): 1 for j in range(4)}]
    ),
    "one plan": lambda: Draft(binaries(3), [{(0,): 1, (1,): 2}, {(1,): 1, (2,): 1}]),
    "constant objective": lambda: Draft(
        binaries(3), [{(0,): -3, (1,): 2}, {(): 5}, {(0,): 1, (2,): -1}]
    ),
    "duplicate objective": lambda: Draft(
        binaries(3), [{(0,): -3, (1,): 2}, {(0,): -3, (1,): 2}, {(0,): 1, (1,): -1}]
    ),
    "whole numbers": lambda: Draft(
        [whole("a", 0, 3), whole("b", -2, 2)],
        [{(0,): -2, (1,): 3}, {(0,): 1, (1,): -2}],
        [({(0,): 1, (1,): 1}, -1, 3)],
        adopted={"t": (0,)},
    ),
    "listed": lambda: Draft(
        [listed("p", 0.2, 0.31, 0.44), *binaries(2)],
        [{(0,): -100, (1,): 9, (2,): 7}, {(0,): 50, (1,): -4, (2,): -9}],
    ),
    "synergies": lambda: random_draft(3, n=6, m=2),
    "three objectives": lambda: random_draft(11, n=6, m=3),
    "four objectives": lambda: random_draft(17, n=6, m=4),
    "one objective": lambda: random_draft(23, n=7, m=1),
    "not linear": lambda: with_linear(random_draft(5, n=5, m=2), False),
    "fusion": lambda: fusion(),
    "mixed": lambda: Draft(
        [*binaries(2), real("x", 0, 4)],
        [{(0,): 3, (1,): 2, (2,): 1}, {(2,): -2, (0,): -1}],
        [({(2,): 1, (0,): -4}, None, 0)],
    ),
}
PAIRS = [(solver, name) for solver in registry() for name in ZOO]


@pytest.fixture(autouse=True)
def short_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What every solver promises does not depend on how long it searches."""
    monkeypatch.setattr(algorithms, "_LATEST", 500)
    monkeypatch.setattr(evolutionary, "_WORK", 10_000.0)


def with_linear(draft: Draft, linear: bool) -> Draft:
    draft.linear = linear
    return draft


def fusion() -> Draft:
    domains = [real("A", 0, None), real("I", 0, None)]
    return Draft(
        domains,
        [{(0,): -2, (1,): -3}, {(0,): -5, (1,): -2}],
        [({(0,): 10, (1,): 10}, None, 10)],
        scale=10,
    )


def small(problem: Problem) -> bool:
    return problem.discrete and problem.exact is not None


@pytest.mark.parametrize(("name", "case"), PAIRS)
def test_every_solver_declines_or_solves(name: str, case: str) -> None:
    problem = problem_of(ZOO[case]())
    solver = registry()[name]
    if solver.declines(problem) is not None:
        if name != "exact":  # as a method it stands for every solver that proves
            with pytest.raises(UsageError, match="cannot take this model"):
                choose(problem, Options(method=name))
        return
    solution = run(solver, "test", problem, Options())
    y, good = feasible(problem, np.array(solution.x))
    assert good.all()
    assert non_dominated(y).all()
    assert np.array_equal(y, solution.y)
    assert solver.suits(problem)
    assert solver.proof or solution.proof.status == "approximate"
    if solution.proof.status == "complete" and small(problem):
        assert front_of(problem, solution.x) == front_by_force(problem)


@pytest.mark.parametrize("name", list(registry()))
def test_answers_are_read_only_and_the_same_again(name: str) -> None:
    for case in ("synergies", "fusion", "mixed"):
        problem = problem_of(ZOO[case]())
        if registry()[name].declines(problem) is None:
            first, second = (
                run(registry()[name], "test", problem, Options(seed=3)) for _ in range(2)
            )
            assert first.x.tobytes() == second.x.tobytes()
            with pytest.raises(ValueError, match="read-only"):
                first.x[0, 0] = 1.0


@pytest.mark.parametrize("name", list(registry()))
def test_no_time_no_claim(name: str) -> None:
    """A run that could not even start claims nothing, least of all that nothing is feasible."""
    for case in ("synergies", "fusion", "mixed"):
        problem = problem_of(ZOO[case]())
        if registry()[name].declines(problem) is None:
            try:
                solution = run(registry()[name], "test", problem, Options(time_limit=0.0))
            except ProofError:
                continue
            assert solution.proof.status == "approximate"
            assert solution.proof.stopped == "time_limit"


def stretched(solution: Solution) -> Floats:
    """The listed points, and where the claim is of cells points along every cell."""
    shares = np.linspace(0.0, 1.0, 201)[:, None]
    cells = (
        [cell for cell in solution.proof.cells if len(cell) == 2]
        if solution.proof.of == "cells"
        else []
    )
    along = [(1 - shares) * solution.y[a] + shares * solution.y[b] for a, b in cells]
    return np.vstack([solution.y, *along])


@pytest.mark.parametrize("after", [0, 1, 2, 3, 5, 8, 13, 21])
@pytest.mark.parametrize(
    "case", ["synergies", "three objectives", "whole numbers", "fusion", "mixed"]
)
def test_an_undecided_subproblem_is_never_taken_for_infeasible(
    case: str, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = problem_of(ZOO[case]())
    names = [n for n in ("exact", "cover") if registry()[n].declines(problem) is None]
    truth = front_by_force(problem) if small(problem) else {}
    known = solve(problem, Options())
    honest_points = stretched(known)
    calls = 0
    honest = highs.minimise

    def failing(*arguments: object, **options: object) -> highs.Answer:
        nonlocal calls
        calls += 1
        if calls == after + 1:
            return highs.Answer("unknown", np.empty(0))
        return honest(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(highs, "minimise", failing)
    for name in names:
        calls = 0
        try:
            solution = run(registry()[name], "test", problem, Options())
        except ProofError:
            continue
        if solution.proof.status == "complete" and truth:
            assert set(front_of(problem, solution.x)) == set(truth)
        elif solution.proof.status == "covering":
            assert solution.proof.gap is not None
            reach = stretched(solution) - solution.proof.gap * np.array(solution.proof.scale) - 1e-6
            assert all((reach <= point).all(axis=1).any() for point in honest_points)
        elif solution.proof.status == "complete":
            assert np.allclose(solution.y, known.y)
            assert solution.proof.cells == known.proof.cells


def test_the_choice_is_explained() -> None:
    many = problem_of(
        Draft(binaries(24), [{(j,): -j - 1 for j in range(24)}, {(j,): j * j for j in range(24)}])
    )
    assert choose(many, Options(method="exact"))[1].startswith(
        ("enumerate: ", "exact: 24 yes/no decisions, all effects linear")
    )
    curved = problem_of(
        with_linear(
            Draft(binaries(60), [{(0, 1, 2): 1, (3,): 1}, {(j,): -1 for j in range(60)}]), False
        )
    )
    assert choose(curved, Options())[1] == "evolutionary: objective 'f0' is not linear"
    assert (
        choose(problem_of(fusion()), Options())[1]
        == "cover: 2 real-number decisions, all effects linear"
    )


def test_a_small_model_is_chosen_for_as_the_whole_registry_would() -> None:
    assert next(iter(registry())) == "enumerate"
    chosen, reason = choose(problem_of(ZOO["synergies"]()), Options())
    assert chosen.name == "enumerate"
    assert reason.startswith("enumerate: ")


def test_unknown_and_unsuitable_methods_are_usage_errors() -> None:
    problem = problem_of(fusion())
    with pytest.raises(UsageError, match="unknown method 'evolutionry'") as caught:
        choose(problem, Options(method="evolutionry"))
    assert "'evolutionary'" in caught.value.help
    with pytest.raises(UsageError, match="infinitely many"):
        choose(problem, Options(method="enumerate"))
    with pytest.raises(UsageError, match="'A' has no finite bounds"):
        choose(problem, Options(method="evolutionary"))


def test_infeasible_names_the_groups_that_matter() -> None:
    rows = [
        ({(0,): 1, (1,): 1}, 2, None),
        ({(1,): 1, (2,): 1}, None, 1),
        ({(2,): 1}, 1, None),
        ({(3,): 1}, None, 1),
    ]
    for domains in (binaries(4), [*binaries(3), real("x", 0, 1)]):
        problem = problem_of(Draft(domains, [{(0,): 1}, {(1,): -1, (3,): 1}], rows))
        for solver in registry().values():
            if solver.proof and solver.declines(problem) is None:
                with pytest.raises(InfeasibleError) as caught:
                    run(solver, "test", problem, Options())
                assert caught.value.involved == ("r0", "r1", "r2")
    for exact in (True, False):
        together = [({(0, 1): 1}, 1, None), ({(1, 2): 1}, 1, None), ({(0, 2): 1}, None, 0)]
        draft = Draft(binaries(3), [{(0,): 1}], together, exact=exact)
        draft.linear = False
        with pytest.raises(InfeasibleError) as caught:
            solve(problem_of(draft), Options())
        assert caught.value.involved == ("r0", "r1", "r2")


def test_unbounded_names_the_objective() -> None:
    kinds = [(whole("a", 0, None), whole("b", None, 3)), (real("a", 0, None), real("b", None, 3))]
    for domains in (*kinds, (real("a", 0, None), whole("b", None, 3))):
        problem = problem_of(
            Draft(domains, [{(0,): 1}, {(1,): 1, (0,): 1}], adopted={"t": (0,)}, exact=False)
        )
        with pytest.raises(UnboundedError, match="'f1' has no finite best value"):
            solve(problem, Options())


def test_interrupted_before_anything_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problem_of(random_draft(3, n=6, m=2))

    def cancelled(self: Solver, *_: object) -> object:
        from optimiser.engine import Outcome

        return Outcome(np.empty((0, 6)), "approximate", stopped="interrupted")

    monkeypatch.setattr(type(registry()["exact"]), "solve", cancelled)
    with pytest.raises(InterruptedRun):
        run(registry()["exact"], "test", problem, Options())
