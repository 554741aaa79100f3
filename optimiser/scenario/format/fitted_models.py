"""Fitted models as the format writes them, and what a fit found."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from optimiser.language import marked, tr
from optimiser.scenario.format.fields import Flag, Integer, Line, Real, Section
from optimiser.scenario.format.formulas import Formula, finding
from optimiser.scenario.format.table_files import TableFile

__all__ = ["Fitted", "FittedModel", "Point", "Relation"]


def _point(value: object) -> object:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise finding(
            "S014",
            tr("a point is two numbers, [x, y]"),
            help=tr("write points: [[0, 0], [5, 12], [10, 15]]"),
        )
    return value


def _column(value: str) -> str:
    return unicodedata.normalize("NFKC", value.strip())


Point = Annotated[
    tuple[Formula, Formula],
    BeforeValidator(_point),
    WithJsonSchema(
        {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 2, "maxItems": 2}
    ),
]
Column = Annotated[str, AfterValidator(_column)]
Finite = Annotated[Real, Field(allow_inf_nan=False)]


class Relation(Section):
    """A sum of features that is the same in every observation: what differs from it cannot be
    predicted.
    """

    coefficients: dict[str, Formula] = Field(
        description=marked("What each feature is multiplied by.")
    )
    value: Formula = Field(description=marked("The sum in every observation."))


class Fitted(Section):
    """What a fit found: written by results, so that they need no data file; with it the data are
    not read.
    """

    intercept: Formula | None = Field(default=None, description=marked("The constant of the fit."))
    coefficients: dict[str, Formula] = Field(
        default_factory=dict, description=marked("What each feature is multiplied by.")
    )
    points: tuple[Point, ...] = Field(
        default=(), description=marked("For a table: its points, by ascending feature.")
    )
    ranges: dict[str, Point] = Field(
        default_factory=dict,
        description=marked("The smallest and the largest value of each feature in the data."),
    )
    relations: tuple[Relation, ...] = Field(
        default=(),
        description=marked(
            "Sums of features that never vary in the data; empty where all can be told apart."
        ),
    )
    observations: Integer = Field(default=0, ge=0, description=marked("The rows of data."))
    events: Integer | None = Field(
        default=None, description=marked("For a logistic fit: the rows with target 1.")
    )
    rank: Integer | None = Field(
        default=None,
        description=marked("How many numbers the data determine, the constant among them."),
    )
    intercept_error: Finite | None = Field(
        default=None, description=marked("The standard error of the constant, where determined.")
    )
    errors: dict[str, Finite] = Field(
        default_factory=dict,
        description=marked("The standard errors of the coefficients that are determined."),
    )
    r_squared: Finite | None = Field(
        default=None,
        description=marked("Linear: the share of the target's variance that is explained."),
    )
    residual_sd: Finite | None = Field(
        default=None, description=marked("Linear: the standard deviation of what is not explained.")
    )
    deviance: Finite | None = Field(
        default=None, description=marked("Logistic: minus twice the log-likelihood.")
    )
    null_deviance: Finite | None = Field(
        default=None, description=marked("Logistic: the deviance of the constant alone.")
    )
    condition: Finite | None = Field(
        default=None,
        description=marked(
            "The condition number of the centred, scaled features; none where they depend on one "
            "another."
        ),
    )
    weakest: tuple[str, ...] = Field(
        default=(),
        description=marked(
            "The features of the combination that the data tell least about, which the condition "
            "number measures."
        ),
    )
    binary_target: Flag = Field(
        default=False, description=marked("Linear: whether the target is 0 or 1 in every row.")
    )


class FittedModel(Section):
    """A function of features, learnt from data or given by points: ``NAME(feature=..., ...)`` in
    expressions.
    """

    kind: Literal["linear", "logistic", "table"] = Field(
        description=marked(
            "linear: least squares. logistic: maximum likelihood for a target of 0 and 1; its "
            "value is the probability of 1. "
            "table: straight lines between points, of one feature."
        )
    )
    data: TableFile | None = Field(
        default=None,
        description=marked(
            "A CSV or .xlsx file of observations, relative to the file that names it. Short form: "
            "the file alone."
        ),
    )
    target: Column | None = Field(default=None, description=marked("The column that is predicted."))
    features: tuple[Column, ...] = Field(
        default=(),
        description=marked("The columns it is predicted from; the keywords of the function."),
    )
    points: tuple[Point, ...] = Field(
        default=(),
        description=marked(
            "For a table, in place of data and target: [[x, y], ...] by ascending x; y may be an "
            "expression over parameters. "
            "Beyond the first and the last point the outermost lines go on, and predictions are "
            "marked as extrapolation."
        ),
    )
    title: Line = Field(default="", description=marked("What it is, for people."))
    unit: Line = Field(default="", description=marked("The unit of what is predicted."))
    fitted: Fitted | None = Field(
        default=None, description=marked("What the fit found, as results write it.")
    )
