"""Problems made from rows, or from functions on arrays.

Rows are exact: a coefficient is an int, a Fraction, a Decimal, or a float, which stands for the
decimal that it shows (0.1 is a tenth). Columns have domains, objectives have senses, rows have
bounds:

>>> from optimiser.engine import at_most, binary, from_rows, maximise, minimise
>>> sack = from_rows(
...     [binary("tent"), binary("lamp")],
...     {"comfort": maximise([7, 2]), "price": minimise([30, 8.5])},
...     {"weight": at_most([4, 1], 4.5)},
... )
>>> sack.objectives, sack.signs.tolist()
(('comfort', 'price'), [-1.0, 1.0])
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.engine.problem import Domain, Linear, Nonlinear, Problem, Row
from optimiser.engine.row_evaluation import RowEvaluation
from optimiser.engine.tolerances import FEASIBILITY
from optimiser.errors import UsageError
from optimiser.language import listed as enumerated
from optimiser.language import marked, stored, tr

if TYPE_CHECKING:
    from optimiser.front import Floats

__all__ = [
    "Bounds",
    "LinearObjective",
    "at_least",
    "at_most",
    "between",
    "binary",
    "equal_to",
    "from_functions",
    "from_rows",
    "listed",
    "maximise",
    "minimise",
    "real",
    "whole",
]

Number = int | float | Decimal | Fraction
Terms = Sequence[Number] | Mapping[str, Number]
"""One number a column, or some of them by the column's name."""

Sense = Literal["maximise", "minimise"]

_VALUE = marked("a value of {name!r} is {value!r}")
_LOWER = marked("the lower bound of {name!r} is {value!r}")
_UPPER = marked("the upper bound of {name!r} is {value!r}")
_COEFFICIENT = marked("a coefficient of {name!r} is {value!r}")
_CONSTANT = marked("the constant of {name!r} is {value!r}")


@dataclass(frozen=True)
class LinearObjective:
    """A linear objective: ``sum(terms * columns) + constant``, minimised or maximised."""

    sense: Sense
    terms: Terms
    constant: Number = 0


@dataclass(frozen=True)
class Bounds:
    """``lower <= sum(terms * columns) <= upper``; None is no bound."""

    terms: Terms
    lower: Number | None = None
    upper: Number | None = None


def binary(name: str, /) -> Domain:
    """A column that is 0 or 1."""
    return Domain(name, "whole", Fraction(0), Fraction(1))


def whole(name: str, lower: Number | None = 0, upper: Number | None = None, /) -> Domain:
    """A column of whole numbers; None is no bound."""
    return Domain(name, "whole", *_interval(name, lower, upper))


def real(name: str, lower: Number | None = 0, upper: Number | None = None, /) -> Domain:
    """A column of real numbers; None is no bound."""
    return Domain(name, "real", *_interval(name, lower, upper))


def listed(name: str, values: Sequence[Number], /) -> Domain:
    """A column that takes one of some values, for problems from functions."""
    exact = tuple(sorted({_exact(value, name, _VALUE) for value in values}))
    if not exact:
        raise UsageError(
            tr("column {name!r} has no values", name=name), help=tr("list at least one")
        )
    return Domain(name, "listed", exact[0], exact[-1], exact)


def minimise(terms: Terms, /, *, constant: Number = 0) -> LinearObjective:
    """The less, the better."""
    return LinearObjective("minimise", terms, constant)


def maximise(terms: Terms, /, *, constant: Number = 0) -> LinearObjective:
    """The more, the better."""
    return LinearObjective("maximise", terms, constant)


def at_most(terms: Terms, bound: Number, /) -> Bounds:
    """A row with an upper bound."""
    return Bounds(terms, None, bound)


def at_least(terms: Terms, bound: Number, /) -> Bounds:
    """A row with a lower bound."""
    return Bounds(terms, bound, None)


def between(terms: Terms, lower: Number, upper: Number, /) -> Bounds:
    """A row with both bounds."""
    return Bounds(terms, lower, upper)


def equal_to(terms: Terms, value: Number, /) -> Bounds:
    """An equation."""
    return Bounds(terms, value, value)


