"""The command `check`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.options import Reports, ScenariosArgument, usage
from optimiser.commands.registry import OPENING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["check"]


def check(
    terminal: "Terminal",
    request: "Request",
    *,
    scenarios: ScenariosArgument,
    show_merged: Annotated[
        bool, typer.Option("--show-merged", help=marked("Print the merged scenario with origins."))
    ] = False,
    writing: Reports,
) -> None:
    """Report every error and warning of scenarios, without solving."""
    from optimiser import paths, render, session
    from optimiser.exports import finding_texts
    from optimiser.session.scenario_folders import scenarios_in

    chosen, files = writing.formats
    if show_merged and chosen != "table":
        raise usage(tr("--show-merged prints text"), tr("leave out --format"))
    names, others = scenarios_in(scenarios)
    with paths.seeing() as seen:
        checked = [session.examine(path, request) for path in names]
    writing.guard([*names, *seen])
    read = [file for one in checked if one.scenario for file in one.scenario.files]
    if chosen == "table":
        for one in checked:
            render.checked(one, terminal, merged=show_merged)
    else:
        terminal.raw(finding_texts.text(checked, chosen))
    for other in others:
        if Path(other) not in read:
            terminal.say(tr("left out: {path} does not say 'optimise: 1'", path=other))
    errors = session.write_all(files, lambda format: finding_texts.text(checked, format))
    for error in errors:
        render.report(error, terminal)
    raise typer.Exit(session.exit_code_of([*checked, *errors]))


command(asks=OPENING)(check)
command("validate", asks=OPENING, hidden=True)(check)
