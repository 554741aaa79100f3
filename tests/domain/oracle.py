"""An independent reading of scenario files, small enough to be checked by eye.

It shares no code with the package: files are read with PyYAML, numbers become exact fractions,
expressions are walked with ``ast``, finite models are enumerated, additive ones block by block, and
linear ones handed to ``scipy``. It covers what the library of scenarios uses, nothing more, and
trusts its input.
"""

from __future__ import annotations

import ast
import itertools
import operator
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import yaml

__all__ = [
    "LIBRARY",
    "blocks",
    "components",
    "corners",
    "front",
    "minimum",
    "plans",
    "read",
    "readings",
]

LIBRARY = Path(__file__).parents[2] / "scenarios"

Data = dict[str, Any]
Choice = dict[str, Any]
Point = tuple[Fraction, ...]

_OPERATORS: dict[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


def read(name: str, /, **parameters: float) -> Data:
    """The scenario ``name`` of the library, with what it extends merged in and ``parameters``
    set.
    """
    data: Data = yaml.safe_load((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))
    if "extends" in data:
        data = _merged(read(Path(data.pop("extends")).stem), _long(data))
    return _merged(
        _long(data), {"parameters": {key: {"value": value} for key, value in parameters.items()}}
    )


def _long(data: Data) -> Data:
    """The short forms of parameters, objectives and constraints written out."""
    for section, key in (("parameters", "value"), ("objectives", "sense"), ("constraints", "expr")):
        entries = data.get(section, {})
        data[section] = {
            name: e if isinstance(e, dict) else {key: e} for name, e in entries.items()
        }
    return data


def _merged(base: Data, child: Data) -> Data:
    both = {
        key: _merged(base[key], value)
        if isinstance(value, dict) and isinstance(base.get(key), dict)
        else value
        for key, value in child.items()
    }
    return {key: value for key, value in {**base, **both}.items() if value is not None}


def _number(text: Any, names: Mapping[Any, Any]) -> Any:
    """The value of an expression, exactly; a truth value for a comparison."""
    return _walk(ast.parse(str(text).strip(), mode="eval").body, names)


def _walk(node: ast.expr, names: Mapping[Any, Any]) -> Any:
    match node:
        case ast.Constant():
            return Fraction(str(node.value))
        case ast.Name():
            return names[node.id]
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=phase)):
            return names[name, phase]
        case ast.Attribute(value=ast.Name(id=name), attr=member):
            return names[name, member]
        case ast.UnaryOp():
            return _OPERATORS[type(node.op)](_walk(node.operand, names))
        case ast.BinOp():
            return _OPERATORS[type(node.op)](_walk(node.left, names), _walk(node.right, names))
        case ast.Compare():
            values = [_walk(item, names) for item in (node.left, *node.comparators)]
            return all(
                _OPERATORS[type(op)](a, b)
                for op, (a, b) in zip(node.ops, itertools.pairwise(values), strict=True)
            )
    raise NotImplementedError(ast.dump(node))


def _constants(data: Data) -> dict[str, Fraction]:
    return {name: _number(entry["value"], {}) for name, entry in data["parameters"].items()}


def _cells(data: Data, decision: str) -> list[Any]:
    """What a decision may be: 0 or 1, 0 or a level, 0 or an amount, a whole number."""
    if decision in data.get("variables", {}):
        entry = data["variables"][decision]
        return list(range(entry["min"], entry["max"] + 1))
    technology = data["technologies"][decision]
    if "levels" in technology:
        return [0, *technology["levels"]]
    if "scale" in technology:
        scale = technology["scale"]
        return [0, *range(scale["min"], scale["max"] + 1, scale["step"])]
    return [0, 1]


def _in(choice: Choice, member: str) -> bool:
    technology, _, level = member.partition(".")
    return bool(choice[technology] == level if level else choice[technology] != 0)


def _rules(data: Data) -> Iterator[tuple[set[str], Any]]:
    """Each rule over technologies: whom it concerns, and a test of a choice."""
    for name, technology in data.get("technologies", {}).items():
        for other in technology.get("requires", []):
            yield {name, other.split(".")[0]}, lambda c, a=name, b=other: not _in(c, a) or _in(c, b)
        for other in technology.get("excludes", []):
            yield (
                {name, other.split(".")[0]},
                lambda c, a=name, b=other: not (_in(c, a) and _in(c, b)),
            )
    for group in data.get("groups", {}).values():
        members = group["of"]
        least = group.get("exactly", group.get("at_least", 0))
        most = group.get("exactly", group.get("at_most", len(members)))
        yield (
            {m.split(".")[0] for m in members},
            lambda c, ms=members, lo=least, hi=most: lo <= sum(_in(c, m) for m in ms) <= hi,
        )


