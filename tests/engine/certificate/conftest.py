"""A small model with its front and its certificate."""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine.certificate import Refutation, claim_of
from optimiser.engine.problem import Problem
from tests.engine.certificate.reference import certified, refutations
from tests.engine.models import random_draft


@pytest.fixture(scope="module")
def small() -> tuple[Problem, np.ndarray, bytes]:
    return certified(random_draft(7, n=6, m=3))


@pytest.fixture(scope="module")
def trees(small: tuple[Problem, np.ndarray, bytes]) -> list[Refutation]:
    return list(refutations(claim_of(*small[:2])))
