"""Expressions of scenarios, evaluated exactly: numbers become fractions from their text."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

__all__ = ["evaluated", "number_of", "sides_of"]

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "max": max,
    "min": min,
    "sum": lambda *v: sum(v, Fraction(0)),
    "where": lambda c, a, b: a if c else b,
}


class _Exact(ast.NodeTransformer):
    """Numbers as fractions from their text, ``t.level`` and ``x["p"]`` as look-ups."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.constants: dict[str, Any] = {}

    def _name(self, value: Any) -> ast.Name:
        name = f"_c{len(self.constants)}"
        self.constants[name] = value
        return ast.Name(name, ast.Load())

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return self._name(Fraction(ast.get_source_segment(self.text, node) or ""))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        assert isinstance(node.value, ast.Name)
        return _looked_up(f"{node.value.id}.{node.attr}")

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        assert isinstance(node.value, ast.Name)
        assert isinstance(node.slice, ast.Constant)
        return _looked_up(f"{node.value.id}@{node.slice.value!s}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return node if node.id in _FUNCTIONS else _looked_up(node.id)


def _looked_up(name: str) -> ast.AST:
    return ast.Subscript(ast.Name("_names", ast.Load()), ast.Constant(name), ast.Load())


@cache
def _compiled(text: str) -> Callable[[Mapping[str, Any]], Any]:
    exact = _Exact(text)
    tree = ast.fix_missing_locations(exact.visit(ast.parse(text, mode="eval")))
    code = compile(tree, "<expression>", "eval")
    names = {**_FUNCTIONS, **exact.constants, "__builtins__": {}}
    return lambda values: eval(code, {**names, "_names": values})


def evaluated(text: str, names: Mapping[str, Any], /) -> Any:
    """The value of an expression, exactly."""
    return _compiled(text)(names)


@cache
def sides_of(text: str) -> tuple[tuple[str, str, str], ...]:
    """The comparisons of a constraint, a chain in pairs: left, relation, right."""
    tree = ast.parse(text, mode="eval").body
    assert isinstance(tree, ast.Compare)
    sides = [ast.get_source_segment(text, item) or "" for item in (tree.left, *tree.comparators)]
    words = {ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "=="}
    return tuple(
        (a, words[type(op)], b)
        for (a, b), op in zip(itertools.pairwise(sides), tree.ops, strict=True)
    )


def number_of(text: str, /) -> Fraction | None:
    """The number that a text is; None where it is an expression."""
    try:
        return Fraction(text.replace(" ", ""))
    except ValueError:
        return None
