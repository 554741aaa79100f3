"""All plans that reach the same objectives as listed ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.canonical import canonical_order
from optimiser.engine.combinations import every_combination
from optimiser.engine.holding import told_by_floats
from optimiser.engine.joint_choices import count_of
from optimiser.engine.judging import judge_of
from optimiser.engine.methods.enumerate import Enumerate, plans_with_equals
from optimiser.engine.tolerances import EQUAL
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget
    from optimiser.engine.exact.kernel import IntegerProgram
    from optimiser.engine.exact.wide_program import WideProgram
    from optimiser.engine.problem import Problem
    from optimiser.front import Flags, Floats

__all__ = ["Equals", "equivalent_plans", "found_by_one_look"]

_BLOCK = 2**16
# so many combinations are tried one by one sooner than the compiled engine is loaded
_FEW = 2**20


@dataclass(frozen=True, eq=False)
class Equals:
    """The plans with the objectives of one plan.

    Attributes:
        plans: (k, n) decisions, the canonical plan first.
        complete: whether they are all.
    """

    plans: Floats
    complete: bool


def equivalent_plans(
    problem: Problem, x: Floats, budget: Budget, /, *, limit: int
) -> tuple[Equals, ...] | None:
    """For each of the efficient plans ``x`` (k, n) all plans with exactly its objectives.

    Where an expression is irrational, values within 1e-9 of each other are taken to be equal.

    Args:
        problem: the problem whose front lists the plans.
        x: their decisions.
        budget: watched now and then.
        limit: at most so many for each.

    Returns:
        One entry a plan; None where nothing here can say: decisions are real, or too many and the
        model not linear.
    """
    if not problem.discrete:
        return None
    if found_by_one_look(problem):
        return _enumerated(problem, x, budget, limit)
    found = _searched(problem, x, budget, limit)
    if found is None and Enumerate().declines(problem) is None:
        return _enumerated(problem, x, budget, limit)
    return found


def found_by_one_look(problem: Problem, /) -> bool:
    """Whether every combination is looked at, so that one plan is as much work as all."""
    return Enumerate().declines(problem) is None and count_of(problem) <= _FEW


def _enumerated(problem: Problem, x: Floats, budget: Budget, limit: int) -> tuple[Equals, ...]:
    """By a look at every plan there is, or at those that such a look has left."""
    keys = _Keys(problem, x)
    found, complete = _met(keys, plans_with_equals(problem), budget, limit)
    if not all(found):
        found, complete = _met(keys, every_combination(problem).blocks(_BLOCK), budget, limit)
    return tuple(
        Equals(_ordered(problem, [*plans, own])[:limit], known)
        for plans, own, known in zip(found, x, complete, strict=True)
    )


def _met(
    keys: _Keys, blocks: Iterable[Floats], budget: Budget, limit: int
) -> tuple[list[list[Floats]], list[bool]]:
    """The plans of some blocks that have the objectives of each listed one, and whether they are
    all.
    """
    found: list[list[Floats]] = [[] for _ in range(keys.count)]
    over, seen = [False] * keys.count, 0
    for block in blocks:
        if budget.exhausted() is not None:
            return found, [False] * keys.count
        seen += len(block)
        for owner, plan in keys.matches(block):
            if len(found[owner]) < limit:
                found[owner].append(plan)
            else:
                over[owner] = True
        budget.report(found=sum(map(len, found)), solved=seen)
    return found, [not one for one in over]


def _ordered(problem: Problem, plans: Iterable[Floats]) -> Floats:
    """(k, n) the different ones among the plans (n,), the canonical one first."""
    different = {tuple(plan.tolist()): plan for plan in plans}
    if len(different) == 1:
        return np.array([*different.values()])
    x = np.array(sorted(different))
    return x[canonical_order(problem, x)]


class _Keys:
    """What equal objectives are told by, for the plans that are listed: ``count`` of them."""

    def __init__(self, problem: Problem, x: Floats) -> None:
        self.count = len(x)
        self._problem, self._judge = problem, judge_of(problem)
        self._values = self._measured(x)[0]
        keys = (
            problem.exact(x)[0]
            if self._judge is None and problem.exact is not None
            else self._values
        )
        self._sorted = np.sort(self._values, axis=0)
        self._owner = {tuple(key): i for i, key in enumerate(keys.tolist())}

    def matches(self, x: Floats) -> Iterator[tuple[int, Floats]]:
        """Feasible plans of a block with the objectives of a listed one, and which."""
        problem = self._problem
        values, good = self._measured(x)
        near = np.flatnonzero(good)
        for k in range(values.shape[1]):
            near = near[self._close(values[near, k], k)]
        if self._judge is None and problem.exact is None:
            for i in near.tolist():
                owners = np.flatnonzero(
                    (np.abs(self._values - values[i]) <= _slack(values[i])).all(axis=1)
                )
                yield from ((int(owner), x[i]) for owner in owners[:1])
            return
        keys, fine = values[near], np.ones(len(near), dtype=bool)
        if self._judge is None and problem.exact is not None and len(near):
            keys, fine = problem.exact(x[near])
        for i, key in zip(near[fine].tolist(), keys[fine].tolist(), strict=True):
            owner = self._owner.get(tuple(key))
            if owner is not None:
                yield owner, x[i]

    def _measured(self, x: Floats) -> tuple[NDArray[Any], Flags]:
        """What tells plans apart, exactly where whole numbers can, and which of them hold."""
        if self._judge is not None:
            return self._judge(x)
        y, out = told_by_floats(self._problem, x, allowed=True)
        return y, ~out & np.isfinite(y).all(axis=1)

    def _close(self, values: NDArray[Any], k: int) -> Flags:
        """Which values of objective k some listed plan has, or nearly where they are rounded."""
        known = self._sorted[:, k]
        above = np.searchsorted(known, values)
        slack = 0 if self._judge is not None else _slack(values)
        low, high = known[np.maximum(above - 1, 0)], known[np.minimum(above, len(known) - 1)]
        return np.asarray(
            (np.abs(values - low) <= slack) | (np.abs(values - high) <= slack), dtype=bool
        )


def _slack(values: Floats) -> Floats:
    return np.asarray(EQUAL * np.maximum(1.0, np.abs(values)), dtype=np.float64)


def _searched(problem: Problem, x: Floats, budget: Budget, limit: int) -> tuple[Equals, ...] | None:
    """By the compiled engine, one plan after the other; None where it cannot say."""
    from optimiser.engine.exact import kernel
    from optimiser.engine.exact.wide_program import wide_program

    view = wide_program(problem)
    program = None if view is None else view.program
    if not problem.linear or problem.linear.resolution is not None or view is None:
        return None
    if program is None or kernel.refusal(program) is not None:
        return None
    found = []
    for number, plan in enumerate(x):
        if budget.exhausted() is not None:
            found.append(Equals(plan[None, :], False))
            continue
        own = _columns(view, program, plan)
        if own is None:
            return None
        same, complete = kernel.equivalents(
            program, own, limit=limit, stop=lambda: budget.exhausted() is not None
        )
        found.append(Equals(_ordered(problem, view.decisions(same)), complete))
        budget.report(found=sum(len(one.plans) for one in found), solved=number + 1)
    return tuple(found)


def _columns(view: WideProgram, program: IntegerProgram, plan: Floats) -> NDArray[np.int64] | None:
    """The program's columns for the decisions of a plan; None where it does not hold."""
    from optimiser.engine.exact import kernel
    from optimiser.engine.sparse_rows import sparse_rows

    if (known := _by_products(view, plan)) is not None:
        return known
    lower, upper = program.lower.copy(), program.upper.copy()
    rows, sides = [], []
    for j, domain in enumerate(view.problem.decisions):
        if j in view.place:
            i = view.place[j]
            lower[i] = upper[i] = round(float(plan[j]))
            continue
        given = view.implied[j]
        rows.append(given.terms)
        sides.append(int(domain.nearest(plan[j]) * given.over - given.constant))
    fixed = replace(
        program,
        rows=sparse_rows([*program.rows, *rows], program.rows.width),
        row_lower=np.append(program.row_lower, np.array(sides, dtype=np.int64)),
        row_upper=np.append(program.row_upper, np.array(sides, dtype=np.int64)),
        lower=lower,
        upper=upper,
    )
    found = kernel.solve_front(fixed)
    return found.x[0] if found.status == "complete" else None


def _by_products(view: WideProgram, plan: Floats) -> NDArray[np.int64] | None:
    """The same where every other column is a product of these, which is quickly seen."""
    own = {i: round(float(plan[j])) for j, i in view.place.items() if j < len(plan)}
    if view.implied or len(own.keys() | view.products.keys()) < len(view.columns):
        return None
    x = np.zeros(len(view.columns), dtype=np.int64)
    x[list(own)] = list(own.values())
    for z, factors in view.products.items():
        x[z] = math.prod(int(x[i]) for i in factors)
    return x if view.holds(x) else None
