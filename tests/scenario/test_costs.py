"""What is read costs in proportion to what is written, and what costs more is refused: counted
work, n against 2n.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.advice import check, ranges
from optimiser.exports.finding_texts import json_list
from optimiser.scenario import loading
from optimiser.scenario.checks import cycles, sizes, starts
from optimiser.scenario.checks.prerequisites import Logic, _Rule
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, Source
from optimiser.scenario.source import yaml_nodes

HEAD = "optimise: 1\nname: t\nindicators: {a: {}, b: {}}\nobjectives: {a: maximise, b: minimise}\n"


def group(n: int) -> Logic:
    """Of n technologies at most one, and each requires the one before it."""
    names = [f"t{i}" for i in range(n)]
    at_most_one = _Rule(tuple((name, False) for name in names), n - 1, "group")
    return Logic((at_most_one,))


@pytest.mark.parametrize("n", [50, 100])
def test_a_group_is_followed_in_as_many_steps_as_it_has_members(n: int) -> None:
    found = group(n).adopting("t0")
    assert sum(found.holds.values()) == 1
    assert len(found.holds) == n
    assert found.steps <= 2 * n


def test_a_conflict_is_still_found() -> None:
    rules = (
        *group(3).rules,
        _Rule((("t0", False), ("t1", True)), 1, "t0 requires t1"),
    )
    assert Logic(rules).adopting("t0").conflict == ("group", "t0 requires t1")
    assert Logic(rules).adopting("t2").conflict == ()


def many(n: int) -> Findings:
    findings = Findings()
    source = Source("x.yaml", "a" * 30)
    for i in range(n):
        findings.error("S012", Position(source, 1, i + 1), f"no {i}")
    return findings


def test_of_one_kind_a_thousand_are_listed_and_the_others_counted() -> None:
    findings = many(25_000)
    assert findings.errors == 25_000
    shown = findings.ordered()
    assert len(shown) == 1001
    assert shown[-1].message == "24,000 more errors of this kind"
    assert len(many(1000).ordered()) == 1000
    other = Findings()
    other.add(findings)
    assert other.errors == 25_000


def test_json_shows_the_part_of_a_long_line_that_is_meant() -> None:
    source = Source("x.yaml", "x" * 20_000)
    findings = Findings()
    findings.error("S012", Position(source, 1, 10_000), "no")
    [shown] = json.loads(json_list(findings.ordered()))
    assert len(shown["source"]) < 300
    [whole] = findings.ordered()
    assert {**asdict(whole), "source": ""} == {**shown, "source": ""}


@pytest.mark.parametrize(
    ("value", "each"), [("[1,]", 1), ("[&a 1,]", 1), ("[[],]", 1), ("{k#: ,}", 2)]
)
def test_keys_and_values_of_a_scenario_are_limited(
    monkeypatch: pytest.MonkeyPatch, value: str, each: int
) -> None:
    """9.8 MB of small values took 1.7 GB."""
    monkeypatch.setattr(yaml_nodes, "_MOST_NODES", 1_000)
    opening, unit, closing = value[0], value[1:-1], value[-1]

    def findings(n: int) -> list[str]:
        found = Findings()
        inside = "".join(unit.replace("#", str(i)) for i in range(n))
        yaml_nodes.compose(Source("s.yaml", f"a: {opening}{inside}{closing}"), found)
        return [f"{d.code} {d.message}" for d in found.ordered()]

    assert findings(900 // each) == []
    assert findings(1_100 // each) == ["S003 the file holds more than 1,000 keys and values"]


@pytest.mark.parametrize("n", [90, 101])
def test_names_of_a_scenario_are_limited(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, n: int
) -> None:
    """240,000 empty technologies in 4 MB were checked in minutes."""
    monkeypatch.setattr(sizes, "_MOST_NAMES", 100)
    path = tmp_path / "s.yaml"
    path.write_text(HEAD + "technologies:\n" + "".join(f"  t{i}: {{}}\n" for i in range(n)))
    _, findings = loading.examine(path)
    found = [(d.code, d.line) for d in findings.ordered() if d.severity == "error"]
    assert found == ([("S003", 5)] if n > 90 else [])


@pytest.mark.parametrize("n", [255, 256])
def test_objectives_are_no_more_than_can_be_compared(tmp_path: Path, n: int) -> None:
    path = tmp_path / "s.yaml"
    named = "".join(f"  i{i}: {{}}\n" for i in range(n))
    aims = "".join(f"  i{i}: minimise\n" for i in range(n))
    effects = ", ".join(f"i{i}: {i + 1}" for i in range(n))
    path.write_text(
        f"optimise: 1\nname: many\nindicators:\n{named}"
        f"technologies:\n  t: {{effects: {{{effects}}}}}\nobjectives:\n{aims}"
    )
    _, findings = loading.examine(path)
    found = [d.code for d in findings.ordered() if d.severity == "error"]
    assert found == (["S003"] if n > 255 else [])


def test_a_text_is_read_again_only_while_that_costs_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each reading finds one slip: 40 slips behind many values cost as many readings."""
    read = 0

    class Counted(yaml_nodes._Composer):
        def read(self) -> Any:
            nonlocal read
            error = super().read()
            read += self.nodes
            return error

    monkeypatch.setattr(yaml_nodes, "_Composer", Counted)
    monkeypatch.setattr(yaml_nodes, "_MOST_NODES", 1_000)
    text = "".join(f"k{i}: 1\n" for i in range(300)) + "a:1\nb: 2\n" * 60
    yaml_nodes.compose(Source("s.yaml", text), Findings())
    assert 600 < read < 2_000


