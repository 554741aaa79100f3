"""Charts as SVG: a front as a picture, technologies as a graph, and what can be read off a front.

The same result is the same bytes, whatever fonts a machine has.
"""

from __future__ import annotations

from optimiser.reports.front_facts import adoption, lessons, supported
from optimiser.reports.front_picture import front_picture
from optimiser.reports.technology_graph import technology_graph

__all__ = ["adoption", "front_picture", "lessons", "supported", "technology_graph"]
