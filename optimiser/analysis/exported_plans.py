"""Verification of plans that were exported: a table says nothing of its scenario, so it is held
against a result, or against what the scenario gives for the decisions in its cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from itertools import zip_longest
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.contradictions import Finding, repeated, told
from optimiser.analysis.recomputing import ground_of
from optimiser.analysis.tolerances import PRINTED, SAVED_DIGITS
from optimiser.analysis.verification import Verified, decisions_of, verify
from optimiser.front import Front, Proof, Provenance
from optimiser.language import marked, tr
from optimiser.patterns import pattern
from optimiser.ranking import rank
from optimiser.results import Result
from optimiser.results.exact_values import with_exact_values
from optimiser.results.table import FIXED, headings, is_number, rows
from optimiser.study.reference_plans import reference_outcomes

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.front import Floats
    from optimiser.scenario import Scenario

__all__ = ["ExportedPlans", "recomputed", "saved_again", "verify_against", "verify_exported"]

_RANK: Final = pattern("[1-9][0-9]{0,8}")
_MISSING = marked(
    "that no plan is missing: a table claims nothing, a result does; name it with --scenario"
)
_OTHER_SHEETS = marked("what the other sheets of {path} say")
_SAVED = marked(
    "that numbers agree beyond {digits} digits: a spreadsheet that saves a table keeps no more"
)
_AMOUNTS = marked(
    "that plans hold, and values agree, more closely than within {share:g} of their size: a table "
    "has amounts rounded, a result has them exactly; name it with --scenario"
)


@dataclass(frozen=True)
class ExportedPlans:
    """The plans of an exported table, each cell as ``front.csv`` has it.

    Attributes:
        path: of the file.
        headings: its columns.
        rows: k plans.
        scenario_hash: as the file has it, empty where it has none.
        others: what else the file holds: the rows of its other sheets by their titles.
        titles: what stands above its columns; empty where nothing does.
    """

    path: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    scenario_hash: str = ""
    others: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    titles: tuple[str, ...] = ()


def verify_against(table: ExportedPlans, result: Result, verified: Verified, /) -> Verified:
    """What becomes of a table of a result, which was verified itself: it must be that result's."""
    found = verified.also(*told(_differing(table, result)))
    own = {row[0]: row for row in rows(result.front, result.ranking)}
    saved = any(
        a != b for row in table.rows for a, b in zip(row, own.get(row[0], row), strict=False)
    )
    return _with_unchecked(table, found, saved=saved)


def _with_unchecked(table: ExportedPlans, verified: Verified, /, *, saved: bool) -> Verified:
    """With what of a file is not looked at: other sheets, and digits that it has lost."""
    if not verified.holds:
        return verified
    left = dict(verified.unchecked)
    if saved:
        left["digits"] = tr(_SAVED, digits=SAVED_DIGITS)
    if table.others:
        left["sheets"] = tr(_OTHER_SHEETS, path=table.path)
    return replace(verified, unchecked=left)


def saved_again(found: str, own: str, /) -> bool:
    """Whether a number is another one as a spreadsheet saves it."""
    return is_number(found) and is_number(own) and _kept(float(found), float(own))


def _kept(found: float, own: float, /) -> bool:
    """Whether a number is another one in so many digits or one more; where that lies in the
    middle, up or down, since some round what is written and others what is stored.
    """
    if not (isfinite(found) and isfinite(own)):
        return False
    written = Decimal(repr(own))
    return any(
        found == float(Context(digits, rounding).plus(written))
        for digits in (SAVED_DIGITS, SAVED_DIGITS + 1)  # 17 are all of them
        for rounding in (ROUND_HALF_UP, ROUND_HALF_DOWN)
    )


def _differing(table: ExportedPlans, result: Result, /) -> Iterator[Finding]:
    """Where an exported table is not the one of a result."""
    yield from _of_scenario(table, result.scenario)
    own = headings(result.front)
    if table.headings != own:
        yield _columns(table, own)
        return
    expected = {row[0]: row for row in rows(result.front, result.ranking)}
    names = [row[0] for row in table.rows]
    listed = set(names)
    for name in expected:
        if name not in listed:
            yield Finding(name, tr("is missing from {path}", path=table.path))
    for row in table.rows:
        right = expected.get(row[0])
        if right is None:
            yield Finding(row[0], tr("is no plan of the result"))
            continue
        for heading, found, value in zip_longest(own, row, right, fillvalue=""):
            if found != value and not saved_again(found, value):
                yield _differs(row[0], heading, found, value)
    if names != [name for name in expected if name in listed]:
        yield Finding("", tr("the plans do not stand in the order of their ranks"))


def verify_exported(table: ExportedPlans, scenario: Scenario, /) -> Verified:
    """Compute the values of exported plans again from their decisions, and compare: feasible,
    values right, none dominated, ranks right. That none is missing is not checked, since a table
    claims nothing.
    """
    return recomputed(table, scenario)[0]


def recomputed(table: ExportedPlans, scenario: Scenario, /) -> tuple[Verified, Result | None]:
    """The same, with the plans as a result where they hold."""
    from optimiser.formulate import formulate

    of_another = tuple(_of_scenario(table, scenario))
    if of_another:
        return Verified(of_another), None
    model = formulate(scenario)
    own = _headings(model)
    if table.headings != own:
        return Verified((_columns(table, own),)), None
    found = told(finding for row in table.rows for finding in _numbers(row, model))
    if found or not table.rows:
        return Verified(found or (Finding("", tr("there are no plans in it")),)), None
    cells = tuple(row[len(own) - len(model.decision_columns) :] for row in table.rows)
    front = _front(table, model, cells)
    if again := repeated(front):
        return Verified(again), None
    x, unreadable = decisions_of(front, model)
    if x is None:
        return Verified(tuple(unreadable)), None
    ranked = rank(front, **dict(scenario.ranking))
    result = Result(scenario, front, ranked, compiled=model)
    return _verified(table, result, x)


