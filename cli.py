"""The command line: parse, call the library, print. What a command needs is imported when it runs."""

import shlex
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.study import Obtained, Request, Result

ScenarioArgument = Annotated[str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a library scenario.")]
ResultArgument = Annotated[str, typer.Argument(metavar="RESULT", help="A result folder; a scenario is solved first.")]
Overrides = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value of the scenario.")]
Outside = Annotated[bool, typer.Option("--allow-outside", help="Let 'extends' leave the scenario's folder.")]
Top = Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="How many plans a table shows.")]
ResultFormat = Annotated[
    Literal["table", "json", "csv", "md"] | None, typer.Option("--format", help="How the result is written.")
]
PlainFormat = Annotated[Literal["table", "json"] | None, typer.Option("--format", help="How the result is written.")]
Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
Certificate = Annotated[bool, typer.Option("--certificate", help="Write the proof of completeness down: verify --proof.")]

app = typer.Typer(
    name="optimise",
    help="Plan which technologies to adopt: every plan that no other beats, ranked, with what is proven about the list.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def display(
    *,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Nothing on stderr but errors.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="More on stderr.")] = False,
    color: Annotated[Literal["auto", "always", "never"], typer.Option("--color", help="auto: on a terminal only.")] = "auto",
) -> "Terminal":
    """The options that every command has."""
    from optimiser.render import Terminal

    return Terminal(colour=color, quiet=quiet, verbose=verbose)


