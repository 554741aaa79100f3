"""Random whole-number models: every idea of the format whose decisions are whole, with and without
phases.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from random import Random
from typing import Any

from tests.attacks.expressions import evaluated
from tests.attacks.meaning import Data, Meaning
from tests.attacks.writing import decimal, expression

__all__ = ["compound", "near_whole", "phased", "rescaled_whole", "whole"]


def _number(rng: Random, low: int, high: int, digits: int) -> Fraction:
    return Fraction(rng.randint(low * 10**digits, high * 10**digits), 10**digits)


def _effects(rng: Random, indicators: Data, digits: int, fewest: int) -> Data:
    chosen = rng.sample(
        list(indicators), rng.randint(min(fewest, len(indicators)), len(indicators))
    )
    found: Data = {}
    for name in chosen:
        entry = indicators[name]
        if entry.get("combine") == "compound":
            found[name] = f"{decimal(_number(rng, -20, 25, rng.choice([0, 0, 1])))}%"
        elif entry.get("baseline", 0) != 0 and rng.random() < 0.2:
            found[name] = f"{decimal(_number(rng, -30, 40, 0))}%"
        else:
            found[name] = _number(rng, -9, 15, digits)
    return found


def _technology(rng: Random, indicators: Data, digits: int, earlier: list[str]) -> Data:
    technology: Data = {"effects": _effects(rng, indicators, digits, 1)}
    kind = rng.random()
    if kind < 0.2:
        technology["levels"] = {
            f"l{i}": {"effects": _effects(rng, indicators, digits, 0)}
            for i in range(rng.randint(1, 3))
        }
        if rng.random() < 0.2:
            technology["levels"]["again"] = technology["levels"]["l0"]
    elif kind < 0.4:
        low = Fraction(rng.choice([1, 2, 5]), rng.choice([1, 1, 2]))
        step = Fraction(rng.choice([1, 2, 3]), rng.choice([1, 1, 2]))
        technology["scale"] = {"min": low, "max": low + rng.randint(0, 3) * step, "step": step}
        per_unit = _effects(
            rng, {k: v for k, v in indicators.items() if v.get("combine") != "compound"}, digits, 0
        )
        technology["effects_per_unit"] = per_unit | {
            name: "1.5%"
            for name, v in indicators.items()
            if v.get("combine") == "compound" and rng.random() < 0.4
        }
    if earlier and rng.random() < 0.25:
        technology["requires"] = [rng.choice(earlier)]
    elif earlier and rng.random() < 0.2:
        technology["excludes"] = [rng.choice(earlier)]
    elif len(earlier) > 1 and rng.random() < 0.15:
        technology["requires_any"] = [rng.sample(earlier, 2)]
    return technology


def _members(technologies: Data) -> list[str]:
    return [
        *technologies,
        *(f"{name}.{level}" for name, t in technologies.items() for level in t.get("levels", {})),
    ]


def _variables(rng: Random, digits: int) -> Data:
    found: Data = {}
    for j in range(rng.choice([0, 0, 1, 1, 2])):
        low = rng.choice([0, 0, -2, 1])
        listed = sorted({_number(rng, -3, 6, digits) for _ in range(3)})
        found[f"v{j}"] = rng.choice(
            [
                {"type": "integer", "min": low, "max": low + rng.randint(1, 4)},
                {"type": "binary"},
                {"values": listed},
            ]
        )
    return found


def _curved(rng: Random, names: list[str]) -> str:
    a, b = rng.choice(names), rng.choice(names)
    shift = decimal(rng.randint(-4, 8))
    return rng.choice(
        [
            f"abs({a} - {b})",
            f"max({a}, {b})",
            f"min({a}, {shift})",
            f"where({a} >= {shift}, {b}, 2 * {a})",
            f"{a} * {b}",
            f"abs({a} + {shift})",
            f"max({a} - {b}, 0)",
        ]
    )


def whole(rng: Random, /, *, combine: float = 0.0, technologies: int = 5) -> Data:
    """Technologies, synergies, groups, levels, amounts in steps, whole and listed variables,
    expressions that bend.
    """
    digits = rng.choice([0, 0, 1, 2, 4])
    indicators: Data = {}
    for k in range(rng.randint(1, 3)):
        if rng.random() < combine:
            indicators[f"i{k}"] = {"baseline": _number(rng, 50, 120, 1), "combine": "compound"}
        else:
            indicators[f"i{k}"] = {
                "baseline": rng.choice([Fraction(0), Fraction(10), _number(rng, 20, 90, digits)])
            }
    plain = dict(indicators)
    members: Data = {}
    for t in range(rng.randint(1, technologies)):
        members[f"t{t}"] = _technology(rng, plain, digits, list(members))
    data: Data = {
        "variables": _variables(rng, digits),
        "indicators": indicators,
        "technologies": members,
    }
    _rules(rng, data, plain, digits)
    _values(rng, data, digits)
    return data


def _rules(rng: Random, data: Data, plain: Data, digits: int) -> None:
    known = _members(data["technologies"])
    if len(known) < 2:
        return
    synergies = {}
    for s in range(rng.choice([0, 1, 2, 3])):
        between = rng.sample(known, min(len(known), rng.choice([2, 2, 3])))
        synergies[f"s{s}"] = {"between": between, "effects": _effects(rng, plain, digits, 1)}
    data["synergies"] = synergies
    if rng.random() < 0.4:
        of = rng.sample(known, rng.randint(2, len(known)))
        data["groups"] = {
            "g": {"of": of, rng.choice(["at_most", "at_least", "exactly"]): rng.randint(1, 2)}
        }


def _values(rng: Random, data: Data, digits: int) -> None:
    """Objectives and constraints over indicators, variables, technologies and bent expressions of
    them.
    """
    names = [*data["indicators"], *data["variables"]]
    if rng.random() < 0.5:
        source = [*names, *data["technologies"]]
        data["indicators"]["d0"] = {"expr": _curved(rng, source)}
        names.append("d0")
    objectives: Data = {}
    for k in range(rng.choice([1, 2, 2, 3, 3, 4])):
        sense = rng.choice(["minimise", "maximise"])
        free = [name for name in data["indicators"] if name not in objectives]
        if free and rng.random() < 0.6:
            objectives[rng.choice(free)] = {"sense": sense}
        else:
            terms = [
                (_number(rng, -5, 5, digits), n)
                for n in rng.sample(names, rng.randint(1, len(names)))
            ]
            objectives[f"o{k}"] = {"sense": sense, "expr": expression(terms)}
    if rng.random() < 0.15 and len(objectives) < 4:
        first = next(iter(objectives))
        again = objectives[first].get("expr", first)
        objectives["twin"] = {
            "sense": rng.choice(["minimise", "maximise"]),
            "expr": f"3 * ({again}) + 0.1",
        }
    data["objectives"] = objectives
    data["constraints"] = {}
    data["constraints"] = _rows(rng, data, names, digits)


def _rows(rng: Random, data: Data, names: list[str], digits: int) -> Data:
    """Rows that mostly hold at some plan drawn at random."""
    meaning, found = Meaning(data), {}
    plans = list(itertools.islice(meaning.choices(10**9), 400))
    known = meaning.values(rng.choice(plans), {}) if plans else {}
    for c in range(rng.choice([0, 1, 1, 2, 2])):
        terms = [
            (_number(rng, -3, 3, min(digits, 1)), n)
            for n in rng.sample(names, rng.randint(1, len(names)))
        ]
        if not known or not any(factor for factor, _ in terms):
            continue
        kind = rng.random()
        text = _curved(rng, [*names, *data["technologies"]]) if kind < 0.15 else expression(terms)
        value = Fraction(evaluated(text, known))
        if 10**12 % value.denominator:
            value = Fraction(round(value * 1000), 1000)
        slack = rng.choice([0, 0, 1, 5, 20, -3 if rng.random() < 0.3 else 2]) * Fraction(
            1, 10 ** rng.choice([0, 0, digits])
        )
        if kind > 0.93:
            found[f"c{c}"] = f"{text} == {decimal(value)}"
        elif kind > 0.8 and slack >= 0:
            found[f"c{c}"] = f"{decimal(value - slack - 1)} <= {text} <= {decimal(value + slack)}"
        elif rng.random() < 0.5:
            found[f"c{c}"] = f"{text} <= {decimal(value + slack)}"
        else:
            found[f"c{c}"] = f"{text} >= {decimal(value - slack)}"
    return found


def compound(rng: Random, /) -> Data:
    """With indicators whose effects multiply."""
    return whole(rng, combine=0.7)


def phased(rng: Random, /) -> Data:
    """In two or three phases: starts, limits, delays, ramps, aggregates, discounting."""
    data = whole(rng, combine=0.15, technologies=4)
    data["variables"] = {}
    names = [f"p{i}" for i in range(rng.choice([2, 2, 3]))]
    for name, entry in data["indicators"].items():
        if "expr" in entry or entry.get("combine") == "compound" or rng.random() < 0.5:
            if "expr" not in entry:
                entry["aggregate"] = rng.choice(["mean", "total", "final"])
            continue
        entry["timing"] = "one_off"
        if rng.random() < 0.4:
            entry["discount"] = False
        assert name
    for technology in data["technologies"].values():
        _timed(rng, technology, names)
        technology["requires"] = [
            {"technology": wanted, "lead": rng.randint(0, 1)} if rng.random() < 0.5 else wanted
            for wanted in technology.get("requires", [])
        ]
    phases: list[Any] = [{"name": name, "years": rng.choice([1, 1, 2, 3])} for name in names]
    spent = [name for name, entry in data["indicators"].items() if entry.get("timing") == "one_off"]
    if spent and rng.random() < 0.6:
        data["carry_over"] = rng.random() < 0.5
        for phase in phases:
            if data["carry_over"] or rng.random() < 0.7:
                phase["limits"] = {spent[0]: _number(rng, 4, 30, 1)}
    data["indicators"].pop("d0", None)
    data["phases"] = phases
    if rng.random() < 0.5:
        data["discount_rate"] = Fraction(rng.choice([5, 10, 25]), 100)
    _values(rng, data, 1)
    if rng.random() < 0.3:
        name = rng.choice([n for n, e in data["indicators"].items() if "expr" not in e])
        data["constraints"]["in_phase"] = (
            f'{name}["{rng.choice(names)}"] {rng.choice(["<=", ">="])} {rng.randint(-10, 100)}'
        )
    return data


def _timed(rng: Random, technology: Data, names: list[str]) -> None:
    if rng.random() < 0.3:
        first = rng.randrange(len(names))
        technology["earliest"] = names[first]
        if rng.random() < 0.5:
            technology["latest"] = names[rng.randrange(first, len(names))]
    if rng.random() < 0.3:
        technology["delay"] = rng.randint(0, 2)
    if rng.random() < 0.3:
        technology["ramp"] = [
            Fraction(rng.choice([0, 25, 50, 80, 100]), 100) for _ in range(rng.randint(1, 2))
        ]


# ---- units, near ties, small margins


def rescaled_whole(rng: Random, /) -> Data:
    """Money in CNY, millionths, near ties and integers near 1e15."""
    data = whole(rng, combine=0.15)
    for name, entry in list(data["indicators"].items()):
        if "expr" in entry or entry.get("combine") == "compound":
            continue
        size = Fraction(10) ** rng.choice([0, 3, 6, 9, 12, 15, -3, -6, -9])
        tie = Fraction(1, 10**9) * size if rng.random() < 0.4 else Fraction(0)
        entry["baseline"] = Fraction(entry["baseline"]) * size
        for effects in _all_effects(data):
            if name in effects and not isinstance(effects[name], str):
                effects[name] = Fraction(effects[name]) * size + tie * rng.choice([-1, 0, 0, 1])
    return data


def _all_effects(data: Data) -> list[Data]:
    found = [s["effects"] for s in data.get("synergies", {}).values()]
    for technology in data["technologies"].values():
        found += [technology["effects"], technology.get("effects_per_unit", {})]
        found += [level["effects"] for level in technology.get("levels", {}).values()]
    return list({id(effects): effects for effects in found}.values())


def near_whole(rng: Random, /) -> Data:
    """A constraint that a plan meets exactly, or misses by about the tolerance."""
    data = whole(rng)
    name = rng.choice([n for n, e in data["indicators"].items() if "expr" not in e])
    value = Fraction(data["indicators"][name]["baseline"])
    for technology in data["technologies"].values():
        effect = technology["effects"].get(name, 0)
        if not isinstance(effect, str) and rng.random() < 0.5:
            value += effect
    miss = Fraction(rng.choice([0, 1, 5, 9, 10, 11, 20, -1]), 10**7) * max(1, int(abs(value)))
    data["constraints"]["near"] = f"{name} {rng.choice(['<=', '>=', '=='])} {decimal(value + miss)}"
    return data
