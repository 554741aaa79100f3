"""The benchmark's peers list the right fronts, and its files and limits are read as written."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import exact
from benchmarks.instances import Instance, knapsack, portfolio, read
from benchmarks.measure import run
from benchmarks.peers.milp import Peer
from benchmarks.peers.ours import problem_of
from optimiser.engine import Options, solve


def small() -> list[Instance]:
    two = knapsack("two", objectives=2, items=8, seed=1)
    three = knapsack("three", objectives=3, items=7, seed=2)
    plans = portfolio("plans", technologies=8, synergies=6, objectives=3, seed=3)
    return [two, three, plans]


def data_of(instance: Instance, folder: Path) -> dict:
    path = folder / "instance.json"
    instance.write(path)
    return dict(json.loads(path.read_text()))


def front(instance: Instance) -> set[tuple[int, ...]]:
    n = instance.rows.shape[1]
    x = np.array(list(itertools.product((0, 1), repeat=n)))
    x = x[(x @ instance.rows.T <= instance.limits).all(axis=1)]
    full = np.hstack([x, *(x[:, [i]] * x[:, [j]] for i, j in instance.products)])
    y = np.unique(full @ instance.objectives.T, axis=0)
    return {tuple(p.tolist()) for p in y if not ((y <= p).all(axis=1) & (y < p).any(axis=1)).any()}


@pytest.mark.parametrize("instance", small(), ids=lambda i: i.name)
def test_everybody_lists_the_front_found_by_force(instance: Instance, tmp_path: Path) -> None:
    data, expected = data_of(instance, tmp_path), front(instance)
    assert {tuple(p) for p in Peer(data).zones()} == expected
    if len(instance.objectives) == 2:
        assert {tuple(p) for p in Peer(data).epsilon_constraint()} == expected
    for method in ("exact", "highs"):
        y = np.rint(solve(problem_of(data), Options(method=method)).y).astype(int)
        assert {tuple(p.tolist()) for p in y} == expected


def test_generated_instances_do_not_change() -> None:
    twice = [
        (i.objectives.tolist(), i.rows.tolist(), i.limits.tolist(), i.products)
        for i in (*small(), *small())
    ]
    assert twice[:3] == twice[3:]
    assert len({str(one) for one in twice}) == 3


def test_a_knapsack_file_is_compared_point_by_point(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bag.dat"
    path.write_text("2\n4\n5.5\n[[3.0,1.0,4.0,1.0],[2.0,7.0,1.0,8.0]]\n[2.0,3.0,1.0,2.0]\n")
    assert read(path).limits.tolist() == [5]
    (tmp_path / "known.json").write_text(json.dumps({"bag": {"points": 999, "gurobi_s": 10.0}}))
    exact.main(
        ["--generated", "none", "--peers", "milp", "--repeats", "1", "--fronts-only", str(path)]
    )
    said = capsys.readouterr().out
    assert "| bag | scipy milp, rebuilt |" in said
    assert "| equal |" in said
    assert "| 10.00 |" in said
    assert "DIFFERENT" in said


def test_what_is_not_a_knapsack_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.dat"
    for text in (
        "",
        "2\n3\n5\n[[1,2,3]]\n[1,2,3]",
        "1\n2\n5\n[[1,2.5]]\n[1,1]",
        "1\n2\n5\n[[1,2]]",
    ):
        path.write_text(text)
        with pytest.raises(ValueError, match="expected the numbers of objectives and items"):
            read(path)
    with pytest.raises(SystemExit, match="unknown peers: milo"):
        exact.main(["--peers", "milo"])


def test_a_child_over_its_time_and_one_that_fails() -> None:
    spin = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 5))\nwhile True: pass"
    assert run([sys.executable, "-c", spin], limit=1.0).failure == "limit"
    assert (
        "No module named" in run([sys.executable, "-c", "import no_such_module"], limit=9.0).failure
    )
    assert run(["no-such-program"], limit=1.0).failure


def test_different_points_are_counted() -> None:
    assert exact._same([[1, 2], [3, 4]], [[3, 4], [1, 2]]) == "equal"
    assert exact._same([[1, 2], [1, 2]], [[1, 2]]) == "equal, 1 listed twice"
    assert exact._same([[1, 2], [5, 5]], [[3, 4], [1, 2]]) == "1 missing, 1 others"
