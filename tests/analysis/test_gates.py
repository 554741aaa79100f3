"""Gates in both directions, and what they say where nothing is proven."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimiser.analysis.comparing import compare
from optimiser.analysis.gate_verdicts import compare_all, enforce, judge, read_gates
from optimiser.analysis.measure_words import worse_word
from optimiser.errors import GateError, ScenarioError
from optimiser.front import Front
from optimiser.results import ReferenceOutcome, Result
from tests.handmade import front, result

BASE = [[0.0, 10.0], [5.0, 5.0], [10.0, 0.0]]


def made(folder: Path, y: Any, /, **changes: Any) -> Result:
    """A result that is complete on exact ground, unless it is given as a front."""
    return result(folder, y if isinstance(y, Front) else front(y), **changes)


def passed(gate: str, base: Result, new: Result) -> bool:
    return judge(read_gates([gate])[0], compare(base, new)).passed


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
def test_a_percentage_is_taken_of_the_printed_decimal(
    value: float, passes: bool, tmp_path: Path
) -> None:
    """0.303 / 0.3 - 1 is 0.010000000000000009 in floating point; that is not strictly more than 1
    %.
    """
    assert (
        passed("best.o0:1%", made(tmp_path, [[0.3, 1.0]]), made(tmp_path, [[value, 1.0]])) is passes
    )


@pytest.mark.parametrize(("value", "passes"), [(-101.0, False), (-99.0, True), (-100.5, True)])
def test_a_percentage_of_a_negative_value_is_of_its_size(
    value: float, passes: bool, tmp_path: Path
) -> None:
    new = front([[value]], senses="+")
    assert (
        passed("best.o0:0.5%", made(tmp_path, front([[-100.0]], senses="+")), made(tmp_path, new))
        is passes
    )


def test_the_top_changes(tmp_path: Path) -> None:
    base = made(tmp_path, front(BASE, weights=[9, 1]))
    assert not passed("top:changed", base, made(tmp_path, front(BASE, weights=[1, 9])))
    tied = made(tmp_path, front([BASE[0], BASE[2]]))
    assert passed("top:changed", base, tied), "one of the best plans is still among the best"


@pytest.mark.parametrize(
    ("gate", "before", "now", "passes"),
    [
        ("plan.ours:dominated", {"equals": "p0", "on_front": True}, {"dominated_by": "p1"}, False),
        ("plan.ours:dominated", {"dominated_by": "p0"}, {"dominated_by": "p1"}, True),
        (
            "plan.ours:dominated",
            {"equals": "p0", "on_front": True},
            {"violated": ("budget",)},
            True,
        ),
        (
            "plan.ours:infeasible",
            {"equals": "p0", "on_front": True},
            {"violated": ("budget",)},
            False,
        ),
        ("plan.ours:infeasible", {"violated": ("budget",)}, {"violated": ("budget",)}, True),
        (
            "plan.ours:infeasible",
            {"violated": ("budget",)},
            {"equals": "p0", "on_front": True},
            True,
        ),
    ],
)
def test_reference_plans_get_worse_or_not(
    gate: str, before: Any, now: Any, passes: bool, tmp_path: Path
) -> None:
    def placed(stand: Any) -> Result:
        return replace(
            made(tmp_path, BASE),
            reference_plans=(ReferenceOutcome("ours", "", (), (1.0, 1.0), **stand),),
        )

    assert passed(gate, placed(before), placed(now)) is passes


@pytest.mark.parametrize(
    "gate",
    [
        "best.o7:1%",
        "plan.ours:dominated",
        "speed:1",
        "best:1",
        "hypervolume",
        "hypervolume:-1%",
        "hypervolume:+1",
        "best.o0:x",
    ],
)
def test_gates_that_mean_nothing_are_errors(gate: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        passed(gate, made(tmp_path, BASE), made(tmp_path, BASE))
    assert caught.value.exit_code == 3


def test_gates_of_both_scenarios_apply_once(tmp_path: Path) -> None:
    base = made(
        tmp_path, BASE, gates=["lost-plans:0"], objectives={"o0": {"sense": "min", "expr": "lines"}}
    )
    new = made(
        tmp_path,
        BASE[:2],
        gates=["hypervolume:1%", "lost-plans:0"],
        objectives={"o0": {"sense": "min", "expr": "lines"}},
    )
    judged = compare_all(base, [new, base], read_gates(["best.o0:0", "lost-plans:0"]))
    assert [verdict.gate for verdict in judged[0].verdicts] == [
        "best.o0:0",
        "lost-plans:0",
        "hypervolume:1%",
    ]
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
        assert (
            judge(
                read_gates([metric])[0], compare(base, made(tmp_path, unproven([[0.9, 0.0]])))
            ).outcome
            == "pass"
        )


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
    found = compare(made(tmp_path, front([[base]], senses="+")), made(tmp_path, unfinished))
    verdict = judge(read_gates(["best.o0:0"])[0], found)
    assert verdict.message == f"best {base:g}, now {now}; 0 worse is tolerated"
    assert (worse_word(found.best["o0"]), verdict.outcome) == (word, outcome)


def test_a_gap_moves_every_listed_plan(tmp_path: Path) -> None:
    """By hand: 10 % of the ranges 10 and 10 leave (4, 4) open and (3.9, 4) lost; the bounds cut
    what lies below them.
    """
    listed = front(
        [[0.0, 10.0], [5.0, 5.0], [10.0, 0.0]],
        status="covering",
        basis="exact",
        gap=0.1,
        scale=(10.0, 10.0),
        bounds=(0, 0),
    )
    base = made(tmp_path, [[0.0, 11.0], [3.9, 4.0], [4.0, 3.9], [11.0, 0.0]])
    lost = compare(base, made(tmp_path, listed))
    assert (len(lost.lost), len(lost.undecided[0])) == (2, 0)
    undecided = compare(made(tmp_path, [[4.0, 4.0]]), made(tmp_path, listed))
    assert (len(undecided.lost), len(undecided.undecided[0])) == (0, 1)
    assert tuple(map(float, undecided.best["o0"].new_known)) == (0.0, 0.0), "the bound is reached"
    found = compare(made(tmp_path, BASE), made(tmp_path, listed))
    low, high = found.hypervolume.new_known
    assert float(low) == 0.46
    # staircase of (0, .9), (.4, .4), (.9, 0), where the bound cuts (-.1, .9) and (.9, -.1)
    assert float(high) == pytest.approx(0.4 * 0.2 + 0.5 * 0.7 + 0.2 * 1.1)
    assert tuple(map(float, found.epsilon.new_known)) == pytest.approx((0.0, 0.0))


def test_a_claim_on_numerical_ground_supports_its_listed_plans_only(tmp_path: Path) -> None:
    new = made(tmp_path, front(BASE[:2], basis="numerical", note="HiGHS"))
    found = compare(made(tmp_path, BASE), new)
    assert (
        "NEW is complete numerically, not proven (HiGHS): only its listed plans count"
        in found.notes
    )
    assert (found.lost, len(found.undecided[0])) == ((), 1)
    assert {
        judge(gate, found).outcome
        for gate in read_gates(["lost-plans:0", "epsilon:0", "best.o1:0"])
    } == {"not proven"}


def test_the_top_is_decided_on_complete_fronts_only(tmp_path: Path) -> None:
    base = made(tmp_path, front(BASE, weights=[9, 1]))
    new = made(
        tmp_path,
        front(BASE, weights=[1, 9], status="covering", basis="exact", gap=0.0, scale=(1.0, 1.0)),
    )
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

    assert (
        judge(read_gates(["plan.ours:dominated"])[0], compare(placed(before), placed(now))).outcome
        == outcome
    )


def test_gates_that_are_not_decided_fail_where_that_is_asked_for(tmp_path: Path) -> None:
    base, new = (
        made(tmp_path, BASE),
        made(tmp_path, front(BASE[:2], status="covering", basis="exact")),
    )
    gates = read_gates(["lost-plans:0", "best.o0:0"])
    enforce(compare_all(base, [new], gates))
    with pytest.raises(GateError, match=r"^1 gate not proven \(--strict\): lost-plans:0$"):
        enforce(compare_all(base, [new], gates, strict=True))
