"""Mixed models with and without slices: the same engine, seeds and CPU seconds.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.slices --seeds 3 --seconds 2
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np

from benchmarks.problems import mixed
from benchmarks.problems.standard import Floats, Instance
from benchmarks.reference_fronts import hypervolume
from benchmarks.runs import ours
from optimiser.engine.nonlinear.slices import slices_of

__all__: list[str] = []

MODELS: dict[str, Callable[[], Instance]] = {
    "portfolio, 5 shares": mixed.portfolio,
    "portfolio, 6 shares": partial(mixed.portfolio, 6),
    "rotated, 2 choices": partial(mixed.rotated_choices, 2),
    "rotated, 4 choices": mixed.rotated_choices,
    "process, 3 objectives": mixed.process,
}


def main() -> None:
    """Measure and print a table in Markdown, one line a model."""
    import moocore

    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=2.0)
    options = arguments.parse_args()
    times = (options.seconds / 4.0, options.seconds)
    heads = [
        f"{how}, {t:g} s, {which}"
        for how in ("without", "with")
        for t in times
        for which in ("worst", "median")
    ]
    print(f"| model | slices | {' | '.join(heads)} |")
    print("| --- " * (len(heads) + 2) + "|")
    for name, make in MODELS.items():
        found: dict[tuple[bool, float], list[Floats]] = {}
        for sliced in (False, True):
            with _slices(allowed=sliced):
                traces = [
                    ours(make(), seed, options.seconds) for seed in range(1, options.seeds + 1)
                ]
            for t in times:
                found[sliced, t] = [trace.archive(t) for trace in traces]
        whole = np.asarray(
            moocore.filter_dominated(np.concatenate([y for parts in found.values() for y in parts]))
        )
        ideal, nadir = whole.min(axis=0), whole.max(axis=0)
        top = hypervolume(whole, ideal, nadir)
        cells = []
        for parts in found.values():
            shares = [hypervolume(y, ideal, nadir) / top for y in parts]
            cells += [f"{min(shares):.5f}", f"{np.median(shares):.5f}"]
        print(f"| {name} | {len(slices_of(make()[0]))} | {' | '.join(cells)} |", flush=True)


@contextmanager
def _slices(*, allowed: bool) -> Iterator[None]:
    # the room's face has a function of this name
    engine = importlib.import_module("optimiser.engine.nonlinear.evolve")
    kept = engine.slices_of
    if not allowed:
        engine.slices_of = lambda problem, /, **_: ()
    try:
        yield
    finally:
        engine.slices_of = kept


if __name__ == "__main__":
    main()
