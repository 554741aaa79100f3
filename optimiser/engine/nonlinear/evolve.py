"""The nonlinear engine: sources of points that are paid by what they find, and an archive that
forgets nothing.

Generations find where the front is, restarts whether there is another one; spreading fills it;
Newton steps and sequential quadratic programming put points on it to the last digit. Where there
are few combinations of the discrete columns, each has a run of its own besides. Which of them works
next is the scheduler's decision.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from optimiser.engine.nonlinear.evaluator import Margins
from optimiser.engine.nonlinear.run import Evolved, Run, SearchProgress, Start
from optimiser.engine.nonlinear.sliced import Slices
from optimiser.engine.nonlinear.slices import slices_of

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats, Problem

__all__ = ["evolve"]

_GENERATION = 100


def evolve(
    problem: Problem,
    /,
    *,
    seed: int,
    work: float,
    tolerance: float = 0.0,
    starts: Floats | None = None,
    margins: Margins | None = None,
    should_stop: Callable[[], str | None] | None = None,
    on_progress: Callable[[SearchProgress], None] | None = None,
) -> Evolved:
    """Approximate the front of a problem with bounded decisions.

    The same arguments give the same bytes on processors of one kind and with as many threads of
    BLAS, unless ``should_stop`` ended the run.

    Args:
        seed: of the one source of randomness.
        work: counted units after which to stop; one is about the cost of making, evaluating and
            judging one point.
        tolerance: stop earlier when the last third of the work gained a smaller share of the
            hypervolume.
        starts: (k, n) decisions to begin with, the rest of the population being drawn.
        margins: signed values of the constraints and which are equalities; without them constrained
            problems get no polish.
        should_stop: asked between slices, tens of milliseconds apart; a word ends the run.
        on_progress: told after each slice.
    """
    parts = slices_of(problem)
    run = Run(problem, margins, Start(seed, _GENERATION, starts, parts, should_stop))
    if parts and run.evaluator.smooth:
        run.add(Slices(run, parts, seed))
    stopped = None
    while run.work < work and not run.stagnates(tolerance):
        stopped = should_stop() if should_stop is not None else None
        if stopped is not None:
            break
        name = run.advance()
        if on_progress is not None:
            on_progress(run.progress(name))
    return run.result(stopped)
