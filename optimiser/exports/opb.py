"""``.opb``: the claim that nothing is missing from the list, as a pseudo-Boolean formula.

The formula asks for a plan that, for each listed point, is strictly better in some objective. There
is one exactly where a point is missing: the list is complete where a pseudo-Boolean solver answers
UNSATISFIABLE.

References:
    O. Roussel, V. Manquinho (2016). Input/output format and solver requirements for the
    competitions of pseudo-Boolean solvers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.certificate import claim_of
from optimiser.errors import UsageError
from optimiser.language import marked, tr
from optimiser.results.printable import printable

if TYPE_CHECKING:
    from optimiser.engine.certificate import Claim, System
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats
    from optimiser.results import Result

Terms = dict[int, int]

__all__ = ["SUFFIX", "TITLE", "formula", "text"]

SUFFIX = ".opb"
TITLE = marked(
    "the claim of completeness as a pseudo-Boolean formula, unsatisfiable exactly where no plan "
    "is missing"
)


def text(result: Result, /) -> str:
    """The formula of a result's list.

    Raises:
        UsageError: the model has no exact rows in whole numbers.
        CertificateError: a listed plan is infeasible or dominated.
    """
    return formula(result.problem, result.decisions(), names=result.front.ids)


def formula(problem: Problem, x: Floats, /, *, names: tuple[str, ...] = ()) -> str:
    """The formula that is unsatisfiable exactly where the (k, n) plans are one for every
    non-dominated point.

    Args:
        problem: with exact rows.
        x: the listed plans.
        names: k of them, as comments.
    """
    claim = claim_of(problem, x)
    encoding = _encoding(problem, claim.system)
    constraints = [
        *_box_constraints(claim.system, encoding),
        *_row_constraints(claim.system, encoding),
    ]
    better, count = _better(claim, encoding)
    constraints += better
    lines = [f"* #variable= {count} #constraint= {len(constraints)}"]
    lines += ["* Unsatisfiable exactly where no non-dominated point is missing from the list."]
    lines += [
        f"* x{bits[0][0]}..x{bits[-1][0]} are '{name}'" for name, bits in _named(problem, encoding)
    ]
    lines += [
        f"* listed: {name} {point}"
        for name, point in zip(names, claim.points.tolist(), strict=False)
    ]
    lines += [_line(terms, least) for terms, least in constraints]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Encoding:
    """Column j is ``start[j] + sum(weight * variable)`` over ``bits[j]``; ``dropped`` rows only
    define left-out columns.
    """

    start: tuple[int, ...]
    bits: tuple[tuple[tuple[int, int], ...], ...]
    dropped: frozenset[int]
    count: int


def _encoding(problem: Problem, system: System) -> _Encoding:
    """Variables for the whole columns; a real one must be determined by its only row."""
    m = system.m
    dropped: set[int] = set()
    start: list[int] = []
    bits: list[tuple[tuple[int, int], ...]] = []
    count = 0
    for j, whole in enumerate(system.whole.tolist()):
        if not whole:
            dropped.add(_defining(problem, system, j))
            start.append(0)
            bits.append(())
            continue
        low = int(system.lower[j])
        span = int(system.upper[j]) - low
        weights = [1 << b for b in range(max(0, span).bit_length())]
        bits.append(tuple((count + b + 1, weight) for b, weight in enumerate(weights)))
        count += len(weights)
        start.append(low)
    return _Encoding(tuple(start), tuple(bits), frozenset(i - m for i in dropped), count)


def _defining(problem: Problem, system: System, j: int) -> int:
    """The row that gives a real column, a listed decision, its value, and is good for nothing
    else.
    """
    rows = np.flatnonzero(system.matrix[:, j])
    listed = j < len(problem.decisions) and problem.decisions[j].kind == "listed"
    name = problem.linear.columns[j].name if problem.linear else ""
    if (
        listed
        and len(rows) == 1
        and rows[0] >= system.m
        and (~system.whole[system.matrix[rows[0]] != 0]).sum() == 1
    ):
        i = int(rows[0]) - system.m
        if system.low_known[i] and system.high_known[i] and system.low[i] == system.high[i]:
            return int(rows[0])
    raise UsageError(
        tr(
            "no pseudo-Boolean formula: '{name}' takes values that are not whole numbers", name=name
        ),
        help=tr("models with linear effects of whole decisions can be written so"),
    )


def _box_constraints(system: System, encoding: _Encoding) -> Iterator[tuple[Terms, int]]:
    """No more than the upper end, where the bits could say more."""
    for j, bits in enumerate(encoding.bits):
        span = int(system.upper[j]) - int(system.lower[j])
        if system.whole[j] and span < 0:
            yield {}, 1
        elif bits and span < sum(weight for _, weight in bits):
            yield {variable: -weight for variable, weight in bits}, -span


def _row_constraints(system: System, encoding: _Encoding) -> Iterator[tuple[Terms, int]]:
    for i in range(len(system.low)):
        if i in encoding.dropped:
            continue
        terms, constant = _expanded(system, encoding, system.m + i)
        if system.low_known[i]:
            yield terms, int(system.low[i]) - constant
        if system.high_known[i]:
            yield {v: -c for v, c in terms.items()}, constant - int(system.high[i])


def _expanded(system: System, encoding: _Encoding, row: int) -> tuple[Terms, int]:
    """A row over the variables, and its constant."""
    terms: Terms = {}
    constant = 0
    for j in np.flatnonzero(system.matrix[row]).tolist():
        c = int(system.matrix[row, j])
        constant += c * encoding.start[j]
        for variable, weight in encoding.bits[j]:
            terms[variable] = terms.get(variable, 0) + c * weight
    return terms, constant


def _better(claim: Claim, encoding: _Encoding) -> tuple[list[tuple[Terms, int]], int]:
    """For every listed point some selector, and what each selector means; how many variables there
    are then.

    Selector (k, v) implies ``f_k <= v - 1``; points with an equal value share it.
    """
    system, count = claim.system, encoding.count
    selectors: dict[tuple[int, int], int] = {}
    found: list[tuple[Terms, int]] = []
    for point in claim.points.tolist():
        chosen: Terms = {}
        for k, value in enumerate(point):
            if (k, value) not in selectors:
                count += 1
                selectors[k, value] = count
            chosen[selectors[k, value]] = 1
        found.append((chosen, 1))
    for (k, value), selector in selectors.items():
        terms, constant = _expanded(system, encoding, k)
        constant += int(system.constants[k])
        most = constant + sum(c for c in terms.values() if c > 0)
        excess = max(0, most - (value - 1))
        found.append(
            (
                {**{v: -c for v, c in terms.items()}, selector: -excess},
                constant - (value - 1) - excess,
            )
        )
    return found, count


def _named(problem: Problem, encoding: _Encoding) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
    """The columns that have variables, by name; a name is kept to one line."""
    if not problem.linear:
        return []
    return [
        (printable(" ".join(d.name.split())), bits)
        for d, bits in zip(problem.linear.columns, encoding.bits, strict=True)
        if bits
    ]


def _line(terms: Terms, least: int) -> str:
    """``sum(terms) >= least`` as the format has it; a sum of nothing borrows a variable."""
    some = {variable: c for variable, c in terms.items() if c} or {1: 0}
    return " ".join(f"{c:+d} x{variable}" for variable, c in some.items()) + f" >= {least} ;"
