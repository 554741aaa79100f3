"""Child process: the front of an instance by scipy's ``milp``, the model rebuilt for every solve.

Two objectives: epsilon-constraint, two solves a point. More: search zones, one solve a zone.
Nothing of `optimiser` in it.

python benchmarks/peers/milp.py INSTANCE SECONDS

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
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

__all__: list[str] = []

_HUGE = 2**40


def main() -> None:
    """Solve and print the answer as JSON."""
    path, seconds = sys.argv[1:]
    peer = Peer(json.loads(Path(path).read_text()))
    used = time.process_time()
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(used + float(seconds)) + 1, resource.RLIM_INFINITY)
    )
    points = peer.epsilon_constraint() if len(peer.costs) == 2 else peer.zones()
    cpu = time.process_time() - used
    print(
        json.dumps(
            {"cpu": cpu, "loading": used, "points": points, "solves": peer.solves, "claim": ""}
        )
    )


class Peer:
    """The instance, and one solve of it."""

    def __init__(self, data: dict[str, Any], /) -> None:
        self.costs = np.array(data["objectives"], dtype=np.int64)
        rows, pairs = np.array(data["rows"], dtype=np.int64), data["products"]
        n, width = rows.shape[1], self.costs.shape[1]
        links = np.zeros((2 * len(pairs), width), dtype=np.int64)
        for k, pair in enumerate(pairs):
            for s, factor in enumerate(pair):
                links[2 * k + s, n + k], links[2 * k + s, factor] = 1, -1
        self.rows = np.vstack(
            [np.hstack([rows, np.zeros((len(rows), width - n), dtype=np.int64)]), links]
        )
        self.limits = np.concatenate([data["limits"], np.zeros(len(links), dtype=np.int64)])
        self.solves = 0

    def minimise(self, cost: Any, bounds: Any, /) -> Any:
        """(m,) the point of an optimum with objectives at most ``bounds``, or None where there is
        none.
        """
        self.solves += 1
        matrix = csr_array(np.vstack([self.rows, self.costs]).astype(np.float64))
        limits = np.concatenate([self.limits, np.where(bounds >= _HUGE, np.inf, bounds)])
        answer = milp(
            cost.astype(np.float64),
            integrality=np.ones(len(cost)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, -np.inf, limits),
            options={"mip_rel_gap": 0.0},
        )
        if answer.status == 2:
            return None
        if answer.status != 0:
            sys.exit(f"milp: {answer.message}")
        return self.costs @ np.rint(answer.x).astype(np.int64)

    def epsilon_constraint(self) -> list[list[int]]:
        """Every point of two objectives, from the best first objective on."""
        points: list[list[int]] = []
        bounds = np.full(2, _HUGE, dtype=np.int64)
        while (first := self.minimise(self.costs[0], bounds)) is not None:
            best = self.minimise(self.costs[1], np.array([first[0], bounds[1]]))
            points.append(best.tolist())
            bounds[1] = best[1] - 1
        return points

    def zones(self) -> list[list[int]]:
        """Every point: a zone is all that is below a local upper bound in every objective."""
        m = len(self.costs)
        total = self.costs.sum(axis=0)
        points: list[list[int]] = []
        open_zones = np.full((1, m), _HUGE, dtype=np.int64)
        while len(open_zones):
            point = self.minimise(total, open_zones[-1] - 1)
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
