"""Verification: every claim of a result that can be checked again from the scenario alone, and
which cannot.

A plan's values are those of exact arithmetic on its decisions, rounded once, and nothing near them;
they compare as rationals. What is claimed of all plans, that none is missing or better than a
bound, is checked where every combination can be looked at, or by a certificate; else it is held
against the plans at hand, and called not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.challenging import beside, enumerated, refuted
from optimiser.analysis.contradictions import (
    MOST_TOLD,
    Finding,
    contradictions,
    dominance,
    repeated,
    told,
    twice,
)
from optimiser.analysis.document_again import document_contradictions
from optimiser.analysis.equal_plans import equal_plans
from optimiser.analysis.exact_again import exact_contradictions
from optimiser.analysis.files_of_result import differing, of_one_run
from optimiser.analysis.listed_faces import faces
from optimiser.analysis.ranking_again import ranking_contradictions
from optimiser.analysis.recomputing import Ground, Plans, ground_of
from optimiser.analysis.unchecked import unchecked
from optimiser.engine.holding import excesses, tolerance_of
from optimiser.errors import GateError, ProofError
from optimiser.language import listed, marked, tr, trn
from optimiser.results import Result
from optimiser.results.claim_words import share_words
from optimiser.results.ranked_plans import read_cells
from optimiser.results.restoring import from_document
from optimiser.results.wording import rule_words
from optimiser.study.reference_plans import reference_outcomes

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.front import Column, Floats, Front

__all__ = ["Finding", "Verified", "decisions_of", "insist", "verify", "verify_saved"]

_OBJECTIVES = marked("the objectives are not those of the scenario ({names})")
_INDICATORS = marked("the indicators are not those of the scenario ({names})")
_DECISIONS = marked("the decisions are not those of the scenario ({names})")


@dataclass(frozen=True)
class Verified:
    """What became of a verification.

    Attributes:
        findings: what does not hold.
        checked: what holds of plans that are not listed, in a planner's words.
        unchecked: what was not computed again, by what it is about, in a planner's words.
        claims: whether anything is claimed of plans that are not listed.
    """

    findings: tuple[Finding, ...]
    checked: tuple[str, ...] = ()
    unchecked: Mapping[str, str] = field(default_factory=dict)
    claims: bool = True

    @property
    def holds(self) -> bool:
        """Whether nothing was found that does not hold."""
        return not self.findings

    @property
    def some(self) -> bool:
        """Whether there may be more than the findings that are told."""
        return len(self.findings) > MOST_TOLD

    def also(self, *findings: Finding, checked: str = "", settles: Sequence[str] = ()) -> Verified:
        """With more that was found out."""
        if findings:
            return replace(self, findings=(*self.findings, *findings), checked=(), unchecked={})
        left = {about: words for about, words in self.unchecked.items() if about not in settles}
        return replace(self, checked=(*self.checked, *filter(None, (checked,))), unchecked=left)


def verify(result: Result, /, *, scenario_hash: str | None = None) -> Verified:
    """Compute everything again that follows from the scenario and the decisions, and compare.

    Args:
        result: as loaded; nothing in it but the scenario and the decisions is believed.
        scenario_hash: as recorded; None leaves it out.
    """
    found: list[Finding] = []
    if scenario_hash is not None and scenario_hash != result.scenario.scenario_hash:
        found.append(
            Finding("", tr("the scenario is not the one that was solved: its hash differs"))
        )
    model = result.model
    # a row that stands a hundred thousand times is not computed as often
    wrong = _columns(result.front, model) or repeated(result.front)
    if wrong:
        return Verified((*found, *wrong))
    x, unreadable = decisions_of(result.front, model)
    if x is None:
        return Verified((*found, *unreadable))
    try:
        ground = ground_of(result, x)
    except ValueError as error:
        message = tr("the rows that a plan stands on do not make it: {reason}", reason=error)
        return Verified((*found, Finding("", message)))
    found += told(
        _feasible(ground),
        _values(ground),
        dominance(ground),
        ranking_contradictions(result),
        _references(ground),
    )
    if found:
        return Verified(tuple(found))
    found += told(contradictions(ground), faces(ground))
    everything = enumerated(ground)
    found += (
        refuted(ground, beside(ground))
        if everything is None
        else refuted(ground, everything[0], all_of_them=True)
    )
    differing_equals, open_equals = equal_plans(ground)
    found += differing_equals
    if found:
        return Verified(tuple(found))
    left = unchecked(ground, enumerated=everything is not None)
    return Verified(
        (),
        _checked(ground, everything),
        {**left, "equals": open_equals} if open_equals else left,
        claims=ground.front.proof.status != "approximate",
    )


def _checked(ground: Ground, everything: tuple[Plans, int] | None) -> tuple[str, ...]:
    proof = ground.front.proof
    if proof.status == "approximate":
        return (tr("approximate: nothing is claimed of plans that are not listed"),)
    if everything is None:
        return ()
    share, count = share_words(proof.gap or 0.0), everything[1]
    looked = (
        trn(
            "complete: the one combination that keeps the rules and linear limits looked at in "
            "exact arithmetic, no plan is missing",
            "complete: each of the {number} combinations that keep the rules and linear limits "
            "looked at in exact arithmetic, no plan is missing",
            count,
        )
        if proof.status == "complete"
        else trn(
            "covering: the one combination that keeps the rules and linear limits looked at in "
            "exact arithmetic, no plan is better by more than {share}",
            "covering: each of the {number} combinations that keep the rules and linear limits "
            "looked at in exact arithmetic, no plan is better by more than {share}",
            count,
            share=share,
        )
    )
    if proof.basis == "exact":
        return (looked,)
    return (tr("{checked}; the result calls that numerical, and it holds exactly", checked=looked),)


def insist(
    verified: Verified, path: str, /, *, exactly: bool = False, exported: bool = False
) -> None:
    """Insist that nothing was found and, where asked for, that nothing was left open; of a result,
    or of plans that were exported.

    Raises:
        GateError: something was found.
        ProofError: something that is claimed was not checked, or nothing is claimed.
    """
    if findings := verified.findings:
        first = _and_more(str(findings[0]), len(findings) - 1, some=verified.some)
        raise GateError(
            tr("{path} does not hold: {finding}", path=path, finding=first),
            help=tr("export the result again")
            if exported
            else tr("run the scenario again, with --certificate where the proof is asked for"),
        )
    if exactly and verified.unchecked:
        claims = list(verified.unchecked.values())
        raise ProofError(
            tr(
                "not everything that {path} claims was checked: {claim}",
                path=path,
                claim=_and_more(claims[0], len(claims) - 1),
            ),
            help=tr("verify --proof checks a certificate; verify --by SOLVER solves again"),
        )
    if exactly and not verified.claims:
        raise ProofError(
            tr("{path} is approximate: it claims nothing that could be exact", path=path),
            help=tr("run it with '--method exact'"),
        )


def _and_more(first: str, more: int, /, *, some: bool = False) -> str:
    if some:
        return tr("{first} and at least {more} more", first=first, more=more)
    return tr("{first} and {more} more", first=first, more=more) if more else first


def verify_saved(path: str | Path, /, *, proof: bool = False) -> tuple[Result, Verified]:
    """Verify a result folder, its ``front.csv`` included, or a single ``result.json``.

    Args:
        path: where it is.
        proof: whether the result is wanted with its certificate, of the same run as the rest.

    Raises:
        UsageError: there is no result.
        ScenarioError: it is damaged.
    """
    place = Path(path)
    document, table, certificate = of_one_run(place, proof=proof)
    result = replace(Result(*from_document(document)), certificate=certificate)
    verified = verify(result, scenario_hash=document.scenario_hash)
    found = told(document_contradictions(document, result), differing(table, result))
    return result, verified.also(*found) if found else verified


def _columns(front: Front, model: Model, /) -> list[Finding]:
    """The headings must be the scenario's own, or nothing else can be compared."""
    found = []
    for said, given, own in (
        (_OBJECTIVES, front.columns, model.columns),
        (_INDICATORS, front.indicator_columns, model.indicator_columns),
    ):
        if [_plain(column) for column in given] != [_plain(column) for column in own]:
            found.append(Finding("", tr(said, names=listed(column.name for column in own))))
    if front.decision_columns != model.decision_columns:
        found.append(Finding("", tr(_DECISIONS, names=listed(model.decision_columns))))
    return found


