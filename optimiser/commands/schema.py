"""The command `schema`."""

from typing import TYPE_CHECKING

from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal

__all__ = ["schema"]


@command()
def schema(terminal: "Terminal") -> None:
    """Print the JSON Schema of scenarios, for editors."""
    from optimiser import scenario
    from optimiser.analysis import records

    terminal.raw(records.text(scenario.json_schema()))
