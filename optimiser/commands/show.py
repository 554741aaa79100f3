"""The command `show`."""

from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import obtain, print_result, result_format, usage
from optimiser.commands.options import Json, ResultArgument, ResultFormat, Top
from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.study import Request

__all__ = ["show"]


@command(solves=True)
def show(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    plan: Annotated[str | None, typer.Argument(metavar="PLAN", help="A plan's id, or the beginning of it.")] = None,
    top: Top = None,
    format: ResultFormat = None,
    json: Json = False,
) -> None:
    """Show the plans of a result, or one of them in detail."""
    from optimiser import render
    from optimiser.analysis import records

    chosen = result_format(format, json, top)
    if plan is not None and (chosen in ("csv", "md") or top is not None):
        raise usage("one plan is shown as a table or as json", "leave out --top, and --format csv or md")
    found = obtain(terminal, result, request)
    if plan is None:
        print_result(terminal, found.result, chosen, top)
    elif chosen == "json":
        terminal.raw(records.text(records.of_plan(found.result, found.result.plan(plan))))
    else:
        terminal.show(*render.plan(found.result, found.result.plan(plan), width=terminal.width))
    raise typer.Exit(found.exit_code)
