"""The command `export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import Overwrite, ResultArgument
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["export"]


@command(asks=SOLVING)
def export(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="FILE", help=marked("Its suffix decides: .csv .json .md .opb")
        ),
    ],
    overwrite: Overwrite = False,
) -> None:
    """Write a result to a file for other programs."""
    from optimiser import exports, session

    exports.format_of(output.suffix)
    written = [session.Output("-o", output)]
    found = obtain(terminal, result, request, outputs=written, overwrite=overwrite)
    exports.export(found.result, output, mark=True)
    terminal.say(tr("written: {path}", path=output))
    raise typer.Exit(found.exit_code)
