"""What a plan pays and gains in each year, for its figures and its table of money: a cost, paid
once, and an income, a value in every phase.

A payment falls at the beginning of its year, what is gained over it; neither is discounted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.expressions import REPORTED, Call, Graph, Name, build, compile_program, walk
from optimiser.formulate import effects
from optimiser.frozen import dataclass
from optimiser.scenario.format.values import named

if TYPE_CHECKING:
    from optimiser.expressions import Tree
    from optimiser.formulate import figures
    from optimiser.formulate.calendar import Stretch
    from optimiser.formulate.horizon import Horizon
    from optimiser.formulate.valuation import ExactRows
    from optimiser.formulate.vocabulary import Vocabulary
    from optimiser.front import Floats
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Figure

__all__ = ["Cash", "CashTable", "cash_of", "cash_tables", "figure_values", "flows_of"]

_ONE = Fraction(1)


@dataclass(frozen=True)
class Cash:
    """A cost and an income as nodes.

    Attributes:
        cost, income: as they are written.
        years: when each begins and ends, and the phase it is in.
        nodes: what is paid in each year, then what is gained in each, then what is left at the end.
    """

    cost: str
    income: str
    years: tuple[Stretch, ...]
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class CashTable:
    """What plans pay and gain, for one cost and income.

    Attributes:
        cash: the cost and the income.
        flows: of each plan; None where something is undefined.
    """

    cash: Cash
    flows: tuple[figures.Flows | None, ...]


def cash_of(scenario: Scenario, names: Vocabulary[Horizon], /) -> dict[Call, Cash]:
    """The calls of the figures; equal ones once."""
    return {
        call: _cash(scenario, names, call, figure.expr.text)
        for figure in scenario.figures.values()
        for call in _calls(figure)
    }


def cash_tables(asked: Iterable[Cash], values: Iterable[ExactRows], /) -> list[CashTable]:
    """What plans pay and gain, for each cost and income once.

    Args:
        asked: costs and incomes.
        values: of each (k, nodes) the values of its nodes; None where undefined.
    """
    told = zip(asked, values, strict=True)
    tables = {(cash.cost, cash.income): (cash, rows) for cash, rows in told}
    return [
        CashTable(cash, tuple(flows_of(cash, row) for row in rows))
        for cash, rows in tables.values()
    ]


def flows_of(cash: Cash, values: Sequence[Fraction | None], /) -> figures.Flows | None:
    """The flows of one plan, from the values of the nodes; None where one is undefined."""
    from optimiser.formulate import figures

    exact = [value for value in values if value is not None]
    if len(exact) < len(values):
        return None
    count = len(cash.years)
    return figures.Flows(
        [
            figures.Year(year.begin, year.end, exact[place], exact[count + place])
            for place, year in enumerate(cash.years)
        ],
        exact[-1],
    )


def figure_values(
    scenario: Scenario, calls: Mapping[Call, Cash], values: Sequence[ExactRows], count: int, /
) -> Floats:
    """(k, figures) of k plans; NaN where undefined.

    Args:
        scenario: the scenario.
        calls: what its figures ask for.
        values: (k, nodes) the values of the nodes of each call; None where undefined.
        count: k.
    """
    if not calls:
        return np.empty((count, 0))
    from optimiser.formulate import figures

    found = {}
    for call, cash, own in zip(calls, calls.values(), values, strict=True):
        figure = figures.payback if call.function == "payback" else figures.irr
        flows = (flows_of(cash, row) for row in own)
        found[call] = [np.nan if one is None else figure(one) for one in flows]
    graph = Graph()
    columns = {call: graph.symbol(f"figure {place}") for place, call in enumerate(calls)}
    nodes = [
        build(graph, figure.expr.tree, lambda leaf: _resolved(scenario, graph, columns, leaf))
        for figure in scenario.figures.values()
    ]
    inputs = [f"figure {place}" for place in range(len(calls))]
    program = compile_program(graph, nodes, inputs=inputs)
    given = np.array([found[call] for call in calls], dtype=np.float64).T
    return np.asarray(program.values(given))


def _calls(figure: Figure) -> list[Call]:
    return [
        tree
        for tree in walk(figure.expr.tree)
        if isinstance(tree, Call) and tree.function in REPORTED and tree.arguments
    ]


def _resolved(scenario: Scenario, graph: Graph, columns: Mapping[Call, int], leaf: Tree) -> int:
    if isinstance(leaf, Call):
        return columns[leaf]
    return graph.constant(scenario.number(scenario.constants[named(leaf)].value))


def _cash(scenario: Scenario, names: Vocabulary[Horizon], call: Call, text: str) -> Cash:
    cost, income = call.arguments
    horizon, graph = names.quantities, names.graph
    calendar = horizon.timeline.calendar
    costs = _Costs(scenario, names, cost)
    years = [year for phase in horizon.timeline.phases for year in calendar.single_years(phase)]
    gained = [
        graph.combination(
            [
                (
                    year.end - year.begin,
                    [names.tree(income, year if horizon.ends else year.phase)],
                )
            ]
        )
        for year in years
    ]
    return Cash(
        text[cost.start : cost.end],
        text[income.start : income.end],
        tuple(years),
        (*(costs.paid(year) for year in years), *gained, costs.left()),
    )


class _Costs:
    """A cost at its dates: what it is with the payments then, less what it is without any."""

    def __init__(self, scenario: Scenario, names: Vocabulary[Horizon], tree: Tree, /) -> None:
        self._scenario, self._names, self._tree = scenario, names, tree
        self._horizon, self._graph = names.quantities, names.graph
        self._nothing = self._graph.constant(0)

    def paid(self, year: Stretch, /) -> int:
        """The node of what is paid at the beginning of a year."""
        horizon, phase = self._horizon, year.phase
        spent = []
        if not year.begin:
            without = self._built(
                self._tree, 0, lambda name: self._names.indicator(name, bare=True)
            )
            spent.append(without)
        if year.begin == horizon.timeline.calendar.begins[phase]:
            spent.append(self._added(phase, lambda name: horizon.started_in(name, phase)))
        if (year.begin, phase) in horizon.renewal_dates:
            spent.append(self._added(phase, lambda name: horizon.renewed(name, year.begin, phase)))
        return self._graph.sum([(_ONE, node) for node in spent])

    def left(self) -> int:
        """The node of what is not worn out at the end."""
        scenario, horizon = self._scenario, self._horizon
        if scenario.residual_value is None:
            return self._nothing
        return self._graph.sum(
            [
                (
                    -_ONE,
                    self._added(
                        horizon.timeline.phases[-1],
                        lambda name: (
                            horizon.unused(name)
                            if scenario.indicators[name].residual
                            else self._nothing
                        ),
                    ),
                )
            ]
        )

    def _added(self, phase: int, payment: Callable[[str], int]) -> int:
        without = self._built(self._tree, phase, lambda _: self._nothing)
        return self._graph.sum([(_ONE, self._built(self._tree, phase, payment)), (-_ONE, without)])

    def _built(self, tree: Tree, phase: int, payment: Callable[[str], int]) -> int:
        def resolve(leaf: Tree) -> int:
            if isinstance(leaf, Name) and leaf.id in self._scenario.indicators:
                indicator = self._scenario.indicators[leaf.id]
                if indicator.expr is not None:
                    return self._built(indicator.expr.tree, phase, payment)
                if effects.paid_once(indicator):
                    return payment(leaf.id)
            return self._names.tree(leaf, phase)

        return build(self._graph, tree, resolve)
