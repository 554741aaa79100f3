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
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the scenario is written.")],
    template: Annotated[str, typer.Option("--template", metavar="T", help="starter, or a library scenario.")] = "starter",
) -> None:
    """Write a commented scenario to start from."""
    from optimiser.study import start

    file = start(folder, template=template)
    terminal.raw(f"{file}\n")
    terminal.say(f"next:  optimise run {shlex.quote(str(file))}")
