"""The compiled model: built once, turned into problems at parameter values, read in units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.problem import binaries
from optimiser.errors import ScenarioError, UsageError
from optimiser.expressions import shape
from optimiser.formulate.cash import CashTable, cash_of, cash_tables, figure_values
from optimiser.formulate.decisions import Encoding, decisions_of, domains_of
from optimiser.formulate.fitted import LogitScale, Prediction, predicted
from optimiser.formulate.horizon import Horizon
from optimiser.formulate.named_plans import named_plans
from optimiser.formulate.parameters import values_at
from optimiser.formulate.parts import Parts, Wanted
from optimiser.formulate.preference import preferences
from optimiser.formulate.readings import Readings
from optimiser.formulate.shared import Remembered, shared_of
from optimiser.formulate.timeline import rounding_note
from optimiser.formulate.valuation import Change, ExactRows, Valuation
from optimiser.formulate.vocabulary import Vocabulary
from optimiser.formulate.wants import bounds_of, broken, by_phase, column_of, objectives_of
from optimiser.front import Column, sealed, sealed_each
from optimiser.language import joined, tr
from optimiser.scenario.format.values import Values, named

if TYPE_CHECKING:
    from optimiser.engine.problem import Domain, Point, Problem
    from optimiser.formulate.compared import ComparedBound
    from optimiser.formulate.decisions import Number
    from optimiser.formulate.logic import RowDraft
    from optimiser.formulate.many import Functions, Outcomes
    from optimiser.formulate.reaches import Box, SidesApart
    from optimiser.formulate.roadmap import Roadmap
    from optimiser.front import Floats
    from optimiser.scenario import Sample, Scenario

__all__ = ["Model", "Readings"]

_AFFINE = ("constant", "linear")


class Model:
    """A scenario compiled: parameters stay inputs.

    Attributes:
        columns: the m objectives.
        indicator_columns: the q indicators that are not objectives, then the figures.
        decision_columns: headings of the decision cells.
        encode_all: (k, n) the decisions of several plans, each as in :meth:`encode`.
        note: what was rounded in it, to be said with what is claimed.
    """

    def __init__(self, scenario: Scenario, /) -> None:
        self.scenario = scenario
        self._decisions = decisions_of(scenario)
        self._inputs = tuple(column for decision in self._decisions for column in decision.columns)
        self._names = Vocabulary(
            scenario,
            lambda names: Horizon(scenario, self._decisions, names.graph, formula=names.formula),
        )
        number = self._number = values_at(scenario, {})
        self._parameters = tuple(number.known[name] for name in scenario.constants)
        self._shared = shared_of(scenario, self._names.graph, self._decisions, self._inputs)
        self._domains_at = Remembered(lambda number: domains_of(scenario, self._decisions, number))
        self._logic_at = Remembered(self._logic)
        self._delays_at = Remembered(self._names.quantities.insist)
        self._delays_at(number)
        self._domains = self._domains_at(number)
        self.encode_all = Encoding(self._decisions, self._domains)
        self.columns = tuple(column_of(scenario, name, number) for name in scenario.objectives)
        plain = [name for name in scenario.indicators if name not in scenario.objectives]
        reported = {n: scenario.indicators[n] for n in plain} | scenario.figures
        self.indicator_columns = tuple(Column(n, r.title, r.unit) for n, r in reported.items())
        self._cash, self.note = cash_of(scenario, self._names), rounding_note(scenario)
        self.decision_columns = tuple(d.name for d in self._decisions)
        self._nominal = Wanted(
            tuple(objectives_of(scenario, self._names)), tuple(bounds_of(scenario, self._names))
        )
        asked = self._nominal
        if scenario.robust is not None:
            from optimiser.formulate.robust import insist_certain, robust_column, wanted

            insist_certain(scenario, (self._domains_at, self._logic_at, self._delays_at))
            self.columns = tuple(robust_column(scenario.robust, own) for own in self.columns)
            asked = wanted(scenario, scenario.robust, self._names, self._domains, self._nominal)
        self._objectives, self._bounds = asked.objectives, asked.bounds
        self.note = joined(self.note, asked.note)
        self._logits = LogitScale(self._bounds, self._names.graph)
        self._preferences = preferences(self._decisions)
        self._outputs = (
            *(o.node for o in self._objectives),
            *(self._names.indicator(name) for name in plain),
        )
        self._valuations: dict[tuple[int, ...], Valuation] = {}
        self._problems: dict[bool, Problem] = {}  # by whether loosened

    def at(
        self, parameters: Mapping[str, float] | None = None, /, *, loosened: bool = False
    ) -> Problem:
        """The problem for given parameter values; parameters left out keep the scenario's, and the
        problem at all of these is assembled once.

        Args:
            parameters: their values by name.
            loosened: every constraint looser by the tolerance, exactly, and no tolerance on top:
                what is solved, and checked, where no plan holds all constraints as they are
                written.

        Raises:
            UsageError: a name is no parameter, or a parameter would have no finite value.
            ScenarioError: a bound, amount or delay makes no sense under these values.
        """
        if parameters:
            return self._assembled(self._numbers(parameters), loosened=loosened)
        if loosened not in self._problems:
            self._problems[loosened] = self._assembled(self._number, loosened=loosened)
        return self._problems[loosened]

    def _assembled(self, number: Values, *, loosened: bool) -> Problem:
        from optimiser.formulate.problems import problem_of

        self._delays_at(number)
        domains = self._domains_at(number)
        pieces = self._own if number is self._number else self._pieces(number, domains)
        return problem_of(
            pieces,
            inputs=self._inputs,
            preferences=self._preferences,
            feasibility=self.scenario.solver.feasibility,
            loosened=loosened,
        )

    def loosening_matters(self, parameters: Mapping[str, float] | None = None, /) -> bool:
        """Whether a plan may hold within tolerance that does not hold exactly; False only where
        that is proven.
        """
        from optimiser.formulate.problems import loosening_matters

        number = self._numbers(parameters)
        pieces = self._pieces(number, self._domains_at(number))
        return loosening_matters(pieces, feasibility=self.scenario.solver.feasibility)

    def _numbers(self, parameters: Mapping[str, float] | None) -> Values:
        return values_at(self.scenario, parameters) if parameters else self._number

    def evaluate_at(
        self, x: Floats, parameters: Floats, /, *, names: Sequence[str] | None = None
    ) -> Outcomes:
        """Given plans at many values of the parameters, in floating point.

        Args:
            x: (k, n) decisions.
            parameters: (s, q) values.
            names: the q parameters they are of; None means all with a range, in the order of the
                file. Parameters that depend on them follow, the others keep the scenario's values.

        Returns:
            Objectives (s, k, m), violations (s, k).

        Raises:
            UsageError: a name is no parameter.
            ScenarioError: a delay has another value under some of these values.
        """
        from optimiser.formulate.many import Outcomes, follow

        values = follow(self.scenario, names, parameters)
        objectives, violations = self._functions(x, values)
        rules = self._rule_violations(x, values)
        violations = np.where(np.isfinite(violations), np.maximum(violations, rules), np.inf)
        return Outcomes(
            sealed(objectives), sealed(violations), violations <= self.scenario.solver.feasibility
        )

    def objectives_at(self, x: Floats, parameters: Floats, /, *, names: Sequence[str]) -> Floats:
        """(s, k, m) the objectives alone, of :meth:`evaluate_at`, whatever rules are broken."""
        from optimiser.formulate.many import follow

        return self._functions(x, follow(self.scenario, names, parameters))[0]

    def by_parameters(
        self,
        x: Floats,
        outputs: Sequence[tuple[str, str]],
        /,
        *,
        names: Sequence[str],
        values: Sequence[float],
    ) -> tuple[Floats, Floats]:
        """Indicators of given plans and how they change with parameters.

        Args:
            x: (k, n) decisions.
            outputs: o indicators, each with its phase; an empty text means its aggregated value.
            names: q parameters on which no other depends.
            values: theirs; the other parameters keep the scenario's.

        Returns:
            (k, o) values and (k, o, q) derivatives; NaN where undefined.
        """
        from optimiser.formulate.many import with_slopes

        nodes = [self._names.measured(*output) for output in outputs]
        known = {n: float(self._number.known[n]) for n in self.scenario.constants if n not in names}
        at = dict(zip(names, values, strict=True))
        return with_slopes(self._names.graph, nodes, x, self._inputs, at=at, held=known)

    def _rule_violations(self, x: Floats, values: Floats) -> Floats:
        """(s, k): prerequisites, groups and ranges; mostly the same for all parameter values."""
        from optimiser.formulate.many import rule_violations

        columns = {name: index for index, name in enumerate(self._inputs)}

        def broken_at(number: Values) -> Floats:
            return rule_violations(x, columns, self._domains_at(number), self._logic_at(number))

        rules = broken_at(self._number)
        if self._same_rules:
            return np.broadcast_to(rules, (len(values), len(x)))
        found = np.empty((len(values), len(x)))
        for index, own in enumerate(values.tolist()):
            number = values_at(self.scenario, dict(zip(self.scenario.constants, own, strict=True)))
            self._delays_at(number)
            try:
                found[index] = broken_at(number)
            except ScenarioError:
                found[index] = np.inf  # under these values there is nothing to choose
        return found

    @property
    def _same_rules(self) -> bool:
        self._logic_at(self._number)
        return all(at.constant for at in (self._domains_at, self._logic_at, self._delays_at))

    def varying(self, sample: Sample, /) -> tuple[bool, ...]:
        """For each objective whether its best value may differ between vectors of parameters."""
        from optimiser.formulate.many import follow

        known = follow(self.scenario, sample.names, sample.values)
        moving = {n for n, own in zip(self.scenario.constants, known.T, strict=True) if np.ptp(own)}
        return tuple(not self._same_rules or one for one in self._functions.varying(moving))

    def affine_in(self, parameter: str, /) -> bool:
        """Whether every objective is affine in a parameter whatever is decided, and nothing else
        depends on it: no constraint, no rule, no other parameter.
        """
        graph, written = self._names.graph, self.scenario.values_written
        return (
            parameter in written
            and self._same_rules
            and not any(named(leaf) == parameter for f in written.values() for leaf in f.names)
            and not any(parameter in graph.symbols(bound.node) for bound in self._bounds)
            and all(shape(graph, o.node, (parameter,)) in _AFFINE for o in self._objectives)
        )

    @cached_property
    def _functions(self) -> Functions:
        from optimiser.formulate.many import Functions

        names = tuple(self.scenario.constants)
        return Functions(
            self._names.graph,
            self._nominal.objectives,
            self._nominal.bounds,
            inputs=self._inputs,
            parameters=names,
        )

    def read(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> Readings:
        """(k, n) decisions as a planner reads them, under the scenario's own parameter values.

        Values are exact, rounded once: of the decisions as their cells show them, or of ``points``
        where a plan's decisions are known exactly.
        """
        figures = figure_values(self.scenario, self._cash, self._flows(x, points), len(x))
        values = np.hstack([self._valued(self._outputs, x, points), figures])
        objectives, rest = sealed_each(*np.split(values, [len(self._objectives)], axis=1))
        return Readings(objectives, rest, x, self._decisions)

    def nominal(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> Floats:
        """(k, n) decisions -> (k, m) objectives at the parameters' own values."""
        return self._valued(tuple(o.node for o in self._nominal.objectives), x, points)

    def values(self, x: Floats, outputs: Sequence[tuple[str, str]], /) -> Floats:
        """(k, o) indicators as in :meth:`by_parameters`, at the parameters' own values: exact."""
        return self._valued(tuple(self._names.measured(*output) for output in outputs), x)

    def along(self, x: Floats, changes: Sequence[Change], /) -> ExactRows:
        """(n,) decisions -> c + 1 rows of m: at them, then after each of c changes."""
        return self._wanted.along(x, changes)

    def rationals(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> ExactRows:
        """(k, n) decisions -> k rows of m objectives, then the other indicators, as they are."""
        return self._valuation(self._outputs).rationals(x, points)

    def cash(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> list[CashTable]:
        """(k, n) decisions -> their cash a year, for each cost and income that figures name."""
        return cash_tables(self._cash.values(), self._flows(x, points))

    def _flows(self, x: Floats, points: Sequence[Point | None] | None) -> list[ExactRows]:
        return [self._valuation(own.nodes).rationals(x, points) for own in self._cash.values()]

    def phases(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> Roadmap:
        """(k, n) decisions phase by phase at the parameters' own values; ``points`` as in ``read``.

        Raises:
            UsageError: the scenario has no phases.
        """
        from optimiser.formulate.roadmap import roadmap_of

        phases, names = range(len(self.scenario.phases)), tuple(self.scenario.indicators)
        if not phases:
            help = tr("ask for the values of a plan as a whole")
            raise UsageError(tr("the scenario has no phases"), help=help)
        nodes = tuple(self._names.in_phase(name, phase) for phase in phases for name in names)
        values = self._valued(nodes, x, points).reshape(len(x), len(phases), len(names))
        cells, number = named_plans(x, self._decisions)[0], self.scenario.number
        return roadmap_of(self.scenario, self.decision_columns, cells, values, number=number)

    def compared(
        self, x: Floats, points: Sequence[Point | None] | None = None, /
    ) -> list[tuple[ComparedBound, ...]]:
        """The constraints and limits at each of (k, n) plans; ``points`` as in :meth:`read`."""
        from optimiser.formulate.compared import compared

        graph, inputs = self._names.graph, self._inputs
        return compared(self._bounds, graph, inputs, lambda n: self._valued(n, x, points))

    def reaches(self, wider: Mapping[str, Box], /) -> tuple[SidesApart, ...]:
        """How far the sides of the constraints, then of the limits, can be apart."""
        from optimiser.formulate.reaches import reaches

        return reaches(self._own, self._bounds, wider)

    def broken_in_phases(
        self, x: Floats, points: Sequence[Point | None] | None = None, /
    ) -> dict[str, int]:
        """How many of (k, n) plans break a constraint in a phase, of those on aggregates."""
        bounds = by_phase(self.scenario, self._names)
        return broken(bounds, lambda nodes: self._valued(nodes, x, points))

    def encode(self, cells: Mapping[str, str], /) -> Floats:
        """(n,) decisions for named cells; what is omitted is not adopted, a variable nearest 0."""
        return np.array(self.encode_all([cells])[0])

    def predictions(self, x: Floats, /) -> list[tuple[Prediction, ...]]:
        """(k, n) decisions -> for each what every model predicts, and whether its data tell."""
        return predicted(
            self.scenario,
            self._names.graph,
            tuple(self._names.uses),
            x,
            inputs=self._inputs,
            number=self.scenario.number,
        )

    def _valued(
        self, nodes: tuple[int, ...], x: Floats, points: Sequence[Point | None] | None = None
    ) -> Floats:
        """(k, nodes) exact values rounded once; where an enclosure does not settle the last digit,
        in floating point.
        """
        return self._valuation(nodes).floats(x, points)

    def _valuation(self, nodes: tuple[int, ...]) -> Valuation:
        if nodes not in self._valuations:
            self._valuations[nodes] = Valuation(self._own, nodes)
        return self._valuations[nodes]

    @cached_property
    def _wanted(self) -> Valuation:
        return self._valuation(tuple(o.node for o in self._objectives))

    @cached_property
    def _own(self) -> Parts:
        return self._pieces(self._number, self._domains)

    def _pieces(self, number: Values, domains: tuple[Domain, ...]) -> Parts:
        return Parts(
            graph=self._names.graph,
            domains=domains,
            values=number.known,
            objectives=self._objectives,
            logic=self._logic_at(number),
            bounds=self._logits.bounds(number.known, domains),
            choices=self._shared.choices,
            expansions=self._shared.expansions(number.known, binaries=binaries(domains)),
            shared=self._shared,
        )

    def _logic(self, number: Number) -> tuple[RowDraft, ...]:
        from optimiser.formulate.logic import logic_rows

        domains = domains_of(self.scenario, self._decisions, number)
        return tuple(logic_rows(self.scenario, self._decisions, domains, number))
