"""Where along a varied value technologies come into efficient plans, or leave them.

A *line* is the variants that differ in one path only, whose values are numbers. Where that path is
a parameter that the model is affine in, everything between the ends of the line is known exactly
(:mod:`optimiser.sweeps.crossings`). Elsewhere only neighbours whose fronts adopt different
technologies are looked at: the interval between them is halved, the variant in its middle solved,
and so on; changes that undo themselves within an interval are not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from optimiser.patterns import pattern
from optimiser.results.table import number
from optimiser.sweeps.crossings import crossings
from optimiser.sweeps.executors import Lost
from optimiser.sweeps.variants import Variant, VariantWork

if TYPE_CHECKING:
    from optimiser.scenario import Scenario
    from optimiser.sweeps.executors import Executor
    from optimiser.sweeps.sweeping import Swept

__all__ = ["Breakpoint", "Breakpoints", "breakpoints"]

_PARAMETER: Final = pattern(r"parameters\.([^.]+)(\.value)?")
_HALVINGS: Final = 12  # an interval becomes a 4096th
_MOST: Final = 256  # intervals that are halved


@dataclass(frozen=True)
class Breakpoint:
    """A value at which technologies come into efficient plans, or leave them.

    Attributes:
        path: whose value.
        value: rounded once where it is exact; else the middle of ``between``.
        between: two values, the fronts of which differ so.
        enters: in some efficient plan above it, in none below.
        leaves: the other way round.
        exact: whether that is proven.
        others: the values of the other varied paths.
    """

    path: str
    value: float
    between: tuple[float, float]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    exact: bool
    others: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Breakpoints:
    """Those of a sweep.

    Attributes:
        found: by path, the other values, and value.
        open: between how many neighbours technologies change at a value that is not known.
    """

    found: tuple[Breakpoint, ...] = ()
    open: int = 0


@dataclass(frozen=True)
class _Interval:
    """Two variants of a line."""

    path: str
    low: Mapping[str, Any]
    high: Mapping[str, Any]

    @property
    def ends(self) -> tuple[float, float]:
        return self.low["values"][self.path], self.high["values"][self.path]

    @property
    def changes(self) -> bool:
        return _held(self.low) != _held(self.high)


def _held(summary: Mapping[str, Any]) -> frozenset[str]:
    """What some plan of a variant adopts."""
    return frozenset(name for name, share in summary["core"].items() if share > 0)


def breakpoints(found: Swept, /, executor: Executor | None = None) -> Breakpoints:
    """The breakpoints of every line of a sweep.

    Args:
        found: the sweep, whose missing and failed variants are passed over.
        executor: solves what lies between neighbours where nothing is known exactly; None leaves
            that open.
    """
    known: list[Breakpoint] = []
    intervals: list[_Interval] = []
    for path, line in _lines(found):
        exact = _crossed(found, path, line)
        if exact is not None:
            known += exact
            continue
        intervals += [one for pair in pairwise(line) if (one := _Interval(path, *pair)).changes]
    if executor is None or not intervals:
        return Breakpoints(tuple(known), len(intervals))
    halved = _halved(found, intervals[:_MOST], executor)
    known += [_between(found, one) for one in halved]
    return Breakpoints(tuple(known), max(0, len(intervals) - _MOST))


def _lines(found: Swept) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Each path with the done variants that differ in its value only, by that value."""
    done = [one for one in found.summaries if one["status"] == "done"]
    for path in found.design.varied:
        if not all(isinstance(one["values"][path], int | float) for one in done):
            continue
        lines: dict[tuple[float | str, ...], list[Mapping[str, Any]]] = {}
        for one in done:
            others = tuple(value for name, value in one["values"].items() if name != path)
            lines.setdefault(others, []).append(one)
        for line in lines.values():
            ordered = sorted(line, key=lambda one: float(one["values"][path]))
            if len(ordered) > 1 and all(
                one["core"].keys() == line[0]["core"].keys() for one in line
            ):
                yield path, ordered


def _crossed(found: Swept, path: str, line: Sequence[Mapping[str, Any]]) -> list[Breakpoint] | None:
    """The breakpoints of a line where they can be had exactly."""
    named = _PARAMETER.fullmatch(path)
    if named is None or not all(_proven(one) for one in line):
        return None
    from optimiser.formulate import formulate

    by_id = {one.id: one for one in found.design.variants}
    texts = [by_id[one["id"]].values[path] for one in (line[0], line[-1])]
    low, high = (Fraction(text) for text in texts)
    if any(Fraction(repr(float(end))) != end for end in (low, high)):
        return None
    scenario = _scenario(found, by_id[line[0]["id"]])
    crossed = crossings(formulate(scenario), named[1], (low, high), list(line[0]["core"]))
    if crossed is None:
        return None
    others = _others(line[0], path)
    return [
        Breakpoint(path, float(c.value), (float(c.value),) * 2, c.enters, c.leaves, True, others)
        for c in crossed
    ]


def _scenario(found: Swept, variant: Variant) -> Scenario:
    from optimiser.scenario.loading import examine_changed

    overrides, set_new = found.design.overrides(variant), found.design.set_new
    draft, _ = examine_changed(found.scenario, overrides=overrides, set_new=set_new)
    assert draft is not None  # it was solved
    return draft.scenario


def _proven(summary: Mapping[str, Any]) -> bool:
    proof = summary["proof"]
    return bool(proof["status"] == "complete" and proof["basis"] == "exact")


def _others(summary: Mapping[str, Any], path: str) -> dict[str, float | str]:
    return {name: value for name, value in summary["values"].items() if name != path}


def _halved(
    found: Swept, intervals: Sequence[_Interval], executor: Executor
) -> Iterator[_Interval]:
    """The intervals, as small as they are made, in which technologies change."""
    work = VariantWork(found.design)
    for _ in range(_HALVINGS):
        tasks = [_middle(one) for one in intervals]
        answers = dict(executor.answers(work, tasks))
        halves: list[_Interval] = []
        for place, one in enumerate(intervals):
            answer = answers.get(place)
            middle = None if answer is None or isinstance(answer, Lost) else answer.summary
            if middle is None or middle["status"] != "done":
                yield one  # between what is known
                continue
            parts = (replace(one, high=middle), replace(one, low=middle))
            halves += [part for part in parts if part.changes]
        intervals = halves[:_MOST]
    yield from intervals


def _middle(interval: _Interval) -> Variant:
    low, high = (Fraction(repr(float(end))) for end in interval.ends)
    value = number(float((low + high) / 2))
    values = {name: _text(own) for name, own in interval.low["values"].items()}
    return Variant("middle", {**values, interval.path: value})


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else number(value)


def _between(found: Swept, interval: _Interval) -> Breakpoint:
    low, high = interval.ends
    below, above = _held(interval.low), _held(interval.high)
    order = list(interval.low["core"])
    return Breakpoint(
        interval.path,
        (low + high) / 2,
        (low, high),
        tuple(name for name in order if name in above - below),
        tuple(name for name in order if name in below - above),
        False,
        _others(interval.low, interval.path),
    )
