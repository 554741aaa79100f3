"""Regression: the numerics of fitted models, without a word about scenarios."""

from optimiser.fitting.dependence import Dependence, groups_of
from optimiser.fitting.least_squares import LinearFit, fit_linear
from optimiser.fitting.logistic import LogisticFit, fit_logistic, logit
from optimiser.fitting.sample import FitError, Observations, SeparationError

__all__ = [
    "Dependence",
    "FitError",
    "LinearFit",
    "LogisticFit",
    "Observations",
    "SeparationError",
    "fit_linear",
    "fit_logistic",
    "groups_of",
    "logit",
]
