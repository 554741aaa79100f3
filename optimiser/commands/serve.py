"""The command `serve`."""

from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.options import ScenarioArgument, usage
from optimiser.commands.registry import ROBUST, SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.reports.serving import News
    from optimiser.session import Request

__all__ = ["serve"]


@command(asks=(*SOLVING, *ROBUST))
def serve(
    terminal: "Terminal",
    request: "Request",
    *,
    scenario: ScenarioArgument,
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="N",
            min=0,
            max=65535,
            help=marked("Where it listens; by default where the system chooses."),
        ),
    ] = 0,
    open: Annotated[
        bool, typer.Option("--open", help=marked("Then show it in the browser."))
    ] = False,
) -> None:
    """The page of a scenario on this machine, solved anew whenever it is saved."""
    from optimiser import interrupts
    from optimiser.reports.serving import serve as serving
    from optimiser.session.scenario_folders import is_folder

    if scenario == "-":
        raise usage(tr("serve waits for saves, and nothing saves to '-'"), tr("name a file"))
    if is_folder(scenario):
        raise usage(
            tr("serve shows one scenario, and {path} is a folder", path=scenario), tr("name a file")
        )

    def ready(address: str) -> None:
        terminal.raw(f"{address}\n")
        terminal.say(tr("serving {scenario} on this machine; Ctrl-C ends it", scenario=scenario))
        if open and typer.launch(address) != 0:
            terminal.say(tr("no browser could be started: open {path} in one", path=address))

    serving(scenario, request, port=port, ready=ready, tell=lambda news: _told(terminal, news))
    raise typer.Exit(interrupts.EXIT_CODE)


def _told(terminal: "Terminal", news: "News") -> None:
    from optimiser import render

    if news.solved is not None:
        render.warn(news.solved.warnings, terminal)
        words, seconds = news.solved.claim, news.solved.seconds
        terminal.say(tr("{claim}, after {seconds:.1f} s", claim=words, seconds=seconds))
    if news.error is not None:
        render.report(news.error, terminal)
