"""The command `init`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal

__all__ = ["init"]


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
) -> None:
    """Write a commented scenario to start from."""
    from optimiser.errors import UsageError
    from optimiser.session import STARTER, start, start_from

    if table is not None and template is not None:
        raise UsageError("--from and --template exclude each other", help="give one of them")
    if table is not None:
        file = start_from(table, folder=folder)
    elif folder is not None:
        file = start(folder, template=template or STARTER)
    else:
        raise UsageError(
            "there is no folder to write to",
            help="optimise init DIR, or optimise init --from measures.csv",
        )
    terminal.raw(f"{file}\n")
    terminal.say(f"next:  optimise run {shlex.quote(str(file))}")
