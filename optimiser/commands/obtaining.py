"""What commands share when they run: the result they were asked about, and the format it is written in."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.study import Obtained, Request, Result

__all__ = ["chosen_format", "obtain", "print_result", "result_format", "usage"]


def obtain(terminal: "Terminal", path: str, request: "Request", *, shared: bool = False) -> "Obtained":
    """The saved result, or the scenario solved now, its warnings on stderr."""
    from optimiser import render, study

    with render.progress(terminal) as on_progress:
        found = study.obtain(path, request, shared=shared, on_progress=on_progress)
    render.warn(found.findings, terminal)
    return found


def print_result(terminal: "Terminal", result: "Result", chosen: str, top: int | None) -> None:
    """A result on stdout, in the format that was asked for."""
    from optimiser import exports, render

    if chosen == "table":
        terminal.show(*render.front(result, top=top or render.TOP, width=terminal.width))
    else:
        terminal.raw(exports.text(result, f".{chosen}"))


def result_format(format: str | None, json: bool, top: int | None) -> str:
    chosen = chosen_format(format, json)
    if top is not None and chosen != "table":
        raise usage(f"--top with --format {chosen}", f"{chosen} holds every plan; --top is for tables")
    return chosen


def chosen_format(format: str | None, json: bool) -> str:
    """The format that was asked for, in either way."""
    if json and format not in (None, "json"):
        raise usage(f"--json with --format {format}", "choose one")
    return "json" if json else format or "table"


def usage(message: str, help: str) -> Exception:
    from optimiser.errors import UsageError

    return UsageError(message, help=help)
