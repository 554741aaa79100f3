"""What a model's problems share, whatever the values of its parameters: compiled programss,
symbolic expansions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from optimiser.expressions import Expansions, Parametric, compile_program, kinked
from optimiser.formulate.choices import Choices

if TYPE_CHECKING:
    from optimiser.expressions import Graph, Program
    from optimiser.formulate.decisions import Decision
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.formulas import Formula

__all__ = ["Remembered", "Shared", "shared_of"]

_MOST_MONOMIALS: Final = 5_000
_RATIONAL_FUNCTIONS: Final = frozenset({"abs", "ceil", "floor", "largest", "max", "min"})

Number = Callable[["Formula"], Fraction]
T = TypeVar("T")


class Shared:
    """Made once for a model; everything in it is made when first asked for.

    Args:
        graph: the expressions of the model.
        inputs: the n column names.
        parameters: the names of the parameters.
        choices: what is known of the binaries of one decision.
    """

    def __init__(
        self, graph: Graph, /, *, inputs: Sequence[str], parameters: Sequence[str], choices: Choices
    ) -> None:
        self._graph = graph
        self.inputs = tuple(inputs)
        self._parameters = tuple(parameters)
        self.choices = choices
        self._programs: dict[tuple[int, ...], Program] = {}
        self._smooth: dict[tuple[int, ...], bool] = {}
        self._rational: dict[tuple[int, ...], bool] = {}
        self._parametric: dict[frozenset[str], Parametric] = {}

    def program(self, nodes: Sequence[int], /) -> Program:
        """The nodes compiled as functions of the columns and the parameters."""
        key = tuple(nodes)
        if key not in self._programs:
            self._programs[key] = compile_program(
                self._graph, key, inputs=self.inputs, parameters=self._parameters
            )
        return self._programs[key]

    def smooth(self, nodes: Sequence[int], /) -> bool:
        """Whether every node has derivatives by the columns everywhere."""
        key = tuple(nodes)
        if key not in self._smooth:
            self._smooth[key] = not kinked(self._graph, key, self.inputs)
        return self._smooth[key]

    def rational(self, nodes: Sequence[int], /) -> bool:
        """Whether the nodes have exact values wherever they have values at all."""
        key = tuple(nodes)
        if key not in self._rational:
            self._rational[key] = all(
                _exact_operation(self._graph, number) for number in self._graph.reachable(key)
            )
        return self._rational[key]

    def expansions(
        self, values: Mapping[str, Fraction], /, *, binaries: frozenset[str]
    ) -> Expansions:
        """The polynomials of the nodes for parameter values."""
        if binaries not in self._parametric:
            self._parametric[binaries] = Parametric(
                self._graph,
                parameters=frozenset(self._parameters),
                binaries=binaries,
                limit=_MOST_MONOMIALS,
                reduced=self.choices.reduced,
            )
        return self._parametric[binaries].at(values)


def shared_of(
    scenario: Scenario, graph: Graph, decisions: Sequence[Decision], inputs: Sequence[str], /
) -> Shared:
    """What the problems of a scenario's model share.

    Args:
        scenario: whose parameters they have.
        graph: of the model.
        decisions: as a planner names them.
        inputs: the n columns.
    """
    choices = Choices.of(decisions)
    return Shared(graph, inputs=inputs, parameters=tuple(scenario.constants), choices=choices)


class Remembered(Generic[T]):
    """A function of a scenario's numbers, called again only where a number that it asked for has
    changed.

    The function must depend on nothing but the numbers it asks for.
    """

    def __init__(self, function: Callable[[Number], T], /) -> None:
        self._function = function
        self._asked: dict[str, tuple[Formula, Fraction]] | None = None
        self._result: T

    @property
    def constant(self) -> bool:
        """Whether it asked for nothing but plain numbers, so that the result is the same for any
        values.
        """
        return self._asked == {}

    def __call__(self, number: Number, /) -> T:
        if self._asked is None or any(
            number(formula) != value for formula, value in self._asked.values()
        ):
            asked: dict[str, tuple[Formula, Fraction]] = {}

            def noted(formula: Formula) -> Fraction:
                value = number(formula)
                if formula.literal is None:
                    asked[formula.text] = (formula, value)
                return value

            self._result = self._function(noted)
            self._asked = asked
        return self._result


def _exact_operation(graph: Graph, number: int) -> bool:
    node = graph.nodes[number]
    if node.operator == "irrational" or (
        node.operator == "call" and node.name not in _RATIONAL_FUNCTIONS
    ):
        return False
    if node.operator == "power":
        exponent = graph.value_of(node.children[1])
        return exponent is not None and exponent.denominator == 1
    return True
