"""The Typer app and how a command joins it. What a command needs is imported when it runs."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optimiser.commands.options import At, Outside, Overrides

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["app", "command", "display", "solving"]

app = typer.Typer(
    name="optimise",
    help="Plan which technologies to adopt: every plan that no other beats, ranked, with what is "
    "proven about the list.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _commands() -> None:
    """With a callback an app of one command still asks for its name."""


def display(
    *,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Nothing on stderr but errors.")
    ] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="More on stderr.")] = False,
    color: Annotated[
        Literal["auto", "always", "never"],
        typer.Option("--color", help="auto: on a terminal only."),
    ] = "auto",
) -> "Terminal":
    """The options that every command has."""
    from optimiser.render import Terminal

    return Terminal(colour=color, quiet=quiet, verbose=verbose)


def solving(  # noqa: PLR0913
    *,
    overrides: Overrides = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method", metavar="M", help="auto, exact, evolutionary, or a solver's name."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="The seed of everything random.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Stop after so many seconds.")
    ] = None,
    gap: Annotated[
        float | None,
        typer.Option("--gap", metavar="G", help="A proven gap that is enough: 0.01 is 1 %."),
    ] = None,
    points: Annotated[
        int | None, typer.Option("--points", metavar="N", help="A number of plans that is enough.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", help="Threads that may be used; the plans are the same."
        ),
    ] = None,
    at: At = None,
    allow_outside: Outside = False,
) -> "Request":
    """The options of every command that may solve a scenario."""
    from optimiser.session import Request

    return Request(
        tuple(overrides or ()), allow_outside, method, seed, time_limit, gap, points, at, workers
    )


def command(
    name: str = "", *, solves: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command: it gets a ``terminal``, and a ``request`` where it may solve; the options
    behind them are said once.

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
