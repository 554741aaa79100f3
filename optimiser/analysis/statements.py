"""What a planner states before plans are chosen: limits, technologies, the worth of objectives.

``where``, ``with`` and ``without`` restrict the plans; ``order``, ``weight_range`` and ``prefer``
state a set of weights.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optimiser.analysis.exact_shares import decimal, shares_of
from optimiser.errors import UsageError
from optimiser.language import listed, tr
from optimiser.results.exact_values import compared
from optimiser.results.naming_plans import named_plan

if TYPE_CHECKING:
    from optimiser.analysis.weight_sets import Row
    from optimiser.expressions import ComparisonChain, Name
    from optimiser.front import Flags, Floats, Front
    from optimiser.results import Result

__all__ = ["RESTRICTING", "Kind", "Statement", "half_spaces", "limits_what_is_good", "restriction"]

Kind = Literal["where", "with", "without", "order", "weight_range", "prefer"]

RESTRICTING: Final = ("where", "with", "without")
"""Statements about plans; the others are about weights."""

_COMPARED: Final = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
}


@dataclass(frozen=True)
class Statement:
    """One thing that is stated, as it was written."""

    kind: Kind
    text: str

    @property
    def option(self) -> str:
        """As it is typed on a command line."""
        quoted = f'"{self.text}"' if set(self.text) & set(" <>*()|&;$") else self.text
        return f"--{self.kind.replace('_', '-')} {quoted}"

    def names(self) -> list[str]:
        """The parts of a list."""
        return [part for name in self.text.replace("，", ",").split(",") if (part := name.strip())]


def restriction(result: Result, front: Front, statement: Statement, /) -> Flags:
    """(k,) which plans of a front hold a statement about plans.

    Raises:
        UsageError: it names what is not there, or is no comparison.
    """
    if statement.kind == "where":
        return _holding(result, front, statement)
    names = statement.names()
    if not names:
        raise UsageError(
            tr("{option} names no technology", option=statement.option),
            help=tr(
                "write ids, for example: {example}", example=listed(front.decision_columns[:2])
            ),
        )
    found = np.ones(len(front), dtype=bool)
    for name in names:
        adopted = _adopting(result, front, name)
        found &= adopted if statement.kind == "with" else ~adopted
    return found


def _adopting(result: Result, front: Front, name: str) -> Flags:
    """(k,) which plans adopt a technology, or have it at a level: ``mes`` and ``mes.full``."""
    known = front.decision_columns
    owner, dot, level = name.partition(".")
    column = name if name in known else owner
    if column not in known:
        raise _unknown(tr("unknown technology '{name}'", name=name), column, "technologies", known)
    cells = [row[known.index(column)] for row in front.cells]
    if column == name or not dot:
        return np.array([cell != "0" for cell in cells])
    technology = result.scenario.technologies.get(owner)
    levels = list(technology.levels) if technology is not None else []
    if level not in levels:
        raise _unknown(
            tr("'{name}' has no level '{level}'", name=owner, level=level), level, "levels", levels
        )
    return np.array([cell.partition("@")[0] == level for cell in cells])


def _unknown(message: str, name: str, kind: str, names: Collection[str]) -> UsageError:
    from optimiser.scenario.diagnostics import did_you_mean, known

    return UsageError(message, help=did_you_mean(name, names) or known(kind, names))


def _comparison(result: Result, front: Front, statement: Statement) -> ComparisonChain:
    """The tree of a limit, all of whose names are known."""
    from optimiser.expressions import ComparisonChain, ExpressionError, Name, names, parse

    try:
        tree = parse(statement.text, constraint=True)
    except ExpressionError as error:
        place = statement.text[error.start : error.end]
        said = tr("{message}: '{place}'", message=error.message, place=place)
        raise UsageError(
            tr(
                "{option}: {problem}",
                option=statement.option,
                problem=said if place else error.message,
            ),
            help=error.help,
        ) from None
    if not isinstance(tree, ComparisonChain):
        raise UsageError(
            tr("{option} compares nothing", option=statement.option),
            help=tr("write for example: cost <= 9"),
        )
    known = [*_values(front), *result.scenario.parameters]
    for reference in names(tree):
        if not isinstance(reference, Name):
            raise UsageError(
                tr(
                    "{option} may name objectives, indicators and parameters",
                    option=statement.option,
                ),
                help=tr("known: {names}", names=listed(known)),
            )
        if reference.id not in known:
            raise _unknown(
                tr(
                    "unknown name '{name}' in {option}",
                    name=reference.id,
                    option=statement.option,
                ),
                reference.id,
                "names",
                known,
            )
    return tree


def _values(front: Front) -> Mapping[str, Floats]:
    """(k,) the values of every objective and indicator."""
    names = [column.name for column in (*front.indicator_columns, *front.columns)]
    return dict(zip(names, np.hstack([front.indicators, front.y]).T, strict=True))


def _told(front: Front, name: str) -> list[Fraction | None]:
    """The k values as they count; None where one is undefined."""
    for j, column in enumerate(front.columns):
        if column.name == name:
            return [*front.told(j)]
    values = _values(front)[name].tolist()
    return [decimal(value) if math.isfinite(value) else None for value in values]


def _holding(result: Result, front: Front, statement: Statement) -> Flags:
    """Which plans hold a limit: values count as the decimals that they show, or exactly where these
    do not tell how plans differ, and are compared exactly where the expression is rational.
    """
    from optimiser.expressions import Baseline, Graph, build, compile_program, names, walk

    tree = _comparison(result, front, statement)
    if any(isinstance(node, Baseline) for node in walk(tree)):
        raise UsageError(
            tr("{option} may name objectives, indicators and parameters", option=statement.option),
            help=tr("write the baseline as a number"),
        )
    graph, scenario, values = Graph(), result.scenario, _values(front)
    named: list[Name] = list(names(tree))  # type: ignore[arg-type]  # all are, as checked
    inputs = sorted({name.id for name in named if name.id in values})

    def resolve(node: Name) -> int:
        if node.id in values:
            return graph.symbol(node.id)
        return graph.constant(scenario.number(scenario.parameters[node.id].value))

    sides = [
        build(graph, side, resolve)  # type: ignore[arg-type]  # all are names, as checked
        for side in tree.operands
    ]
    program = compile_program(graph, sides, inputs=inputs)
    x = np.array([values[name] for name in inputs]).reshape(len(inputs), len(front)).T
    told = [_told(front, name) for name in inputs]
    found = np.zeros(len(front), dtype=bool)
    for plan in range(len(front)):
        own = [value for column in told if (value := column[plan]) is not None]
        if len(own) < len(told):
            continue  # an undefined value holds nothing
        exact = program.exact(own)
        if None in exact:
            rounded = program.values(x[plan : plan + 1])[0].tolist()
            exact = [
                Fraction(value) if mine is None and math.isfinite(value) else mine
                for mine, value in zip(exact, rounded, strict=True)
            ]
        found[plan] = all(
            left is not None and right is not None and _COMPARED[sign](left, right)
            for sign, (left, right) in zip(tree.operators, pairwise(exact), strict=True)
        )
    return found


def limits_what_is_good(front: Front, statement: Statement, /) -> bool:
    """Whether a limit keeps what is good of one objective, ``cost <= 9``: then every plan that is
    efficient under it is efficient without it, and listed.

    Not where the limit has more digits than a listed value shows: the value may be rounded past it.
    """
    if statement.kind != "where":
        return False
    from optimiser.expressions import ComparisonChain, Name, Number, parse

    tree = parse(statement.text, constraint=True)
    senses = {column.name: column.sense for column in front.columns}
    if not isinstance(tree, ComparisonChain) or len(tree.operands) != 2:
        return False
    left, right = tree.operands
    sign = tree.operators[0]
    if isinstance(left, Number):
        left, right = right, left
        sign = sign.translate(str.maketrans("<>", "><"))
    if not isinstance(left, Name) or not isinstance(right, Number):
        return False
    if not math.isfinite(near := float(right.value)) or decimal(near) != Fraction(right.value):
        return False
    return {"minimise": "<", "maximise": ">"}.get(senses.get(left.id, ""), "=") == sign[0]


def half_spaces(result: Result, front: Front, statement: Statement, /) -> list[Row]:
    """A statement about weights as rows with row · w >= 0, weights summing to 1.

    Raises:
        UsageError: it names what is not there, or cannot be read.
    """
    names = [column.name for column in front.columns]
    unit = {name: _unit(place, len(names)) for place, name in enumerate(names)}
    if statement.kind == "order":
        order = [_objective(name, names) for name in statement.names()]
        if len(order) < 2 or len(set(order)) < len(order):
            raise UsageError(
                tr("{option} orders nothing", option=statement.option),
                help=tr("write two or more objectives, the one that matters most first"),
            )
        return [
            tuple(a - b for a, b in zip(unit[more], unit[less], strict=True))
            for more, less in pairwise(order)
        ]
    if statement.kind == "weight_range":
        return [row for part in statement.names() for row in _range(statement, part, unit)]
    values = _preferred(result, front, statement)
    return [shares_of(front, result.ranking.ranges, values=values).row(0, 1)]


def _unit(place: int, size: int) -> Row:
    return tuple(Fraction(int(place == j)) for j in range(size))


def _objective(name: str, names: list[str]) -> str:
    if name not in names:
        raise _unknown(tr("unknown objective '{name}'", name=name), name, "objectives", names)
    return name


def _range(statement: Statement, part: str, unit: Mapping[str, Row]) -> list[Row]:
    name, equals, ends = part.partition("=")
    low, dots, high = ends.partition("..")
    row = unit[_objective(name.strip(), list(unit))]
    try:
        if not equals or not (low.strip() or high.strip()):
            raise InvalidOperation
        least = _weight(low) if low.strip() else Fraction(0)
        most = _weight(high) if high.strip() else Fraction(1) if dots else least
    except InvalidOperation:
        raise UsageError(
            tr("{option}: expected a range of a weight", option=statement.option),
            help=tr("write for example: {example}", example=f"{name.strip()}=0.3..0.6"),
        ) from None
    if least > most:
        raise UsageError(
            tr("{option}: the range is empty", option=statement.option),
            help=tr("write the smaller number first"),
        )
    return [tuple(value - least for value in row), tuple(most - value for value in row)]


def _weight(text: str) -> Fraction:
    value = Decimal(text.strip())
    if not (value.is_finite() and 0 <= value <= 1):
        raise InvalidOperation
    return Fraction(value)


def _preferred(result: Result, front: Front, statement: Statement) -> list[list[Fraction]]:
    """m times the value of the plan that is preferred, and of the other."""
    better, colon, worse = statement.text.partition(":")
    if not colon or not better.strip() or not worse.strip():
        raise UsageError(
            tr("{option} names no two plans", option=statement.option),
            help=tr("write the preferred plan first: --prefer P1:P2"),
        )
    pair = [_objectives(result, front, plan.strip()) for plan in (better, worse)]
    return [list(values) for values in zip(*pair, strict=True)]


def _objectives(result: Result, front: Front, wanted: str) -> list[Fraction]:
    """The m values of a plan: listed or equal to a listed one, a reference plan, or typed. What
    is said of weights holds whether the plan is feasible or not.
    """
    columns = range(len(front.columns))
    if wanted in front.ids:
        return [front.value(front.ids.index(wanted), j) for j in columns]
    plan = named_plan(result, wanted)
    if not np.isfinite(plan.objectives).all():
        raise UsageError(
            tr("plan {plan} has an objective that is undefined", plan=wanted),
            help=tr("name another plan"),
        )
    wide, row = compared(result, plan)
    return [wide.value(row, j) for j in columns]
