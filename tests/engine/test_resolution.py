"""What enumeration claims where only floats compare plans: a gap that holds, of the corners'
ranges.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from optimiser import solve
from optimiser.front import Proof

_TURNED = "k * sin(k) ** 2 + k * cos(k) ** 2"  # k, which floats alone do not see

Points = list[tuple[float, ...]]


def solved(first: str, second: str, most: int = 5, **others: object) -> tuple[Proof, Points]:
    """The claim and the points for x and k from 0 to ``most``, both objectives minimised."""
    whole = {"type": "integer", "min": 0, "max": most}
    made: dict[str, Any] = {
        "optimise": 1,
        "name": "turned",
        "variables": {"x": whole, "k": whole, **others},
        "objectives": {
            "f": {"sense": "minimise", "expr": first},
            "g": {"sense": "minimise", "expr": second},
        },
    }
    front = solve(made, method="enumerate").front
    return front.proof, sorted(tuple(row) for row in front.y.tolist())


def test_an_offset_hides_no_plan() -> None:
    """1e13 + x: five of six points were gone, and the front was "covering within 1e-9"."""
    proof, points = solved(f"10000000000000 + x + {_TURNED}", f"exp(-x) + {_TURNED}")
    assert [f for f, _ in points] == [1e13 + x for x in range(6)]
    assert proof.gap is not None
    assert 1e-9 < proof.gap < 0.01
    assert proof.resolution == proof.gap


def test_plans_that_are_far_worse_hide_no_plan() -> None:
    """A choice that costs 1e18 in both objectives made one point out of six, within 1e-9."""
    proof, points = solved(
        f"x + 1000000000000000000 * z + {_TURNED}",
        f"exp(-x) + 1000000000000000000 * z + {_TURNED}",
        z={"type": "binary"},
    )
    assert [f for f, _ in points] == [0, 1, 2, 3, 4, 5]
    assert proof.gap == pytest.approx(1e-9, rel=0.01)
    assert proof.scale == pytest.approx((5, 1 - math.exp(-5)))


def test_what_is_merged_counts_once() -> None:
    """Plans that differ by less than the resolution are one, and none is lost beyond the gap."""
    proof, points = solved(
        "x * 0.0000000007 + 1000 * exp(-k)", "1000 * exp(k - 5) - x * 0.0000000003", most=40
    )
    assert proof.gap is not None
    for x in range(41):
        for k in range(41):
            f, g = x * 7e-10 + 1000 * math.exp(-k), 1000 * math.exp(k - 5) - x * 3e-10
            room = [proof.gap * s * 1.001 for s in proof.scale]
            assert any(a <= f + room[0] and b <= g + room[1] for a, b in points)
