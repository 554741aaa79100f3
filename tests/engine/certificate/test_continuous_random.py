"""Certificates of the continuous fronts of random models: written, checked, and refused for
everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Budget
from optimiser.engine.certificate import CertificateError
from optimiser.engine.certificate.continuous import Listing, check_listing
from optimiser.engine.certificate.sealing import sealed
from optimiser.engine.certificate.system import digest_of
from optimiser.engine.exact.refuting import NotRefutedError
from optimiser.engine.problem import Linear
from optimiser.engine.proofs import listing_certificate
from tests.engine.certificate.continuous_models import lines_in, solved
from tests.engine.models import Draft, binaries, real, whole
from tests.searches import seeds

# ---- two objectives, whole and real columns


def random_mixed(seed: int) -> Draft:
    """Whole and real columns, free ones and equalities among them; objectives may repeat or
    agree.
    """
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
    objectives = [
        {(j,): int(c) for j, c in enumerate(row)} | {(): int(rng.integers(-5, 5))}
        for row in (first, second)
    ]
    rows: list[Any] = [
        ({(j,): int(c) for j, c in enumerate(row)}, None, int(row.sum() * 0.6) + 1)
        for row in rng.integers(0, 7, (3, n))
    ]
    if rng.random() < 0.3:
        rows.append(({(n - 2,): 2, (n - 1,): 3, (0,): 1}, 3, 3))
    rows.append(({(n - 1,): 1}, -4, 4))
    return Draft(domains, objectives, rows)


@pytest.mark.parametrize("seed", seeds(25, here=8))
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
    """Without a plan, a segment or a half-open one; and with an open end closed, or two plans
    joined that are of two slices.
    """
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
    """The same lines, said to be of rows that leave more: refused unless the front has stayed the
    same.
    """
    draft = random_mixed(seed)
    listing = solved(draft)
    looser = replace(
        draft,
        rows=[(terms, low, None if high is None else high + 2) for terms, low, high in draft.rows],
    )
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
    points = [
        tuple(sum((c * x[j] for j, c in row.terms), Fraction(row.constant)) for row in rows)
        for x in listing.plans
    ]
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
        plans, values = (
            tuple(listing.plans[j] for j in kept),
            tuple(listing.values[j] for j in kept),
        )
        found.append(replace(listing, plans=plans, values=values, cells=cells, open_ends=ends))
    for cell in listing.cells:
        found.append(replace(listing, cells=tuple(c for c in listing.cells if c != cell)))
    for end in listing.open_ends:
        found.append(replace(listing, open_ends=tuple(e for e in listing.open_ends if e != end)))
    joined = {*listing.cells, *(cell[::-1] for cell in listing.cells)}
    for a in range(k):
        # joined by a segment more, what lies between is no plan, or dominated, or listed already
        found += [
            replace(listing, cells=(*listing.cells, (a, b)))
            for b in range(a)
            if (a, b) not in joined
        ]
    return found


@pytest.mark.parametrize("seed", range(8))
def test_every_number_of_a_vector_counts(seed: int) -> None:
    """A vector with one number changed is refused, unless arithmetic of the test's own says that it
    excludes its part as well.
    """
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
    total = -sum(
        (v * Fraction(level) for v, (_, level) in zip(weights, tree["below"], strict=True)),
        Fraction(0),
    )
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


def boxes(
    tree: Mapping[str, Any], lower: list[Any], upper: list[Any]
) -> list[tuple[list[Any], list[Any]]]:
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
        costs[-1] = [2 * costs[0], -costs[0], 0 * costs[0], costs[0] + costs[1]][
            int(rng.integers(4))
        ]
    objectives = [
        {(j,): int(c) for j, c in enumerate(row) if c} | {(): int(rng.integers(-3, 4))}
        for row in costs
    ]
    rows = [
        ({(j,): int(c) for j, c in enumerate(row)}, None, int(row.sum()) + 1)
        for row in rng.integers(0, 6, (2, n))
    ]
    return Draft([real(f"x{j}", 0, 3) for j in range(n)], objectives, rows)


@pytest.mark.parametrize("seed", seeds(20, here=8))
def test_random_programs_of_several_objectives(seed: int) -> None:
    listing = solved(random_program(seed))
    assert listing is not None
    content, regions = listing_certificate(listing, Budget())
    checked = check_listing(listing, content)
    assert (checked.points, checked.regions, checked.leaves) == (
        len(listing.plans),
        regions,
        regions,
    )
    lines = lines_in(content)
    for place, line in enumerate(lines):
        # a tree or a plan less
        fewer = lines[:place] + lines[place + 1 :]
        header = (
            {**fewer[0], "pieces": fewer[0]["pieces"] - int("ends" in line)} if place else fewer[0]
        )
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
        cells = tuple(
            cell
            for cell in (tuple(kept.index(j) for j in c if j != i) for c in listing.cells)
            if len(cell) > 1
        )
        plans, values = (
            tuple(listing.plans[j] for j in kept),
            tuple(listing.values[j] for j in kept),
        )
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
    """The corner x + y + z >= 1 of a cube is one triangle; an edge in which the third objective
    stands still is a segment.
    """
    triangle = Draft(
        [real(name, 0, 1) for name in "xyz"],
        [{(j,): 1} for j in range(3)],
        [({(0,): 1, (1,): 1, (2,): 1}, 1, None)],
    )
    listing = solved(triangle)
    assert listing is not None
    assert sorted(map(sorted, listing.faces)) == [[0, 1, 2]]
    lines = lines_in(listing_certificate(listing, Budget())[0])
    assert [line["below"] for line in lines[4:]] == [
        [[[0, 0, 1], 0]],
        [[[0, 1, 0], 0]],
        [[[1, 0, 0], 0]],
        [[[1, 1, 1], 1]],
    ]
    still = Draft([real("x", 0, 1), real("y", 0, 1)], [{(0,): 1}, {(0,): -1, (): 1}, {(1,): 1}])
    listing = solved(still)
    assert listing is not None
    assert sorted(map(sorted, listing.faces)) == [[0, 1]]
    assert check_listing(listing, listing_certificate(listing, Budget())[0]).segments == 1
