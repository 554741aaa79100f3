"""Pages of help, and what typer says of a command line, in the reader's language.

typer takes its words from the code, before the language is known, and brings some of its own. Both
are said again where they are written.
"""

import inspect
import itertools
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import typer
from typer._click.core import Context, Parameter
from typer._click.exceptions import BadParameter, MissingParameter
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperCommand, TyperGroup

from optimiser import paths
from optimiser.language import marked, retold, spoken, stored, tr

__all__ = ["Command", "Commands", "complaint", "said_argument", "said_of"]

#: what typer and the libraries behind it say themselves
_OF_TYPER: Final = (
    marked("Usage: "),
    marked("Arguments"),
    marked("Options"),
    marked("Commands"),
    stored("[required]"),
    stored("[default: {value}]"),
    stored("Show this message and exit."),
    stored("Usage: {words}"),
    stored("Try '{words}' for help."),
    stored("Error: {message}"),
    stored("Missing command."),
    stored("Missing argument {name}."),
    stored("Missing option {name}."),
    stored("No such command {name}."),
    stored("No such command {name}. Did you mean {nearest}?"),
    stored("No such option: {name}"),
    stored("No such option: {name} (Possible options: {names})"),
    stored("No such option: {name} Did you mean {nearest}?"),
    stored("Option {name} requires an argument."),
    stored("Option {name} does not take a value."),
    stored("Got unexpected extra argument(s) ({words})"),
    stored("Invalid value for {name}: {message}"),
    stored("Invalid value: {message}"),
    stored("Value error, {value} is not one of {names}."),
    stored("Input should be a valid integer, unable to parse string as an integer"),
    stored("Input should be a valid number, unable to parse string as a number"),
    stored("Input should be greater than or equal to {least}"),
)


class _Pages(HelpFormatter):
    """Writes what it is given in the language that is spoken."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, tr("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        if spoken() == "en":
            super().write_heading(heading)
        else:
            said = tr("{heading}:", heading=tr(heading))
            self.write(f"{'':{self.current_indent}}{said}\n")

    def write_text(self, text: str) -> None:
        if spoken() == "en":
            super().write_text(text)
            return
        from optimiser.render.layout import wrapped

        indent = " " * self.current_indent
        for line in wrapped(tr(text), self.width - self.current_indent):
            self.write(f"{indent}{line}\n")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        if spoken() == "en":
            super().write_dl(rows, col_max, col_spacing)
            return
        from optimiser.render.layout import wrapped

        column = min(max(len(first) for first, _ in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for first, second in rows:
            # what typer adds to a text stands behind two spaces
            said = "  ".join(retold(tr(part)) for part in second.split("  "))
            lines = wrapped(said, max(self.width - self.current_indent - column - 2, 10))
            beside = [first] if len(first) <= column - col_spacing else []
            if not beside:
                self.write(f"{indent}{first}\n")
            for left, line in itertools.zip_longest(beside, lines, fillvalue=""):
                self.write(f"{indent}{left:{column}}{line}".rstrip() + "\n")


class _Context(Context):
    formatter_class = _Pages


def _spared(parameters: list[Parameter]) -> list[Parameter]:
    """The same, to be converted by :func:`_processed`; arguments as a reader types them, without
    the types of the code.
    """
    for parameter in parameters:
        parameter.__dict__["process_value"] = partial(_processed, parameter)
        if isinstance(parameter, TyperArgument):
            parameter.__dict__["_usage_display_name"] = partial(said_argument, parameter)
            parameter.__dict__["display_type_rich"] = _without_type
    return parameters


def said_argument(argument: Any, /) -> str:
    """An argument in a line of usage: in brackets where it may be left out."""
    return str(argument.metavar) if argument.required else f"[{argument.metavar}]"


def _without_type(**_: Context) -> str:
    return ""


def _processed(parameter: Any, context: Context, value: Any) -> Any:
    """What was typed, converted as typer does it, without what would convert it where that changes
    nothing: building it takes half a millisecond an option, and loading what builds it four.
    """
    kind, same = parameter.type_descriptor.annotation, value
    typed = value if isinstance(value, list | tuple) else (value,)
    if "" in typed:  # an unset variable of a shell
        raise BadParameter(stored("it is empty"), ctx=context, param=parameter)
    if value is None:
        same = () if parameter.multiple or parameter.nargs == -1 else None
    elif kind == list[str]:
        same = list(value)
    elif kind is Path and not paths.is_withheld(value):
        same = Path(value)
    elif kind is not str and value is not parameter.default:
        return type(parameter).process_value(parameter, context, value)
    if parameter.required and parameter.value_is_missing(same):
        raise MissingParameter(ctx=context, param=parameter)
    return same if parameter.callback is None else parameter.callback(context, parameter, same)


class Command(TyperCommand):
    """A command whose help is said in the reader's language; in a list its first sentence."""

    context_class = _Context

    def __init__(self, *given: Any, help: str = "", **more: Any) -> None:
        super().__init__(*given, help=said_of(help), **more)

    def get_params(self, ctx: Context) -> list[Parameter]:
        """The options, ``--help`` among them."""
        return _spared(super().get_params(ctx))

    def get_short_help_str(self, limit: int = 0) -> str:
        """The whole first sentence, for half of one says little."""
        return re.split(r"(?<=[.])\s|(?<=。)", tr(self.help or ""), maxsplit=1)[0]


class Commands(TyperGroup):
    """The commands together."""

    context_class = _Context

    def get_params(self, ctx: Context) -> list[Parameter]:
        """The options of all commands, ``--help`` among them."""
        return _spared(super().get_params(ctx))


def said_of(docstring: str, /) -> str:
    """What a command does, as the catalogue has it: a paragraph a line."""
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def complaint(error: typer.TyperException, /) -> str:
    """What is wrong with a command line, in lines."""
    import io

    said = io.StringIO()
    error.show(said)  # type: ignore[attr-defined]  # typer does not say which of them has it
    return "".join(f"{retold(line)}\n" for line in said.getvalue().splitlines())
