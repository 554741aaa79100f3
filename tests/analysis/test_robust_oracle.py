"""Plans over samples, against every combination at every sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from optimiser.analysis.robust import drawn_for, robust
from optimiser.errors import NoSolutionError
from optimiser.study import solve
from tests.analysis.sampled_plans import Oracle, models, written


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(models())
def test_against_every_combination_at_every_sample(
    tmp_path: Path, model: tuple[str, Oracle]
) -> None:
    against_every_combination(tmp_path, *model)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(models())
def test_many_against_every_combination_at_every_sample(
    tmp_path: Path, model: tuple[str, Oracle]
) -> None:
    against_every_combination(tmp_path, *model)


def against_every_combination(tmp_path: Path, text: str, oracle: Oracle) -> None:
    try:
        result = solve(written(tmp_path, text))
    except NoSolutionError:
        return
    drawn = drawn_for(result, 12, 1)
    found = robust(result, drawn, level=0.75, regret=True)
    at = [dict(zip(drawn.names, row, strict=True)) for row in drawn.values.tolist()]
    listed = [tuple(int(cell) for cell in one.plan.cells) for one in found.plans]
    scale = np.abs(np.diff(result.ranking.ranges, axis=1)[:, 0])
    ideal = np.array(
        [
            np.min([oracle.minimised(p, v) for p in oracle.plans if oracle.holds(p, v)], axis=0)
            if any(oracle.holds(p, v) for p in oracle.plans)
            else np.full(len(oracle.senses), np.nan)
            for v in at
        ]
    )
    signs = np.array(list(oracle.senses.values()))
    assert found.ideals is not None
    assert found.ideals.values * signs == pytest.approx(ideal, abs=1e-9, nan_ok=True)
    assert found.ideals.unproven == 0
    size = np.nanmax(np.abs(ideal), axis=0)
    scale = np.where(scale > 0, scale, np.where(size > 0, size, 1.0))
    values = np.array([[oracle.minimised(p, v) for v in at] for p in listed])
    holds = np.array([[oracle.holds(p, v) for v in at] for p in listed])
    for place, one in enumerate(found.plans):
        for k, own in enumerate(one.spreads):
            column = values[place, :, k]
            assert own.mean == pytest.approx(signs[k] * column.mean(), abs=1e-9)
            assert own.worst == pytest.approx(signs[k] * column.max(), abs=1e-9)
            assert own.cvar == pytest.approx(signs[k] * np.sort(column)[-3:].mean(), abs=1e-9)
        assert one.feasible == holds[place].mean()
        efficient = [
            holds[place, s]
            and not any(
                holds[q, s]
                and (values[q, s] <= values[place, s] + 1e-9).all()
                and (values[q, s] < values[place, s] - 1e-9).any()
                for q in range(len(listed))
            )
            for s in range(len(at))
        ]
        assert one.efficient == np.mean(efficient)
        apart = ((values[place] - ideal) / scale)[holds[place]]
        assert (one.regret is None) == (len(apart) == 0)
        if one.regret is not None:
            assert one.regret.max == pytest.approx(apart.max(), abs=1e-9)
            assert one.regret.mean == pytest.approx(apart.max(axis=1).mean(), abs=1e-9)
