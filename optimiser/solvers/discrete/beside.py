"""Plans spread over the front while the compiled engine lists it from end to end: what a stopped run falls back on."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers.contract import Budget
from optimiser.solvers.discrete.anytime import Anytime
from optimiser.solvers.discrete.distance import measurable
from optimiser.solvers.discrete.whole import Whole, whole_of

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Options

__all__ = ["Beside"]

# seconds before it begins, and the share of the time it takes, without and with a time limit
_PATIENCE, _SHARE = 5.0, 0.1
_SOON, _HALF = 0.03, 0.5
_LATEST = 0.5
_WAIT = 0.2
# plans of the engine that are taken in between two steps, and seconds for the rest of them at the end
_BATCH = 20
_MOMENT = 1.0


class Beside:
    """One spread search, in a thread of its own where two may be used, else by turns with the engine.

    Args:
        problem: what the engine solves.
        options: how many threads may be used, and how long it may take.
        budget: of the run.
    """

    def __init__(self, problem: Problem, options: Options, budget: Budget, /) -> None:
        self._problem, self._options, self._run = problem, options, budget
        self._budget = budget.part(np.inf)
        self._search: Anytime | None = None
        self._possible = options.points is None
        self._thread: threading.Thread | None = None
        self._handed: deque[Floats] = deque()
        self._spent = 0.0
        limit = options.time_limit
        self._patience = _PATIENCE if limit is None else min(_LATEST, _SOON * limit)
        self.gap = 1.0
        self.found = 0

    def see(self, plans: Floats, /) -> None:
        """Hand over plans (k, columns) that hold."""
        if self._possible:
            self._handed.extend(plans)

    def turn(self) -> None:
        """Called by the engine now and then: begin, or take one's turn."""
        if not self._possible or self._run.seconds() < self._patience:
            return
        if self._options.workers < 2:
            while self._wanted() and self._work():
                pass
        elif self._thread is None:
            self._thread = threading.Thread(target=self._loop, daemon=True)
            self._thread.start()

    def finish(self) -> Floats:
        """(k, columns) the plans that no other beats, found here or handed over; the gap counts them all."""
        self.end()
        moment = Budget(_MOMENT)
        search = self._prepared(moment)
        while search is not None and self._handed and moment.exhausted() is None:
            self._take(search)
        if search is not None:
            search.settle()
            search.rescue()
            self._note(search)
        return np.empty((0, len(self._problem.decisions))) if search is None else search.plans

    def end(self) -> None:
        """Stop working."""
        self._budget.cancel()
        if self._thread is not None:
            self._thread.join()

    def _wanted(self) -> bool:
        """Whether less than its share of the time was spent here."""
        both = self._options.time_limit is not None
        share = _SHARE if not both else 1.0 if self._options.workers > 1 else _HALF
        return self._budget.exhausted() is None and self._spent <= share * (self._run.seconds() - self._patience)

    def _loop(self) -> None:
        pause = threading.Event()
        while self._budget.exhausted() is None:
            if not self._wanted():
                pause.wait(_WAIT)
            elif not self._work():
                return

    def _work(self) -> bool:
        """One step; False where there is nothing to do."""
        began = self._run.seconds()
        search = self._prepared(self._budget)
        if search is None:
            return False
        self._take(search)
        more = search.step()
        self._note(search)
        self._spent += self._run.seconds() - began
        return more or bool(self._handed)

    def _prepared(self, budget: Budget) -> Anytime | None:
        if self._search is None and self._possible:
            whole = whole_of(self._problem, self._options, budget)
            if isinstance(whole, Whole) and measurable(whole):
                self._search = Anytime(whole, self._budget)
            elif budget.exhausted() is None:
                self._possible = False
        return self._search

    def _take(self, search: Anytime) -> None:
        """Take in some of what was handed over."""
        for _ in range(min(_BATCH, len(self._handed))):
            search.learn(self._handed.popleft())

    def _note(self, search: Anytime) -> None:
        self.gap = min(self.gap, search.gap)
        self.found = len(search)
