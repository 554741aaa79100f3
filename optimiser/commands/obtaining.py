"""What commands share when they run: the result they were asked about, and its printing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from optimiser.commands.options import Printing, usage
from optimiser.language import tr

if TYPE_CHECKING:
    from pathlib import Path

    from optimiser.render import Terminal
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.session import Obtained, Output, Request
    from optimiser.study import Equivalents

__all__ = [
    "equal_plans",
    "obtain",
    "plans_named",
    "print_result",
    "print_what_if",
    "print_with_equivalents",
    "refuse_equivalents",
    "say_solved_before",
    "with_what_if",
]


def obtain(
    terminal: "Terminal",
    path: str,
    request: "Request",
    *,
    shared: bool = False,
    outputs: "Sequence[Output]" = (),
    overwrite: bool = False,
    answering: bool = False,
) -> "Obtained":
    """The saved result, or the scenario solved now or before, its warnings on stderr; ``answering``
    keeps half of the time for an answer that takes long.
    """
    from optimiser import render, session

    # what the answer takes is known only once there are plans; the scenario's own limit is of runs
    share = 0.5 if answering and request.time_limit is not None else 1.0

    with render.progress(terminal) as on_progress:
        found = session.obtain(
            path,
            request,
            shared=shared,
            outputs=outputs,
            overwrite=overwrite,
            share=share,
            on_progress=on_progress,
        )
    render.warn(found.findings, terminal)
    if found.kept is not None:
        say_solved_before(terminal, found.kept)
    return found


def say_solved_before(terminal: "Terminal", folder: "Path") -> None:
    """Where a result was taken from in the place of solving."""
    terminal.say(tr("solved before: taken from {folder}; --no-cache solves it anew", folder=folder))


def print_result(terminal: "Terminal", result: "Result", printing: Printing) -> None:
    """A result on stdout, in the format that was asked for."""
    from optimiser import render

    if printing.chosen == "table":
        shown = printing.top or render.TOP
        terminal.show(render.front(result, top=shown, group=printing.group, width=terminal.width))
    elif printing.chosen == "md":
        from optimiser.exports import markdown

        terminal.raw(markdown.text(result, group=printing.group))
    else:
        from optimiser import exports

        terminal.raw(exports.text(result, f".{printing.chosen}"))


def print_what_if(
    terminal: "Terminal",
    found: "Obtained",
    chosen: str,
    *,
    top: int | None = None,
    ids: "Sequence[str] | None" = None,
) -> None:
    """Below a table, or a page, what becomes of the plans of a saved result whose scenario was
    changed: of these, or of all; nothing where none was.
    """
    if found.base is None or chosen not in ("table", "md"):
        return
    from optimiser import render
    from optimiser.analysis.what_if import what_if
    from optimiser.exports import what_if_texts
    from optimiser.render.what_if import what_if as view

    answer = what_if(found.base, found.result)
    if chosen == "md":
        terminal.raw(what_if_texts.text(answer))
        return
    listed = found.base.front.ids
    rows = None if ids is None else [listed.index(name) for name in ids if name in listed]
    shown = top or render.TOP
    terminal.show([""], view(answer, top=shown, rows=rows, width=terminal.width))


def with_what_if(record: "dict[str, Any]", found: "Obtained") -> "dict[str, Any]":
    """A record for JSON, and where the scenario of a saved result was changed, under ``what_if``
    what becomes of its plans.
    """
    if found.base is None:
        return record
    from optimiser.analysis.what_if import what_if
    from optimiser.exports import what_if_texts

    return {**record, "what_if": what_if_texts.record(what_if(found.base, found.result))}


def print_with_equivalents(
    terminal: "Terminal", result: "Result", printing: Printing, request: "Request"
) -> None:
    """A result with the plans that have the same objectives: below a table as far as it goes, in
    JSON beside each plan.
    """
    from optimiser import render
    from optimiser.analysis import records
    from optimiser.results.overview import overview

    if printing.chosen == "json":
        found = equal_plans(terminal, result, range(len(result.front)), request)
        terminal.raw(records.text(records.of_result(result, found)))
        return
    print_result(terminal, result, printing)
    shown = overview(result, printing.group).rows[: printing.top or render.TOP]
    found = equal_plans(terminal, result, shown, request)
    terminal.show([""], render.equivalents(result, found, width=terminal.width))


def equal_plans(
    terminal: "Terminal", result: "Result", rows: Sequence[int], request: "Request"
) -> "tuple[Equivalents, ...]":
    """The plans with the objectives of those in the given rows."""
    from optimiser import render, study

    with render.progress(terminal) as on_progress:
        return study.equivalents(result, rows, seconds=request.time_limit, on_progress=on_progress)


def plans_named(found: "Obtained", wanted: str) -> "tuple[NamedPlan, ...]":
    """The plans that a text names, as a changed scenario has them where it was changed."""
    if found.base is None:
        from optimiser.results.naming_plans import named_plans

        return named_plans(found.result, wanted)
    from optimiser.analysis.what_if import carried

    return carried(found.base, found.result, wanted)


def refuse_equivalents(chosen: str) -> None:
    """Only some formats have a place for them."""
    if chosen not in ("table", "json"):
        raise usage(
            tr("--equivalents with --format {format}", format=chosen),
            tr("{format} holds the listed plans; choose table or json", format=chosen),
        )
