"""One question of a model, solved: the best value of one expression over all plans that also hold
further limits.

The question is a scenario of its own, with this one objective and the limits among its constraints:
what is proven of its front of one point is proven of the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optimiser.analysis.definedness import keeping_defined
from optimiser.engine import count_of
from optimiser.errors import InfeasibleError, InterruptedRun, ProofError, UnboundedError
from optimiser.expressions import ComparisonChain, Name, Negate, Number, Product, Sum
from optimiser.language import tr
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.measured import Constraint, Indicator, Objective

if TYPE_CHECKING:
    from optimiser.engine import Options, Progress, Solution
    from optimiser.engine.problem import Point, Problem
    from optimiser.expressions import Tree
    from optimiser.formulate import Model
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

Sense = Literal["maximise", "minimise"]

__all__ = [
    "SOUGHT",
    "Asking",
    "Optimum",
    "Sense",
    "combination",
    "exact_number",
    "holding_plans",
    "limit",
    "optimum",
    "question",
    "until",
]

SOUGHT: Final = "sought"
"""The name of the one objective of a question."""

_LEAST: Final = 0.1  # seconds that a question has, however late it is
# combinations that are looked at sooner than a compiled search is loaded
_FEW: Final = 2**14


@dataclass(frozen=True)
class Asking:
    """How questions are solved.

    Attributes:
        deadline: until when, by the monotonic clock, all of them together may go on; None is for
            each what the scenario's own options say.
        loosened: whether constraints count within tolerance, as nothing holds them exactly.
        proving: whether only methods that prove are asked; other questions stay open.
        on_progress: called now and then with how far one is.
    """

    deadline: float | None = None
    loosened: bool = False
    proving: bool = False
    on_progress: Callable[[Progress], None] | None = None

    @property
    def over(self) -> bool:
        """Whether there is no time left."""
        return self.deadline is not None and time.monotonic() >= self.deadline


def until(seconds: float | None, /) -> float | None:
    """The deadline that is so many seconds away."""
    return None if seconds is None else time.monotonic() + seconds


@dataclass(frozen=True, eq=False)
class Optimum:
    """The answer to a question.

    Attributes:
        status: open where no method that was allowed can take it.
        proven: whether that rests on exact ground: that this is the best value, that nothing holds
            the limits, that there is no finite best value.
        value: the best value found, rounded once.
        exact: the same exactly; None where it is irrational.
        bound: the best value that any plan can have, rounded outwards; None where that is not
            known.
        x: (n,) decisions of a plan that has the value.
        point: the same exactly; None where they are the decimals that the floats show.
        model: of the question.
    """

    status: Literal["found", "infeasible", "unbounded", "open"]
    proven: bool
    model: Model
    value: float | None = None
    exact: Fraction | None = None
    bound: float | None = None
    x: Floats | None = None
    point: Point | None = None


def question(
    model: Model, sought: Tree, sense: Sense, limits: Mapping[str, ComparisonChain], /
) -> Scenario:
    """The scenario of a model with one objective and further constraints, each by the name that
    messages call it; expressions may name objectives that have one of their own.
    """
    scenario = model.scenario
    derived = {
        name: Indicator(expr=objective.expr)
        for name, objective in scenario.objectives.items()
        if objective.expr is not None
    }
    formula = Formula(SOUGHT, sought)
    wished = {name: Constraint(expr=Formula(name, tree)) for name, tree in limits.items()}
    asked = _robust(scenario, sought).model_copy(
        update={
            "indicators": {**scenario.indicators, **derived},
            "objectives": {SOUGHT: Objective(sense=sense, expr=formula)},
            "constraints": {**scenario.constraints, **keeping_defined(model), **wished},
            "plans": {},
            "figures": {},
            "gates": (),
        }
    )
    asked.__dict__.pop("scenario_hash", None)  # the copy is another scenario
    return asked


def _robust(scenario: Scenario, sought: Tree) -> Scenario:
    """In a run whose objectives are robust a sum of them is what it is there: each is robust by
    itself.
    """
    robust = scenario.robust
    found = None if robust is None else _weights(sought)
    if robust is None or found is None or not {*found} - {""} <= {*scenario.objectives}:
        return scenario
    constant = found.pop("", Fraction(0))
    added = tuple(
        (name, -1 if scenario.objectives[name].sense == "maximise" else 1, weight)
        for name, weight in found.items()
    )
    return scenario.made_robust(replace(robust, added=added, constant=constant))


def _weights(tree: Tree) -> dict[str, Fraction] | None:
    """The names in a name or in what :func:`combination` makes, and their weights, the constant
    under no name; None of any other expression.
    """
    match tree:
        case Name(id=name):
            return {name: Fraction(1)}
        case Number(value=value):
            return {"": Fraction(value)}
        case Negate(operand=operand):
            found = _weights(operand)
            return None if found is None else {name: -weight for name, weight in found.items()}
        case Product(factors=factors):
            name, weight = "", Fraction(1)
            for exponent, factor in factors:
                match factor:
                    case Name(id=own) if not name and exponent > 0:
                        name = own
                    case Number(value=value) if value:
                        weight *= Fraction(value) ** exponent
                    case Product() if (inner := _weights(factor)) and [*inner] == [""]:
                        weight *= inner[""] ** exponent
                    case _:
                        return None
            return {name: weight}
        case Sum(terms=terms):
            total: dict[str, Fraction] = {}
            for sign, term in terms:
                if (found := _weights(term)) is None:
                    return None
                for name, weight in found.items():
                    total[name] = total.get(name, Fraction(0)) + sign * weight
            return total
        case _:
            return None


def limit(left: Tree, operator: str, right: Tree, /) -> ComparisonChain:
    """A comparison of two expressions."""
    return ComparisonChain((operator,), (left, right))


def exact_number(value: Fraction, /) -> Tree:
    """A rational as an expression."""
    if value < 0:
        return Negate(exact_number(-value))
    top, bottom = Number(Decimal(value.numerator)), Number(Decimal(value.denominator))
    return top if value.denominator == 1 else Product(((1, top), (-1, bottom)))


def combination(weights: Mapping[str, Fraction], constant: Fraction = Fraction(0), /) -> Tree:
    """The sum of names times their weights, and a constant."""
    terms: list[tuple[int, Tree]] = [
        (1 if weight > 0 else -1, Product(((1, exact_number(abs(weight))), (1, Name(name)))))
        for name, weight in weights.items()
        if weight
    ]
    return Sum((*terms, (1, exact_number(constant))))


def optimum(asked: Scenario, asking: Asking, /) -> Optimum:
    """The best plan of a question.

    Raises:
        ProofError: stopped before any plan was found, or that there is none is not proven.
        InterruptedRun: Ctrl-C.
    """
    from optimiser.formulate import Model

    model = Model(asked)
    problem = model.at(loosened=asking.loosened)
    try:
        solution = _solved(problem, asked, asking)
    except InfeasibleError:
        return Optimum("infeasible", True, model)
    except UnboundedError:
        return Optimum("unbounded", True, model)
    if solution is None:
        return Optimum("open", False, model)
    proof = solution.proof
    if proof.stopped == "interrupted":
        raise InterruptedRun(
            tr("interrupted before the answer was proven"), help=tr("ask again: nothing is kept")
        )
    n = len(problem.decisions)
    known = solution.columns[0] if solution.columns else None
    point = None if known is None else known[:n]
    value = float(model.read(solution.x[:1], [point]).objectives[0, 0])
    bound = proof.bounds[0] if proof.bounds else None
    # values of one point agree with the bound where it is the best
    exact = proof.basis == "exact" and (proof.feasible_set == "exact" or asking.loosened)
    proven = exact and (proof.status == "complete" or bound == value)
    return Optimum(
        "found",
        proven,
        model,
        value,
        _exact(problem, solution.x[0], point),
        value if proven else bound,
        solution.x[0],
        point,
    )


def _exact(problem: Problem, x: Floats, point: Point | None) -> Fraction | None:
    """The value of the one objective, the user's direction."""
    if problem.values is None:
        return None
    value = problem.values([problem.point(x.tolist()) if point is None else point])[0][0]
    return None if value is None else value * int(problem.signs[0])


