"""What a person reads: whole in a pipe and at any width, in every script, with every number and
id.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from optimiser import render
from optimiser.errors import Diagnostic
from optimiser.exports import finding_texts
from optimiser.front import Column
from optimiser.render.layout import Field, tables
from optimiser.render.terminal import Terminal, plain, wants_colour
from optimiser.results import Result
from optimiser.results.wording import (
    ILLUSTRATIVE,
    plan_words,
    readable,
)
from optimiser.scenario import load
from optimiser.study import rank_again, solve
from tests.handmade import front, result, scenario_file


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


@pytest.fixture(scope="module")
def manufacturing() -> Result:
    return solve(load("smart_manufacturing"))


def printed(parts: Iterable[Any], width: int | None = None) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        width=width or 1_000_000,
        color_system=None,
        markup=False,
        highlight=False,
        emoji=False,
    )
    for part in parts:
        console.print(part)
    return out.getvalue()


# ---- the ranked plans


@pytest.mark.parametrize("width", [None, 60, 80, 100, 160])
@pytest.mark.parametrize("name", ["solved", "manufacturing"])
def test_nothing_is_cut_at_any_width(
    name: str, width: int | None, request: pytest.FixtureRequest
) -> None:
    found: Result = request.getfixturevalue(name)
    text = printed(render.front(found, top=100, width=width), width)
    assert "…" not in text
    for line in text.splitlines():
        assert width is None or cell_len(line) <= width
    for row, plan in enumerate(found.front.ids):
        assert plan in text
        for item in plan_words(found.scenario, found.front, [row])[0]:
            assert item in re.sub(r"\s+", " ", text)
    for j in range(len(found.front.columns)):
        for value in readable(found.front.y[:, j].tolist()):
            assert value in text
    assert ILLUSTRATIVE in text
    assert text.splitlines()[-1] == f"complete: {len(found.front)} of {len(found.front)}, proven"


def test_a_front_reads_as_intended(solved: Result) -> None:
    """One golden look: titles, units, arrows, marks, words, weights, proof."""
    lines = [line.rstrip() for line in printed(render.front(solved, top=3)).splitlines()]
    assert lines[0] == "手工 [red]plan[/] (handmade)"
    common = lines.index("in none: lines")
    assert lines[common + 2].split() == ["产量", "↑"]
    assert lines[common + 3].split() == ["output", "cost", "↓"]
    assert lines[common + 4].split() == [
        "rank",
        "plan",
        "score",
        "kt/yr",
        "M",
        "CNY",
        "decisions",
    ]
    assert lines[common + 6].split()[0] == "1"
    assert any(line.split()[:3] == ["best", "of", "all"] for line in lines)
    assert any(line.split()[:1] == ["target"] and "112" in line for line in lines)
    assert any("reference plan, infeasible: budget" in line for line in lines)
    assert (
        "ranked by weighted sum (each objective scaled to its range over the listed plans), "
        "weights: output 0.7, cost 0.3" in lines
    )
    assert f"{len(solved.front) - 3} more plans: --top {len(solved.front)} shows all" in lines


def test_best_values_are_marked_without_colour(solved: Result) -> None:
    text = printed(render.front(solved, top=100))
    assert f"{solved.front.ideal[0]:.0f}*" in re.sub(r"\.0+\*", "*", text)
    assert "0.0*" in text


def test_what_a_star_means_is_said_where_one_is_shown(tmp_path: Path) -> None:
    """The plan ranked first is the best in nothing; the others are below the end of the table."""
    made = result(
        tmp_path, front([[0.0, 10.0], [4.0, 4.0], [10.0, 0.0]], bounds=(0.0, 0.0)), plans={}
    )
    whole, short = (printed(render.front(made, top=top)) for top in (3, 1))
    assert whole.count("*") == 3
    assert "* proven: no plan can be better in this objective" in whole
    assert "2 more plans" in short
    assert "*" not in short


def test_a_star_of_one_plan_is_said_too(tmp_path: Path) -> None:
    """Of the three the one in the middle is the best in nothing."""
    made = result(
        tmp_path, front([[0.0, 10.0], [4.0, 4.0], [10.0, 0.0]], bounds=(0.0, 0.0)), plans={}
    )
    for row in range(3):
        text = printed(render.plan(made, row))
        starred = row != made.front.ids.index("p000000000001")
        assert ("0*" in text.replace(".0", "")) == starred
        assert ("* proven: no plan can be better in this objective" in text) == starred


def unfinished(tmp_path: Path, **proof: Any) -> Result:
    """Net present value and capex of two plans, of which it is not known whether others are
    better.
    """
    claim: dict[str, Any] = {
        "status": "covering",
        "gap": 0.4,
        "scale": (9.0, 9.0),
        "stopped": "time_limit",
    } | proof
    return result(
        tmp_path, front([[478.5, 774.0], [470.25, 656.0]], senses="+-", **claim), plans={}
    )


def test_a_best_value_that_is_not_proven_is_no_best_value(tmp_path: Path) -> None:
    """What is listed is a bound from one side, what is proven one from the other; neither gets a
    star.
    """
    text = printed(render.front(unfinished(tmp_path, bounds=(5117.2, 656.0))))
    (best,) = [line.split() for line in text.splitlines() if "best of all" in line]
    assert best == ["best", "of", "all", "≥", "478.50", "656"]
    assert "656*" in text
    assert "478.50*" not in text
    assert "* proven: no plan can be better in this objective" in text
    assert (
        "the best o0 is at least 478.5, which is listed, and at most 5117.2, which is proven"
        in text
    )
    assert "the best o1" not in text


def test_without_bounds_nothing_is_best(tmp_path: Path) -> None:
    text = printed(render.front(unfinished(tmp_path)))
    assert "≥ 478.50" in text
    assert "≤ 656" in text
    assert "*" not in text
    assert (
        "the best o0 is at least 478.5, which is listed; how much better it can be is not known"
        in text
    )
    assert (
        "the best o1 is at most 656, which is listed; how much better it can be is not known"
        in text
    )


def test_a_bound_next_to_the_best_listed_value_is_not_that_value(tmp_path: Path) -> None:
    text = printed(
        render.front(unfinished(tmp_path, bounds=(478.50000000000006, 655.9999999999999)))
    )
    assert "≥ 478.50" in text
    assert "at most 478.501, which is proven" in text
    assert "*" not in text


def test_a_plan_shows_the_bound_beside_the_best(tmp_path: Path) -> None:
    made = unfinished(tmp_path, bounds=(5117.2, 656.0))
    text = re.sub(" +", " ", printed(render.plan(made, 0)))
    assert "≥ 478.50 at most 5117.2 470.25" in text or "≥ 478.50 at most 5117.2" in text
    assert "≤ 656" not in text


def test_columns_of_wide_characters_stay_aligned(solved: Result) -> None:
    """A Chinese character is two cells wide: every line's third column ends in the same cell."""
    lines = printed(render.front(solved, top=100)).splitlines()
    rule = next(i for i, line in enumerate(lines) if line.startswith("──"))
    end = lines[rule - 1].index("kt/yr") + len("kt/yr")
    assert cell_len(lines[rule - 3][: lines[rule - 3].index("↑") + 1]) == end
    for line in lines[rule + 1 : rule + 1 + len(solved.front)]:
        assert line[end - 1].isdigit()


