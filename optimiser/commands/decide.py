"""The command `decide`."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimiser.commands.obtaining import obtain, print_what_if, with_what_if
from optimiser.commands.options import AnyFormat, Json, ResultArgument, chosen_format, left_of
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import RenderableType

    from optimiser.analysis.statements import Statement
    from optimiser.render import Terminal
    from optimiser.results import Result
    from optimiser.session import Request
    from optimiser.study import Equivalents

    _Shown = tuple[
        Callable[[], dict[str, Any]],
        Callable[[], Iterator[RenderableType]],
        Callable[[str], str],
    ]

__all__ = ["decide"]


@dataclass(frozen=True)
class _Stated:
    """What is stated, each as often as needed."""

    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="LIMIT",
            help=marked("Plans that hold a limit on objectives or indicators: 'cost <= 9'."),
        ),
    ] = None
    adopting: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="A,B", help=marked("Plans that adopt all of these.")),
    ] = None
    refusing: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="C", help=marked("Plans that adopt none of these.")),
    ] = None
    order: Annotated[
        list[str] | None,
        typer.Option(
            "--order",
            metavar="A,B",
            help=marked("The range of A matters at least as much as that of B, and so on."),
        ),
    ] = None
    weight_range: Annotated[
        list[str] | None,
        typer.Option(
            "--weight-range", metavar="A=0.3..0.6", help=marked("Between what a weight lies.")
        ),
    ] = None
    prefer: Annotated[
        list[str] | None,
        typer.Option(
            "--prefer", metavar="P1:P2", help=marked("Plan P1 is at least as good as P2.")
        ),
    ] = None

    def statements(self) -> "list[Statement]":
        """All of them."""
        from optimiser.analysis.statements import Statement

        return [
            *(Statement("where", text) for text in self.where or ()),
            *(Statement("with", text) for text in self.adopting or ()),
            *(Statement("without", text) for text in self.refusing or ()),
            *(Statement("order", text) for text in self.order or ()),
            *(Statement("weight_range", text) for text in self.weight_range or ()),
            *(Statement("prefer", text) for text in self.prefer or ()),
        ]


@command(asks=SOLVING)
def decide(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    stated: _Stated,
    step: Annotated[
        str | None,
        typer.Option(
            "--step",
            metavar="STATE",
            help=marked("One step towards a plan (E-NAUTILUS): start, or the state printed last."),
        ),
    ] = None,
    intervals: Annotated[
        bool,
        typer.Option(
            "--intervals",
            help=marked("Plans that no other beats wherever uncertain parameters are."),
        ),
    ] = False,
    format: AnyFormat = None,
    json: Json = False,
) -> None:
    """What stated wishes leave over: plans, technologies, the next question worth asking."""
    from optimiser import study

    chosen = chosen_format(format, json)
    began, limit = time.monotonic(), request.time_limit
    found, statements = obtain(terminal, result, request, answering=True), stated.statements()
    # counting what is found takes as long as finding it
    half = (left := left_of(limit, began=began)) and left / 2
    equivalents = None if intervals else study.equivalents_of_all(found.result, seconds=half)
    if intervals:
        shown = _interval_set(found.result, statements, step, terminal.width)
    elif step is None:
        shown = _decision(found.result, statements, equivalents, terminal.width)
    else:
        shown = _one_step(found.result, statements, equivalents, step, terminal.width)
    record, table, text = shown
    if chosen == "json":
        from optimiser.analysis import records

        terminal.raw(records.text(with_what_if(record(), found)))
    elif chosen in ("csv", "md"):
        terminal.raw(text(chosen))
        print_what_if(terminal, found, chosen)
    else:
        terminal.show(table())
        print_what_if(terminal, found, chosen)
    raise typer.Exit(found.exit_code)


def _decision(
    result: "Result",
    statements: "list[Statement]",
    equivalents: "tuple[Equivalents, ...] | None",
    width: int | None,
) -> "_Shown":
    """What is left, as a record, as a table and as a text."""
    from optimiser.analysis.deciding import decide as decided
    from optimiser.analysis.decision_records import of_decision
    from optimiser.exports import decision_texts
    from optimiser.render.decision import decision as view

    found = decided(result, statements, equivalents=equivalents)
    return (
        lambda: of_decision(found),
        lambda: view(found, width=width),
        lambda format: decision_texts.text(found, format),
    )


def _interval_set(
    result: "Result", statements: "list[Statement]", step: str | None, width: int | None
) -> "_Shown":
    """The plans that are left when scores are intervals, in the same way."""
    from optimiser.analysis.decision_records import of_interval_set
    from optimiser.analysis.interval_scores import interval_set
    from optimiser.analysis.statements import RESTRICTING
    from optimiser.errors import UsageError
    from optimiser.exports import decision_texts
    from optimiser.render.interval_scores import interval_set as view

    others = [one.option for one in statements if one.kind in RESTRICTING or one.kind == "prefer"]
    if step is not None or others:
        raise UsageError(
            tr("--intervals with {options}", options="--step" if step else others[0]),
            help=tr("--intervals goes with --order and --weight-range"),
        )
    found = interval_set(result, statements)
    return (
        lambda: of_interval_set(found),
        lambda: view(found, width=width),
        lambda format: decision_texts.interval_text(found, format),
    )


def _one_step(
    result: "Result",
    statements: "list[Statement]",
    equivalents: "tuple[Equivalents, ...] | None",
    state: str,
    width: int | None,
) -> "_Shown":
    """One step, in the same way."""
    from optimiser.analysis.deciding import stated
    from optimiser.analysis.decision_records import of_step
    from optimiser.analysis.enautilus import step
    from optimiser.errors import UsageError
    from optimiser.exports import decision_texts
    from optimiser.render.decision import step as view

    left = stated(result, statements, equivalents=equivalents)
    if not left.left:
        raise UsageError(
            tr("no plan is left to step towards"),
            help=tr("leave out one of the statements; decide without --step says which"),
        )
    found = step(left, state)
    return (
        lambda: of_step(left, found),
        lambda: view(left, found, width=width),
        lambda format: decision_texts.step_text(left, found, format),
    )
