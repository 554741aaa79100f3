"""Objectives and violations of many plans at once, in floating point and in exact arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.problem import Nonlinear
from optimiser.expressions import Polynomial
from optimiser.formulate.exact_numbers import ExactNumbers
from optimiser.formulate.excesses import size_of
from optimiser.formulate.fitted import ordered_by
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Domain, Linear, Row
    from optimiser.expressions import Guard, Input, IntegerForms
    from optimiser.formulate.exact_numbers import ExactColumn
    from optimiser.formulate.logic import RowDraft
    from optimiser.formulate.parts import Bound, Parts
    from optimiser.front import Floats

__all__ = ["Evaluation", "ExactValues"]

# whole numbers of 64 bits with room for a difference of two; numbers that are looked at at once
_FITS, _NUMBERS = 1 << 62, 1 << 20
_WHOLE = 2.0**53  # from here on not every whole number is a float


class Evaluation:
    """The problem's functions over the decision columns, compiled; parameters held.

    Args:
        pieces: the model and its parameter values.
        rest: the p comparisons that are not rows.
    """

    def __init__(self, pieces: Parts, rest: Sequence[Bound], /) -> None:
        nodes = [
            *(objective.node for objective in pieces.objectives),
            *(bound.node for bound in rest),
        ]
        self._pieces, self._nodes = pieces, nodes
        self._m = len(pieces.objectives)
        self._program = pieces.shared.program(nodes)
        self._parameters = np.array([float(value) for value in pieces.values.values()])
        self._signs = np.array([float(objective.sign) for objective in pieces.objectives])
        self._equality = np.array([bound.equality for bound in rest], dtype=bool)
        self._size = np.array([float(size_of(pieces, bound)) for bound in rest])
        self.smooth = pieces.shared.smooth(nodes)

    def values(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) -> minimised objectives (k, m), violations (k, p); all infinite where anything is
        undefined.
        """
        outputs = self._program.values(x, self._parameters)
        objectives = outputs[:, : self._m] * self._signs + 0.0
        distance = outputs[:, self._m :] / self._size
        violations = np.where(self._equality, np.abs(distance), np.maximum(distance, 0.0))
        undefined = ~np.isfinite(outputs).all(axis=1)
        objectives[undefined] = np.inf
        violations[undefined] = np.inf
        return objectives, violations

    def margins(self, x: Floats, /) -> Floats:
        """(k, n) -> signed distances (k, p) behind the violations; infinite where anything is
        undefined.
        """
        outputs = self._program.values(x, self._parameters)
        distance = outputs[:, self._m :] / self._size
        distance[~np.isfinite(outputs).all(axis=1)] = np.inf
        return np.asarray(distance)

    def gradient(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) -> derivatives (k, m, n) of the minimised objectives and (k, p, n) of the signed
        distances.

        A distance is (left - right) / max(1, |bound|), negative inside, before its violation is
        taken.
        """
        jacobian = self._program.jacobian(x, self._parameters)
        return jacobian[:, : self._m] * self._signs[:, None], jacobian[:, self._m :] / self._size[
            :, None
        ]

    def roundoff(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) -> how far floats may be from exact arithmetic: (k, m) of objectives, (k, p) of
        margins; of no plans, one row.

        What holds all over the domains costs nothing a plan; only where nothing does are the plans
        looked at one by one. NaN where something is surely undefined.
        """
        found, guards = self._anywhere
        if len(x) == 0:
            errors = np.full((1, len(found)), np.inf) if guards else found[None, :]
        else:
            errors = np.repeat(found[None, :], len(x), axis=0)
            close = np.flatnonzero(self._close(x))
            unknown = np.flatnonzero(~np.isfinite(found))
            for rows, outputs in ((close, np.arange(len(found))), (np.arange(len(x)), unknown)):
                if len(rows) and len(outputs):
                    errors[np.ix_(rows, outputs)] = self._looked_at(x[rows], outputs)
        return errors[:, : self._m], errors[:, self._m :] / self._size

    def _looked_at(self, x: Floats, outputs: NDArray[np.int64]) -> Floats:
        """(k, outputs) errors at plans one by one."""
        from optimiser.expressions import errors_at

        values = dict(zip(self._program.inputs, np.ascontiguousarray(x.T), strict=True))
        held = {name: np.array([float(value)]) for name, value in self._pieces.values.items()}
        nodes = [self._nodes[place] for place in outputs.tolist()]
        return errors_at(self._pieces.graph, nodes, self._inputs, {**values, **held})

    def _close(self, x: Floats) -> NDArray[np.bool_]:
        """(k,) where floats may get a comparison wrong."""
        guards = self._anywhere[1]
        if not guards:
            return np.zeros(len(x), dtype=bool)
        program = self._pieces.shared.program(
            [node for guard in guards for node in (guard.left, guard.right)]
        )
        sides = program.values(x, self._parameters)
        apart = np.abs(sides[:, ::2] - sides[:, 1::2]) > np.array([guard.slack for guard in guards])
        return np.asarray(~apart.all(axis=1), dtype=bool)

    @cached_property
    def _inputs(self) -> dict[str, Input]:
        from optimiser.expressions import Input

        found = {d.name: _input(d) for d in self._pieces.domains}
        for name, value in self._pieces.values.items():
            near = float(value)
            found[name] = Input(value.denominator == 1, Fraction(near) == value, near, near)
        return found

    @cached_property
    def _anywhere(self) -> tuple[Floats, tuple[Guard, ...]]:
        from optimiser.expressions import errors_over

        return errors_over(self._pieces.graph, self._nodes, self._inputs)


