"""The command `verify`."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimiser.commands.obtaining import obtain
from optimiser.commands.options import Reports, usage
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.analysis.verification import Verified
    from optimiser.engine.certificate import Checked
    from optimiser.engine.certificate.continuous import CheckedListing
    from optimiser.errors import UsageError
    from optimiser.render import Terminal
    from optimiser.results import Result
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
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario",
            metavar="SCENARIO",
            help=marked("Of exported plans (.csv, .xlsx): their scenario, or their result."),
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
            help=marked(
                "Results, or folders of them, or exported plans; a scenario is solved first."
            ),
        ),
    ],
    checks: _Checks,
    writing: Reports,
) -> None:
    """Compute a result again: values, feasibility, dominance, bounds, ranks; say what cannot be
    checked.
    """
    from optimiser import render, session
    from optimiser.analysis import records, verification
    from optimiser.errors import OptimiseError
    from optimiser.session.scenario_folders import results_or_scenarios_in

    paths = results_or_scenarios_in(results)
    if checks.by is None:
        session.refuse_unused(request, paths)
    writing.guard(
        file for path in paths if writing.formats[1] for file in session.inputs_at(path, request)
    )
    written: list[dict[str, Any]] = []
    ends: list[Obtained | OptimiseError] = []
    for path in paths:
        try:
            found, plans, verified, certificate = _verified(terminal, path, request, checks)
            file = "" if found is None else found.result.scenario.file
            ends += [] if found is None else [found]
            own = records.of_verification(path, plans, verified, certificate=certificate, file=file)
            written.append(own)
            if writing.formats[0] == "table":
                terminal.show(render.verification(path, plans, verified, named=len(paths) > 1))
            if found is None or not found.exit_code:
                exactly = checks.require == "exact"
                verification.insist(verified, path, exactly=exactly, exported=found is None)
        except OptimiseError as error:
            ends.append(error)
            if not any(one["result"] == path for one in written):
                written.append(records.of_unverified(path, error))
    ends += _write(terminal, written, writing)
    for end in ends:
        if isinstance(end, OptimiseError):
            render.report(end, terminal)
    raise typer.Exit(session.exit_code_of(ends))


def _write(
    terminal: "Terminal", written: "list[dict[str, Any]]", writing: Reports
) -> "list[UsageError]":
    """Verifications on stdout, where they are not there yet, and in files."""
    from optimiser import session

    chosen, files = writing.formats
    if chosen != "table":
        terminal.raw(_text(chosen, written))
    return session.write_all(files, lambda format: _text(format, written))


def _text(format: str, written: "list[dict[str, Any]]") -> str:
    """Verifications in a format for other programs; a single one as JSON stands alone."""
    from optimiser.analysis import records
    from optimiser.exports import verification_texts

    if format == "json":
        return records.text(written if len(written) > 1 else written[0])
    return verification_texts.text(written, format)


def _verified(
    terminal: "Terminal", path: str, request: "Request", checks: _Checks
) -> "tuple[Obtained | None, int, Verified, Checked | CheckedListing | None]":
    """A result, or none where plans were exported; how many plans; what became of them, and of the
    certificate.
    """
    from optimiser.exports.reading import is_table, refuse_unread

    refuse_unread(path)
    if is_table(path):
        return None, *_exported(terminal, path, request, checks), None
    found, verified, certificate = _of_result(terminal, path, request, checks)
    return found, len(found.result.front), verified, certificate


def _of_result(
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
    if checks.scenario is not None:
        verified = _same_scenario(found.result, verified, path, checks.scenario, request)
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


def _exported(
    terminal: "Terminal", path: str, request: "Request", checks: _Checks
) -> "tuple[int, Verified]":
    """How many plans a table has, and what became of them."""
    from optimiser import render, session
    from optimiser.analysis import exported_plans, verification
    from optimiser.exports.other_sheets import verify_sheets
    from optimiser.exports.reading import read_plans
    from optimiser.results.places import is_result

    if checks.scenario is None:
        raise usage(
            tr("{path} holds plans, and not the scenario that they are of", path=path),
            tr("name it, or their result: --scenario SCENARIO"),
        )
    if checks.proof or checks.by is not None:
        raise usage(
            tr("--proof and --by with the exported plans {path}", path=path),
            tr("verify their result"),
        )
    table = read_plans(path)
    if is_result(checks.scenario):
        session.refuse_options(request, checks.scenario)
        result, verified = verification.verify_saved(checks.scenario)
        found = exported_plans.verify_against(table, result, verified)
        return len(table.rows), verify_sheets(table, result, found, whole=True)
    session.refuse_options(_solving(request), path)
    scenario, findings = session.open_scenario(checks.scenario, request, or_result=True)
    render.warn(findings, terminal)
    found, listed = exported_plans.recomputed(table, scenario)
    if listed is not None:
        found = verify_sheets(table, listed, found, whole=False)
    return len(table.rows), found


def _solving(request: "Request") -> "Request":
    """What a request says of a run, and not of how the scenario is read."""
    return replace(request, overrides=(), set_new=False, at=None, allow_outside=False)


def _same_scenario(
    result: "Result", verified: "Verified", path: str, name: str, request: "Request"
) -> "Verified":
    """Whether a result is one of the scenario that is named."""
    from optimiser import session
    from optimiser.analysis.verification import Finding
    from optimiser.results import Result
    from optimiser.results.places import is_result

    if is_result(name):
        scenario = Result.load(name).scenario
    else:
        scenario, _ = session.open_scenario(name, request, or_result=True)
    if scenario.scenario_hash == result.scenario.scenario_hash:
        return verified
    message = tr("{path} is of another scenario: its hash differs", path=path)
    return verified.also(Finding("", message))
