"""What is asked about a scenario that nothing fits: where its rules are written, and how it is run
with changes.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from optimiser.errors import UsageError
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.scenario.source.draft import Draft
    from optimiser.session.request import Request

__all__ = ["TypedScenario", "prices"]


@dataclass(frozen=True)
class TypedScenario:
    """A scenario as it was named at the command line."""

    path: str
    request: Request

    def command(self, overrides: Sequence[str], /) -> str:
        """The line that runs it with more values changed, quoted for a shell."""
        asked = self.request
        words = ["optimise", "run", self.path]
        for text in (*asked.overrides, *overrides):
            words += ["--set", text]
        words += ["--set-new"] * asked.set_new
        words += [] if asked.at is None else ["--at", asked.at]
        words += ["--allow-outside"] * asked.allow_outside
        return shlex.join(words)

    def place(self, path: tuple[str | int, ...], /) -> str:
        """``file:line`` where the value at a path is written."""
        if self._draft is None or not path:
            return ""
        position = self._draft.at(*path)
        return f"{position.source.name}:{position.line}"

    @cached_property
    def _draft(self) -> Draft | None:
        from optimiser.scenario.loading import examine

        return examine(self.path, **self.request.of_scenario)[0]


def prices(texts: Sequence[str], /) -> Mapping[str, float]:
    """``capex=2`` and the like.

    Raises:
        UsageError: one is not of this form, or a name is given twice.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, equals, value = (piece.strip() for piece in text.rpartition("="))
        try:
            found_value = float(value)
        except ValueError:
            equals = ""
        if not (name and equals):
            raise UsageError(tr("'{text}' is no price", text=text), help=tr("write --price NAME=2"))
        if name in found:
            raise UsageError(tr("'{name}' has two prices", name=name), help=tr("write it once"))
        found[name] = found_value
    return found
