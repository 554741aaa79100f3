"""How nearly a plan meets the first-order conditions of efficiency: no direction improves every
objective.

References:
    Kuhn, Tucker (1951), Nonlinear programming. Second Berkeley Symposium, 481-492.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.evaluator import Evaluator, Margins
from optimiser.engine.nonlinear.repair import LogicRepair
from optimiser.engine.nonlinear.restoration import Constraints
from optimiser.engine.nonlinear.tolerances import PLAN_ON_BOUND, TINY

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats, Problem

__all__ = ["residuals"]


def residuals(
    problem: Problem, x: Floats, /, *, margins: Margins | None = None, span: Floats | None = None
) -> Floats:
    """(k, n) plans -> (k,) length of the shortest weighted gradient over that of the longest single
    one; 0 is locally efficient.

    Weights of objectives add up to one; active constraints and bounds may take up what pushes
    against them. Objectives are scaled by ``span`` (m,), which is the plans' ranges where it is not
    given, columns by their widths. Discrete columns are taken as given.

    Raises:
        ValueError: the problem has no derivatives, or constraints without signed values.
    """
    from scipy.optimize import nnls

    evaluator = Evaluator(problem, margins)
    if not evaluator.smooth:
        raise ValueError("residuals need derivatives of the objectives and of every constraint")
    space = evaluator.space
    constraints = Constraints(evaluator, LogicRepair(problem.logic, space))
    if span is None:
        span = np.ptp(problem.evaluate(x)[0], axis=0) if len(x) else np.ones(evaluator.m)
    gradient, normals = evaluator.gradient(x)
    gradient = gradient / np.where(span > 0, span, 1.0)[:, None]
    _, normals, active = constraints.active(x, normals)
    u = space.encode(x)
    real = space.real
    unit = np.eye(space.n)
    found = np.empty(len(x))
    for i in range(len(x)):
        size = max(TINY, float(np.linalg.norm(gradient[i][:, real], axis=1).max()))
        binding = normals[i][active[i]]
        pushes = [gradient[i] / size, _unit(binding), -_unit(binding[constraints.equal[active[i]]])]
        pushes += [
            -unit[real & (u[i] <= PLAN_ON_BOUND)],
            unit[real & (u[i] >= 1.0 - PLAN_ON_BOUND)],
        ]
        rows = np.concatenate(pushes)[:, real]
        weight = np.zeros(len(rows))
        weight[: evaluator.m] = 1e3
        _, rest = nnls(
            np.concatenate([rows.T, weight[None]]), np.append(np.zeros(int(real.sum())), 1e3)
        )
        found[i] = rest
    return found


def _unit(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Floats = rows / np.where(length > 0, length, 1.0)
    return found
