"""Plans that are read one by one, or many at once, are read alike, and a roadmap adds nothing to
the model that it is read from.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.formulate.test_agreement import every_plan, modelled
from tests.random_scenarios import portfolios
from tests.searches import examples

FEW = settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
Data = dict[str, Any]


def roadmap(n: int) -> Data:
    """Technologies in three phases, spent once and gained every year."""
    random = Random(4)
    effects = [{"cost": random.randint(1, 9), "gain": random.randint(1, 9)} for _ in range(n)]
    return {
        "optimise": 1,
        "name": "roadmap",
        "indicators": {"cost": {"unit": "M", "timing": "one_off"}, "gain": {"unit": "M"}},
        "technologies": {f"t{i}": {"effects": own} for i, own in enumerate(effects)},
        "phases": [{"name": f"p{k}", "years": 1, "limits": {"cost": 3 * n}} for k in range(3)],
        "objectives": {"gain": "maximise", "cost": "minimise"},
    }


@given(data=portfolios())
@FEW
def test_many_plans_are_read_as_each_alone(data: Data) -> None:
    with tempfile.TemporaryDirectory() as folder:
        model = modelled(data, Path(folder))
        x = every_plan(model.at())
        assume(len(x))
        x = np.repeat(x, -(-100 // len(x)), axis=0)[:200]
        together = model.read(x)
        for row in range(0, len(x), 7):
            alone = model.read(x[row : row + 1])
            np.testing.assert_array_equal(together.objectives[row], alone.objectives[0])
            np.testing.assert_array_equal(together.indicators[row], alone.indicators[0])
            assert together.cells[row] == alone.cells[0]
            assert together.ids[row] == alone.ids[0]


@pytest.mark.parametrize("plans", [1, 40])
def test_a_roadmap_is_read_from_the_nodes_of_the_model(plans: int, tmp_path: Path) -> None:
    model = modelled(roadmap(12), tmp_path)
    problem = model.at()
    random = np.random.default_rng(1)
    start = random.integers(0, 4, size=(plans, 12, 1))
    x = (np.arange(3)[None, None, :] >= start).reshape(plans, 36).astype(float)
    assert x.shape[1] == len(problem.decisions)
    made = len(model._names.graph.nodes)
    found = model.phases(x)
    assert len(model._names.graph.nodes) == made
    # what is spent once, phase by phase, is all that is spent
    np.testing.assert_allclose(found.values[:, :, 0].sum(axis=1), model.read(x).objectives[:, 1])


@settings(max_examples=examples(40), deadline=None, derandomize=True)
@given(data=st.data())
def test_a_path_of_changes_is_valued_as_its_plans_are(data: st.DataObject) -> None:
    """Also of a model that is no polynomial, and back again."""
    model = formulate(load(data.draw(st.sampled_from(("retail", "capability", "smart_city")))))
    n = len(model.encode({}))
    x = model.encode({})
    rows, changes = [x.copy()], []
    for _ in range(data.draw(st.integers(0, 6))):
        columns = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), max_size=3))), np.intp)
        values = np.array([float(data.draw(st.booleans())) for _ in columns])
        changes.append((columns, values))
        rows.append(rows[-1].copy())
        rows[-1][columns] = values
    found = [[float(value or 0) for value in row] for row in model.along(x, changes)]
    assert found == [model.nominal(row[np.newaxis])[0].tolist() for row in rows]
