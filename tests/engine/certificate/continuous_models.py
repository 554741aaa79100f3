"""Small continuous fronts and their certificates, line by line."""

from __future__ import annotations

import gzip
import json
from fractions import Fraction
from typing import Any

from optimiser.engine import Options, solve
from optimiser.engine.certificate.continuous import Listing, listing_of
from optimiser.engine.certificate.sealing import SEAL_SIZE
from optimiser.engine.certificate.system import digest_of
from optimiser.errors import InfeasibleError, UnboundedError
from optimiser.front import Proof
from tests.engine.models import Draft, binaries, problem_of, real

Lines = list[dict[str, Any]]


def machine() -> Draft:
    """Columns x, y, k; f = (y + 2 k, x); x + y + 3 k >= 3."""
    return Draft(
        [real("x", 0, 2), real("y", 0, 3), *binaries(1)],
        [{(1,): 1, (2,): 2}, {(0,): 1}],
        [({(0,): 1, (1,): 1, (2,): 3}, 3, None)],
    )


def machine_listing() -> Listing:
    plans = [(Fraction(2), Fraction(1), Fraction(0)), (Fraction(0), Fraction(0), Fraction(1))]
    return listing_of(
        problem_of(machine()), plans, Proof("complete", of="cells", open_ends=((0, (2.0, 1.0)),))
    )


def machine_lines() -> Lines:
    linear = problem_of(machine()).linear
    assert linear
    return [
        {
            "format": "optimise certificate of a continuous front",
            "version": 1,
            "scenario_hash": "",
            "rows": digest_of(linear),
            "objectives": 2,
            "listed": 2,
            "pieces": 2,
        },
        {"ends": [[2, 1, 0], [1, 2, 0]], "open": [False, True], "values": [[1, 2], [2, 1]]},
        {"ends": [[0, 0, 1]], "open": [False], "values": [[2, 0]]},
        # f_1 < 1: with k = 0 the row leaves f_1 >= 3 - x - k >= 1, with k = 1 f_1 >= 2 k
        {
            "below": [[[1, 0], 1]],
            "columns": [2, -1, -1],
            "values": [0, 0, 0],
            "leaves": [[[1], [0], [1]], [[1], [], []]],
        },
        # f_1 + f_2 < 3, f_1 < 2, f_2 < 2: f_1 + f_2 >= 3 - k with k = 0, f_1 >= 2 with k = 1
        {
            "below": [[[1, 1], 3], [[1, 0], 2], [[0, 1], 2]],
            "columns": [2, -1, -1],
            "values": [0, 0, 0],
            "leaves": [[[1, 0, 0], [0], [1]], [[0, 1, 0], [], []]],
        },
        {"below": [[[0, 1], 0]], "columns": [-1], "values": [0], "leaves": [[[1], [], []]]},
    ]


def solved(draft: Draft) -> Listing | None:
    problem = problem_of(draft)
    try:
        found = solve(problem, Options())
    except (InfeasibleError, UnboundedError):
        return None
    if found.proof.status != "complete":
        return None
    n = len(problem.decisions)
    points = [
        problem.point(x) if full is None else full[:n]
        for full, x in zip(found.columns, found.x.tolist(), strict=True)
    ]
    return listing_of(problem, points, found.proof)


def lines_in(content: bytes) -> Lines:
    return [json.loads(line) for line in gzip.decompress(content[:-SEAL_SIZE]).splitlines()]
