"""Advice before a run: what the formulated model's expressions prove about a scenario."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from optimiser.collecting import collecting_nothing
from optimiser.scenario.loading import Writing, examine, examine_changed

if TYPE_CHECKING:
    from optimiser.errors import Diagnostic
    from optimiser.scenario import Scenario
    from optimiser.scenario.diagnostics import Findings
    from optimiser.scenario.source.draft import Draft

__all__ = ["OF_VALUES", "check", "check_changed"]

OF_VALUES: Final = ("S101", "S103", "S106", "S107")
"""Warnings of what no plan can do, or every plan does, with the values that are written."""


@collecting_nothing(kept=True)
def check(
    path: Writing,
    /,
    *,
    overrides: Sequence[str] = (),
    set_new: bool = False,
    allow_outside: bool = False,
    at: str | None = None,
    method: str | None = None,
    late: Callable[[Scenario], bool] | None = None,
) -> tuple[Scenario | None, tuple[Diagnostic, ...]]:
    """Read, merge and check a scenario; None where it is invalid, and every error and warning.

    Args:
        path: as :func:`optimiser.load` takes it.
        overrides: values that are changed, as ``path=value``.
        set_new: whether these may be of ids that are not there.
        allow_outside: whether files outside the scenario's folder may be read.
        at: other parameter values: ``low``, ``high``, or a file.
        method: what a run is asked for in the place of what the scenario says.
        late: whether there is no time for advice on the scenario; who goes on all the same has one
            whose numbers may be too large to compute with.

    Raises:
        UsageError: there is no such file or library scenario.
    """
    draft, findings = examine(
        path, overrides=overrides, set_new=set_new, allow_outside=allow_outside, at=at
    )
    if draft is not None and late is not None and late(draft.scenario):
        return draft.scenario, findings.ordered()
    return _advised(draft, findings, method)


@collecting_nothing()
def check_changed(
    scenario: Scenario,
    /,
    *,
    overrides: Sequence[str] = (),
    set_new: bool = False,
    at: str | None = None,
    method: str | None = None,
) -> tuple[Scenario | None, tuple[Diagnostic, ...]]:
    """The same of a scenario that was read before, as its result keeps it, and is changed.

    Args:
        scenario: before.
        overrides: as for :func:`check`, and so are the others.

    Raises:
        UsageError: there is no such file of parameter values.
    """
    draft, findings = examine_changed(scenario, overrides=overrides, set_new=set_new, at=at)
    return _advised(draft, findings, method)


def _advised(
    draft: Draft | None, findings: Findings, method: str | None
) -> tuple[Scenario | None, tuple[Diagnostic, ...]]:
    if draft is None:
        return None, findings.ordered()
    # what advises is loaded where there is something to advise on
    from optimiser.advice.refusals import refuse

    if refuse(draft, method=method):
        return None, findings.ordered()
    from optimiser.advice.warnings import advise

    return draft.scenario if advise(draft) else None, findings.ordered()
