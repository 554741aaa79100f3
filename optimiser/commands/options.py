"""The arguments and options that several commands have, each said once."""

from typing import Annotated, Literal

import typer

__all__ = [
    "At",
    "Certificate",
    "Equivalents",
    "Json",
    "Outside",
    "Overrides",
    "PlainFormat",
    "Require",
    "ResultArgument",
    "ResultFormat",
    "ScenarioArgument",
    "Top",
]

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a library scenario.")
]
ResultArgument = Annotated[
    str, typer.Argument(metavar="RESULT", help="A result folder; a scenario is solved first.")
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a value of the scenario."),
]
Outside = Annotated[
    bool, typer.Option("--allow-outside", help="Let paths in a scenario leave its folder.")
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="low|high|FILE",
        help="Uncertain parameters at an end of their range, or a file's.",
    ),
]
Require = Annotated[
    Literal["complete", "covering", "complete:numerical", "covering:numerical"] | None,
    typer.Option("--require", help="Exit 6 where less than this is proven."),
]
Top = Annotated[
    int | None, typer.Option("--top", metavar="N", min=1, help="How many plans a table shows.")
]
ResultFormat = Annotated[
    Literal["table", "json", "csv", "md"] | None,
    typer.Option("--format", help="How the result is written."),
]
PlainFormat = Annotated[
    Literal["table", "json"] | None, typer.Option("--format", help="How the result is written.")
]
Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
Certificate = Annotated[
    bool,
    typer.Option("--certificate", help="Write the proof of completeness down: verify --proof."),
]
Equivalents = Annotated[
    bool,
    typer.Option(
        "--equivalents",
        help="Also the plans that are left out because a listed one has the same objectives.",
    ),
]
