"""Two results side by side: what got better, what worse, which plans were gained and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.joint_order import best_values, in_joint_order
from optimiser.analysis.measures import Fate, fate, measures
from optimiser.analysis.reference_changes import places
from optimiser.analysis.regions import Scaling, known
from optimiser.analysis.settling import SETTLING, settle
from optimiser.engine import registry
from optimiser.errors import ScenarioError
from optimiser.language import listed, marked, retold, tr
from optimiser.study import solve
from optimiser.study.solving import options_of

if TYPE_CHECKING:
    from optimiser.analysis.measures import Measure
    from optimiser.analysis.reference_changes import Place
    from optimiser.front import Column, Flags, Front
    from optimiser.results import Result
    from optimiser.scenario import Scenario

__all__ = ["SEEDS", "Comparison", "compare", "repetitions"]

SEEDS = 3
"""How many seeds a front that rests on one is judged by."""


def compare(
    base: Result,
    new: Result,
    /,
    *,
    repeats: tuple[Sequence[Result], Sequence[Result]] = ((), ()),
    seconds: float = SETTLING,
) -> Comparison:
    """Set NEW against BASE, objective by objective and as whole fronts.

    Args:
        base: what is compared with.
        new: what is judged.
        repeats: the same two solved with other seeds, where they are not proven: see
            :func:`repetitions`.
        seconds: that may be spent on plans of BASE of which it is not known whether they are lost.

    Raises:
        ScenarioError: the objectives differ.
    """
    front = _aligned(new.front, base.front)
    joint = in_joint_order((base.front, front))
    first, second = joint.fronts
    scaling = Scaling.of(joint)
    ours, theirs = known(first, convex=_convex(base)), known(second, convex=_convex(new))
    unlike = _unlike(base.front, front)
    if unlike:
        lost, gained = Fate.unknown(len(ours.listed)), Fate.unknown(len(theirs.listed))
    else:
        lost, gained = fate(ours.listed, theirs, scaling), fate(theirs.listed, ours, scaling)
    hidden = bool(base.front.hidden or front.hidden)  # single plans are asked about in floats
    if lost.open.any() and not unlike and not hidden:
        lost = settle(base, new, lost, seconds=seconds)
    best = best_values(base.front), best_values(front)
    found = measures(
        ours, theirs, scaling, base.front.columns, lost, best=best, origins=joint.origins
    )
    noise = _noise(base, new, repeats)
    everything = "; ".join(unlike.values())
    for name, measure in found.items():
        _, one, objective = name.partition("best.")
        words = unlike.get(objective, "") if one else everything
        found[name] = replace(measure, unlike=words, noise=noise.get(name, Fraction(0)))
    return Comparison(
        columns=base.front.columns,
        best={column.name: found[f"best.{column.name}"] for column in base.front.columns},
        hypervolume=found["hypervolume"],
        epsilon=found["epsilon"],
        lost_plans=found["lost-plans"],
        lost=_named(base, lost.lost),
        gained=_named(new, gained.lost),
        undecided=(_named(base, lost.open), _named(new, gained.open)),
        top=(_top(base), _top(new)),
        references=(
            places(base, ours, scaling, hidden=hidden),
            places(replace(new, front=front), theirs, scaling, hidden=hidden),
        ),
        plans=(len(base.front), len(new.front)),
        proofs=(base.front.proof.status, new.front.proof.status),
        exact=(ours.exact, theirs.exact),
        notes=(*unlike.values(), *_notes(base, new)),
    )


# what is not proven of a front, by its status and whether there is a note
_NUMERICAL = {
    ("complete", False): marked(
        "{side} is complete numerically, not proven: only its listed plans count"
    ),
    ("complete", True): marked(
        "{side} is complete numerically, not proven ({note}): only its listed plans count"
    ),
    ("covering", False): marked(
        "{side} is covering numerically, not proven: only its listed plans count"
    ),
    ("covering", True): marked(
        "{side} is covering numerically, not proven ({note}): only its listed plans count"
    ),
}


def _convex(result: Result, /) -> bool:
    """Whether mixtures of plans are plans: real numbers and nothing else, in a model that has
    segments and faces.
    """
    scenario = result.scenario
    real = not scenario.technologies and all(
        variable.type == "real" for variable in scenario.variables.values()
    )
    return real and result.front.proof.of == "cells" and not result.front.proof.open_ends


def _named(result: Result, rows: Flags, /) -> tuple[str, ...]:
    return tuple(result.front.ids[row] for row in np.flatnonzero(rows).tolist())


def _noise(
    base: Result,
    new: Result,
    repeats: tuple[Sequence[Result], Sequence[Result]],
    /,
) -> dict[str, Fraction]:
    """How much worse another seed alone makes what is listed, by measure."""
    noise: dict[str, Fraction] = {}
    for first, others in ((base, repeats[0]), (new, repeats[1])):
        if not others:
            continue
        fronts = [_aligned(result.front, base.front) for result in (base, first, *others)]
        joint = in_joint_order(fronts)
        scaling = Scaling.of(joint)
        listed_best = map(best_values, fronts[1:])
        sides = list(zip(map(known, joint.fronts[1:]), listed_best, strict=True))
        for (one, before), (other, after) in permutations(sides, 2):
            gone, best = fate(one.listed, other, scaling), (before, after)
            found = measures(
                one, other, scaling, base.front.columns, gone, best=best, origins=joint.origins
            )
            for name, measure in found.items():
                worse = Fraction(measure.high) if name == "lost-plans" else measure.listed
                noise[name] = max(noise.get(name, Fraction(0)), worse)
    return noise


def repetitions(result: Result, /) -> tuple[Result, ...]:
    """A result that rests on a seed, solved again with others, to tell a difference from noise;
    nothing for any other one.
    """
    if result.front.proof.status != "approximate":
        return ()
    solver = registry().get(result.front.provenance.solver)
    if solver is not None and solver.proof:
        return ()
    options = options_of(result.scenario)
    used = result.front.provenance.options
    options = replace(
        options,
        **{name: used[name] for name in ("method", "time_limit", "gap", "points") if name in used},
    )
    seed = result.front.provenance.seed
    return tuple(
        solve(result.scenario, replace(options, seed=seed + step), model=result.model)
        for step in range(1, SEEDS)
    )


def _aligned(new: Front, base: Front, /) -> Front:
    """NEW with its objectives in the order of BASE's."""
    position = {column.name: j for j, column in enumerate(new.columns)}
    ours = {column.name: column.sense for column in base.columns}
    theirs = {column.name: column.sense for column in new.columns}
    if ours != theirs:
        raise ScenarioError(
            tr(
                "the objectives differ: BASE has {base}; NEW has {new}",
                base=_objectives(base),
                new=_objectives(new),
            ),
            help=tr(
                "results can be compared when they have the same objectives with the same senses"
            ),
        )
    order = [position[column.name] for column in base.columns]
    place = {j: k for k, j in enumerate(order)}
    proof = new.proof
    moved = replace(
        proof,
        scale=tuple(proof.scale[j] for j in order) if len(proof.scale) == len(order) else (),
        bounds=tuple(proof.bounds[j] for j in order) if proof.bounds else (),
        open_ends=tuple((row, tuple(limit[j] for j in order)) for row, limit in proof.open_ends),
    )
    return replace(
        new,
        columns=tuple(new.columns[j] for j in order),
        y=new.y[:, order],
        proof=moved,
        exact=tuple({place[j]: value for j, value in own.items()} for own in new.exact),
    )


