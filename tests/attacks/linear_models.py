"""Random linear and mixed models: degenerate, constant, repeated and negated objectives,
equalities, free columns.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from tests.attacks.meaning import Data, Meaning
from tests.attacks.slices import real_columns
from tests.attacks.writing import decimal, expression

__all__ = ["linear", "mixed", "near_linear", "rescaled_linear", "rescaled_mixed", "wide_linear"]

Terms = list[tuple[Fraction, str]]


def _coefficient(rng: Random, digits: int, zero: float = 0.25) -> Fraction:
    if rng.random() < zero:
        return Fraction(0)
    size = rng.choice([3, 5, 9, 20])
    return Fraction(rng.randint(-size * 10**digits, size * 10**digits), 10**digits)


def _bounds(rng: Random, digits: int, endless: float) -> tuple[Any, Any]:
    low: Any = Fraction(rng.choice([0, 0, 0, -5, -2, 1, rng.randint(-30, 30)]))
    high: Any = low + Fraction(rng.randint(1, 10 * 10**digits), 10**digits)
    if rng.random() < endless:
        high = ".inf"
    if rng.random() < endless / 2:
        low = "-.inf"
    return low, high


def _inside(rng: Random, low: Fraction | None, high: Fraction | None) -> Fraction:
    """A value of a real column."""
    start = low if low is not None else (high if high is not None else Fraction(0)) - 5
    end = high if high is not None else start + 10
    return start + (end - start) * Fraction(rng.randint(0, 10), 10)


def _plan(rng: Random, data: Data) -> dict[str, Fraction]:
    """Every name's value at some plan that holds the rules, so that rows can be drawn to hold
    somewhere.
    """
    meaning = Meaning(data)
    choice = rng.choice(list(meaning.choices(100_000)))
    reals = {name: _inside(rng, low, high) for name, low, high in real_columns(meaning, choice)}
    return meaning.values(choice, reals)


def _rows(rng: Random, data: Data, names: list[str], digits: int, count: int) -> dict[str, str]:
    point = _plan(rng, data)
    constraints = {}
    for i in range(count):
        terms = [(_coefficient(rng, digits, 0.35), name) for name in names]
        terms = [term for term in terms if term[0] != 0]
        if not terms:
            continue
        value = sum((c * point[name] for c, name in terms), Fraction(0))
        kind = rng.random()
        if kind < 0.15 and _finite(value):
            constraints[f"c{i}"] = f"{expression(terms)} == {decimal(value)}"
            continue
        slack = Fraction(
            rng.choice([0, 0, 1, 2, 5, 10, rng.randint(0, 200), -rng.randint(0, 30)]),
            rng.choice([1, 1, 2, 10]),
        )
        if kind < 0.6 and _finite(value + slack):
            constraints[f"c{i}"] = f"{expression(terms)} <= {decimal(value + slack)}"
        elif kind < 0.92 and _finite(value - slack):
            constraints[f"c{i}"] = f"{expression(terms)} >= {decimal(value - slack)}"
        elif _finite(value - slack) and slack > 0:
            constraints[f"c{i}"] = (
                f"{decimal(value - slack)} <= {expression(terms)} <= {decimal(value + slack)}"
            )
    return constraints


def _finite(value: Fraction) -> bool:
    return 10**12 % value.denominator == 0


def _objectives(rng: Random, names: list[str], digits: int, count: int) -> Data:
    """Some of them constant, repeated, negated, multiples or sums of the others."""
    found: list[tuple[Terms, Fraction]] = []
    for _ in range(count):
        kind = rng.random()
        if found and kind < 0.1:
            found.append(rng.choice(found))
        elif found and kind < 0.22:
            terms, constant = rng.choice(found)
            found.append(([(-c, name) for c, name in terms], -constant))
        elif found and kind < 0.28:
            terms, constant = rng.choice(found)
            factor = Fraction(rng.choice([3, 7, 1000]), rng.choice([1, 10]))
            found.append(([(c * factor, name) for c, name in terms], constant * factor + 1))
        elif kind < 0.34:
            found.append(([], Fraction(rng.randint(-3, 3))))
        elif kind < 0.46:
            found.append(([(Fraction(1), rng.choice(names))], Fraction(0)))
        else:
            constant = Fraction(rng.choice([0, 0, 0, 7]))
            found.append(([(_coefficient(rng, digits), name) for name in names], constant))
    rng.shuffle(found)
    return {
        f"f{k}": {
            "sense": rng.choice(["minimise", "minimise", "maximise"]),
            "expr": expression(terms, constant),
        }
        for k, (terms, constant) in enumerate(found)
    }


def linear(
    rng: Random, /, *, columns: int = 5, objectives: tuple[int, int] = (1, 4), endless: float = 0.1
) -> Data:
    """A linear program with one to four objectives."""
    digits = rng.choice([0, 0, 0, 1, 2])
    names = [f"x{j}" for j in range(rng.randint(1, columns))]
    variables: Data = {}
    for name in names:
        low, high = _bounds(rng, digits, endless)
        variables[name] = {"type": "real", "min": low, "max": high}
    goals = _objectives(
        rng, names, digits, rng.choice([m for m in (1, 2, 2, 3, 3, 3, 4) if m >= objectives[0]])
    )
    data: Data = {"variables": variables, "objectives": goals}
    return {**data, "constraints": _rows(rng, data, names, digits, rng.randint(0, 5))}


def wide_linear(rng: Random, /) -> Data:
    """A linear program of a planner's kind with up to 50 columns and two or three objectives:
    shares, capacities, budgets.
    """
    digits, n = rng.choice([0, 1, 2]), rng.choice([10, 20, 30, 50])
    names = [f"x{j}" for j in range(n)]
    variables: Data = {
        name: {"type": "real", "min": 0, "max": Fraction(rng.randint(1, 40), 2)} for name in names
    }
    objectives = {}
    for k in range(rng.choice([2, 3, 3])):
        terms = [
            (Fraction(rng.randint(1, 20 * 10**digits), 10**digits), name)
            for name in names
            if rng.random() < 0.7
        ]
        objectives[f"f{k}"] = {
            "sense": rng.choice(["minimise", "maximise"]),
            "expr": expression(terms),
        }
    constraints = {}
    for i in range(rng.randint(2, max(3, n // 4))):
        terms = [
            (Fraction(rng.randint(1, 9 * 10**digits), 10**digits), name)
            for name in names
            if rng.random() < 0.4
        ]
        if terms:
            most = sum((c * variables[name]["max"] for c, name in terms), Fraction(0))
            share = Fraction(rng.randint(20, 70), 100)
            relation = "<=" if rng.random() < 0.7 else ">="
            constraints[f"c{i}"] = (
                f"{expression(terms)} {relation} "
                f"{decimal(most * (share if relation == '<=' else share / 4))}"
            )
    return {"variables": variables, "objectives": objectives, "constraints": constraints}


def mixed(rng: Random, /, *, objectives: tuple[int, int] = (1, 3)) -> Data:
    """A few whole columns and a few real ones, real amounts of technologies included."""
    digits = rng.choice([0, 0, 1, 2])
    variables: Data = {}
    for j in range(rng.randint(1, 3)):
        low, high = _bounds(rng, digits, 0.03)
        variables[f"x{j}"] = {"type": "real", "min": low, "max": high}
    for j in range(rng.randint(0, 2)):
        low = rng.choice([0, 0, -2])
        entry: Data = {"type": "integer", "min": low, "max": low + rng.randint(1, 4)}
        variables[f"n{j}"] = rng.choice([entry, {"type": "binary"}])
    technologies: Data = {}
    indicators: Data = {}
    if rng.random() < 0.6 or len(variables) == 1:
        indicators = {f"i{k}": {"baseline": Fraction(rng.choice([0, 10, 100]))} for k in range(2)}
        for t in range(rng.randint(1, 3)):
            technologies[f"t{t}"] = _technology(
                rng, digits, list(indicators), [f"t{s}" for s in range(t)]
            )
    names = [*variables, *indicators, *(n for n in technologies if rng.random() < 0.5)]
    goals = _objectives(
        rng, names, digits, rng.choice([m for m in (1, 2, 2, 2, 3, 3) if m >= objectives[0]])
    )
    data: Data = {
        "variables": variables,
        "indicators": indicators,
        "technologies": technologies,
        "objectives": goals,
    }
    return {**data, "constraints": _rows(rng, data, names, digits, rng.randint(0, 4))}


def _technology(rng: Random, digits: int, indicators: list[str], earlier: list[str]) -> Data:
    def effects(fewest: int) -> Data:
        chosen = rng.sample(indicators, rng.randint(fewest, len(indicators)))
        return {name: _coefficient(rng, digits, 0.1) for name in chosen}

    technology: Data = {"effects": effects(0)}
    if rng.random() < 0.6:
        low = Fraction(rng.choice([1, 1, 5]), rng.choice([1, 10]))
        technology["scale"] = {"min": low, "max": low + Fraction(rng.randint(1, 60), 10)}
        technology["effects_per_unit"] = effects(1)
    elif rng.random() < 0.4:
        technology["levels"] = {level: {"effects": effects(1)} for level in ("low", "high")}
    if earlier and rng.random() < 0.3:
        technology[rng.choice(["requires", "excludes"])] = [rng.choice(earlier)]
    return technology


# ---- units and small margins


def _powers(rng: Random) -> Fraction:
    return Fraction(10) ** rng.choice([0, 0, 0, 3, 6, 9, 9, -3, -6, -9, 12, 15])


def _rescaled(rng: Random, data: Data) -> Data:
    """The same model in other units: each objective and row in its own, columns, too."""
    size = {
        name: _powers(rng) if entry["type"] == "real" else Fraction(1)
        for name, entry in data["variables"].items()
    }
    variables = {}
    for name, entry in data["variables"].items():
        bounds = {
            key: v if isinstance(v, str) else Fraction(v) * size[name]
            for key, v in entry.items()
            if key in ("min", "max")
        }
        variables[name] = {**entry, **bounds} if entry["type"] == "real" else entry
    objectives = {
        name: {**goal, "expr": _in_units(goal["expr"], size, _powers(rng))}
        for name, goal in data["objectives"].items()
    }
    constraints = {
        name: _in_units(text, size, _powers(rng))
        for name, text in data.get("constraints", {}).items()
    }
    return {**data, "variables": variables, "objectives": objectives, "constraints": constraints}


def _in_units(text: str, size: dict[str, Fraction], factor: Fraction) -> str:
    """A sum of terms or a chain of them with every number in other units."""
    words = text.split(" ")
    for i, word in enumerate(words):
        try:
            number = Fraction(word)
        except ValueError:
            continue
        column = words[i + 2] if words[i + 1 : i + 2] == ["*"] else ""
        words[i] = decimal(number * factor / size.get(column, Fraction(1)))
    return " ".join(words)


def rescaled_linear(rng: Random, /) -> Data:
    """A linear program in CNY, tonnes and millionths."""
    return _rescaled(rng, linear(rng, columns=4, endless=0.05))


def rescaled_mixed(rng: Random, /) -> Data:
    """A mixed model in such units."""
    return _rescaled(rng, mixed(rng))


def near_linear(rng: Random, /) -> Data:
    """Linear or mixed, with two rows that miss each other by about the tolerance, or touch."""
    data = rng.choice([linear, mixed])(rng)
    names = list(data["variables"])
    terms = [(_coefficient(rng, 1, 0.2), name) for name in names]
    terms = [term for term in terms if term[0] != 0] or [(Fraction(1), names[0])]
    point = _plan(rng, data)
    value = sum((c * point[name] for c, name in terms), Fraction(0))
    if not _finite(value):
        return data
    miss = Fraction(rng.choice([0, 0, 4, 9, 10, 11, 19, 20, 21, 25, 100, -3]), 10**7) * max(
        1, int(abs(value))
    )
    times = rng.choice([Fraction(1), Fraction(1), Fraction(3), Fraction(1, 2)])
    data["constraints"] = {
        **data["constraints"],
        "above": f"{expression([(c * times, name) for c, name in terms])} >= "
        f"{decimal((value + miss) * times)}",
        "below": f"{expression(terms)} <= {decimal(value)}",
    }
    return data
