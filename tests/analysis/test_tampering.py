"""Whatever is changed in a result is refused, or said to be unchecked; what nobody changed always
holds.
"""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optimiser.analysis import listed_faces
from optimiser.analysis.verification import Verified, verify, verify_saved
from optimiser.engine import Options
from optimiser.errors import NoSolutionError, ProofError, ScenarioError, UsageError
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from tests.analysis.shortened import without
from tests.counting import calls
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]

RELAXED = settings(
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def linear(draw: st.DrawFn, *, whole: bool = False) -> Data:
    """Two objectives over real shares, perhaps with a whole number of units among them; decimals of
    any size.
    """
    names = [f"v{i}" for i in range(draw(st.integers(2, 4)))]
    unit = draw(st.sampled_from(["0.000001", "1", "1000000"]))
    variables: Data = {
        name: {"type": "real", "min": 0, "max": draw(st.integers(1, 5))} for name in names
    }
    if whole:
        variables[names[0]] = {"type": "integer", "min": 0, "max": draw(st.integers(1, 3))}

    def expression(low: int, high: int) -> str:
        return " + ".join(f"{draw(st.integers(low, high))} * {name}" for name in names)

    return {
        "optimise": 1,
        "name": "random",
        "variables": variables,
        "objectives": {
            "cost": {"sense": "minimise", "expr": f"{unit} * ({expression(-3, 9)})"},
            "output": {"sense": "maximise", "expr": expression(-3, 9)},
        },
        "constraints": {"enough": f"{expression(1, 9)} >= {draw(st.integers(1, 9))}"},
    }


def solved(data: Data, folder: Path, options: Options | None = None) -> Result:
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    try:
        return solve(load(path), options)
    except (NoSolutionError, ProofError, ScenarioError, UsageError):
        assume(False)
        raise


def verified(result: Result, folder: Path, changed: Data | None = None) -> Verified:
    file = result.save(folder / "r") / "result.json"
    if changed is not None:
        file.write_text(json.dumps(changed), encoding="utf-8")
    return verify_saved(file)[1]


# ---- honest results


@RELAXED
@given(data=st.one_of(portfolios(), portfolios(most=3, phases=True), linear(), linear(whole=True)))
def test_honest_results_hold(tmp_path: Path, data: Data) -> None:
    found = verified(solved(data, tmp_path), tmp_path)
    assert found.findings == ()


@RELAXED
@given(data=portfolios(), gap=st.sampled_from([0.05, 0.2, 0.5]))
def test_honest_results_within_a_gap_hold(tmp_path: Path, data: Data, gap: float) -> None:
    """The scale of the gap is that of the corners, which are among the plans."""
    found = verified(solved(data, tmp_path, Options(method="highs", gap=gap)), tmp_path)
    assert found.findings == ()


@RELAXED
@given(data=portfolios(), method=st.sampled_from(["exact", "highs"]))
def test_honest_results_of_other_solvers_hold(tmp_path: Path, data: Data, method: str) -> None:
    result = solved(data, tmp_path, Options(method=method))
    # what rests on a floating-point solver's word may be wrong, and is refused where it is
    assume(result.front.proof.basis != "numerical")
    found = verified(result, tmp_path)
    assert found.findings == ()


# ---- changed results


def numbers(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a document a number stands that is a claim: not in the scenario, nor in how it was
    obtained.
    """
    if isinstance(value, bool):
        return []
    if isinstance(value, int | float):
        return [path]
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [place for key, part in parts for place in numbers(part, (*path, key))]


CLAIMS = ("plans", "ideal", "nadir", "bounds", "ranking", "proof", "reference_plans")


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    at(data, path[:-1])[path[-1]] = value


def silent(found: Verified, about: str) -> bool:
    """Whether a change passed without a word about what was changed."""
    return found.holds and about not in found.unchecked


@RELAXED
@given(
    data=st.one_of(portfolios(), linear(), linear(whole=True)),
    choice=st.randoms(use_true_random=False),
)
def test_a_changed_number_is_refused_or_said_to_be_unchecked(
    tmp_path: Path, data: Data, choice: Any
) -> None:
    result = solved(data, tmp_path)
    document = json.loads(result.json_text())
    places = [(key, *place) for key in CLAIMS for place in numbers(document[key])]
    place = choice.choice(places)
    old = at(document, place)
    new = choice.choice([old + 1, old - 1, old * 1.0000001 + 1e-7, -old - 0.5, 0])
    if isinstance(old, int) and not isinstance(old, bool):
        new = int(new)
    assume(new != old)
    put(document, place, new)
    try:
        found = verified(result, tmp_path, document)
    except ScenarioError:
        return  # no result at all
    if place[0] == "bounds":
        # a bound that nothing reaches is a weaker claim, and a true one
        assert not silent(found, "bounds") or weaker(result, place[1], new)
    elif place[:2] in (("proof", "cells"), ("proof", "open_ends")):
        # with whole decisions another segment may be a true one: its mixtures are unchecked then
        assert not silent(found, "mixtures")
    else:
        assert not found.holds, (place, old, new)


def weaker(result: Result, name: str, bound: float) -> bool:
    row = next(k for k, column in enumerate(result.front.columns) if column.name == name)
    column = result.front.columns[row]
    return (
        not result.front.proof.proven
        and (float(result.front.ideal[row]) - bound) * column.sign >= 0
    )


@RELAXED
@given(
    data=st.one_of(portfolios(), linear(), linear(whole=True)),
    choice=st.randoms(use_true_random=False),
)
def test_a_changed_claim_is_refused_or_said_to_be_unchecked(
    tmp_path: Path, data: Data, choice: Any
) -> None:
    result = solved(data, tmp_path)
    document = json.loads(result.json_text())
    name, values = choice.choice(
        [
            ("status", ["complete", "covering", "approximate"]),
            ("of", ["points", "cells"]),
            ("gap", [None, 0.0, 0.01, 0.5]),
            ("stopped", ["time_limit", "points"]),
            ("resolution", [None, 1e-9]),
            ("basis", ["exact", "numerical", None]),
            ("feasible_set", ["exact", "tolerance"]),
        ]
    )
    value = choice.choice(values)
    assume(document["proof"][name] != value)
    document["proof"][name] = value
    found = verified(result, tmp_path, document)
    if name == "basis" and value == "numerical" and found.holds:
        # less than is known, which is said
        assert (
            "missing" in found.unchecked
            or "gap" in found.unchecked
            or "calls that numerical" in " ".join(found.checked)
        )
    elif name in ("feasible_set", "basis", "of", "gap", "resolution"):
        about = {
            "feasible_set": "feasible set",
            "basis": "missing",
            "of": "missing",
            "gap": "gap",
            "resolution": "gap",
        }[name]
        assert not silent(found, about), (name, value, result.front.proof)
    else:
        assert not found.holds, (name, value, result.front.proof)


@RELAXED
@given(
    data=st.one_of(portfolios(), linear(), linear(whole=True)),
    choice=st.randoms(use_true_random=False),
)
def test_a_plan_taken_away_is_missed_or_said_to_be_unchecked(
    tmp_path: Path, data: Data, choice: Any
) -> None:
    """Everything else in the result is made to fit: ranks, ideal, nadir, bounds, cells."""
    result = solved(data, tmp_path)
    assume(len(result.front) > 1)
    found = verify(without(result, choice.randrange(len(result.front))))
    assert not silent(found, "missing") or result.front.proof.status != "complete"
    if result.front.proof.proven and "missing" not in found.unchecked:
        assert (
            any(
                "not listed" in finding.message or "lack" in finding.message
                for finding in found.findings
            )
            or found.findings
        )


@RELAXED
@given(data=linear())
def test_a_cell_that_is_no_face_is_refused(tmp_path: Path, data: Data) -> None:
    result = solved(data, tmp_path)
    cells = [list(cell) for cell in result.front.proof.cells]
    assume(len(cells) > 1)
    ends = sorted(
        {row for cell in cells for row in cell}, key=lambda row: float(result.front.y[row, 0])
    )
    document = json.loads(result.json_text())
    document["proof"]["cells"] = [*cells, sorted([ends[0], ends[-1]])]
    assert not verified(result, tmp_path, document).holds
    document["proof"]["cells"] = cells[1:]
    assert not verified(result, tmp_path, document).holds
    copied = copy.deepcopy(document)
    copied["proof"]["of"] = "points"
    copied["proof"]["cells"] = []
    assert not verified(result, tmp_path, copied).holds


@pytest.mark.parametrize("look", [listed_faces._overlapping, listed_faces._lacking])
def test_cells_between_all_plans_are_looked_at_for_a_bounded_time(
    look: Callable[[Any], Iterator[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """247 cells of 8 plans, each held against all others, kept ``verify`` busy beyond a minute."""
    asked = 0

    def counted(*_given: object) -> bool:
        nonlocal asked
        asked += 1
        return False

    monkeypatch.setattr(listed_faces, "beaten", counted)
    k = 300
    points = np.stack([np.arange(k), -np.arange(k)], axis=1).astype(float)
    cells = tuple(itertools.combinations(range(k), 2))[:6_000]
    front = SimpleNamespace(
        minimised=points, proof=SimpleNamespace(cells=cells), ids=[str(row) for row in range(k)]
    )
    told: list[int] = []
    assert calls(lambda: told.append(len(list(look(front))))) < 40 * len(cells)
    assert max(told) <= 1
    assert asked <= len(told) * 2_000
