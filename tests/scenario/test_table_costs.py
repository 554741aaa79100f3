"""Tables and workbooks beside a scenario cost in proportion to what they say, or are refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from optimiser.scenario import loading
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Source
from optimiser.scenario.source import catalogue, csv_tables
from optimiser.scenario.source.csv_tables import csv_table
from optimiser.scenario.source.dialect import Dialect
from optimiser.scenario.source.workbook_limits import (
    WorkbookExcess,
    check_archive,
    check_part,
    check_sheet,
)
from tests.scenario.test_costs import HEAD


def packed(**parts: bytes) -> zipfile.ZipFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return zipfile.ZipFile(file)


def test_parts_of_a_workbook_are_limited() -> None:
    check_part("styles.xml", b"<styleSheet>" + b"<xf/>" * 100_000)
    with pytest.raises(WorkbookExcess, match=r"styles\.xml"):
        check_part("styles.xml", b"<styleSheet>" + b"<xf/>" * 200_000)
    check_part("strings.xml", b"<sst>" + b"<si><t>a</t></si>" * 100_000)
    with pytest.raises(WorkbookExcess, match="UTF-8"):
        check_part("styles.xml", "<?xml version='1.0'?>".encode("cp037"))
    check_archive(packed(a=bytes(1_000_000)))
    with pytest.raises(WorkbookExcess, match="100 MB"):
        check_archive(packed(a=bytes(100_000_001)))


def test_cells_and_merged_ranges_of_a_sheet_are_limited() -> None:
    check_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>' * 100_000, 1_000)
    with pytest.raises(WorkbookExcess, match="rows and cells"):
        check_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>' * 210_000, 0)
    with pytest.raises(WorkbookExcess, match="rows and cells"):
        check_sheet(b"<row/>" * 400_001, 0)
    with pytest.raises(WorkbookExcess, match="merged"):
        check_sheet(b"", 30_000)


def test_cells_of_a_text_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    assert csv_tables._MOST_CELLS == 1_000_000
    monkeypatch.setattr(csv_tables, "_MOST_CELLS", 10_000)
    findings = Findings()
    assert csv_table(Source("a.csv", "id\n" + "x\n" * 6_000), Dialect(), findings) is None
    [found] = findings.ordered()
    assert (found.code, found.line) == ("S003", 5_001)


@pytest.mark.parametrize("before", ["", '""', '"a",', "a,b\n"])
def test_a_row_is_not_split_further_than_a_table_may_go(
    before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10 MB of commas became 1.6 GB of cells before they were counted."""
    most = 1_000
    monkeypatch.setattr(csv_tables, "_MOST_CELLS", most)
    text, findings = before + "," * 50_000, Findings()
    start = text.rfind("\n") + 1
    for scan in (csv_tables._scan, csv_tables._texts):
        assert most < len(scan(text, start, ",")[0]) <= most + 2
    assert csv_table(Source("a.csv", text), Dialect(), findings) is None
    assert [found.code for found in findings.ordered()] == ["S003"]


@pytest.mark.parametrize("line", ["\n", ",\n", "\r"])
def test_lines_that_say_nothing_are_not_looked_at_to_the_end(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three rows and ten million ends of lines: which mark separates cells is told by the first."""
    looked = 0
    scan = csv_tables._scan

    def counted(*asked: Any) -> Any:
        nonlocal looked
        looked += 1
        return scan(*asked)

    monkeypatch.setattr(csv_tables, "_scan", counted)
    source = Source("a.csv", "id,a\nt,1\n" + line * 100_000)
    assert csv_table(source, Dialect(), Findings()) is not None
    assert looked < 4_000


@pytest.mark.parametrize("n", [100, 101])
def test_members_in_a_table_are_limited_before_they_are_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, n: int
) -> None:
    monkeypatch.setattr(catalogue, "MOST_MEMBERS", 100)
    (tmp_path / "t.csv").write_text(f"id,a,requires\nu,1,\nt,2,{'u;' * n}\n")
    path = tmp_path / "s.yaml"
    path.write_text(HEAD + "catalogue: t.csv\n")
    _, findings = loading.examine(path)
    found = [d.message for d in findings.ordered() if d.code == "S003"]
    assert found == (
        ["column 'requires' lists 101 technologies; at most 100 can be read"] if n > 100 else []
    )
