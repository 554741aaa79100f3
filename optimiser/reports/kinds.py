"""The kinds of pictures, and which of them a result has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from optimiser.errors import UsageError
from optimiser.language import listed, marked, tr
from optimiser.reports.combination_chart import combination_chart
from optimiser.reports.core_chart import core_chart
from optimiser.reports.front_chart import front_chart
from optimiser.reports.matrix_chart import matrix_chart
from optimiser.reports.parallel_chart import parallel_chart
from optimiser.reports.roadmap_chart import roadmap_chart
from optimiser.reports.robust_charts import ranges_chart, tornado_chart
from optimiser.reports.technology_chart import technology_chart
from optimiser.reports.weight_chart import weight_chart
from optimiser.results.wording import override_words
from optimiser.scenario.diagnostics import did_you_mean, known

if TYPE_CHECKING:
    from optimiser.reports.chart import Chart
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan

__all__ = ["KINDS", "Kind", "Shown", "chart_of", "chosen_objectives", "kinds_of"]


_MOST = 12  # objectives in one picture
_MOST_AREAS = 5_000  # each is set against all others
_SAMPLES = 1024  # and their seed: those of `robust` where nothing else is asked
_SEED = 1


@dataclass(frozen=True)
class Shown:
    """What is to be shown of a result.

    Attributes:
        columns: of the objectives.
        plan: of pictures of one plan.
        robust: what `robust` answers; None has it computed where it is needed.
    """

    columns: Sequence[int]
    plan: NamedPlan | None = None
    robust: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of picture.

    Attributes:
        build: result and what is to be shown of it -> the chart.
        objectives: how many it shows: at least, at most; None: it shows none.
        lacks: what a result lacks for it, in words; empty where it lacks nothing.
        plan: whether it is the picture of one plan.
        robust: whether it is drawn from the answer of `robust`.
    """

    build: Callable[[Result, Shown], Chart]
    objectives: tuple[int, int] | None = None
    lacks: Callable[[Result], str] = lambda _: ""
    plan: bool = False
    robust: bool = False


def _no_technologies(result: Result) -> str:
    return "" if result.scenario.technologies else tr("the scenario has no technologies")


def _no_phases(result: Result) -> str:
    return "" if result.scenario.phases else tr("the scenario has no phases")


def _many_weights(result: Result) -> str:
    count = len(result.front.columns)
    if count == 3 and len(result.front) > _MOST_AREAS:
        return tr(
            "weights of three objectives are shown of {most:,} plans or fewer", most=_MOST_AREAS
        )
    return "" if count in (2, 3) else tr("weights are shown of two or three objectives")


def _nothing_uncertain(result: Result) -> str:
    from optimiser.scenario.sampling import drawn

    return "" if drawn(result.scenario) else tr("no parameter of the scenario is uncertain")


def _of_answer(chart: Callable[..., Chart], result: Result, shown: Shown, /) -> Chart:
    """A chart of what `robust` answers."""
    front, scenario = result.front, result.scenario
    record = _robust(result) if shown.robust is None else shown.robust
    title = scenario.title or str(scenario.name)
    try:
        found = chart(record, [front.columns[j] for j in shown.columns], title=title)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            tr("the answer of robust is not whole"), help=tr("ask it again: optimise robust --json")
        ) from error
    if not found.panels:
        raise UsageError(
            tr("no parameter is known to move an objective"), help=tr("choose --kind ranges")
        )
    return found


def _robust(result: Result) -> Mapping[str, Any]:
    """What `robust` answers when nothing more is asked of it."""
    from optimiser.analysis.robust import drawn_for, robust
    from optimiser.analysis.robust_records import of_robustness

    return of_robustness(robust(result, drawn_for(result, _SAMPLES, _SEED), seed=_SEED))


KINDS: Final[Mapping[str, Kind]] = {
    "front": Kind(lambda result, shown: front_chart(result, objectives=shown.columns), (2, 2)),
    "parallel": Kind(
        lambda result, shown: parallel_chart(result, objectives=shown.columns), (2, _MOST)
    ),
    "matrix": Kind(
        lambda result, shown: matrix_chart(result, objectives=shown.columns), (2, _MOST)
    ),
    "combinations": Kind(
        lambda result, shown: combination_chart(result, objectives=shown.columns),
        (1, _MOST),
        _no_technologies,
    ),
    "core": Kind(lambda result, _: core_chart(result), lacks=_no_technologies),
    "weights": Kind(lambda result, _: weight_chart(result), lacks=_many_weights),
    "roadmap": Kind(
        lambda result, shown: roadmap_chart(result, shown.plan), lacks=_no_phases, plan=True
    ),
    "technologies": Kind(
        lambda result, _: technology_chart(result.scenario), lacks=_no_technologies
    ),
    "ranges": Kind(
        lambda result, shown: _of_answer(ranges_chart, result, shown),
        (1, _MOST),
        _nothing_uncertain,
        robust=True,
    ),
    "tornado": Kind(
        lambda result, shown: _of_answer(tornado_chart, result, shown),
        (1, _MOST),
        _nothing_uncertain,
        robust=True,
    ),
}
"""By the names that ``plot --kind`` takes."""