def test_one_plan_needs_no_summary(tmp_path: Path) -> None:
    text = printed(render.front(result(tmp_path, front([[5.0]]), plans={})))
    assert "best of" not in text
    assert "*" not in text
    assert "complete: 1 of 1, proven" in text


def test_notes_of_the_ranking_are_shown(solved: Result) -> None:
    text = printed(render.front(rank_again(solved, method="topsis", weights={"cost": 1})))
    assert (
        "ranked by TOPSIS (each objective divided by its Euclidean length), weights: output "
        "0, cost 1" in text
    )
    assert "note: without a weight, so it counts 0: output" in text


def test_many_objectives_move_to_further_blocks(tmp_path: Path) -> None:
    made = result(
        tmp_path,
        front([[j * 1000.125 for j in range(12)], [(12 - j) * 1000.125 for j in range(12)]]),
        plans={},
    )
    text = printed(render.front(made, width=60), 60)
    assert max(map(cell_len, text.splitlines())) <= 60
    for j in range(12):
        assert f"o{j} ↓" in text
    assert text.count("rank  plan") >= 3


# ---- one plan


def test_a_plan_in_detail(solved: Result) -> None:
    row = next(
        row for row, cells in enumerate(solved.front.cells) if cells == ("0", "1", "full", "0")
    )
    text = printed(render.plan(solved, row))
    assert (
        f"plan {solved.front.ids[row]}: rank {solved.ranking.rank[row]} of {len(solved.front)}"
        in text
    )
    assert re.search(r"^iot +物联网 *$", text, flags=re.MULTILINE)
    assert re.search(r"^ai \(full\) *$", text, flags=re.MULTILINE)
    assert re.search(r"^not adopted +lines, pv *$", text, flags=re.MULTILINE)
    assert re.search(
        r"^产量 \(output\) ↑ +111 *\*? +kt/yr +\S+ +100 +112 +missed *$", text, flags=re.MULTILINE
    )
    assert re.search(r"^jobs +10 *$", text, flags=re.MULTILINE)


