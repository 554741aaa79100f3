"""Two results side by side: what got better, what worse, which plans were gained and lost.

References:
    Zitzler, E., Thiele, L., Laumanns, M., Fonseca, C. M. & Grunert da Fonseca, V. (2003). Performance assessment of
    multiobjective optimizers: an analysis and review. IEEE Transactions on Evolutionary Computation, 7(2), 117-132.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.gates import Verdict, judge, read_gates
from optimiser.errors import ScenarioError
from optimiser.study import options_for, solve
from optimiser.study.mixtures import mixture
from optimiser.study.words import SAME

if TYPE_CHECKING:
    from optimiser.front import Column, Floats, Front
    from optimiser.scenario.gates import Gate
    from optimiser.study import ReferenceOutcome, Result

__all__ = ["Comparison", "Judged", "Measure", "compare", "compare_all", "repetitions"]

REFERENCE = 1.1
"""The reference point of the hypervolume, where 0 is BASE's ideal and 1 its nadir."""

SEEDS = 3
"""How many seeds an unproven front is judged by."""

_ROUNDING = Fraction(1, 10**12)


@dataclass(frozen=True)
class Measure:
    """One number of BASE and of NEW.

    Attributes:
        base, new: the two values.
        worse: by how much NEW is worse; negative where it is better.
        reference: what a percentage is taken of.
        rounding: what floating point alone may make of equal fronts.
        noise: by how much other seeds change ``worse``; 0 for proven fronts.
        words: the two values for people.
    """

    base: Fraction
    new: Fraction
    worse: Fraction
    reference: Fraction
    rounding: Fraction = Fraction(0)
    noise: Fraction = Fraction(0)
    words: str = ""


