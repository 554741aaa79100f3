"""The command `report`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import Answers, Overwrite, ResultArgument
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["report"]


@command(asks=SOLVING)
def report(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help=marked("The page to write: .html")),
    ],
    answer: Answers = None,
    open: Annotated[
        bool, typer.Option("--open", help=marked("Then show it in the browser."))
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Write a result as one interactive page that needs no network."""
    from optimiser import session
    from optimiser.reports.page import page
    from optimiser.results.folder import write_text

    written = [session.Output("-o", output, (".html", ".htm"))]
    found = obtain(terminal, result, request, outputs=written, overwrite=overwrite)
    write_text(output, page(found.result, **session.answers_in(answer or (), found.result)))
    terminal.say(tr("written: {path}", path=output))
    if open and typer.launch(output.resolve().as_uri()) != 0:
        terminal.say(tr("no browser could be started: open {path} in one", path=output))
    raise typer.Exit(found.exit_code)
