"""What the page knows: the plans as columns of numbers, what its scripts rank by, and everything
that is said, in each language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimiser.analysis.acceptability import acceptability
from optimiser.analysis.adoption import adopted, choices
from optimiser.analysis.deciding import knee_of, stated
from optimiser.analysis.decision_notes import stated_notes
from optimiser.language import LANGUAGES, installed, retold, speaking, tr
from optimiser.ranking import Yardstick, methods
from optimiser.reports.drawing import COLOURS
from optimiser.reports.front_facts import lessons
from optimiser.reports.page.claim_meaning import claim_meaning
from optimiser.reports.page.contributing import MOST_PLANS, shared_out
from optimiser.reports.page.described import answered, described, pictures
from optimiser.reports.page.numbers import (
    as_shown,
    exactly,
    finite_each,
    packed,
    rounded,
    shown,
)
from optimiser.reports.page.saying import others_as_changes
from optimiser.reports.page.wording import messages
from optimiser.reports.page.writing import written
from optimiser.results.claim_words import best_notes, near_notes, percent, proof_words
from optimiser.results.phase_notes import phase_notes
from optimiser.results.predicting import predictions_note
from optimiser.results.ranking_words import ranking_notes, ranking_words
from optimiser.results.roadmaps import roadmaps
from optimiser.results.wording import (
    ILLUSTRATIVE,
    decision_title,
    override_words,
    readable_or,
    reference_words_each,
)
from optimiser.scenario import library
from optimiser.study import equivalents_of_all

if TYPE_CHECKING:
    from optimiser.analysis.deciding import Stated
    from optimiser.front import Column, Front
    from optimiser.results import Result

__all__ = ["payload"]

_LEARNING: Final = 60  # plans up to which those that weights find are, for three objectives
_DECIDING: Final = 1000  # plans up to which acceptabilities are a matter of seconds
_FIRST: Final = 12  # plans whose acceptabilities are shown
_EQUALS: Final = 80_000  # letters that plans with equal objectives may take
_SPREAD: Final = ("mean", "p5", "p95", "worst")  # of robust, in the order of its columns
_SPENT: Final = 50_000  # letters that what plans spend may take: a page has to stay small


def payload(
    result: Result, /, *, robust: Mapping[str, Any] | None, repair: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Everything that the page shows, as plain values."""
    # searched for once
    result = replace(result, equal_plans=equivalents_of_all(result) or result.equal_plans)
    counted = stated(result, equivalents=result.equal_plans)
    front = result.front
    return {
        "name": str(result.scenario.name),
        "result": _called(result),
        "title": result.scenario.title or str(result.scenario.name),
        "hash": result.scenario.scenario_hash,
        "ids": " ".join(front.ids),
        "objectives": _objectives(result),
        "indicators": [
            {**_column(column), **as_shown(values)}
            for column, values in zip(
                front.indicator_columns, front.indicators.T.tolist(), strict=True
            )
        ],
        "decisions": _decisions(result),
        "equals": _equals(result),
        "ranking": _ranking(result),
        "references": _references(result),
        "contributions": shared_out(result),
        "roadmap": _roadmap(result),
        "acceptability": _acceptability(counted),
        "robust": None if robust is None else _robust(robust, front.columns),
        "repair": repair,
        "provenance": _provenance(result),
        "written": written(result.scenario),
        "colours": {
            role: [COLOURS["light"][role], COLOURS["dark"][role]] for role in COLOURS["light"]
        },
        "words": _words(counted, robust),
    }


def _called(result: Result, /) -> str:
    """How a command line names the result: a scenario of the library, else where `run` keeps it."""
    name = str(result.scenario.name)
    return name if name in library() else f"results/{name}"


def _column(column: Column, /) -> dict[str, Any]:
    return {"name": column.name, "title": column.title or column.name, "unit": column.unit}


def _objectives(result: Result, /) -> list[dict[str, Any]]:
    """The columns of the front with what the rankings measure them by."""
    front = result.front
    scale = Yardstick.of(front, result.ranking.ranges)
    return [
        {
            **_column(column),
            "sign": int(column.sign),
            "target": column.target,
            "range": finite_each(scale.given[j].tolist()),
            "length": float(scale.lengths[j]),
            "largest": float(scale.largest[j]),
            "flat": bool(scale.flat[j]),
            "values": exactly(front.y[:, j].tolist()),
            **shown(front.y[:, j].tolist()),
            **(_exact(front, scale, j) if scale.exact[j] else {}),
        }
        for j, column in enumerate(front.columns)
    ]


