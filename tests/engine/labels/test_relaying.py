"""Labels that the search zones follow: one front, whoever comes to its end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimiser.engine import (
    Checkpoints,
    Options,
    Saved,
    choose,
    registry,
    relaying,
    run,
    solve,
)
from optimiser.engine.exact import beside
from optimiser.engine.labels import compiled, search
from optimiser.engine.labels.listing import ALL, Work, listed
from optimiser.engine.labels.reading import LabelModel, reading
from optimiser.engine.methods.exact import Exact
from optimiser.engine.problem import Problem
from optimiser.engine.relaying import LabelsFirst
from optimiser.errors import InfeasibleError
from tests.engine.labels.models import covering, crowded, knapsack, large, long
from tests.engine.models import Draft, binaries, front_by_force, front_of, problem_of
from tests.engine.test_engines_agree import SHAPES
from tests.engine.test_stops import Counted, short

pytestmark = pytest.mark.skipif(not compiled(), reason="built without a C++ compiler")


def allowed(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """So much work for the labels, whatever the model."""
    most = Work(100_000, 1_000_000, steps, 0)
    monkeypatch.setattr(search, "worth", lambda problem: most)


def front(problem: Problem) -> tuple[str, Any]:
    """Who found it, and points with plans; None where nothing holds."""
    try:
        solution = run(LabelsFirst(), "", problem, Options())
    except InfeasibleError:
        return "", {}
    assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")
    return solution.solver, front_of(problem, solution.x)


def within_bounds(problem: Problem, outcome: Any, points: Any) -> Any:
    """The listed points; every plan holds, and no bound is above the best of all points."""
    listed = problem.evaluate(outcome.x)[0]
    assert problem.exact is not None
    assert problem.exact(outcome.x)[1].all()
    for low, best in zip(outcome.bounds, points.min(axis=0), strict=False):
        assert low is None or float(low) <= best + 1e-12
    return listed


def checked(problem: Problem, outcome: Any, points: Any) -> Any:
    """The listed points, every claim about them true."""
    listed = within_bounds(problem, outcome, points)
    if outcome.gap is not None:
        assert short(points, listed, np.array(outcome.scale)) <= outcome.gap
    return listed


@pytest.mark.parametrize("shape", [*SHAPES, "crowded"])
def test_the_front_is_the_same_with_little_work_and_with_much(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted work decides who comes to the end, and nothing else."""
    for seed in range(2):
        problem = problem_of({**SHAPES, "crowded": crowded}[shape](seed))
        known = front_by_force(problem)
        for steps, name in ((1 << 50, "labels"), (1, "exact")):
            allowed(monkeypatch, steps)
            by, found = front(problem)
            assert found == known
            assert by in (name, "")


def test_who_solved_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problem_of(large())
    solver, reason = choose(problem, Options())
    assert isinstance(solver, LabelsFirst)
    assert reason == "labels: 24 yes/no decisions, all effects linear"
    ours = solve(problem)
    assert (ours.solver, ours.reason) == ("labels", reason)
    allowed(monkeypatch, 1)
    theirs = solve(problem)
    assert (theirs.solver, theirs.reason) == ("exact", reason.replace("labels", "exact"))
    assert theirs.statistics["before"]
    np.testing.assert_array_equal(ours.x, theirs.x)


@pytest.mark.parametrize(
    ("draft", "options"),
    [
        (knapsack(), Options()),  # only a budget ties its columns
        (large(m=1), Options()),
        (large(), Options(points=5)),
        (large(), Options(gap=0.1)),
        (Draft(binaries(251), [{(j,): 1 for j in range(251)}] * 2, []), Options()),
        (long(51, 2, budgets=1), Options()),
        (long(40, 2, budgets=3), Options()),
        (long(60, 3, budgets=3), Options()),
    ],
)
def test_where_the_zones_begin(draft: Draft, options: Options) -> None:
    assert choose(problem_of(draft), options)[0] is registry()["exact"]


@pytest.mark.parametrize(
    "draft",
    [
        long(40, 2, budgets=1),
        long(90, 2, budgets=0),
        long(60, 3, budgets=1),
        long(60, 4, budgets=3),
        # each part is short
        long(60, 2, budgets=1, parts=2),
    ],
)
def test_where_labels_begin(draft: Draft) -> None:
    """Where columns are few for the objectives and budgets there are."""
    assert isinstance(choose(problem_of(draft), Options())[0], LabelsFirst)


def test_no_states_are_made_that_would_become_too_many() -> None:
    """Foreseen from the first layers; where they fit they are the same."""
    given = reading(problem_of(covering(40, 2, rows=28)))
    assert isinstance(given, LabelModel)
    made = [
        listed(given, Work(states=states, foresee=foresee), lambda found, made: True)
        for states, foresee in ((20_000, False), (20_000, True), (1_500_000, True))
    ]
    assert [found.reason for found in made] == ["states", "states", ""]
    assert 20_000 < made[0].nodes <= made[2].nodes
    assert made[1].nodes < 10_000
    whole = listed(given, ALL, lambda found, made: True)
    assert (made[2].plans, made[2].nodes) == (whole.plans, whole.nodes)


def test_without_the_compiled_part_the_zones_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimiser.engine.labels.find_spec", lambda name: None)
    assert choose(problem_of(large()), Options())[0] is registry()["exact"]


