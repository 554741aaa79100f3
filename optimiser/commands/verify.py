"""The command `verify`."""

from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import chosen_format, obtain
from optimiser.commands.options import Json, PlainFormat, ResultArgument
from optimiser.commands.registry import command

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.study import Request

__all__ = ["verify"]


@command(solves=True)
def verify(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    proof: Annotated[bool, typer.Option("--proof", help="Check the certificate of completeness too.")] = False,
    format: PlainFormat = None,
    json: Json = False,
) -> None:
    """Evaluate every plan of a result again: feasible, values right, none dominated."""
    from optimiser import render, study
    from optimiser.analysis import proving, records, verification

    chosen = chosen_format(format, json)
    if study.is_result(result):
        study.refuse_options(request, result)
        found, findings = verification.verify_saved(result)
    else:
        found = obtain(terminal, result, request)
        findings = verification.verify(found.result)
    checked, findings = proving.prove(found.result, result, findings) if proof else (None, findings)
    if chosen == "json":
        terminal.raw(records.text(records.of_verification(found.result, findings, checked=checked)))
    else:
        terminal.show(*render.verification(found.result, findings, checked=checked))
    if not found.exit_code:
        verification.insist(findings, result)
    raise typer.Exit(found.exit_code)
