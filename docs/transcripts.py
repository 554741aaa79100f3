"""What a page shows of the program: its commands are run, its examples executed, in order and in
one folder.

A page is read as a newcomer would follow it. A block opened with

- ``yaml file=NAME`` or ``csv file=NAME`` is written to that file;
- ``yaml lines=3-5,9-12 of=NAME`` shows these lines of such a file, or of one in the folder named
  like the page;
- ``sh`` holds commands; those that begin with ``optimise`` are run and have to succeed;
- ``console`` shows commands behind ``$`` with their output. Words behind ``console`` say more:
  ``exit=5`` is the exit code of the last command (0 else), ``head=8 tail=3`` how many lines of each
  output are shown, with ``...`` for the rest;
- ``python`` holds doctests, which share their names.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import typer.main

from optimiser.commands import application
from optimiser.language import LANGUAGES, speaking

__all__ = ["Block", "blocks", "commands", "language_of", "prepared", "refreshed"]

_BLOCK = re.compile(
    r"^```(?P<kind>\w+)(?P<words>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
# What would change how the program writes.
_FOREIGN = ("COLUMNS", "FORCE_COLOR", "NO_COLOR")
_PROMPT = "$ "
_OMITTED = "...\n"
# a run that is kept has a digest for its name, of the versions of what found it among other things
_KEPT = re.compile(r"(\.optimise/)[0-9a-f]{32}")


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


def prepared(page: Path, folder: Path, /) -> None:
    """Lay the scenarios that belong to a page, those beside it and in the folder named like it,
    where its commands run.
    """
    for place in (page.parent, page.parent / page.name.split(".")[0]):
        for file in place.glob("*.yaml"):
            (folder / file.name).write_bytes(file.read_bytes())


def language_of(page: Path, /) -> str:
    """The language in which the commands of a page answer: ``tutorial.zh.md`` is read by somebody
    whose terminal speaks Chinese.
    """
    named = page.suffixes[0].removeprefix(".") if len(page.suffixes) > 1 else ""
    return named if named in LANGUAGES else LANGUAGES[0]


def refreshed(text: str, folder: Path, /, *, language: str = LANGUAGES[0]) -> str:
    """The page with what its commands print and its Python examples give now.

    Args:
        text: the page.
        folder: an empty one, where everything runs.
        language: in which the commands answer.

    Raises:
        RuntimeError: a command ends with another exit code than the page says, or an example with
            an exception.
    """
    with speaking(language):
        return _refreshed(text, folder)


def _refreshed(text: str, folder: Path) -> str:
    pieces: list[str] = []
    names: dict[str, object] = {}
    done = 0
    for block in blocks(text):
        body = block.body
        if block.kind in ("csv", "yaml") and "file" in block.words:
            target = folder / block.words["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(body, encoding="utf-8")
        elif block.kind == "yaml" and "of" in block.words:
            body = _excerpt(
                (folder / block.words["of"]).read_text(encoding="utf-8"), block.words["lines"]
            )
        elif block.kind == "sh":
            for command in block.commands():
                _run(command, folder, expected=0)
        elif block.kind == "console":
            body = _console(block, folder)
        elif block.kind == "python":
            with chdir(folder):
                body = _python(body, names)
        pieces += [text[done : block.start], body]
        done = block.end
    return "".join([*pieces, text[done:]])


def _excerpt(text: str, ranges: str, /) -> str:
    """Some lines of a file, counted from 1, with an empty line between ranges."""
    lines = text.splitlines(keepends=True)
    spans = [tuple(map(int, span.split("-"))) for span in ranges.split(",")]
    return "\n".join("".join(lines[first - 1 : last]) for first, last in spans)


def _console(block: Block, folder: Path, /) -> str:
    """The body of a console block as it reads now."""
    head, tail = (int(block.words[key]) if key in block.words else None for key in ("head", "tail"))
    typed = [line for line in block.body.splitlines() if line.startswith(_PROMPT)]
    if not typed or not block.body.startswith(_PROMPT):
        raise RuntimeError(
            f"a console block begins with a command behind '{_PROMPT}': {block.body[:60]!r}"
        )
    shown = []
    for line in typed:
        expected = int(block.words.get("exit", "0")) if line is typed[-1] else 0
        output = _run(line.removeprefix(_PROMPT), folder, expected=expected)
        shown.append(f"{line}\n{_shortened(output, head, tail)}")
    return "".join(shown)


def _python(body: str, names: dict[str, object], /) -> str:
    """A block of doctests with the values that its examples give now; ``names`` is what earlier
    blocks defined.
    """
    test = doctest.DocTestParser().get_doctest(body, names, "example", None, 0)
    if not test.examples:
        raise RuntimeError(f"a Python block has no example: {body[:60]!r}")
    test.globs = names  # the parser copies them, and later blocks go on from here
    runner = _Recorder(verbose=False)
    runner.run(test, clear_globs=False)
    lines = body.splitlines(keepends=True)
    for example in reversed(test.examples):
        begin = example.lineno + example.source.count("\n")
        given = runner.given.get(example.lineno, example.want)
        lines[begin : begin + example.want.count("\n")] = [given]
    return "".join(lines)


def _shortened(output: str, head: int | None, tail: int | None, /) -> str:
    lines = output.splitlines(keepends=True)
    if head is None and tail is None:
        return output
    first, last = head or 0, tail or 0
    if len(lines) <= first + last:
        return output
    return "".join([*lines[:first], _OMITTED, *lines[len(lines) - last :]])


@cache
def _program() -> Any:
    """Every command, built once: calling the application builds them all, each time."""
    return typer.main.get_command(application())


def _run(command: str, folder: Path, /, *, expected: int) -> str:
    """What a command writes to stdout and stderr, in the order of writing."""
    program, *arguments = shlex.split(command, comments=True)
    if program == "cat":
        return "".join((folder / name).read_text(encoding="utf-8") for name in arguments)
    if not _is_ours(command):
        raise RuntimeError(f"a console block shows the output of {command!r}, which is not run")
    output = io.BytesIO()
    with chdir(folder), _captured(output), mock.patch.object(sys, "argv", [program, *arguments]):
        try:
            _program()(arguments, prog_name="optimise")
            code: object = 0
        except SystemExit as end:
            code = end.code or 0
    text = _KEPT.sub(r"\1…", output.getvalue().decode("utf-8"))
    if code != expected:
        raise RuntimeError(f"{command}: exit code {code}, expected {expected}\n{text}")
    return text


@contextmanager
def _captured(output: io.BytesIO, /) -> Iterator[None]:
    """Both streams into one, as a pipe would have them, without what in the environment changes how
    the program writes.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    out, err = (
        io.TextIOWrapper(output, encoding="utf-8", newline="\n", write_through=True)
        for _ in range(2)
    )
    try:
        with (
            mock.patch.dict(os.environ, kept, clear=True),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            yield
    finally:
        out.detach()
        err.detach()


def _is_ours(command: str, /) -> bool:
    return command.split(maxsplit=1)[:1] == ["optimise"]


class _Recorder(doctest.DocTestRunner):
    """Notes what examples give where that is not what the page says."""

    def __init__(self, *, verbose: bool) -> None:
        super().__init__(verbose=verbose)
        self.given: dict[int, str] = {}

    def report_failure(
        self, _out: object, _test: object, example: doctest.Example, got: str
    ) -> None:
        self.given[example.lineno] = got

    def report_unexpected_exception(
        self, _out: object, _test: object, example: doctest.Example, exc_info: Any
    ) -> None:
        raise RuntimeError(f"{example.source.strip()}: {exc_info[1]!r}") from exc_info[1]
