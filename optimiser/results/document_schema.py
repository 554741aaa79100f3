"""The schema of ``result.json``: what a saved result holds, and nothing else."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, FiniteFloat, NonNegativeFloat, PositiveInt

__all__ = [
    "CashRecord",
    "Cell",
    "ColumnRecord",
    "Document",
    "ObjectiveRecord",
    "OpenEndRecord",
    "PhaseRecord",
    "PlanRecord",
    "PredictionRecord",
    "ProofRecord",
    "RankingRecord",
    "Record",
    "ReferenceRecord",
    "StandRecord",
    "YearRecord",
    "json_schema",
]

Cell = int | FiniteFloat | str
"""A decision: a number, or the name of a level."""


class Record(BaseModel):
    """A part of the document: nothing beyond what is named, no NaN, no infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ColumnRecord(Record):
    """An objective or another indicator."""

    name: str
    title: str
    unit: str


class ObjectiveRecord(ColumnRecord):
    """An objective; ``weight`` as the scenario gives it."""

    sense: Literal["maximise", "minimise"]
    weight: NonNegativeFloat
    target: FiniteFloat | None


class PhaseRecord(Record):
    """What a plan is in one phase; what is spent of a one-off indicator, and could be where there
    is a limit.
    """

    phase: str
    starts: dict[str, str]
    indicators: dict[str, FiniteFloat | None]
    available: dict[str, FiniteFloat]


class YearRecord(Record):
    """What a plan pays at the beginning of a year and gains in it, neither discounted."""

    year: FiniteFloat
    phase: str
    spent: FiniteFloat
    gained: FiniteFloat
    cumulated: FiniteFloat


class CashRecord(Record):
    """The years of one cost and income that figures name."""

    cost: str
    income: str
    years: list[YearRecord]


class StandRecord(Record):
    """What a plan stands on whose exact decisions are no decimals: from it and the cells they can
    be solved for again.

    ``columns`` are at an end of their range ("lower", "upper") or at a fraction ("2/3"), ``rows``
    are tight on a side, ``solved`` are the decisions that these determine; decisions not named are
    the decimals in their cells.
    """

    columns: dict[str, str]
    rows: dict[str, Literal["lower", "upper"]]
    solved: list[str]


class PlanRecord(Record):
    """A listed plan."""

    id: str
    rank: PositiveInt
    score: FiniteFloat
    decisions: dict[str, Cell]
    objectives: dict[str, FiniteFloat]
    indicators: dict[str, FiniteFloat | None]
    figures: dict[str, FiniteFloat | None] = {}
    cash: list[CashRecord] = []
    phases: list[PhaseRecord] = []
    stands_on: StandRecord | None = None


class RankingRecord(Record):
    """How the plans were ordered; ``weights`` sum to 1."""

    method: str
    normalise: str
    weights: dict[str, NonNegativeFloat]
    notes: list[str]


class OpenEndRecord(Record):
    """A half-open segment: from a plan, by its position, up to but without the limit."""

    plan: int
    limit: dict[str, float]


class ProofRecord(Record):
    """What the front claims; ``cells`` and ``open_ends`` hold positions in ``plans``."""

    status: Literal["complete", "covering", "approximate"]
    of: Literal["points", "cells"]
    gap: NonNegativeFloat | None
    scale: dict[str, NonNegativeFloat]
    stopped: Literal["time_limit", "interrupted", "points"] | None
    resolution: NonNegativeFloat | None
    cells: list[list[int]]
    open_ends: list[OpenEndRecord] = []
    note: str
    basis: Literal["exact", "numerical"] | None
    feasible_set: Literal["exact", "tolerance"]


class ReferenceRecord(Record):
    """A plan the planner named, against the front."""

    name: str
    title: str
    decisions: dict[str, Cell]
    objectives: dict[str, FiniteFloat | None]
    feasible: bool
    violated: list[str]
    tolerated: list[str]
    on_front: bool
    equals: str | None
    dominated_by: str | None
    dominates: list[str]
    mixed: list[str]


class PredictionRecord(Record):
    """What a fitted model says of a plan beyond its data."""

    plan: str
    reference: bool
    model: str
    arguments: dict[str, FiniteFloat | None]
    extrapolation: list[str]
    identified: bool


class Document(Record):
    """The whole of ``result.json``, in the order in which it is written."""

    schema_version: int
    scenario: dict[str, Any]
    scenario_hash: str
    objectives: list[ObjectiveRecord]
    indicators: list[ColumnRecord]
    figures: list[ColumnRecord] = []
    decisions: list[str]
    plans: list[PlanRecord]
    ranking: RankingRecord
    ideal: dict[str, FiniteFloat]
    nadir: dict[str, FiniteFloat]
    proof: ProofRecord
    bounds: dict[str, FiniteFloat | None]
    solver: str
    reason: str
    options: dict[str, Any]
    versions: dict[str, str]
    statistics: dict[str, Any]
    seed: int
    seconds: NonNegativeFloat
    subproblems: int
    reference_plans: list[ReferenceRecord]
    doubtful_predictions: list[PredictionRecord] = []


def json_schema() -> dict[str, Any]:
    """The schema of ``result.json``, from these records."""
    from optimiser.scenario.format.published_schema import unwrap

    whole = Document.model_json_schema()
    unwrap(whole["$defs"] | {"Document": whole})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "result.json of optimise",
        **{key: value for key, value in whole.items() if key != "title"},
    }
