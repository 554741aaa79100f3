"""The command `rank`."""

from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import obtain, print_result
from optimiser.commands.options import Printing, ResultArgument
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.session import Request

__all__ = ["rank"]


@command(asks=SOLVING)
def rank(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    method: Annotated[
        str | None,
        typer.Option(
            "--method", metavar="M", help=marked("weighted_sum, topsis or topsis_minmax.")
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights", metavar="A=0.5,B=0.5", help=marked("By objective; one left out counts 0.")
        ),
    ] = None,
    printing: Printing,
) -> None:
    """Put the plans of a result in another order."""
    from optimiser import session, study

    asked = session.parse_weights(weights) if weights is not None else None
    found = obtain(terminal, result, request)
    print_result(terminal, study.rank_again(found.result, method=method, weights=asked), printing)
    raise typer.Exit(found.exit_code)