def _objectives(front: Front, /) -> str:
    return listed(f"{column.name} ({column.sense})" for column in front.columns)


def _unlike(base: Front, new: Front, /) -> dict[str, str]:
    """The objectives whose units differ, with how."""
    return {
        one.name: tr(
            "{name} is in {base} in BASE, in {new} in NEW",
            name=one.name,
            base=one.unit or tr("no unit"),
            new=other.unit or tr("no unit"),
        )
        for one, other in zip(base.columns, new.columns, strict=True)
        if one.unit != other.unit
    }


def _override_notes(base: Scenario, new: Scenario, /) -> list[str]:
    """What was changed when the scenarios were read, on one side only."""
    notes = []
    for side, own, other in (("BASE", base, new), ("NEW", new, base)):
        only = [text for text in own.changes[0] if text not in other.changes[0]]
        if only:
            notes.append(tr("set in {side} only: {values}", side=side, values=listed(only)))
    if base.at != new.at:
        notes.append(
            tr(
                "uncertain parameters: {base} in BASE, {new} in NEW",
                base=base.at or tr("their own values"),
                new=new.at or tr("their own values"),
            )
        )
    return notes


def _notes(base: Result, new: Result, /) -> tuple[str, ...]:
    notes = _override_notes(base.scenario, new.scenario)
    if (
        base.scenario.scenario_hash == new.scenario.scenario_hash
        and base.front.proof != new.front.proof
    ):
        notes.append(tr("both sides are the same scenario: only how far it was solved differs"))
    for side, result in (("BASE", base), ("NEW", new)):
        proof = result.front.proof
        if proof.status == "approximate":
            notes.append(
                tr(
                    "{side} is approximate: its listed plans exist, that there are no better ones "
                    "is not proven",
                    side=side,
                )
            )
        elif not proof.proven:
            said = _NUMERICAL[proof.status, bool(proof.note)]
            notes.append(tr(said, side=side, note=retold(proof.note)))
        if proof.feasible_set == "tolerance":
            notes.append(
                tr(
                    "{side}: no plan holds every constraint exactly; those that hold within the "
                    "tolerance were taken",
                    side=side,
                )
            )
    return tuple(notes)


