"""Charts: described once, in :mod:`optimiser.reports.chart`, and drawn from that as PNG, SVG and
PDF; and what can be read off a front.

The same result is the same bytes, with the same version of what draws it.
"""

from __future__ import annotations

from optimiser.reports.front_chart import front_chart
from optimiser.reports.front_facts import adoption, lessons, supported
from optimiser.reports.kinds import KINDS, chart_of, kinds_of
from optimiser.reports.parallel_chart import parallel_chart
from optimiser.reports.plotting import Plotted, picture_of, plotted
from optimiser.reports.robust_charts import ranges_chart, tornado_chart
from optimiser.reports.sweep_chart import sweep_chart
from optimiser.reports.technology_chart import technology_chart

__all__ = [
    "KINDS",
    "Plotted",
    "adoption",
    "chart_of",
    "front_chart",
    "kinds_of",
    "lessons",
    "parallel_chart",
    "picture_of",
    "plotted",
    "ranges_chart",
    "supported",
    "sweep_chart",
    "technology_chart",
    "tornado_chart",
]
