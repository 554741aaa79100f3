"""Models of technologies of which several are alike."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from tests.engine.models import Draft, binaries, whole

__all__ = ["alike"]

Terms = dict[Any, int]


def alike(seed: int) -> Draft:
    """Up to three kinds of one to four technologies each: yes or no, starts, levels, starts as what
    has begun, or amounts; prerequisites, groups, synergies and exclusions between them, which
    mostly keep them alike; columns in any order, many ties.
    """
    r = np.random.default_rng(seed)
    kinds = [_Kind(r) for _ in range(int(r.integers(1, 4)))]
    n, blocks = 0, []
    for kind in kinds:
        ends = range(n, n + kind.size * kind.copies + 1, kind.size)
        blocks.append([range(*pair) for pair in pairwise(ends)])
        n = ends[-1]
    domains = [
        whole(f"w{j}", 0, 2) if kind.form == "amount" else binaries(1)[0]
        for kind, some in zip(kinds, blocks, strict=True)
        for j in range(len(some) * kind.size)
    ]
    rows: list[Any] = []
    for kind, some in zip(kinds, blocks, strict=True):
        for block in some:
            rows += kind.rows(block)
    top = int(r.choice([1, 3, 40]))
    objectives = [_repeated(kinds, blocks, r, -top, top) for _ in range(int(r.integers(2, 5)))]
    for _ in range(int(r.integers(0, 3))):
        terms = _repeated(kinds, blocks, r, 0, 9)
        rows.append((terms, None, sum(terms.values()) // int(r.integers(2, 4))))
    for _ in range(int(r.integers(0, 4))):
        _bind(r, kinds, blocks, rows, objectives)
    if r.random() < 0.3:
        terms = objectives[0]
        terms[(int(r.integers(0, n)),)] = int(r.integers(-top, top + 1))
    return _shuffled(r, Draft(domains, objectives, rows))


class _Kind:
    def __init__(self, r: np.random.Generator, /) -> None:
        forms = ["yes or no", "levels", "begun", "amount"]
        self.form = str(r.choice(forms, p=[0.4, 0.2, 0.25, 0.15]))
        self.size = 1 if self.form in {"yes or no", "amount"} else int(r.integers(2, 4))
        self.copies = int(r.integers(1, max(2, 5 - self.size)))
        self.closed = r.random() < 0.2

    def rows(self, block: range, /) -> list[Any]:
        if self.form == "begun":
            return [({(a,): 1, (a + 1,): -1}, None, 0) for a in block[:-1]]
        if self.form == "levels":
            return [({(a,): 1 for a in block}, 1 if self.closed else None, 1)]
        return []


def _repeated(kinds: Any, blocks: Any, r: np.random.Generator, low: int, high: int) -> Terms:
    terms: Terms = {}
    for kind, some in zip(kinds, blocks, strict=True):
        numbers = r.integers(low, high + 1, kind.size).tolist()
        for block in some:
            terms |= {(a,): c for a, c in zip(block, numbers, strict=True)}
    return terms


def _bind(r: np.random.Generator, kinds: Any, blocks: Any, rows: Any, objectives: Any) -> None:
    """Something that ties two kinds, or the technologies of one."""
    what = int(r.integers(0, 5))
    one, other = blocks[int(r.integers(0, len(blocks)))], blocks[int(r.integers(0, len(blocks)))]
    pairs = [(a[-1], b[-1]) for a, b in zip(one, other, strict=False) if a is not b]
    hub = [(a[-1], other[0][-1]) for a in one if a is not other[0]]
    pairs = hub if r.random() < 0.5 else pairs
    if what == 0:
        rows += [({(a,): 1, (b,): -1}, None, 0) for a, b in pairs]
    elif what == 1:
        rows += [({(a,): 1, (b,): 1}, None, int(r.integers(1, 3))) for a, b in pairs]
    elif what == 2:
        rows.append(({(a[0],): 1 for a in one}, int(r.integers(0, 2)), int(r.integers(1, 3))))
    else:
        worth, k = int(r.integers(-9, 10)), int(r.integers(0, len(objectives)))
        amounts = {
            a
            for kind, some in zip(kinds, blocks, strict=True)
            for block in some
            for a in block
            if kind.form == "amount"
        }
        if what == 4:
            pairs = [(a[-1], b[-1]) for a, b in combinations(one, 2)]
        for pair in pairs:
            if not amounts & {*pair}:
                objectives[k][tuple(sorted(pair))] = worth


def _shuffled(r: np.random.Generator, draft: Draft) -> Draft:
    """The same with its columns in another order."""
    place = r.permutation(len(draft.domains)).tolist()

    def moved(terms: Mapping[Any, int]) -> Terms:
        return {tuple(sorted(place[j] for j in key)): c for key, c in terms.items()}

    domains = [draft.domains[place.index(j)] for j in range(len(place))]
    rows = [(moved(terms), low, high) for terms, low, high in draft.rows]
    return Draft(domains, [moved(terms) for terms in draft.objectives], rows)