def from_rows(
    columns: Sequence[Domain],
    objectives: Mapping[str, LinearObjective],
    rows: Mapping[str, Bounds] | None = None,
    /,
) -> Problem:
    """A linear problem, exactly as it is written.

    Args:
        columns: n of :func:`binary`, :func:`whole`, :func:`real`.
        objectives: by name, each of :func:`minimise`, :func:`maximise`.
        rows: by name, each of :func:`at_most`, :func:`at_least`, :func:`between`,
            :func:`equal_to`.

    Raises:
        UsageError: a column is listed or named twice, a row names an unknown one or has another
            length, or a number is none.
    """
    decisions = _columns(columns)
    for domain in decisions:
        if domain.kind == "listed":
            raise UsageError(
                tr(
                    "column {name!r} is listed; rows are over whole and real numbers",
                    name=domain.name,
                ),
                help=tr("give each value a binary column, of which one is 1"),
            )
    if not objectives:
        raise UsageError(
            tr("a problem has at least one objective"), help=tr("minimise or maximise a row")
        )
    aims = tuple(_objective(decisions, name, aim) for name, aim in objectives.items())
    logic = _rows(decisions, rows)
    over = RowEvaluation(len(decisions), aims, logic)
    discrete = all(domain.discrete for domain in decisions)
    return Problem(
        decisions,
        tuple(objectives),
        _signs(aim.sense for aim in objectives.values()),
        logic,
        (),
        over.evaluate,
        over.gradient,
        over.exact if discrete else None,
        Linear(decisions, aims, logic, linked=("",) * len(aims)),
        margins=over.margins,
        convex=lambda: True,
        excesses=over.excesses,
        values=over.values,
        rounded=over.rounded,
        roundoff=over.roundoff,
    )


def from_functions(
    columns: Sequence[Domain],
    objectives: Mapping[str, Sense],
    evaluate: Callable[[Floats], Floats],
    /,
    *,
    constraints: Sequence[str] = (),
    gradient: Callable[[Floats], Floats] | None = None,
    rows: Mapping[str, Bounds] | None = None,
    feasibility: float = FEASIBILITY,
) -> Problem:
    """A problem of which only values can be computed, and perhaps derivatives.

    Args:
        columns: n of :func:`binary`, :func:`whole`, :func:`real`, :func:`listed`.
        objectives: m names with their senses.
        evaluate: (k, n) points -> (k, m + p): the objectives in their own directions, then how far
            each constraint is from holding, at most 0 where it does. Not finite where undefined.
        constraints: p names.
        gradient: (k, n) points -> (k, m + p, n), the derivatives of the same; None where unknown.
        rows: linear rows that hold besides, exactly.
        feasibility: the tolerance on the constraints.

    Raises:
        UsageError: a column is named twice, a row names an unknown one or has another length, a
            number is none, or an objective has no sense.
    """
    decisions = _columns(columns)
    given = _Functions(
        evaluate, gradient, _signs(objectives.values()), len(constraints), len(decisions)
    )
    return Problem(
        decisions,
        tuple(objectives),
        given.signs,
        _rows(decisions, rows),
        tuple(constraints),
        given.violations,
        None if gradient is None else given.slopes,
        None,
        Nonlinear(stored("functions were given, not rows")),
        feasibility=feasibility,
        margins=given.margins,
    )


@dataclass(frozen=True, eq=False)
class _Functions:
    """What a problem asks of the user's functions, whose arrays are looked at."""

    evaluate: Callable[[Floats], Floats]
    gradient: Callable[[Floats], Floats] | None
    signs: Floats
    constraints: int
    columns: int

    def violations(self, x: Floats) -> tuple[Floats, Floats]:
        """(k, n) -> minimised objectives (k, m), violations (k, p); infinite where undefined."""
        y, distance = self._outputs(x)
        return y, np.maximum(distance, 0.0)

    def margins(self, x: Floats) -> Floats:
        """(k, n) -> (k, p)."""
        return self._outputs(x)[1]

    def slopes(self, x: Floats) -> tuple[Floats, Floats]:
        """(k, n) -> (k, m, n), (k, p, n)."""
        if self.gradient is None:
            raise ValueError("no derivatives were given")
        found = self._checked("gradient", self.gradient(x), len(x), self.columns)
        m = len(self.signs)
        return found[:, :m] * self.signs[:, None], found[:, m:]

    def _outputs(self, x: Floats) -> tuple[Floats, Floats]:
        found = self._checked("evaluate", self.evaluate(x), len(x))
        undefined = ~np.isfinite(found).all(axis=1)
        m = len(self.signs)
        y, distance = found[:, :m] * self.signs + 0.0, found[:, m:].copy()
        y[undefined], distance[undefined] = np.inf, np.inf
        return y, distance

    def _checked(self, what: str, values: Floats, k: int, *rest: int) -> Floats:
        shape = (k, len(self.signs) + self.constraints, *rest)
        if np.shape(values) != shape:
            raise UsageError(
                tr("{what} gives an array of shape {shape}", what=what, shape=np.shape(values)),
                help=tr(
                    "{shape} is expected: points, then objectives and constraints", shape=shape
                ),
            )
        return np.asarray(values, dtype=np.float64)