@pytest.mark.parametrize(
    ("term", "valid"), [("0.3 / I", False), ("0.3 * I", True), ("exp(I)", False)]
)
def test_a_decision_without_end_needs_a_linear_model(
    tmp_path: Path, term: str, valid: bool
) -> None:
    """``check`` said valid, and ``run`` said invalid without a place."""
    path = tmp_path / "s.yaml"
    path.write_text(
        "optimise: 1\nname: t\nvariables:\n  A: {min: 0, max: 1}\n  I: {min: 0, max: .inf}\n"
        f"objectives: {{g: {{sense: maximise, expr: A + {term}}}}}\n"
        "constraints: {c: A + I <= 1}\n"
    )
    scenario, findings = check(path)
    assert (scenario is not None) is valid
    errors = [d for d in findings if d.severity == "error"]
    assert [(d.code, d.line) for d in errors] == ([] if valid else [("S044", 5)])


@pytest.mark.parametrize("n", [50, 51])
def test_members_of_a_scenario_are_limited(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, n: int
) -> None:
    """A million prerequisites in a table of 4.8 MB took 29 s and 1.6 GB."""
    monkeypatch.setattr(sizes, "MOST_MEMBERS", 100)
    names = [f"t{i}" for i in range(n)]
    each = ", ".join(f"{name}: {{effects: {{a: 1}}}}" for name in names)
    text = HEAD + f"technologies: {{{each}}}\n"
    text += f"groups:\n  g: {{of: [{', '.join(names)}], at_most: 3}}\n"
    text += f"  h: {{of: [{', '.join(names)}], at_most: 4}}\n"
    path = tmp_path / "s.yaml"
    path.write_text(text)
    _, findings = loading.examine(path)
    found = [(d.code, d.line) for d in findings.ordered() if d.severity == "error"]
    assert found == ([("S003", 7)] if n > 50 else [])


@pytest.mark.parametrize("phases", [1, 3])
def test_advice_on_limits_of_phases_costs_in_proportion(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, phases: int
) -> None:
    """2,500 technologies in 3 phases were checked in 17 s: the savings of all the others were added
    up for each technology anew.
    """
    steps = 0

    class Counted(Fraction):
        @property
        def numerator(self) -> int:
            nonlocal steps
            steps += 1
            return super().numerator

    def counted(n: int) -> int:
        nonlocal steps
        path = tmp_path / f"{n}.yaml"
        each = ", ".join(f"{{name: p{i}, limits: {{cost: 900}}}}" for i in range(phases))
        text = "optimise: 1\nname: t\nindicators: {a: {}, cost: {timing: one_off}}\n"
        text += "objectives: {a: maximise, cost: minimise}\n" + f"phases: [{each}]\ntechnologies:\n"
        text += "".join(f"  t{i}: {{effects: {{a: 1, cost: {i % 7}}}}}\n" for i in range(n))
        path.write_text(text)
        found = ranges.Ranges(loading.load(path), never=frozenset(), always=frozenset())
        found.technologies = {
            name: {t: (Counted(low), Counted(high)) for t, (low, high) in spans.items()}
            for name, spans in found.technologies.items()
        }
        steps = 0
        for i in range(n):
            found.least_spending("cost", f"t{i}")
        return steps

    few, many = counted(100), counted(200)
    assert 0 < many <= 2.2 * few