def solving(
    *,
    overrides: Overrides = None,
    method: Annotated[
        str | None, typer.Option("--method", metavar="M", help="auto, exact, evolutionary, or a solver's name.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="The seed of everything random.")] = None,
    time_limit: Annotated[float | None, typer.Option("--time-limit", metavar="S", help="Stop after so many seconds.")] = None,
    gap: Annotated[float | None, typer.Option("--gap", metavar="G", help="A proven gap that is enough: 0.01 is 1 %.")] = None,
    points: Annotated[int | None, typer.Option("--points", metavar="N", help="A number of plans that is enough.")] = None,
    allow_outside: Outside = False,
) -> "Request":
    """The options of every command that may solve a scenario."""
    from optimiser.study import Request

    return Request(tuple(overrides or ()), allow_outside, method, seed, time_limit, gap, points)


def command(name: str = "", *, solves: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command: it gets a ``terminal``, and a ``request`` where it may solve; the options behind them are said once.

    Its errors are told in a planner's words, and end with the exit code they stand for.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in _parameters(function) if p.name not in ("terminal", "request")]
        taken = {parameter.name for parameter in own}
        shared = [p for p in (_parameters(solving) if solves else []) if p.name not in taken]

        # What is registered has the options said above in place of ``terminal`` and ``request``.
        @wraps(function)
        def call(**given: Any) -> None:
            terminal = display(**{p.name: given.pop(p.name) for p in _parameters(display)})
            asked = {p.name: given.pop(p.name) for p in shared}
            try:
                extra = {"request": solving(**asked)} if solves else {}
                function(terminal=terminal, **extra, **given)
            except (typer.Exit, typer.Abort, typer.TyperException):
                raise
            except (Exception, KeyboardInterrupt) as error:
                from optimiser.render import report

                raise typer.Exit(report(error, terminal)) from None

        listed = [*own, *shared, *_parameters(display)]
        call.__signature__ = Signature(listed)  # type: ignore[attr-defined]
        call.__annotations__ = {p.name: p.annotation for p in listed}
        app.command(name or function.__name__)(call)
        return call

    return register


def _parameters(function: Callable[..., Any], /) -> list[Parameter]:
    return list(signature(function).parameters.values())


@command(solves=True)
def run(  # noqa: PLR0913
    terminal: "Terminal",
    request: "Request",
    *,
    scenario: ScenarioArgument,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where it is saved: results/NAME.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from where a stopped run was.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Also write the plans to this file.")] = None,
    require: Annotated[
        Literal["complete", "covering"] | None, typer.Option("--require", help="Exit 6 where less than this is proven.")
    ] = None,
    certificate: Certificate = False,
    top: Top = None,
    format: ResultFormat = None,
    json: Json = False,
) -> None:
    """Solve a scenario, rank the plans, print them and save the result."""
    from optimiser import render, study

    chosen = _result_format(format, json, top)
    loaded, findings = study.open_scenario(scenario, request)
    render.warn(findings, terminal)
    options = study.options_for(loaded, request)
    place = output or Path("results", loaded.name)
    checkpoints = study.State(loaded, place).checkpoints(options, resume=resume)
    with render.progress(terminal) as on_progress:
        result = study.solve(loaded, options, on_progress=on_progress, checkpoints=checkpoints)
        result = study.certify(result) if certificate else result
    kept = study.keep(result, place, csv=csv, wanted=require, gap=options.gap)
    _print(terminal, result, chosen, top)
    render.effort(result, terminal)
    for error in kept.errors:
        render.report(error, terminal)
    if kept.saved:
        terminal.say(f"saved: {place}", f"next:  optimise show {shlex.quote(str(place))} {result.front.ids[0]}")
    raise typer.Exit(kept.exit_code)


def check(
    terminal: "Terminal",
    *,
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Files or library names.")],
    show_merged: Annotated[bool, typer.Option("--show-merged", help="Print the merged scenario with origins.")] = False,
    overrides: Overrides = None,
    format: Annotated[
        Literal["table", "json", "github"] | None, typer.Option("--format", help="How findings are written.")
    ] = None,
    json: Json = False,
    allow_outside: Outside = False,
) -> None:
    """Report every error and warning of scenarios, without solving."""
    from optimiser import render, study

    chosen = _chosen(format, json)
    if show_merged and chosen != "table":
        raise _usage("--show-merged prints text", "leave out --format")
    checked = [study.examine(path, study.Request(tuple(overrides or ()), allow_outside)) for path in scenarios]
    findings = [finding for one in checked for finding in one.findings]
    if chosen == "json":
        terminal.raw(render.json_list(findings))
    elif chosen == "github":
        terminal.raw("".join(map(render.github, findings)))
    else:
        for one in checked:
            render.checked(one, terminal, merged=show_merged)
    raise typer.Exit(study.exit_code_of(checked))


command()(check)
command("validate")(check)


@command(solves=True)
def rank(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    method: Annotated[str | None, typer.Option("--method", metavar="M", help="weighted_sum, topsis or topsis_minmax.")] = None,
    weights: Annotated[
        str | None, typer.Option("--weights", metavar="A=0.5,B=0.5", help="By objective; one left out counts 0.")
    ] = None,
    top: Top = None,
    format: ResultFormat = None,
    json: Json = False,
) -> None:
    """Put the plans of a result in another order."""
    from optimiser import study

    chosen = _result_format(format, json, top)
    asked = study.parse_weights(weights) if weights is not None else None
    found = _obtain(terminal, result, request)
    _print(terminal, study.rank_again(found.result, method=method, weights=asked), chosen, top)
    raise typer.Exit(found.exit_code)


@command(solves=True)
def show(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    plan: Annotated[str | None, typer.Argument(metavar="PLAN", help="A plan's id, or the beginning of it.")] = None,
    top: Top = None,
    format: ResultFormat = None,
    json: Json = False,
) -> None:
    """Show the plans of a result, or one of them in detail."""
    from optimiser import render
    from optimiser.analysis import records

    chosen = _result_format(format, json, top)
    if plan is not None and (chosen in ("csv", "md") or top is not None):
        raise _usage("one plan is shown as a table or as json", "leave out --top, and --format csv or md")
    found = _obtain(terminal, result, request)
    if plan is None:
        _print(terminal, found.result, chosen, top)
    elif chosen == "json":
        terminal.raw(records.text(records.of_plan(found.result, found.result.plan(plan))))
    else:
        terminal.show(*render.plan(found.result, found.result.plan(plan), width=terminal.width))
    raise typer.Exit(found.exit_code)


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

    chosen = _chosen(format, json)
    if study.is_result(result):
        study.refuse_options(request, result)
        found, findings = verification.verify_saved(result)
    else:
        found = _obtain(terminal, result, request)
        findings = verification.verify(found.result)
    checked, findings = proving.prove(found.result, result, findings) if proof else (None, findings)
    if chosen == "json":
        terminal.raw(records.text(records.of_verification(found.result, findings, checked=checked)))
    else:
        terminal.show(*render.verification(found.result, findings, checked=checked))
    if not found.exit_code:
        verification.insist(findings, result)
    raise typer.Exit(found.exit_code)


@command(solves=True)
def export(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Its suffix decides: .csv .json .md .opb")],
) -> None:
    """Write a result to a file for other programs."""
    from optimiser import exports

    exports.format_of(output.suffix)
    found = _obtain(terminal, result, request)
    exports.export(found.result, output)
    terminal.say(f"written: {output}")
    raise typer.Exit(found.exit_code)


@command(solves=True)
def compare(
    terminal: "Terminal",
    request: "Request",
    *,
    base: Annotated[str, typer.Argument(metavar="BASE", help="A result, or a scenario, which is solved first.")],
    new: Annotated[list[str], typer.Argument(metavar="NEW...", help="What is compared with it.")],
    fail_on: Annotated[
        list[str] | None, typer.Option("--fail-on", metavar="GATE", help="Exit 5 where NEW is worse: hypervolume:1%.")
    ] = None,
    format: PlainFormat = None,
    json: Json = False,
) -> None:
    """Set results side by side; gates decide the exit code."""
    from optimiser import render, study
    from optimiser.analysis import comparing, gates, records

    chosen = _chosen(format, json)
    asked = gates.read_gates(fail_on or ())
    study.refuse_unused(request, [base, *new])
    obtained = [_obtain(terminal, path, request, shared=True) for path in (base, *new)]
    results = [one.result for one in obtained]
    found = comparing.compare_all(results[0], results[1:], asked)
    if chosen == "json":
        terminal.raw(records.text([records.of_comparison(base, *pair) for pair in zip(new, found, strict=True)]))
    else:
        for path, other, one in zip(new, results[1:], found, strict=True):
            terminal.show(*render.comparison(results[0], other, one, labels=(base, path), width=terminal.width))
    if not study.exit_code_of(obtained):
        gates.enforce(found)
    raise typer.Exit(study.exit_code_of(obtained))


@command()
def init(
    terminal: "Terminal",
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the scenario is written.")],
    template: Annotated[str, typer.Option("--template", metavar="T", help="starter, or a library scenario.")] = "starter",
) -> None:
    """Write a commented scenario to start from."""
    from optimiser.study import start

    file = start(folder, template=template)
    terminal.raw(f"{file}\n")
    terminal.say(f"next:  optimise run {shlex.quote(str(file))}")


@command()
def schema(terminal: "Terminal") -> None:
    """Print the JSON Schema of scenarios, for editors."""
    from optimiser import scenario
    from optimiser.analysis import records

    terminal.raw(records.text(scenario.json_schema()))


@command()
def scenarios(terminal: "Terminal", *, format: PlainFormat = None, json: Json = False) -> None:
    """List the library of scenarios."""
    from optimiser import render, scenario
    from optimiser.analysis import records

    chosen = _chosen(format, json)
    found = [scenario.load(path) for path in scenario.library().values()]
    if chosen == "json":
        terminal.raw(records.text([records.of_scenario(one) for one in found]))
    else:
        terminal.show(*render.scenarios(found, width=terminal.width))


def main() -> None:
    """The entry point."""
    app(prog_name="optimise")


def _obtain(terminal: "Terminal", path: str, request: "Request", *, shared: bool = False) -> "Obtained":
    """The saved result, or the scenario solved now, its warnings on stderr."""
    from optimiser import render, study

    with render.progress(terminal) as on_progress:
        found = study.obtain(path, request, shared=shared, on_progress=on_progress)
    render.warn(found.findings, terminal)
    return found


def _print(terminal: "Terminal", result: "Result", chosen: str, top: int | None) -> None:
    """A result on stdout, in the format that was asked for."""
    from optimiser import exports, render

    if chosen == "table":
        terminal.show(*render.front(result, top=top or render.TOP, width=terminal.width))
    else:
        terminal.raw(exports.text(result, f".{chosen}"))


def _result_format(format: str | None, json: bool, top: int | None) -> str:
    chosen = _chosen(format, json)
    if top is not None and chosen != "table":
        raise _usage(f"--top with --format {chosen}", f"{chosen} holds every plan; --top is for tables")
    return chosen


def _chosen(format: str | None, json: bool) -> str:
    """The format that was asked for, in either way."""
    if json and format not in (None, "json"):
        raise _usage(f"--json with --format {format}", "choose one")
    return "json" if json else format or "table"


def _usage(message: str, help: str) -> Exception:
    from optimiser.errors import UsageError

    return UsageError(message, help=help)


if __name__ == "__main__":
    main()
