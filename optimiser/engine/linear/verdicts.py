"""What exact arithmetic says of a linear program before there is a front: no plan at all, or no
finite best value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from optimiser.engine import conflict
from optimiser.engine.contract import Outcome
from optimiser.engine.linear.vertices import EmptyError, ExactRun, InexactError, UnboundedBelowError

__all__ = ["confirmed"]

T = TypeVar("T")


def confirmed(run: ExactRun, front: Callable[[], T], /) -> T | Outcome | None:
    """What ``front`` finds, or an exact verdict where there is no front; None where exact
    arithmetic does not finish.
    """
    nothing = np.empty((0, len(run.problem.decisions)))
    try:
        return front()
    except UnboundedBelowError as error:
        name = run.problem.objectives[error.objective]
        return Outcome(nothing, "unbounded", objective=name, subproblems=run.solved, basis="exact")
    except EmptyError:
        groups = conflict.conflicting_groups(run.problem, run.budget)
        return Outcome(
            nothing, "infeasible", conflict=groups, subproblems=run.solved, basis="exact"
        )
    except InexactError:
        return None
