"""Parts of a model that share nothing: the same points and plans as of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from math import prod
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Checkpoints, Options, choose, registry, run, solve
from optimiser.engine.labels import compiled, parts, search
from optimiser.engine.labels.listing import Work
from optimiser.engine.labels.parts import independent
from optimiser.engine.labels.reading import LabelModel, reading
from optimiser.engine.labels.search import searched
from optimiser.engine.problem import Problem
from optimiser.engine.relaying import LabelsFirst
from optimiser.errors import InfeasibleError
from tests.engine.labels.models import crowded, knapsack, large
from tests.engine.models import (
    Draft,
    binaries,
    domain_values,
    front_by_force,
    front_of,
    problem_of,
)
from tests.engine.test_engines_agree import SHAPES
from tests.engine.test_stops import Counted

pytestmark = pytest.mark.skipif(not compiled(), reason="built without a C++ compiler")

DRAFTS = [*SHAPES.values(), crowded]


def beside(drafts: Sequence[Draft], m: int) -> Draft:
    """Models side by side, the objectives of each, as far as it has them, added to the others'."""
    domains: list[Any] = []
    objectives: list[dict[Any, int]] = [{} for _ in range(m)]
    rows: list[Any] = []
    for number, draft in enumerate(drafts):
        n = len(domains)

        def moved(terms: Any, n: int = n) -> dict[Any, int]:
            return {tuple(j + n for j in key): c for key, c in terms.items() if key}

        for own, terms in zip(objectives, draft.objectives, strict=False):
            own.update(moved(terms))
        rows += [(moved(terms), low, high) for terms, low, high in draft.rows]
        domains += [replace(d, name=f"{d.name} of {number}") for d in draft.domains]
    return Draft(domains, objectives, rows)


def random_parts(seed: int) -> Draft:
    """Two models of any kind, and up to five objectives, with which both have to do or one."""
    r = np.random.default_rng(seed)
    two = [DRAFTS[int(r.integers(len(DRAFTS)))](int(r.integers(1 << 20))) for _ in "ab"]
    return beside(two, int(r.integers(1, 6)))


def capped(draft: Draft, seed: int) -> Draft:
    """With one or two objectives at most somewhere in the range of the front, or just below."""
    r = np.random.default_rng(seed)
    points = np.array([*front_by_force(problem_of(draft))], dtype=object) // 10**6
    rows = list(draft.rows)
    for k in r.integers(0, len(draft.objectives), 2 if len(points) else 0).tolist():
        terms, values = draft.objectives[k], sorted(points[:, k])
        most = int(values[int(len(values) * r.uniform(0.0, 1.0))]) - int(r.integers(0, 2))
        # the same row once as "at most" and once as "at least"
        rows.append(
            (terms, None, most)
            if r.random() < 0.6
            else ({key: -c for key, c in terms.items()}, -most, None)
        )
    return replace(draft, rows=rows)


def fronts(problem: Problem) -> tuple[Any, int]:
    """Points with plans, nothing where nothing holds; how many parts there were."""
    try:
        solution = run(registry()["labels"], "", problem, Options())
    except InfeasibleError:
        return {}, 0
    assert (solution.proof.status, solution.proof.basis) == ("complete", "exact")
    return front_of(problem, solution.x), int(str(solution.statistics.get("parts", 1)))


