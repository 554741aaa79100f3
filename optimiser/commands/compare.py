"""The command `compare`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import Json, Require, chosen_format
from optimiser.commands.registry import SOLVING, command

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["compare"]


@dataclass(frozen=True)
class _Gates:
    """What must not be worse."""

    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on", metavar="GATE", help="Exit 5 where NEW is worse: hypervolume:1%."
        ),
    ] = None
    strict: Annotated[
        bool,
        typer.Option("--strict", help="A gate that is not decided by what is proven fails too."),
    ] = False


@command(asks=SOLVING)
def compare(
    terminal: "Terminal",
    request: "Request",
    *,
    base: Annotated[
        str, typer.Argument(metavar="BASE", help="A result, or a scenario, which is solved first.")
    ],
    new: Annotated[list[str], typer.Argument(metavar="NEW...", help="What is compared with it.")],
    gates: _Gates,
    require: Require = None,
    format: Annotated[
        Literal["table", "json", "csv", "md", "junit", "github"] | None,
        typer.Option("--format", help="How the comparison is written."),
    ] = None,
    json: Json = False,
) -> None:
    """Set results side by side; gates decide the exit code."""
    from optimiser import render, session
    from optimiser.analysis import gate_verdicts, records
    from optimiser.exports import comparison_texts

    chosen = chosen_format(format, json)
    asked = gate_verdicts.read_gates(gates.fail_on or ())
    session.refuse_unused(request, [base, *new])
    obtained = [obtain(terminal, path, request, shared=True) for path in (base, *new)]
    results = [one.result for one in obtained]
    found = gate_verdicts.compare_all(results[0], results[1:], asked, strict=gates.strict)
    if chosen != "table":
        plain = [records.of_comparison(base, *pair) for pair in zip(new, found, strict=True)]
        terminal.raw(
            records.text(plain) if chosen == "json" else comparison_texts.text(plain, chosen)
        )
    else:
        for path, other, one in zip(new, results[1:], found, strict=True):
            terminal.show(
                render.comparison(results[0], other, one, labels=(base, path), width=terminal.width)
            )
    lacking = (
        session.shortfalls(zip((base, *new), results, strict=True), require, gap=request.gap)
        if require
        else ()
    )
    errors = [*lacking, *gate_verdicts.failures(found)]
    for error in errors:
        render.report(error, terminal)
    raise typer.Exit(session.exit_code_of([*obtained, *errors]))
