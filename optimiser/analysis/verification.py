"""Verification: every claim about a single plan, checked again from the scenario alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimiser.errors import GateError, OptimiseError, ScenarioError
from optimiser.formulate import formulate
from optimiser.front import non_dominated
from optimiser.ranking import NORMALISATIONS, rank
from optimiser.study import Obtained
from optimiser.study.feasibility import violated
from optimiser.study.reading import from_document, read_document
from optimiser.study.reference import reference_outcomes
from optimiser.study.result import FRONT_FILE, RESULT_FILE
from optimiser.study.roadmaps import roadmap_records
from optimiser.study.table import csv_text

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.front import Column, Floats, Front
    from optimiser.study import Result
    from optimiser.study.schema import Document

__all__ = ["Finding", "insist", "verify", "verify_saved"]

# A value is right within this share of its size, or of the objective's range where that is larger.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Finding:
    """Something that does not hold; ``plan`` is empty where it concerns the result as a whole."""

    plan: str
    message: str

    def __str__(self) -> str:
        return f"plan {self.plan}: {self.message}" if self.plan else self.message


def verify(result: Result, /, *, scenario_hash: str | None = None) -> tuple[Finding, ...]:
    """Evaluate every plan again from its decisions, and compare.

    Args:
        result: as loaded; nothing in it but the scenario and the decisions is believed.
        scenario_hash: as recorded; None leaves it out.

    Returns:
        What does not hold: nothing where every plan is feasible and named by its decisions, every value right, no plan
        dominates another, and ranks, scores, reference plans, ideal and nadir follow.
    """
    found: list[Finding] = []
    if scenario_hash is not None and scenario_hash != result.scenario.scenario_hash:
        found.append(Finding("", "the scenario is not the one that was solved: its hash differs"))
    model = formulate(result.scenario)
    columns = _columns(result.front, model)
    if columns:
        return (*found, *columns)
    rows, broken = _decisions(result.front, model)
    found += broken
    if rows is None:
        return tuple(found)
    found += _values(result.front, model, rows)
    found += _dominance(result.front)
    found += _ranking(result)
    found += _references(result, model)
    return tuple(found)


def insist(findings: Sequence[Finding], path: str, /) -> None:
    """Insist that nothing was found.

    Raises:
        GateError: something was.
    """
    if findings:
        rest = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        raise GateError(f"{path} does not hold: {findings[0]}{rest}")


def verify_saved(path: str | Path, /) -> tuple[Obtained, tuple[Finding, ...]]:
    """Verify a result folder, its ``front.csv`` included, or a single ``result.json``.

    Raises:
        UsageError: there is no result.
        ScenarioError: it is damaged.
    """
    place = Path(path)
    document = read_document(place)
    result = from_document(document)
    found = verify(result, scenario_hash=document.scenario_hash)
    names = [column.name for column in result.front.columns]
    for what, listed, own in (("ideal", document.ideal, result.front.ideal), ("nadir", document.nadir, result.front.nadir)):
        found += tuple(
            Finding("", f"{what} of {name} is listed as {listed[name]!r}, the plans give {value!r}")
            for name, value in zip(names, own.tolist(), strict=True)
            if abs(listed[name] - value) > TOLERANCE * max(1.0, abs(value))
        )
    return Obtained(result), (*found, *_phases(document, result), *_table(place, result))


def _phases(document: Document, result: Result, /) -> Iterator[Finding]:
    """Where a plan's phases are not what its decisions lead to."""
    for plan, own in zip(document.plans, roadmap_records(result), strict=True):
        if [phase.model_dump() for phase in plan.phases] != own:
            yield Finding(plan.id, "its phases are not what its decisions lead to")


def _table(place: Path, result: Result, /) -> Iterator[Finding]:
    """Where ``front.csv`` says something else than ``result.json``."""
    file = place / FRONT_FILE
    if not place.is_dir() or not file.is_file():
        return
    listed = file.read_text(encoding="utf-8", errors="replace").splitlines()
    own = csv_text(result.front, result.ranking).splitlines()
    for number, (line, expected) in enumerate(zip_longest(listed, own, fillvalue=""), start=1):
        if line != expected:
            found = f"{line[:60]!r}, expected {expected[:60]!r}"
            yield Finding("", f"{FRONT_FILE} differs from {RESULT_FILE} in line {number}: {found}")
            return


def _columns(front: Front, model: Model, /) -> list[Finding]:
    """The headings must be the scenario's own, or nothing else can be compared."""
    found = []
    for what, listed, own in (
        ("objectives", front.columns, model.columns),
        ("indicators", front.indicator_columns, model.indicator_columns),
    ):
        if [_plain(column) for column in listed] != [_plain(column) for column in own]:
            found.append(Finding("", f"the {what} are not those of the scenario ({', '.join(column.name for column in own)})"))
    if front.decision_columns != model.decision_columns:
        found.append(Finding("", f"the decisions are not those of the scenario ({', '.join(model.decision_columns)})"))
    return found


