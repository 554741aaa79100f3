"""The command `sweep`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimiser import interrupts
from optimiser.commands.options import Json, Overwrite, chosen_format, usage
from optimiser.commands.registry import OPENING, command
from optimiser.errors import InterruptedRun, OptimiseError
from optimiser.language import listed, marked, tr, trn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimiser.render import Terminal
    from optimiser.session import Request
    from optimiser.sweeps.breakpoints import Breakpoints
    from optimiser.sweeps.sweeping import Swept

__all__ = ["sweep"]

_PICTURES = (".png", ".svg", ".pdf")
_TABLES = (".csv", ".parquet")
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
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot", metavar="FILE", help=marked("Also a picture: .png .svg .pdf; of numbers.")
        ),
    ] = None
    over: Annotated[
        str | None,
        typer.Option(
            "--over", metavar="PATH", help=marked("Which varied path lies across in the picture.")
        ),
    ] = None
    plans: Annotated[
        Path | None,
        typer.Option(
            "--plans",
            metavar="FILE",
            help=marked("Also all plans of all variants as one table: .csv .parquet."),
        ),
    ] = None
    overwrite: Overwrite = False

    def __post_init__(self) -> None:
        if self.over is not None and self.plot is None:
            raise usage(tr("--over without --plot"), tr("name a picture: --plot sweep.svg"))


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
    shown: _Shown,
) -> None:
    """Many variants of a scenario."""
    from optimiser import render
    from optimiser.sweeps import sweeping
    from optimiser.sweeps.sweep_records import of_sweep, sweep_csv

    chosen = shown.chosen
    _guard_written(keeping)
    if working.merge:
        folder = Path(scenario)
        _refuse_with_merge(request, keeping, varying, working)
        found = sweeping.swept(sweeping.design_in(folder), folder)
    else:
        folder, found = _solved(
            terminal, scenario, request, keeping=keeping, varying=varying, working=working
        )
    breaks = _breakpoints(terminal, found, working)
    record = of_sweep(found, breaks)
    refused: OptimiseError | None = None
    try:
        if found.unsaved is not None:
            raise found.unsaved.error
        if working.shard is None:
            sweeping.written(folder, {"sweep.csv": sweep_csv(record), "sweep.json": _text(record)})
        _write_beside(terminal, record, found, folder, keeping)
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
    *,
    keeping: _Keeping,
    varying: _Varying,
    working: _Working,
) -> "tuple[Path, Swept]":
    """What is missing of a sweep, solved; the folder and all that it holds then."""
    from optimiser import render, session, sweeps
    from optimiser.render.sweep import sweeping as progress
    from optimiser.sweeps import sweeping, variants
    from optimiser.sweeps import varying as axes

    folder = keeping.output
    if folder is None:
        raise usage(tr("a sweep without a folder"), tr("say where it is kept: -o DIR"))
    if working.cluster is not None and working.workers is not None:
        raise usage(
            tr("--cluster with --workers"), tr("the cluster has workers of its own: choose one")
        )
    loaded, findings = session.open_scenario(path, request)
    render.warn(findings, terminal)
    varied = [axes.varied(text) for text in varying.vary or ()]
    if varying.samples is not None:
        seed = 1 if request.seed is None else request.seed
        drawn = axes.sampled(loaded, varying.samples, seed=seed, method=varying.sampling)
        varied.append(drawn)
    asked = {name: value for name in _RUNS if (value := getattr(request, name)) is not None}
    design = variants.designed(loaded, varied, asked=asked, set_new=request.set_new)
    shard = sweeping.Shard() if working.shard is None else sweeping.Shard.of(working.shard)
    if sweeping.kept_design(folder) is None:
        names = (sweeping.DESIGN_FILE, "sweep.csv", "sweep.json")
        outputs = [session.Output("-o", folder / name) for name in names]
        session.guard(outputs, session.inputs_of(loaded), overwrite=keeping.overwrite)
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


def _guard_written(keeping: _Keeping) -> None:
    """Refuse what could not be written, before anything is solved."""
    from optimiser import session
    from optimiser.exports import format_of
    from optimiser.reports.plotting import suffix_of

    if keeping.plans is not None and keeping.plans.suffix.lower() == ".parquet":
        format_of(".parquet")
    outputs = [
        session.Output(option, path, suffixes)
        for option, path, suffixes in (
            ("--plot", keeping.plot, _PICTURES),
            ("--plans", keeping.plans, _TABLES),
        )
        if path is not None
    ]
    session.guard(outputs, overwrite=keeping.overwrite)
    if keeping.plot is not None:
        suffix_of(keeping.plot.suffix)


def _write_beside(
    terminal: "Terminal",
    record: "Mapping[str, Any]",
    found: "Swept",
    folder: Path,
    keeping: _Keeping,
) -> None:
    """The picture and the table of all plans, where they were asked for."""
    if keeping.plot is not None:
        _draw(terminal, record, found, keeping.plot, keeping.over or "")
    if keeping.plans is not None:
        _tabulate(terminal, found, folder, keeping.plans)


def _draw(
    terminal: "Terminal", record: "Mapping[str, Any]", found: "Swept", file: Path, over: str
) -> None:
    """The picture of a sweep."""
    from optimiser.front import Column
    from optimiser.reports.plotting import picture_of
    from optimiser.reports.sweep_chart import sweep_chart
    from optimiser.results.folder import write_text

    columns = [Column(**own) for own in record["objectives"]]
    title = found.scenario.title or str(found.scenario.name)
    chart = sweep_chart(record, columns, title=title, path=over)
    if chart is None:
        raise usage(
            tr("no picture: nothing is done, or no path across has numbers only"),
            tr("name one with --over: {paths}", paths=listed(record["varied"])),
        )
    write_text(file, picture_of(chart, file.suffix.lower()))
    terminal.say(tr("written: {path}", path=file))


def _tabulate(terminal: "Terminal", found: "Swept", folder: Path, file: Path) -> None:
    """All plans of all variants."""
    from optimiser.exports.sweep_plans import plans_csv, plans_parquet
    from optimiser.results.folder import write_text

    # a device or a pipe, whose name says nothing, gets text
    typed = file.suffix.lower() == ".parquet"
    write_text(file, plans_parquet(found, folder) if typed else plans_csv(found, folder))
    terminal.say(tr("written: {path}", path=file))


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
