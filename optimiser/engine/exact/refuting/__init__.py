"""Refuting boxes: what certificates of completeness are made of."""

from __future__ import annotations

from optimiser.engine.exact.refuting.trees import (
    MissingPlanError,
    NotRefutedError,
    RefutingRows,
    RefutingTree,
    neighbours,
    refute,
)

__all__ = [
    "MissingPlanError",
    "NotRefutedError",
    "RefutingRows",
    "RefutingTree",
    "neighbours",
    "refute",
]
