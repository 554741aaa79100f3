"""The problem as a certificate sees it: exact rows in whole numbers, as arrays."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.errors import UsageError
from optimiser.language import retold, stored, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Domain, Linear, Problem, Row

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["System", "digest_of", "follows", "system_of", "uncertifiable"]

# Whole numbers beyond are not kept in arrays of 64 bits.
_WIDEST = 1 << 61


@dataclass(frozen=True, eq=False)
class System:
    """``f(x) = matrix[:m] @ x + constants`` to be minimised, ``low <= matrix[m:] @ x <= high``, x
    within its box.

    Rows of ``matrix`` are numbered as in a certificate: the m objectives, then the rows of the
    linear problem in their order.

    Attributes:
        matrix: (m + r, n) int64.
        constants: (m,) int64.
        low, high: (r,) int64, the rows' own constants moved over; valid where known.
        low_known, high_known: (r,) where the row has this side at all.
        lower, upper: (n,) int64 the columns' boxes, those of real columns rounded outwards; valid
            where known.
        lower_known, upper_known: (n,) where the box has an end at all.
        whole: (n,) which columns take whole values only.
        digest: SHA-256 of all of it, by name, in hex.
    """

    matrix: Integers
    constants: Integers
    low: Integers
    high: Integers
    low_known: Flags
    high_known: Flags
    lower: Integers
    upper: Integers
    lower_known: Flags
    upper_known: Flags
    whole: Flags
    digest: str

    @property
    def m(self) -> int:
        """How many objectives there are."""
        return len(self.constants)


def uncertifiable(problem: Problem, /) -> str | None:
    """Why no certificate can be written for the problem, in plain words; None where one
    can.
    """
    if not problem.linear:
        return problem.linear.reason
    for decision in problem.decisions:
        if not decision.discrete:
            return stored(
                "decision '{name}' is a real number, so there is no finite list of points",
                name=decision.name,
            )
    if problem.exact is None:
        return stored("the model cannot be evaluated in exact arithmetic")
    linear = problem.linear
    if linear.resolution is not None:
        return stored("an objective or a constraint is compared through a rounded logarithm")
    if any(linear.linked) and not follows(linear, len(problem.decisions)):
        return stored(
            "an objective is compared through a logarithm, beside columns that are no products"
        )
    for row in linear.objectives:
        for j, _ in row.terms:
            if linear.columns[j].kind != "whole":
                return stored(
                    "objective '{row}' does not step in whole numbers: it holds '{column}'",
                    row=row.name,
                    column=linear.columns[j].name,
                )
    for column in linear.columns:
        if column.kind == "whole" and (column.lower is None or column.upper is None):
            return stored("'{name}' has an infinite bound", name=column.name)
    if _width(linear) >= _WIDEST:
        return stored("the model's whole numbers are too wide")
    return None


def system_of(problem: Problem, /) -> System:
    """The problem as exact rows.

    Raises:
        UsageError: nothing can be certified about it, and why.
    """
    reason = uncertifiable(problem)
    if reason is not None or not problem.linear:
        raise UsageError(
            tr("completeness cannot be certified: {reason}", reason=retold(reason or "")),
            help=tr("models with linear effects of whole decisions can"),
        )
    linear = problem.linear
    m, n = len(linear.objectives), len(linear.columns)
    matrix = np.zeros((m + len(linear.rows), n), dtype=np.int64)
    for i, row in enumerate((*linear.objectives, *linear.rows)):
        for j, c in row.terms:
            matrix[i, j] += c
    low = [None if row.lower is None else row.lower - row.constant for row in linear.rows]
    high = [None if row.upper is None else row.upper - row.constant for row in linear.rows]
    lower = [_floor(d) for d in linear.columns]
    upper = [_ceiling(d) for d in linear.columns]
    return System(
        matrix,
        np.array([row.constant for row in linear.objectives], dtype=np.int64),
        _filled(low),
        _filled(high),
        _known(low),
        _known(high),
        _filled(lower),
        _filled(upper),
        _known(lower),
        _known(upper),
        np.array([d.kind == "whole" for d in linear.columns], dtype=np.bool_),
        digest_of(linear),
    )


def follows(linear: Linear, decisions: int, /) -> bool:
    """Whether every column follows from so many decisions by products."""
    return len(linear.columns) == decisions + len(linear.products) and all(
        d.kind == "whole" for d in linear.columns
    )


def _floor(domain: Domain) -> int | None:
    """The lower end: of a whole column the first whole number inside, of a real one rounded
    outwards.
    """
    if domain.lower is None:
        return None
    return int(-((-domain.lower) // 1)) if domain.kind == "whole" else int(domain.lower // 1)


def _ceiling(domain: Domain) -> int | None:
    if domain.upper is None:
        return None
    return int(domain.upper // 1) if domain.kind == "whole" else int(-((-domain.upper) // 1))


def _filled(values: list[int | None]) -> Integers:
    return np.array([0 if value is None else value for value in values], dtype=np.int64)


def _known(values: list[int | None]) -> Flags:
    return np.array([value is not None for value in values], dtype=np.bool_)


def _width(linear: Linear) -> int:
    """The largest whole number there is, activities included."""
    sizes = [max(1, abs(_floor(d) or 0), abs(_ceiling(d) or 0)) for d in linear.columns]
    widest = max(sizes, default=1)
    for row in (*linear.objectives, *linear.rows):
        sides = [abs(side) for side in (row.lower, row.upper) if side is not None]
        widest = max(
            widest, *sides, sum(abs(c) * sizes[j] for j, c in row.terms) + abs(row.constant), 1
        )
    return widest


def digest_of(linear: Linear, /) -> str:
    """SHA-256 of all columns, objectives and rows, by name, in hex."""
    columns = [[d.name, d.kind, _text(d.lower), _text(d.upper)] for d in linear.columns]
    content = {
        "columns": columns,
        "objectives": [*map(_listed, linear.objectives)],
        "rows": [*map(_listed, linear.rows)],
    }
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _listed(row: Row) -> list[object]:
    return [
        row.name,
        [list(term) for term in row.terms],
        row.lower,
        row.upper,
        row.constant,
        str(row.scale),
    ]
