"""The command `rank`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from optimiser.commands.obtaining import obtain, print_result
from optimiser.commands.options import Printing, ResultArgument, usage
from optimiser.commands.registry import SOLVING, command
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.render import Terminal
    from optimiser.results import Result
    from optimiser.session import Request

__all__ = ["rank"]


@dataclass(frozen=True)
class _Ranking:
    """How plans are ranked; what is left out stays as in the result."""

    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            metavar="M",
            help=marked(
                "weighted_sum, topsis, topsis_minmax, vikor, promethee2, achievement, knee or "
                "lexicographic."
            ),
        ),
    ] = None
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights", metavar="A=0.5,B=0.5", help=marked("By objective; one left out counts 0.")
        ),
    ] = None
    preference: Annotated[
        str | None,
        typer.Option(
            "--preference",
            metavar="usual|v_shape:P|linear:Q:P",
            help=marked(
                "For promethee2: a difference up to the share Q of the range counts 0, from P on 1."
            ),
        ),
    ] = None


@command(asks=SOLVING)
def rank(
    terminal: "Terminal",
    request: "Request",
    *,
    result: ResultArgument,
    ranking: _Ranking,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=marked("Also test for rank reversals, and whether other methods put it first."),
        ),
    ] = False,
    printing: Printing,
) -> None:
    """Put the plans of a result in another order."""
    from optimiser import session, study

    if check and printing.chosen not in ("table", "json"):
        raise usage(
            tr("--check with --format {format}", format=printing.chosen),
            tr("{format} holds the listed plans; choose table or json", format=printing.chosen),
        )
    weights = None if ranking.weights is None else session.parse_weights(ranking.weights)
    found = obtain(terminal, result, request)
    again = study.rank_again(
        found.result, method=ranking.method, weights=weights, preference=ranking.preference
    )
    if not check:
        print_result(terminal, again, printing)
    else:
        _print_checked(terminal, again, printing)
    raise typer.Exit(found.exit_code)


def _print_checked(terminal: "Terminal", result: "Result", printing: Printing) -> None:
    """The ranking, and what becomes of it when plans leave or another method is taken."""
    from optimiser.analysis import rank_reversals, records
    from optimiser.render.ranking_check import ranking_check

    checked = rank_reversals.check_ranking(result)
    if printing.chosen == "json":
        document = records.of_result(result, ())
        terminal.raw(records.text({**document, "check": rank_reversals.record(checked)}))
        return
    print_result(terminal, result, printing)
    terminal.show([""], ranking_check(checked, width=terminal.width))
