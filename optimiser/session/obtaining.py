"""The result that a path names: loaded, or solved now."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser import paths
from optimiser.errors import Diagnostic, InterruptedRun, OptimiseError, ScenarioError
from optimiser.results import Result
from optimiser.results.places import is_result
from optimiser.session.earlier_runs import keep_implicit, solved_before
from optimiser.session.outputs import Output, guard, inputs_of, of_result
from optimiser.session.request import (
    Request,
    changed_scenario,
    open_scenario,
    options_again,
    options_for,
    refuse_options,
)
from optimiser.study import solve

if TYPE_CHECKING:
    from optimiser.engine import Options, Progress
    from optimiser.scenario import Scenario

__all__ = ["Obtained", "inputs_at", "obtain", "obtained"]


@dataclass(frozen=True)
class Obtained:
    """A result that was loaded or solved.

    Attributes:
        result: what was asked for.
        findings: warnings about the scenario, where it was solved now.
        interrupted: whether it was solved now, and Ctrl-C ended that.
        kept: where it was taken from, where a scenario was given that was solved before.
        base: the saved result whose scenario was changed and solved again; None elsewhere.
    """

    result: Result
    findings: tuple[Diagnostic, ...] = ()
    interrupted: bool = False
    kept: Path | None = None
    base: Result | None = None

    @property
    def exit_code(self) -> int:
        """Of a command that rests on it."""
        return InterruptedRun.exit_code if self.interrupted else 0


def inputs_at(path: str, request: Request, /) -> list[Path]:
    """The files that are read where ``path`` is named on a command line: those that a scenario is
    made of, also where it is invalid, or those of a result and of its scenario.
    """
    with paths.seeing() as seen, contextlib.suppress(OptimiseError):
        if is_result(path):
            return [*of_result(path), *inputs_of(Result.load(path).scenario)]
        open_scenario(path, request, or_result=True)
    return [Path(path), *seen]


def obtain(
    path: str,
    request: Request,
    /,
    *,
    shared: bool = False,
    outputs: Sequence[Output] = (),
    overwrite: bool = False,
    share: float = 1.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> Obtained:
    """The result that ``path`` names, or that of the scenario it names, solved now or before.

    A saved result whose scenario is to be changed (``--set``, ``--at``) is solved again, and stays
    as it is.

    Args:
        path: a result folder, a ``result.json``, a scenario or the name of a library scenario.
        request: for a scenario.
        shared: whether ``request`` is for several paths, and so may not concern this one.
        outputs: what is going to be written, refused here where it would replace what is missed.
        overwrite: whether files of others may be replaced.
        share: of the time for searching, that a search has: the rest is for what is asked of its
            result.
        on_progress: called now and then with how far the run is.

    Raises:
        UsageError: there is neither, or ``request`` asks something of a run that is over.
    """
    if is_result(path):
        changing = request.changes and not shared
        if not (changing or shared):
            refuse_options(request, path)
        result = Result.load(path)
        read = (*of_result(path), *inputs_of(result.scenario))
        guard(outputs, read, overwrite=overwrite)
        if not changing:
            return Obtained(result)
        scenario, findings = changed_scenario(result, request, name=path)
        guard(outputs, (*read, *inputs_of(scenario)), overwrite=overwrite)
        return _again(result, scenario, findings, request, share=share, on_progress=on_progress)
    began = time.monotonic()
    try:
        scenario, findings = open_scenario(path, request, began=began, share=share, or_result=True)
    except ScenarioError:
        if not is_result(path):
            raise
        # another run saved it in the meantime
        return obtain(
            path, request, shared=shared, outputs=outputs, overwrite=overwrite, share=share
        )
    guard(outputs, inputs_of(scenario), overwrite=overwrite)
    return obtained(scenario, findings, request, began=began, share=share, on_progress=on_progress)


def obtained(
    scenario: Scenario,
    findings: tuple[Diagnostic, ...],
    request: Request,
    /,
    *,
    began: float,
    share: float = 1.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> Obtained:
    """The result of a scenario that was read, solved now or before.

    Args:
        findings: about the scenario.
        request: as for :func:`obtain`.
        began: when it began to be read, of the monotonic clock.
        share: as for :func:`obtain`.
        on_progress: as for :func:`obtain`.
    """
    options = options_for(scenario, request)
    spent = time.monotonic() - began
    result, kept = _solved(
        scenario, options, request, spent=spent, share=share, on_progress=on_progress
    )
    if kept is None and not request.no_cache:
        keep_implicit(result, options)
    return Obtained(result, findings, _interrupted(result, kept), kept)


def _again(
    base: Result,
    scenario: Scenario,
    findings: tuple[Diagnostic, ...],
    request: Request,
    /,
    *,
    share: float,
    on_progress: Callable[[Progress], None] | None,
) -> Obtained:
    """A saved result solved again with changes; nothing is kept of it."""
    options = options_again(base, scenario, request)
    result, kept = _solved(scenario, options, request, share=share, on_progress=on_progress)
    return Obtained(result, findings, _interrupted(result, kept), kept, base)


def _solved(
    scenario: Scenario,
    options: Options,
    request: Request,
    /,
    *,
    share: float,
    spent: float = 0.0,
    on_progress: Callable[[Progress], None] | None,
) -> tuple[Result, Path | None]:
    """A scenario solved, now, or before and kept somewhere."""
    known = None if request.no_cache else solved_before(scenario, options)
    if known is not None:
        return known.result, known.folder
    return solve(scenario, options, spent=spent, share=share, on_progress=on_progress), None


def _interrupted(result: Result, kept: Path | None) -> bool:
    return kept is None and result.front.proof.stopped == "interrupted"
