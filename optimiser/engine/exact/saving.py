"""The state of a search, put together to be saved and taken apart again; what is proven counts for
the very same problem only.
"""

from __future__ import annotations

import copy
import hashlib
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.contract import Saved
from optimiser.engine.holding import holding
from optimiser.errors import UsageError
from optimiser.language import stored, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget
    from optimiser.engine.problem import Domain, Problem, Row
    from optimiser.front import Floats

__all__ = ["ENGINE", "Before", "before", "digest_of", "named", "under", "unfit"]

_SPREAD = "spread."
# what the compiled engine's own arrays are saved under
ENGINE = "engine."


class Before:
    """What an earlier run left.

    Args:
        problem: what is solved now.
        known: what was saved; None where this is the first run.

    Attributes:
        digest: of the problem.
        proven: the saved state, where it is of this very problem; else None.
        plans: (k, n) decisions that were listed and do hold.
        gap: what was proven of them; None where nothing was.
        words: what a reader should know; empty where there is nothing to say.
    """

    def __init__(self, problem: Problem, known: Saved | None, /) -> None:
        self._problem = problem
        self.proven = known if known is not None and known.digest == self.digest else None
        self.plans: Floats = np.empty((0, len(problem.decisions)))
        if known is not None and known.plans.shape[1:] == self.plans.shape[1:]:
            self.plans = known.plans[holding(problem, known.plans).exactly]
        self.gap = None if self.proven is None else self.proven.gap
        self.words = (
            ""
            if known is None or self.proven is not None
            else stored("of the saved state only the plans could be used")
        )

    @cached_property
    def digest(self) -> str:
        """Of the problem: made where something is saved or was."""
        return digest_of(self._problem)

    @property
    def engine(self) -> bool:
        """Whether the state is one of the compiled engine."""
        return self.proven is not None and bool(under(ENGINE, self.proven.arrays))

    def also(self, plans: Floats, gap: float | None, /) -> Before:
        """The same with more plans (k, n) that hold, and what is proven of all."""
        found = copy.copy(self)
        found.plans = np.vstack([self.plans, plans])
        found.gap = min((g for g in (self.gap, gap) if g is not None), default=None)
        return found

    def spread(self) -> Saved | None:
        """The part of the spread search."""
        if self.proven is None:
            return None
        numbers, arrays = under(_SPREAD, self.proven.numbers), under(_SPREAD, self.proven.arrays)
        return (
            Saved(self.digest, self.plans, self.proven.gap, numbers, arrays)
            if numbers or arrays
            else None
        )

    def saved(
        self,
        plans: Floats,
        gap: float | None,
        spread: Saved | None,
        numbers: Mapping[str, tuple[int, ...]],
        arrays: Mapping[str, NDArray[Any]],
        /,
    ) -> Saved:
        """The state now, earlier plans included.

        Args:
            plans: (k, n) decisions listed.
            gap: proven of them.
            spread: the part of the spread search; its gap is one of its plans, which are among
            ``plans``. numbers, arrays: of the engine.
        """
        known = [
            g for g in (gap, self.gap, None if spread is None else spread.gap) if g is not None
        ]
        own = (
            ({}, {})
            if spread is None
            else (named(_SPREAD, spread.numbers), named(_SPREAD, spread.arrays))
        )
        # by its bytes: to sort thousands of long rows takes seconds
        every = np.vstack([plans, self.plans]) + 0.0
        first = {row.tobytes(): place for place, row in reversed(list(enumerate(every)))}
        every = every[sorted(first.values())]
        return Saved(
            self.digest,
            every,
            min(known, default=None),
            {**numbers, **own[0]},
            {**arrays, **own[1]},
        )


def before(problem: Problem, budget: Budget, /) -> Before:
    """What an earlier run left for this one."""
    return Before(problem, None if budget.checkpoints is None else budget.checkpoints.known)


def named(prefix: str, content: Mapping[str, Any], /) -> dict[str, Any]:
    """The same under longer names."""
    return {prefix + name: value for name, value in content.items()}


def under(prefix: str, content: Mapping[str, Any], /) -> dict[str, Any]:
    """What has such names, under the rest of them."""
    return {
        name.removeprefix(prefix): value
        for name, value in content.items()
        if name.startswith(prefix)
    }


def unfit() -> UsageError:
    """The error of a state that says it is of this problem, and cannot be."""
    return UsageError(
        tr("the saved state of the run does not fit the problem that it names"),
        help=tr("start again without it"),
    )


def digest_of(problem: Problem, /) -> str:
    """SHA-256 of the exact rows and columns of a problem, its preferences included; empty without
    rows.
    """
    linear = problem.linear
    if not linear:
        return ""
    content = {
        "columns": [_column(domain) for domain in (*problem.decisions, *linear.columns)],
        "objectives": [_row(row) for row in linear.objectives],
        "rows": [_row(row) for row in linear.rows],
        "linked": list(linear.linked),
        "order": [[list(term) for term in row] for row in problem.order],
    }
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _column(domain: Domain) -> list[str]:
    ends = [str(domain.lower), str(domain.upper)]
    return [domain.name, domain.kind, *ends, *(str(value) for value in domain.values)]


def _row(row: Row) -> list[object]:
    return [
        row.name,
        [list(term) for term in row.terms],
        row.lower,
        row.upper,
        row.constant,
        str(row.scale),
    ]
