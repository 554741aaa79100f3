"""The page as it is served: that of a report, which hears of saves and shows them in place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from optimiser.language import LANGUAGES, installed, marked, speaking, tr
from optimiser.reports.page.assembling import SCRIPTS, assembled
from optimiser.reports.page.payload import payload
from optimiser.reports.page.wording import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimiser.results import Result

__all__ = ["MESSAGES", "served", "served_data", "waiting"]

_OWN: Final = "'self'"  # what the page may ask: who gave it
_SERVED: Final = (*SCRIPTS, "changes.js", "live.js")
_WAITING: Final = ("ranking.js", "written.js", "elements.js", "repairs.js", "live.js")

MESSAGES: Final[Mapping[str, str]] = {
    "live": marked("The file"),
    "live_up_to_date": marked("Up to date with the saved file."),
    "live_solving": marked("Solving what was saved…"),
    "live_progress": marked("Solving what was saved: {count} plans after {seconds} s"),
    "live_problem": marked(
        "What was saved cannot be solved; the front below is the last good one."
    ),
    "live_no_front": marked("What was saved cannot be solved. Save it again once it is mended."),
    "live_warnings": marked("Warnings about the scenario"),
    "live_lost": marked("The server does not answer; what is below stays."),
    "live_ended": marked("The server has ended; what is below stays."),
    "live_changes": marked("What the last save changed"),
    "live_same": marked("The same plans with the same values."),
    "live_counts": marked(
        "Plans that came: {came}; that went: {went}; that moved: {moved}; as before: {stayed}."
    ),
    "live_first": marked("First is now {plan}, before {before}."),
    "live_traces": marked(
        "In the front, green rings are plans that came, grey rings stand where plans went, and "
        "dotted lines lead from where plans were."
    ),
    "live_came": marked("came"),
    "live_went": marked("went"),
    "live_moved": marked("moved"),
    "live_what": marked("what"),
    "live_change": marked("{before} → {after}"),
    "live_more": marked("{count} more"),
}
"""What it says of saves, by the keys that its scripts use."""


def served_data(result: Result, number: int, /) -> dict[str, Any]:
    """What a page knows of the front of this number."""
    data = payload(result, robust=None, repair=None)
    data["live"] = {"number": number}
    for language, words in data["words"].items():
        with speaking(language):
            words["page"].update(_messages())
    return data


def served(result: Result, data: Mapping[str, Any], /) -> str:
    """A front as a page that may ask the server that gave it for the next one."""
    title = result.scenario.title or str(result.scenario.name)
    return assembled(data, title=title, scripts=_SERVED, connecting=_OWN)


def waiting(path: str, /) -> str:
    """The page while there is no front yet."""
    words = {}
    for language in filter(installed, LANGUAGES):
        with speaking(language):
            words[language] = {"page": {**messages(), **_messages()}}
    name = Path(path).name
    data = {"live": {"number": 0}, "title": name, "words": words}
    return assembled(data, title=name, scripts=_WAITING, library=False, connecting=_OWN)


def _messages() -> dict[str, str]:
    return {key: tr(message) for key, message in MESSAGES.items()}
