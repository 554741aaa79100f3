"""Every reformulation against the expressions as written, in fractions: the same plans hold, the
same values, in any unit.

The oracle reads the text of the objectives and constraints; of the rows, all decisions are tried,
and for each of them a small exact search sets the auxiliary columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import yaml

from optimiser.engine.judging import judge_of
from optimiser.engine.problem import Linear, Problem, Row
from optimiser.expressions import ComparisonChain, Tree, parse
from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.expressions.reference import rational
from tests.searches import seeds

_TRIED = 10  # decisions of a scenario for which the auxiliary columns are looked for

Data = dict[str, Any]
Box = list[tuple[Fraction | None, Fraction | None]]
Point = dict[str, Fraction]


# -- the least value of a row over the auxiliary columns, exactly


def _narrowed(linear: Linear, box: Box) -> Box | None:
    """Bounds that the rows imply; None where they contradict one another."""
    box = list(box)
    for _ in range(60):
        before = list(box)
        for row in linear.rows:
            if not _propagated(linear, row, box):
                return None
        if box == before:
            return box
    return box


def _propagated(linear: Linear, row: Row, box: Box) -> bool:
    for sign, bound in ((1, row.upper), (-1, None if row.lower is None else -row.lower)):
        if bound is None:
            continue
        least = {j: _least(sign * c, box[j]) for j, c in row.terms}
        for j, c in row.terms:
            others = [value for i, value in least.items() if i != j]
            if None in others:
                continue
            room = (bound - sum(v for v in others if v is not None)) / Fraction(sign * c)
            low, high = box[j]
            if sign * c > 0 and (high is None or room < high):
                high = Fraction(room.__floor__()) if linear.columns[j].kind == "whole" else room
            if sign * c < 0 and (low is None or room > low):
                low = Fraction(room.__ceil__()) if linear.columns[j].kind == "whole" else room
            if low is not None and high is not None and low > high:
                return False
            box[j] = (low, high)
            least[j] = _least(sign * c, box[j])
    return True


def _least(c: int, ends: tuple[Fraction | None, Fraction | None]) -> Fraction | None:
    end = ends[0] if c > 0 else ends[1]
    return None if end is None else c * end


def settled(linear: Linear, point: list[Fraction], objective: Row) -> Fraction | None:
    """The least value of a row with the decisions at a point; None where the auxiliary columns
    cannot be set.
    """
    box: Box = [(column.lower, column.upper) for column in linear.columns]
    box[: len(point)] = [(value, value) for value in point]
    return _searched(linear, box, objective)


def _searched(linear: Linear, box: Box, objective: Row) -> Fraction | None:
    narrowed = _narrowed(linear, box)
    if narrowed is None:
        return None
    open_ones = [
        j
        for j, (low, high) in enumerate(narrowed)
        if linear.columns[j].kind == "whole" and low == 0 and high == 1
    ]
    if open_ones:
        found = [
            _searched(linear, _with(narrowed, open_ones[0], Fraction(v)), objective) for v in (0, 1)
        ]
        known = [value for value in found if value is not None]
        return min(known) if known else None
    weights = dict(objective.terms)
    full = [_chosen(weights.get(j, 0), ends) for j, ends in enumerate(narrowed)]
    for row in linear.rows:
        total = sum((c * full[j] for j, c in row.terms), Fraction(0))
        assert row.lower is None or total >= row.lower, (row, full)
        assert row.upper is None or total <= row.upper, (row, full)
    return sum((c * full[j] for j, c in objective.terms), Fraction(objective.constant))


def _with(box: Box, j: int, value: Fraction) -> Box:
    return [*box[:j], (value, value), *box[j + 1 :]]


def _chosen(weight: int, ends: tuple[Fraction | None, Fraction | None]) -> Fraction:
    low, high = ends
    found = high if weight < 0 or (weight == 0 and low is None) else low
    assert found is not None
    return found


# -- random scenarios


@dataclass
class Writer:
    """Texts over a few columns in a random unit."""

    r: Random
    names: tuple[str, ...]
    unit: Fraction

    def number(self, low: int = -9, high: int = 9) -> str:
        unit = self.unit if self.r.random() < 0.85 else Fraction(1)
        value = unit * self.r.choice(
            [
                Fraction(self.r.randint(low, high) or 1),
                Fraction(self.r.randint(-999, 999) or 7, 100),
            ]
        )
        return f"({Decimal(value.numerator) / Decimal(value.denominator):f})"

    def share(self) -> str:
        return f"{self.r.randint(-40, 40) / 100:.2f}"

    def linear(self) -> str:
        chosen = self.r.sample(self.names, self.r.randint(1, len(self.names)))
        return " + ".join([*(f"{self.number()} * {name}" for name in chosen), self.number()])

    def bent(self, depth: int = 0) -> str:
        parts = [
            self.bent(depth + 1) if depth < 1 and self.r.random() < 0.3 else self.linear()
            for _ in range(3)
        ]
        return self.r.choice(
            [
                f"max({parts[0]}, {parts[1]})",
                f"min({parts[0]}, {parts[1]}, {self.number()})",
                f"abs({parts[0]})",
                f"abs({parts[0]} - {parts[1]})",
                f"max({parts[0]}, {parts[1]}, {parts[2]})",
            ]
        )

    def product(self) -> str:
        a, b = self.r.sample(self.names, 2)
        return self.r.choice(
            [
                f"{self.number()} * {a} * {b}",
                f"{a} * ({self.linear()})",
                f"{self.number()} * {a}**2 * {b}",
            ]
        )

    def compound(self) -> str:
        factors = [
            f"(1 + {self.share()} * {name})"
            for name in self.r.sample(self.names, min(3, len(self.names)))
        ]
        return " * ".join([self.number(1, 9), *factors])

    def table(self) -> str:
        name = self.r.choice(self.names)
        place = self.r.choice(["1", "0.5", "2"])
        slope = [self.number() for _ in range(2)]
        # continuous: both branches are the same number at the place
        return (
            f"(where({name} <= {place}, {slope[0]} * ({name} - {place}), {slope[1]} * ({name} - "
            f"{place})) + {self.number()})"
        )

    def text(self) -> str:
        kinds = [self.linear, self.bent, self.bent, self.product, self.compound, self.table]
        return " + ".join(self.r.choice(kinds)() for _ in range(self.r.choice([1, 1, 2])))


def scenario(seed: int) -> Data:
    r = Random(seed)
    kinds = [
        {"type": "binary"},
        {"type": "binary"},
        {"type": "integer", "min": -1, "max": 2},
        {"type": "integer", "min": 0, "max": 4},
        {"values": [0.5, 1, 1.5]},
        {"values": [-2, 0, 3.25]},
    ]
    names = ("a", "b", "c")
    writer = Writer(r, names, Fraction(10) ** r.choice([-9, -6, -2, 0, 0, 0, 3, 6, 9]))
    data: Data = {
        "optimise": 1,
        "name": "rows",
        "variables": {name: r.choice(kinds) for name in names},
    }
    data["objectives"] = {
        f"o{i}": {"sense": r.choice(["minimise", "maximise"]), "expr": writer.text()}
        for i in range(r.randint(1, 2))
    }
    if r.random() < 0.6:
        data["constraints"] = {"k": f"{writer.text()} {r.choice(['<=', '>='])} {writer.number()}"}
    return data


def _points(problem: Problem) -> Iterator[list[Fraction]]:
    values = [
        list(d.values) or [Fraction(v) for v in range(int(d.lower or 0), int(d.upper or 0) + 1)]
        for d in problem.decisions
    ]
    return (list(point) for point in itertools.product(*values))


def _true(tree: Tree, named: Point) -> bool:
    assert isinstance(tree, ComparisonChain)
    (relation,) = tree.operators
    left, right = (rational(operand, named) for operand in tree.operands)
    return left <= right if relation == "<=" else left >= right


def compared(seed: int, folder: Path) -> bool:
    """Whether a scenario has rows; AssertionError where they say something else than its text."""
    data = scenario(seed)
    path = folder / f"case{seed}.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    problem = formulate(load(path)).at()
    assert problem.exact is not None
    trees = [parse(o["expr"]) for o in data["objectives"].values()]
    rules = [parse(text, constraint=True) for text in data.get("constraints", {}).values()]
    points = list(_points(problem))
    x = np.array([[float(v) for v in point] for point in points])
    keys, good = problem.exact(x)
    names = [d.name for d in problem.decisions]
    signs = [1 if o["sense"] == "minimise" else -1 for o in data["objectives"].values()]
    named = [dict(zip(names, point, strict=True)) for point in points]
    truth = [all(_true(rule, at) for rule in rules) for at in named]
    values = [
        [sign * rational(tree, at) for sign, tree in zip(signs, trees, strict=True)] for at in named
    ]
    assert good.tolist() == truth
    for k in range(len(signs)):
        assert _order(keys[:, k].tolist()) == _order([row[k] for row in values]), (seed, k)
    _judged(problem, x, truth, values)
    linear = problem.linear
    if not linear:
        assert linear.reason
        return False
    cases = list(zip(points, truth, values, strict=True))
    for point, held, row_values in Random(seed).sample(cases, min(_TRIED, len(cases))):
        for objective, linked, value in zip(
            linear.objectives, linear.linked, row_values, strict=True
        ):
            least = settled(linear, point, objective)
            if linear.resolution is not None:
                assert least is not None or not held, (seed, point)
                continue
            assert (least is not None) == held, (seed, point)
            if least is not None and not linked:
                assert least / objective.scale == value, (seed, point)
    return True


def _judged(
    problem: Problem, x: np.ndarray, truth: list[bool], values: list[list[Fraction]]
) -> None:
    """What looks at blocks of plans says the same, where it takes the problem."""
    judge = judge_of(problem)
    if judge is None:
        return
    keys, good = judge(x)
    logic = np.ones(len(x), dtype=bool)
    for row in problem.logic:
        totals = [sum(c * Fraction(repr(float(v[j]))) for j, c in row.terms) for v in x]
        logic &= [
            (row.lower is None or t >= row.lower) and (row.upper is None or t <= row.upper)
            for t in totals
        ]
    assert (good & logic).tolist() == truth
    for k in range(keys.shape[1]):
        assert _order(keys[:, k].tolist()) == _order([row[k] for row in values])


def _order(values: list[Any]) -> list[int]:
    place = {value: i for i, value in enumerate(sorted(set(values)))}
    return [place[value] for value in values]


@pytest.mark.parametrize("first", seeds(0, 40, 10, here=1))
def test_rows_say_what_the_expressions_say(first: int, tmp_path: Path) -> None:
    assert sum(compared(seed, tmp_path) for seed in range(first, first + 10)) > 5


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_rows_say_what_the_expressions_say_in_many_scenarios(block: int, tmp_path: Path) -> None:
    for seed in range(1000 + 100 * block, 1100 + 100 * block):
        compared(seed, tmp_path)
