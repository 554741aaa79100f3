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

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from optimiser.engine import highs
from optimiser.engine.branching.refutation_tree import RefutationTree
from optimiser.engine.combinations import every_combination
from optimiser.engine.holding import broken_each
from optimiser.engine.joint_choices import count_of
from optimiser.engine.problem import Domain, Linear

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Problem, Row

__all__ = ["conflicting_groups", "smallest"]

_BLOCK = 2**12
_MOST = 2**16
# what proving that a group is dispensable may take; a group that is not proven to be stays in the
# conflict
_NODES, _SECONDS = 5_000, 2.0


def conflicting_groups(problem: Problem, budget: Budget, /) -> tuple[str, ...]:
    """The groups in conflict, in the problem's order; as small as the budget lets the filter make
    it.
    """
    if problem.linear:
        return _filtered(problem, problem.linear.rows, budget)
    from_logic = _infeasible_logic(problem, budget)
    if from_logic:
        return from_logic
    return _among_combinations(problem, budget)


def _filtered(problem: Problem, rows: tuple[Row, ...], budget: Budget) -> tuple[str, ...]:
    """The rows' groups in conflict, each the first or only one of its kind that is needed."""
    linear = problem.linear
    if not linear:
        raise ValueError("the problem has no rows")
    program = highs.program_of(linear)
    pairs = [(row, cut) for row, cut in zip(rows, program.rows, strict=True)]
    groups = tuple(dict.fromkeys(row.group for row in rows if not row.defining))
    bare = highs.LinearProgram(program.lower, program.upper, program.integral, ())

    def empty(chosen: Sequence[str]) -> bool:
        """Whether it is proven that nothing holds these groups."""
        if budget.exhausted() is not None:
            return False
        own = set(chosen)
        kept = [(row, cut) for row, cut in pairs if row.defining or row.group in own]
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


def _among_combinations(problem: Problem, budget: Budget) -> tuple[str, ...]:
    """The conflict of a problem that is not linear, told by what every combination breaks where
    these are few; where they are not, all rules: those of adoption may be what the limits break at.

    First which limits conflict while the rules of adoption hold, then which of these rules matter.
    """
    rules = dict.fromkeys(r.group for r in problem.logic if r.structural and not r.defining)
    rows = (row.group for row in problem.logic if not row.structural)
    limits = dict.fromkeys([*rows, *problem.constraints])
    cases = _broken(problem, rules, budget)
    if cases is None:
        return (*rules, *limits)

    def empty(chosen: Sequence[str], cases: Collection[frozenset[str]]) -> bool:
        """Whether each case breaks one of these limits, or what is none, as that values exist."""
        own = set(chosen)
        return all(own & case or case - limits.keys() for case in cases)

    core = () if empty((), cases) else smallest([*limits][::-1], lambda own: empty(own, cases))

    def impossible(kept: Sequence[str]) -> bool:
        found = _broken(problem, kept, budget)
        return found is not None and empty(core, found)

    needed = () if impossible(()) else smallest([*rules][::-1], impossible)
    return tuple(group for group in (*rules, *limits) if group in {*core, *needed})


def _broken(
    problem: Problem, rules: Collection[str], budget: Budget
) -> frozenset[frozenset[str]] | None:
    """What the combinations that keep these rules of adoption break beyond the tolerance, each set
    once; None where there are too many, or the time is over.
    """
    kept = tuple(r for r in problem.logic if r.defining or (r.structural and r.group in rules))
    asked = (*kept, *(row for row in problem.logic if not row.structural))
    if not problem.discrete or count_of(replace(problem, logic=kept), fixed=problem.idle) > _MOST:
        return None
    judged, found = replace(problem, logic=asked), set()
    combinations = every_combination(replace(problem, logic=kept), fixed=problem.idle)
    for x in combinations.blocks(_BLOCK):
        if budget.exhausted() is not None:
            return None
        found |= {frozenset(beyond) for beyond, _ in broken_each(judged, x)}
    return frozenset(found)
