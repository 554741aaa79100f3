"""`run` of several scenarios, and of folders of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.processes import Done

PLAN = """
optimise: 1
name: {name}
indicators: {{output: {{}}, cost: {{}}}}
technologies: {{a: {{effects: {{output: 2, cost: 1}}}}}}
constraints: {{enough: output >= {least}}}
objectives: {{output: maximise, cost: minimise}}
"""


def written(folder: Path, **least: int) -> None:
    folder.mkdir(exist_ok=True)
    for name, value in least.items():
        (folder / f"{name}.yaml").write_text(PLAN.format(name=name, least=value))


def test_each_has_its_table_and_its_folder(optimise: Callable[..., Done], tmp_path: Path) -> None:
    written(tmp_path / "plans", first=0, second=1)
    done = optimise("run", "plans", "production_steps", "-o", "out")
    assert done.code == 0
    assert [done.err.count(f"saved: out/{name}\n") for name in ("first", "second")] == [1, 1]
    assert done.out.index("first\n") < done.out.index("second\n") < done.out.index("Production")
    for name in ("first", "second", "production_steps"):
        kept = json.loads((tmp_path / "out" / name / "result.json").read_text(encoding="utf-8"))
        assert kept["scenario"]["name"] == name


def test_one_that_fails_does_not_stop_the_others(
    optimise: Callable[..., Done], tmp_path: Path
) -> None:
    written(tmp_path, impossible=3, possible=1)
    (tmp_path / "wrong.yaml").write_text("optimise: 1\nname: wrong\n")
    done = optimise("run", "impossible.yaml", "wrong.yaml", "possible.yaml")
    assert done.code == 3  # a wrong file comes before what nothing fits
    assert "S013" in done.err
    assert "saved: results/possible" in done.err
    assert optimise("run", "possible.yaml", "impossible.yaml").code == 4


def test_what_there_is_one_of_is_refused(optimise: Callable[..., Done], tmp_path: Path) -> None:
    written(tmp_path / "a", same=0)
    written(tmp_path / "b", same=1)
    for words in (("--json",), ("--csv", "x.csv"), ("--format", "csv"), ("-o", "out")):
        done = optimise("run", "a", "b", *words)
        assert (done.code, done.out) == (2, ""), words
    assert not (tmp_path / "out").exists()
    assert optimise("run", "a", "b").code == 0
    assert optimise("run", str(tmp_path)).code == 0
