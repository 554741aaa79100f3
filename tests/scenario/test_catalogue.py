"""Catalogues in CSV: what is read, how it merges, and where each error points."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from optimiser.advice import check
from optimiser.errors import Diagnostic, ScenarioError
from optimiser.scenario import Scenario, format_diagnostic, from_resolved, load, show_merged

HEAD = """\
optimise: 1
name: plan
parameters: {uptake: 2}
variables: {size: {min: 0, max: 1}}
indicators:
  cost: {unit: M CNY}
  output: {baseline: 100}
  share: {expr: cost / output}
technologies:
  own: {effects: {cost: 1}}
catalogue: measures.csv
objectives: {cost: minimise, output: maximise}
"""

# the table -> the errors: code, line, column, length (line and column 0: the file as a whole)
BROKEN: dict[str, tuple[str, list[tuple[str, int, int, int]]]] = {
    "unknown column": ("id,cost,ouput\na,1,2\nb,1,\n", [("S012", 1, 9, 5)]),
    "unknown column without a cell": ("id,cost,notes\na,1,\n", [("S012", 1, 9, 5)]),
    "derived column": ("id,share\na,1\nb,2\n", [("S040", 1, 4, 5)]),
    "no id column": ("name,cost\na,1\n", [("S073", 1, 1, 4)]),
    "ID": ("cost,ID\n1,a\n", [("S073", 1, 6, 2)]),
    "column twice": ("id,cost,cost\na,1,2\n", [("S073", 1, 9, 4)]),
    "column twice, once with a unit": ("id,cost,cost [M CNY]\na,1,2\n", [("S073", 1, 9, 12)]),
    "column in another unit": ("id,cost [k CNY]\na,1\n", [("S073", 1, 4, 12)]),
    "column with a unit that the indicator has not": ("id,output [t]\na,1\n", [("S073", 1, 4, 10)]),
    "column without a name": ("id,,cost\na,,1\nb,x,1\n", [("S073", 3, 3, 1)]),
    "unit without a name": ("id,[M CNY]\na,1\n", [("S012", 1, 4, 7)]),
    "duplicate id": ("id,cost\na,1\nb,1\na,2\n", [("S006", 4, 1, 1)]),
    "duplicate id after NFKC": ("id,cost\nfi,1\n\ufb01,2\n", [("S006", 3, 1, 1)]),
    "id of the scenario": ("id,cost\na,1\nown,2\n", [("S006", 3, 1, 3)]),
    "id of a variable": ("id,cost\nsize,2\n", [("S020", 2, 1, 4)]),
    "id of an indicator": ("id,cost\n  output ,2\n", [("S020", 2, 3, 6)]),
    "reserved id": ("id,cost\nmax,2\n", [("S019", 2, 1, 3)]),
    "id that is none": ("id,cost\na b,2\n5,1\n", [("S018", 2, 1, 3), ("S018", 3, 1, 1)]),
    "no id": ("id,cost\n,2\n", [("S013", 2, 2, 1)]),
    "short row": ("id,cost,output\na,1\n", [("S071", 2, 3, 1)]),
    "long row": ("id,cost\na,1,5\n", [("S071", 2, 5, 1)]),
    "long and empty": ("id,cost\na,1,\n", [("S071", 2, 5, 1)]),
    "a ragged row is still a technology": (
        "id,requires,cost\na,b,1,5\nb,a,2\n",
        [("S071", 2, 7, 1)],
    ),
    "text for an effect": ("id,cost\na,cheap\n", [("S031", 2, 3, 5)]),
    "broken expression": ('id,cost\na,"3 * (1"\n', [("S030", 2, 8, 1)]),
    "unknown parameter": ("id,cost\na,3 * uptaek\n", [("S031", 2, 7, 6)]),
    "decimal comma": ('id,cost\na,"1,5"\n', [("S072", 2, 3, 5)]),
    "decimal comma of a percentage": ('id,output\na,"+1,5 %"\n', [("S072", 2, 3, 8)]),
    "thousands comma": ('id,cost\na,"1,500.5"\n', [("S072", 2, 3, 9)]),
    "thousands blank": ("id,cost\na,1 500\n", [("S072", 2, 3, 5)]),
    "typographer's minus": ("id,cost\na,\u22123\n", [("S072", 2, 3, 2)]),
    "infinite": ("id,cost\na,.inf\n", [("S021", 2, 3, 4)]),
    "percentage of nothing": ("id,cost\na,+4%\n", [("S042", 2, 3, 3)]),
    "unknown technology": ("id,requires,cost\na,own; bb ;own,1\nb,,1\n", [("S012", 2, 8, 2)]),
    "unknown technology in quotes": ('id,excludes,cost\na,"own; bb",1\n', [("S012", 2, 9, 2)]),
    "list with commas": ('id,requires,cost\na,"own, b",1\nb,,1\n', [("S018", 2, 4, 6)]),
    "needs and excludes": ("id,requires,excludes\na,own,own\n", [("S048", 2, 3, 3)]),
    "open quote": ('id,cost\na,"1\nb,2\n', [("S070", 2, 3, 1)]),
    "text behind a quote": ('id,cost\na,"1"2\n', [("S070", 2, 6, 1)]),
    "nothing": ("", [("S070", 0, 0, 1)]),
    "blank lines only": ("\n\n ,\n", [("S070", 0, 0, 1)]),
    "header only": ("id,cost\n\n", [("S070", 0, 0, 1)]),
    "a title above the header": (
        "Measures,,\nid,cost,output\na,1,2\n",
        [("S073", 1, 1, 8)],
    ),
    "zero byte": ("id,cost\na,\0\n", [("S004", 2, 3, 1)]),
    "European, decimal comma": (
        "id;cost;output\na;1,5;+4,5%\nb;2;3\n",
        [("S072", 2, 3, 3), ("S072", 2, 7, 5)],
    ),
    "a line break in a title": ('id,title,cost\na,"one\ntwo",x\n', [("S031", 3, 6, 1)]),
}


def plan(folder: Path, table: str | bytes, *, head: str = HEAD) -> Path:
    """A scenario with a catalogue; the table is written as it is, line ends included."""
    path = folder / "scenario.yaml"
    path.write_text(head, encoding="utf-8")
    (folder / "measures.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    return path


def refused(path: Path, *, overrides: Sequence[str] = ()) -> tuple[Diagnostic, ...]:
    with pytest.raises(ScenarioError) as caught:
        load(path, overrides=overrides)
    return caught.value.diagnostics


@pytest.mark.parametrize("name", BROKEN)
def test_an_error_names_file_row_and_column(name: str, tmp_path: Path) -> None:
    table, expected = BROKEN[name]
    found = refused(plan(tmp_path, table))
    assert [(d.code, d.line, d.column, d.length) for d in found] == expected
    assert {d.file for d in found} == {str(tmp_path / "measures.csv")}


def test_an_error_shows_the_row(tmp_path: Path) -> None:
    (found,) = refused(plan(tmp_path, "id,cost,ouput\na,1,2\n"))
    assert format_diagnostic(found).splitlines() == [
        "error[S012]: unknown indicator 'ouput' as a column of the catalogue",
        f" --> {tmp_path / 'measures.csv'}:1:9",
        "  |",
        "1 | id,cost,ouput",
        "  |         ^^^^^ known indicators: cost, output, share",
        "  = help: did you mean 'output'?",
    ]


def test_a_misspelt_column_of_words_is_recognised(tmp_path: Path) -> None:
    (found,) = refused(plan(tmp_path, "id,require,cost\na,own,1\n"))
    assert found.help == "did you mean 'requires'?"


def test_one_id_in_both_places_names_both(tmp_path: Path) -> None:
    (found,) = refused(plan(tmp_path, "id,cost\nown,2\n"))
    assert (
        found.message == "technology 'own' is a row of the catalogue, and written in "
        f"{tmp_path / 'scenario.yaml'}:10 as well"
    )
    (found,) = refused(plan(tmp_path, "id,cost\nsize,2\n"))
    assert found.message.endswith(f"and a variable in {tmp_path / 'scenario.yaml'}:4")


def test_a_decimal_comma_is_never_two_cells(tmp_path: Path) -> None:
    (found,) = refused(plan(tmp_path, "id,cost\na,1,5\n"))
    assert found.code == "S071"
    assert "write a decimal point as in 1.5" in found.help


NAMES = "id,title,layer,requires,excludes,cost,output"
ROWS = ["a,A,base,,,1.8,+4%", "b,B,,own;a,,-2e-1,", "c,C,,,b,3 * uptake,0.5"]
QUOTED = ["a,A,base,,,1.8,+4%", "b,B,,'own;a',,-2e-1,", "c,C,,,b,3 * uptake,0.5"]
SPELLINGS = {
    "commas": "\n".join([NAMES, *ROWS, ""]),
    "semicolons": "\n".join([NAMES, *QUOTED, ""]).replace(",", ";"),
    "tabs": "\n".join([NAMES, *ROWS, ""]).replace(",", "\t"),
    "Excel in Europe": "\r\n".join(["sep=;", NAMES, *QUOTED[:2], "", ",,,,,,", QUOTED[2]]).replace(
        ",", ";"
    ),
    "order, unit, byte order mark, old line ends": "\r".join(
        [
            "\ufeffid,cost [M CNY],excludes,output,layer,title,requires,",
            "a,1.8,,+4%,base,A,,",
            "b, '-2e-1' ,,, ,B,'own; a;',",
            "c,3 * uptake,b,0.5,,'C',,",
        ]
    ),
    "blanks": f"\n\n{NAMES.replace(',', ' ,')}\n\n a,A , base,,,1.8,+4 "
    f"%\nb,B,,'own\n;a',,-2e-1,\n,,,,,,\n{ROWS[2]}\n",
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_of_a_table_says_the_same(name: str, tmp_path: Path) -> None:
    written = """\
  a: {title: A, layer: base, effects: {cost: 1.8, output: +4%}}
  b: {title: B, requires: [own, a], effects: {cost: -2e-1}}
  c: {title: C, excludes: [b], effects: {cost: 3 * uptake, output: 0.5}}
