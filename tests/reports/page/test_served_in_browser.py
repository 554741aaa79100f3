"""A page that is served, in headless Chromium: saves are shown in place."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.processes import finished, process
from tests.reports.page.browser import Tab, opened
from tests.reports.page.test_in_browser import IDS, PICTURES, ROWS, pick, put
from tests.reports.serving.served import EFFECTS, served, write

pytestmark = pytest.mark.browser

STATUS = "document.querySelector('#live [role=status]').textContent"
CHANGES = (
    "[...document.querySelectorAll('#changes tbody tr')]"
    ".map(row => [...row.cells].map(cell => cell.textContent))"
)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with opened(tmp_path_factory.mktemp("browser")) as found:
        yield found


def test_saves_are_shown_in_place(tab: Tab, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    write(file)
    with served(tmp_path, "case.yaml") as server:
        tab.open(server.address)
        tab.until(f"{ROWS}.length === 5 && {STATUS}.startsWith('Up to date')")
        before = tab.evaluate(IDS)
        tab.evaluate("window.mark = 1")
        put(tab, "weight-0", 0.25)
        put(tab, "limit-1-1", 5)
        tab.evaluate(f"{ROWS}[2].click()")
        chosen = tab.evaluate("Page.data.ids[Page.chosen]")
        tab.evaluate("document.querySelector('[name=\"limit-1-1\"]').focus()")

        write(file, {**EFFECTS, "b": {"gain": 5, "cost": 1}})
        tab.until(f"{STATUS}.startsWith('Up to date') && {CHANGES}.length > 0")
        assert tab.evaluate("window.mark") == 1, "nothing was loaded again"
        listed = tab.evaluate(CHANGES)
        assert {row[1] for row in listed} == {"came", "moved", "went"}
        assert any("→" in cell for row in listed for cell in row)
        assert tab.evaluate("Page.weights[0]") == 0.25
        assert tab.evaluate("Page.ranges[1]") == [None, 5]
        assert tab.evaluate("document.activeElement.name") == "limit-1-1"
        assert chosen not in tab.evaluate("Page.data.ids") or chosen == tab.evaluate(
            "Page.data.ids[Page.chosen]"
        )
        tab.picture(PICTURES / "served-changed.png", whole=True)

        text = file.read_text("utf-8")
        file.write_text(text.replace("gain: max", "gian: max"), encoding="utf-8")
        tab.until(f"{STATUS}.startsWith('What was saved cannot be solved')")
        shown = tab.evaluate("document.querySelector('#live pre').textContent")
        assert "case.yaml:" in shown
        assert "did you mean 'gain'" in shown
        assert tab.evaluate("Page.data.ids.length") > 0
        tab.picture(PICTURES / "served-problem.png", whole=False)
        pick(tab, "Language", "zh")
        assert "帮助" in tab.evaluate("document.querySelector('#live pre').textContent")
        pick(tab, "语言", "en")

        write(file)
        tab.until(f"{STATUS}.startsWith('Up to date')")
        assert sorted(tab.evaluate("Page.data.ids")) == sorted(before)
        assert tab.complaints() == []
        asked = {one.removeprefix(server.address) for one in tab.requests()}
        assert asked <= {"", "news", "front.json"}
        assert server.stop(signal.SIGTERM)[0] == 130
        tab.until(f"{STATUS}.startsWith('The server has ended')")
        assert tab.evaluate(f"{ROWS}.length") > 0
        assert tab.complaints() == []


def test_a_page_waits_for_its_first_front(tab: Tab, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    write(file, objectives={"gian": "max"})
    with served(tmp_path, "case.yaml", "--lang", "zh") as server:
        tab.open(server.address, width=400)
        tab.until("document.querySelector('#live pre') !== null")
        assert "S0" in tab.evaluate("document.querySelector('#live pre').textContent")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 400
        tab.picture(PICTURES / "served-waiting.png", whole=False)
        write(file)
        tab.until(f"{ROWS}.length === 5")
        assert tab.complaints() == []


def test_what_nothing_fits_is_shown_with_what_would_make_it_fit(tab: Tab, tmp_path: Path) -> None:
    """The rules that conflict, where they are written, and the changes and the line of `run`."""
    file = tmp_path / "case.yaml"
    write(file)
    with served(tmp_path, "case.yaml") as server:
        tab.open(server.address)
        tab.until(f"{ROWS}.length === 5")
        write(file, constraints={"budget": "cost <= 2", "enough": "gain >= 5"})
        tab.until("document.querySelectorAll('#live table').length === 2")
        told = tab.evaluate("document.querySelector('#live').innerText")
        printed = finished(process("run", "case.yaml", "--json", folder=tmp_path))
        assert printed.code == 4
        answer = json.loads(printed.out)
        for rule in answer["conflict"]:
            assert all(rule[key] in told for key in ("name", "text", "place"))
        (repair,) = answer["repairs"]
        assert repair["command"] in told
        assert "enough and minimal (proven)" in told
        for change in repair["changes"]:
            assert f"{change['name']}\t{change['from']:g}\t{change['to']:g}" in told
        tab.picture(PICTURES / "served-repair.png", whole=False)
        pick(tab, "Language", "zh")
        assert "价格" in tab.evaluate("document.querySelector('#live').innerText")
        write(file)
        tab.until("document.querySelectorAll('#live table').length === 0")
        assert tab.complaints() == []


def test_a_title_is_text_in_an_error(tab: Tab, tmp_path: Path) -> None:
    """What a file holds is quoted by what is wrong with it."""
    file = tmp_path / "case.yaml"
    file.write_text("optimise: 1\nname: case\n</script><img src=x onerror=alert(1)>: 1\n", "utf-8")
    with served(tmp_path, "case.yaml") as server:
        tab.open(server.address)
        tab.until("document.querySelector('#live pre') !== null")
        assert "onerror" in tab.evaluate("document.querySelector('#live pre').textContent")
        assert tab.evaluate("document.images.length") == 0
        assert tab.complaints() == []
