"""What tests of exports share."""

from __future__ import annotations

import pytest

from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from tests.handmade import scenario_file


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))