"""
    other = tmp_path / "written.yaml"
    other.write_text(HEAD.replace("catalogue: measures.csv\n", written), encoding="utf-8")
    assert load(plan(tmp_path, SPELLINGS[name].replace("'", '"'))) == load(other)


def test_quotes_hold_what_separates(tmp_path: Path) -> None:
    scenario = load(
        plan(tmp_path, 'id,title,cost\na,"5"" pipe, new",1\nb,5" pipe,2\nc,true,3\nd,~,4\n')
    )
    titles = [technology.title for technology in scenario.technologies.values()]
    assert titles == ["", '5" pipe, new', '5" pipe', "true", "~"]


def test_columns_come_after_the_scenario_s_own(tmp_path: Path) -> None:
    plan(tmp_path, "id,cost\nb,1\na,2\n")
    child = tmp_path / "child.yaml"
    child.write_text(
        "extends: scenario.yaml\ntechnologies: {zz: {}, a: {effects: {output: 3}}}\n",
        encoding="utf-8",
    )
    scenario = load(child, overrides=["technologies.new.effects.cost=1"], set_new=True)
    assert list(scenario.technologies) == ["own", "zz", "new", "b", "a"]
    effects = scenario.technologies["a"].effects
    assert {name: str(effect.value) for name, effect in effects.items()} == {
        "cost": "2",
        "output": "3",
    }


def test_a_row_is_changed_and_removed_like_any_technology(tmp_path: Path) -> None:
    path = plan(tmp_path, "id,cost,output\na,1,\nb,2,\n")
    scenario = load(
        path,
        overrides=[
            "technologies.a.effects.cost=+3%",
            "technologies.b=null",
            "indicators.cost.baseline=10",
        ],
    )
    assert list(scenario.technologies) == ["own", "a"]
    assert str(scenario.technologies["a"].effects["cost"].percent) == "+3"
    child = tmp_path / "child.yaml"
    child.write_text("extends: scenario.yaml\ntechnologies: {a: null}\n", encoding="utf-8")
    assert list(load(child).technologies) == ["own", "b"]


def test_a_path_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    plan(tmp_path / "data", "id,cost\na,1\n")
    top = tmp_path / "top.yaml"
    top.write_text("extends: data/scenario.yaml\nname: top\n", encoding="utf-8")
    assert list(load(top).technologies) == ["own", "a"]
    assert list(load(top).sources) == ["data/measures.csv"]
    (tmp_path / "other.csv").write_text("id,cost\nz,1\n", encoding="utf-8")
    assert list(load(top, overrides=["catalogue=other.csv"]).technologies) == ["own", "z"]
    assert list(
        load(top, overrides=["catalogue=other.csv", "technologies.z.effects.cost=5"]).sources
    ) == ["other.csv"]
    top.write_text("extends: data/scenario.yaml\ncatalogue: other.csv\n", encoding="utf-8")
    assert list(load(top).technologies) == ["own", "z"]
    top.write_text("extends: data/scenario.yaml\ncatalogue: null\n", encoding="utf-8")
    assert list(load(top).technologies) == ["own"]
    assert load(top).sources == {}
    assert list(
        load(tmp_path / "data/scenario.yaml", overrides=["catalogue=null"]).technologies
    ) == ["own"]


def test_a_base_s_technology_may_not_come_again_as_a_row(tmp_path: Path) -> None:
    plan(tmp_path, "id,cost\na,1\n")
    (tmp_path / "more.csv").write_text("id,cost\nown,1\n", encoding="utf-8")
    child = tmp_path / "child.yaml"
    child.write_text("extends: scenario.yaml\ncatalogue: more.csv\n", encoding="utf-8")
    assert [(d.code, Path(d.file).name, d.line) for d in refused(child)] == [
        ("S006", "more.csv", 2)
    ]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("../measures.csv", "'../measures.csv' leaves the folder of the scenario"),
        ("/etc/measures.csv", "'/etc/measures.csv' leaves the folder of the scenario"),
        ("sub/../../measures.csv", "'sub/../../measures.csv' leaves the folder of the scenario"),
        ("nothing.csv", "the file 'nothing.csv' does not exist"),
        ("''", "catalogue takes the path of one file"),
        ("[a.csv, b.csv]", "catalogue takes the path of one file"),
        (
            "scenario.yaml",
            "'catalogue' is a table in a file .csv or .xlsx, and this is 'scenario.yaml'",
        ),
    ],
)
def test_a_path_that_cannot_be_followed(named: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "measures.csv").write_text("id,cost\na,1\n", encoding="utf-8")
    path = plan(tmp_path / "in", "id,cost\na,1\n", head=HEAD.replace("measures.csv", named))
    (found,) = refused(path)
    assert (found.code, found.line, found.column, found.message) == ("S060", 11, 12, message)


def test_outside_is_allowed_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "measures.csv").write_text("id,cost\na,1\n", encoding="utf-8")
    path = plan(tmp_path / "in", "", head=HEAD.replace("measures.csv", "../measures.csv"))
    scenario = load(path, allow_outside=True)
    assert (list(scenario.technologies), list(scenario.sources)) == (
        ["own", "a"],
        ["../measures.csv"],
    )


def test_a_link_out_of_the_folder_leads_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.csv").write_text("id,cost\na,1\n", encoding="utf-8")
    path = plan(tmp_path / "in", "")
    (tmp_path / "in/measures.csv").unlink()
    (tmp_path / "in/measures.csv").symlink_to(tmp_path / "secret.csv")
    assert [d.code for d in refused(path)] == ["S060"]


def test_the_other_mistakes_of_a_file_are_told_too(tmp_path: Path) -> None:
    """A table that cannot be read hides no other mistake, and no name that might be in it is called
    unknown.
    """
    path = plan(tmp_path, "", head=HEAD.replace("own: {", "own: {colour: red, requires: [a], "))
    assert [(d.code, Path(d.file).name) for d in refused(path)] == [
        ("S011", "scenario.yaml"),
        ("S070", "measures.csv"),
    ]


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        ("id,title,cost\na,caf\u00e9,1\n".encode("latin-1"), "S004", 2, 6),
        ("id,cost\na,1\n".encode("utf-16"), "S004", 0, 0),
        (b"PK\x03\x04" + bytes(range(256)), "S070", 0, 0),
        (b"id,cost\n" + b"a,1\n" * 2_500_000, "S003", 0, 0),
    ],
    ids=["Latin-1", "UTF-16", "a workbook called .csv", "more than 10 MB"],
)
def test_a_file_that_is_no_text(
    content: bytes, code: str, line: int, column: int, tmp_path: Path
) -> None:
    (found,) = refused(plan(tmp_path, content))
    assert (found.code, found.line, found.column) == (code, line, column)


def test_the_result_needs_no_table(tmp_path: Path) -> None:
    table = "id,title,cost\na,A,1\n"
    path = plan(tmp_path, table)
    scenario = load(path)
    assert scenario.sources == {"measures.csv": hashlib.sha256(table.encode()).hexdigest()}
    again = from_resolved(json.loads(json.dumps(scenario.resolved())))
    assert again == scenario
    assert again.sources == scenario.sources
    assert "catalogue" not in again.resolved()


def test_the_hash_of_a_scenario_is_not_that_of_its_files(tmp_path: Path) -> None:
    """A table saved again with other line ends is the same scenario."""
    before = load(plan(tmp_path, "id,cost\na,1\n"))
    after = load(plan(tmp_path, "id,cost\r\na,1\r\n"))
    assert before == after
    assert before.sources != after.sources


@pytest.mark.parametrize(
    "change", [{"catalogue": "measures.csv"}, {"sources": {"a": 1}}, {"sources": []}]
)
def test_a_resolved_scenario_is_checked(change: dict[str, object], tmp_path: Path) -> None:
    data = load(plan(tmp_path, "id,cost\na,1\n")).resolved()
    with pytest.raises(ScenarioError):
        from_resolved({**data, **change})


def test_a_catalogue_alone_is_enough(tmp_path: Path) -> None:
    path = plan(
        tmp_path,
        "id,cost\na,1\n",
        head=HEAD.replace("technologies:\n  own: {effects: {cost: 1}}\n", ""),
    )
    assert list(load(path).technologies) == ["a"]


def test_merged_rows_show_where_they_come_from(tmp_path: Path) -> None:
    lines = dict(show_merged(plan(tmp_path, "id,title,cost\na,A,1\n")))
    assert lines["    title: A"] == f"{tmp_path / 'measures.csv'}:2"
    assert not any(line.startswith("catalogue") for line in lines)


def test_advice_points_into_the_table(tmp_path: Path) -> None:
    scenario, findings = check(plan(tmp_path, "id,cost\na,1\nb,\n"))
    assert isinstance(scenario, Scenario)
    in_table = [
        (d.code, Path(d.file).name, d.line, d.column) for d in findings if d.file.endswith("csv")
    ]
    assert in_table == [("S102", "measures.csv", 3, 1)]
