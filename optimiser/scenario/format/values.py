"""The values of parameters and of formulas over them, exactly."""

from __future__ import annotations

import contextlib
import math
import sys
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from optimiser.errors import ScenarioError
from optimiser.expressions import (
    RESERVED,
    ExpressionError,
    Graph,
    Name,
    Number,
    PhaseReference,
    Product,
    Program,
    Tree,
    build,
    compile_program,
)
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.scenario.format.formulas import Formula

__all__ = ["Values", "in_order", "named", "phase_key"]

#: of a value that is surely short, and finite
_MOST_BITS: Final = 1_000

_HELP = marked("give its parameters values at which it is a number")


class Values:
    """Exact values of parameters; calling it with a formula over them gives the formula's exact
    value.

    An irrational value is the nearest float. Parameters in a cycle, or without a value, have none,
    and so has what uses them.
    """

    def __init__(self, parameters: Mapping[str, Formula], /) -> None:
        self.known: dict[str, Fraction] = {}
        # by identity: texts and trees take longer to compare
        self._found: dict[int, tuple[Formula, Fraction]] = {}
        for name in in_order(parameters):
            try:
                self.known[name] = self(parameters[name])
            except ScenarioError:
                continue

    def __call__(self, formula: Formula, /) -> Fraction:
        if formula.exact is not None:
            return formula.exact
        if formula.infinite:
            raise ScenarioError(
                tr("'{formula}' is not finite", formula=formula.text), help=tr(_HELP)
            )
        known = self._found.get(id(formula))
        if known is None or known[0] is not formula:
            known = self._found[id(formula)] = formula, self._evaluated(formula)
        return known[1]

    def get(self, formula: Formula | None, /) -> Fraction | None:
        """The value, or None where there is none."""
        try:
            return None if formula is None else self(formula)
        except ScenarioError:
            return None

    def _evaluated(self, formula: Formula) -> Fraction:
        product = _product(formula.tree, self.known)
        if product is not None:
            return product
        graph = Graph()

        def resolve(leaf: Tree) -> int:
            if (name := named(leaf)) in self.known:
                return graph.constant(self.known[name])
            raise ExpressionError(
                tr("only parameters with a value can stand here"), start=leaf.start, end=leaf.end
            )

        try:
            node = build(graph, formula.tree, resolve)
            value = graph.value_of(node)
            if value is None:
                value = _computed(compile_program(graph, [node], inputs=()))
        except ExpressionError as error:
            raise ScenarioError(
                tr("'{formula}' has no value: {fault}", formula=formula.text, fault=error.message),
                help=tr(_HELP),
            ) from None
        if value is None or abs(value) > sys.float_info.max:
            raise ScenarioError(
                tr("'{formula}' has no finite value", formula=formula.text), help=tr(_HELP)
            )
        return value


def _product(tree: Tree, known: Mapping[str, Fraction]) -> Fraction | None:
    """The value of a product of numbers and parameters, as most expressions over parameters are;
    None of all else, and where it is long.
    """
    if not isinstance(tree, Product):
        return None
    value = Fraction(1)
    for sign, factor in tree.factors:
        if sign < 0:
            return None
        if isinstance(factor, Number):
            value *= Fraction(factor.value)
        elif isinstance(factor, Name) and factor.id in known and factor.id not in RESERVED:
            value *= known[factor.id]
        else:
            return None
        if value.numerator.bit_length() + value.denominator.bit_length() > _MOST_BITS:
            return None
    return value


def _computed(program: Program) -> Fraction | None:
    """What a program without inputs gives, exactly where that is rational; None where it is not
    finite.
    """
    import numpy as np

    exact = program.exact(())[0]
    if exact is not None:
        return exact
    value = float(program.values(np.zeros((1, 0)))[0, 0])
    return Fraction(value) if math.isfinite(value) else None


def phase_key(name: str, phase: str, /) -> str:
    """What the value of a parameter in a phase is called."""
    return f'{name}["{phase}"]'


def named(leaf: Tree, /) -> str:
    """What a leaf of a formula over parameters is called; empty for what is no parameter."""
    if isinstance(leaf, PhaseReference):
        return phase_key(leaf.indicator, unicodedata.normalize("NFKC", leaf.phase))
    return leaf.id if isinstance(leaf, Name) else ""


def in_order(parameters: Mapping[str, Formula], /) -> list[str]:
    """Names in an order in which each comes after what it uses; those in a cycle, and what uses
    them, are left out.
    """
    uses = {
        name: [used for leaf in formula.names if (used := named(leaf)) in parameters]
        for name, formula in parameters.items()
    }
    if not uses:
        return []
    from graphlib import CycleError, TopologicalSorter

    sorter = TopologicalSorter(uses)
    with contextlib.suppress(CycleError):
        sorter.prepare()
    found: list[str] = []
    while ready := sorter.get_ready():
        found += ready
        sorter.done(*ready)
    return found
