"""Expressions: text to a tree, trees to a graph, graphs to numpy functions, derivatives, exact
values and structure.

Text is never executed: an own tokenizer and grammar read it, and the code that is generated holds
numbers and made-up names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.on_demand import on_demand

if TYPE_CHECKING:
    from optimiser.expressions.building import build
    from optimiser.expressions.codegen import GRADIENT_LIMIT
    from optimiser.expressions.curving import Curvature, curvature
    from optimiser.expressions.enclosed_arithmetic import Enclosure, divide, times
    from optimiser.expressions.enclosed_functions import CALLS, power
    from optimiser.expressions.enclosures import enclose, enclosing
    from optimiser.expressions.error import ExpressionError
    from optimiser.expressions.graph import Graph, GraphNode
    from optimiser.expressions.hints import unknown_function
    from optimiser.expressions.integers import IntegerForms, compile_integers, integer_forms
    from optimiser.expressions.intervals import (
        End,
        bounds,
        bounds_each,
        box_bounds,
        outwards,
        outwards_each,
    )
    from optimiser.expressions.largest import sum_of_largest
    from optimiser.expressions.numerals import comma_help, spelled_out
    from optimiser.expressions.parametric import Expansions, Parametric
    from optimiser.expressions.parser import number, parse
    from optimiser.expressions.program import Program, compile_program, evaluating
    from optimiser.expressions.remembering import Remembering
    from optimiser.expressions.roundoff import Guard, Input, errors_at, errors_over
    from optimiser.expressions.separation import Separated, separated
    from optimiser.expressions.structure import Polynomial, Shape, kinked, polynomial, shape
    from optimiser.expressions.substitution import substituted
    from optimiser.expressions.tree import (
        FUNCTIONS,
        REPORTED,
        RESERVED,
        Baseline,
        Call,
        ComparisonChain,
        Member,
        Name,
        Negate,
        Number,
        PhaseReference,
        Power,
        Product,
        Reference,
        Sum,
        Tree,
        Where,
        names,
        walk,
    )

__all__ = [
    "CALLS",
    "FUNCTIONS",
    "GRADIENT_LIMIT",
    "REPORTED",
    "RESERVED",
    "Baseline",
    "Call",
    "ComparisonChain",
    "Curvature",
    "Enclosure",
    "End",
    "Expansions",
    "ExpressionError",
    "Graph",
    "GraphNode",
    "Guard",
    "Input",
    "IntegerForms",
    "Member",
    "Name",
    "Negate",
    "Number",
    "Parametric",
    "PhaseReference",
    "Polynomial",
    "Power",
    "Product",
    "Program",
    "Reference",
    "Remembering",
    "Separated",
    "Shape",
    "Sum",
    "Tree",
    "Where",
    "bounds",
    "bounds_each",
    "box_bounds",
    "build",
    "comma_help",
    "compile_integers",
    "compile_program",
    "curvature",
    "divide",
    "enclose",
    "enclosing",
    "errors_at",
    "errors_over",
    "evaluating",
    "integer_forms",
    "kinked",
    "names",
    "number",
    "outwards",
    "outwards_each",
    "parse",
    "polynomial",
    "power",
    "separated",
    "shape",
    "spelled_out",
    "substituted",
    "sum_of_largest",
    "times",
    "unknown_function",
    "walk",
]

__getattr__ = on_demand(
    __name__,
    {
        "building": ("build",),
        "codegen": ("GRADIENT_LIMIT",),
        "curving": ("Curvature", "curvature"),
        "enclosed_arithmetic": ("Enclosure", "divide", "times"),
        "enclosed_functions": ("CALLS", "power"),
        "enclosures": ("enclose", "enclosing"),
        "error": ("ExpressionError",),
        "graph": ("Graph", "GraphNode"),
        "hints": ("unknown_function",),
        "integers": ("IntegerForms", "compile_integers", "integer_forms"),
        "intervals": ("End", "bounds", "bounds_each", "box_bounds", "outwards", "outwards_each"),
        "largest": ("sum_of_largest",),
        "numerals": ("comma_help", "spelled_out"),
        "parametric": ("Expansions", "Parametric"),
        "parser": ("number", "parse"),
        "program": ("Program", "compile_program", "evaluating"),
        "remembering": ("Remembering",),
        "roundoff": ("Guard", "Input", "errors_at", "errors_over"),
        "separation": ("Separated", "separated"),
        "structure": ("Polynomial", "Shape", "kinked", "polynomial", "shape"),
        "substitution": ("substituted",),
        "tree": (
            "FUNCTIONS",
            "REPORTED",
            "RESERVED",
            "Baseline",
            "Call",
            "ComparisonChain",
            "Member",
            "Name",
            "Negate",
            "Number",
            "PhaseReference",
            "Power",
            "Product",
            "Reference",
            "Sum",
            "Tree",
            "Where",
            "names",
            "walk",
        ),
    },
)
