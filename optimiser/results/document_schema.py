"""The schema of ``result.json``: what a saved result holds, and nothing else."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from optimiser.language import stored, tr

__all__ = [
    "CashRecord",
    "Cell",
    "ColumnRecord",
    "Document",
    "Ends",
    "ObjectiveRecord",
    "OpenEndRecord",
    "OverridesRecord",
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

# what pydantic says in its own words of a document that is none
_FROM_CHECKS = (
    stored("Field required"),
    stored("Extra inputs are not permitted"),
    stored("Input should be a valid string"),
    stored("Input should be a valid number"),
    stored("Input should be a finite number"),
    stored("Input should be a valid integer"),
    stored("Input should be a valid boolean"),
    stored("Input should be a valid list"),
    stored("Input should be a valid dictionary"),
    stored("Input should be an object"),
    stored("Input should be greater than or equal to {least}"),
    stored("Input should be less than or equal to {most}"),
    stored("Input should be {expected}"),
    stored("List should have at least {least} items after validation, not {found}"),
    stored("List should have at most {most} items after validation, not {found}"),
    stored("Input should be a valid dictionary or instance of {name}"),
)

_MOST = 2**63 - 1

Whole = Annotated[int, Field(ge=-_MOST, le=_MOST)]
"""A whole number of 64 bits."""

Rank = Annotated[int, Field(ge=1, le=_MOST)]
"""The place of a plan in a ranking, from 1."""

Share = Annotated[FiniteFloat, Field(ge=0)]
"""A weight, a gap, a length: finite, and not below 0."""

Cell = Whole | FiniteFloat | str
"""A decision: a number, or the name of a level."""

Ends = Annotated[list[FiniteFloat], Field(min_length=2, max_length=2)]
"""The worst and the best value of an objective."""


class Record(BaseModel):
    """A part of the document: nothing beyond what is named, no NaN, no infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ColumnRecord(Record):
    """An objective or another indicator."""

    name: str
    title: str
    unit: str


class ObjectiveRecord(ColumnRecord):
    """An objective; ``weight`` as the scenario gives it, ``range`` its own [worst, best]."""

    sense: Literal["maximise", "minimise"]
    weight: Share
    target: FiniteFloat | None
    range: Ends | None = None


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
    rank: Rank
    score: FiniteFloat
    decisions: dict[str, Cell]
    objectives: dict[str, FiniteFloat]
    indicators: dict[str, FiniteFloat | None]
    figures: dict[str, FiniteFloat | None] = {}
    cash: list[CashRecord] = []
    phases: list[PhaseRecord] = []
    stands_on: StandRecord | None = None


class RankingRecord(Record):
    """How the plans were ordered; ``weights`` sum to 1.

    ``definition`` names what a score is, ``ranges`` are the [worst, best] that values were measured
    by. Results of a time when neither was stored were scored as ``signed`` by the listed plans.
    """

    method: str
    normalise: str
    weights: dict[str, Share]
    definition: Literal["shares", "signed", "values", "closeness"] | None = None
    ranges: dict[str, Ends] | None = None
    notes: list[str]


class OpenEndRecord(Record):
    """A half-open segment: from a plan, by its position, up to but without the limit."""

    plan: Whole
    limit: dict[str, FiniteFloat]


class ProofRecord(Record):
    """What the front claims; ``cells`` and ``open_ends`` hold positions in ``plans``."""

    status: Literal["complete", "covering", "approximate"]
    of: Literal["points", "cells"]
    gap: Share | None
    scale: dict[str, Share]
    stopped: Literal["time_limit", "interrupted", "points"] | None
    resolution: Share | None
    cells: list[list[Whole]]
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


class OverridesRecord(Record):
    """What was changed in the scenario when it was read."""

    set: list[str]
    at: str | None


class Document(Record):
    """The whole of ``result.json``, in the order in which it is written."""

    schema_version: Whole
    scenario: dict[str, Any]
    scenario_hash: str
    scenario_file: str = ""
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
    overrides: OverridesRecord = OverridesRecord(set=[], at=None)
    versions: dict[str, str]
    statistics: dict[str, Any]
    seed: int
    seconds: Share
    subproblems: Whole
    reference_plans: list[ReferenceRecord]
    doubtful_predictions: list[PredictionRecord] = []


def json_schema() -> dict[str, Any]:
    """The schema of ``result.json``, from these records."""
    from optimiser.scenario.format.published_schema import unwrap

    whole = Document.model_json_schema()
    unwrap(whole["$defs"] | {"Document": whole})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": tr("result.json of optimise"),
        **{key: value for key, value in whole.items() if key != "title"},
    }
