"""The value of a fitted model as a node of an expression graph."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction

from optimiser.expressions import Graph
from optimiser.scenario.format.fitted_models import FittedModel
from optimiser.scenario.format.formulas import Formula

__all__ = ["response"]


def response(
    graph: Graph,
    model: FittedModel,
    arguments: Mapping[str, int],
    node: Callable[[Formula], int],
    /,
) -> int:
    """The node of a model's value.

    A linear model is a sum, a logistic one ``1 / (1 + exp(-sum))``, a table a choice between its
    lines.

    Args:
        arguments: feature -> the node it is given.
        node: the node of a number of the scenario.
    """
    if model.kind == "table":
        return _interpolated(graph, model, arguments[model.features[0]], node)
    fitted = model.fitted
    assert fitted is not None
    assert fitted.intercept is not None
    terms = [
        (fitted.coefficients[name].exact or Fraction(0), argument)
        for name, argument in arguments.items()
    ]
    linear = graph.sum(terms, fitted.intercept.exact or Fraction(0))
    if model.kind == "linear":
        return linear
    odds_against = graph.call("exp", [graph.sum([(-1, linear)])])
    return graph.divide(graph.constant(1), graph.sum([(1, odds_against)], 1))


def _interpolated(
    graph: Graph, model: FittedModel, argument: int, node: Callable[[Formula], int]
) -> int:
    """``where(x <= x_1, line_1, where(x <= x_2, line_2, ...))``; the first and the last line go on
    beyond the points.

    Where the curve is known to be convex or concave it is the largest or the smallest of its lines,
    whose range is known better.
    """
    points = model.points or (model.fitted.points if model.fitted is not None else ())
    places = [x.exact or Fraction(0) for x, _ in points]
    heights = [node(y) for _, y in points]
    lines, slopes = [], []
    for i in range(len(points) - 1):
        rise = graph.sum([(1, heights[i + 1]), (-1, heights[i])])
        slope = graph.sum([(1 / (places[i + 1] - places[i]), rise)])
        along = graph.sum([(1, argument)], -places[i])
        lines.append(graph.sum([(1, heights[i]), (1, graph.product([slope, along]))]))
        slopes.append(graph.value_of(slope))
    known = [slope for slope in slopes if slope is not None]
    if len(known) == len(slopes):
        for function, sign in (("max", 1), ("min", -1)):
            if all((b - a) * sign >= 0 for a, b in itertools.pairwise(known)):
                return graph.call(function, lines)
    value = lines[-1]
    for line, place in zip(reversed(lines[:-1]), reversed(places[1:-1]), strict=True):
        value = graph.where(graph.compare("<=", argument, graph.constant(place)), line, value)
    return value
