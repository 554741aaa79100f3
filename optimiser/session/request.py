"""What is asked of a run beyond the scenario, and the results and scenarios that a path names."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import field, fields, replace
from typing import TYPE_CHECKING, Any

from optimiser.errors import Diagnostic, ScenarioError, UsageError
from optimiser.frozen import dataclass
from optimiser.language import listed, marked, tr
from optimiser.results.places import is_result

if TYPE_CHECKING:
    from optimiser.engine import Options
    from optimiser.results import Result
    from optimiser.scenario import Scenario

__all__ = [
    "Examined",
    "Request",
    "as_typed",
    "changed_scenario",
    "examine",
    "open_scenario",
    "options_again",
    "options_for",
    "parse_weights",
    "refuse_options",
    "refuse_unused",
]


def _typed(
    option: str,
    metavar: str | None,
    help: str,
    /,
    *,
    default: object = None,
    least: float = -math.inf,
    above: float = -math.inf,
) -> Any:
    """A field that is typed as an option; a number may be as small as ``least``, or must lie
    ``above`` something.
    """
    said = {"option": option, "metavar": metavar, "help": help, "least": least, "above": above}
    return field(default=default, metadata=said)


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


_END = 2**63  # compiled code, and a scenario, count no further


@dataclass(frozen=True)
class Request:
    """What is asked of a run at the command line; None leaves it to the scenario.

    Each field says in its metadata how it is typed, which nothing below the session knows.
    """

    overrides: tuple[str, ...] = _typed(
        "--set", "PATH=VALUE", marked("Change a value; in lists by position."), default=()
    )
    set_new: bool = _typed(
        "--set-new",
        None,
        marked("Let --set add technologies, parameters and so on."),
        default=False,
    )
    method: str | None = _typed(
        "--method", "M", marked("auto, exact, evolutionary, or a solver's name.")
    )
    seed: int | None = _typed("--seed", "N", marked("The seed of everything random."), least=0)
    time_limit: float | None = _typed(
        "--time-limit", "S", marked("Stop after so many seconds."), above=0
    )
    gap: float | None = _typed(
        "--gap", "G", marked("A proven gap that is enough: 0.01 is 1 %."), least=0
    )
    points: int | None = _typed(
        "--points", "N", marked("A number of plans that is enough."), least=1
    )
    workers: int | None = _typed(
        "--workers", "N", marked("Threads that may be used; the plans are the same."), least=1
    )
    at: str | None = _typed(
        "--at",
        "low|high|FILE",
        marked("Uncertain parameters at an end of their range, or a file's."),
    )
    allow_outside: bool = _typed(
        "--allow-outside", None, marked("Let paths in a scenario leave its folder."), default=False
    )
    no_cache: bool = _typed(
        "--no-cache", None, marked("Solve anew what was solved before."), default=False
    )

    robust: str | None = _typed(
        "--robust",
        "SENSE",
        marked("Good where parameters are uncertain: expected, worst, cvar:0.9, regret, gamma:2."),
    )
    samples: int | None = _typed(
        "--samples", "N", marked("Values in the sample of --robust."), least=1
    )

    def __post_init__(self) -> None:
        if self.samples is not None and self.robust is None:
            raise UsageError(
                tr("--samples without --robust"),
                help=tr("the sample is what --robust looks at: --robust cvar:0.9"),
            )
        for one in fields(self):
            value, said = getattr(self, one.name), one.metadata
            least, above = said["least"], said["above"]
            if max(least, above) == -math.inf or value is None:
                continue
            if isinstance(value, int) and abs(value) >= _END:
                help = tr(
                    "{option} takes a number below {most:,}", option=said["option"], most=_END
                )
                raise UsageError(f"{said['option']} {str(value)[:20]}…", help=help)
            if not math.isfinite(value) or value < least or value <= above:
                option = said["option"]
                help = (
                    tr("{option} takes a number above {above:g}", option=option, above=above)
                    if above > least
                    else tr("{option} takes a number from {least:g} up", option=option, least=least)
                )
                raise UsageError(f"{option} {value:g}", help=help)

    @property
    def of_scenario(self) -> dict[str, Any]:
        """How the scenario is read."""
        names = ("overrides", "set_new", "at", "allow_outside")
        return {name: getattr(self, name) for name in names}

    @property
    def changes(self) -> bool:
        """Whether it changes a scenario, and not only how that is solved."""
        return bool(self.overrides) or self.at is not None

    @property
    def given(self) -> tuple[str, ...]:
        """The options that differ from their defaults, as they are typed."""
        return tuple(
            one.metadata["option"] for one in fields(self) if getattr(self, one.name) != one.default
        )


_NOTHING = Request()


def options_for(scenario: Scenario, request: Request = _NOTHING, /) -> Options:
    """The solver options of a scenario, those of ``request`` before them."""
    from optimiser.study.solving import options_of

    options = options_of(scenario)
    names = {one.name for one in fields(options)} & {one.name for one in fields(request)}
    asked = {name: value for name in names if (value := getattr(request, name)) is not None}
    return replace(options, **asked)


def open_scenario(
    path: str,
    request: Request = _NOTHING,
    /,
    *,
    began: float | None = None,
    share: float = 1.0,
    or_result: bool = False,
) -> tuple[Scenario, tuple[Diagnostic, ...]]:
    """Load a scenario, with the warnings about it.

    Args:
        path: its file, or its name in the library.
        request: what is asked for beyond it.
        began: when a run that its time limit is for began, of the monotonic clock; no advice is
            given where the run is late already.
        share: of the time for searching, that a search has.
        or_result: whether ``path`` might have named a result as well.

    Raises:
        UsageError: there is none at ``path``, and no library scenario of this name; or nothing in
            it is uncertain that is to be robust.
        ScenarioError: it is invalid; carries every finding.
        ProofError: a run that began then could not end in time any more.
    """
    from optimiser.advice import check
    from optimiser.scenario import locate
    from optimiser.study.preparing import in_time, limited

    if or_result:  # what is not there is told in other words
        locate(path, or_result=True)
    with ExitStack() as limits:

        def late(read: Scenario) -> bool:
            if began is None:
                return False
            limit = options_for(read, request).time_limit
            if limit is not None and request.time_limit is None:  # the scenario's own
                limits.enter_context(limited(limit, began, share=share))
            return not in_time(limit, time.monotonic() - began, share=share)

        if began is not None and request.time_limit is not None:
            limits.enter_context(limited(request.time_limit, began, share=share))
        scenario, findings = check(path, **request.of_scenario, method=request.method, late=late)
    if scenario is None:
        raise ScenarioError(tr("{path} is invalid", path=path), diagnostics=findings)
    if request.robust is not None:
        from optimiser.study.robust import SAMPLES, made_robust

        count = SAMPLES if request.samples is None else request.samples
        scenario = made_robust(scenario, request.robust, samples=count, seed=request.seed)
    return scenario, findings


def changed_scenario(
    base: Result, request: Request, /, *, name: str
) -> tuple[Scenario, tuple[Diagnostic, ...]]:
    """The scenario of a result as a request changes it, with the warnings that are new.

    Args:
        base: the result.
        request: what is changed.
        name: how messages call the result.

    Raises:
        ScenarioError: it is invalid; carries every finding.
    """
    from optimiser.advice import check_changed

    scenario, findings = check_changed(
        base.scenario,
        overrides=request.overrides,
        set_new=request.set_new,
        at=request.at,
        method=request.method,
    )
    if scenario is None:
        raise ScenarioError(tr("{path} is invalid", path=name), diagnostics=findings)
    if (sense := base.scenario.robust) is not None:
        from optimiser.study.robust import made_robust

        count = len(sense.sample)
        scenario = made_robust(scenario, sense.text, samples=count, seed=sense.seed)
    _, before = check_changed(base.scenario, method=request.method)
    return scenario, tuple(one for one in findings if one not in before)


def options_again(base: Result, scenario: Scenario, request: Request = _NOTHING, /) -> Options:
    """The solver options under which a changed scenario is solved again: those of ``request``, then
    what the run of the result was asked for beyond its own scenario, then those of the scenario.
    """
    from optimiser.study.solving import options_of

    used, own = base.front.provenance.options, options_of(base.scenario)
    kept = {
        name: used[name]
        for name in ("method", "seed", "time_limit", "gap", "points")
        if getattr(request, name) is None
        and used.get(name, getattr(own, name)) != getattr(own, name)
    }
    return replace(options_for(scenario, request), **kept)


def refuse_options(request: Request, path: str, /) -> None:
    """Options of a run make no sense for a result that is there already.

    Raises:
        UsageError: there are some.
    """
    if request.given:
        raise UsageError(
            tr("{options} with the saved result {path}", options=listed(request.given), path=path),
            help=tr("these options are for a scenario, which is solved first"),
        )


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
                tr("'{text}' is no weight", text=part.strip()),
                help=tr("write --weights objective=0.5,objective=0.5"),
            )
        if name in weights:
            raise UsageError(
                tr("'{name}' has two weights", name=name), help=tr("give each objective one")
            )
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
        """Of a command that checked it."""
        if self.missing is not None:
            return self.missing.exit_code
        return 0 if self.scenario is not None else ScenarioError.exit_code


def examine(path: str, request: Request, /) -> Examined:
    """Check a scenario without solving it; nothing is raised for a bad one."""
    from optimiser.advice import check
    from optimiser.scenario import show_merged

    def merged() -> list[tuple[str, str]]:
        return show_merged(path, **request.of_scenario)

    try:
        scenario, findings = check(path, **request.of_scenario)
    except UsageError as error:
        return Examined(path, None, (), error, merged)
    return Examined(path, scenario, findings, None, merged)
