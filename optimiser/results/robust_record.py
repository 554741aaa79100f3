"""What ``result.json`` holds of a result whose plans are robust: in which sense, and their nominal
objectives.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from optimiser.errors import UsageError
from optimiser.front import finite
from optimiser.language import listed, tr
from optimiser.scenario.format.robust import Robust, parse_robust

if TYPE_CHECKING:
    from optimiser.results.document_schema import Document, RobustRecord
    from optimiser.results.ranked_plans import RankedPlans

__all__ = ["robust_faults", "robust_of", "robust_record"]

_RESTING = ("cvar", "regret")


def robust_record(result: RankedPlans, /) -> dict[str, Any]:
    """The record of a robust result, ready for JSON."""
    robust = result.scenario.robust
    assert robust is not None
    names = [column.name for column in result.front.columns]
    values = result.model.nominal(result.decisions(), result.points())
    return {
        **robust.plain(),
        "nominal": {
            name: dict(zip(names, map(finite, row), strict=True))
            for name, row in zip(result.front.ids, values.tolist(), strict=True)
        },
    }


def robust_of(record: RobustRecord | None, /) -> Robust | None:
    """The sense that a record holds."""
    if record is None:
        return None
    kind, arg = parse_robust(record.typed)
    sample, ideals = (tuple(map(tuple, rows)) for rows in (record.sample, record.ideals))
    names = tuple(record.parameters)
    return Robust(kind, arg, record.seed, names, sample, ideals, record.ideals_proven)


def robust_faults(document: Document, /) -> Iterator[str]:
    """Where a record does not fit itself or the document around it."""
    record, m = document.robust, len(document.objectives)
    if record is None:
        return
    try:
        kind, arg = parse_robust(record.typed)
    except UsageError:
        yield tr("{place}: no robust sense", place="robust.typed")
        return
    if kind != record.kind or (float(Fraction(arg)) if arg else None) != record.arg:
        yield tr("{place}: no robust sense", place="robust.typed")
    if any(len(row) != len(record.parameters) for row in record.sample):
        yield tr("{place}: a row of another length", place="robust.sample")
    if kind in _RESTING and not record.sample:
        yield tr("{place}: there is none", place="robust.sample")
    if any(len(row) != m for row in record.ideals):
        yield tr("{place}: a row of another length", place="robust.ideals")
    if len(record.ideals) != (len(record.sample) if kind == "regret" else 0):
        yield tr("{place}: one a row of the sample is expected", place="robust.ideals")
    if list(record.nominal) != [plan.id for plan in document.plans]:
        yield tr("{place}: the plans are others", place="robust.nominal")
    objectives = [column.name for column in document.objectives]
    for plan, values in record.nominal.items():
        if list(values) != objectives:
            yield tr(
                "{place}: {names}; expected {expected}",
                place=f"robust.nominal.{plan}",
                names=listed(values),
                expected=listed(objectives),
            )
