"""23 measures that act on what the others leave: CO2 as a sum of two products, against two
enumerations.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.domain import oracle
from tests.domain.solving import column, solved
from tests.domain.test_cement_plant import EXCLUSIVE, FEASIBLE, NEEDS, known

Block = list[
    tuple[Fraction, Fraction]
]  # capex and what is left of a carrier, for every feasible choice
FUEL, POWER = (
    (Fraction("0.093"), 4074),
    (Fraction("0.5"), 125),
)  # kt of CO2 a unit, units used today


@cache
def data() -> dict[str, Any]:
    return oracle.read("cement_plant_compound")


def share(name: str, carrier: str) -> Fraction | None:
    effect = data()["technologies"][name]["effects"].get(carrier)
    return None if effect is None else Fraction(effect.removesuffix("%")) / 100


def block(carrier: str) -> Block:
    """Measure by measure, each left out of every plan so far or, where the rules allow, added to
    it.
    """
    found = [(frozenset[str](), Fraction(0), Fraction(1))]
    for name, measure in data()["technologies"].items():
        part = share(name, carrier)
        if part is None:
            continue
        capex = Fraction(str(measure["effects"]["capex"]))
        needed = {b for a, b in NEEDS if a == name}
        barred = {b for a, b in EXCLUSIVE if a == name} | {a for a, b in EXCLUSIVE if b == name}
        found += [
            (p | {name}, c + capex, left * (1 + part))
            for p, c, left in found
            if needed <= p and not barred & p
        ]
    return [(capex, left) for _, capex, left in found]


@cache
def blocks() -> tuple[Block, Block]:
    return block("fuel"), block("power")


def lowest(points: Block) -> Block:
    """The points (both minimised) that none dominates."""
    kept: Block = []
    for point in sorted(set(points)):
        if not kept or point[1] < kept[-1][1]:
            kept.append(point)
    return kept


@cache
def front() -> list[tuple[Fraction, Fraction]]:
    """Capex and CO2 saved of every efficient plan, exactly.

    The two carriers share no rule, and CO2 is the sum of what each leaves: a plan with a dominated
    half is dominated.
    """
    fuel, power = (lowest(part) for part in blocks())
    left = [
        (a + c, FUEL[0] * FUEL[1] * b + POWER[0] * POWER[1] * d)
        for (a, b), (c, d) in itertools.product(fuel, power)
    ]
    today = FUEL[0] * FUEL[1] + POWER[0] * POWER[1]
    return [(capex, today - co2) for capex, co2 in lowest(left)]


def test_percentages_are_the_savings_of_the_additive_file() -> None:
    savings = oracle.read("cement_plant")["technologies"]
    for name, measure in savings.items():
        energy = Fraction(str(measure["effects"]["energy_saved"]))
        fuel, power = share(name, "fuel"), share(name, "power")
        assert (fuel is None) is not (power is None)
        expected = energy / FUEL[1] if power is None else energy / Fraction("3.6") / POWER[1]
        # as many digits as the file writes, of savings that are themselves rounded to four digits
        assert -(fuel or power or 0) == pytest.approx(expected, abs=1.5e-6)


def test_no_rule_ties_fuel_and_power_together() -> None:
    for a, b in (*EXCLUSIVE, *NEEDS):
        assert (share(a, "fuel") is None) is (share(b, "fuel") is None)
    fuel, power = blocks()
    assert len(fuel) * len(power) == FEASIBLE


@pytest.mark.slow
def test_a_plan_by_hand() -> None:
    result = solved("cement_plant_compound")
    (controls,) = [plan for plan in result.reference_plans if plan.name == "controls"]
    capex = 0.48 + 0.35 + 0.225
    saved = 0.093 * 4074 * 0.05 + 0.5 * 125 * (1 - (1 - 0.01152) * (1 - 0.031987))
    assert controls.objectives == pytest.approx((capex, saved), rel=1e-12)


@pytest.mark.slow
def test_the_oracle_agrees_with_plain_enumeration() -> None:
    """All 1,492,992 plans in floating point: every efficient one lies on the exact front, and none
    is missing.
    """
    fuel, power = (np.array([[float(v) for v in row] for row in part]) for part in blocks())
    capex = np.rint((fuel[:, None, 0] + power[None, :, 0]).ravel() * 1e4).astype(np.int64)
    today = float(FUEL[0] * FUEL[1] + POWER[0] * POWER[1])
    saved = (
        today
        - (
            float(FUEL[0]) * FUEL[1] * fuel[:, None, 1]
            + float(POWER[0]) * POWER[1] * power[None, :, 1]
        ).ravel()
    )
    assert len(capex) == FEASIBLE
    order = np.lexsort((-saved, capex))
    best = np.maximum.accumulate(saved[order])
    risen = np.concatenate([[True], best[1:] > best[:-1] + 1e-9])
    plain = [(int(capex[i]), float(saved[i])) for i in order[risen]]
    exact = [(int(c * 10000), float(s)) for c, s in front()]
    assert [c for c, _ in plain] == [c for c, _ in exact]
    assert [s for _, s in plain] == pytest.approx([s for _, s in exact], abs=1e-9)


@pytest.mark.slow
def test_front_is_complete_point_by_point() -> None:
    result = solved("cement_plant_compound")
    assert result.front.proof.status == "complete"
    assert result.front.proof.of == "points"
    expected = [(float(capex), float(saved)) for capex, saved in front()]
    assert len(result.front) == len(expected)
    assert sorted(map(tuple, result.front.y.tolist())) == pytest.approx(
        np.array(expected), abs=1e-9
    )


def test_for_the_same_money_less_co2_is_saved_than_adding_up_promises() -> None:
    """Front against front: the additive one is above at every amount of money, and strictly so from
    the second measure of a carrier on."""
    added = [
        (Fraction(int(c), 10**4), Fraction(-int(s), 10**4)) for c, s in known("cement_plant")[1]
    ]
    rounding = Fraction(1, 10**2)  # 23 savings of four digits, and percentages of four digits
    overstated: list[Fraction] = []
    for capex, saved in front():
        promised = max(s for c, s in added if c <= capex)
        assert saved <= promised + rounding
        overstated.append(promised - saved)
    assert overstated[0] == 0
    assert [float(v) for v in (front()[-1][1], promised)] == pytest.approx([218.0, 264.4], abs=0.05)
    assert len(front()) == 192


@pytest.mark.slow
def test_every_plan_shows_what_adding_up_would_promise() -> None:
    result = solved("cement_plant_compound")
    saved, promised = column(result, "co2_saved"), column(result, "co2_avoided")
    assert all(s <= p + 1e-2 for s, p in zip(saved, promised, strict=True))
    assert [c.name for c in result.front.columns] == ["capex", "co2_saved"]
