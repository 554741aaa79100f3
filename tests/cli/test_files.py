"""Where results are kept, what an option writes, and what neither may ever touch."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.processes import Done

Optimise = Callable[..., Done]

PLANT = """
optimise: 1
name: plant
indicators:
  output: {unit: t}
  cost: {unit: M}
technologies:
  a: {effects: {output: 5, cost: 3}}
  b: {effects: {output: 4, cost: 1}}
  c: {effects: {output: 3, cost: 2}}
constraints:
  cap: cost <= 5
objectives: {output: max, cost: min}
"""


def digits(folder: str) -> str:
    """The digits under which a result stands beside another."""
    return str(document(folder)["scenario_hash"])[:6]


def document(folder: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(Path(folder, "result.json").read_text(encoding="utf-8"))
    return found


def status(folder: str) -> str:
    """What the front of a result claims."""
    proof = document(folder)["proof"]
    assert isinstance(proof, dict)
    return str(proof["status"])


def names(folder: str = "results") -> list[str]:
    """What stands in a folder."""
    return sorted(path.name for path in Path(folder).iterdir())


# ---- where a result is kept


def test_an_edit_moves_the_earlier_state_aside(plant: Path, optimise: Optimise) -> None:
    assert optimise("run", "plant.yaml").code == 0
    before, old = Path("results/plant/front.csv").read_bytes(), digits("results/plant")
    plant.write_text(PLANT.replace("cost <= 5", "cost <= 3"), encoding="utf-8")
    done = optimise("run", "plant.yaml")
    assert f"moved to {Path('results', f'plant-{old}')}" in done.err
    assert Path(f"results/plant-{old}/front.csv").read_bytes() == before
    assert digits("results/plant") != old
    assert names() == ["plant", f"plant-{old}"]
    assert optimise("verify", "results").code == 0


def test_the_same_state_again_moves_nothing(plant: Path, optimise: Optimise) -> None:
    for _ in range(2):
        assert optimise("run", "plant.yaml").code == 0
    assert names() == ["plant"]
    plant.write_text(PLANT + "\n# a remark is no edit\n", encoding="utf-8")
    assert "moved" not in optimise("run", "plant.yaml").err
    assert names() == ["plant"]


@pytest.mark.parametrize(
    "change", [("--set", "constraints.cap=cost <= 2"), ("--at", "low")], ids=["set", "at"]
)
def test_changed_values_go_beside(plant: Path, optimise: Optimise, change: tuple[str, ...]) -> None:
    text = PLANT.replace("cost <= 5", "cost <= 5 * p")
    plant.write_text(text + "parameters: {p: {value: 1, low: 0.5, high: 2}}\n", encoding="utf-8")
    optimise("run", "plant.yaml")
    before = Path("results/plant/result.json").read_bytes()
    done = optimise("run", "plant.yaml", *change)
    (beside,) = set(names()) - {"plant"}
    assert beside == f"plant-{digits(f'results/{beside}')}"
    assert f"beside: a run with {change[0]}" in done.err
    assert Path("results/plant/result.json").read_bytes() == before


def test_another_file_of_the_same_name_goes_beside(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    before = Path("results/plant/result.json").read_bytes()
    Path("other.yaml").write_text(PLANT.replace("cost <= 5", "cost <= 4"), encoding="utf-8")
    done = optimise("run", "other.yaml")
    assert "results/plant is of another file, plant.yaml" in done.err.replace("\\", "/")
    assert Path("results/plant/result.json").read_bytes() == before
    (beside,) = set(names()) - {"plant"}
    assert document(f"results/{beside}")["scenario_file"] == "other.yaml"


def test_a_file_with_a_new_name_is_the_same_file(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    plant.rename("renamed.yaml")
    Path("renamed.yaml").write_text(PLANT.replace("cost <= 5", "cost <= 4"), encoding="utf-8")
    assert "moved to" in optimise("run", "renamed.yaml").err
    assert document("results/plant")["scenario_file"] == "renamed.yaml"


def test_a_weaker_run_replaces_nothing_stronger(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    before = Path("results/plant/result.json").read_bytes()
    done = optimise("run", "plant.yaml", "--method", "evolutionary")
    partial = f"plant-{digits('results/plant')}-partial"
    assert "holds a stronger result of this scenario" in done.err
    assert f"results/{partial}" in done.err.replace("\\", "/")
    assert Path("results/plant/result.json").read_bytes() == before
    assert names() == ["plant", partial]
    assert optimise("run", "plant.yaml", "--method", "evolutionary", "--replace").code == 0
    assert status("results/plant") == "approximate"
    assert optimise("run", "plant.yaml").code == 0
    assert Path("results/plant/front.csv").is_file()
    assert status("results/plant") == "complete"


def test_a_chosen_folder_holds_the_stronger_or_the_other(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml", "-o", "r")
    mark = digits("r")
    optimise("run", "plant.yaml", "-o", "r", "--method", "evolutionary")
    assert status("r") == "complete"
    assert Path(f"r-{mark}-partial").is_dir()
    done = optimise("run", "plant.yaml", "-o", "r", "--set", "constraints.cap=cost <= 2")
    assert "beside" not in done.err
    assert digits("r") != mark
    optimise("run", "plant.yaml", "-o", "r", "--method", "evolutionary", "--replace")
    assert status("r") == "approximate"


def test_a_damaged_result_is_moved_and_not_lost(plant: Path, optimise: Optimise) -> None:
    folder = Path("results/plant")
    folder.mkdir(parents=True)
    Path(folder, "result.json").write_text('{"schema_version": 1, "scenario_ha', encoding="utf-8")
    assert optimise("run", "plant.yaml").code == 0
    (aside,) = set(names()) - {"plant"}
    assert "scenario_ha" in Path("results", aside, "result.json").read_text(encoding="utf-8")


def test_a_hash_of_a_stranger_is_no_path(plant: Path, optimise: Optimise) -> None:
    folder = Path("results/plant")
    folder.mkdir(parents=True)
    content = '{"schema_version": 1, "scenario_hash": "/../../x"}'
    Path(folder, "result.json").write_text(content, encoding="utf-8")
    assert optimise("run", "plant.yaml").code == 0
    assert all(path.name in ("plant.yaml", "results") for path in Path().iterdir())


# ---- what an option writes


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A scenario of several files."""
    (tmp_path / "base.yaml").write_text(PLANT, encoding="utf-8")
    (tmp_path / "measures.csv").write_text("id,output,cost\nd,2,1\n", encoding="utf-8")
    top = "optimise: 1\nname: top\nextends: base.yaml\ncatalogue: measures.csv\n"
    (tmp_path / "top.yaml").write_text(top, encoding="utf-8")
    (tmp_path / "values.csv").write_text("parameter,value\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("more", [(), ("--overwrite",), ("--overwrite", "--replace")])
@pytest.mark.parametrize("how", ["itself", "symbolic", "hard", "dotted"])
def test_an_input_is_never_written(
    tables: Path, optimise: Optimise, how: str, more: tuple[str, ...]
) -> None:
    source = tables / "measures.csv"
    before = source.read_bytes()
    target = "measures.csv"
    if how == "symbolic":
        target = "link.csv"
        Path(target).symlink_to("measures.csv")
    elif how == "hard":
        target = "hard.csv"
        os.link("measures.csv", target)
    elif how == "dotted":
        target = f"../{tables.name}/./measures.csv"
    done = optimise("run", "top.yaml", "--csv", target, *more)
    assert (done.code, done.out) == (2, "")
    assert "would replace" in done.err
    assert source.read_bytes() == before
    assert not Path("results").exists()
    more = tuple(option for option in more if option != "--replace")
    assert optimise("export", "top.yaml", "-o", target, *more).code == 2
    assert source.read_bytes() == before


def test_the_folder_of_a_result_holds_no_input(tables: Path, optimise: Optimise) -> None:
    Path("r").mkdir()
    Path("r/front.csv").write_text("id,output,cost\nd,2,1\n", encoding="utf-8")
    text = Path("top.yaml").read_text(encoding="utf-8").replace("measures.csv", "r/front.csv")
    Path("top.yaml").write_text(text, encoding="utf-8")
    done = optimise("run", "top.yaml", "-o", "r", "--overwrite", "--replace")
    assert (done.code, "would replace" in done.err) == (2, True)
    assert names("r") == ["front.csv"]


def test_a_saved_result_knows_its_inputs(tables: Path, optimise: Optimise) -> None:
    assert optimise("run", "top.yaml").code == 0
    done = optimise("export", "results/top", "-o", "measures.csv", "--overwrite")
    assert (done.code, "would replace" in done.err) == (2, True)


@pytest.mark.parametrize("target", ["mine.csv", "mine.md", "mine.json", "mine.opb"])
def test_files_of_others_need_a_word(plant: Path, optimise: Optimise, target: str) -> None:
    Path(target).write_text("mine\n", encoding="utf-8")
    done = optimise("export", "plant.yaml", "-o", target)
    assert (done.code, "--overwrite" in done.err) == (2, True)
    assert Path(target).read_text(encoding="utf-8") == "mine\n"
    assert optimise("export", "plant.yaml", "-o", target, "--overwrite").code == 0
    assert Path(target).read_text(encoding="utf-8") != "mine\n"
    assert optimise("export", "plant.yaml", "-o", target).code == 0  # ours by now


def test_csv_of_run_needs_a_word_too(plant: Path, optimise: Optimise) -> None:
    Path("mine.csv").write_text("mine\n", encoding="utf-8")
    done = optimise("run", "plant.yaml", "--csv", "mine.csv")
    assert (done.code, done.out, Path("results").exists()) == (2, "", False)
    assert optimise("run", "plant.yaml", "--csv", "mine.csv", "--overwrite").code == 0
    assert Path("mine.csv").read_bytes() == Path("results/plant/front.csv").read_bytes()
    assert optimise("run", "plant.yaml", "--csv", "mine.csv").code == 0


def test_foreign_files_in_a_chosen_folder(plant: Path, optimise: Optimise) -> None:
    Path("r").mkdir()
    Path("r/front.csv").write_text("mine\n", encoding="utf-8")
    assert optimise("run", "plant.yaml", "-o", "r").code == 2
    assert Path("r/front.csv").read_text(encoding="utf-8") == "mine\n"
    Path("r/front.csv").unlink()
    Path("r/notes.txt").write_text("mine\n", encoding="utf-8")
    assert optimise("run", "plant.yaml", "-o", "r").code == 0
    assert Path("r/notes.txt").read_text(encoding="utf-8") == "mine\n"


def test_empty_files_and_pipes_are_always_allowed(plant: Path, optimise: Optimise) -> None:
    Path("empty.csv").touch()
    assert optimise("run", "plant.yaml", "--csv", "empty.csv").code == 0
    os.mkfifo("pipe")
    got: list[str] = []
    reader = threading.Thread(
        target=lambda: got.append(Path("pipe").read_text(encoding="utf-8")), daemon=True
    )
    reader.start()
    assert optimise("run", "plant.yaml", "--csv", "pipe").code == 0
    reader.join(10)
    assert got[0].startswith("plan,rank,score")
    assert optimise("run", "plant.yaml", "--csv", "/dev/null").code == 0


@pytest.mark.parametrize("words", [["assess", "plant.yaml", "--measured"], ["init", "--from"]])
def test_a_pipe_is_no_table_and_is_there(words: list[str], plant: Path, optimise: Optimise) -> None:
    """It was said that there was none."""
    os.mkfifo("pipe.csv")
    done = optimise(*words, "pipe.csv")
    assert done.code == 2
    assert done.err.startswith("error: pipe.csv is a pipe or a device, and no table\n  = help: ")


@pytest.mark.parametrize("target", ["plans.txt", "plans", "plans.xlsx", "plans.csv.bak"])
def test_a_suffix_that_is_not_written_is_refused(
    plant: Path, optimise: Optimise, target: str
) -> None:
    done = optimise("run", "plant.yaml", "--csv", target)
    assert (done.code, done.out) == (2, "")
    assert "--csv writes .csv" in done.err
    assert optimise("run", "plant.yaml", "--csv", "PLANS.CSV").code == 0


@pytest.mark.parametrize("target", ["nowhere/plans.csv", "folder.csv"])
def test_plans_are_printed_where_nothing_can_be_written(
    plant: Path, optimise: Optimise, target: str
) -> None:
    Path("folder.csv").mkdir()
    done = optimise("run", "plant.yaml", "--csv", target)
    assert (done.code, "score" in done.out) == (2, True)
    assert Path("results/plant/front.csv").is_file()


def test_what_is_in_the_way_is_named(plant: Path, optimise: Optimise) -> None:
    """ "File exists", and the option of another command, helped nobody."""
    Path("file").write_text("mine", encoding="utf-8")
    for words, help in (
        (("run", "plant.yaml", "-o", "file/below"), "choose another place with -o"),
        (("init", "file/below"), "name another folder"),
    ):
        done = optimise(*words)
        assert done.code == 2
        assert "file is a file\n" in done.err
        assert f"= help: {help}\n" in done.err
    done = optimise("check", "plant.yaml", "--format", "md:/proc/no/check.md")
    assert (done.code, "-o" in done.err) == (2, False)


# ---- scenarios that are written

LEARNT = ("assess", "plant.yaml", "--measured", "m.csv", "-o")


def test_what_was_learnt_replaces_only_when_told(plant: Path, optimise: Optimise) -> None:
    rows = "".join(f"a,output,{6 + i / 9}\n" for i in range(6))
    Path("m.csv").write_text("technology,indicator,effect\n" + rows, encoding="utf-8")
    assert optimise(*LEARNT, "new.yaml").code == 0
    Path("mine.yaml").write_text("mine", encoding="utf-8")
    assert optimise(*LEARNT, "mine.yaml").code == 2
    assert Path("mine.yaml").read_text(encoding="utf-8") == "mine"
    assert optimise(*LEARNT, "mine.yaml", "--overwrite").code == 0
    assert Path("mine.yaml").read_bytes() == Path("new.yaml").read_bytes()
    for target in ("plant.yaml", "m.csv", "out.txt"):
        assert optimise(*LEARNT, target, "--overwrite").code == 2
    assert plant.read_text(encoding="utf-8") == PLANT
    assert not Path("out.txt").exists()


def test_init_replaces_only_when_told(plant: Path, optimise: Optimise) -> None:
    Path("scenario.yaml").write_text("mine", encoding="utf-8")
    assert optimise("init", ".").code == 2
    assert optimise("init", ".", "--overwrite").code == 0
    assert optimise("check", "scenario.yaml").code == 0
    table = b"id,output,cost\nd,2,1\n"
    Path("data").mkdir()
    Path("data/m.csv").write_bytes(table)
    Path("data/scenario.yaml").symlink_to("m.csv")
    done = optimise("init", "--from", "data/m.csv", "--overwrite")
    assert (done.code, "would replace" in done.err) == (2, True)
    assert Path("data/m.csv").read_bytes() == table


# ---- several formats of a comparison


def test_a_comparison_is_written_in_several_formats(plant: Path, optimise: Optimise) -> None:
    named = ("junit:out.xml", "md:out.txt", "csv:out.csv", "json:out.json", "github:notes")
    files = [part for name in named for part in ("--format", name)]
    plain = optimise("compare", "plant.yaml", "plant.yaml")
    for _ in range(2):  # the second time they are ours
        done = optimise("compare", "plant.yaml", "plant.yaml", *files)
        assert (done.code, done.out) == (0, plain.out)
    printed = optimise("compare", "plant.yaml", "plant.yaml", "--format", "junit").out
    assert Path("out.xml").read_text(encoding="utf-8").startswith(printed)
    assert Path("out.txt").read_text(encoding="utf-8").startswith("## ")
    assert Path("out.csv").read_text(encoding="utf-8").startswith("base,new,metric")
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))[0]["base"] == "plant.yaml"


def test_a_report_is_written_whatever_the_gates_say(plant: Path, optimise: Optimise) -> None:
    Path("worse.yaml").write_text(PLANT.replace("cost <= 5", "cost <= 1"), encoding="utf-8")
    gate = ("--fail-on", "best.output:1%", "--format", "junit:out.xml")
    assert optimise("compare", "plant.yaml", "worse.yaml", *gate).code == 5
    assert "<failure" in Path("out.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "formats",
    [
        ("xml",),
        ("junit:",),
        ("table:out.txt",),
        ("md", "json"),
        ("md:out", "csv:out"),
        ("md:plant.yaml",),
        ("csv:mine.csv",),
    ],
)
def test_formats_that_are_refused(
    plant: Path, optimise: Optimise, formats: tuple[str, ...]
) -> None:
    Path("mine.csv").write_text("mine\n", encoding="utf-8")
    options = [part for format in formats for part in ("--format", format)]
    done = optimise("compare", "plant.yaml", "plant.yaml", *options)
    assert (done.code, done.out) == (2, "")
    assert plant.read_text(encoding="utf-8") == PLANT
    assert Path("mine.csv").read_text(encoding="utf-8") == "mine\n"
