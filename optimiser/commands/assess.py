"""The command `assess`."""

import shlex
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import AnswerTime, Json, Overwrite, chosen_format, usage
from optimiser.commands.registry import SOLVING, command
from optimiser.language import listed, marked, tr
from optimiser.results.places import is_result

if TYPE_CHECKING:
    from optimiser.analysis.learning import Learnt
    from optimiser.analysis.replacement import Replacement
    from optimiser.render import Terminal
    from optimiser.results import Result
    from optimiser.scenario import Scenario
    from optimiser.session import Request

__all__ = ["assess"]


@dataclass(frozen=True)
class _Measuring:
    """What was measured, and what becomes of what is learnt from it."""

    measured: Annotated[
        Path | None,
        typer.Option(
            "--measured",
            metavar="FILE",
            help=marked("Outcomes as a table: forecast against outcome."),
        ),
    ] = None
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help=marked("With --measured: what was learnt as a new scenario."),
        ),
    ] = None
    overwrite: Overwrite = False
    significance: Annotated[
        float | None,
        typer.Option(
            "--significance", metavar="P", help=marked("With -o: only differences with p up to P.")
        ),
    ] = None

    def __post_init__(self) -> None:
        if self.measured is None and self.output is not None:
            raise usage(
                tr("-o without --measured"), tr("-o writes what was learnt from measurements")
            )
        if self.output is None and self.significance is not None:
            raise usage(tr("--significance without -o"), tr("it chooses what -o writes"))
        if self.significance is not None and not 0 < self.significance <= 1:
            raise usage(
                f"--significance {self.significance:g}", tr("write a probability, for example 0.05")
            )


@dataclass(frozen=True)
class _Asked:
    """Which plans are looked at, and whether technologies are valued by what going without them
    costs.
    """

    best: Annotated[
        int | None,
        typer.Option(
            "--best", metavar="N", min=1, help=marked("Look only at plans with ranks up to N.")
        ),
    ] = None
    replacement: Annotated[
        bool,
        typer.Option(
            "--replacement",
            help=marked(
                "Also what it costs to force, forbid or delay each: the best of each objective "
                "and the best score, solved."
            ),
        ),
    ] = False
    time_limit: AnswerTime = None


@command(asks=SOLVING)
def assess(
    terminal: "Terminal",
    request: "Request",
    *,
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO|RESULT",
            help=marked("A scenario, which is solved, or a result folder, whose front is taken."),
        ),
    ],
    asked: _Asked,
    measuring: _Measuring,
    format: Annotated[
        Literal["table", "json", "csv", "md"] | None,
        typer.Option("--format", help=marked("How the assessment is written.")),
    ] = None,
    json: Json = False,
) -> None:
    """Technologies one by one: what each does, needs and gives for its cost; with measurements what
    was learnt.
    """
    from optimiser import render, session

    chosen = chosen_format(format, json)
    request = replace(request, time_limit=asked.time_limit)
    if measuring.measured is not None:
        _refuse_searching(request)
        if asked.best is not None:
            raise usage(tr("--best with --measured"), tr("no plans are looked at: leave it out"))
        if asked.replacement:
            raise usage(
                tr("--replacement with --measured"), tr("no plans are looked at: leave it out")
            )
    elif is_result(scenario):
        # of a saved result the time is for what is solved about it
        limit = None if asked.replacement else asked.time_limit
        obtained = obtain(terminal, scenario, replace(request, time_limit=limit))
        _assess(terminal, obtained.result, request, asked, chosen)
        raise typer.Exit(obtained.exit_code)
    began = time.monotonic()
    loaded, findings = session.open_scenario(scenario, request, began=began, or_result=True)
    render.warn(findings, terminal)
    if measuring.measured is None:
        _assess(terminal, loaded, request, asked, chosen, began=began)
    else:
        _learn(terminal, loaded, request, measuring, scenario=scenario, chosen=chosen)


def _learn(
    terminal: "Terminal",
    loaded: "Scenario",
    request: "Request",
    measuring: _Measuring,
    *,
    scenario: str,
    chosen: str,
) -> None:
    """Forecasts against outcomes, and what was learnt as a scenario."""
    from optimiser import session
    from optimiser.analysis.overlay import there_before

    assert measuring.measured is not None
    if measuring.output is not None:
        overlay = session.Output("-o", measuring.output, (".yaml", ".yml"))
        # what is there was learnt before and may have been worked on: writing asks for the word
        session.guard([overlay], session.inputs_of(loaded, measuring.measured), overwrite=True)
        there_before(measuring.output, overwrite=measuring.overwrite)
    found = _learnt(terminal, loaded, measuring.measured)
    try:
        if measuring.output is not None:
            _write(found, measuring, scenario, request)
    finally:  # what cannot be saved is printed
        _print(terminal, found, chosen)
    if measuring.output is not None:
        written = measuring.output
        run = f"optimise run {shlex.quote(str(written))}"
        terminal.say(
            tr("written: {path}", path=written),
            tr("next:  {command}", command=run),
        )


