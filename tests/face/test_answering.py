"""A result as Python meets it: a list of plans, its questions, a notebook's view, a data frame."""

from __future__ import annotations

import builtins
import json
import math
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import optimiser
from optimiser.analysis import alternatives, best, deciding, explaining, robust
from optimiser.analysis.statements import Statement
from optimiser.errors import UsageError
from optimiser.exports import csv
from optimiser.face.html import inlined
from optimiser.language import speaking
from optimiser.results.naming_plans import named_plan

SOLVE: Any = optimiser.solve  # also with what its types refuse
RESULT = optimiser.solve("smart_factory")
ASK: Any = RESULT
SEGMENTS = optimiser.solve("steam_supply")
PHASES = optimiser.solve("smart_manufacturing_phases")


# ---- a list of plans


def test_length_iteration_and_positions() -> None:
    assert len(RESULT) == len(RESULT.front) == len(list(RESULT)) == 61
    assert [plan.id for plan in RESULT] == list(RESULT.front.ids)
    assert [plan.rank for plan in RESULT] == RESULT.ranking.rank.tolist()
    assert RESULT[0].id == RESULT[np.int64(0)].id == RESULT.front.ids[0]
    assert RESULT[-1].id == RESULT[60].id == RESULT.front.ids[60]
    assert [plan.id for plan in RESULT[2:9:3]] == [RESULT.front.ids[row] for row in (2, 5, 8)]
    assert repr(RESULT) == "Result('smart_factory', 61 plans, complete)"


@pytest.mark.parametrize("wanted", [61, -62, True, False])
def test_a_position_beyond_the_list(wanted: int) -> None:
    with pytest.raises(IndexError):
        RESULT[wanted]


@pytest.mark.parametrize("wanted", [1.0, None, b"p", ("iot",)])
def test_what_names_no_plan(wanted: Any) -> None:
    with pytest.raises(TypeError, match="by a position or a text"):
        RESULT[wanted]


def test_texts_are_those_of_the_command_line() -> None:
    listed = RESULT.front.ids[7]
    for text in (listed, listed[:6], "8", "proposal", "none", "iot=1,ai_scheduling=full"):
        plan, named = RESULT[text], named_plan(RESULT, text)
        assert (plan.id, plan.named.row, plan.named.name) == (named.id, named.row, named.name)
    assert RESULT["proposal"].rank is None
    with pytest.raises(UsageError, match="no plan 'proposol'"):
        RESULT["proposol"]
    assert RESULT[7] in RESULT
    assert listed in RESULT
    assert "proposal" not in RESULT


def test_the_numbers_of_a_plan_have_names() -> None:
    plan, front = RESULT[3], RESULT.front
    assert list(plan.objectives) == [column.name for column in front.columns]
    assert list(plan.objectives.values()) == front.y[3].tolist()
    assert list(plan.indicators.values()) == front.indicators[3].tolist()
    assert plan.score == RESULT.ranking.score[3]
    cells = dict(zip(front.decision_columns, front.cells[3], strict=True))
    assert {name: str(cell) for name, cell in plan.decisions.items()} == cells
    assert plan.adopted == {name: cell for name, cell in plan.decisions.items() if cell != 0}
    assert json.loads(json.dumps(plan.objectives)) == plan.objectives
    assert {plan, RESULT[3], RESULT[4]} == {RESULT[4], plan}


def test_a_plan_of_another_result_is_found_by_what_it_decides() -> None:
    tight = optimiser.solve("smart_factory", overrides=["parameters.budget_limit=25"])
    gone = next(plan for plan in RESULT if plan.id not in tight.front.ids)
    assert tight[gone].id == gone.id
    assert tight[gone].rank is None
    assert tight.explain(gone).status == "infeasible"


