"""Scenarios whose plans differ by less than floats tell, and what they are worth, in fractions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

__all__ = ["Values", "data", "every_plan", "scenario", "worth"]

_KINDS = ("plain", "ratio", "phases", "levels")

Values = tuple[Fraction, ...]
"""The m objectives of a plan, the user's directions."""

_UNITS = ("1000000000", "1", "0.000000001")
_RATE = Fraction(1, 10)


def _number(rng: Random, units: tuple[str, ...]) -> str:
    return f"{rng.randint(1, 4)} * {rng.choice(units)}"


def data(seed: int, /) -> dict[str, Any]:
    """A model of few technologies as plain data."""
    rng = Random(seed)
    kind = _KINDS[seed % len(_KINDS)]
    m = 2 + (seed // len(_KINDS)) % 3
    count = 3 if kind in ("phases", "levels") else rng.randint(3, 5)
    units = [rng.sample(_UNITS, rng.choice((1, 2, 2, 3))) for _ in range(m)]
    bases = [rng.choice(("0", "1000000000", "1000000000")) for _ in range(m)]
    effects: list[dict[str, list[str]]] = []
    for _ in range(count):
        own = {
            f"o{j}": [_number(rng, tuple(units[j])) for _ in range(2)]
            for j in range(m)
            if rng.random() < 0.8
        }
        effects.append(own)
    signs = [1 if j % 2 == 0 else -1 for j in range(m)]
    return {"kind": kind, "m": m, "bases": bases, "effects": effects, "signs": signs}


def scenario(model: Mapping[str, Any], /) -> dict[str, Any]:
    """The same as a planner writes it."""
    kind, m = model["kind"], model["m"]
    found: dict[str, Any] = {
        "optimise": 1,
        "name": "near",
        "objectives": {
            f"o{j}": {"sense": "minimise" if sign > 0 else "maximise"}
            for j, sign in enumerate(model["signs"])
        },
        "indicators": {f"o{j}": {"baseline": base} for j, base in enumerate(model["bases"])},
        "technologies": {},
    }
    if kind == "phases":
        found["phases"] = [{"name": "p1", "years": 1}, {"name": "p2", "years": 1}]
        found["discount_rate"] = "0.1"
        for own in found["indicators"].values():
            own["timing"] = "one_off"
    if kind == "ratio":
        del found["objectives"]["o0"]
        found["objectives"] = {
            "each": {"sense": "minimise", "expr": "o0 / (3 + 2 * t0)"},
            **found["objectives"],
        }
    for number, own in enumerate(model["effects"]):
        if kind == "levels":
            made: dict[str, Any] = {
                "levels": {
                    level: {"effects": {name: {"value": v[place]} for name, v in own.items()}}
                    for place, level in enumerate(("low", "high"))
                }
            }
        else:
            made = {"effects": {name: {"value": values[0]} for name, values in own.items()}}
        found["technologies"][f"t{number}"] = made
    assert len(found["objectives"]) == m
    return found


def _written(text: str) -> Fraction:
    value = Fraction(1)
    for part in text.split(" * "):
        value *= Fraction(part)
    return value


def worth(model: Mapping[str, Any], cells: tuple[str, ...], /) -> Values:
    """What a plan is worth."""
    values = [Fraction(base) for base in model["bases"]]
    for cell, own in zip(cells, model["effects"], strict=True):
        if cell == "0":
            continue
        mode, _, phase = cell.partition("@")
        share = 1 / (1 + _RATE) if phase == "p2" else Fraction(1)
        for name, texts in own.items():
            values[int(name[1:])] += share * _written(texts[mode == "high"])
    if model["kind"] == "ratio":
        values[0] /= 3 + 2 * (cells[0] != "0")
    return tuple(values)


def every_plan(model: Mapping[str, Any], /) -> Iterator[tuple[str, ...]]:
    """The cells of all plans."""
    cells = {
        "phases": ("0", "1@p1", "1@p2"),
        "levels": ("0", "low", "high"),
    }.get(model["kind"], ("0", "1"))
    return itertools.product(cells, repeat=len(model["effects"]))
