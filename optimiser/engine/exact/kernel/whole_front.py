"""The kernel's front door: arrays in, the complete set of non-dominated points out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel.boxes import Boxes, floors
from optimiser.engine.exact.kernel.built import compiled
from optimiser.engine.exact.kernel.integer_program import (
    UNLIMITED,
    IntegerProgram,
    NormalForm,
    RefusedError,
    normal_form,
)
from optimiser.engine.exact.kernel.machine import Halt, SearchMachine
from optimiser.engine.exact.kernel.multipliers import costs_of, precision
from optimiser.engine.exact.kernel.outcome import (
    KernelAnswer,
    KernelOutcome,
    KernelProgress,
    Limits,
    Status,
    SubProblem,
)
from optimiser.language import stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.kernel.snapshot import Snapshot

    Integers = NDArray[np.int64]

__all__ = [
    "KernelAnswer",
    "KernelOutcome",
    "KernelProgress",
    "Limits",
    "SubProblem",
    "refusal",
    "solve_front",
]

Fallback = Callable[[SubProblem], KernelAnswer]


def refusal(program: IntegerProgram, /) -> str | None:
    """Why the kernel does not take this program, or None."""
    if not compiled():
        return stored("this installation was built without a C++ compiler")
    try:
        form = normal_form(program)
        precision(form, costs_of(form))
    except RefusedError as error:
        return str(error)
    return None


def solve_front(
    program: IntegerProgram,
    /,
    *,
    corners: Integers | None = None,
    start: Snapshot | None = None,
    limits: Limits | None = None,
    workers: int = 1,
    fallback: Fallback | None = None,
    on_slice: Callable[[KernelProgress], bool] | None = None,
) -> KernelOutcome:
    """The complete set of non-dominated points of ``program``, one efficient plan each.

    Args:
        program: arrays of whole numbers.
        corners: (m, n) an efficient plan with the least value of every objective, proven by the
            caller; None leaves finding them to the engine.
        start: where an earlier run of the same program stood; what it holds is taken as proven, so
            that only a state that is known to be of this very program may be given. What does not
            even fit it is ignored.
        limits: node budgets; see :class:`Limits`.
        workers: threads that may be used; the points are the same with any number, and with the
            same number the way to them is.
        fallback: asked for a sub-problem whose search is over budget; without one, or where it
            cannot answer, the run stops.
        on_slice: called every few tenths of a second; True stops the run. Exceptions (Ctrl-C) pass
            through here.

    Returns:
        The outcome; ``complete`` only where every zone has been refuted in whole numbers (or by the
        fallback).
    """
    try:
        form = normal_form(program)
        run = _WholeFront(program, form, limits or Limits(), workers)
    except RefusedError as error:
        return _nothing(program, "refused", str(error))
    if form.infeasible:
        return _nothing(program, "infeasible", "")
    if start is not None and start.fits(form) and all(run.holds(x) for x in start.X):
        run.machine.restore(start)
    elif corners is not None:
        run.machine.begin(corners)
    return run.finish(fallback, on_slice)


def _nothing(program: IntegerProgram, status: Status, reason: str, /) -> KernelOutcome:
    m, n = program.objectives.shape
    none = np.zeros((0, m), dtype=np.int64)
    return KernelOutcome(
        none,
        np.zeros((0, n), dtype=np.int64),
        np.zeros((0, n), dtype=np.int64),
        status,
        reason,
        none,
        none,
        np.zeros(m, dtype=np.int64),
        0,
        0,
        {},
    )


class _WholeFront:
    """One run: slice after slice, and what happens between them."""

    def __init__(
        self,
        program: IntegerProgram,
        form: NormalForm,
        limits: Limits,
        workers: int = 1,
        /,
    ) -> None:
        self.program, self.form, self.limits = program, form, limits
        self.machine = SearchMachine(
            form, costs_of(form), stack=limits.stack, nodes=limits.nodes, workers=workers
        )
        self.fallbacks = 0
        self.stopped, self.enough = "", False
        self.began = self.due = time.perf_counter()
        self.boxes: Boxes | None = None
        self.led = False
        self.before = 0

    def finish(
        self, fallback: Fallback | None, on_slice: Callable[[KernelProgress], bool] | None, /
    ) -> KernelOutcome:
        """Slice after slice until the front is complete or something stops it."""
        # a run that goes on begins with a whole zone: which halves are empty is not in its state
        self.machine.lead(self._patience_is_over() and not self.machine.corners)
        while not self.stopped:
            halt = self._advance(fallback, on_slice)
            if halt == Halt.COMPLETE or self.stopped:
                break
            if halt == Halt.NEXT:
                self._lead()
            elif halt == Halt.HALTED and self._patience_is_over():
                self.machine.lead(True)
        return self.outcome()

    def _advance(
        self, fallback: Fallback | None, on_slice: Callable[[KernelProgress], bool] | None, /
    ) -> Halt:
        """One slice, and what it asks for; ``stopped`` says where something ends the run."""
        halt = self.machine.go_on(self.limits.slice_seconds)
        if halt == Halt.OVERRUN and not self._ask(fallback):
            self.stopped = stored("a sub-problem is over its node budget")
        if halt == Halt.HALTED or (halt != Halt.COMPLETE and time.perf_counter() >= self.due):
            self.due = time.perf_counter() + 2.0 * self.limits.slice_seconds
            if self.limits.points is not None and self.machine.points >= self.limits.points:
                self.stopped, self.enough = stored("enough points"), True
            elif on_slice is not None and on_slice(self._progress()):
                self.stopped = stored("stopped")
        return halt

    def _patience_is_over(self) -> bool:
        limits = self.limits
        if limits.anytime is None or self.led or len(self.form.objectives) != 2:
            return False
        return time.perf_counter() - self.began >= limits.patience

    def _lead(self) -> None:
        """Choose the largest box for the next sub-problem; leave the choice to the engine once none
        is large.
        """
        machine = self.machine
        if self.boxes is None:
            self.boxes = Boxes(machine.values(), machine.zones(), machine.ideal())
            self.led = True
        else:
            more = machine.values()[self.before :].tolist()
            self.boxes.settle((more[0][0], more[0][1]) if more else None)
        limits = self.boxes.next(self.limits.anytime or 0.0)
        if limits is None:
            self.boxes = None
            machine.lead(False)
            return
        self.before = machine.points
        machine.choose(limits)

    def _progress(self) -> KernelProgress:
        machine, counts = self.machine, self.machine.counts
        return KernelProgress(
            machine.points,
            len(machine.zones()),
            counts["subproblems"],
            counts["nodes"],
            machine.plans,
            machine.tentative,
            self._open,
            machine.snapshot,
            self._incumbent,
        )

    def _incumbent(self) -> Integers | None:
        machine = self.machine
        return machine.plan if machine.second or (machine.first and machine.found) else None

    def _open(self, tentative: Integers | None = None, /) -> tuple[Integers, Integers]:
        """Lower and upper ends of what is open, in the program's objectives, with what is nowhere
        above tentative plans (t, n).
        """
        if self.boxes is not None:
            lower, upper = self.boxes.open()
        else:
            upper = self.machine.zones()
            if tentative is not None:
                upper = np.vstack([upper, tentative @ self.form.objectives.T + 1])
            lower = floors(self.machine.values(), upper, self.machine.ideal())
        return self._original(lower, -UNLIMITED), self._original(upper, UNLIMITED)

    def _ask(self, fallback: Fallback | None, /) -> bool:
        """Hand the current stage to the fallback. Returns whether it answered."""
        if fallback is None:
            return False
        objective, limits, cut = self.machine.question()
        upper = self._original(limits[None], UNLIMITED)[0]
        if not self.machine.second:
            upper[np.array(self.form.of) == self.machine.objective] = UNLIMITED
        answer = fallback(SubProblem(objective.copy(), upper, cut))
        if answer.x is None and not answer.proven:
            return False
        self.fallbacks += 1
        self.machine.answer(None if answer.x is None else self._checked(answer.x, objective, cut))
        return True

    def _checked(self, x: Integers, objective: Integers, cut: int, /) -> Integers:
        """``x`` if it solves the sub-problem's constraints in whole numbers."""
        machine = self.machine
        form, (low, high) = self.form, machine.sides()
        good = self.holds(x) and int(objective @ x) <= cut
        for k in range(len(form.objectives)):
            if machine.second or k != machine.objective:
                good = good and low[k] <= int(form.objectives[k] @ x) <= high[k]
        if not good:
            raise ValueError("the fallback's plan does not satisfy the sub-problem")
        return np.asarray(x, dtype=np.int64)

    def holds(self, x: Integers, /) -> bool:
        """Whether a plan satisfies the program."""
        program = self.program
        activity = program.rows @ x
        low = (program.row_lower <= -UNLIMITED) | (activity >= program.row_lower)
        high = (program.row_upper >= UNLIMITED) | (activity <= program.row_upper)
        good = bool(
            (x >= program.lower).all() and (x <= program.upper).all() and low.all() and high.all()
        )
        return good and all(
            int(x[y]) == int(np.prod(x[list(f)])) for y, f in program.products.items()
        )

    def _original(self, values: Integers, constant: int | None, /) -> Integers:
        """(z, p) values of the normal form's objectives as (z, m) of the program's, or ``constant``
        where one does not vary.
        """
        n = self.program.objectives.shape[1]
        fixed = np.where(self.form.lower[:n] == self.form.upper[:n], self.form.lower[:n], 0).astype(
            np.int64
        )
        result = np.zeros((len(values), len(self.form.of)), dtype=np.int64)
        for k, (row, normal) in enumerate(zip(self.program.objectives, self.form.of, strict=True)):
            result[:, k] = int(row @ fixed) if normal >= 0 or constant is None else constant
            if normal >= 0:
                column = int(np.flatnonzero(self.form.objectives[normal])[0])
                factor = int(row[column]) // int(self.form.objectives[normal][column])
                result[:, k] += factor * values[:, normal]
        return result

    def outcome(self) -> KernelOutcome:
        """What was found, whatever is still open."""
        machine = self.machine
        machine.confirm()
        x = machine.plans()
        points = x @ self.program.objectives.T
        order = np.lexsort(points.T[::-1])
        lower, upper = self._open(machine.tentative()) if self.stopped else (points[:0], points[:0])
        status: Status = "stopped" if self.stopped else "complete" if len(x) else "infeasible"
        counts = {**machine.counts, "fallbacks": self.fallbacks}
        return KernelOutcome(
            points[order],
            x[order],
            machine.tentative(),
            status,
            self.stopped,
            upper,
            lower,
            self._original(machine.ideal()[None], None)[0],
            counts["subproblems"],
            counts["nodes"],
            counts,
            machine.snapshot() if self.stopped else None,
            self.enough,
        )
