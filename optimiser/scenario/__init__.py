"""Scenarios: read from YAML with the position of everything, merged, checked, and held as frozen values."""

from optimiser.scenario.diagnostics import CODES, format_diagnostic, nearest
from optimiser.scenario.gates import Gate, parse_gate
from optimiser.scenario.json_schema import json_schema
from optimiser.scenario.library import library
from optimiser.scenario.loading import check, from_resolved, load, show_merged
from optimiser.scenario.reference import reference_markdown
from optimiser.scenario.schema import Formula, Scenario

__all__ = [
    "CODES",
    "Formula",
    "Gate",
    "Scenario",
    "check",
    "format_diagnostic",
    "from_resolved",
    "json_schema",
    "library",
    "load",
    "nearest",
    "parse_gate",
    "reference_markdown",
    "show_merged",
]
