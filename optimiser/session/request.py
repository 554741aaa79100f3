"""What is asked of a run beyond the scenario, and the results and scenarios that a path names."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from optimiser.errors import Diagnostic, ScenarioError, UsageError
from optimiser.results.places import is_result

if TYPE_CHECKING:
    from optimiser.engine import Options
    from optimiser.scenario import Scenario

__all__ = [
    "Examined",
    "Request",
    "as_typed",
    "examine",
    "open_scenario",
    "options_for",
    "parse_weights",
    "refuse_options",
    "refuse_unused",
]


def _at_least(option: str, value: float | None, limit: float, /, *, strictly: bool = False) -> None:
    if value is None:
        return
    if not math.isfinite(value) or value < limit or (strictly and value == limit):
        allowed = f"above {limit:g}" if strictly else f"from {limit:g} up"
        raise UsageError(f"{option} {value:g}", help=f"{option} takes a number {allowed}")


# What the engine names as Python does, as it is typed.
_TYPED = {
    "`certify`": "run --certificate",
    "`method`": "'--method'",
    "`method=auto`": "'--method auto'",
    "`time_limit`": "'--time-limit'",
}


def as_typed(help: str, /) -> str:
    """The help of an error with what is asked of a run in the words of the command line."""
    for name, typed in _TYPED.items():
        help = help.replace(name, typed)
    return help


@dataclass(frozen=True)
class Request:
    """Options as the command line takes them; None leaves one to the scenario."""

    overrides: tuple[str, ...] = ()
    allow_outside: bool = False
    method: str | None = None
    seed: int | None = None
    time_limit: float | None = None
    gap: float | None = None
    points: int | None = None
    at: str | None = None
    workers: int | None = None

    def __post_init__(self) -> None:
        _at_least("--seed", self.seed, 0)
        _at_least("--points", self.points, 1)
        _at_least("--workers", self.workers, 1)
        _at_least("--gap", self.gap, 0)
        _at_least("--time-limit", self.time_limit, 0, strictly=True)

    @property
    def given(self) -> tuple[str, ...]:
        """The options that differ from their defaults, as they are typed."""
        typed = {"overrides": "--set"}
        return tuple(
            typed.get(field.name, f"--{field.name.replace('_', '-')}")
            for field in fields(self)
            if getattr(self, field.name) != field.default
        )


_NOTHING = Request()


def options_for(scenario: Scenario, request: Request = _NOTHING, /) -> Options:
    """The solver options of a scenario, those of ``request`` before them."""
    from optimiser.study.solving import options_of

    names = ("method", "seed", "time_limit", "gap", "points", "workers")
    given = {name: value for name in names if (value := getattr(request, name)) is not None}
    return replace(options_of(scenario), **given)


def open_scenario(
    path: str, request: Request = _NOTHING, /
) -> tuple[Scenario, tuple[Diagnostic, ...]]:
    """Load a scenario, with the warnings about it.

    Raises:
        UsageError: there is none at ``path``, and no library scenario of this name.
        ScenarioError: it is invalid; carries every finding.
    """
    from optimiser.advice import check

    scenario, findings = check(
        path, overrides=request.overrides, allow_outside=request.allow_outside, at=request.at
    )
    if scenario is None:
        raise ScenarioError(f"{path} is invalid", diagnostics=findings)
    return scenario, findings


def refuse_options(request: Request, path: str, /) -> None:
    """Options of a run make no sense for a result that is there already.

    Raises:
        UsageError: there are some.
    """
    if request.given:
        help = "these options are for a scenario, which is solved first"
        raise UsageError(f"{', '.join(request.given)} with the saved result {path}", help=help)


def refuse_unused(request: Request, paths: Sequence[str], /) -> None:
    """Options of a run where none of several paths is a scenario.

    Raises:
        UsageError: there are some.
    """
    if request.given and all(is_result(path) for path in paths):
        refuse_options(request, paths[0])


def parse_weights(text: str, /) -> dict[str, float]:
    """``output=0.5,cost=0.5`` as a mapping.

    Raises:
        UsageError: it is not of this form.
    """
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        try:
            weight = float(value)
        except ValueError:
            weight = math.nan
        if not (name and equals) or not math.isfinite(weight):
            raise UsageError(
                f"'{part.strip()}' is no weight", help="write --weights objective=0.5,objective=0.5"
            )
        if name in weights:
            raise UsageError(f"'{name}' has two weights", help="give each objective one")
        weights[name] = weight
    return weights


@dataclass(frozen=True)
class Examined:
    """A scenario that was checked.

    Attributes:
        path: as it was named.
        scenario: None where it is invalid or missing.
        findings: every error and warning.
        missing: why there is nothing to check.
        merged: asks for the merged scenario, with the place of each value.
    """

    path: str
    scenario: Scenario | None
    findings: tuple[Diagnostic, ...]
    missing: UsageError | None
    merged: Callable[[], list[tuple[str, str]]]

    @property
    def exit_code(self) -> int:
        if self.missing is not None:
            return self.missing.exit_code
        return 0 if self.scenario is not None else ScenarioError.exit_code


def examine(path: str, request: Request, /) -> Examined:
    """Check a scenario without solving it; nothing is raised for a bad one."""
    from optimiser.advice import check
    from optimiser.scenario import show_merged

    def merged() -> list[tuple[str, str]]:
        return show_merged(
            path, overrides=request.overrides, allow_outside=request.allow_outside, at=request.at
        )

    try:
        scenario, findings = check(
            path, overrides=request.overrides, allow_outside=request.allow_outside, at=request.at
        )
    except UsageError as error:
        return Examined(path, None, (), error, merged)
    return Examined(path, scenario, findings, None, merged)
