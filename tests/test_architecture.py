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

from tests.syntax import parsed

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


#: module -> what it imports; without an import the room itself is in no list
PLANTED = {
    "ranking/planted.py": "optimiser.engine.problem",
    "fitting/planted.py": "optimiser.expressions",
    "engine/methods/planted.py": "optimiser.formulate",
    "engine/certificate/planted.py": "optimiser.engine.exact",
    "engine/exact/planted.py": "optimiser.engine.methods",
    "engine/planted.py": "",
    "scenario/planted.py": "optimiser.engine.problem",
    "scenario/format/planted.py": "optimiser.scenario.source",
    "analysis/planted.py": "optimiser.render",
    "planted/__init__.py": "",
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Contract -> what import-linter says of it when everything wrong is planted at once."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(PACKAGE, folder / "optimiser", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for module, wrong in PLANTED.items():
        planted = folder / "optimiser" / module
        planted.parent.mkdir(exist_ok=True)
        planted.write_text(f"import {wrong}\n" if wrong else "", encoding="utf-8")
    done = lint(folder)
    assert done.returncode == 1
    _, name, *said = re.split(r"^(.+)\n-{4,}$", done.stdout, flags=re.MULTILINE)
    return dict(zip([name, *said[1::2]], said[::2], strict=True))


@pytest.mark.parametrize(
    ("module", "contract"),
    [
        ("ranking/planted.py", "A ranking sees fronts only"),
        ("fitting/planted.py", "One way through the house, and no way back"),
        ("engine/methods/planted.py", "The engine knows nothing of planning"),
        ("engine/certificate/planted.py", "A certificate shares nothing with the solvers"),
        ("engine/exact/planted.py", "One way through the engine"),
        ("engine/planted.py", "One way through the engine"),
        ("scenario/planted.py", "One way through the house, and no way back"),
        ("scenario/format/planted.py", "One way through a scenario"),
        ("analysis/planted.py", "One way through the house, and no way back"),
        ("planted/__init__.py", "One way through the house, and no way back"),
    ],
)
def test_a_wrong_import_is_seen(broken: dict[str, str], module: str, contract: str) -> None:
    """The gate in the other direction; an unlisted room is as wrong as an import."""
    name = "optimiser." + module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    wrong = f"{name} -> {PLANTED[module]} (l.1)" if PLANTED[module] else name
    assert re.search(rf"^- +{re.escape(wrong)}$", broken[contract], flags=re.MULTILINE)


def imports_tests(text: str) -> bool:
    names = [
        name
        for node in ast.walk(parsed(text))
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


def test_no_file_is_a_drawer_or_a_book() -> None:
    """Such a name says nothing of what is in it; of more lines a room is missing: find its name."""
    drawers = {"utils", "helpers", "common", "util", "helper", "misc"}
    assert [relative(file) for file in SOURCES if file.stem in drawers] == []
    lines = {relative(f): len(f.read_text(encoding="utf-8").splitlines()) for f in SOURCES}
    assert {file: number for file, number in lines.items() if number > 400} == {}


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


def wrongly_listed(file: Path) -> list[str]:
    """What is wrong with the ``__all__`` of a module."""
    is_package = file.stem == "__init__"
    name = ".".join((file.parent if is_package else file.with_suffix("")).relative_to(ROOT).parts)
    body = parsed(file.read_text(encoding="utf-8")).body
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", None)
    if not isinstance(exported, list | tuple):
        return ["no __all__"]
    public = {
        entry
        for entry in bound(body, package=name if is_package else "")
        if not entry.startswith("_")
    }
    in_order = list(exported) == sorted(set(exported), key=constants_classes_functions)
    return [
        *(["not sorted, or something twice"] if not in_order else []),
        *(f"not there: {entry}" for entry in exported if not hasattr(module, entry)),
        *(f"neither listed nor private: {entry}" for entry in sorted(public - set(exported))),
    ]


def test_all_is_sorted_and_says_what_is_public() -> None:
    """Private by default: what has a public name is listed, and what is listed is there, lazily or
    not.
    """
    found = {relative(file): wrong for file in MODULES if (wrong := wrongly_listed(file))}
    assert found == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("x = 1\n", "no __all__"),
        ('__all__ = ["g", "f"]\ndef f(): ...\ndef g(): ...\n', "not sorted, or something twice"),
        ('__all__ = ["f"]\n', "not there: f"),
        ("__all__ = []\ndef f(): ...\n", "neither listed nor private: f"),
    ],
)
def test_a_wrong_list_is_seen(
    text: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.test_architecture.ROOT", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / f"planted_{abs(hash(text))}.py"
    file.write_text(text, encoding="utf-8")
    assert wrongly_listed(file) == [wrong]


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
