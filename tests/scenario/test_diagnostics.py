"""The layout of an error block, character by character."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from optimiser.advice import check
from optimiser.errors import Diagnostic
from optimiser.scenario import format_diagnostic, nearest
from optimiser.scenario.diagnostics import hinting

BLOCK = """\
error[S012]: unknown indicator 'ouput' in effects
  --> factory.yaml:14:17
   |
14 |       effects: {ouput: +4%, energy: -3%}
   |                 ^^^^^ known indicators: output, energy, investment
   = help: did you mean 'output'?"""

SCENARIO = """\
optimise: 1
name: factory
indicators:
  output: {baseline: 100}
  energy: {baseline: 520}
  investment: {}

objectives: {output: maximise}

technologies:
    iot:
      title: Industrial IoT
      layer: infrastructure
      effects: {ouput: +4%, energy: -3%}
"""


def test_block_of_the_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("factory.yaml").write_text(SCENARIO)
    scenario, diagnostics = check("factory.yaml")
    assert scenario is None
    assert [format_diagnostic(d) for d in diagnostics] == [BLOCK]


def test_one_digit_line_has_a_narrower_gutter() -> None:
    diagnostic = Diagnostic(
        "S011", "error", "unknown key 'a'", "x.yaml", 3, 1, 1, "a: 1", "known keys: b"
    )
    assert format_diagnostic(diagnostic).splitlines() == [
        "error[S011]: unknown key 'a'",
        " --> x.yaml:3:1",
        "  |",
        "3 | a: 1",
        "  | ^ known keys: b",
    ]


def test_whole_file() -> None:
    diagnostic = Diagnostic("S002", "error", "the file is empty", "x.yaml", help="write something")
    assert (
        format_diagnostic(diagnostic)
        == "error[S002]: the file is empty\n --> x.yaml\n  = help: write something"
    )


def test_caret_under_wide_characters_and_tabs() -> None:
    wide = Diagnostic("S011", "warning", "m", "x", 1, 4, 2, "\u5de5\u5382: \u94a2\u94c1")
    assert format_diagnostic(wide).splitlines()[-1] == "  |      ^^^"
    tab = Diagnostic("S011", "error", "m", "x", 1, 2, 1, "\tx")
    assert format_diagnostic(tab).splitlines()[-1] == "  | \t^"


def test_long_lines_are_shown_around_the_caret() -> None:
    diagnostic = Diagnostic("S011", "error", "m", "x", 1, 5001, 3, "a" * 5000 + "xyz" + "b" * 5000)
    _, _, _, source, caret = format_diagnostic(diagnostic).splitlines()
    assert source[caret.index("^") : caret.index("^") + 3] == "xyz"
    assert caret.count("^") == 3
    assert len(source) < 300


def test_nearest() -> None:
    assert nearest("ouput", ["output", "energy"]) == "output"
    assert nearest("OUTPUT", ["energy", "output"]) == "output"
    assert nearest("zzz", ["output", "energy"]) is None


@pytest.mark.parametrize("slip", ["snese", "esnse", "ense", "sensse", "sxnse"])
def test_one_slip_is_nearer_than_what_has_more_in_common(slip: str) -> None:
    """*snese* has *se* in common with *sense*, and with *sheet* more."""
    assert nearest(slip, ["sheet", "senses_of", "sense", "set"]) == "sense"


def test_words_of_two_letters_have_too_many_neighbours() -> None:
    assert nearest("pc", ["pv", "chp"]) is None


def test_hints_of_one_scenario_compare_so_many_names_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """20,000 unknown names among 5,000 known ones were compared in minutes."""
    compared = 0

    def counted(name: str, names: list[str], **_: object) -> list[str]:
        nonlocal compared
        compared += len(names)
        return names[:1]

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    names = [f"name{i}" for i in range(5_000)]
    with hinting():
        hints = [nearest(f"other{i}", names) for i in range(20_000)]
    assert hints == ["name0"] * 20 + [None] * 19_980
    assert compared == 100_000
    assert nearest("other", names) == "name0"
