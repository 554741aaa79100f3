"""The kernel has one face, and what is compiled is behind it: there, or said to be missing."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping

import pytest

from docs.imports import import_graph, imported
from optimiser.engine import Options, registry, run
from optimiser.engine.exact.kernel import Halt, TreeEnd, compiled, refusal
from tests.engine.exact.kernel.models import program
from tests.engine.models import front_by_force, front_of, problem_of, random_draft
from tests.test_architecture import ROOT

KERNEL = "optimiser.engine.exact.kernel"


def reaching_past(graph: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """Imports from outside the kernel of anything but its face."""
    return sorted(
        (module, other)
        for module, others in graph.items()
        for other in others
        if other.startswith(f"{KERNEL}.") and not f"{module}.".startswith(f"{KERNEL}.")
    )


def test_nobody_reaches_past_the_face() -> None:
    assert reaching_past(import_graph()) == []


def test_reaching_past_it_is_seen() -> None:
    known = frozenset({KERNEL, f"{KERNEL}.machine"})
    text = (
        f"def f():\n    from {KERNEL} import solve_front\n    from {KERNEL}.machine import SLICE\n"
    )
    outside = {"optimiser.engine.exact.planted": imported("p", text, known, package=False)}
    assert reaching_past(outside) == [("optimiser.engine.exact.planted", f"{KERNEL}.machine")]


def test_continuous_integration_has_what_is_compiled() -> None:
    assert compiled() or not os.environ.get("CI")


@pytest.mark.parametrize("kind", [Halt, TreeEnd])
def test_ends_have_the_numbers_that_compiled_code_gives_them(kind: type[Halt | TreeEnd]) -> None:
    from optimiser.engine.exact.kernel import _native

    names = {Halt: _native.HALTS, TreeEnd: _native.TREE_ENDS}[kind]
    assert [end.name.lower() for end in kind] == names


def test_the_stub_names_what_is_there() -> None:
    from optimiser.engine.exact.kernel import _native

    stub = ast.parse((ROOT / f"{KERNEL.replace('.', '/')}/_native.pyi").read_text(encoding="utf-8"))
    for kind in (node for node in stub.body if isinstance(node, ast.ClassDef)):
        named = {node.name for node in kind.body if isinstance(node, ast.FunctionDef)}
        there = {name for name in vars(getattr(_native, kind.name)) if name[:2] != "__"}
        assert named - {"__init__"} == there


def test_a_search_that_is_kept_to_the_end_is_not_complained_of() -> None:
    code = (
        "from tests.engine.exact.kernel.test_work import machine_of, wide\n"
        "import builtins; builtins.kept = machine_of(wide(8, 2)); kept.advance(1000)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that was built without a compiler."""
    monkeypatch.setitem(sys.modules, f"{KERNEL}._native", None)
    monkeypatch.setitem(sys.modules, "optimiser.engine.labels._native", None)


WITHOUT = "this installation was built without a C++ compiler"


@pytest.mark.usefixtures("hidden")
def test_without_it_highs_takes_over_and_the_run_says_so() -> None:
    assert not compiled()
    assert refusal(program([[1, -1]])) == WITHOUT
    for seed in range(3):
        problem = problem_of(random_draft(seed, n=6, m=2))
        solution = run(registry()["exact"], "", problem, Options())
        assert front_of(problem, solution.x) == front_by_force(problem)
        assert solution.proof.status == "complete"
        assert f"{WITHOUT}: HiGHS took every sub-problem" in solution.proof.note