def _exact(front: Front, scale: Yardstick, j: int, /) -> dict[str, Any]:
    """What the rankings take in the place of the values and the range of an objective in which
    floats do not tell how plans differ.
    """
    found = {
        "base": float(scale.base[j]),
        "values": exactly(front.aside[:, j].tolist()),
        "range": finite_each(scale.ranges[j].tolist()),
    }
    return {"exact": found}


def _decisions(result: Result, /) -> dict[str, dict[str, Any]]:
    """Each decision with its different cells, and for each plan the position of its cell."""
    front, scenario = result.front, result.scenario
    found = {}
    for place, name in enumerate(front.decision_columns):
        column = [row[place] for row in front.cells]
        cells = list(dict.fromkeys(column))
        technology = scenario.technologies.get(name)
        variable = scenario.variables.get(name)
        unit = variable.unit if variable else ""
        if technology is not None and technology.scale is not None:
            unit = technology.scale.unit
        at = {cell: position for position, cell in enumerate(cells)}
        found[name] = {
            "title": decision_title(scenario, name) or name,
            "technology": technology is not None,
            "binary": variable is not None and variable.type == "binary",
            "unit": unit or "",
            "cells": cells,
            "levels": {
                level: technology.levels[level].title or level
                for level in dict.fromkeys(cell.partition("@")[0] for cell in cells)
                if technology is not None and level in technology.levels
            },
            "at": packed([at[cell] for cell in column], len(cells)),
        }
    return found


def _equals(result: Result, /) -> dict[str, Any]:
    """The plans with the objectives of a listed one: which one it is of, and what each adopts.
    Where they are too many for a page, how many there are only.
    """
    front, equal = result.front, result.equal_plans or ()
    of = [one.row for one in equal for _ in range(len(one))]
    names = choices(result.scenario, front)
    if len(of) * len(names) > 6 * _EQUALS:
        return {"count": 0, "of": "", "adopted": {}, "left_out": len(of)}
    taken = np.vstack(
        [
            np.zeros((0, len(names)), dtype=bool),
            *(adopted(one.others, names) for one in equal if one.others is not None),
        ]
    )
    columns = zip(names, taken.T.astype(int).tolist(), strict=True)
    return {
        "count": len(of),
        "of": packed(of, len(front)),
        "adopted": {name: packed(column, 2) for name, column in columns},
    }


def _ranking(result: Result, /) -> dict[str, Any]:
    ranking, own = result.ranking, result.scenario.ranking
    pairs = ranking.method in methods() and methods()[ranking.method].pairwise
    return {
        "method": ranking.method,
        "weights": ranking.weights.tolist(),
        "values": ranking.normalise == "none"
        or (ranking.method != "weighted_sum" and own.normalise == "none"),
        "preference": ranking.definition if pairs else own.preference or "usual",
        "methods": list(methods()),
    }


def _references(result: Result, /) -> list[dict[str, Any]]:
    """The reference plans with the digits that tell their values from those of the listed ones."""
    outcomes, front = result.reference_plans, result.front
    texts = [
        readable_or([*(outcome.objectives[j] for outcome in outcomes), *own], "–")
        for j, own in enumerate(front.y.T.tolist())
    ]
    return [
        {
            "name": outcome.name,
            "title": outcome.title,
            "values": [column[place] for column in texts],
        }
        for place, outcome in enumerate(outcomes)
    ]


def _robust(record: Mapping[str, Any], columns: Sequence[Column], /) -> dict[str, Any]:
    """Of each plan what its objectives come to over the samples, and in how many it holds and is
    efficient, as `robust` writes them.
    """
    plans = record["plans"]
    spreads = [
        readable_or([plan["objectives"][c.name][key] for plan in plans for key in _SPREAD], "–")
        for c in columns
    ]
    rows = [
        [
            " ".join(filter(None, (plan["id"], plan.get("reference")))),
            *(text for own in spreads for text in own[len(_SPREAD) * at : len(_SPREAD) * (at + 1)]),
            percent(plan["feasible"]),
            percent(plan["efficient"]),
        ]
        for at, plan in enumerate(plans)
    ]
    return {"samples": record["samples"], "rows": rows}


