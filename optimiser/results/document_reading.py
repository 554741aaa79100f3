"""``result.json``: read and checked."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from optimiser import paths
from optimiser.collecting import collecting_nothing
from optimiser.errors import Diagnostic, ScenarioError, UsageError
from optimiser.language import listed, retold, tr
from optimiser.patterns import pattern
from optimiser.results.document import SCHEMA_VERSION
from optimiser.results.document_schema import LONGEST_CHANGE, Document
from optimiser.results.exact_values import exact_number
from optimiser.results.places import RESULT_FILE
from optimiser.results.robust_record import robust_faults

__all__ = ["faults_of", "read_document", "strange"]

_MOST_DEPTH = 50
_MOST_FAULTS = 100
#: of the scenario, of options and of statistics; a catalogue has at most a million cells
_MOST_VALUES = 2_000_000
#: numbers of the scenario and of options may be long, but not so that arithmetic takes seconds
_DIGITS = 400
_LARGEST = 10**_DIGITS
_HALF = pattern("[\ud800-\udfff]")


@collecting_nothing()
def read_document(path: Path, /) -> Document:
    """Read and check ``result.json``, given as such or by its folder.

    Raises:
        UsageError: there is none.
        ScenarioError: it is damaged; every damaged place is named.
    """
    file = path / RESULT_FILE if paths.is_folder(path) else path
    try:
        text = paths.content(file).decode("utf-8")
    except FileNotFoundError:
        raise UsageError(
            tr("no result at {path}", path=path), help=tr("optimise run SCENARIO saves one")
        ) from None
    except UnicodeDecodeError as error:
        reason, place = retold(error.reason), error.start
        raise _damaged(
            file, tr("is not UTF-8 text ({reason} at byte {place})", reason=reason, place=place)
        ) from None
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _damaged(
            file,
            tr("this is not JSON: {reason}", reason=retold(error.msg)),
            line=error.lineno,
            column=error.colno,
        ) from None
    except (ValueError, RecursionError) as error:
        reason = retold(str(error))
        raise _damaged(
            file, tr("this is not JSON as results use it: {reason}", reason=reason)
        ) from None
    if not isinstance(data, dict) or "schema_version" not in data:
        raise _damaged(file, tr("this is not a result: there is no schema_version"))
    if (version := data["schema_version"]) != SCHEMA_VERSION:
        words = tr(
            "has schema_version {found!r}; this program reads {own}",
            found=version,
            own=SCHEMA_VERSION,
        )
        raise _damaged(file, words)
    # the schema is not asked about what is inside these
    for name in ("scenario", "options", "statistics"):
        if fault := strange(data.get(name), name):
            raise _damaged(file, fault)
    try:
        document = Document.model_validate(data)
    except ValidationError as error:
        raise _damaged(file, *_first(faults_of(error))) from None
    faults = _faults(document)
    if faults:
        raise _damaged(file, *_first(faults))
    return document


def faults_of(error: ValidationError, /) -> list[str]:
    """Where a document is not as its schema has it, and what is wrong there."""
    return [
        tr("{label}: {words}", label=_place(item["loc"]), words=retold(item["msg"]))
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _first(faults: list[str]) -> list[str]:
    """Of many faults the first, and how many there are."""
    more = len(faults) - _MOST_FAULTS
    return faults if more <= 0 else [*faults[:_MOST_FAULTS], tr("and {more:,} more", more=more)]


def strange(data: object, name: str, /) -> str:
    """Where the values are that JSON can hold and a result cannot: an infinite number, half a
    character, what is nested too deeply; empty where there is none.
    """
    stack: list[tuple[object, tuple[int | str, ...]]] = [(data, (name,))]
    values = 0
    while stack:
        value, place = stack.pop()
        if isinstance(value, float) and not math.isfinite(value):
            return tr("{place}: a number that is not finite", place=_place(place))
        if isinstance(value, str) and _HALF.search(value):
            return tr("{place}: half a character (a lone surrogate)", place=_place(place))
        if isinstance(value, str) and len(value) > LONGEST_CHANGE:
            return tr(
                "{place}: a text of more than {most:,} characters",
                place=_place(place),
                most=LONGEST_CHANGE,
            )
        if isinstance(value, int) and abs(value) >= _LARGEST:
            return tr(
                "{place}: a whole number of more than {digits} digits",
                place=_place(place),
                digits=_DIGITS,
            )
        if not isinstance(value, dict | list):
            continue
        if len(place) >= _MOST_DEPTH:
            where = _place(place[:3])
            return tr("{place}: nested more than {depth} deep", place=where, depth=_MOST_DEPTH)
        values += len(value)
        if values > _MOST_VALUES:
            return tr("{place}: more than {most:,} values", place=name, most=_MOST_VALUES)
        if isinstance(value, list):
            stack += [(item, (*place, i)) for i, item in enumerate(value)]
        else:
            if half := next(filter(_HALF.search, value), None):
                return tr(
                    "{place}: half a character in the name {name!a}", place=_place(place), name=half
                )
            stack += [(item, (*place, name)) for name, item in value.items()]
    return ""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(tr("{name} is no number", name=name))


def _place(location: tuple[int | str, ...], /) -> str:
    """Where in the document, as a reader would write it: ``plans[3].rank``."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not part.startswith(("constrained-", "function-")):
            text += f".{part}" if text else part
    return text


