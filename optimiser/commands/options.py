"""The arguments and options that several commands have, each said once."""

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import typer

from optimiser.frozen import dataclass
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.session import Request

__all__ = [
    "AnswerTime",
    "Answers",
    "AnyFormat",
    "Certificate",
    "Equivalents",
    "Json",
    "Overwrite",
    "PlainFormat",
    "PlanArgument",
    "Printing",
    "Reports",
    "Require",
    "ResultArgument",
    "ScenarioArgument",
    "ScenariosArgument",
    "chosen_format",
    "for_answering",
    "left_of",
    "usage",
]

_LEAST = 1.0  # seconds for an answer where solving the scenario took all the time

ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help=marked("A file, - for standard input, or the name of a library scenario."),
    ),
]
ScenariosArgument = Annotated[
    list[str],
    typer.Argument(metavar="SCENARIO...", help=marked("Files, folders of them, or library names.")),
]
Answers = Annotated[
    list[Path] | None,
    typer.Option(
        "--answer", metavar="FILE", help=marked("What robust or repair said with --json.")
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help=marked("Replace files that optimise did not write."))
]
ResultArgument = Annotated[
    str,
    typer.Argument(metavar="RESULT", help=marked("A result folder; a scenario is solved first.")),
]
PlanArgument = Annotated[
    str,
    typer.Argument(
        metavar="PLAN",
        help=marked(
            "An id or its beginning, a rank, a reference plan, or decisions: iot=1,ai=full; none."
        ),
    ),
]
AnswerTime = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="S",
        min=0.0,
        help=marked("Seconds that the answer may take; what is not proven by then is said."),
    ),
]
Require = Annotated[
    Literal["complete", "covering", "complete:numerical", "covering:numerical"] | None,
    typer.Option("--require", help=marked("Exit 6 where less than this is proven.")),
]
AnyFormat = Annotated[
    Literal["table", "json", "csv", "md"] | None,
    typer.Option("--format", help=marked("How the result is written.")),
]
PlainFormat = Annotated[
    Literal["table", "json"] | None,
    typer.Option("--format", help=marked("How the result is written.")),
]
Json = Annotated[bool, typer.Option("--json", help=marked("Short for --format json."))]
Certificate = Annotated[
    bool,
    typer.Option(
        "--certificate", help=marked("Write the proof of completeness down: verify --proof.")
    ),
]
Equivalents = Annotated[
    bool,
    typer.Option(
        "--equivalents",
        help=marked(
            "Also the plans that are left out because a listed one has the same objectives."
        ),
    ),
]


@dataclass(frozen=True)
class Printing:
    """How a result is printed."""

    top: Annotated[
        int | None,
        typer.Option("--top", metavar="N", min=1, help=marked("How many plans a table shows.")),
    ] = None
    group: Annotated[
        Literal["technologies", "none"] | None,
        typer.Option(
            "--group",
            help=marked(
                "In tables and Markdown: one line for plans that differ in amounts only "
                "(technologies; so where amounts are real numbers), or for every plan (none)."
            ),
        ),
    ] = None
    format: AnyFormat = None
    json: Json = False

    def __post_init__(self) -> None:
        chosen = self.chosen
        if self.top is not None and chosen != "table":
            raise usage(
                tr("--top with --format {format}", format=chosen),
                tr("{format} holds every plan; --top is for tables", format=chosen),
            )

    @property
    def chosen(self) -> str:
        """The format that was asked for."""
        return chosen_format(self.format, self.json)


@dataclass(frozen=True)
class Reports:
    """How it is written what a CI system asks for, and where to."""

    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="table|json|md|junit|github[:FILE]",
            help=marked("How it is written; with :FILE also to a file, several times."),
        ),
    ] = None
    json: Json = False
    overwrite: Overwrite = False

    known: ClassVar[tuple[str, ...]] = ("table", "json", "md", "junit", "github")

    @property
    def formats(self) -> tuple[str, list[tuple[str, Path]]]:
        """The format on stdout, and the others with the files that they are written to."""
        parts = [text.partition(":") for text in self.format or ()]
        for format, colon, file in parts:
            if format not in self.known or (colon and (format == "table" or not file)):
                known = ", ".join(self.known)
                raise usage(
                    f"--format {format}{colon}{file}",
                    tr(
                        "write one of {known}; all but table also with a file: --format md:out.md",
                        known=known,
                    ),
                )
        printed = [format for format, colon, _ in parts if not colon]
        if len(printed) > 1:
            raise usage(
                f"--format {' and '.join(printed)}", tr("one is printed; write others to files")
            )
        files = [(format, Path(file)) for format, colon, file in parts if colon]
        return chosen_format(printed[0] if printed else None, self.json), files

    def guard(self, inputs: Iterable[str | Path]) -> None:
        """Refuse files that would replace what is missed: what is read, or another's."""
        from optimiser import session

        outputs = [session.Output("--format", path) for _, path in self.formats[1]]
        session.guard(outputs, [Path(path) for path in inputs], overwrite=self.overwrite)


def chosen_format(format: str | None, json: bool) -> str:
    """The format that was asked for, in either way."""
    if json and format not in (None, "json"):
        raise usage(tr("--json with --format {format}", format=format), tr("choose one"))
    return "json" if json else format or "table"


def for_answering(request: "Request", path: str, time_limit: float | None) -> "Request":
    """What is asked of a scenario that is solved in the time that a question about it may take; a
    result that is not changed is not solved.
    """
    from optimiser.results.places import is_result

    if is_result(path) and not request.changes:
        return request
    return replace(request, time_limit=time_limit)


def left_of(limit: float | None, /, *, began: float) -> float | None:
    """Seconds that are left of a limit for what follows solving, however late it is a second.

    Args:
        limit: seconds; None where there is none.
        began: the time, as of ``time.monotonic``.
    """
    return None if limit is None else max(_LEAST, limit - (time.monotonic() - began))


def usage(message: str, help: str) -> Exception:
    """The error of options that do not go together."""
    from optimiser.errors import UsageError

    return UsageError(message, help=help)
