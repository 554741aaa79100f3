"""The command `plot`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import Answers, Overwrite, ResultArgument
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["Drawing", "plot"]

_SHOWN = 12  # letters that are named


@dataclass(frozen=True)
class Drawing:
    """What is drawn, and how."""

    kind: Annotated[
        Literal[
            "front",
            "parallel",
            "matrix",
            "combinations",
            "core",
            "weights",
            "roadmap",
            "technologies",
            "ranges",
            "tornado",
        ]
        | None,
        typer.Option("--kind", help=marked("What is shown; by default the plans.")),
    ] = None
    objectives: Annotated[
        str | None,
        typer.Option("--objectives", metavar="A,B", help=marked("Which ones, in this order.")),
    ] = None
    plan: Annotated[
        str | None,
        typer.Option("--plan", metavar="PLAN", help=marked("Of which plan, in a roadmap.")),
    ] = None
    size: Annotated[
        str | None,
        typer.Option("--size", metavar="WxH", help=marked("Width and height in pixels.")),
    ] = None
    theme: Annotated[
        Literal["light", "dark"], typer.Option("--theme", help=marked("The ground."))
    ] = "light"


@command(asks=SOLVING)
def plot(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="FILE", help=marked("Its suffix decides: .png .svg .pdf")
        ),
    ],
    drawing: Drawing,
    answer: Answers = None,
    overwrite: Overwrite = False,
) -> None:
    """A picture of a result, in a file."""
    from optimiser import session
    from optimiser.reports.plotting import plotted, size_of, suffix_of
    from optimiser.results.folder import write_text
    from optimiser.results.naming_plans import named_plan

    suffix_of(output.suffix)
    size = None if drawing.size is None else size_of(drawing.size)
    written = [session.Output("-o", output)]
    found = obtain(terminal, result, request, outputs=written, overwrite=overwrite)
    answers = session.answers_in(answer or (), found.result, of=("robust",))
    made = plotted(
        found.result,
        output.suffix,
        kind=drawing.kind,
        objectives=[name.strip() for name in (drawing.objectives or "").split(",") if name.strip()],
        plan=None if drawing.plan is None else named_plan(found.result, drawing.plan),
        robust=answers.get("robust"),
        size=size,
        theme=drawing.theme,
    )
    write_text(output, made.content)
    if made.missing:
        terminal.say(
            tr(
                "warning: no font here has {letters}: ids stand where titles would, and letters "
                "are spelled out; install Noto Sans CJK, or write .svg",
                letters=made.missing[:_SHOWN],
            )
        )
    terminal.say(tr("written: {path}", path=output))
    raise typer.Exit(found.exit_code)
