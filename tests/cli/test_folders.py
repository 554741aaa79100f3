"""Folders of scenarios, checked, verified and compared, also with a revision of a repository; and
what is written of that, whatever the exit code.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.processes import Done
from tests.cli.test_files import PLANT, names

Optimise = Callable[..., Done]

PART = "parameters:\n  cap: 5\n"
WORKS = """
optimise: 1
extends: part.yaml
name: works
indicators:
  output: {unit: t}
  cost: {unit: M}
catalogue: measures.csv
constraints:
  cap: cost <= cap
objectives: {output: max, cost: min}
gates:
  - hypervolume:0
  - best.output:0
"""
MEASURES = "id,output,cost\na,5,3\nb,4,1\nc,3,2\n"


def write(folder: Path, **files: str) -> Path:
    """Files of these names and contents; ``__`` is the point of an ending."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def git(*words: str, folder: Path) -> str:
    person = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", *person, *words], cwd=folder, capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout.strip()


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder with two scenarios, a part and a table."""
    return write(
        tmp_path / "plans",
        plant__yaml=PLANT,
        works__yaml=WORKS,
        part__yaml=PART,
        measures__csv=MEASURES,
    )


@pytest.fixture
def repository(plans: Path, tmp_path: Path) -> Path:
    """The same under the branch main of a repository."""
    git("init", "-q", "-b", "main", ".", folder=tmp_path)
    git("add", "-A", folder=tmp_path)
    git("commit", "-qm", "first", folder=tmp_path)
    return tmp_path


# ---- check and verify


def test_check_searches_folders(plans: Path, optimise: Optimise) -> None:
    write(plans / "北", small__yml=PLANT)
    write(plans / ".hidden", no__yaml="optimise: 1\n")
    write(plans, stray__yaml="name: stray\n")
    done = optimise("check", "plans")
    assert done.code == 0
    assert done.out.splitlines() == [
        "plans/plant.yaml: valid",
        "plans/works.yaml: valid",
        "plans/北/small.yml: valid",
    ]
    # a part of another scenario is read with it, and nothing else is left out in silence
    assert done.err == "left out: plans/stray.yaml does not say 'optimise: 1'\n"
    assert optimise("check", "plans", "plans/plant.yaml", "steel_routes").out.count("valid") == 4


def test_a_folder_without_scenarios(optimise: Optimise, tmp_path: Path) -> None:
    write(tmp_path / "plans", part__yaml=PART)
    done = optimise("check", "plans")
    assert (done.code, done.out) == (2, "")
    assert "no scenario in the folder plans or below" in done.err
    assert optimise("compare", "plans", "plans").code == 2


def test_findings_are_written_whatever_the_exit_code(plans: Path, optimise: Optimise) -> None:
    write(plans, wrong__yaml=PLANT.replace("cost: 3", "cots: 3"))
    files = ("junit:c.xml", "md:c.md", "json:c.json", "github:c.txt")
    formats = [word for file in files for word in ("--format", file)]
    done = optimise("check", "plans", *formats, "--format", "github")
    assert done.code == 3
    assert done.out.startswith("::error file=plans/wrong.yaml,line=8,col=")
    assert Path("c.txt").read_text(encoding="utf-8").startswith(done.out)
    tree = ElementTree.parse("c.xml").getroot()
    assert [(case.get("name"), len(case)) for case in tree.iter("testcase")] == [
        ("plans/plant.yaml", 0),
        ("plans/works.yaml", 0),
        ("plans/wrong.yaml", 1),
    ]
    text = Path("c.md").read_text(encoding="utf-8")
    assert "- valid: plans/plant.yaml\n" in text
    assert "- **invalid**: plans/wrong.yaml\n  - error: plans/wrong.yaml:8: " in text
    (found,) = json.loads(Path("c.json").read_text(encoding="utf-8"))
    assert (found["file"], found["line"], found["severity"]) == ("plans/wrong.yaml", 8, "error")
    # what is ours may be written again, and what is a scenario never
    assert optimise("check", "plans", *formats).code == 3
    assert optimise("check", "plans", "--format", "md:plans/plant.yaml", "--overwrite").code == 2
    assert optimise("check", "plans", "--format", "md:plans/part.yaml").code == 2
    assert optimise("check", "missing.yaml", "--format", "junit:m.xml").code == 2
    assert "missing" in Path("m.xml").read_text(encoding="utf-8")


def test_verify_of_folders_in_several_formats(plans: Path, optimise: Optimise) -> None:
    assert optimise("verify", "plans").out.count("verified:") == 2
    optimise("run", "plans/plant.yaml")
    optimise("run", "plans/works.yaml")
    place = Path("results/plant/result.json")
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace('"output": 9', '"output": 10'), encoding="utf-8")
    done = optimise("verify", "results", "--format", "junit:v.xml", "--format", "md:v.md")
    assert done.code == 5
    tree = ElementTree.parse("v.xml").getroot()
    assert [(case.get("name"), len(case)) for case in tree.iter("testcase")] == [
        ("results/plant", 1),
        ("results/works", 0),
    ]
    assert "- **not verified**: results/plant" in Path("v.md").read_text(encoding="utf-8")
    annotations = optimise("verify", "results", "--format", "github").out
    assert annotations.startswith("::error file=plans/plant.yaml::results/plant: ")


# ---- folders


def test_folders_are_compared_by_the_names_of_files(plans: Path, optimise: Optimise) -> None:
    shutil.copytree("plans", "next")
    Path("next/plant.yaml").unlink()
    write(Path("next"), added__yaml=PLANT, works__yaml=WORKS.replace("cost <= cap", "cost <= 3"))
    done = optimise("compare", "plans", "next")
    assert done.code == 5
    assert "new: next/added.yaml\n" in done.out
    assert "gone: plans/plant.yaml\n" in done.out
    assert "constraints.cap.expr  cost <= cap  cost <= 3  next/works.yaml:10" in done.out
    assert done.out.endswith("1 changed, 0 unchanged, 1 new, 1 gone\n")
    found = json.loads(optimise("compare", "plans", "next", "--json").out)
    assert [(one["base"], one["new"], one["status"]) for one in found] == [
        (None, "next/added.yaml", "new"),
        ("plans/plant.yaml", None, "gone"),
        ("plans/works.yaml", "next/works.yaml", "compared"),
    ]
    assert found[2]["changes"] == [
        {
            "path": "constraints.cap.expr",
            "old": "cost <= cap",
            "new": "cost <= 3",
            "file": "next/works.yaml",
            "line": 10,
        }
    ]
    assert optimise("compare", "plans", "plans").out == (
        "unchanged: plans/plant.yaml\nunchanged: plans/works.yaml\n"
        "\n0 changed, 2 unchanged, 0 new, 0 gone\n"
    )


def test_two_files_of_one_name_are_two(plans: Path, optimise: Optimise) -> None:
    write(plans, plant__yml=PLANT)
    assert optimise("compare", "plans", "plans").out.count("unchanged: ") == 3


def test_folders_of_results_are_compared_with_scenarios(plans: Path, optimise: Optimise) -> None:
    for name in ("plant", "works"):
        optimise("run", f"plans/{name}.yaml", "-q")
    done = optimise("compare", "results", "plans")
    assert done.code == 0
    assert done.out.startswith("unchanged: plans/plant.yaml\nunchanged: plans/works.yaml\n")
    assert optimise("compare", "results", "results").code == 0
    assert optimise("compare", "results", "plans/plant.yaml").code == 2
    assert optimise("compare", "plans/plant.yaml", "results").code == 2


def test_gates_are_told_at_their_line(plans: Path, optimise: Optimise) -> None:
    shutil.copytree("plans", "next")
    write(Path("next"), works__yaml=WORKS.replace("cost <= cap", "cost <= 3"))
    done = optimise(
        "compare", "plans", "next", "--format", "github", "--fail-on", "best.cost:0", "-q",
        "--fail-on", "lost-plans:0", "--fail-on", "best.output:5%",
    )  # fmt: skip
    assert done.code == 5
    assert [line.partition("::gate ")[0] for line in done.out.splitlines()] == [
        "::error file=next/works.yaml",  # lost-plans is about no line
        "::error file=next/works.yaml,line=11",  # best.output:5 %, at the objective
        "::error file=next/works.yaml,line=13",
        "::error file=next/works.yaml,line=14",
    ]


def test_one_that_cannot_be_compared_is_no_obstacle(plans: Path, optimise: Optimise) -> None:
    shutil.copytree("plans", "next")
    write(Path("next"), plant__yaml=PLANT.replace("cost: 3", "cots: 3"))
    write(plans, third__yaml=PLANT)
    write(Path("next"), third__yaml=PLANT.replace("cost <= 5", "cost <= -1"))
    formats = ("junit:r.xml", "md:r.md", "csv:r.csv", "json:r.json")
    asked = [word for file in formats for word in ("--format", file)]
    done = optimise("compare", "plans", "next", *asked, "--format", "github")
    assert done.code == 3  # before 4
    first, second = done.out.splitlines()
    assert first.startswith("::error file=next/plant.yaml,line=8,col=")
    assert second.startswith("::error file=next/third.yaml::")
    found = json.loads(Path("r.json").read_text(encoding="utf-8"))
    assert [one["status"] for one in found] == ["failed", "failed", "compared"]
    assert found[0]["errors"][0]["line"] == 8
    tree = ElementTree.parse("r.xml").getroot()
    assert [suite.get("errors") for suite in tree.iter("testsuite")] == ["1", "1", "0"]
    text = Path("r.md").read_text(encoding="utf-8")
    assert "**not compared**: plans/third.yaml → next/third.yaml" in text
    assert ",next/third.yaml,failed," in Path("r.csv").read_text(encoding="utf-8")
    # and what is ours is written again
    assert optimise("compare", "plans", "next", *asked, "-q").code == 3


def test_gates_of_the_caller_are_for_those_who_have_what_they_name(
    plans: Path, optimise: Optimise
) -> None:
    other = PLANT.replace("cost", "price").replace("name: plant", "name: other")
    write(plans, other__yaml=other)
    shutil.copytree("plans", "next")
    assert optimise("compare", "plans", "next", "--fail-on", "best.price:0").code == 0
    done = optimise("compare", "plans", "next", "--fail-on", "best.prise:0")
    assert done.code == 3
    assert "next/other.yaml: gate 'best.prise:0': 'prise' is no objective" in done.err


def test_an_invalid_file_is_written_of_too(optimise: Optimise, tmp_path: Path) -> None:
    write(tmp_path, a__yaml=PLANT, b__yaml="optimise: 1\n")
    done = optimise("compare", "a.yaml", "b.yaml", "--format", "md:r.md")
    assert (done.code, done.out) == (3, "")
    assert "**not compared**: a.yaml → b.yaml" in Path("r.md").read_text(encoding="utf-8")
    assert not Path(".optimise").exists()  # nothing was solved in vain


# ---- revisions


def test_a_revision_is_compared_without_a_checkout(repository: Path, optimise: Optimise) -> None:
    table = repository / "plans" / "measures.csv"
    table.write_text(MEASURES.replace("a,5,3", "a,5,4"), encoding="utf-8")
    before = git("status", "--porcelain", folder=repository)
    done = optimise("compare", "main:plans", "plans")
    assert done.code == 5
    assert "unchanged: plans/plant.yaml\n" in done.out
    assert "BASE  main:plans/works.yaml: works\nNEW   plans/works.yaml: works\n" in done.out
    assert "technologies.a.effects.cost.value  3    4    plans/measures.csv:2" in done.out
    again = optimise("compare", "main:plans/works.yaml", "plans/works.yaml")
    assert again.code == 5
    assert (
        done.out.partition("BASE")[2].splitlines()[:20]
        == (again.out.partition("BASE")[2].splitlines()[:20])
    )
    both = optimise("compare", "main:plans", "HEAD:plans/")
    assert both.out.startswith("unchanged: HEAD:plans/plant.yaml\n")
    # neither the repository nor its tree is touched, and no folder stays
    assert git("status", "--porcelain", folder=repository).replace("?? .optimise/\n", "") == before
    assert ".optimise" not in git("status", "--porcelain", folder=repository)


def test_findings_in_a_revision_are_called_by_it(repository: Path, optimise: Optimise) -> None:
    write(repository / "plans", plant__yaml=PLANT.replace("cost: 3", "cots: 3"))
    git("commit", "-qam", "wrong", folder=repository)
    write(repository / "plans", plant__yaml=PLANT)
    done = optimise("compare", "HEAD:plans", "plans")
    assert done.code == 3
    assert "--> HEAD:plans/plant.yaml:8:" in done.err
    assert "/tmp" not in done.err
    done = optimise("compare", "HEAD:plans/plant.yaml", "plans/plant.yaml")
    assert "--> HEAD:plans/plant.yaml:8:" in done.err


def test_files_of_every_kind_are_as_a_checkout_has_them(
    repository: Path, optimise: Optimise
) -> None:
    """Ends of lines, filters, links, names with spaces and in Chinese; what an archive leaves out
    is part of a checkout.
    """
    folder = repository / "plans"
    (folder / "measures.csv").rename(folder / "所有 措施.csv")
    text = WORKS.replace("measures.csv", "所有 措施.csv").replace("part.yaml", "a link.yaml")
    write(folder, works__yaml=text)
    (folder / "a link.yaml").symlink_to("part.yaml")
    attributes = "*.csv filter=doubled export-ignore\n*.yaml export-ignore text eol=crlf\n"
    write(repository, **{"__gitattributes": attributes})
    git("config", "filter.doubled.clean", "sed s/^a,5,3/a,7,7/", folder=repository)
    git("config", "filter.doubled.smudge", "sed s/^a,7,7/a,5,3/", folder=repository)
    git("add", "-A", folder=repository)
    git("commit", "-qm", "odd", folder=repository)
    done = optimise("compare", "HEAD:plans", "plans")
    assert (done.code, done.out) == (
        0,
        "unchanged: plans/plant.yaml\nunchanged: plans/works.yaml\n"
        "\n0 changed, 2 unchanged, 0 new, 0 gone\n",
    )


def test_from_a_folder_of_the_repository(
    repository: Path, optimise: Optimise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "plans")
    assert optimise("compare", "main:./plant.yaml", "plant.yaml").code == 0
    done = optimise("compare", "main:plant.yaml", "plant.yaml")
    assert done.code == 2
    assert "there is no 'plant.yaml' in main" in done.err
    assert "from this folder it is main:./plant.yaml" in done.err
    assert optimise("compare", "main:.", ".").out.count("unchanged") == 3


def test_parts_outside_of_the_folder(repository: Path, optimise: Optimise) -> None:
    write(repository / "plans" / "in", deep__yaml=WORKS.replace("part.yaml", "../part.yaml")
          .replace("measures.csv", "../measures.csv"))  # fmt: skip
    git("add", "-A", folder=repository)
    git("commit", "-qm", "deep", folder=repository)
    file = "plans/in/deep.yaml"
    assert optimise("compare", f"HEAD:{file}", file).code == 3
    assert optimise("compare", f"HEAD:{file}", file, "--allow-outside").code == 0
    assert optimise("compare", "HEAD:", "plans/..", "--allow-outside").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nowhere:plans", "no file 'nowhere:plans', and no revision 'nowhere'"),
        ("--exec=x:plans", "No such option"),
        ("main:../plans", "is not in the repository"),
        ("main:/etc", "is not in the repository"),
        ("main:nothing", "there is no 'nothing' in main"),
        ("main:plans/measures.csv", "error"),
        (":plans", "there is no result or scenario ':plans'"),
    ],
)
def test_revisions_that_cannot_be_had(
    text: str, said: str, repository: Path, optimise: Optimise
) -> None:
    done = optimise("compare", text, "plans/plant.yaml")
    assert done.code in (2, 3)
    assert said in done.err
    assert "internal" not in done.err


def test_without_git_or_a_repository(
    plans: Path, optimise: Optimise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(plans.parent.parent))
    done = optimise("compare", "main:plans", "plans")
    assert done.code == 2
    assert "no git repository here: not a git repository" in done.err
    monkeypatch.setenv("PATH", str(plans))
    done = optimise("compare", "main:plans", "plans")
    assert done.code == 2
    assert "there is no git here" in done.err
    assert names() == [] if Path("results").exists() else True
