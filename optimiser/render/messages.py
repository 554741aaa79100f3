"""Findings, errors and progress, as a person reads them on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from optimiser.frozen import dataclass
from optimiser.language import listed, tr, trn

if TYPE_CHECKING:
    from rich.text import Text

    from optimiser.errors import Diagnostic, OptimiseError
    from optimiser.render.terminal import Terminal
    from optimiser.results import Result

__all__ = ["addresses", "count", "counting", "effort", "error", "finding", "progress"]

_COLOURS = {"error": "bold red", "warning": "bold yellow"}
_PAUSE = 0.5  # seconds before progress is shown: a short run needs none
_INTERVAL = 30.0  # seconds between two lines of progress off a terminal


def finding(diagnostic: Diagnostic, /) -> Text:
    """One finding with its place, source line and help; where a terminal can, its code is a link
    to the site of the documentation.
    """
    from rich.style import Style
    from rich.text import Text

    text = Text(str(diagnostic))
    headline = len(f"{diagnostic.severity}[{diagnostic.code}]")
    text.stylize(_COLOURS[diagnostic.severity], 0, headline)
    if "://" in diagnostic.see:
        text.stylize(Style(link=diagnostic.see), headline - len(diagnostic.code) - 1, headline - 1)
    return text


def addresses(findings: Sequence[Diagnostic], /) -> list[str]:
    """Where the codes of findings are described, each once."""
    described = {diagnostic.code: diagnostic.see for diagnostic in findings}
    return [tr("{code}: see {address}", code=code, address=see) for code, see in described.items()]


def count(findings: Sequence[Diagnostic], /) -> str:
    """``2 errors, 1 warning``; empty where there are none."""
    parts = []
    for severity in ("error", "warning"):
        number = sum(d.severity == severity for d in findings)
        if number:
            parts.append(
                trn("{number} error", "{number} errors", number)
                if severity == "error"
                else trn("{number} warning", "{number} warnings", number)
            )
    return listed(parts)


def error(problem: OptimiseError, /) -> Iterator[Text]:
    """An error that has no place in a file: what is wrong, and the easiest fix."""
    from rich.text import Text

    message = "".join(c if c.isprintable() or c == "\n" else "�" for c in problem.message)
    yield Text.assemble(("error", _COLOURS["error"]), f": {message}")
    if problem.help:
        from optimiser.session import as_typed

        yield Text("  = " + tr("help: {help}", help=as_typed(problem.help)))


def effort(result: Result, terminal: Terminal, /) -> None:
    """With -v: how long the search took, and what the solver counted."""
    source = result.front.provenance
    if terminal.verbose:
        terminal.say(
            tr(
                "{solver}: {seconds:.2f} s, {number} sub-problems, seed {seed}",
                solver=source.solver,
                seconds=source.seconds,
                number=source.subproblems,
                seed=source.seed,
            )
        )
        terminal.say(
            *(f"  {_spaced(name)}: {_counted(value)}" for name, value in source.statistics.items())
        )


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _counted(value: object) -> str:
    """A number to a few digits, several with their names between commas."""
    if isinstance(value, Mapping):
        return ", ".join(f"{_spaced(name)} {_counted(number)}" for name, number in value.items())
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class _Counted:
    """A report of progress that says all in words.

    Attributes:
        seconds: since the start.
        words: what they are.
    """

    seconds: float
    words: str


@contextmanager
def progress(terminal: Terminal, /, *, kept: bool = True) -> Iterator[Callable[[Any], None]]:
    """A receiver of progress reports: a line that moves on a terminal, else a line now and then.

    Args:
        terminal: where it is shown.
        kept: whether Ctrl-C keeps the plans that are found.
    """
    if terminal.quiet:
        yield lambda report: None
    elif terminal.animated:
        with _moving(terminal, kept=kept) as receive:
            yield receive
    else:
        latest = 0.0

        def receive_rarely(report: Any) -> None:
            nonlocal latest
            if isinstance(report, _Counted):
                terminal.say(report.words)
            elif report.seconds - latest >= _INTERVAL:
                latest = report.seconds
                terminal.say(_words(report))

        yield receive_rarely


@contextmanager
def counting(terminal: Terminal, /) -> Iterator[Callable[[int, int], None]]:
    """A receiver of how many of how many problems are solved, shown as :func:`progress` is."""
    began = time.monotonic()
    latest = 0.0
    with progress(terminal) as receive:

        def count(done: int, total: int) -> None:
            nonlocal latest
            seconds = time.monotonic() - began
            if seconds - latest < (_PAUSE if terminal.animated else _INTERVAL):
                return
            latest = seconds
            words = tr(
                "{done:,} of {total:,} problems solved, {seconds:.0f} s",
                done=done,
                total=total,
                seconds=seconds,
            )
            receive(_Counted(seconds, words))

        yield count


@contextmanager
def _moving(terminal: Terminal, /, *, kept: bool) -> Iterator[Callable[[Any], None]]:
    from rich.text import Text

    status = terminal.err.status("")
    running = False

    def receive(report: Any) -> None:
        nonlocal running
        counted = isinstance(report, _Counted)
        if report.seconds < _PAUSE and not counted:
            return
        if not running:
            status.start()
            running = True
        words = report.words if counted else _words(report)
        if kept and not counted:
            words = tr("{progress}; Ctrl-C stops and keeps them", progress=words)
        status.update(Text(words))

    try:
        yield receive
    finally:
        if running:
            status.stop()


def _words(report: Any, /) -> str:
    if report.hypervolume is not None and report.feasible is not None:
        return tr(
            "searching: {number} plans, hypervolume {hypervolume:.4f}, {feasible:.0f} % feasible, "
            "{seconds:.0f} s",
            number=report.found,
            hypervolume=report.hypervolume,
            feasible=100 * report.feasible,
            seconds=report.seconds,
        )
    if report.gap is not None:
        return tr(
            "searching: {number} plans, {solved} sub-problems, {seconds:.0f} s, gap {gap:.2g} %",
            number=report.found,
            solved=report.solved,
            seconds=report.seconds,
            gap=100 * report.gap,
        )
    return tr(
        "searching: {number} plans, {solved} sub-problems, {seconds:.0f} s",
        number=report.found,
        solved=report.solved,
        seconds=report.seconds,
    )
