"""The result that a path names: loaded, or solved now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimiser.errors import Diagnostic, InterruptedRun
from optimiser.results import Result
from optimiser.results.places import is_result
from optimiser.session.request import Request, open_scenario, options_for, refuse_options
from optimiser.study import solve

if TYPE_CHECKING:
    from optimiser.engine import Progress

__all__ = ["Obtained", "obtain"]


@dataclass(frozen=True)
class Obtained:
    """A result that was loaded or solved.

    Attributes:
        result: what was asked for.
        findings: warnings about the scenario, where it was solved now.
        interrupted: whether it was solved now, and Ctrl-C ended that.
    """

    result: Result
    findings: tuple[Diagnostic, ...] = ()
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """Of a command that rests on it."""
        return InterruptedRun.exit_code if self.interrupted else 0


def obtain(
    path: str,
    request: Request,
    /,
    *,
    shared: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Obtained:
    """The result that ``path`` names, or that of the scenario it names, solved now.

    Args:
        path: a result folder, a ``result.json``, a scenario or the name of a library scenario.
        request: for a scenario.
        shared: whether ``request`` is for several paths, and so may not concern this one.
        on_progress: called now and then with how far the run is.

    Raises:
        UsageError: there is neither, or ``request`` asks something of a run that is over.
    """
    if is_result(path):
        if not shared:
            refuse_options(request, path)
        return Obtained(Result.load(path))
    scenario, findings = open_scenario(path, request)
    result = solve(scenario, options_for(scenario, request), on_progress=on_progress)
    return Obtained(result, findings, interrupted=result.front.proof.stopped == "interrupted")
