"""Decisions, numbers, bounds and proofs in words."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optimiser.front import Column, Proof
from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.claim_words import (
    best_texts,
    bound_words,
    directed,
    outwards,
    percent,
    proof_words,
)
from optimiser.results.ranked_plans import ReferenceOutcome
from optimiser.results.ranking_words import ranking_words, score_texts
from optimiser.results.store import changed_words
from optimiser.results.wording import (
    decision_words,
    override_words,
    plan_words,
    readable,
    titled_words,
    told_apart,
)
from optimiser.scenario import load
from optimiser.study import solve
from tests.handmade import front, result, scenario_file


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


@pytest.mark.parametrize(
    ("name", "cell", "words"),
    [
        ("iot", "1", "iot"),
        ("ai", "full", "ai (full)"),
        ("pv", "1.5", "pv (1.5 MW)"),
        ("lines", "2", "lines = 2"),
    ],
)
def test_decisions_in_words(solved: Result, name: str, cell: str, words: str) -> None:
    assert decision_words(solved.scenario, name, cell) == words


# ---- numbers


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([], []),
        ([0.0], ["0"]),
        ([-0.0, 1.0], ["0", "1"]),
        ([494.66, 526.92, 531.6], ["494.66", "526.92", "531.60"]),
        ([0.1 + 0.2, 0.3], ["0.3", "0.3"]),
        ([1 / 3, 2 / 3], ["0.33333", "0.66667"]),
        ([100000.123456, 100000.123457], ["100000.123456", "100000.123457"]),
        ([1234567890123.0, 2.0], ["1234567890123", "2"]),
        ([1.5e16, 2.0], ["1.5e+16", "2"]),
        ([1e-7, 2e-7], ["1e-07", "2e-07"]),
        ([12345.678901, 1e-6], ["12346", "1e-06"]),
        ([-0.00001, 1000.12345678], ["-1e-05", "1000.1"]),
        ([264.4266, 0.0], ["264.4266", "0.0000"]),
        (
            [123456789.25, 123456789.5, 0.01],
            ["123456789.25", "123456789.50", "0.01"],
        ),
        ([1e12 + 0.125, 1e12 + 0.25, 3.0], ["1000000000000.125", "1000000000000.250", "3.000"]),
        ([100.0, 100.000000001, 50.0], ["100.000000000", "100.000000001", "50.000000000"]),
        ([1e16, 1e16 + 8.0], ["10000000000000000", "10000000000000008"]),
    ],
)
def test_readable_numbers(values: list[float], texts: list[str]) -> None:
    assert readable(values) == texts


numbers = st.one_of(
    st.floats(-1e18, 1e18),
    st.integers(-9, 9).map(float),
    st.integers(0, 9).map(lambda k: 1e12 + k * 1.220703125e-4),
    st.integers(0, 9).map(lambda k: 1.0 + k * 1e-9),
    st.integers(0, 9).map(lambda k: 1e-9 * k),
)


@given(st.lists(numbers, max_size=6))
def test_numbers_that_differ_look_different(values: list[float]) -> None:
    """However near or far they are; and a number that is not 0 does not look like it."""
    each = told_apart([readable([value])[0] for value in values], values)
    for texts in (readable(values, exact=True), each):
        for a, b in itertools.combinations(range(len(values)), 2):
            assert (texts[a] != texts[b]) or values[a] == values[b]
    for text, value in zip(readable(values, exact=True), values, strict=True):
        assert float(text) == pytest.approx(value, rel=0.5, abs=1e-300) or abs(value) < max(
            map(abs, values)
        )
        assert (float(text) == 0.0) <= (value == 0.0)


@given(st.lists(numbers, max_size=6))
@example([1000000.4010531477, 1000000.8829798126])
@example([579962480176892.4, 579962479596931.0])
def test_the_last_digit_that_is_shown_is_right(values: list[float]) -> None:
    """Of numbers that are rounded once: off by half of its last place at the most, and in order."""
    texts = readable(values, exact=True)
    for text, value in zip(texts, values, strict=True):
        exponent = Decimal(text).as_tuple().exponent
        assert isinstance(exponent, int)
        rounding = Fraction(abs(value)) / 2**52  # shortest decimals are not the double itself
        assert abs(Fraction(text) - Fraction(value)) <= Fraction(10) ** exponent / 2 + rounding
    ordered = [float(text) for _, text in sorted(zip(values, texts, strict=True))]
    assert ordered == sorted(ordered)


@given(st.lists(numbers, min_size=1, max_size=6), st.booleans())
@example([12.3454321], False)
@example([0.1 + 0.2], True)
@example([-1.00001e-9], True)
def test_a_bound_is_never_rounded_to_where_it_does_not_hold(values: list[float], up: bool) -> None:
    """Off by less than one of its last place; what was rounded the right way stays as it is."""
    for text, value in zip(readable(values, exact=True), values, strict=True):
        found, exact = outwards(text, value, up=up), Fraction(repr(value))
        noise = abs(exact) / 2**51
        beyond = Fraction(found) - exact if up else exact - Fraction(found)
        exponent = Decimal(found).as_tuple().exponent
        assert isinstance(exponent, int)
        assert -noise <= beyond <= Fraction(10) ** exponent + noise
        if (Fraction(text) >= exact) if up else (Fraction(text) <= exact):
            assert found == text
        rounded = Fraction(repr(directed(value, 6, up=up)))
        assert (rounded >= exact - noise) if up else (rounded <= exact + noise)
        assert abs(rounded - exact) <= abs(exact) / 10**5 + noise


def test_a_best_value_that_is_not_known_is_no_worse_than_what_is_listed() -> None:
    """That the best is at least 478.5 would not follow from 478.46."""
    made = front([[478.46, 2.04], [470.0, 2.06]], senses="+-")
    assert best_texts(made, ["478.5", "2.0"]) == ["≥ 478.4", "≤ 2.1"]
    assert best_texts(made, ["478.46", "2.04"]) == ["≥ 478.46", "≤ 2.04"]


def test_a_share_is_all_or_none_only_where_it_is() -> None:
    shares = [0.0, 1e-5, 0.5, 0.9996, 1.0, 1.234]
    texts = ["0 %", "< 0.1 %", "50 %", "> 99.9 %", "100 %", "123.4 %"]
    assert list(map(percent, shares)) == texts


@given(st.lists(numbers, max_size=6))
def test_only_the_last_bits_of_computed_numbers_are_rounding(values: list[float]) -> None:
    texts = readable(values)
    for a, b in itertools.combinations(range(len(values)), 2):
        if texts[a] == texts[b]:
            assert abs(values[a] - values[b]) <= 1e-14 * max(abs(values[a]), abs(values[b]))


def test_scores_of_unequal_plans_look_different(tmp_path: Path) -> None:
    made = result(tmp_path, front([[0.0, 1.0], [0.500001, 0.5], [1.0, 0.0], [0.2, 0.8]]))
    texts = score_texts(made)
    assert len(set(texts)) == len(set(made.ranking.score.tolist())) == 2
    assert "0.5000" not in score_texts(made, [1, 3])


@pytest.mark.parametrize("score", [127586207.36951849, 5164.754475037202])
def test_scores_are_rounded_once(tmp_path: Path, score: float) -> None:
    """Not to four decimals first and then to fewer."""
    made = result(tmp_path, front([[0.0, 1.0], [1.0, 0.0]]))
    scores = np.array([score, -2e4 / 3])
    made = replace(made, ranking=replace(made.ranking, score=scores))
    for text, own in zip(score_texts(made), scores.tolist(), strict=True):
        places = len(text.partition(".")[2])
        assert text == f"{own:.{places}f}"


def test_a_reference_plan_may_score_beyond_0_and_1(tmp_path: Path) -> None:
    """Dominated by far: 1.5 ranges behind the best in both."""
    outcome = ReferenceOutcome("far", "", (), (1.5, 1.5), dominated_by="p000000000000")
    broken = replace(outcome, name="broken", violated=("budget",))
    made = replace(
        result(tmp_path, front([[0.0, 1.0], [1.0, 0.0]])), reference_plans=(outcome, broken)
    )
    assert score_texts(made, references=True) == ["0.5", "0.5", "-0.5", ""]


def test_an_own_range_is_said(tmp_path: Path) -> None:
    made = front([[0.0, 1.0], [1.0, 0.0]])
    made = replace(made, columns=(replace(made.columns[0], range=(9.0, 0.0)), made.columns[1]))
    assert "that of the listed plans, or as given: o0 from 9 to 0)" in ranking_words(
        made, rank(made)
    )


def test_titles_stand_beside_ids(solved: Result) -> None:
    scenario = solved.scenario
    assert titled_words(scenario, "iot", "1") == "iot (物联网)"
    assert titled_words(scenario, "iot", "") == "iot (物联网)"
    assert titled_words(scenario, "ai", "full") == "ai (full)"
    assert titled_words(scenario, "lines", "2") == "lines = 2"


def test_amounts_that_differ_look_different(tmp_path: Path) -> None:
    scenario = load(scenario_file(tmp_path))
    made = front(
        [[0.0, 1.0], [1.0, 0.0]], cells=[("1.23456781",), ("1.23456782",)], decisions=("pv",)
    )
    assert plan_words(scenario, made, [0, 1]) == [["pv (1.23456781 MW)"], ["pv (1.23456782 MW)"]]
    assert plan_words(scenario, made, [0]) == [["pv (1.23457 MW)"]]


# ---- what is claimed


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (Proof("complete", basis="exact"), "complete: 3 of 3, proven"),
        (
            Proof("complete", "cells", cells=((0, 1), (1, 2)), basis="exact"),
            "complete: 3 vertices, 2 segments, proven",
        ),
        (
            Proof("complete", "cells", cells=((0, 1, 2),), basis="exact"),
            "complete: 3 vertices, 1 face, proven",
        ),
        (Proof("covering", gap=0.01, basis="exact"), "covering: within 1.0 %, proven"),
        (Proof("covering", gap=0.0101, basis="exact"), "covering: within 1.1 %, proven"),
        (Proof("covering", gap=0.00012345, basis="exact"), "covering: within 0.013 %, proven"),
        (Proof("covering", gap=0.0, basis="exact"), "covering: within 0.0 %, proven"),
        (
            Proof("covering", "cells", gap=0.02, basis="exact"),
            "covering: mixtures of plans within 2.0 %, proven",
        ),
        (
            Proof("covering", gap=0.02, stopped="time_limit", basis="exact"),
            "covering: within 2.0 %, proven (stopped by the time limit)",
        ),
        (
            Proof("covering", stopped="time_limit", basis="exact"),
            "covering: how much better other plans can be is not known yet (stopped by the "
            "time limit)",
        ),
        (Proof("complete", basis="numerical"), "complete: 3 of 3, numerically (HiGHS), not proven"),
        (
            Proof("complete", basis="numerical", note="2 of 5 bounds were not confirmed"),
            "complete: 3 of 3, numerically (HiGHS), not proven (2 of 5 bounds were not confirmed)",
        ),
        (Proof("approximate"), "approximate: no proof"),
        (
            Proof("approximate", stopped="interrupted"),
            "approximate: no proof (stopped by an interrupt)",
        ),
        (
            Proof("covering", gap=1e-8, resolution=1e-9, basis="numerical"),
            "covering: within 0.0000010 %, numerically (HiGHS), not proven (differences below "
            "1e-09 of a range are not seen)",
        ),
    ],
)
def test_the_proof_in_words(proof: Proof, words: str) -> None:
    made = front([[0, 2], [1, 1], [2, 0]])
    source = replace(made.provenance, solver="cover", options={"feasibility": 1e-6})
    assert proof_words(replace(made, proof=proof, provenance=source)) == words


def test_irrational_values_are_no_word_of_a_solver() -> None:
    """The list of all combinations asks no HiGHS: what is rounded there is the comparison."""
    assert (
        proof_words(front([[0, 1]], basis="numerical"))
        == "complete: 1 of 1, numerically (floating point), not proven"
    )


@pytest.mark.parametrize(
    ("sense", "bound", "words"),
    [
        ("maximise", 5117.2, "at most 5117.2"),
        ("maximise", 5117.23456, "at most 5117.24"),
        ("minimise", 5117.23456, "at least 5117.23"),
        ("minimise", -5117.23456, "at least -5117.24"),
        ("maximise", 123456789.0, "at most 123456789"),
        ("maximise", 1.0000000000000002e-7, "at most 1.00001e-07"),
        ("minimise", 0.0, "at least 0"),
    ],
)
def test_bounds_are_rounded_outwards(sense: Any, bound: float, words: str) -> None:
    assert bound_words(Column("x", sense=sense), bound) == words


def test_of_many_changes_the_first_are_said(solved: Result) -> None:
    """A stranger's result may say that a hundred thousand values were changed."""
    few = solved.scenario.changed_by(["a=1", "b=2"], "")
    assert override_words(few) == "set: a=1, b=2"
    many = solved.scenario.changed_by([f"a{i}=1" for i in range(100_000)], "x" * 20_000)
    words = override_words(many)
    assert words.startswith("set: a0=1, a1=1, ")
    assert "a39=1, and 99960 more; at: xxx" in words
    assert len(words) < 2_000
    record = {"set": [f"a{i}=1" for i in range(100_000)], "at": None, "robust": None}
    assert changed_words(record).endswith("a39=1, and 99960 more")
