"""Certificates of continuous fronts: those that hold are believed, everything else is refused."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from optimiser.certificate import CertificateError
from optimiser.certificate.continuous import Listing, check_listing, listing_of, unlistable
from optimiser.certificate.sealing import SEAL_SIZE, sealed
from optimiser.certificate.system import digest_of
from optimiser.errors import InfeasibleError, UnboundedError, UsageError
from optimiser.front import Proof
from optimiser.problem import Linear
from optimiser.solvers import Budget, Options, solve
from optimiser.solvers.refuting import MissingPlanError, NotRefutedError
from optimiser.study.certifying_continuous import listing_certificate
from tests.solvers.models import Draft, binaries, problem_of, real, whole

Lines = list[dict[str, Any]]

# ---- by hand: without the machine k the front goes from (1, 2) towards (3, 0), with it (2, 0) is there at once


def machine() -> Draft:
    """Columns x, y, k; f = (y + 2 k, x); x + y + 3 k >= 3."""
    return Draft(
        [real("x", 0, 2), real("y", 0, 3), *binaries(1)],
        [{(1,): 1, (2,): 2}, {(0,): 1}],
        [({(0,): 1, (1,): 1, (2,): 3}, 3, None)],
    )


def machine_listing() -> Listing:
    plans = [(Fraction(2), Fraction(1), Fraction(0)), (Fraction(0), Fraction(0), Fraction(1))]
    return listing_of(problem_of(machine()), plans, Proof("complete", of="cells", open_ends=((0, (2.0, 1.0)),)))


def machine_lines() -> Lines:
    linear = problem_of(machine()).linear
    assert linear is not None
    return [
        {
            "format": "optimise certificate of a continuous front",
            "version": 1,
            "scenario_hash": "",
            "rows": digest_of(linear),
            "objectives": 2,
            "listed": 2,
            "pieces": 2,
        },
        {"ends": [[2, 1, 0], [1, 2, 0]], "open": [False, True], "values": [[1, 2], [2, 1]]},
        {"ends": [[0, 0, 1]], "open": [False], "values": [[2, 0]]},
        # f_1 < 1: with k = 0 the row leaves f_1 >= 3 - x - k >= 1, with k = 1 f_1 >= 2 k
        {"below": [[[1, 0], 1]], "columns": [2, -1, -1], "values": [0, 0, 0], "leaves": [[[1], [0], [1]], [[1], [], []]]},
        # f_1 + f_2 < 3, f_1 < 2, f_2 < 2: f_1 + f_2 >= 3 - k with k = 0, f_1 >= 2 with k = 1
        {
            "below": [[[1, 1], 3], [[1, 0], 2], [[0, 1], 2]],
            "columns": [2, -1, -1],
            "values": [0, 0, 0],
            "leaves": [[[1, 0, 0], [0], [1]], [[0, 1, 0], [], []]],
        },
        {"below": [[[0, 1], 0]], "columns": [-1], "values": [0], "leaves": [[[1], [], []]]},
    ]


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
        (lambda lines: lines[0].update(pieces=3) or lines.insert(2, lines[2]), "belongs to another list"),
        (lambda lines: lines[1].update(open=[False, False]), "an end is no listed plan"),
        (lambda lines: lines[1].update(open=[True, True]), "no end is a plan"),
        (lambda lines: lines[2].update(open=[True]), "no end is a plan"),
        (lambda lines: lines[1].update(open=[False]), "whether it is open"),
        (lambda lines: lines[1].update(open=[0, 1]), "whether it is open"),
        (lambda lines: lines[1].update(values=[[1, 2], [2, 2]]), "not those of its ends"),
        (lambda lines: lines[1].update(ends=[[2, 1, 0]], open=[False], values=[[1, 2]]), "belongs to another list"),
        (lambda lines: lines[1].update(ends=[[2, 1, 0], [1, 2]]), "does not have 3 columns"),
        (lambda lines: lines[1].update(ends=[[2, 1, 0], ["1/2", "5/2", 0]], values=[[1, 2], ["5/2", "1/2"]]), "another list"),
        (lambda lines: lines[1].update(ends=[[2, 1, 0], [1.0, 2, 0]]), "neither a whole number nor a fraction"),
        (lambda lines: lines[1].update(ends=[[2, 1, 0], ["2/2", 2, 0]]), "neither a whole number nor a fraction"),
        (lambda lines: lines[1].update(ends=[[2, 1, 0], [1, 1, 0]], values=[[1, 2], [1, 1]]), "breaks row"),
        (lambda lines: lines[1].update(ends=[[2, 1, 0], [1, "3/2", "1/6"]], values=[[1, 2], ["11/6", 1]]), "cannot be 1/6"),
        (lambda lines: lines[1].update(ends=[[2, 1, 0], [1, 0, 1]], values=[[1, 2], [2, 1]]), "different whole numbers"),
        # trees
        (lambda lines: lines.pop(), "too few trees"),
        (lambda lines: lines.pop(4), "of another region"),
        (lambda lines: lines.append(lines[5]), "more trees than there are regions"),
        (lambda lines: lines[4]["below"].__setitem__(0, [[1, 2], 5]), "of another region"),
        (lambda lines: lines[4]["below"].__setitem__(0, [[1, 1], 2]), "of another region"),
        (lambda lines: lines[4].update(columns=[2, -1], values=[0, 0]), "not one tree"),
        (lambda lines: lines[4].update(columns=[2, -1, -1, -1], values=[0, 0, 0, 0]), "not one tree"),
        (lambda lines: lines[4].update(columns=[0, -1, -1]), "no whole column"),
        (lambda lines: lines[4].update(columns=[3, -1, -1]), "no whole column"),
        (lambda lines: lines[4].update(columns=[-2, -1, -1]), "no whole column"),
        (lambda lines: lines[4].update(values=[1, 0, 0]), "does not exclude"),
        (lambda lines: lines[4].update(values=[0, 1, 0]), "no leaf with a vector"),
        (lambda lines: lines[4].update(values=[0, 0]), "one entry a node"),
        (lambda lines: lines[4]["leaves"].pop(), "no leaf with a vector"),
        (lambda lines: lines[4]["leaves"].append(lines[4]["leaves"][0]), "not one tree"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [0], [2]]), "does not exclude"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[0, 0, 0], [0], [1]]), "does not exclude"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[0, 0, 0], [], []]), "does not exclude"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [0], [-1]]), "side that its row does not have"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [1], [1]]), "of no row"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [-1], [1]]), "of no row"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, -1, 0], [0], [1]]), "weight >= 0"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0], [0], [1]]), "weight >= 0"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [0, 0], [1, 1]]), "one multiplier a row"),
        (lambda lines: lines[4]["leaves"].__setitem__(0, [[1, 0, 0], [0], [1.0]]), "list of whole numbers"),
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


# ---- pieces that do not go together, whatever trees say: every tree here is one that the checker would be glad of


def one_row(pieces: Sequence[tuple[Sequence[tuple[int, int]], Sequence[bool]]], message: str) -> None:
    """Columns are the objectives themselves, boxed; nothing is dominated by rows, and pieces need only stand in the box."""
    draft = Draft([real("a", 0, 9), real("b", 0, 9)], [{(0,): 1}, {(1,): 1}])
    problem = problem_of(draft)
    plans = [tuple(map(Fraction, x)) for ends, opened in pieces for x, flag in zip(ends, opened, strict=True) if not flag]
    plans = list(dict.fromkeys(plans))
    cells, open_ends = [], []
    for ends, opened in pieces:
        own = [plans.index(tuple(map(Fraction, x))) for x, flag in zip(ends, opened, strict=True) if not flag]
        if len(own) > 1:
            cells.append(tuple(own))
        elif len(ends) > 1:
            limit = ends[list(opened).index(True)]
            open_ends.append((own[0], (float(limit[0]), float(limit[1]))))
    listing = listing_of(problem, plans, Proof("complete", of="cells", cells=tuple(cells), open_ends=tuple(open_ends)))
    header = {**machine_lines()[0], "rows": digest_of(listing.linear), "listed": len(plans), "pieces": len(pieces)}
    lines = [
        {"ends": [list(x) for x in ends], "open": list(opened), "values": [list(x) for x in ends]} for ends, opened in pieces
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
        ([([(1, 5), (3, 3)], [False, True]), ([(4, 2)], [False])], "not met by a plan that is as good in the first"),
        (
            [([(1, 5), (3, 3)], [False, True]), ([(3, 3), (4, 2)], [True, False])],
            "not met by a plan that is as good in the first",
        ),
        ([([(0, 6)], [False]), ([(1, 5), (3, 3)], [True, False])], "not met by a plan that is as good in the second"),
        ([([(0, 5)], [False]), ([(1, 5), (3, 3)], [True, False])], "too few trees"),
        ([([(1, 5), (3, 3)], [False, True]), ([(3, 2)], [False])], "too few trees"),
        ([([(1, 5), (3, 3)], [False, True]), ([(3, 3)], [False])], "too few trees"),
        ([([(1, 5), (3, 3)], [False, False]), ([(3, 3), (4, 1)], [False, False])], "too few trees"),
    ],
)
def test_pieces_must_go_together(pieces: Any, message: str) -> None:
    one_row(pieces, message)


# ---- random mixed models


def random_mixed(seed: int) -> Draft:
    """Whole and real columns, free ones and equalities among them; objectives may repeat or agree."""
    rng = np.random.default_rng([seed, 77])
    domains = [
        *binaries(int(rng.integers(0, 4))),
        *[whole("w", -1, 2)][: int(rng.integers(0, 2))],
        real("u", 0, 2),
        real("v", *((None, None) if rng.random() < 0.2 else (-1, 3))),
    ]
    n = len(domains)
    first = rng.integers(-9, 9, n)
    second = first if rng.random() < 0.05 else rng.integers(-9, 9, n)
    objectives = [{(j,): int(c) for j, c in enumerate(row)} | {(): int(rng.integers(-5, 5))} for row in (first, second)]
    rows: list[Any] = [
        ({(j,): int(c) for j, c in enumerate(row)}, None, int(row.sum() * 0.6) + 1) for row in rng.integers(0, 7, (3, n))
    ]
    if rng.random() < 0.3:
        rows.append(({(n - 2,): 2, (n - 1,): 3, (0,): 1}, 3, 3))
    rows.append(({(n - 1,): 1}, -4, 4))
    return Draft(domains, objectives, rows)


def solved(draft: Draft) -> Listing | None:
    problem = problem_of(draft)
    try:
        found = solve(problem, Options())
    except (InfeasibleError, UnboundedError):
        return None
    if found.proof.status != "complete":
        return None
    n = len(problem.decisions)
    points = [problem.point(x) if full is None else full[:n] for full, x in zip(found.columns, found.x.tolist(), strict=True)]
    return listing_of(problem, points, found.proof)


def lines_in(content: bytes) -> Lines:
    return [json.loads(line) for line in gzip.decompress(content[:-SEAL_SIZE]).splitlines()]


@pytest.mark.parametrize("seed", range(25))
def test_random_mixed_fronts(seed: int) -> None:
    listing = solved(random_mixed(seed))
    if listing is None:
        return
    content, regions = listing_certificate(listing, Budget())
    checked = check_listing(listing, content)
    assert (checked.points, checked.regions) == (len(listing.plans), regions)
    assert sealed(lines_in(content)) == content


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25, 400))
def test_more_random_mixed_fronts(seed: int) -> None:
    test_random_mixed_fronts(seed)


@pytest.mark.parametrize("seed", range(12))
def test_lists_that_lack_something_are_refused(seed: int) -> None:
    """Without a plan, a segment or a half-open one; and with an open end closed, or two plans joined that are of two slices."""
    listing = solved(random_mixed(seed))
    if listing is None:
        return
    content, _ = listing_certificate(listing, Budget())
    count = 0
    for other in lacking(listing):
        count += 1
        with pytest.raises(CertificateError):
            check_listing(other, content)
        with pytest.raises((CertificateError, NotRefutedError)):
            listing_certificate(other, Budget())
    assert count or len(listing.plans) == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_certificate_does_not_serve_a_looser_model(seed: int) -> None:
    """The same lines, said to be of rows that leave more: refused unless the front has stayed the same."""
    draft = random_mixed(seed)
    listing = solved(draft)
    looser = replace(draft, rows=[(terms, low, high + 2) for terms, low, high in draft.rows])
    other = solved(looser)
    if listing is None or other is None:
        return
    claim = replace(listing, linear=other.linear)
    lines = lines_in(listing_certificate(listing, Budget())[0])
    lines[0]["rows"] = digest_of(other.linear)
    same = fronts(claim) == fronts(other)
    try:
        check_listing(claim, sealed(lines))
        assert same
    except CertificateError:
        # a certificate may fail for a front that it would be of
        pass


def fronts(listing: Listing) -> tuple[Any, ...]:
    """A list by the values of what it holds."""
    rows = listing.linear.objectives
    points = [tuple(sum((c * x[j] for j, c in row.terms), Fraction(row.constant)) for row in rows) for x in listing.plans]
    segments = sorted(tuple(sorted(points[i] for i in cell)) for cell in listing.cells)
    return sorted(points), segments, sorted((points[i], limit) for i, limit in listing.open_ends)


def lacking(listing: Listing) -> list[Listing]:
    """Lists that claim something else, and what they claim is wrong."""
    found = []
    k = len(listing.plans)
    for i in range(k if k > 1 else 0):
        kept = [j for j in range(k) if j != i]
        place = {j: n for n, j in enumerate(kept)}
        cells = tuple((place[a], place[b]) for a, b in listing.cells if i not in (a, b))
        ends = tuple((place[a], limit) for a, limit in listing.open_ends if a != i)
        plans, values = tuple(listing.plans[j] for j in kept), tuple(listing.values[j] for j in kept)
        found.append(replace(listing, plans=plans, values=values, cells=cells, open_ends=ends))
    for cell in listing.cells:
        found.append(replace(listing, cells=tuple(c for c in listing.cells if c != cell)))
    for end in listing.open_ends:
        found.append(replace(listing, open_ends=tuple(e for e in listing.open_ends if e != end)))
    joined = {*listing.cells, *(cell[::-1] for cell in listing.cells)}
    for a in range(k):
        # joined by a segment more, what lies between is no plan, or dominated, or listed already
        found += [replace(listing, cells=(*listing.cells, (a, b))) for b in range(a) if (a, b) not in joined]
    return found


@pytest.mark.parametrize("seed", range(8))
def test_every_number_of_a_vector_counts(seed: int) -> None:
    """A vector with one number changed is refused, unless arithmetic of the test's own says that it excludes its part as well."""
    listing = solved(random_mixed(seed))
    if listing is None:
        return
    content, _ = listing_certificate(listing, Budget())
    rng = np.random.default_rng(seed)
    refused = 0
    for _ in range(12):
        lines = lines_in(content)
        trees = [line for line in lines if "leaves" in line]
        tree = trees[int(rng.integers(len(trees)))]
        place = int(rng.integers(len(tree["leaves"])))
        leaf = tree["leaves"][place]
        part = leaf[2] if leaf[2] and rng.random() < 0.7 else leaf[0]
        part[int(rng.integers(len(part)))] += int(rng.choice([-1, 1, 7]))
        still = excludes(listing.linear, tree, place)
        try:
            check_listing(listing, sealed(lines))
            assert still
        except CertificateError:
            assert not still
            refused += 1
    assert refused


