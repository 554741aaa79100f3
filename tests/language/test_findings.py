"""What the checks find is said in the reader's language, with the names of the scenario in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from optimiser.advice.warnings import advise
from optimiser.language import retold, speaking
from optimiser.scenario.diagnostics import Findings, format_diagnostic, known
from optimiser.scenario.loading import examine
from optimiser.scenario.source.draft import KINDS

WRONG = """\
optimise: 1
name: faulty
parameters: {rate: 1}
indicators:
  cost: {baseline: 0}
  out: {combine: compound}
technologies:
  ai: {effects: {cost: 3, ouput: 2}, requires: [iot, bigdata], levels: {low: {}, high: {}}}
  iot: {effects: {cost: 2}, requires: [mes]}
  mes: {requires: [iot]}
  amount: {scale: {min: 3, max: 2}}
variables: {v: {type: integer, min: 1.2, max: 1.8}}
groups: {g: {of: [ai, iot], at_least: 3}}
objectives: {cost: minimise, out: {sense: maximise, weight: -1, range: [3, 1]}}
constraints: {c1: {expr: "rate <= 3"}}
plans: {p: {adopt: {ai: huge, amount: x}, set: {v: 1}}}
"""

IDLE = """\
optimise: 1
name: idle
phases: [{name: "2027", limits: {cost: 3}}, {name: "2028", limits: {cost: 2}}]
indicators: {cost: {timing: one_off}, out: {discount: true}}
technologies:
  ai: {effects: {cost: 30, out: 4}}
  iot: {effects: {cost: 2, out: 3}, earliest: "2028", delay: 1}
  mes: {effects: {out: 2}, requires: [{technology: iot, lead: 1}], latest: "2027"}
objectives: {cost: minimise, out: maximise}
constraints: {c1: "cost <= 1000"}
"""


def found(text: str, folder: Path) -> Findings:
    file = folder / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    draft, findings = examine(file)
    if draft is not None:
        advise(draft)
    return findings


@pytest.mark.parametrize("text", [WRONG, IDLE])
def test_findings_are_the_same_in_every_language(text: str, tmp_path: Path) -> None:
    """Codes, places and quoted names stay, the sentences do not."""
    english = found(text, tmp_path).ordered()
    with speaking("zh"):
        chinese = found(text, tmp_path).ordered()
        blocks = [format_diagnostic(finding) for finding in chinese]
    assert len(english) >= 5
    for ours, theirs in zip(english, chinese, strict=True):
        assert (ours.code, ours.severity, ours.line, ours.column) == (
            theirs.code,
            theirs.severity,
            theirs.line,
            theirs.column,
        )
        assert re.search(r"[一-鿿]", theirs.message), theirs.message
        assert set(re.findall(r"'[^' ]+'", ours.message)) == set(
            re.findall(r"'[^' ]+'", theirs.message)
        )
    for block in blocks:
        assert "= help" not in block


def test_a_prerequisite_that_comes_too_late_is_one_sentence(tmp_path: Path) -> None:
    with speaking("zh"):
        messages = [finding.message for finding in found(IDLE, tmp_path).ordered()]
    said = "mes 需要提前 1 个阶段采用 iot，因此在所有阶段内都不能开始，而它最迟须在 2027 开始"
    assert any(said in message for message in messages)


@pytest.mark.parametrize("kind", [*KINDS, "levels"])
def test_names_of_every_kind_are_known(kind: str) -> None:
    assert known(kind, ["a", "b"]) == f"known {kind}: a, b"
    assert known(kind, []) == f"there are no {kind}"
    with speaking("zh"):
        assert known(kind, ["a", "b"]).endswith("：a、b")


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("ai requires iot 2 before", "ai 需要提前 2 个阶段采用 iot"),
        ("limit of cost in 2027", "2027 中 cost 的限额"),
        (
            "objective 'cost' is not linear ('a' times 'b')",
            "目标 'cost' 不是线性的（'a' 乘以 'b'）",
        ),
    ],
)
def test_what_a_model_keeps_is_told_again(kept: str, said: str) -> None:
    with speaking("zh"):
        assert retold(kept) == said
