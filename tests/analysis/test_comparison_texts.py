"""Comparisons as other programs read them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from optimiser.analysis import records
from optimiser.analysis.gate_verdicts import compare_all, read_gates
from optimiser.exports import comparison_texts
from optimiser.front import Front
from optimiser.language import speaking
from optimiser.render.comparison_table import _rows, comparison
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from tests.handmade import front, result


def made(folder: Path, y: Any, /, **changes: Any) -> Result:
    """A result that is complete on exact ground, unless it is given as a front."""
    return result(folder, y if isinstance(y, Front) else front(y), **changes)


def test_what_is_worse_by_at_least_so_much_in_every_format(tmp_path: Path) -> None:
    """BASE lists 5 and may have less, NEW has 6 or 7: worse by 1 or more, how much more is open."""
    base = made(tmp_path, front([[5.0, 1.0]], status="approximate", basis=None))
    new = front([[7.0, 1.0]], status="covering", bounds=(6.0, 1.0))
    (judged,) = compare_all(base, [made(tmp_path, new)], read_gates(["best.o0:0"]))
    plain = [records.of_comparison("b", "n", judged)]
    assert judged.verdicts[0].outcome == "fail"
    said = comparison_texts.text(plain, "md")
    assert "| best.o0 | 5 or less | between 6 and 7 | 1 or more |" in said
    for format in comparison_texts.FORMATS:
        assert comparison_texts.text(plain, format)


def test_what_is_not_decided_in_every_format(tmp_path: Path) -> None:
    base = made(tmp_path, front([[5117.0, 1.0]], senses="+-"))
    unfinished = front(
        [[4900.0, 1.0]], senses="+-", status="covering", basis="exact", bounds=(5117.0, 1.0)
    )
    (judged,) = compare_all(
        base, [made(tmp_path, unfinished)], read_gates(["best.o0:0", "best.o1:0"])
    )
    plain = [records.of_comparison("b", "n", judged)]
    best = plain[0]["best"]["o0"]
    assert (best["base"], best["new"], best["worse"], best["worse_interval"]) == (
        5117.0,
        4900.0,
        0.0,
        [0.0, 217.0],
    )
    assert plain[0]["gates"][0]["outcome"] == "not proven"
    rows = list(csv.DictReader(io.StringIO(comparison_texts.text(plain, "csv"))))
    assert (rows[0]["new_low"], rows[0]["new_high"], rows[0]["worse"]) == ("4900", "5117", "0")
    assert "| best.o0 | 5117 | between 4900 and 5117 | not decided |" in comparison_texts.text(
        plain, "md"
    )
    assert (
        "- **~ not proven** best.o0:0: best 5117, now between 4900 and 5117"
        in comparison_texts.text(plain, "md")
    )
    suite = ElementTree.fromstring(comparison_texts.text(plain, "junit"))[0]
    assert (suite.get("failures"), suite.get("skipped"), suite[0][0].tag) == ("0", "1", "skipped")
    (line,) = comparison_texts.text(plain, "github").splitlines()
    assert line.startswith(
        "::notice::gate best.o0:0: n: not proven: best 5117, now between 4900 and 5117"
    )


def test_what_is_known_is_never_between_less(tmp_path: Path) -> None:
    """Four digits and six of the ends of what is known, each rounded to the other side."""
    base = made(tmp_path, front([[2.0, 1.0]], senses="+-"))
    unfinished = front(
        [[0.33336666, 1.0]],
        senses="+-",
        status="covering",
        basis="exact",
        bounds=(0.66662226, None),
    )
    (judged,) = compare_all(base, [made(tmp_path, unfinished)], read_gates([]))
    plain = records.of_comparison("b", "n", judged)
    assert "between 0.333366 and 0.666623" in comparison_texts.text([plain], "md")
    new = next(field for field in _rows(judged.comparison) if field.heading == "NEW")
    assert new.cells[0] == "0.3333 to 0.6667"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_the_same_has_changed_by_nothing(tmp_path: Path, language: str) -> None:
    """In each language: a word that was translated is not what was asked about."""
    base = made(tmp_path, front([[2.5, 1.0], [3.5, 0.25]]))
    (judged,) = compare_all(base, [base], read_gates([]))
    with speaking(language):
        cells = _rows(judged.comparison)[4].cells
    assert list(cells) == ["0"] * 5


def _records(*gates: str) -> list[dict[str, Any]]:
    base, new = (solve(load(name)) for name in ("steel_routes_clean_grid", "steel_routes"))
    (judged,) = compare_all(base, [new], read_gates(gates))
    return [records.of_comparison("=a<b>", "new & old", judged)]


def test_a_comparison_as_a_table_for_a_spreadsheet() -> None:
    found = list(csv.DictReader(io.StringIO(comparison_texts.text(_records(), "csv"))))
    assert [row["metric"] for row in found] == [
        "best.cost",
        "best.co2",
        "hypervolume",
        "epsilon",
        "lost-plans",
    ]
    assert {row["base"] for row in found} == {"'=a<b>"}
    best = next(row for row in found if row["metric"] == "best.co2")
    assert float(best["worse"]) == pytest.approx(
        float(best["new_value"]) - float(best["base_value"])
    )


def test_a_comparison_as_tests_of_a_ci_system() -> None:
    suite = ElementTree.fromstring(
        comparison_texts.text(_records("hypervolume:1%", "best.cost:0"), "junit")
    )[0]
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == (
        "=a<b> -> new & old",
        "2",
        "1",
    )
    assert [(case.get("name"), len(case)) for case in suite] == [
        ("hypervolume:1%", 1),
        ("best.cost:0", 0),
    ]


def test_a_comparison_as_annotations_names_what_failed_only() -> None:
    (line,) = comparison_texts.text(
        _records("hypervolume:1%", "best.cost:0"), "github"
    ).splitlines()
    assert line.startswith("::error::gate hypervolume:1%25: new & old: ")


def test_a_comparison_for_a_pull_request() -> None:
    text = comparison_texts.text(_records("hypervolume:1%", "best.cost:0"), "md")
    assert "| best.co2 | 0.179836 | 0.563789 | 0.383953 |" in text
    assert "- **FAIL** hypervolume:1%" in text
    assert "- **pass** best.cost:0" in text
    assert "=a\\<b\\>" in text


def test_values_of_which_six_digits_tell_nothing(tmp_path: Path) -> None:
    """123456789.25 against 123456789.5 was "best 1.23457e+08, now 1.23457e+08"."""
    base = made(tmp_path, [[123456789.25]])
    new = made(tmp_path, [[123456789.5]])
    (judged,) = compare_all(base, [new], read_gates(["best.o0:0"]))
    words = "best 123456789.25, now 123456789.5; 0 worse is tolerated"
    assert judged.verdicts[0].message == words
    page = comparison_texts.text([records.of_comparison("b", "n", judged)], "md")
    assert "| best.o0 | 123456789.25 | 123456789.5 | 0.25 |" in page
    text = "".join(
        part.plain if hasattr(part, "plain") else ""
        for part in comparison(base, new, judged, record=records.of_comparison("b", "n", judged))
    )
    assert words in text
    fields = [field.cells[0] for field in _rows(judged.comparison)]
    assert fields[2:5] == ["123456789.25", "123456789.50", "+0.25 (+2e-07 %)"]
