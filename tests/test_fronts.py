"""Fronts of random scenarios, point by point against plain enumeration by an independent reading of
the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from optimiser.engine import Options, solve
from optimiser.errors import InfeasibleError, UsageError
from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.domain import oracle
from tests.formulate.test_agreement import prepared
from tests.random_scenarios import portfolios
from tests.searches import examples

_SETTINGS = settings(
    max_examples=examples(50),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("method", ["enumerate", "exact"])
@_SETTINGS
@given(data=portfolios())
def test_complete_fronts_equal_the_independent_ones(
    method: str, data: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    model = formulate(load(path))
    full = prepared(data)
    plans = oracle.plans(full)
    try:
        solution = solve(model.at(), Options(method=method))
    except InfeasibleError:
        assert not plans
        return
    except (
        UsageError
    ):  # a compound model with a constraint on a sum has no rows; the other solver takes it
        assert method == "exact"
        return
    expected = sorted({tuple(float(v) for v in point) for _, point in oracle.front(plans, full)})
    found = sorted(tuple(row) for row in model.read(solution.x).objectives.tolist())
    if solution.proof.status == "complete":
        assert found == expected
    else:
        assert solution.proof.resolution is not None
        assert set(found) <= set(expected)
        scale = np.ptp(np.array(expected), axis=0)
        for point in expected:
            assert (np.abs(np.array(found) - point) <= 1e-6 * scale + 1e-9).all(axis=1).any()
