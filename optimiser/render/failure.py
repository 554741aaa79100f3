"""What a person sees when something goes wrong, and the exit code that says so."""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser import interrupts, paths
from optimiser.errors import (
    Diagnostic,
    InterruptedRun,
    OptimiseError,
    ScenarioError,
    UsageError,
)
from optimiser.language import tr
from optimiser.render.messages import addresses, count, error, finding
from optimiser.render.terminal import Terminal

if TYPE_CHECKING:
    from rich.text import Text

    from optimiser.session import Examined

__all__ = ["checked", "report", "warn"]

BUG = 1
_ORIGINS = 60  # where origins begin


def checked(examined: Examined, terminal: Terminal, /, *, merged: bool = False) -> None:
    """Print what was found about a scenario on stderr; on stdout that it is valid, or the merged
    scenario.
    """
    if examined.missing is not None:
        terminal.complain(*error(examined.missing))
        return
    errors = [d for d in examined.findings if d.severity == "error"]
    (terminal.complain if errors else terminal.say)(*_blocks(examined.findings, terminal))
    if terminal.verbose and examined.scenario is not None:
        from optimiser.render.fits import fits

        terminal.say(*fits(examined.scenario, width=terminal.width))
    if errors:
        found = count(examined.findings)
        terminal.complain(tr("{label}: {words}", label=examined.path, words=found))
    elif merged:
        terminal.raw("".join(_with_origin(line, origin) for line, origin in examined.merged()))
    else:
        path, found = examined.path, count(examined.findings)
        words = (
            tr("{path}: valid, {count}", path=path, count=found)
            if found
            else tr("{path}: valid", path=path)
        )
        terminal.raw(f"{words}\n")


def _with_origin(line: str, origin: str, /) -> str:
    """A line of the merged scenario, its origin as a comment in a column of its own."""
    from rich.cells import cell_len

    return f"{line}{' ' * max(2, _ORIGINS - cell_len(line))}# {origin}\n" if origin else f"{line}\n"


def report(problem: BaseException, terminal: Terminal, /) -> int:
    """Print an error on stderr and give its exit code; an error that nobody foresaw is a bug, and
    says how to report it.
    """
    if isinstance(problem, ScenarioError) and problem.diagnostics:
        terminal.complain(*_blocks(problem.diagnostics, terminal), count(problem.diagnostics))
    elif isinstance(problem, OptimiseError):
        terminal.complain(*error(problem))
    elif isinstance(problem, OSError) and problem.filename is not None:
        refused = UsageError(
            tr(
                "cannot use {path}: {reason}",
                path=problem.filename,
                reason=paths.reason(problem),
            ),
            help=tr("name another place"),
        )
        terminal.complain(*error(refused))
        return refused.exit_code
    elif isinstance(problem, MemoryError):
        short = UsageError(
            tr("the memory that this process may have is used up"),
            help=tr("let it have more (ulimit -v), or ask for less at a time"),
        )
        terminal.complain(*error(short))
        return short.exit_code
    elif isinstance(problem, KeyboardInterrupt):
        if not interrupts.announced():
            terminal.complain(tr("interrupted"))
        return InterruptedRun.exit_code
    else:
        return _report_bug(problem, terminal)
    return problem.exit_code


def warn(findings: Sequence[Diagnostic], terminal: Terminal, /) -> None:
    """Print warnings on stderr, unless quiet."""
    warnings = [d for d in findings if d.severity == "warning"]
    if warnings:
        terminal.say(*_blocks(warnings, terminal), count(warnings))


def _blocks(findings: Sequence[Diagnostic], terminal: Terminal, /) -> list[str | Text]:
    """The findings, and with -v where their codes are described."""
    blocks: list[str | Text] = []
    for diagnostic in findings:
        blocks += [finding(diagnostic), ""]
    return [*blocks, *addresses(findings)] if terminal.verbose else blocks


def _report_bug(problem: BaseException, terminal: Terminal, /) -> int:
    trace = "".join(traceback.format_exception(problem))
    kind = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
    surprise = OptimiseError(
        tr("internal error: {kind}", kind=kind), help=_how_to_report(trace, terminal)
    )
    terminal.complain(*error(surprise))
    return BUG


def _how_to_report(trace: str, terminal: Terminal, /) -> str:
    """Where the details are: on the screen with -v, else in a file."""
    if not terminal.verbose:
        try:
            handle, path = tempfile.mkstemp(prefix="optimise-error-", suffix=".txt", text=True)
            Path(path).write_text(trace, encoding="utf-8")
            os.close(handle)
            return tr(
                "this is a bug in optimise, not in your scenario; please report it with the "
                "scenario and {path}",
                path=path,
            )
        except OSError:
            pass
    terminal.complain(trace.rstrip())
    return tr(
        "this is a bug in optimise, not in your scenario; please report it with the scenario and "
        "the lines above"
    )