def excludes(linear: Linear, tree: Mapping[str, Any], place: int) -> bool:
    """The definition, dense and in fractions."""
    weights, rows, multipliers = tree["leaves"][place]
    lower = [d.lower for d in linear.columns]
    upper = [d.upper for d in linear.columns]
    box = boxes(tree, lower, upper)[place]
    if any(v < 0 for v in weights):
        return False
    total = -sum((v * Fraction(level) for v, (_, level) in zip(weights, tree["below"], strict=True)), Fraction(0))
    prices = [Fraction(0)] * len(lower)
    for v, (of, _) in zip(weights, tree["below"], strict=True):
        for w, row in zip(of, linear.objectives, strict=True):
            total += v * w * row.constant
            for j, c in row.terms:
                prices[j] += v * w * c
    for i, t in zip(rows, multipliers, strict=True):
        row = linear.rows[i]
        side = row.lower if t > 0 else row.upper
        if t and side is None:
            return False
        total += t * ((side or 0) - row.constant) if t else 0
        for j, c in row.terms:
            prices[j] -= t * c
    for price, low, high in zip(prices, *box, strict=True):
        end = low if price > 0 else high
        if price and end is None:
            return False
        total += price * end if price and end is not None else 0
    return total >= 0 if any(weights) else total > 0


