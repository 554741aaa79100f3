"""The command `run`."""

import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import print_result, print_with_equivalents, refuse_equivalents
from optimiser.commands.options import (
    Certificate,
    Equivalents,
    Overwrite,
    Printing,
    Require,
    ScenarioArgument,
)
from optimiser.commands.registry import ROBUST, SOLVING, command
from optimiser.language import marked, tr, trn

if TYPE_CHECKING:
    from optimiser.engine import Options
    from optimiser.render import Terminal
    from optimiser.results import Result
    from optimiser.scenario import Scenario
    from optimiser.session import Request

__all__ = ["run"]


@dataclass(frozen=True)
class _Keeping:
    """What is kept of a run, and where."""

    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help=marked("Where it is saved: results/NAME.")
        ),
    ] = None
    resume: Annotated[
        bool, typer.Option("--resume", help=marked("Go on from where a stopped run was."))
    ] = False
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help=marked("Also write the plans to this file.")),
    ] = None
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help=marked("Replace a stronger result of the same scenario, too.")
        ),
    ] = False
    overwrite: Overwrite = False
    require: Require = None
    certificate: Certificate = False


@command(asks=(*SOLVING, *ROBUST))
def run(
    terminal: "Terminal",
    request: "Request",
    *,
    scenario: ScenarioArgument,
    keeping: _Keeping,
    equivalents: Equivalents = False,
    printing: Printing,
) -> None:
    """Solve a scenario, rank the plans, print them and save the result."""
    from optimiser import interrupts, render, session

    if equivalents:
        refuse_equivalents(printing.chosen)
    began = time.monotonic()
    loaded, findings = session.open_scenario(scenario, request)
    spent = time.monotonic() - began
    render.warn(findings, terminal)
    options = session.options_for(loaded, request)
    place = session.reserved(
        loaded,
        request,
        keeping.output,
        csv=keeping.csv,
        replace=keeping.replace,
        overwrite=keeping.overwrite,
    )
    with interrupts.keeping():
        result = _solved(terminal, loaded, options, keeping, place.folder, spent=spent)
        kept = session.keep(result, place, csv=keeping.csv, wanted=keeping.require, gap=options.gap)
    if equivalents:
        print_with_equivalents(terminal, result, printing, request)
    else:
        print_result(terminal, result, printing)
    render.effort(result, terminal)
    for error in kept.errors:
        render.report(error, terminal)
    if kept.place is not None:
        folder, words = kept.place.folder, kept.place.words
        show = f"optimise show {shlex.quote(str(folder))} {result.front.ids[0]}"
        terminal.say(
            tr("saved: {folder} ({words})", folder=folder, words=words)
            if words
            else tr("saved: {folder}", folder=folder),
            tr("next:  {command}", command=show),
        )
    raise typer.Exit(kept.exit_code)


def _solved(
    terminal: "Terminal",
    loaded: "Scenario",
    options: "Options",
    keeping: _Keeping,
    place: Path,
    *,
    spent: float,
) -> "Result":
    """The result, certified where that was asked for in the time that is left."""
    from optimiser import render, study

    if count := study.ideals_to_solve(loaded):
        terminal.say(
            trn(
                "regret: {number} problem is solved first, for the best of each objective",
                "regret: {number} problems are solved first, for the best of each objective",
                count,
            )
        )
    checkpoints = study.checkpoints(loaded, place, options, resume=keeping.resume)
    with render.progress(terminal) as on_progress:
        result = study.solve(
            loaded, options, spent=spent, on_progress=on_progress, checkpoints=checkpoints
        )
        if not keeping.certificate:
            return result
        searched, limit = result.front.provenance.seconds, options.time_limit
        left = None if limit is None else limit - searched - spent
        return study.certify(result, seconds=left, on_progress=on_progress)
