"""Child process: the front of an instance by another house's solver, one sub-problem after another.

Two objectives: epsilon-constraint, two solves a point. More: search zones, one solve a zone.
Nothing of `optimiser` in it.

python benchmarks/peers/sub_problems.py INSTANCE SECONDS SOLVER

References:
    K. Klamroth, R. Lacour and D. Vanderpooten (2015). On the representation of the search region in
        multi-objective optimization.
    European Journal of Operational Research 245, 767-778.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.solvers import HUGE, SOLVERS, Model

__all__: list[str] = []


def main() -> None:
    """Solve and print the answer as JSON."""
    path, seconds, solver = sys.argv[1:]
    model = model_of(json.loads(Path(path).read_text()))
    try:
        peer = Peer(model, solver)
    except Exception as error:
        sys.exit(str(error))
    used = time.process_time()
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(used + float(seconds)) + 1, resource.RLIM_INFINITY)
    )
    try:
        points = peer.epsilon_constraint() if len(model.objectives) == 2 else peer.zones()
    except Exception as error:
        sys.exit(str(error))
    cpu = time.process_time() - used
    print(
        json.dumps(
            {"cpu": cpu, "loading": used, "points": points, "solves": peer.solves, "claim": ""}
        )
    )


def model_of(data: dict[str, Any], /) -> Model:
    """The instance with a column for every product, which is no more than its factors."""
    costs = np.array(data["objectives"], dtype=np.int64)
    rows, pairs = np.array(data["rows"], dtype=np.int64), data["products"]
    n, width = rows.shape[1], costs.shape[1]
    links = np.zeros((2 * len(pairs), width), dtype=np.int64)
    for k, pair in enumerate(pairs):
        for s, factor in enumerate(pair):
            links[2 * k + s, n + k], links[2 * k + s, factor] = 1, -1
    wide = np.hstack([rows, np.zeros((len(rows), width - n), dtype=np.int64)])
    upper = np.array([*data["upper"], *[1] * len(pairs)], dtype=np.int64)
    limits = np.concatenate([data["limits"], np.zeros(len(links), dtype=np.int64)])
    return Model(np.vstack([wide, links]), limits, costs, upper)


class Peer:
    """A model, a solver, and how often it was called."""

    def __init__(self, model: Model, solver: str, /) -> None:
        self.model = model
        self.solves = 0
        self._solve = SOLVERS[solver](model)

    def minimise(self, cost: Any, bounds: Any, /) -> Any:
        """(m,) the point of an optimum with objectives at most ``bounds``, or None where there is
        none.
        """
        self.solves += 1
        found = self._solve(cost, bounds)
        if found is None:
            return None
        x = np.rint(found).astype(np.int64)
        point = self.model.objectives @ x
        if (self.model.rows @ x > self.model.limits).any() or (point > bounds).any():
            sys.exit("a plan that does not hold")
        return point

    def epsilon_constraint(self) -> list[list[int]]:
        """Every point of two objectives, from the best first objective on."""
        points: list[list[int]] = []
        bounds = np.full(2, HUGE, dtype=np.int64)
        costs = self.model.objectives
        while (first := self.minimise(costs[0], bounds)) is not None:
            best = self.minimise(costs[1], np.array([first[0], bounds[1]]))
            points.append(best.tolist())
            bounds[1] = best[1] - 1
        return points

    def zones(self) -> list[list[int]]:
        """Every point: a zone is all that is below a local upper bound in every objective."""
        m = len(self.model.objectives)
        total = self.model.objectives.sum(axis=0)
        points: list[list[int]] = []
        open_zones = np.full((1, m), HUGE, dtype=np.int64)
        while len(open_zones):
            bounds = np.where(open_zones[-1] >= HUGE, HUGE, open_zones[-1] - 1)
            point = self.minimise(total, bounds)
            if point is None:
                open_zones = open_zones[:-1]
                continue
            points.append(point.tolist())
            open_zones = split(open_zones, point)
        return points


def split(zones: Any, point: Any, /) -> Any:
    """(z, m) zones without what the point dominates; those inside another are left out."""
    hit = (point < zones).all(axis=1)
    children = np.repeat(zones[hit], len(point), axis=0)
    place = np.arange(len(children))
    children[place, place % len(point)] = point[place % len(point)]
    children = np.unique(children, axis=0)
    kept = zones[~hit]
    inside = np.array(
        [
            (child <= kept).all(axis=1).any() or ((child <= children).all(axis=1).sum() > 1)
            for child in children
        ],
        dtype=bool,
    )
    return np.vstack([kept, children[~inside]])


if __name__ == "__main__":
    main()
