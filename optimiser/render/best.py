"""The best value under wishes, and the plan that has it, as sentences and tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.language import listed, marked, tr
from optimiser.render.front_table import title
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.claim_words import outwards
from optimiser.results.naming_plans import plan_heading
from optimiser.results.wording import (
    arrow,
    column_words,
    decision_words,
    readable,
    readable_or,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.best import Best
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan

__all__ = ["best", "plan_decisions"]

# by whether the most is asked for, whether there are wishes, and whether it is proven
_FOUND = {
    (True, False, True): marked("most {name}: {value} (proven)"),
    (False, False, True): marked("least {name}: {value} (proven)"),
    (True, True, True): marked("most {name} where {wishes}: {value} (proven)"),
    (False, True, True): marked("least {name} where {wishes}: {value} (proven)"),
    (True, False, False): marked("most {name} that was found: {value} (not proven)"),
    (False, False, False): marked("least {name} that was found: {value} (not proven)"),
    (True, True, False): marked("most {name} that was found where {wishes}: {value} (not proven)"),
    (False, True, False): marked(
        "least {name} that was found where {wishes}: {value} (not proven)"
    ),
}


def best(found: Best, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """The value, where it comes from, and its plan; or how near one gets to each wish."""
    yield from title(found.result)
    if not found.feasible:
        yield from _reach(found, width)
    elif found.plan is not None and found.value is not None:
        yield Text(plain(_sentence(found, found.value)), style="bold")
        yield Text(_ground(found))
        yield ""
        yield Text(plain(plan_heading(found.result, found.plan)), style="bold")
        yield Text(plain(plan_decisions(found.result, found.plan)))
        yield ""
        yield from apart(_values(found, found.plan), width, keys=1)
    if found.notes:
        yield ""
    for note in found.notes:
        yield Text(plain(note))


def plan_decisions(result: Result, plan: NamedPlan, /) -> str:
    """What a plan decides, in one line."""
    names = result.front.decision_columns
    taken = [
        decision_words(result.scenario, name, cell)
        for name, cell in zip(names, plan.cells, strict=True)
        if cell != "0"
    ]
    if not taken:
        return tr("nothing adopted")
    return tr("decided: {decisions}", decisions=listed(taken))


def _ground(found: Best) -> str:
    """Where the answer comes from."""
    if found.source == "list":
        return tr("answered from the list of plans, which proves it")
    if found.proven:
        return tr("solved over all plans, those that are not listed included")
    return tr("searched for among all plans, those that are not listed included")


def _sentence(found: Best, value: float) -> str:
    column = found.column
    texts = readable([value, *([] if found.bound is None else [found.bound])], exact=True)
    amount = f"{texts[0]} {column.unit}".rstrip()
    said = tr(
        _FOUND[column.sense == "maximise", bool(found.where), found.proven],
        name=column_words(column),
        wishes=listed(found.where, last="and"),
        value=amount,
    )
    if not found.proven and found.bound is not None:
        bound = outwards(texts[1], found.bound, up=column.sense == "maximise")
        words = f"{bound} {column.unit}".rstrip()
        return tr("{found}; no plan is better than {bound}", found=said, bound=words)
    return said


def _values(found: Best, plan: NamedPlan) -> list[Field]:
    front = found.result.front
    columns = [*front.columns, *front.indicator_columns]
    values = [*plan.objectives.tolist(), *plan.indicators.tolist()]
    return [
        Field(
            tr("indicator"),
            [f"{plain(column_words(c))} {arrow(c)}".rstrip() for c in columns],
            left=True,
        ),
        Field(tr("value"), [readable_or([value], tr("undefined"))[0] for value in values]),
        Field(tr("unit"), [plain(c.unit) for c in columns], left=True),
    ]


def _reach(found: Best, width: int | None) -> Iterator[RenderableType]:
    wishes = listed(found.where, last="and")
    yield Text(plain(tr("no plan holds {wishes} (proven)", wishes=wishes)), style="bold")
    if not found.reach:
        return
    yield ""
    yield Text(tr("How near one gets to each, where the others hold"), style="bold")
    pairs = [readable([one.value, one.bound, one.by]) for one in found.reach]
    yield from apart(
        [
            Field(tr("wish"), [plain(one.name) for one in found.reach], left=True),
            Field(tr("best reached"), [own[0] for own in pairs]),
            Field(tr("wished"), [own[1] for own in pairs]),
            Field(tr("short by"), [own[2] for own in pairs]),
        ],
        width,
        keys=1,
    )
