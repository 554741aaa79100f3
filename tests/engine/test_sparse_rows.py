"""Thousands of prerequisites cost what is written, not rows times columns, and are told exactly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine import row_sides
from optimiser.engine.exact.kernel import normal_form
from optimiser.engine.exact.wide_program import wide_program
from optimiser.engine.holding import excesses, holding, surely, told_by_floats
from optimiser.engine.problem import Problem, Row
from optimiser.engine.row_sides import row_sides as sides_of
from optimiser.engine.sparse_rows import sparse_rows
from optimiser.formulate import evaluation, formulate
from optimiser.scenario import load
from tests.engine.models import Draft, binaries, problem_of, real, whole
from tests.searches import examples

NUMBERS = st.integers(-(1 << 40), 1 << 40)


@given(
    st.lists(st.dictionaries(st.integers(0, 5), NUMBERS, max_size=6), max_size=8),
    st.lists(st.lists(st.integers(-(1 << 20), 1 << 20), min_size=6, max_size=6), max_size=4),
)
def test_rows_are_what_is_written(rows: list[dict[int, int]], plans: list[list[int]]) -> None:
    made = sparse_rows(rows, 6)
    assert list(made) == rows
    assert len(made) == len(rows)
    x = np.array(plans, dtype=np.int64).reshape(-1, 6)
    expected = [[sum(c * plan[j] for j, c in row.items()) for plan in plans] for row in rows]
    assert (made @ x.T).tolist() == (expected if plans else [[] for _ in rows])
    for i, plan in enumerate(x):
        assert (made @ plan).tolist() == [values[i] for values in expected]


def test_sums_that_run_over_on_the_way_are_right_in_the_end() -> None:
    large = (1 << 62) - 1
    rows = sparse_rows([{0: large}] * 5 + [{0: -1}], 1)
    assert (rows @ np.array([1])).tolist() == [large] * 5 + [-1]


def prerequisites(n: int, each: int) -> Problem:
    """n technologies that require the ``each`` before them."""
    rows = [
        Row(f"{i} {j}", f"t{i} requires t{j}", ((j, 1), (i, -1)), lower=0, structural=True)
        for i in range(n)
        for j in range(max(0, i - each), i)
    ]
    objectives = [
        {(j,): -1 - j % 7 for j in range(n)},
        {(j,): 1 + j % 5 for j in range(n)},
    ]
    return ruled(problem_of(Draft(binaries(n), objectives)), rows)


def ruled(problem: Problem, rows: list[Row]) -> Problem:
    """A problem without rules, and these."""
    linear = problem.linear
    assert linear
    return replace(problem, logic=tuple(rows), linear=replace(linear, rows=tuple(rows)), exact=None)


def test_the_compiled_engine_is_given_what_is_not_zero() -> None:
    """120,000 rows over 3,000 columns were written out three times: 2.9 GB each."""
    problem = prerequisites(600, 40)
    view = wide_program(problem)
    assert view is not None
    assert view.program is not None
    count = 40 * 600 - 40 * 41 // 2
    assert len(view.program.rows) == count
    assert len(view.program.rows.values) == 2 * count
    form = normal_form(view.program)
    assert form.dense.shape == (2, 600)
    assert normal_form(view.program) is form


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_blocks_of_any_size_tell_the_same(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_sides, "_BLOCK", block)
    problem = prerequisites(9, 3)
    x = np.array([[float(v >> j & 1) for j in range(9)] for v in range(512)])
    good = [
        all(plan[j] or not plan[i] for i in range(9) for j in range(max(0, i - 3), i)) for plan in x
    ]
    assert surely(problem, x).tolist() == good
    assert (~told_by_floats(problem, x)[1]).tolist() == good
    assert holding(problem, x).exactly.tolist() == good


TERMS = st.dictionaries(st.integers(0, 3), st.sampled_from([-9, -1, 1, 3, 10**9, 10**17]))


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(
        st.tuples(
            TERMS,
            st.integers(-20, 20),
            st.sampled_from([Fraction(1), Fraction(10), Fraction(1, 3)]),
            st.booleans(),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    ),
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.integers(-3, 3),
            st.sampled_from([0.0, 0.1, 0.5, 1.0]),
            st.integers(0, 1),
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_floats_never_contradict_fractions(
    given_rows: list[tuple[dict[int, int], int, Fraction, bool, bool]],
    plans: list[tuple[int, int, float, int]],
) -> None:
    """Surely held is held exactly, and surely not is beyond the tolerance, by fractions."""
    rows = [
        Row(
            f"r{i}",
            f"r{i}",
            tuple(sorted(terms.items())),
            lower=bound if lower else None,
            upper=None if lower else bound,
            scale=scale,
            structural=structural,
        )
        for i, (terms, bound, scale, lower, structural) in enumerate(given_rows)
    ]
    columns = [*binaries(1), whole("w", -3, 3), real("r", 0, 1), whole("v", 0, 1)]
    problem = ruled(problem_of(Draft(columns, [{(0,): 1}])), rows)
    x = np.array(plans, dtype=np.float64)
    out = told_by_floats(problem, x)[1]
    sides = sides_of(problem)
    sure = np.ones(len(x), dtype=bool)
    if sides is not None:
        for own, which, excess, error in sides.excesses(x):
            exact = sides.whole[which, None]
            sure[own] &= ((excess < -error) | (exact & (excess <= 0))).all(axis=0)
    for i, plan in enumerate(x.tolist()):
        broken = excesses(problem, problem.point(plan))
        assert not (sure[i] and any(e.rule.startswith("r") for e in broken))
        if out[i]:
            assert any(e.holds(Fraction(repr(problem.feasibility))) is False for e in broken)


@pytest.mark.parametrize("name", ["smart_manufacturing_phases", "smart_city"])
def test_rules_in_whole_numbers_and_as_polynomials_agree(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []
    for most in (1 << 62, 0):
        monkeypatch.setattr(evaluation, "_FITS", most)
        problem = formulate(load(name)).at()
        if problem.exact is None:
            pytest.fail("every decision of the scenario is discrete")
        rng = np.random.default_rng(5)
        x = np.column_stack(
            [
                rng.choice(d.floats, 300)
                if d.kind == "listed"
                else rng.integers(int(d.lower or 0), int(d.upper or 0) + 1, 300)
                for d in problem.decisions
            ]
        ).astype(np.float64)
        kept.append(problem.exact(x))
    assert kept[0][1].tolist() == kept[1][1].tolist()
    assert (kept[0][0] == kept[1][0]).all()
    assert 0 < kept[0][1].sum() < 300
