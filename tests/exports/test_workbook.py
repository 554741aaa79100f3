"""The workbook: typed, the same bytes each time, and nothing in it that a spreadsheet would run."""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis.deciding import decide
from optimiser.analysis.decision_notes import decision_notes, stated_notes
from optimiser.errors import UsageError
from optimiser.exports import export, xlsx
from optimiser.exports.reading import read_plans
from optimiser.exports.workbook import (
    Scatter,
    SheetColumn,
    WorkbookSheet,
    number_format,
    typed,
    unescaped,
    workbook,
)
from optimiser.front import Column
from optimiser.language import speaking
from optimiser.results import Result
from optimiser.results.printable import printable
from optimiser.results.table import headings, rows
from optimiser.scenario import load
from optimiser.session import Output, outputs
from optimiser.study import equivalents_of_all, solve
from tests.handmade import alone, front, result, scenario_file
from tests.searches import examples

HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "#REF!",
    "'=x",
    "_x0041_",
    "http://a.b",
]


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def opened(content: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return openpyxl.load_workbook(io.BytesIO(content))


def values(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def sheet_of(*cells: Any) -> WorkbookSheet:
    return WorkbookSheet("one", [SheetColumn(f"c{j}") for j in range(len(cells))], [cells])


def test_the_first_sheet_is_the_plans_with_titles_and_ids_beneath(solved: Result) -> None:
    book = opened(xlsx.data(solved))
    assert book.sheetnames == [
        "Plans",
        "Chart",
        "Technologies",
        "Reference plans",
        "Decision",
        "Provenance",
    ]
    plans = book["Plans"]
    titles, ids, *rest = values(plans)
    assert titles[3:6] == ("产量 ↑ [kt/yr]", "cost ↓ [M CNY]", "jobs")
    assert titles[7] == "物联网"
    assert ids == headings(solved.front)
    assert plans.freeze_panes == "D3"
    assert plans.auto_filter.ref == f"A2:J{2 + len(solved.front)}"
    for row, y in zip(rest, solved.front.y.tolist(), strict=True):
        assert list(row[3:5]) == y
        assert isinstance(row[1], int)
    assert plans["D3"].number_format.endswith('" kt/yr"')


def test_cells_read_back_as_the_table_of_the_result(solved: Result, tmp_path: Path) -> None:
    found = read_plans(str(export(solved, tmp_path / "a.xlsx")))
    assert found.headings == headings(solved.front)
    assert list(found.rows) == rows(solved.front, solved.ranking)
    assert found.scenario_hash == solved.scenario.scenario_hash


def test_a_workbook_in_chinese_reads_back_the_same(solved: Result, tmp_path: Path) -> None:
    with speaking("zh"):
        path = export(solved, tmp_path / "a.xlsx")
    book = opened(path.read_bytes())
    assert book.sheetnames[0] == "方案"
    assert values(book["方案"])[0][:3] == ("方案", "名次", "得分")
    assert list(read_plans(str(path)).rows) == rows(solved.front, solved.ranking)


def test_best_and_worst_are_coloured(solved: Result) -> None:
    plans = opened(xlsx.data(solved))["Plans"]
    for j, column in enumerate(solved.front.minimised.T):
        for row, value in enumerate(column.tolist()):
            colour = plans.cell(row + 3, 4 + j).fill.fgColor.rgb
            if value == column.min():
                assert colour == "00C6EFCE"
            elif value == column.max():
                assert colour == "00FFC7CE"
            else:
                assert colour == "00000000"


def test_a_constant_objective_has_no_best_and_no_worst(tmp_path: Path) -> None:
    made = alone(result(tmp_path, front([[0, 1, 5], [1, 0, 5]])))
    plans = opened(xlsx.data(made))["Plans"]
    assert {plans.cell(row, 6).fill.fgColor.rgb for row in (3, 4)} == {"00000000"}
    assert {plans.cell(row, 4).fill.fgColor.rgb for row in (3, 4)} == {"00C6EFCE", "00FFC7CE"}


def test_the_chart_shows_the_first_two_objectives_and_reference_plans(solved: Result) -> None:
    book = opened(xlsx.data(solved))
    (chart,) = book["Chart"]._charts
    last = 2 + len(solved.front)
    found = [(series.xVal.numRef.f, series.yVal.numRef.f) for series in chart.series]
    assert found == [
        (f"'Plans'!$D$3:$D${last}", f"'Plans'!$E$3:$E${last}"),
        ("'Reference plans'!$D$3:$D$5", "'Reference plans'!$E$3:$E$5"),
    ]
    assert book["Reference plans"]["D2"].value == "output"


def test_one_objective_has_no_chart(tmp_path: Path) -> None:
    made = alone(result(tmp_path, front([[1.0]])))
    assert "Chart" not in opened(xlsx.data(made)).sheetnames


def test_plans_with_and_without_a_technology_are_all_plans(solved: Result) -> None:
    _, *found = values(opened(xlsx.data(alone(solved)))["Decision"])
    cells = dict(
        zip(solved.front.decision_columns, zip(*solved.front.cells, strict=True), strict=True)
    )
    assert {row[0] for row in found} == {"iot", "ai", "pv"}
    for name, _, _, adopting, without, *_ in found:
        assert adopting == sum(cell != "0" for cell in cells[name])
        assert adopting + without == len(solved.front)


def test_what_a_workbook_counts_is_what_decide_counts(solved: Result) -> None:
    """Plans with equal objectives too, in shares to the last digit."""
    decided = decide(solved, equivalents=equivalents_of_all(solved))
    own, counted = decided.technologies, decided.stated.front
    assert len(counted) > len(solved.front)
    book = opened(xlsx.data(solved))
    _, *found = values(book["Decision"])
    assert {row[0]: row[3] / (row[3] + row[4]) for row in found} == decided.core_index
    assert [row[0] for row in found if row[2] == "in every plan"] == list(own.core)
    assert [row[0] for row in found if row[2] == "in some plans"] == list(own.open)
    assert [row[0] for row in found if row[2] == "in no plan"] == list(own.out)
    for name, *_, adopting, without in found:
        at = counted.decision_columns.index(name)
        taken = [cells[at] != "0" for cells in counted.cells]
        assert adopting == (counted.ids[taken.index(True)] if any(taken) else None)
        assert without == (None if all(taken) else counted.ids[taken.index(False)])
    titles, *technologies = values(book["Technologies"])
    at = titles.index("share of the plans")
    shares = {row[0]: row[at] for row in technologies}
    assert {name: shares[name] for name in decided.core_index} == decided.core_index
    notes = [row[1] for row in values(book["Provenance"]) if row[0] == "note"]
    assert set(decision_notes(decided)) & set(notes) == set(stated_notes(decided.stated))


def test_segments_stand_on_a_sheet_of_their_own() -> None:
    found = solve(load("fusion_linear"))
    book = opened(xlsx.data(found))
    assert values(book["Segments"])[1:] == [(1, *found.front.ids)]
    assert "Decision" not in book.sheetnames  # there are variables only


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text(text: str) -> None:
    content = workbook([sheet_of(text)])
    cell = opened(content)["one"]["A2"]
    assert cell.data_type == "s"
    assert unescaped(cell.value) == text
    assert cell.hyperlink is None
    packed = zipfile.ZipFile(io.BytesIO(content))
    assert not any(b"<f>" in packed.read(name) for name in packed.namelist())
    assert not any(
        b"hyperlink" in packed.read(name).lower()
        for name in packed.namelist()
        if name.startswith("xl/worksheets")
    )


@given(st.text(min_size=1, max_size=30))
@settings(max_examples=examples(25), deadline=None)
def test_any_text_can_be_written_and_read(text: str) -> None:
    cell = opened(workbook([sheet_of(text)]))["one"]["A2"]
    right = printable(text).replace("\r\n", "\n").replace("\r", "\n")
    assert unescaped(cell.value or "") in (right, printable(text))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
@settings(max_examples=examples(60), deadline=None)
def test_numbers_keep_every_digit(numbers: list[float]) -> None:
    found = values(opened(workbook([sheet_of(*numbers)]))["one"])[1]
    assert [float(value) for value in found] == [value + 0.0 for value in numbers]


@pytest.mark.parametrize("cell", ["0", "1", "2.5", "-3", "1e-07", "01", "+4", "1.0", "1@2027", "a"])
def test_a_decision_is_a_number_only_where_it_reads_back_so(cell: str, tmp_path: Path) -> None:
    made = alone(result(tmp_path, front([[1.0]], cells=[(cell,)], decisions=("d",))))
    path = export(made, tmp_path / "a.xlsx")
    assert read_plans(str(path)).rows[0][-1] == cell
    assert isinstance(typed(cell), str) == (cell in ("01", "+4", "1.0", "1@2027", "a"))


def test_the_same_result_gives_the_same_bytes(
    solved: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = xlsx.data(solved)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert xlsx.data(solved) == first
    dates = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert dates == {(2000, 1, 1, 0, 0, 0)}


def test_our_workbook_is_replaced_and_that_of_others_is_not(solved: Result, tmp_path: Path) -> None:
    path = export(solved, tmp_path / "a.xlsx")
    outputs.guard([Output("-o", path)])
    again = openpyxl.load_workbook(path)
    again.save(path)  # as a spreadsheet does
    with pytest.raises(UsageError, match="did not write it"):
        outputs.guard([Output("-o", path)])


@pytest.mark.parametrize(
    ("unit", "numbers", "shown"),
    [
        ("M CNY", [1200.5, 3.0], '#,##0.0" M CNY"'),
        ("", [1, 2], "#,##0"),
        ("%", [0.5, 12.25], '#,##0.00" %"'),
        ('5" pipe', [1], '#,##0" 5″ pipe"'),
        ("t", [1e-9, 2e-9], '0.0000E+00" t"'),
        ("t", [1.25e9, 2e9], '#,##0" t"'),
        ("t", [None, 1.5], '#,##0.0" t"'),
        ("x" * 400, [1], "#,##0"),
    ],
)
def test_number_formats(unit: str, numbers: list[float | None], shown: str) -> None:
    assert number_format(Column("c", unit=unit), numbers) == shown


@pytest.mark.parametrize(
    "scores",
    [[0.0, 5.5e-12, 1.4948875468586682e-10], [9.233737e-08, 9.340201e-08], [0.5, 0.75], [1.0, 2.0]],
)
def test_scores_that_differ_look_different_in_a_sheet(tmp_path: Path, scores: list[float]) -> None:
    """The decimals of 1.4949e-10 had been taken for eight, with which all of these look like 0."""
    k = len(scores)
    made = result(tmp_path, front([[float(i), float(k - i)] for i in range(k)]))
    made = replace(made, ranking=replace(made.ranking, score=np.array(scores)))
    shown = xlsx.plan_columns(made)[2].format
    places, power, _ = shown.partition("E")
    digits = len(places.partition(".")[2])
    texts = [f"{score:.{digits}{'e' if power else 'f'}}" for score in scores]
    assert len(set(texts)) == k
    assert [float(text) == 0.0 for text in texts] == [score == 0.0 for score in scores]


def test_a_sheet_that_no_spreadsheet_has_room_for_is_refused() -> None:
    with pytest.raises(UsageError, match="rows and 20000 columns"):
        workbook([WorkbookSheet("one", [SheetColumn("c")] * 20_000, [])])


def test_names_of_tabs_are_what_tabs_can_have() -> None:
    content = workbook(
        [WorkbookSheet("a/b:c?*[x]" + "y" * 40, [SheetColumn("c")], [[1]])],
        chart=Scatter("z", "=title", ("=x", "+y"), {0: (0, 0)}),
    )
    assert len(opened(content).sheetnames[0]) == 31


def test_phases_have_a_roadmap() -> None:
    found = solve(load("smart_manufacturing_phases"))
    sheet = opened(xlsx.data(found))["Roadmap"]
    titles, ids, *rest = values(sheet)
    assert ids[:4] == ("plan", "rank", "phase", "starts")
    phases = [phase.name for phase in found.scenario.phases]
    assert [row[2] for row in rest] == phases * len(found.front)
    spent = {name for phase in found.scenario.phases for name in phase.limits}
    assert {
        str(name).removesuffix(" available") for name in ids if str(name).endswith(" available")
    } == spent
    assert len(titles) == len(ids)
