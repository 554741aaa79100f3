"""Comparisons by hand."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimiser.analysis import comparing, records, volumes
from optimiser.analysis.comparing import Comparison, compare, repetitions
from optimiser.analysis.gate_verdicts import Judged, judge, read_gates
from optimiser.analysis.measure_words import worse_word
from optimiser.analysis.measures import Measure
from optimiser.dominance import non_dominated
from optimiser.errors import ScenarioError
from optimiser.exports import comparison_texts
from optimiser.front import Column, Front, Proof
from optimiser.results import Result
from tests.analysis.fronts_by_hand import scaled, volume
from tests.handmade import front, result

BASE = [[0.0, 10.0], [5.0, 5.0], [10.0, 0.0]]


def made(folder: Path, y: Any, /, **changes: Any) -> Result:
    """A result that is complete on exact ground, unless it is given as a front."""
    return result(folder, y if isinstance(y, Front) else front(y), **changes)


def passed(gate: str, base: Result, new: Result) -> bool:
    return judge(read_gates([gate])[0], compare(base, new)).passed


# ---- measures


def test_hypervolume_by_hand(tmp_path: Path) -> None:
    """Scaled to the unit square, reference (1.1, 1.1): 0.1 x 1.1 + 0.5 x 0.6 + 0.5 x 0.1... as
    staircase 0.46.
    """
    found = compare(made(tmp_path, BASE), made(tmp_path, BASE[:1]))
    staircase = 0.5 * 0.1 + 0.5 * 0.6 + 0.1 * 1.1
    assert float(found.hypervolume.base) == pytest.approx(staircase)
    assert float(found.hypervolume.new) == pytest.approx(1.1 * 0.1)


def test_epsilon_by_hand(tmp_path: Path) -> None:
    """Without the middle plan the ends must move by half the range to cover it."""
    assert (
        float(compare(made(tmp_path, BASE), made(tmp_path, [BASE[0], BASE[2]])).epsilon.new) == 0.5
    )
    assert float(compare(made(tmp_path, BASE), made(tmp_path, BASE)).epsilon.new) == 0.0
    assert float(compare(made(tmp_path, BASE), made(tmp_path, [[-1.0, -1.0]])).epsilon.new) == -0.1


def test_lost_and_gained(tmp_path: Path) -> None:
    base, new = made(tmp_path, BASE), made(tmp_path, [[0.0, 10.0], [4.0, 5.0], [20.0, -1.0]])
    found = compare(base, new)
    values = {name: base.front.y[row].tolist() for row, name in enumerate(base.front.ids)}
    assert [values[name] for name in found.lost] == [[10.0, 0.0]]
    gained = {name: new.front.y[row].tolist() for row, name in enumerate(new.front.ids)}
    assert sorted(gained[name] for name in found.gained) == [[4.0, 5.0], [20.0, -1.0]]


def test_exact_fronts_are_compared_exactly(tmp_path: Path) -> None:
    """One unit in the ninth digit is a difference, and the same decimal is none."""
    found = compare(
        made(tmp_path, BASE), made(tmp_path, [[0.0, 10.0], [5.000000001, 5.0], [10.0, 0.0]])
    )
    assert (len(found.lost), len(found.gained)) == (1, 0)
    assert found.epsilon.worse == Fraction("1e-10")
    assert found.hypervolume.worse == Fraction("1e-10") * Fraction(1, 2)


@pytest.mark.parametrize("seed", range(40))
def test_words_and_gates_go_by_exact_volumes_in_any_number_of_objectives(
    seed: int, tmp_path: Path
) -> None:
    """Permuted objectives leave the hypervolume as it is, one unit in the twelfth digit does not:
    the table, the gate and the texts for other programs say so alike.
    """
    draw = random.Random(seed)
    m = draw.choice((2, 3, 4, 5))
    points = [[float(draw.randint(0, 30)) for _ in range(m)] for _ in range(6)]
    others = [[*row[1:], row[0]] for row in points]
    others[draw.randrange(6)][0] += draw.choice((0, 0, 1e-12, -1e-12))
    base, new = (np.unique(np.array(rows), axis=0) for rows in (points, others))
    base, new = (rows[non_dominated(rows)] for rows in (base, new))
    found = compare(made(tmp_path, base.tolist()), made(tmp_path, new.tolist()))
    exact = [[tuple(Fraction(repr(v)) for v in row) for row in y.tolist()] for y in (base, new)]
    before, now = (volume(scaled(rows, exact[0])) for rows in exact)
    assert (found.hypervolume.base, found.hypervolume.new) == (before, now)
    assert_said_alike(found.hypervolume, "hypervolume", found)
    sign = (before > now) - (before < now)
    assert worse_word(found.hypervolume) == ("same", "worse", "better")[sign]


@pytest.mark.parametrize("far", [1.0, 1e-14])
def test_what_rounding_hides_is_called_undecided_by_table_and_gate(
    far: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Volumes of so many points that they are floats: equal ones are not known to be so."""
    monkeypatch.setattr(volumes, "_MOST_SLICES", 0)
    points = [[0.0, 1.0, 2.0], [1.0, 2.0, 0.0], [2.0, 0.0, 1.0], [0.1, 1.1, 1.9]]
    others = [[a, c, b + far] for a, b, c in points]
    found = compare(made(tmp_path, points), made(tmp_path, others))
    assert_said_alike(found.hypervolume, "hypervolume", found)
    assert worse_word(found.hypervolume) == ("worse" if far == 1.0 else "not decided")


