"""Comparisons by hand, and gates in both directions."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from optimiser.analysis import comparing, comparison_texts, records
from optimiser.analysis.comparing import compare, compare_all, repetitions
from optimiser.analysis.gates import enforce, judge, read_gates
from optimiser.analysis.measure_words import worse_word
from optimiser.errors import GateError, ScenarioError
from optimiser.front import Column, Front, Proof
from optimiser.scenario import load
from optimiser.study import Result, solve
from optimiser.study.result import ReferenceOutcome
from tests.handmade import front, result

BASE = [[0.0, 10.0], [5.0, 5.0], [10.0, 0.0]]


def made(folder: Path, y: Any, /, **changes: Any) -> Result:
    """A result that is complete on exact ground, unless it is given as a front."""
    return result(folder, y if isinstance(y, Front) else exact(y), **changes)


def exact(y: Any, /, **about: Any) -> Front:
    return front(y, **{"basis": "exact", **about})


def passed(gate: str, base: Result, new: Result) -> bool:
    return judge(read_gates([gate])[0], compare(base, new)).passed


# ---- measures


def test_hypervolume_by_hand(tmp_path: Path) -> None:
    """Scaled to the unit square, reference (1.1, 1.1): 0.1 x 1.1 + 0.5 x 0.6 + 0.5 x 0.1... as staircase 0.46."""
    found = compare(made(tmp_path, BASE), made(tmp_path, BASE[:1]))
    staircase = 0.5 * 0.1 + 0.5 * 0.6 + 0.1 * 1.1
    assert float(found.hypervolume.base) == pytest.approx(staircase)
    assert float(found.hypervolume.new) == pytest.approx(1.1 * 0.1)


def test_epsilon_by_hand(tmp_path: Path) -> None:
    """Without the middle plan the ends must move by half the range to cover it."""
    assert float(compare(made(tmp_path, BASE), made(tmp_path, [BASE[0], BASE[2]])).epsilon.new) == 0.5
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
    found = compare(made(tmp_path, BASE), made(tmp_path, [[0.0, 10.0], [5.000000001, 5.0], [10.0, 0.0]]))
    assert (len(found.lost), len(found.gained)) == (1, 0)
    assert found.epsilon.worse == Fraction("1e-10")
    assert found.hypervolume.worse == Fraction("1e-10") * Fraction(1, 2)


def test_a_vertex_within_a_segment_is_not_lost(tmp_path: Path) -> None:
    segment = replace(exact([[0.0, 10.0], [10.0, 0.0]]), proof=Proof("complete", "cells", basis="exact", cells=((0, 1),)))
    assert compare(made(tmp_path, BASE), made(tmp_path, segment)).lost == ()


def test_maximised_objectives_and_another_order_of_columns(tmp_path: Path) -> None:
    base = exact([[1.0, 10.0], [2.0, 20.0]], senses="+-")
    turned = exact([[10.0, 1.0], [25.0, 3.0]], senses="-+")
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


def test_a_single_objective(tmp_path: Path) -> None:
    found = compare(made(tmp_path, [[10.0]]), made(tmp_path, [[11.0]]))
    assert float(found.hypervolume.new) == pytest.approx(1.0)


def test_objectives_must_match(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="the objectives differ"):
        compare(made(tmp_path, BASE), made(tmp_path, [[1.0]]))
    with pytest.raises(ScenarioError, match=r"o0 \(maximise\)"):
        compare(made(tmp_path, BASE), made(tmp_path, exact(BASE, senses="+-")))


def test_units_that_differ_fail_every_gate_on_them(tmp_path: Path) -> None:
    """Also where the number is better; hypervolume, epsilon and lost plans concern all objectives."""
    other = exact([[-1.0, -1.0]])
    other = replace(other, columns=(replace(other.columns[0], unit="k CNY"), other.columns[1]))
    base, new = made(tmp_path, BASE), made(tmp_path, other)
    found = compare(base, new)
    assert "o0 is in no unit in BASE, in k CNY in NEW" in found.notes
    outcomes = {gate: judge(read_gates([gate])[0], found).outcome for gate in ("best.o0:99%", "best.o1:0")}
    assert outcomes == {"best.o0:99%": "fail", "best.o1:0": "pass"}
    for gate in ("hypervolume:99%", "epsilon:9", "lost-plans:100%"):
        assert judge(read_gates([gate])[0], found).outcome == "fail"
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


# ---- gates


@pytest.mark.parametrize(
    ("gate", "new", "passes"),
    [
        ("best.o0:0", [[0.0, 10.0]], True),
        ("best.o0:0", [[0.0001, 10.0]], False),
        ("best.o0:1%", [[0.0001, 10.0]], False),  # base 0: any worsening
        ("best.o0:1%", [[-5.0, 10.0]], True),
        ("best.o0:0.5", [[0.5, 10.0]], True),
        ("best.o0:0.5", [[0.5000001, 10.0]], False),
        ("hypervolume:0", BASE, True),
        ("hypervolume:0", BASE[:2], False),
        ("hypervolume:100%", [[99.0, 99.0]], True),
        ("hypervolume:0", [[-1.0, -1.0]], True),
        ("lost-plans:0", BASE, True),
        ("lost-plans:0", BASE[:2], False),
        ("lost-plans:1", BASE[:2], True),
        ("lost-plans:1", BASE[:1], False),
        ("lost-plans:34%", BASE[:2], True),
        ("lost-plans:33%", BASE[:2], False),
        ("lost-plans:0", [[-1.0, -1.0]], True),
        ("epsilon:0.5", [BASE[0], BASE[2]], True),
        ("epsilon:0.49", [BASE[0], BASE[2]], False),
        ("epsilon:10%", [BASE[0], BASE[2]], False),  # base 0: any worsening
        ("epsilon:0", [[-1.0, -1.0]], True),
        ("top:changed", BASE, True),
    ],
)
def test_gates_in_both_directions(gate: str, new: Any, passes: bool, tmp_path: Path) -> None:
    assert passed(gate, made(tmp_path, BASE), made(tmp_path, new)) is passes


@pytest.mark.parametrize(("value", "passes"), [(0.303, True), (0.30300001, False), (0.29, True)])
def test_a_percentage_is_taken_of_the_printed_decimal(value: float, passes: bool, tmp_path: Path) -> None:
    """0.303 / 0.3 - 1 is 0.010000000000000009 in floating point; that is not strictly more than 1 %."""
    assert passed("best.o0:1%", made(tmp_path, [[0.3, 1.0]]), made(tmp_path, [[value, 1.0]])) is passes


@pytest.mark.parametrize(("value", "passes"), [(-101.0, False), (-99.0, True), (-100.5, True)])
def test_a_percentage_of_a_negative_value_is_of_its_size(value: float, passes: bool, tmp_path: Path) -> None:
    new = exact([[value]], senses="+")
    assert passed("best.o0:0.5%", made(tmp_path, exact([[-100.0]], senses="+")), made(tmp_path, new)) is passes


def test_the_top_changes(tmp_path: Path) -> None:
    base = made(tmp_path, exact(BASE, weights=[9, 1]))
    assert not passed("top:changed", base, made(tmp_path, exact(BASE, weights=[1, 9])))
    tied = made(tmp_path, exact([BASE[0], BASE[2]]))
    assert passed("top:changed", base, tied), "one of the best plans is still among the best"


@pytest.mark.parametrize(
    ("gate", "before", "now", "passes"),
    [
        ("plan.ours:dominated", {"equals": "p0", "on_front": True}, {"dominated_by": "p1"}, False),
        ("plan.ours:dominated", {"dominated_by": "p0"}, {"dominated_by": "p1"}, True),
        ("plan.ours:dominated", {"equals": "p0", "on_front": True}, {"violated": ("budget",)}, True),
        ("plan.ours:infeasible", {"equals": "p0", "on_front": True}, {"violated": ("budget",)}, False),
        ("plan.ours:infeasible", {"violated": ("budget",)}, {"violated": ("budget",)}, True),
        ("plan.ours:infeasible", {"violated": ("budget",)}, {"equals": "p0", "on_front": True}, True),
    ],
)
def test_reference_plans_get_worse_or_not(gate: str, before: Any, now: Any, passes: bool, tmp_path: Path) -> None:
    def placed(stand: Any) -> Result:
        return replace(made(tmp_path, BASE), reference_plans=(ReferenceOutcome("ours", "", (), (1.0, 1.0), **stand),))

    assert passed(gate, placed(before), placed(now)) is passes


@pytest.mark.parametrize(
    "gate",
    ["best.o7:1%", "plan.ours:dominated", "speed:1", "best:1", "hypervolume", "hypervolume:-1%", "hypervolume:+1", "best.o0:x"],
)
def test_gates_that_mean_nothing_are_errors(gate: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        passed(gate, made(tmp_path, BASE), made(tmp_path, BASE))
    assert caught.value.exit_code == 3


def test_gates_of_both_scenarios_apply_once(tmp_path: Path) -> None:
    base = made(tmp_path, BASE, gates=["lost-plans:0"], objectives={"o0": {"sense": "min", "expr": "lines"}})
    new = made(tmp_path, BASE[:2], gates=["hypervolume:1%", "lost-plans:0"], objectives={"o0": {"sense": "min", "expr": "lines"}})
    judged = compare_all(base, [new, base], read_gates(["best.o0:0", "lost-plans:0"]))
    assert [verdict.gate for verdict in judged[0].verdicts] == ["best.o0:0", "lost-plans:0", "hypervolume:1%"]
    assert [verdict.passed for verdict in judged[0].verdicts] == [True, False, False]
    assert all(verdict.passed for verdict in judged[1].verdicts)
    with pytest.raises(GateError, match="2 gates failed: lost-plans:0, hypervolume:1%"):
        enforce(judged)
    enforce(judged[1:])


# ---- what is not proven


def unproven(y: Any, /) -> Front:
    return front(y, status="approximate")


def test_approximate_fronts_decide_nothing_but_what_they_list(tmp_path: Path) -> None:
    """However much worse an approximate NEW looks; what it lists exists, and may be enough."""
    base, new = made(tmp_path, [[1.0, 0.0]]), made(tmp_path, unproven([[1.05, 0.0]]))
    gate = read_gates(["best.o0:1%"])[0]
    for repeats in ((), [made(tmp_path, unproven([[1.051, 0.0]]))]):
        found = judge(gate, compare(base, new, repeats=((), repeats)))
        assert (found.outcome, found.passed, found.noise) == ("not proven", True, False)
        assert found.message.startswith("best 1, now 1.05 or less; 0.01 worse is tolerated")
    noisy = judge(gate, compare(base, new, repeats=((), [made(tmp_path, unproven([[0.98, 0.0]]))])))
    assert (noisy.outcome, noisy.noise) == ("not proven", True)
    assert noisy.message.endswith("other seeds differ by 0.07")
    assert not judge(gate, compare(base, new), strict=True).passed
    for metric in ("lost-plans:0", "epsilon:0", "hypervolume:0"):
        assert judge(read_gates([metric])[0], compare(base, new)).outcome == "not proven"
        assert judge(read_gates([metric])[0], compare(base, made(tmp_path, unproven([[0.9, 0.0]])))).outcome == "pass"


@pytest.mark.parametrize(
    ("base", "new", "now", "word", "outcome"),
    [
        (5117.0, (4900.0, 5117.0), "between 4900 and 5117", "not decided", "not proven"),
        (5200.0, (4900.0, 5117.0), "between 4900 and 5117", "worse", "fail"),
        (4900.0, (4900.0, 5117.0), "between 4900 and 5117", "same or better", "pass"),
        (4899.0, (4900.0, 5117.0), "between 4900 and 5117", "better", "pass"),
        (5117.0, (4900.0, None), "4900 or more", "not decided", "not proven"),
    ],
)
def test_a_best_value_lies_between_the_listed_one_and_its_bound(
    base: float, new: tuple[float, float | None], now: str, word: str, outcome: str, tmp_path: Path
) -> None:
    unfinished = front([[new[0]]], senses="+", status="covering", basis="exact", bounds=(new[1],))
    found = compare(made(tmp_path, exact([[base]], senses="+")), made(tmp_path, unfinished))
    verdict = judge(read_gates(["best.o0:0"])[0], found)
    assert verdict.message == f"best {base:g}, now {now}; 0 worse is tolerated"
    assert (worse_word(found.best["o0"]), verdict.outcome) == (word, outcome)


def test_a_gap_moves_every_listed_plan(tmp_path: Path) -> None:
    """By hand: 10 % of the ranges 10 and 10 leave (4, 4) open and (3.9, 4) lost; the bounds cut what lies below them."""
    listed = front(
        [[0.0, 10.0], [5.0, 5.0], [10.0, 0.0]], status="covering", basis="exact", gap=0.1, scale=(10.0, 10.0), bounds=(0, 0)
    )
    base = made(tmp_path, [[0.0, 11.0], [3.9, 4.0], [4.0, 3.9], [11.0, 0.0]])
    lost = compare(base, made(tmp_path, listed))
    assert (len(lost.lost), len(lost.undecided[0])) == (2, 0)
    undecided = compare(made(tmp_path, [[4.0, 4.0]]), made(tmp_path, listed))
    assert (len(undecided.lost), len(undecided.undecided[0])) == (0, 1)
    assert undecided.best["o0"].new_known == (0, 0), "the bound is reached"
    found = compare(made(tmp_path, BASE), made(tmp_path, listed))
    low, high = found.hypervolume.new_known
    assert float(low) == 0.46
    # staircase of (0, .9), (.4, .4), (.9, 0), where the bound cuts (-.1, .9) and (.9, -.1)
    assert float(high) == pytest.approx(0.4 * 0.2 + 0.5 * 0.7 + 0.2 * 1.1)
    assert tuple(map(float, found.epsilon.new_known)) == pytest.approx((0.0, 0.0))


def test_a_claim_on_numerical_ground_supports_its_listed_plans_only(tmp_path: Path) -> None:
    new = made(tmp_path, front(BASE[:2], basis="numerical", note="HiGHS"))
    found = compare(made(tmp_path, BASE), new)
    assert "NEW is complete numerically, not proven (HiGHS): only its listed plans count" in found.notes
    assert (found.lost, len(found.undecided[0])) == ((), 1)
    assert {judge(gate, found).outcome for gate in read_gates(["lost-plans:0", "epsilon:0", "best.o1:0"])} == {"not proven"}


def test_the_top_is_decided_on_complete_fronts_only(tmp_path: Path) -> None:
    base = made(tmp_path, exact(BASE, weights=[9, 1]))
    new = made(tmp_path, front(BASE, weights=[1, 9], status="covering", basis="exact", gap=0.0, scale=(1.0, 1.0)))
    verdict = judge(read_gates(["top:changed"])[0], compare(base, new))
    assert verdict.outcome == "not proven"
    assert verdict.message.endswith("NEW is not complete on exact ground")


@pytest.mark.parametrize(
    ("before", "now", "outcome"),
    [
        ({"equals": "p0", "on_front": True}, {"dominated_by": "p1"}, "not proven"),
        ({"dominated_by": "p0"}, {"equals": "p0", "on_front": True}, "pass"),
        ({"violated": ("budget",)}, {"dominated_by": "p0"}, "fail"),
        ({"violated": ("budget",)}, {}, "not proven"),
        ({}, {"violated": ("budget",)}, "pass"),
        ({"dominated_by": "p0"}, {"tolerated": ("budget",)}, "not proven"),
    ],
)
def test_only_a_listed_plan_proves_that_a_reference_plan_is_dominated(
    before: Any, now: Any, outcome: str, tmp_path: Path
) -> None:
    def placed(stand: Any) -> Result:
        outcome = ReferenceOutcome("ours", "", (), (5.0, 5.0), **stand)
        return replace(made(tmp_path, unproven(BASE)), reference_plans=(outcome,))

    assert judge(read_gates(["plan.ours:dominated"])[0], compare(placed(before), placed(now))).outcome == outcome


def test_gates_that_are_not_decided_fail_where_that_is_asked_for(tmp_path: Path) -> None:
    base, new = made(tmp_path, BASE), made(tmp_path, front(BASE[:2], status="covering", basis="exact"))
    gates = read_gates(["lost-plans:0", "best.o0:0"])
    enforce(compare_all(base, [new], gates))
    with pytest.raises(GateError, match=r"^1 gate not proven \(--strict\): lost-plans:0$"):
        enforce(compare_all(base, [new], gates, strict=True))


# ---- segments and faces


def faced(vertices: Any, cells: Any, /) -> Front:
    return replace(front(vertices), proof=Proof("complete", "cells", cells=cells, basis="exact"))


def real(folder: Path, made: Front, /) -> Result:
    """A result of real numbers only, whose plans can be mixed."""
    variables = {name: {"type": "real", "min": 0, "max": 1} for name in ("a", "b")}
    goals = {f"o{k}": {"sense": "min", "expr": "a + b"} for k in range(len(made.columns))}
    return result(folder, made, technologies={}, variables=variables, constraints={}, plans={}, indicators={}, objectives=goals)


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
    # x + y + z >= 2 leaves a corner of 1.3 along each axis of the cube, inclusion and exclusion taken over its sides
    assert float(found.hypervolume.new) == pytest.approx(1.3**3 / 6 - 3 * 0.2**3 / 6, abs=1e-9)
    assert tuple(map(float, found.epsilon.new_known)) == pytest.approx((1 / 3, 1 / 3)), "a sum of 2 is at most 1 + 3 / 3"
    assert len(found.lost) == 3
    assert {worse_word(measure) for measure in compare(face, face).measures.values()} == {"same"}
    third = made(tmp_path, [[0.5, 0.25, 0.25], [0.3, 0.3, 0.4]])
    assert compare(third, face).lost == ()


def test_only_what_rests_on_a_seed_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []

    def solve(scenario: object, options: Any) -> Result:
        seeds.append(options.seed)
        return base

    monkeypatch.setattr(comparing, "solve", solve)
    base = made(tmp_path, BASE)
    assert repetitions(base) == ()
    stopped = unproven(BASE)
    assert repetitions(made(tmp_path, stopped)) == (), "a proving solver that was stopped rests on no seed"
    drawn = made(tmp_path, replace(stopped, provenance=replace(stopped.provenance, solver="evolutionary")))
    assert repetitions(drawn) == (base, base)
    assert seeds == [2, 3]


def test_measures_are_exact(tmp_path: Path) -> None:
    assert compare(made(tmp_path, [[0.1, 1.0]]), made(tmp_path, [[0.3, 1.0]])).best["o0"].worse == Fraction(1, 5)


def test_what_is_not_decided_in_every_format(tmp_path: Path) -> None:
    base = made(tmp_path, exact([[5117.0, 1.0]], senses="+-"))
    unfinished = front([[4900.0, 1.0]], senses="+-", status="covering", basis="exact", bounds=(5117.0, 1.0))
    (judged,) = compare_all(base, [made(tmp_path, unfinished)], read_gates(["best.o0:0", "best.o1:0"]))
    plain = [records.of_comparison("b", "n", judged)]
    best = plain[0]["best"]["o0"]
    assert (best["base"], best["new"], best["worse"], best["worse_interval"]) == (5117.0, 4900.0, 0.0, [0.0, 217.0])
    assert plain[0]["gates"][0]["outcome"] == "not proven"
    rows = list(csv.DictReader(io.StringIO(comparison_texts.text(plain, "csv"))))
    assert (rows[0]["new_low"], rows[0]["new_high"], rows[0]["worse"]) == ("4900", "5117", "0")
    assert "| best.o0 | 5117 | between 4900 and 5117 | not decided |" in comparison_texts.text(plain, "md")
    assert "- **~ not proven** best.o0:0: best 5117, now between 4900 and 5117" in comparison_texts.text(plain, "md")
    suite = ElementTree.fromstring(comparison_texts.text(plain, "junit"))[0]
    assert (suite.get("failures"), suite.get("skipped"), suite[0][0].tag) == ("0", "1", "skipped")
    (line,) = comparison_texts.text(plain, "github").splitlines()
    assert line.startswith("::notice::gate best.o0:0: n: not proven: best 5117, now between 4900 and 5117")


def _records(*gates: str) -> list[dict[str, Any]]:
    base, new = (solve(load(name)) for name in ("steel_routes_clean_grid", "steel_routes"))
    (judged,) = compare_all(base, [new], read_gates(gates))
    return [records.of_comparison("=a<b>", "new & old", judged)]


def test_a_comparison_as_a_table_for_a_spreadsheet() -> None:
    found = list(csv.DictReader(io.StringIO(comparison_texts.text(_records(), "csv"))))
    assert [row["metric"] for row in found] == ["best.cost", "best.co2", "hypervolume", "epsilon", "lost-plans"]
    assert {row["base"] for row in found} == {"'=a<b>"}
    best = next(row for row in found if row["metric"] == "best.co2")
    assert float(best["worse"]) == pytest.approx(float(best["new_value"]) - float(best["base_value"]))


def test_a_comparison_as_tests_of_a_ci_system() -> None:
    suite = ElementTree.fromstring(comparison_texts.text(_records("hypervolume:1%", "best.cost:0"), "junit"))[0]
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("=a<b> -> new & old", "2", "1")
    assert [(case.get("name"), len(case)) for case in suite] == [("hypervolume:1%", 1), ("best.cost:0", 0)]


def test_a_comparison_as_annotations_names_what_failed_only() -> None:
    (line,) = comparison_texts.text(_records("hypervolume:1%", "best.cost:0"), "github").splitlines()
    assert line.startswith("::error::gate hypervolume:1%25: new & old: ")


def test_a_comparison_for_a_pull_request() -> None:
    text = comparison_texts.text(_records("hypervolume:1%", "best.cost:0"), "md")
    assert "| best.co2 | 0.179836 | 0.563789 | 0.383953 |" in text
    assert "- **FAIL** hypervolume:1%" in text
    assert "- **pass** best.cost:0" in text
    assert "=a\\<b\\>" in text
