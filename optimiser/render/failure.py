"""What a person sees when something goes wrong, and the exit code that says so."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from optimiser.errors import Diagnostic, OptimiseError, ScenarioError
from optimiser.render.messages import count, error, finding
from optimiser.render.terminal import Terminal

__all__ = ["report", "warn"]

BUG = 1


def report(problem: Exception, terminal: Terminal, /) -> int:
    """Print an error on stderr and give its exit code; an error that nobody foresaw is a bug, and says how to report it."""
    if isinstance(problem, ScenarioError) and problem.diagnostics:
        terminal.complain(*_blocks(problem.diagnostics), count(problem.diagnostics))
    elif isinstance(problem, OptimiseError):
        terminal.complain(*error(problem))
    else:
        return _report_bug(problem, terminal)
    return problem.exit_code


def warn(findings: Sequence[Diagnostic], terminal: Terminal, /) -> None:
    """Print warnings on stderr, unless quiet."""
    warnings = [d for d in findings if d.severity == "warning"]
    if warnings:
        terminal.say(*_blocks(warnings), count(warnings))


def _blocks(findings: Sequence[Diagnostic], /) -> list[str | Text]:
    blocks: list[str | Text] = []
    for diagnostic in findings:
        blocks += [finding(diagnostic), ""]
    return blocks


def _report_bug(problem: Exception, terminal: Terminal, /) -> int:
    trace = "".join(traceback.format_exception(problem))
    kind = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
    surprise = OptimiseError(f"internal error: {kind}", help=_how_to_report(trace, terminal))
    terminal.complain(*error(surprise))
    return BUG


def _how_to_report(trace: str, terminal: Terminal, /) -> str:
    """Where the details are: on the screen with -v, else in a file."""
    what = "this is a bug in optimise, not in your scenario; please report it with the scenario"
    if not terminal.verbose:
        try:
            with tempfile.NamedTemporaryFile("w", prefix="optimise-error-", suffix=".txt", delete=False, encoding="utf-8") as file:
                file.write(trace)
            return f"{what} and {Path(file.name)}"
        except OSError:
            pass
    terminal.complain(trace.rstrip())
    return f"{what} and the lines above"