@given(st.data())
def test_what_no_exclusion_can_reach_is_adopted_without_conflict(data: st.DataObject) -> None:
    """Technologies that are not looked at would not have been reported."""
    names = [f"t{i}" for i in range(data.draw(st.integers(2, 6)))]
    rules = []
    for _ in range(data.draw(st.integers(0, 8))):
        among = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
        signs = data.draw(st.lists(st.booleans(), min_size=len(among), max_size=len(among)))
        need = data.draw(st.integers(1, len(among)))
        rules.append(_Rule(tuple(zip(among, signs, strict=True)), need, "rule"))
    found = Logic(tuple(rules))
    for name in names if not found.always.conflict else ():
        if name not in found.opposed and found.always.holds.get(name) is not False:
            assert found.adopting(name).conflict == ()


def test_prerequisites_alone_leave_nothing_to_look_at() -> None:
    chain = [_Rule(((f"t{i}", False), (f"t{i + 1}", True)), 1, "") for i in range(9)]
    assert Logic(tuple(chain)).opposed == frozenset()
    capped = _Rule((("t5", False), ("other", False)), 1, "t5 excludes other")
    assert Logic((*chain, capped)).opposed == {*(f"t{i}" for i in range(6)), "other"}


def test_windows_go_along_a_chain_of_prerequisites_in_two_rounds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """2,000 technologies of which each requires the next took 27 s, with phases."""
    looked_at = 0

    def counted(*given: Any) -> int:
        nonlocal looked_at
        looked_at += 1
        return start(*given)

    start = starts._start
    monkeypatch.setattr(starts, "_start", counted)

    def asked(n: int) -> int:
        nonlocal looked_at
        chain = "".join(
            f"  t{i}: {{effects: {{a: 1, b: 1}}, latest: p, requires: [t{i + 1}]}}\n"
            for i in range(n)
        )
        text = f"{HEAD}phases: [{{name: p}}, {{name: q}}]\ntechnologies:\n{chain}"
        text += f"  t{n}: {{effects: {{a: 1, b: 1}}, earliest: q}}\n"
        path = tmp_path / f"{n}.yaml"
        path.write_text(text)
        looked_at = 0
        _, findings = check(path)
        assert sum(one.code == "S101" for one in findings) == n
        return looked_at

    few, many = asked(20), asked(40)
    assert 0 < many <= 2 * few


def test_alternatives_in_a_circle_settle() -> None:
    order = cycles.used_first({"a": ["b"], "b": ["c", "a"], "c": ["a", "z"], "d": ["a"]})
    assert order == ["c", "b", "a", "d"]


@given(st.integers(1, 9), st.data())
def test_of_names_that_all_use_one_another_one_shortest_cycle_is_told(
    n: int, data: st.DataObject
) -> None:
    names = [f"t{i}" for i in range(n)]
    uses = {
        name: data.draw(st.lists(st.sampled_from([*names, "unknown"]), max_size=3, unique=True))
        for name in names
    }
    steps = {name: {name: [name]} for name in names}  # from -> to -> the names of a shortest way
    for found in steps.values():
        for _ in range(n):
            for last, way in list(found.items()):
                for other in uses[last]:
                    if other in uses and other not in found:
                        found[other] = [*way, other]
    together = {
        frozenset(o for o in names if o in steps[name] and name in steps[o]) for name in names
    }
    circles = {c for c in together if len(c) > 1 or next(iter(c)) in uses[next(iter(c))]}
    told = cycles.cycles(uses)
    assert {next(c for c in together if one[0] in c) for one in told} == circles
    assert len(told) == len(circles)
    assert [one[0] for one in told] == sorted(min(c) for c in circles)
    for cycle in told:
        assert cycle[0] == cycle[-1] == min(cycle)
        assert all(b in uses[a] for a, b in itertools.pairwise(cycle))
        back = [len(steps[o][cycle[0]]) for o in uses[cycle[0]] if cycle[0] in steps.get(o, ())]
        assert len(cycle) - 1 == min(back)


@pytest.mark.parametrize("pairs", [True, False])
def test_names_that_use_one_another_are_asked_for_what_they_use_in_proportion(pairs: bool) -> None:
    """2,500 pairs that require one another took 11 s to check."""

    def asked(n: int) -> int:
        looked_at = 0

        class Counted(list[str]):
            def __iter__(self) -> Iterator[str]:
                nonlocal looked_at
                looked_at += 1
                return super().__iter__()

        others = (i ^ 1 if pairs else (i + 1) % n for i in range(n))
        told = cycles.cycles({f"t{i}": Counted([f"t{other}"]) for i, other in enumerate(others)})
        assert len(told) == (n // 2 if pairs else 1)
        return looked_at

    few, many = asked(500), asked(1000)
    assert 0 < many <= 2 * few
