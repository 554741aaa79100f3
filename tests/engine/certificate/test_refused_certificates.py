"""Certificates that do not hold, were forged or belong to something else are refused."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine.certificate import (
    UNBOUNDED,
    CertificateError,
    Refutation,
    certificate_bytes,
    check,
    check_points,
    claim_of,
    local_upper_bounds,
)
from optimiser.engine.certificate.sealing import SEAL_SIZE, opened, seal
from optimiser.engine.problem import Problem
from optimiser.errors import GateError
from tests.engine.certificate.reference import in_rows, refutations, solved
from tests.engine.models import (
    Draft,
    binaries,
    random_draft,
)
from tests.searches import examples, seeds


def test_it_belongs_to_a_scenario(small: tuple[Problem, np.ndarray, bytes]) -> None:
    problem, x, content = small
    with pytest.raises(CertificateError, match="another scenario"):
        check(problem, x, content, scenario_hash="other")


def test_it_is_a_gate() -> None:
    assert issubclass(CertificateError, GateError)


@given(st.data())
@settings(max_examples=examples(300), deadline=None)
def test_one_byte_changed_is_refused(
    small: tuple[Problem, np.ndarray, bytes], data: st.DataObject
) -> None:
    problem, x, content = small
    place = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CertificateError):
        check(problem, x, bytes(changed))


@pytest.mark.parametrize(
    "change",
    [lambda c: c[:-1], lambda c: c + b"\n", lambda c: b"", lambda c: c[:50], lambda c: c + c],
)
def test_a_byte_more_or_less_is_refused(
    small: tuple[Problem, np.ndarray, bytes], change: Callable[[bytes], bytes]
) -> None:
    problem, x, content = small
    with pytest.raises(CertificateError):
        check(problem, x, change(content))


def test_one_refutation_many_times_is_refused(small: tuple[Problem, np.ndarray, bytes]) -> None:
    """Megabytes of repetition are a small file, and took as long as all of them."""
    problem, x, _ = small
    claim = claim_of(problem, x)
    trees = list(refutations(claim))
    assert check(problem, x, certificate_bytes(claim, trees + trees[:1])).points == len(x)
    with pytest.raises(CertificateError, match="more than twice the boxes"):
        check(problem, x, certificate_bytes(claim, trees + trees[:1] * 10_000))


def test_useless_vectors_a_million_times_are_refused(
    small: tuple[Problem, np.ndarray, bytes],
) -> None:
    """Fifteen kilobytes held twenty-four million vectors, and took 43 s."""
    problem, x, content = small
    header, *trees = lines_of(content)
    tree = trees[0]
    tree["counts"][0] += 1_000_000
    for key in ("sizes", "rows", "multipliers"):
        fill = tree[key][:1]
        tree[key] = fill * 1_000_000 + tree[key]
    with pytest.raises(CertificateError, match="it unpacks to over"):
        check(problem, x, resealed([header, *[tree] * 8, *trees[1:]]))


@pytest.mark.parametrize("seed", seeds(12, here=3))
def test_a_point_removed_is_refused(seed: int) -> None:
    """Not only by the digest: the same trees written for the shorter list leave a bound open,
    whichever point is missing.
    """
    problem, x = solved(random_draft(seed, n=5, m=2 + seed % 3))
    claim = claim_of(problem, x)
    trees = list(refutations(claim))
    content = certificate_bytes(claim, trees)
    for missing in range(len(x)):
        fewer = np.delete(x, missing, axis=0)
        with pytest.raises(CertificateError, match="another list of points"):
            check(problem, fewer, content)
        with pytest.raises(CertificateError, match="may be missing"):
            check(problem, fewer, certificate_bytes(claim_of(problem, fewer), trees))
        with pytest.raises(ValueError, match="a plan lies in the box"):
            list(refutations(claim_of(problem, fewer)))


@pytest.mark.parametrize("step", [-1, 1])
def test_a_point_moved_by_one_unit_is_refused(
    small: tuple[Problem, np.ndarray, bytes], step: int
) -> None:
    problem, x, content = small
    claim = claim_of(problem, x)
    trees = list(refutations(claim))
    for row in range(len(x)):
        for k in range(claim.system.m):
            points = claim.points.copy()
            points[row, k] += step
            moved = replace(claim, points=points)
            with pytest.raises(CertificateError, match="another list of points"):
                check_points(moved, content)
            if step > 0:
                with pytest.raises(CertificateError, match="may be missing"):
                    check_points(moved, certificate_bytes(moved, trees))


def test_a_plan_that_is_infeasible_or_dominated_is_refused() -> None:
    draft = Draft(binaries(2), [{(0,): 1, (1,): -1}, {(0,): 1}], [({(0,): 1, (1,): 1}, None, 1)])
    problem = in_rows(draft)
    with pytest.raises(CertificateError, match="plan 2 of the list is infeasible"):
        claim_of(problem, np.array([[0.0, 1.0], [1.0, 1.0]]))
    with pytest.raises(CertificateError, match="plan 2 of the list is equalled or dominated"):
        claim_of(problem, np.array([[0.0, 1.0], [1.0, 0.0]]))


def test_another_model_is_refused(small: tuple[Problem, np.ndarray, bytes]) -> None:
    """One row's side by one unit: the digest differs, and so does every number."""
    problem, x, content = small
    linear = problem.linear
    assert linear
    rows = (replace(linear.rows[-1], upper=(linear.rows[-1].upper or 0) + 10**6), *linear.rows[:-1])
    with pytest.raises(CertificateError, match="other rows"):
        check(replace(problem, linear=replace(linear, rows=rows)), x, content)


