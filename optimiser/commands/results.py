"""The command `results`."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.options import AnyFormat, Json, chosen_format, usage
from optimiser.commands.registry import command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session.kept_runs import RunFilter

__all__ = ["results"]


@dataclass(frozen=True)
class _Which:
    """Which runs are asked for."""

    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario", metavar="NAME", help=marked("Of this scenario, by name or file.")
        ),
    ] = None
    proof: Annotated[
        Literal["complete", "covering", "approximate"] | None,
        typer.Option("--proof", help=marked("Whose front claims this.")),
    ] = None
    changed: Annotated[
        str | None,
        typer.Option(
            "--changed", metavar="PATH[=VALUE]", help=marked("In which --set changed this value.")
        ),
    ] = None
    newer: Annotated[
        str | None,
        typer.Option("--newer", metavar="AGE", help=marked("Saved within 90s, 15m, 12h, 7d, 4w.")),
    ] = None
    older: Annotated[
        str | None,
        typer.Option("--older", metavar="AGE", help=marked("Saved longer ago than that.")),
    ] = None
    everything: Annotated[
        bool,
        typer.Option("--all", help=marked("Also scenarios that were solved for a question.")),
    ] = False

    def asked(self) -> "RunFilter":
        """The same as the session has it."""
        from optimiser.session.kept_runs import RunFilter, seconds_of

        return RunFilter(
            self.scenario,
            self.proof,
            self.changed,
            None if self.newer is None else seconds_of("--newer", self.newer),
            None if self.older is None else seconds_of("--older", self.older),
        )


@dataclass(frozen=True)
class _Letting:
    """What is let go of."""

    prune: Annotated[
        bool,
        typer.Option(
            "--prune", help=marked("Remove those whose folder nobody named: results/NAME-1a2b3c.")
        ),
    ] = False
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="RUN", help=marked("With --prune: this one stays.")),
    ] = None

    def __post_init__(self) -> None:
        if self.keep and not self.prune:
            raise usage(tr("--keep without --prune"), tr("nothing is removed without --prune"))


@command()
def results(
    terminal: "Terminal",
    *,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help=marked("A folder of results; by default results.")),
    ] = None,
    which: _Which,
    letting: _Letting,
    top: Annotated[
        int | None,
        typer.Option("--top", metavar="N", min=1, help=marked("How many runs a table shows.")),
    ] = None,
    format: AnyFormat = None,
    json: Json = False,
) -> None:
    """The runs so far: scenario, changes, proof, best values, age, seconds."""
    from optimiser.analysis import records
    from optimiser.exports import run_texts
    from optimiser.render.runs import TOP, runs_table
    from optimiser.session import kept_runs

    chosen = chosen_format(format, json)
    everything = which.everything or (letting.prune and folder is None)
    runs, notes = kept_runs.runs_below(folder, which.asked(), implicit=everything)
    gone: tuple[Path, ...] = ()
    if letting.prune:
        pruned = kept_runs.prune(runs, letting.keep or ())
        gone, notes = pruned.gone, [*notes, *pruned.kept]
        runs = [run for run in runs if run.folder not in gone]
    record = run_texts.record(
        runs,
        now=time.time(),
        named=[kept_runs.is_named(run) for run in runs],
        gone=[path.as_posix() for path in gone],
        notes=notes,
    )
    if chosen == "json":
        terminal.raw(records.text(record))
    elif chosen == "table":
        terminal.show(runs_table(record, top=top or TOP, width=terminal.width))
    else:
        terminal.raw(run_texts.text(record, chosen))
