"""What a merged scenario holds, with every error that is found about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.errors import ScenarioError
from optimiser.language import trn
from optimiser.scenario.checks.by_phase import check_by_phase
from optimiser.scenario.checks.effects import check_effects
from optimiser.scenario.checks.figures import check_figures
from optimiser.scenario.checks.money import check_money
from optimiser.scenario.checks.names import check_references
from optimiser.scenario.checks.prerequisites import check_prerequisites
from optimiser.scenario.checks.quantities import check_quantities
from optimiser.scenario.checks.timing import check_phases
from optimiser.scenario.checks.wants import check_wants
from optimiser.scenario.source.building import build
from optimiser.scenario.source.draft import Draft
from optimiser.scenario.source.identifiers import check_identifiers
from optimiser.scenario.source.uncertainty import check_uncertainty

if TYPE_CHECKING:
    from optimiser.scenario.diagnostics import Findings
    from optimiser.scenario.format.schema import Scenario
    from optimiser.scenario.nodes import MappingNode
    from optimiser.scenario.source.files import Files
    from optimiser.scenario.source.layering import Ids

__all__ = ["accepted", "checked", "failure"]


def checked(
    node: MappingNode, findings: Findings, files: Files | None, removed: Ids | None = None, /
) -> Draft:
    """What a merged and expanded tree holds, with every error found about it.

    Its data are read from ``files``; without them they are in the tree.
    """
    draft = build(node, findings, removed=removed)
    if draft.scenario.models:
        from optimiser.scenario.source.estimation import fit_models

        draft = fit_models(draft, files)
    for examine in (
        check_identifiers,
        check_references,
        check_quantities,
        check_uncertainty,
        check_effects,
        check_phases,
        check_by_phase,
        check_money,
        check_figures,
        check_wants,
        check_prerequisites,
    ):
        examine(draft)
    return draft


def accepted(draft: Draft | None, findings: Findings, name: str, /) -> Scenario:
    """The scenario of a draft that is whole.

    Raises:
        ScenarioError: it has errors.
    """
    if draft is None or findings.errors:
        raise failure(findings, name)
    return draft.scenario


def failure(findings: Findings, name: str, /) -> ScenarioError:
    """The errors that were found, as one."""
    diagnostics = [d for d in findings.ordered() if d.severity == "error"]
    message = trn(
        "{number} error in {name}", "{number} errors in {name}", findings.errors, name=name
    )
    return ScenarioError(message, diagnostics=diagnostics)