def _damaged(file: Path, *messages: str, line: int = 0, column: int = 0) -> ScenarioError:
    found = tuple(
        Diagnostic(
            "R001",
            "error",
            message,
            str(file),
            line,
            column,
            help=tr("run the scenario again to get a whole result"),
        )
        for message in messages
    )
    return ScenarioError(
        tr("{file} is damaged: {fault}", file=file, fault=messages[0]), diagnostics=found
    )


def _faults(document: Document, /) -> list[str]:
    """What does not fit together, so that the arrays can be built without surprises."""
    objectives = [column.name for column in document.objectives]
    indicators = [column.name for column in document.indicators]
    figures = [column.name for column in document.figures]
    faults = [] if document.plans else [tr("{place}: there is none", place="plans")]
    if not objectives:
        faults.append(tr("{place}: there is none", place="objectives"))
    faults += _plan_faults(document, objectives, indicators, figures)
    for position, reference in enumerate(document.reference_plans):
        what = f"reference_plans[{position}].objectives"
        faults += _unlike(what, reference.objectives, objectives)
    by_objective: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("ideal", document.ideal),
        ("nadir", document.nadir),
        ("bounds", document.bounds),
        ("ranking.weights", document.ranking.weights),
        ("ranking.ranges", document.ranking.ranges or document.ideal),
    )
    for what, values in by_objective:
        faults += _unlike(what, values, objectives)
    unknown = [name for name in document.proof.scale if name not in objectives]
    if unknown:
        faults.append(
            tr(
                "{place}: {names}; objectives are {objectives}",
                place="proof.scale",
                names=listed(unknown),
                objectives=listed(objectives),
            )
        )
    return [
        *faults,
        *_cell_faults(document, objectives),
        *_unlisted(document),
        *robust_faults(document),
    ]


def _cell_faults(document: Document, objectives: list[str], /) -> list[str]:
    """Where what lies between the plans is not between plans, or stands there twice."""
    proof, faults = document.proof, []
    if any(not 0 <= row < len(document.plans) for cell in proof.cells for row in cell):
        faults.append(tr("{place}: a position beyond the plans", place="proof.cells"))
    if not all(proof.cells):
        faults.append(tr("{place}: a cell of no plans", place="proof.cells"))
    if len(set(map(frozenset, proof.cells))) < len(proof.cells):
        faults.append(tr("{place}: a cell stands there twice", place="proof.cells"))
    for end in proof.open_ends:
        if not 0 <= end.plan < len(document.plans):
            faults.append(tr("{place}: a position beyond the plans", place="proof.open_ends"))
        faults += _unlike("proof.open_ends", end.limit, objectives)
    return faults


def _unlisted(document: Document, /) -> list[str]:
    """Where a plan is named that is not listed, and plans with equal objectives that stand beside
    some plans only.
    """
    faults = []
    ids = {plan.id for plan in document.plans}
    for position, reference in enumerate(document.reference_plans):
        for what, named in (
            ("equals", [reference.equals] if reference.equals else []),
            ("dominated_by", [reference.dominated_by] if reference.dominated_by else []),
            ("dominates", reference.dominates),
            ("mixed", reference.mixed),
        ):
            if unknown := next((name for name in named if name not in ids), None):
                place = f"reference_plans[{position}].{what}"
                faults.append(tr("{place}: no plan {name!r} is listed", place=place, name=unknown))
    searched = [plan.equivalents is not None for plan in document.plans]
    if any(searched) and not all(searched):
        place = f"plans[{searched.index(False)}].equivalents"
        faults.append(tr("{place}: there is none, and other plans have some", place=place))
    return faults


def _plan_faults(
    document: Document, objectives: list[str], indicators: list[str], figures: list[str]
) -> list[str]:
    """Where what a plan is said to be does not fit the headings."""
    faults: list[str] = []
    for position, plan in enumerate(document.plans):
        for what, found, expected in (
            ("objectives", plan.objectives, objectives),
            ("indicators", plan.indicators, indicators),
            ("figures", plan.figures, figures),
            ("decisions", plan.decisions, document.decisions),
            ("details", plan.details, list(document.plans[0].details)),
        ):
            faults += _unlike(f"plans[{position}].{what}", found, expected)
        for name, text in plan.exact.items():
            near = plan.objectives.get(name, math.nan)
            if exact_number(text, near) is None:
                said = tr(
                    "{place}: {text} is not the number that {near!r} rounds",
                    place=f"plans[{position}].exact.{name}",
                    text=text,
                    near=near,
                )
                faults.append(said)
        for place, other in enumerate(plan.equivalents.plans if plan.equivalents else ()):
            for what, found, expected in (
                ("objectives", other.objectives, objectives),
                ("indicators", other.indicators, [*indicators, *figures]),
                ("decisions", other.decisions, document.decisions),
            ):
                label = f"plans[{position}].equivalents.plans[{place}].{what}"
                faults += _unlike(label, found, expected)
    return faults


def _unlike(what: str, found: Iterable[str], expected: list[str]) -> list[str]:
    """Where names are not those that are expected, in their order."""
    names = list(found)
    if names == expected:
        return []
    return [
        tr(
            "{place}: {names}; expected {expected}",
            place=what,
            names=listed(names) or tr("none"),
            expected=listed(expected),
        )
    ]
