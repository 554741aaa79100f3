"""``.xlsx``: the ranked plans as a workbook, and sheets for what else there is to say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.adoption import adopted, choices
from optimiser.analysis.deciding import stated
from optimiser.analysis.decision_notes import stated_notes
from optimiser.exports.workbook import (
    SHARE,
    Scatter,
    SheetColumn,
    Value,
    WorkbookSheet,
    digits_format,
    number_format,
    typed,
    workbook,
)
from optimiser.front import finite
from optimiser.language import listed, marked, retold, tr
from optimiser.results.claim_words import proof_words, status_words, value_notes
from optimiser.results.phase_notes import phase_notes
from optimiser.results.predicting import predictions_note
from optimiser.results.ranking_words import ranking_notes, ranking_words, score_texts
from optimiser.results.roadmaps import roadmaps
from optimiser.results.table import FIXED, is_number
from optimiser.results.wording import (
    ILLUSTRATIVE,
    arrow,
    decision_title,
    decision_words,
    override_words,
    reference_words_each,
    title_words,
)
from optimiser.study import equivalents_of_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optimiser.analysis.deciding import Stated
    from optimiser.exports.workbook import Mark
    from optimiser.front import Column
    from optimiser.results import Result
    from optimiser.scenario import Scenario

__all__ = ["SUFFIX", "TITLE", "data", "plan_columns", "sheets"]

SUFFIX = ".xlsx"
TITLE = marked("the ranked plans as a workbook, with technologies, roadmaps and provenance")


def data(result: Result, /) -> bytes:
    """The workbook of a result.

    Raises:
        UsageError: there are more plans than a sheet has rows.
    """
    found = sheets(result)
    references = tr("Reference plans")
    at = next((i for i, sheet in enumerate(found) if sheet.title == references), 0)
    return workbook(found, chart=_chart(result, references=at))


def sheets(result: Result, /) -> list[WorkbookSheet]:
    """What its sheets say in the language that is spoken, the plans first."""
    counted = stated(result, equivalents=equivalents_of_all(result))
    found = [_plans(result), _technologies(counted)]
    if result.scenario.phases:
        found.append(_roadmaps(result))
    if result.reference_plans:
        found.append(_references(result))
    if choices(result.scenario, counted.front):
        found.append(_decision(counted))
    if result.front.proof.cells:
        found.append(_segments(result))
    found.append(_provenance(counted))
    return found


def _chart(result: Result, /, *, references: int) -> Scatter | None:
    """The first two objectives, with the reference plans where there are any."""
    columns = result.front.columns[:2]
    if len(columns) < 2:
        return None
    first, second = (_heading(column) for column in columns)
    at = len(FIXED)
    series = {0: (at, at + 1)}
    if result.reference_plans:
        series[references] = (3, 4)
    return Scatter(tr("Chart"), title_words(result.scenario), (first, second), series)


def plan_columns(result: Result, /) -> list[SheetColumn]:
    """The columns of the sheet of the plans, in the language that is spoken."""
    front = result.front
    scores = digits_format(score_texts(result))
    return [
        SheetColumn(tr("plan"), "plan"),
        SheetColumn(tr("rank"), "rank"),
        SheetColumn(tr("score"), "score", scores),
        *_measured(front.columns, front.y.T.tolist()),
        *_measured(front.indicator_columns, front.indicators.T.tolist()),
        *_decisions(result),
    ]


def _plans(result: Result, /) -> WorkbookSheet:
    front, ranking = result.front, result.ranking
    rows: list[list[Value]] = [
        [
            front.ids[row],
            int(ranking.rank[row]),
            float(ranking.score[row]),
            *front.y[row].tolist(),
            *map(finite, front.indicators[row].tolist()),
            *map(typed, front.cells[row]),
        ]
        for row in range(len(front))
    ]
    marks = dict(_marks(result))
    return WorkbookSheet(tr("Plans"), plan_columns(result), rows, len(FIXED), marks)


def _marks(result: Result, /) -> Iterator[tuple[tuple[int, int], Mark]]:
    """Best and worst of the list in each objective in which the plans differ."""
    values = result.front.order
    for j, column in enumerate(values.T):
        low, high = column.min(), column.max()
        if low < high:
            for row, value in enumerate(column.tolist()):
                if value in (low, high):
                    yield (row, len(FIXED) + j), "best" if value == low else "worst"


def _technologies(counted: Stated, /) -> WorkbookSheet:
    """One decision a row: what it is, and how the plans take it."""
    front, scenario = counted.front, counted.result.scenario
    rows: list[list[Value]] = []
    for j, name in enumerate(front.decision_columns):
        taken = [cells[j] for cells in front.cells if cells[j] != "0"]
        modes = [cell.partition("@")[0] for cell in taken]
        amounts = (
            [float(mode) for mode in modes if is_number(mode)]
            if _has_amount(scenario, name)
            else []
        )
        starts = {phase for cell in taken if (phase := cell.partition("@")[2])}
        order = [phase.name for phase in scenario.phases if phase.name in starts]
        technology = scenario.technologies.get(name)
        rows.append(
            [
                name,
                decision_title(scenario, name),
                technology.layer if technology else "",
                _manners(scenario, name),
                len(taken),
                len(taken) / len(front),
                *((min(amounts), max(amounts)) if amounts else (None, None)),
                *((order[0], order[-1]) if order else (None, None)),
            ]
        )
    columns = [
        SheetColumn(tr("technology")),
        SheetColumn(tr("title")),
        SheetColumn(tr("layer")),
        SheetColumn(tr("levels or unit")),
        SheetColumn(tr("plans with it")),
        SheetColumn(tr("share of the plans"), format=SHARE),
        SheetColumn(tr("smallest amount")),
        SheetColumn(tr("largest amount")),
        SheetColumn(tr("earliest start")),
        SheetColumn(tr("latest start")),
    ]
    used = [j for j in range(len(columns)) if any(row[j] not in (None, "") for row in rows)]
    kept: list[list[Value]] = [[row[j] for j in used] for row in rows]
    return WorkbookSheet(tr("Technologies"), [columns[j] for j in used], kept)


def _has_amount(scenario: Scenario, name: str, /) -> bool:
    if name in scenario.variables:
        return scenario.variables[name].type != "binary"
    technology = scenario.technologies.get(name)
    return technology is not None and technology.scale is not None


def _manners(scenario: Scenario, name: str, /) -> str:
    """The levels that there are, or the unit of an amount."""
    if name in scenario.variables:
        return scenario.variables[name].unit or ""
    technology = scenario.technologies.get(name)
    if technology is None:
        return ""
    if technology.scale is not None:
        return technology.scale.unit or ""
    return listed(technology.levels)


def _roadmaps(result: Result, /) -> WorkbookSheet:
    """One plan and phase a row: what starts, every indicator, and what could be spent."""
    found, front = roadmaps(result), result.front
    limited = [j for j in range(len(found.indicators)) if not np.isnan(found.limits[:, j]).all()]
    values, available = found.values, found.available
    rows: list[list[Value]] = [
        [
            front.ids[row],
            int(result.ranking.rank[row]),
            phase,
            listed(
                decision_words(result.scenario, name, mode)
                for name, mode in found.starts[row][place]
            ),
            *map(finite, values[row, place].tolist()),
            *(finite(float(available[row, place, j])) for j in limited),
        ]
        for row in range(len(front))
        for place, phase in enumerate(found.phases)
    ]
    columns = [
        SheetColumn(tr("plan"), "plan"),
        SheetColumn(tr("rank"), "rank"),
        SheetColumn(tr("phase"), "phase"),
        SheetColumn(tr("starts"), "starts"),
        *_measured(found.indicators, values.reshape(-1, len(found.indicators)).T.tolist()),
    ]
    for j in limited:
        column, own = found.indicators[j], available[:, :, j].ravel().tolist()
        title = tr("{name} available", name=_heading(column))
        columns.append(SheetColumn(title, f"{column.name} available", number_format(column, own)))
    return WorkbookSheet(tr("Roadmap"), columns, rows, 3)


def _references(result: Result, /) -> WorkbookSheet:
    outcomes = result.reference_plans
    values = [
        [outcome.objectives[j] for outcome in outcomes] for j in range(len(result.front.columns))
    ]
    columns = [
        SheetColumn(tr("reference plan"), "plan"),
        SheetColumn(tr("title")),
        SheetColumn(tr("against the front")),
        *_measured(result.front.columns, values),
        *_decisions(result),
    ]
    rows: list[list[Value]] = [
        [
            outcome.name,
            outcome.title,
            words,
            *outcome.objectives,
            *(typed(dict(outcome.cells).get(name, "0")) for name in result.front.decision_columns),
        ]
        for outcome, words in zip(outcomes, reference_words_each(result), strict=True)
    ]
    return WorkbookSheet(tr("Reference plans"), columns, rows)


def _decision(counted: Stated, /) -> WorkbookSheet:
    """What is in every plan, in some, in none, and how many plans each answer leaves: what `decide`
    counts.
    """
    front, scenario = counted.front, counted.result.scenario
    names = choices(scenario, front)
    rows: list[list[Value]] = []
    taking = dict(zip(names, adopted(front, names).T, strict=True))
    # what most plans adopt first
    for name in sorted(names, key=lambda name: -taking[name].sum()):
        taken, plans = taking[name], len(front)
        many = int(taken.sum())
        words = tr("in every plan") if many == plans else tr("in some plans")
        rows.append(
            [
                name,
                decision_title(scenario, name),
                words if many else tr("in no plan"),
                many,
                plans - many,
                # plans stand in rank order
                *(front.ids[np.argmax(own)] if own.any() else None for own in (taken, ~taken)),
            ]
        )
    columns = [
        SheetColumn(tr("technology")),
        SheetColumn(tr("title")),
        SheetColumn(tr("adopted")),
        SheetColumn(tr("plans with it")),
        SheetColumn(tr("plans without it")),
        SheetColumn(tr("best ranked plan with it")),
        SheetColumn(tr("best ranked plan without it")),
    ]
    return WorkbookSheet(tr("Decision"), columns, rows)


def _segments(result: Result, /) -> WorkbookSheet:
    """The segments and faces between the listed plans, which are plans too."""
    ids, cells = result.front.ids, result.front.proof.cells
    width = max(map(len, cells))
    columns = [SheetColumn(tr("number"))]
    columns += [SheetColumn(tr("vertex {number}", number=j + 1)) for j in range(width)]
    rows: list[list[Value]] = [
        [at + 1, *(ids[row] for row in cell)] for at, cell in enumerate(cells)
    ]
    return WorkbookSheet(tr("Segments"), columns, rows)


def _provenance(counted: Stated, /) -> WorkbookSheet:
    """Where the numbers come from, and what is claimed of them."""
    result = counted.result
    scenario, front = result.scenario, result.front
    proof, made = front.proof, front.provenance
    notes = [
        *value_notes(front),
        *ranking_notes(result.ranking),
        *phase_notes(result),
        *stated_notes(counted),
        predictions_note(result),
    ]
    rows: list[list[Value]] = [
        [tr("scenario"), title_words(scenario)],
        [tr("scenario file"), scenario.file],
        [tr("hash of the scenario"), scenario.scenario_hash],
        [tr("numbers"), tr(ILLUSTRATIVE) if scenario.illustrative else ""],
        [tr("changed"), override_words(scenario)],
        [tr("claim"), proof_words(front)],
        [tr("status"), status_words(proof.status)],
        [tr("basis"), proof.basis or ""],
        [tr("gap"), proof.gap],
        [tr("plans"), len(front)],
        [tr("ranking"), ranking_words(front, result.ranking)],
        [tr("solver"), made.solver],
        [tr("reason"), retold(made.reason)],
        [tr("seed"), made.seed],
        [tr("subproblems"), made.subproblems],
        [tr("seconds"), made.seconds],
        *(list[Value]([tr("version of {name}", name=n), v]) for n, v in made.versions.items()),
        *(list[Value]([tr("note"), note]) for note in notes if note),
        [tr("colours"), tr("green: the best listed value; red: the worst listed value")],
    ]
    columns = [SheetColumn(tr("about")), SheetColumn(tr("value"))]
    return WorkbookSheet(tr("Provenance"), columns, [r for r in rows if r[1] not in ("", None)])


def _measured(
    columns: Sequence[Column], values: Sequence[Sequence[float | None]], /
) -> list[SheetColumn]:
    return [
        SheetColumn(_heading(column), column.name, number_format(column, own))
        for column, own in zip(columns, values, strict=True)
    ]


def _decisions(result: Result, /) -> list[SheetColumn]:
    return [
        SheetColumn(decision_title(result.scenario, name) or name, name)
        for name in result.front.decision_columns
    ]


def _heading(column: Column, /) -> str:
    words = " ".join(filter(None, (column.title or column.name, arrow(column))))
    return f"{words} [{column.unit}]" if column.unit else words
