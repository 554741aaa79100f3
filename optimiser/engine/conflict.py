"""Why nothing is feasible: a set of the problem's own groups that cannot hold together, none of
them known to be dispensable.

HiGHS says quickly that a group is needed, since it shows a point without it; that one is not, is
proven in exact arithmetic. So what is left is infeasible if everything is.

References:
    U. Junker (2004). QuickXplain: preferred explanations and relaxations for over-constrained
        problems. AAAI-04, 167-172: the preferred conflict over named groups, which integrality may
        cause.
    F. Hemery, C. Lecoutre, L. Sais and F. Boussemart (2006). Extracting MUCs from constraint
        networks. ECAI 2006, 113-117: the same by halving for one member after the other, which
        bounds the questions for small conflicts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine import highs
from optimiser.engine.branching.refutation_tree import RefutationTree
from optimiser.engine.combinations import every_combination
from optimiser.engine.joint_choices import count_of
from optimiser.engine.problem import Domain, Linear

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options
    from optimiser.engine.problem import Problem, Row

__all__ = ["conflicting_groups", "smallest"]

_BLOCK = 2**14
_MOST = 2**20
# what proving that a group is dispensable may take; a group that is not proven to be stays in the
# conflict
_NODES, _SECONDS = 5_000, 2.0


def conflicting_groups(problem: Problem, options: Options, budget: Budget, /) -> tuple[str, ...]:
    """The groups in conflict, in the problem's order; as small as the budget lets the filter make
    it.
    """
    if problem.linear:
        return _filtered(problem, problem.linear.rows, budget)
    from_logic = _infeasible_logic(problem, budget)
    if from_logic:
        return from_logic
    return _constraints(problem, options, budget)


def _filtered(problem: Problem, rows: tuple[Row, ...], budget: Budget) -> tuple[str, ...]:
    """The rows' groups in conflict, each the first or only one of its kind that is needed."""
    linear = problem.linear
    if not linear:
        raise ValueError("the problem has no rows")
    program = highs.program_of(linear)
    defining = {linear.columns[j].name for j in range(len(problem.decisions), len(linear.columns))}
    pairs = [(row, cut) for row, cut in zip(rows, program.rows, strict=True)]
    groups = tuple(dict.fromkeys(row.group for row in rows if row.name not in defining))
    bare = highs.LinearProgram(program.lower, program.upper, program.integral, ())

    def empty(chosen: Sequence[str]) -> bool:
        """Whether it is proven that nothing holds these groups."""
        if budget.exhausted() is not None:
            return False
        own = set(chosen)
        kept = [(row, cut) for row, cut in pairs if row.group in own or row.name in defining]
        answer = highs.minimise(bare.with_rows([cut for _, cut in kept]), {}, budget)
        return answer.status != "optimal" and _empty(
            replace(linear, rows=tuple(row for row, _ in kept)), budget
        )

    # those that come last are kept: constraints rather than the rules of adoption before them
    core = set(smallest(groups[::-1], empty))
    return tuple(group for group in groups if group in core)


def smallest(groups: Sequence[str], empty: Callable[[Sequence[str]], bool], /) -> tuple[str, ...]:
    """Of n groups that cannot hold together k that cannot either, none of them dispensable as far
    as ``empty`` tells; earlier ones rather than later ones.

    The last member of a conflict is where the groups in their order stop holding together, found by
    halving; it is kept, what comes after it is dropped, and so on with the rest: at most k * (1 +
    log2(n)) + 1 questions, rounded up.

    >>> smallest("abcdefgh", lambda chosen: {"b", "e"} <= set(chosen))
    ('b', 'e')

    Args:
        groups: that are known to be in conflict.
        empty: whether it is proven that nothing holds some of them; False where it is not known.
    """
    core: list[str] = []
    rest = list(groups)
    while rest and not (core and empty(core)):
        # the first ``low`` are not known to be in conflict with the core, the first ``high`` are
        low, high = 0, len(rest)
        while high - low > 1:
            middle = (low + high) // 2
            if empty([*core, *rest[:middle]]):
                high = middle
            else:
                low = middle
        core.append(rest[high - 1])
        rest = rest[: high - 1]
    return tuple(core[::-1])


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
    for x in every_combination(problem, fixed=problem.idle).blocks(_BLOCK):
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
