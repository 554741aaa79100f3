"""Where technologies enter: by hand, against fronts by brute force in exact arithmetic, and by
halving where nothing is known exactly.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path
from random import Random

import pytest

from optimiser.formulate import formulate
from optimiser.scenario import Scenario, load
from optimiser.sweeps import OneByOne
from optimiser.sweeps.breakpoints import breakpoints
from optimiser.sweeps.crossings import Crossing, crossings
from optimiser.sweeps.sweeping import Swept, solved
from optimiser.sweeps.variants import designed
from optimiser.sweeps.varying import varied
from tests.sweeps.scenarios import WORKS, random_works, written


def sweep(folder: Path, scenario: Scenario, *texts: str) -> Swept:
    return solved(designed(scenario, [varied(text) for text in texts]), folder / "s", OneByOne())


def test_a_technology_enters_at_71_euros_a_tonne(tmp_path: Path) -> None:
    """capture costs 6.745 - 0.095 p, which is 0 at 71."""
    scenario = load(written(tmp_path))
    found = breakpoints(sweep(tmp_path, scenario, "parameters.carbon_price=50:140:4"))
    assert [(one.value, one.enters, one.leaves, one.exact) for one in found.found] == [
        (71.0, ("capture",), (), True)
    ]
    assert found.open == 0


def test_a_breakpoint_belongs_to_its_line(tmp_path: Path) -> None:
    """heat_pump costs 1.5 + 0.07 q - 0.042 p: at 0 for p = (1.5 + 0.07 q) / 0.042."""
    scenario = load(written(tmp_path))
    texts = ("parameters.carbon_price=50:200:2", "parameters.power_price.value=60,75")
    found = breakpoints(sweep(tmp_path, scenario, "parameters.carbon_price.low=0", *texts))
    # 200 is beyond what the price can be: no line has two ends
    assert [one for one in found.found if one.path.startswith("parameters.carbon")] == []
    plain = tmp_path / "plain"
    plain.mkdir()
    text = WORKS.replace(", low: 50, high: 140", "").replace(", low: 60, high: 150", "")
    found = breakpoints(sweep(plain, load(written(plain, text)), *texts))
    at: list[object] = [
        (one.value, dict(one.others))
        for one in found.found
        if "heat_pump" in one.enters and one.path.startswith("parameters.carbon")
    ]
    assert at == [
        (pytest.approx((1.5 + 0.07 * q) / 0.042), {"parameters.power_price.value": q})
        for q in (60, 75)
    ]


def held_at(scenario: Scenario, p: Fraction) -> set[str]:
    """The technologies of efficient plans by brute force in rationals, from the text."""
    names = list(scenario.technologies)
    signs = [1 if one.sense == "minimise" else -1 for one in scenario.objectives.values()]
    effects = [
        [
            number(scenario, t, objective, p) * sign
            for objective, sign in zip(scenario.objectives, signs, strict=True)
        ]
        for t in names
    ]
    budgets = [number(scenario, t, "budget", p) for t in names]
    most = None
    for constraint in scenario.constraints.values():
        most = Fraction(constraint.expr.text.rpartition("<=")[2].strip())
    plans = [
        plan
        for plan in product((0, 1), repeat=len(names))
        if most is None or sum(b * x for b, x in zip(budgets, plan, strict=True)) <= most
    ]
    points = {
        plan: tuple(
            sum((e[k] * x for e, x in zip(effects, plan, strict=True)), start=Fraction(0))
            for k in range(len(signs))
        )
        for plan in plans
    }
    found = set()
    for plan, y in points.items():
        beaten = any(
            z != y and all(a <= b for a, b in zip(z, y, strict=True)) for z in points.values()
        )
        if not beaten:
            found |= {name for name, x in zip(names, plan, strict=True) if x}
    return found


def number(scenario: Scenario, technology: str, indicator: str, p: Fraction) -> Fraction:
    text = str(scenario.technologies[technology].effects[indicator].value)
    constant, _, slope = text.partition(" + ")
    slope = slope.removesuffix(" * p") or "0"
    return Fraction(constant) + Fraction(slope) * p


def between(crossed: tuple[Crossing, ...], start: set[str]) -> list[set[str]]:
    """What is held from one breakpoint to the next."""
    found = [set(start)]
    for one in crossed:
        found.append((found[-1] | set(one.enters)) - set(one.leaves))
    return found


def check(seed: int, folder: Path) -> int:
    """Between any two neighbouring breakpoints, and at random places, brute force says the same."""
    scenario = load(written(folder, random_works(seed)))
    low, high = Fraction(-2), Fraction(3)
    crossed = crossings(formulate(scenario), "p", (low, high), list(scenario.technologies))
    assert crossed is not None
    values = [one.value for one in crossed]
    assert values == sorted(set(values))
    assert all(low < value < high for value in values)
    ends = [low, *values, high]
    rng = Random(seed)
    sets = between(crossed, held_at(scenario, (ends[0] + ends[1]) / 2))
    for place, (a, b) in enumerate(pairwise(ends)):
        for share in (
            Fraction(1, 10**9),
            Fraction(rng.randint(1, 998), 999),
            1 - Fraction(1, 10**9),
        ):
            inside = a + share * (b - a)
            exactly = held_at(scenario, inside)
            assert sets[place] == exactly, (seed, float(inside))
    return len(crossed)


def test_crossings_against_brute_force(tmp_path: Path) -> None:
    """Plans with equal objectives everywhere would be held together by brute force: random effects
    have none that matter here.
    """
    assert sum(check(seed, tmp_path) for seed in range(12)) > 10


@pytest.mark.slow
def test_many_crossings_against_brute_force(tmp_path: Path) -> None:
    assert sum(check(seed, tmp_path) for seed in range(100, 500)) > 300


@pytest.mark.parametrize(
    "change",
    [
        "technologies.capture.effects.cost.value=carbon_price ** 2 - 5000",
        "technologies.capture.effects.cost.value=abs(carbon_price - 71) - 1",
        "constraints.few.expr=co2 >= carbon_price - 100",
        "parameters.power_price.value=carbon_price + 10",
    ],
    ids=["squared", "kinked", "in a constraint", "in another parameter"],
)
def test_what_is_not_affine_in_the_parameter_is_not_exact(tmp_path: Path, change: str) -> None:
    scenario = load(written(tmp_path, plain_text()), overrides=[change])
    names = list(scenario.technologies)
    ends = (Fraction(50), Fraction(140))
    assert crossings(formulate(scenario), "carbon_price", ends, names) is None


def plain_text() -> str:
    return WORKS.replace(", low: 50, high: 140", "").replace(", low: 60, high: 150", "")


def test_halving_finds_where_a_square_crosses_zero(tmp_path: Path) -> None:
    """carbon_price ** 2 = 5041 at 71: between two values, and not exact."""
    change = "technologies.capture.effects.cost.value=5041 - carbon_price ** 2"
    scenario = load(written(tmp_path, plain_text()), overrides=[change])
    found = sweep(tmp_path, scenario, "parameters.carbon_price=50:140:4")
    assert breakpoints(found).open == 1
    known = breakpoints(found, OneByOne())
    assert known.open == 0
    (one,) = known.found
    low, high = one.between
    assert low <= 71 <= high
    assert high - low == 30 / 4096
    assert (one.enters, one.leaves, one.exact) == (("capture",), (), False)


def test_halving_stops_where_a_variant_fails(tmp_path: Path) -> None:
    """Between 60 and 80 nothing holds: the interval stays as wide as what is known."""
    changes = [
        "technologies.capture.effects.cost.value=5041 - carbon_price ** 2",
        "constraints.few.expr=co2 >= 9999 - 99 * (carbon_price - 70) ** 2",
    ]
    scenario = load(written(tmp_path, plain_text()), overrides=changes)
    found = sweep(tmp_path, scenario, "parameters.carbon_price=50,90")
    (one,) = breakpoints(found, OneByOne()).found
    assert one.between == (50, 90)


def test_sets_of_fronts_agree_with_the_crossings(tmp_path: Path) -> None:
    """A library scenario: what each variant's front holds is what the breakpoints say."""
    found = sweep(tmp_path, load("dyeing_mill"), "parameters.electricity_price=40:100:7")
    points = breakpoints(found).found
    assert all(one.exact for one in points)
    held = [{n for n, share in one["core"].items() if share > 0} for one in found.summaries]
    now = set(held[0])
    values = [one["values"]["parameters.electricity_price"] for one in found.summaries]
    for (low, high), own in zip(pairwise(values), held[1:], strict=True):
        for one in points:
            if low < one.value <= high:
                now = (now | set(one.enters)) - set(one.leaves)
        assert now == own


def test_words_and_single_values_have_no_breakpoints(tmp_path: Path) -> None:
    scenario = load(written(tmp_path))
    found = sweep(tmp_path, scenario, "solver.method=exact,enumerate", "parameters.carbon_price=80")
    assert breakpoints(found).found == ()
