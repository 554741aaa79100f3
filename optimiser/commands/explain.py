"""The command `explain`."""

from typing import TYPE_CHECKING

import typer

from optimiser.commands.obtaining import obtain, plans_named, print_what_if, with_what_if
from optimiser.commands.options import (
    AnyFormat,
    Json,
    PlanArgument,
    ResultArgument,
    chosen_format,
)
from optimiser.commands.registry import SOLVING, command

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["explain"]


@command(asks=SOLVING)
def explain(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    plan: PlanArgument,
    format: AnyFormat = None,
    json: Json = False,
) -> None:
    """Why a plan ranks where it does, what it gives up, and what would change that."""
    from optimiser.analysis import explaining, records
    from optimiser.exports import explanation_texts
    from optimiser.render.explanation import explanation
    from optimiser.results.naming_plans import the_one

    chosen = chosen_format(format, json)
    found = obtain(terminal, result, request, answering=True)
    plans = plans_named(found, plan)
    if chosen == "json":
        answer = explaining.explain(found.result, the_one(plans, plan))
        terminal.raw(records.text(with_what_if(explanation_texts.record(answer), found)))
    elif chosen in ("csv", "md"):
        answers = [explaining.explain(found.result, one) for one in plans]
        terminal.raw(explanation_texts.text(answers, chosen))
        print_what_if(terminal, found, chosen, ids=[one.id for one in plans])
    else:
        for place, one in enumerate(plans):
            answer = explaining.explain(found.result, one)
            terminal.show([""] if place else [], explanation(answer, width=terminal.width))
        print_what_if(terminal, found, chosen, ids=[one.id for one in plans])
    raise typer.Exit(found.exit_code)
