"""Exported tables that are large, or say one thing many times, are verified or refused soon."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimiser import render
from optimiser.analysis import exported_plans
from optimiser.analysis.contradictions import MOST_TOLD
from optimiser.analysis.exported_plans import ExportedPlans, verify_exported
from optimiser.analysis.verification import insist
from optimiser.dominance import non_dominated
from optimiser.errors import GateError, ScenarioError
from optimiser.exports import export
from optimiser.exports.reading import read_plans
from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.result import arrange
from tests.counting import calls
from tests.exports.exported import both, table
from tests.reports.page.made import made


def test_a_row_again_is_found_before_anything_is_computed(
    solved: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small table may hold a plan a hundred thousand times, under one id or many."""
    of = table(solved)
    monkeypatch.setattr(exported_plans, "ground_of", lambda *_: pytest.fail("computed"))
    plan = of.rows[0]
    again = ExportedPlans(of.path, of.headings, (*of.rows, *[plan] * 2_000))
    (finding,) = verify_exported(again, solved.scenario).findings
    assert str(finding) == f"plan {plan[0]}: is listed twice"
    renamed = ExportedPlans(
        of.path, of.headings, (plan, *((f"p{i}", *plan[1:]) for i in range(2_000)))
    )
    first, *_, last = verify_exported(renamed, solved.scenario).findings
    assert str(first) == f"plan p0: its decisions are those of plan {plan[0]}"
    assert str(last) == "more like these, of which 1,000 are told"


def test_of_a_million_faults_the_first_are_told(solved: Result) -> None:
    of = table(solved)
    told = [0]

    def counted() -> Iterator[tuple[str, ...]]:
        for i in range(1_000_000):
            told[0] += 1
            yield (f"p{i}", *of.rows[0][1:5], "x", *of.rows[0][6:])

    wrong = ExportedPlans(of.path, of.headings, of.rows)
    object.__setattr__(wrong, "rows", counted())
    verified = verify_exported(wrong, solved.scenario)
    assert len(verified.findings) == MOST_TOLD + 1
    assert told[0] <= MOST_TOLD + 1
    assert verified.some
    with pytest.raises(GateError, match="x', which is no number and at least 1000 more"):
        insist(verified, "a.csv", exported=True)
    shown = [str(one) for one in render.verification("a.csv", 3, verified)]
    assert shown[-1] == "... and at least 981 more"


def test_many_plans_that_are_none_are_refused_soon(solved: Result) -> None:
    """20,000 times the same plan were each compared with all: minutes of the processor."""
    of = table(solved)

    def work(times: int) -> int:
        many = replace(of, rows=(*of.rows, *[of.rows[0]] * times))
        assert not any(found.holds for found in both(many, solved))
        return calls(lambda: both(many, solved))

    assert work(1_000) < 2.2 * work(500)


def test_a_workbook_with_one_long_cell_is_too_large(solved: Result, tmp_path: Path) -> None:
    """300 kB of it took 3 GB to be read."""
    path = export(solved, tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as packed:
        parts = {entry.filename: packed.read(entry) for entry in packed.infolist()}
    cell = b'<row r="999"><c t="inlineStr"><is><t>' + b"x" * 70_000_000 + b"</t></is></c></row>"
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", cell + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(ScenarioError, match="it is too large"):
        read_plans(str(path))


@pytest.mark.slow
def test_a_large_table_is_verified_in_seconds(tmp_path: Path) -> None:
    """3,000 plans of 200 technologies in 6 objectives, of which those count that no other beats."""
    whole = made(tmp_path, plans=11_000, technologies=200, objectives=6)
    rows = np.flatnonzero(non_dominated(whole.front.minimised)).tolist()
    front = whole.front
    kept = replace(
        front,
        y=front.y[rows],
        x=front.x[rows],
        indicators=front.indicators[rows],
        cells=tuple(front.cells[row] for row in rows),
        ids=tuple(front.ids[row] for row in rows),
    )
    found = arrange(whole.scenario, kept, rank(kept), compiled=whole.model)
    of = table(found)
    began = time.process_time()
    assert verify_exported(of, found.scenario).holds
    assert time.process_time() - began < 10 * len(rows) / 3000
