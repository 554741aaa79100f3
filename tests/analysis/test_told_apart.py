"""What an explanation must not mix up: names, ties, nearness and dominance."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from optimiser.analysis.explaining import explain
from optimiser.analysis.explanation_words import nearest_words
from optimiser.render.explanation import explanation
from optimiser.reports.page.contributing import shared_out
from optimiser.results.naming_plans import named_plan
from tests.analysis.test_explaining import made


def test_a_synergy_that_is_called_like_a_decision_is_told_apart(tmp_path: Path) -> None:
    """Both have namespaces of their own: 1 + 2 + 0.5 = 3.5, where 0.5 stood for both."""
    found = made(
        tmp_path,
        {
            "optimise": 1,
            "name": "same",
            "indicators": {"cost": {}, "gain": {}},
            "technologies": {
                "iot": {"effects": {"cost": 1, "gain": 1}},
                "ai": {"effects": {"cost": 2, "gain": 2}},
            },
            "synergies": {"iot": {"between": ["iot", "ai"], "effects": {"cost": 0.5, "gain": 4}}},
            "objectives": {"cost": "minimise", "gain": "maximise"},
        },
    )
    explained = explain(found, named_plan(found, "iot=1,ai=1"))
    parts = explained.contributions["cost"].parts
    assert [(p.source, p.value) for p in parts] == [("iot", 1), ("ai", 2), ("synergies.iot", 0.5)]
    written = StringIO()
    Console(width=100, file=written).print(*explanation(explained))
    shown = written.getvalue()
    assert re.search(r"^iot +\+1.0 +\+1$", shown, re.MULTILINE)
    assert re.search(r"^iot \(synergy\) +\+0.5 +\+4$", shown, re.MULTILINE)
    page = shared_out(found)
    assert page["usual"]["synergies.iot"] == {"on": [0.5, 4.0]}


@pytest.mark.parametrize(("weights", "least"), [((0.3, 1.3), 13), ((0.1, 0.7), 14)])
def test_plans_that_tie_at_the_weights_stated_are_both_first(
    tmp_path: Path, weights: tuple[float, float], least: int
) -> None:
    """Floats that sum to 1 are no 3/16 and 13/16: one of two plans of rank 1 was said to need other
    weights.
    """
    found = made(
        tmp_path,
        {
            "optimise": 1,
            "name": "tie",
            "indicators": {"x": {}, "y": {}},
            "technologies": {
                "a": {"effects": {"x": 16}},
                "b": {"effects": {"y": 16}},
                "c": {"effects": {"x": least, "y": least}},
            },
            "groups": {"one": {"of": ["a", "b", "c"], "at_most": 1}},
            "objectives": {
                name: {"sense": "maximise", "weight": weight}
                for name, weight in zip("xy", weights, strict=True)
            },
        },
    )
    assert found.ranking.rank.tolist() == [1, 1, 3]
    for typed in ("b=1", "c=1"):
        explained = explain(found, named_plan(found, typed))
        assert explained.weight_intervals is not None
        assert explained.needed is None
    assert sum(explained.weights) == 1


def test_the_smallest_change_of_a_dominated_plan_is_to_one_that_dominates_it(
    tmp_path: Path,
) -> None:
    """A listed plan is nearer that does not."""
    found = made(
        tmp_path,
        {
            "optimise": 1,
            "name": "nearer",
            "indicators": {"cost": {}, "gain": {}},
            "technologies": {
                "bad": {"effects": {"cost": 2, "gain": 1}},
                "good": {"effects": {"cost": 1, "gain": 2}},
            },
            "objectives": {"cost": "minimise", "gain": "maximise"},
        },
    )
    explained = explain(found, named_plan(found, "bad=1"))
    assert explained.nearest is not None
    assert len(explained.nearest.changes) == 2
    assert "a listed plan that dominates it" in nearest_words(explained)