def _effects(data: Data, choice: Choice) -> Iterator[tuple[str, list[tuple[Any, Any]]]]:
    """Every effect that counts: the indicator, and the parts of the effect as written, each with
    what multiplies it.
    """
    for name, technology in data.get("technologies", {}).items():
        cell = choice.get(name, 0)
        if cell == 0:
            continue
        sources = [
            (technology.get("effects", {}), 1),
            (technology.get("effects_per_unit", {}), cell),
        ]
        if "levels" in technology:
            sources = [*sources[:1], (technology["levels"][cell]["effects"], 1)]
        # fixed and per unit are one effect of one technology, and so are its own and its level's
        for indicator in dict.fromkeys(key for effects, _ in sources for key in effects):
            yield (
                indicator,
                [
                    (effects[indicator], amount)
                    for effects, amount in sources
                    if indicator in effects
                ],
            )
    for synergy in data.get("synergies", {}).values():
        if all(
            member.split(".")[0] in choice and _in(choice, member) for member in synergy["between"]
        ):
            for indicator, effect in synergy["effects"].items():
                yield indicator, [(effect, 1)]


def _size(
    effect: Any, baseline: Fraction, constants: Mapping[str, Fraction]
) -> tuple[Fraction, Fraction]:
    """An effect as an amount and as a share of the baseline."""
    if isinstance(effect, dict):
        ((kind, text),) = effect.items()
        value = _number(text, constants)
        share = value / 100 if kind == "percent" else Fraction(0)
        return (share * baseline if kind == "percent" else value), share
    if isinstance(effect, str) and effect.endswith("%"):
        share = Fraction(effect[:-1]) / 100
        return share * baseline, share
    return _number(effect, constants), Fraction(0)


def readings(data: Data, choice: Choice, /) -> dict[str, Fraction]:
    """Parameters, decisions and indicators of one plan, by name."""
    names: dict[str, Any] = {
        **_constants(data),
        **{k: Fraction(v) for k, v in choice.items() if k in data.get("variables", {})},
    }
    names |= {name: Fraction(choice.get(name, 0) != 0) for name in data.get("technologies", {})}
    constants = _constants(data)
    for name, indicator in data.get("indicators", {}).items():
        baseline = _number(indicator.get("baseline", 0), constants)
        value = baseline
        for affected, parts in _effects(data, choice):
            if affected != name:
                continue
            sizes = [(_size(effect, baseline, constants), amount) for effect, amount in parts]
            if indicator.get("combine") == "compound":
                value *= 1 + sum(share * amount for (_, share), amount in sizes)
            else:
                value += sum(absolute * amount for (absolute, _), amount in sizes)
        names[name] = _number(indicator["expr"], names) if "expr" in indicator else value
    return names


def _goals(data: Data, names: Mapping[str, Any]) -> Point:
    """The objectives of one plan in the file's directions."""
    return tuple(
        _number(o["expr"], names) if "expr" in o else names[name]
        for name, o in data["objectives"].items()
    )


def _signs(data: Data) -> list[int]:
    return [-1 if o["sense"].startswith("max") else 1 for o in data["objectives"].values()]


def plans(data: Data, /) -> list[tuple[Choice, Point]]:
    """Every feasible plan of a finite model with its objectives, by plain enumeration."""
    decisions = [*data.get("variables", {}), *data.get("technologies", {})]
    rules = [test for _, test in _rules(data)]
    found = []
    for cells in itertools.product(*(_cells(data, d) for d in decisions)):
        choice = dict(zip(decisions, cells, strict=True))
        if not all(test(choice) for test in rules):
            continue
        names = readings(data, choice)
        if all(_number(c["expr"], names) for c in data["constraints"].values()):
            found.append((choice, _goals(data, names)))
    return found


def front(found: Sequence[tuple[Choice, Point]], data: Data, /) -> list[tuple[Choice, Point]]:
    """The plans that no other dominates (plans with equal objectives are all kept)."""
    signs = _signs(data)
    points = [tuple(s * v for s, v in zip(signs, point, strict=True)) for _, point in found]
    distinct = set(points)
    efficient = {
        p
        for p in distinct
        if not any(q != p and all(a <= b for a, b in zip(q, p, strict=True)) for q in distinct)
    }
    return [plan for plan, p in zip(found, points, strict=True) if p in efficient]


def components(data: Data, /) -> list[list[str]]:
    """Technologies that rules or synergies tie together, block by block."""
    block = {name: {name} for name in data["technologies"]}
    ties = [tied for tied, _ in _rules(data)]
    ties += [{m.split(".")[0] for m in s["between"]} for s in data.get("synergies", {}).values()]
    for tied in ties:
        joined = set().union(*(block[name] for name in tied))
        for name in joined:
            block[name] = joined
    return [sorted(b) for b in {id(b): b for b in block.values()}.values()]


