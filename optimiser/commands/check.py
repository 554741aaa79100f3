"""The command `check`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from optimiser.commands.options import Json, Overwrite, several_formats, usage
from optimiser.commands.registry import OPENING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["check"]

_FORMATS: Final = ("table", "json", "md", "junit", "github")


@dataclass(frozen=True)
class _Writing:
    """How findings are written, and where to."""

    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="table|json|md|junit|github[:FILE]",
            help=marked("How findings are written; with :FILE also to a file, several times."),
        ),
    ] = None
    json: Json = False
    overwrite: Overwrite = False

    @property
    def formats(self) -> tuple[str, list[tuple[str, Path]]]:
        """The format on stdout, and the others with their files."""
        return several_formats(self.format or (), self.json, _FORMATS)


def check(
    terminal: "Terminal",
    request: "Request",
    *,
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO...", help=marked("Files, folders of them, or library names.")
        ),
    ],
    show_merged: Annotated[
        bool, typer.Option("--show-merged", help=marked("Print the merged scenario with origins."))
    ] = False,
    writing: _Writing,
) -> None:
    """Report every error and warning of scenarios, without solving."""
    from optimiser import render, session
    from optimiser.exports import finding_texts
    from optimiser.session.scenario_folders import scenarios_in

    chosen, files = writing.formats
    if show_merged and chosen != "table":
        raise usage(tr("--show-merged prints text"), tr("leave out --format"))
    names, others = scenarios_in(scenarios)
    checked = [session.examine(path, request) for path in names]
    read = [file for one in checked if one.scenario for file in one.scenario.files]
    outputs = [session.Output("--format", path) for _, path in files]
    session.guard(outputs, [*map(Path, names), *read], overwrite=writing.overwrite)
    if chosen == "table":
        for one in checked:
            render.checked(one, terminal, merged=show_merged)
    else:
        terminal.raw(finding_texts.text(checked, chosen))
    for other in others:
        if Path(other) not in read:
            terminal.say(tr("left out: {path} does not say 'optimise: 1'", path=other))
    errors = []
    for format, file in files:
        text = finding_texts.text(checked, format)
        unwritten = session.write_marked(file, text, format)
        errors += [unwritten] if unwritten else []
    for error in errors:
        render.report(error, terminal)
    raise typer.Exit(session.exit_code_of([*checked, *errors]))


command(asks=OPENING)(check)
command("validate", asks=OPENING)(check)
