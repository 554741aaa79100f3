"""The compiled model: built once from a scenario, turned into a problem for any parameter values, read in units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.errors import ScenarioError, UsageError
from optimiser.expressions import Comparison, compile_program
from optimiser.formulate.assembly import Bound, Objective, Parts, assemble, direct_rows
from optimiser.formulate.decisions import columns_of, decimal_value, decisions_of, domains_of, encode, plan_id
from optimiser.formulate.evaluation import Evaluation, Exact, ExactNumbers
from optimiser.formulate.forms import row
from optimiser.formulate.indicators import Vocabulary
from optimiser.formulate.logic import logic_rows
from optimiser.front import Column, sealed
from optimiser.problem import Domain, Problem
from optimiser.scenario.formulas import Formula
from optimiser.scenario.values import Values

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

__all__ = ["Model", "Readings"]


@dataclass(frozen=True, eq=False)
class Readings:
    """Plans as a planner reads them.

    Attributes:
        objectives: (k, m) the user's directions and units; NaN where undefined.
        indicators: (k, q) the indicators that are not objectives.
        cells: k rows of decision cells.
        ids: k plan ids.
    """

    objectives: Floats
    indicators: Floats
    cells: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...]


class Model:
    """A scenario compiled: parameters stay inputs.

    Attributes:
        columns: the m objectives.
        indicator_columns: the q indicators that are not objectives.
        decision_columns: headings of the decision cells.
    """

    def __init__(self, scenario: Scenario, /) -> None:
        self.scenario = scenario
        self._decisions = decisions_of(scenario)
        self._inputs = tuple(column for decision in self._decisions for column in decision.columns)
        self._names = Vocabulary(scenario, self._decisions)
        number = _values(scenario, {})
        self._parameters = tuple(number.known[name] for name in scenario.parameters)
        self._domains = domains_of(scenario, self._decisions, number)
        self.columns = tuple(_objective_column(scenario, name, number) for name in scenario.objectives)
        plain = [name for name in scenario.indicators if name not in scenario.objectives]
        self.indicator_columns = tuple(
            Column(name, scenario.indicators[name].title, scenario.indicators[name].unit) for name in plain
        )
        self.decision_columns = tuple(d.name for d in self._decisions)
        self._objectives = tuple(self._objective(name) for name in scenario.objectives)
        self._bounds = tuple(bound for name in scenario.constraints for bound in self._comparisons(name))
        self._outputs = [*(o.node for o in self._objectives), *(self._names.indicator(name) for name in plain)]
        self._read = compile_program(self._names.graph, self._outputs, inputs=self._inputs, parameters=tuple(scenario.parameters))

    def at(self, parameters: Mapping[str, float] | None = None, /) -> Problem:
        """The problem for given parameter values; parameters left out keep the scenario's.

        Raises:
            UsageError: a name is no parameter.
            ScenarioError: a bound or amount makes no sense under these values.
        """
        number = _values(self.scenario, parameters or {})
        domains = domains_of(self.scenario, self._decisions, number)
        pieces = self._pieces(number, domains)
        direct, rest = direct_rows(pieces)
        linear, nonlinear = assemble(pieces, direct, rest)
        if linear is None:
            _refuse_infinite(domains, nonlinear)
        position = {name: index for index, name in enumerate(self._inputs)}
        evaluation = Evaluation(pieces, rest, inputs=self._inputs)
        exact_keys = Exact(pieces, [*pieces.logic, *direct], rest, linear=linear, inputs=self._inputs)
        return Problem(
            decisions=domains,
            objectives=tuple(o.name for o in self._objectives),
            signs=sealed([o.sign for o in self._objectives]),
            logic=tuple(row(draft, position) for draft in (*pieces.logic, *direct)),
            constraints=tuple(bound.group for bound in rest),
            evaluate=evaluation.values,
            gradient=evaluation.gradient if evaluation.smooth else None,
            exact=exact_keys.keys if exact_keys.possible else None,
            linear=linear,
            nonlinear=nonlinear,
            adopted={d.name: tuple(position[c] for c in d.adoption) for d in self._decisions if d.adoption},
            feasibility=self.scenario.solver.feasibility,
            margins=evaluation.margins,
            equalities=tuple(place for place, bound in enumerate(rest) if bound.equality),
        )

    def read(self, x: Floats, /) -> Readings:
        """(k, n) decisions as a planner reads them, under the scenario's own parameter values.

        Values are computed in exact arithmetic from the decisions as their cells show them, then rounded once; where an
        expression is irrational, in floating point.
        """
        m = len(self._objectives)
        values = np.array(self._read.values(x, [float(v) for v in self._parameters]))
        exact = self._exact_values(x)
        values = np.where(np.isfinite(exact), exact, values)
        cells = columns_of(x, self._decisions)
        kinds = [d.kind for d in self._decisions]
        ids = tuple(plan_id(self.decision_columns, row_cells, kinds) for row_cells in cells)
        return Readings(sealed(values[:, :m]), sealed(values[:, m:]), tuple(cells), ids)

    def encode(self, cells: Mapping[str, str], /) -> Floats:
        """(n,) the decisions for named cells; what is omitted is not adopted, a variable nearest 0."""
        return encode(cells, self._decisions, self._domains)

    def _exact_values(self, x: Floats) -> Floats:
        """(k, outputs) exact values rounded once; NaN where there are none."""
        if all(domain.discrete for domain in self._domains):
            return self._exact.floats(x)
        values = np.full((len(x), len(self._outputs)), np.nan)
        for index, point in enumerate(x.tolist()):
            exact = self._read.exact([decimal_value(v) for v in point], self._parameters)
            values[index] = [np.nan if value is None else float(value) for value in exact]
        return values

    @cached_property
    def _exact(self) -> ExactNumbers:
        pieces = self._pieces(_values(self.scenario, {}), self._domains)
        return ExactNumbers(pieces, self._outputs, inputs=self._inputs)

    def _pieces(self, number: Values, domains: tuple[Domain, ...]) -> Parts:
        return Parts(
            graph=self._names.graph,
            domains=domains,
            values=number.known,
            objectives=self._objectives,
            logic=tuple(logic_rows(self.scenario, self._decisions, domains, number)),
            bounds=self._bounds,
            exclusive=tuple(frozenset(d.columns) for d in self._decisions if d.kind == "levels"),
        )

    def _objective(self, name: str) -> Objective:
        objective = self.scenario.objectives[name]
        node = self._names.formula(objective.expr) if objective.expr is not None else self._names.indicator(name)
        return Objective(name, node, -1 if objective.sense == "maximise" else 1)

    def _comparisons(self, name: str) -> list[Bound]:
        tree = self.scenario.constraints[name].expr.tree
        assert isinstance(tree, Comparison)
        nodes = [self._names.tree(operand) for operand in tree.operands]
        found = []
        for operator, left, right in zip(tree.operators, nodes, nodes[1:], strict=False):
            top, bottom = (right, left) if operator == ">=" else (left, right)
            node = self._names.graph.sum([(Fraction(1), top), (Fraction(-1), bottom)])
            found.append(Bound(name, node, top, bottom, equality=operator == "=="))
        return found


def _refuse_infinite(domains: Sequence[Domain], reason: str) -> None:
    for domain in domains:
        if domain.lower is None or domain.upper is None:
            side = "min" if domain.lower is None else "max"
            raise ScenarioError(
                f"variable '{domain.name}' has an infinite {side}, but the model is not linear: {reason}",
                help=f"give '{domain.name}' a finite {side}",
            )


def _values(scenario: Scenario, overrides: Mapping[str, float]) -> Values:
    """Exact parameter values; those that depend on an overridden one follow it."""
    formulas = {name: parameter.value for name, parameter in scenario.parameters.items()}
    for name, value in overrides.items():
        if name not in formulas:
            raise UsageError(f"unknown parameter '{name}'", help=f"known parameters: {', '.join(formulas) or 'none'}")
        formulas[name] = Formula.of(repr(float(value)))
    return Values(formulas)


def _objective_column(scenario: Scenario, name: str, number: Values) -> Column:
    objective = scenario.objectives[name]
    indicator = scenario.indicators.get(name)
    return Column(
        name,
        title=objective.title or (indicator.title if indicator else ""),
        unit=objective.unit or (indicator.unit if indicator else ""),
        sense=objective.sense,
        weight=float(number(objective.weight)),
        target=None if objective.target is None else float(number(objective.target)),
    )
