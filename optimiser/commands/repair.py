"""The command `repair`."""

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.options import (
    Json,
    PlainFormat,
    ScenarioArgument,
    chosen_format,
    left_of,
)
from optimiser.commands.registry import OPENING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.analysis.repair import Repaired
    from optimiser.render import Terminal
    from optimiser.session import Request, TypedScenario

__all__ = ["print_repaired", "repair"]


_SECONDS = 60.0  # that repairs are searched for, unless more is allowed


@dataclass(frozen=True)
class _Asked:
    """What is asked of repairs."""

    count: Annotated[
        int, typer.Option("--count", min=1, metavar="N", help=marked("How many repairs."))
    ] = 3
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="NAME", help=marked("A limit that is never changed.")),
    ] = None
    price: Annotated[
        list[str] | None,
        typer.Option(
            "--price", metavar="NAME=X", help=marked("Changes of a limit cost X times as much.")
        ),
    ] = None


@command(asks=(*OPENING, "time_limit", "seed"))
def repair(
    terminal: "Terminal",
    request: "Request",
    *,
    scenario: ScenarioArgument,
    plan: Annotated[
        str | None,
        typer.Argument(
            metavar="PLAN",
            help=marked("A plan that is to hold: a reference plan, or decisions: iot=1,ai=full."),
        ),
    ] = None,
    asked: _Asked,
    format: PlainFormat = None,
    json: Json = False,
) -> None:
    """Nothing fits: what conflicts, and the cheapest changes that make it fit."""
    from optimiser import interrupts, render, session, study
    from optimiser.analysis.repair import Prices
    from optimiser.analysis.repair import repair as repaired
    from optimiser.engine import Budget
    from optimiser.formulate import formulate
    from optimiser.results.naming_plans import named_cells

    chosen = chosen_format(format, json)
    prices = Prices(tuple(asked.keep or ()), session.prices(asked.price or ()))
    began, limit = time.monotonic(), request.time_limit
    known = None if limit is None else began  # else the scenario's own limit would be asked for
    loaded, findings = session.open_scenario(scenario, request, began=known)
    render.warn(findings, terminal)
    # it is formulated twice, the second time with limits that give way
    with study.limited(limit, began, share=0.5):
        model = formulate(loaded)
    cells = None if plan is None else named_cells(model, plan)
    if plan is not None and cells is None:
        cells = _listed_cells(terminal, scenario, plan, request)
    budget = Budget(left_of(limit, began=began) or _SECONDS)
    with interrupts.asking(budget.cancel):
        found = repaired(
            model, budget, count=asked.count, prices=prices, cells=cells, seed=request.seed or 1
        )
    print_repaired(terminal, found, session.TypedScenario(scenario, request), chosen=chosen)
    raise typer.Exit(interrupts.EXIT_CODE if budget.cancelled else 0)


def _listed_cells(
    terminal: "Terminal", scenario: str, plan: str, request: "Request"
) -> dict[str, str]:
    """The decisions of a plan that only a front can name: that of the scenario as it is written, as
    in ``show`` and ``explain``. What is listed after a change holds, and needs no repair.
    """
    from optimiser.commands.obtaining import obtain
    from optimiser.errors import InfeasibleError, UsageError
    from optimiser.results.naming_plans import named_plan

    try:
        result = obtain(terminal, scenario, replace(request, overrides=(), at=None)).result
    except InfeasibleError:
        help = tr("nothing fits, so none is listed; name a reference plan or write its decisions")
        raise UsageError(tr("no plan '{wanted}'", wanted=plan), help=help) from None
    found = named_plan(result, plan)
    return dict(zip(result.front.decision_columns, found.cells, strict=True))


def print_repaired(
    terminal: "Terminal", found: "Repaired", written: "TypedScenario", *, chosen: str
) -> None:
    """The answer on stdout."""
    if chosen == "json":
        from optimiser.analysis import records
        from optimiser.analysis.repair_records import of_repaired

        record = of_repaired(found, place=written.place, line=written.command)
        terminal.raw(records.text(record))
        return
    from optimiser.render.repair import one_repair, others, repaired

    terminal.show(repaired(found, written.place, width=terminal.width))
    for place, one in enumerate(found.repairs, start=1):
        terminal.show(one_repair(found, one, place, width=terminal.width))
        # a line that is pasted is not broken
        terminal.raw(f"{written.command(one.overrides)}\n")
    if not found.feasible:
        terminal.raw(("\n" if found.repairs else "") + others(found) + "\n")
