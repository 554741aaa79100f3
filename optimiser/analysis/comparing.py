"""Two results side by side: what got better, what worse, which plans were gained and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

from optimiser.analysis.gates import Verdict, judge, read_gates
from optimiser.analysis.measures import Measure, Scaling, measures, uncovered
from optimiser.errors import ScenarioError
from optimiser.study import options_for, solve

if TYPE_CHECKING:
    from optimiser.front import Column, Front
    from optimiser.scenario.gates import Gate
    from optimiser.study import ReferenceOutcome, Result

__all__ = ["SEEDS", "Comparison", "Judged", "compare", "compare_all", "repetitions"]

SEEDS = 3
"""How many seeds an unproven front is judged by."""


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
    ours = [base.front, *(result.front for result in repeats[0])]
    theirs = [_aligned(result.front, base.front) for result in (new, *repeats[1])]
    scaling = Scaling.of(base.front)
    noise = [measures(one, other, scaling) for side in (ours, theirs) for one, other in permutations(side, 2)]
    found = {
        name: replace(measure, noise=max([Fraction(0), *(pair[name].worse for pair in noise)]))
        for name, measure in measures(ours[0], theirs[0], scaling).items()
    }
    return Comparison(
        columns=base.front.columns,
        best={column.name: found[f"best.{column.name}"] for column in base.front.columns},
        hypervolume=found["hypervolume"],
        epsilon=found["epsilon"],
        lost_plans=found["lost-plans"],
        lost=tuple(base.front.ids[row] for row in uncovered(ours[0], theirs[0], scaling)),
        gained=tuple(new.front.ids[row] for row in uncovered(theirs[0], ours[0], scaling)),
        top=(_top(base), _top(new)),
        references=(_references(base), _references(new)),
        plans=(len(base.front), len(new.front)),
        proofs=(base.front.proof.status, new.front.proof.status),
        notes=_notes(ours[0], theirs[0]),
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


def _aligned(new: Front, base: Front, /) -> Front:
    """NEW with its objectives in the order of BASE's."""
    position = {column.name: j for j, column in enumerate(new.columns)}
    ours = {column.name: column.sense for column in base.columns}
    theirs = {column.name: column.sense for column in new.columns}
    if ours != theirs:
        raise ScenarioError(
            f"the objectives differ: BASE has {_listed(base)}; NEW has {_listed(new)}",
            help="results can be compared when they have the same objectives with the same senses",
        )
    order = [position[column.name] for column in base.columns]
    return replace(new, columns=tuple(new.columns[j] for j in order), y=new.y[:, order])


def _listed(front: Front, /) -> str:
    return ", ".join(f"{column.name} ({column.sense})" for column in front.columns)


def _notes(base: Front, new: Front, /) -> tuple[str, ...]:
    notes = tuple(
        f"{one.name} is in {one.unit or 'no unit'} in BASE, in {other.unit or 'no unit'} in NEW"
        for one, other in zip(base.columns, new.columns, strict=True)
        if one.unit != other.unit
    )
    if "cells" in (base.proof.of, new.proof.of):
        notes += ("hypervolume and epsilon count the listed vertices, not what lies between them",)
    return notes


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