def boxes(tree: Mapping[str, Any], lower: list[Any], upper: list[Any]) -> list[tuple[list[Any], list[Any]]]:
    """Of each leaf the box, by walking down from the root."""
    found, waiting = [], [(lower, upper)]
    for j, v in zip(tree["columns"], tree["values"], strict=True):
        low, high = waiting.pop()
        if j < 0:
            found.append((low, high))
            continue
        below, above = list(high), list(low)
        below[j], above[j] = Fraction(v), Fraction(v + 1)
        waiting += [(above, high), (low, below)]
    return found


# ---- three and more objectives


def random_program(seed: int) -> Draft:
    """Real columns and three or four objectives, some of them repeated, negated or constant."""
    rng = np.random.default_rng([seed, 3])
    n, m = int(rng.integers(2, 5)), int(rng.integers(3, 5))
    costs = [rng.integers(-6, 7, n) for _ in range(m)]
    if rng.random() < 0.4:
        costs[-1] = [2 * costs[0], -costs[0], 0 * costs[0], costs[0] + costs[1]][int(rng.integers(4))]
    objectives = [{(j,): int(c) for j, c in enumerate(row) if c} | {(): int(rng.integers(-3, 4))} for row in costs]
    rows = [({(j,): int(c) for j, c in enumerate(row)}, None, int(row.sum()) + 1) for row in rng.integers(0, 6, (2, n))]
    return Draft([real(f"x{j}", 0, 3) for j in range(n)], objectives, rows)


