"""Small scenarios that are swept in tests."""

from __future__ import annotations

from pathlib import Path
from random import Random

__all__ = ["WORKS", "random_works", "written"]

WORKS = """
optimise: 1
name: works
title: 水泥厂 works
parameters:
  carbon_price: {value: 80, low: 50, high: 140, unit: EUR/t}
  power_price: {value: 90, low: 60, high: 150, unit: EUR/MWh}
indicators:
  co2: {title: CO2 saved, unit: kt/yr}
  cost: {title: Cost, unit: M EUR/yr}
technologies:
  heat_pump: {effects: {co2: 42, cost: {value: 1.5 + 0.07 * power_price - 0.042 * carbon_price}}}
  capture: {effects: {co2: 95, cost: {value: 6.745 - 0.095 * carbon_price}}}
  biomass: {effects: {co2: 40, cost: {value: 7.6 - 0.04 * carbon_price}}}
  training: {effects: {co2: 12, cost: 0.4}}
constraints:
  few: co2 >= 0
objectives:
  cost: minimise
"""


def written(folder: Path, text: str = WORKS) -> str:
    """The scenario as a file; its path."""
    (folder / "works.yaml").write_text(text, encoding="utf-8")
    return str(folder / "works.yaml")


def random_works(seed: int) -> str:
    """A random scenario whose effects are affine in the parameter ``p``: one to three objectives,
    sometimes with a budget that no parameter moves.
    """
    rng = Random(seed)
    names = ["a", "b", "c"][: rng.randint(1, 3)]
    scale = rng.choice([1e-9, 1.0, 1.0, 1e9])
    lines = ["optimise: 1", "name: works", "parameters: {p: 0.5}", "indicators:"]
    lines += [f"  {name}: {{}}" for name in [*names, "budget"]]
    lines.append("technologies:")
    for place in range(rng.randint(2, 6)):
        numbers = [(rng.randint(-9, 9) * scale, rng.randint(-9, 9) * scale) for _ in names]
        effects = [
            f"{name}: {{value: {constant!r} + {slope!r} * p}}"
            for name, (constant, slope) in zip(names, numbers, strict=True)
        ]
        effects.append(f"budget: {rng.randint(1, 5)}")
        lines.append(f"  t{place}: {{effects: {{{', '.join(effects)}}}}}")
    if rng.random() < 0.5:
        lines.append(f"constraints: {{most: budget <= {rng.randint(4, 12)}}}")
    lines.append("objectives:")
    lines += [f"  {name}: {rng.choice(['minimise', 'maximise'])}" for name in names]
    return "\n".join(lines) + "\n"
