"""The command `schema`."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.registry import command
from optimiser.language import marked

if TYPE_CHECKING:
    from optimiser.render import Terminal

__all__ = ["schema"]


@command()
def schema(
    terminal: "Terminal",
    *,
    of: Annotated[
        Literal["scenario", "result"], typer.Option("--of", help=marked("What it describes."))
    ] = "scenario",
) -> None:
    """Print the JSON Schema of scenarios, for editors, or of result.json."""
    from optimiser.analysis import records

    if of == "result":
        from optimiser.results.document_schema import json_schema
    else:
        from optimiser.scenario import json_schema
    terminal.raw(records.text(json_schema()))
