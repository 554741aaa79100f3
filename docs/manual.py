"""The manual page, in the language of ``man``: made from what the commands say of themselves and
from pages of the documentation. ``make docs`` writes it, a wheel installs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

import typer.main

from optimiser.commands import application
from optimiser.commands.help import said_argument
from optimiser.scenario import CODES

__all__ = ["MANUAL", "manual"]

MANUAL = Path(__file__).resolve().parent / "optimise.1"

_WIDTH = 78
_FIXED = re.compile(r"`([^`]+)`")


def manual(exit_codes: str, /) -> str:
    """The page.

    Args:
        exit_codes: the table of a page, in Markdown.
    """
    group: Any = typer.main.get_command(application())
    shared = _shared(group)
    lines = ['.TH OPTIMISE 1 "" "optimise" "User commands"']
    lines += [".SH NAME", "optimise \\- plan which technologies to adopt"]
    lines += [".SH SYNOPSIS", ".B optimise", r".I command", r"[\fIarguments\fR] [\fIoptions\fR]"]
    lines += [".SH DESCRIPTION", *_prose(_introduction())]
    lines += [".SH COMMANDS"]
    for name, command in group.commands.items():
        if not command.hidden:
            lines += _command(name, command, shared)
    lines += [".SH OPTIONS OF EVERY COMMAND"]
    first = group.commands["run"]
    for record in _options(first, lambda words: words in shared):
        lines += _tagged(*record)
    lines += [".SH OPTIONS WITHOUT A COMMAND"]
    for record in _options(group, lambda words: "--help" not in words and "--lang" not in words):
        lines += _tagged(*record)
    lines += [".SH EXIT STATUS"]
    for code, meaning in re.findall(r"^\| (\d+) \| (.+) \|$", exit_codes, re.MULTILINE):
        lines += _tagged(code, meaning)
    lines += [".SH ERRORS AND WARNINGS OF SCENARIOS"]
    for code, meaning in CODES.items():
        lines += _tagged(code, meaning)
    lines += [".SH FILES"]
    for file, meaning in _FILES.items():
        lines += _tagged(file, meaning)
    lines += [".SH ENVIRONMENT"]
    for variable, meaning in _ENVIRONMENT.items():
        lines += _tagged(variable, meaning)
    lines += [".SH SEE ALSO", *_prose("The pages in `docs` of the source, `docs/index.md` first.")]
    return "\n".join(lines) + "\n"


_FILES: Mapping[str, str] = {
    "results/NAME": "What `run` saves of the scenario NAME: `front.csv`, the plans, one a line; "
    "`result.json`, all that is known of them.",
    ".optimise": "Results of scenarios that were given where a result is expected; may be removed "
    "at any time.",
}

_ENVIRONMENT: Mapping[str, str] = {
    "NO_COLOR, FORCE_COLOR, TERM=dumb": "Whether there is colour, as everywhere.",
    "COLUMNS": "How wide tables may be on a terminal.",
    "OPTIMISE_DOCS": "The address of a site with the documentation, for links to errors.",
    "LC_ALL, LC_MESSAGES, LANG": "The language on a terminal.",
}


def _introduction() -> str:
    """The first paragraph of the README."""
    text = (MANUAL.parent.parent / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^A planner .+?(?=\n\n)", text, re.MULTILINE | re.DOTALL)
    assert found, "README.md no longer says first what optimise is"
    return found[0].replace("**", "")


def _shared(group: Any) -> set[str]:
    """The options that every command has."""
    sets = [{words for words, _ in _options(c, bool)} for c in group.commands.values()]
    return set.intersection(*sets)


def _options(command: Any, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    context = command.context_class(command)
    for option in command.get_params(context):
        if option.param_type_name == "option":
            words, help = option.get_help_record(context)
            if wanted(words):
                yield words, re.sub(r" +", " ", help)


def _command(name: str, command: Any, shared: set[str]) -> Iterator[str]:
    words = [said_argument(p) for p in command.params if p.param_type_name == "argument"]
    yield f".SS {_escaped(' '.join(['optimise', name, *words]))}"
    for number, paragraph in enumerate((command.help or "").split("\n\n")):
        if number:
            yield ".PP"
        yield from _prose(paragraph)
    for argument in command.params:
        if argument.param_type_name == "argument" and argument.help:
            yield from _tagged(argument.metavar, argument.help, bold=False)
    for record in _options(command, lambda words: words not in shared):
        yield from _tagged(*record)


def _tagged(term: str, text: str, *, bold: bool = True) -> Iterator[str]:
    """A paragraph with a term that stands out before it."""
    yield ".TP"
    yield f"\\f{'B' if bold else 'I'}{_escaped(term)}\\fR"
    yield from _prose(text)


def _prose(text: str) -> Iterator[str]:
    """A paragraph: sentences begin on lines of their own, what is in backticks in bold."""
    for sentence in re.split(r"(?<=[.;:]) (?=[A-Z`])", " ".join(text.split())):
        pieces = _FIXED.split(sentence)
        whole = "".join(
            f"\\fB{_escaped(piece)}\\fR" if number % 2 else _escaped(piece)
            for number, piece in enumerate(pieces)
        )
        for line in wrap(whole, _WIDTH, break_long_words=False, break_on_hyphens=False):
            yield rf"\&{line}" if line[:1] in (".", "'") else line


def _escaped(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-")
