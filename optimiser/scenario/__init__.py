"""Scenarios: read from YAML with the position of everything, merged, checked, and held as frozen values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimiser.scenario.diagnostics import CODES, format_diagnostic, nearest
from optimiser.scenario.gates import Gate, parse_gate
from optimiser.scenario.json_schema import json_schema
from optimiser.scenario.library import library
from optimiser.scenario.loading import check, from_resolved, load, show_merged
from optimiser.scenario.schema import Formula, Scenario

if TYPE_CHECKING:
    from optimiser.scenario.reference import reference_markdown

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


def __getattr__(name: str) -> Any:
    """The text that documents the format is loaded when first asked for."""
    if name == "reference_markdown":
        from optimiser.scenario.reference import reference_markdown

        return reference_markdown
    raise AttributeError(f"module 'optimiser.scenario' has no attribute {name!r}")
