"""From the parts of a scenario at some parameter values to the problem that is solved."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from optimiser.engine.problem import Problem
from optimiser.formulate.assembly import assemble, direct_rows
from optimiser.formulate.convexity import convex
from optimiser.formulate.decisions import refuse_infinite
from optimiser.formulate.evaluation import Evaluation, ExactValues
from optimiser.formulate.excesses import Excesses
from optimiser.formulate.forms import row
from optimiser.formulate.preference import idle_columns
from optimiser.formulate.valuation import Objectives
from optimiser.front import sealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.formulate.parts import Parts
    from optimiser.formulate.preference import Weights

__all__ = ["loosening_matters", "problem_of"]


def problem_of(
    pieces: Parts,
    /,
    *,
    inputs: Sequence[str],
    preferences: tuple[Weights, ...],
    feasibility: float,
    loosened: bool,
) -> Problem:
    """The problem that the parts of a scenario make.

    Args:
        pieces: at these parameter values.
        inputs: the n columns of the decisions.
        preferences: between plans with equal objectives.
        feasibility: the share of a bound by which it may be missed.
        loosened: whether every constraint is looser by that, exactly, with no tolerance on top.

    Raises:
        ScenarioError: decisions have infinitely many values, and nothing takes them so.
    """
    share = _exactly(feasibility)
    direct, rest = direct_rows(pieces)
    if loosened:
        from optimiser.formulate.loosening import loosened_bounds, loosened_rows

        direct, rest = loosened_rows(direct, share), loosened_bounds(pieces, rest, share)
    position = {name: index for index, name in enumerate(inputs)}
    logic = {draft: row(draft, position, structural=True) for draft in pieces.logic}
    own = logic | {draft: row(draft, position) for draft in direct}
    linear = assemble(pieces, own, rest)
    if not linear:
        refuse_infinite(pieces.domains, linear.reason)
    evaluation = Evaluation(pieces, rest)
    valuation = Objectives(pieces)
    exact_keys = ExactValues(pieces, own, rest, linear=linear)
    return Problem(
        decisions=pieces.domains,
        objectives=tuple(o.name for o in pieces.objectives),
        signs=sealed([o.sign for o in pieces.objectives]),
        logic=tuple(own.values()),
        constraints=tuple(bound.group for bound in rest),
        evaluate=evaluation.values,
        gradient=evaluation.gradient if evaluation.smooth else None,
        exact=exact_keys.keys if exact_keys.possible else None,
        linear=linear,
        idle=idle_columns(pieces, list(own), rest),
        preferences=preferences,
        feasibility=0.0 if loosened else feasibility,
        margins=evaluation.margins,
        equalities=tuple(place for place, bound in enumerate(rest) if bound.equality),
        convex=partial(convex, pieces, rest),
        excesses=Excesses(pieces, rest, Fraction(0) if loosened else share),
        values=valuation.exact,
        rounded=valuation.floats,
        roundoff=evaluation.roundoff,
    )


def loosening_matters(pieces: Parts, /, *, feasibility: float) -> bool:
    """Whether a plan may hold within tolerance that does not hold exactly; False only where that is
    proven.
    """
    from optimiser.formulate.loosening import changes

    return changes(pieces, *direct_rows(pieces), _exactly(feasibility))


def _exactly(feasibility: float) -> Fraction:
    return Fraction(repr(float(feasibility)))
