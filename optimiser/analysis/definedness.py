"""That objectives have values: a plan at which one has none is no plan, also where something else
is asked of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from optimiser.expressions import Call, ComparisonChain, Name, Number
from optimiser.language import stored
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.measured import Constraint

if TYPE_CHECKING:
    from optimiser.expressions import Tree
    from optimiser.formulate import Model

__all__ = ["keeping_defined"]


def keeping_defined(model: Model, /) -> dict[str, Constraint]:
    """Constraints that hold exactly where every objective of a model has a value, ``abs(f) >= 0``:
    none of objectives that have one all over the domains, as those of rows do.

    Returns:
        name -> constraint.
    """
    problem = model.at()
    if problem.linear or problem.roundoff is None:
        return {}
    errors = problem.roundoff(np.empty((0, len(problem.decisions))))[0][0]
    found = {}
    for name, error in zip(problem.objectives, errors.tolist(), strict=True):
        if not np.isfinite(error):
            own = model.scenario.objectives[name].expr
            value: Tree = Name(name) if own is None else own.tree
            tree = ComparisonChain((">=",), (Call("abs", (value,)), Number(Decimal(0))))
            found[stored("{name} undefined", name=name)] = Constraint(expr=Formula(name, tree))
    return found