def _input(domain: Domain) -> Input:
    from optimiser.expressions import Input

    low = -math.inf if domain.lower is None else float(domain.lower)
    high = math.inf if domain.upper is None else float(domain.upper)
    den = domain.denominator
    whole = domain.kind == "whole" or (domain.kind == "listed" and den == 1)
    # halves, quarters and so on are floats as they are, as long as their numerators are
    fits = max(abs(low), abs(high)) * den < _WHOLE and den & (den - 1) == 0
    return Input(whole, fits and domain.kind != "real", low, high)


class ExactValues:
    """Exact feasibility of whole plans and keys in the exact order of their objectives.

    Where the problem has exact rows without links, a key is the value of the objective's row,
    constant included; of a probability it is the logit.
    """

    def __init__(
        self,
        pieces: Parts,
        logic: Mapping[RowDraft, Row],
        rest: Sequence[Bound],
        /,
        *,
        linear: Linear | Nonlinear,
    ) -> None:
        self._pieces = pieces
        self._logic = logic
        self._rest = rest
        ordered = [
            ordered_by(pieces.graph, objective.node, pieces.values)
            for objective in pieces.objectives
        ]
        self._nodes = [*ordered, *(bound.node for bound in rest)]
        self.possible = all(
            domain.kind != "real" for domain in pieces.domains
        ) and pieces.shared.rational(self._nodes)
        self._m = len(pieces.objectives)
        self._factors = [
            o.sign * c for o, c in zip(pieces.objectives, _key_scales(linear, self._m), strict=True)
        ]

    @cached_property
    def _numbers(self) -> ExactNumbers:
        """The objectives and the bounds; made when first asked for."""
        return ExactNumbers(self._pieces, self._nodes)

    @cached_property
    def _rows(self) -> tuple[IntegerForms, NDArray[np.bool_]]:
        """The rows: what is at most 0, or equal to 0 where the flag says so."""
        equality: list[bool] = []
        rows: list[Polynomial] = []
        for draft in self._logic:
            terms: Polynomial = {(name,): c for name, c in draft.terms.items() if c}
            if draft.upper is not None:
                rows.append({**terms, (): -draft.upper})
                equality.append(draft.lower == draft.upper)
            if draft.lower is not None and draft.lower != draft.upper:
                rows.append({**{name: -c for name, c in terms.items()}, (): draft.lower})
                equality.append(False)
        return self._numbers.forms(rows), np.array(equality, dtype=bool)

    @cached_property
    def _whole_rows(self) -> _WholeRows | None:
        """The same as they are in whole numbers; None where a decision is not whole, or a number
        too large.
        """
        rows = list(self._logic.values())
        limits = [
            (-_FITS if row.lower is None else row.lower, _FITS if row.upper is None else row.upper)
            for row in rows
        ]
        numbers = [c for row in rows for _, c in row.terms]
        if any(domain.kind != "whole" for domain in self._pieces.domains) or any(
            abs(number) > _FITS for number in (*numbers, *chain.from_iterable(limits))
        ):
            return None
        return _WholeRows(
            np.cumsum([0, *(len(row.terms) for row in rows)]),
            np.array([j for row in rows for j, _ in row.terms], dtype=np.int64),
            np.array(numbers, dtype=np.int64),
            np.array(limits, dtype=np.int64),
        )

    def _rows_hold(self, x: Floats) -> NDArray[np.bool_]:
        """(k, n) -> (k,) exactly."""
        found = np.ones(len(x), dtype=bool)
        if not self._logic:
            return found
        whole = self._whole_rows
        entries = len(self._logic) if whole is None else len(whole.columns)
        step = max(1, _NUMBERS // max(1, entries))
        for first in range(0, len(x), step):
            block = x[first : first + step]
            told = None if whole is None else whole.hold(block)
            found[first : first + step] = self._expanded_rows_hold(block) if told is None else told
        return found

    def _expanded_rows_hold(self, x: Floats) -> NDArray[np.bool_]:
        forms, equality = self._rows
        numbers = forms.keys(x)
        fine = np.where(equality, numbers == 0, numbers <= 0).astype(bool)
        return np.asarray(fine.all(axis=1), dtype=bool)

    def keys(self, x: Floats, /) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """(k, n) -> keys (k, m) of exactly comparable numbers, and (k,) which plans are exactly
        feasible.

        An undefined plan is infeasible and has keys 0.
        """
        columns = self._numbers.columns(x)
        feasible = self._rows_hold(x)
        for column in columns:
            feasible &= column.defined
        for column, bound in zip(columns[self._m :], self._rest, strict=True):
            feasible &= (column.numbers == 0) if bound.equality else (column.numbers <= 0)
        keys = [
            _keys(column, factor) for column, factor in zip(columns, self._factors, strict=False)
        ]
        return (np.column_stack(keys) if keys else np.zeros((len(x), 0))), feasible


@dataclass(frozen=True, eq=False)
class _WholeRows:
    """r rows over n whole decisions: (r + 1,) where the numbers of each begin, (e,) columns and
    numbers, (r, 2) limits.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    numbers: NDArray[np.int64]
    limits: NDArray[np.int64]

    def hold(self, x: Floats, /) -> NDArray[np.bool_] | None:
        """(k, n) -> (k,); None where a sum might not fit 64 bits."""
        if len(x) == 0:
            return np.ones(0, dtype=bool)
        sizes = np.abs(self.numbers) * np.abs(x).max(axis=0)[self.columns]
        # twice what is allowed would still fit: floats may be wrong about the last bits
        if np.bincount(self._owners, sizes, len(self.limits)).max(initial=0.0) >= _FITS / 2:
            return None
        sums = np.zeros((len(self.columns) + 1, len(x)), dtype=np.int64)
        # what runs over on the way is taken off again
        np.cumsum((np.rint(x).astype(np.int64)[:, self.columns] * self.numbers).T, 0, out=sums[1:])
        values = sums[self.starts[1:]] - sums[self.starts[:-1]]
        low, high = self.limits[:, :1], self.limits[:, 1:]
        return np.asarray(((values >= low) & (values <= high)).all(axis=0), dtype=bool)

    @cached_property
    def _owners(self) -> NDArray[np.int64]:
        """(e,) the row of each entry."""
        return np.repeat(np.arange(len(self.limits)), np.diff(self.starts))


def _keys(column: ExactColumn, factor: Fraction) -> NDArray[Any]:
    """A column times a factor, in whole numbers where they all are."""
    share = factor / column.denominator
    if share.denominator == 1 and column.numbers.dtype != object and abs(share) < 2**62:
        top = int(np.abs(column.numbers).max(initial=0))
        if top * abs(int(share)) < 2**62:
            return column.numbers * int(share)
    exact = [Fraction(number) * share for number in column.numbers.tolist()]
    if all(number.denominator == 1 for number in exact):
        whole = [int(number) for number in exact]
        fits = all(abs(number) < 2**62 for number in whole)
        return np.array(whole, dtype=np.int64 if fits else object)
    keys = np.empty(len(exact), dtype=object)
    keys[:] = exact
    return keys


def _key_scales(linear: Linear | Nonlinear, m: int) -> list[Fraction]:
    if isinstance(linear, Nonlinear):
        return [Fraction(1)] * m
    return [
        Fraction(1) if linked or linear.resolution is not None else row.scale
        for row, linked in zip(linear.objectives, linear.linked, strict=True)
    ]
