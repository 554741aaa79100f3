"""The question that is asked next, against every limit that could be asked about; and what is said
of the plans between those that are listed.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis.decision_notes import decision_notes
from optimiser.analysis.exact_shares import decimal
from optimiser.analysis.questions import _between
from optimiser.analysis.statements import Statement
from optimiser.front import Front
from optimiser.scenario import Scenario
from tests.analysis.test_deciding import S, deciding, scenario
from tests.analysis.weight_oracles import fronts
from tests.handmade import front
from tests.searches import examples

__all__ = ["scenario"]


@given(fronts(), st.booleans())
@settings(max_examples=examples(60))
def test_no_limit_on_an_objective_asks_more_than_the_question_that_is_next(
    scenario: Scenario, made: Front, weighed: bool
) -> None:
    """Every place between two values of an objective is tried."""
    said = [S("order", f"{made.columns[0].name},{made.columns[-1].name}")] * weighed
    found = deciding(scenario, made, *said)
    asked = [question.worst for question in found.questions]
    for j, column in enumerate(made.columns):
        values = sorted({decimal(value) for value in made.y[:, j].tolist()})
        for low, high in pairwise(values):
            limit = (low + high) / 2
            left = [
                len(
                    deciding(
                        scenario, made, *said, S("where", f"{column.name} {sign} {limit}")
                    ).plans
                )
                for sign in ("<=", ">=")
            ]
            assert max(left) >= min(asked, default=len(found.plans))


def test_the_limit_asked_about_parts_a_skewed_list_in_the_middle(scenario: Scenario) -> None:
    """Rounding the middle value to one digit passed over most of what differs."""
    made = front([[1100.0 + 50 * i, -float(i)] for i in range(9)] + [[10.0, 9.0]])
    asked = deciding(scenario, made).questions
    question = next(q for q in asked if q.answers[0].statement.text.startswith("o0 "))
    assert [(r.statement.option, r.left) for r in question.answers] == [
        ('--where "o0 <= 1280"', 5),
        ('--where "o0 >= 1280"', 5),
    ]


def test_a_limit_between_values_that_look_the_same_is_short_and_parts_them() -> None:
    assert _between(Fraction(-3), Fraction(7)) == "0"
    assert _between(Fraction(149), Fraction(180)) == "160"
    low = Fraction(10**18 + 1, 10**9)
    assert low < Fraction(_between(low, low + Fraction(1, 10**9))) < low + Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("statement", "whole"),
    [(S("order", "o0,o1"), True), (S("where", "o0 <= 3.5"), False), (S("with", "iot"), False)],
)
def test_who_is_first_holds_for_mixtures_only_where_no_plan_is_taken_out(
    scenario: Scenario, statement: Statement, whole: bool
) -> None:
    """Of the plans from (0, 0) to (4, 12) with at most 3.5 of the first, (3.5, 10.5) is first for
    some weights, and is not listed.
    """
    made = front([(0, 0), (4, 12)], senses="-+", cells=[("0",), ("1",)], decisions=("iot",))
    made = replace(made, proof=replace(made.proof, of="cells", cells=((0, 1),)))
    notes = decision_notes(deciding(scenario, made, statement))
    (note,) = (note for note in notes if "mixtures" in note)
    assert ("who is first for which weights holds for all" in note) == whole
