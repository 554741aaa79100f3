"""Which of the scenario's own rules a single plan breaks: for plans that no solver vouches for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.engine.holding import broken_rules

if TYPE_CHECKING:
    from optimiser.engine.problem import Problem
    from optimiser.formulate import Model
    from optimiser.front import Floats, Front

__all__ = ["broken", "problem_of", "violated"]


def problem_of(model: Model, front: Front, /) -> Problem:
    """The problem whose plans a front lists: with its constraints loosened by the tolerance where
    the front says so.
    """
    return model.at(loosened=front.proof.feasible_set == "tolerance")


def violated(problem: Problem, x: Floats, /) -> tuple[str, ...]:
    """The names of what (n,) decisions break beyond the tolerance: ranges, prerequisites and
    groups, constraints.
    """
    return broken(problem, x)[0]


def broken(problem: Problem, x: Floats, /) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of what (n,) decisions break beyond the tolerance, and of what they break within
    it.
    """
    return broken_rules(problem, problem.point(x.tolist()))
