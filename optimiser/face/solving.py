"""From whatever says what a scenario is to a result that can be asked."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from optimiser.errors import UsageError
from optimiser.face.naming import said_in_python
from optimiser.language import listed, tr

if TYPE_CHECKING:
    from optimiser.engine import Options, Progress
    from optimiser.face.answering import AnsweringResult
    from optimiser.results import Result
    from optimiser.scenario import Scenario
    from optimiser.scenario.loading import Writing

__all__ = ["AskedOptions", "rank", "solve"]


class AskedOptions(TypedDict, total=False):
    """What is asked of a run, by the names of :class:`optimiser.Options`; what is left out is as
    the scenario says.
    """

    method: str
    seed: int
    time_limit: float | None
    gap: float | None
    points: int | None
    workers: int
    feasibility: float
    resolution: float | None


def solve(
    source: Writing,
    options: Options | None = None,
    /,
    *,
    overrides: Sequence[str] = (),
    at: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    **asked: Unpack[AskedOptions],
) -> AnsweringResult:
    """Find the plans of a scenario that no other plan beats in everything, and rank them.

    Args:
        source: a scenario; or a file, the name of a library scenario, a mapping, as
            :func:`optimiser.load` takes them.
        options: None takes those of the scenario.
        overrides: ``path=value``, applied to the scenario first.
        at: values of uncertain parameters, as :func:`optimiser.load` takes them.
        on_progress: called now and then with how far the run is.
        asked: single options, in place of those: ``time_limit=3``.

    Returns:
        At least one plan, best rank first, with what is proven about the list.

    Raises:
        ScenarioError: the scenario is invalid; its text shows every finding.
        NoSolutionError: proven infeasible or unbounded.
        ProofError: stopped before any plan was found.
        UsageError: no such file, an unknown option, method or value, or a method that cannot take
            this scenario.
    """
    from optimiser import study
    from optimiser.face.answering import AnsweringResult
    from optimiser.scenario import load

    began = time.monotonic()
    scenario = load(source, overrides=overrides, at=at)
    with said_in_python():
        chosen = _options(scenario, options, asked)
    spent = time.monotonic() - began
    return AnsweringResult.over(study.solve(scenario, chosen, spent=spent, on_progress=on_progress))


def rank(
    result: Result,
    /,
    *,
    method: str | None = None,
    weights: Mapping[str, float] | None = None,
    normalise: str | None = None,
    preference: str | None = None,
) -> AnsweringResult:
    """The same plans in another order; see :func:`optimiser.study.rank_again`.

    Args:
        result: from :func:`solve` or ``Result.load``.
        method: a ranking method; None keeps the result's.
        weights: by objective; an objective that is left out counts 0. None keeps the result's.
        normalise: ``range`` or ``none``; None keeps the scenario's.
        preference: of promethee2: ``usual``, ``v_shape:P`` or ``linear:Q:P``; None keeps the
            result's, or else the scenario's.

    Raises:
        UsageError: an unknown method or objective, or weights that cannot rank.
    """
    from optimiser.face.answering import AnsweringResult
    from optimiser.study import rank_again

    return AnsweringResult.over(
        rank_again(
            result, method=method, weights=weights, normalise=normalise, preference=preference
        )
    )


def _options(scenario: Scenario, options: Options | None, asked: Mapping[str, Any]) -> Options:
    """The options of a run, the single ones before the others.

    Raises:
        UsageError: one is unknown, or no such value.
    """
    from optimiser.engine import Options
    from optimiser.scenario.diagnostics import did_you_mean
    from optimiser.session import Request
    from optimiser.study.solving import options_of

    if options is not None and not isinstance(options, Options):
        raise UsageError(
            tr("the options are no {type}", type="optimiser.Options"),
            help=tr("write for example solve(scenario, time_limit=3)"),
        )
    known = [one.name for one in fields(Options)]
    for name in asked:
        if name not in known:
            help = did_you_mean(name, known) or tr("options: {names}", names=listed(known))
            raise UsageError(tr("unknown option '{name}'", name=name), help=help)
    whole = replace(options or options_of(scenario), **asked)
    for name in known:
        value = getattr(whole, name)
        if name == "method":
            if not isinstance(value, str):
                raise UsageError(f"method={value!r:.60}", help=tr("write a text"))
        elif value is not None:
            one: dict[str, Any] = {name: _number(name, value)}
            whole = replace(whole, **one)
    requested = {one.name for one in fields(Request)} & set(known)
    Request(**{name: getattr(whole, name) for name in requested})
    for name in ("feasibility", "resolution"):
        if not 0 <= (getattr(whole, name) or 0) <= 1:
            help = tr("write a share, between 0 and 1")
            raise UsageError(f"{name}={getattr(whole, name)!r}", help=help)
    return whole


_NUMBERS: Final[tuple[Any, ...]] = (Real, Decimal)


def _number(name: str, value: Any) -> float:
    """A number of any kind of Python's as the engine reads it: an int where it counts something,
    else the nearest float; infinite where there is none.

    Raises:
        UsageError: it is none, or counts something and is not whole.
    """
    counts = name in ("seed", "points", "workers")
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        raise UsageError(f"{name}={value!r:.60}", help=tr("write a number"))
    if counts and not isinstance(value, Integral):
        raise UsageError(f"{name}={value!r:.60}", help=tr("write a whole number"))
    try:
        nearest = float(value)
    except OverflowError:  # no count either
        return math.inf if value > 0 else -math.inf
    except ValueError:  # a signalling NaN
        return math.nan
    return int(value) if counts else nearest
