"""Results as exported tables, and both ways to verify them."""

from __future__ import annotations

from optimiser.analysis.exported_plans import ExportedPlans, verify_against, verify_exported
from optimiser.analysis.verification import Verified
from optimiser.results import Result
from optimiser.results.table import headings, rows


def table(found: Result) -> ExportedPlans:
    own = tuple(map(tuple, rows(found.front, found.ranking)))
    return ExportedPlans("a.csv", headings(found.front), own)


def both(of: ExportedPlans, found: Result) -> list[Verified]:
    """Against the scenario, and against the result, which is taken to hold."""
    return [verify_exported(of, found.scenario), verify_against(of, found, Verified(()))]