@dataclass(frozen=True, eq=False)
class Comparison:
    """NEW against BASE.

    Attributes:
        columns: BASE's objectives.
        best: by objective, the best value.
        hypervolume: scaled by BASE's ideal and nadir, reference point 1.1.
        epsilon: how far NEW must be moved, on the same scale, to cover every plan of BASE.
        lost_plans: how many of ``lost``.
        lost: BASE's plans that no plan of NEW equals or dominates.
        gained: NEW's plans that no plan of BASE equals or dominates.
        top: the plans of the best rank, in BASE and in NEW.
        references: where each reference plan stands, in BASE and in NEW: on the front, dominated, infeasible, or apart.
        plans: how many plans there are in BASE and in NEW.
        proofs: the status of the two proofs.
        notes: what a reader should know.
    """

    columns: tuple[Column, ...]
    best: Mapping[str, Measure]
    hypervolume: Measure
    epsilon: Measure
    lost_plans: Measure
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    top: tuple[tuple[str, ...], tuple[str, ...]]
    references: tuple[Mapping[str, str], Mapping[str, str]]
    plans: tuple[int, int]
    proofs: tuple[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Judged:
    """A comparison, and what each gate says of it."""

    comparison: Comparison
    verdicts: tuple[Verdict, ...]


def compare_all(base: Result, news: Sequence[Result], gates: Sequence[Gate], /) -> tuple[Judged, ...]:
    """Set several results against BASE, each with ``gates``, BASE's own and its own.

    Raises:
        ScenarioError: the objectives differ, or a gate names something that is not there.
    """
    again = repetitions(base)
    found = []
    for new in news:
        comparison = compare(base, new, repeats=(again, repetitions(new)))
        asked = read_gates([*(gate.text for gate in gates), *base.scenario.gates, *new.scenario.gates])
        found.append(Judged(comparison, tuple(judge(gate, comparison) for gate in asked)))
    return tuple(found)


def compare(base: Result, new: Result, /, *, repeats: tuple[Sequence[Result], Sequence[Result]] = ((), ())) -> Comparison:
    """Set NEW against BASE, objective by objective and as whole fronts.

    Args:
        base: what is compared with.
        new: what is judged.
        repeats: the same two solved with other seeds, where they are not proven: see :func:`repetitions`.

    Raises:
        ScenarioError: the objectives differ.
    """
    order = _matched(base.front, new.front)
    scaling = _Scaling.of(base.front)
    found = _measures(base.front, new.front, order, scaling)
    others = [
        _measures(one.front, other.front, order, scaling)
        for one in (base, *repeats[0])
        for other in (new, *repeats[1])
        if one is not base or other is not new
    ]
    noisy = {name: replace(measure, noise=_spread(measure, [other[name] for other in others])) for name, measure in found.items()}
    listed, fresh = base.front.minimised, new.front.minimised[:, order]
    margin = SAME * np.ptp(listed, axis=0)
    names = [column.name for column in base.front.columns]
    return Comparison(
        columns=base.front.columns,
        best={name: noisy[f"best.{name}"] for name in names},
        hypervolume=noisy["hypervolume"],
        epsilon=noisy["epsilon"],
        lost_plans=noisy["lost-plans"],
        lost=tuple(base.front.ids[row] for row in _uncovered(listed, fresh, margin, new.front.proof.cells)),
        gained=tuple(new.front.ids[row] for row in _uncovered(fresh, listed, margin, base.front.proof.cells)),
        top=(_top(base), _top(new)),
        references=(_references(base), _references(new)),
        plans=(len(base.front), len(new.front)),
        proofs=(base.front.proof.status, new.front.proof.status),
        notes=_notes(base.front, new.front, order),
    )


def repetitions(result: Result, /) -> tuple[Result, ...]:
    """An unproven result solved again with other seeds, to tell a difference from noise; nothing for a proven one."""
    if result.front.proof.status != "approximate":
        return ()
    options = options_for(result.scenario)
    used = result.front.provenance.options
    options = replace(options, **{name: used[name] for name in ("method", "time_limit", "gap", "points") if name in used})
    seed = result.front.provenance.seed
    return tuple(solve(result.scenario, replace(options, seed=seed + step)) for step in range(1, SEEDS))


@dataclass(frozen=True, eq=False)
class _Scaling:
    """BASE's ideal as 0 and nadir as 1; an objective without a range is measured by the size of its value."""

    ideal: Floats
    span: Floats

    @staticmethod
    def of(front: Front, /) -> _Scaling:
        points = front.minimised
        ideal = points.min(axis=0)
        span = points.max(axis=0) - ideal
        size = np.where(ideal == 0.0, 1.0, np.abs(ideal))
        return _Scaling(ideal, np.where(span > SAME * size, span, size))

    def __call__(self, points: Floats, /) -> Floats:
        return (points - self.ideal) / self.span


def _matched(base: Front, new: Front, /) -> list[int]:
    """For each of BASE's objectives its position in NEW."""
    position = {column.name: j for j, column in enumerate(new.columns)}
    ours = {column.name: column.sense for column in base.columns}
    theirs = {column.name: column.sense for column in new.columns}
    if ours != theirs:
        raise ScenarioError(
            f"the objectives differ: BASE has {_listed(base)}; NEW has {_listed(new)}",
            help="results can be compared when they have the same objectives with the same senses",
        )
    return [position[column.name] for column in base.columns]


def _listed(front: Front, /) -> str:
    return ", ".join(f"{column.name} ({column.sense})" for column in front.columns)


def _notes(base: Front, new: Front, order: list[int], /) -> tuple[str, ...]:
    notes = tuple(
        f"{column.name} is in {column.unit or 'no unit'} in BASE, in {new.columns[j].unit or 'no unit'} in NEW"
        for column, j in zip(base.columns, order, strict=True)
        if column.unit != new.columns[j].unit
    )
    if "cells" in (base.proof.of, new.proof.of):
        notes += ("hypervolume and epsilon count the listed vertices, not what lies between them",)
    return notes


def _measures(base: Front, new: Front, order: list[int], scaling: _Scaling, /) -> dict[str, Measure]:
    found = {}
    for k, (column, j) in enumerate(zip(base.columns, order, strict=True)):
        before, now = _exact(base.ideal[k]), _exact(new.ideal[j])
        worse = (now - before) * int(column.sign)
        found[f"best.{column.name}"] = Measure(before, now, worse, before, words=f"best {_number(before)}, now {_number(now)}")
    ours, theirs = scaling(base.minimised), scaling(new.minimised[:, order])
    before, now = _exact(_hypervolume(ours)), _exact(_hypervolume(theirs))
    found["hypervolume"] = Measure(before, now, before - now, before, _ROUNDING, words=f"{_number(before)}, now {_number(now)}")
    epsilon = _exact(_epsilon(ours, theirs))
    found["epsilon"] = Measure(Fraction(0), epsilon, epsilon, Fraction(0), _ROUNDING, words=_number(epsilon))
    listed = base.minimised
    margin = SAME * np.ptp(listed, axis=0)
    lost = Fraction(len(_uncovered(listed, new.minimised[:, order], margin, new.proof.cells)))
    words = f"{lost} of {len(base)} plans"
    found["lost-plans"] = Measure(Fraction(0), lost, lost, Fraction(len(base)), words=words)
    return found


def _exact(value: float, /) -> Fraction:
    """The decimal that the number is printed as: 0.3 to 0.303 is 1 % worse, not a hair more."""
    return Fraction(repr(float(value)))


def _number(value: Fraction, /) -> str:
    return f"{float(value):.6g}"


def _spread(measure: Measure, others: Sequence[Measure], /) -> Fraction:
    values = [measure.worse, *(other.worse for other in others)]
    return max(values) - min(values)


def _hypervolume(points: Floats, /) -> float:
    """The volume between (k, m) scaled points and the reference point."""
    inside = points[(points < REFERENCE).all(axis=1)]
    if len(inside) == 0:
        return 0.0
    if points.shape[1] == 1:
        return float(REFERENCE - inside.min())
    import moocore

    ordered = inside[np.lexsort(inside.T[::-1])]
    return float(moocore.hypervolume(ordered, ref=REFERENCE))


def _epsilon(base: Floats, new: Floats, /) -> float:
    """The additive epsilon indicator: the smallest shift after which NEW weakly dominates all of BASE."""
    worst = 0.0
    found = -np.inf
    for point in base:
        worst = float((new - point).max(axis=1).min())
        found = max(found, worst)
    return float(found)


def _uncovered(points: Floats, others: Floats, margin: Floats, cells: tuple[tuple[int, ...], ...], /) -> list[int]:
    """Rows of ``points`` that no row of ``others``, nor a mixture within their cells, equals or dominates."""
    rows = [row for row, point in enumerate(points) if not (others <= point + margin).all(axis=1).any()]
    return [row for row in rows if not mixture(cells, others, points[row])[0]]


def _top(result: Result, /) -> tuple[str, ...]:
    return tuple(name for name, rank in zip(result.front.ids, result.ranking.rank.tolist(), strict=True) if rank == 1)


def _references(result: Result, /) -> dict[str, str]:
    return {outcome.name: _stand(outcome) for outcome in result.reference_plans}


def _stand(outcome: ReferenceOutcome, /) -> str:
    if not outcome.feasible:
        return "infeasible"
    if outcome.on_front:
        return "on the front"
    return "dominated" if outcome.dominated_by is not None or outcome.mixed else "not dominated"
