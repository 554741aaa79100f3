"""Comparisons, verifications, plans and scenarios as plain values, for JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

from optimiser.errors import Diagnostic, ScenarioError
from optimiser.front import finite
from optimiser.ranking import scores_of
from optimiser.results.document import (
    SCHEMA_VERSION,
    cell_value,
    equal_records,
    to_document,
    with_equals,
)
from optimiser.results.printable import printable

if TYPE_CHECKING:
    from optimiser.analysis.gate_verdicts import Judged
    from optimiser.analysis.measures import Interval, Measure
    from optimiser.analysis.scenario_changes import ScenarioChange
    from optimiser.analysis.verification import Verified
    from optimiser.engine.certificate import Checked
    from optimiser.engine.certificate.continuous import CheckedListing
    from optimiser.errors import OptimiseError
    from optimiser.formulate import Model
    from optimiser.front import Column
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.scenario import Scenario
    from optimiser.study import Equivalents

__all__ = [
    "head",
    "of_comparison",
    "of_named_plan",
    "of_plan",
    "of_result",
    "of_scenario",
    "of_unlisted_plan",
    "of_unpaired",
    "of_unverified",
    "of_verification",
    "text",
]


def head(about: Result | Scenario, command: str, notes: Sequence[str] = (), /) -> dict[str, Any]:
    """What the answer to any question begins with; about a scenario where it has no front."""
    from optimiser.results import Result

    scenario, proof = (
        (about.scenario, about.front.proof) if isinstance(about, Result) else (about, None)
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "command": command,
        "scenario": str(scenario.name),
        "scenario_hash": scenario.scenario_hash,
        "proof": proof and {"status": proof.status, "basis": proof.basis, "gap": proof.gap},
        "notes": list(notes),
    }


def of_named_plan(result: Result, plan: NamedPlan, /) -> dict[str, Any]:
    """Any plan as questions answer with it: rank and score are null where they are not known."""
    front, ranking = result.front, result.ranking
    rank, score = None, None
    if plan.row is not None:
        rank, score = int(ranking.rank[plan.row]), float(ranking.score[plan.row])
    elif all(map(isfinite, plan.objectives.tolist())):
        score = finite(float(scores_of(front, ranking, plan.objectives[None])[0]))
    columns = (front.columns, front.indicator_columns, front.decision_columns)
    return _plan(plan, columns, set(result.scenario.figures), rank, score)


def of_unlisted_plan(model: Model, plan: NamedPlan, /) -> dict[str, Any]:
    """A plan of a scenario that was not solved."""
    columns = (model.columns, model.indicator_columns, model.decision_columns)
    return _plan(plan, columns, set(model.scenario.figures), None, None)


def _plan(
    plan: NamedPlan,
    columns: tuple[Sequence[Column], Sequence[Column], Sequence[str]],
    figures: Set[str],
    rank: int | None,
    score: float | None,
) -> dict[str, Any]:
    objectives, indicators, decisions = columns
    names = [column.name for column in objectives]
    others = [column.name for column in indicators]
    values = dict(zip(others, map(finite, plan.indicators.tolist()), strict=True))
    return {
        "id": plan.id,
        "rank": rank,
        "score": score,
        "decisions": {n: cell_value(c) for n, c in zip(decisions, plan.cells, strict=True)},
        "objectives": dict(zip(names, map(finite, plan.objectives.tolist()), strict=True)),
        "indicators": {n: v for n, v in values.items() if n not in figures},
        "figures": {n: v for n, v in values.items() if n in figures},
    }


def of_comparison(
    base: str,
    new: str,
    judged: Judged,
    /,
    *,
    places: Sequence[tuple[str, int]] = (),
    changes: Sequence[ScenarioChange] = (),
) -> dict[str, Any]:
    """One comparison, with what its gates say.

    Values are those of the listed plans; ``*_interval`` are between what the true ones lie,
    with None for an end that is not known.

    Args:
        base: how BASE is called.
        new: how NEW is.
        judged: the comparison and its gates.
        places: of each gate the file and the line at which it is told; the line is 0 where only
            the file is known.
        changes: what differs between the scenarios.
    """
    found = judged.comparison
    known = [*places, *[("", 0)] * (len(judged.verdicts) - len(places))]
    return {
        "base": base,
        "new": new,
        "status": "compared",
        "changes": [asdict(change) for change in changes],
        "best": {name: _measure(measure) for name, measure in found.best.items()},
        "hypervolume": _measure(found.hypervolume),
        "epsilon": float(found.epsilon.new),
        "epsilon_interval": _interval(found.epsilon.new_known),
        "plans": {"base": found.plans[0], "new": found.plans[1]},
        "lost": list(found.lost),
        "lost_undecided": list(found.undecided[0]),
        "gained": list(found.gained),
        "gained_undecided": list(found.undecided[1]),
        "top": {"base": list(found.top[0]), "new": list(found.top[1])},
        "reference_plans": {"base": dict(found.references[0]), "new": dict(found.references[1])},
        "proof": {"base": found.proofs[0], "new": found.proofs[1]},
        "exact": {"base": found.exact[0], "new": found.exact[1]},
        "notes": list(found.notes),
        "measures": {name: _measure(measure) for name, measure in found.measures.items()},
        "gates": [
            {
                "gate": verdict.gate,
                "passed": verdict.passed,
                "noise": verdict.noise,
                "outcome": verdict.outcome,
                "message": verdict.message,
            }
            for verdict in judged.verdicts
        ],
        "gate_places": [{"file": file, "line": line} for file, line in known],
    }


def of_unpaired(
    base: str | None, new: str | None, /, *, errors: Sequence[OptimiseError] = (), file: str = ""
) -> dict[str, Any]:
    """What is told where there is nothing to compare: one of two folders has a scenario that the
    other has not, or one of the two could not be read or solved.

    Args:
        base: how BASE is called; None where NEW is new.
        new: how NEW is called; None where BASE is gone.
        errors: why they are not compared.
        file: at which that is told.
    """
    status = "new" if base is None else "gone" if new is None else "failed"
    return {
        "base": base,
        "new": new,
        "status": status,
        "file": file,
        "errors": [part for error in errors for part in _error(error)],
        "measures": {},
        "gates": [],
        "gate_places": [],
        "notes": [],
    }


def _error(error: OptimiseError, /) -> list[dict[str, Any]]:
    """An error as findings have their fields."""
    found = error.diagnostics if isinstance(error, ScenarioError) else ()
    return [asdict(one) for one in found if one.severity == "error"] or [
        asdict(Diagnostic("", "error", error.message, help=error.help))
    ]


def _measure(measure: Measure, /) -> dict[str, Any]:
    """``worse`` is what is proven: 0 where NEW is proven neither worse nor better."""
    return {
        "base": float(measure.base),
        "new": float(measure.new),
        "worse": float(measure.worse),
        "noise": float(measure.noise),
        "base_interval": _interval(measure.base_known),
        "new_interval": _interval(measure.new_known),
        "worse_interval": _interval((measure.low, measure.high)),
        "comparable": not measure.unlike,
    }


def _interval(known: Interval, /) -> list[float | None]:
    return [finite(float(end)) for end in known]


def of_verification(
    path: str,
    plans: int,
    verified: Verified,
    /,
    *,
    certificate: Checked | CheckedListing | None = None,
    file: str = "",
) -> dict[str, Any]:
    """What a verification found, checked and left open, that of a certificate included where one
    was checked; ``file`` is that of the scenario.
    """
    return {
        "result": path,
        "file": file,
        "error": None,
        "verified": verified.holds,
        "plans": plans,
        "certificate": None if certificate is None else _certificate(certificate),
        "findings": [
            {"plan": finding.plan, "message": finding.message} for finding in verified.findings
        ],
        "checked": list(verified.checked),
        "not_checked": [
            {"about": about, "message": words} for about, words in verified.unchecked.items()
        ],
    }


def of_unverified(path: str, error: OptimiseError, /) -> dict[str, Any]:
    """What is told of a result that could not be verified."""
    return {
        "result": path,
        "file": "",
        "error": error.message,
        "verified": False,
        "plans": 0,
        "certificate": None,
        "findings": [],
        "checked": [],
        "not_checked": [],
    }


def _certificate(checked: Checked | CheckedListing, /) -> dict[str, int]:
    """What does not depend on the machine."""
    return {name: value for name, value in asdict(checked).items() if name != "seconds"}


def of_plan(
    result: Result, row: int, /, *, equivalents: Equivalents | None = None
) -> dict[str, Any]:
    """One plan, as ``result.json`` holds it, and the plans with the same objectives where these
    were asked for.
    """
    plans: list[dict[str, Any]] = to_document(result)["plans"]
    return (
        plans[row]
        if equivalents is None
        else {**plans[row], "equivalents": equal_records(equivalents)}
    )


def of_result(result: Result, equivalents: Sequence[Equivalents], /) -> dict[str, Any]:
    """``result.json`` with the plans that have the same objectives as a listed one beside it."""
    return with_equals(to_document(result), equivalents)


def of_scenario(scenario: Scenario, /) -> dict[str, Any]:
    """What a list of scenarios says of one."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "illustrative": scenario.illustrative,
        "technologies": len(scenario.technologies),
        "variables": len(scenario.variables),
        "objectives": {name: objective.sense for name, objective in scenario.objectives.items()},
    }


def text(record: Any, /) -> str:
    """A record as JSON, in its own order."""
    return printable(json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1)) + "\n"
