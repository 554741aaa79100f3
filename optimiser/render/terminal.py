"""The two streams: what goes where, in which width, in colour or not."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import IO, TYPE_CHECKING, Literal

from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.paths import reason
from optimiser.render.drawn import Drawn
from optimiser.results.printable import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["Terminal", "plain", "unwritable", "wants_colour"]

Colour = Literal["auto", "always", "never"]

# Off a terminal nothing is wrapped or shortened: no table is as wide as this.
UNLIMITED = 1_000_000


def plain(text: str, /) -> str:
    """User text on one line, with control characters spelled out: a title cannot steer the
    terminal.
    """
    return "".join(
        c if c.isprintable() or c == " " else f"\\x{ord(c):02x}" for c in " ".join(text.split())
    )


def wants_colour(colour: Colour, stream: IO[str], environment: Mapping[str, str], /) -> bool:
    """Whether escape codes go to ``stream``: the option first, then NO_COLOR, FORCE_COLOR and TERM,
    then what it is.
    """
    if colour != "auto":
        return colour == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return environment.get("TERM") != "dumb" and _is_terminal(stream)


def _is_terminal(stream: IO[str], /) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def _bare(stream: IO[str], colour: Colour, /) -> bool:
    """Whether text goes to a stream as it is: without colours, and not wrapped."""
    return not _is_terminal(stream) and not wants_colour(colour, stream, os.environ)


def _as_is(text: str, /) -> bool:
    """Whether rich would change nothing in a text."""
    return text.replace("\n", "").isprintable() and not text.endswith("\n")


def _console(stream: IO[str], colour: Colour, /, *, into: IO[str] | None = None) -> Console:
    """A console as ``stream`` wants it, that writes to the stream, or into a buffer."""
    from rich.console import Console

    coloured = wants_colour(colour, stream, os.environ)
    width = shutil.get_terminal_size().columns if _is_terminal(stream) else UNLIMITED
    return Console(
        file=stream if into is None else into,
        width=width,
        force_terminal=coloured,
        color_system=_colour_system() if coloured else None,
        no_color=False if coloured else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def _colour_system() -> Literal["standard", "256", "truecolor"]:
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "truecolor"
    return "256" if "256" in os.environ.get("TERM", "") else "standard"


def unwritable(problem: OSError, /) -> UsageError | None:
    """What to say where stdout takes no more, from now on thrown away: what is still in the buffer
    would fail again when Python ends. None where its reader has seen enough.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(problem, BrokenPipeError):
        return None
    return UsageError(
        tr("cannot write to standard output: {reason}", reason=reason(problem)),
        help=tr("what was saved is saved; write elsewhere"),
    )


class Terminal:
    """Prints results on stdout and everything else on stderr.

    Attributes:
        width: cells across on stdout; None off a terminal, where tables are as wide as they need.
        animated: whether stderr can show something that moves.
        quiet: nothing on stderr but errors.
        verbose: more on stderr.
    """

    def __init__(
        self, *, colour: Colour = "auto", quiet: bool = False, verbose: bool = False
    ) -> None:
        self.quiet = quiet
        self.verbose = verbose
        _as_utf8(sys.stdout)
        _as_utf8(sys.stderr)
        self._colour = colour
        self._bare = _bare(sys.stdout, colour), _bare(sys.stderr, colour)
        self.width = shutil.get_terminal_size().columns if _is_terminal(sys.stdout) else None
        self.animated = _is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb" and not quiet

    @cached_property
    def _out(self) -> Console:
        return _console(sys.stdout, self._colour, into=io.StringIO())

    @cached_property
    def err(self) -> Console:
        """The console of stderr."""
        return _console(sys.stderr, self._colour)

    def show(self, *blocks: Iterable[RenderableType]) -> None:
        """Print blocks of the result."""
        text = "".join(map(self._shown, chain.from_iterable(blocks)))
        self._write("".join(f"{line.rstrip()}\n" for line in text.splitlines()))

    def _shown(self, part: RenderableType, /) -> str:
        """A block as it is printed."""
        if self._bare[0]:
            text = part.text if isinstance(part, Drawn) else part
            if isinstance(text, str) and _as_is(text):
                return f"{text}\n"
        if isinstance(part, Drawn):
            part = part.__rich__()
        self._out.width = self._room(part)
        with self._out.capture() as found:
            self._out.print(part)
        return found.get()

    def _room(self, part: RenderableType, /) -> int:
        """The width of a table whose names alone leave no room for a number: it goes beyond that of
        the terminal, which wraps it, since nothing in it may be cut.
        """
        if self.width is None:
            return UNLIMITED
        from rich.table import Table

        if not isinstance(part, Table):
            return self.width
        wide = self._out.options.update(max_width=UNLIMITED)
        return max(self.width, part.__rich_measure__(self._out, wide).maximum)

    def raw(self, text: str, /) -> None:
        """Print text for another program, byte for byte but for what steers a terminal."""
        self._write(printable(text))

    @staticmethod
    def _write(text: str) -> None:
        """A reader that has seen enough (``| head``) is no error."""
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError as problem:
            error = unwritable(problem)
            if error is not None:
                raise error from None

    def say(self, *lines: RenderableType) -> None:
        """Print progress, a warning or a hint."""
        if not self.quiet:
            self._lines(lines)

    def complain(self, *lines: RenderableType) -> None:
        """Print an error, quiet or not."""
        self._lines(lines)

    def _lines(self, lines: Iterable[RenderableType], /) -> None:
        group: list[str] = []
        for line in [*lines, None]:
            bare = line.text if isinstance(line, Drawn) and self._bare[1] else line
            if isinstance(bare, str):
                group.append(bare)
                continue
            if group:
                self._line(printable("\n".join(group)))
                group = []
            if line is not None:
                from rich.text import Text

                shown = line.__rich__() if isinstance(line, Drawn) else line
                self.err.print(shown, soft_wrap=isinstance(shown, Text))

    def _line(self, text: str, /) -> None:
        if self._bare[1] and _as_is(text):
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
            return
        from rich.text import Text

        self.err.print(Text(text), soft_wrap=True)


def _as_utf8(stream: IO[str], /) -> None:
    """A pipe carries UTF-8 whatever the system's habit; a terminal shows ? for what it cannot."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is None:
        return
    if _is_terminal(stream):
        reconfigure(errors="replace")
    else:
        reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
