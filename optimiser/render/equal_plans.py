"""The plans that a front leaves out because a listed one has the same objectives: what they decide
instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.text import Text

from optimiser.language import tr
from optimiser.render.layout import Field, apart, measured
from optimiser.render.terminal import plain
from optimiser.results.wording import decision_words, headings, readable_or

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.front import Column, Front
    from optimiser.results import Result
    from optimiser.study import Equivalents

__all__ = ["equivalents"]


def equivalents(
    result: Result, found: Sequence[Equivalents], /, *, width: int | None = None
) -> Iterator[RenderableType]:
    """The other plans with the objectives of each listed one: how they differ, also in what is no
    objective.
    """
    some = [one for one in found if one.others is not None]
    if some:
        yield Text(tr("plans with the same objectives"), style="bold")
        yield ""
        yield from apart(_fields(result, some), width, keys=2)
        yield ""
    else:
        yield Text(_none(result, found))
    for one in found:
        if not one.complete:
            plan = result.front.ids[one.row]
            yield Text(
                tr(
                    "{plan}: there can be more than these {number} of them",
                    plan=plan,
                    number=len(one),
                )
                if len(one)
                else tr("{plan}: there can be more than none of them", plan=plan)
            )


def _none(result: Result, found: Sequence[Equivalents], /) -> str:
    if not all(one.complete for one in found):
        return tr("none was found")
    if len(found) > 1:
        return tr("no other plan has the objectives of a plan that is shown")
    plan = result.front.ids[found[0].row]
    return tr("no other plan has the objectives of plan {plan}", plan=plan)


def _fields(result: Result, some: Sequence[Equivalents], /) -> list[Field]:
    """One row a plan that is not listed."""
    front = result.front
    pairs = [
        (one.row, one.others, i)
        for one in some
        if one.others is not None
        for i in range(len(one.others))
    ]
    columns = [
        j
        for j in range(len(front.indicator_columns))
        if any(_differs(front, row, other, i, j) for row, other, i in pairs)
    ]
    return [
        Field(tr("listed"), [front.ids[row] for row, _, _ in pairs], left=True),
        Field(tr("plan"), [other.ids[i] for _, other, i in pairs], left=True),
        *(
            _indicator(
                front.indicator_columns[j], [float(other.indicators[i, j]) for _, other, i in pairs]
            )
            for j in columns
        ),
        Field(
            tr("differs"),
            [_difference(result, row, other, i) for row, other, i in pairs],
            words=True,
        ),
    ]


def _differs(front: Front, row: int, other: Front, i: int, j: int) -> bool:
    return not np.array_equal(front.indicators[row, j], other.indicators[i, j], equal_nan=True)


def _indicator(column: Column, values: list[float]) -> Field:
    return measured(headings([column])[0], readable_or(values, tr("undefined")))


def _difference(result: Result, row: int, other: Front, i: int) -> list[str]:
    """``without iot, with mes (pilot)``, in pieces between which it may wrap."""
    front, scenario = result.front, result.scenario
    changed = [
        (n, a, b)
        for n, a, b in zip(front.decision_columns, front.cells[row], other.cells[i], strict=True)
        if a != b
    ]
    words = [
        tr("without {decision}", decision=decision_words(scenario, name, before))
        for name, before, _ in changed
        if before != "0"
    ]
    words += [
        tr("with {decision}", decision=decision_words(scenario, name, after))
        for name, _, after in changed
        if after != "0"
    ]
    return [
        plain(text) + (tr(",") if position < len(words) - 1 else "")
        for position, text in enumerate(words)
    ]
