"""Which ways of filling a front are open, and what one of them does to columns that agree."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.problems import standard, wfg
from benchmarks.problems.standard import Instance
from optimiser.engine.nonlinear import filling
from optimiser.engine.nonlinear.breeder import breeder_of
from optimiser.engine.nonlinear.evaluator import Evaluator
from optimiser.engine.nonlinear.filling import Filling
from optimiser.engine.nonlinear.record import SearchRecord


def filled(instance: Instance, u: np.ndarray) -> tuple[Filling, SearchRecord]:
    """A front from points (k, n) of the cube, and who fills it."""
    problem, margins = instance
    rng = np.random.default_rng(0)
    evaluator = Evaluator(problem, margins)
    breeder = breeder_of(evaluator, rng)
    record = SearchRecord(evaluator.n, evaluator.m, evaluator.p, rng)
    record.offer(breeder.plans(u))
    record.settle()
    return Filling(breeder, record, 100), record


def front(count: int, noise: float) -> np.ndarray:
    """Points (count, 12) of the cube on the front of DTLZ2, or a little behind it."""
    rng = np.random.default_rng(1)
    behind = 0.5 + noise * rng.standard_normal((count, 10))
    return np.column_stack([rng.random((count, 2)), behind])


@pytest.mark.parametrize(("dense", "share"), [(0.0, 0.0), (0.25, 4 / 10), (2.0, 16 / 22)])
def test_what_plans_have_in_common_counts_by_how_dense_a_front_is(
    dense: float, share: float
) -> None:
    """Sixteen times as much as each of six other ways, times the density, at most 1."""
    source, record = filled(standard.dtlz2(), front(2000, 1e-9))
    source.credit.floor = 0.0
    directions = record.archive.held / (max(dense, 1e-9) * filling._DENSE)
    drawn = [source._draw(directions)[1] for _ in range(2000)]
    assert {*filling._WAYS} <= set(drawn)
    assert drawn.count(filling._COMMON) / 2000 == pytest.approx(share, abs=0.04)


def test_without_derivatives_columns_are_exchanged_and_probed() -> None:
    source, _ = filled(wfg.wfg(4), np.random.default_rng(0).random((50, 24)))
    drawn = {source._draw(1.0)[1] for _ in range(300)}
    assert drawn == {*filling._WAYS, filling._EXCHANGE, filling._PROBE}


def test_children_are_nearer_to_the_front_than_what_they_come_from() -> None:
    """On the front of DTLZ2 the last ten columns are 0.5; the first two say where."""
    source, record = filled(standard.dtlz2(), front(20_000, 0.003))
    coverage = record.coverage
    cells = coverage.champions()
    parents = coverage.x[cells]
    child = source._child(filling._COMMON, coverage.x, np.repeat(cells, 5))
    off = ((parents[:, 2:] - 0.5) ** 2).sum(axis=1).mean()
    # the variance of a median of five normal deviates is 0.287
    assert ((child[:, 2:] - 0.5) ** 2).sum(axis=1).mean() == pytest.approx(0.287 * off, rel=0.2)
    # and they are where the others around their plan are
    assert (np.abs(child[:, :2] - np.repeat(parents[:, :2], 5, axis=0)).max(axis=1) < 0.5).all()
    assert child[:, :2].std() == pytest.approx(parents[:, :2].std(), rel=0.2)
