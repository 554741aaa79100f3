"""The command `sweep`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimiser import interrupts
from optimiser.commands.options import Json, Overwrite, chosen_format, usage
from optimiser.commands.registry import OPENING, command
from optimiser.commands.sweep_files import SweepFiles
from optimiser.errors import InterruptedRun, OptimiseError
from optimiser.language import listed, marked, tr, trn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimiser.render import Terminal
    from optimiser.scenario import Scenario
    from optimiser.session import Request
    from optimiser.sweeps.breakpoints import Breakpoints
    from optimiser.sweeps.sweeping import Swept
    from optimiser.sweeps.variants import Design

__all__ = ["sweep"]

_RUNS = ("method", "seed", "time_limit", "gap", "points")


@dataclass(frozen=True)
class _Varying:
    """What is varied."""

    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=a,b,c",
            help=marked("Values of a path; a:b:n: n from a to b; FILE.csv: a column a path."),
        ),
    ] = None
    samples: Annotated[
        int | None,
        typer.Option(
            "--samples",
            metavar="N",
            min=1,
            help=marked("So many samples of the uncertain parameters."),
        ),
    ] = None
    sampling: Annotated[
        Literal["sobol", "latin_hypercube"],
        typer.Option("--sampling", help=marked("How samples are drawn; --seed is theirs, too.")),
    ] = "sobol"


@dataclass(frozen=True)
class _Working:
    """Who works, on what."""

    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            help=marked("Processes on this machine; one a core by default."),
        ),
    ] = None
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="tcp://HOST:PORT",
            help=marked("The workers of this Dask scheduler; needs the extra cluster."),
        ),
    ] = None
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard",
            metavar="i/n",
            help=marked("Only every n-th variant, the i-th first (from 0)."),
        ),
    ] = None
    breakpoints: Annotated[
        Literal["auto", "always", "never"],
        typer.Option(
            "--breakpoints",
            help=marked(
                "Where technologies enter; auto: where that is exact; always: by halving, too."
            ),
        ),
    ] = "auto"
    merge: Annotated[
        bool,
        typer.Option("--merge", help=marked("Solve nothing: gather what a sweep's folder holds.")),
    ] = False


@dataclass(frozen=True)
class _Keeping:
    """Where it is kept."""

    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help=marked("Where all of it is kept.")),
    ] = None
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help=marked("Let the sweep of another scenario in this folder go.")
        ),
    ] = False
    overwrite: Overwrite = False


@dataclass(frozen=True)
class _Shown:
    """How it is printed."""

    top: Annotated[
        int | None,
        typer.Option("--top", metavar="N", min=1, help=marked("How many variants a table shows.")),
    ] = None
    format: Annotated[
        Literal["table", "json", "csv"] | None,
        typer.Option("--format", help=marked("How the result is written.")),
    ] = None
    json: Json = False

    @property
    def chosen(self) -> str:
        """The format that was asked for."""
        return chosen_format(self.format, self.json)


@command(asks=(*OPENING, *_RUNS))
def sweep(
    terminal: "Terminal",
    request: "Request",
    *,
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO", help=marked("A scenario; with --merge the folder of a sweep.")
        ),
    ],
    varying: _Varying,
    working: _Working,
    keeping: _Keeping,
    beside: SweepFiles,
    shown: _Shown,
) -> None:
    """Many variants of a scenario."""
    from optimiser import render
    from optimiser.sweeps.sweep_records import of_sweep

    chosen = shown.chosen
    if working.merge:
        folder = Path(scenario)
        _refuse_with_merge(request, keeping, varying, working)
        found = _merged(folder, beside, overwrite=keeping.overwrite)
    else:
        folder, found = _solved(
            terminal, scenario, request, keeping, beside, varying=varying, working=working
        )
    breaks = _breakpoints(terminal, found, working)
    record = of_sweep(found, breaks)
    refused: OptimiseError | None = None
    try:
        _keep(terminal, found, record, folder, beside, whole=working.shard is None)
    except OptimiseError as error:  # what cannot be saved is printed
        refused = error
    _print(terminal, found, record, chosen, shown.top)
    if refused is None:
        terminal.say(tr("saved: {folder}", folder=folder))
    elif interrupts.noted():
        terminal.complain(*render.error(refused))
    else:
        raise refused
    if interrupts.noted():
        raise typer.Exit(InterruptedRun.exit_code)


def _keep(
    terminal: "Terminal",
    found: "Swept",
    record: "Mapping[str, Any]",
    folder: Path,
    beside: SweepFiles,
    *,
    whole: bool,
) -> None:
    """Write what tells of a ``whole`` sweep, and what was asked for besides.

    Raises:
        UsageError: something cannot be written, a variant included.
    """
    from optimiser.sweeps import sweeping
    from optimiser.sweeps.sweep_records import sweep_csv

    if found.unsaved is not None:
        raise found.unsaved.error
    if whole:
        texts = {sweeping.TABLE_FILE: sweep_csv(record), sweeping.RECORD_FILE: _text(record)}
        sweeping.written(folder, texts)
    beside.write(terminal, record, found, folder)


def _print(
    terminal: "Terminal",
    found: "Swept",
    record: "Mapping[str, Any]",
    chosen: str,
    top: int | None,
) -> None:
    """The sweep, and the plans of a variant that could not be saved."""
    from optimiser.render.sweep import TOP, sweep_table
    from optimiser.sweeps.sweep_records import sweep_csv

    if chosen == "json":
        terminal.raw(_text(record))
    elif chosen == "csv":
        terminal.raw(sweep_csv(record))
    else:
        terminal.show(sweep_table(record, top=top or TOP, width=terminal.width))
    unsaved = found.unsaved
    if unsaved is not None and unsaved.plans and chosen != "json":
        heading = tr("The plans of {variant}, which could not be saved", variant=unsaved.id)
        if chosen == "csv":  # a second table in it would be no CSV
            terminal.complain(heading, unsaved.plans.rstrip("\n"))
        else:
            terminal.raw(f"\n{heading}\n{unsaved.plans}")


def _solved(
    terminal: "Terminal",
    path: str,
    request: "Request",
    keeping: _Keeping,
    beside: SweepFiles,
    *,
    varying: _Varying,
    working: _Working,
) -> "tuple[Path, Swept]":
    """What is missing of a sweep, solved; the folder and all that it holds then."""
    from optimiser import render, session, sweeps
    from optimiser.advice import OF_VALUES
    from optimiser.render.sweep import sweeping as progress
    from optimiser.session.sweep_folders import reserve_sweep
    from optimiser.sweeps import sweeping
    from optimiser.sweeps import varying as axes

    folder = keeping.output
    if folder is None:
        raise usage(tr("a sweep without a folder"), tr("say where it is kept: -o DIR"))
    if working.cluster is not None and working.workers is not None:
        raise usage(
            tr("--cluster with --workers"), tr("the cluster has workers of its own: choose one")
        )
    outputs = beside.outputs()
    loaded, findings = session.open_scenario(path, request)
    # what variants change may make another of it
    render.warn([one for one in findings if one.code not in OF_VALUES], terminal)
    design = _designed(loaded, request, varying)
    shard = sweeping.Shard() if working.shard is None else sweeping.Shard.of(working.shard)
    reserve_sweep(
        folder,
        design,
        outputs,
        session.inputs_of(loaded, *map(axes.table_of, varying.vary or ())),
        replace=keeping.replace,
        overwrite=keeping.overwrite,
    )
    executor = sweeps.executor(working.workers or _cores(), cluster=working.cluster)
    with progress(terminal) as on_progress:
        found = sweeping.solved(design, folder, executor, shard=shard, on_progress=on_progress)
    if executor.retried:
        terminal.say(
            trn(
                "{number} variant was begun again: a worker process had ended",
                "{number} variants were begun again: a worker process had ended",
                executor.retried,
            )
        )
    return folder, found


def _designed(loaded: "Scenario", request: "Request", varying: _Varying) -> "Design":
    """What the sweep is."""
    from optimiser.sweeps import variants
    from optimiser.sweeps import varying as axes

    varied = [axes.varied(text) for text in varying.vary or ()]
    if varying.samples is not None:
        seed = 1 if request.seed is None else request.seed
        drawn = axes.sampled(loaded, varying.samples, seed=seed, method=varying.sampling)
        varied.append(drawn)
    asked = {name: value for name in _RUNS if (value := getattr(request, name)) is not None}
    return variants.designed(loaded, varied, asked=asked, set_new=request.set_new)


def _merged(folder: Path, beside: SweepFiles, *, overwrite: bool) -> "Swept":
    """What a folder holds of a sweep."""
    from optimiser import session
    from optimiser.session.sweep_folders import guard_merged
    from optimiser.sweeps import sweeping

    found = sweeping.swept(sweeping.design_in(folder), folder)
    outputs = beside.outputs()
    read = session.inputs_of(found.scenario) if outputs else ()
    guard_merged(folder, outputs, read, overwrite=overwrite)
    return found


def _breakpoints(terminal: "Terminal", found: "Swept", working: _Working) -> "Breakpoints":
    """Where technologies enter and leave, once all variants are there."""
    from optimiser import sweeps
    from optimiser.sweeps.breakpoints import breakpoints
    from optimiser.sweeps.sweep_records import NONE

    if working.breakpoints == "never" or interrupts.noted() or found.counted("missing"):
        return NONE
    executor = None
    if working.breakpoints == "always":
        executor = sweeps.executor(working.workers or _cores(), cluster=working.cluster)
    return breakpoints(found, executor)


def _cores() -> int:
    """How many processes can work at once here."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _refuse_with_merge(
    request: "Request", keeping: _Keeping, varying: _Varying, working: _Working
) -> None:
    """With --merge nothing is solved, and so nothing can be asked of it.

    Raises:
        UsageError: something is.
    """
    given = [
        *request.given,
        *(["-o"] if keeping.output is not None else []),
        *(["--replace"] if keeping.replace else []),
        *(["--vary"] if varying.vary else []),
        *(["--samples"] if varying.samples is not None else []),
        *(["--workers"] if working.workers is not None else []),
        *(["--cluster"] if working.cluster is not None else []),
        *(["--shard"] if working.shard is not None else []),
    ]
    if given:
        raise usage(
            tr("{options} with --merge", options=listed(given)),
            tr("--merge gathers what is there: optimise sweep DIR --merge"),
        )


def _text(record: Any) -> str:
    from optimiser.analysis import records

    return records.text(record)
