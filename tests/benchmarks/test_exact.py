"""The benchmark's peers list the right fronts, and its files and limits are read as written."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import exact
from benchmarks.instance_files import read
from benchmarks.instances import (
    Instance,
    assignment,
    covering,
    facilities,
    general,
    knapsack,
    packing,
    portfolio,
    production,
    roadmap,
)
from benchmarks.measure import run
from benchmarks.peers.ours import problem_of
from benchmarks.peers.sub_problems import Peer, model_of
from optimiser.engine import Options, solve


def small() -> list[Instance]:
    two = knapsack("two", objectives=2, items=8, seed=1)
    three = knapsack("three", objectives=3, items=7, seed=2)
    plans = portfolio("plans", technologies=8, synergies=6, objectives=3, seed=3)
    return [
        two,
        three,
        plans,
        roadmap("roadmap", technologies=4, phases=2, objectives=3, seed=4),
        assignment("assignment", objectives=3, size=3, seed=5),
        packing("packing", objectives=3, columns=8, rows=6, seed=6),
        covering("covering", objectives=2, columns=9, rows=4, seed=7),
        facilities("facilities", objectives=2, sites=2, customers=3, seed=8),
        general("general", objectives=3, columns=4, rows=2, seed=9),
        production("production", objectives=2, periods=2, seed=10),
    ]


def data_of(instance: Instance, folder: Path) -> dict:
    path = folder / "instance.json"
    instance.write(path)
    return dict(json.loads(path.read_text()))


def front(instance: Instance) -> set[tuple[int, ...]]:
    tops = instance.upper or (1,) * instance.rows.shape[1]
    x = np.array(list(itertools.product(*(range(top + 1) for top in tops))))
    x = x[(x @ instance.rows.T <= instance.limits).all(axis=1)]
    full = np.hstack([x, *(x[:, [i]] * x[:, [j]] for i, j in instance.products)])
    y = np.unique(full @ instance.objectives.T, axis=0)
    return {tuple(p.tolist()) for p in y if not ((y <= p).all(axis=1) & (y < p).any(axis=1)).any()}


@pytest.mark.parametrize("instance", small(), ids=lambda i: i.name)
def test_everybody_lists_the_front_found_by_force(instance: Instance, tmp_path: Path) -> None:
    data, expected = data_of(instance, tmp_path), front(instance)
    model = model_of(data)
    assert {tuple(p) for p in Peer(model, "milp").zones()} == expected
    if len(instance.objectives) == 2:
        assert {tuple(p) for p in Peer(model, "milp").epsilon_constraint()} == expected
    for method in ("exact", "highs"):
        y = np.rint(solve(problem_of(data), Options(method=method)).y).astype(int)
        assert {tuple(p.tolist()) for p in y} == expected


def test_generated_instances_do_not_change() -> None:
    twice = [
        (i.objectives.tolist(), i.rows.tolist(), i.limits.tolist(), i.products)
        for i in (*small(), *small())
    ]
    half = len(twice) // 2
    assert twice[:half] == twice[half:]
    assert len({str(one) for one in twice}) == half


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
        with pytest.raises(ValueError, match="expected"):
            read(path)
    with pytest.raises(SystemExit, match="unknown peers: milo"):
        exact.main(["--peers", "milo"])


_FGT = """
3 3 2
maxsum minsum
5 3 0
1 -2 4
1 1 1
1 0 -1
0 1 1
1 4
0 -1
2 2
0 1 0
3 2 2
"""
_PACKING = "2 3\n5 6 7\n1 2 3\n2\n1 2\n2\n2 3\n"


def _points(instance: Instance) -> list[tuple[int, ...]]:
    return sorted(front(instance))


def test_files_of_others_are_the_models_that_they_describe(tmp_path: Path) -> None:
    path = tmp_path / "a.fgt"
    for text in (_FGT, _FGT.replace("3 3 2\n", "3 3 2 7 4\n", 1)):
        path.write_text(text)
        found = read(path)
        plans = [
            (-5 * x - 3 * y, x - 2 * y + 4 * z - (1 * -2))
            for x in range(4)
            for y in (1, 2)
            for z in range(3)
            if x + y + z <= 4 and x - z >= -1 and y + z == 2
        ]
        shifted = {(a + 3, b) for a, b in plans}  # counted from y = 1
        kept = {p for p in shifted if not any(_beats(q, p) for q in shifted)}
        assert _points(found) == sorted(kept)
    path = tmp_path / "pack.txt"
    path.write_text(_PACKING)
    assert _points(read(path)) == [(-12, -4)]


def _beats(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def test_mathoptformat_is_read(tmp_path: Path) -> None:
    def variable(name: str) -> dict:
        return {"type": "Variable", "name": name}

    def terms(**values: float) -> list[dict]:
        return [{"coefficient": value, "variable": name} for name, value in values.items()]

    objective = [
        {"output_index": k, "scalar_term": term}
        for k, row in enumerate((terms(x=3.0, y=1.0), terms(x=-1.0, y=2.0)), start=1)
        for term in row
    ]
    model: dict = {
        "variables": [{"name": "x"}, {"name": "y"}],
        "objective": {
            "sense": "max",
            "function": {"type": "VectorAffineFunction", "terms": objective},
        },
        "constraints": [
            {"function": variable("x"), "set": {"type": "ZeroOne"}},
            {"function": variable("y"), "set": {"type": "Integer"}},
            {"function": variable("y"), "set": {"type": "Interval", "lower": 0.0, "upper": 3.0}},
            {
                "function": {
                    "type": "ScalarAffineFunction",
                    "terms": terms(x=2.0, y=1.0),
                    "constant": 1.0,
                },
                "set": {"type": "LessThan", "upper": 4.0},
            },
        ],
    }
    path = tmp_path / "m.mof.json"
    path.write_text(json.dumps(model))
    assert _points(read(path)) == [(-4, -1), (-3, -6)]
    model["constraints"][2]["set"] = {"type": "Semicontinuous"}
    path.write_text(json.dumps(model))
    with pytest.raises(ValueError, match="Semicontinuous"):
        read(path)


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
