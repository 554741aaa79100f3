"""The compiled model: built once from a scenario, turned into a problem for any parameter values,
read in units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.problem import Domain, Problem, binaries
from optimiser.errors import ScenarioError, UsageError
from optimiser.expressions import compile_program
from optimiser.formulate.assembly import assemble, direct_rows
from optimiser.formulate.cash import CashTable, cash_of, cash_tables, figure_values
from optimiser.formulate.choices import Choices
from optimiser.formulate.compared import compared
from optimiser.formulate.convexity import convex
from optimiser.formulate.decisions import (
    decisions_of,
    domains_of,
    encode,
    named_plans,
    refuse_infinite,
)
from optimiser.formulate.evaluation import Evaluation, ExactValues
from optimiser.formulate.excesses import Excesses
from optimiser.formulate.fitted import LogitScale, Prediction, predicted
from optimiser.formulate.forms import row
from optimiser.formulate.horizon import Horizon
from optimiser.formulate.logic import logic_rows
from optimiser.formulate.loosening import changes, loosened_bounds, loosened_rows
from optimiser.formulate.many import Functions, Outcomes, follow, rule_violations
from optimiser.formulate.parameters import values_at
from optimiser.formulate.parts import Parts
from optimiser.formulate.preference import idle_columns, preferences
from optimiser.formulate.readings import Readings
from optimiser.formulate.roadmap import Roadmap, roadmap_of
from optimiser.formulate.shared import Remembered, Shared
from optimiser.formulate.timeline import rounding_note
from optimiser.formulate.valuation import Objectives, Valuation
from optimiser.formulate.vocabulary import Vocabulary
from optimiser.formulate.wants import bounds_of, broken, by_phase, column_of, objectives_of
from optimiser.front import Column, sealed, sealed_each
from optimiser.language import tr
from optimiser.scenario.format.values import Values
from optimiser.scenario.source.uncertainty import uncertain

if TYPE_CHECKING:
    from optimiser.engine.problem import Point
    from optimiser.formulate.compared import ComparedBound
    from optimiser.formulate.decisions import Number
    from optimiser.formulate.logic import RowDraft
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

__all__ = ["Model", "Readings"]


class Model:
    """A scenario compiled: parameters stay inputs.

    Attributes:
        columns: the m objectives.
        indicator_columns: the q indicators that are not objectives, then the figures.
        decision_columns: headings of the decision cells.
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
        self._shared = self._shared_parts()
        self._domains_at = Remembered(lambda number: domains_of(scenario, self._decisions, number))
        self._logic_at = Remembered(self._logic)
        self._delays_at = Remembered(self._names.quantities.insist)
        self._delays_at(number)
        self._domains = self._domains_at(number)
        self.columns = tuple(column_of(scenario, name, number) for name in scenario.objectives)
        plain = [name for name in scenario.indicators if name not in scenario.objectives]
        reported = {n: scenario.indicators[n] for n in plain} | scenario.figures
        self.indicator_columns = tuple(Column(n, r.title, r.unit) for n, r in reported.items())
        self._cash, self.note = cash_of(scenario, self._names), rounding_note(scenario)
        self.decision_columns = tuple(d.name for d in self._decisions)
        self._objectives = tuple(objectives_of(scenario, self._names))
        self._bounds = tuple(bounds_of(scenario, self._names))
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
        self._delays_at(number)
        domains = self._domains_at(number)
        pieces = self._pieces(number, domains)
        direct, rest = direct_rows(pieces)
        if loosened:
            direct, rest = (
                loosened_rows(direct, self._share),
                loosened_bounds(pieces, rest, self._share),
            )
        position = {name: index for index, name in enumerate(self._inputs)}
        logic = {draft: row(draft, position, structural=True) for draft in pieces.logic}
        own = logic | {draft: row(draft, position) for draft in direct}
        linear = assemble(pieces, own, rest)
        if not linear:
            refuse_infinite(domains, linear.reason)
        evaluation = Evaluation(pieces, rest)
        valuation = Objectives(pieces)
        exact_keys = ExactValues(pieces, own, rest, linear=linear)
        return Problem(
            decisions=domains,
            objectives=tuple(o.name for o in self._objectives),
            signs=sealed([o.sign for o in self._objectives]),
            logic=tuple(own.values()),
            constraints=tuple(bound.group for bound in rest),
            evaluate=evaluation.values,
            gradient=evaluation.gradient if evaluation.smooth else None,
            exact=exact_keys.keys if exact_keys.possible else None,
            linear=linear,
            idle=idle_columns(pieces, list(own), rest),
            preferences=self._preferences,
            feasibility=0.0 if loosened else self.scenario.solver.feasibility,
            margins=evaluation.margins,
            equalities=tuple(place for place, bound in enumerate(rest) if bound.equality),
            convex=partial(convex, pieces, rest),
            excesses=Excesses(pieces, rest, Fraction(0) if loosened else self._share),
            values=valuation.exact,
            rounded=valuation.floats,
            roundoff=evaluation.roundoff,
        )

    def loosening_matters(self, parameters: Mapping[str, float] | None = None, /) -> bool:
        """Whether a plan may hold within tolerance that does not hold exactly; False only where
        that is proven.
        """
        number = self._numbers(parameters)
        pieces = self._pieces(number, self._domains_at(number))
        return changes(pieces, *direct_rows(pieces), self._share)

    def _numbers(self, parameters: Mapping[str, float] | None) -> Values:
        return values_at(self.scenario, parameters) if parameters else self._number

    @property
    def _share(self) -> Fraction:
        return Fraction(repr(float(self.scenario.solver.feasibility)))

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
        scenario = self.scenario
        known = scenario.constants.items()
        chosen = [n for n, p in known if uncertain(p)] if names is None else list(names)
        values = follow(scenario, chosen, np.asarray(parameters, dtype=np.float64))
        objectives, violations = self._functions(x, values)
        rules = self._rule_violations(x, values)
        violations = np.where(np.isfinite(violations), np.maximum(violations, rules), np.inf)
        return Outcomes(
            sealed(objectives), sealed(violations), violations <= scenario.solver.feasibility
        )

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
        number = self._number
        phases = {phase.name: place for place, phase in enumerate(self.scenario.phases)}
        nodes = [
            self._names.in_phase(n, phases[p]) if p else self._names.indicator(n)
            for n, p in outputs
        ]
        others = [name for name in self.scenario.constants if name not in names]
        program = compile_program(
            self._names.graph, nodes, inputs=names, parameters=(*self._inputs, *others)
        )
        fixed = [float(number.known[name]) for name in others]
        point = np.array([values], dtype=np.float64)
        found = np.empty((len(x), len(outputs)))
        slopes = np.empty((len(x), len(outputs), len(names)))
        for place, decided in enumerate(x.tolist()):
            found[place] = program.values(point, [*decided, *fixed])[0]
            slopes[place] = program.jacobian(point, [*decided, *fixed])[0]
        return found, slopes

    def _rule_violations(self, x: Floats, values: Floats) -> Floats:
        """(s, k): prerequisites, groups and ranges; the same for all parameter values unless a
        number in them varies.
        """
        columns = {name: index for index, name in enumerate(self._inputs)}
        number = self._number
        rules = rule_violations(x, columns, self._domains_at(number), self._logic_at(number))
        if self._domains_at.constant and self._logic_at.constant and self._delays_at.constant:
            return np.broadcast_to(rules, (len(values), len(x)))
        found = np.empty((len(values), len(x)))
        for index, row_values in enumerate(values.tolist()):
            number = values_at(
                self.scenario, dict(zip(self.scenario.constants, row_values, strict=True))
            )
            self._delays_at(number)
            try:
                found[index] = rule_violations(
                    x, columns, self._domains_at(number), self._logic_at(number)
                )
            except ScenarioError:
                found[index] = np.inf  # under these values there is nothing to choose
        return found

    @cached_property
    def _functions(self) -> Functions:
        names = tuple(self.scenario.constants)
        return Functions(
            self._names.graph, self._objectives, self._bounds, inputs=self._inputs, parameters=names
        )

    def read(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> Readings:
        """(k, n) decisions as a planner reads them, under the scenario's own parameter values.

        Values are exact, rounded once: of the decisions as their cells show them, or of ``points``
        where a plan's decisions are known exactly.
        """
        m = len(self._objectives)
        values = self._valued(self._outputs, x, points)
        cells, ids = named_plans(x, self._decisions)
        flows = [self._valued(own.nodes, x, points) for own in self._cash.values()]
        figures = figure_values(self.scenario, self._cash, flows, len(x))
        objectives, rest = sealed_each(values[:, :m], np.hstack([values[:, m:], figures]))
        return Readings(objectives, rest, cells, ids)

    def cash(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> list[CashTable]:
        """(k, n) decisions -> their cash a year, for each cost and income that figures name."""
        return cash_tables(self._cash.values(), lambda nodes: self._valued(nodes, x, points))

    def phases(self, x: Floats, points: Sequence[Point | None] | None = None, /) -> Roadmap:
        """(k, n) decisions phase by phase, under the scenario's own parameter values; ``points`` as
        in :meth:`read`.

        Raises:
            UsageError: the scenario has no phases.
        """
        phases, names = range(len(self.scenario.phases)), tuple(self.scenario.indicators)
        if not phases:
            help = tr("ask for the values of a plan as a whole")
            raise UsageError(tr("the scenario has no phases"), help=help)
        nodes = tuple(self._names.in_phase(name, phase) for phase in phases for name in names)
        values = self._valued(nodes, x, points).reshape(len(x), len(phases), len(names))
        cells, _ = named_plans(x, self._decisions)
        return roadmap_of(
            self.scenario, self.decision_columns, cells, values, number=self.scenario.number
        )

    def compared(
        self, x: Floats, points: Sequence[Point | None] | None = None, /
    ) -> list[tuple[ComparedBound, ...]]:
        """The constraints and limits at each of (k, n) plans; ``points`` as in :meth:`read`."""
        return compared(
            self._bounds, self._names.graph, self._inputs, lambda n: self._valued(n, x, points)
        )

    def broken_in_phases(
        self, x: Floats, points: Sequence[Point | None] | None = None, /
    ) -> dict[str, int]:
        """How many of (k, n) plans break a constraint in a phase, of those on aggregates."""
        bounds = by_phase(self.scenario, self._names)
        return broken(bounds, lambda nodes: self._valued(nodes, x, points))

    def encode_all(self, plans: Iterable[Mapping[str, str]], /) -> Floats:
        """(k, n) the decisions of several plans, as in :meth:`encode`."""
        rows = [self.encode(cells) for cells in plans]
        return np.array(rows).reshape(len(rows), len(self._inputs))

    def encode(self, cells: Mapping[str, str], /) -> Floats:
        """(n,) the decisions for named cells; what is omitted is not adopted, a variable nearest
        0.
        """
        return encode(cells, self._decisions, self._domains)

    def predictions(self, x: Floats, /) -> list[tuple[Prediction, ...]]:
        """(k, n) decisions -> for each plan what every fitted model predicts, and whether its data
        tell.
        """
        uses = tuple(self._names.uses)
        return predicted(
            self.scenario,
            self._names.graph,
            uses,
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
        if nodes not in self._valuations:
            self._valuations[nodes] = Valuation(self._pieces(self._number, self._domains), nodes)
        return self._valuations[nodes].floats(x, points)

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

    def _shared_parts(self) -> Shared:
        choices = Choices(
            [d.chains for d in self._decisions],
            amounts={d.columns[-1]: d.adoption[0] for d in self._decisions if d.kind == "scale"},
        )
        return Shared(
            self._names.graph,
            inputs=self._inputs,
            parameters=tuple(self.scenario.constants),
            choices=choices,
        )

    def _logic(self, number: Number) -> tuple[RowDraft, ...]:
        domains = domains_of(self.scenario, self._decisions, number)
        return tuple(logic_rows(self.scenario, self._decisions, domains, number))