def test_phases_levels_and_amounts() -> None:
    assert any("@" in str(cell) for plan in PHASES for cell in plan.decisions.values())
    assert any(isinstance(cell, float) for plan in SEGMENTS for cell in plan.decisions.values())
    assert [plan.id for plan in SEGMENTS] == list(SEGMENTS.front.ids)


# ---- where it comes from


def test_what_is_saved_and_loaded_answers(tmp_path: Path) -> None:
    folder = RESULT.save(tmp_path / "r")
    again = optimiser.Result.load(folder)
    assert isinstance(again, optimiser.Result)
    assert [plan.id for plan in again] == [plan.id for plan in RESULT]
    assert again.json_text() == RESULT.json_text()
    ranked = optimiser.rank(again, weights={"output": 1})
    assert isinstance(ranked, optimiser.Result)
    assert {plan.id for plan in ranked} == {plan.id for plan in RESULT}
    assert isinstance(replace(again, equal_plans=None), optimiser.Result)


# ---- questions


def test_its_questions_are_those_of_the_rooms() -> None:
    row = RESULT.front.ids[5]
    assert RESULT.explain(5).plan.id == row
    plain = explaining.explain(RESULT, named_plan(RESULT, row))
    assert RESULT.explain(row).status == plain.status
    where = "investment <= 30"
    decided = RESULT.decide(where=where, with_=["iot"], order="output,investment")
    stated = [
        Statement("where", where),
        Statement("with", "iot"),
        Statement("order", "output,investment"),
    ]
    by_hand = deciding.decide(RESULT, stated)
    assert set(by_hand.plans) <= set(decided.plans)
    assert decided.stated.equal_known
    asked = RESULT.best("output", where=where)
    assert asked.value == best.best(RESULT, "output", [where]).value
    found = RESULT.alternatives(5, within="10%", differ=1, count=2)
    same = alternatives.alternatives(
        RESULT, named_plan(RESULT, row), within=["10%"], differ=1, count=2
    )
    assert [one.plan.id for one in found.plans] == [one.plan.id for one in same.plans]


def test_robust_is_that_of_the_room() -> None:
    result = optimiser.solve("dyeing_mill")
    asked = result.robust(samples=16, seed=3, cvar=0.8)
    by_hand = robust.robust(result, robust.drawn_for(result, 16, 3), seed=3, level=0.8)
    assert [one.spreads for one in asked.plans] == [one.spreads for one in by_hand.plans]
    with pytest.raises(UsageError, match="samples=0"):
        result.robust(samples=0)


def test_a_front_of_segments_answers() -> None:
    assert SEGMENTS.explain().plan.id == SEGMENTS[0].id
    assert SEGMENTS.decide(where="cost <= 45").plans
    assert SEGMENTS.best("co2", where=["cost <= 40"]).feasible


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: RESULT.decide(where="cots <= 3"), ("unknown name 'cots'", "`where`")),
        (lambda: RESULT.decide(with_="iott"), ("unknown technology 'iott'", "")),
        (lambda: RESULT.decide(with_=" "), ("names no technology", "`with_`")),
        (lambda: ASK.decide(prefer=[3]), ("prefer takes texts", "3")),
        (lambda: RESULT.alternatives(0, differ=0), ("differ=0", "")),
        (lambda: RESULT.best("outputs"), ("unknown indicator 'outputs'", "")),
        (lambda: RESULT.plot("fronts"), ("unknown kind of picture", "")),
        (lambda: RESULT.plot("core", objectives="output"), ("`kind` core shows no", "")),
        (lambda: RESULT.plot("roadmap"), ("the scenario has no phases", "")),
        (lambda: RESULT.plot().save("x.gif"), ("no picture as '.gif'", "")),
        (lambda: SOLVE("smart_factory", time_limt=3), ("unknown option", "")),
        (lambda: SOLVE("smart_factory", time_limit=0), ("`time_limit` 0", "")),
        (lambda: SOLVE("smart_factory", gap="1%"), ("gap='1%'", "")),
        (lambda: SOLVE("smart_factory", feasibility=2), ("feasibility=2", "")),
        (lambda: SOLVE("smart_factory", method=3), ("method=3", "")),
        (lambda: SOLVE("smart_factory", method="fast"), ("unknown method", "")),
        (lambda: SOLVE("smart_factory", {"gap": 1}), ("the options are no", "")),
    ],
)
def test_a_wrong_call_is_told_in_the_words_of_python(
    ask: Callable[[], Any], words: tuple[str, str]
) -> None:
    with pytest.raises(UsageError) as caught:
        ask()
    assert words[0] in caught.value.message
    assert words[1] in caught.value.message
    assert "--" not in caught.value.message + caught.value.help
    assert caught.value.help