def lines_of(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(content[:-SEAL_SIZE]).splitlines()]


def resealed(lines: list[Any]) -> bytes:
    """Someone who knows the format and writes a new checksum."""
    body = gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode(), mtime=0)
    return body + seal(body)


def forge(key: str, place: int, value: Any) -> Callable[[list[Any]], None]:
    def change(lines: list[Any]) -> None:
        lines[1][key][place] = value

    return change


def cut(key: str) -> Callable[[list[Any]], None]:
    def change(lines: list[Any]) -> None:
        lines[1][key].pop()

    return change


def doubled(lines: list[Any]) -> None:
    lines[1]["columns"] *= 2
    lines[1]["values"] *= 2
    lines[1]["counts"] *= 2


FORGERIES: list[tuple[Callable[[list[Any]], Any], str]] = [
    (lambda lines: lines.pop(1), "may be missing"),
    (lambda lines: lines.pop(0), "is no certificate"),
    (lambda lines: lines.__delitem__(slice(None)), "is no certificate"),
    (lambda lines: lines[0].update(version=2), "another version"),
    (lambda lines: lines[0].update(version=True), "another version"),
    (lambda lines: lines[0].update(more=1), "holds something else"),
    (lambda lines: lines.append([1]), "is no object"),
    (lambda lines: lines[1].pop("sizes"), "expected boxes"),
    (lambda lines: lines[1].update(note="x"), "expected boxes"),
    (lambda lines: lines[1].update(boxes=[[1, 2]]), "lists of 3 bounds"),
    (lambda lines: lines[1].update(boxes=[]), "lists of 3 bounds"),
    (forge("multipliers", 0, 1.5), "whole numbers"),
    (forge("multipliers", 0, 10**30), "whole numbers"),
    (forge("multipliers", 0, "1"), "whole numbers"),
    (forge("multipliers", 0, None), "whole numbers"),
    (forge("rows", 0, 10**6), "of no row"),
    (forge("rows", 0, -1), "of no row"),
    (forge("columns", 0, 10**6), "no whole column"),
    (forge("columns", 0, -2), "no whole column"),
    (forge("counts", 0, 7), "not as many as counted"),
    (forge("counts", 0, -1), "not as many as counted"),
    (forge("sizes", 0, 0), "not as many as counted"),
    (forge("values", -1, 3), "a leaf has a value"),
    (cut("columns"), "one entry a node"),
    (cut("sizes"), "not as many as counted"),
    (cut("multipliers"), "not as many as counted"),
    (doubled, "not one tree"),
]


@pytest.mark.parametrize(("change", "words"), FORGERIES)
def test_a_forgery_is_refused(
    small: tuple[Problem, np.ndarray, bytes], change: Callable[[list[Any]], Any], words: str
) -> None:
    problem, x, content = small
    lines = lines_of(content)
    change(lines)
    with pytest.raises(CertificateError, match=words):
        check(problem, x, resealed(lines))


@given(st.data())
@settings(max_examples=examples(300), deadline=None)
def test_a_forged_number_never_closes_what_is_open(
    small: tuple[Problem, np.ndarray, bytes], trees: list[Refutation], data: st.DataObject
) -> None:
    """A list with a point missing: whatever one writes into the trees, no certificate of it is
    believed.
    """
    problem, x, _ = small
    fewer = np.delete(x, data.draw(st.integers(0, len(x) - 1)), axis=0)
    open_claim = claim_of(problem, fewer)
    lines = lines_of(certificate_bytes(open_claim, trees))
    bounds = local_upper_bounds(open_claim.points).tolist()
    place = data.draw(st.integers(1, len(lines) - 1))
    boxes = [[None if u >= UNBOUNDED else u for u in bound] for bound in bounds]
    lines[place]["boxes"] = boxes
    for _ in range(data.draw(st.integers(0, 3))):
        key = data.draw(
            st.sampled_from(["multipliers", "rows", "values", "columns", "sizes", "counts"])
        )
        if lines[place][key]:
            at = data.draw(st.integers(0, len(lines[place][key]) - 1))
            lines[place][key][at] = data.draw(
                st.integers(-5, 40) | st.integers(-(2**63), 2**63 - 1)
            )
    with pytest.raises(CertificateError):
        check(problem, fewer, resealed(lines))


def test_a_branching_must_divide_its_box(small: tuple[Problem, np.ndarray, bytes]) -> None:
    problem, x, content = small
    lines = lines_of(content)
    number = next(i for i, line in enumerate(lines[1:], 1) if line["columns"][0] >= 0)
    lines[number]["values"][0] = 1
    with pytest.raises(CertificateError, match="outside its column's box"):
        check(problem, x, resealed(lines))


def test_a_line_of_hundreds_of_megabytes_in_a_small_file_is_refused() -> None:
    """0.4 MB of spaces, packed, took a gigabyte to be read as JSON."""
    content = gzip.compress(b'{"format":1}\n' + b" " * (40 << 20) + b"\n")
    lines = opened(content + seal(content))
    assert next(lines) == {"format": 1}
    tracemalloc.start()
    with pytest.raises(CertificateError, match="a line of over 33,554,432 bytes"):
        next(lines)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 100 << 20
