"""What a cell says: one literal, or an expression that names a parameter; every other kind of cell
is told apart, at its place and with what to write.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.advice import check
from optimiser.analysis.measured import read_measured
from optimiser.errors import Diagnostic, ScenarioError
from optimiser.formulate import formulate
from optimiser.scenario import load
from optimiser.scenario.source.cells import literal, number_fault
from tests.scenario.test_catalogue import HEAD, plan, refused

# the cell -> what it is, and what to write
REFUSED: dict[str, tuple[str, str]] = {
    "(1.8)": ("in parentheses", "write -1.8"),
    "(1,200)": ("in parentheses", "write -1200"),
    "($1,200.50)": ("in parentheses", "write -1200.50"),
    "(5%)": ("in parentheses", "write -5%"),
    "1.5-": ("minus behind it", "write -1.5"),
    "10-20": ("a range", "low: 10, high: 20"),
    "3~5": ("a range", "low: 3, high: 5"),
    "10\u201320": ("a range", "low: 10, high: 20"),
    "3 to 5": ("a range", "low: 3, high: 5"),
    "3 bis 5": ("a range", "low: 3, high: 5"),
    "3\u81f35": ("a range", "low: 3, high: 5"),
    "3..5": ("a range", "low: 3, high: 5"),
    "3-5%": ("a range", "parameter"),
    "2027-01-05": ("a date", "write the number"),
    "5/1/2027": ("a date", "write the number"),
    "5.1.2027": ("a date", "write the number"),
    "5-Jan": ("a date", "write the number"),
    "2027\u5e741\u67085\u65e5": ("a date", "write the number"),
    "1:30": ("a time", "decimal number"),
    "1/2": ("a fraction", "write 0.5"),
    "-1 1/2": ("a fraction", "write -1.5"),
    "\u00bd": ("a fraction", "write 0.5"),
    "4\u2030": ("per mille", "write 0.4%"),
    "-4 \u2030": ("per mille", "write -0.4%"),
    "4\u2031": ("per ten thousand", "write 0.04%"),
    "1_000": ("an underscore", "write 1000"),
    "1\u00bd": ("a fraction", "write 1.5"),
    "(1.200,50)": ("in parentheses", "write -1200.50"),
    "(5)%": ("in parentheses", "write -5%"),
    "5 bps": ("per ten thousand", "write 0.05%"),
    "4 Prozent": ("percent sign out", "write 4%"),
    "-\u20ac5": ("something else", "write -5"),
    "5'000k": ("something else", "or 5000000"),
    "1.234.567 M": ("something else", "write 1234567 where"),
    "5 lakh": ("something else", "or 500000"),
    "5'000\u2030": ("per mille", "write 500%"),
    "5\u00b2": ("a raised, lowered", "the number alone"),
    "5\u00b9 EUR": ("a raised, lowered", "the number alone"),
    "5 m\u00b2": ("something else", "as in cost [m2]"),
    "1\u00b78": ("another sign before its decimals", "write 1.8"),
    "1\u066c800": ("a separator between thousands", "1500"),
    "\ufeff5": ("an invisible character, U+FEFF", "write 5"),
    "5\u200b": ("an invisible character, U+200B", "write 5"),
    "1,5e3": ("decimal or thousands comma", "write a decimal point"),
    "1e 5": ("several numbers", "as in 1.5 or 1.5e6"),
    "5 & 6": ("several numbers", "write one number"),
    "5 or 6": ("several numbers", "write one number"),
    "\u7ea65": ("an estimate", "write 5"),
    "~15": ("an estimate", "write 15"),
    "<5": ("an estimate", "write 5"),
    "ca. 5 %": ("an estimate", "write 5%"),
    "5\u00b11": ("an estimate", "one number"),
    "5\u5de6\u53f3": ("an estimate", "one number"),
    "\u00a55": ("something else", "write 5"),
    "EUR 5": ("something else", "write 5"),
    "5 M": ("something else", "or 5000000"),
    "18\u4e07": ("something else", "or 180000"),
    "1.8 \u4e07\u5143": ("something else", "or 18000"),
    "5 kt": ("something else", "as in cost [kt]"),
    "5 (est.)": ("something else", "write 5;"),
    "4% p.a.": ("something else", "write 4%"),
    "\uff11.\uff18": ("full-width", "write 1.8"),
    "+4\uff05": ("full-width", "write +4%"),
    "1,5": ("decimal or thousands comma", "write a decimal point"),
    "1,500": ("decimal or thousands comma", "1500"),
    "1.500.000": ("a separator between thousands", "1500"),
    "1 500": ("a separator between thousands", "1500"),
    "1'500": ("a separator between thousands", "1500"),
    "\u22123": ("a typographer's dash", "write -3"),
    "=1+2": ("begins with =", "write the result"),
    "2+3": ("a calculation", "write its result"),
    "-2 * 0.95": ("a calculation", "write its result"),
    "sqrt(2)": ("a calculation", "write its result"),
    "--5": ("a calculation", "write its result"),
    "pi": ("a calculation", "write its result"),
    "0x1F": ("no decimal number", "write a decimal number"),
    "n/a": ("a missing value", "leave the cell empty"),
    "-": ("a missing value", "leave the cell empty"),
    "TBD": ("a missing value", "leave the cell empty"),
    "\u65e0": ("a missing value", "leave the cell empty"),
    "k.A.": ("a missing value", "leave the cell empty"),
    "1.2.3": ("no number", "write a number"),
    "4%%": ("no number", "write a number"),
    "very cheap": ("no number", "write a number"),
    "on-site": ("no number", "write a number"),
}

ACCEPTED = {
    "1.8": "1.8",
    "+4%": "+4%",
    "-3 %": "-3%",
    "1e3": "1e3",
    ".5": ".5",
    "007": "007",
    "-0": "-0",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_cell_of_another_kind_is_told_apart(text: str) -> None:
    fault = number_fault(text, named=("uptake",), share=True)
    assert fault is not None
    what, write = REFUSED[text]
    assert text in fault[0]
    assert what in fault[0]
    assert write in fault[1]


@pytest.mark.parametrize("text", REFUSED)
def test_a_cell_of_another_kind_is_an_error_at_its_place(text: str, tmp_path: Path) -> None:
    table = f"id;cost;output\na;1;\nb;2;{text}\n"
    (found,) = refused(plan(tmp_path, table))
    assert (found.code, found.line, found.column) == ("S072", 3, 5)
    assert REFUSED[text][0] in found.message
    assert found.message.endswith(", in column 'output'")
    assert REFUSED[text][1] in found.help


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_literal_is_what_it_looks_like(text: str, tmp_path: Path) -> None:
    assert literal(text) == ACCEPTED[text]
    assert number_fault(text, named=(), share=True) is None
    effect = load(plan(tmp_path, f"id,output\na,{text}\n")).technologies["a"].effects["output"]
    number = ACCEPTED[text]
    written = f"{effect.percent}%" if effect.percent is not None else str(effect.value)
    assert written == number


@pytest.mark.parametrize(
    "text", ["uptake", "3 * uptake", "1-2 * uptake", "(uptake)", "max(1, uptake)", "-uptake / 2"]
)
def test_an_expression_names_a_parameter(text: str, tmp_path: Path) -> None:
    assert number_fault(text, named=("uptake",), share=True) is None
    table = f"id;cost\na;{text}\n"
    assert str(load(plan(tmp_path, table)).technologies["a"].effects["cost"].value) == text


@pytest.mark.parametrize(
    ("text", "code", "help"),
    [
        ("cheap", "S031", "write a number"),
        ("uptak", "S031", "did you mean 'uptake'?"),
        ("3 * uptaek", "S031", ""),
        ("3 * (1", "S030", ""),
        ("3 * (uptake", "S030", ""),
    ],
)
def test_an_unknown_name_is_told_as_such(text: str, code: str, help: str, tmp_path: Path) -> None:
    (found,) = refused(plan(tmp_path, f"id,cost\na,{text}\n"))
    assert (found.code, found.line) == (code, 2)
    assert help in found.help


@given(st.decimals(-(10**9), 10**9, places=3), st.booleans(), st.sampled_from([".", ","]))
def test_a_number_is_itself_in_either_spelling(number: Decimal, share: bool, decimal: str) -> None:
    text = f"{number:f}".replace(".", decimal) + "%" * share
    found = literal(text, decimal=decimal)
    assert found is not None
    assert Decimal(found.removesuffix("%")) == number
    assert found.endswith("%") == share
    other = "," if decimal == "." else "."
    assert literal(text, decimal=other) is None
    assert number_fault(text, decimal=other, named=(), share=True) is not None


@given(st.text(max_size=12))
def test_no_text_is_taken_for_a_number_silently(text: str) -> None:
    """It is a literal, or there are words that say why not, or the reader of expressions has the
    word.
    """
    fault = number_fault(text, named=(), share=True)
    if fault is not None:
        assert fault[0]
        assert fault[1]
        assert literal(text) is None


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("1/2", "write 0,5"),
        ("5\u2030", "write 0,5%"),
        ("(1.200)", "write -1200"),
        ("(1,200)", "write -1,200"),
        ("1,5 Mio. \u20ac", "write 1,5 where"),
        ("3-5,5", "{value: 3, low: 3, high: 5.5}"),
        ("5.1.2027", "turn 3-5 and 1/2 into dates"),
    ],
)
def test_what_to_write_has_the_decimals_of_the_table(text: str, help: str) -> None:
    fault = number_fault(text, decimal=",", share=True)
    assert fault is not None
    assert help in fault[1]


def test_a_number_beside_a_parameter_is_left_to_expressions() -> None:
    assert number_fault("3 uptake", named=["uptake"]) is None
    assert number_fault("3 uptake", named=["other"]) is not None


def test_a_percentage_is_no_plain_number() -> None:
    fault = number_fault("4%")
    assert fault == (
        "'4%' is a percentage, and here stands a plain number",
        "write 0.04 for the share, or 4 for percent",
    )


def mixed(findings: tuple[Diagnostic, ...]) -> list[tuple[int, int, str]]:
    return [(d.line, d.column, d.severity) for d in findings if d.code == "S131"]


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        (("4%", "0.07"), [(3, 5, "warning")]),
        (("4", "7%", "5"), [(3, 5, "warning")]),
        (("4%", "7%"), []),
        (("4%", "0", "0.0"), []),
        (("4%", "", "3 * uptake"), []),
    ],
)
def test_percentages_beside_plain_numbers_are_warned_of(
    cells: tuple[str, ...], place: list[tuple[int, int, str]], tmp_path: Path
) -> None:
    rows = "".join(f"{name},1,{cell}\n" for name, cell in zip("abc", cells, strict=False))
    scenario, findings = check(plan(tmp_path, f"id,cost,output\n{rows}"))
    assert scenario is not None
    assert mixed(findings) == place


@pytest.mark.parametrize(
    ("cell", "written"),
    [("a, b", "a; b"), ("a|b", "a; b"), ("a and b", "a; b"), ("a b", "a; b"), ("a\u3001b", "a; b")],
)
def test_names_are_separated_by_semicolons(cell: str, written: str, tmp_path: Path) -> None:
    table = f'id,cost,requires\na,1,\nb,1,\nc,1,"{cell}"\n'
    (found,) = refused(plan(tmp_path, table))
    assert (found.code, found.line) == ("S018", 4)
    assert found.help == f"write ; between several: {written}"


@pytest.mark.parametrize("cell", ["-", "none", "n/a", "\u65e0"])
def test_no_technology_is_an_empty_cell(cell: str, tmp_path: Path) -> None:
    (found,) = refused(plan(tmp_path, f"id,cost,requires\na,1,{cell}\n"))
    assert (found.code, found.line, found.column) == ("S072", 2, 5)
    assert "leave the cell empty" in found.help


def test_a_column_of_words_is_told_once(tmp_path: Path) -> None:
    table = "id,owner,cost\na,Plant A,1\nb,HQ,2\n"
    (found,) = refused(plan(tmp_path, table))
    assert (found.code, found.line, found.column) == ("S012", 1, 4)
    assert "was taken for an indicator, and holds words: 'Plant A'" in found.message
    assert "call it title, or leave it out" in found.help
    assert "{file: measures.csv, columns: {owner: null}}" in found.help


def test_an_id_with_an_invisible_character_is_told_as_such(tmp_path: Path) -> None:
    (found,) = refused(plan(tmp_path, "id,cost\na\u200b,1\n"))
    assert "invisible" in found.message
    assert "write for example 'a'" in found.help


def test_a_row_of_sums_is_warned_of(tmp_path: Path) -> None:
    _, findings = check(plan(tmp_path, "id,cost\na,1\nb,2\nTotal,3\n"))
    assert [(d.code, d.line) for d in findings if d.code == "S133"] == [("S133", 4)]


# ---- the same rules wherever a table is read


def test_data_of_a_model_follow_the_same_rules(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        "optimise: 1\nname: s\nvariables: {x: {type: real, min: 0, max: 4}}\n"
        "models: {m: {kind: linear, data: d.csv, target: y, features: [x]}}\n"
        "objectives: {gain: {sense: maximise, expr: m(x=x)}}\n",
        encoding="utf-8",
    )
    cells = ["(3)", "3-4", "4%", "1/2", "5 kt"]
    rows = "".join(f"{i};{cell}\n" for i, cell in enumerate(cells))
    (tmp_path / "d.csv").write_text(f"x;y\n{rows}", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    found = caught.value.diagnostics
    assert [(d.code, d.line, d.column) for d in found] == [("S072", i + 2, 3) for i in range(5)]
    assert [d.help for d in found][:1] == ["write -3 for a negative number, 3 for another"]


def test_values_of_parameters_follow_the_same_rules(tmp_path: Path) -> None:
    path = plan(tmp_path, "id,cost\na,uptake\n")
    values = tmp_path / "values.csv"
    for cell, code in (("(3)", "S072"), ("3-4", "S072"), ("1/2", "S072"), ("4%", "S072")):
        values.write_text(f"parameter;value\nuptake;{cell}\n", encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load(path, at=str(values))
        assert [(d.code, d.line) for d in caught.value.diagnostics] == [(code, 2)]


def test_measured_outcomes_follow_the_same_rules(tmp_path: Path) -> None:
    model = formulate(load(plan(tmp_path, "id,cost\na,1\n")))
    cells = ["(3)", "3-4", "1/2", "1_000", "\u7ea65", "4\u2030", "cheap"]
    rows = "".join(f"a;cost;{cell}\n" for cell in cells)
    (tmp_path / "seen.csv").write_text(f"technology;indicator;effect\n{rows}", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_measured(tmp_path / "seen.csv", model)
    found = caught.value.diagnostics
    assert [(d.code, d.line, d.column) for d in found] == [
        ("S072", i + 2, 8) for i in range(len(cells))
    ]
    assert all(d.help for d in found)
    (tmp_path / "seen.csv").write_text(
        "technology;indicator;effect\na;cost;+4%\na;cost;1.5\n", encoding="utf-8"
    )
    first, second = read_measured(tmp_path / "seen.csv", model)
    assert (first.value, first.share, second.value, second.share) == (0.04, True, 1.5, False)


def test_points_that_may_stand_between_thousands_are_warned_of(tmp_path: Path) -> None:
    rows = "id;capex;output\na;1.800;1.5\nb;12.500;2.250\nc;300;1\n"
    path = plan(tmp_path, rows)
    _, findings = check(path)
    (found,) = [d for d in findings if d.code == "S134"]
    assert (found.line, found.column) == (2, 3)
    assert "write 1800 if thousands are meant" in found.help
    assert 'catalogue: {file: measures.csv, decimal: "."}' in found.help
    head = HEAD.replace("measures.csv", '{file: measures.csv, decimal: "."}')
    path = plan(tmp_path, rows, head=head)
    assert not [d for d in check(path)[1] if d.code == "S134"]
    path = plan(tmp_path, rows.replace(";", ","))
    assert not [d for d in check(path)[1] if d.code == "S134"]