def _plain(column: Column, /) -> tuple[object, ...]:
    return (column.name, column.title, column.unit, column.sense, column.weight if column.sense else 1.0, column.target)


def _decisions(front: Front, model: Model, /) -> tuple[Floats | None, list[Finding]]:
    """(k, n) the decisions of the cells, None where some cannot be read; and the rules that they break."""
    found: list[Finding] = []
    rows = []
    problem = model.at()
    for name, cells in zip(front.ids, front.cells, strict=True):
        try:
            x = model.encode(dict(zip(front.decision_columns, cells, strict=True)))
        except ScenarioError as error:
            found.append(Finding(name, error.message))
            continue
        found += [Finding(name, f"infeasible: {rule}") for rule in violated(problem, x)]
        rows.append(x)
    return (np.array(rows) if len(rows) == len(front) else None), found


def _values(front: Front, model: Model, rows: Floats, /) -> Iterator[Finding]:
    readings = model.read(rows)
    for row, (listed, own) in enumerate(zip(front.ids, readings.ids, strict=True)):
        if listed != own:
            yield Finding(listed, f"its decisions are those of plan {own}")
        if front.cells[row] != readings.cells[row]:
            yield Finding(listed, "its decisions are not written as this program writes them")
    twice = sorted({name for name in front.ids if front.ids.count(name) > 1}) if len(set(front.ids)) < len(front) else []
    yield from (Finding(name, "is listed twice") for name in twice)
    for columns, listed_values, own_values in (
        (front.columns, front.y, readings.objectives),
        (front.indicator_columns, front.indicators, readings.indicators),
    ):
        for j, column in enumerate(columns):
            size = np.maximum(np.abs(own_values[:, j]), np.ptp(own_values[:, j]))
            wrong = ~(np.abs(listed_values[:, j] - own_values[:, j]) <= TOLERANCE * size)
            wrong &= ~(np.isnan(listed_values[:, j]) & np.isnan(own_values[:, j]))
            for row in np.flatnonzero(wrong).tolist():
                given, right = float(listed_values[row, j]), float(own_values[row, j])
                yield Finding(front.ids[row], f"{column.name} is listed as {given!r}, the scenario gives {right!r}")


def _dominance(front: Front, /) -> Iterator[Finding]:
    points = front.minimised
    for row in np.flatnonzero(~non_dominated(points)).tolist():
        others = (points <= points[row]).all(axis=1)
        others[row] = False
        other = int(np.flatnonzero(others)[0])
        equal = bool((points[other] == points[row]).all())
        yield Finding(front.ids[row], f"{'has the same values as' if equal else 'is dominated by'} plan {front.ids[other]}")


def _ranking(result: Result, /) -> Iterator[Finding]:
    front, listed = result.front, result.ranking
    weights = dict(zip((column.name for column in front.columns), listed.weights.tolist(), strict=True))
    normalise = listed.normalise if listed.normalise in NORMALISATIONS else "range"
    try:
        own = rank(front, method=listed.method, weights=weights, normalise=normalise)
    except OptimiseError as error:
        yield Finding("", f"the ranking cannot be repeated: {error.message}")
        return
    if own.normalise != listed.normalise:
        yield Finding("", f"{listed.method} normalises by {own.normalise}, not by {listed.normalise}")
    size = max(1.0, float(np.abs(own.score).max()))
    for row, name in enumerate(front.ids):
        if abs(float(listed.score[row]) - float(own.score[row])) > TOLERANCE * size:
            yield Finding(name, f"its score is listed as {float(listed.score[row])!r}, the values give {float(own.score[row])!r}")
        if listed.rank[row] != own.rank[row]:
            yield Finding(name, f"is listed with rank {listed.rank[row]}, the values give rank {own.rank[row]}")
    if own.order.tolist() != list(range(len(front))):
        yield Finding("", "the plans do not stand in the order of their ranks")


def _references(result: Result, model: Model, /) -> Iterator[Finding]:
    own = reference_outcomes(result.scenario, model, model.at(), result.front)
    if [outcome.name for outcome in own] != [outcome.name for outcome in result.reference_plans]:
        yield Finding("", "the reference plans are not those of the scenario")
        return
    for listed, again in zip(result.reference_plans, own, strict=True):
        near = all(
            (a is None and b is None) or (a is not None and b is not None and abs(a - b) <= TOLERANCE * max(1.0, abs(b)))
            for a, b in zip(listed.objectives, again.objectives, strict=True)
        )
        if not near or replace(listed, objectives=()) != replace(again, objectives=()):
            yield Finding("", f"reference plan {listed.name} is not where the scenario puts it")
