"""Here trees are taken to their leaves, unless a test says otherwise: models that brute force can
compare are so small that all their plans would be looked at at once.
"""

from __future__ import annotations

import pytest

from optimiser.engine.exact.kernel import machine


@pytest.fixture(autouse=True)
def _trees_to_their_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_FEW", 0)
