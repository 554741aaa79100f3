"""Scenarios: read from YAML with the position of everything, merged, checked, and held as frozen values."""

from optimiser.scenario.diagnostics import CODES, format_diagnostic, nearest
from optimiser.scenario.library import library
from optimiser.scenario.loading import check, from_resolved, load, show_merged
from optimiser.scenario.schema import Formula, Scenario

__all__ = [
    "CODES",
    "Formula",
    "Scenario",
    "check",
    "format_diagnostic",
    "from_resolved",
    "library",
    "load",
    "nearest",
    "show_merged",
]
