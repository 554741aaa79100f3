"""The command `run`."""

import shlex
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import (
    print_result,
    print_with_equivalents,
    refuse_equivalents,
    say_solved_before,
)
from optimiser.commands.options import (
    Certificate,
    Equivalents,
    Overwrite,
    Printing,
    Require,
    ScenariosArgument,
    usage,
)
from optimiser.commands.registry import ROBUST, SOLVING, command
from optimiser.errors import InfeasibleError, NoSolutionError, OptimiseError
from optimiser.frozen import dataclass
from optimiser.language import marked, tr, trn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.engine import Options
    from optimiser.formulate import Model
    from optimiser.render import Terminal
    from optimiser.results import Result
    from optimiser.scenario import Scenario
    from optimiser.session import Kept, Place, Request, SolvedBefore, TypedScenario

__all__ = ["run"]

#: plans, of which others with equal objectives are found in a moment whenever they are asked for
_FEW = 20


@dataclass(frozen=True)
class _Keeping:
    """What is kept of a run, and where."""

    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help=marked("Where it is saved; by default results/NAME."),
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

    @property
    def anew(self) -> bool:
        """Whether more is asked for than a result has: the state of a run, or a certificate."""
        return self.resume or self.certificate


@command(asks=(*SOLVING, *ROBUST))
def run(
    terminal: "Terminal",
    request: "Request",
    *,
    scenarios: ScenariosArgument,
    keeping: _Keeping,
    equivalents: Equivalents = False,
    printing: Printing,
) -> None:
    """Solve a scenario, rank the plans, print them and save the result."""
    from optimiser import interrupts, paths, render, session

    if equivalents:
        refuse_equivalents(printing.chosen)
    if len(scenarios) == 1 and not paths.is_folder(scenarios[0]):
        raise typer.Exit(
            _one(
                terminal,
                request,
                scenarios[0],
                keeping,
                printing,
                equivalents=equivalents,
                began=interrupts.since(),
            )
        )
    from optimiser.session.scenario_folders import scenarios_in

    names, _ = scenarios_in(scenarios)
    codes: list[int] = []
    for name, own in _each(names, keeping, printing):
        if codes:
            terminal.show([""])
        terminal.say(tr("{scenario}:", scenario=name))
        try:
            began = time.monotonic()
            code = _one(
                terminal, request, name, own, printing, equivalents=equivalents, began=began
            )
            codes.append(code)
        except OptimiseError as error:
            codes.append(render.report(error, terminal))
        if interrupts.noted():
            break
    raise typer.Exit(session.first_of(codes))


def _each(
    names: "Sequence[str]", keeping: _Keeping, printing: Printing
) -> "list[tuple[str, _Keeping]]":
    """Several scenarios, and what is kept of each: below ``-o``, a folder each.

    Raises:
        UsageError: something is asked for that there is one of only.
    """
    if keeping.csv is not None or printing.chosen in ("json", "csv"):
        option = "--csv" if keeping.csv is not None else f"--format {printing.chosen}"
        raise usage(
            tr("{option} with several scenarios", option=option),
            tr("each result folder holds front.csv and result.json"),
        )
    if keeping.output is None:
        return [(name, keeping) for name in names]
    stems = [Path(name).stem for name in names]
    if twice := next((stem for stem in stems if stems.count(stem) > 1), ""):
        raise usage(
            tr("two scenarios would be kept in {folder}", folder=keeping.output / twice),
            tr("leave out -o: results of the same name lie beside one another"),
        )
    return [
        (name, replace(keeping, output=keeping.output / stem))
        for name, stem in zip(names, stems, strict=True)
    ]


def _one(
    terminal: "Terminal",
    request: "Request",
    scenario: str,
    keeping: _Keeping,
    printing: Printing,
    *,
    equivalents: bool,
    began: float,
) -> int:
    """Run one scenario, for which its time limit counts from then, and give the exit code."""
    from optimiser import interrupts, render, session

    loaded, findings = session.open_scenario(scenario, request, began=began)
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
    anew = request.no_cache or keeping.anew
    known = None if anew else _before(terminal, loaded, options, place.folder)
    about = loaded if known is not None else _formulated(loaded, options, began=began)
    spent = time.monotonic() - began
    try:
        with interrupts.keeping():
            result = (
                _solved(terminal, about, options, keeping, place, began=began)
                if known is None
                else _completed(terminal, known, options, began=began)
            )
            wanted, gap, csv = keeping.require, options.gap, keeping.csv
            kept = session.keep(result, place, csv=csv, wanted=wanted, gap=gap, known=known)
    except NoSolutionError as nothing:
        code = render.report(nothing, terminal)
        typed, chosen = session.TypedScenario(scenario, request), printing.chosen
        _say_what_helps(terminal, typed, about, nothing, prepared=spent, chosen=chosen)
        return code
    if equivalents:
        print_with_equivalents(terminal, result, printing, request)
    else:
        print_result(terminal, result, printing)
    render.effort(result, terminal)
    _say_where(terminal, kept, result)
    return kept.exit_code


