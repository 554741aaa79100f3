"""The plans that a front leaves out because a listed one has the same objectives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optimiser.engine import Budget, equivalent_plans
from optimiser.errors import UsageError
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.engine import Progress
    from optimiser.front import Front
    from optimiser.results.result import Result

__all__ = ["MOST_EQUIVALENTS", "Equivalents", "equivalents"]

MOST_EQUIVALENTS = 100
"""At most so many plans are listed beside each one."""

_SECONDS = 60.0


@dataclass(frozen=True, eq=False)
class Equivalents:
    """The other plans with the objectives of a listed one.

    Attributes:
        row: of the listed plan in its front.
        others: those plans, the preferred ones first; None where there are none.
        complete: whether they are all.
    """

    row: int
    others: Front | None
    complete: bool

    def __len__(self) -> int:
        return 0 if self.others is None else len(self.others)


def equivalents(
    result: Result,
    rows: Sequence[int],
    /,
    *,
    seconds: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[Equivalents, ...]:
    """For each of these rows of a front the other plans with exactly the same objectives.

    Args:
        result: as solved or loaded.
        rows: positions in its front.
        seconds: the longest that the search may take; None is a minute.
        on_progress: called now and then with how far it is.

    Raises:
        UsageError: they cannot be listed: decisions are real numbers, or the model is neither small
            nor linear.
    """
    front, model, problem = result.front, result.model, result.problem
    x = result.decisions(rows)
    budget = Budget(_SECONDS if seconds is None else seconds, on_progress=on_progress)
    # one more than is shown: the listed plan is among them
    found = equivalent_plans(problem, x, budget, limit=MOST_EQUIVALENTS + 1)
    if found is None:
        raise UsageError(
            tr("plans with equal objectives cannot be listed for this model"),
            help=_why(problem.discrete),
        )
    listed = []
    for row, own, equal in zip(rows, x, found, strict=True):
        plans = equal.plans[(equal.plans != own).any(axis=1)][:MOST_EQUIVALENTS]
        readings = model.read(plans) if len(plans) else None
        others = None
        if readings is not None:
            others = replace(
                front,
                y=readings.objectives,
                x=plans,
                indicators=readings.indicators,
                cells=readings.cells,
                ids=readings.ids,
                proof=replace(front.proof, cells=(), open_ends=()),
                stands=(),
            )
        listed.append(Equivalents(row, others, equal.complete))
    return tuple(listed)


def _why(discrete: bool) -> str:
    if not discrete:
        return tr("some decisions are real numbers, so that equal plans can be infinitely many")
    return tr("it is neither linear nor small enough to try every plan")
