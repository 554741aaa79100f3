"""Compiled expressions: values, derivatives and exact values of several outputs at many points.

Throughout: k points, n inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.expressions import rationals
from optimiser.expressions.codegen import GRADIENT_LIMIT, Forward
from optimiser.expressions.gathered import FUNCTIONS
from optimiser.expressions.graph import Graph, GraphNode
from optimiser.expressions.remembering import Remembering

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Program", "compile_program", "evaluating", "exact_values"]

# rows of a chunk times lines of the function: temporaries stay in the cache
_WORK = 1 << 17
_SMALLEST_CHUNK, _LARGEST_CHUNK = 256, 8192


def compile_program(
    graph: Graph,
    outputs: Sequence[int],
    /,
    *,
    inputs: Sequence[str],
    parameters: Sequence[str] = (),
) -> Program:
    """The outputs as functions of the inputs, with the parameters held at each call.

    Raises:
        ValueError: an output depends on a symbol that is neither an input nor a parameter, or a
            name is given twice.
    """
    if len({*inputs, *parameters}) != len(inputs) + len(parameters):
        raise ValueError("inputs and parameters must be distinct")
    return Program(graph, tuple(outputs), tuple(inputs), tuple(parameters))


def _sum(node: GraphNode, below: Sequence[Fraction], /) -> Fraction:
    """Denominator by denominator: few differ, and only the whole is reduced."""
    sums = {node.value.denominator: node.value.numerator}
    for coefficient, value in zip(node.coefficients, below, strict=True):
        top = value.numerator
        if top:
            bottom = coefficient.denominator * value.denominator
            sums[bottom] = sums.get(bottom, 0) + coefficient.numerator * top
    whole = math.lcm(*sums)
    return Fraction(sum(top * (whole // bottom) for bottom, top in sums.items()), whole)


def exact_values(
    graph: Graph,
    order: Iterable[int],
    symbols: Mapping[str, Fraction],
    found: dict[int, Fraction | None],
    /,
) -> None:
    """Add the exact values of nodes to those that are ``found``: None where irrational, undefined,
    or too long.

    Args:
        graph: the graph.
        order: nodes, those that another is made of before it.
        symbols: the value of every symbol.
        found: node -> value, of any of the nodes; extended in place.
    """
    nodes = graph.nodes
    for number in order:
        if number in found:
            continue
        node = nodes[number]
        if node.operator == "symbol":
            found[number] = symbols[node.name]
        else:
            value = _exact(node, [found[child] for child in node.children])
            found[number] = value if value is None or rationals.small(value) else None


def evaluating(
    graph: Graph, outputs: Iterable[int], held: Mapping[str, Fraction], /
) -> Remembering[Fraction | None]:
    """The same at one point after another; ``held`` are the symbols that are the same at all."""
    extend = partial(exact_values, graph)
    return Remembering(graph, outputs, held, extend, exact=(_as_it_is, _as_it_is))


def _as_it_is(value: Fraction | None) -> Fraction | None:
    return value


class Program:
    """Outputs of a graph as functions of (k, n) inputs; made by :func:`compile_program`.

    Parts of an output that are undefined, complex or infinite make it NaN or infinite at that
    point, even where a later operation would hide them (``1 / (1 / x)`` at 0); a branch of
    ``where`` that is not chosen does not count.
    """

    def __init__(
        self,
        graph: Graph,
        outputs: tuple[int, ...],
        inputs: tuple[str, ...],
        parameters: tuple[str, ...],
    ) -> None:
        self.inputs = inputs
        self.parameters = parameters
        self._graph = graph
        self._outputs = outputs
        self._columns = {name: position for position, name in enumerate(inputs)}
        self._places = {name: position for position, name in enumerate(parameters)}
        self._values, lines = self._compile_values()
        self._chunk = max(_SMALLEST_CHUNK, min(_LARGEST_CHUNK, _WORK // max(1, lines)))

    def values(self, x: Floats, /, p: Floats | Sequence[float] | None = None) -> Floats:
        """The outputs at k points.

        Args:
            x: (k, n) finite inputs.
            p: the parameters, where there are any.

        Returns:
            (k, outputs); NaN where undefined or complex, infinite where too large.
        """
        x = self._points(x)
        held = self._held(p)
        k = len(x)
        result = np.empty((k, len(self._outputs)))
        with np.errstate(all="ignore"):
            for start in range(0, k, self._chunk):
                part = x[start : start + self._chunk]
                self._values(
                    np.ascontiguousarray(part.T), held, result[start : start + self._chunk].T, None
                )
        return result

    def jacobian(self, x: Floats, /, p: Floats | Sequence[float] | None = None) -> Floats:
        """The derivatives of every output by every input at k points, by the reverse mode.

        At a kink one of the subgradients; infinite derivatives are clipped to 1e12
        (``GRADIENT_LIMIT``).

        Returns:
            (k, outputs, n); NaN in the rows of an output that is not finite there.
        """
        x = self._points(x)
        held = self._held(p)
        k, n = x.shape
        result = np.empty((k, len(self._outputs), n))
        run = self._derivatives
        with np.errstate(all="ignore"):
            for start in range(0, k, self._chunk):
                part = x[start : start + self._chunk]
                values = np.empty((len(self._outputs), len(part)))
                jacobian = np.zeros((len(self._outputs), n, len(part)))
                run(np.ascontiguousarray(part.T), held, values, jacobian)
                if not np.isfinite(jacobian).all() or not np.isfinite(values).all():
                    # at a finite value only a derivative that does not exist is left as NaN: 0 is
                    # as good as any
                    np.nan_to_num(
                        jacobian,
                        copy=False,
                        posinf=GRADIENT_LIMIT,
                        neginf=-GRADIENT_LIMIT,
                    )
                    jacobian[np.broadcast_to(~np.isfinite(values)[:, None, :], jacobian.shape)] = (
                        np.nan
                    )
                np.clip(jacobian, -GRADIENT_LIMIT, GRADIENT_LIMIT, out=jacobian)
                result[start : start + self._chunk] = jacobian.transpose(2, 0, 1)
        return result

    def exact(
        self, x: Sequence[Fraction | int], /, p: Sequence[Fraction | int] = ()
    ) -> list[Fraction | None]:
        """The outputs at one point in exact arithmetic.

        Returns:
            one entry an output; None where it is irrational, undefined, or too long to be worth it.
        """
        if len(x) != len(self.inputs) or len(p) != len(self.parameters):
            raise ValueError(
                f"expected {len(self.inputs)} inputs and {len(self.parameters)} parameters, "
                f"got {len(x)} and {len(p)}"
            )
        known = {
            name: Fraction(value)
            for name, value in zip(self.inputs + self.parameters, [*x, *p], strict=True)
        }
        values: dict[int, Fraction | None] = {}
        exact_values(self._graph, self._order, known, values)
        return [values[output] for output in self._outputs]

    # -- inner workings

    @cached_property
    def _order(self) -> list[int]:
        return self._graph.reachable(self._outputs)

    @cached_property
    def _derivatives(self) -> Callable[..., None]:
        # most models are linear, and asked for no derivative
        from optimiser.expressions import reverse

        forward = self._forward()
        reverse.Reverse(forward)
        return _function(forward.lines, {**reverse.FUNCTIONS, **forward.arrays})

    def _forward(self) -> Forward:
        forward = Forward(self._graph, self._outputs, self._columns, self._places)
        forward.lines.extend(
            f"Y[{place}] = {forward.text[output]}" for place, output in enumerate(self._outputs)
        )
        return forward

    def _compile_values(self) -> tuple[Callable[..., None], int]:
        forward = self._forward()
        return _function(forward.lines, forward.arrays), len(forward.lines)

    def _points(self, x: Floats) -> Floats:
        x = np.asarray(x, dtype=np.float64)
        if x.ndim != 2 or x.shape[1] != len(self.inputs):
            raise ValueError(f"expected points of shape (k, {len(self.inputs)}), got {x.shape}")
        return x

    def _held(self, p: Floats | Sequence[float] | None) -> Floats:
        held = np.asarray(() if p is None else p, dtype=np.float64)
        if held.shape != (len(self.parameters),):
            raise ValueError(f"expected {len(self.parameters)} parameters, got shape {held.shape}")
        return held


def _function(lines: Sequence[str], arrays: dict[str, Any], /) -> Callable[..., None]:
    """The lines as a function of X (n, k), P, Y (outputs, k) and J (outputs, n, k)."""
    body = "\n".join(f"    {line}" for line in lines) or "    pass"
    source = f"def run(X, P, Y, J):\n{body}\n"
    # numbers and made-up names only: nothing of a user's text is in the source
    namespace: dict[str, Any] = {"__builtins__": {}, **FUNCTIONS, **arrays, "inf": np.inf}
    exec(compile(source, "<expressions>", "exec"), namespace)
    run: Callable[..., None] = namespace["run"]
    return run


def _exact(node: GraphNode, below: Sequence[Fraction | None], /) -> Fraction | None:
    match node.operator:
        case "constant":
            return node.value
        case "irrational":
            return None
        case "where":
            condition, then, otherwise = below
            return None if condition is None else then if condition else otherwise
    known = [value for value in below if value is not None]
    if len(known) < len(below):
        return None
    match node.operator:
        case "sum":
            return _sum(node, known)
        case "product":
            return rationals.product(known)
        case "divide":
            return known[0] / known[1] if known[1] else None
        case "power":
            return rationals.power(known[0], known[1])
        case "compare":
            return Fraction(rationals.compare(node.name, known[0], known[1]))
        case "all":
            return Fraction(all(known))
        case _:
            return rationals.call(node.name, known)
