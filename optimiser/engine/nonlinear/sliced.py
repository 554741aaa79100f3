"""Few combinations of the discrete columns: a run for each of them, where everything is real.

In a slice Newton steps and anchors apply to every plan. Slices are paid like sources, by what they
add to the common front per unit of counted work; they begin with what the front knows of the real
columns.

References:
    Boland, Charkhgard, Savelsbergh (2015), A criterion space search algorithm for biobjective mixed
    integer programming: the triangle splitting method. INFORMS Journal on Computing 27(4), 597-618
    (slices).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.evaluator import Batch
from optimiser.engine.nonlinear.run import Run, Start
from optimiser.engine.nonlinear.scheduler import Scheduler
from optimiser.engine.nonlinear.space import Space

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats, Problem

__all__ = ["Slices"]

_SIZE = 40
_SLICE = 6000.0


class Slices:
    """The slices as one source of a run over the whole problem."""

    name = "slices"
    ready = True

    def __init__(self, whole: Run, parts: Sequence[Problem], seed: int, /) -> None:
        self._whole, self._seed = whole, seed
        self._parts = {f"slice {i + 1}": part for i, part in enumerate(parts)}
        self._runs: dict[str, Run] = {}
        self._scheduler = Scheduler()
        self._news: list[Batch] = []

    def advance(self) -> None:
        """Combinations in turn, as much as a batch of spreading costs."""
        until = self._whole.work + _SLICE
        while self._whole.work < until:
            self._next()

    def _next(self) -> None:
        name = self._scheduler.choose(list(self._parts))
        before = self._counted()
        self._run(name).advance()
        spent = self._counted() - before
        meter = self._whole.evaluator
        meter.work += float(spent[0])
        meter.evaluations += int(spent[1])
        meter.gradients += int(spent[2])
        gain = sum(self._whole.record.offer(batch) for batch in self._news)
        self._news.clear()
        self._scheduler.pay(name, gain, float(spent[0]))

    def counts(self) -> Mapping[str, int]:
        """Combinations, and how many were begun."""
        return {"combinations": len(self._parts), "begun": len(self._runs)}

    def _counted(self) -> Floats:
        """Work, evaluations and gradients of all slices."""
        meters = [run.evaluator for run in self._runs.values()]
        counted = np.array([[e.work, e.evaluations, e.gradients] for e in meters]).reshape(-1, 3)
        return np.asarray(counted.sum(axis=0))

    def _run(self, name: str) -> Run:
        """The run of a slice, begun with plans of the front: real columns as they are, within the
        bounds of the slice.
        """
        if name not in self._runs:
            part = self._parts[name]
            space = Space(part.decisions)
            known = self._whole.record.sample(_SIZE // 2, np.random.default_rng(self._seed))
            plans = np.clip(known.x, space.lower, space.upper)
            seeds = (self._seed, list(self._parts).index(name))
            run = Run(part, self._whole.evaluator.margins, Start(seeds, _SIZE, plans))
            archive = run.record.archive
            p = self._whole.evaluator.p
            self._news.append(
                Batch(
                    archive.x,
                    archive.y,
                    np.zeros((len(archive), p)),
                    np.ones(len(archive), dtype=bool),
                )
            )
            run.record.listener = self._news.append
            self._runs[name] = run
        return self._runs[name]