@pytest.mark.parametrize("seed", range(20))
def test_random_programs_of_several_objectives(seed: int) -> None:
    listing = solved(random_program(seed))
    assert listing is not None
    content, regions = listing_certificate(listing, Budget())
    checked = check_listing(listing, content)
    assert (checked.points, checked.regions, checked.leaves) == (len(listing.plans), regions, regions)
    lines = lines_in(content)
    for place, line in enumerate(lines):
        # a tree or a plan less
        fewer = lines[:place] + lines[place + 1 :]
        header = {**fewer[0], "pieces": fewer[0]["pieces"] - int("ends" in line)} if place else fewer[0]
        with pytest.raises(CertificateError):
            check_listing(listing, sealed([header, *fewer[1:]]))
    for other in less_of(listing):
        with pytest.raises(CertificateError):
            check_listing(other, content)
        with pytest.raises((CertificateError, NotRefutedError)):
            listing_certificate(other, Budget())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 300))
def test_more_random_programs_of_several_objectives(seed: int) -> None:
    test_random_programs_of_several_objectives(seed)


def less_of(listing: Listing) -> list[Listing]:
    """Lists without a plan, a face, or a vertex of a face; with a face too many."""
    found = []
    k = len(listing.plans)
    for i in range(k if k > 1 else 0):
        kept = [j for j in range(k) if j != i]
        cells = tuple(cell for cell in (tuple(kept.index(j) for j in c if j != i) for c in listing.cells) if len(cell) > 1)
        plans, values = tuple(listing.plans[j] for j in kept), tuple(listing.values[j] for j in kept)
        found.append(replace(listing, plans=plans, values=values, cells=cells))
    for cell in listing.cells:
        others = tuple(c for c in listing.cells if c != cell)
        found += [
            replace(listing, cells=others),
            replace(listing, cells=(*others, cell[:-1])),
            replace(listing, cells=(*others, *2 * [cell])),
        ]
    if k > 1 and (0, k - 1) not in listing.cells:
        found.append(replace(listing, cells=(*listing.cells, (0, k - 1))))
    return found


