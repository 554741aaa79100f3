"""The plans over samples, as plain values for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from optimiser.analysis.records import head

if TYPE_CHECKING:
    from optimiser.analysis.parameter_regions import EfficientRegion
    from optimiser.analysis.regret import Regret
    from optimiser.analysis.robust import Robustness

__all__ = ["of_robustness"]


def of_robustness(found: Robustness, /) -> dict[str, Any]:
    """The whole answer."""
    names = [column.name for column in found.result.front.columns]
    return {
        **head(found.result, "robust", found.notes),
        "samples": len(found.drawn.values),
        "seed": found.seed,
        "cvar_level": found.level,
        "plans": [
            {
                "id": one.plan.id,
                "reference": one.plan.name or None,
                "objectives": dict(zip(names, map(asdict, one.spreads), strict=True)),
                "feasible": one.feasible,
                "efficient": one.efficient,
                "regret": None if one.regret is None else _regret(one.regret, names),
                "region": None if one.region is None else _region(one.region),
            }
            for one in found.plans
        ],
        "sobol": {
            objective: {name: asdict(influence) for name, influence in own.items()}
            for objective, own in found.influences.items()
        },
        "sobol_samples": found.base,
        "solves": 0 if found.ideals is None else found.ideals.solves,
    }


def _regret(regret: Regret, names: list[str]) -> dict[str, Any]:
    each = ({"max": most, "mean": mean} for most, mean in regret.objectives)
    return {
        "max": regret.max,
        "mean": regret.mean,
        "objectives": dict(zip(names, each, strict=True)),
    }


def _region(region: EfficientRegion) -> dict[str, Any]:
    return {
        "text": region.words,
        "density": region.density,
        "coverage": region.coverage,
        "limits": {name: list(ends) for name, ends in region.limits.items()},
    }
