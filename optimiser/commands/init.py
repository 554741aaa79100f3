"""The command `init`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal

__all__ = ["init"]


_Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR", help="Where the scenario is written; with --from it may be left out."
    ),
]
_Template = Annotated[
    str | None, typer.Option("--template", metavar="T", help="starter, or a library scenario.")
]
_Table = Annotated[
    Path | None,
    typer.Option("--from", metavar="TABLE", help="A .csv or .xlsx file with one technology a row."),
]
_Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help="With --from: a workbook's sheet.")
]
_Header = Annotated[
    int | None,
    typer.Option("--header", metavar="N", help="With --from: the row that names the columns."),
]
_Decimal = Annotated[
    str | None, typer.Option("--decimal", metavar="MARK", help="With --from: . or , in numbers.")
]
_Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="With --from: as gb18030.")
]
_Columns = Annotated[
    list[str] | None,
    typer.Option("--columns", metavar="HEADING=NAME", help="With --from: 编号=id,投资=capex."),
]


@command()
def init(  # noqa: PLR0913
    terminal: "Terminal",
    *,
    folder: _Folder = None,
    template: _Template = None,
    table: _Table = None,
    sheet: _Sheet = None,
    header: _Header = None,
    decimal: _Decimal = None,
    encoding: _Encoding = None,
    columns: _Columns = None,
) -> None:
    """Write a commented scenario to start from."""
    from optimiser.errors import UsageError
    from optimiser.render import warn
    from optimiser.scenario import option_entries
    from optimiser.session import STARTER, start, start_from

    options = option_entries(
        sheet=sheet, header=header, decimal=decimal, encoding=encoding, columns=columns or ()
    )
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
