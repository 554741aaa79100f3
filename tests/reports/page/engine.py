"""The page's scripts without a browser: what they compute, in a JavaScript engine."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import quickjs

from optimiser.reports.page.assembling import ASSETS, script_json
from optimiser.reports.page.payload import payload
from optimiser.results import Result

__all__ = ["called", "front_of"]


@cache
def _engine() -> quickjs.Context:
    context = quickjs.Context()
    names = ("reading.js", "ranking.js", "written.js", "deciding.js", "changes.js")
    scripts = [(ASSETS / name).read_text("utf-8") for name in names]
    context.eval(
        "".join(scripts)
        + """
        globalThis.called = (name, given) => {
          const [room, own] = name.split(".");
          const rooms = { Ranking, Written, Deciding, Changes, Reading };
          const found = rooms[room][own](...JSON.parse(given));
          return JSON.stringify(found);
        };
        """
    )
    return context


def called(name: str, /, *given: Any) -> Any:
    """What a function of the page answers, such as ``Ranking.rank``."""
    return json.loads(_engine().get("called")(name, json.dumps(given)))


def front_of(result: Result, /) -> dict[str, Any]:
    """A front as the page keeps it, out of what is embedded in the page."""
    data = script_json(payload(result, robust=None, repair=None))
    found: dict[str, Any] = called("Reading.front", called("Reading.data", data))
    return found
