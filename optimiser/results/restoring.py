"""A result again from its document."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.collecting import collecting_nothing
from optimiser.errors import ScenarioError
from optimiser.front import Column, Front, Proof, Provenance, Stand
from optimiser.language import listed, tr
from optimiser.ranking import Ranked
from optimiser.results.equal_plans import Equivalents
from optimiser.results.exact_values import ended
from optimiser.results.ranked_plans import ReferenceOutcome
from optimiser.results.robust_record import robust_of
from optimiser.results.table import number
from optimiser.scenario.sampling import moving

if TYPE_CHECKING:
    from optimiser.results.document_schema import (
        Document,
        EqualPlanRecord,
        PlanRecord,
        ReferenceRecord,
        StandRecord,
    )
    from optimiser.scenario import Scenario

__all__ = ["from_document"]

# what the score of a weighted sum was while results did not say
_FIRST_DEFINITIONS = {"range": "signed", "none": "values"}


@collecting_nothing()
def from_document(
    document: Document, /
) -> tuple[Scenario, Front, Ranked, tuple[ReferenceOutcome, ...], tuple[Equivalents, ...] | None]:
    """What a document holds of a result: its scenario, front, ranking, reference plans and plans
    with equal objectives.

    Raises:
        ScenarioError: its scenario is invalid.
    """
    front = _front(document)
    references = tuple(map(_outcome, document.reference_plans))
    equal = tuple(
        _equal(front, row, plan) for row, plan in enumerate(document.plans) if plan.equivalents
    )
    searched = equal if len(equal) == len(front) else None
    return _scenario(document), front, _ranking(document, front), references, searched


def _ranking(document: Document, front: Front, /) -> Ranked:
    plans, ranked = document.plans, document.ranking
    weighted_sum = ranked.method == "weighted_sum"
    first = _FIRST_DEFINITIONS.get(ranked.normalise, "") if weighted_sum else "closeness"
    ranges = (
        np.stack([front.nadir, front.ideal], axis=1)
        if ranked.ranges is None
        else np.array(list(ranked.ranges.values()))
    )
    return Ranked(
        ranked.method,
        ranked.normalise,
        np.array(list(ranked.weights.values())),
        np.array([plan.score for plan in plans]),
        np.array([plan.rank for plan in plans]),
        np.arange(len(plans)),
        tuple(ranked.notes),
        ranked.definition or first,
        ranges,
        {
            name: np.array([plan.details[name] for plan in plans])
            for name in (plans[0].details if plans else ())
        },
    )


def _front(document: Document, /) -> Front:
    plans = document.plans
    stands = tuple(None if plan.stands_on is None else _stand(plan.stands_on) for plan in plans)
    names = {column.name: j for j, column in enumerate(document.objectives)}
    exact = tuple({names[n]: Fraction(text) for n, text in plan.exact.items()} for plan in plans)
    front = Front(
        columns=tuple(
            Column(
                c.name,
                c.title,
                c.unit,
                c.sense,
                c.weight,
                c.target,
                None if c.range is None else (c.range[0], c.range[1]),
            )
            for c in document.objectives
        ),
        y=np.array([list(plan.objectives.values()) for plan in plans]),
        x=np.empty((len(plans), 0)),
        indicator_columns=tuple(
            Column(c.name, c.title, c.unit) for c in (*document.indicators, *document.figures)
        ),
        indicators=np.array(
            [[*plan.indicators.values(), *plan.figures.values()] for plan in plans],
            dtype=np.float64,
        ).reshape(len(plans), -1),
        decision_columns=tuple(document.decisions),
        cells=tuple(tuple(map(_text, plan.decisions.values())) for plan in plans),
        ids=tuple(plan.id for plan in plans),
        proof=_proof(document),
        provenance=Provenance(
            document.solver,
            document.reason,
            document.seed,
            document.seconds,
            document.subproblems,
            document.options,
            document.versions,
            document.statistics,
        ),
        stands=stands if any(stands) else (),
        exact=exact if any(exact) else (),
    )
    return replace(front, columns=ended(front)) if any(exact) else front


def _equal(front: Front, row: int, plan: PlanRecord, /) -> Equivalents:
    found = plan.equivalents
    assert found is not None
    return Equivalents(row, _beside(front, found.plans), found.complete)


def _beside(front: Front, plans: list[EqualPlanRecord], /) -> Front | None:
    """Plans that are not listed, in the columns of a front."""
    if not plans:
        return None
    return replace(
        front,
        y=np.array([list(plan.objectives.values()) for plan in plans]),
        x=np.empty((len(plans), 0)),
        indicators=np.array(
            [list(plan.indicators.values()) for plan in plans], dtype=np.float64
        ).reshape(len(plans), -1),
        cells=tuple(tuple(map(_text, plan.decisions.values())) for plan in plans),
        ids=tuple(plan.id for plan in plans),
        proof=replace(front.proof, cells=(), open_ends=()),
        stands=(),
        exact=(),
    )


def _proof(document: Document, /) -> Proof:
    proof = document.proof
    scale = (
        tuple(proof.scale.get(column.name, 0.0) for column in document.objectives)
        if proof.scale
        else ()
    )
    return Proof(
        proof.status,
        proof.of,
        proof.gap,
        scale,
        proof.stopped,
        proof.resolution,
        tuple(map(tuple, proof.cells)),
        proof.note,
        tuple((end.plan, tuple(end.limit.values())) for end in proof.open_ends),
        proof.basis,
        proof.feasible_set,
        tuple(document.bounds.values()),
    )


def _stand(record: StandRecord, /) -> Stand:
    return Stand(tuple(record.columns.items()), tuple(record.rows.items()), tuple(record.solved))


def _scenario(document: Document, /) -> Scenario:
    from optimiser.scenario import from_resolved

    # A result from before overrides were kept has where its parameters were among the options.
    at = document.overrides.at or str(document.options.get("at", ""))
    scenario = from_resolved(document.scenario).changed_by(document.overrides.set, at)
    robust = robust_of(document.robust)
    if robust is not None and robust.names != tuple(names := moving(scenario)):
        raise ScenarioError(
            tr(
                "{place}: {names}; expected {expected}",
                place="robust.parameters",
                names=listed(robust.names),
                expected=listed(names),
            ),
            help=tr("run the scenario again to get a whole result"),
        )
    scenario = scenario.made_robust(robust)
    return scenario.traced(scenario.sources, file=document.scenario_file)


def _outcome(record: ReferenceRecord, /) -> ReferenceOutcome:
    return ReferenceOutcome(
        record.name,
        record.title,
        tuple((name, _text(cell)) for name, cell in record.decisions.items()),
        tuple(record.objectives.values()),
        tuple(record.violated),
        record.equals,
        record.dominated_by,
        tuple(record.dominates),
        tuple(record.mixed),
        record.on_front,
        tuple(record.tolerated),
    )


def _text(cell: int | float | str, /) -> str:
    return cell if type(cell) is str else number(cell) if isinstance(cell, float) else str(cell)
