"""The command `robust`."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.obtaining import obtain, print_what_if, with_what_if
from optimiser.commands.options import (
    AnyFormat,
    Json,
    ResultArgument,
    chosen_format,
    left_of,
    usage,
)
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr, trn

if TYPE_CHECKING:
    from optimiser.analysis.robust import Robustness
    from optimiser.render import Terminal
    from optimiser.results import Result
    from optimiser.session import Request

__all__ = ["robust"]

_MOST_UNASKED = 1000  # problems that are solved for regret without being asked to


@dataclass(frozen=True)
class _Asked:
    """What is drawn and computed."""

    samples: Annotated[
        int,
        typer.Option("--samples", metavar="N", min=1, help=marked("How many samples are drawn.")),
    ] = 1024
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help=marked("The seed of the samples."))
    ] = 1
    cvar: Annotated[
        float,
        typer.Option(
            "--cvar",
            metavar="LEVEL",
            help=marked("The level of CVaR: 0.9 is the mean of the worst tenth of the samples."),
        ),
    ] = 0.9
    regret: Annotated[
        Literal["auto", "always", "never"],
        typer.Option(
            "--regret",
            help=marked("Solve every sample for its best values; auto: where few problems are."),
        ),
    ] = "auto"
    workers: Annotated[
        int,
        typer.Option(
            "--workers", metavar="N", min=1, help=marked("Processes that solve the samples.")
        ),
    ] = 1


@command(asks=SOLVING)
def robust(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    asked: _Asked,
    top: Annotated[
        int | None,
        typer.Option("--top", metavar="N", min=1, help=marked("How many plans a table shows.")),
    ] = None,
    format: AnyFormat = None,
    json: Json = False,
) -> None:
    """The plans over uncertain parameters."""
    from optimiser.analysis import tails

    chosen = chosen_format(format, json)
    if top is not None and chosen != "table":
        raise usage(
            tr("--top with --format {format}", format=chosen),
            tr("{format} holds every plan; --top is for tables", format=chosen),
        )
    tails.checked(asked.cvar)
    began, limit = time.monotonic(), request.time_limit
    found = obtain(terminal, result, request, answering=True)
    left = left_of(limit, began=began)
    answer = _answer(terminal, found.result, asked, seconds=left)
    if chosen == "json":
        from optimiser.analysis import records
        from optimiser.analysis.robust_records import of_robustness

        terminal.raw(records.text(with_what_if(of_robustness(answer), found)))
    elif chosen != "table":
        from optimiser.exports import robust_texts

        terminal.raw(robust_texts.text(answer, chosen))
        print_what_if(terminal, found, chosen)
    else:
        from optimiser import render
        from optimiser.render.robustness import robustness

        terminal.show(robustness(answer, top=top or render.TOP, width=terminal.width))
        print_what_if(terminal, found, chosen)
    raise typer.Exit(found.exit_code)


def _answer(
    terminal: "Terminal", result: "Result", asked: _Asked, *, seconds: float | None
) -> "Robustness":
    """The plans over the samples; what has to be solved for regret is counted first."""
    from optimiser import render, sweeps
    from optimiser.analysis import robust as analysis

    drawn = analysis.drawn_for(result, asked.samples, asked.seed)
    solves = analysis.solves_asked(result, drawn)
    regret = asked.regret == "always" or (asked.regret == "auto" and solves <= _MOST_UNASKED)
    number = f"{solves:,}"
    if regret:
        terminal.say(tr("regret: {number} problems to solve", number=number))
    elif asked.regret == "auto":
        terminal.say(
            tr("regret would take {number} solved problems: --regret always", number=number)
        )
    executor = sweeps.executor(asked.workers)
    with render.counting(terminal) as counted:
        answer = analysis.robust(
            result,
            drawn,
            seed=asked.seed,
            level=asked.cvar,
            regret=regret,
            spreading=sweeps.Counted(executor, counted),
            seconds=seconds,
        )
    if executor.retried:
        terminal.say(
            trn(
                "{number} problem was begun again: a worker process had ended",
                "{number} problems were begun again: a worker process had ended",
                executor.retried,
            )
        )
    return answer
