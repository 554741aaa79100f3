"""The command `verify`."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import Json, PlainFormat, chosen_format
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked

if TYPE_CHECKING:
    from optimiser.analysis.verification import Verified
    from optimiser.engine.certificate import Checked
    from optimiser.engine.certificate.continuous import CheckedListing
    from optimiser.render import Terminal
    from optimiser.session import Obtained, Request

__all__ = ["verify"]


@dataclass(frozen=True)
class _Checks:
    """What is checked beyond the values, and what must come of it."""

    proof: Annotated[
        bool, typer.Option("--proof", help=marked("Check the certificate of completeness too."))
    ] = False
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="SOLVER",
            help=marked("Solve again by this solver, and compare the points."),
        ),
    ] = None
    require: Annotated[
        Literal["exact"] | None,
        typer.Option(
            "--require", help=marked("Exit 6 where something that is claimed was not checked.")
        ),
    ] = None


@command(asks=SOLVING)
def verify(
    terminal: "Terminal",
    request: "Request",
    *,
    results: Annotated[
        list[str],
        typer.Argument(
            metavar="RESULT...",
            help=marked("Results, or folders of them; a scenario is solved first."),
        ),
    ],
    checks: _Checks,
    format: PlainFormat = None,
    json: Json = False,
) -> None:
    """Compute a result again: values, feasibility, dominance, bounds, ranks; say what cannot be
    checked.
    """
    from optimiser import render, session
    from optimiser.analysis import records, verification
    from optimiser.errors import OptimiseError
    from optimiser.results.places import results_in

    chosen = chosen_format(format, json)
    paths = results_in(results)
    if checks.by is None:
        session.refuse_unused(request, paths)
    written: list[dict[str, Any]] = []
    ends: list[Obtained | OptimiseError] = []
    for path in paths:
        try:
            found, verified, certificate = _verified(terminal, path, request, checks)
            ends.append(found)
            if chosen == "json":
                written.append(
                    records.of_verification(path, found.result, verified, certificate=certificate)
                )
            else:
                terminal.show(
                    render.verification(path, found.result, verified, named=len(paths) > 1)
                )
            if not found.exit_code:
                verification.insist(verified, path, exactly=checks.require == "exact")
        except OptimiseError as error:
            ends.append(error)
    if written:
        terminal.raw(records.text(written if len(paths) > 1 else written[0]))
    for end in ends:
        if isinstance(end, OptimiseError):
            render.report(end, terminal)
    raise typer.Exit(session.exit_code_of(ends))


def _verified(
    terminal: "Terminal", path: str, request: "Request", checks: _Checks
) -> "tuple[Obtained, Verified, Checked | CheckedListing | None]":
    """One result, what became of it, and of its certificate."""
    from optimiser import render, session
    from optimiser.analysis import proving, verification
    from optimiser.results.places import is_result

    certificate = None
    if is_result(path):
        again = (
            replace(request, time_limit=None, workers=None, seed=None)
            if checks.by is not None
            else request
        )
        session.refuse_options(again, path)
        result, verified = verification.verify_saved(path, proof=checks.proof)
        found = session.Obtained(result)
    else:
        found = obtain(terminal, path, request)
        verified = verification.verify(found.result)
    if checks.proof:
        certificate, verified = proving.prove(found.result, path, verified)
    if checks.by is not None:
        from optimiser.analysis import resolving

        with render.progress(terminal) as on_progress:
            asked = session.options_for(found.result.scenario, request)
            options = resolving.options_by(found.result, asked, checks.by)
            verified = resolving.solve_again(
                found.result, verified, options, on_progress=on_progress
            )
    return found, verified, certificate
