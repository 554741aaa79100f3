"""The command `export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import ResultArgument
from optimiser.commands.registry import SOLVING, command

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
            "-o", "--output", metavar="FILE", help="Its suffix decides: .csv .json .md .opb"
        ),
    ],
) -> None:
    """Write a result to a file for other programs."""
    from optimiser import exports

    exports.format_of(output.suffix)
    found = obtain(terminal, result, request)
    exports.export(found.result, output)
    terminal.say(f"written: {output}")
    raise typer.Exit(found.exit_code)
