"""How a table is read where the file does not say: what is refused names the option that reads it,
and with the option the numbers are right.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from optimiser.errors import Diagnostic, ScenarioError
from optimiser.scenario import Scenario, load

HEAD = """\
optimise: 1
name: plan
indicators: {capex: {}, output: {baseline: 100}}
objectives: {capex: minimise, output: maximise}
"""
RIGHT = {"iot": {"capex": "1.8", "output": "4.5%"}, "ai": {"capex": "3.1", "output": "7%"}}


def workbook(sheets: Mapping[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet: Any = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


ROWS: list[list[object]] = [["id", "capex", "output"], ["iot", 1.8, "4.5%"], ["ai", 3.1, "7%"]]
# what a planner has -> the file, its content, what reads it
TABLES: dict[str, tuple[str, bytes, dict[str, object]]] = {
    "decimal commas": (
        "m.csv",
        b"id;capex;output\niot;1,8;4,5%\nai;3,1;7%\n",
        {"decimal": ","},
    ),
    "decimal commas in quotes": (
        "m.csv",
        b'id,capex,output\niot,"1,8","4,5%"\nai,"3,1",7%\n',
        {"decimal": ","},
    ),
    "a title": (
        "m.csv",
        b"Measures of plant A,,\n,,\nid,capex,output\niot,1.8,4.5%\nai,3.1,7%\n",
        {"header": 3},
    ),
    "a title without separators": (
        "m.csv",
        b"Measures, of plant A\n\nid;capex;output\niot;1.8;4.5%\nai;3.1;7%\n",
        {"header": 3},
    ),
    "Chinese headings": (
        "m.csv",
        "编号,投资,产量\niot,1.8,4.5%\nai,3.1,7%\n".encode(),
        {"columns": {"编号": "id", "投资": "capex", "产量": "output"}},
    ),
    "German headings": (
        "m.csv",
        "Kürzel;Investition;Ausstoß\niot;1.8;4.5%\nai;3.1;7%\n".encode(),
        {"columns": {"Kürzel": "id", "Investition": "capex", "Ausstoß": "output"}},
    ),
    "headings of two lines": (
        "m.csv",
        b'"Nr.\n(kurz)","Investition\r\nnetto",output\niot,1.8,4.5%\nai,3.1,7%\n',
        {"columns": {"Nr. (kurz)": "id", "Investition netto": "capex"}},
    ),
    "GB18030": (
        "m.csv",
        "id,title,capex,output\niot,工业物联网,1.8,4.5%\nai,智能排产,3.1,7%\n".encode("gb18030"),
        {"encoding": "gb18030"},
    ),
    "Windows-1252": (
        "m.csv",
        "id,title,capex,output\niot,Fühler,1.8,4.5%\nai,Größe,3.1,7%\n".encode("cp1252"),
        {"encoding": "cp1252"},
    ),
    "UTF-16": (
        "m.csv",
        "id,capex,output\niot,1.8,4.5%\nai,3.1,7%\n".encode("utf-16"),
        {"encoding": "utf-16"},
    ),
    "UTF-16 without a mark": (
        "m.csv",
        "id,title,capex,output\niot,Fühler,1.8,4.5%\nai,Größe,3.1,7%\n".encode("utf-16-be"),
        {"encoding": "utf-16"},
    ),
    "Big5": (
        "m.csv",
        "id,title,capex,output\niot,工業物聯網,1.8,4.5%\nai,生產排程,3.1,7%\n".encode("big5"),
        {"encoding": "big5"},
    ),
    "Windows-1252 with two letters side by side": (
        "m.csv",
        "id,title,capex,output\niot,Größe,1.8,4.5%\nai,20 °C,3.1,7%\n".encode("cp1252"),
        {"encoding": "cp1252"},
    ),
    "another sheet": (
        "m.xlsx",
        workbook({"Cover": [["Plan of plant A"], ["Draft 3"]], "Measures": ROWS}),
        {"sheet": "Measures"},
    ),
    "a sheet with a blank behind its title": (
        "m.xlsx",
        workbook({"Cover": [["Plan of plant A"], ["Draft 3"]], "Measures ": ROWS}),
        {"sheet": "Measures "},
    ),
    "an empty first sheet": (
        "m.xlsx",
        workbook({"Sheet1": [], "Measures": ROWS}),
        {"sheet": "Measures"},
    ),
    "a title in a workbook": (
        "m.xlsx",
        workbook({"Measures": [["Measures of plant A"], [], *ROWS]}),
        {"header": 3},
    ),
    "texts with decimal commas in a workbook": (
        "m.xlsx",
        workbook({"M": [ROWS[0], ["iot", "1,8", "4,5%"], ["ai", 3.1, "7%"]]}),
        {"decimal": ","},
    ),
}


def scenario(folder: Path, name: str, content: bytes, options: Mapping[str, object]) -> Path:
    (folder / name).write_bytes(content)
    path = folder / "s.yaml"
    text = yaml.safe_dump({"catalogue": {"file": name, **options}}, allow_unicode=True)
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def refused(path: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.diagnostics


def effects(loaded: Scenario) -> dict[str, dict[str, str]]:
    return {
        name: {
            indicator: str(e.value) if e.value is not None else f"{e.percent}%"
            for indicator, e in technology.effects.items()
        }
        for name, technology in loaded.technologies.items()
    }


@pytest.mark.parametrize("name", TABLES)
def test_with_the_option_the_numbers_are_right(name: str, tmp_path: Path) -> None:
    file, content, options = TABLES[name]
    assert effects(load(scenario(tmp_path, file, content, options))) == RIGHT


@pytest.mark.parametrize("name", TABLES)
def test_without_it_the_error_names_it(name: str, tmp_path: Path) -> None:
    file, content, options = TABLES[name]
    found = refused(scenario(tmp_path, file, content, {}))
    for option, value in options.items():
        assert any(f"{option}: " in d.help for d in found)
        if not isinstance(value, dict):
            help = next(d.help for d in found if f"{option}: " in d.help)
            _, _, flow = help.partition("catalogue: ")
            written = yaml.safe_load(flow.partition("}")[0] + "}")
            assert written == {"file": file, option: value}


@pytest.mark.parametrize("name", ["Chinese headings", "German headings"])
def test_what_is_known_of_foreign_headings_is_written_out(name: str, tmp_path: Path) -> None:
    file, content, options = TABLES[name]
    (found,) = refused(scenario(tmp_path, file, content, {}))
    columns = options["columns"]
    assert isinstance(columns, dict)
    assert f"columns: {{{next(iter(columns))}: id" in found.help


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"shet": "A"}, "S011", "unknown key 'shet' in catalogue"),
        ({"header": 0}, "S015", "'header' is the number of the row"),
        ({"header": "two"}, "S015", "'header' is the number of the row"),
        ({"header": 9}, "S073", "row 9 of"),
        ({"decimal": ";"}, "S015", "'decimal' is '.' or ','"),
        ({"encoding": "ebcdic"}, "S015", "'encoding' is an encoding"),
        ({"hidden": "maybe"}, "S015", "'hidden' is 'read' or 'skip'"),
        ({"columns": {"Capex": "x"}}, "S073", "has no column 'Capex'"),
        ({"columns": ["capex"]}, "S014", "'columns' names columns by their heading"),
        ({"columns": {"capex": "output"}}, "S073", "two columns are called 'output'"),
        ({"sheet": "A"}, "S016", "sheet"),
        ({"encoding": "gb18030"}, "S004", "is UTF-8, and not gb18030"),
    ],
)
def test_an_option_that_does_not_fit_is_an_error(
    options: dict[str, object], code: str, message: str, tmp_path: Path
) -> None:
    table = "id,title,capex,output\na,工业物联网,1,2\n".encode()
    found = refused(scenario(tmp_path, "m.csv", table, options))
    assert [d.code for d in found] == [code]
    assert message in found[0].message


def test_the_file_must_be_named(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(HEAD + "catalogue: {header: 3}\n", encoding="utf-8")
    assert [(d.code, d.line) for d in refused(path)] == [("S013", 5)]


def test_a_sheet_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    content = workbook({"Cover": [["x"]], "Measures": ROWS})
    (found,) = refused(scenario(tmp_path, "m.xlsx", content, {"sheet": "Measure"}))
    assert (found.code, found.help) == ("S073", "did you mean 'Measures'?")
    assert Path(found.file).name == "s.yaml"


@pytest.mark.parametrize("columns", [{"编码": "id"}, {"id": "编号"}])
def test_advice_on_columns_repeats_no_heading_that_is_not_there(
    columns: dict[str, str], tmp_path: Path
) -> None:
    content = "编号,capex,output\niot,1.8,4.5%\nai,3.1,7%\n".encode()
    found = refused(scenario(tmp_path, "m.csv", content, {"columns": columns}))
    assert len(found) == 2
    assert "编号" in found[0].help
    assert found[1].help == "write catalogue: {file: m.csv, columns: {编号: id}}"


def test_a_column_is_renamed_with_its_unit_or_left_out(tmp_path: Path) -> None:
    table = "编号,投资（万元）,产量,备注\niot,18,4%,待 定\n".encode()
    columns = {"编号": "id", "投资": "capex", "产量": "output", "备注": None}
    path = scenario(tmp_path, "m.csv", table, {"columns": columns})
    (found,) = refused(path)
    assert "'capex' is in 万元, and the indicator in no unit" in found.message
    text = path.read_text(encoding="utf-8").replace("capex: {}", "capex: {unit: 万元}")
    path.write_text(text, encoding="utf-8")
    assert effects(load(path)) == {"iot": {"capex": "18", "output": "4%"}}


def test_a_point_in_a_table_of_decimal_commas_is_refused(tmp_path: Path) -> None:
    table = b"id;capex;output\niot;1.800;4,5%\nai;1.8;7%\n"
    found = refused(scenario(tmp_path, "m.csv", table, {"decimal": ","}))
    assert [(d.code, d.line) for d in found] == [("S072", 2), ("S072", 3)]
    assert all("write a decimal comma" in d.help for d in found)


def test_decimal_commas_are_set_without_quotes(tmp_path: Path) -> None:
    path = scenario(tmp_path, *TABLES["decimal commas"][:2], {})
    assert effects(load(path, overrides=["catalogue.decimal=,"])) == RIGHT


def test_how_a_table_is_read_merges_key_by_key(tmp_path: Path) -> None:
    content = workbook({"A": ROWS[:2], "B": [["Title"], ROWS[0], ROWS[2]]})
    path = scenario(tmp_path, "m.xlsx", content, {"sheet": "A"})
    child = tmp_path / "child.yaml"
    child.write_text("extends: s.yaml\ncatalogue: {sheet: B, header: 2}\n", encoding="utf-8")
    assert list(load(path).technologies) == ["iot"]
    assert list(load(child).technologies) == ["ai"]
    overrides = ["catalogue.sheet=B", "catalogue.header=2"]
    assert list(load(path, overrides=overrides).technologies) == ["ai"]
    short = tmp_path / "short.yaml"
    short.write_text(HEAD + "catalogue: m.xlsx\n", encoding="utf-8")
    assert list(load(short, overrides=overrides).technologies) == ["ai"]
    child.write_text("extends: s.yaml\ncatalogue: {sheet: null}\n", encoding="utf-8")
    assert list(load(child).technologies) == ["iot"]


def test_thousands_are_not_taken_for_decimals(tmp_path: Path) -> None:
    """With decimal commas, 1,500 would be one and a half: that is not offered."""
    found = refused(scenario(tmp_path, "m.csv", b"id;capex\na;1,500\nb;1,5\n", {}))
    assert ["decimal:" in d.help for d in found] == [False, True]


def test_data_of_a_model_take_the_same_options(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes(b"Werbung;Absatz [kt]\n0,5;1,5\n1;2,5\n2;4,5\n")
    path = tmp_path / "s.yaml"
    path.write_text(
        "optimise: 1\nname: s\nvariables: {x: {type: real, min: 0, max: 2}}\nmodels:\n  m:\n"
        "    kind: table\n    data: {file: d.csv, decimal: ',', columns: {Werbung: x, Absatz: y}}\n"
        "    target: y\n    features: [x]\n"
        "objectives: {gain: {sense: maximise, expr: m(x=x)}}\n",
        encoding="utf-8",
    )
    fitted = load(path).models["m"].fitted
    assert fitted is not None
    points = [(str(x), str(y)) for x, y in fitted.points]
    assert points == [("0.5", "1.5"), ("1", "2.5"), ("2", "4.5")]
    text = path.read_text(encoding="utf-8").replace("decimal: ','", "decimal: 5")
    path.write_text(text, encoding="utf-8")
    assert [(d.code, d.line) for d in refused(path)] == [("S015", 7)]


def test_the_short_form_stays_short(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("x,y\n0,1\n1,2\n2,3\n", encoding="utf-8")
    path = tmp_path / "s.yaml"
    path.write_text(
        "optimise: 1\nname: s\nvariables: {x: {type: real, min: 0, max: 2}}\n"
        "models: {m: {kind: linear, data: d.csv, target: y, features: [x]}}\n"
        "objectives: {gain: {sense: maximise, expr: m(x=x)}}\n",
        encoding="utf-8",
    )
    assert load(path).resolved()["models"]["m"]["data"] == "d.csv"
