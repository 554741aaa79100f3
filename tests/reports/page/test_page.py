"""The page as a file: one, small, closed to everything outside; what is in it is what is known."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optimiser.analysis.contributions import contributions
from optimiser.language import LANGUAGES, installed, speaking
from optimiser.reports.page import page
from optimiser.reports.page.assembling import ASSETS, SCRIPTS, VENDORED, script_json
from optimiser.reports.page.contributing import shared_out
from optimiser.reports.page.described import described, pictures
from optimiser.reports.page.numbers import as_shown, exactly, packed, rounded, shown
from optimiser.reports.page.payload import payload
from optimiser.reports.page.saying import changes
from optimiser.reports.page.wording import MESSAGES
from optimiser.reports.page.writing import written
from optimiser.results import Result
from optimiser.results.naming_plans import listed_plan
from optimiser.scenario import load
from optimiser.study import solve
from tests.reports.page.engine import called
from tests.reports.page.made import HOSTILE, made

ROOT = Path(__file__).parents[3]


class Parts(HTMLParser):
    """The elements of a page with what stands in scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.contents: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and data.strip():
            self.contents.append((self.elements[-1][0], data))


@pytest.fixture(scope="module")
def library() -> Result:
    return solve(load(ROOT / "scenarios" / "smart_manufacturing.yaml"))


def json_values() -> st.SearchStrategy[Any]:
    """Anything that JSON has, with keys that are not empty."""
    leaves = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=2)
    keys = st.sampled_from(["a", "b", "1"])
    return st.recursive(
        leaves,
        lambda own: st.lists(own, max_size=3) | st.dictionaries(keys, own, max_size=3),
        max_leaves=12,
    )


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_vendored_library_is_the_one_that_was_built() -> None:
    said, name = (VENDORED / "echarts.js.sha256").read_text("utf-8").split()
    assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == said
    versions = dict(
        line.split() for line in (VENDORED / "VERSIONS.txt").read_text("utf-8").splitlines()
    )
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))
    for name, version in versions.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_the_lock_of_the_library_pins_hashes_and_names_no_registry() -> None:
    text = (ROOT / "web" / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert all("integrity" in one for name, one in packages.items() if name)
    assert '"resolved"' not in text


def test_the_page_asks_for_nothing(library: Result) -> None:
    text = page(library)
    parts = Parts(text)
    for tag, attributes in parts.elements:
        assert "src" not in attributes, tag
        assert (attributes.get("href") or "data:,") == "data:,"
        assert not [name for name in attributes if name.startswith("on")]
    assert {"link", "script", "style", "meta"} >= {tag for tag, _ in parts.elements} - {
        "html",
        "head",
        "body",
        "title",
        "noscript",
        "div",
    }


def test_the_policy_names_what_runs_and_nothing_else(library: Result) -> None:
    text = page(library)
    parts = Parts(text)
    policy = next(
        a["content"] or "" for _, a in parts.elements if "Content-Security-Policy" in a.values()
    )
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    running = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert (len(running), len(styles)) == (2, 1)
    for content in running + styles:
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256") == 3


def test_own_scripts_never_read_markup() -> None:
    for name in SCRIPTS:
        script = (ASSETS / name).read_text("utf-8")
        for dangerous in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "Function("):
            assert dangerous not in script, name
        assert not re.search(r"</?script|<!--", script), name


def test_titles_end_no_script(tmp_path: Path) -> None:
    text = page(made(tmp_path, plans=12, hostile=True))
    assert len(re.findall(r"</script", text, re.IGNORECASE)) == 4
    assert "<img" not in text
    assert not re.search("[\u2028\u2029]", text)
    assert data_of(text)["title"] == HOSTILE[0]
    titles = {decision["title"] for decision in data_of(text)["decisions"].values()}
    assert titles <= set(HOSTILE)


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800 alone", "\x00\x1f", "]]>", "<!--<script>"])
def test_any_text_reads_back(text: str) -> None:
    said = script_json({"a": text})
    assert not set("<>&\u2028\u2029") & set(said)
    said.encode("utf-8")
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert json.loads(said) == {"a": text}


def test_both_languages_are_in_it(library: Result) -> None:
    with speaking("zh"):
        text = page(library)
    words = data_of(text)["words"]
    assert list(words) == [language for language in LANGUAGES if installed(language)]
    for own in words.values():
        assert set(own["page"]) == set(MESSAGES)
    assert '<html lang="zh">' in text


def test_scripts_and_messages_name_the_same_keys() -> None:
    scripts = "".join((ASSETS / name).read_text("utf-8") for name in SCRIPTS)
    said = set(re.findall(r'say\(\s*"(\w+)"', scripts))
    assert said - set(MESSAGES) == set()
    quoted = set(re.findall(r'"(\w+)"', scripts))
    quoted |= {f"{start}_{own}" for start in ("theme", "problem") for own in quoted}
    quoted |= {f"problem_{own}" for own in re.findall(r'problem: "(\w+)"', scripts)}
    assert set(MESSAGES) - quoted == set()


