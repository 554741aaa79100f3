"""Numbers that the page computes, as text: against the exact values."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optimiser.render.repair import _price
from optimiser.reports.page.payload import payload
from optimiser.results import Result
from optimiser.results.claim_words import percent
from optimiser.results.ranked_plans import ReferenceOutcome
from optimiser.results.wording import readable_or
from tests.reports.page.engine import called
from tests.reports.page.made import made

NUMBERS = st.one_of(
    st.floats(-1e12, 1e12).map(lambda value: float(f"{value:.12g}")),
    st.integers(-9, 9).map(float),
    st.integers(0, 9).map(lambda k: 0.84 + k * 1e-6),
    st.integers(0, 9).map(lambda k: 1e9 + k / 10),
    st.integers(-9, 9).map(lambda k: k * 1e-9),
    st.integers(0, 9).map(lambda k: k / 10 + 0.2),
)


def rounding(text: str, decimals: int | None) -> Fraction:
    """Half of the last place of a number with so many decimals, else with five digits or all
    before the point, of which zeros at the end may be left out.
    """
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    digits = exponent if decimals == -exponent else min(exponent, number.adjusted() - 4)
    return Fraction(10) ** digits / 2


@given(st.lists(NUMBERS, min_size=1, max_size=6))
@example([0.84, 0.840004, 0.5])
@example([127586207.36951849, 0.0])
@example([-0.0, -1e-9])
def test_scores_that_differ_look_different(scores: list[float]) -> None:
    texts = called("Written.scores", scores)
    assert len(set(texts)) == len(set(scores))
    for text, score in zip(texts, scores, strict=True):
        assert (Decimal(text) == 0) == (score == 0)
        exponent = Decimal(text).as_tuple().exponent
        assert isinstance(exponent, int)
        assert abs(Fraction(text) - Fraction(score)) <= Fraction(10) ** exponent / 2


@given(NUMBERS, NUMBERS, st.none() | st.integers(0, 6))
@example(0.0, 1234567.89, None)
@example(0.3, 0.1 + 0.2, 1)
@example(0.1, 0.14, 1)
@example(16930000000.0, 4.7e16, None)
@example(2.12325312474e-290, 0.840005, None)
@example(1e-300, -0.840005, 5)
@example(0.0, 10000000000.2, 6)
@example(-0.04, 0.0, 1)
def test_a_change_has_no_digit_that_is_wrong(
    before: float, after: float, decimals: int | None
) -> None:
    """The difference of the decimals: 1234567.89 more is not 1234570 more."""
    given_ones = [before, after] if decimals is None else [before, after, decimals]
    text = called("Written.change", *given_ones)
    by = Fraction(repr(after)) - Fraction(repr(before))
    assert text.startswith("+") == (by > 0)
    assert (Fraction(text) == 0) == (by == 0)
    assert abs(Fraction(text) - by) <= rounding(text, decimals)


@pytest.mark.parametrize(
    ("cost", "text"), [(0.0, "0"), (1 / 12, "0.083333"), (15.5, "15.5"), (2.34567e-9, "2.3457e-9")]
)
def test_a_price_that_is_none_says_so_alone(cost: float, text: str) -> None:
    assert called("Written.price", cost) == text
    assert float(_price(cost)) == float(text)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return made(tmp_path_factory.mktemp("page"), plans=6)


def test_shares_and_values_over_samples_are_those_of_the_program(result: Result) -> None:
    """None is not a little, a little less than all is not all, and ties are rounded alike."""
    shares = (0.0, 0.0004, 0.0625, 0.9996, 1.0)
    names = [column.name for column in result.front.columns]
    keys = ("mean", "p5", "p95", "worst", "cvar")
    plans = [
        {
            "id": f"p{at}",
            "reference": "today" if at == 0 else None,
            "objectives": {
                name: dict.fromkeys(keys, 1e9 + share if at else None) for name in names
            },
            "feasible": share,
            "efficient": share,
        }
        for at, share in enumerate(shares)
    ]
    record = {"samples": 9, "plans": plans, "sobol": {}}
    rows = payload(result, robust=record, repair=None)["robust"]["rows"]
    assert [row[-2:] for row in rows] == [[percent(share)] * 2 for share in shares]
    assert rows[0][:5] == ["p0 today", "–", "–", "–", "–"]
    texts = readable_or([None, *(1e9 + share for share in shares[1:])], "–")
    assert [row[1] for row in rows] == texts
    assert len(set(texts)) == len(shares)


def test_reference_plans_are_told_from_the_plans_beside_them(result: Result) -> None:
    """Nine digits are not enough where values are large beside what they differ by."""
    front = result.front
    y = 1e10 + np.arange(front.y.size).reshape(front.y.shape) / 8
    near = ReferenceOutcome("today", "", (), (1e10 + 1 / 16, None, *y[0, 2:].tolist()))
    result = replace(result, front=replace(front, y=y), reference_plans=(near,))
    (shown,) = payload(result, robust=None, repair=None)["references"]
    assert shown["values"][:2] == ["10000000000.1", "–"]