def _learnt(terminal: "Terminal", loaded: "Scenario", measured: Path) -> "Learnt":
    """What measurements say of a scenario, warnings about them on stderr."""
    from optimiser import render
    from optimiser.analysis.learning import learn
    from optimiser.analysis.measured import read_measured
    from optimiser.formulate import formulate
    from optimiser.scenario.diagnostics import Findings

    model = formulate(loaded)
    told = Findings()
    observations = read_measured(measured, model, told)
    render.warn(told.ordered(), terminal)
    return learn(model, observations)


def _write(found: "Learnt", measuring: _Measuring, scenario: str, request: "Request") -> None:
    """What was learnt, as a scenario that changes the one it is about."""
    from optimiser.analysis import overlay

    output = measuring.output
    assert output is not None
    base = overlay.base_of(output, scenario, allow_outside=request.allow_outside)
    text = overlay.overlay_text(
        found,
        base,
        measured=str(measuring.measured),
        under=_under(request),
        significance=measuring.significance,
    )
    overlay.write_overlay(
        output, text, allow_outside=request.allow_outside, overwrite=measuring.overwrite
    )


def _print(terminal: "Terminal", found: "Learnt", chosen: str) -> None:
    from optimiser.analysis import records
    from optimiser.exports import learnt_texts
    from optimiser.render.learnt import learnt

    if chosen == "table":
        terminal.show(learnt(found, width=terminal.width))
    elif chosen == "json":
        terminal.raw(records.text(learnt_texts.record(found)))
    else:
        terminal.raw(learnt_texts.text(found, chosen))


def _assess(
    terminal: "Terminal",
    about: "Scenario | Result",
    request: "Request",
    asked: _Asked,
    chosen: str,
    *,
    began: float | None = None,
) -> None:
    """What is said of each technology; ``began``: when the scenario began to be read, of the
    monotonic clock.
    """
    from optimiser import render, session
    from optimiser.analysis import answer_records, assessing, records
    from optimiser.exports import assessment_texts
    from optimiser.render.assessment import assessment
    from optimiser.results import Result

    options = None if isinstance(about, Result) else session.options_for(about, request)
    with render.progress(terminal) as on_progress:
        spent = 0.0 if began is None else time.monotonic() - began
        found = assessing.assess(
            about, options, best=asked.best, spent=spent, on_progress=on_progress
        )
    worth = (
        _worth(terminal, found.result, asked.time_limit)
        if asked.replacement and found.result
        else None
    )
    if chosen == "table":
        terminal.show(assessment(found, width=terminal.width))
        if worth is not None:
            from optimiser.render.replacement import replacement as view

            terminal.show([""], view(worth, width=terminal.width))
    elif chosen == "json":
        record = assessment_texts.record(found)
        if worth is not None:
            record["replacement"] = answer_records.of_replacement(worth)
        terminal.raw(records.text(record))
    elif worth is not None:
        from optimiser.exports import replacement_texts

        # one table a file of commas; a page has both
        page = assessment_texts.text(found, chosen) + "\n" if chosen == "md" else ""
        terminal.raw(page + replacement_texts.text(worth, chosen))
    else:
        terminal.raw(assessment_texts.text(found, chosen))
    if found.failure is not None:
        raise found.failure


def _worth(terminal: "Terminal", result: "Result", time_limit: float | None) -> "Replacement":
    """What technologies are worth, each solved for."""
    from optimiser import render
    from optimiser.analysis.replacement import SECONDS, replacement

    seconds = SECONDS if time_limit is None else time_limit
    with render.progress(terminal, kept=False) as on_progress:
        return replacement(result, seconds=seconds, on_progress=on_progress)


def _under(request: "Request") -> list[str]:
    """The options that change a scenario, as they are typed."""
    sets = [part for text in request.overrides for part in ("--set", shlex.quote(text))]
    return [*sets, *(("--at", shlex.quote(request.at)) if request.at else ())]


def _refuse_searching(request: "Request") -> None:
    """Options that would be without effect are refused."""
    searching = [
        option for option in request.given if option not in ("--set", "--allow-outside", "--at")
    ]
    if searching:
        raise usage(
            tr("{options} with --measured", options=listed(searching)),
            tr("nothing is searched for: leave out the options of a search"),
        )
