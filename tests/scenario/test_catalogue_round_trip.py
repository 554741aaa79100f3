"""Random technologies as a table, in any of its forms, are what they are when written out."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimiser
from optimiser.errors import NoSolutionError, ScenarioError
from optimiser.scenario import Scenario, load
from optimiser.scenario.format.schema import Effect
from tests.searches import examples

Data = dict[str, Any]
INDICATORS = {"cost": {"unit": "M CNY"}, "output": {"baseline": 100}, "risk": {"baseline": -50}}
HEADER = ["id", "title", "layer", "requires", "excludes", "cost", "output [%]", "risk"]
TITLES = st.text(st.sampled_from("aZ5 ,;\t\"'=+-#[]{}:\u00e9\u5de5\u2028\n|"), max_size=8).map(
    str.strip
)


@st.composite
def effects(draw: st.DrawFn) -> Data:
    found: Data = {}
    for name in INDICATORS:
        kind = draw(st.sampled_from(["none", "value", "value", "percent"]))
        number = format(
            Decimal(draw(st.integers(-2000, 2000))) / 10 ** draw(st.integers(0, 3)), "f"
        )
        if kind != "none":
            found[name] = f"{number}%" if kind == "percent" and name != "cost" else number
    return found


@st.composite
def technologies(draw: st.DrawFn) -> dict[str, Data]:
    found: dict[str, Data] = {}
    for i in range(draw(st.integers(1, 6))):
        content: Data = {
            "title": draw(TITLES),
            "layer": draw(st.sampled_from(["", "base", "5G"])),
            "effects": draw(effects()),
        }
        before = (
            st.lists(st.sampled_from(list(found)), unique=True, max_size=2)
            if found
            else st.just([])
        )
        content["requires"] = draw(before)
        content["excludes"] = [name for name in draw(before) if name not in content["requires"]]
        found[draw(st.sampled_from(["t", "\u6280", "_x"])) + str(i)] = content
    return found


def cells(name: str, content: Data) -> list[str]:
    lists = [";".join(content["requires"]), "; ".join(content["excludes"])]
    return [
        name,
        content["title"],
        content["layer"],
        *lists,
        *(content["effects"].get(i, "") for i in INDICATORS),
    ]


def write(folder: Path, content: Data) -> Path:
    indicators = {**INDICATORS, "output": {"baseline": 100, "unit": "%"}}
    objectives = {"cost": "minimise", "output": "maximise"}
    path = folder / f"{len(list(folder.iterdir()))}.yaml"
    whole = {
        "optimise": 1,
        "name": "case",
        "indicators": indicators,
        **content,
        "objectives": objectives,
    }
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def as_csv(folder: Path, written: dict[str, Data], *, delimiter: str, end: str, mark: bool) -> Path:
    text = io.StringIO()
    table = csv.writer(text, delimiter=delimiter, lineterminator=end)
    table.writerow(HEADER)
    table.writerows(cells(name, content) for name, content in written.items())
    (folder / "m.csv").write_text(
        text.getvalue(), encoding="utf-8-sig" if mark else "utf-8", newline=""
    )
    return write(folder, {"catalogue": "m.csv"})


def as_workbook(folder: Path, written: dict[str, Data], *, numbers: bool) -> Path:
    """Effects as numbers, percentages as numbers that are formatted so; or all as texts."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(HEADER)
    for row, (name, content) in enumerate(written.items(), 2):
        for column, text in enumerate(cells(name, content), 1):
            if not text:
                continue
            cell = sheet.cell(row, column)
            if numbers and column > 5:
                percent = text.endswith("%")
                cell.value = float(Decimal(text.rstrip("%")) / (100 if percent else 1))
                cell.number_format = "0.0%" if percent else "General"
            else:
                cell.value = text
                cell.data_type = "s"  # a title that begins with = is no formula here
    book.save(folder / "m.xlsx")
    return write(folder, {"catalogue": "m.xlsx"})


def outcome(path: Path) -> Scenario | list[tuple[str, str]]:
    """The scenario, or what is wrong with it wherever it stands."""
    try:
        return load(path)
    except ScenarioError as error:
        return sorted((d.code, d.message) for d in error.diagnostics)


def number(scenario: Scenario, effect: Effect) -> Fraction:
    written = effect.percent or effect.value
    assert written is not None
    return scenario.number(written)


def meaning(scenario: Scenario) -> Data:
    """What the technologies say, numbers by their value and not as they are written."""
    data = scenario.resolved()["technologies"]
    for name, technology in scenario.technologies.items():
        data[name]["effects"] = {
            indicator: (effect.value is None, number(scenario, effect))
            for indicator, effect in technology.effects.items()
        }
    return {**data, "order": list(data)}


@settings(max_examples=examples(60), deadline=None, derandomize=True)
@given(
    technologies(),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
)
def test_a_table_says_what_is_written_out(
    written: dict[str, Data], delimiter: str, end: str, mark: bool, numbers: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected = outcome(write(folder, {"technologies": written}))
        assert outcome(as_csv(folder, written, delimiter=delimiter, end=end, mark=mark)) == expected
        found = outcome(as_workbook(folder, written, numbers=numbers))
        if isinstance(expected, Scenario):
            assert isinstance(found, Scenario)
            assert meaning(found) == meaning(expected)
        else:
            assert found == expected


@settings(max_examples=examples(12), deadline=None, derandomize=True)
@given(technologies())
def test_a_table_has_the_front_of_what_is_written_out(written: dict[str, Data]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = outcome(write(folder, {"technologies": written}))
        if not isinstance(whole, Scenario):
            return
        for path in (
            as_csv(folder, written, delimiter=";", end="\r\n", mark=True),
            as_workbook(folder, written, numbers=True),
        ):
            try:
                expected = optimiser.solve(whole).front
            except NoSolutionError as error:
                with pytest.raises(type(error)):
                    optimiser.solve(load(path))
                continue
            front = optimiser.solve(load(path)).front
            assert (front.ids, front.cells, front.decision_columns) == (
                expected.ids,
                expected.cells,
                expected.decision_columns,
            )
            assert (front.y == expected.y).all()
