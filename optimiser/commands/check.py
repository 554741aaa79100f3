"""The command `check`."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.options import Json, chosen_format, usage
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
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help=marked("Files or library names."))
    ],
    show_merged: Annotated[
        bool, typer.Option("--show-merged", help=marked("Print the merged scenario with origins."))
    ] = False,
    format: Annotated[
        Literal["table", "json", "github"] | None,
        typer.Option("--format", help=marked("How findings are written.")),
    ] = None,
    json: Json = False,
) -> None:
    """Report every error and warning of scenarios, without solving."""
    from optimiser import render, session

    chosen = chosen_format(format, json)
    if show_merged and chosen != "table":
        raise usage(tr("--show-merged prints text"), tr("leave out --format"))
    checked = [session.examine(path, request) for path in scenarios]
    findings = [finding for one in checked for finding in one.findings]
    if chosen == "json":
        terminal.raw(render.json_list(findings))
    elif chosen == "github":
        terminal.raw("".join(map(render.github, findings)))
    else:
        for one in checked:
            render.checked(one, terminal, merged=show_merged)
    raise typer.Exit(session.exit_code_of(checked))


command(asks=OPENING)(check)
command("validate", asks=OPENING)(check)
