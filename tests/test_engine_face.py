"""The engine's face: what other rooms may import of it, and words that are not its own."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from tests.syntax import parsed
from tests.test_architecture import MODULES, PACKAGE, ROOT, relative

#: what modules outside the engine may import of it, and why beside the face itself
FACE = {
    "optimiser.engine": "makes problems, solves them, certifies what is found",
    "optimiser.engine.problem": "what formulating makes, and everyone may read",
    "optimiser.engine.holding": "the one answer to whether a plan holds",
    "optimiser.engine.standing": "what an exact plan stands on: written into results, and read",
    "optimiser.engine.certificate": "checks proofs; shares nothing with the solvers",
    "optimiser.engine.certificate.continuous": "the same of continuous fronts",
}
ENGINE = PACKAGE / "engine"


def is_module(name: str) -> bool:
    place = ROOT / Path(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def behind_the_face(text: str) -> list[str]:
    """Modules of the engine that a text imports or names, and that are not its face."""
    found = set()
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if is_module(inner) else str(node.module))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"optimiser\.engine[.\w]*", node.value)
        ):
            found.add(node.value)
    return sorted(n for n in found if (n + ".").startswith("optimiser.engine.") and n not in FACE)


def options_typed(text: str) -> list[str]:
    """Words of a command line in the strings of a text, its docstrings included."""
    return [
        node.value
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"--[a-z]", node.value)
    ]


def test_nobody_reaches_behind_the_face_of_the_engine() -> None:
    """Benchmarks may: they measure what is behind it."""
    outside = [file for file in MODULES if not file.is_relative_to(ENGINE)]
    outside += [ROOT / "cli.py", *(ROOT / "docs").glob("*.py")]
    found = {
        relative(file): names
        for file in outside
        if (names := behind_the_face(file.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "import optimiser.engine.driver",
        "from optimiser.engine.exact import kernel",
        "from optimiser.engine import highs",
        "def f():\n    from optimiser.engine.linear.faces import listed",
        "if TYPE_CHECKING:\n    from optimiser.engine.contract import Budget",
        "import_module('optimiser.engine.methods')",
    ],
)
def test_reaching_behind_the_face_is_seen(line: str) -> None:
    assert behind_the_face(line)


@pytest.mark.parametrize("name", FACE)
def test_the_face_is_not_behind_itself(name: str) -> None:
    assert behind_the_face(f"import {name}\nfrom {name} import Anything") == []
    assert is_module(name)


def test_no_module_of_the_engine_hides_a_name_of_its_face() -> None:
    """Once ``optimiser.engine.registry`` was loaded, the name gave the module, not the function."""
    modules = {file.stem for file in ENGINE.glob("*")}
    assert modules & set(importlib.import_module("optimiser.engine").__all__) == set()


def test_the_engine_knows_no_command_line() -> None:
    found = {
        relative(file): words
        for file in MODULES
        if file.is_relative_to(ENGINE)
        and (words := options_typed(file.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "raise ProofError('no plan', help=\"raise '--time-limit'\")",
        "x = f'run --certificate {y}'",
        'def f():\n    """As in ``--method``."""',
    ],
)
def test_a_word_of_the_command_line_is_seen(text: str) -> None:
    assert options_typed(text)