def _plain(column: Column, /) -> tuple[object, ...]:
    return (
        column.name,
        column.title,
        column.unit,
        column.sense,
        column.weight if column.sense else 1.0,
        column.target,
        column.range,
    )


def decisions_of(front: Front, model: Model, /) -> tuple[Floats | None, list[Finding]]:
    """(k, n) the decisions of the cells, None where some cannot be read, and why."""
    plans = zip(front.ids, front.cells, strict=True)
    x, wrong = read_cells(model, front.decision_columns, plans)
    if wrong:
        return None, list(told(Finding(name, error.message) for name, error in wrong))
    infinite = (name for name, row in zip(front.ids, x, strict=True) if not np.isfinite(row).all())
    found = list(told(Finding(name, tr("an amount is not finite")) for name in infinite))
    return (None if found else x), found


def _feasible(ground: Ground, /) -> Iterator[Finding]:
    """Where a plan does not hold as it is said to: exactly, or exactly with the constraints
    loosened by the tolerance.
    """
    front, share = ground.front, ground.scenario.solver.feasibility
    for row in np.flatnonzero(~ground.exactly(ground.plans)).tolist():
        for excess in excesses(ground.problem, ground.plans.points[row]):
            rule = rule_words(ground.scenario, [excess.rule])
            if excess.holds() is None:
                if front.proof.basis == "exact":
                    yield Finding(
                        front.ids[row],
                        tr(
                            "whether it holds is not decided, and the basis is exact: {rule}",
                            rule=rule,
                        ),
                    )
            elif excess.holds(tolerance_of(ground.problem)):
                message = tr("holds within {share:g} only: {rule}", share=share, rule=rule)
                yield Finding(front.ids[row], message)
            else:
                yield Finding(front.ids[row], tr("infeasible: {rules}", rules=rule))
    if front.proof.feasible_set == "tolerance":
        written = ground.model.at()
        held = [
            name
            for name, point in zip(front.ids, ground.plans.points, strict=True)
            if not excesses(written, point)
        ]
        if held and (front.proof.basis == "exact" or len(held) == len(front)):
            yield Finding(
                held[0],
                tr(
                    "holds every constraint exactly, and plans are said to hold within tolerance "
                    "only"
                ),
            )


