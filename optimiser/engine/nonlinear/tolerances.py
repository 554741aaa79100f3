"""Every tolerance and every small number of the nonlinear engine, each with its reason.

Lengths are those of the unit cube where nothing else is said; relative ones are multiples of the
size of what they are compared with.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "BEYOND",
    "COARSE_GAIN",
    "CONSTRAINT_RIDGE",
    "COVERED",
    "DAMPING",
    "DIFFERENCE",
    "EFFICIENT",
    "EIGEN_WORK",
    "EQUAL",
    "FINE_GAIN",
    "HESSIAN_DIFFERENCE",
    "KKT_RIDGE",
    "LEAST_CREDIT",
    "LEAST_SLOPE",
    "LEAST_WEIGHT",
    "LISTED",
    "NEARLY_BINDING",
    "NEIGHBOUR",
    "NEWTON_WORK",
    "NO_GAP",
    "ON_BOUND",
    "OVERSHOOT",
    "PLAN_ON_BOUND",
    "POSITIVE",
    "PROGRAMMING_WORK",
    "QUANTILE",
    "ROUNDED",
    "ROW_RIDGE",
    "SHARE_OF_OTHERS",
    "SHORTER",
    "SLACK",
    "STEEPEST",
    "TINY",
    "TWINS",
    "WEIGHT_RIDGE",
    "WHOLE",
]

# ---- what is called what

EQUAL: Final = 1e-9
"""An equality over reals holds within this, relative to max(1, |bound|): what sums of products
leave, a thousandth of what the driver lets plans have."""

EFFICIENT: Final = 1e-6
"""A plan is called locally efficient when its residual is at most this: well above
what exact derivatives leave in doubles, well below what a planner could use."""

NEARLY_BINDING: Final = 1e-6
"""A constraint this close below 0 counts as active: first-order steps of a thousandth land within
the square of their length."""

PLAN_ON_BOUND: Final = 1e-7
"""A column this close to a bound may be held by it where residuals are taken: what quadratic
programming leaves."""

ON_BOUND: Final = 1e-9
"""The same while Newton steps are taken, which put a column on its bound themselves."""

NEIGHBOUR: Final = 1e-3
"""A listed plan makes way for an efficient one that is worse by at most this share of the front's
range: no picture shows the difference."""

LISTED: Final = 1e-12
"""A number below a listed value by at most this, relatively, is that value."""

WHOLE: Final = 1e-9
"""A move to within this of a whole number ends there: the quotient that it comes from is off by
some roundings."""

SLACK: Final = 1e-9
"""A combination whose rows are out of the reals' reach by at most this, relatively, is still looked
at by a program."""

# ---- steps

DIFFERENCE: Final = 1e-7
"""Step of one-sided differences of constraints: near the square root of rounding."""

HESSIAN_DIFFERENCE: Final = 1e-6
"""Step of differences of gradients, which may come with errors ten times rounding."""

BEYOND: Final = 1e-12
"""How much further than needed a step onto an inequality goes, relatively, so that rounding does
not leave the point outside."""

ROUNDED: Final = 2.0**-49
"""By how much of what a row adds up such a step goes further besides: eight times how exact that
is."""

OVERSHOOT: Final = 1e-9
"""The same for what takes up the tolerance of a mixed-integer program, in one step or a few."""

SHORTER: Final = 1e-9
"""How much short of the first row a walk towards a point stops, as a share of the way."""

COARSE_GAIN: Final = 1e-10
"""Quadratic programming stops when an iteration gains less, on the axes of the front."""

FINE_GAIN: Final = 1e-16
"""The same in the last round: as long as doubles can tell."""

SHARE_OF_OTHERS: Final = 1e-4
"""Weight of the sum of all objectives beside the one that is driven: without it an answer may be
only weakly efficient, with more of it ends of the front are missed."""

DAMPING: Final = 1e-9
"""Added to the curvature, relatively, where it is the plan's own: columns without any stay put."""

LEAST_WEIGHT: Final = 1e-12
"""Weight of an objective that a step would rather leave out, so that weights add up to
something."""

# ---- against singular systems; relative to the mean of the diagonal

ROW_RIDGE: Final = 1e-13
"""Linear rows, whose coefficients are exact: just above rounding."""

CONSTRAINT_RIDGE: Final = 1e-14
"""Constraints of which few bind at once: rounding times their number."""

KKT_RIDGE: Final = 1e-12
"""Multipliers of objectives and constraints together, where gradients may be parallel."""

WEIGHT_RIDGE: Final = 1e-9
"""First guess of the weights, which need not be exact."""

# ---- against dividing by nothing, and running to infinity

TINY: Final = 1e-300
"""Least divisor: changes nothing that is not 0."""

COVERED: Final = 1e-12
"""Least hypervolume of which a gain is a share."""

LEAST_SLOPE: Final = 1e-9
"""Least component of a direction that lengths are divided by."""

POSITIVE: Final = 1e-6
"""Added to every component of a drawn direction, so that none is an axis."""

QUANTILE: Final = 1e-12
"""How far from 0 and 1 the argument of a normal quantile stays: seven standard deviations."""

NO_GAP: Final = 1e-14
"""Least gap of two parents and least remainder of their spread, in which crossover divides."""

TWINS: Final = 1e-13
"""Parents nearer than this in a column are not crossed in it: the child would be rounding."""

LEAST_CREDIT: Final = 1e-3
"""Least rate of success of a choice: it comes back within tens of draws once it pays again."""

STEEPEST: Final = 1e12
"""Largest slope and curvature: sqrt at its bound has an infinite one."""

# ---- units of counted work a cubed column: what a core takes, measured against the cost of a point

EIGEN_WORK: Final = 1.5e-4
"""Eigenvalues of one matrix of second derivatives."""

NEWTON_WORK: Final = 6e-6
"""One linear system of a Newton step."""

PROGRAMMING_WORK: Final = 1e-4
"""One iteration of sequential quadratic programming."""