def _verified(table: ExportedPlans, result: Result, x: Floats, /) -> tuple[Verified, Result | None]:
    """What becomes of a table whose cells can be read, with its (k, n) decisions."""
    front, model, scenario = result.front, result.model, result.scenario
    ground = ground_of(result, x)
    held = len(ground.holding(ground.plans))
    real = any(domain.kind == "real" for domain in result.problem.decisions)
    loosened = not held or (real and held < len(front))
    if loosened:
        front = replace(front, proof=replace(front.proof, feasible_set="tolerance"))
    own = model.read(x, ground.given)
    read, score = front, np.array([float(row[2]) for row in table.rows])
    front = replace(
        front,
        y=_settled(front.y, own.objectives, real=real),
        indicators=_settled(front.indicators, own.indicators, real=real),
    )
    front = with_exact_values(front, model, result.problem, x, ground.given)
    ranked = rank(front, **dict(scenario.ranking))
    ranked = replace(
        ranked,
        rank=np.array([int(row[1]) for row in table.rows]),
        score=_settled(score[:, None], ranked.score[:, None], real=False)[:, 0],
        order=np.arange(len(front)),
    )
    saved = not real and any(
        not np.array_equal(listed, settled, equal_nan=True)
        for listed, settled in (
            (read.y, front.y),
            (read.indicators, front.indicators),
            (score, ranked.score),
        )
    )
    listed = replace(result, front=front, ranking=ranked)
    outcomes = reference_outcomes(listed, model, model.at(loosened=loosened))
    listed = replace(listed, reference_plans=outcomes)
    found = verify(listed)
    if not found.holds:
        return found, None
    left = {**found.unchecked, "missing": tr(_MISSING)}
    if real:
        left["amounts"] = tr(_AMOUNTS, share=PRINTED)
    found = replace(found, checked=(), unchecked=left, claims=False)
    return _with_unchecked(table, found, saved=saved), listed


def _settled(listed: Floats, own: Floats, /, *, real: bool) -> Floats:
    """(k, m) values; what a spreadsheet kept of a value is that value, and with real amounts what
    those in a table explain is as they give it.
    """
    near = np.zeros(own.shape, dtype=bool)
    for place in np.argwhere(listed != own).tolist():
        near[*place] = _kept(listed.item(*place), own.item(*place))
    if real:
        size = np.maximum(np.abs(own), np.ptp(own, axis=0))
        near |= np.abs(listed - own) <= PRINTED * size
    return np.where(near, own, listed)


def _front(table: ExportedPlans, model: Model, cells: tuple[tuple[str, ...], ...], /) -> Front:
    first = len(FIXED)
    middle = first + len(model.columns)
    return Front(
        columns=model.columns,
        y=_values(table, first, middle),
        x=np.empty((len(cells), 0)),
        indicator_columns=model.indicator_columns,
        indicators=_values(table, middle, middle + len(model.indicator_columns)),
        decision_columns=model.decision_columns,
        cells=cells,
        ids=tuple(row[0] for row in table.rows),
        proof=Proof("approximate"),
        provenance=Provenance("", "", 0),
    )


def _values(table: ExportedPlans, first: int, last: int, /) -> Floats:
    """(k, last - first) the numbers of some columns, NaN where a cell is empty."""
    return np.array(
        [[float(cell) if cell else np.nan for cell in row[first:last]] for row in table.rows]
    ).reshape(len(table.rows), last - first)


def _of_scenario(table: ExportedPlans, scenario: Scenario, /) -> Iterator[Finding]:
    """Where a table says that it is of another scenario."""
    if table.scenario_hash not in ("", scenario.scenario_hash):
        message = tr("{path} is of another scenario: its hash differs", path=table.path)
        yield Finding("", message)


def _columns(table: ExportedPlans, own: Sequence[str], /) -> Finding:
    """The first column that is another one."""
    pairs = zip_longest(table.headings, own, fillvalue="")
    place, found, right = next((j, a, b) for j, (a, b) in enumerate(pairs, start=1) if a != b)
    message = tr(
        "column {place} is {found!r}, and of the scenario {own!r}",
        place=place,
        found=found,
        own=right,
    )
    return Finding("", message)


def _numbers(row: Sequence[str], model: Model, /) -> Iterator[Finding]:
    """Where a row has too few cells, or something else than numbers where these belong; an
    indicator may be undefined.
    """
    names = _headings(model)
    if len(row) != len(names):
        yield Finding(row[0], tr("has {number} cells", number=len(row)))
        return
    objectives = len(FIXED) + len(model.columns)
    for place in range(1, objectives + len(model.indicator_columns)):
        cell = row[place]
        if names[place] == "rank":
            fits = _RANK.fullmatch(cell) is not None
        else:
            fits = is_number(cell) and isfinite(float(cell))
        if not fits and (cell or place < objectives):
            message = tr(
                "{name} is listed as {found!r}, which is no number", name=names[place], found=cell
            )
            yield Finding(row[0], message)


def _headings(model: Model, /) -> tuple[str, ...]:
    measured = (column.name for column in (*model.columns, *model.indicator_columns))
    return (*FIXED, *measured, *model.decision_columns)


def _differs(plan: str, name: str, found: str, own: str, /) -> Finding:
    message = tr("{name} is listed as {found!r}, and is {own!r}", name=name, found=found, own=own)
    return Finding(plan, message)
