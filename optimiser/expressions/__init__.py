"""Expressions: text to a tree, trees to a graph, graphs to numpy functions, derivatives, exact
values and structure.

Text is never executed: an own tokenizer and grammar read it, and the code that is generated holds
numbers and made-up names.
"""

from optimiser.expressions.codegen import GRADIENT_LIMIT
from optimiser.expressions.curvature import Curvature, curvature
from optimiser.expressions.enclosures import Enclosure, enclose
from optimiser.expressions.error import ExpressionError
from optimiser.expressions.graph import Graph, GraphNode, parts
from optimiser.expressions.hints import unknown_function
from optimiser.expressions.integers import IntegerForms, compile_integers, integer_forms
from optimiser.expressions.intervals import End, bounds
from optimiser.expressions.numerals import comma_help, spelled_out
from optimiser.expressions.parametric import Expansions, Parametric
from optimiser.expressions.parser import number, parse
from optimiser.expressions.program import Program, compile_program
from optimiser.expressions.roundoff import Guard, Input, errors_at, errors_over
from optimiser.expressions.structure import Polynomial, Shape, polynomial, shape
from optimiser.expressions.tree import (
    FUNCTIONS,
    RESERVED,
    Call,
    Member,
    Name,
    Negate,
    Number,
    PhaseReference,
    Power,
    Product,
    Reference,
    Relation,
    Sum,
    Tree,
    Where,
    names,
)

__all__ = [
    "FUNCTIONS",
    "GRADIENT_LIMIT",
    "RESERVED",
    "Call",
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
    "Relation",
    "Shape",
    "Sum",
    "Tree",
    "Where",
    "bounds",
    "comma_help",
    "compile_integers",
    "compile_program",
    "curvature",
    "enclose",
    "errors_at",
    "errors_over",
    "integer_forms",
    "names",
    "number",
    "parse",
    "parts",
    "polynomial",
    "shape",
    "spelled_out",
    "unknown_function",
]
