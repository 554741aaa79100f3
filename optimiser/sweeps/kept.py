"""What the files of a sweep hold, checked when they are read: a folder may come from anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, FiniteFloat, ValidationError

from optimiser.language import tr
from optimiser.results.document_reading import faults_of, strange
from optimiser.results.document_schema import Cell, Listed, Named, Record, Share, Whole
from optimiser.results.exact_values import exact_number

__all__ = ["design_record", "summary_record"]

Texts = Listed[str]
_Record = TypeVar("_Record", bound=Record)


class _Asked(Record):
    """Options of the runs."""

    method: str = ""
    seed: Annotated[Whole, Field(ge=0)] = 0
    time_limit: Share | None = None
    gap: Share | None = None
    points: Annotated[Whole, Field(ge=1)] | None = None


class _Design(Record):
    """``design.json``."""

    schema_version: Literal[1]
    name: str
    scenario_hash: str
    resolved: dict[str, Any]
    file: str
    changes: Annotated[list[Any], Field(min_length=2, max_length=2)]
    asked: _Asked
    varied: Texts
    beside: Texts
    set_new: bool
    values: Listed[Texts]


class _Claim(Record):
    status: Literal["complete", "covering", "approximate"]
    basis: Literal["exact", "numerical"] | None
    gap: Share | None


class _Objective(Record):
    name: str
    title: str
    unit: str
    sense: Literal["maximise", "minimise"]


class _Summary(Record):
    """``variant.json``."""

    schema_version: Literal[1]
    id: str
    values: Named[Cell]
    status: Literal["done", "failed"]
    exit: Whole
    error: str | None
    proof: _Claim | None
    ideal: Named[FiniteFloat] | None
    best: str | None
    seconds: Share
    core: Named[Share] | None
    plans: Whole
    columns: Listed[_Objective]
    points: Listed[Listed[FiniteFloat]]
    exact: Named[Listed[str]]
    cells: Listed[Listed[Whole]]


def design_record(text: str, /) -> Mapping[str, Any]:
    """What ``design.json`` holds.

    Raises:
        ValueError: it is something else; with the first fault.
    """
    record = _parsed(text)
    if fault := strange(record, "design"):
        raise ValueError(fault)
    design = _checked(_Design, record)
    changes, at = record["changes"]
    texts = isinstance(changes, list) and all(isinstance(text, str) for text in [*changes, at])
    if not texts:
        raise ValueError(tr("{place}: a list and a text are expected", place="changes"))
    if not design.varied or any(len(row) != len(design.varied) for row in design.values):
        raise ValueError(tr("{place}: not one value a path", place="values"))
    return record


def summary_record(text: str, /) -> Mapping[str, Any]:
    """What ``variant.json`` holds.

    Raises:
        ValueError: it is something else; with the first fault.
    """
    record = _parsed(text)
    found = _checked(_Summary, record)
    names = [column.name for column in found.columns]
    whole = (
        found.proof is not None
        and found.best is not None
        and found.core is not None
        and list(found.ideal or ()) == names
        and bool(names)
        and bool(found.points)
        and all(len(point) == len(names) for point in found.points)
        and all(0 <= row < len(found.points) for cell in found.cells for row in cell)
    )
    places = {name: k for k, name in enumerate(names)}
    whole = whole and all(
        name in places
        and len(texts) == len(found.points)
        and all(
            exact_number(text, point[places[name]]) is not None
            for text, point in zip(texts, found.points, strict=True)
        )
        for name, texts in found.exact.items()
    )
    if found.status == "done" and not whole:
        raise ValueError(tr("{place}: not what is told of a variant", place="points"))
    if found.status == "failed" and found.error is None:
        raise ValueError(tr("{place}: not what is told of a variant", place="error"))
    return record


def _parsed(text: str, /) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except RecursionError:
        raise ValueError(tr("it is nested too deeply")) from None
    if not isinstance(record, dict):
        raise ValueError(tr("it is no JSON object"))
    return record


def _checked(kind: type[_Record], record: Mapping[str, Any], /) -> _Record:
    try:
        return kind.model_validate(record)
    except ValidationError as error:
        raise ValueError(faults_of(error)[0]) from None
