"""Small problems written by hand as arrays, and brute force over all their plans."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from optimiser.engine.problem import Domain, Linear, Nonlinear, Problem, Row

Key = tuple[int, ...]


@dataclass
class Draft:
    """Objectives and rows as {factors: whole number}: (j,) is a column, (i, j) a product of
    binaries, () a constant.
    """

    domains: Sequence[Domain]
    objectives: Sequence[Mapping[Any, int]]
    rows: Sequence[tuple[Mapping[Any, int], int | None, int | None]] = ()
    scale: int = 1
    adopted: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    linear: bool = True
    exact: bool = True


def binary(name: str) -> Domain:
    return Domain(name, "whole", Fraction(0), Fraction(1))


def binaries(n: int) -> list[Domain]:
    return [binary(f"x{j}") for j in range(n)]


def whole(name: str, lower: int | None, upper: int | None) -> Domain:
    return Domain(
        name,
        "whole",
        None if lower is None else Fraction(lower),
        None if upper is None else Fraction(upper),
    )


def real(name: str, lower: float | None, upper: float | None) -> Domain:
    return Domain(
        name,
        "real",
        None if lower is None else Fraction(lower),
        None if upper is None else Fraction(upper),
    )


def listed(name: str, *values: float) -> Domain:
    exact = tuple(Fraction(str(v)) for v in values)
    return Domain(name, "listed", exact[0], exact[-1], exact)


def problem_of(draft: Draft) -> Problem:
    n = len(draft.domains)
    keys = sorted(
        {
            k
            for terms in (*draft.objectives, *(r[0] for r in draft.rows))
            for k in terms
            if len(k) > 1
        }
    )
    column = {key: n + i for i, key in enumerate(keys)} | {(j,): j for j in range(n)}
    scale = Fraction(draft.scale)

    def row(name: str, terms: Mapping[Key, int], low: int | None, high: int | None) -> Row:
        pairs = tuple((column[k], c) for k, c in sorted(terms.items()) if k)
        return Row(name, name, pairs, low, high, terms.get((), 0), scale)

    objectives = tuple(row(f"f{k}", terms, None, None) for k, terms in enumerate(draft.objectives))
    rows = [row(f"r{i}", *r) for i, r in enumerate(draft.rows)]
    logic = tuple(r for r in rows if all(j < n for j, _ in r.terms))
    rest = [r for r in rows if r not in logic]
    defining = []
    for key in keys:
        z, name = column[key], "*".join(map(str, key))
        defining += [Row(name, name, ((j, -1), (z, 1)), None, 0) for j in key]
        defining.append(Row(name, name, (*((j, 1) for j in key), (z, -1)), None, len(key) - 1))
    columns = [*draft.domains, *(binary("*".join(map(str, key))) for key in keys)]
    for j, d in enumerate(draft.domains):
        if d.kind == "listed":
            places = range(len(columns), len(columns) + len(d.values))
            columns += [binary(f"{d.name}={v}") for v in d.values]
            by = Fraction(np.lcm.reduce([v.denominator for v in d.values]))
            values = tuple((z, int(v * by)) for z, v in zip(places, d.values, strict=True) if v)
            columns[j] = Domain(d.name, "real", d.lower, d.upper)
            defining.append(
                Row(
                    f"values of {d.name}",
                    f"values of {d.name}",
                    tuple((z, 1) for z in places),
                    1,
                    1,
                )
            )
            defining.append(
                Row(f"values of {d.name}", f"values of {d.name}", ((j, -int(by)), *values), 0, 0)
            )
    linear = Linear(
        tuple(columns),
        objectives,
        (*rows, *defining),
        {column[k]: k for k in keys},
        ("",) * len(objectives),
    )
    discrete = all(d.discrete for d in draft.domains)
    return Problem(
        tuple(draft.domains),
        tuple(o.name for o in objectives),
        np.ones(len(objectives)),
        logic,
        tuple(r.name for r in rest),
        evaluator(linear, objectives, rest),
        None,
        exact_of(linear, objectives, rows) if discrete and draft.exact else None,
        linear if draft.linear else Nonlinear("objective 'f0' is not linear"),
        preferences(draft),
    )


def preferences(draft: Draft) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The fewest technologies, then the decisions in their order."""
    adopted = draft.adopted or {f"t{j}": (j,) for j, d in enumerate(draft.domains) if d.binary}
    count = tuple((j, 1) for columns in adopted.values() for j in columns)
    return tuple(row for row in (count, *(((j, 1),) for j in range(len(draft.domains)))) if row)


