"""The nonlinear engine against its peers at equal CPU time: share of the true hypervolume, IGD+,
time to the same hypervolume.

export OPENBLAS_NUM_THREADS=1
python -m benchmarks.nonlinear --problems zdt1,osy --seeds 5
python -m benchmarks.nonlinear --algorithms --problems zdt4,osy,dtlz7 --seeds 3 --scale 0.5
python -m benchmarks.nonlinear --peers platypus,pygmo         (where these packages are installed)
python -m benchmarks.nonlinear --pair pygmo --seconds 2 --problems mw1,cre21 --seeds 3
python -m benchmarks.nonlinear --store --problems re21,re41   (computes references anew, minutes)
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import product

import numpy as np

from benchmarks.long_runs import WORK, store
from benchmarks.reference_fronts import INSTANCES, Reference, reference, referenced
from benchmarks.runs import PEERS, by_name, missing, ours, run
from optimiser.engine import registry
from optimiser.engine.methods.pymoo import algorithms
from optimiser.engine.nonlinear import choose

__all__: list[str] = []

_SHOWN = 100
_TENTH = 0.1


def main() -> None:
    """Measure and print a table in Markdown, one line an instance."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument(
        "--problems", default=",".join(referenced()), help="names, separated by commas"
    )
    arguments.add_argument("--seeds", type=int, default=5)
    arguments.add_argument(
        "--scale", type=float, default=1.0, help="times the seconds of the table"
    )
    arguments.add_argument(
        "--peers",
        default="nsga2",
        help=f"out of {', '.join(PEERS)}; the first in full, of others the median",
    )
    arguments.add_argument("--no-peers", action="store_true")
    arguments.add_argument("--pair", help="one peer, by turns with this engine, archives alone")
    arguments.add_argument("--seconds", type=float, default=2.0, help="of each run of a pair")
    arguments.add_argument(
        "--algorithms",
        action="store_true",
        help="every engine by name, with its archive, at equal CPU time",
    )
    arguments.add_argument(
        "--store", action="store_true", help="compute and store references instead"
    )
    arguments.add_argument(
        "--work", type=int, default=WORK, help="units of work of each run of a reference"
    )
    options = arguments.parse_args()
    names = options.problems.split(",")
    _refuse(sorted(set(names) - set(INSTANCES)), "problems", INSTANCES)
    peers = [] if options.no_peers else (options.pair or options.peers).split(",")
    _refuse(sorted(set(peers) - set(PEERS)), "peers", PEERS)
    if options.store:
        for name in names:
            store(name, work=options.work)
        return
    seeds = range(1, options.seeds + 1)
    if options.algorithms:
        _compare(names, seeds, options.scale)
        return
    absent = [said for peer in peers if (said := missing(peer))]
    if absent:
        sys.exit("\n".join(absent))
    _warm(peers)
    if options.pair:
        _pair(names, seeds, options.seconds, options.pair)
        return
    _table(names, seeds, options.scale, peers)


def _refuse(unknown: Sequence[str], what: str, known: Iterable[str]) -> None:
    if unknown:
        sys.exit(f"unknown {what}: {', '.join(unknown)}; known: {', '.join(known)}")


def _table(names: Sequence[str], seeds: range, scale: float, peers: Sequence[str]) -> None:
    heads = [
        "problem",
        "reference",
        "CPU s",
        "target",
        "ours, worst",
        "median",
        "100 plans",
        "in a tenth",
        "IGD+",
    ]
    if peers:
        heads += [f"{peers[0]}, worst", "median", "100 plans", "IGD+", "times faster"]
    heads += [f"{peer}, median" for peer in peers[1:]]
    print(_row(heads))
    print(_row(["---"] * len(heads)))
    factors = []
    for name in names:
        cells, faster = _line(name, seeds, scale, peers)
        print(_row(cells), flush=True)
        factors.append(faster)
    if peers:
        reached = _factor(float(np.median(factors)))
        print(f"\nTimes faster to what {peers[0]} ends with, median of the problems: {reached}")


