"""What a scenario says about how it is solved and ranked."""

from typing import Literal

from pydantic import Field

from optimiser.language import marked
from optimiser.scenario.format.fields import Integer, Real, Section
from optimiser.scenario.format.tolerances import FEASIBILITY

__all__ = ["Ranking", "SolverOptions"]


class Ranking(Section):
    """How the plans of the front are ordered."""

    method: Literal[
        "weighted_sum",
        "topsis",
        "topsis_minmax",
        "vikor",
        "promethee2",
        "achievement",
        "knee",
        "lexicographic",
    ] = Field(
        default="weighted_sum",
        description=marked(
            "weighted_sum, topsis (vector normalisation), topsis_minmax, vikor, promethee2, "
            "achievement (of targets), knee or lexicographic (by falling weights)."
        ),
    )
    normalise: Literal["range", "none"] = Field(
        default="range",
        description=marked(
            "For weighted_sum: range takes each objective's share of the way from worst to "
            "best, over the listed plans or its own range; none takes the raw values."
        ),
    )
    preference: str | None = Field(
        default=None,
        description=marked(
            "For promethee2, how much a difference counts: usual (altogether; the default), "
            "v_shape:P (up to the share P of the range the more the larger) or linear:Q:P (not at "
            "all up to Q, altogether from P)."
        ),
    )


class SolverOptions(Section):
    """How the front is searched for. The options of the command line come before these."""

    method: str = Field(
        default="auto", description=marked("auto, exact, evolutionary, or the name of a solver.")
    )
    seed: Integer = Field(
        default=1, ge=0, le=2**63 - 1, description=marked("The seed of everything random.")
    )
    time_limit: Real | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description=marked("Seconds after which the search stops."),
    )
    gap: Real | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description=marked(
            "Ask for a representation: the proven gap that is enough, as a share of each "
            "objective's range."
        ),
    )
    points: Integer | None = Field(
        default=None,
        ge=1,
        description=marked("Ask for a representation: how many plans are enough."),
    )
    feasibility: Real = Field(
        default=FEASIBILITY,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description=marked(
            "The largest violation of a constraint that is within tolerance, relative to max(1, "
            "|bound|)."
        ),
    )
    resolution: Real | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description=marked(
            "The smallest relative difference of objectives that is told apart where comparison "
            "is not exact."
        ),
    )
