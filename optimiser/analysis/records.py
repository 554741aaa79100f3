"""Comparisons and verifications as plain values, for JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimiser.analysis.comparing import Comparison, Measure
    from optimiser.analysis.gates import Verdict
    from optimiser.analysis.verification import Finding

__all__ = ["comparison_record", "json_text", "verification_record"]


def comparison_record(base: str, new: str, found: Comparison, verdicts: Sequence[Verdict], /) -> dict[str, Any]:
    """One comparison, with what its gates say."""
    return {
        "base": base,
        "new": new,
        "best": {name: _measure(measure) for name, measure in found.best.items()},
        "hypervolume": _measure(found.hypervolume),
        "epsilon": float(found.epsilon.new),
        "plans": {"base": found.plans[0], "new": found.plans[1]},
        "lost": list(found.lost),
        "gained": list(found.gained),
        "top": {"base": list(found.top[0]), "new": list(found.top[1])},
        "reference_plans": {"base": dict(found.references[0]), "new": dict(found.references[1])},
        "proof": {"base": found.proofs[0], "new": found.proofs[1]},
        "notes": list(found.notes),
        "gates": [
            {"gate": verdict.gate, "passed": verdict.passed, "noise": verdict.noise, "message": verdict.message}
            for verdict in verdicts
        ],
    }


def _measure(measure: Measure, /) -> dict[str, float]:
    return {"base": float(measure.base), "new": float(measure.new), "worse": float(measure.worse), "noise": float(measure.noise)}


def verification_record(plans: int, findings: Sequence[Finding], /) -> dict[str, Any]:
    """What a verification found."""
    return {
        "verified": not findings,
        "plans": plans,
        "findings": [{"plan": finding.plan, "message": finding.message} for finding in findings],
    }


def json_text(record: Any, /) -> str:
    """A record as JSON, in its own order."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
