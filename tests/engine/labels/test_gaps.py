"""What labels claim that are stopped at any moment, against every plan: gaps, scales and bounds."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Checkpoints, Options, Outcome, registry, run
from optimiser.engine.labels import compiled, corners, parts
from optimiser.engine.labels.reading import LabelModel, reading
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError, ScenarioError
from tests.engine.exact.test_compound_gaps import claims_are_true, everything
from tests.engine.labels.models import crowded
from tests.engine.labels.test_parts import random_parts
from tests.engine.labels.test_relaying import within_bounds
from tests.engine.models import Draft, binaries, domain_values, problem_of, whole
from tests.engine.test_engines_agree import SHAPES
from tests.engine.test_stops import Counted, corners_of, short
from tests.formulate.test_compounds import (
    every_product_by_its_logarithm,
    problem_in,
    random_scenario,
)

pytestmark = pytest.mark.skipif(not compiled(), reason="built without a C++ compiler")
# combinations that are looked at one by one
_FEW = 20_000
UNSAVED = Checkpoints(lambda _: None)
KINDS = {**SHAPES, "crowded": crowded, "parts": random_parts}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Corners before anything else."""
    monkeypatch.setattr(corners, "_PATIENCE", 0.0)


def wide(seed: int) -> Draft:
    """Some thousand partial plans: synergies, prerequisites, an exclusion, an amount, an objective
    that is mostly constant, and one or two budgets.
    """
    r = np.random.default_rng(seed)
    n, m = 13, int(r.integers(2, 5))
    domains = [*binaries(n), whole("w", -1, 1)]
    objectives: list[Any] = [
        {(j,): int(c) for j, c in enumerate(r.integers(-40, 30, n + 1))} for _ in range(m)
    ]
    for _ in range(5):
        pair = tuple(sorted(r.choice(n, 2, replace=False).tolist()))
        objectives[int(r.integers(m))][pair] = int(r.integers(-30, 15))
    if seed % 5 == 0:
        objectives[-1] = {(int(r.integers(n)),): 1}
    rows: list[Any] = [({(1,): 1, (0,): -1}, None, 0), ({(2,): 1, (3,): 1}, None, 1)]
    for _ in range(int(r.integers(1, 3))):
        weights = r.integers(3, 40, n + 1)
        terms = {(j,): int(w) for j, w in enumerate(weights)}
        rows.append((terms, None, int(weights.sum() * r.choice([0.3, 0.5]))))
    return Draft(domains, objectives, rows, scale=int(r.choice([1, 1000])))


def stops(problem: Problem, shares: Any) -> list[Outcome]:
    """Runs that end after these shares of what the whole run takes, corners left out."""
    method, options = registry()["labels"], Options(workers=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corners, "measurable", lambda problem: False)
        budget = Counted(10**9, UNSAVED)
        method.solve(problem, options, budget)
    alone = 10**9 - budget.left
    budget = Counted(10**9, UNSAVED)
    method.solve(problem, options, budget)
    every = 10**9 - budget.left
    return [
        method.solve(problem, options, Counted(every - int((1.0 - share) * alone), UNSAVED))
        for share in shares
    ]


def every_point(problem: Problem) -> Any:
    """(k, m) of the front by enumeration; none where nothing holds."""
    try:
        solution = run(registry()["enumerate"], "", problem, Options())
    except InfeasibleError:
        return np.empty((0, len(problem.objectives)))
    return solution.y


def checked(problem: Problem, outcome: Outcome, points: Any) -> Any:
    """The listed points, every claim about them true; points that tie but for rounding do tie."""
    listed = within_bounds(problem, outcome, points)
    if outcome.gap is not None:
        # where corners agree it is the range over all plans, of which the front may know nothing
        ranges, scale = np.ptp(corners_of(points.round(9)), axis=0), np.array(outcome.scale)
        assert scale[ranges > 0] == pytest.approx(ranges[ranges > 0], rel=1e-9)
        assert short(points, listed, scale) <= outcome.gap
    return listed


def gaps(problem: Problem, shares: Any) -> int:
    """How many of the runs that were stopped then have one; each claim is true."""
    points = every_point(problem)
    found = 0
    for outcome in stops(problem, shares) if len(points) else ():
        listed = checked(problem, outcome, points)
        if outcome.status == "complete":
            assert {*map(tuple, listed)} == {*map(tuple, points)}
        found += outcome.gap is not None
    return found


def all_true(seeds: range) -> tuple[int, int]:
    """Of runs of models with thousands of partial plans those with a gap, and of all others."""
    many = few = 0
    for seed in seeds:
        r = np.random.default_rng(seed)
        many += gaps(problem_of(wide(seed)), r.random(4))
        for draft in (kind(seed) for kind in KINDS.values()):
            if prod(len(domain_values(d)) for d in draft.domains) < _FEW:
                few += gaps(problem_of(draft), r.random(2))
    return many, few


def test_a_stopped_run_claims_nothing_false(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_SMALL", 1)
    many, few = all_true(range(2))
    assert many > 2
    assert few > 2


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_stopped_runs_claim_nothing_false(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_SMALL", 1)
    many, few = all_true(range(1000 + 40 * block, 1040 + 40 * block))
    assert many > 40
    assert few > 20


def behind_links(seeds: range, folder: Path) -> int:
    """Of runs of models with compounding effects those with a gap; each claim is true of the
    indicators themselves.
    """
    found = 0
    for seed in seeds:
        r = np.random.default_rng(seed)
        try:
            one = problem_in(random_scenario(seed), folder)
        except ScenarioError:
            continue
        if isinstance(reading(one), LabelModel) and (values := everything(one)):
            for outcome in stops(one, r.random(4)):
                if len(outcome.x) and outcome.status != "complete":
                    found += claims_are_true(one, outcome, values)
    return found


def test_behind_a_link_the_gap_is_one_of_the_indicator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every_product_by_its_logarithm(monkeypatch)
    assert behind_links(range(8), tmp_path) > 2


@pytest.mark.slow
def test_many_gaps_behind_links_are_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every_product_by_its_logarithm(monkeypatch)
    assert behind_links(range(1000, 1400), tmp_path) > 60
