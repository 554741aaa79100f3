"""Certificates of finite fronts whose whole numbers have any width, compounding effects among them:
written, checked, and refused once a plan is taken out of the list or another is put into it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimiser.engine import Options, certify, check_certificate, compiled, registry, run
from optimiser.engine.certificate import uncertifiable
from optimiser.engine.certificate.continuous import Tree, Vector, listing_bytes, listing_of
from optimiser.engine.certificate.continuous.open_regions import regions_of
from optimiser.engine.certificate.continuous.reader import lines_of
from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.refuted_boxes import LEAF
from optimiser.engine.certificate.sealing import opened, sealed
from optimiser.engine.linear import region_trees
from optimiser.engine.linear.proposed_trees import ProposedTree, ProposedTrees
from optimiser.engine.problem import Point, Problem
from optimiser.errors import InfeasibleError, ScenarioError
from optimiser.formulate import log_order
from tests.engine.certificate.reference import in_rows
from tests.engine.exact.test_wide_front import widened
from tests.engine.models import domain_values, problem_of, random_draft
from tests.formulate.test_compounds import (
    every_product_by_its_logarithm,
    portfolio,
    problem_in,
    random_scenario,
)

ONE = Options(workers=1)


def certified(problem: Problem) -> str:
    """Writes a certificate, checks it, and that it is one of nothing less and nothing more; what
    was written.
    """
    try:
        solution = run(registry()["exact"], "test", problem, ONE)
    except InfeasibleError:
        return ""
    plans = [problem.point(x) for x in solution.x.tolist()]
    written = certify(problem, plans, solution.proof)
    assert written.content is not None, written.note
    check_certificate(problem, plans, solution.proof, written.content)
    if len(plans) > 1:
        for listed in (plans[1:], plans[:-1]):
            with pytest.raises(CertificateError):
                check_certificate(problem, listed, solution.proof, written.content)
            with pytest.raises(CertificateError):
                certify(problem, listed, solution.proof)
    if (more := dominated(problem, solution.x)) is not None:
        with pytest.raises(CertificateError):
            certify(problem, [*plans, more], solution.proof)
    return written.note


def dominated(problem: Problem, listed: np.ndarray) -> Point | None:
    """A plan that holds and is not listed."""
    x = np.array(list(product(*map(domain_values, problem.decisions))))
    assert problem.exact is not None
    known = {tuple(row) for row in listed.tolist()}
    rest = [row for row in x[problem.exact(x)[1]].tolist() if tuple(row) not in known]
    return problem.point(rest[len(rest) // 2]) if rest else None


def test_wide_numbers_of_any_number_of_objectives() -> None:
    notes = []
    for seed in range(12):
        draft = random_draft(seed, n=6, m=1 + seed % 4, spread=(3, 12)[seed % 2])
        problem = problem_of(widened(draft, seed, 10 ** (17, 20, 40)[seed % 3]))
        if problem.linear and uncertifiable(problem) is not None:
            notes.append(certified(problem))
    assert sum("region" in note for note in notes) > 5


def compounds(seeds: range, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Problem]:
    """Random models with logarithms as wide as their proof by size needs them."""
    every_product_by_its_logarithm(patch)
    patch.setattr(log_order, "_MOST_VECTORS", 0)
    for seed in seeds:
        try:
            problem = problem_in(random_scenario(seed), folder)
        except ScenarioError:
            continue
        if problem.linear and any(problem.linear.linked) and problem.linear.resolution is None:
            yield problem


def test_compounds_whose_logarithms_are_wide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = [certified(problem) for problem in compounds(range(200, 240), tmp_path, monkeypatch)]
    assert sum("region" in note for note in notes) > 3
    problem = problem_in(portfolio(7, 2, digits=15, compounds=2), tmp_path)
    assert uncertifiable(problem) is not None
    assert "region" in certified(problem)


def test_a_leaf_without_reason_is_refused() -> None:
    problem = problem_of(widened(random_draft(3, n=6, m=3), 3, 10**20))
    solution = run(registry()["exact"], "test", problem, ONE)
    plans = [problem.point(x) for x in solution.x.tolist()]
    written = certify(problem, plans, solution.proof)
    assert written.content is not None
    listing = listing_of(problem, plans, solution.proof)
    pieces, trees = lines_of(listing, written.content)
    kept = [tree for _, _, tree in trees]
    regions = regions_of(listing, pieces)
    nothing = Tree((LEAF,), (0,), (Vector((0,) * len(regions[0]), {}),))
    forged = [nothing, *kept[1:]]
    content = listing_bytes(listing, pieces, zip(regions, forged, strict=True))
    with pytest.raises(CertificateError):
        check_certificate(problem, plans, solution.proof, content)


def looks(problem: Problem, patch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Nodes of a problem's certificate that the exact search looked at, and all nodes."""
    seen = [0, 0]
    look, run_ = region_trees._Search._look, region_trees._Search.run

    def looking(self: Any, *given: Any) -> Any:
        seen[0] += 1
        return look(self, *given)

    def running(self: Any, *given: Any) -> Any:
        tree = run_(self, *given)
        seen[1] += len(tree.columns)
        return tree

    with patch.context() as counting:
        counting.setattr(region_trees._Search, "_look", looking)
        counting.setattr(region_trees._Search, "run", running)
        solution = run(registry()["exact"], "test", problem, ONE)
        plans = [problem.point(x) for x in solution.x.tolist()]
        written = certify(problem, plans, solution.proof)
    assert written.content is not None
    check_certificate(problem, plans, solution.proof, written.content)
    return seen[0], seen[1]


@pytest.mark.skipif(not compiled(), reason="trees are proposed by the compiled search")
def test_trees_are_proposed_and_confirmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is proposed, the certificate holds; what is proposed well costs no exact search."""
    every_product_by_its_logarithm(monkeypatch)
    monkeypatch.setattr(log_order, "_MOST_VECTORS", 0)
    problem = problem_in(portfolio(14, 1, digits=2), tmp_path)
    assert uncertifiable(problem) is not None
    own, nodes = looks(problem, monkeypatch)
    assert own * 20 < nodes
    with monkeypatch.context() as patch:
        patch.setattr(region_trees, "proposed_trees", lambda linear: None)
        alone, every = looks(problem, monkeypatch)
        assert alone == every > 100

    def worse(tree: ProposedTree | None) -> ProposedTree | None:
        return None if tree is None else replace(tree, vectors=[{} for _ in tree.vectors])

    propose = ProposedTrees.tree
    monkeypatch.setattr(ProposedTrees, "tree", lambda self, region: worse(propose(self, region)))
    doubted, every = looks(problem, monkeypatch)
    assert nodes // 3 < doubted <= every


def test_what_shrinks_by_hundreds_is_read_again() -> None:
    """Numbers of hundreds of digits, a few of them again and again."""
    lines = [{"leaves": [10**160 + i % 3 for i in range(20_000)]} for _ in range(12)]
    content = sealed(lines)
    assert list(opened(content)) == lines
    assert len(content) < sum(len(json.dumps(line)) for line in lines) // 2


@pytest.mark.slow
def test_many_random_models(tmp_path: Path) -> None:
    for seed in range(3000, 3200):
        draft = random_draft(seed, n=6, m=1 + seed % 5, spread=(2, 5, 12)[seed % 3])
        certified(in_rows(widened(draft, seed, 10 ** (9, 17, 20, 40)[seed % 4])))
    with pytest.MonkeyPatch.context() as patch:
        for problem in compounds(range(3000, 3200), tmp_path, patch):
            certified(problem)
