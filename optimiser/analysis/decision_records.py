"""A decision, and a step towards one, as plain values for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimiser.analysis.decision_notes import decision_notes, stated_notes
from optimiser.analysis.records import head
from optimiser.results.document import cell_value

if TYPE_CHECKING:
    from optimiser.analysis.adoption import Rule
    from optimiser.analysis.deciding import Decided, Stated
    from optimiser.analysis.enautilus import Step
    from optimiser.analysis.interval_scores import IntervalSet
    from optimiser.analysis.questions import Question

__all__ = ["of_decision", "of_interval_set", "of_step"]


def of_decision(decision: Decided, /) -> dict[str, Any]:
    """What statements leave over."""
    stated, ranked, found = decision.stated, decision.ranked, decision.technologies
    front, plans = stated.front, decision.plans
    objectives = [column.name for column in front.columns]
    knee = decision.knee
    return {
        **head(stated.result, "decide", decision_notes(decision)),
        "statements": [{"kind": one.kind, "text": one.text} for one in stated.statements],
        "plans": list(plans),
        "first": list(decision.first),
        "acceptability": _by_plan(plans, ranked.share if ranked else ()),
        "acceptability_error": ranked.error if ranked else 0.0,
        "central_weights": {
            plan: dict(zip(objectives, centre, strict=True))
            for plan, centre in zip(plans, ranked.central if ranked else (), strict=True)
            if centre is not None
        },
        "confidence": _by_plan(plans, ranked.confidence if ranked else ()),
        "knee": None if knee is None else front.ids[knee],
        "technologies": {
            "core": list(found.core),
            "open": found.open,
            "out": list(found.out),
            "start_now": list(found.start_now),
        },
        "core_index_all": decision.core_index,
        "pairs": [
            {"technologies": list(pair.technologies), "both": pair.both} for pair in decision.pairs
        ],
        "next": None if decision.next is None else _question(decision.next),
        "questions": [_question(question) for question in decision.questions],
        "rules": [_rule(rule, stated) for rule in decision.rules],
        "trade_offs": [_rule(rule, stated) for rule in decision.trade_offs],
    }


def of_interval_set(found: IntervalSet, /) -> dict[str, Any]:
    """The plans that no other beats wherever uncertain parameters are."""
    front = found.result.front
    objectives = [column.name for column in front.columns]
    return {
        **head(found.result, "decide", ()),
        "statements": [{"kind": one.kind, "text": one.text} for one in found.statements],
        "intervals": {
            "parameters": list(found.parameters),
            "plans": [
                {
                    "id": name,
                    "decisions": {
                        column: cell_value(text)
                        for column, text in zip(front.decision_columns, cells, strict=True)
                    },
                    "objectives": dict(zip(objectives, values, strict=True)),
                    "efficient": bool(own),
                }
                for name, cells, values, own in zip(
                    found.ids, found.cells, found.y.tolist(), found.efficient, strict=True
                )
            ],
            "core_index": found.core_index,
            "looked_at": found.looked_at,
        },
    }


def of_step(stated: Stated, step: Step, /) -> dict[str, Any]:
    """The points of a step."""
    names = [column.name for column in stated.front.columns]
    return {
        **head(stated.result, "decide", stated_notes(stated)),
        "state": step.state,
        "step": step.at,
        "steps": step.steps,
        "points": [
            {
                "id": point.id,
                "objectives": dict(zip(names, point.objectives, strict=True)),
                "reachable": {
                    name: list(ends) for name, ends in zip(names, point.reachable, strict=True)
                },
                "plans": len(point.plans),
                "plan": stated.front.ids[point.plans[0]] if len(point.plans) == 1 else None,
            }
            for point in step.points
        ],
    }


def _by_plan(plans: tuple[str, ...], values: tuple[float | None, ...]) -> dict[str, float]:
    return {plan: value for plan, value in zip(plans, values, strict=True) if value is not None}


def _question(question: Question) -> dict[str, Any]:
    return {
        "flag": f"--{question.kind}",
        "answers": [
            {"set": answer.statement.option, "left": answer.left} for answer in question.answers
        ],
    }


def _rule(rule: Rule, stated: Stated) -> dict[str, Any]:
    return {
        "if": rule.condition,
        "then": rule.conclusion,
        "plans": rule.plans,
        "proven": stated.claimed,
    }
