"""The command `export`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import Overwrite, ResultArgument, usage
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["export"]


@dataclass(frozen=True)
class _Spreadsheet:
    """How a table is written for a spreadsheet."""

    reader: Annotated[
        Literal["excel"] | None,
        typer.Option(
            "--for", help=marked("A .csv that a spreadsheet opens: byte-order mark, separator.")
        ),
    ] = None
    decimal: Annotated[
        str | None,
        typer.Option(
            "--decimal",
            metavar="MARK",
            help=marked("With --for excel: . or , in numbers; else the locale decides."),
        ),
    ] = None


@command(asks=SOLVING)
def export(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help=marked("Its suffix decides: .csv .json .md .xlsx .parquet .tex .opb"),
        ),
    ],
    spreadsheet: _Spreadsheet,
    overwrite: Overwrite = False,
) -> None:
    """Write a result to a file for other programs."""
    from optimiser import exports, session

    exports.format_of(output.suffix)
    _refuse(spreadsheet, output)
    written = [session.Output("-o", output)]
    found = obtain(terminal, result, request, outputs=written, overwrite=overwrite)
    if spreadsheet.reader is None:
        exports.export(found.result, output, mark=True)
    else:
        from optimiser.exports.spreadsheet_csv import data, marks_of
        from optimiser.results.folder import write_text

        write_text(output, data(found.result, marks_of(spreadsheet.decimal)))
    terminal.say(tr("written: {path}", path=output))
    raise typer.Exit(found.exit_code)


def _refuse(spreadsheet: _Spreadsheet, output: Path) -> None:
    """Options that do not go together."""
    if spreadsheet.decimal is not None and spreadsheet.decimal not in (".", ","):
        raise usage(tr("'{mark}' is no decimal mark", mark=spreadsheet.decimal), tr("write . or ,"))
    if spreadsheet.reader is None and spreadsheet.decimal is not None:
        raise usage(
            tr("--decimal without --for excel"),
            tr("for example: {command}", command="optimise export RESULT -o x.csv --for excel"),
        )
    if spreadsheet.reader is not None and output.suffix.lower() != ".csv":
        raise usage(
            tr("--for excel with '{suffix}'", suffix=output.suffix),
            tr("it is for .csv; a spreadsheet opens .xlsx as it is"),
        )
