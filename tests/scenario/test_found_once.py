"""What is asked of a scenario many times is found out once, and what can tell nothing is not looked
at: counted work, n against 2n.
"""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from optimiser import collecting
from optimiser.advice import check
from optimiser.advice.ranges import Ranges
from optimiser.expressions import parse
from optimiser.scenario import loading
from optimiser.scenario.checks.prerequisites import Logic, _Rule, logic
from optimiser.scenario.format import formulas, rules

HEAD = "optimise: 1\nname: t\nindicators: {a: {}, b: {}}\nobjectives: {a: maximise, b: minimise}\n"


def written(folder: Path, technologies: list[str], more: str = "") -> Path:
    path = folder / "s.yaml"
    each = "".join(f"  t{i}: {{{text}}}\n" for i, text in enumerate(technologies))
    path.write_text(f"{HEAD}{more}technologies:\n{each}")
    return path


def of_levels(name: str, levels: list[str]) -> list[_Rule]:
    """What a scenario says of a technology with levels."""
    found = [_Rule(((level, False), (name, True)), 1, "") for level in levels]
    found.append(_Rule(((name, False), *((level, True) for level in levels)), 1, ""))
    if len(levels) > 1:
        found.append(_Rule(tuple((level, False) for level in levels), len(levels) - 1, ""))
    return found


@pytest.mark.parametrize("n", [20, 40])
def test_levels_that_no_rule_names_are_not_looked_at(tmp_path: Path, n: int) -> None:
    each = [f"levels: {{{', '.join(f'l{k}: {{effects: {{a: {k}}}}}' for k in (1, 2, 3))}}}"] * n
    group = f"groups: {{g: {{of: [{', '.join(f't{i}' for i in range(n))}], at_most: 1}}}}\n"
    for more, opposed in (("", set()), (group, {f"t{i}" for i in range(n)})):
        draft, _ = loading.examine(written(tmp_path, each, more))
        assert draft is not None
        assert logic(draft).opposed == opposed
    named = "groups: {g: {of: [t0.l1, t1], at_most: 1}}\n"
    draft, _ = loading.examine(written(tmp_path, each, named))
    assert draft is not None
    assert logic(draft).opposed == {"t0", "t0.l1", "t0.l2", "t0.l3", "t1"}


@given(st.data())
def test_a_level_that_is_not_looked_at_is_no_worse_than_its_technology(data: st.DataObject) -> None:
    """Nobody would have reported it: of all that can be adopted, followed one by one."""
    levels = {
        f"t{i}": [f"t{i}.l{k}" for k in range(data.draw(st.integers(0, 3)))] for i in range(4)
    }
    made = [rule for name, own in levels.items() if own for rule in of_levels(name, own)]
    members = [level for own in levels.values() for level in own]
    some = data.draw(st.lists(st.sampled_from(members))) if members else []
    names = [*levels, *some]
    for _ in range(data.draw(st.integers(0, 7))):
        among = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
        signs = data.draw(st.lists(st.booleans(), min_size=len(among), max_size=len(among)))
        need = data.draw(st.integers(1, len(among)))
        made.append(_Rule(tuple(zip(among, signs, strict=True)), need, "rule"))
    found = Logic(tuple(made))
    if found.always.conflict:
        return
    for name, own in levels.items():
        refused = bool(found.adopting(name).conflict)
        if name not in found.opposed and found.always.holds.get(name) is not False:
            assert not refused
        for level in own:
            if level not in found.opposed and found.always.holds.get(level) is not False:
                assert refused or not found.adopting(level).conflict


def test_a_text_that_is_written_again_is_parsed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def counted(text: str, *, constraint: bool = False) -> object:
        parsed.append(text)
        return parse(text, constraint=constraint)

    monkeypatch.setattr(formulas, "parse", counted)
    long = " + ".join(f"{k} * p" for k in range(20))
    for n in (10, 20):
        formulas._kept.cache_clear()
        parsed.clear()
        each = [f"effects: {{a: {{value: 3 * p}}, b: {{value: {long}}}}}"] * n
        scenario = loading.load(written(tmp_path, each, "parameters: {p: 2}\n"))
        assert scenario.technologies["t9"].effects["a"].value == formulas.Formula.of("3 * p")
        assert parsed.count("3 * p") == 1
        assert parsed.count(long) == n  # what is long is not kept
    with pytest.raises(PydanticCustomError):
        formulas.Formula.of("3 *")
    with pytest.raises(PydanticCustomError):  # a mistake is none the second time, too
        formulas.Formula.of("3 *")


def test_when_technologies_may_start_is_found_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    timings = rules.timings

    def counted(*given: object) -> object:
        nonlocal calls
        calls += 1
        return timings(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(rules, "timings", counted)
    phases = "phases: [{name: p}, {name: q}]\ndiscount_rate: 0.05\n"
    scenario, findings = check(written(tmp_path, ["effects: {a: 1, b: 2}, delay: 1"] * 3, phases))
    assert scenario is not None
    assert [d.code for d in findings] == ["S120"]
    assert calls == 1


def test_intervals_are_let_go_of_without_looking_for_cycles(tmp_path: Path) -> None:
    scenario = loading.load(written(tmp_path, ["effects: {a: 1, b: 2}"] * 3))
    gc.collect()
    gc.disable()
    try:
        held = Ranges(scenario, never=frozenset(), always=frozenset())
        gone = weakref.ref(held)
        del held
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("threshold", "made", "kept", "frozen"),
    [
        (100_000, 200_000, True, 1),
        (100_000, 10, True, 0),
        (700, 200_000, True, 0),
        (100_000, 200_000, False, 0),
    ],
)
def test_nobody_looks_for_cycles_while_much_is_read(
    monkeypatch: pytest.MonkeyPatch, threshold: int, made: int, kept: bool, frozen: int
) -> None:
    """Nor afterwards, where that would come at once and the process is a command's."""
    said: list[str] = []
    monkeypatch.setattr(
        collecting,
        "gc",
        SimpleNamespace(
            isenabled=lambda: True,
            disable=lambda: said.append("off"),
            enable=lambda: said.append("on"),
            freeze=lambda: said.append("freeze"),
            get_count=lambda: (made, 0, 0),
            get_threshold=lambda: (threshold, 100, 100),
        ),
    )

    @collecting.collecting_nothing(kept=kept)
    def read() -> None:
        said.append("read")
        raise KeyError

    with pytest.raises(KeyError):
        read()
    assert said == ["off", "read", *["freeze"] * frozen, "on"]
