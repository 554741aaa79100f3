"""A cheapest point of rows as HiGHS finds it: it says nothing until it is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from optimiser.engine import highs

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Linear
    from optimiser.front import Floats

__all__ = ["proposed_minimum"]

_NODES: Final = 10**9  # of HiGHS: the budget ends it


def proposed_minimum(linear: Linear, prices: Floats, budget: Budget, /) -> Floats:
    """The point that costs least, in floating point.

    Args:
        linear: n columns and their rows.
        prices: (n,) of which the largest is about 1, for tolerances are absolute.
        budget: of the search.

    Returns:
        (n,) values of the columns; empty where none was found.
    """
    program = highs.program_of(linear)
    answer = highs.attempt(program, prices, budget, nodes=_NODES, share=0.0)
    if not len(answer.x) and answer.status != "infeasible":
        answer = highs.minimise(program, prices, budget)
    return answer.x
