"""Functions of few discrete columns as sums of products of choices, from their exact values.

Of binaries x_1, ..., x_k every function is ``sum_S c_S prod_{i in S} x_i`` with c_S = sum_{T subset
S} (-1)^|S - T| f(T) (the Moebius inversion; Hammer and Rudeanu 1968); any other column with few
values is a choice of selectors. There is no column for the function itself, so its size and its
fineness do not matter.

References:
    P. L. Hammer, S. Rudeanu, Boolean Methods in Operations Research and Related Areas, Springer
    1968.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

from optimiser.expressions import compile_program
from optimiser.formulate.columns import MOST_VALUES, Columns, listed_values
from optimiser.formulate.forms import Form, total

__all__ = ["table", "tabulated"]

_Values = dict[tuple[Fraction, ...], Fraction]


def table(lines: Columns, node: int, /) -> Form | None:
    """A function of a single column with a few values, by its value at each; None where it is none
    or irrational.
    """
    names = _columns(lines, node)
    if len(names) != 1 or not 2 < (lines.domains[names[0]].count or 0) <= MOST_VALUES:
        return None
    values = listed_values(lines.domains[names[0]])
    found = _valued(lines, node, names, [values])
    if found is None:
        return None
    return Form({s: f for s, value in lines.select(names[0]) if (f := found[value,])})


def tabulated(lines: Columns, node: int, /) -> Form | None:
    """A function of columns with few combinations, by its value at each; None where there are more,
    or it is irrational.
    """
    names = _columns(lines, node)
    combinations = 1
    for name in names:
        domain = lines.domains[name]
        combinations *= domain.count if domain.discrete and domain.count else MOST_VALUES + 1
    if combinations > MOST_VALUES:
        return None
    binaries = [name for name in names if lines.domains[name].binary]
    others = [name for name in names if not lines.domains[name].binary]
    choices = [
        *([Fraction(0), Fraction(1)] for _ in binaries),
        *(listed_values(lines.domains[name]) for name in others),
    ]
    found = _valued(lines, node, [*binaries, *others], choices)
    if found is None:
        return None
    selectors = [{value: selector for selector, value in lines.select(name)} for name in others]
    pieces = []
    for picked in itertools.product(*choices[len(binaries) :]):
        own = [selector[value] for selector, value in zip(selectors, picked, strict=True)]
        for chosen, c in _inverted(found, len(binaries), picked):
            monomial = lines.choices.product(
                tuple(name for name, used in zip(binaries, chosen, strict=True) if used)
            )
            if monomial is not None and c:
                factors = frozenset((*monomial, *own))
                pieces.append(Form({lines.product(factors): c}) if factors else Form({}, c))
    return total(pieces)


def _inverted(
    found: _Values, count: int, picked: tuple[Fraction, ...]
) -> list[tuple[tuple[int, ...], Fraction]]:
    """The coefficient of every product of ``count`` binaries, the other columns having the values
    ``picked``.
    """
    corners = list(itertools.product((0, 1), repeat=count))
    coefficients = {corner: found[(*map(Fraction, corner), *picked)] for corner in corners}
    for i in range(count):
        for corner in corners:
            if corner[i]:
                coefficients[corner] -= coefficients[(*corner[:i], 0, *corner[i + 1 :])]
    return list(coefficients.items())


def _columns(lines: Columns, node: int) -> list[str]:
    return [name for name in lines.graph.symbols(node) if name not in lines.values]


def _valued(
    lines: Columns, node: int, names: Sequence[str], choices: Sequence[Sequence[Fraction]]
) -> _Values | None:
    """The exact value at every combination; None where one is undefined or irrational."""
    program = compile_program(lines.graph, [node], inputs=names, parameters=tuple(lines.values))
    found: _Values = {}
    for point in itertools.product(*choices):
        value = program.exact(point, tuple(lines.values.values()))[0]
        if value is None:
            return None
        found[point] = value
    return found
