"""Ranges hold every plan's values, as the model reads them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pytest

from optimiser.advice import check
from optimiser.advice.adopting import Adopting
from optimiser.advice.ranges import Ranges
from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.searches import seeds

HEAD = "optimise: 1\nname: test\n"
NOTHING = frozenset[str]()


def written(seed: int) -> str:
    """A scenario of a few technologies of every kind, some with phases."""
    r = Random(seed)
    phases = r.choice([0, 0, 1, 3])

    def effects() -> str:
        cost = f"cost: {r.choice([1, 2.5, 0.1, -3, 'p'])}"
        output = f"output: {r.choice(['4', '-2', '+4%', '-3%'])}"
        quality = f"quality: {r.choice(['+4%', '-7%', '+0.1%'])}"
        return "{" + ", ".join(r.sample([cost, output, quality], r.randint(1, 3))) + "}"

    aggregate = r.choice(["mean", "total", "final"])
    lines = [
        "parameters: {p: 0.7}",
        f"indicators: {{cost: {{timing: one_off}}, output: {{baseline: {r.choice([100, -0.1])}, "
        f"aggregate: {aggregate}}}, quality: {{baseline: 50, combine: compound}}, "
        "profit: {expr: 3 * output - cost}}",
        "objectives: {profit: maximise}",
        "technologies:",
    ]
    for place in range(5):
        own = [f"effects: {effects()}"] if r.random() < 0.8 else []
        kind = r.random()
        if kind < 0.3:
            levels = f"{{a: {{effects: {effects()}}}, b: {{effects: {effects()}}}, c: {{}}}}"
            own.append(f"levels: {levels}")
        elif kind < 0.6:
            own.append(f"scale: {{min: 0.5, max: 3}}, effects_per_unit: {effects()}")
        if phases and r.random() < 0.5:
            own.append(f"delay: {r.randint(0, 1)}, ramp: [0.3], latest: p{r.randrange(phases)}")
        lines.append(f"  t{place}: {{{', '.join(own)}}}")
    lines.append(f"synergies: {{s: {{between: [t0, t1], effects: {effects()}}}}}")
    if phases:
        years = ", ".join(f"{{name: p{i}, years: {r.choice([1, 2, 0.5])}}}" for i in range(phases))
        lines.append(f"phases: [{years}]\ndiscount_rate: 0.05")
    return HEAD + "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", seeds(40, here=10))
def test_no_plan_lies_outside(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(written(seed), encoding="utf-8")
    scenario = load(path)
    model, r = formulate(scenario), Random(seed)
    rows, adopted = [], []
    for _ in range(60):
        cells = {}
        for decision in model._decisions:
            if r.random() < 0.5:
                mode = r.choice(decision.modes)
                amount = r.choice(["0.5", "3"]) if decision.kind == "scale" else "1"
                how = mode.name.partition(".")[2] or amount
                phase = r.choice(mode.phases)
                cells[decision.name] = f"{how}@{phase}" if phase else how
        rows.append(model.encode(cells))
        adopted.append(frozenset(cells))
    readings = model.read(np.array(rows))
    columns = [c.name for c in (*model.columns, *model.indicator_columns)]
    values = np.hstack([readings.objectives, readings.indicators])
    ranges = Ranges(scenario, never=NOTHING, always=NOTHING)
    for name, found in zip(columns, values.T.tolist(), strict=True):
        node = ranges.indicator(name)
        adopting = Adopting(ranges, list(scenario.technologies))
        boxes = {t: adopting.box(node, t) for t in scenario.technologies}
        low, high = ranges.box(node)
        for value, technologies in zip(found, adopted, strict=True):
            assert low <= value <= high
            assert all(boxes[t][0] <= value <= boxes[t][1] for t in technologies)


def test_the_range_of_levels_is_that_of_one_of_them(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        HEAD + "indicators: {cost: {}}\nobjectives: {cost: minimise}\ntechnologies:\n"
        "  a: {effects: {cost: 1}, levels: {x: {effects: {cost: 2}}, y: {effects: {cost: 5}}}}\n"
        "  b: {effects: {cost: -2}}\n",
        encoding="utf-8",
    )
    ranges = Ranges(load(path), never=NOTHING, always=frozenset({"b"}))
    node = ranges.indicator("cost")
    assert ranges.box(node) == (-2, 4)
    assert Adopting(ranges, ["a", "b"]).box(node, "a") == (1, 4)
    assert ranges.coefficients("cost") == [1, 2, 5, -2]
    assert ranges.least_spending("cost", "a.y") == Fraction(4)


def test_a_value_that_is_no_float_is_the_same_in_every_plan_all_the_same(tmp_path: Path) -> None:
    """Rounded outwards, a baseline of 0.1 looked as if it varied, and nothing was said."""
    path = tmp_path / "case.yaml"
    path.write_text(
        HEAD + "indicators: {cost: {}, share: {baseline: 0.1}}\n"
        "objectives: {cost: minimise, share: maximise}\n"
        "technologies: {a: {effects: {cost: 1}}, b: {effects: {cost: 2}}}\n",
        encoding="utf-8",
    )
    assert [d.code for d in check(path)[1]] == ["S103"]


@pytest.mark.parametrize(
    ("own", "phases", "told"),
    [
        ("", "[{name: p, years: 1}, {name: q, years: 1}]", False),
        ("latest: p, ", "[{name: p, years: 1}, {name: q, years: 1}]", False),  # not seen
        ("lifetime: 1, replace: true, ", "[{name: p, years: 1}, {name: q, years: 1}]", False),
        ("", "[{name: p, years: 2}]", True),
    ],
)
def test_what_a_payment_is_worth_hangs_on_when_it_is_made(
    own: str, phases: str, told: bool, tmp_path: Path
) -> None:
    """Adopted in every plan, in one phase or the other."""
    path = tmp_path / "case.yaml"
    path.write_text(
        f"""\
optimise: 1
name: case
indicators: {{cost: {{baseline: 60, timing: one_off, discount: true}}, gain: {{}}}}
technologies: {{a: {{{own}effects: {{cost: -3, gain: 1}}}}, b: {{effects: {{gain: 1}}}}}}
groups: {{g: {{of: [a], exactly: 1}}}}
objectives: {{cost: min, gain: max}}
phases: {phases}
discount_rate: 0.05
""",
        encoding="utf-8",
    )
    said = [found.message for found in check(path)[1] if found.code == "S103"]
    assert bool(said) is told
