"""What `sweep` writes besides its folder: a picture, and all plans as one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimiser.commands.options import usage
from optimiser.language import listed, marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Output
    from optimiser.sweeps.sweeping import Swept

__all__ = ["SweepFiles"]

_PICTURES = (".png", ".svg", ".pdf")
_TABLES = (".csv", ".parquet")


@dataclass(frozen=True)
class SweepFiles:
    """What is written besides the folder."""

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

    def __post_init__(self) -> None:
        if self.over is not None and self.plot is None:
            raise usage(tr("--over without --plot"), tr("name a picture: --plot sweep.svg"))

    def outputs(self) -> "list[Output]":
        """The files, before anything is solved.

        Raises:
            UsageError: what a format needs is not installed.
        """
        from optimiser import session
        from optimiser.exports import format_of
        from optimiser.reports.plotting import suffix_of

        if self.plans is not None and self.plans.suffix.lower() == ".parquet":
            format_of(".parquet")
        if self.plot is not None and self.plot.suffix.lower() in _PICTURES:
            suffix_of(self.plot.suffix)
        return [
            session.Output(option, path, suffixes)
            for option, path, suffixes in (
                ("--plot", self.plot, _PICTURES),
                ("--plans", self.plans, _TABLES),
            )
            if path is not None
        ]

    def write(
        self, terminal: "Terminal", record: Mapping[str, Any], found: "Swept", folder: Path
    ) -> None:
        """Write the files of a sweep, of which ``record`` tells and which is in ``folder``.

        Raises:
            UsageError: there is nothing to draw, or one cannot be written.
        """
        if self.plot is not None:
            _draw(record, found, self.plot, self.over or "")
            terminal.say(tr("written: {path}", path=self.plot))
        if self.plans is not None:
            _tabulate(found, folder, self.plans)
            terminal.say(tr("written: {path}", path=self.plans))


def _draw(record: Mapping[str, Any], found: "Swept", file: Path, over: str) -> None:
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


def _tabulate(found: "Swept", folder: Path, file: Path) -> None:
    """All plans of all variants."""
    from optimiser.exports.sweep_plans import plans_csv, plans_parquet
    from optimiser.results.folder import write_text

    # a device or a pipe, whose name says nothing, gets text
    typed = file.suffix.lower() == ".parquet"
    write_text(file, plans_parquet(found, folder) if typed else plans_csv(found, folder))
