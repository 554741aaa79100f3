"""What makes the values of plans, as small as it can be said: where effects add, a decision
contributes the same to every plan, so that it is said once, and of each plan only what differs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from optimiser.analysis.contributions import contributions_each
from optimiser.reports.page.numbers import rounded
from optimiser.results.naming_plans import listed_plan

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["MOST_PLANS", "shared_out"]

MOST_PLANS: Final = 500
"""Of how many plans, the best ranked first, a page says what makes their values: it takes
milliseconds a plan, and a page that is sent by mail has to stay small.
"""

_MOST_LETTERS: Final = 50_000  # of what differs between plans


def shared_out(result: Result, /) -> dict[str, Any]:
    """What each source adds to each objective, for the best ranked plans.

    Returns:
        ``usual``: by source and cell (``on`` of a synergy) one number an objective; ``plans``: of
        each plan, as far as there are any, ``on``, the synergies that act, and ``other``, triples
        of objective, source and value where it is another one, both by positions in ``sources``;
        ``undefined`` and ``ordered``: positions of objectives.
    """
    front = result.front
    usual: dict[str, dict[str, list[float | None]]] = {}
    plans: list[dict[str, Any]] = []
    baseline: list[float | None] = []
    places: dict[str, int] = {}  # of sources
    room = _MOST_LETTERS
    best = [listed_plan(result, row) for row in range(min(len(front), MOST_PLANS))]
    for row, decomposed in enumerate(contributions_each(result, best)):
        found = decomposed.values()
        cells = dict(zip(front.decision_columns, front.cells[row], strict=True))
        baseline = baseline or [rounded(own.baseline) for own in found]
        values = [{part.source: rounded(part.value) for part in own.parts} for own in found]
        sources = list(dict.fromkeys(source for own in values for source in own))
        acting = [source for source in sources if source not in cells]
        for source in sources:
            known, cell = usual.setdefault(source, {}), cells.get(source, "on")
            if cell not in known:
                known[cell] = [own.get(source, 0) for own in values]
                room -= len(json.dumps(known[cell]))
        expected = {
            source: usual[source][cell]
            for source, cell in [*cells.items(), *((name, "on") for name in acting)]
            if source in usual and cell in usual[source]
        }
        other = [
            [j, places.setdefault(source, len(places)), own.get(source, 0)]
            for source, those in expected.items()
            for j, own in enumerate(values)
            if own.get(source, 0) != those[j]
        ]
        told = {
            "on": [places.setdefault(source, len(places)) for source in acting],
            "other": other,
            "undefined": [j for j, own in enumerate(found) if not own.defined],
            "ordered": [j for j, own in enumerate(found) if own.ordered],
        }
        told = {key: value for key, value in told.items() if value}
        room -= len(json.dumps(told))
        if room < 0:
            break
        plans.append(told)
    return {"usual": usual, "baseline": baseline, "sources": list(places), "plans": plans}