def _top(result: Result, /) -> tuple[str, ...]:
    return tuple(
        name
        for name, rank in zip(result.front.ids, result.ranking.rank.tolist(), strict=True)
        if rank == 1
    )


@dataclass(frozen=True, eq=False)
class Comparison:
    """NEW against BASE.

    Attributes:
        columns: BASE's objectives.
        best: by objective, the best value.
        hypervolume: scaled by BASE's ideal and nadir, reference point 1.1.
        epsilon: how far NEW must be moved, on the same scale, to cover every plan of BASE.
        lost_plans: how many of BASE's listed plans no plan of NEW equals or dominates.
        lost: those of which this is proven.
        gained: NEW's listed plans of which it is proven that no plan of BASE equals or dominates
            them.
        undecided: listed plans of BASE that may be lost, and of NEW that may be gained.
        top: the plans of the best rank, in BASE and in NEW.
        references: where each reference plan stands, in BASE and in NEW.
        plans: how many plans there are in BASE and in NEW.
        proofs: the status of the two proofs.
        exact: whether BASE and NEW are complete, and on exact ground.
        notes: what a reader should know.
    """

    columns: tuple[Column, ...]
    best: Mapping[str, Measure]
    hypervolume: Measure
    epsilon: Measure
    lost_plans: Measure
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    undecided: tuple[tuple[str, ...], tuple[str, ...]]
    top: tuple[tuple[str, ...], tuple[str, ...]]
    references: tuple[Mapping[str, Place], Mapping[str, Place]]
    plans: tuple[int, int]
    proofs: tuple[str, str]
    exact: tuple[bool, bool]
    notes: tuple[str, ...] = ()

    @property
    def measures(self) -> dict[str, Measure]:
        """Every measure under the name that gates give it."""
        best = {f"best.{name}": measure for name, measure in self.best.items()}
        return {
            **best,
            "hypervolume": self.hypervolume,
            "epsilon": self.epsilon,
            "lost-plans": self.lost_plans,
        }
