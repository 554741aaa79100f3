"""Given plans at many values of the parameters at once: what they reach, and how far they are from
holding.

Throughout: s parameter vectors, k plans, m objectives, n decisions, q parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.errors import UsageError
from optimiser.expressions import ExpressionError, Graph, Tree, build, compile_program, separated
from optimiser.formulate.parameters import unknown_parameter
from optimiser.language import tr
from optimiser.scenario.format.values import in_order, named
from optimiser.scenario.source.uncertainty import uncertain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Domain
    from optimiser.expressions import Program
    from optimiser.formulate.logic import RowDraft
    from optimiser.formulate.parts import AssembledObjective, Bound
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

__all__ = ["Functions", "Outcomes", "follow", "rule_violations", "with_slopes"]

# So many points are evaluated at a time, and so many numbers are in them.
_BLOCK: Final = 1 << 16
_NUMBERS: Final = 1 << 22


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What k plans reach at s parameter vectors.

    Attributes:
        objectives: (s, k, m) in the user's directions and units; NaN where undefined.
        violations: (s, k) the largest violation of a rule of the scenario, relative to max(1,
            |bound|); infinite where something is undefined.
        feasible: (s, k) whether every rule holds within the scenario's tolerance.
    """

    objectives: Floats
    violations: Floats
    feasible: NDArray[np.bool_]