@pytest.mark.parametrize(
    ("technologies", "objectives", "phases", "scale"),
    [
        (20, 3, False, 1.0),
        pytest.param(60, 6, True, 1.0, marks=pytest.mark.slow),
        pytest.param(60, 6, True, 1e9, marks=pytest.mark.slow),
        pytest.param(60, 6, True, 1e-9, marks=pytest.mark.slow),
    ],
)
def test_five_hundred_plans_are_under_a_megabyte(
    technologies: int, objectives: int, phases: bool, scale: float, tmp_path: Path
) -> None:
    result = made(
        tmp_path,
        plans=500,
        technologies=technologies,
        objectives=objectives,
        phases=phases,
        scale=scale,
    )
    assert len(result.front) > 480
    assert len(page(result).encode()) < 1_000_000


def test_plans_of_many_technologies_are_small(tmp_path: Path) -> None:
    """What a plan adds to a page, five hundred times, leaves it under a megabyte."""
    few, more = (
        len(page(made(tmp_path, plans=n, technologies=60, objectives=6, phases=True)).encode())
        for n in (20, 60)
    )
    assert few + 480 / 40 * (more - few) < 1_000_000


@pytest.mark.parametrize("name", ["smart_manufacturing", "fusion_linear", "weighted_example"])
def test_contributions_are_those_of_explain(name: str) -> None:
    """What is said once, with what differs of each plan, gives the contributions again."""
    result = solve(load(ROOT / "scenarios" / f"{name}.yaml"))
    found = shared_out(result)
    names = result.front.decision_columns
    assert found["plans"]
    for row, plan in enumerate(found["plans"]):
        cells = dict(zip(names, result.front.cells[row], strict=True))
        told = {
            source: list(found["usual"].get(source, {}).get(cell, []))
            for source, cell in [
                *cells.items(),
                *((found["sources"][one], "on") for one in plan.get("on", ())),
            ]
        }
        for j, source, value in plan.get("other", ()):
            told[found["sources"][source]][j] = value
        for j, own in enumerate(contributions(result, listed_plan(result, row)).values()):
            expected = {part.source: rounded(part.value) for part in own.parts}
            assert {s: v[j] for s, v in told.items() if v and v[j]} == expected
            assert (j in plan.get("undefined", ())) is not own.defined


def test_numbers_are_written_as_everywhere() -> None:
    """toFixed rounds exact halves away from 0: where that matters texts are kept."""
    assert shown([0.5, 1.25, 3.0]) == {"decimals": 2}
    assert shown([1.0, 2.0, None]) == {"decimals": 0}
    assert "texts" in shown([1e300, 2e300])
    assert shown([]) == {"decimals": 0}
    rng = np.random.default_rng(0)
    for size in 10.0 ** np.arange(-9, 10):
        shown((size * rng.normal(size=20)).tolist())


@given(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(0, n - 1))))
)
@example((1, [0, 0])).via("a decision that all take alike")
def test_positions_read_back(case: tuple[int, list[int]]) -> None:
    count, positions = case
    found = packed(positions, count)
    assert called("Reading.positions", found, count, len(positions)) == positions
    assert len(found) <= len(positions) * (1 if count <= 64 else 3)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_read_back_to_the_last_bit(numbers: list[float]) -> None:
    numbers = [number + 0.0 for number in numbers]
    found = called("Reading.numbers", exactly(numbers))
    assert list(map(float, found)) == numbers  # whole ones are written without a point


@pytest.mark.parametrize("name", ["fusion_linear", "smart_manufacturing_phases", "steam_supply"])
def test_other_languages_read_back_from_what_they_change(name: str) -> None:
    result = solve(load(ROOT / "scenarios" / f"{name}.yaml"))
    found = called("Reading.data", script_json(payload(result, robust=None, repair=None)))
    for language, own in found["words"].items():
        with speaking(language):
            assert own["charts"] == json.loads(json.dumps(described(result)))
            assert own["pictures"] == json.loads(json.dumps(pictures(result)))


@given(json_values(), json_values())
def test_anything_reads_back_from_what_it_changes(base: Any, own: Any) -> None:
    assert called("Reading.changed", base, changes(base, own)) == own


def test_what_is_shown_only_is_as_long_as_it_is_shown() -> None:
    found = as_shown([1 / 3, None, 2.0])
    assert found == {"decimals": 4, "values": [0.3333, None, 2]}
    assert "values" not in as_shown([1e300, 1.0])


def test_the_scenario_is_shown_as_it_is_written_while_it_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    text = (ROOT / "scenarios" / "weighted_example.yaml").read_text("utf-8")
    file.write_text(text, encoding="utf-8")
    scenario = load(file)
    assert written(scenario) == {"file": "mine.yaml", "text": text}
    file.write_text(text.replace("weight: ", "weight: 1"), encoding="utf-8")
    assert written(scenario)["file"] == ""
    file.unlink()
    assert written(scenario)["file"] == ""
    assert "objectives:" in written(scenario)["text"]


def test_answers_of_other_questions_have_sections(library: Result) -> None:
    numbers = {"mean": 1.0, "p5": 0.5, "p95": 2.0, "worst": 0.1, "cvar": 0.2}
    names = [column.name for column in library.front.columns]
    plan = {"id": library.front.ids[0], "objectives": dict.fromkeys(names, numbers)}
    robust = {"samples": 100, "seed": 1, "plans": [{**plan, "feasible": 1.0, "efficient": 0.5}]}
    text = page(library, robust=robust)
    known = [row for _ in names for row in ("1.0", "0.5", "2.0", "0.1")]
    row = [library.front.ids[0], *known, "100 %", "50 %"]
    assert data_of(text)["robust"] == {"samples": 100, "rows": [row]}
    assert data_of(text)["repair"] is None
