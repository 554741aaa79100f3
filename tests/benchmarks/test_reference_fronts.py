"""What is said of archives."""

from __future__ import annotations

import numpy as np

from benchmarks.reference_fronts import reference
from benchmarks.runs import Trace


def test_who_found_nothing_has_no_share() -> None:
    """MW1 in a crowded second: nothing feasible was evaluated."""
    true, nothing = reference("mw1"), Trace().archive()
    assert true.ratio(nothing) == 0.0
    assert true.distance(nothing) == np.inf
