"""A whole-number problem as the compiled engine takes it where its numbers are too wide: rounded
outwards.

Every row ``sum a_j x_j <= b`` over columns with ``x_j >= l_j`` is, with ``a_j = q a'_j + r_j`` and
``0 <= r_j < q``, at least as strict as ``sum a'_j x_j <= floor((b - sum r_j l_j) / q)``; every
objective is at least ``q sum a'_j x_j + sum r_j l_j``. So what the narrower program proves empty is
empty, and what it proves of a least value bounds the true one; plans are read with the numbers as
they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel import (
    UNLIMITED,
    IntegerProgram,
    RefusedError,
    compiled,
    costs_of,
    normal_form,
    precision,
    without_symmetries,
)
from optimiser.engine.exact.wide_program import FITS, matrix_of, width
from optimiser.engine.sparse_rows import sparse_rows
from optimiser.engine.translations import kept
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.engine.exact.kernel import NormalForm
    from optimiser.engine.exact.wide_program import WideProgram

    Terms = dict[int, int]

__all__ = ["Narrowed", "narrowed", "narrowed_to_list"]

# bits of the sum of a row's numbers: what the engine is tried with, one after the other
_BITS = (62, 44, 36, 30, 24)
# the same where the front is listed: bounds are rounded by the size of what is minimised, and with
# more bits a cost of few drowns beside it
_LISTING_BITS = (26, 22)


@dataclass(frozen=True, eq=False)
class Narrowed:
    """A program for the engine that every plan holds, whose objectives bound the true ones from
    below.

    Attributes:
        program: with m objectives.
        quantum, offset: objective k of the problem is at least ``quantum[k] * value + offset[k]``,
            and equal to it where the quantum is 1.
        exact: whether nothing was rounded.
    """

    program: IntegerProgram
    quantum: tuple[int, ...]
    offset: tuple[int, ...]
    exact: bool

    @cached_property
    def form(self) -> NormalForm:
        """The program's normal form; RefusedError where the engine does not take it."""
        return normal_form(self.program)

    @cached_property
    def ordered(self) -> NormalForm:
        """The normal form in which of plans that exchanges of columns make of each other only some
        are left, one at least.
        """
        # exchanging columns of rounded rows says nothing of the rows as they are
        if not self.exact:
            return self.form
        none = np.zeros((0, len(self.program.lower)), dtype=np.int64)
        ordered = normal_form(without_symmetries(self.program, none))
        try:
            precision(ordered, ordered.objectives)
        except RefusedError:
            return self.form
        return ordered

    def limits(self, highest: Iterable[int | None], /) -> list[int | None]:
        """What the program's objectives are at most in every plan whose true ones are at most
        ``highest``.
        """
        return [
            None if high is None else (high - o) // q
            for high, q, o in zip(highest, self.quantum, self.offset, strict=True)
        ]

    def floor(self, k: int, value: int, /) -> int:
        """What objective k is at least where the program's is at least ``value``."""
        return self.quantum[k] * value + self.offset[k]


@kept
def narrowed(problem: WideProgram, /) -> Narrowed | None:
    """The widest program that the engine takes; None where it takes none or cannot be loaded."""
    return _first(problem, _BITS)


@kept
def narrowed_to_list(problem: WideProgram, /) -> Narrowed | None:
    """The program of which the engine lists the front soonest, rounding being made good
    afterwards; None as of :func:`narrowed`.
    """
    return _first(problem, _LISTING_BITS)


def _first(problem: WideProgram, widths: Sequence[int]) -> Narrowed | None:
    if not compiled():
        return None
    for bits in widths:
        found = _rounded(problem, bits)
        if found is None:
            continue
        try:
            # a front is searched by sums of its objectives, and a question by one of them
            for costs in (costs_of(found.form), found.form.objectives):
                precision(found.form, costs)
        except RefusedError:
            continue
        return found
    return None


def _rounded(problem: WideProgram, bits: int) -> Narrowed | None:
    lower, n = problem.lower, len(problem.columns)
    # what nothing depends on needs no values to choose from
    upper = tuple(
        high if used else low
        for low, high, used in zip(lower, problem.upper, problem.used, strict=True)
    )
    if any(abs(v) >= FITS for v in (*lower, *upper)):
        return None
    objectives = [_outwards(line.terms, lower, upper, bits) for line in problem.objectives]
    rows: list[tuple[Terms, int | None, int | None]] = []
    exact = all(q == 1 for _, q, _ in objectives)
    for line in problem.rows:
        terms, q, o = _outwards(line.terms, lower, upper, bits)
        if q == 1:
            rows.append((terms, line.lower, line.upper))
            continue
        exact = False
        if line.upper is not None:
            rows.append((terms, None, (line.upper - o) // q))
        if line.lower is not None:
            negated, p, shift = _outwards(
                {j: -c for j, c in line.terms.items()}, lower, upper, bits
            )
            rows.append((negated, None, (-line.lower - shift) // p))
    ends = [
        (-UNLIMITED if low is None else low, UNLIMITED if high is None else high)
        for _, low, high in rows
    ]
    limits = [tuple(max(-UNLIMITED, min(UNLIMITED, end)) for end in pair) for pair in ends]
    if exact and problem.program is not None and upper == problem.upper and bits == _BITS[0]:
        # the very program that lists the front: its normal form is made once
        return Narrowed(problem.program, (1,) * len(objectives), (0,) * len(objectives), True)
    program = IntegerProgram(
        matrix_of([terms for terms, _, _ in objectives], n),
        sparse_rows([terms for terms, _, _ in rows], n),
        np.array([low for low, _ in limits], dtype=np.int64),
        np.array([high for _, high in limits], dtype=np.int64),
        np.array(lower, dtype=np.int64),
        np.array(upper, dtype=np.int64),
        problem.products,
    )
    return Narrowed(
        program, tuple(q for _, q, _ in objectives), tuple(o for _, _, o in objectives), exact
    )


def _outwards(
    terms: Mapping[int, int], lower: Sequence[int], upper: Sequence[int], bits: int
) -> tuple[Terms, int, int]:
    """Numbers a' of so many bits in all, q and o with ``sum a x >= q sum a' x + o`` within the
    columns' bounds.
    """
    q = 1 << max(0, width(terms, lower, upper).bit_length() - bits)
    if q == 1:
        return dict(terms), 1, 0
    return (
        {j: c // q for j, c in terms.items() if c // q},
        q,
        sum((c % q) * lower[j] for j, c in terms.items()),
    )
