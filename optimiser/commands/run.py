"""The command `run`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import (
    print_result,
    print_with_equivalents,
    refuse_equivalents,
    result_format,
)
from optimiser.commands.options import (
    Certificate,
    Equivalents,
    Json,
    Require,
    ResultFormat,
    ScenarioArgument,
    Top,
)
from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["run"]


@command(solves=True)
def run(  # noqa: PLR0913
    terminal: "Terminal",
    request: "Request",
    *,
    scenario: ScenarioArgument,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Where it is saved: results/NAME."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from where a stopped run was.")
    ] = False,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Also write the plans to this file."),
    ] = None,
    require: Require = None,
    certificate: Certificate = False,
    equivalents: Equivalents = False,
    top: Top = None,
    format: ResultFormat = None,
    json: Json = False,
) -> None:
    """Solve a scenario, rank the plans, print them and save the result."""
    from optimiser import render, session, study

    chosen = result_format(format, json, top)
    if equivalents:
        refuse_equivalents(chosen)
    loaded, findings = session.open_scenario(scenario, request)
    render.warn(findings, terminal)
    options = session.options_for(loaded, request)
    place = output or Path("results", loaded.name)
    checkpoints = study.RunState(loaded, place).checkpoints(options, resume=resume)
    with render.progress(terminal) as on_progress:
        result = study.solve(loaded, options, on_progress=on_progress, checkpoints=checkpoints)
        if certificate:
            left = (
                None
                if options.time_limit is None
                else options.time_limit - result.front.provenance.seconds
            )
            result = study.certify(result, seconds=left, on_progress=on_progress)
    kept = session.keep(result, place, csv=csv, wanted=require, gap=options.gap)
    if equivalents:
        print_with_equivalents(terminal, result, chosen, top, request)
    else:
        print_result(terminal, result, chosen, top)
    render.effort(result, terminal)
    for error in kept.errors:
        render.report(error, terminal)
    if kept.saved:
        terminal.say(
            f"saved: {place}",
            f"next:  optimise show {shlex.quote(str(place))} {result.front.ids[0]}",
        )
    raise typer.Exit(kept.exit_code)
