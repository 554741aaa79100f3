"""The commands, one file each: parse, call the library, print."""

import importlib
import itertools
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from optimiser import interrupts, language
from optimiser.language import tr

if TYPE_CHECKING:
    import typer

__all__ = ["COMMANDS", "application", "choose_language"]

#: command -> the module that registers it, in the order in which they are listed
COMMANDS: Final = {
    "run": "run",
    "check": "check",
    "validate": "check",
    "rank": "rank",
    "show": "show",
    "explain": "explain",
    "decide": "decide",
    "best": "best",
    "alternatives": "alternatives",
    "repair": "repair",
    "robust": "robust",
    "sweep": "sweep",
    "verify": "verify",
    "results": "results",
    "export": "export",
    "report": "report",
    "serve": "serve",
    "plot": "plot",
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


def choose_language(arguments: Sequence[str], /) -> None:
    """Speak the language that the words of a command line ask for, before they are read: what is
    wrong with them is said in it too. Without a wish the locale decides on a terminal, and
    elsewhere it is English.
    """
    wanted = ""
    for word, following in itertools.zip_longest(arguments, arguments[1:], fillvalue=""):
        if word == "--":
            break
        if word == "--lang" or word.startswith("--lang="):
            wanted = following if word == "--lang" else word.removeprefix("--lang=")
    if not wanted and sys.stdout.isatty():
        wanted = language.locale_language()
    if wanted in language.LANGUAGES and language.installed(wanted):
        language.speak(wanted)
        interrupts.announce(tr("stopping…"))
