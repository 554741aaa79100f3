"""Unfinished fronts compared: the truth lies in every interval, and a gate that fails would fail on
the true fronts.

The truth is brute force over all plans in rational numbers, with definitions of hypervolume,
epsilon and lost plans of its own.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis.comparing import Comparison, compare
from optimiser.analysis.gate_verdicts import judge, read_gates
from optimiser.analysis.measure_words import worse_word
from optimiser.engine import Options
from optimiser.engine.methods.enumerate import Enumerate
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from tests.handmade import front, result
from tests.searches import examples, seeds

Point = tuple[Fraction, ...]
Points = list[Point]
Data = dict[str, Any]

GATES = [
    "best.o0:0",
    "best.o0:0.5",
    "best.o0:10%",
    "hypervolume:0",
    "hypervolume:10%",
    "hypervolume:0.05",
    "epsilon:0",
]
GATES += ["epsilon:0.25", "lost-plans:0", "lost-plans:1", "lost-plans:50%"]


# ---- the truth


def efficient(points: Points) -> Points:
    kept = sorted(set(points))
    return [
        p
        for p in kept
        if not any(q != p and all(a <= b for a, b in zip(q, p, strict=True)) for q in kept)
    ]


def volume(points: Sequence[Point]) -> Fraction:
    """Of what the points dominate below 1.1, slice by slice."""
    inside = [p for p in points if all(v < Fraction(11, 10) for v in p)]
    if not inside:
        return Fraction(0)
    if len(inside[0]) == 1:
        return Fraction(11, 10) - min(inside)[0]
    levels = sorted({p[0] for p in inside})
    ends = [*levels[1:], Fraction(11, 10)]
    return sum(
        (
            (end - x) * volume([p[1:] for p in inside if p[0] <= x])
            for x, end in zip(levels, ends, strict=True)
        ),
        Fraction(0),
    )


def epsilon(new: Sequence[Point], base: Sequence[Point]) -> Fraction:
    return max(min(max(a - b for a, b in zip(n, p, strict=True)) for n in new) for p in base)


def lost(new: Sequence[Point], listed: Sequence[Point]) -> int:
    return sum(not any(all(a <= b for a, b in zip(n, p, strict=True)) for n in new) for p in listed)


def scaled(points: Points, listed: Points) -> Points:
    """BASE's listed ideal as 0 and nadir as 1; where there is no range, the size of the value, else
    1.
    """
    lows, highs = ([pick(column) for column in zip(*listed, strict=True)] for pick in (min, max))
    spans = [(high - low) or abs(low) or Fraction(1) for low, high in zip(lows, highs, strict=True)]
    return [
        tuple((v - low) / span for v, low, span in zip(p, lows, spans, strict=True)) for p in points
    ]


def fails(gate: str, worse: Fraction, reference: Fraction) -> bool:
    limit = gate.split(":")[1]
    allowed = (
        Fraction(limit[:-1]) / 100 * abs(reference) if limit.endswith("%") else Fraction(limit)
    )
    return worse > allowed


# ---- two sides of which not all is known


@st.composite
def sides(draw: st.DrawFn) -> tuple[list[tuple[Points, Points, dict[str, Any]]], str]:
    """All plans, the listed ones and what is claimed of them, of BASE and of NEW; the senses."""
    m = draw(st.integers(1, 4))
    tenth = draw(st.sampled_from([1, 10]))
    values = st.integers(-6, 12).map(lambda v: Fraction(v, tenth))
    cloud = st.lists(st.tuples(*[values] * m), min_size=1, max_size=12)
    first = draw(cloud)
    second = (
        first
        if draw(st.integers(0, 2)) == 0
        else [*draw(st.lists(st.sampled_from(first), max_size=6)), *draw(cloud)]
    )
    senses = "".join(draw(st.lists(st.sampled_from("+-"), min_size=m, max_size=m)))
    return [(plans, *draw(claims(efficient(plans)))) for plans in (first, second)], senses


@st.composite
def claims(draw: st.DrawFn, true: Points) -> tuple[Points, dict[str, Any]]:
    kind = draw(
        st.sampled_from(
            ["complete", "complete", "covering", "covering", "numerical", "approximate"]
        )
    )
    best = [min(column) for column in zip(*true, strict=True)]
    bounds = [draw(st.sampled_from([None, float(v), float(v - 2)])) for v in best]
    if kind == "complete":
        return true, {"status": "complete", "basis": "exact", "bounds": tuple(map(float, best))}
    listed = draw(st.lists(st.sampled_from(true), min_size=1, unique=True))
    if kind == "approximate":
        return listed, {"status": "approximate", "bounds": tuple(bounds)}
    if kind == "numerical":  # a false claim, which nothing may rest on
        status = draw(st.sampled_from(["complete", "covering"]))
        return listed, {
            "status": status,
            "basis": "numerical",
            "gap": 0.0,
            "scale": (1.0,) * len(best),
            "bounds": tuple(bounds),
        }
    ranges = [max(column) - min(column) for column in zip(*true, strict=True)]
    scale = [span or draw(st.sampled_from([Fraction(0), Fraction(1)])) for span in ranges]
    short = [
        min(
            max(
                ((a - b) / s for a, b, s in zip(n, p, scale, strict=True) if s), default=Fraction(0)
            )
            for n in listed
        )
        for p in true
    ]
    gap = math.nextafter(float(max(short)), math.inf) if max(short) > 0 else 0.0
    stated = draw(st.sampled_from([gap, gap * 1.5, None]))
    return listed, {
        "status": "covering",
        "basis": "exact",
        "gap": stated,
        "scale": tuple(map(float, scale)),
        "bounds": tuple(bounds),
    }


def made(folder: Path, listed: Points, claim: dict[str, Any], senses: str) -> Result:
    signs = [-1 if sense == "+" else 1 for sense in senses]
    y = [[float(v * sign) for v, sign in zip(p, signs, strict=True)] for p in listed]
    bounds = tuple(
        None if b is None else b * sign for b, sign in zip(claim["bounds"], signs, strict=True)
    )
    return result(folder, front(y, senses=senses, **{**claim, "bounds": bounds}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("handmade")


def check(
    found: Comparison, truth: dict[str, tuple[Fraction, Fraction, Fraction, Fraction]]
) -> None:
    """That (base, new, worse) of each measure are where it says, and what the gates say."""
    for name, (base, new, worse, reference) in truth.items():
        measure = found.measures[name]
        assert measure.base_known[0] <= base <= measure.base_known[1], name
        assert measure.new_known[0] <= new <= measure.new_known[1], name
        assert measure.low <= worse <= measure.high, name
        assert measure.worse == 0 or measure.worse * worse > 0, name
        for gate in (gate for gate in GATES if gate.startswith(f"{name}:")):
            outcome = judge(read_gates([gate])[0], found).outcome
            if outcome != "not proven":
                assert (outcome == "fail") is fails(gate, worse, reference), gate


@settings(max_examples=examples(200), deadline=None)
@given(drawn=sides())
def test_the_truth_lies_in_every_interval(drawn: Any, folder: Path) -> None:
    ((plans, listed, claim), (others, shown, other)), senses = drawn
    base, new = made(folder, listed, claim, senses), made(folder, shown, other, senses)
    ours, theirs = efficient(plans), efficient(others)
    mine, yours = scaled(ours, listed), scaled(theirs, listed)
    before, now = volume(mine), volume(yours)
    worst, gone = epsilon(yours, mine), Fraction(lost(theirs, listed))
    truth = {
        "hypervolume": (before, now, before - now, before),
        "epsilon": (Fraction(0), worst, worst, Fraction(0)),
        "lost-plans": (Fraction(0), gone, gone, Fraction(len(listed))),
    }
    for k, sense in enumerate(senses):
        sign = -1 if sense == "+" else 1
        one, two = (min(p[k] for p in points) for points in (ours, theirs))
        truth[f"best.o{k}"] = (one * sign, two * sign, two - one, one)
    found = compare(base, new)
    check(found, truth)
    if (
        claim["status"] == other["status"] == "complete"
        and claim["basis"] == other["basis"] == "exact"
    ):
        assert all(measure.difference is not None for measure in found.measures.values())
        exactly = [
            "lost-plans",
            "epsilon",
            *(f"best.o{k}" for k in range(len(senses))),
            *(["hypervolume"] * (len(senses) < 3)),
        ]
        assert [found.measures[name].low for name in exactly] == [
            truth[name][2] for name in exactly
        ]
    if set(ours) == set(theirs):
        assert not any(judge(gate, found).outcome == "fail" for gate in read_gates(GATES))


def test_the_oracle_by_hand() -> None:
    corner = [
        (Fraction(0), Fraction(1)),
        (Fraction(1, 2), Fraction(1, 2)),
        (Fraction(1), Fraction(0)),
    ]
    assert volume(corner) == Fraction(5, 100) + Fraction(30, 100) + Fraction(11, 100)
    assert epsilon(corner[:1], corner) == 1
    assert lost(corner[:1], corner) == 2
    assert efficient([*corner, (Fraction(1), Fraction(1))]) == corner


# ---- scenarios solved to different depth

DEPTHS: dict[str, dict[str, Any]] = {
    "complete": {},
    "gap": {"gap": 0.2},
    "points": {"points": 4},
    "approximate": {"method": "evolutionary", "time_limit": 0.2},
}


def drawn_scenario(seed: int, budget: int) -> Data:
    r = np.random.default_rng(seed)
    names = ["f0", "f1", "f2"][: 2 + seed % 2]
    effects = [
        {name: int(r.integers(-9, 20)) for name in names} | {"spent": int(r.integers(1, 9))}
        for _ in range(8)
    ]
    return {
        "optimise": 1,
        "name": "drawn",
        "indicators": {name: {} for name in [*names, "spent"]},
        "technologies": {f"t{j}": {"effects": effect} for j, effect in enumerate(effects)},
        "constraints": {"budget": f"spent <= {budget}"},
        "objectives": {
            name: "maximise" if k % 2 == 0 else "minimise" for k, name in enumerate(names)
        },
    }


def minimised(data: Data) -> Points:
    """The front of a drawn scenario, every subset of its technologies looked at."""
    effects = [technology["effects"] for technology in data["technologies"].values()]
    budget = int(data["constraints"]["budget"].split()[-1])
    signs = {name: -1 if sense == "maximise" else 1 for name, sense in data["objectives"].items()}
    chosen = (
        list(itertools.compress(effects, picks))
        for picks in itertools.product((0, 1), repeat=len(effects))
    )
    within = [picked for picked in chosen if sum(effect["spent"] for effect in picked) <= budget]
    return efficient(
        [
            tuple(Fraction(s * sum(e[n] for e in picked)) for n, s in signs.items())
            for picked in within
        ]
    )


def solved(path: Path, data: Data, depth: str) -> Result:
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    found = solve(load(path), Options(**{"method": "exact", **DEPTHS[depth]}))
    proof = found.front.proof
    if proof.status == "covering":  # what the solver leaves to be confirmed is confirmed here
        assert proof.gap is not None
        plans, listed = minimised(data), decimals(found)
        short = max(
            min(
                max((a - b) / Fraction(s) for a, b, s in zip(n, p, proof.scale, strict=True))
                for n in listed
            )
            for p in plans
        )
        assert short <= Fraction(proof.gap)
        return replace(found, front=replace(found.front, proof=replace(proof, basis="exact")))
    return found


def decimals(found: Result) -> Points:
    return [tuple(Fraction(repr(v)) for v in row) for row in found.front.minimised.tolist()]


@pytest.mark.parametrize("seed", seeds(4, here=2))
def test_scenarios_solved_to_different_depth(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With enumeration out of the way, which would know everything at once."""
    monkeypatch.setattr(Enumerate, "declines", lambda _solver, _problem: "left out")
    before, after = drawn_scenario(seed, 20), drawn_scenario(seed, 17)
    gates = read_gates([gate.replace(".o0", ".f0") for gate in GATES])
    sides = {
        name: {depth: solved(tmp_path / f"{name}.yaml", data, depth) for depth in DEPTHS}
        for name, data in (("before", before), ("after", after))
    }
    truth = {"before": minimised(before), "after": minimised(after)}
    for one, other in itertools.product(DEPTHS, DEPTHS):
        base = sides["before"][one]
        same = compare(base, sides["before"][other])
        assert same.lost == same.gained == same.undecided[0] == (), (
            "its own plans are kept: they exist"
        )
        assert not any(judge(gate, same).outcome == "fail" for gate in gates)
        assert "worse" not in [worse_word(measure) for measure in same.measures.values()]
        listed = decimals(base)
        mine, yours = scaled(truth["before"], listed), scaled(truth["after"], listed)
        worst, gone = epsilon(yours, mine), Fraction(lost(truth["after"], listed))
        values = {
            "hypervolume": (
                volume(mine),
                volume(yours),
                volume(mine) - volume(yours),
                volume(mine),
            ),
            "epsilon": (Fraction(0), worst, worst, Fraction(0)),
            "lost-plans": (Fraction(0), gone, gone, Fraction(len(listed))),
        }
        check(compare(base, sides["after"][other]), values)