def assert_said_alike(measure: Measure, name: str, found: Comparison) -> None:
    outcome = judge(read_gates([f"{name}:0"])[0], found).outcome
    word = {"pass": ("same", "better", "same or better"), "fail": ("worse",)}
    assert worse_word(measure) in word.get(outcome, ("not decided",))
    record = records.of_comparison("b", "n", Judged(found, ()))
    text = comparison_texts.text([record], "md")
    (line,) = (line for line in text.splitlines() if line.startswith(f"| {name} |"))
    said = line.split(" | ")[-1].removesuffix(" |")
    assert (said == "0") == (outcome == "pass")
    assert (said == "not decided") == (outcome == "not proven")


def test_a_vertex_within_a_segment_is_not_lost(tmp_path: Path) -> None:
    segment = replace(
        front([[0.0, 10.0], [10.0, 0.0]]),
        proof=Proof("complete", "cells", basis="exact", cells=((0, 1),)),
    )
    assert compare(made(tmp_path, BASE), made(tmp_path, segment)).lost == ()


def test_maximised_objectives_and_another_order_of_columns(tmp_path: Path) -> None:
    base = front([[1.0, 10.0], [2.0, 20.0]], senses="+-")
    turned = front([[10.0, 1.0], [25.0, 3.0]], senses="-+")
    new = replace(turned, columns=(Column("o1", sense="minimise"), Column("o0", sense="maximise")))
    found = compare(made(tmp_path, base), made(tmp_path, new))
    assert found.best["o0"].worse == -1
    assert found.best["o1"].worse == 0
    assert len(found.lost) == 1


@pytest.mark.parametrize("y", [[[3.0, 0.0]], [[3.0, 0.0], [3.0, 0.0]]])
def test_objectives_without_a_range(tmp_path: Path, y: list[list[float]]) -> None:
    """One plan is ideal and nadir at once: its own size is the scale, and 1 where that is 0."""
    base = made(tmp_path, y)
    same = compare(base, base)
    assert float(same.hypervolume.base) == pytest.approx(1.1 * 1.1)
    assert same.hypervolume.worse == 0
    assert not passed("hypervolume:1%", base, made(tmp_path, [[3.3, 0.0]]))


@pytest.mark.parametrize("size", [0.0, 1e6, 1e9, 1e12])
def test_a_range_that_is_small_beside_the_values(size: float, tmp_path: Path) -> None:
    """Exact fronts differ by what they differ, however large the values are: by half the range is
    half the range.
    """
    base = made(tmp_path, [[size, 1.0], [size + 0.25, 0.5], [size + 0.5, 0.0]])
    new = made(tmp_path, [[size, 1.0], [size + 0.5, 0.0]])
    found = compare(base, new)
    assert float(found.epsilon.worse) == pytest.approx(0.5)
    assert float(found.hypervolume.worse) == pytest.approx(0.25)
    assert not passed("epsilon:0.4", base, new)
    assert passed("epsilon:0.6", base, new)


def test_a_single_objective(tmp_path: Path) -> None:
    found = compare(made(tmp_path, [[10.0]]), made(tmp_path, [[11.0]]))
    assert float(found.hypervolume.new) == pytest.approx(1.0)


def test_objectives_must_match(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="the objectives differ"):
        compare(made(tmp_path, BASE), made(tmp_path, [[1.0]]))
    with pytest.raises(ScenarioError, match=r"o0 \(maximise\)"):
        compare(made(tmp_path, BASE), made(tmp_path, front(BASE, senses="+-")))


def test_units_that_differ_fail_every_gate_on_them(tmp_path: Path) -> None:
    """Also where the number is better; hypervolume, epsilon and lost plans concern all
    objectives.
    """
    other = front([[-1.0, -1.0]])
    other = replace(other, columns=(replace(other.columns[0], unit="k CNY"), other.columns[1]))
    base, new = made(tmp_path, BASE), made(tmp_path, other)
    found = compare(base, new)
    assert "o0 is in no unit in BASE, in k CNY in NEW" in found.notes
    outcomes = {
        gate: judge(read_gates([gate])[0], found).outcome for gate in ("best.o0:99%", "best.o1:0")
    }
    assert outcomes == {"best.o0:99%": "fail", "best.o1:0": "pass"}
    for gate in ("hypervolume:99%", "epsilon:9", "lost-plans:100%"):
        assert judge(read_gates([gate])[0], found).outcome == "fail"
    assert found.lost == found.gained == ()
    assert [worse_word(found.measures[name]) for name in ("best.o0", "best.o1", "hypervolume")] == [
        "unlike units",
        "better",
        "unlike units",
    ]