def _pair(names: Sequence[str], seeds: range, seconds: float, peer: str) -> None:
    """A line an instance: what share of the true hypervolume the archives of both reach, a seed of
    one after the same seed of the other, and what they evaluated meanwhile.
    """
    heads = ["problem", "ours, worst", "median", "evaluated", f"{peer}, worst", "median"]
    print(_row([*heads, "evaluated"]))
    print(_row(["---"] * (len(heads) + 1)))
    for name in names:
        make, true = INSTANCES[name][0], reference(name)
        mine, theirs = [], []
        for seed in seeds:
            trace = ours(make(), seed, seconds)
            mine.append((true.ratio(trace.population), trace.evaluated))
            trace = run(peer, make(), seed, seconds=seconds)
            theirs.append((true.ratio(trace.archive()), trace.evaluated))
        cells = [name]
        for side in (mine, theirs):
            reached, evaluated = zip(*side, strict=True)
            cells += [f"{min(reached):.6f}", f"{np.median(reached):.6f}"]
            cells.append(f"{np.median(evaluated):,.0f}")
        print(_row(cells), flush=True)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(name: str, seeds: range, scale: float, peers: Sequence[str]) -> tuple[list[str], float]:
    """The cells of an instance, and how many times faster, in the median, the hypervolume of the
    first peer was reached.
    """
    make, seconds, goal = INSTANCES[name]
    seconds *= scale
    try:
        true = reference(name)
    except KeyError:
        sys.exit(f"{name} has no stored reference: run with --store --problems {name!r} first")
    mine = [ours(make(), seed, seconds) for seed in seeds]
    found = [true.ratio(trace.population) for trace in mine]
    shown = [true.ratio(trace.population[choose(trace.population, _SHOWN)]) for trace in mine]
    early = [true.ratio(trace.archive(_TENTH * seconds)) for trace in mine]
    cells = [
        name,
        true.source,
        f"{seconds:g}",
        f"{goal:g}" if goal else "",
        _bold(min(found), goal),
    ]
    cells += [f"{np.median(found):.5f}", f"{min(shown):.5f}", f"{min(early):.5f}"]
    cells.append(_small(max(true.distance(trace.population) for trace in mine)))
    factors = [np.inf]
    for place, peer in enumerate(peers):
        theirs = [run(peer, make(), seed, seconds=seconds) for seed in seeds]
        archives = [trace.archive() for trace in theirs]
        reached = [true.ratio(y) for y in archives]
        if place:
            cells.append(f"{np.median(reached):.5f}")
            continue
        cells += [
            f"{min(reached):.5f}",
            f"{np.median(reached):.5f}",
            f"{min(true.ratio(t.population) for t in theirs):.5f}",
        ]
        cells.append(_small(max(true.distance(y) for y in archives)))
        tenth = _TENTH * seconds
        times = [
            trace.first(_at_least(true, level), tenth, seconds)
            for trace, level in zip(mine, reached, strict=True)
        ]
        factors = [seconds / t for t in times]
        cells.append(_factor(float(np.median(factors))))
    return cells, float(np.median(factors))


def _bold(value: float, goal: float) -> str:
    return f"{value:.5f}" if value >= goal else f"**{value:.5f}**"


def _factor(times: float) -> str:
    if times >= 1.0 / _TENTH:
        return "10 or more"
    return f"{times:.1f}" if times > 0.0 else "not reached"


def _small(value: float) -> str:
    return f"{value:.1e}"


def _at_least(true: Reference, level: float) -> Callable[[np.ndarray], bool]:
    return lambda y: true.ratio(y) >= level


def _compare(names: Sequence[str], seeds: range, scale: float) -> None:
    """A line an instance: the median share of the true hypervolume that each engine's archive
    reaches.
    """
    theirs = [
        name
        for name, solver in registry().items()
        if type(solver).__module__ == algorithms.__name__
    ]
    methods = ["evolutionary", *theirs]
    # imports and compilation are not what is compared
    for method, name in product(methods, ("zdt1", "zdt4")):
        instance = INSTANCES[name][0]()
        if registry()[method].declines(instance[0]) is None:
            by_name(method, instance, 1, 0.3)
    print(_row(["problem", "CPU s", *methods]))
    print(_row(["---"] * (len(methods) + 2)))
    for name in names:
        make, seconds, _ = INSTANCES[name]
        seconds *= scale
        true = reference(name)
        cells = []
        for method in methods:
            if registry()[method].declines(make()[0]) is not None:
                cells.append("declines")
                continue
            reached = [true.ratio(by_name(method, make(), seed, seconds)) for seed in seeds]
            cells.append(f"{np.median(reached):.5f}")
        print(_row([name, f"{seconds:g}", *cells]), flush=True)


def _warm(peers: Sequence[str]) -> None:
    """Imports are not what is compared."""
    constrained, free = INSTANCES["osy"][0], INSTANCES["zdt1"][0]
    ours(constrained(), 1, 0.5)
    for peer in peers:
        run(peer, free(), 1, seconds=0.2)


if __name__ == "__main__":
    main()
