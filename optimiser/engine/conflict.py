"""Why nothing is feasible: a set of the problem's own groups that cannot hold together, none of
them known to be dispensable.

HiGHS says quickly that a group is needed, since it shows a point without it; that one is not, is
proven in exact arithmetic. So what is left is infeasible if everything is.

References:
    J. W. Chinneck and E. W. Dravnieks (1991). Locating minimal infeasible constraint sets in linear
    programs. ORSA Journal on Computing 3, 157-168: the deletion filter, here over named groups,
    since integrality may cause the conflict.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine import highs
from optimiser.engine.branching.refutation_tree import RefutationTree
from optimiser.engine.combinations import combinations
from optimiser.engine.joint_choices import count_of
from optimiser.engine.problem import Domain, Linear

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options
    from optimiser.engine.problem import Problem, Row

__all__ = ["explain"]

_BLOCK = 2**14
_MOST = 2**20
# what proving that a group is dispensable may take; a group that is not proven to be stays in the
# conflict
_NODES, _SECONDS = 5_000, 2.0


def explain(problem: Problem, options: Options, budget: Budget, /) -> tuple[str, ...]:
    """The groups in conflict, in the problem's order; as small as the budget lets the filter make
    it.
    """
    if problem.linear is not None:
        return _filtered(problem, problem.linear.rows, budget)
    from_logic = _infeasible_logic(problem, budget)
    if from_logic:
        return from_logic
    return _constraints(problem, options, budget)


def _filtered(problem: Problem, rows: tuple[Row, ...], budget: Budget) -> tuple[str, ...]:
    """Drop one group after the other where what is left is proven to be infeasible all the same."""
    linear = problem.linear
    if linear is None:
        raise ValueError("the problem has no rows")
    program = highs.program_of(linear)
    defining = {linear.columns[j].name for j in range(len(problem.decisions), len(linear.columns))}
    pairs = [(row, cut) for row, cut in zip(rows, program.rows, strict=True)]
    needed = list(dict.fromkeys(row.group for row in rows if row.name not in defining))
    bare = highs.LinearProgram(program.lower, program.upper, program.integral, ())
    for group in tuple(needed):
        if budget.exhausted() is not None:
            break
        others = set(needed) - {group}
        kept = [(row, cut) for row, cut in pairs if row.group in others or row.name in defining]
        answer = highs.minimise(bare.with_rows([cut for _, cut in kept]), {}, budget)
        if answer.status != "optimal" and _empty(
            replace(linear, rows=tuple(row for row, _ in kept)), budget
        ):
            needed.remove(group)
    return tuple(needed)


def _empty(linear: Linear, budget: Budget) -> bool:
    """Whether it is proven that nothing holds the rows."""
    tree = RefutationTree(linear, (), budget)
    return tree.empty((), nodes=_NODES, seconds=_SECONDS).status == "empty"


def _infeasible_logic(problem: Problem, budget: Budget) -> tuple[str, ...]:
    """The conflict among the linear rows alone, or nothing where they are not proven to be in
    conflict.
    """
    columns = tuple(
        d if d.kind != "listed" else Domain(d.name, "real", d.values[0], d.values[-1])
        for d in problem.decisions
    )
    linear = Linear(columns, (), problem.logic)
    if highs.minimise(highs.program_of(linear), {}, budget).status == "optimal" or not _empty(
        linear, budget
    ):
        return ()
    return _filtered(replace(problem, linear=linear), problem.logic, budget)


def _constraints(problem: Problem, options: Options, budget: Budget) -> tuple[str, ...]:
    """Which of the nonlinear constraints matter, by their violations over all combinations where
    these are few.
    """
    if not problem.discrete:
        return problem.constraints
    if count_of(problem, fixed=problem.idle) > _MOST:
        return problem.constraints
    broken = []
    for x in combinations(problem, fixed=problem.idle).blocks(_BLOCK):
        if budget.exhausted() is not None:
            return problem.constraints
        broken.append(np.unique(problem.evaluate(x)[1] > options.feasibility, axis=0))
    if not broken:
        return problem.constraints
    table = np.unique(np.concatenate(broken), axis=0)
    needed = list(range(len(problem.constraints)))
    for k in tuple(needed):
        others = [j for j in needed if j != k]
        if others and table[:, others].any(axis=1).all():
            needed = others
    return tuple(problem.constraints[k] for k in needed)
