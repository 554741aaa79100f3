"""The arrays a run consists of, grouped by how long they live; the compiled code is handed all four
groups.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["ModelArrays", "Roots", "SearchArrays", "StateArrays"]

Array = np.ndarray[Any, Any]


class ModelArrays(NamedTuple):
    """What does not change; shapes as in :class:`.integers.NormalForm`."""

    c: Array  # (p + 1, n) int64, the objectives and their sum
    rows: Array
    sp_ptr: Array
    sp_idx: Array
    sp_val: Array
    cp_ptr: Array
    cp_idx: Array
    branchable: Array
    pr_col: Array
    pr_ptr: Array
    pr_idx: Array
    low: Array
    high: Array
    cap: Array
    scale: Array


class Roots(NamedTuple):
    """The relaxation at the root for every objective (and the sum), between sub-problems."""

    T: Array
    beta: Array
    sg: Array
    B: Array
    N: Array
    low: Array
    high: Array
    size: Array  # (p + 1, 3): rows, columns, uses since it was built (-1: not built)


class SearchArrays(NamedTuple):
    """The branch and bound's arrays; see :mod:`.simplex`, :mod:`.refutation` and
    :mod:`.siblings`.
    """

    S: Array
    T: Array
    beta: Array
    sg: Array
    B: Array
    N: Array
    loc: Array
    lo: Array
    up: Array
    ratio: Array
    x: Array
    xi: Array
    xbest: Array
    mult: Array
    cc: Array
    Ac: Array
    rowfix: Array
    live: Array
    cidx: Array
    D: Array
    tv: Array
    tb: Array
    af: Array
    ai: Array
    choice: Array


class StateArrays(NamedTuple):
    """Zones and points; see :mod:`.zones`."""

    Z: Array
    U: Array
    defining: Array
    score: Array
    direction: Array
    Y: Array
    X: Array
    chain: Array
    ideal: Array
    top: Array
    u: Array
    y: Array
    expected: Array  # (p,) float64, how far above the relaxation's bound an optimum was of late
