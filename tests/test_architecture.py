"""The rooms and their rules: who may import whom, what is public, what `--help` costs, what no file
may contain.
"""

from __future__ import annotations

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "optimiser"
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = sorted(
    [
        *MODULES,
        ROOT / "cli.py",
        *(file for room in ("tests", "benchmarks", "docs") for file in (ROOT / room).rglob("*.py")),
    ]
)
HEAVY = frozenset(
    {"highspy", "matplotlib", "moocore", "numba", "openpyxl", "pandas", "plotly", "pymoo", "scipy"}
)


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


# ---- layers


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package in ``folder`` with the project's own contracts."""
    command = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True, no_logo=True))"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "200",
    }
    return subprocess.run(
        [sys.executable, "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_imports_go_one_way() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("ranking/planted.py", "import optimiser.engine.problem", "A ranking sees fronts only"),
        ("fitting/planted.py", "import optimiser.expressions", "One way through the house"),
        (
            "engine/methods/planted.py",
            "import optimiser.formulate",
            "The engine knows nothing of planning",
        ),
        (
            "engine/certificate/planted.py",
            "import optimiser.engine.exact",
            "A certificate shares nothing with the solvers",
        ),
        (
            "engine/exact/planted.py",
            "import optimiser.engine.methods",
            "One way through the engine",
        ),
        ("engine/planted.py", "", "One way through the engine"),
        ("scenario/planted.py", "import optimiser.engine.problem", "One way through the house"),
        (
            "scenario/format/planted.py",
            "import optimiser.scenario.source",
            "One way through a scenario",
        ),
        ("analysis/planted.py", "import optimiser.render", "One way through the house"),
        ("planted/__init__.py", "", "One way through the house"),
    ],
)
def test_a_wrong_import_is_seen(tmp_path: Path, module: str, line: str, contract: str) -> None:
    """The gate in the other direction; an unlisted room is as wrong as an import."""
    shutil.copytree(PACKAGE, tmp_path / "optimiser", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "optimiser" / module
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{line}\n", encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert re.search(rf"{contract}.*BROKEN", done.stdout), done.stdout + done.stderr


def imports_tests(text: str) -> bool:
    names = [
        name
        for node in ast.walk(ast.parse(text))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    ]
    return any(name.split(".")[0] == "tests" for name in names)


@pytest.mark.parametrize("room", ["benchmarks", "docs", "optimiser"])
def test_only_tests_import_tests(room: str) -> None:
    """What a benchmark and a test both need belongs to the benchmarks."""
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    assert [relative(f) for f in files if imports_tests(f.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("line", ["import tests.handmade", "from tests import handmade"])
def test_an_import_of_tests_is_seen(line: str) -> None:
    assert imports_tests(f"def f():\n    {line}\n")


# ---- names


@pytest.mark.parametrize("file", SOURCES, ids=relative)
def test_no_file_is_a_drawer_or_a_book(file: Path) -> None:
    assert file.stem not in {"utils", "helpers", "common", "util", "helper", "misc"}, (
        "name what is in it"
    )
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= 400, f"{lines} lines: a room is missing, find its name"


def bound(body: list[ast.stmt], *, package: str) -> Iterator[str]:
    """Names a module defines at its top level; for a package also constants and what it passes on
    from its own modules.
    """
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
        elif package and isinstance(statement, ast.Assign):
            yield from (
                target.id
                for target in statement.targets
                if isinstance(target, ast.Name) and target.id != "TYPE_CHECKING"  # as in typing
            )
        elif (
            package
            and isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
        ):
            yield statement.target.id
        elif (
            package
            and isinstance(statement, ast.ImportFrom)
            and (statement.level or (statement.module or "").startswith(package))
        ):
            yield from (alias.asname or alias.name for alias in statement.names)


def constants_classes_functions(name: str) -> tuple[int, str]:
    """The order that ruff asks of ``__all__``, where a single capital is no constant."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


@pytest.mark.parametrize("file", MODULES, ids=relative)
def test_all_is_sorted_and_says_what_is_public(file: Path) -> None:
    """Private by default: what has a public name is listed, and what is listed is there, lazily or
    not.
    """
    is_package = file.stem == "__init__"
    name = ".".join((file.parent if is_package else file.with_suffix("")).relative_to(ROOT).parts)
    body = ast.parse(file.read_text(encoding="utf-8")).body
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", None)
    assert isinstance(exported, list | tuple), f"{name} has no __all__"
    assert list(exported) == sorted(set(exported), key=constants_classes_functions)
    assert [entry for entry in exported if not hasattr(module, entry)] == []
    public = {
        entry
        for entry in bound(body, package=name if is_package else "")
        if not entry.startswith("_")
    }
    assert sorted(public - set(exported)) == [], (
        f"{name}: give these a leading underscore or list them in __all__"
    )


# ---- heavy libraries


def imported(*command: str) -> frozenset[str]:
    """Top-level packages that a fresh interpreter has imported after running a statement."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", *command],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return frozenset(
        re.findall(r"^import time: +\d+ \| +\d+ \| +(\w+)", done.stderr, flags=re.MULTILINE)
    )


MAIN = "from optimiser.__main__ import main; main()"


def test_help_imports_no_heavy_library() -> None:
    """Nor numpy and pydantic: either alone costs about as much as typer and rich together."""
    assert imported(MAIN, "--help") & (HEAVY | {"numpy", "pydantic"}) == set()


def test_check_imports_no_heavy_library() -> None:
    assert imported(MAIN, "check", "smart_manufacturing") & HEAVY == set()


def test_formulating_imports_no_heavy_library() -> None:
    code = (
        "from optimiser import load; from optimiser.formulate import formulate; "
        "formulate(load('smart_manufacturing')).at()"
    )
    assert imported(code) & HEAVY == set()


def test_a_run_of_few_technologies_imports_no_heavy_library(tmp_path: Path) -> None:
    saved = ("--no-cache", "-o", str(tmp_path / "result"))
    assert imported(MAIN, "run", "smart_manufacturing", *saved) & HEAVY == set()


@pytest.mark.parametrize("name", ["moocore", "scipy"])
def test_a_heavy_import_is_seen(name: str) -> None:
    assert name in imported(f"import {name}")


# ---- what no file may contain

ADDRESSES = [
    r"py" + r"pi(?:-\w+)?\.(?:org|io)",
    r"python" + r"hosted\.org",
    r"ana" + r"conda\.(?:org|com)",
    r"--(?:extra-)?index" + r"-url",
    r"--find" + r"-links",
    r"--trusted" + r"-host",
]
MACHINES = [
    r"(?<![\w.*])/(?:work|tmp|root|home|Users|opt)/[\w.]",
    r"\b[A-Za-z]:\\{1,2}" + r"Users\b",
]
FORBIDDEN = re.compile("|".join(ADDRESSES + MACHINES))


def tracked() -> list[Path]:
    """The files under version control; outside a repository (an unpacked archive) every file that
    is not ignored.
    """
    if (ROOT / ".git").exists() and shutil.which("git"):
        done = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
        )
        return [
            file for name in done.stdout.split("\0") if name and (file := ROOT / name).is_file()
        ]
    ignored = {
        line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    }
    return [
        file
        for file in ROOT.rglob("*")
        if file.is_file() and not ignored & set(file.relative_to(ROOT).parts)
    ]


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = []
    for file in tracked():
        text = file.read_text(encoding="utf-8", errors="replace")
        found += [f"{relative(file)}: {match[0]}" for match in FORBIDDEN.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "https://py" + "pi.org/simple",
        "--index" + "-url x",
        "see /" + "home/ann/notes",
        "(/" + "tmp/x.yaml)",
        "C:" + "\\Users\\ann",
    ],
)
def test_a_registry_or_a_machine_is_seen(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize(
    "text",
    ["rm -rf dist build", "a/work/b", "../home/x", "https://example.org/opt/x", "results/tmp/x"],
)
def test_an_ordinary_path_is_not(text: str) -> None:
    assert not FORBIDDEN.search(text)


def test_the_lock_holds_versions_and_hashes_only() -> None:
    entry = re.compile(r"[a-z0-9.-]+==[\w.]+( ; [^\\]+)? \\| {4}--hash=sha256:[0-9a-f]{64}( \\)?")
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not entry.fullmatch(line)] == []
    assert lines
