"""The commands, one file each: parse, call the library, print."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import typer

__all__ = ["COMMANDS", "application"]

#: command -> the module that registers it, in the order in which they are listed
COMMANDS: Final = {
    "run": "run",
    "check": "check",
    "validate": "check",
    "rank": "rank",
    "show": "show",
    "verify": "verify",
    "export": "export",
    "compare": "compare",
    "assess": "assess",
    "init": "init",
    "schema": "schema",
    "scenarios": "scenarios",
}


def application(arguments: Sequence[str] = (), /) -> "typer.Typer":
    """The Typer app with the command that the arguments begin with, or with every command.

    Building a command costs time, and a call uses one.
    """
    from optimiser.commands.registry import app

    wanted = arguments[0] if arguments else ""
    modules = [COMMANDS[wanted]] if wanted in COMMANDS else dict.fromkeys(COMMANDS.values())
    for name in modules:
        importlib.import_module(f"optimiser.commands.{name}")
    # a program may have asked for one command first
    app.registered_commands.sort(key=lambda command: list(COMMANDS).index(command.name or ""))
    return app
