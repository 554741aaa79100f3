"""The Typer app and how a command joins it. What a command needs is imported when it runs."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from functools import wraps
from importlib import import_module
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_type_hints

import typer

from optimiser import interrupts, language, paths
from optimiser.commands.help import Command, Commands
from optimiser.errors import OptimiseError, ProofError, UsageError
from optimiser.frozen import dataclass
from optimiser.language import listed as in_words
from optimiser.language import marked, tr
from optimiser.session.request import Request

if TYPE_CHECKING:
    from optimiser.render import Terminal

__all__ = ["COMPLETING", "OPENING", "ROBUST", "SOLVING", "app", "command"]

OPENING: Final = ("overrides", "set_new", "at", "allow_outside")
"""What may be asked of a command that reads scenarios."""
ROBUST: Final = ("robust", "samples")
"""What may be asked of one whose plans may be good over uncertain parameters."""
SOLVING: Final = tuple(field.name for field in fields(Request) if field.name not in ROBUST)
"""What may be asked of one that may solve them too."""

app = typer.Typer(
    name="optimise",
    cls=Commands,
    help=marked(
        "Plan which technologies to adopt: every plan that no other beats, ranked, with what is "
        "proven about the list."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from optimiser.engine import compiled
        from optimiser.results.versions import installed_version

        typer.echo(f"optimise {installed_version()}")
        if not compiled():
            typer.echo(
                tr("built without a C++ compiler: no method 'labels', and 'exact' by HiGHS alone")
            )
        raise typer.Exit


def _install_completion(wanted: bool) -> None:
    if wanted:
        from typer._completion_shared import install

        shell = _shell()
        try:
            _, path = install(shell=shell, prog_name="optimise")
        except OSError as problem:
            raise _refused(
                tr(
                    "the completion of {shell} cannot be installed: {reason}",
                    shell=shell,
                    reason=problem,
                ),
                tr(
                    "print it with --show-completion, and put it where {shell} reads it",
                    shell=shell,
                ),
            ) from None
        typer.echo(tr("written: {path}", path=path))
        typer.echo(tr("it works in the next {shell}", shell=shell))
        raise typer.Exit


def _show_completion(wanted: bool) -> None:
    if wanted:
        from typer._completion_shared import get_completion_script

        script = get_completion_script(
            prog_name="optimise", complete_var=COMPLETING, shell=_shell()
        )
        typer.echo(script)
        raise typer.Exit


def _shell() -> str:
    """The shell that the program was called from."""
    import shellingham

    try:
        name: str = shellingham.detect_shell()[0]
    except (shellingham.ShellDetectionFailure, OSError):
        name = ""
    if name not in _SHELLS:
        raise _refused(
            tr("which shell this is cannot be told"),
            tr("call it from {shells}", shells=in_words(_SHELLS, last="or")),
        )
    return name


def _refused(message: str, help: str) -> typer.Exit:
    from optimiser.render import Terminal

    return typer.Exit(_reported(UsageError(message, help=help), Terminal()))


COMPLETING: Final = "_OPTIMISE_COMPLETE"
"""What is in the environment while a shell asks."""
_SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
_Language = Literal["en", "zh"]
# the command line is looked through for it before it is read
_LANG = typer.Option(
    "--lang", help=marked("The language; on a terminal that of the locale, else English.")
)


@app.callback()
def _commands(
    _version: Annotated[
        bool,
        typer.Option("--version", help=marked("Say which version this is."), callback=_say_version),
    ] = False,
    _install: Annotated[
        bool,
        typer.Option(
            "--install-completion",
            help=marked("Have this shell complete commands, scenarios, results and plans."),
            callback=_install_completion,
        ),
    ] = False,
    _show: Annotated[
        bool,
        typer.Option(
            "--show-completion",
            help=marked("Print what --install-completion installs."),
            callback=_show_completion,
        ),
    ] = False,
    _lang: Annotated[_Language | None, _LANG] = None,
) -> None:
    """With a callback an app of one command still asks for its name."""


@dataclass(frozen=True)
class _Display:
    """The options that every command has."""

    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help=marked("Nothing on stderr but errors."))
    ] = False
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help=marked("More on stderr."))] = (
        False
    )
    color: Annotated[
        Literal["auto", "always", "never"],
        typer.Option("--color", help=marked("auto: on a terminal only.")),
    ] = "auto"
    lang: Annotated[_Language | None, _LANG] = None


def command(
    name: str = "", *, asks: tuple[str, ...] = (), hidden: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command: a parameter that is a group of options (a dataclass) is typed as these;
    ``terminal`` and ``request`` stand for options that are said once.

    Its errors are told in a planner's words, and end with the exit code they stand for.

    Args:
        name: as it is typed; the function's own where it is left out.
        asks: the fields of a ``request`` that may be typed, but for those that the command gives
            another meaning.
        hidden: whether it is another name, which is not listed.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        own = signature(function).parameters
        groups: dict[str, type] = {
            p.name: p.annotation
            for p in own.values()
            if isinstance(p.annotation, type) and is_dataclass(p.annotation)
        }
        typed = [
            option
            for p in own.values()
            if p.name not in ("terminal", "request")
            for option in (_grouped(groups[p.name]) if p.name in groups else [p])
        ]
        taken = {parameter.name for parameter in typed}
        asked = [p for p in _requested() if p.name in asks and p.name not in taken]

        @wraps(function)
        def call(**given: Any) -> None:
            from optimiser.render import Terminal

            display = _taken(given, _Display)
            if display.quiet:
                interrupts.hush()
            terminal = Terminal(colour=display.color, quiet=display.quiet, verbose=display.verbose)
            with language.speaking(_at_hand(display.lang)):
                try:
                    if display.lang:
                        _insist_on(display.lang)
                    paths.working_folder()
                    if asks:
                        given["request"] = _request({p.name: given.pop(p.name) for p in asked})
                    given.update({name: _taken(given, group) for name, group in groups.items()})
                    interrupts.started()
                    function(terminal=terminal, **given)
                except (typer.Exit, typer.Abort, typer.TyperException):
                    raise
                except (Exception, KeyboardInterrupt, interrupts.Elapsed) as error:
                    raise typer.Exit(_reported(error, terminal)) from None

        listed = _offering([*typed, *asked, *_grouped(_Display)])
        call.__dict__["__signature__"] = Signature(listed)
        call.__annotations__ = {p.name: p.annotation for p in listed}
        app.command(name or function.__name__, cls=Command, hidden=hidden)(call)
        return call

    return register


def _offering(parameters: list[Parameter]) -> list[Parameter]:
    """The parameters, which offer what the words that stand for them mean, where a shell asks:
    typer looks at what is offered, and that takes long.
    """
    if COMPLETING in os.environ:
        from optimiser.commands.completing import completed

        for parameter in parameters:
            for said in getattr(parameter.annotation, "__metadata__", ()):
                completed(said)
    return parameters


def _at_hand(wanted: str | None) -> str:
    """The language that was asked for, or that is spoken, where its texts are not there."""
    return wanted if wanted and language.installed(wanted) else language.spoken()


def _insist_on(wanted: str) -> None:
    """Refuse a language that cannot be spoken.

    Raises:
        UsageError: its texts are not there.
    """
    if not language.installed(wanted):
        raise UsageError(
            tr("the texts of --lang {language} were not compiled", language=wanted),
            help=tr("install the package again, or in a checkout run: make"),
        )


def _reported(error: BaseException, terminal: "Terminal") -> int:
    """The exit code of an error that was told."""
    from optimiser.render import report

    if isinstance(error, interrupts.Elapsed):  # between two steps of what was to hear it
        message = tr("the time limit came before the scenario was prepared")
        error = ProofError(message, help=tr("raise `time_limit`"))
    # a library that is interrupted while it loads raises what it likes
    foreseen = isinstance(error, OptimiseError) or not interrupts.noted()
    return report(error if foreseen else KeyboardInterrupt(), terminal)


def _grouped(group: type) -> Iterator[Parameter]:
    """The options of a group, whose fields are annotated with them."""
    for field in fields(group):
        yield _option(field, field.type)


def _requested() -> Iterator[Parameter]:
    """What may be asked, as options."""
    hints = get_type_hints(Request)
    for field in fields(Request):
        kind = list[str] | None if field.default == () else hints[field.name]
        said = field.metadata
        typed = typer.Option(said["option"], metavar=said["metavar"], help=said["help"])
        yield _option(field, Annotated[kind, typed])


def _option(field: Field[Any], kind: Any) -> Parameter:
    default = None if field.default == () else field.default
    return Parameter(field.name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _request(given: Mapping[str, Any]) -> Request:
    # a library of many calls: from the depth at which our modules import one another many would
    # cross the end of a piece of Python's stack, which is mapped anew each time
    import_module("numpy")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in given.items()
        if value is not None
    }
    return Request(**values)


def _taken(given: dict[str, Any], group: type) -> Any:
    """A group out of the options that were typed."""
    return group(**{field.name: given.pop(field.name) for field in fields(group)})
