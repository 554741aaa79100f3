"""What an expression says: frozen trees, every node with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from types import MappingProxyType

from optimiser.frozen import light

__all__ = [
    "CONSTANTS",
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
    "Sum",
    "Tree",
    "Where",
    "children",
    "names",
    "walk",
]

_ONE_ARGUMENT = "abs acos asin atan ceil cos cosh exp floor log log10 sin sinh sqrt tan tanh"

#: function -> the fewest and the most arguments (None: any number)
FUNCTIONS: Mapping[str, tuple[int, int | None]] = MappingProxyType(
    dict.fromkeys(_ONE_ARGUMENT.split(), (1, 1))
    | {"max": (1, None), "min": (1, None), "sum": (1, None), "where": (3, 3)}
)
#: functions of figures, which are reported and never optimised -> how many arguments
REPORTED: Mapping[str, int] = MappingProxyType({"payback": 2, "irr": 2})
CONSTANTS: frozenset[str] = frozenset({"pi", "e"})
RESERVED: frozenset[str] = (
    frozenset(FUNCTIONS) | CONSTANTS | {"and", "or", "not", "true", "false", "null"}
)


@light(frozen=True, kw_only=True)
class _Node:
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@light(frozen=True)
class Number(_Node):
    """A decimal literal, exactly as written."""

    value: Decimal


@light(frozen=True)
class Name(_Node):
    """A parameter, variable, indicator, technology, or one of the constants ``pi`` and ``e``."""

    id: str


@light(frozen=True)
class Member(_Node):
    """``pv.scale``, ``ai.full``."""

    owner: str
    member: str


@light(frozen=True)
class PhaseReference(_Node):
    """``indicator["2027"]``."""

    indicator: str
    phase: str


@light(frozen=True)
class Baseline(_Node):
    """``base(indicator)``, also of one phase: its value with nothing adopted."""

    of: Name | PhaseReference


@light(frozen=True)
class Call(_Node):
    """``sqrt(x)``, or a fitted model with keywords: ``sales_model(ads=A)``."""

    function: str
    arguments: tuple[Tree, ...]
    keywords: tuple[tuple[str, Tree], ...] = ()


@light(frozen=True)
class Negate(_Node):
    """``-x``."""

    operand: Tree


@light(frozen=True)
class Sum(_Node):
    """A whole chain of ``+`` and ``-``: (sign, term) with sign +1 or -1."""

    terms: tuple[tuple[int, Tree], ...]


@light(frozen=True)
class Product(_Node):
    """A whole chain of ``*`` and ``/``: (exponent, factor) with exponent +1 or -1."""

    factors: tuple[tuple[int, Tree], ...]


@light(frozen=True)
class Power(_Node):
    """``base ** exponent``."""

    base: Tree
    exponent: Tree


@light(frozen=True)
class ComparisonChain(_Node):
    """A chain that points one way: ``operands[0] operators[0] operands[1] ...``."""

    operators: tuple[str, ...]
    operands: tuple[Tree, ...]


@light(frozen=True)
class Where(_Node):
    """``where(condition, then, otherwise)``."""

    condition: ComparisonChain
    then: Tree
    otherwise: Tree


Tree = (
    Number
    | Name
    | Member
    | PhaseReference
    | Baseline
    | Call
    | Negate
    | Sum
    | Product
    | Power
    | Where
    | ComparisonChain
)
Reference = Name | Member | PhaseReference | Call


def children(tree: Tree, /) -> tuple[Tree, ...]:
    """The direct operands, in the order of the text."""
    match tree:
        case Call():
            return tree.arguments + tuple(value for _, value in tree.keywords)
        case Baseline():
            return (tree.of,)
        case Negate():
            return (tree.operand,)
        case Sum():
            return tuple(term for _, term in tree.terms)
        case Product():
            return tuple(factor for _, factor in tree.factors)
        case Power():
            return (tree.base, tree.exponent)
        case Where():
            return (tree.condition, tree.then, tree.otherwise)
        case ComparisonChain():
            return tree.operands
        case _:
            return ()


def walk(tree: Tree, /) -> Iterator[Tree]:
    """Every node, parents first, in the order of the text; without recursion."""
    stack: list[Tree] = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def names(tree: Tree, /) -> tuple[Reference, ...]:
    """Every reference to something the scenario must define, in the order of the text.

    These are names, members, phases and calls of functions that are not built in (fitted models);
    ``pi`` and ``e`` are not among them. The arguments of a model's call follow it.
    """
    found: list[Reference] = []
    for node in walk(tree):
        if isinstance(node, Name):
            if node.id not in CONSTANTS:
                found.append(node)
        elif isinstance(node, Member | PhaseReference) or (
            isinstance(node, Call) and node.function not in FUNCTIONS
        ):
            found.append(node)
    return tuple(found)
