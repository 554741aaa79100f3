"""The best value of one indicator over all plans that hold stated wishes; where none does, how far
one can get with each.

A complete list answers where the best plan under the wishes is listed: an objective is asked for,
and each wish limits what is good of one objective, so that what dominates a plan holds it too. Any
other question is solved: a dominated plan may hold a wish that no listed one holds. Listed values
count as the decimals that they show, as in :mod:`optimiser.analysis.deciding`; solved ones are
exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.analysis.breaches import Breach
from optimiser.analysis.optimum import (
    Asking,
    Optimum,
    Sense,
    combination,
    exact_number,
    holding_plans,
    limit,
    optimum,
    question,
    until,
)
from optimiser.analysis.statements import Statement, limits_what_is_good, restriction
from optimiser.analysis.wishes import Wish, measured, wishes
from optimiser.errors import UsageError
from optimiser.expressions import Name, Sum
from optimiser.front import Column, sealed
from optimiser.language import tr
from optimiser.results.naming_plans import NamedPlan, listed_plan

if TYPE_CHECKING:
    from optimiser.engine import Progress
    from optimiser.engine.problem import Point
    from optimiser.expressions import ComparisonChain, PhaseReference, Tree
    from optimiser.front import Floats
    from optimiser.results import Result

__all__ = ["Best", "best", "plan_of"]


@dataclass(frozen=True, eq=False)
class Best:
    """The best value under wishes.

    Attributes:
        result: whose plans are asked about.
        column: what is sought, and which way is better.
        where: the wishes, as they are typed.
        feasible: whether a plan holds all of them.
        value: the best value found; None where nothing holds, or there is no finite best one.
        bound: the best value that any plan can have under the wishes; None where it is not known.
        proven: whether the answer rests on exact ground.
        plan: one with the value, listed where a listed plan has it.
        source: whether the list answered, or the question was solved.
        reach: where nothing holds, for each wish how near the others let one get.
        notes: what the answer rests on.
    """

    result: Result
    column: Column
    where: tuple[str, ...]
    feasible: bool
    value: float | None
    bound: float | None
    proven: bool
    plan: NamedPlan | None
    source: Literal["list", "solved"]
    reach: tuple[Breach, ...] = ()
    notes: tuple[str, ...] = ()


def best(
    result: Result,
    indicator: str,
    where: Sequence[str] = (),
    /,
    *,
    sense: Sense | None = None,
    seconds: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Best:
    """The best value of an objective or indicator over all plans that hold some wishes.

    Args:
        result: k plans in m objectives.
        indicator: an objective or indicator, also in one phase: ``capex["2027"]``.
        where: comparisons as constraints have them: over objectives, indicators (also of a phase),
            parameters, variables and technologies.
        sense: which way is better; an objective's own where it is left out.
        seconds: that the answer may take; None is for each solved question what the scenario's
            options say.
        on_progress: called now and then with how far a question is.

    Raises:
        UsageError: a name means nothing, a wish is no comparison, or an indicator that is no
            objective has no sense.
        ProofError: stopped before any plan was found.
    """
    scenario, front = result.scenario, result.front
    sought = measured(scenario, indicator)
    column = _column(result, sought, indicator, sense)
    wished = wishes(scenario, where)
    found = _from_list(result, column, where)
    asking = Asking(
        until(seconds), front.proof.feasible_set == "tolerance", on_progress=on_progress
    )
    if (
        (robust := scenario.robust) is not None
        and robust.kind == "regret"
        and (found is None or not found.feasible)
    ):
        raise UsageError(
            tr("of regret only the list can be asked, and it does not answer this"),
            help=tr("optimise decide --where chooses listed plans; ask a result of --robust worst"),
        )
    if found is None:
        found = _solved(result, column, sought, wished, asking)
    found = replace(found, where=tuple(where))
    if found.feasible:
        return found
    return _reached(found, wished, asking)


def _column(
    result: Result, sought: Name | PhaseReference, text: str, sense: Sense | None
) -> Column:
    """What is sought, as tables show it."""
    scenario = result.scenario
    for column in result.front.columns:
        if isinstance(sought, Name) and column.name == sought.id:
            return column if sense is None else replace(column, sense=sense)
    name = sought.id if isinstance(sought, Name) else sought.indicator
    if sense is None and name in scenario.objectives:
        sense = scenario.objectives[name].sense
    if sense is None:
        raise UsageError(
            tr("'{name}' is no objective: which way is better is not known", name=name),
            help=tr("say it: minimise or maximise"),
        )
    indicator = scenario.indicators[name]
    written = name if isinstance(sought, Name) else text.strip()
    return Column(written, title=indicator.title, unit=indicator.unit, sense=sense)


def _from_list(result: Result, column: Column, where: Sequence[str]) -> Best | None:
    """The answer of the list, where it is one."""
    front = result.front
    if column not in front.columns:
        return None
    k, proof = front.columns.index(column), front.proof
    held = np.ones(len(front), dtype=bool)
    if where:
        complete = proof.status == "complete" and proof.of == "points"
        stated = [Statement("where", text) for text in where]
        if not (complete and all(limits_what_is_good(front, one) for one in stated)):
            return None
        held = np.logical_and.reduce([restriction(result, front, one) for one in stated])
    rows = np.flatnonzero(held)
    known = proof.bounds[k] if proof.bounds else None
    listed = float(front.ideal[k])
    if not proof.proven or proof.feasible_set != "exact" or (not where and known != listed):
        return None
    if not len(rows):
        return Best(result, column, (), False, None, None, True, None, "list")
    row = int(rows[np.argmin(front.order[rows, k])])
    value = float(front.y[row, k])
    return Best(result, column, (), True, value, value, True, listed_plan(result, row), "list")


def _solved(
    result: Result,
    column: Column,
    sought: Tree,
    wished: Sequence[Wish],
    asking: Asking,
) -> Best:
    sense: Sense = "maximise" if column.sense == "maximise" else "minimise"
    limits = _limits(wished)
    found = optimum(question(result.model, sought, sense, limits), asking)
    if found.status == "infeasible":
        return Best(result, column, (), False, None, None, True, None, "solved")
    if found.status == "unbounded":
        said = tr("{name} has no finite best value", name=column.name)
        return Best(result, column, (), True, None, None, True, None, "solved", notes=(said,))
    plan, value = _listed_as_good(result, column, found, asking)
    if plan is None:
        better = _efficient(result, column, sought, found, limits=limits, asking=asking)
        plan = plan_of(result, better.x, better.point)
    notes = []
    if not found.proven:
        notes.append(tr("not proven: a plan that was not found may be better"))
    if asking.loosened:
        notes.append(tr("no plan holds every constraint exactly: tolerances count"))
    return Best(
        result,
        column,
        (),
        True,
        value,
        value if found.proven else found.bound,
        found.proven,
        plan,
        "solved",
        notes=tuple(notes),
    )


def _limits(wished: Sequence[Wish]) -> dict[str, ComparisonChain]:
    """The wishes as constraints, each by a name of its own."""
    return {f"{place + 1}: {wish.text}": wish.tree for place, wish in enumerate(wished)}


def _listed_as_good(
    result: Result, column: Column, found: Optimum, asking: Asking
) -> tuple[NamedPlan | None, float | None]:
    """The first listed plan that holds the wishes and is as good as what was found, and its value;
    a floating-point search may have missed a better one.
    """
    values = holding_plans(found, result.decisions(), result.points(), loosened=asking.loosened)
    if np.isfinite(values).any() and found.value is not None:
        row = int(np.nanargmin(values * column.sign))
        if values[row] * column.sign <= found.value * column.sign:
            return listed_plan(result, row), float(values[row])
    return None, found.value


def _efficient(
    result: Result,
    column: Column,
    sought: Tree,
    found: Optimum,
    /,
    *,
    limits: dict[str, ComparisonChain],
    asking: Asking,
) -> Optimum:
    """Of the plans with the best value one that no other of them dominates: the least sum of the
    objectives, each as a share of its range up to a factor of two.
    """
    front, linear = result.front, result.problem.linear
    if not found.proven or found.exact is None or (linear and any(linear.linked)):
        return found
    weights = {}
    for own, way in zip(front.columns, np.ptp(front.y, axis=0).tolist(), strict=True):
        weights[own.name] = Fraction(2) ** -round(math.log2(way or 1.0)) * int(own.sign)
    operator = ">=" if column.sense == "maximise" else "<="
    kept = {**limits, column.name: limit(sought, operator, exact_number(found.exact))}
    asked = question(result.model, combination(weights), "minimise", kept)
    better = optimum(asked, replace(asking, proving=True))
    return better if better.status == "found" and better.proven else found


def plan_of(result: Result, x: Floats | None, point: Point | None, /) -> NamedPlan:
    """The plan with these (n,) decisions, the listed one where it is one of them."""
    assert x is not None
    readings = result.model.read(x[None, :], [point])
    name = readings.ids[0]
    if name in result.front.ids:
        return listed_plan(result, result.front.ids.index(name))
    return NamedPlan(
        name,
        None,
        "",
        readings.cells[0],
        sealed(readings.objectives[0]),
        sealed(readings.indicators[0]),
    )


def _reached(found: Best, wished: Sequence[Wish], asking: Asking) -> Best:
    """With how far one can get with each wish where the others hold."""
    reach, notes = [], list(found.notes)
    proven = found.proven
    for place, wish in enumerate(wished):
        others = _limits([*wished[:place], *wished[place + 1 :]])
        nearest = _nearest(found.result, wish, others, asking)
        if nearest is None:
            notes.append(tr("without {wish} no plan holds the other wishes either", wish=wish.text))
            continue
        breach, sure = nearest
        reach.append(breach)
        if not sure:
            notes.append(tr("how far {wish} can be met is not proven", wish=wish.text))
    return replace(found, reach=tuple(reach), notes=tuple(notes), proven=proven)


def _nearest(
    result: Result, wish: Wish, others: dict[str, ComparisonChain], asking: Asking
) -> tuple[Breach, bool] | None:
    """How near one gets to a wish under the others, and whether that is proven; None where nothing
    holds the others.
    """
    apart: Tree = Sum(((1, wish.left), (-1, wish.right)))
    directions: list[tuple[Sense, str]] = (
        [("maximise", "<="), ("minimise", ">=")]
        if wish.operator == "=="
        else [("maximise" if wish.operator == ">=" else "minimise", "")]
    )
    found = []
    for sense, side in directions:
        kept = {**others, "apart": limit(wish.left, side, wish.right)} if side else others
        one = optimum(question(result.model, apart, sense, kept), asking)
        if one.status == "found":
            found.append(one)
    if not found:
        return None
    nearest = min(found, key=lambda one: abs(one.value or 0.0))
    value, bound = _sides(result, wish, nearest)
    by = abs(nearest.value or 0.0)
    return Breach(wish.text, wish.phase, value, bound, by), all(one.proven for one in found)


def _sides(result: Result, wish: Wish, found: Optimum) -> tuple[float, float]:
    """What the two sides of a wish are worth at a plan."""
    from optimiser.formulate import Model

    values = []
    for side in (wish.left, wish.right):
        model = Model(question(result.model, side, "minimise", {}))
        assert found.x is not None
        values.append(float(model.read(found.x[None, :], [found.point]).objectives[0, 0]))
    if result.scenario.robust is not None:
        # it is their difference that is robust
        return values[1] + (found.value or 0.0), values[1]
    return values[0], values[1]
