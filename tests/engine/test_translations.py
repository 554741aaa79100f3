"""A run makes each translation of its rows once, however many sub-problems are asked beside it."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from optimiser.engine import Budget, Options, registry
from optimiser.engine.branching.tree_ground import tree_rows
from optimiser.engine.exact import compiled_search
from optimiser.engine.exact.kernel import Limits
from optimiser.engine.exact.narrowed import narrowed
from optimiser.engine.exact.wide_program import wide_program
from optimiser.engine.highs import program_of
from optimiser.engine.problem import Linear, Nonlinear
from optimiser.engine.rationals.rational import exact_lp
from optimiser.engine.translations import kept
from tests.engine.models import Draft, binaries, problem_of, random_draft, real, whole

TRANSLATIONS: tuple[Callable[[Any], object], ...] = (
    exact_lp,
    narrowed,
    program_of,
    tree_rows,
    wide_program,
)


@contextmanager
def counted() -> Iterator[Counter[tuple[str, int]]]:
    """How often each translation is made of each view, in every thread."""
    functions: list[Any] = list(TRANSLATIONS)
    codes = {make.__wrapped__.__code__: make.__name__ for make in functions}
    made: Counter[tuple[str, int]] = Counter()
    views = []

    def see(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in codes:
            view = frame.f_locals[frame.f_code.co_varnames[0]]
            views.append(view)  # alive, so that no other gets its number
            made[codes[frame.f_code], id(view)] += 1

    threading.setprofile(see)
    sys.setprofile(see)
    try:
        yield made
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


MIXED = Draft(
    [whole("a", 0, 3), real("x", 0, 4), real("y", 0, 4)],
    [{(0,): -3, (1,): -1}, {(1,): 2, (2,): -1}],
    [({(0,): 1, (1,): 1, (2,): 1}, None, 5)],
)


@pytest.mark.parametrize(
    ("method", "draft"),
    [
        ("exact", random_draft(3, n=7)),
        ("exact", random_draft(4, n=7, m=3)),
        ("exact", Draft(binaries(3), [{(0,): 1}], [({(1,): 1, (2,): 1}, 3, None)])),
        ("cover", MIXED),
        ("cover", Draft([real("x", 0, 4), real("y", 0, 4)], [{(0,): 1}, {(1,): 1}])),
    ],
)
def test_a_run_makes_each_translation_once(
    method: str, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    # every sub-problem goes to the fallback
    monkeypatch.setattr(compiled_search, "limits_of", lambda _: Limits(nodes=0))
    problem = problem_of(draft)
    assert problem.linear
    with counted() as made:
        registry()[method].solve(problem, Options(workers=1), Budget())
    of_the_problem = {
        name: count
        for (name, view), count in made.items()
        if view in (id(problem), id(problem.linear), id(wide_program(problem)))
    }
    assert of_the_problem
    assert set(of_the_problem.values()) == {1}


def test_making_one_again_is_seen() -> None:
    problem = problem_of(random_draft(3, n=4))
    assert problem.linear
    with counted() as made:
        program_of(problem.linear)
        program_of(problem.linear)
        program_of.__wrapped__(problem.linear)  # type: ignore[attr-defined]  # set by wraps
    assert list(made.values()) == [2]


def test_a_translation_is_kept_with_its_view() -> None:
    @kept
    def made(view: Linear) -> list[str]:
        return [column.name for column in view.columns]

    one, other = (problem_of(random_draft(seed, n=3)).linear for seed in (1, 1))
    assert one
    assert other
    assert made(one) is made(one)
    assert made(one) == made(other)
    assert made(one) is not made(other)


def test_what_cannot_be_written_as_rows_says_why() -> None:
    problem = problem_of(Draft(binaries(2), [{(0,): 1}], linear=False))
    assert not problem.linear
    assert problem.linear.reason == "objective 'f0' is not linear"
    assert Nonlinear().reason
