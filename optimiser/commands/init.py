"""The command `init`."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.options import Overwrite, usage
from optimiser.commands.registry import command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.errors import Diagnostic
    from optimiser.render import Terminal

__all__ = ["init"]


@dataclass(frozen=True)
class _Reading:
    """How a table is read where its file does not say."""

    sheet: Annotated[
        str | None,
        typer.Option("--sheet", metavar="NAME", help=marked("With --from: a workbook's sheet.")),
    ] = None
    header: Annotated[
        int | None,
        typer.Option(
            "--header", metavar="N", help=marked("With --from: the row that names the columns.")
        ),
    ] = None
    decimal: Annotated[
        str | None,
        typer.Option("--decimal", metavar="MARK", help=marked("With --from: . or , in numbers.")),
    ] = None
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", metavar="NAME", help=marked("With --from: as gb18030.")),
    ] = None
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--columns", metavar="HEADING=NAME", help=marked("With --from: 编号=id,投资=capex.")
        ),
    ] = None


@command()
def init(
    terminal: "Terminal",
    *,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help=marked("Where the scenario is written; with --from it may be left out."),
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="T", help=marked("starter, or a library scenario.")),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="TABLE",
            help=marked("A .csv or .xlsx file with one technology a row."),
        ),
    ] = None,
    reading: _Reading,
    overwrite: Overwrite = False,
) -> None:
    """Write a commented scenario to start from."""
    from optimiser.render import warn

    file, runs, warnings = _begun(folder, template, table, reading, overwrite=overwrite)
    warn(warnings, terminal)
    terminal.raw(f"{file}\n")
    if runs:
        run = f"optimise run {shlex.quote(str(file))}"
        terminal.say(tr("next:  {command}", command=run))
    else:
        terminal.say(
            tr("next:  choose an objective in {file}: the columns' names decide none", file=file)
        )


def _begun(
    folder: Path | None,
    template: str | None,
    table: Path | None,
    reading: _Reading,
    *,
    overwrite: bool,
) -> "tuple[Path, bool, Sequence[Diagnostic]]":
    """The file, whether it can be run as it is, and what its reader should know."""
    from optimiser.scenario import option_entries
    from optimiser.session import STARTER, start, start_from

    options = option_entries(**{**vars(reading), "columns": reading.columns or ()})
    if table is not None and template is not None:
        raise usage(tr("--from and --template exclude each other"), tr("give one of them"))
    if table is None and options:
        example = "optimise init --from measures.csv --header 3"
        raise usage(
            tr("--sheet, --header, --decimal, --encoding and --columns say how --from is read"),
            tr("for example: {command}", command=example),
        )
    if table is not None:
        started = start_from(table, folder=folder, options=options, overwrite=overwrite)
        return started.file, started.runs, started.warnings
    if folder is not None:
        return start(folder, template=template or STARTER, overwrite=overwrite), True, ()
    one, other = "optimise init DIR", "optimise init --from measures.csv"
    raise usage(
        tr("there is no folder to write to"), tr("{command}, or {other}", command=one, other=other)
    )
