"""What a shell offers at TAB."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import optimiser
from optimiser.scenario import library
from tests.cli.processes import ROOT

START = f"{sys.executable} {ROOT / 'cli.py'}"


def offered(folder: Path, words: str, **environment: str) -> list[str]:
    """What bash is told for the last of the words, which may be empty."""
    typed = words.split(" ")
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py")],
        cwd=folder,
        env={
            **os.environ,
            "_OPTIMISE_COMPLETE": "complete_bash",
            "COMP_WORDS": "\n".join(typed),
            "COMP_CWORD": str(len(typed) - 1),
            **environment,
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which somebody has worked."""
    folder = tmp_path_factory.mktemp("work")
    optimiser.solve("smart_manufacturing").save(folder / "results" / "smart_manufacturing")
    optimiser.solve("ecommerce").save(folder / "results" / "ecommerce")
    (folder / "mine").mkdir()
    for name in ("mine/factory.yaml", "mine/notes.txt", "smithy.yml", ".hidden.yaml"):
        (folder / name).write_text("optimise: 1\n", encoding="utf-8")
    return folder


def test_scenarios_of_the_library_and_files(worked: Path) -> None:
    everything = offered(worked, "optimise run ")
    assert everything == [*library(), "smithy.yml", "mine/factory.yaml"]
    assert offered(worked, "optimise run smi") == ["smithy.yml"]
    assert offered(worked, "optimise check mine/") == ["mine/factory.yaml"]
    assert offered(worked, "optimise run .h") == [".hidden.yaml"]


def test_results(worked: Path) -> None:
    both = ["results/ecommerce", "results/smart_manufacturing"]
    assert offered(worked, "optimise show ") == both
    assert offered(worked, "optimise compare results/ecommerce r") == both
    assert offered(worked, "optimise verify results/s") == both[1:]


def test_where_no_result_is_scenarios_are_offered(tmp_path: Path) -> None:
    assert offered(tmp_path, "optimise show ecom") == ["ecommerce"]
    assert offered(tmp_path, "optimise results/ x") == []


def test_plans(worked: Path) -> None:
    result = optimiser.Result.load(worked / "results" / "smart_manufacturing")
    named = [*result.front.ids, "today", "everything"]
    for words in ("show results/smart_manufacturing", "explain results/smart_manufacturing"):
        assert offered(worked, f"optimise {words} ") == named
    file = "results/smart_manufacturing/result.json"
    assert offered(worked, f"optimise show {file} {named[0][:5]}") == named[:1]
    assert offered(worked, f"optimise show {file} today e") == ["everything"]
    assert offered(worked, "optimise show smart_manufacturing p") == []


def test_commands_and_options(tmp_path: Path) -> None:
    assert offered(tmp_path, "optimise rep") == ["repair", "report"]
    assert "--method" in offered(tmp_path, "optimise run --me")
    assert offered(tmp_path, "optimise show x --format ") == ["table", "json", "csv", "md"]


@pytest.mark.parametrize(
    "document", ["", "[]", "{}", '{"reference_plans": 3}', '{"reference_plans": ["x"]}', "[" * 9999]
)
def test_a_damaged_result_offers_nothing(document: str, tmp_path: Path) -> None:
    """No traceback in the middle of a command line."""
    (tmp_path / "result.json").write_text(document, encoding="utf-8")
    (tmp_path / "front.csv").write_bytes(b"plan,rank\np1,\xff\n")
    assert offered(tmp_path, "optimise show . ") == []


def test_a_file_system_without_end_is_not_walked(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"a{number}" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a0" / "b" / "c" / "deep.yaml").write_text("", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert offered(tmp_path, "optimise run a0/b/c/d") == ["a0/b/c/deep.yaml"]
    assert offered(tmp_path, "optimise run ./a0") == ["./a0/"]


def shell(name: str, script: str, folder: Path) -> str:
    """What a script prints in a shell in which `optimise` is this checkout's."""
    program = folder / "bin" / "optimise"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {START} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    done = subprocess.run(
        [name, "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(folder)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


_ASK = {
    "bash": 'source "$HOME/installed"; COMP_WORDS=(optimise run ecom); COMP_CWORD=2; '
    '_optimise_completion optimise; echo "offered ${COMPREPLY[*]}"',
    "fish": 'source "$HOME/installed"; echo offered (complete -C "optimise run ecom")',
    "zsh": "compdef() { :; }; compadd() { :; }; _describe() { :; }; "
    '_arguments() { echo "offered $*"; }; '
    'source "$HOME/installed"; words=(optimise run ecom); CURRENT=3; _optimise_completion',
}


@pytest.mark.parametrize("name", _ASK)
@pytest.mark.skipif(os.name == "nt", reason="no such shell there")
def test_a_shell_completes(name: str, tmp_path: Path) -> None:
    """By the very script that --show-completion prints; bash is everywhere."""
    if name != "bash" and shutil.which(name) is None:
        pytest.skip(f"no {name} here")
    script = shell(name, "optimise --show-completion; true", tmp_path)
    assert "_OPTIMISE_COMPLETE" in script
    (tmp_path / "installed").write_text(script, encoding="utf-8")
    assert re.search(r"offered .*ecommerce", shell(name, _ASK[name], tmp_path))


@pytest.mark.skipif(os.name == "nt", reason="no such shell there")
def test_it_is_installed_once_and_for_all(tmp_path: Path) -> None:
    said = shell("bash", "optimise --install-completion; true", tmp_path)
    assert said.splitlines() == [
        f"written: {tmp_path}/.bash_completions/optimise.sh",
        "it works in the next bash",
    ]
    assert "optimise.sh" in (tmp_path / ".bashrc").read_text(encoding="utf-8")


def test_outside_of_a_shell_it_says_so(tmp_path: Path) -> None:
    script = (
        "import shellingham, sys; sys.argv = ['optimise', '--show-completion']\n"
        "def fails(): raise shellingham.ShellDetectionFailure\n"
        "shellingham.detect_shell = fails\n"
        "from optimiser.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: which shell this is cannot be told\n"
        "  = help: call it from bash, zsh, fish, powershell or pwsh\n"
    )


def test_reference_plans_are_read_as_they_are_written(worked: Path) -> None:
    document = json.loads((worked / "results/smart_manufacturing/result.json").read_text("utf-8"))
    assert [plan["name"] for plan in document["reference_plans"]] == ["today", "everything"]
