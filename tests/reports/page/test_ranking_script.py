"""The page ranks as the program does: the same scores to the last bit, ranks and orders."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.errors import UsageError
from optimiser.front import Column, Front, Proof, Provenance
from optimiser.ranking import Yardstick, methods, rank
from optimiser.reports.page.assembling import ASSETS
from optimiser.results.exact_values import ended
from optimiser.scenario import load
from optimiser.study import rank_again, solve
from tests.reports.page.engine import called, front_of
from tests.reports.page.made import made
from tests.searches import examples

PREFERENCES = ("usual", "v_shape:0.3", "linear:0.05:0.2")


def front(rng: np.random.Generator, k: int, m: int) -> Front:
    """Random plans, some with ties, an objective that is the same in all, and any magnitude."""
    y = rng.normal(size=(k, m)) * 10.0 ** rng.integers(-9, 10, size=m)
    kind = rng.integers(6)
    if kind == 1:
        y = np.round(rng.random((k, m)) * 8) / 10
    elif kind == 2:
        y[:, 0] = 3.3
    elif kind == 3:  # apart by rounding only
        y = np.round(rng.random((k, m)) * 4) / 10
        y *= 1 + 1e-15 * rng.integers(-3, 4, size=(k, m))
    elif kind == 4:  # large beside their range
        y = np.round(rng.random((k, m)) * 80) / 10 - 10.0 ** rng.integers(4, 12, size=m)
    targets = [float(rng.choice(y[:, j])) if rng.random() < 0.6 else None for j in range(m)]
    far = bool(rng.random() < 0.25)  # ranges of their own, far from the values
    columns = tuple(
        Column(
            f"o{j}",
            sense=(sense := ("maximise", "minimise")[rng.integers(2)]),
            target=targets[j],
            range=((0.0, 1e-3) if sense == "maximise" else (1e-3, 0.0)) if far else None,
        )
        for j in range(m)
    )
    ids = tuple(f"p{number:012x}" for number in rng.permutation(k).tolist())
    nothing = np.zeros((k, 0))
    source = Provenance("none", "none", 0)
    cells = ((),) * k
    plain = Front(columns, y, nothing, (), nothing, (), cells, ids, Proof("approximate"), source)
    return plain if far or rng.random() < 0.6 else hidden(rng, plain)


def hidden(rng: np.random.Generator, plain: Front) -> Front:
    """The same with values that floats do not tell apart in the first objective, and in half of
    all beside others.
    """
    base = Fraction(10**9)
    wide = rng.random() < 0.5
    exact = []
    for _ in plain.ids:
        far = wide and rng.random() < 0.3
        whole = int(rng.integers(0, 9))
        exact.append(Fraction(whole) if far else base + Fraction(whole, 10**9))
    y = plain.y.copy()
    y[:, 0] = [float(value) for value in exact]
    told = replace(
        plain,
        y=y,
        exact=tuple({0: value} for value in exact),
        columns=(replace(plain.columns[0], target=None), *plain.columns[1:]),
    )
    return replace(told, columns=ended(told))


def as_page(front: Front) -> dict[str, Any]:
    scale = Yardstick.of(front)
    return {
        "ids": front.ids,
        "y": scale.plans.tolist(),
        "bases": scale.base.tolist(),
        "exact": scale.exact.tolist(),
        "signs": scale.signs.tolist(),
        "ranges": scale.ranges.tolist(),
        "lengths": scale.lengths.tolist(),
        "largest": scale.largest.tolist(),
        "flat": scale.flat.tolist(),
    }


def cases() -> list[tuple[str, str, str]]:
    """Every method with every definition: name, normalisation, the page's definition."""
    found = []
    for name, method in methods().items():
        if name == "weighted_sum":
            found += [(name, "range", "shares"), (name, "none", "values")]
        elif method.pairwise:
            found += [(name, "range", preference) for preference in PREFERENCES]
        else:
            found += [(name, "range", "")]
    return found


@pytest.mark.parametrize(("method", "normalise", "definition"), cases())
def test_every_method_ranks_as_the_program_does(
    method: str, normalise: str, definition: str
) -> None:
    rng = np.random.default_rng(20261128)
    compared = 0
    for case in range(24):
        k, m = int(rng.integers(1, 180)), int(rng.integers(1, 12 if case % 6 == 0 else 6))
        plans = front(rng, k, m)
        weights = rng.random(m) * 10.0 ** rng.integers(-3, 4)
        weights[rng.random(m) < 0.2] = 0.0
        asked = {
            "method": method,
            "weights": weights.tolist(),
            "definition": definition,
            "targets": [column.target for column in plans.columns],
        }
        found = called("Ranking.rank", as_page(plans), asked)
        names = [column.name for column in plans.columns]
        try:
            own = rank(
                plans,
                method=method,
                weights=dict(zip(names, weights.tolist(), strict=True)),
                normalise=normalise,
                preference=definition or None,
            )
        except UsageError:
            assert "problem" in found
            continue
        compared += 1
        assert found["order"] == own.order.tolist()
        assert found["rank"] == own.rank.tolist()
        assert found["score"] == own.score.tolist()
        assert found["weights"] == own.weights.tolist()
    assert compared > 10


