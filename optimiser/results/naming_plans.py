"""The plan that a text names: listed, a reference plan, or typed decisions.

In this order: a full id; a rank (plans that share it: all of them); the name of a reference plan;
the beginning of an id; typed decisions, recognised by ``=`` (``iot=1,ai=full@2028``), or ``none``:
nothing adopted.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.errors import OptimiseError, UsageError
from optimiser.front import sealed
from optimiser.frozen import dataclass
from optimiser.language import listed, tr, trn
from optimiser.patterns import pattern
from optimiser.results.table import number
from optimiser.scenario.diagnostics import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optimiser.formulate import Model
    from optimiser.front import Floats
    from optimiser.results.ranked_plans import RankedPlans
    from optimiser.scenario import Scenario

__all__ = [
    "NOTHING",
    "NamedPlan",
    "listed_plan",
    "named_cells",
    "named_plan",
    "named_plans",
    "plan_heading",
    "reference_cells",
    "the_one",
    "typed_plan",
]

NOTHING: Final = "none"
"""What is typed for the plan that adopts nothing."""

_SHOWN = 6
_OF_A_FRONT: Final = pattern("p[0-9a-f]*|[0-9]+")  # an id, its beginning, a rank


@dataclass(frozen=True, eq=False)
class NamedPlan:
    """A plan, listed or not.

    Attributes:
        id: of its decisions, as everywhere.
        row: in the front; None of a plan that is not listed.
        name: of a reference plan, else empty.
        cells: its decision cells, in the order of the front's.
        objectives: (m,) the user's units and directions; NaN where undefined.
        indicators: (q,) the other indicators and the figures, likewise.
    """

    id: str
    row: int | None
    name: str
    cells: tuple[str, ...]
    objectives: Floats
    indicators: Floats


def named_plan(result: RankedPlans, wanted: str, /) -> NamedPlan:
    """The one plan that a text names.

    Raises:
        UsageError: it names none, or several.
    """
    return the_one(named_plans(result, wanted), wanted)


def the_one(found: Sequence[NamedPlan], wanted: str, /) -> NamedPlan:
    """The one plan of those that a text names.

    Raises:
        UsageError: they are several.
    """
    if len(found) > 1:
        raise UsageError(
            tr("several plans have rank {rank}", rank=wanted),
            help=tr("choose one: {plans}", plans=_some([plan.id for plan in found])),
        )
    return found[0]


def named_plans(result: RankedPlans, wanted: str, /) -> tuple[NamedPlan, ...]:
    """The plan that a text names; plans that share a rank are named by it together.

    Raises:
        UsageError: it names none, or is the beginning of several ids.
    """
    front, text = result.front, unicodedata.normalize("NFC", wanted.strip())
    if text in front.ids:
        return (listed_plan(result, front.ids.index(text)),)
    if text.isascii() and text.isdecimal():
        return _ranked(result, int(text))
    for outcome in result.reference_plans:
        if unicodedata.normalize("NFC", outcome.name) == text:
            return (typed_plan(result, dict(outcome.cells), name=outcome.name),)
    begun = [row for row, name in enumerate(front.ids) if text and name.startswith(text)]
    if len(begun) == 1:
        return (listed_plan(result, begun[0]),)
    if begun:
        raise UsageError(
            tr("'{wanted}' is the beginning of {count} plan ids", wanted=wanted, count=len(begun)),
            help=tr("choose one: {plans}", plans=_some([front.ids[row] for row in begun])),
        )
    if "=" in text:
        return (typed_plan(result, _typed(result.front.decision_columns, text)),)
    if text == NOTHING:
        return (typed_plan(result, {}),)
    raise _unknown(result, wanted)


def listed_plan(result: RankedPlans, row: int, /) -> NamedPlan:
    """The plan in this row of the front."""
    front = result.front
    return NamedPlan(front.ids[row], row, "", front.cells[row], front.y[row], front.indicators[row])


def typed_plan(result: RankedPlans, cells: Mapping[str, str], /, *, name: str = "") -> NamedPlan:
    """The plan with these decisions, the listed one where it is one of them; what is left out is
    not adopted, a variable nearest 0.

    Raises:
        UsageError: a cell does not fit its decision.
    """
    front, model = result.front, result.model
    try:
        x = model.encode(cells)[np.newaxis]
    except OptimiseError as error:
        raise UsageError(error.message, help=error.help) from None
    if not np.isfinite(x).all():
        raise UsageError(tr("an amount is not finite"), help=tr("write a number"))
    readings = model.read(x)
    if not name and readings.ids[0] in front.ids:
        return listed_plan(result, front.ids.index(readings.ids[0]))
    return NamedPlan(
        readings.ids[0],
        None,
        name,
        readings.cells[0],
        sealed(readings.objectives[0]),
        sealed(readings.indicators[0]),
    )


def plan_heading(result: RankedPlans, plan: NamedPlan, /) -> str:
    """Which plan it is, and its rank where it has one."""
    if plan.row is not None:
        return tr(
            "plan {plan}: rank {rank} of {number}",
            plan=plan.id,
            rank=result.ranking.rank[plan.row],
            number=len(result.front),
        )
    if plan.name:
        return tr("plan {plan}: the reference plan {name}", plan=plan.id, name=plan.name)
    return tr("plan {plan}: not listed", plan=plan.id)


def _ranked(result: RankedPlans, rank: int) -> tuple[NamedPlan, ...]:
    ranks = result.ranking.rank
    rows = np.flatnonzero(ranks == rank).tolist()
    if rows:
        return tuple(listed_plan(result, row) for row in rows)
    best = int(ranks.max())
    if rank < 1 or rank > best:
        help = (
            tr("ranks go from 1 to {last}", last=best)
            if best > 1
            else trn("there is one plan, of rank 1", "all {number} plans have rank 1", len(ranks))
        )
    else:
        before = int(ranks[ranks < rank].max())
        help = tr("several plans share rank {rank}", rank=before)
    raise UsageError(tr("no plan has rank {rank}", rank=rank), help=help)


def named_cells(model: Model, wanted: str, /) -> dict[str, str] | None:
    """The decisions of a plan that is known without a front: a reference plan, or one that is
    typed; None where the text names none of these.

    Raises:
        UsageError: it is typed, and a part of it is no decision, or it can be no plan of a front.
    """
    text = unicodedata.normalize("NFC", wanted.strip())
    for name, cells in zip(model.scenario.plans, reference_cells(model.scenario), strict=True):
        if unicodedata.normalize("NFC", name) == text:
            return cells
    if "=" in text:
        return _typed(model.decision_columns, text)
    if text == NOTHING:
        return {}
    if _OF_A_FRONT.fullmatch(text):
        return None
    # no front has it: nothing needs to be solved to say so
    names = tuple(model.scenario.plans)
    known = tr("reference plans: {names}", names=_some(names)) if names else ""
    raise UsageError(
        tr("no plan '{wanted}'", wanted=wanted),
        help=did_you_mean(wanted, [*names, NOTHING])
        or known
        or tr("write its decisions, such as {example}", example=f"{model.decision_columns[0]}=1"),
    )


def reference_cells(scenario: Scenario, /) -> list[dict[str, str]]:
    """What each reference plan decides, as a plan is typed; what it leaves out is left out."""
    return [
        plan.adopt
        | {name: number(float(scenario.number(value))) for name, value in plan.set.items()}
        for plan in scenario.plans.values()
    ]


def _typed(columns: Sequence[str], text: str) -> dict[str, str]:
    """The decisions of ``iot=1,ai=full@2028``."""
    names = {unicodedata.normalize("NFC", n): n for n in columns}
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, cell = (piece.strip() for piece in part.partition("="))
        if not (equals and cell):
            raise UsageError(
                tr("'{part}' is no decision", part=part),
                help=tr("write NAME=CELL, for example {example}", example=f"{name or 'iot'}=1"),
            )
        if name not in names:
            raise UsageError(
                tr("unknown decision '{name}'", name=name),
                help=did_you_mean(name, names)
                or tr("the decisions are {names}", names=_some(columns)),
            )
        if names[name] in found:
            raise UsageError(tr("'{name}' is decided twice", name=name), help=tr("write it once"))
        found[names[name]] = cell
    return found


def _unknown(result: RankedPlans, wanted: str) -> UsageError:
    """No plan has this name: the nearest names that there are."""
    front = result.front
    references = [outcome.name for outcome in result.reference_plans]
    near = did_you_mean(wanted, [*references, *front.ids, NOTHING])
    if not near and references:
        near = tr("reference plans: {names}", names=_some(references))
    ways = tr(
        "the plans with the best ranks are {plans}; a rank, a reference plan's name or decisions "
        "such as {example} name one too",
        plans=listed(front.ids[:3]),
        example=f"{front.decision_columns[0]}=1" if front.decision_columns else NOTHING,
    )
    return UsageError(
        tr("no plan '{wanted}' in this result", wanted=wanted),
        help=tr("; ").join(filter(None, (near, ways))),
    )


def _some(names: Sequence[str]) -> str:
    shown = list(names[:_SHOWN])
    if len(names) > _SHOWN:
        shown.append(tr("... ({number} in all)", number=len(names)))
    return listed(shown)
