"""The command `check`."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.obtaining import chosen_format, usage
from optimiser.commands.options import At, Json, Outside, Overrides
from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal

__all__ = ["check"]


def check(
    terminal: "Terminal",
    *,
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="Files or library names.")
    ],
    show_merged: Annotated[
        bool, typer.Option("--show-merged", help="Print the merged scenario with origins.")
    ] = False,
    overrides: Overrides = None,
    format: Annotated[
        Literal["table", "json", "github"] | None,
        typer.Option("--format", help="How findings are written."),
    ] = None,
    json: Json = False,
    at: At = None,
    allow_outside: Outside = False,
) -> None:
    """Report every error and warning of scenarios, without solving."""
    from optimiser import render, session

    chosen = chosen_format(format, json)
    if show_merged and chosen != "table":
        raise usage("--show-merged prints text", "leave out --format")
    request = session.Request(tuple(overrides or ()), allow_outside, at=at)
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


command()(check)
command("validate")(check)
