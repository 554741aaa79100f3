"""The action, the GitLab job, the hook and the container file: read, and their shell steps run on a
repository of this machine as a runner would.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.cli.processes import ROOT, Done
from tests.cli.test_files import PLANT
from tests.cli.test_folders import MEASURES, PART, WORKS, git, write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="runs the steps in bash")

ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB: Any = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
(STEP,) = (step for step in ACTION["runs"]["steps"] if step.get("id") == "optimise")

Run = Callable[..., Done]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A shallow clone of a branch, as a runner has it, of a repository whose main has two scenarios
    in ``scenarios``.
    """
    origin = tmp_path / "origin"
    write(
        origin / "scenarios",
        plant__yaml=PLANT,
        works__yaml=WORKS,
        part__yaml=PART,
        measures__csv=MEASURES,
    )
    git("init", "-q", "-b", "main", ".", folder=origin)
    git("add", "-A", folder=origin)
    git("commit", "-qm", "first", folder=origin)
    git("checkout", "-qb", "change", folder=origin)
    write(origin, readme__md="more")
    git("add", "-A", folder=origin)
    git("commit", "-qm", "second", folder=origin)
    git("clone", "-q", "--depth=1", "-b", "change", f"file://{origin}", "clone", folder=tmp_path)
    return tmp_path / "clone"


