"""The command `init`."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal

__all__ = ["init"]


@dataclass(frozen=True)
class _Reading:
    """How a table is read where its file does not say."""

    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="With --from: a workbook's sheet.")
    ] = None
    header: Annotated[
        int | None,
        typer.Option("--header", metavar="N", help="With --from: the row that names the columns."),
    ] = None
    decimal: Annotated[
        str | None,
        typer.Option("--decimal", metavar="MARK", help="With --from: . or , in numbers."),
    ] = None
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="With --from: as gb18030.")
    ] = None
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", metavar="HEADING=NAME", help="With --from: 编号=id,投资=capex."),
    ] = None


@command()
def init(
    terminal: "Terminal",
    *,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="Where the scenario is written; with --from it may be left out."
        ),
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="T", help="starter, or a library scenario.")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="TABLE", help="A .csv or .xlsx file with one technology a row."
        ),
    ] = None,
    reading: _Reading,
) -> None:
    """Write a commented scenario to start from."""
    from optimiser.errors import UsageError
    from optimiser.render import warn
    from optimiser.scenario import option_entries
    from optimiser.session import STARTER, start, start_from

    options = option_entries(**{**vars(reading), "columns": reading.columns or ()})
    if table is not None and template is not None:
        raise UsageError("--from and --template exclude each other", help="give one of them")
    if table is None and options:
        message = "--sheet, --header, --decimal, --encoding and --columns say how --from is read"
        raise UsageError(message, help="optimise init --from measures.csv --header 3")
    if table is not None:
        started = start_from(table, folder=folder, options=options)
        warn(started.warnings, terminal)
        file, runs = started.file, started.runs
    elif folder is not None:
        file, runs = start(folder, template=template or STARTER), True
    else:
        raise UsageError(
            "there is no folder to write to",
            help="optimise init DIR, or optimise init --from measures.csv",
        )
    terminal.raw(f"{file}\n")
    if runs:
        terminal.say(f"next:  optimise run {shlex.quote(str(file))}")
    else:
        terminal.say(f"next:  choose an objective in {file}: the columns' names decide none")
