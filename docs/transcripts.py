"""What a page shows of the program: its commands are run, its examples executed, in order and in one folder.

A page is read as a newcomer would follow it. A block opened with

- ``yaml file=NAME`` is written to that file;
- ``sh`` holds commands; those that begin with ``optimise`` are run and have to succeed;
- ``console`` shows commands behind ``$`` with their output. Words behind ``console`` say more: ``exit=5`` is the exit code
  of the last command (0 else), ``head=8 tail=3`` how many lines of each output are shown, with ``...`` for the rest;
- ``python`` holds doctests.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Block", "blocks", "commands", "failed_examples", "refreshed"]

_ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```(?P<kind>\w+)(?P<words>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRAM = "from cli import main; main()"
# What would change how the program writes.
_FOREIGN = ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "PYTHONWARNINGS")
_PROMPT = "$ "
_OMITTED = "...\n"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Attributes:
        kind: the word behind the fence: console, sh, yaml, python.
        words: the ``key=value`` words that follow it.
        body: its lines.
        start, end: where the body lies in the page.
    """

    kind: str
    words: Mapping[str, str]
    body: str
    start: int
    end: int

    def commands(self) -> list[str]:
        """The commands of the program in it, as they are typed."""
        lines = self.body.splitlines()
        if self.kind == "console":
            lines = [line.removeprefix(_PROMPT) for line in lines if line.startswith(_PROMPT)]
        elif self.kind != "sh":
            return []
        return [line for line in lines if _is_ours(line)]


def blocks(text: str, /) -> Iterator[Block]:
    """Every fenced block that names its kind."""
    for match in _BLOCK.finditer(text):
        words = dict(word.split("=", 1) for word in match["words"].split())
        yield Block(match["kind"], words, match["body"], match.start("body"), match.end("body"))


def commands(text: str, /) -> list[str]:
    """Every command of the program that a page gives."""
    return [command for block in blocks(text) for command in block.commands()]


def refreshed(text: str, folder: Path, /) -> str:
    """The page with what its commands print now.

    Args:
        text: the page.
        folder: an empty one, where the commands run.

    Raises:
        RuntimeError: a command ends with another exit code than the page says.
    """
    pieces, done = [], 0
    for block in blocks(text):
        if block.kind == "yaml" and "file" in block.words:
            (folder / block.words["file"]).write_text(block.body, encoding="utf-8")
        elif block.kind == "sh":
            for command in block.commands():
                _run(command, folder, expected=0)
        elif block.kind == "console":
            pieces += [text[done : block.start], _console(block, folder)]
            done = block.end
    return "".join([*pieces, text[done:]])


def failed_examples(text: str, folder: Path, /, *, name: str) -> str:
    """What the doctests of a page complain about, run in ``folder``; empty where all is well.

    Raises:
        ValueError: a Python block holds no doctest, and so nothing that could be checked.
    """
    parser, report = doctest.DocTestParser(), []
    runner, names = doctest.DocTestRunner(verbose=False), dict[str, object]()
    for block in blocks(text):
        if block.kind == "yaml" and "file" in block.words:
            (folder / block.words["file"]).write_text(block.body, encoding="utf-8")
        if block.kind != "python":
            continue
        test = parser.get_doctest(block.body, names, name, name, text[: block.start].count("\n"))
        if not test.examples:
            raise ValueError(f"a Python block of {name} has no example: {block.body[:60]!r}")
        test.globs = names  # the parser copies them; later examples use what earlier ones made
        with chdir(folder):
            runner.run(test, out=report.append, clear_globs=False)
    return "".join(report)


def _console(block: Block, folder: Path, /) -> str:
    """The body of a console block as it reads now."""
    head, tail = (int(block.words[key]) if key in block.words else None for key in ("head", "tail"))
    typed = [line for line in block.body.splitlines() if line.startswith(_PROMPT)]
    if not typed or not block.body.startswith(_PROMPT):
        raise RuntimeError(f"a console block begins with a command behind '{_PROMPT}': {block.body[:60]!r}")
    shown = []
    for line in typed:
        expected = int(block.words.get("exit", "0")) if line is typed[-1] else 0
        output = _run(line.removeprefix(_PROMPT), folder, expected=expected)
        shown.append(f"{line}\n{_shortened(output, head, tail)}")
    return "".join(shown)


def _shortened(output: str, head: int | None, tail: int | None, /) -> str:
    lines = output.splitlines(keepends=True)
    if head is None and tail is None:
        return output
    first, last = head or 0, tail or 0
    if len(lines) <= first + last:
        return output
    return "".join([*lines[:first], _OMITTED, *lines[len(lines) - last :]])


def _run(command: str, folder: Path, /, *, expected: int) -> str:
    """What a command writes to stdout and stderr, in the order of writing."""
    program, *arguments = shlex.split(command)
    if program == "cat":
        return "".join((folder / name).read_text(encoding="utf-8") for name in arguments)
    if not _is_ours(command):
        raise RuntimeError(f"a console block shows the output of {command!r}, which is not run")
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(_ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    output = done.stdout.decode("utf-8")
    if done.returncode != expected:
        raise RuntimeError(f"{command}: exit code {done.returncode}, expected {expected}\n{output}")
    return output


def _is_ours(command: str, /) -> bool:
    return command.split(maxsplit=1)[:1] == ["optimise"]
