"""A scenario whose plans are to be good over its uncertain parameters: its sample, and for regret
the best that could be had at each vector of it, which is solved for first.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from optimiser.errors import InfeasibleError, ProofError, UsageError
from optimiser.language import tr
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.robust import Robust, parse_robust

if TYPE_CHECKING:
    from optimiser.engine import Options, Progress
    from optimiser.formulate import Model
    from optimiser.scenario import Scenario
    from optimiser.scenario.format.schema import Parameter

__all__ = ["SAMPLES", "ideals_to_solve", "made_robust", "with_ideals"]

SAMPLES: Final = 50
"""Vectors in a sample where nobody asks for more or fewer."""

# Digits of a parameter's range that a sampled value has: finer ones would say nothing about a
# forecast, and make every number of exact arithmetic three times as long.
_DIGITS: Final = 3

# of a time limit, for what is solved before regret can be measured
_SHARE: Final = 0.5


def made_robust(
    scenario: Scenario, sense: str, /, *, samples: int = SAMPLES, seed: int | None = None
) -> Scenario:
    """The scenario in a robust sense, to be solved like any other.

    Args:
        scenario: with parameters that have a range.
        sense: ``expected``, ``worst``, ``cvar:A``, ``regret`` or ``gamma:G``.
        samples: how many vectors the sample has, for what rests on one.
        seed: of the sample; None takes that of the scenario's solver.

    Raises:
        UsageError: it is no such sense, or nothing is uncertain.
    """
    kind, arg = parse_robust(sense)
    own = scenario.solver.seed if seed is None else seed
    robust = Robust(kind, arg, own, *_sample(scenario, samples, own))
    if not robust.names:
        raise UsageError(
            tr("--robust {text}: no parameter of the scenario is uncertain", text=sense),
            help=tr("give parameters a range: {value: 80, low: 50, high: 140}"),
        )
    return scenario.made_robust(robust)


def ideals_to_solve(scenario: Scenario, /) -> int:
    """How many problems are solved before regret can be measured; 0 where it is none, or where
    they are solved.
    """
    robust = scenario.robust
    if robust is None or robust.kind != "regret" or robust.ideals:
        return 0
    return len(robust.sample) * len(scenario.objectives)


def with_ideals(
    scenario: Scenario, options: Options, on_progress: Callable[[Progress], None] | None = None, /
) -> Scenario:
    """The scenario with the best value of each objective at each vector of its sample.

    Half of a time limit is for all of them, in equal parts of what is left of it.

    Raises:
        ProofError: time was up before there was one for each.
        InfeasibleError: at some vector no plan holds.
    """
    robust = scenario.robust
    assert robust is not None
    ideals, proven = _ideals(scenario.made_robust(None), robust, options, on_progress)
    return scenario.made_robust(replace(robust, ideals=ideals, proven=proven))


def _sample(
    scenario: Scenario, count: int, seed: int
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The uncertain numbers, and their values as short decimals."""
    from optimiser.scenario.sampling import sample

    drawn = sample(scenario, count, seed=seed)
    columns = [
        [_short(scenario, scenario.constants[name], value) for value in column.tolist()]
        for name, column in zip(drawn.names, drawn.values.T, strict=True)
    ]
    return drawn.names, tuple(zip(*columns, strict=True)) if columns else ()


def _short(scenario: Scenario, parameter: Parameter, value: float) -> str:
    ends = (parameter.low, parameter.high)
    low, high = (float(scenario.number(end)) for end in ends if isinstance(end, Formula))
    if low == high:
        return repr(low)
    place = math.floor(math.log10(high - low)) - _DIGITS
    rounded = float(round(Decimal(value).scaleb(-place)) * Decimal(1).scaleb(place))
    kept = rounded if parameter.distribution == "normal" else min(max(rounded, low), high)
    return repr(kept + 0.0)


def _ideals(
    scenario: Scenario,
    robust: Robust,
    options: Options,
    on_progress: Callable[[Progress], None] | None,
) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """(count, m) the best value of each objective at each vector, and whether all are proven."""
    from optimiser.formulate import Model

    columns, proven = [], True
    count, solved = len(robust.sample) * len(scenario.objectives), 0
    seconds = math.inf if options.time_limit is None else _SHARE * options.time_limit
    until = time.monotonic() + seconds
    for name, objective in scenario.objectives.items():
        model = Model(scenario.model_copy(update={"objectives": {name: objective}, "plans": {}}))
        found = []
        for place, vector in enumerate(robust.vectors(), start=1):
            numbers = {key: float(value) for key, value in vector.items()}
            left = until - time.monotonic()
            if left <= 0:
                raise ProofError(
                    tr(
                        "--robust regret: the time limit came when {number} of {count} problems "
                        "were solved",
                        number=solved,
                        count=count,
                    ),
                    help=tr("raise `time_limit`, or take fewer samples"),
                )
            if options.time_limit is not None:
                options = replace(options, time_limit=left / (count - solved))
            best, exact = _best(model, numbers, place, options, on_progress)
            solved += 1
            found.append(f"{best.numerator}/{best.denominator}")
            proven &= exact
        columns.append(found)
    return tuple(zip(*columns, strict=True)), proven


def _best(
    model: Model,
    numbers: Mapping[str, float],
    place: int,
    options: Options,
    on_progress: Callable[[Progress], None] | None,
) -> tuple[Fraction, bool]:
    """The best value of the one objective of a model, and whether it is proven to be that."""
    from optimiser import engine

    problem = model.at(numbers)
    try:
        solution = engine.solve(problem, options, on_progress=on_progress)
    except InfeasibleError as error:
        raise InfeasibleError(
            tr("--robust regret: no plan holds at vector {place} of the sample", place=place),
            help=tr("loosen a constraint or narrow the ranges: every value needs a plan"),
        ) from error
    known = solution.columns[0] if solution.columns else None
    n, x = len(problem.decisions), solution.x[:1]
    point = problem.point(x[0].tolist()) if known is None else tuple(known[:n])
    value = None if problem.values is None else problem.values([point])[0][0]
    sign = int(problem.signs[0])
    proof = solution.proof
    exact = value is not None and proof.status == "complete" and proof.basis == "exact"
    if value is None:
        value = Fraction(repr(float(problem.evaluate(x)[0][0, 0])))
    return sign * value, exact