def test_nothing_is_changed(tmp_path: Path) -> None:
    base, new = made(tmp_path, BASE), made(tmp_path, BASE[:2])
    before = base.front.y.copy(), new.front.y.copy()
    compare(base, new)
    assert np.array_equal(base.front.y, before[0])
    assert np.array_equal(new.front.y, before[1])


def test_measures_are_exact(tmp_path: Path) -> None:
    assert compare(made(tmp_path, [[0.1, 1.0]]), made(tmp_path, [[0.3, 1.0]])).best[
        "o0"
    ].worse == Fraction(1, 5)


def test_only_what_rests_on_a_seed_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = []

    def solve(scenario: object, options: Any, *, model: object) -> Result:
        seeds.append(options.seed)
        return base

    monkeypatch.setattr(comparing, "solve", solve)
    base = made(tmp_path, BASE)
    assert repetitions(base) == ()
    stopped = front(BASE, status="approximate")
    assert repetitions(made(tmp_path, stopped)) == (), (
        "a proving solver that was stopped rests on no seed"
    )
    drawn = made(
        tmp_path, replace(stopped, provenance=replace(stopped.provenance, solver="evolutionary"))
    )
    assert repetitions(drawn) == (base, base)
    assert seeds == [2, 3]


# ---- segments and faces


def faced(vertices: Any, cells: Any, /) -> Front:
    return replace(front(vertices), proof=Proof("complete", "cells", cells=cells, basis="exact"))


def real(folder: Path, made: Front, /) -> Result:
    """A result of real numbers only, whose plans can be mixed."""
    variables = {name: {"type": "real", "min": 0, "max": 1} for name in ("a", "b")}
    goals = {f"o{k}": {"sense": "min", "expr": "a + b"} for k in range(len(made.columns))}
    return result(
        folder,
        made,
        technologies={},
        variables=variables,
        constraints={},
        plans={},
        indicators={},
        objectives=goals,
    )


def test_a_segment_by_hand(tmp_path: Path) -> None:
    """Between (0, 1) and (1, 0): half of the unit square and the two strips beyond it."""
    line = real(tmp_path, faced([[0.0, 1.0], [1.0, 0.0]], ((0, 1),)))
    ends = made(tmp_path, [[0.0, 1.0], [1.0, 0.0]])
    found = compare(line, ends)
    assert found.hypervolume.base_known == (Fraction(71, 100), Fraction(71, 100))
    assert found.hypervolume.new_known[0] == Fraction(21, 100)
    assert found.lost == (), "its listed vertices are there"
    assert found.epsilon.high >= Fraction(1, 2), "its middle is not"
    assert {worse_word(measure) for measure in compare(line, line).measures.values()} == {"same"}
    middle = made(tmp_path, [[0.5, 0.5]])
    assert compare(middle, line).lost == ()
    assert len(compare(made(tmp_path, [[0.5, 0.49]]), line).lost) == 1


def test_a_face_by_hand(tmp_path: Path) -> None:
    """x + y + z >= 1: what is left of a cube of 1.1 without the corner of volume 1/6."""
    corners = [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    face = real(tmp_path, faced(corners, ((0, 1, 2),)))
    twice = real(tmp_path, faced([[2 * v for v in row] for row in corners], ((0, 1, 2),)))
    found = compare(face, twice)
    low, high = map(float, found.hypervolume.base_known)
    assert low == pytest.approx(1.1**3 - 1 / 6, abs=1e-9)
    assert high - low < 1e-9
    # x + y + z >= 2 leaves a corner of 1.3 along each axis of the cube, inclusion and exclusion
    # taken over its sides
    assert float(found.hypervolume.new) == pytest.approx(1.3**3 / 6 - 3 * 0.2**3 / 6, abs=1e-9)
    assert tuple(map(float, found.epsilon.new_known)) == pytest.approx((1 / 3, 1 / 3)), (
        "a sum of 2 is at most 1 + 3 / 3"
    )
    assert len(found.lost) == 3
    assert {worse_word(measure) for measure in compare(face, face).measures.values()} == {"same"}
    third = made(tmp_path, [[0.5, 0.25, 0.25], [0.3, 0.3, 0.4]])
    assert compare(third, face).lost == ()


def test_a_front_whose_best_value_is_that_of_base_is_no_better_by_a_shift(tmp_path: Path) -> None:
    """Faces are compared in floats: how little one has to be moved was 0 but for rounding."""
    base = [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    more = [*base[:2], [0.7, 0.7, 0.0]]
    sides = (real(tmp_path, faced(points, [(0, 1, 2)])) for points in (base, more))
    found = compare(*sides)
    assert (found.epsilon.low, found.epsilon.high) == (0, 0)
    assert worse_word(found.epsilon) == "same"
    assert worse_word(found.hypervolume) == "better"
