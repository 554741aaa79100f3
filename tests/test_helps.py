"""Every error and every warning has a help, the easiest fix."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from optimiser import errors
from optimiser.engine.certificate import CertificateError
from optimiser.errors import Diagnostic, OptimiseError
from optimiser.scenario import CODES
from optimiser.scenario.codes import USUAL_HELPS
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, Source
from tests.syntax import parsed

PACKAGE = Path(__file__).parents[1] / "optimiser"
#: what is raised with a help of its own
_KINDS = {name for name in errors.__all__ if name != "Diagnostic"} | {"Diagnostic"}


def _empty(value: ast.expr) -> bool:
    """Whether a help may be empty, as far as its text tells."""
    if isinstance(value, ast.IfExp):
        return _empty(value.body) or _empty(value.orelse)
    return isinstance(value, ast.Constant) and not value.value


def without_help(source: str) -> Iterator[str]:
    """The errors that a text makes without one."""
    for node in ast.walk(parsed(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in _KINDS:
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        # findings have helps of their own
        if node.func.id == "ScenarioError" and "diagnostics" in given:
            continue
        if "help" not in given or _empty(given["help"]):
            yield f"{node.lineno}: {ast.unparse(node)[:100]}"


def test_every_error_has_a_help() -> None:
    found = {
        file.relative_to(PACKAGE).as_posix(): lines
        for file in sorted(PACKAGE.rglob("*.py"))
        if (lines := list(without_help(file.read_text(encoding="utf-8"))))
    }
    assert found == {}


def test_an_error_without_help_is_seen() -> None:
    assert list(without_help("raise UsageError('x')")) == ["1: UsageError('x')"]
    assert list(without_help("raise UsageError('x', help='y' if z else '')"))
    assert not list(without_help("raise UsageError('x', help='y')"))
    assert not list(without_help("raise ScenarioError('x', diagnostics=found)"))


def test_every_class_of_errors_is_looked_for() -> None:
    """One that is defined elsewhere has a help by itself, as that of certificates has."""

    def below(kind: type[OptimiseError]) -> set[type[OptimiseError]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    own = {kind for kind in below(OptimiseError) if kind.__module__.startswith("optimiser")}
    assert {kind.__name__ for kind in own} - _KINDS == {"CertificateError"}
    assert CertificateError("x").help


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_every_code_has_a_usual_help(severity: str) -> None:
    assert set(USUAL_HELPS) == set(CODES)
    for code in CODES:
        findings = Findings()
        getattr(findings, severity)(code, Position(Source("x.yaml")), "wrong")
        (found,) = findings.ordered()
        assert isinstance(found, Diagnostic)
        assert found.help
