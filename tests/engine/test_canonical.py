"""Of plans with equal objectives the canonical one is listed, by every proving method; by hand and
by brute force.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from optimiser.engine import Options, registry, run
from optimiser.formulate import Model, formulate
from optimiser.formulate.decisions import number_cell
from optimiser.scenario import load

Data = dict[str, Any]
Cells = tuple[str, ...]
METHODS = ["enumerate", "exact", "highs"]


def modelled(data: Data, folder: Path) -> Model:
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return formulate(load(path))


def listed(model: Model, method: str) -> set[Cells]:
    problem = model.at()
    solution = run(registry()[method], "test", problem, Options(workers=1))
    assert solution.proof.status == "complete"
    return set(model.read(solution.x).cells)


def choices(data: Data) -> list[list[str]]:
    """The cells of every decision, the preferred ones first."""
    phases = [phase["name"] for phase in data.get("phases", [])]
    found = [
        sorted((number_cell(v) for v in variable["values"]), key=float)
        for variable in data.get("variables", {}).values()
    ]
    for technology in data["technologies"].values():
        modes = list(technology.get("levels", {})) or ["1"]
        if "scale" in technology:
            scale = technology["scale"]
            count = round((scale["max"] - scale["min"]) / scale["step"])
            modes = [f"{scale['min'] + scale['step'] * k:g}" for k in range(count + 1)]
        # of an amount the start comes first: its binaries are its first columns
        pairs = (
            itertools.product(phases, modes)
            if "scale" in technology
            else ((p, m) for m in modes for p in phases)
        )
        found.append(
            ["0", *(f"{mode}@{phase}" for phase, mode in pairs)] if phases else ["0", *modes]
        )
    return found


def preferred(data: Data, model: Model) -> set[Cells]:
    """The canonical plan of each non-dominated point, from all plans there are."""
    options, problem = choices(data), model.at()
    phases = [phase["name"] for phase in data.get("phases", [])]
    names = [*data.get("variables", {}), *data["technologies"]]
    plans = list(itertools.product(*options))
    points: dict[tuple[Any, ...], list[Cells]] = {}
    for cells in plans:
        x = model.encode(dict(zip(names, cells, strict=True)))[None]
        assert problem.exact is not None
        keys, good = problem.exact(x)
        if good[0]:
            points.setdefault(tuple(keys[0].tolist()), []).append(cells)
    first = len(data.get("variables", {}))

    def order(cells: Cells) -> tuple[Any, ...]:
        adopted = [cell for cell in cells[first:] if cell != "0"]
        starts = sum(phases.index(cell.partition("@")[2]) for cell in adopted) if phases else 0
        return (
            len(adopted),
            starts,
            tuple(o.index(cell) for o, cell in zip(options, cells, strict=True)),
        )

    best = [
        p
        for p in points
        if not any(all(a <= b for a, b in zip(q, p, strict=True)) and q != p for q in points)
    ]
    return {min(points[p], key=order) for p in best}


def tied(seed: int, *, phases: bool) -> Data:
    """A scenario in which levels, technologies and values have equal effects, or none."""
    r = Random(seed)
    sizes = r.choice(
        [["0", "1", "2"], ["0", "0.000000001", "1"], ["0", "1000000000", "2000000000"]]
    )
    indicators: Data = {"cost": {}, "gain": {}}
    if phases:
        indicators["cost"] = {"timing": "one_off"}
        indicators["gain"] = {"aggregate": "final"}

    def effects() -> Data:
        return {"cost": r.choice(sizes), "gain": r.choice(sizes)} if r.random() < 0.7 else {}

    technologies: Data = {}
    for i in range(r.choice([2, 3])):
        kind = r.choice(["yes_no", "levels", "levels", "scale"])
        technology: Data = {"effects": effects()}
        if kind == "levels":
            same = {"effects": effects()}
            technology["levels"] = {
                name: same if r.random() < 0.6 else {"effects": effects()} for name in ("hi", "lo")
            }
        elif kind == "scale":
            technology["scale"] = {"min": 1, "max": 3, "step": 1}
            technology["effects_per_unit"] = effects()
        technologies[f"t{i}"] = technology
    data: Data = {
        "optimise": 1,
        "name": "tied",
        "indicators": indicators,
        "technologies": technologies,
    }
    data["variables"] = {"v": {"values": r.choice([[1, 2], [1e-9, 1, 1e9], [-3, 0.5, 2, 7]])}}
    data["objectives"] = {"cost": "minimise", "gain": "maximise"}
    if r.random() < 0.5:
        data["objectives"]["of_v"] = {
            "sense": r.choice(["minimise", "maximise"]),
            "expr": "abs(v - 1)",
        }
    if r.random() < 0.5:
        data["groups"] = {"g": {"of": ["t0", "t1"], "at_least": 1}}
    if phases:
        data["phases"] = [{"name": "p1", "years": 1}, {"name": "p2", "years": 2}]
    return data


@pytest.mark.parametrize("phases", [False, True], ids=["at once", "phases"])
@pytest.mark.parametrize("seed", range(6))
def test_the_canonical_plan_is_listed_by_every_method(
    seed: int, phases: bool, tmp_path: Path
) -> None:
    data = tied(seed, phases=phases)
    model = modelled(data, tmp_path)
    expected = preferred(data, model)
    for method in METHODS:
        assert listed(model, method) == expected, method


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6, 60))
def test_the_canonical_plan_is_listed_in_many_scenarios(seed: int, tmp_path: Path) -> None:
    data = tied(seed, phases=bool(seed % 2))
    model = modelled(data, tmp_path)
    expected = preferred(data, model)
    for method in METHODS:
        assert listed(model, method) == expected, method


@pytest.mark.parametrize("method", METHODS)
def test_of_equal_levels_the_first_of_the_file_is_listed(method: str, tmp_path: Path) -> None:
    level = {"effects": {"gain": 5}}
    data = {
        "optimise": 1,
        "name": "levels",
        "indicators": {"gain": {}},
        "technologies": {
            "t": {"levels": {"zeta": level, "alpha": level, "beta": {"effects": {"gain": 1}}}}
        },
        "objectives": {"gain": "maximise"},
    }
    assert listed(modelled(data, tmp_path), method) == {("zeta",)}


@pytest.mark.parametrize("method", METHODS)
def test_a_value_that_is_far_smaller_than_another_is_preferred(method: str, tmp_path: Path) -> None:
    data = {
        "optimise": 1,
        "name": "values",
        "variables": {"v": {"values": [1e-9, 1, 1e9]}},
        "indicators": {"gain": {}, "far": {"expr": "abs(v - t)"}},
        "technologies": {"t": {"effects": {"gain": 5}}},
        "objectives": {"gain": "maximise"},
        "constraints": {"c": "9 * far >= 0.000000009"},
    }
    assert listed(modelled(data, tmp_path), method) == {("1e-09", "1")}


def test_what_nothing_depends_on_keeps_its_smallest_value(tmp_path: Path) -> None:
    data = {
        "optimise": 1,
        "name": "pad",
        "variables": {
            "pad": {"type": "integer", "min": 0, "max": 2000000},
            "x": {"type": "integer", "min": -1, "max": 1},
        },
        "indicators": {"y": {"expr": "where(x < 0, 3, 2 * x)"}},
        "objectives": {"y": "minimise"},
        "technologies": {},
    }
    model = modelled(data, tmp_path)
    assert model.at().idle == {0: 0}
    assert listed(model, "enumerate") == {("0", "0")}