def _exact(value: Number, name: str, wrong: str) -> Fraction:
    """The number, whose error ``wrong`` says with its name and value."""
    if isinstance(value, float | np.floating):
        if math.isfinite(value):
            return Fraction(repr(float(value)))
    elif isinstance(value, int | np.integer) and not isinstance(value, bool):
        return Fraction(int(value))
    elif isinstance(value, Fraction) or (isinstance(value, Decimal) and value.is_finite()):
        return Fraction(value)
    raise UsageError(
        tr(wrong, name=name, value=value),
        help=tr("an int, float, Decimal or Fraction is expected"),
    )


def _interval(
    name: str, lower: Number | None, upper: Number | None
) -> tuple[Fraction | None, Fraction | None]:
    low = None if lower is None else _exact(lower, name, _LOWER)
    high = None if upper is None else _exact(upper, name, _UPPER)
    if low is not None and high is not None and low > high:
        raise UsageError(
            tr("{name!r} lies between {lower} and {upper}", name=name, lower=lower, upper=upper),
            help=tr("put the lower one first"),
        )
    return low, high


def _columns(columns: Sequence[Domain]) -> tuple[Domain, ...]:
    names = [domain.name for domain in columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(
            tr("two columns are called {name!r}", name=twice),
            help=tr("give each a name of its own"),
        )
    if not names:
        raise UsageError(
            tr("a problem has at least one column"), help=tr("give it binary, whole or real")
        )
    return tuple(columns)


def _signs(senses: Iterable[str]) -> Floats:
    """(m,) +1 where an objective is minimised, -1 where it is maximised."""
    found = []
    for sense in senses:
        if sense not in ("minimise", "maximise"):
            raise UsageError(
                tr("the sense {sense!r} is none", sense=sense), help=tr("'minimise' or 'maximise'")
            )
        found.append(1.0 if sense == "minimise" else -1.0)
    return np.array(found)


def _terms(columns: Sequence[Domain], name: str, terms: Terms) -> dict[int, Fraction]:
    """Column -> its coefficient, where that is not 0."""
    if isinstance(terms, Mapping):
        places = {domain.name: j for j, domain in enumerate(columns)}
        for column in terms:
            if column not in places:
                near = difflib.get_close_matches(column, places, 1)
                raise UsageError(
                    tr(
                        "{name!r} has a coefficient for {column!r}, which is no column",
                        name=name,
                        column=column,
                    ),
                    help=tr("did you mean {near!r}?", near=near[0])
                    if near
                    else tr("columns: {columns}", columns=enumerated(places)),
                )
        given = {places[column]: value for column, value in terms.items()}
    else:
        if len(terms) != len(columns):
            raise UsageError(
                tr(
                    "{name!r} has {count} coefficients for {columns} columns",
                    name=name,
                    count=len(terms),
                    columns=len(columns),
                ),
                help=tr("one a column, or some of them by name"),
            )
        given = dict(enumerate(terms))
    exact = {j: _exact(value, name, _COEFFICIENT) for j, value in given.items()}
    return {j: value for j, value in sorted(exact.items()) if value}


def _objective(columns: Sequence[Domain], name: str, aim: LinearObjective) -> Row:
    sign = int(_signs([aim.sense])[0])
    terms = _terms(columns, name, aim.terms)
    constant = _exact(aim.constant, name, _CONSTANT)
    scale = math.lcm(constant.denominator, *(value.denominator for value in terms.values()))
    pairs = tuple((j, sign * int(value * scale)) for j, value in terms.items())
    return Row(name, name, pairs, constant=sign * int(constant * scale), scale=Fraction(scale))


def _rows(columns: Sequence[Domain], rows: Mapping[str, Bounds] | None) -> tuple[Row, ...]:
    found = []
    for name, row in (rows or {}).items():
        terms = _terms(columns, name, row.terms)
        low, high = _interval(name, row.lower, row.upper)
        numbers = [*terms.values(), *(end for end in (low, high) if end is not None)]
        scale = math.lcm(*(value.denominator for value in numbers))
        pairs = tuple((j, int(value * scale)) for j, value in terms.items())
        lower, upper = (None if end is None else int(end * scale) for end in (low, high))
        found.append(Row(name, name, pairs, lower, upper, scale=Fraction(scale)))
    return tuple(found)
