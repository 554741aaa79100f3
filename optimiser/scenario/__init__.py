"""Scenarios: read from YAML with the position of everything, merged, checked, and held as frozen
values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.on_demand import on_demand

if TYPE_CHECKING:
    from optimiser.scenario.codes import CODES
    from optimiser.scenario.diagnostics import format_diagnostic, nearest
    from optimiser.scenario.format.gates import Gate, parse_gate
    from optimiser.scenario.format.published_schema import json_schema
    from optimiser.scenario.format.reference_page import reference_markdown
    from optimiser.scenario.format.schema import Formula, Scenario
    from optimiser.scenario.loading import load, show_merged
    from optimiser.scenario.resolved import from_resolved
    from optimiser.scenario.sampling import Sample, sample
    from optimiser.scenario.source.columns import EffectColumn, EffectTable, effect_table
    from optimiser.scenario.source.dialect import option_entries
    from optimiser.scenario.source.library import library, locate

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
    "locate",
    "nearest",
    "option_entries",
    "parse_gate",
    "reference_markdown",
    "sample",
    "show_merged",
]

__getattr__ = on_demand(
    __name__,
    {
        "codes": ("CODES",),
        "diagnostics": ("format_diagnostic", "nearest"),
        "format.gates": ("Gate", "parse_gate"),
        "format.published_schema": ("json_schema",),
        "format.reference_page": ("reference_markdown",),
        "format.schema": ("Formula", "Scenario"),
        "loading": ("load", "show_merged"),
        "resolved": ("from_resolved",),
        "sampling": ("Sample", "sample"),
        "source.columns": ("EffectColumn", "EffectTable", "effect_table"),
        "source.dialect": ("option_entries",),
        "source.library": ("library", "locate"),
    },
)
