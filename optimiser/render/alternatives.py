"""Plans nearly as good as one, as a table: what each changes, and what it adopts otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.language import listed, tr, trn
from optimiser.render.best import plan_decisions
from optimiser.render.front_table import title
from optimiser.render.layout import Field, apart, measured
from optimiser.render.terminal import plain
from optimiser.results.naming_plans import plan_heading
from optimiser.results.wording import headings, readable, signed

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.alternatives import Alternative, Alternatives

__all__ = ["alternatives"]


def alternatives(found: Alternatives, /, *, width: int | None = None) -> Iterator[RenderableType]:
    """The given plan, what is allowed, and the alternatives, the most different first."""
    result = found.result
    yield from title(result)
    yield Text(plain(plan_heading(result, found.plan)), style="bold")
    yield Text(plain(plan_decisions(result, found.plan)))
    yield Text(plain(_allowed(found)))
    yield ""
    if found.plans:
        yield from apart(_fields(found), width, keys=1)
        yield ""
    yield Text(_ending(found), style="bold")
    for note in found.notes:
        yield Text(plain(note))


def _allowed(found: Alternatives) -> str:
    amounts = [
        f"{column.name} {readable([found.within[column.name]])[0]} {column.unit}".rstrip()
        for column in found.result.front.columns
    ]
    return trn(
        "worse by at most {amounts}; any two differ in a technology at least",
        "worse by at most {amounts}; any two differ in {number} technologies at least",
        found.differ,
        amounts=listed(amounts),
    )


def _fields(found: Alternatives) -> list[Field]:
    front, plans = found.result.front, found.plans
    fields = [Field(tr("plan"), [one.plan.id for one in plans], left=True)]
    for k, heading in enumerate(headings(front.columns)):
        fields.append(measured(heading, signed([one.change[k] for one in plans])))
    fields.append(Field(tr("differs in"), [str(len(one.differs)) for one in plans]))
    words = [plain(_changes(found, one)).split() for one in plans]
    return [*fields, Field(tr("against the plan"), words, words=True)]


def _changes(found: Alternatives, one: Alternative) -> str:
    names = found.result.front.decision_columns
    cells = dict(zip(names, one.plan.cells, strict=True))
    added = [name for name in one.differs if cells[name] != "0"]
    dropped = [name for name in one.differs if cells[name] == "0"]
    parts = [tr("adds {names}", names=listed(added))] if added else []
    parts += [tr("drops {names}", names=listed(dropped))] if dropped else []
    return tr("; ").join(parts)


def _ending(found: Alternatives) -> str:
    if found.exhausted and found.proven:
        return (
            tr("there is no other that differs as much from all of these (proven)")
            if found.plans
            else tr("there is none (proven)")
        )
    if found.exhausted:
        return tr("no other is known that differs as much from all of these")
    if found.proven:
        return tr("there are more: --count lists them")
    return tr("there may be more")
