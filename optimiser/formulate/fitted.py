"""Fitted models in a problem: limits on probabilities as limits on their logits, and what
predictions rest on.

``1 / (1 + exp(-z)) <= q`` holds exactly where ``z <= log(q / (1 - q))``: where z is linear, so is
the limit. The logit of a decimal is irrational but for q = 1/2, so that a row must round it; it is
rounded to the safe side, and where z only takes multiples of some 1/D, to the last of them that
holds the limit, which loses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.expressions import compile_program, polynomial
from optimiser.formulate.tolerances import OUTSIDE
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from optimiser.engine.problem import Domain
    from optimiser.expressions import Graph, Polynomial
    from optimiser.formulate.parts import Bound
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

__all__ = [
    "LogitScale",
    "Prediction",
    "Use",
    "grid_of",
    "ordered_by",
    "predicted",
    "probability_of",
]

#: significant digits of a limit on a logit of decisions that are not whole
DIGITS = 12
_MOST_DIGITS = 4_000
_MOST_MONOMIALS = 5_000


@dataclass(frozen=True)
class Use:
    """One call of a model: the node of its value, and those of its arguments by feature."""

    model: str
    node: int
    arguments: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Prediction:
    """What a model predicts for a plan, and what to think of it.

    Attributes:
        arguments: the features' values.
        value: NaN where undefined.
        beyond: the features whose value is outside the data.
        identified: False where the value depends on how features that the data cannot tell apart
            share their effect.
    """

    model: str
    arguments: tuple[tuple[str, float], ...]
    value: float
    beyond: tuple[str, ...]
    identified: bool

    @property
    def sound(self) -> bool:
        """Whether it rests on the data."""
        return self.identified and not self.beyond


def probability_of(graph: Graph, node: int, /) -> int | None:
    """The node z where a node is ``1 / (1 + exp(-z))``, else None."""
    found = graph.nodes[node]
    if found.operator != "divide" or graph.value_of(found.children[0]) != 1:
        return None
    below = graph.nodes[found.children[1]]
    if below.operator != "sum" or below.value != 1 or below.coefficients != (Fraction(1),):
        return None
    odds = graph.nodes[below.children[0]]
    if odds.operator != "call" or odds.name != "exp":
        return None
    return graph.sum([(-1, odds.children[0])])


def ordered_by(graph: Graph, node: int, values: Mapping[str, Fraction], /) -> int:
    """A node that orders plans as a node does: the logit of a probability, times a number and plus
    one; else the node itself.
    """
    found = _probability_in(graph, node, values)
    return node if found is None else found.z if found.weight > 0 else graph.sum([(-1, found.z)])


@dataclass(frozen=True)
class _Probability:
    """``weight * (probability of z) + rest``; the weight is not 0."""

    z: int
    weight: Fraction
    rest: Fraction


@dataclass(frozen=True)
class _Limit:
    """``sign * (probability of z) <= sign * value``."""

    z: int
    sign: int
    value: Fraction


def _limit(bound: Bound, graph: Graph, values: Mapping[str, Fraction]) -> _Limit | None:
    """A comparison of one probability, times a number, with a number."""
    found = _probability_in(graph, bound.node, values)
    return (
        None
        if found is None
        else _Limit(found.z, 1 if found.weight > 0 else -1, -found.rest / found.weight)
    )


def _terms(graph: Graph, node: int) -> list[tuple[Fraction, int]]:
    found = graph.nodes[node]
    return (
        list(zip(found.coefficients, found.children, strict=True))
        if found.operator == "sum"
        else [(Fraction(1), node)]
    )


def _probabilities(graph: Graph, node: int) -> list[tuple[int, Fraction]]:
    """The terms of a sum that are probabilities: (their logit, their weight)."""
    return [
        (z, weight)
        for weight, child in _terms(graph, node)
        if (z := probability_of(graph, child)) is not None
    ]


def _probability_in(graph: Graph, node: int, values: Mapping[str, Fraction]) -> _Probability | None:
    """The one probability in a sum of it and constants."""
    found = graph.nodes[node]
    probabilities = _probabilities(graph, node)
    if len(probabilities) != 1 or not probabilities[0][1]:
        return None
    rest = found.value if found.operator == "sum" else Fraction(0)
    for weight, child in _terms(graph, node):
        if probability_of(graph, child) is None:
            expanded = polynomial(graph, child, values=values, limit=_MOST_MONOMIALS)
            if expanded is None or any(expanded):
                return None
            rest += weight * expanded.get((), Fraction(0))
    return _Probability(*probabilities[0], rest)


def _on_logit(
    bound: Bound,
    limit: _Limit,
    graph: Graph,
    values: Mapping[str, Fraction],
    domains: Sequence[Domain],
) -> Iterator[Bound]:
    if not 0 < limit.value < 1:
        if bound.equality or limit.value * limit.sign <= min(0, limit.sign):
            yield replace(
                bound, node=graph.constant(1), top=graph.constant(1), bottom=graph.constant(0)
            )
        return
    expanded = polynomial(graph, limit.z, values=values, limit=_MOST_MONOMIALS)
    units = {d.name: d.denominator for d in domains if d.discrete}
    grid = None if expanded is None else grid_of(expanded, units)
    value = _rounded(limit, grid, equality=bound.equality)
    node = graph.sum([(limit.sign, limit.z)], -limit.sign * value)
    top, bottom = limit.z, graph.constant(value)
    yield replace(
        bound,
        node=node,
        top=top if limit.sign > 0 else bottom,
        bottom=bottom if limit.sign > 0 else top,
    )


def grid_of(expanded: Polynomial, units: Mapping[str, int], /) -> int | None:
    """D where a polynomial over decisions takes multiples of 1/D only; None where decisions are
    real.

    Args:
        expanded: the polynomial.
        units: for each discrete decision what makes it whole.
    """
    if any(name not in units for monomial in expanded for name in monomial):
        return None
    return math.lcm(
        *(
            c.denominator * math.prod(units[name] for name in monomial)
            for monomial, c in expanded.items()
        ),
        1,
    )


def _rounded(limit: _Limit, grid: int | None, *, equality: bool) -> Fraction:
    """The logit of a limit, rounded to the side where the limit holds; to the nearest for an
    equality.
    """
    # most models have no limit on a probability, and start sooner without all that fits one
    from optimiser.fitting import logit

    if grid is None or equality:
        low, high = logit(limit.value, digits=DIGITS + 10)
        end = low if limit.sign > 0 else high
        rounding = ROUND_FLOOR if limit.sign > 0 else ROUND_CEILING
        context = Context(prec=DIGITS) if equality else Context(prec=DIGITS, rounding=rounding)
        return Fraction(context.divide(Decimal(end.numerator), Decimal(end.denominator)))
    # log(q / (1 - q)) is transcendental but for q = 1/2, so that finer enclosures end on one side
    # of every multiple
    digits = DIGITS
    while True:
        ends = [
            math.floor(end * grid) if limit.sign > 0 else math.ceil(end * grid)
            for end in logit(limit.value, digits=digits)
        ]
        if ends[0] == ends[1]:
            return Fraction(ends[0], grid)
        if digits > _MOST_DIGITS:
            raise AssertionError(f"the logit of {limit.value} is no multiple of 1/{grid}")
        digits *= 2


def predicted(
    scenario: Scenario,
    graph: Graph,
    uses: Sequence[Use],
    x: Floats,
    /,
    *,
    inputs: Sequence[str],
    number: Callable[..., Fraction],
) -> list[tuple[Prediction, ...]]:
    """(k, n) decisions -> for each plan what the calls of models predict, equal ones once.

    Args:
        number: the value of a formula over parameters.
    """
    nodes = [
        node for use in uses for node in (use.node, *(argument for _, argument in use.arguments))
    ]
    parameters = scenario.values_written
    program = compile_program(graph, nodes, inputs=inputs, parameters=tuple(parameters))
    rows = program.values(x, [float(number(written)) for written in parameters.values()]).tolist()
    found = []
    for row in rows:
        numbers = iter(row)
        judged = [
            _judged(scenario, use, next(numbers), [float(next(numbers)) for _ in use.arguments])
            for use in uses
        ]
        found.append(tuple(dict.fromkeys(judged)))
    return found


def _judged(scenario: Scenario, use: Use, value: float, arguments: Sequence[float]) -> Prediction:
    model = scenario.models[use.model]
    named = {
        feature: argument for (feature, _), argument in zip(use.arguments, arguments, strict=True)
    }
    fitted = model.fitted
    points = model.points or (fitted.points if fitted is not None else ())
    ranges = (
        {model.features[0]: (points[0][0], points[-1][0])}
        if points
        else fitted.ranges
        if fitted is not None
        else {}
    )
    beyond, widths = [], {}
    for feature, (first, last) in ranges.items():
        low, high = float(first.literal or 0), float(last.literal or 0)
        widths[feature] = high - low
        if not low - OUTSIDE * (high - low) <= named[feature] <= high + OUTSIDE * (high - low):
            beyond.append(feature)
    identified = True
    for relation in fitted.relations if fitted is not None else ():
        weights = {feature: float(c.literal or 0) for feature, c in relation.coefficients.items()}
        missed = math.fsum(c * named[feature] for feature, c in weights.items()) - float(
            relation.value.literal or 0
        )
        room = math.fsum(abs(c) * widths[feature] for feature, c in weights.items())
        identified &= abs(missed) <= OUTSIDE * room
    return Prediction(use.model, tuple(named.items()), float(value), tuple(beyond), identified)


class LogitScale:
    """Replaces comparisons of a probability with a number by ones of its logit.

    Which comparisons these are is looked for once; their numbers depend on the parameters.
    """

    def __init__(self, bounds: Sequence[Bound], graph: Graph, /) -> None:
        self._bounds = tuple(bounds)
        self._graph = graph
        self._places = [i for i, bound in enumerate(bounds) if _probabilities(graph, bound.node)]

    def bounds(
        self, values: Mapping[str, Fraction], domains: Sequence[Domain], /
    ) -> tuple[Bound, ...]:
        """The comparisons for parameter values.

        A limit that no probability reaches is left out; one that none can hold stays as a
        contradiction.
        """
        if not self._places:
            return self._bounds
        rewritten: list[Bound] = []
        for i, bound in enumerate(self._bounds):
            limit = _limit(bound, self._graph, values) if i in self._places else None
            rewritten.extend(
                [bound] if limit is None else _on_logit(bound, limit, self._graph, values, domains)
            )
        return tuple(rewritten)
