"""The command `alternatives`."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import obtain, plans_named, print_what_if, with_what_if
from optimiser.commands.options import (
    AnswerTime,
    Json,
    PlainFormat,
    PlanArgument,
    ResultArgument,
    chosen_format,
    for_answering,
    left_of,
)
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["alternatives"]


@dataclass(frozen=True)
class _Allowed:
    """What is an alternative, how many are listed, and how long that may take."""

    within: Annotated[
        list[str] | None,
        typer.Option(
            "--within",
            metavar="AMOUNT",
            help=marked(
                "How much worse than PLAN, in all objectives or one: 2% (the default), capex=1."
            ),
        ),
    ] = None
    differ: Annotated[
        int,
        typer.Option(
            "--differ",
            metavar="N",
            min=1,
            help=marked("In how many technologies any two differ at least."),
        ),
    ] = 3
    count: Annotated[
        int, typer.Option("--count", metavar="N", min=1, help=marked("How many at most."))
    ] = 5
    time_limit: AnswerTime = None


@command(asks=SOLVING)
def alternatives(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    plan: PlanArgument,
    allowed: _Allowed,
    format: PlainFormat = None,
    json: Json = False,
) -> None:
    """Nearly as good plans that differ."""
    from optimiser import render
    from optimiser.analysis import answer_records, records
    from optimiser.analysis.alternatives import SECONDS
    from optimiser.analysis.alternatives import alternatives as asked
    from optimiser.render.alternatives import alternatives as view
    from optimiser.results.naming_plans import the_one

    chosen = chosen_format(format, json)
    began, limit = time.monotonic(), allowed.time_limit
    found = obtain(terminal, result, for_answering(request, result, limit), answering=True)
    named = the_one(plans_named(found, plan), plan)
    left = left_of(limit, began=began)
    with render.progress(terminal, kept=False) as on_progress:
        answer = asked(
            found.result,
            named,
            within=allowed.within or (),
            differ=allowed.differ,
            count=allowed.count,
            seconds=SECONDS if left is None else left,
            on_progress=on_progress,
        )
    if chosen == "json":
        terminal.raw(records.text(with_what_if(answer_records.of_alternatives(answer), found)))
    else:
        terminal.show(view(answer, width=terminal.width))
        print_what_if(terminal, found, chosen, ids=[answer.plan.id])
    raise typer.Exit(found.exit_code)
