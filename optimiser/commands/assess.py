"""The command `assess`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.obtaining import chosen_format, usage
from optimiser.commands.options import Json, ScenarioArgument
from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.scenario import Scenario
    from optimiser.session import Request

__all__ = ["assess"]


@command(solves=True)
def assess(
    terminal: "Terminal",
    request: "Request",
    *,
    scenario: ScenarioArgument,
    measured: Annotated[
        Path | None,
        typer.Option(
            "--measured", metavar="FILE", help="Outcomes as a table: forecast against outcome."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="With --measured: what was learnt as a new scenario.",
        ),
    ] = None,
    significance: Annotated[
        float | None,
        typer.Option(
            "--significance", metavar="P", help="With -o: only differences with p up to P."
        ),
    ] = None,
    format: Annotated[
        Literal["table", "json", "csv", "md"] | None,
        typer.Option("--format", help="How the assessment is written."),
    ] = None,
    json: Json = False,
) -> None:
    """Technologies one by one: what each does, needs and gives for its cost; with measurements what
    was learnt.
    """
    from optimiser import render, session

    chosen = chosen_format(format, json)
    _consistent(measured, output, significance, request)
    loaded, findings = session.open_scenario(scenario, request)
    render.warn(findings, terminal)
    if measured is None:
        _assess(terminal, loaded, request, chosen)
        return
    from optimiser.analysis import learning, overlay, records
    from optimiser.analysis.measured import read_measured
    from optimiser.exports import learnt_texts
    from optimiser.formulate import formulate
    from optimiser.render.learnt import learnt
    from optimiser.scenario.diagnostics import Findings

    model = formulate(loaded)
    told = Findings()
    observations = read_measured(measured, model, told)
    render.warn(told.ordered(), terminal)
    found = learning.learn(model, observations)
    if output is not None:
        base, under = (
            overlay.base_of(output, scenario, allow_outside=request.allow_outside),
            _under(request),
        )
        text = overlay.overlay_text(
            found, base, measured=str(measured), under=under, significance=significance
        )
        overlay.write_overlay(output, text, allow_outside=request.allow_outside)
    if chosen == "table":
        terminal.show(*learnt(found, width=terminal.width))
    else:
        terminal.raw(
            records.text(learnt_texts.record(found))
            if chosen == "json"
            else learnt_texts.text(found, chosen)
        )
    if output is not None:
        terminal.say(f"written: {output}", f"next:  optimise run {shlex.quote(str(output))}")


def _assess(terminal: "Terminal", loaded: "Scenario", request: "Request", chosen: str) -> None:
    from optimiser import render, session
    from optimiser.analysis import assessing, records
    from optimiser.exports import assessment_texts
    from optimiser.render.assessment import assessment

    with render.progress(terminal) as on_progress:
        found = assessing.assess(
            loaded, session.options_for(loaded, request), on_progress=on_progress
        )
    if chosen == "table":
        terminal.show(*assessment(found, width=terminal.width))
    else:
        terminal.raw(
            records.text(assessment_texts.record(found))
            if chosen == "json"
            else assessment_texts.text(found, chosen)
        )
    if found.failure is not None:
        raise found.failure


def _under(request: "Request") -> list[str]:
    """The options that change a scenario, as they are typed."""
    sets = [part for text in request.overrides for part in ("--set", shlex.quote(text))]
    return [*sets, *(("--at", shlex.quote(request.at)) if request.at else ())]


def _consistent(
    measured: Path | None, output: Path | None, significance: float | None, request: "Request"
) -> None:
    """Options that would be without effect are refused."""
    if measured is None and output is not None:
        raise usage("-o without --measured", "-o writes what was learnt from measurements")
    if output is None and significance is not None:
        raise usage("--significance without -o", "it chooses what -o writes")
    if significance is not None and not 0 < significance <= 1:
        raise usage(f"--significance {significance:g}", "write a probability, for example 0.05")
    searching = [
        option for option in request.given if option not in ("--set", "--allow-outside", "--at")
    ]
    if measured is not None and searching:
        raise usage(
            f"{', '.join(searching)} with --measured",
            "nothing is searched for: leave out the options of a search",
        )
