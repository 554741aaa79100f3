"""The schema of ``result.json``: what a saved result holds, and nothing else."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    Field,
    FiniteFloat,
    model_validator,
)
from pydantic_core import PydanticCustomError

from optimiser.language import stored, tr
from optimiser.results.printable import LONGEST_TEXT

__all__ = [
    "LONGEST_CHANGE",
    "CashRecord",
    "Cell",
    "ColumnRecord",
    "Document",
    "Ends",
    "EqualPlanRecord",
    "EqualPlansRecord",
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
    "RobustRecord",
    "StandRecord",
    "YearRecord",
    "json_schema",
]

# what the decoders of UTF-8 and JSON, then pydantic, say in their own words of a document
_FROM_LIBRARIES = (
    stored("invalid start byte"),
    stored("invalid continuation byte"),
    stored("unexpected end of data"),
    stored("Expecting value"),
    stored("Expecting property name enclosed in double quotes"),
    stored("Expecting ':' delimiter"),
    stored("Expecting ',' delimiter"),
    stored("Illegal trailing comma before end of object"),
    stored("Illegal trailing comma before end of array"),
    stored("Extra data"),
    stored("Unterminated string starting at"),
    stored("Invalid control character at"),
    stored("Invalid \\escape"),
    stored("Invalid \\uXXXX escape"),
    stored("Unexpected UTF-8 BOM (decode using utf-8-sig)"),
    stored("Exceeds the limit ({most} digits) for integer string conversion: {more}"),
    stored("maximum recursion depth exceeded while decoding a JSON {kind} from a unicode string"),
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
    stored("String should have at most {most} characters"),
    stored("List should have at least {least} items after validation, not {found}"),
    stored("List should have at most {most} items after validation, not {found}"),
    stored("Input should be a valid dictionary or instance of {name}"),
)
_T = TypeVar("_T")

LONGEST_CHANGE: Final = 1_000_000
"""Characters of what was asked of a run, which may be a formula of thousands of terms."""

_MOST = 2**63 - 1
#: in one mapping: a scenario of 10 MB has no more decisions
_MOST_NAMES = 100_000
#: a scenario names no more things in all; a row of a table takes a tenth of a millisecond
_MOST_THINGS = 20_000


def _few(value: _T) -> _T:
    """What is validated, where it has not so many names that their faults alone fill the memory."""
    if isinstance(value, dict) and len(value) > _MOST_NAMES:
        size = {"size": f"{len(value):,}", "most": f"{_MOST_NAMES:,}"}
        raise PydanticCustomError("crowded", stored("{size} names; at most {most} are read"), size)
    return value


Listed = Annotated[list[_T], FailFast()]
"""A list of which the first faulty item is told: a stranger's may have millions."""

Named = Annotated[dict[str, _T], BeforeValidator(_few)]
"""Values by name."""

# made anew: what stands here as a value is copied deeply for each of a hundred thousand plans
_NONE_NAMED: Any = Field(default_factory=dict, json_schema_extra={"default": {}})
_NONE_LISTED: Any = Field(default_factory=list, json_schema_extra={"default": []})

Whole = Annotated[int, Field(ge=-_MOST, le=_MOST)]
"""A whole number of 64 bits."""

Rank = Annotated[int, Field(ge=1, le=_MOST)]
"""The place of a plan in a ranking, from 1."""

Share = Annotated[FiniteFloat, Field(ge=0)]
"""A weight, a gap, a length: finite, and not below 0."""

Decimals = Annotated[str, Field(pattern=r"^-?[0-9]{1,20}(\.[0-9]{1,30})?(e[-+]?[0-9]{1,3})?$")]
"""A number as its decimals."""

Ratio = Annotated[str, Field(pattern=r"^-?[0-9]{1,4000}/[0-9]{1,4000}$")]
"""A number as a fraction."""

Cell = Whole | FiniteFloat | str
"""A decision: a number, or the name of a level."""

Ends = Annotated[list[FiniteFloat], Field(min_length=2, max_length=2)]
"""The worst and the best value of an objective."""


