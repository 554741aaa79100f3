"""What is measured, wanted, asked of every plan, and reported."""

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, field_validator

from optimiser.language import marked
from optimiser.scenario.format.fields import (
    ONE,
    ZERO,
    Comparison,
    Flag,
    Line,
    Prose,
    Section,
    Sense,
)
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.phases import PhaseName

__all__ = ["Constraint", "Figure", "Indicator", "Objective"]

_Phases = Annotated[
    tuple[PhaseName, ...],
    WithJsonSchema({"anyOf": [{"const": "each"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Indicator(Section):
    """Something that is measured: a baseline changed by effects, or derived from others by an
    expression.
    """

    baseline: Formula = Field(
        default=ZERO, description=marked("The value when nothing is adopted.")
    )
    unit: Line = Field(default="", description=marked("Its unit."))
    title: Line = Field(default="", description=marked("What it is, for people."))
    combine: Literal["add", "compound"] = Field(
        default="add",
        description=marked(
            "add: baseline + sum of effects, a percentage being one of the baseline. "
            "compound: baseline x product of (1 + effect), percentages only."
        ),
    )
    timing: Literal["ongoing", "one_off"] = Field(
        default="ongoing",
        description=marked(
            "With phases: a value in every phase, or paid once. Without phases it does not matter."
        ),
    )
    aggregate: Literal["mean", "total", "final", "present"] | None = Field(
        default=None,
        description=marked(
            "With phases: how the values of an ongoing indicator become one: mean (also "
            "meant without it), total, final, or present, the sum over the years of value / "
            "(1 + r)^j, a year counting at its end. With expr: the expression is evaluated phase "
            "by phase, then aggregated."
        ),
    )
    discount: Flag = Field(
        default=True,
        description=marked(
            "With phases and a discount rate: whether spending is discounted. Without phases it "
            "does not matter."
        ),
    )
    residual: Flag = Field(
        default=True,
        description=marked(
            "With residual_value: whether what is not worn out at the end of the horizon "
            "is credited to this one_off indicator."
        ),
    )
    expr: Formula | None = Field(
        default=None,
        description=marked(
            "A derived indicator: an expression over parameters, variables, technologies and "
            "other indicators; `base(x)` is indicator x with nothing adopted."
        ),
    )


class Objective(Section):
    """What is maximised or minimised: an indicator by its name, or an expression of its own."""

    sense: Sense = Field(
        description=marked("maximise or minimise (also maximize, max, minimize, min).")
    )
    weight: Formula = Field(
        default=ONE,
        description=marked(
            "Its weight in the ranking, 0 or more; weights are normalised to sum 1 and never "
            "change the front."
        ),
    )
    target: Formula | None = Field(
        default=None, description=marked("A value that would be good, shown beside the results.")
    )
    range: tuple[Formula, Formula] | None = Field(
        default=None,
        description=marked(
            "[worst, best]: the values that score 0 and 1, in place of the worst and the "
            "best listed ones."
        ),
    )
    expr: Formula | None = Field(
        default=None,
        description=marked("An expression, for an objective that is not an indicator."),
    )
    unit: Line = Field(default="", description=marked("Its unit."))
    title: Line = Field(default="", description=marked("What it is, for people."))


class Constraint(Section):
    """A comparison that every plan satisfies."""

    expr: Comparison = Field(
        description=marked(
            "A comparison with <=, >= or ==, also as a chain that points one way: 5 <= x <= 20."
        )
    )
    phases: _Phases | None = Field(
        default=None,
        description=marked(
            "The phases in which it holds, a list or `each`; without it, it holds for the "
            "aggregated values."
        ),
    )
    why: Prose = Field(
        default="", description=marked("The reason, shown where the constraint matters.")
    )
    title: Line = Field(default="", description=marked("What it is, for people."))

    @field_validator("phases", mode="before")
    @classmethod
    def _each(cls, value: object) -> object:
        return ["each"] if value == "each" else value


class Figure(Section):
    """A number that is reported with each plan, and never optimised or limited."""

    expr: Formula = Field(
        description=marked(
            "`payback(cost, income)`: undiscounted years from the start until the "
            "cumulated flow is 0 or more for good, linear within a year; `irr(cost, income)`: the "
            "rate at which it is worth 0, as a fraction. Empty where it is undefined."
        )
    )
    unit: Line = Field(default="", description=marked("Its unit."))
    title: Line = Field(default="", description=marked("What it is, for people."))
