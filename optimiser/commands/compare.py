"""The command `compare`."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from optimiser.commands.obtaining import say_solved_before
from optimiser.commands.options import Reports, Require
from optimiser.commands.registry import SOLVING, command
from optimiser.frozen import dataclass
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from rich.console import RenderableType

    from optimiser.errors import UsageError
    from optimiser.render import Terminal
    from optimiser.session import Request
    from optimiser.session.comparisons import Compared

__all__ = ["compare"]


@dataclass(frozen=True)
class _Gates:
    """What must not be worse."""

    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on", metavar="GATE", help=marked("Exit 5 where NEW is worse: hypervolume:1%.")
        ),
    ] = None
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help=marked("A gate that is not decided by what is proven fails too.")
        ),
    ] = False


@dataclass(frozen=True)
class _Writing(Reports):
    """How a comparison is written, and where to."""

    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="table|json|csv|md|junit|github[:FILE]",
            help=marked("How the comparison is written; with :FILE also to a file, several times."),
        ),
    ] = None

    known: ClassVar[tuple[str, ...]] = ("table", "json", "csv", "md", "junit", "github")


def _text(format: str, found: "Sequence[Mapping[str, Any]]") -> str:
    """The comparisons in a format for other programs."""
    from optimiser.analysis import records
    from optimiser.exports import comparison_texts

    return records.text(found) if format == "json" else comparison_texts.text(found, format)


@command(asks=SOLVING)
def compare(
    terminal: "Terminal",
    request: "Request",
    *,
    base: Annotated[
        str,
        typer.Argument(
            metavar="BASE",
            help=marked("A result, or a scenario, which is solved first; a folder; main:FOLDER."),
        ),
    ],
    new: Annotated[
        list[str], typer.Argument(metavar="NEW...", help=marked("What is compared with it."))
    ],
    gates: _Gates,
    require: Require = None,
    writing: _Writing,
) -> None:
    """Set results side by side; gates decide the exit code."""
    from optimiser import render, session
    from optimiser.analysis import gate_verdicts
    from optimiser.session.comparisons import ComparisonRequest, compared, inputs, opened_all
    from optimiser.session.pairing import paired

    asked = ComparisonRequest(
        request, gate_verdicts.read_gates(gates.fail_on or ()), gates.strict, require
    )
    done: list[Compared] = []
    with paired(base, new, whole=request.allow_outside) as pairs:
        session.refuse_unused(request, [one.path for pair in pairs for one in pair.members])
        read = opened_all(pairs, request)
        writing.guard(inputs(read))
        with render.progress(terminal) as on_progress:
            for one in compared(pairs, read, asked, on_progress=on_progress):
                _say(terminal, one)
                if writing.formats[0] == "table":
                    terminal.show(_shown(one, terminal.width, first=not done))
                done.append(one)
    if len(done) < len(pairs):
        terminal.complain(tr("interrupted: {number} not compared", number=len(pairs) - len(done)))
    errors = [
        *dict.fromkeys(error for one in done for error in one.errors),
        *gate_verdicts.failures([one.judged for one in done if one.judged is not None]),
        *_written(terminal, [one.record for one in done], writing, folders=pairs[0].folders),
    ]
    for error in errors:
        render.report(error, terminal)
    sides = [side for one in done for side in one.sides]
    raise typer.Exit(session.exit_code_of([*sides, *errors]))


def _written(
    terminal: "Terminal",
    found: "Sequence[Mapping[str, Any]]",
    writing: _Writing,
    *,
    folders: bool,
) -> "list[UsageError]":
    """The comparisons on stdout, as far as they are not there yet, and in files; and what was in
    the way of these.
    """
    from optimiser import render, session

    chosen, files = writing.formats
    if chosen != "table":
        terminal.raw(_text(chosen, found))
    elif folders:
        terminal.show(render.counted(found))
    return session.write_all(files, lambda format: _text(format, found))


def _say(terminal: "Terminal", one: "Compared") -> None:
    """On stderr the warnings about what was compared, and where results were taken from."""
    from optimiser import render

    for side in one.sides:
        render.warn(side.findings, terminal)
        if side.kept is not None and not one.pair.folders:
            say_solved_before(terminal, side.kept)


def _shown(one: "Compared", width: int | None, *, first: bool) -> "Iterator[RenderableType]":
    """A pair as a table; of folders those that did not change in a line."""
    from optimiser.render.comparison_table import comparison, unpaired

    if one.judged is None or one.record["unchanged"]:
        if one.pair.folders:
            yield from unpaired(one.record)
        return
    if not first:
        yield ""
    base, new = (side.result for side in one.sides)
    yield from comparison(base, new, one.judged, record=one.record, width=width)