def test_efficient_faces_by_hand() -> None:
    """The corner x + y + z >= 1 of a cube is one triangle; an edge in which the third objective stands still is a segment."""
    triangle = Draft(
        [real(name, 0, 1) for name in "xyz"], [{(j,): 1} for j in range(3)], [({(0,): 1, (1,): 1, (2,): 1}, 1, None)]
    )
    listing = solved(triangle)
    assert listing is not None
    assert sorted(map(sorted, listing.faces)) == [[0, 1, 2]]
    lines = lines_in(listing_certificate(listing, Budget())[0])
    assert [line["below"] for line in lines[4:]] == [[[[0, 0, 1], 0]], [[[0, 1, 0], 0]], [[[1, 0, 0], 0]], [[[1, 1, 1], 1]]]
    still = Draft([real("x", 0, 1), real("y", 0, 1)], [{(0,): 1}, {(0,): -1, (): 1}, {(1,): 1}])
    listing = solved(still)
    assert listing is not None
    assert sorted(map(sorted, listing.faces)) == [[0, 1]]
    assert check_listing(listing, listing_certificate(listing, Budget())[0]).segments == 1


# ---- who can be certified, and what the checker needs


def test_one_plan_of_three_objectives() -> None:
    """Best in everything: nothing is better in any objective."""
    draft = Draft([*binaries(2), real("u", 0, 1)], [{(0,): 1, (2,): 1}, {(1,): 2}, {(2,): 3, (): 4}])
    listing = solved(draft)
    assert listing is not None
    content, regions = listing_certificate(listing, Budget())
    assert (len(listing.plans), regions) == (1, 3)
    assert check_listing(listing, content).segments == 0


