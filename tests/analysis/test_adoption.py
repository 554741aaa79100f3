"""The rules by which adoptions follow, against all that hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.analysis.adoption import MOST_RULES, Rule, rules, trade_offs
from optimiser.front import Front
from tests.handmade import front
from tests.searches import examples


def by_every_rule(made: Front, names: Sequence[str], adopting: Any) -> list[tuple[str, str]]:
    """Which rules are told, from all that hold: again and again the one that says most."""
    k, t = adopting.shape
    least = max(2, -(-k // 50))
    limits = [(rule, holds_in(made, rule)) for rule in trade_offs(made, names, adopting)]
    candidates = [(rule.condition, rule.conclusion, holding) for rule, holding in limits]
    for present, i, adopts, j in product((True, False), range(t), (True, False), range(t)):
        given = adopting[:, i] == present
        if i != j and given.sum() >= least and (adopting[given, j] == adopts).all():
            condition = names[i] if present else f"not {names[i]}"
            candidates.append((condition, names[j] if adopts else f"not {names[j]}", given))
    told, found = np.zeros_like(adopting), list[tuple[str, str]]()
    while candidates and len(found) < MOST_RULES:
        columns = [names.index(conclusion.split()[-1]) for _, conclusion, _ in candidates]
        gains = [
            int((holding & ~told[:, j]).sum())
            for j, (*_, holding) in zip(columns, candidates, strict=True)
        ]
        best = int(np.argmax(gains))
        if gains[best] < least:
            break
        found.append(candidates[best][:2])
        told[:, columns[best]] |= candidates[best][2]
    return found


def holds_in(made: Front, rule: Rule) -> Any:
    """(k,) which plans hold a limit on an objective."""
    name, operator, limit = rule.condition.split()
    values = made.y[:, [c.name for c in made.columns].index(name)]
    return values >= float(limit) if operator == ">=" else values <= float(limit)


@settings(max_examples=examples(60))
@given(st.data())
def test_rules_are_those_that_say_most_of_all_that_hold(data: st.DataObject) -> None:
    k, t = data.draw(st.integers(2, 20)), data.draw(st.integers(2, 7))
    row = st.lists(st.booleans(), min_size=t, max_size=t)
    adopting = np.array(data.draw(st.lists(row, min_size=k, max_size=k)))
    values = data.draw(st.lists(st.integers(0, 9), min_size=k, max_size=k))
    made = front([(float(a), float(9 - a)) for a in values], senses="++")
    varying = [j for j in range(t) if 0 < adopting[:, j].sum() < k]
    names, adopting = [f"t{j}" for j in varying], adopting[:, varying]
    found = [(rule.condition, rule.conclusion) for rule in rules(made, names, adopting)]
    assert found == by_every_rule(made, names, adopting)