def _values(ground: Ground, /) -> Iterator[Finding]:
    front, readings = ground.front, ground.model.read(ground.plans.x, ground.given)
    for row, (name, own) in enumerate(zip(front.ids, readings.ids, strict=True)):
        if name != own:
            yield Finding(name, tr("its decisions are those of plan {plan}", plan=own))
        if front.cells[row] != readings.cells[row]:
            yield Finding(name, tr("its decisions are not written as this program writes them"))
        if ground.plans.x[row].tolist() != [float(value) for value in ground.plans.points[row]]:
            yield Finding(name, tr("its decisions are not those of the rows that it stands on"))
    yield from twice(front)
    given = np.hstack([front.y, front.indicators])
    right = np.hstack([readings.objectives, readings.indicators])
    names = [column.name for column in (*front.columns, *front.indicator_columns)]
    for row, j in np.argwhere((given != right) & ~(np.isnan(given) & np.isnan(right))).tolist():
        message = tr(
            "{name} is listed as {found!r}, the scenario gives {own!r}",
            name=names[j],
            found=float(given[row, j]),
            own=float(right[row, j]),
        )
        yield Finding(front.ids[row], message)
    if np.array_equal(front.y, readings.objectives):
        yield from exact_contradictions(ground)


def _references(ground: Ground, /) -> Iterator[Finding]:
    result = ground.result
    own = reference_outcomes(result, ground.model, ground.problem)
    if [outcome.name for outcome in own] != [outcome.name for outcome in result.reference_plans]:
        yield Finding("", tr("the reference plans are not those of the scenario"))
        return
    for given, again in zip(result.reference_plans, own, strict=True):
        if given != again:
            message = tr("reference plan {name} is not where the scenario puts it", name=given.name)
            yield Finding("", message)