@pytest.fixture
def run(clone: Path, tmp_path: Path) -> Run:
    """Run a script there, with the program of this checkout."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "optimise"
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(ROOT / "cli.py"))} "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)

    def call(script: str, **environment: str) -> Done:
        own = {
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "TMPDIR": str(tmp_path),
        }
        kept = {"HOME": os.environ["HOME"]} if "HOME" in os.environ else {}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=clone,
            env={**kept, **own, **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return call


def asked(**given: str) -> dict[str, str]:
    """The inputs of the action as its step has them; what is left out as it stands there."""
    defaults = {name: str(one["default"]) for name, one in ACTION["inputs"].items()}
    inputs = {**defaults, **{name.replace("_", "-"): value for name, value in given.items()}}
    assert inputs.keys() == defaults.keys()
    return {
        name: inputs["base"] if name == "BASE" else inputs[text[11:-3]]
        for name, text in STEP["env"].items()
    }


# ---- the action


def test_the_action_is_composite_and_puts_nothing_into_scripts() -> None:
    """What comes from outside travels in variables: a branch may have any name."""
    assert ACTION["runs"]["using"] == "composite"
    for step in ACTION["runs"]["steps"]:
        assert ("run" in step) == ("shell" in step)
        assert "${{" not in step.get("run", "")
        used = step.get("uses", "")
        assert not used or used.rpartition("@")[2].startswith("v")
    for name, text in STEP["env"].items():
        assert text.startswith("${{ inputs."), name
    for one in ACTION["inputs"].values():
        assert isinstance(one["default"], str)
        assert one["description"]


def test_scripts_are_bash() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    scripts += GITLAB[".optimise"]["script"] + GITLAB[".optimise"]["before_script"]
    for script in scripts:
        done = subprocess.run(["bash", "-n"], input=script, encoding="utf-8", check=False)
        assert done.returncode == 0, script


def test_nothing_changed(run: Run, clone: Path, tmp_path: Path) -> None:
    done = run(STEP["run"], **asked(base="main"))
    assert done.code == 0, done.err
    assert done.out == ""
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "- valid: scenarios/plant.yaml" in summary
    assert "unchanged: scenarios/works.yaml" in summary
    reports = Path((tmp_path / "output").read_text(encoding="utf-8").strip().partition("=")[2])
    assert {path.name for path in reports.iterdir()} == {
        "check.md", "check.xml", "compare.json", "compare.md", "compare.xml", "summary.md",
    }  # fmt: skip
    found = json.loads((reports / "compare.json").read_text(encoding="utf-8"))
    assert [one["unchanged"] for one in found] == [True, True]
    assert git("status", "--porcelain", folder=clone) == ""
    # what was solved is there for the next one
    assert "solved before" in run("optimise show scenarios/plant.yaml").err


def test_a_gate_fails_and_is_told_everywhere(run: Run, clone: Path, tmp_path: Path) -> None:
    (clone / "scenarios" / "measures.csv").write_text(MEASURES.replace("a,5,3", "a,4,3"))
    (clone / "scenarios" / "new plan.yaml").write_text(PLANT)
    done = run(STEP["run"], **asked(base="main", fail_on="lost-plans:0\nbest.output:50%\n"))
    assert done.code == 5
    lines = done.out.splitlines()
    assert lines[0].startswith("::notice file=scenarios/new plan.yaml::new: ")
    assert any(
        line.startswith("::error file=scenarios/works.yaml,line=13::gate ") for line in lines
    )
    assert "gate lost-plans:0" in done.out
    assert "best.output:50%" not in done.out
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "- **FAIL** hypervolume:0" in summary
    assert "technologies.a.effects.output.value" in summary
    (report,) = tmp_path.glob("tmp.*/compare.xml")
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    assert sum(int(suite.get("failures", "0")) for suite in suites) == 3


@pytest.mark.slow
def test_an_invalid_scenario_fails_and_the_rest_is_compared(run: Run, clone: Path) -> None:
    (clone / "scenarios" / "plant.yaml").write_text(PLANT.replace("cost: 3", "cots: 3"))
    done = run(STEP["run"], **asked(base="main"))
    assert done.code == 3
    assert done.out.count("::error file=scenarios/plant.yaml,line=8,") == 2  # by both commands


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({}, 0, ""),
        ({"base": "nowhere"}, 2, "::error::there is no branch, tag or commit 'nowhere'"),
        (
            {"base": "main", "scenarios": "plans"},
            0,
            "::notice::nothing to compare: main has no plans",
        ),
        pytest.param(
            {"base": "main", "options": "--time-limit\n60\n", "require": "complete"},
            0,
            "",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"base": "main", "strict": "true", "scenarios": "scenarios/plant.yaml"},
            0,
            "",
            marks=pytest.mark.slow,
        ),
        ({"base": "$(touch owned)", "fail_on": "`touch owned`:0"}, 2, "there is no branch"),
    ],
)
def test_inputs(given: dict[str, str], code: int, said: str, run: Run, clone: Path) -> None:
    (clone / "plans").mkdir()
    (clone / "plans" / "own.yaml").write_text(PLANT)
    done = run(STEP["run"], **asked(**given))
    assert done.code == code, done.err
    assert said in done.out
    assert not (clone / "owned").exists()


# ---- GitLab, the hook, the image


def test_a_whole_clone_stays_whole(run: Run, clone: Path) -> None:
    git("fetch", "-q", "--unshallow", "origin", "main:main", folder=clone)
    done = run(STEP["run"], **asked(base="main", scenarios="scenarios/plant.yaml"))
    assert done.code == 0, done.err
    assert git("rev-parse", "--is-shallow-repository", folder=clone) == "false"
    assert git("rev-list", "--count", "HEAD", folder=clone) == "2"


@pytest.mark.slow
def test_the_gitlab_job(run: Run, clone: Path) -> None:
    job = GITLAB[".optimise"]
    # what its runner fetches is the whole history
    assert job["variables"]["GIT_DEPTH"] == "0"
    git("fetch", "-q", "--unshallow", "origin", "main:main", folder=clone)
    first = git("rev-parse", "main", folder=clone)
    script = "\n".join(job["script"])
    variables = {**{k: v for k, v in job["variables"].items() if "$" not in v}, "INSTALL": "none"}
    done = run(script, **variables, CI_MERGE_REQUEST_DIFF_BASE_SHA=first)
    assert done.code == 0, done.err
    assert "unchanged: scenarios/works.yaml" in done.out
    (clone / "scenarios" / "measures.csv").write_text(MEASURES.replace("a,5,3", "a,4,3"))
    done = run(script, **variables, CI_MERGE_REQUEST_DIFF_BASE_SHA=first)
    assert done.code == 5
    wanted = [*job["artifacts"]["paths"], *job["artifacts"]["reports"]["junit"]]
    assert all((clone / name).is_file() for name in wanted)
    assert run(script, **variables).code == 0  # a push, and no merge request


def test_the_hook(run: Run, clone: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["pass_filenames"] is False
    words = [*shlex.split(hook["entry"]), *hook["args"]]
    assert run(shlex.join(words)).code == 0
    (clone / "scenarios" / "plant.yaml").write_text("optimise: 1\n")
    assert run(shlex.join(words)).code == 3


def test_the_image_has_what_it_names() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"python -m (\S+)", text)) == {"pip"}
    lines = text.splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    known = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENTRYPOINT"}
    assert {step for step, _ in steps} <= known
    assert steps[-1] == ["ENTRYPOINT", '["optimise"]']
    users = [rest for step, rest in steps if step == "USER"]
    assert users == ["planner"]
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8")
    assert ignored == (ROOT / ".dockerignore").read_text(encoding="utf-8")
    assert ".git\n" in ignored