def test_options_of_every_kind() -> None:
    options = optimiser.Options(method="enumerate", seed=4)
    by_options = optimiser.solve("production_steps", options)
    by_names = optimiser.solve("production_steps", method="enumerate", seed=4)
    assert by_options.front.provenance.seed == by_names.front.provenance.seed == 4
    assert by_options.front.ids == by_names.front.ids
    assert optimiser.solve("production_steps", options, seed=5).front.provenance.seed == 5
    limited = optimiser.solve("production_steps", time_limit=30, gap=None, points=3)
    assert limited.front.provenance.options["points"] == 3


# ---- a notebook


class Tags(HTMLParser):
    """The elements of a page, and what stands in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("result", [RESULT, SEGMENTS, PHASES], ids=lambda r: r.scenario.name)
def test_what_a_notebook_shows(result: optimiser.Result) -> None:
    page = Tags(result._repr_html_())
    assert page.open == []
    assert page.names.count("svg") == 1
    shown = page.names.count("code")
    assert shown == min(10, len(result))
    words = "".join(page.words)
    assert all(identity in words for identity in result.front.ids[:shown])
    assert "proven" in words
    assert (len(result) > shown) == ("more plan" in words)


def test_no_text_of_a_scenario_is_markup() -> None:
    hostile = "<script>alert(1)</script>&\"'<img src=x onerror=y>"
    title = f"{hostile}\u202e"
    evil = optimiser.solve(
        {
            "optimise": 1,
            "name": "evil",
            "title": title,
            "indicators": {
                "a": {"title": title, "unit": hostile},
                "b": {"title": hostile, "unit": title},
            },
            "technologies": {
                "t": {
                    "title": hostile,
                    "effects": {"a": 1, "b": 1},
                    "levels": {"l": {"title": title, "effects": {"b": 2}}},
                },
                "u": {"title": title, "effects": {"a": 2, "b": 3}},
            },
            "objectives": {"a": "minimise", "b": "maximise"},
            "plans": {"mine": {"title": title, "adopt": {"t": "l"}}},
        }
    )
    text = evil._repr_html_()
    page = Tags(text)
    assert {"script", "img"} & set(page.names) == set()
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert "<script>alert(1)</script>" in "".join(page.words)
    assert "\u202e" not in text


def test_pictures_of_one_page_do_not_meet() -> None:
    one, other = inlined(RESULT.plot().svg), inlined(SEGMENTS.plot().svg)
    ids = [{value for name, value in Tags(svg).attributes if name == "id"} for svg in (one, other)]
    assert ids[0]
    assert ids[0] & ids[1] == set()
    assert "<style" not in one + other
    assert "<!DOCTYPE" not in one
    svg = '<?xml?><svg x="1"><style>*{}</style><g id="a"/><use xlink:href="#a" f="url(#a)"/></svg>'
    assert inlined(svg).count("-a") == 3


@pytest.mark.parametrize("extra", [{}, {"variables": {"x": {"min": 0, "max": 1}}}], ids=str)
def test_one_plan_and_one_objective(extra: dict[str, Any]) -> None:
    alone = optimiser.solve(
        {
            "optimise": 1,
            "name": "alone",
            "indicators": {"成本": {"title": "总成本", "unit": "万元"}},
            "technologies": {"物联网": {"title": "物联网", "effects": {"成本": 3e9}}},
            "objectives": {"成本": "minimise"},
        }
        | extra
    )
    assert len(alone) == 1
    assert alone[0].adopted == {}
    with speaking("zh"):
        assert "总成本" in alone._repr_html_()
    assert alone.explain().status == "efficient"
    assert alone.decide().plans == (alone[0].id,)


def test_a_long_front_is_short_in_a_notebook() -> None:
    many = {f"t{i}": {"effects": {"a": 2**i, "b": 2**i}} for i in range(10)}
    result = optimiser.solve(
        {
            "optimise": 1,
            "name": "many",
            "indicators": {"a": {}, "b": {}},
            "technologies": many,
            "objectives": {"a": "minimise", "b": "maximise"},
        }
    )
    assert len(result) == 1024
    page = result._repr_html_()
    assert "1014 more plans" in page
    assert len(page) < 400_000


# ---- pictures


def test_a_plot_is_shown_and_saved(tmp_path: Path) -> None:
    plot = RESULT.plot("front", objectives=["investment", "output"], size=(400, 300), theme="dark")
    assert plot._repr_svg_() == plot.svg
    assert "<svg" in plot.svg
    for suffix, start in ((".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        assert plot.save(tmp_path / f"x{suffix}").read_bytes().startswith(start)
        plot.save(tmp_path / f"x{suffix}")  # its own file
    (tmp_path / "y.svg").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="did not write it") as caught:
        plot.save(tmp_path / "y.svg")
    assert "`overwrite`" in caught.value.help
    plot.save(tmp_path / "y.svg", overwrite=True)
    assert PHASES.plot("roadmap", plan=1).svg != PHASES.plot("roadmap").svg


# ---- data frames


@pytest.mark.parametrize("result", [RESULT, SEGMENTS, PHASES], ids=lambda r: r.scenario.name)
def test_a_frame_holds_what_the_table_holds(result: optimiser.Result, tmp_path: Path) -> None:
    import pandas as pd

    frame = result.to_frame()
    assert frame.index.name == "plan"
    (tmp_path / "front.csv").write_text(csv.text(result), encoding="utf-8")
    written = pd.read_csv(tmp_path / "front.csv", index_col="plan")
    assert list(frame.columns) == list(written.columns)
    assert list(frame.index) == list(written.index)
    for name in written.columns:
        if written[name].dtype.kind in "if":
            assert np.array_equal(
                frame[name].to_numpy(float), written[name].to_numpy(float), equal_nan=True
            )
        else:
            assert [str(cell) for cell in frame[name]] == [str(cell) for cell in written[name]]
    assert frame["score"].dtype.kind == "f"
    assert frame.attrs["unit"][result.front.columns[0].name] == result.front.columns[0].unit
    assert frame.attrs["sense"] == {c.name: c.sense for c in result.front.columns}


def test_without_pandas_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "pandas":
            raise ModuleNotFoundError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match="needs pandas") as caught:
        RESULT.to_frame()
    assert "pip install pandas" in caught.value.help


@pytest.mark.parametrize(
    "name", sorted({one.name for one in fields(optimiser.Options)} - {"method"})
)
@pytest.mark.parametrize(
    "value",
    [10**400, -(10**400), 10**5000, Decimal("1e999"), math.nan, Decimal("sNaN"), "1", True],
    ids="abcdefgh",
)
def test_an_option_of_no_use_is_refused(name: str, value: Any) -> None:
    """As a single option and in options: some were internal errors, and some were run with."""
    options: Any = {name: value}
    with pytest.raises(UsageError):
        optimiser.solve("smart_manufacturing", **options)
    with pytest.raises(UsageError):
        optimiser.solve("smart_manufacturing", optimiser.Options(**options))
