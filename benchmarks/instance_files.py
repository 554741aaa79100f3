"""Instances of others, read from their files: knapsacks of Kirlik and Sayin and of Tamby and
Vanderpooten, set packing of vOptLib, everything in the format of MOrepo's ``.fgt`` files, and
linear models with several objectives in MathOptFormat, as MultiObjectiveAlgorithms.jl keeps them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.instances import Instance

__all__ = ["read"]

_SENSES = {"maxsum": -1, "minsum": 1}


def read(path: Path, /) -> Instance:
    """The instance in a file.

    Raises:
        ValueError: it is of no form that is known; says what was expected.
    """
    text = path.read_text()
    if path.name.endswith(".mof.json"):
        kind, form = _mof, "MathOptFormat: linear, whole numbers with bounds, whole coefficients"
    elif path.suffix == ".fgt":
        kind, form = _fgt, "variables, rows, objectives; minsum or maxsum; matrices, sides, bounds"
    elif "[" in text:
        kind, form = _knapsack, "objectives, items, capacity, [[profits]], [weights]"
    else:
        kind, form = _packing, "rows, columns, two lists of values, the columns of each row"
    try:
        made = kind(path.stem, text)
    except (ArithmeticError, LookupError, TypeError, ValueError, StopIteration) as error:
        raise ValueError(f"{path}: expected {form}; {error}") from error
    return replace(made, folder=path.parent)


def _whole(values: Any) -> Any:
    """The array of whole numbers, whatever they are written as."""
    found = np.array(values, dtype=np.float64)
    if (found % 1).any():
        raise ValueError("a number that is not whole")
    return found.astype(np.int64)


def _knapsack(name: str, text: str) -> Instance:
    words = text.split(maxsplit=3)
    m, n, capacity = int(words[0]), int(words[1]), float(words[2])
    decoder = json.JSONDecoder()
    profits, end = decoder.raw_decode(words[3])
    weights, _ = decoder.raw_decode(words[3][end:].lstrip(" \t\r\n,"))
    values, sizes = _whole(profits), _whole(weights).reshape(-1)
    if values.shape != (m, n) or sizes.shape != (n,):
        raise ValueError(f"{m} x {n} profits and {n} weights")
    return Instance(name, -values, sizes[None], np.array([int(np.floor(capacity))]))


def _packing(name: str, text: str) -> Instance:
    """Set packing with two objectives; columns count from 1."""
    words = iter(text.split())
    rows, columns = int(next(words)), int(next(words))
    values = _taken(words, 2 * columns).reshape(2, columns)
    held = np.zeros((rows, columns), dtype=np.int64)
    for row in held:
        row[_taken(words, int(next(words))) - 1] = 1
    return Instance(name, -values, held, np.ones(rows, dtype=np.int64))


def _fgt(name: str, text: str) -> Instance:
    """Rows with 0 for at least, 1 for at most, 2 for equal; then lower and upper bounds."""
    words = iter(text.split())
    n, rows, m = (int(next(words)) for _ in range(3))
    ahead = [next(words) for _ in range(2)]
    if ahead[0] not in _SENSES:  # two counts of what is not zero
        ahead = [next(words) for _ in range(2)]
    senses = [*ahead, *(next(words) for _ in range(m - 2))]
    signs = np.array([_SENSES[sense] for sense in senses], dtype=np.int64)
    values = _taken(words, m * n).reshape(m, n) * signs[:, None]
    held = _taken(words, rows * n).reshape(rows, n)
    kinds, sides = _taken(words, 2 * rows).reshape(rows, 2).T
    lower, upper = _taken(words, 2 * n).reshape(2, n)
    at_most, at_least = kinds > 0, kinds != 1
    return _shifted(
        name,
        values,
        np.vstack([held[at_most], -held[at_least]]),
        np.concatenate([sides[at_most], -sides[at_least]]),
        (lower, upper),
    )


def _shifted(name: str, values: Any, rows: Any, limits: Any, bounds: tuple[Any, Any]) -> Instance:
    """Counted from the lower bounds; the constants of the objectives are left out."""
    lower, upper = bounds
    return Instance(name, values, rows, limits - rows @ lower, upper=tuple(map(int, upper - lower)))


def _taken(words: Iterator[str], count: int) -> Any:
    return _whole([float(next(words)) for _ in range(count)])


def _mof(name: str, text: str) -> Instance:
    data = json.loads(text)
    place = {one["name"]: j for j, one in enumerate(data["variables"])}
    lower, upper = np.full(len(place), -np.inf), np.full(len(place), np.inf)
    rows, limits = [], []
    for one in data["constraints"]:
        function, limit = one["function"], one["set"]
        low, high = _ends(limit)
        if function["type"] == "Variable":
            j = place[function["name"]]
            lower[j], upper[j] = max(lower[j], low), min(upper[j], high)
            continue
        row = np.zeros(len(place))
        for term in function["terms"]:
            row[place[term["variable"]]] += term["coefficient"]
        for sign, end in ((1, high), (-1, -low)):
            if np.isfinite(end):
                rows.append(sign * row)
                limits.append(end - sign * function.get("constant", 0.0))
    objective = data["objective"]
    terms = objective["function"]["terms"]
    values = np.zeros((max(term["output_index"] for term in terms), len(place)))
    for term in terms:
        own = term["scalar_term"]
        values[term["output_index"] - 1, place[own["variable"]]] += own["coefficient"]
    if not np.isfinite([*lower, *upper]).all():
        raise ValueError("a variable without bounds")
    sign = -1 if objective["sense"] == "max" else 1
    bounds = _whole(lower), _whole(upper)
    return _shifted(name, sign * _whole(values), _whole(rows), _whole(limits), bounds)


def _ends(limit: Mapping[str, Any]) -> tuple[float, float]:
    """Lower and upper end of a set."""
    kind = limit["type"]
    if kind == "ZeroOne":
        return 0.0, 1.0
    if kind == "EqualTo":
        return limit["value"], limit["value"]
    if kind in ("LessThan", "GreaterThan", "Interval", "Integer"):
        return limit.get("lower", -np.inf), limit.get("upper", np.inf)
    raise ValueError(f"a set {kind}")
