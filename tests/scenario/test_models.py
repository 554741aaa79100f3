"""Fitted models of a scenario: what is read and fitted, what is refused and where, and what a
result carries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimiser.advice import check
from optimiser.errors import Diagnostic, ScenarioError
from optimiser.scenario import Scenario, from_resolved, load

HEAD = """\
optimise: 1
name: test
variables: {a: {type: real, min: 0, max: 9}, b: {type: real, min: 0, max: 9}}
objectives: {value: {sense: maximise, expr: "EXPR"}}
models:
"""
DATA = """\
x,y,z,event
1,4,10,0
2,1,13,0
3,5,11,1
4,2,19,0
5,6,18,1
6,1,24,0
7,4,23,1
8,2,28,1
"""
LINEAR = "  m: {kind: linear, data: data.csv, target: z, features: [x, y]}\n"
TABLE = "  t: {kind: table, features: [x], points: [[0, 0], [5, 12], [10, 15]]}\n"


def case(folder: Path, models: str, *, expr: str = "m(x=a, y=b)", data: str = DATA) -> Path:
    (folder / "data.csv").write_text(data, encoding="utf-8")
    path = folder / "case.yaml"
    path.write_text(HEAD.replace("EXPR", expr) + models, encoding="utf-8")
    return path


def loaded(folder: Path, models: str, **more: str) -> Scenario:
    return load(case(folder, models, **more))


def found(folder: Path, models: str, **more: str) -> list[Diagnostic]:
    path = case(folder, models, **more)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert tuple(d for d in check(path)[1] if d.severity == "error") == caught.value.diagnostics
    return list(caught.value.diagnostics)


def places(diagnostics: list[Diagnostic]) -> list[tuple[str, str, int, int]]:
    return [(d.code, Path(d.file).name, d.line, d.column) for d in diagnostics]


def warned(folder: Path, models: str, **more: str) -> list[Diagnostic]:
    scenario, diagnostics = check(case(folder, models, **more))
    assert scenario is not None, diagnostics
    return list(diagnostics)


def test_the_fit_is_part_of_the_scenario(tmp_path: Path) -> None:
    fitted = loaded(tmp_path, LINEAR).models["m"].fitted
    assert fitted is not None
    assert fitted.observations == 8
    assert fitted.rank == 3
    assert [str(v) for v in fitted.ranges["x"]] == ["1", "8"]
    assert str(fitted.coefficients["x"]).startswith("2.475")
    assert 0 < (fitted.r_squared or 0) < 1
    assert fitted.errors["y"] > 0


def test_coefficients_have_twelve_digits(tmp_path: Path) -> None:
    """What is shown, saved and computed with is one number."""
    scenario = loaded(
        tmp_path,
        "  m: {kind: linear, data: data.csv, target: z, features: [x]}\n",
        expr="m(x=a)",
        data="x,z\n0,0\n1,1\n3,2\n",
    )
    fitted = scenario.models["m"].fitted
    assert fitted is not None
    assert [str(fitted.intercept), str(fitted.coefficients["x"])] == [
        "0.142857142857",
        "0.642857142857",
    ]


def test_a_result_needs_no_data(tmp_path: Path) -> None:
    scenario = loaded(
        tmp_path,
        LINEAR + TABLE + "  l: {kind: logistic, data: data.csv, target: event, features: [x]}\n",
    )
    resolved = scenario.resolved()
    (tmp_path / "data.csv").unlink()
    again = from_resolved(resolved)
    assert again == scenario
    assert again.resolved() == resolved
    assert resolved["models"]["t"]["points"] == [["0", "0"], ["5", "12"], ["10", "15"]]
    assert "fitted" not in resolved["models"]["t"]


def test_a_damaged_fit_is_refused(tmp_path: Path) -> None:
    resolved: dict[str, Any] = loaded(tmp_path, LINEAR).resolved()
    del resolved["models"]["m"]["fitted"]["coefficients"]["y"]
    with pytest.raises(ScenarioError) as caught:
        from_resolved(resolved)
    assert "does not hold a linear fit of x, y" in caught.value.diagnostics[0].message


def test_points_from_a_file_in_any_order(tmp_path: Path) -> None:
    scenario = loaded(
        tmp_path,
        "  t: {kind: table, data: data.csv, target: z, features: [x]}\n",
        expr="t(x=a)",
        data="x,z\n3,2\n1,1\n0,0.50\n",
    )
    fitted = scenario.models["t"].fitted
    assert fitted is not None
    assert [(str(x), str(z)) for x, z in fitted.points] == [("0", "0.50"), ("1", "1"), ("3", "2")]


def test_a_column_with_a_unit(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, LINEAR, data=DATA.replace("x,y,z", "x [t/h],y,z [M CNY]"))
    assert scenario.models["m"].fitted is not None


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ("  m: {kind: linear}\n", [("S013", 6, 3)] * 3),
        (
            "  m: {kind: quadratic, data: data.csv, target: z, features: [x, y]}\n",
            [("S015", 6, 13)],
        ),
        ("  m: {kind: linear, data: other.csv, target: z, features: [x, y]}\n", [("S060", 6, 27)]),
        (
            "  m: {kind: linear, data: ../data.csv, target: z, features: [x, y]}\n",
            [("S060", 6, 27)],
        ),
        ("  m: {kind: linear, data: data.csv, target: zz, features: [x, y]}\n", [("S073", 6, 45)]),
        ("  m: {kind: linear, data: data.csv, target: z, features: [x, yy]}\n", [("S073", 6, 62)]),
        (
            "  m: {kind: linear, data: data.csv, target: z, features: [x, y, x]}\n",
            [("S016", 6, 65)],
        ),
        ("  m: {kind: linear, data: data.csv, target: y, features: [x, y]}\n", [("S016", 6, 62)]),
        ("  m: {kind: linear, data: data.csv, target: z, features: [x, 2y]}\n", [("S018", 6, 62)]),
        ("  m: {kind: table, data: data.csv, target: z, features: [x, y]}\n", [("S016", 6, 57)]),
        ("  m: {kind: linear, features: [x, y], points: [[0, 0], [1, 1]]}\n", [("S016", 6, 39)]),
        (
            "  m: {kind: table, features: [x], target: z, points: [[0, 0], [1, 1]]}\n",
            [("S016", 6, 35)],
        ),
        ("  m: {kind: table, features: [x], points: [[0, 0], [1]]}\n", [("S014", 6, 52)]),
        ("  m: {kind: table, features: [x], points: [[0, 0]]}\n", [("S080", 6, 43)]),
        ("  m: {kind: table, features: [x], points: [[0, 0], [0, 1]]}\n", [("S080", 6, 53)]),
        ("  m: {kind: table, features: [x], points: [[5, 0], [0, 1]]}\n", [("S080", 6, 53)]),
        ("  m: {kind: table, features: [x], points: [[0, 0], [a, 1]]}\n", [("S080", 6, 53)]),
        ("  m: {kind: linear, data: data.csv, target: z, feature: [x, y]}\n", [("S011", 6, 48)]),
        (
            "  a: {kind: table, features: [x], points: [[0, 0], [1, 1]]}\n",
            [("S031", 4, 46), ("S020", 6, 3)],
        ),
        (
            "  max: {kind: table, features: [x], points: [[0, 0], [1, 1]]}\n",
            [("S031", 4, 46), ("S019", 6, 3)],
        ),
    ],
)
def test_what_is_written_wrong(
    models: str, expected: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    diagnostics = found(tmp_path, models)
    assert [(d.code, d.line, d.column) for d in diagnostics] == expected
    assert all(d.help or d.label for d in diagnostics)


@pytest.mark.parametrize(
    ("expr", "code", "column", "words"),
    [
        ("m(x=a)", "S082", 46, "needs y too"),
        ("m(x=a, y=b, w=1)", "S082", 58, "has no feature 'w'"),
        ("m(x=a, Y = b)", "S082", 53, "has no feature 'Y'"),
        ("n(x=a, y=b)", "S031", 46, "unknown function 'n'"),
        ("m + a", "S031", 46, "unknown name 'm'"),
        ("m(x=a, y=c)", "S031", 55, "unknown name 'c'"),
        ("m(a, b)", "S030", 46, "unknown function 'm'"),
        ("m(x=a, x=b)", "S030", 53, "'x' is given twice"),
    ],
)
def test_what_is_called_wrong(
    expr: str, code: str, column: int, words: str, tmp_path: Path
) -> None:
    first = found(tmp_path, LINEAR, expr=expr)[0]
    assert (first.code, first.line, first.column) == (code, 4, column)
    assert words in first.message


def test_a_model_is_no_number(tmp_path: Path) -> None:
    (diagnostic,) = found(tmp_path, LINEAR + "parameters: {p: 'm(x=1, y=2)'}\n")
    assert (diagnostic.code, diagnostic.line, diagnostic.column) == ("S032", 7, 18)


LOGISTIC = "  m: {kind: logistic, data: data.csv, target: event, features: [x, y]}\n"


@pytest.mark.parametrize(
    ("models", "data", "expected"),
    [
        (LINEAR, DATA.replace("3,5,11,1", "3,,11,1"), [("S072", "data.csv", 4, 3)]),
        (LINEAR, DATA.replace("3,5,11,1", "3,n/a,11,1"), [("S072", "data.csv", 4, 3)]),
        (
            LINEAR,
            DATA.replace("3,5,11,1", 'nan,5,"1,1",1'),
            [("S072", "data.csv", 4, 1), ("S072", "data.csv", 4, 7)],
        ),
        (LINEAR, DATA.replace("3,5,11,1", "3,5,11"), [("S071", "data.csv", 4, 5)]),
        (LINEAR, "x,y,z\n1,2,3\n", [("S080", "case.yaml", 6, 3)]),
        (LINEAR, "x,y,z\n", [("S070", "data.csv", 0, 0)]),
        (LINEAR, "x,y,z\n1,2,3\n2,2,5\n4,2,6\n", [("S080", "data.csv", 1, 3)]),
        (LINEAR, "x,y,z\n1,2,3e400\n2,3,5\n4,2,6\n", [("S072", "data.csv", 2, 5)]),
        (LOGISTIC, DATA.replace("3,5,11,1", "3,5,11,2"), [("S080", "data.csv", 4, 8)]),
        (LOGISTIC, DATA.replace(",1\n", ",0\n"), [("S080", "case.yaml", 6, 3)]),
        (
            LOGISTIC,
            DATA.replace("6,1,24,0", "6,3,24,1").replace("3,5,11,1", "3,5,11,0"),
            [("S081", "case.yaml", 6, 3)],
        ),
        (
            "  m: {kind: table, data: data.csv, target: z, features: [x]}\n",
            "x,z\n1,2\n3,4\n1,3\n",
            [("S080", "data.csv", 4, 1)],
        ),
        (
            "  m: {kind: table, data: data.csv, target: z, features: [x]}\n",
            "x,z\n1,2\n",
            [("S080", "case.yaml", 6, 26)],
        ),
    ],
)
def test_data_that_cannot_be_fitted(
    models: str, data: str, expected: list[tuple[str, str, int, int]], tmp_path: Path
) -> None:
    diagnostics = found(
        tmp_path, models, data=data, expr="m(x=a)" if "table" in models else "m(x=a, y=b)"
    )
    assert places(diagnostics) == expected
    assert all(d.help for d in diagnostics)


def test_a_percentage_among_the_data_is_answered_with_both_numbers(tmp_path: Path) -> None:
    first = found(tmp_path, LINEAR, data=DATA.replace("3,5,11,1", "3,5.5 %,11,1"))[0]
    assert first.help == "write 0.055 for the share, or 5.5 for percent"


def test_separation_says_so(tmp_path: Path) -> None:
    data = DATA.replace("6,1,24,0", "6,3,24,1").replace("3,5,11,1", "3,5,11,0")
    (diagnostic,) = found(tmp_path, LOGISTIC, data=data)
    assert (
        "separated by 'x': it is at most 4 in every row with target 0 and at least 5"
        in diagnostic.message
    )


@pytest.mark.parametrize(
    ("models", "data", "codes"),
    [
        (
            LINEAR,
            DATA.replace("z,event", "z,event").replace("8,2,28,1\n", "8,2,28,1\n9,5,30,1\n"),
            [],
        ),
        (LINEAR, DATA, ["S143"]),
        (
            "  m: {kind: linear, data: data.csv, target: event, features: [x, y]}\n",
            DATA + "9,5,3,1\n",
            ["S142"],
        ),
        (LINEAR, "x,y,z\n" + "".join(f"{k},{2 * k + 1},{k * k}\n" for k in range(9)), ["S140"]),
        (
            LINEAR,
            "x,y,z\n" + "".join(f"{k},{2 * k + k % 2 / 1000},{k * k}\n" for k in range(9)),
            ["S141"],
        ),
        (LOGISTIC, DATA + "7,5,0,0\n1,1,0,1\n", ["S143"]),
        (LINEAR + TABLE, DATA + "9,5,30,1\n", ["S144"]),
    ],
)
def test_warnings(models: str, data: str, codes: list[str], tmp_path: Path) -> None:
    diagnostics = warned(tmp_path, models, data=data)
    assert [d.code for d in diagnostics] == codes
    assert {d.line for d in diagnostics} <= {6, 7}


def test_a_warning_names_what_cannot_be_told_apart(tmp_path: Path) -> None:
    data = "x,y,z\n" + "".join(f"{k},{2 * k + 1},{k * k}\n" for k in range(9))
    (diagnostic,) = warned(tmp_path, LINEAR, data=data)
    assert "cannot tell apart x and y" in diagnostic.message
    assert diagnostic.label == "in every row 2 x - y = -1"


def test_a_warning_names_what_is_nearly_dependent(tmp_path: Path) -> None:
    data = "x,w,y,z\n" + "".join(
        f"{k},{k * k % 7},{2 * k + k % 2 / 1000},{k * k}\n" for k in range(12)
    )
    models = "  m: {kind: linear, data: data.csv, target: z, features: [x, w, y]}\n"
    (diagnostic,) = warned(tmp_path, models, data=data, expr="m(x=a, y=b, w=1)")
    assert "its data hardly tell apart x and y (condition number" in diagnostic.message


def test_workbooks_hold_data_too(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for line in DATA.splitlines():
        book.active.append([float(cell) if cell[0].isdigit() else cell for cell in line.split(",")])
    path = case(tmp_path, LINEAR.replace("data.csv", "data.xlsx"))
    book.save(tmp_path / "data.xlsx")
    fitted = load(path).models["m"].fitted
    expected = load(case(tmp_path, LINEAR)).models["m"].fitted
    assert fitted is not None
    assert fitted == expected


def test_values_of_points_may_depend_on_parameters(tmp_path: Path) -> None:
    text = "  t: {kind: table, features: [x], points: [[0, 0], [5, 2 * p]]}\nparameters: {p: 3}\n"
    assert loaded(tmp_path, text, expr="t(x=a)").models["t"].points[1][1].text == "2 * p"


def test_data_of_a_base_lie_beside_it(tmp_path: Path) -> None:
    """A path is relative to the file in which it is written."""
    base = tmp_path / "base"
    base.mkdir()
    case(base, LINEAR)
    (tmp_path / "top.yaml").write_text("extends: base/case.yaml\nname: top\n", encoding="utf-8")
    assert (
        load(tmp_path / "top.yaml").models["m"].fitted
        == load(base / "case.yaml").models["m"].fitted
    )
