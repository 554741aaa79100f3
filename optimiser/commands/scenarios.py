"""The command `scenarios`."""

from typing import TYPE_CHECKING

from optimiser.commands.options import Json, PlainFormat, chosen_format
from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal

__all__ = ["scenarios"]


@command()
def scenarios(terminal: "Terminal", *, format: PlainFormat = None, json: Json = False) -> None:
    """List the library of scenarios."""
    from optimiser import render, scenario
    from optimiser.analysis import records

    chosen = chosen_format(format, json)
    found = [scenario.load(path) for path in scenario.library().values()]
    if chosen == "json":
        terminal.raw(records.text([records.of_scenario(one) for one in found]))
    else:
        terminal.show(render.scenarios(found, width=terminal.width))