def _solved(problem: Problem, asked: Scenario, asking: Asking) -> Solution | None:
    """By the compiled search where looking at every combination takes longer: not under an
    equation, where bounds cut off nothing (23 measures for exactly 20.001: 5 s, and 0.5 s).
    """
    from optimiser import engine
    from optimiser.study.solving import options_of

    options = replace(options_of(asked), gap=None, points=None)
    if asking.deadline is not None:
        left = max(_LEAST, asking.deadline - time.monotonic())
        options = replace(options, time_limit=left)
    compiled = None
    if options.method == "auto" and problem.discrete and _many(problem):
        compiled = engine.registry()["exact"]
    if compiled is not None and compiled.declines(problem) is None:
        solver, reason = compiled, ""
    else:
        solver, reason = engine.choose(problem, options)
    if asking.proving and not solver.proof:
        return None
    found = engine.run(solver, reason, problem, options, on_progress=asking.on_progress)
    return found if solver is not compiled else _looked_at(problem, options, found, asking)


def _looked_at(
    problem: Problem, options: Options, found: Solution, asking: Asking
) -> Solution | None:
    """What a search found; where it proves nothing, as logarithms are rounded, and all combinations
    can be looked at, what that finds.
    """
    from optimiser import engine

    proof = found.proof
    complete = proof.status == "complete" and proof.basis == "exact"
    each = engine.registry()["enumerate"]
    if complete or proof.stopped or each.declines(problem) is not None:
        return found
    try:
        again = engine.run(each, "", problem, options, on_progress=asking.on_progress)
    except ProofError:
        return found
    return again if again.proof.status == "complete" else found


def _many(problem: Problem) -> bool:
    """Whether there are more combinations than are soon looked at, and no equation."""
    equations = bool(problem.equalities) or any(
        row.lower is not None and row.lower == row.upper and not row.structural
        for row in problem.logic
    )
    return not equations and count_of(problem) > _FEW


def holding_plans(
    found: Optimum, x: Floats, points: Sequence[Point | None], /, *, loosened: bool = False
) -> Floats:
    """(k,) the values that plans (k, n) of the same decisions have in a question, NaN where one
    does not hold its limits exactly.
    """
    from optimiser.engine.holding import holding

    problem = found.model.at(loosened=loosened)
    values = found.model.read(x, points).objectives[:, 0]
    return np.where(holding(problem, x, points).exactly, values, np.nan)