class Record(BaseModel):
    """A part of the document: nothing beyond what is named, no NaN, no infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_max_length=LONGEST_TEXT)

    _few = model_validator(mode="before")(_few)


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
    starts: Named[str]
    indicators: Named[FiniteFloat | None]
    available: Named[FiniteFloat]


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
    years: Listed[YearRecord]


class StandRecord(Record):
    """What a plan stands on whose exact decisions are no decimals: from it and the cells they can
    be solved for again.

    ``columns`` are at an end of their range ("lower", "upper") or at a fraction ("2/3"), ``rows``
    are tight on a side, ``solved`` are the decisions that these determine; decisions not named are
    the decimals in their cells.
    """

    columns: Named[str]
    rows: Named[Literal["lower", "upper"]]
    solved: Listed[str]


class EqualPlanRecord(Record):
    """A plan with the objectives of a listed one; figures stand among its indicators."""

    id: str
    decisions: Named[Cell]
    objectives: Named[FiniteFloat]
    indicators: Named[FiniteFloat | None]


class EqualPlansRecord(Record):
    """The other plans with the objectives of a listed one, and whether they are all."""

    complete: bool
    plans: Listed[EqualPlanRecord]


class PlanRecord(Record):
    """A listed plan; ``details`` are what its score is made of, by their published names;
    ``exact`` has objectives as they are, of which ``objectives`` has the nearest floats, where
    another plan is so near that these do not tell how the two differ; ``equivalents`` is there
    where plans with equal objectives were searched for.
    """

    id: str
    rank: Rank
    score: FiniteFloat
    details: Named[FiniteFloat] = _NONE_NAMED
    decisions: Named[Cell]
    objectives: Named[FiniteFloat]
    indicators: Named[FiniteFloat | None]
    figures: Named[FiniteFloat | None] = _NONE_NAMED
    cash: Listed[CashRecord] = _NONE_LISTED
    phases: Listed[PhaseRecord] = _NONE_LISTED
    exact: Named[Decimals | Ratio] = _NONE_NAMED
    stands_on: StandRecord | None = None
    equivalents: EqualPlansRecord | None = None


class RankingRecord(Record):
    """How the plans were ordered; ``weights`` sum to 1.

    ``definition`` names what a score is, ``ranges`` are the [worst, best] that values were measured
    by. Results of a time when neither was stored were scored as ``signed`` by the listed plans.
    """

    method: str
    normalise: str
    weights: Named[Share]
    definition: str | None = None
    ranges: Named[Ends] | None = None
    notes: Listed[str]


class OpenEndRecord(Record):
    """A half-open segment: from a plan, by its position, up to but without the limit."""

    plan: Whole
    limit: Named[FiniteFloat]


class ProofRecord(Record):
    """What the front claims; ``cells`` and ``open_ends`` hold positions in ``plans``."""

    status: Literal["complete", "covering", "approximate"]
    of: Literal["points", "cells"]
    gap: Share | None
    scale: Named[Share]
    stopped: Literal["time_limit", "interrupted", "points"] | None
    resolution: Share | None
    cells: Listed[Listed[Whole]]
    open_ends: Listed[OpenEndRecord] = []
    note: str
    basis: Literal["exact", "numerical"] | None
    feasible_set: Literal["exact", "tolerance"]


class ReferenceRecord(Record):
    """A plan the planner named, against the front."""

    name: str
    title: str
    decisions: Named[Cell]
    objectives: Named[FiniteFloat | None]
    feasible: bool
    violated: Listed[str]
    tolerated: Listed[str]
    on_front: bool
    equals: str | None
    dominated_by: str | None
    dominates: Listed[str]
    mixed: Listed[str]


class PredictionRecord(Record):
    """What a fitted model says of a plan beyond its data."""

    plan: str
    reference: bool
    model: str
    arguments: Named[FiniteFloat | None]
    extrapolation: Listed[str]
    identified: bool


class OverridesRecord(Record):
    """What was changed in the scenario when it was read."""

    set: Listed[Annotated[str, Field(max_length=LONGEST_CHANGE)]]
    at: str | None


class RobustRecord(Record):
    """In which sense plans are good over uncertain parameters: ``kind`` and ``arg``, the sample of
    ``parameters`` that this may rest on, the best values that regret is measured from, and each
    plan's objectives at the parameters' own values.
    """

    kind: Literal["expected", "worst", "cvar", "regret", "gamma"]
    arg: Share | None
    typed: str
    seed: Whole
    parameters: Listed[str]
    sample: Listed[Listed[Decimals]]
    ideals: Listed[Listed[Ratio]]
    ideals_proven: bool
    nominal: Named[Named[FiniteFloat | None]]


class Document(Record):
    """The whole of ``result.json``, in the order in which it is written."""

    schema_version: Whole
    scenario: dict[str, Any]
    scenario_hash: str
    scenario_file: str = ""
    objectives: Annotated[Listed[ObjectiveRecord], Field(max_length=_MOST_THINGS)]
    indicators: Annotated[Listed[ColumnRecord], Field(max_length=_MOST_THINGS)]
    figures: Annotated[Listed[ColumnRecord], Field(max_length=_MOST_THINGS)] = []
    decisions: Listed[str]
    plans: Listed[PlanRecord]
    ranking: RankingRecord
    ideal: Named[FiniteFloat]
    nadir: Named[FiniteFloat]
    proof: ProofRecord
    bounds: Named[FiniteFloat | None]
    solver: str
    reason: str
    options: dict[str, Any]
    overrides: OverridesRecord = OverridesRecord(set=[], at=None)
    versions: Named[str]
    statistics: dict[str, Any]
    seed: int
    seconds: Share
    subproblems: Whole
    reference_plans: Annotated[Listed[ReferenceRecord], Field(max_length=_MOST_THINGS)]
    robust: RobustRecord | None = None
    doubtful_predictions: Listed[PredictionRecord] = []


def json_schema() -> dict[str, Any]:
    """The schema of ``result.json``, from these records."""
    from optimiser.scenario.format.published_schema import draft_7, tell

    whole = Document.model_json_schema()
    tell(whole)
    return draft_7(
        {
            "title": tr("result.json of optimise"),
            **{key: value for key, value in whole.items() if key != "title"},
        }
    )
