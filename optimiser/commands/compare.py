"""The command `compare`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import Json, Overwrite, Require, chosen_format, usage
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.analysis.gate_verdicts import Judged
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["compare"]

_FORMATS: Final = ("table", "json", "csv", "md", "junit", "github")


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
class _Writing:
    """How a comparison is written, and where to."""

    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="table|json|csv|md|junit|github[:FILE]",
            help=marked("How the comparison is written; with :FILE also to a file, several times."),
        ),
    ] = None
    json: Json = False
    overwrite: Overwrite = False

    @property
    def formats(self) -> tuple[str, list[tuple[str, Path]]]:
        """The format on stdout, and the others with their files."""
        parts = [text.partition(":") for text in self.format or ()]
        for format, colon, file in parts:
            if format not in _FORMATS or (colon and (format == "table" or not file)):
                known = ", ".join(_FORMATS)
                raise usage(
                    f"--format {format}{colon}{file}",
                    tr(
                        "write one of {known}; all but table also with a file: --format md:out.md",
                        known=known,
                    ),
                )
        printed = [format for format, colon, _ in parts if not colon]
        if len(printed) > 1:
            raise usage(
                f"--format {' and '.join(printed)}", tr("one is printed; write others to files")
            )
        files = [(format, Path(file)) for format, colon, file in parts if colon]
        return chosen_format(printed[0] if printed else None, self.json), files


def _text(format: str, base: str, new: "Sequence[str]", found: "Sequence[Judged]") -> str:
    """The comparisons in a format for other programs."""
    from optimiser.analysis import records
    from optimiser.exports import comparison_texts

    plain = [records.of_comparison(base, *pair) for pair in zip(new, found, strict=True)]
    return records.text(plain) if format == "json" else comparison_texts.text(plain, format)


@command(asks=SOLVING)
def compare(
    terminal: "Terminal",
    request: "Request",
    *,
    base: Annotated[
        str,
        typer.Argument(
            metavar="BASE", help=marked("A result, or a scenario, which is solved first.")
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

    chosen, files = writing.formats
    outputs = [session.Output("--format", path) for _, path in files]
    asked = gate_verdicts.read_gates(gates.fail_on or ())
    session.refuse_unused(request, [base, *new])
    session.guard_before((base, *new), request, outputs, overwrite=writing.overwrite)
    obtained = [obtain(terminal, path, request, shared=True) for path in (base, *new)]
    results = [one.result for one in obtained]
    found = gate_verdicts.compare_all(results[0], results[1:], asked, strict=gates.strict)

    if chosen != "table":
        terminal.raw(_text(chosen, base, new, found))
    else:
        for path, other, one in zip(new, results[1:], found, strict=True):
            terminal.show(
                render.comparison(results[0], other, one, labels=(base, path), width=terminal.width)
            )
    lacking = (
        session.shortfalls(zip((base, *new), results, strict=True), require, gap=request.gap)
        if require
        else ()
    )
    errors = [*lacking, *gate_verdicts.failures(found)]
    for format, file in files:
        unwritten = session.write_marked(file, _text(format, base, new, found), format)
        errors += [unwritten] if unwritten else []
    for error in errors:
        render.report(error, terminal)
    raise typer.Exit(session.exit_code_of([*obtained, *errors]))