def _say_where(terminal: "Terminal", kept: "Kept", result: "Result") -> None:
    """Where the result is, and a command that goes on from there."""
    from optimiser import render

    for error in kept.errors:
        render.report(error, terminal)
    if kept.place is None:
        return
    folder, words = kept.place.folder, kept.place.words
    show = f"optimise show {shlex.quote(str(folder))} {result.front.ids[0]}"
    terminal.say(
        tr("saved: {folder} ({words})", folder=folder, words=words)
        if words
        else tr("saved: {folder}", folder=folder),
        tr("next:  {command}", command=show),
    )


def _say_what_helps(
    terminal: "Terminal",
    typed: "TypedScenario",
    about: "Model | Scenario",
    nothing: NoSolutionError,
    *,
    prepared: float,
    chosen: str,
) -> None:
    """What conflicts, and a repair, on stderr with the error; as a record on stdout where that was
    asked for. Where plans hold and none is best, the record says so in a note.
    """
    from optimiser.analysis.repair import at_once, holding

    if isinstance(nothing, InfeasibleError):
        found = at_once(about, nothing.involved, prepared=prepared)
    elif chosen == "json":
        found = holding(about, str(nothing))
    else:
        return
    if chosen == "json":
        from optimiser.analysis import records
        from optimiser.analysis.repair_records import of_repaired

        record = of_repaired(found, place=typed.place, line=typed.command, command="run")
        terminal.raw(records.text(record))
        return
    from optimiser.render.repair import conflict as conflict_table
    from optimiser.render.repair import one_repair

    if found.conflict:
        terminal.complain("", *conflict_table(found, typed.place))
    for place, one in enumerate(found.repairs, start=1):
        terminal.complain(*one_repair(found, one, place), typed.command(one.overrides))
    for note in found.notes:
        terminal.complain(tr("note: {note}", note=note))


def _formulated(scenario: "Scenario", options: "Options", *, began: float) -> "Model | Scenario":
    """The model; none yet where what regret is measured from is solved for before there is one."""
    from optimiser import study
    from optimiser.formulate import formulate

    study.insist(options.time_limit, time.monotonic() - began)
    if scenario.robust and study.ideals_to_solve(scenario):
        return scenario
    with study.limited(options.time_limit, began):
        return formulate(scenario)


def _before(
    terminal: "Terminal", scenario: "Scenario", options: "Options", place: Path
) -> "SolvedBefore | None":
    """An earlier run of the same, which is said."""
    from optimiser import session

    known = session.solved_before(scenario, options, first=place)
    if known is not None:
        say_solved_before(terminal, known.folder)
    return known


def _completed(
    terminal: "Terminal", known: "SolvedBefore", options: "Options", *, began: float
) -> "Result":
    """The result of an earlier run, with what a run finds besides."""
    from optimiser import render, study

    result = known.result
    if not known.implicit or len(result.front.ids) <= _FEW:
        return result
    left = None if options.time_limit is None else options.time_limit - (time.monotonic() - began)
    with render.progress(terminal) as on_progress:
        return study.with_equal_plans(result, seconds=left, on_progress=on_progress)


def _solved(
    terminal: "Terminal",
    about: "Model | Scenario",
    options: "Options",
    keeping: _Keeping,
    place: "Place",
    *,
    began: float,
) -> "Result":
    """The result, certified where that was asked for in the time that is left."""
    from optimiser import render, study
    from optimiser.formulate import Model

    model = about if isinstance(about, Model) else None
    loaded = about.scenario if isinstance(about, Model) else about
    if model is None and (count := study.ideals_to_solve(loaded)):
        terminal.say(
            trn(
                "regret: {number} problem is solved first, for the best of each objective",
                "regret: {number} problems are solved first, for the best of each objective",
                count,
            )
        )
    state = study.RunState(loaded, place.folder, replaces=place.replace, make_way=place.make_way)
    checkpoints = state.checkpoints(options, resume=keeping.resume)
    with render.progress(terminal) as on_progress:
        result = study.solve(
            loaded,
            options,
            model=model,
            spent=time.monotonic() - began,
            on_progress=on_progress,
            checkpoints=checkpoints,
        )
        limit = options.time_limit

        def left() -> float | None:
            return None if limit is None else limit - (time.monotonic() - began)

        if len(result.front.ids) > _FEW:
            result = study.with_equal_plans(result, seconds=left(), on_progress=on_progress)
        if not keeping.certificate:
            return result
        return study.certify(
            result, seconds=left(), workers=options.workers, on_progress=on_progress
        )
