"""Symmetry: rows that the canonical plan of every efficient point holds, though not every plan.

An exchange of columns that leaves the program as it is makes of a plan another one with the same
objectives. So the canonical plan x of a point comes no later than what exchanges make of it: with
the first preference w that tells them apart, ``w @ x <= w @ exchanged(x)``, which is a row. Of two
equal columns it says ``x_later <= x_first``; so n of them stand in n + 1 ways instead of 2**n.

Where columns can be exchanged only together (the starts of two technologies, or their levels), and
those on either side can stand in few ways, a row for every way says more: where one side stands for
something that comes no earlier than that, the other one does.

F. Margot, "Symmetry in integer linear programming", 50 Years of Integer Programming 1958-2008,
2010, 647-686; the colours by which exchanges are looked for: B. D. McKay, "Practical graph
isomorphism", Congressus Numerantium 30, 1981, 45-87.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel.integer_program import (
    IntegerProgram,
    RefusedError,
    normal_form,
)
from optimiser.engine.exact.kernel.multipliers import costs_of, precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = ["symmetry_rows", "without_symmetries"]

Terms = dict[int, int]

# Steps, each of which looks at one number of a row: a third of a second.
_STEPS = 200_000
# columns of one side whose ways to stand are looked at one by one
_SIDE = 8
# rounds in which columns are told apart by what stands beside them
_ROUNDS = 6


class _SpentError(Exception):
    """No step is left."""


def without_symmetries(program: IntegerProgram, weights: Integers, /) -> IntegerProgram:
    """The program with the rows that only canonical plans hold, where there are any; the weights
    (w, n) as of :func:`symmetry_rows`.
    """
    rows = symmetry_rows(program, weights)
    if not rows:
        return program
    narrower = replace(program, canonical=rows)
    try:
        form = normal_form(narrower)
        precision(form, costs_of(form))
    except RefusedError:
        return program
    return narrower


def symmetry_rows(program: IntegerProgram, weights: Integers, /) -> tuple[Terms, ...]:
    """Rows ``terms @ x <= 0`` that every efficient point's canonical plan holds.

    Args:
        program: arrays of whole numbers.
        weights: (w, n) int64: of plans with equal objectives the canonical one is least in
            ``weights[0] @ x``, then in the next, then in lexicographic order.
    """
    colours = _colours(program)
    _, whose, sizes = np.unique(colours, return_inverse=True, return_counts=True)
    alike: dict[int, list[int]] = defaultdict(list)
    for j in np.flatnonzero(sizes[whose] > 1).tolist():
        if j not in program.products:
            alike[int(whose[j])].append(j)
    found: list[Terms] = []
    if alike:
        view = _View(program, colours)
        try:
            for some in alike.values():
                # each with the next that is preferred: a chain then says all
                some.sort(key=lambda j: (weights[:, j].tolist(), -j))
                _exchanged(view, some, weights, found)
        except _SpentError:
            pass
    return tuple(found)


def _exchanged(view: _View, some: list[int], weights: Integers, found: list[Terms], /) -> None:
    """Add what exchanges of alike columns say."""
    for i, j in pairwise(some):
        pairs = None if (i, j) in view.done else _exchange(view, i, j)
        if pairs is not None:
            view.done.update(pairs.items(), ((d, c) for c, d in pairs.items()))
            found.extend(_rows(view, pairs, weights))


class _View:
    """A program by its columns.

    Attributes:
        program: as given.
        colours: (n,) of the columns.
        rows: column -> number of every row, and its limits.
        of: (n,) the rows of every column.
        factors: of every product.
        beside: (n,) of every column the products that it is a factor of, by their other factors.
        done: pairs of columns that are exchanged already.
    """

    def __init__(self, program: IntegerProgram, colours: NDArray[np.uint64], /) -> None:
        self.program, self.colours = program, colours.tolist()
        sides = zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)
        self.rows = [
            ({j: a for j, a in row.items() if a}, *limits)
            for row, limits in zip(program.rows, sides, strict=True)
        ]
        self.of: list[list[int]] = [[] for _ in colours]
        for i, (terms, _, _) in enumerate(self.rows):
            for j in terms:
                self.of[j].append(i)
        self.factors = {y: frozenset(f) for y, f in program.products.items()}
        self.beside: list[dict[frozenset[int], list[int]]] = [{} for _ in colours]
        for y, factors in self.factors.items():
            for j in factors:
                self.beside[j].setdefault(factors - {j}, []).append(y)
        self.done: set[tuple[int, int]] = set()
        self._left = _STEPS

    @cached_property
    def known(self) -> set[tuple[frozenset[tuple[int, int]], int, int]]:
        """The rows, to be looked up."""
        return {(frozenset(terms.items()), low, high) for terms, low, high in self.rows}

    def spend(self, steps: int, /) -> None:
        """Count steps; _SpentError where none is left."""
        self._left -= steps
        if self._left < 0:
            raise _SpentError


def _colours(program: IntegerProgram, /) -> NDArray[np.uint64]:
    """(n,) numbers that are the same for columns that some exchange may map on each other: what
    they are, what rows and products they are in, and with what.
    """
    n = program.objectives.shape[1]
    ends = np.vstack([program.objectives, program.lower, program.upper]).T.astype(np.uint64)
    colours = _mixed(ends @ _odd(ends.shape[1], 1))
    sides = np.stack([program.row_lower, program.row_upper], axis=1).astype(np.uint64)
    limits = _mixed(sides @ _odd(2, 2))
    rows, values = program.rows, program.rows.values.astype(np.uint64)
    of = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    members = [(y, j) for y, factors in program.products.items() for j in (y, *factors)]
    products, parts = np.array(members, dtype=np.int64).reshape(-1, 2).T
    role = np.where(products == parts, 3, 1).astype(np.uint64)
    for _ in range(_ROUNDS):
        sums = limits.copy()
        np.add.at(sums, of, _mixed(colours[rows.columns] + _mixed(values)))
        whole = np.zeros(n, dtype=np.uint64)
        np.add.at(whole, products, _mixed(colours[parts] * role))
        after = _mixed(colours)
        np.add.at(after, rows.columns, _mixed(_mixed(sums)[of] + _mixed(values)))
        np.add.at(after, parts, _mixed(whole[products] + role))
        if len(np.unique(after)) == len(np.unique(colours)):
            return after
        colours = after
    return colours


def _odd(count: int, seed: int) -> NDArray[np.uint64]:
    draw = np.random.default_rng(seed)
    return draw.integers(0, 1 << 63, count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """What looks like chance, of whole numbers."""
    mixed = (numbers ^ (numbers >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))


def _exchange(view: _View, i: int, j: int, /) -> dict[int, int] | None:
    """An exchange of column i with column j, and of as many others as that needs, that leaves the
    program as it is: the columns of i's side and those that take their places. None where none is
    found.
    """
    colours = view.colours
    pairs, waiting = {i: j}, [i]
    both = {i: j, j: i}

    def joined(left: Iterable[int], right: Iterable[int]) -> bool:
        """Exchange more columns with each other; False where they do not fit."""
        ones, others = (sorted(some, key=lambda c: (colours[c], c)) for some in (left, right))
        if len(ones) != len(others):
            return False
        for c, d in zip(ones, others, strict=True):
            if c in both or d in both or colours[c] != colours[d]:
                return False
            pairs[c], both[c], both[d] = d, d, c
            waiting.append(c)
        return True

    while waiting:
        c = waiting.pop()
        for r in view.of[c]:
            image = _image(view, r, both)
            if image is None or not joined(*image):
                return None
        for others, products in view.beside[c].items():
            if not _mapped(view, others, products, both, both[c], joined=joined):
                return None
    return pairs if _leaves(view, both) else None


def _image(view: _View, r: int, both: dict[int, int], /) -> tuple[set[int], set[int]] | None:
    """Of the row that an exchange may put in place of row r, the columns of r and its own that are
    to be exchanged yet.
    """
    terms, low, high = view.rows[r]
    view.spend(len(both))
    if _is_kept(terms, both):
        return set(), set()
    moved = [c for c in terms if c in both]
    best: tuple[set[int], set[int]] | None = None
    rest = {c: a for c, a in terms.items() if c not in both}
    for other in view.of[both[moved[0]]]:
        candidate, below, above = view.rows[other]
        if len(candidate) != len(terms) or (below, above) != (low, high):
            continue
        view.spend(len(terms))
        if any(candidate.get(both[c]) != terms[c] for c in moved):
            continue
        taken = {both[c] for c in moved}
        own = {c: a for c, a in candidate.items() if c not in taken}
        left = {c for c, a in rest.items() if own.get(c) != a}
        right = {c for c, a in own.items() if rest.get(c) != a}
        if any(c in both for c in right) or sorted(rest[c] for c in left) != sorted(
            own[c] for c in right
        ):
            continue
        if best is None or len(left) < len(best[0]):
            best = left, right
    return best


def _is_kept(terms: Mapping[int, int], both: Mapping[int, int]) -> bool:
    """Whether an exchange of columns leaves a row as it is."""
    return all(terms.get(d) == terms.get(c) for c, d in both.items())


def _mapped(
    view: _View,
    others: frozenset[int],
    products: Sequence[int],
    both: dict[int, int],
    place: int,
    /,
    *,
    joined: Callable[[Iterable[int], Iterable[int]], bool],
) -> bool:
    """Exchange products, whose factors but one are ``others``, with those of the column ``place``,
    and the factors that are to be exchanged for that. Returns whether it fits.
    """
    target = frozenset(both.get(f, f) for f in others)
    beside = view.beside[place]
    if target not in beside:
        view.spend(len(beside))
        fits = [some for some in beside if len(some) == len(others)]
        if not fits:
            return False
        nearest = min(fits, key=lambda some: (len(some - target), sorted(some)))
        if not joined(target - nearest, nearest - target):
            return False
        target = nearest
    new = [y for y in products if y not in both]
    return joined(
        [y for y in new if y not in beside[target]],
        [y for y in beside[target] if y not in both and y not in new],
    )


def _leaves(view: _View, both: dict[int, int], /) -> bool:
    """Whether exchanging columns leaves the program as it is."""
    program = view.program
    at, to = np.array(list(both)), np.array(list(both.values()))
    if (program.objectives[:, at] != program.objectives[:, to]).any():
        return False
    bounds = np.stack([program.lower, program.upper])
    if (bounds[:, at] != bounds[:, to]).any():
        return False
    touched = {y for c in both for products in view.beside[c].values() for y in products}
    for y in touched | (view.factors.keys() & both.keys()):
        image = frozenset(both.get(f, f) for f in view.factors[y])
        if view.factors.get(both.get(y, y)) != image:
            return False
    for r in {r for c in both for r in view.of[c]}:
        terms, low, high = view.rows[r]
        view.spend(len(both))
        if _is_kept(terms, both):
            continue
        view.spend(len(terms))
        changed = frozenset((both.get(c, c), a) for c, a in terms.items())
        if (changed, low, high) not in view.known:
            return False
    return True


def _rows(view: _View, pairs: dict[int, int], weights: Integers, /) -> list[Terms]:
    """What an exchange says of canonical plans."""
    left, right = list(pairs), list(pairs.values())
    tells = np.flatnonzero((weights[:, left] != weights[:, right]).any(axis=1))
    if not len(tells):
        first = min(pairs.items(), key=min)
        return [{min(first): 1, max(first): -1}]
    row = weights[tells[0]].tolist()
    differs = {c: row[c] - row[d] for c, d in pairs.items() if row[c] != row[d]}
    rows = _thresholds(view, differs) or [differs]
    return [{**terms, **{pairs[c]: -a for c, a in terms.items()}} for terms in rows]


def _thresholds(view: _View, value: Terms, /) -> list[Terms]:
    """For columns of one side and what they are worth, whether they stand for something worth at
    least so much, as sums; nothing where their ways to stand are too many for that.
    """
    columns = list(value)
    ends = view.program.lower[columns], view.program.upper[columns]
    if len(columns) > _SIDE or ends[0].any() or (ends[1] != 1).any():
        return []
    inside = set(columns)
    rows = [view.rows[r] for r in {r for c in columns for r in view.of[c]}]
    rows = [row for row in rows if row[0].keys() <= inside]
    view.spend(len(rows) << len(columns))
    ways = [dict(zip(columns, way, strict=True)) for way in product((0, 1), repeat=len(columns))]
    ways = [
        way
        for way in ways
        if all(
            low <= sum(a * way[c] for c, a in terms.items()) <= high for terms, low, high in rows
        )
    ]
    if len(ways) != len(columns) + 1:
        return []
    stands = np.array([[1, *way.values()] for way in ways])
    if round(abs(np.linalg.det(stands))) != 1:
        return []
    # (columns + 1, ways) of each way whether it is the one that stands, as a sum
    is_it = np.rint(np.linalg.inv(stands)).astype(np.int64)
    if (stands @ is_it != np.eye(len(ways), dtype=np.int64)).any():
        return []
    worth = np.array([sum(a * way[c] for c, a in value.items()) for way in ways])
    found = []
    for least in np.unique(worth)[1:]:
        sums = is_it[1:, worth >= least].sum(axis=1).tolist()
        found.append({c: a for c, a in zip(columns, sums, strict=True) if a})
    return found
