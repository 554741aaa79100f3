"""Scenarios: read from YAML with the position of everything, merged, checked, and held as frozen
values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimiser.scenario.codes import CODES
from optimiser.scenario.diagnostics import format_diagnostic, nearest
from optimiser.scenario.format.gates import Gate, parse_gate
from optimiser.scenario.format.schema import Formula, Scenario
from optimiser.scenario.loading import from_resolved, load, show_merged
from optimiser.scenario.source.library import library

if TYPE_CHECKING:
    from optimiser.scenario.format.published_schema import json_schema
    from optimiser.scenario.format.reference_page import reference_markdown
    from optimiser.scenario.sampling import Sample, sample
    from optimiser.scenario.source.columns import EffectColumn, EffectTable, effect_table
    from optimiser.scenario.source.dialect import option_entries

__all__ = [
    "CODES",
    "EffectColumn",
    "EffectTable",
    "Formula",
    "Gate",
    "Sample",
    "Scenario",
    "effect_table",
    "format_diagnostic",
    "from_resolved",
    "json_schema",
    "library",
    "load",
    "nearest",
    "option_entries",
    "parse_gate",
    "reference_markdown",
    "sample",
    "show_merged",
]


def __getattr__(name: str) -> Any:
    """What documents the format, and what only drafts need, is loaded when first asked for."""
    if name == "json_schema":
        from optimiser.scenario.format.published_schema import json_schema

        return json_schema
    if name == "reference_markdown":
        from optimiser.scenario.format.reference_page import reference_markdown

        return reference_markdown
    if name in ("EffectColumn", "EffectTable", "effect_table"):
        from optimiser.scenario.source import columns

        return getattr(columns, name)
    if name in ("Sample", "sample"):
        from optimiser.scenario import sampling

        return getattr(sampling, name)
    if name == "option_entries":
        from optimiser.scenario.source.dialect import option_entries

        return option_entries
    raise AttributeError(f"module 'optimiser.scenario' has no attribute {name!r}")