def evaluator(linear: Linear, objectives: Sequence[Row], rest: Sequence[Row]) -> Any:
    def evaluate(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        full = linear.extend(x)
        y = np.stack([value(o, full) for o in objectives], axis=1)
        v = np.zeros((len(x), len(rest)))
        for i, r in enumerate(rest):
            at = value(r, full)
            for bound, sign in ((r.lower, -1), (r.upper, 1)):
                if bound is not None:
                    limit = float(bound / r.scale)
                    v[:, i] = np.maximum(v[:, i], sign * (at - limit) / max(1, abs(limit)))
        return y, v

    def value(r: Row, full: np.ndarray) -> np.ndarray:
        return sum(
            (float(c / r.scale) * full[:, j] for j, c in r.terms),
            np.full(len(full), float(r.constant / r.scale)),
        )

    return evaluate


def exact_of(linear: Linear, objectives: Sequence[Row], rows: Sequence[Row]) -> Any:
    def exact(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        keys, good = [], []
        for plan in linear.extend(x):
            values = [
                int(v) if v == int(v) else Fraction(v).limit_denominator(10**6)
                for v in plan.tolist()
            ]
            total = [
                sum((c * values[j] for j, c in r.terms if values[j]), r.constant)
                for r in (*objectives, *rows)
            ]
            keys.append([int(v * 10**6) for v in total[: len(objectives)]])
            good.append(
                all(
                    (r.lower is None or v >= r.lower) and (r.upper is None or v <= r.upper)
                    for r, v in zip(rows, total[len(objectives) :], strict=True)
                )
            )
        return np.array(keys, dtype=object).reshape(len(x), len(objectives)), np.array(
            good, dtype=bool
        )

    return exact


def domain_values(domain: Domain) -> list[float]:
    if domain.kind == "listed":
        return [float(v) for v in domain.values]
    assert domain.lower is not None
    assert domain.upper is not None
    return [float(v) for v in range(int(domain.lower), int(domain.upper) + 1)]


def front_by_force(problem: Problem) -> dict[tuple[int, ...], tuple[float, ...]]:
    """Exact keys of every efficient point -> the canonical plan."""
    x = np.array(list(itertools.product(*map(domain_values, problem.decisions))))
    assert problem.exact is not None
    keys, good = problem.exact(x)
    best: dict[tuple[int, ...], tuple[Any, ...]] = {}
    for plan, key, fine in zip(x, keys, good, strict=True):
        if fine:
            entry = (*(sum(w * plan[j] for j, w in row) for row in problem.order), *plan)
            best[tuple(key)] = min(best.get(tuple(key), entry), entry)
    points = np.array(list(best), dtype=object)
    front = {}
    for key, entry in best.items():
        smaller = (points <= np.array(key, dtype=object)).all(axis=1)
        if smaller.sum() == 1:
            front[key] = tuple(float(v) for v in entry[-len(problem.decisions) :])
    return front


def front_of(problem: Problem, x: np.ndarray) -> dict[tuple[int, ...], tuple[float, ...]]:
    """The same of listed plans."""
    assert problem.exact is not None
    keys, good = problem.exact(np.array(x))
    assert good.all()
    return {tuple(key): tuple(float(v) for v in plan) for key, plan in zip(keys, x, strict=True)}


def random_draft(
    seed: int, *, n: int | None = None, m: int | None = None, spread: int = 12
) -> Draft:
    """Technologies with prerequisites, synergies of both signs, exclusions, a budget and small
    equal numbers.
    """
    rng = np.random.default_rng(seed)
    n = n or int(rng.integers(1, 9))
    m = m or int(rng.integers(1, 5))
    objectives: list[dict[Key, int]] = []
    for _ in range(m):
        terms: dict[Key, int] = {(j,): int(rng.integers(-spread, spread + 1)) for j in range(n)}
        for _ in range(int(rng.integers(0, 3))):
            size = min(n, int(rng.integers(2, 4)))
            if n >= 2:
                terms[tuple(sorted(rng.choice(n, size, replace=False).tolist()))] = int(
                    rng.integers(-spread, spread + 1)
                )
        terms[()] = int(rng.integers(-5, 6))
        objectives.append(terms)
    rows: list[tuple[dict[Key, int], int | None, int | None]] = []
    if n >= 2:
        for _ in range(int(rng.integers(0, 3))):
            a, b = rng.choice(n, 2, replace=False).tolist()
            rows.append(({(a,): 1, (b,): -1}, None, 0))
        if rng.random() < 0.5:
            some = rng.choice(n, int(rng.integers(2, n + 1)), replace=False).tolist()
            low = int(rng.integers(0, 2))
            rows.append(({(j,): 1 for j in sorted(some)}, low or None, 1))
    weights = rng.integers(1, spread + 1, n)
    rows.append(
        (
            {(j,): int(w) for j, w in enumerate(weights)},
            None,
            int(weights.sum() * rng.choice([0.4, 0.6, 1.0])),
        )
    )
    if n >= 2 and rng.random() < 0.3:
        rows.append(({(0, 1): 3, (0,): -2, (n - 1,): 1}, -1, 2))
    return Draft(binaries(n), objectives, rows, scale=int(rng.choice([1, 10, 1000])))