def test_every_method_of_the_program_is_on_the_page() -> None:
    script = (ASSETS / "ranking.js").read_text("utf-8")
    listed = script[script.index("const METHODS") :]
    assert [name for name in methods() if name not in listed] == []


@settings(max_examples=examples(60))
@given(st.lists(st.floats(0, 1e300, allow_nan=False), min_size=1, max_size=9))
def test_weights_are_shares_of_the_exact_sum(weights: list[float]) -> None:
    found = called("Ranking.shares", weights)
    if max(weights) == 0:
        assert found is None
        return
    values = np.array(weights)
    values = np.ldexp(values, -int(np.frexp(values.max())[1]))
    assert found == (values / math.fsum(values.tolist())).tolist()


def test_a_result_is_ranked_from_what_the_page_holds(tmp_path: Path) -> None:
    """What is embedded is enough: after `rank`, a saved result, and plans in another order."""
    result = made(tmp_path, plans=60, objectives=4)
    embedded = front_of(result)["ranked"]
    rng = np.random.default_rng(1)
    for name in methods():
        if name == "achievement":
            continue
        weights = rng.random(4).tolist()
        named = dict(zip(("o0", "o1", "o2", "o3"), weights, strict=True))
        own = rank_again(result, method=name, weights=named)
        definition = own.ranking.definition if name in ("weighted_sum", "promethee2") else ""
        asked = {"method": name, "weights": weights, "definition": definition}
        found = called("Ranking.rank", embedded, asked)
        assert [embedded["ids"][row] for row in found["order"]] == list(own.front.ids)
        ranks = [found["rank"][row] for row in found["order"]]
        assert ranks == own.ranking.rank.tolist()


def test_a_page_begins_with_the_scores_of_its_result(tmp_path: Path) -> None:
    """To the last bit: shares of weights were made shares once more, of a sum that is 1 but for
    rounding, which is the eleventh digit of a score of 1e10.
    """
    result = made(tmp_path, plans=30, objectives=3, scale=1e9)
    weights = {"o0": 0.01, "o1": 1.0, "o2": 1.0}
    given = [0.01 / 2.01, 1 / 2.01, 1 / 2.01]
    assert called("Ranking.shares", given) != given
    for name in methods():
        if name == "achievement":
            continue
        own = rank_again(result, method=name, weights=weights)
        definition = own.ranking.definition if name in ("weighted_sum", "promethee2") else ""
        shares = own.ranking.weights.tolist()
        asked = {"method": name, "weights": shares, "definition": definition, "normalised": True}
        found = called("Ranking.rank", front_of(own)["ranked"], asked)
        assert found["score"] == own.ranking.score.tolist()


@pytest.mark.parametrize("name", ["weighted_example", "smart_manufacturing", "finance"])
def test_a_scenario_of_the_library_is_ranked_as_it_asks(name: str) -> None:
    result = solve(load(f"scenarios/{name}.yaml"))
    assert result.ranking.method == "weighted_sum"
    definition = "values" if result.ranking.normalise == "none" else "shares"
    weights = result.ranking.weights.tolist()
    asked = {"method": "weighted_sum", "weights": weights, "definition": definition}
    found = called("Ranking.rank", front_of(result)["ranked"], asked)
    assert found["score"] == result.ranking.score.tolist()
    assert found["order"] == list(range(len(result.front)))


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"method": "topsis", "weights": [0, 0], "definition": ""}, "weights"),
        ({"method": "achievement", "weights": [1, 1], "targets": [None, None]}, "targets"),
    ],
)
def test_what_cannot_rank_is_said(asked: dict[str, Any], problem: str) -> None:
    plans = front(np.random.default_rng(0), 5, 2)
    assert called("Ranking.rank", as_page(plans), asked) == {"problem": problem}


def test_values_that_overflow_are_said() -> None:
    plans = as_page(front(np.random.default_rng(0), 2, 2))
    tiny = {**plans, "y": [[1e300, 1.0], [0.0, 0.0]], "ranges": [[0, 1e-300], [0, 1]]}
    asked = {"method": "weighted_sum", "weights": [1, 1], "definition": "shares"}
    assert called("Ranking.rank", {**tiny, "flat": [False, False]}, asked) == {
        "problem": "overflow"
    }
