"""References where no formula is known: the union of long runs, of this engine and of a peer that
shares no code with it.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np

from benchmarks.problems.standard import Floats
from benchmarks.reference_fronts import INSTANCES, STORED, THINNED, hypervolume, thinned
from benchmarks.runs import run
from optimiser.engine.nonlinear import evolve

__all__ = ["WORK", "store"]

WORK = 600_000
_SEEDS = (101, 102)
# of a peer, whose evaluations cost several units
_SHARE = 3
_SAMPLE = 300


def store(name: str, /, *, work: int = WORK) -> None:
    """Compute the reference of an instance by two runs of so many units of work and shorter ones of
    peers, print how near each run comes to it, and write it down.
    """
    problem, margins = INSTANCES[name][0]()
    found = [evolve(problem, seed=seed, work=work, margins=margins).y for seed in _SEEDS]
    m = len(problem.objectives)
    peers = {
        peer: run(peer, (problem, margins), 1, evaluations=work // _SHARE).archive()
        for peer in (("nsga2",) if m == 2 else ("nsga2", "nsga3"))
    }
    own, y = _union(found), _union([*found, *peers.values()])
    ideal, nadir = y.min(axis=0), y.max(axis=0)
    at_most = THINNED if m > 3 else None

    def volume(part: Floats) -> float:
        return hypervolume(part, ideal, nadir, at_most=at_most)

    whole = volume(y)
    sample = thinned((y - ideal) / (nadir - ideal), _SAMPLE)
    entry = {
        "points": len(y),
        "sha256": hashlib.sha256(np.ascontiguousarray(y, dtype="<f8").tobytes()).hexdigest(),
        "ideal": ideal.tolist(),
        "nadir": nadir.tolist(),
        "hypervolume": whole,
        "work": work,
        "single_runs": [round(volume(part) / whole, 6) for part in found],
        "both_runs": round(volume(own) / whole, 6),
        "peers": {peer: round(volume(part) / whole, 6) for peer, part in peers.items()},
        "points_of_peers": {peer: _shared(part, y) for peer, part in peers.items()},
        "sample": np.round(sample, 6).tolist(),
    }
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    stored[name] = entry
    STORED.write_text(_text(stored), encoding="utf-8")
    told = {
        key: entry[key]
        for key in ("points", "single_runs", "both_runs", "peers", "points_of_peers")
    }
    print(name, json.dumps(told), flush=True)


def _union(parts: list[Floats]) -> Floats:
    """The non-dominated points of all, each once, sorted."""
    import moocore

    y = np.unique(np.concatenate([part for part in parts if len(part)]), axis=0)
    return np.asarray(y[moocore.is_nondominated(y)])


def _shared(part: Floats, y: Floats) -> int:
    """How many points of the union the part has."""
    known = {row.tobytes() for row in y}
    return sum(row.tobytes() in known for row in part)


def _text(stored: dict[str, dict[str, object]]) -> str:
    """JSON with one value a line, samples too: a change shows where it is."""
    lines = []
    for name, entry in sorted(stored.items()):
        values = ",\n".join(
            f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in entry.items()
        )
        lines.append(f" {json.dumps(name)}: {{\n{values}\n }}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