_FEW: Final = marked("{kind} is for {least} objectives or more; the result has {number}")


def kinds_of(result: Result, /) -> list[str]:
    """The kinds that a result has, the most telling first."""
    count = len(result.front.columns)
    order = sorted(KINDS, key=lambda name: (count > 2) * (name == "front"))
    return [name for name in order if not _lacking(result, name, count)]


def chart_of(
    result: Result,
    kind: str | None = None,
    /,
    *,
    objectives: Sequence[str] = (),
    plan: NamedPlan | None = None,
    robust: Mapping[str, Any] | None = None,
) -> Chart:
    """The picture of a kind; the most telling one by default.

    Args:
        result: what is shown.
        kind: a name of ``KINDS``.
        objectives: the ids of those shown, in this order; all by default.
        plan: the one shown, for kinds that show one; the first by default.
        robust: what `robust` answers, for kinds that show it; computed by default.

    Raises:
        UsageError: the result has no such picture.
    """
    columns = chosen_objectives(result, objectives)
    there = kinds_of(result)
    if kind is None:
        fitting = [
            name
            for name in there
            if KINDS[name].robust >= (robust is not None)
            and (not objectives or ((o := KINDS[name].objectives) and o[0] <= len(columns) <= o[1]))
        ]
        if not fitting:
            raise UsageError(tr("no kind of picture fits"), help=_others(there))
        kind = fitting[0]
    if kind not in KINDS:
        raise UsageError(
            tr("unknown kind of picture '{kind}'", kind=kind),
            help=did_you_mean(kind, KINDS) or listed(KINDS),
        )
    found = KINDS[kind]
    if plan is not None and not found.plan:
        raise UsageError(
            tr("--kind {kind} is not of one plan", kind=kind), help=tr("leave --plan out")
        )
    columns = _fitting(kind, columns, named=bool(objectives))
    answered = found.robust and robust is not None
    if lack := "" if answered else _lacking(result, kind, len(columns)):
        raise UsageError(
            tr("no picture '{kind}': {reason}", kind=kind, reason=lack),
            help=_others(there),
        )
    if robust is not None and not found.robust:
        raise UsageError(
            tr("--kind {kind} shows no answer of robust", kind=kind),
            help=tr("leave --answer out, or choose --kind ranges or tornado"),
        )
    chart = found.build(result, Shown(columns, plan, robust))
    # a picture goes where nothing else says that its numbers are not those of the file
    changed = override_words(result.scenario)
    words = [tr("{sentence}.", sentence=changed[0].upper() + changed[1:])] if changed else []
    return replace(chart, notes=(*words, *chart.notes))


def _others(there: Sequence[str], /) -> str:
    if not there:
        return tr("look at it with optimise show")
    return tr("choose another one with --kind: {kinds}", kinds=listed(there))


def _fitting(kind: str, columns: list[int], /, *, named: bool) -> list[int]:
    """As many objectives as a kind shows; those that were named are not left out."""
    limits = KINDS[kind].objectives
    if limits is None and named:
        raise UsageError(
            tr("--kind {kind} shows no objectives", kind=kind), help=tr("leave --objectives out")
        )
    if limits is None or not named:
        return columns if limits is None else columns[: limits[1]]
    if len(columns) > limits[1]:
        raise UsageError(
            tr("--kind {kind} shows {number} objectives", kind=kind, number=limits[1]),
            help=tr("name so many with --objectives"),
        )
    return columns


def _lacking(result: Result, kind: str, count: int) -> str:
    found = KINDS[kind]
    if found.objectives is not None and count < found.objectives[0]:
        return tr(_FEW, kind=kind, least=found.objectives[0], number=count)
    return found.lacks(result)


def chosen_objectives(result: Result, names: Sequence[str], /) -> list[int]:
    """The columns of the front with these ids, all where there are none.

    Raises:
        UsageError: an id is unknown, or named twice.
    """
    ids = [column.name for column in result.front.columns]
    for name in names:
        if name not in ids:
            near = did_you_mean(name, ids)
            raise UsageError(
                tr("--objectives: no objective '{name}'", name=name),
                help=near or known("objectives", ids),
            )
        if names.count(name) > 1:
            raise UsageError(
                tr("--objectives names '{name}' twice", name=name), help=tr("name it once")
            )
    return [ids.index(name) for name in names] or list(range(len(ids)))
