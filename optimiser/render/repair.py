"""What conflicts and what repairs it, as tables and lines to be pasted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.analysis.repair_records import claim_of
from optimiser.language import listed, retold, tr
from optimiser.render.front_table import title
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.printable import excerpt
from optimiser.results.table import number
from optimiser.results.wording import decision_words, readable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.repair import LimitChange, Repair, Repaired
    from optimiser.analysis.rules_in_words import NamedRule

__all__ = ["conflict", "one_repair", "others", "repaired"]


def repaired(
    found: Repaired, place: Callable[[tuple[str | int, ...]], str], /, *, width: int | None = None
) -> Iterator[RenderableType]:
    """What is asked about, and what conflicts.

    Args:
        found: the answer.
        place: where a rule is written.
        width: cells across.
    """
    yield from title(found.scenario)
    if found.feasible:
        yield Text(
            tr("the plan holds: nothing needs to be changed")
            if found.plan
            else tr("a plan fits: nothing needs to be changed")
        )
    elif found.conflict:
        yield from conflict(found, place, width=width)
    for note in found.notes:
        yield Text(tr("note: {note}", note=plain(note)))


def conflict(
    found: Repaired, place: Callable[[tuple[str | int, ...]], str], /, *, width: int | None = None
) -> Iterator[RenderableType]:
    """The rules that cannot hold together, or that the plan breaks."""
    heading = tr("What the plan breaks") if found.plan else tr("What cannot hold together")
    yield Text(heading, style="bold")
    rules = found.conflict
    yield from apart(
        [
            Field(tr("rule"), [plain(retold(rule.name)) for rule in rules], left=True),
            Field(tr("says"), [_said(rule) for rule in rules], words=True),
            Field(tr("where"), [plain(place(rule.path)) for rule in rules], left=True),
        ],
        width,
        keys=1,
    )


def _said(rule: NamedRule) -> list[str]:
    return [] if rule.text == retold(rule.name) else plain(excerpt(rule.text)).split()


def one_repair(
    found: Repaired, one: Repair, place: int, /, *, width: int | None = None
) -> Iterator[RenderableType]:
    """The changes of a repair, what is claimed of it, and a plan that it lets in."""
    yield ""
    heading = tr("Repair {number}, price {cost}", number=place, cost=_price(one.cost))
    yield Text(heading, style="bold")
    yield from apart(
        [
            Field(tr("limit"), [plain(retold(c.name)) for c in one.changes], left=True),
            Field(tr("from"), [_value(c, c.before) for c in one.changes]),
            Field(tr("to"), [_value(c, c.after) for c in one.changes]),
            Field(tr("change"), [_signed(c) for c in one.changes]),
        ],
        width,
        keys=1,
    )
    yield Text(claim_of(one))
    scenario = one.model.scenario
    taken = [
        decision_words(scenario, name, cell)
        for name, cell in zip(one.model.decision_columns, one.plan.cells, strict=True)
        if cell != "0"
    ]
    said = listed(taken) or tr("nothing adopted")
    if not found.plan:
        words = tr("it lets in, for example, {plan}: {decisions}", plan=one.plan.id, decisions=said)
        yield Text(plain(words))


def _price(cost: float) -> str:
    """Six decimals, or digits where these would say nothing."""
    return number(round(cost, 6)) if cost == 0.0 or round(cost, 6) else readable([cost])[0]


def others(found: Repaired, /) -> str:
    """Whether there are repairs beyond those that are listed, as far as that is known."""
    if not found.repairs:
        return tr("no change of the limits that may be changed is known to help")
    if found.complete:
        return tr("no others: what else helps changes all the limits of one of these (proven)")
    if found.more:
        return tr("there are more: --count lists them")
    return tr("whether there are others is not known")


def _value(change: LimitChange, value: float | str | None) -> str:
    if change.by is None:
        return tr("asked for") if value is not None else tr("left out")
    return plain(value) if isinstance(value, str) else number(value) if value is not None else ""


def _signed(change: LimitChange) -> str:
    return "" if change.by is None else f"{'+' if change.by > 0 else ''}{number(change.by)}"