def test_targets_are_reached_or_missed(solved: Result) -> None:
    column = Column("x", sense="maximise", target=10.0)
    from optimiser.render.plan_table import _reached

    assert [_reached(column, value) for value in (9.0, 10.0, 11.0)] == [
        "missed",
        "reached",
        "reached",
    ]
    assert _reached(Column("x", sense="minimise", target=10.0), 11.0) == "missed"
    assert _reached(Column("x", sense="minimise"), 11.0) == ""


# ---- user text, layout, colour


def test_control_characters_cannot_steer_a_terminal(tmp_path: Path) -> None:
    assert plain("a\x1b[31mb\nc") == r"a\x1b[31mb c"
    text = printed(render.front(result(tmp_path, front([[5.0]]), title="red\x9b31m", plans={})))
    assert "\x9b" not in text


def test_words_wrap_between_items_only() -> None:
    words = ["one (x) +", "two (y) +", "three (z) +", "four"]
    text = printed(
        tables([Field("id", ["a"], left=True), Field("words", [words], words=True)], 38, keys=1), 38
    )
    assert [line.strip() for line in text.splitlines()[2:]] == [
        "a   one (x) + two (y) + three (z) +",
        "four",
    ]


def test_a_word_wider_than_the_terminal_is_folded_whole() -> None:
    fields = [Field("id", ["a"]), Field("words", [["x" * 50]], words=True)]
    text = printed(tables(fields, 30, keys=1), 30)
    assert text.count("x") == 50


@pytest.mark.parametrize(
    ("colour", "environment", "terminal", "wanted"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(colour: Any, environment: dict[str, str], terminal: bool, wanted: bool) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    assert wants_colour(colour, Stream(), environment) is wanted


# ---- findings

FINDING = Diagnostic("S012", "error", "a%b\nc", "x,y:z.yaml", 3, 5, help="try d")


def test_github_annotations_are_escaped() -> None:
    assert (
        finding_texts.github(FINDING)
        == "::error file=x%2Cy%3Az.yaml,line=3,col=5::a%25b%0Ac [S012]; try d\n"
    )
    assert finding_texts.github(Diagnostic("S001", "warning", "m")) == "::warning::m [S001]\n"


def test_findings_are_counted() -> None:
    warning = Diagnostic("S101", "warning", "m")
    assert render.count([FINDING, FINDING, warning]) == "2 errors, 1 warning"
    assert render.count([warning, warning]) == "2 warnings"
    assert render.count([]) == ""


def test_the_library_is_listed() -> None:
    text = printed(render.scenarios([load("smart_manufacturing"), load("fusion_linear")]))
    assert re.search(
        r"^smart_manufacturing +3 technologies +Smart manufacturing \(智能制造\) \(illustrative\): "
        r"output ↑",
        text,
        re.MULTILINE,
    )
    assert re.search(r"^fusion_linear +2 variables ", text, re.MULTILINE)


def test_a_name_that_fills_the_terminal_cuts_no_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside an id of 90 cells the numbers of a table in 80 columns were cut, and the id too."""
    monkeypatch.setattr("optimiser.render.terminal._is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "80")
    name = "a_technology_" + "with_a_long_name_" * 5
    fields = [
        Field("technology", [name, "b"], left=True),
        Field("cost", ["123456.789012345", "2"]),
        Field("", [["adds", "x", "and", "y"], []], words=True),
    ]
    terminal = Terminal(colour="never")
    assert terminal.width == 80
    terminal.show(tables(fields, terminal.width, keys=1))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [name, "123456.789012345"] in lines
    assert ["b", "2"] in lines


@pytest.mark.parametrize("width", [36, 40, 50])
def test_blocks_of_a_table_stand_apart(manufacturing: Result, width: int) -> None:
    """In a narrow terminal the headings of a block stood below the last row of the one before."""
    text = printed(render.plan(manufacturing, 0, width=width), width)
    lines = [line.strip() for line in text.splitlines()]
    heads = [place for place, line in enumerate(lines) if line.startswith("──")]
    assert len(heads) > 2
    for head in heads:
        above = lines[:head]
        first = len(above) - above[::-1].index("")  # of the headings
        assert not any(set(line) == {"─"} for line in above[first:])
