"""Fitted models at the command line: diagnostics, marks, and results that need no data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.cli.processes import Done

Optimise = Callable[..., Done]

SCENARIO = """\
optimise: 1
name: sales
variables:
  A: {type: real, min: 100, max: 300}
  B: {type: real, min: 200, max: 500}
models:
  sales_model: {kind: linear, data: sales.csv, target: sales, features: [ads, promotions], unit: k}
  reach: {kind: table, features: [x], points: [[100, 1], [200, 4], [400, 6], [450, 6.2]]}
objectives:
  sales: {sense: maximise, expr: "sales_model(ads=A, promotions=B) + 100 * reach(x=B)"}
  cost: {sense: minimise, expr: A + 0.8 * B}
"""
DATA = "ads,promotions,sales\n100,200,5000\n200,300,6000\n300,400,7000\n"


def written(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "sales.csv").write_text(DATA, encoding="utf-8")
    path = folder / "sales.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def test_check_tells_how_good_a_fit_is(optimise: Optimise, tmp_path: Path) -> None:
    path = str(written(tmp_path / "in"))
    brief, full = optimise("check", path), optimise("check", "-v", path)
    assert brief.code == full.code == 0
    assert brief.out == full.out == f"{path}: valid, 2 warnings\n"
    assert "standard error" not in brief.err
    for words in (
        "model sales_model: least squares",
        "promotions  200 to 400            5  not determined",
        "R² 1",
        "rank 2 of 3",
        "cannot be told apart: ads and promotions",
        "in every row: ads - promotions = -100",
        "model reach: straight lines between points",
    ):
        assert words in full.err
    logistic = optimise("check", "-v", "device_state").err
    for words in ("80 observations, 17 with target 1", "deviance 40.2674", "condition number"):
        assert words in logistic


def test_plans_beyond_the_data_are_marked(optimise: Optimise, tmp_path: Path) -> None:
    path = str(written(tmp_path / "in"))
    done = optimise("run", path, "-o", "out")
    assert done.code == 0
    assert (
        "note: fitted models: extrapolation in 2 of 4 plans, not identified in 3 of 4 plans; show "
        "PLAN says where" in done.out
    )
    document = json.loads(Path("out/result.json").read_text(encoding="utf-8"))
    doubts = document["doubtful_predictions"]
    by_plan = {plan["id"]: plan["decisions"] for plan in document["plans"]}
    found = {
        (by_plan[d["plan"]]["A"], by_plan[d["plan"]]["B"], d["model"], *d["extrapolation"]): d[
            "identified"
        ]
        for d in doubts
    }
    assert found == {
        (100, 400, "sales_model"): False,
        (100, 500, "sales_model", "promotions"): False,
        (100, 500, "reach", "x"): True,
        (300, 500, "sales_model", "promotions"): False,
        (300, 500, "reach", "x"): True,
    }
    worst = next(d["plan"] for d in doubts if by_plan[d["plan"]]["A"] == 300)
    shown = optimise("show", "out", worst).out
    assert (
        "extrapolation: promotions 500 is outside 200 to 400; not identified: the data cannot "
        "tell apart" in " ".join(shown.split())
    )
    assert "extrapolation: x 500 is outside 100 to 450" in " ".join(shown.split())
    optimise("export", "out", "-o", "plans.md")
    assert "extrapolation in 2 of 4 plans" in Path("plans.md").read_text(encoding="utf-8")


def test_a_result_is_verified_without_its_data(optimise: Optimise, tmp_path: Path) -> None:
    path = written(tmp_path / "in")
    assert optimise("run", str(path), "-o", "out").code == 0
    shutil.rmtree(tmp_path / "in")
    assert optimise("verify", "out").code == 0
    file = Path("out/result.json")
    text = file.read_text(encoding="utf-8")
    assert '"intercept": "3500"' in text
    file.write_text(text.replace('"intercept": "3500"', '"intercept": "3400"'), encoding="utf-8")
    assert optimise("verify", "out").code == 5


def test_a_bad_cell_is_named_where_it_is(optimise: Optimise, tmp_path: Path) -> None:
    path = written(tmp_path / "in")
    (path.parent / "sales.csv").write_text(DATA.replace("6000", "6 000"), encoding="utf-8")
    done = optimise("run", str(path))
    assert done.code == 3
    assert "error[S072]: '6 000' is not a number" in done.err
    assert f"{path.parent / 'sales.csv'}:3:9" in done.err
    assert "write the digits alone" in done.err