@pytest.mark.parametrize("patience", [0.0, 1.0])
@pytest.mark.parametrize(
    ("seed", "m"),
    [
        (1, 2),
        pytest.param(2, 3, marks=pytest.mark.slow),
        pytest.param(4, 4, marks=pytest.mark.slow),
    ],
)
def test_a_run_gone_on_with_never_says_less_nor_more_than_is_true(
    patience: float, seed: int, m: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped again and again, with spread plans beside it from the first moment and without."""
    monkeypatch.setattr(relaying, "_PATIENCE", patience)
    allowed(monkeypatch, 1 << 50)
    problem = problem_of(large(m=m))
    full = run(registry()["labels"], "", problem, Options())
    points = full.y
    r = np.random.default_rng(seed)
    state: list[Saved | None] = [None]
    before, gap, stops = np.empty((0, m)), 1.0, 0
    for attempt in range(60):
        budget = Counted(
            int(r.integers(40, 70 + 20 * attempt)),
            Checkpoints(lambda saved: state.append(saved), state[-1]),
        )
        outcome = LabelsFirst().solve(problem, Options(workers=1), budget)
        listed = checked(problem, outcome, points)
        assert all((listed <= y).all(axis=1).any() for y in before)
        if outcome.status == "complete":
            break
        stops += 1
        # shares of ranges that become known, and so no longer of others, may be others
        assert outcome.gap is None or outcome.gap <= gap
        before, gap = listed, outcome.gap or gap
    assert stops > 1
    assert outcome.status == "complete"
    assert sorted(map(tuple, listed)) == sorted(map(tuple, points))


def test_what_labels_prove_is_known_to_the_zones_that_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped just after the labels gave up, a run lists their plans, within their gap."""
    problem = problem_of(large())
    for module in (relaying, beside):
        monkeypatch.setattr(module, "_PATIENCE", 0.0)
    monkeypatch.setattr(beside, "_LARGER", 100.0)
    allowed(monkeypatch, 1_000_000)
    full = registry()["labels"].solve(problem, Options(), Counted(10**9, Checkpoints(print)))
    handing = Exact.solve
    known: list[Any] = []

    def stopping(
        self: Any, problem: Problem, options: Options, budget: Counted, /, *, handed: Any
    ) -> Any:
        known.append(handed.earlier)
        budget.left = 1
        return handing(self, problem, options, budget, handed=handed)

    monkeypatch.setattr(Exact, "solve", stopping)
    states: list[Saved] = []
    budget = Counted(10**9, Checkpoints(states.append))
    outcome = LabelsFirst().solve(problem, Options(workers=1), budget)
    listed = checked(problem, outcome, problem.evaluate(full.x)[0])
    assert (outcome.stopped, outcome.solver) == ("interrupted", "exact")
    (earlier,) = known
    assert len(earlier.plans) > 20
    assert earlier.gap is not None
    assert outcome.gap is not None
    assert outcome.gap <= earlier.gap
    theirs = problem.evaluate(earlier.plans)[0]
    assert all((listed <= y).all(axis=1).any() for y in theirs)
    assert len(states[-1].plans) >= len(earlier.plans)


def wide_logic(n: int = 19) -> Draft:
    """Yes/no decisions in pairs that need one another and one limit: 2^n combinations."""
    r = np.random.default_rng(n)
    objectives: list[Any] = [
        {(j,): int(c) for j, c in enumerate(r.integers(-30, 30, n))} for _ in range(2)
    ]
    objectives[0][0, n - 1] = -9
    rows: list[Any] = [({(j,): 1, (j - 1,): -1}, None, 0) for j in range(1, n, 5)]
    rows.append(({(j,): int(w) for j, w in enumerate(r.integers(1, 9, n))}, None, 3 * n))
    return Draft(binaries(n), objectives, rows)


def test_where_combinations_are_not_looked_at_one_by_one() -> None:
    """Beyond some ten thousand labels are there before; the front is the same."""
    problem = problem_of(wide_logic())
    ours = solve(problem)
    every = solve(problem, Options(method="enumerate"))
    assert (ours.solver, every.solver) == ("labels", "enumerate")
    assert front_of(problem, ours.x) == front_of(problem, every.x)
    assert ours.proof == every.proof


@pytest.mark.parametrize(
    ("draft", "options"),
    [
        (wide_logic(15), Options()),
        (wide_logic(), Options(points=5)),
        (wide_logic(), Options(gap=0.1)),
        # of 2^17 combinations logic leaves 18
        (
            Draft(
                binaries(17),
                [{(j,): -1 for j in range(17)}, {(j,): j for j in range(17)}],
                [({(i,): 1, (j,): 1}, None, 1) for j in range(17) for i in range(j)],
            ),
            Options(),
        ),
    ],
)
def test_where_combinations_are_looked_at_one_by_one(draft: Draft, options: Options) -> None:
    assert choose(problem_of(draft), options)[0].name == "enumerate"


def test_without_the_compiled_part_combinations_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimiser.engine.labels.find_spec", lambda name: None)
    assert choose(problem_of(wide_logic()), Options())[0].name == "enumerate"


@pytest.mark.parametrize("draft", [large(3, 30), long(36, 3, budgets=2)])
def test_what_is_bound_to_take_too_much_is_given_up_before(draft: Draft) -> None:
    """The last pass, as soon as what its labels lead to does not fit in; where it does, all is as
    without a bound.
    """
    given = reading(problem_of(draft))
    assert isinstance(given, LabelModel)
    whole = listed(given, ALL, lambda found, made: True)
    short = listed(given, Work(steps=whole.work), lambda found, made: True)
    assert (short.reason, short.complete) == ("work", False)
    assert short.work < 0.8 * whole.work
    ample = listed(given, Work(steps=3 * whole.work), lambda found, made: True)
    assert (ample.plans, ample.work) == (whole.plans, whole.work)
