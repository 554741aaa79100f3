"""The command `show`."""

from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import (
    equal_plans,
    obtain,
    plans_named,
    print_result,
    print_what_if,
    print_with_equivalents,
    refuse_equivalents,
    with_what_if,
)
from optimiser.commands.options import Equivalents, Printing, ResultArgument, usage
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Obtained, Request

__all__ = ["show"]


@command(asks=SOLVING)
def show(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    plans: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PLAN...",
            help=marked(
                "Up to six: an id or its beginning, a rank, a reference plan, or decisions: "
                "iot=1,ai=full; none."
            ),
        ),
    ] = None,
    equivalents: Equivalents = False,
    printing: Printing,
) -> None:
    """Show the plans of a result, one of them in detail, or up to six side by side."""
    chosen = printing.chosen
    if plans and printing.top is not None:
        raise usage(tr("--top with one plan"), tr("leave out --top"))
    if equivalents:
        refuse_equivalents(chosen)
    found = obtain(terminal, result, request)
    if plans:
        _print_plans(terminal, found, plans, chosen, request if equivalents else None)
    elif found.base is not None and chosen == "json":
        _print_changed(terminal, found, request if equivalents else None)
    else:
        if equivalents:
            print_with_equivalents(terminal, found.result, printing, request)
        else:
            print_result(terminal, found.result, printing)
        print_what_if(terminal, found, chosen, top=printing.top)
    raise typer.Exit(found.exit_code)


def _print_changed(terminal: "Terminal", found: "Obtained", equivalents: "Request | None") -> None:
    """The changed result and what becomes of the plans of its base, as JSON."""
    from optimiser.analysis import records

    result = found.result
    equal = (
        ()
        if equivalents is None
        else equal_plans(terminal, result, range(len(result.front)), equivalents)
    )
    terminal.raw(records.text(with_what_if(records.of_result(result, equal), found)))


def _print_plans(
    terminal: "Terminal",
    found: "Obtained",
    wanted: list[str],
    chosen: str,
    equivalents: "Request | None",
) -> None:
    """A listed plan in detail, everything else side by side."""
    from optimiser.analysis import records
    from optimiser.analysis.side_by_side import side_by_side
    from optimiser.exports import side_by_side_texts
    from optimiser.render.side_by_side import side_by_side as view

    result = found.result
    plans = [plan for text in wanted for plan in plans_named(found, text)]
    ids = [plan.id for plan in plans]
    if len(plans) == 1 and plans[0].row is not None:
        _print_plan(terminal, found, plans[0].row, chosen, equivalents)
        print_what_if(terminal, found, chosen, ids=ids)
        return
    if equivalents is not None:
        raise usage(
            tr("--equivalents with plans side by side"), tr("name one listed plan, or none")
        )
    answer = side_by_side(result, plans)
    if chosen == "table":
        terminal.show(view(answer, width=terminal.width))
    elif chosen == "json":
        terminal.raw(records.text(with_what_if(side_by_side_texts.record(answer), found)))
    else:
        terminal.raw(side_by_side_texts.text(answer, chosen))
    print_what_if(terminal, found, chosen, ids=ids)


def _print_plan(
    terminal: "Terminal", found: "Obtained", row: int, chosen: str, equivalents: "Request | None"
) -> None:
    """One plan; with the request that its equals are searched under, also these."""
    from optimiser import render
    from optimiser.analysis import records
    from optimiser.exports import roadmap_texts

    result = found.result
    equal = () if equivalents is None else equal_plans(terminal, result, [row], equivalents)
    if chosen == "json":
        record = records.of_plan(result, row, equivalents=equal[0] if equal else None)
        terminal.raw(records.text(with_what_if(record, found)))
        return
    if chosen in ("csv", "md"):
        if not result.scenario.phases:
            raise usage(
                tr("a plan without phases as {format}", format=chosen),
                tr("leave out --format, or the plan: the front holds it as a row"),
            )
        terminal.raw(
            (roadmap_texts.roadmap_csv if chosen == "csv" else roadmap_texts.roadmap_markdown)(
                result, row
            )
        )
        return
    terminal.show(render.plan(result, row, width=terminal.width))
    if equal:
        terminal.show([""], render.equivalents(result, equal, width=terminal.width))
