"""What a result's document says beside its plans, computed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from optimiser.analysis.contradictions import Finding
from optimiser.language import marked, tr
from optimiser.results.predicting import doubtful_records
from optimiser.results.roadmaps import cash_records, roadmap_records
from optimiser.results.robust_record import robust_record

if TYPE_CHECKING:
    from optimiser.results import Result
    from optimiser.results.document_schema import Document

__all__ = ["document_contradictions"]

_IDEAL = marked("ideal of {name} is listed as {found!r}, the plans give {own!r}")
_NADIR = marked("nadir of {name} is listed as {found!r}, the plans give {own!r}")


def document_contradictions(document: Document, result: Result, /) -> Iterator[Finding]:
    """Where a document is not what its result leads to."""
    yield from _extremes(document, result)
    yield from _references(document, result)
    yield from _nominal(document, result)
    yield from _phases(document, result)
    yield from _doubts(document, result)


def _extremes(document: Document, result: Result, /) -> Iterator[Finding]:
    """Where ideal and nadir are not those of the plans."""
    names = [column.name for column in result.front.columns]
    for said, given, own in (
        (_IDEAL, document.ideal, result.front.ideal),
        (_NADIR, document.nadir, result.front.nadir),
    ):
        for name, value in zip(names, own.tolist(), strict=True):
            if given[name] != value:
                yield Finding("", tr(said, name=name, found=given[name], own=value))


def _references(document: Document, result: Result, /) -> Iterator[Finding]:
    """Where a reference plan is said to hold, and breaks rules, or the other way round."""
    for record, outcome in zip(document.reference_plans, result.reference_plans, strict=True):
        if record.feasible != outcome.feasible:
            message = tr(
                "reference plan {name} is not where the scenario puts it", name=record.name
            )
            yield Finding("", message)


def _nominal(document: Document, result: Result, /) -> Iterator[Finding]:
    """Where robust plans have other objectives at the parameters' own values."""
    if document.robust is None:
        return
    right = robust_record(result)["nominal"]
    for plan, values in document.robust.nominal.items():
        own = right[plan]
        for name, value in values.items():
            if value != own[name]:
                message = tr(
                    "{name} is listed as {found!r}, the scenario gives {own!r}",
                    name=f"robust.nominal.{name}",
                    found=value,
                    own=own[name],
                )
                yield Finding(plan, message)


def _phases(document: Document, result: Result, /) -> Iterator[Finding]:
    """Where a plan's phases, or its years, are not what its decisions lead to."""
    made = roadmap_records(result), cash_records(result)
    for plan, phases, years in zip(document.plans, *made, strict=True):
        if [record.model_dump() for record in plan.phases] != phases:
            yield Finding(plan.id, tr("its phases are not what its decisions lead to"))
        if [record.model_dump() for record in plan.cash] != years:
            yield Finding(plan.id, tr("its years are not what its decisions lead to"))


def _doubts(document: Document, result: Result, /) -> Iterator[Finding]:
    """Where it is said of other predictions than those in question that they go beyond the data."""
    own = doubtful_records(result) if result.scenario.models else []
    if [_told(record.model_dump()) for record in document.doubtful_predictions] != [
        _told(record) for record in own
    ]:
        message = tr("the predictions that go beyond the data are not those that are listed")
        yield Finding("", message)


def _told(record: Mapping[str, Any], /) -> dict[str, Any]:
    """Arguments may be irrational, and then differ in the last digits from machine to machine."""
    return {key: value for key, value in record.items() if key != "arguments"}
