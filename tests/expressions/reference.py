"""A second, straightforward reading of trees: recursion, plain Python numbers, one point at a
time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from hypothesis import strategies as st

from optimiser import expressions
from optimiser.expressions import (
    Call,
    ComparisonChain,
    Graph,
    Name,
    Negate,
    Number,
    Power,
    Product,
    Sum,
    Tree,
    Where,
    parse,
)


class Undefined(Exception):
    """The point has no finite real value."""


def build(graph: Graph, text: str) -> int:
    def resolve(leaf: Tree) -> int:
        assert isinstance(leaf, Name)
        return graph.symbol(leaf.id)

    return expressions.build(graph, parse(text), resolve)


def evaluate(tree: Tree, point: Mapping[str, float]) -> float:
    """The value in floats; every part that is evaluated must be finite and real."""
    try:
        value = _value(tree, point)
    except (ArithmeticError, ValueError) as error:
        raise Undefined from error
    if isinstance(value, complex) or not math.isfinite(value):
        raise Undefined
    return value


def _value(tree: Tree, point: Mapping[str, float]) -> float:
    match tree:
        case Number():
            return float(tree.value)
        case Name():
            return (
                {"pi": math.pi, "e": math.e}[tree.id]
                if tree.id in ("pi", "e")
                else float(point[tree.id])
            )
        case Negate():
            return -evaluate(tree.operand, point)
        case Sum():
            return sum(sign * evaluate(term, point) for sign, term in tree.terms)
        case Product():
            result = 1.0
            for exponent, factor in tree.factors:
                value = evaluate(factor, point)
                result = result * value if exponent > 0 else result / value
            return result
        case Power():
            power: float = evaluate(tree.base, point) ** evaluate(tree.exponent, point)
            return power
        case Where():
            return evaluate(tree.then if holds(tree.condition, point) else tree.otherwise, point)
        case Call():
            values = [evaluate(argument, point) for argument in tree.arguments]
            if tree.function in ("min", "max", "sum"):
                return (
                    min(values)
                    if tree.function == "min"
                    else max(values)
                    if tree.function == "max"
                    else sum(values)
                )
            return float(
                getattr(math, "fabs" if tree.function == "abs" else tree.function)(values[0])
            )
        case _:
            raise AssertionError(tree)


def holds(condition: ComparisonChain, point: Mapping[str, float]) -> bool:
    values = [evaluate(operand, point) for operand in condition.operands]
    known = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "==": lambda a, b: a == b,
    }
    return all(
        known[operator](a, b)
        for operator, a, b in zip(condition.operators, values, values[1:], strict=False)
    )


def rational(tree: Tree, point: Mapping[str, Fraction]) -> Fraction:
    """The value in fractions, for trees of ``+ - * /``, whole powers, ``abs min max floor ceil
    where sum``.
    """
    match tree:
        case Number():
            return Fraction(tree.value)
        case Name():
            return point[tree.id]
        case Negate():
            return -rational(tree.operand, point)
        case Sum():
            return sum((sign * rational(term, point) for sign, term in tree.terms), Fraction(0))
        case Product():
            result = Fraction(1)
            for exponent, factor in tree.factors:
                result *= rational(factor, point) ** exponent
            return result
        case Power():
            return rational(tree.base, point) ** int(rational(tree.exponent, point))
        case Where():
            values = [rational(operand, point) for operand in tree.condition.operands]
            known = {"<": -1, "<=": -1, ">": 1, ">=": 1, "==": 0}
            chosen = all(
                (a == b and "=" in operator) or (a != b and (1 if a > b else -1) == known[operator])
                for operator, a, b in zip(
                    tree.condition.operators, values, values[1:], strict=False
                )
            )
            return rational(tree.then if chosen else tree.otherwise, point)
        case Call():
            values = [rational(argument, point) for argument in tree.arguments]
            functions: dict[str, Callable[[list[Fraction]], Fraction | int]] = {
                "min": min,
                "max": max,
                "sum": lambda v: sum(v, Fraction(0)),
                "abs": lambda v: abs(v[0]),
                "floor": lambda v: math.floor(v[0]),
                "ceil": lambda v: math.ceil(v[0]),
            }
            return Fraction(functions[tree.function](values))
        case _:
            raise AssertionError(tree)


NAMES = ("x", "y", "z", "产量")
_numbers = st.sampled_from(["0", "1", "2", "3", "0.5", "1.25", "7", "0.1", "10"])
_leaves = st.one_of(_numbers, st.sampled_from(NAMES), st.sampled_from(NAMES))
_COMPARISONS = ("<", "<=", ">", ">=", "==")


def texts(
    *, smooth: bool = False, exact: bool = False, polynomial: bool = False
) -> st.SearchStrategy[str]:
    """Random expressions as text.

    Args:
        smooth: no kinks and no jumps.
        exact: only what has exact values.
        polynomial: only ``+ - *``, whole powers and division by numbers.
    """

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        found = [
            st.lists(st.tuples(st.sampled_from("+-"), inner), min_size=2, max_size=8).map(
                lambda terms: "(" + " ".join(f"{sign} {term}" for sign, term in terms) + ")"
            ),
            st.lists(inner, min_size=2, max_size=7).map(
                lambda factors: "(" + " * ".join(factors) + ")"
            ),
            st.tuples(inner, st.integers(0, 3)).map(lambda t: f"({t[0]})**{t[1]}"),
            inner.map(lambda text: f"(-{text})"),
            st.tuples(inner, st.sampled_from(["2", "0.5", "7", "-3"])).map(
                lambda t: f"({t[0]} / {t[1]})"
            ),
        ]
        if not polynomial:
            found += [st.tuples(inner, inner).map(lambda t: f"({t[0]} / {t[1]})")]
        if not polynomial and not exact:
            functions = [
                "exp",
                "log",
                "log10",
                "sqrt",
                "sin",
                "cos",
                "tan",
                "asin",
                "acos",
                "atan",
                "sinh",
                "cosh",
                "tanh",
            ]
            found += [
                st.tuples(st.sampled_from(functions), inner).map(lambda t: f"{t[0]}({t[1]})"),
                st.tuples(inner, inner).map(lambda t: f"({t[0]})**({t[1]})"),
                st.tuples(inner, st.sampled_from(["0.5", "1.5", "-1", "-2", "0.3"])).map(
                    lambda t: f"({t[0]})**{t[1]}"
                ),
            ]
        if not polynomial and not smooth:
            condition = st.tuples(inner, st.sampled_from(_COMPARISONS), inner).map(" ".join)
            found += [
                st.tuples(st.sampled_from(["abs", "floor", "ceil"]), inner).map(
                    lambda t: f"{t[0]}({t[1]})"
                ),
                st.tuples(
                    st.sampled_from(["min", "max", "sum"]), st.lists(inner, min_size=1, max_size=4)
                ).map(lambda t: f"{t[0]}({', '.join(t[1])})"),
                st.tuples(condition, inner, inner).map(lambda t: f"where({t[0]}, {t[1]}, {t[2]})"),
            ]
        return st.one_of(found)

    return st.recursive(_leaves, extend, max_leaves=14)