class Functions:
    """The objectives and constraints of a model as functions of decisions and parameters, compiled
    once.

    Args:
        graph: the expressions of the model.
        objectives: m.
        bounds: every comparison of the constraints.
        inputs: the n columns.
        parameters: the names of all parameters.
    """

    def __init__(
        self,
        graph: Graph,
        objectives: Sequence[AssembledObjective],
        bounds: Sequence[Bound],
        /,
        *,
        inputs: Sequence[str],
        parameters: Sequence[str],
    ) -> None:
        self._m = len(objectives)
        self._equality = np.array([bound.equality for bound in bounds], dtype=bool)
        known = frozenset(parameters)
        sides = [_constant_side(graph, bound, known) for bound in bounds]
        nodes = [*(o.node for o in objectives), *(bound.node for bound in bounds), *sides]
        self._inside = [graph.symbols(node) for node in nodes[: len(nodes) - len(sides)]]
        # what only decisions are in has k values, and not s k
        apart = separated(graph, nodes, known)
        inside = graph.symbols(*apart.nodes)
        self._own = [place for place, name in enumerate(inputs) if name in inside]
        self._varied = [place for place, name in enumerate(parameters) if name in inside]
        self._parts = compile_program(graph, list(apart.parts.values()), inputs=inputs)
        names = (*apart.parts, *(inputs[i] for i in self._own))
        self._program = compile_program(
            graph, apart.nodes, inputs=(*names, *(parameters[i] for i in self._varied))
        )

    @property
    def width(self) -> int:
        """How many numbers a plan and a parameter vector are together, once what depends on
        decisions alone is known.
        """
        return len(self._program.inputs)

    def varying(self, moving: Set[str], /) -> list[bool]:
        """For each objective whether it, or a bound, has one of these parameters in it."""
        has = [not moving.isdisjoint(inside) for inside in self._inside]
        return [own or any(has[self._m :]) for own in has[: self._m]]

    def __call__(self, x: Floats, values: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) plans at (s, q) values of all parameters -> objectives (s, k, m), largest
        violations (s, k).
        """
        s, k = len(values), len(x)
        objectives, violations = np.full((s, k, self._m), np.nan), np.full((s, k), np.inf)
        own = np.hstack([self._parts.values(x), x[:, self._own]]) if k else x
        step = max(1, min(_BLOCK, _NUMBERS // max(1, self.width)) // max(1, k))
        for start in range(0, s if k else 0, step):
            part = values[start : start + step, self._varied]
            points = np.hstack([np.tile(own, (len(part), 1)), np.repeat(part, k, axis=0)])
            outputs = self._program.values(points).reshape(len(part), k, -1)
            objectives[start : start + step], violations[start : start + step] = self._read(outputs)
        return objectives, violations

    def _read(self, outputs: Floats) -> tuple[Floats, Floats]:
        m, p = self._m, len(self._equality)
        sides = np.nan_to_num(outputs[..., m + p :], nan=0.0, posinf=0.0, neginf=0.0)
        distance = outputs[..., m : m + p] / np.maximum(1.0, np.abs(sides))
        excess = np.where(self._equality, np.abs(distance), np.maximum(distance, 0.0)).max(
            axis=-1, initial=0.0
        )
        undefined = np.asarray(~np.isfinite(outputs[..., : m + p]).all(axis=-1))
        return np.where(undefined[..., None], np.nan, outputs[..., :m] + 0.0), np.where(
            undefined, np.inf, excess
        )


def follow(scenario: Scenario, names: Sequence[str] | None, values: Floats, /) -> Floats:
    """(s, q) values of the named parameters, or of all with a range, -> (s, all parameters): those
    that depend on them follow, the others stay.

    Raises:
        UsageError: a name is no parameter, or is there twice.
    """
    known, values = scenario.constants, np.asarray(values, dtype=np.float64)
    if names is None:
        names = [name for name, parameter in known.items() if uncertain(parameter)]
    for name in names:
        if name not in known:
            raise unknown_parameter(name, known)
    if len(set(names)) < len(names):
        raise UsageError(
            tr("a parameter is named twice"), help=tr("give each parameter one column")
        )
    if values.ndim != 2 or values.shape[1] != len(names):
        raise ValueError(f"expected values of shape (s, {len(names)}), got {values.shape}")
    return _followers(scenario, names).values(values)


def with_slopes(
    graph: Graph,
    nodes: Sequence[int],
    x: Floats,
    inputs: Sequence[str],
    /,
    *,
    at: Mapping[str, float],
    held: Mapping[str, float],
) -> tuple[Floats, Floats]:
    """Nodes at given plans, and how they change with q parameters.

    Args:
        graph: of the model.
        nodes: o of them.
        x: (k, n) decisions.
        inputs: their names.
        at: the q parameters, and where they are.
        held: the others.

    Returns:
        (k, o) values and (k, o, q) derivatives; NaN where undefined.
    """
    program = compile_program(graph, nodes, inputs=list(at), parameters=(*inputs, *held))
    point = np.array([[*at.values()]], dtype=np.float64)
    found = np.empty((len(x), len(nodes)))
    slopes = np.empty((len(x), len(nodes), len(at)))
    for place, decided in enumerate(x.tolist()):
        found[place] = program.values(point, [*decided, *held.values()])[0]
        slopes[place] = program.jacobian(point, [*decided, *held.values()])[0]
    return found, slopes


def rule_violations(
    x: Floats, columns: Mapping[str, int], domains: Iterable[Domain], logic: Iterable[RowDraft], /
) -> Floats:
    """(k,) the largest violation of what adoption itself and the ranges of decisions impose."""
    worst = np.zeros(len(x))
    for draft in logic:
        value = sum(
            (float(c) * x[:, columns[name]] for name, c in draft.terms.items()), np.zeros(len(x))
        )
        for bound, sign in ((draft.lower, -1.0), (draft.upper, 1.0)):
            if bound is not None:
                worst = np.maximum(
                    worst, sign * (value - float(bound)) / max(1.0, abs(float(bound)))
                )
    known = list(domains)
    for domain in known:
        if domain.kind == "listed":
            worst = np.maximum(worst, _beside(domain, x[:, columns[domain.name]]))
    whole = x[:, [columns[domain.name] for domain in known if domain.kind == "whole"]]
    worst = np.maximum(worst, np.abs(whole - np.rint(whole)).max(axis=1, initial=0.0))
    for side, sign in (("lower", -1.0), ("upper", 1.0)):
        ends = {
            columns[domain.name]: float(end)
            for domain in known
            if domain.kind != "listed" and (end := getattr(domain, side)) is not None
        }
        bounds = np.array([*ends.values()])
        beyond = sign * (x[:, [*ends]] - bounds) / np.maximum(1.0, np.abs(bounds))
        worst = np.maximum(worst, beyond.max(axis=1, initial=0.0))
    return np.asarray(worst)


def _beside(domain: Domain, values: Floats) -> Floats:
    """(k,) how far values are from those that a list allows."""
    nearest = np.array([float(domain.nearest(value)) for value in values.tolist()])
    distance = np.abs(values - nearest)
    return np.asarray(distance / np.maximum(1.0, np.abs(values)))


def _followers(scenario: Scenario, names: Sequence[str]) -> Program:
    """Every parameter as a function of those named."""
    graph = Graph()
    nodes = {name: graph.symbol(name) for name in names}

    def resolve(leaf: Tree) -> int:
        if (name := named(leaf)) in nodes:
            return nodes[name]
        raise ExpressionError(tr("only parameters can stand here"), start=leaf.start, end=leaf.end)

    written = scenario.values_written
    for name in in_order({n: f for n, f in written.items() if n not in nodes}):
        nodes[name] = build(graph, written[name].tree, resolve)
    return compile_program(graph, [nodes[name] for name in scenario.constants], inputs=names)


def _constant_side(graph: Graph, bound: Bound, parameters: frozenset[str]) -> int:
    """The side of a comparison that no decision is in, else the constant of its difference, else
    0.
    """
    for side in (bound.bottom, bound.top):
        if parameters.issuperset(graph.symbols(side)):
            return side
    found = graph.nodes[bound.node]
    return graph.constant(found.value if found.operator == "sum" else 0)