def test_a_single_objective() -> None:
    draft = Draft([*binaries(2), real("u", 0, 1)], [{(0,): 1, (1,): 3, (2,): -5}], [({(0,): 2, (1,): 4, (2,): -3}, 0, None)])
    listing = solved(draft)
    assert listing is not None
    assert check_listing(listing, listing_certificate(listing, Budget())[0]).regions == 1


def test_what_is_not_certified_says_why() -> None:
    problem = problem_of(machine())
    assert unlistable(problem, 2) is None
    assert "not linear" in str(unlistable(problem_of(replace(machine(), linear=False)), 2))
    three = problem_of(Draft([*binaries(1), real("v", 0, 1)], [{(0,): 1}, {(1,): 1}, {(0,): -1, (1,): -1}]))
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
        ([zero, one], Proof("complete", cells=((0, 1),), open_ends=((0, (0.0, 0.0, 0.0)),)), "of two objectives"),
        ([zero, one], Proof("complete", open_ends=((2, (0.0, 0.0, 0.0)),)), "ends that are not listed"),
    ):
        with pytest.raises(CertificateError, match=message):
            listing_of(triangle, plans, proof)
    with pytest.raises(CertificateError, match="or more than two"):
        listing_of(problem_of(machine()), machine_listing().plans, Proof("complete", cells=((0, 1, 1),)))


def test_a_search_that_ends_early_says_so() -> None:
    with pytest.raises(NotRefutedError, match="time limit"):
        listing_certificate(machine_listing(), Budget(0.0))


def test_a_missing_plan_is_found() -> None:
    listing = machine_listing()
    with pytest.raises(MissingPlanError):
        listing_certificate(replace(listing, plans=listing.plans[:1], values=listing.values[:1], open_ends=()), Budget())


def test_checking_loads_no_solver() -> None:
    code = (
        "import sys, optimiser.certificate, optimiser.certificate.continuous as s;"
        "print(sorted(m for m in sys.modules if m.startswith('optimiser.solvers') or m in ('highspy', 'scipy', 'numba')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"
