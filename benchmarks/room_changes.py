"""How often a run passes from one room of the house into another, as a debugger shows it:

    python -m benchmarks.room_changes smart_manufacturing

A call from a function of one room into a function of another counts once, its return not; that a
generator of another room goes on counts as a call. Code that is not the house's (pydantic, typer,
what dataclasses and ``frozen`` write), and what only speaks to the operating system or to Python or
gives the words (``paths``, ``interrupts``, ``collecting``, ``language``), counts as the room that
called it. Left out are the loading of files (a room's ``__getattr__`` with it), and what the engine
asks the model of the values of plans while it searches, with everything below that: how often it
asks is its own affair.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import optimiser
from optimiser.commands import application

_HOUSE = Path(optimiser.__file__).parent
_ASKED = ("engine", "formulate")
_SYSTEM = ("collecting", "frozen", "interrupts", "language", "on_demand", "paths")
_LOADING = ("<module>", "__getattr__")


class Change(NamedTuple):
    """A call from one room into another."""

    room: str
    caller: str
    into: str
    called: str


def changes(arguments: Sequence[str], /) -> list[Change]:
    """The changes of room in the order of a command with these arguments."""
    found: list[Change] = []
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.suppress(SystemExit),
        _watched(found),
    ):
        application(arguments)(list(arguments), prog_name="optimise")
    return found


@contextlib.contextmanager
def _watched(found: list[Change], /) -> Iterator[None]:
    # of each frame its room, its name, and whether it is left out
    stack: list[tuple[str, str, bool]] = [("", "", False)]
    rooms: dict[str, str] = {}

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and len(stack) > 1:
            stack.pop()
        if event != "call":
            return
        room, caller, silent = stack[-1]
        code = frame.f_code
        if code.co_filename not in rooms:
            rooms[code.co_filename] = _room(code.co_filename)
        into = rooms[code.co_filename] or room
        silent = silent or code.co_name in _LOADING or (room, into) == _ASKED
        if room and into != room and not silent:
            found.append(Change(room, caller, into, code.co_name))
        stack.append((into, code.co_name if rooms[code.co_filename] else caller, silent))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def _room(file: str, /) -> str:
    """The room that a file is in; empty where it is not of the house."""
    place = Path(file)
    if _HOUSE not in place.parents:
        return ""
    room = place.relative_to(_HOUSE).parts[0].removesuffix(".py")
    return "" if room in _SYSTEM else room


def main() -> None:
    """Print every change in its order, equal ones after one another together, and the pairs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("scenario", help="a file, or the name of a library scenario")
    asked = parser.parse_args()
    # elsewhere: a run of the same in the folder at hand would be taken in the place of solving
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        found = changes(["run", asked.scenario, "-o", str(Path(folder, "result"))])
    for change, same in groupby(found):
        times = len(list(same))
        print(
            f"{change.room}.{change.caller} -> {change.into}.{change.called}"
            + (f"  ({times} times)" if times > 1 else "")
        )
    print()
    for (room, into), times in Counter((c.room, c.into) for c in found).most_common():
        print(f"{times:5}  {room} -> {into}")
    print(f"{len(found):5}  changes of room")


if __name__ == "__main__":
    main()
