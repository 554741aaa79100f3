"""Certificates of continuous fronts: those that hold are believed, everything else is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Budget
from optimiser.engine.certificate import CertificateError
from optimiser.engine.certificate.continuous import check_listing, listing_of, unlistable
from optimiser.engine.certificate.sealing import sealed
from optimiser.engine.certificate.system import digest_of
from optimiser.engine.exact.refuting import MissingPlanError, NotRefutedError
from optimiser.engine.proofs import listing_certificate
from optimiser.errors import UsageError
from optimiser.front import Proof
from tests.engine.certificate.continuous_models import (
    Lines,
    machine,
    machine_lines,
    machine_listing,
    solved,
)
from tests.engine.models import Draft, binaries, problem_of, real

# ---- by hand: without the machine k the front goes from (1, 2) towards (3, 0), with it (2, 0) is
# there at once


def test_one_written_by_hand() -> None:
    checked = check_listing(machine_listing(), sealed(machine_lines()))
    assert (checked.points, checked.segments, checked.regions, checked.leaves) == (2, 1, 3, 5)


def changed(change: Callable[[Lines], Any]) -> bytes:
    lines = json.loads(json.dumps(machine_lines()))
    change(lines)
    return sealed(lines)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[0].update(format="optimise certificate"), "is no certificate"),
        (lambda lines: lines[0].update(version=2), "another version"),
        (lambda lines: lines[0].update(scenario_hash="x"), "another scenario"),
        (lambda lines: lines[0].update(rows="0" * 64), "other rows"),
        (lambda lines: lines[0].update(listed=3), "list of another length"),
        (lambda lines: lines[0].update(pieces="2"), "how many pieces"),
        (lambda lines: lines[0].update(pieces=-1), "how many pieces"),
        (lambda lines: lines[0].update(more=1), "holds something else"),
        (lambda lines: lines.__delitem__(slice(None)), "is no certificate"),
        # pieces
        (lambda lines: lines[0].update(pieces=1) or lines.pop(2), "belongs to another list"),
        (
            lambda lines: lines[0].update(pieces=3) or lines.insert(2, lines[2]),
            "belongs to another list",
        ),
        (lambda lines: lines[1].update(open=[False, False]), "an end is no listed plan"),
        (lambda lines: lines[1].update(open=[True, True]), "no end is a plan"),
        (lambda lines: lines[2].update(open=[True]), "no end is a plan"),
        (lambda lines: lines[1].update(open=[False]), "whether it is open"),
        (lambda lines: lines[1].update(open=[0, 1]), "whether it is open"),
        (lambda lines: lines[1].update(values=[[1, 2], [2, 2]]), "not those of its ends"),
        (
            lambda lines: lines[1].update(ends=[[2, 1, 0]], open=[False], values=[[1, 2]]),
            "belongs to another list",
        ),
        (lambda lines: lines[1].update(ends=[[2, 1, 0], [1, 2]]), "does not have 3 columns"),
        (
            lambda lines: lines[1].update(
                ends=[[2, 1, 0], ["1/2", "5/2", 0]], values=[[1, 2], ["5/2", "1/2"]]
            ),
            "another list",
        ),
        (
            lambda lines: lines[1].update(ends=[[2, 1, 0], [1.0, 2, 0]]),
            "neither a whole number nor a fraction",
        ),
        (
            lambda lines: lines[1].update(ends=[[2, 1, 0], ["2/2", 2, 0]]),
            "neither a whole number nor a fraction",
        ),
        (
            lambda lines: lines[1].update(ends=[[2, 1, 0], [1, 1, 0]], values=[[1, 2], [1, 1]]),
            "breaks row",
        ),
        (
            lambda lines: lines[1].update(
                ends=[[2, 1, 0], [1, "3/2", "1/6"]], values=[[1, 2], ["11/6", 1]]
            ),
            "cannot be 1/6",
        ),
        (
            lambda lines: lines[1].update(ends=[[2, 1, 0], [1, 0, 1]], values=[[1, 2], [2, 1]]),
            "different whole numbers",
        ),
        # trees
        (lambda lines: lines.pop(), "too few trees"),
        (lambda lines: lines.pop(4), "of another region"),
        (lambda lines: lines.append(lines[5]), "more trees than there are regions"),
        (lambda lines: lines[4]["below"].__setitem__(0, [[1, 2], 5]), "of another region"),
        (lambda lines: lines[4]["below"].__setitem__(0, [[1, 1], 2]), "of another region"),
        (lambda lines: lines[4].update(columns=[2, -1], values=[0, 0]), "not one tree"),
        (
            lambda lines: lines[4].update(columns=[2, -1, -1, -1], values=[0, 0, 0, 0]),
            "not one tree",
        ),
        (lambda lines: lines[4].update(columns=[0, -1, -1]), "no whole column"),
        (lambda lines: lines[4].update(columns=[3, -1, -1]), "no whole column"),
        (lambda lines: lines[4].update(columns=[-2, -1, -1]), "no whole column"),
        (lambda lines: lines[4].update(values=[1, 0, 0]), "does not exclude"),
        (lambda lines: lines[4].update(values=[0, 1, 0]), "no leaf with a vector"),
        (lambda lines: lines[4].update(values=[0, 0]), "one entry a node"),
        (lambda lines: lines[4]["leaves"].pop(), "no leaf with a vector"),
        (lambda lines: lines[4]["leaves"].append(lines[4]["leaves"][0]), "not one tree"),
        (
            lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [0], [2]]),
            "does not exclude",
        ),
        (
            lambda lines: lines[4]["leaves"].__setitem__(0, [[0, 0, 0], [0], [1]]),
            "does not exclude",
        ),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[0, 0, 0], [], []]), "does not exclude"),
        (
            lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [0], [-1]]),
            "side that its row does not have",
        ),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [1], [1]]), "of no row"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [-1], [1]]), "of no row"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, -1, 0], [0], [1]]), "weight >= 0"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0], [0], [1]]), "weight >= 0"),
        (
            lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [0, 0], [1, 1]]),
            "one multiplier a row",
        ),
        (
            lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [0], [1.0]]),
            "list of whole numbers",
        ),
        (lambda lines: lines[4].update(more=1), "expected a tree"),
    ],
)
def test_what_is_refused(change: Callable[[Lines], Any], message: str) -> None:
    with pytest.raises(CertificateError, match=message):
        check_listing(machine_listing(), changed(change))


def test_a_changed_byte_is_refused() -> None:
    content = sealed(machine_lines())
    for place in range(0, len(content), 7):
        other = bytearray(content)
        other[place] ^= 1
        with pytest.raises(CertificateError, match="damaged"):
            check_listing(machine_listing(), bytes(other))


def test_the_list_must_be_the_one_certified() -> None:
    listing, content = machine_listing(), sealed(machine_lines())
    for other in (
        replace(listing, open_ends=()),
        replace(listing, open_ends=((0, (2.0, float(np.nextafter(1.0, 2.0)))),)),
        replace(listing, open_ends=((1, (2.0, 1.0)),)),
        replace(listing, cells=((0, 1),), open_ends=()),
        replace(listing, cells=((0, 1),)),
        replace(listing, signs=(-1.0, 1.0)),
        replace(listing, values=((Fraction(1), Fraction(3)), None)),
    ):
        with pytest.raises(CertificateError):
            check_listing(other, content)


# ---- pieces that do not go together, whatever trees say: every tree here is one that the checker
# would be glad of


def one_row(
    pieces: Sequence[tuple[Sequence[tuple[int, int]], Sequence[bool]]], message: str
) -> None:
    """Columns are the objectives themselves, boxed; nothing is dominated by rows, and pieces need
    only stand in the box.
    """
    draft = Draft([real("a", 0, 9), real("b", 0, 9)], [{(0,): 1}, {(1,): 1}])
    problem = problem_of(draft)
    plans = [
        tuple(map(Fraction, x))
        for ends, opened in pieces
        for x, flag in zip(ends, opened, strict=True)
        if not flag
    ]
    plans = list(dict.fromkeys(plans))
    cells, open_ends = [], []
    for ends, opened in pieces:
        own = [
            plans.index(tuple(map(Fraction, x)))
            for x, flag in zip(ends, opened, strict=True)
            if not flag
        ]
        if len(own) > 1:
            cells.append(tuple(own))
        elif len(ends) > 1:
            limit = ends[list(opened).index(True)]
            open_ends.append((own[0], (float(limit[0]), float(limit[1]))))
    listing = listing_of(
        problem,
        plans,
        Proof("complete", of="cells", cells=tuple(cells), open_ends=tuple(open_ends)),
    )
    header = {
        **machine_lines()[0],
        "rows": digest_of(listing.linear),
        "listed": len(plans),
        "pieces": len(pieces),
    }
    lines = [
        {"ends": [list(x) for x in ends], "open": list(opened), "values": [list(x) for x in ends]}
        for ends, opened in pieces
    ]
    with pytest.raises(CertificateError, match=message):
        check_listing(listing, sealed([header, *lines]))


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([([(3, 3)], [False]), ([(1, 5)], [False])], "not one after the other"),
        ([([(1, 5)], [False]), ([(3, 6)], [False])], "not one after the other"),
        ([([(1, 5)], [False]), ([(1, 4)], [False])], "equalled or beaten"),
        ([([(1, 5)], [False]), ([(2, 5)], [False])], "equalled or beaten"),
        ([([(1, 5), (3, 3)], [False, False]), ([(3, 2)], [False])], "equalled or beaten"),
        ([([(1, 5), (3, 3)], [False, False]), ([(2, 2)], [False])], "not one after the other"),
        ([([(1, 5), (3, 5)], [False, False])], "not better in the first"),
        ([([(3, 3), (1, 5)], [False, False])], "not better in the first"),
        ([([(1, 5), (3, 3)], [False, True])], "outermost end is open"),
        ([([(1, 5), (3, 3)], [True, False])], "outermost end is open"),
        (
            [([(1, 5), (3, 3)], [False, True]), ([(4, 2)], [False])],
            "not met by a plan that is as good in the first",
        ),
        (
            [([(1, 5), (3, 3)], [False, True]), ([(3, 3), (4, 2)], [True, False])],
            "not met by a plan that is as good in the first",
        ),
        (
            [([(0, 6)], [False]), ([(1, 5), (3, 3)], [True, False])],
            "not met by a plan that is as good in the second",
        ),
        ([([(0, 5)], [False]), ([(1, 5), (3, 3)], [True, False])], "too few trees"),
        ([([(1, 5), (3, 3)], [False, True]), ([(3, 2)], [False])], "too few trees"),
        ([([(1, 5), (3, 3)], [False, True]), ([(3, 3)], [False])], "too few trees"),
        ([([(1, 5), (3, 3)], [False, False]), ([(3, 3), (4, 1)], [False, False])], "too few trees"),
    ],
)
def test_pieces_must_go_together(pieces: Any, message: str) -> None:
    one_row(pieces, message)


# ---- who can be certified, and what the checker needs


def test_one_plan_of_three_objectives() -> None:
    """Best in everything: nothing is better in any objective."""
    draft = Draft(
        [*binaries(2), real("u", 0, 1)], [{(0,): 1, (2,): 1}, {(1,): 2}, {(2,): 3, (): 4}]
    )
    listing = solved(draft)
    assert listing is not None
    content, regions = listing_certificate(listing, Budget())
    assert (len(listing.plans), regions) == (1, 3)
    assert check_listing(listing, content).segments == 0


def test_a_single_objective() -> None:
    draft = Draft(
        [*binaries(2), real("u", 0, 1)],
        [{(0,): 1, (1,): 3, (2,): -5}],
        [({(0,): 2, (1,): 4, (2,): -3}, 0, None)],
    )
    listing = solved(draft)
    assert listing is not None
    assert check_listing(listing, listing_certificate(listing, Budget())[0]).regions == 1


def test_what_is_not_certified_says_why() -> None:
    problem = problem_of(machine())
    assert unlistable(problem, 2) is None
    assert "not linear" in str(unlistable(problem_of(replace(machine(), linear=False)), 2))
    three = problem_of(
        Draft([*binaries(1), real("v", 0, 1)], [{(0,): 1}, {(1,): 1}, {(0,): -1, (1,): -1}])
    )
    assert "two objectives" in str(unlistable(three, 3))
    assert unlistable(three, 1) is None
    assert problem.linear is not None
    linked = replace(problem, linear=replace(problem.linear, linked=("exp", "")))
    assert "exp" in str(unlistable(linked, 2))
    with pytest.raises(UsageError, match="exp"):
        listing_of(linked, [], Proof("complete"))


def test_a_claim_that_makes_no_sense_is_no_claim() -> None:
    triangle = problem_of(Draft([real("x", 0, 1)], [{(0,): 1}, {(0,): -1}, {(0,): 2}]))
    zero, one = (Fraction(0),), (Fraction(1),)
    for plans, proof, message in (
        ([zero, zero], Proof("complete"), "listed twice"),
        ([zero, one], Proof("complete", cells=((0, 2),)), "ends that are not listed"),
        (
            [zero, one],
            Proof("complete", cells=((0, 1),), open_ends=((0, (0.0, 0.0, 0.0)),)),
            "of two objectives",
        ),
        (
            [zero, one],
            Proof("complete", open_ends=((2, (0.0, 0.0, 0.0)),)),
            "ends that are not listed",
        ),
    ):
        with pytest.raises(CertificateError, match=message):
            listing_of(triangle, plans, proof)
    with pytest.raises(CertificateError, match="or more than two"):
        listing_of(
            problem_of(machine()), machine_listing().plans, Proof("complete", cells=((0, 1, 1),))
        )


def test_a_search_that_ends_early_says_so() -> None:
    with pytest.raises(NotRefutedError, match="time limit"):
        listing_certificate(machine_listing(), Budget(0.0))


def test_a_missing_plan_is_found() -> None:
    listing = machine_listing()
    with pytest.raises(MissingPlanError):
        listing_certificate(
            replace(listing, plans=listing.plans[:1], values=listing.values[:1], open_ends=()),
            Budget(),
        )


def test_checking_loads_no_solver() -> None:
    code = (
        "import sys, optimiser.engine.certificate, optimiser.engine.certificate.continuous;"
        "print('\\n'.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    loaded = set(done.stdout.split())
    assert loaded & {"highspy", "moocore", "numba", "pymoo", "scipy"} == set()
    rooms = {name.split(".")[2] for name in loaded if name.startswith("optimiser.engine.")}
    assert rooms == {"certificate", "holding", "problem", "tolerances"}