def _roadmap(result: Result, /) -> dict[str, Any] | None:
    """The phases, and of each indicator that a phase limits or that is spent what every plan
    spends, and could spend, in each.
    """
    if not result.scenario.phases:
        return None
    found = roadmaps(result)
    chosen = [
        q
        for q in range(len(found.indicators))
        if found.one_off[q] or any(map(isfinite, found.limits[:, q].tolist()))
    ]
    spent: list[Any] = []
    available: list[Any] = []
    room = _SPENT
    for row in range(min(len(result.front), MOST_PLANS)):
        for known, values in ((spent, found.values), (available, found.available)):
            known.append([[rounded(v) for v in values[row, :, q].tolist()] for q in chosen])
            room -= len(json.dumps(known[-1]))
        if room < 0:
            break
    return {
        "phases": list(found.phases),
        "indicators": [_column(found.indicators[q]) for q in chosen],
        "spent": spent,
        "available": available,
    }


def _acceptability(counted: Stated, /) -> dict[str, Any] | None:
    """Of the plans that are first for the largest shares of the weights these shares, as `decide`
    has them; None of very long fronts.
    """
    front = counted.front
    if len(front) > _DECIDING:
        return None
    found = acceptability(
        counted.shares.taken(counted.left), counted.allowed, seed=front.provenance.seed
    )
    shares = sorted(zip(front.ids, found.share, strict=True), key=lambda pair: -pair[1])
    knee = knee_of(counted.shares, counted.left)
    return {
        "shares": [[plan, percent(share)] for plan, share in shares[:_FIRST] if share > 0],
        "error": rounded(found.error),
        "knee": None if knee is None else front.ids[knee],
    }


def _provenance(result: Result, /) -> list[list[str]]:
    """Keys and values as ``result.json`` has them."""
    source = result.front.provenance
    return [
        ["solver", source.solver],
        ["seed", str(source.seed)],
        ["seconds", f"{source.seconds:.3g}"],
        ["subproblems", str(source.subproblems)],
        *(
            [f"options.{name}", str(value)]
            for name, value in source.options.items()
            if value is not None
        ),
        *([f"versions.{name}", str(value)] for name, value in sorted(source.versions.items())),
        ["scenario_hash", result.scenario.scenario_hash],
    ]


def _lessons(result: Result, /) -> list[str]:
    """What a look at the front teaches, as text: where that is a matter of moments."""
    if len(result.front.columns) > 2 and len(result.front) > _LEARNING:
        return []
    return [lesson.replace("**", "").replace("`", "") for lesson in lessons(result)]


def _words(counted: Stated, robust: Mapping[str, Any] | None, /) -> dict[str, dict[str, Any]]:
    found = {}
    for language in filter(installed, LANGUAGES):
        with speaking(language):
            found[language] = {**_said(counted), "robust": answered(counted.result, robust)}
    return others_as_changes(found)


def _said(counted: Stated, /) -> dict[str, Any]:
    """What is said of this result in the language that is spoken."""
    result = counted.result
    front, scenario = result.front, result.scenario
    warnings = [tr(ILLUSTRATIVE)] if scenario.illustrative else []
    notes = [*ranking_notes(result.ranking), *phase_notes(result), predictions_note(result)]
    return {
        "page": messages(),
        "claim": proof_words(front),
        "warnings": [*warnings, *filter(None, [override_words(scenario)])],
        "summary": [
            *best_notes(front),
            *near_notes(front),
            *_lessons(result),
            ranking_words(front, result.ranking),
        ],
        "notes": [*filter(None, notes)],
        "reason": retold(front.provenance.reason),
        "meaning": claim_meaning(front),
        "methods": {name: tr(method.title) for name, method in methods().items()},
        "references": reference_words_each(result),
        "counted": stated_notes(counted),
        "charts": described(result),
        "pictures": pictures(result),
    }
