"""Compiled code is given work, not nodes: no call lasts, whatever a node costs, and where it pauses
changes nothing.
"""

from __future__ import annotations

import numpy as np
import pytest

from optimiser.engine.exact.kernel import Halt, IntegerProgram, Single, normal_form
from optimiser.engine.exact.kernel.machine import SearchMachine
from optimiser.engine.exact.wide_program import wide_program
from tests.engine.exact.kernel.models import SHAPES, enumerated, program
from tests.engine.models import problem_of, random_draft

# Entries of a tableau that are a unit of work, and units that a node of any size takes.
ENTRIES, NODE_WORK = 64, 16


def machine_of(given: IntegerProgram) -> SearchMachine:
    form = normal_form(given)
    costs = np.vstack([form.objectives, form.objectives.sum(axis=0)[None]])
    machine = SearchMachine(form, costs, stack=1 << 24, nodes=1 << 40)
    machine.lead(False)
    return machine


def wide(columns: int, rows: int) -> IntegerProgram:
    """Knapsacks over all columns, whose relaxations take many pivots."""
    r = np.random.default_rng(columns + rows)
    weights = r.integers(10, 1000, (rows, columns))
    return program(
        -r.integers(10, 1000, (2, columns)), weights, row_upper=(weights.sum(axis=1) // 2).tolist()
    )


def finished(machine: SearchMachine, work: int) -> list[tuple[int, ...]]:
    """The points of the whole front, a call of so much work after the other."""
    while (halt := machine.advance(work)) != Halt.COMPLETE:
        assert halt == Halt.HALTED
    return sorted(tuple(y) for y in machine.values().tolist())


@pytest.mark.parametrize("shape", SHAPES)
def test_pauses_between_two_pivots_change_neither_the_front_nor_the_way_to_it(shape: str) -> None:
    for seed in range(6):
        given = SHAPES[shape](np.random.default_rng(seed))
        if normal_form(given).infeasible:
            continue
        at_once, often = machine_of(given), machine_of(given)
        assert finished(at_once, 1 << 40) == finished(often, 1)
        assert at_once.counts == often.counts
        assert len(at_once.values()) == len(enumerated(given))


@pytest.mark.parametrize(("columns", "rows"), [(300, 1), (60, 20), (200, 60)])
def test_a_call_does_not_do_much_more_than_the_work_that_it_is_given(
    columns: int, rows: int
) -> None:
    machine = machine_of(wide(columns, rows))
    height, width = machine.native.tableaus()[0].shape
    entries = height * (width + 1) // ENTRIES + 1
    given = 2 * NODE_WORK
    pivots = []
    for _ in range(200):
        before = machine.counts["pivots"]
        if machine.advance(given) == Halt.COMPLETE:
            break
        # a pivot more than was paid for, and a node with what it copies and looks ahead at
        assert machine.native.quota >= -(NODE_WORK + 40 * height * entries)
        pivots.append(machine.counts["pivots"] - before)
    assert max(pivots) <= given
    # relaxations do go on over many calls
    assert machine.counts["pivots"] > 100


def test_a_search_that_is_left_at_its_root_does_not_spoil_the_next() -> None:
    given = wide(40, 8)
    form = normal_form(given)
    costs = form.objectives
    limits = np.full(2, 1 << 40, dtype=np.int64)
    straight = Single(form, costs)
    wanted = straight.least(limits, 0, 0, 0, None)
    left = SearchMachine(form, costs, stack=1 << 24)
    left.pose(limits, 1, leave_out=1, cut=0, nodes=1 << 30, every=False)
    assert left.advance(1) == Halt.HALTED
    assert left.floor is None
    left.pose(limits, 0, leave_out=0, cut=0, nodes=1 << 30, every=False)
    while (halt := left.advance(1)) == Halt.HALTED:
        pass
    assert halt == Halt.ENDED
    assert wanted[0] is not None
    np.testing.assert_array_equal(left.plan, wanted[0])


def test_who_lists_plans_is_asked_between_two_of_them_whether_to_stop() -> None:
    form = normal_form(program([[0, 0, 0, 0, 0, 1]], [[1, 1, 1, 1, 1, 1]], row_upper=[5]))
    asked = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) == 3

    single = Single(form, form.objectives.sum(axis=0)[None])
    plans, complete = single.plans(np.array([0]), 1000, 10_000, stop)
    assert len(plans) == 3
    assert not complete


@pytest.mark.parametrize("shape", SHAPES)
def test_with_room_for_one_relaxation_the_front_is_the_same(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._ROOTS", 0)
    for seed in range(6):
        given = SHAPES[shape](np.random.default_rng(seed))
        if not normal_form(given).infeasible:
            machine = machine_of(given)
            assert len(machine.native.tableaus()) == 4
            found = finished(machine, 1 << 40)
            assert len(found) == len(enumerated(given))


def test_kept_relaxations_have_a_bound_in_bytes_however_many_costs_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimiser.engine.exact.kernel.machine._ROOTS", 4 << 20)
    given = program([[1] * 2000, [-1] * 2000], [[1] * 2000], row_upper=[1000])
    form = normal_form(given)
    costs = np.vstack([form.objectives] * 200)
    machine = SearchMachine(form, costs, stack=1 << 20)
    tableaus = machine.native.tableaus()[2:]
    assert len(tableaus) < len(costs)
    assert sum(array.nbytes for array in tableaus) <= 5 << 20


def test_rows_have_the_values_that_adding_up_gives() -> None:
    for seed in range(20):
        problem = problem_of(random_draft(seed, n=8, m=3, spread=1 << 40))
        view = wide_program(problem)
        assert view is not None
        x = np.random.default_rng(seed).integers(view.lower, np.array(view.upper) + 1)
        assert list(view.values(x)) == [
            sum(c * int(x[j]) for j, c in line.terms.items()) for line in view.objectives
        ]
        inside = all(
            (row.lower is None or row.lower <= v) and (row.upper is None or v <= row.upper)
            for row in view.rows
            for v in [sum(c * int(x[j]) for j, c in row.terms.items())]
        )
        assert view.holds(x) == inside or view.products