def as_brute_force(seeds: range, caps: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_SMALL", 1)
    several = looked_at = 0
    for seed in seeds:
        draft = random_parts(seed)
        if prod(len(domain_values(d)) for d in draft.domains) > 2_500:
            continue
        if caps:
            draft = capped(draft, seed)
        problem = problem_of(draft)
        found, many = fronts(problem)
        assert found == front_by_force(problem)
        several += many > 1
        looked_at += 1
    assert 8 * several > looked_at


@pytest.mark.parametrize("caps", [False, True])
def test_as_brute_force(caps: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    as_brute_force(range(30), caps, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("caps", [False, True])
@pytest.mark.parametrize("block", range(10))
def test_as_brute_force_many_times(caps: bool, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    as_brute_force(range(1000 + 60 * block, 1060 + 60 * block), caps, monkeypatch)


def test_the_preferred_of_several_sums_to_one_point() -> None:
    """Two equal models: most points are sums in many ways."""
    one = Draft(
        binaries(5),
        [{(j,): -1 - j % 2 for j in range(5)}, {(j,): 2 for j in range(5)}],
        [({(j,): 1 for j in range(5)}, None, 2)],
    )
    problem = problem_of(beside([one] * 2, 2))
    found, many = fronts(problem)
    assert many == 2
    assert found == front_by_force(problem)


def whole_of(draft: Draft) -> LabelModel:
    given = reading(problem_of(draft))
    assert isinstance(given, LabelModel)
    return given


def test_what_is_one_part_stays_whole() -> None:
    assert independent(whole_of(large())) == []
    assert independent(whole_of(knapsack())) == []
    # columns that nothing ties
    free = Draft(binaries(30), [{(j,): j - 9 for j in range(30)}] * 2)
    assert independent(whole_of(free)) == []
    assert [len(part.columns) for part in independent(whole_of(beside([free, large()], 3)))] == [
        24,
        30,
    ]


@cache
def two(cap: bool) -> tuple[Problem, Any]:
    """Two models beside each other, the first objective within half of its range at most or not,
    and the points of their front.
    """
    draft = beside([large(), replace(large(), rows=large().rows[1:])], 3)
    if cap:
        most = int(np.median(two(False)[1][:, 0]))
        draft = replace(draft, rows=[*draft.rows, (draft.objectives[0], None, most)])
    problem = problem_of(draft)
    return problem, run(registry()["labels"], "", problem, Options()).y


def test_one_part_that_holds_nothing() -> None:
    nothing = Draft(binaries(6), [{}, {}], [({(j,): 1 for j in range(6)}, 7, None)])
    with pytest.raises(InfeasibleError):
        solve(problem_of(beside([large(), nothing], 2)))


def test_caps_that_no_sum_keeps() -> None:
    """Each part keeps each of them, as far as the other allows; no sum keeps both."""
    one = Draft(
        binaries(6),
        [{(j,): -1 for j in range(6)}, {(j,): 2 for j in range(6)}],
        [({(j,): 1 for j in range(6)}, None, 5)],
    )
    draft = beside([one, one], 2)
    rows = [*draft.rows, (draft.objectives[0], None, -5), (draft.objectives[1], None, 9)]
    assert len(independent(whole_of(replace(draft, rows=rows)))) == 2
    with pytest.raises(InfeasibleError):
        run(registry()["labels"], "", problem_of(replace(draft, rows=rows)), Options())


def test_many_parts_are_more_columns_than_one_can_be() -> None:
    """Eleven models of 24 columns: of one as wide the zones leave most open."""
    problem = problem_of(beside([large(2)] * 11, 2))
    assert isinstance(choose(problem, Options())[0], LabelsFirst)
    assert len(independent(whole_of(beside([large(2)] * 11, 2)))) == 11


def test_knapsacks_beside_each_other_are_summed_where_one_goes_to_the_zones() -> None:
    problem = problem_of(beside([knapsack(), knapsack()], 2))
    assert isinstance(choose(problem, Options())[0], LabelsFirst)
    ours = solve(problem)
    theirs = run(registry()["exact"], "", problem, Options())
    assert ours.statistics["parts"] == 2
    np.testing.assert_array_equal(ours.x, theirs.x)


@pytest.mark.parametrize(
    "most", [Work(steps=1), Work(pairs=100)], ids=["a part takes too much", "too many sums"]
)
def test_what_takes_too_much_by_parts_is_one_model(
    most: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = problem_of(beside([large(2), knapsack()], 2))
    summed = solve(problem)
    assert summed.statistics["parts"] == 2
    monkeypatch.setattr(search, "worth", lambda problem: most)
    listed = solve(problem)
    assert "parts" not in listed.statistics
    np.testing.assert_array_equal(summed.x, listed.x)


@pytest.mark.parametrize("cap", [False, True])
@pytest.mark.parametrize("questions", [0, 1, 30, 60, 100, 150])
def test_a_stopped_run_lists_plans_that_hold_and_claims_what_is_true(
    questions: int, cap: bool
) -> None:
    problem, points = two(cap)
    given = reading(problem)
    assert isinstance(given, LabelModel)
    budget = Counted(questions, Checkpoints(lambda saved: None))
    outcome = searched(given, Options(), budget)
    assert outcome.stopped == "interrupted"
    assert outcome.status == "approximate"
    assert problem.exact is not None
    assert problem.exact(outcome.x)[1].all()
    assert len(outcome.x)
    for low, best in zip(outcome.bounds, points.min(axis=0), strict=False):
        assert low is None or float(low) <= best
