"""The plans that no other plan beats whatever the uncertain parameters are: robust portfolio
modelling with interval scores.

Every parameter with a range may have any value in it, together for all plans, and weights are those
that statements allow. Plan p beats plan q if its score is at least as high under all of these, and
higher under some. With losses affine in the parameters, L(x) = N(x) + sum_j D_j(x), and E the
extreme points of the weights, p beats q if for every w in E

    w . (N(p) - N(q)) + sum_j max over the ends of j of  w . (D_j(p) - D_j(q))  <= 0

and not all of it is equal; where each score has a parameter of its own this is the rule of Liesiö,
Mild and Salo. An objective whose range is 0 has no worth that a weight could be of: it counts 0
beside others, and as an extreme point of its own.

Plans that are beaten at the parameters' own values can be back: what beats them there need not
elsewhere. Every plan that holds the constraints at these values is looked at, in whole numbers.

References:
    Liesiö, Mild, Salo (2007), Preference programming for robust portfolio modeling and project
    selection, EJOR 181; (2008), Robust portfolio modeling with incomplete cost information and
    project interdependencies, EJOR 190.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimiser.analysis.deciding import stated
from optimiser.errors import UsageError
from optimiser.language import listed, tr
from optimiser.ranking import Yardstick

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.analysis.statements import Statement
    from optimiser.analysis.weight_sets import Row
    from optimiser.formulate import Model
    from optimiser.front import Flags, Floats
    from optimiser.results import Result
    from optimiser.scenario import Scenario

    Integers = NDArray[Any]

__all__ = ["IntervalSet", "interval_set", "unbeaten"]

_MOST: Final = 2**20
_BLOCK: Final = 2**14
_CHUNK: Final = 128
_FITS: Final = 2**62


@dataclass(frozen=True, eq=False)
class IntervalSet:
    """The plans that are left when scores are intervals.

    Attributes:
        result: whose scenario it is.
        statements: about weights.
        parameters: that are uncertain.
        ids: of the k plans.
        cells: their decisions.
        y: (k, m) objectives at the parameters' own values.
        efficient: (k,) whether nothing beats a plan at these values either, under the same weights.
        core_index: of each technology the share of these plans that adopt it.
        looked_at: how many plans hold the constraints.
    """

    result: Result
    statements: tuple[Statement, ...]
    parameters: tuple[str, ...]
    ids: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    y: Floats
    efficient: Flags
    core_index: dict[str, float]
    looked_at: int


def interval_set(result: Result, statements: Sequence[Statement] = (), /) -> IntervalSet:
    """The robust set of plans of a result's scenario.

    Args:
        result: its ranges say what a weight is the worth of.
        statements: about weights.

    Raises:
        UsageError: nothing is uncertain, scores are not affine in what is, there are too many plans
            to look at, or statements contradict each other.
    """
    from optimiser.formulate.robust_numbers import sources_of

    flat = Yardstick.of(result.front, result.ranking.ranges).flat.tolist()
    weights = _with_flat(stated(result, statements).allowed.extreme, flat)
    scenario = result.scenario
    sources = sources_of(scenario)
    _insist(scenario, bool(sources))
    model = result.model
    ends = [(dict(source.low), dict(source.high)) for source in sources]
    x, losses = _looked_at(model, [end for pair in ends for end in pair])
    k = len(x)
    pairs = zip(result.front.columns, result.ranking.ranges.tolist(), strict=True)
    reach = [column.exactly(*own) for column, own in pairs]
    scores = _weighted(losses, weights, [abs(best - worst) for worst, best in reach])
    own = scores[:, :, 0]
    changes = (scores[:, :, 1:] - own[:, :, None]).reshape(k, len(weights), len(ends), 2)
    left = unbeaten(own, changes)
    nominal = unbeaten(own, changes[:, :, :0])
    back = ~np.isin(left, nominal)
    order = [left[i] for i in sorted(range(len(left)), key=lambda i: (back[i], *own[left[i]]))]
    readings = model.read(x[order])
    adopted = {
        name: float(np.mean([cells[place] != "0" for cells in readings.cells]))
        for place, name in enumerate(model.decision_columns)
        if name in scenario.technologies
    }
    return IntervalSet(
        result,
        tuple(statements),
        tuple(source.name for source in sources),
        readings.ids,
        readings.cells,
        readings.objectives,
        np.isin(order, nominal),
        adopted,
        k,
    )


def _insist(scenario: Scenario, uncertain: bool) -> None:
    from optimiser.formulate.robust import curved_objectives

    if scenario.robust is not None:
        raise UsageError(
            tr("--intervals with a result of --robust"),
            help=tr("ask it of a result without: --intervals looks at the ranges itself"),
        )
    if not uncertain:
        raise UsageError(
            tr("--intervals: no parameter of the scenario is uncertain"),
            help=tr("give parameters a range: {value: 80, low: 50, high: 140}"),
        )
    curved = curved_objectives(scenario)
    if curved:
        raise UsageError(
            tr(
                "--intervals: not linear in the uncertain parameters: {names}", names=listed(curved)
            ),
            help=tr("optimise run --robust worst takes them over a sample"),
        )


def _looked_at(model: Model, ends: Sequence[dict[str, Fraction]], /) -> tuple[Floats, Integers]:
    """(k, n) the plans that hold, and (k, m, 1 + ends) their losses at the parameters' own values
    and at each end, exactly, each objective in a unit of its own that makes them whole.
    """
    from optimiser.engine import count_of, every_combination

    problem = model.at()
    others = [model.at({key: float(value) for key, value in end.items()}) for end in ends]
    exact = [one.exact for one in (problem, *others)]
    functions = [one for one in exact if one is not None]
    if len(functions) < len(exact) or any(d.count is None for d in problem.decisions):
        raise _irrational()
    # what changes nothing at the parameters' own values may change something elsewhere
    plans = every_combination(problem)
    if count_of(problem) > _MOST and not plans.fits(_MOST):
        raise UsageError(
            tr("--intervals: more than {most:,} plans would have to be looked at", most=_MOST),
            help=tr("settle some decisions by constraints, or use optimise run --robust worst"),
        )
    m = len(problem.objectives)
    scales = [[_scale(one, k) for k in range(m)] for one in (problem, *others)]
    found, values = [np.empty((0, len(problem.decisions)))], []
    for block in plans.blocks(_BLOCK):
        kept = block[functions[0](block)[1]]
        if len(kept):
            found.append(kept)
            keys = [function(kept)[0].astype(object) for function in functions]
            values.append(np.stack(keys, axis=2))
    if not values:
        raise UsageError(
            tr("--intervals: no plan holds the constraints"),
            help=tr("optimise run says what conflicts"),
        )
    x, losses = np.concatenate(found), np.concatenate(values)
    for place, row in enumerate(scales):
        for k, scale in enumerate(row):
            losses[:, k, place] = losses[:, k, place] * (1 / scale)
    # a key keeps order, and need not be the value: that of a probability is its logit
    point = problem.point(x[0].tolist())
    if problem.values is None or list(problem.values([point])[0]) != losses[0, :, 0].tolist():
        raise _irrational()
    return x, losses


def _with_flat(weights: Sequence[Row], flat: Sequence[bool], /) -> list[Row]:
    """The (m,) extreme points where weight on an objective whose range is 0 is of unknown worth,
    from nothing to all: without it, and it alone.
    """
    rows: dict[Row, None] = {}
    for row in weights:
        sloped = tuple(0 if own else weight for weight, own in zip(row, flat, strict=True))
        parts = [sloped] if any(sloped) else []
        for j, own in enumerate(flat):
            if own and row[j]:
                parts.append(tuple(int(i == j) for i in range(len(row))))
        rows |= dict.fromkeys(parts)
    return list(rows)


def _irrational() -> UsageError:
    return UsageError(
        tr("--intervals: decisions are real numbers, or objectives irrational"),
        help=tr("optimise run --robust worst takes them"),
    )


def _scale(problem: Any, k: int) -> Fraction:
    linear = problem.linear
    plain = linear and linear.resolution is None and not (linear.linked and linear.linked[k])
    return linear.objectives[k].scale if plain else Fraction(1)


def _weighted(losses: Integers, weights: Sequence[Row], spans: Sequence[Fraction], /) -> Integers:
    """(k, e, 1 + ends) losses weighted by each extreme point, in whole numbers."""
    scores = np.stack([_score(losses, row, spans) for row in weights], axis=1)
    flat = scores.ravel()
    common = math.lcm(*{Fraction(value).denominator for value in flat.tolist()})
    whole = np.array([int(value * common) for value in flat.tolist()], dtype=object)
    fits = max((abs(value) for value in whole.tolist()), default=0) * 4 * scores.shape[2] < _FITS
    return (whole.astype(np.int64) if fits else whole).reshape(scores.shape)


def _score(losses: Integers, weights: Row, spans: Sequence[Fraction], /) -> Integers:
    """(k, 1 + ends) losses, each as a share of its range, times weights."""
    total: Integers = np.zeros(losses[:, 0].shape, dtype=object)
    for j, (weight, span) in enumerate(zip(weights, spans, strict=True)):
        if weight:
            total = total + losses[:, j] * (Fraction(weight) / (span or 1))  # alone, in any unit
    return total


def unbeaten(own: Integers, changes: Integers, /) -> NDArray[np.int64]:
    """The rows of k plans that no other beats.

    Args:
        own: (k, e) losses at the parameters' own values.
        changes: (k, e, q, 2) by how much each end of q parameters changes them.
    """
    # what beats a plan has no larger sums, so that it comes before it
    order = np.lexsort((changes.sum(axis=(1, 2, 3)), own.sum(axis=1)))
    kept = np.empty(0, dtype=np.int64)
    for start in range(0, len(order), _CHUNK):
        chunk = order[start : start + _CHUNK]
        chunk = chunk[~_beaten(own, changes, kept, chunk)]
        chunk = chunk[~_beaten(own, changes, chunk, chunk)]
        kept = np.concatenate([kept, chunk])
    return np.sort(kept)


def _beaten(own: Integers, changes: Integers, by: NDArray[Any], rows: NDArray[Any], /) -> Flags:
    """(rows,) which of some plans one of others beats."""
    found = np.zeros(len(rows), dtype=bool)
    for first in range(0, len(by), 4 * _CHUNK):
        part = by[first : first + 4 * _CHUNK]
        worst = own[part][:, None] - own[rows][None]
        apart = changes[part][:, None] - changes[rows][None]
        same = (worst == 0).all(axis=2) & (apart == 0).all(axis=(2, 3, 4))
        # a parameter may stay at its value, where nothing changes
        total = worst + np.maximum(apart.max(axis=4), 0).sum(axis=3)
        found |= ((total <= 0).all(axis=2) & ~same).any(axis=0)
    return found