def blocks(data: Data, /, *, digits: int) -> tuple[int, np.ndarray[Any, np.dtype[np.int64]]]:
    """Number of feasible plans and the front of an additive model without constraints.

    The front of a sum of independent blocks is that of the sums of the blocks' fronts: dominated
    partial plans can be dropped on the way. Objectives come minimised, in whole units of
    10**-digits, in lexicographic order.
    """
    assert not data["constraints"]
    assert not data.get("variables")
    count, scale = 1, 10**digits
    signs = _signs(data)
    total = np.zeros((1, len(signs)), dtype=np.int64)
    for names in components(data):
        part = {
            **data,
            "technologies": {n: data["technologies"][n] for n in names},
            "groups": {
                g: v
                for g, v in data.get("groups", {}).items()
                if {m.split(".")[0] for m in v["of"]} <= set(names)
            },
        }
        found = plans(part)
        count *= len(found)
        values = [[s * v * scale for s, v in zip(signs, point, strict=True)] for _, point in found]
        assert all(v.denominator == 1 for row in values for v in row), "more digits than stated"
        points = np.array([[int(v) for v in row] for row in values], dtype=np.int64)
        total = _pareto((total[:, None, :] + points[None, :, :]).reshape(-1, len(signs)))
    return count, total


def _pareto(points: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    points = np.unique(points, axis=0)
    kept = np.ones(len(points), dtype=bool)
    for i, point in enumerate(
        points
    ):  # in lexicographic order only earlier points can dominate later ones
        if kept[i]:
            kept[i + 1 :] &= (points[i + 1 :] < point).any(axis=1)
    return points[kept]


def _linear(data: Data) -> tuple[list[str], Any, Any, Any, list[Any]]:
    """Names, goals (m, n), rows (p, n + 1) with <= 0 and == 0, and bounds of a linear model."""
    names = list(data["variables"])

    def row(value: Any) -> list[float]:
        zero = value(dict.fromkeys(names, Fraction(0)))
        return [
            float(value({**dict.fromkeys(names, Fraction(0)), n: Fraction(1)}) - zero)
            for n in names
        ] + [float(zero)]

    goals = [
        row(lambda c, i=i: _goals(data, readings(data, c))[i])
        for i in range(len(data["objectives"]))
    ]
    upper: list[list[float]] = []
    equal: list[list[float]] = []
    for constraint in data["constraints"].values():
        tree = ast.parse(str(constraint["expr"]), mode="eval").body
        assert isinstance(tree, ast.Compare)
        assert len(tree.ops) == 1
        sides = tree.left, tree.comparators[0]
        if isinstance(tree.ops[0], ast.GtE):
            sides = sides[::-1]
        line = row(
            lambda c, s=sides: _walk(s[0], readings(data, c)) - _walk(s[1], readings(data, c))
        )
        (equal if isinstance(tree.ops[0], ast.Eq) else upper).append(line)
    bounds = [
        (e["min"], None if e["max"] == float("inf") else e["max"])
        for e in data["variables"].values()
    ]
    signed = np.array(goals) * np.array(_signs(data))[:, None]
    return names, signed, np.array(upper), np.array(equal), bounds


def minimum(data: Data, weights: Sequence[float], /) -> tuple[str, dict[str, float], list[float]]:
    """The least weighted sum of the minimised objectives of a linear model: status, plan,
    objectives as written.
    """
    from scipy.optimize import linprog

    names, goals, upper, equal, bounds = _linear(data)
    rows: dict[str, Any] = {}
    if len(upper):
        rows |= {"A_ub": upper[:, :-1], "b_ub": -upper[:, -1]}
    if len(equal):
        rows |= {"A_eq": equal[:, :-1], "b_eq": -equal[:, -1]}
    answer = linprog(np.array(weights) @ goals[:, :-1], bounds=bounds, method="highs", **rows)
    status = {0: "optimal", 2: "infeasible", 3: "unbounded"}[answer.status]
    if status != "optimal":
        return status, {}, []
    values = (goals[:, :-1] @ answer.x + goals[:, -1]) * np.array(_signs(data))
    return status, dict(zip(names, answer.x.tolist(), strict=True)), values.tolist()


def corners(data: Data, /) -> list[list[float]]:
    """The vertices of the front of a linear model with two objectives, by bisection of weights."""
    signs = np.array(_signs(data))

    def solve(a: float, b: float) -> Any:
        return np.array(minimum(data, (a, b))[2]) * signs

    def between(left: Any, right: Any) -> list[Any]:
        a, b = left[1] - right[1], right[0] - left[0]
        if a < 1e-9 or b < 1e-9:
            return []
        middle = solve(a, b)
        if a * middle[0] + b * middle[1] > a * left[0] + b * left[1] - 1e-9:
            return []
        return [*between(left, middle), middle, *between(middle, right)]

    left, right = solve(1, 1e-7), solve(1e-7, 1)
    points = [left, *between(left, right), right]
    distinct = [p for i, p in enumerate(points) if i == 0 or not np.allclose(points[i - 1], p)]
    return [(p * signs).tolist() for p in distinct]
