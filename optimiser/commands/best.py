"""The command `best`."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.obtaining import obtain, print_what_if, with_what_if
from optimiser.commands.options import (
    AnswerTime,
    Json,
    PlainFormat,
    ResultArgument,
    chosen_format,
    for_answering,
    left_of,
)
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.results import Result
    from optimiser.session import Request

    _Sense = Literal["maximise", "minimise"]

__all__ = ["best"]


@dataclass(frozen=True)
class _Wished:
    """What is wished for, and how long the answer may take."""

    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="LIMIT",
            help=marked("What the plan has to hold, as constraints are written: 'output >= 480'."),
        ),
    ] = None
    sense: Annotated[
        Literal["maximise", "minimise"] | None,
        typer.Option("--sense", help=marked("Which way is better, where it is no objective.")),
    ] = None
    time_limit: AnswerTime = None


@command(asks=SOLVING)
def best(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    indicator: Annotated[
        str,
        typer.Argument(
            metavar="INDICATOR",
            help=marked("An objective or indicator, also in one phase: 'capex[\"2027\"]'."),
        ),
    ],
    wished: _Wished,
    format: PlainFormat = None,
    json: Json = False,
) -> None:
    """One question, answered exactly: from the list where that is complete, else solved."""
    from optimiser import render
    from optimiser.analysis import answer_records, records
    from optimiser.analysis.best import best as asked
    from optimiser.render.best import best as view

    chosen = chosen_format(format, json)
    began, limit = time.monotonic(), wished.time_limit
    found = obtain(terminal, result, for_answering(request, result, limit), answering=True)
    better, guess = (wished.sense, "") if wished.sense else _sense(found.result, indicator)
    with render.progress(terminal, kept=False) as on_progress:
        answer = asked(
            found.result,
            indicator,
            wished.where or (),
            sense=better,
            seconds=left_of(limit, began=began),
            on_progress=on_progress,
        )
    if guess:
        terminal.say(guess)
    if chosen == "json":
        terminal.raw(records.text(with_what_if(answer_records.of_best(answer), found)))
    else:
        terminal.show(view(answer, width=terminal.width))
        print_what_if(terminal, found, chosen)
    raise typer.Exit(found.exit_code)


def _sense(result: "Result", indicator: str) -> "tuple[_Sense | None, str]":
    """Which way is better of what is no objective, as far as its name says it, and how that was
    decided: less where it says nothing.
    """
    from optimiser.analysis.wishes import measured
    from optimiser.expressions import Name
    from optimiser.session.senses import judged

    scenario, sought = result.scenario, measured(result.scenario, indicator)
    name = sought.id if isinstance(sought, Name) else sought.indicator
    if name in scenario.objectives:
        return None, ""
    effects = [
        written.text
        for technology in scenario.technologies.values()
        for own, effect in technology.effects.items()
        for written in (effect.value or effect.percent,)
        if own == name and written is not None
    ]
    sense, _ = judged(scenario.indicators[name].title or name, effects)
    if sense == "maximise":
        said = tr("taken to be better the more there is: --sense minimise asks for the least")
        return sense, said
    return "minimise", tr(
        "taken to be better the less there is: --sense maximise asks for the most"
    )
