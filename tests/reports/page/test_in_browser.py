"""The page in headless Chromium: `make test-page`.

Screenshots are kept in ``build/page`` to be looked at.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from optimiser.language import speaking
from optimiser.reports.drawing import COLOURS
from optimiser.reports.page import page
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import rank_again, solve
from tests.reports.page.browser import Tab, opened
from tests.reports.page.made import HOSTILE, made

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[3] / "build" / "page"
ROWS = "[...document.querySelectorAll('#table tbody tr')]"
SETTLED = "new Promise(d => requestAnimationFrame(() => setTimeout(() => setTimeout(d, 9))))"
IDS = f"{ROWS}.map(row => row.querySelector('th').textContent)"
LIVE = "document.querySelector('.live').textContent"

Show = Callable[..., None]


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with opened(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture
def show(tab: Tab, tmp_path: Path) -> Iterator[Show]:
    """Show a result; nothing may be complained about, and nothing be asked for but the file."""
    file = tmp_path / "page.html"

    def shown(result: Result, *, language: str = "en", **size: int) -> None:
        with speaking(language):
            file.write_text(page(result), encoding="utf-8")
        tab.open(file, **size)
        tab.until(f"{ROWS}.length > 0")

    yield shown
    assert tab.complaints() == []
    assert tab.requests() == [file.resolve().as_uri()]


@pytest.fixture(scope="module")
def library() -> Result:
    return solve(load("scenarios/smart_manufacturing.yaml"))


def put(tab: Tab, name: str, value: object, event: str = "input") -> None:
    """Write into a field, as a hand would."""
    tab.evaluate(
        f"(field => {{ field.value = {json.dumps(str(value))}; "
        f"field.dispatchEvent(new Event('{event}', {{bubbles: true}})); }})"
        f"(document.querySelector('[name=\"{name}\"]'))"
    )
    tab.evaluate(SETTLED)


def pick(tab: Tab, label: str, value: str) -> None:
    """Choose in the list with this label."""
    tab.evaluate(
        f"(select => {{ select.value = {json.dumps(value)}; "
        "select.dispatchEvent(new Event('change')); })([...document.querySelectorAll('label')]"
        f".find(one => one.textContent.startsWith({json.dumps(label)})).querySelector('select'))"
    )
    tab.evaluate(SETTLED)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (400, "dark")])
def test_screenshots(
    language: str, width: int, theme: str, tab: Tab, show: Show, library: Result
) -> None:
    """Nothing is wider than the window; both languages, both grounds."""
    show(library, language=language, width=width)
    pick(tab, "Appearance" if language == "en" else "外观", theme)
    drawn = tab.evaluate("document.querySelector('.legend svg *').getAttribute('fill')")
    assert drawn == COLOURS["light" if theme == "light" else "dark"]["plan"]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("document.documentElement.lang") == {"en": "en", "zh": "zh-CN"}[language]
    tab.picture(PICTURES / f"library-{language}-{width}-{theme}.png")


def test_sliders_put_plans_in_the_order_of_the_program(
    tab: Tab, show: Show, tmp_path: Path
) -> None:
    result = made(tmp_path, plans=60)
    show(result)
    assert tab.evaluate(IDS) == list(result.front.ids)
    for method in ("topsis", "vikor", "promethee2", "knee", "lexicographic", "weighted_sum"):
        pick(tab, "method", method)
        put(tab, "weight-0-slider", 0.07)
        put(tab, "weight-1", 0.61)
        weights = {"o0": 0.07, "o1": 0.61, "o2": float(result.ranking.weights[2])}
        own = rank_again(result, method=method, weights=weights)
        assert tab.evaluate(IDS) == list(own.front.ids), method
        ranks = tab.evaluate(f"{ROWS}.map(row => Number(row.cells[0].textContent))")
        assert ranks == own.ranking.rank.tolist()


def test_the_command_beside_a_ranking_gives_it(tab: Tab, show: Show, library: Result) -> None:
    show(library)
    put(tab, "weight-0", 0.25)
    said = tab.evaluate("document.querySelector('#plans code').textContent")
    assert said.startswith("optimise rank smart_manufacturing --method weighted_sum --weights ")
    assert "output=0.25," in said


def test_a_target_ranks_by_achievement(tab: Tab, show: Show, tmp_path: Path) -> None:
    result = made(tmp_path, plans=30)
    show(result)
    put(tab, "target-0", float(result.front.ideal[0]))
    best = int(result.front.y[:, 0].argmax())
    assert tab.evaluate(f"{IDS}[0]") == result.front.ids[best]
    put(tab, "target-0", "")
    assert "aim at something" in tab.evaluate(LIVE)


def test_limits_and_technologies_keep_what_holds_them(tab: Tab, show: Show, tmp_path: Path) -> None:
    result = made(tmp_path, plans=60)
    show(result)
    limit = float(sorted(result.front.y[:, 1].tolist())[30])
    put(tab, "limit-1-1", limit)
    wanted = [i for i, row in enumerate(result.front.y[:, 1].tolist()) if row <= limit]
    assert tab.evaluate(IDS) == [result.front.ids[row] for row in wanted]
    pick(tab, "技术 1 (t0)", "with")
    wanted = [row for row in wanted if result.front.cells[row][0] != "0"]
    assert tab.evaluate(IDS) == [result.front.ids[row] for row in wanted]
    assert tab.evaluate(LIVE).startswith(f"{len(wanted)} of {len(result.front)} plans")
    put(tab, "limit-1-1", -1)
    assert "No plan holds all of this" in tab.evaluate(LIVE)


def box(tab: Tab, selector: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of an element that was scrolled into the window."""
    found: list[float] = tab.evaluate(
        f"(element => {{ element.scrollIntoView({{block: 'center'}}); "
        "const {left, top, width, height} = element.getBoundingClientRect(); "
        f"return [left, top, width, height]; }})(document.querySelector('{selector}'))"
    )
    left, top, width, height = found
    return left, top, width, height


@pytest.mark.parametrize("plans", [60, 700])
def test_a_brush_on_an_axis_is_a_limit(plans: int, tab: Tab, show: Show, tmp_path: Path) -> None:
    show(made(tmp_path, plans=plans, technologies=12))
    left, top, _, height = box(tab, "#parallel")
    tab.drag((left + 60, top + 60), (left + 60, top + height / 2))
    tab.until("document.querySelector('[name=\"limit-0-0\"]').value !== ''")
    low = float(tab.evaluate("document.querySelector('[name=\"limit-0-0\"]').value"))
    everything = tab.evaluate(LIVE).split()[2]
    tab.until(f"!{LIVE}.startsWith('{everything} of')")
    values = tab.evaluate(f"{ROWS}.map(row => Number(row.cells[3].textContent))")
    assert min(values) >= low - 1e-3


@pytest.mark.parametrize("plans", [60, 700])
def test_a_rectangle_in_the_front_is_two_limits(
    plans: int, tab: Tab, show: Show, tmp_path: Path
) -> None:
    show(made(tmp_path, plans=plans, technologies=12))
    tab.evaluate("document.querySelector('#plans input[type=checkbox]').click()")
    left, top, width, height = box(tab, "#front")
    tab.drag((left + 0.3 * width, top + 0.3 * height), (left + 0.8 * width, top + 0.8 * height))
    for name in ("limit-0-0", "limit-0-1", "limit-1-0", "limit-1-1"):
        tab.until(f"document.querySelector('[name=\"{name}\"]').value !== ''")


def test_the_keyboard_reaches_every_plan(tab: Tab, show: Show, library: Result) -> None:
    """Skip link, arrows, Enter, space; there is one stop of the tabulator in the table."""
    show(library)
    tab.press("Tab")
    tab.press("Enter", text="\r")
    assert tab.evaluate("document.activeElement.dataset.row") == "0"
    tab.press("ArrowDown")
    tab.press("ArrowDown")
    focused = "document.activeElement.querySelector('th').textContent"
    assert tab.evaluate(focused) == library.front.ids[2]
    tab.press("Enter", text="\r")
    assert library.front.ids[2] in tab.evaluate("document.querySelector('#plan').textContent")
    tab.press("End")
    tab.press(" ", text=" ")
    beside = tab.evaluate("document.querySelector('#beside').textContent")
    assert library.front.ids[2] in beside
    assert library.front.ids[-1] in beside
    assert tab.evaluate(f"{ROWS}.filter(row => row.tabIndex === 0).length") == 1


def test_what_a_screen_reader_is_told(tab: Tab, show: Show, library: Result) -> None:
    show(library)
    tree = tab.ask("Accessibility.getFullAXTree")["nodes"]
    named = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in tree if "role" in n]
    roles = {role for role, _ in named}
    assert {"main", "grid", "row", "rowheader", "columnheader", "slider", "status"} <= roles
    fields = ("slider", "spinbutton", "combobox", "checkbox", "button")
    for role in (*fields, "grid", "region", "columnheader"):
        assert [name for own, name in named if own == role and not name.strip()] == [], role
    assert sum(role == "rowheader" for role, _ in named) >= len(library.front)


@pytest.mark.parametrize("plans", [6, 200, 3000])
def test_the_tree_of_a_screen_reader(plans: int, tab: Tab, show: Show, tmp_path: Path) -> None:
    """Places have names of their own, headings come one level after the other, the focus moves as
    the page reads, pictures say what they are and what changes is told.
    """
    show(made(tmp_path, plans=plans, technologies=12, phases=plans < 300), width=400)
    tree = tab.ask("Accessibility.getFullAXTree")["nodes"]
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in tree
        if not node["ignored"]
    ]
    regions = [name for role, name in named if role in ("region", "main", "banner")]
    assert len(set(regions)) == len(regions) - 1  # main and banner are one of a kind
    for role in ("image", "figure", "link", "button", "combobox", "slider", "spinbutton"):
        assert all(name for own, name in named if own == role), role
    levels = tab.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    assert tab.evaluate("[...document.querySelectorAll('[tabindex]')].every(e => e.tabIndex <= 0)")
    rows = tab.evaluate("document.querySelector('[role=grid]').getAttribute('aria-rowcount')")
    assert int(rows) == tab.evaluate("Page.data.ids.length") + 1
    # what moves sideways can be moved by keys, and what does not is no stop
    moving = (
        "[...document.querySelectorAll('.wide:not(.plans)')]"
        ".filter(e => (e.scrollWidth > e.clientWidth) !== (e.tabIndex === 0))"
    )
    tab.evaluate(SETTLED)
    assert tab.evaluate(f"{moving}.length") == 0
    told = "[...document.querySelectorAll('[role=status]')].map(e => e.textContent).join()"
    second = tab.evaluate("Page.data.ids[Page.listed[1]]")
    tab.evaluate(f"{ROWS}[1].focus()")
    tab.press("Enter", text="\r")
    assert f"Plan {second}" in tab.evaluate(told)


def test_titles_stay_text(tab: Tab, show: Show, tmp_path: Path) -> None:
    show(made(tmp_path, plans=20, hostile=True))
    assert tab.evaluate("document.querySelectorAll('#page img, #page script').length") == 0
    assert tab.evaluate("document.title") == HOSTILE[0]
    text = tab.evaluate("document.querySelector('#page').textContent")
    for title in HOSTILE:
        assert title in text


def test_titles_turn_no_other_words(tab: Tab, show: Show, tmp_path: Path) -> None:
    """What turns the direction of reading ends with its title, also where that would go on."""
    show(made(tmp_path, plans=20, hostile=True))
    turned = tab.evaluate("Elements.isolated('\u202e\u2069heat') + Elements.isolated('heat 热')")
    assert turned == "\u2068\u202eheat\u2069heat 热"
    assert (
        tab.evaluate(
            """[...document.querySelectorAll("label, th, td, option, legend")]
          .flatMap((one) => [...one.childNodes].filter((node) => node.nodeType === 3))
          .map((node) => node.data)
          .filter((text) => /\u202e/.test(text.replace(/\u2068[^\u2069]*\u2069/g, "")))"""
        )
        == []
    )


def test_words_of_a_sheet_keep_their_room_in_a_narrow_window(
    tab: Tab, show: Show, library: Result
) -> None:
    """A sheet is moved in its own window, not made too small for its words."""
    show(library, width=400)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400
    rooms = tab.evaluate(
        """[...document.querySelectorAll("figure .wide .chart")]
          .map((one) => [one.clientWidth, one.parentElement.clientWidth])"""
    )
    assert rooms
    assert all(own > 1.3 * window for own, window in rooms), rooms


def test_the_page_changes_its_language(tab: Tab, show: Show, library: Result) -> None:
    show(library)
    pick(tab, "Language", "zh")
    assert tab.evaluate("document.documentElement.lang") == "zh-CN"
    assert tab.evaluate("document.querySelector('#plans h2').textContent") == "方案"
    pick(tab, "语言", "en")
    assert tab.evaluate("document.querySelector('#plans h2').textContent") == "Plans"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_is_enough(theme: str, tab: Tab, show: Show, library: Result) -> None:
    """4.5 to 1 for all text (WCAG 2.2, AA)."""
    show(library)
    tab.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    assert tab.evaluate(CONTRAST) == []


CONTRAST = """(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let own = element; own; own = own.parentElement) {
      const colour = parse(getComputedStyle(own).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = new Set();
  for (const element of document.querySelectorAll("#page *:not(svg *):not(option)")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.closest(".chart") || element.disabled) continue;
    const ink = parse(getComputedStyle(element).color).slice(0, 3);
    const pair = [light(ink), light(ground(element))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) found.add(`${element.tagName} ${element.className} ${ratio.toFixed(2)}`);
  }
  return [...found];
})()"""


def test_five_thousand_plans_are_brushed_at_once(tab: Tab, show: Show, tmp_path: Path) -> None:
    """A limit paints what is kept once, and nothing of what lies behind it: counted, not timed."""
    show(result := made(tmp_path, plans=5000, technologies=30, objectives=4))
    assert tab.evaluate("document.querySelectorAll('.chart:has(canvas)').length") == 2
    middle = sorted(result.front.y[:, 0].tolist())[2500]
    painted = tab.evaluate(
        f"""(async () => {{
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done))); // all painted
          const charts = [...document.querySelectorAll("#front canvas, #parallel canvas")];
          const painted = {{ lineTo: 0, fillRect: 0, rect: 0, clearRect: 0 }};
          for (const name of Object.keys(painted)) {{
            const before = CanvasRenderingContext2D.prototype[name];
            CanvasRenderingContext2D.prototype[name] = function (...at) {{
              if (charts.includes(this.canvas)) painted[name]++;
              return before.apply(this, at);
            }};
          }}
          const field = document.querySelector('[name="limit-0-1"]');
          Object.assign(field, {{ value: {middle} }}).dispatchEvent(new Event("input"));
          return new Promise((done) => requestAnimationFrame(() => done(painted)));
        }})()"""
    )
    kept = int((result.front.y[:, 0] <= middle).sum())
    assert 0 <= painted["lineTo"] - 3 * kept < 500, painted
    assert abs(painted["fillRect"] - kept) <= 20, painted
    assert (painted["rect"], painted["clearRect"]) < (100, 5), painted  # canvases behind: never


def test_few_plans_are_vectors_and_so_is_print(tab: Tab, show: Show, tmp_path: Path) -> None:
    show(made(tmp_path, plans=60))
    assert tab.evaluate("document.querySelectorAll('.chart:has(canvas)').length") == 0
    show(made(tmp_path, plans=400, technologies=12))
    assert tab.evaluate("document.querySelectorAll('.chart:has(canvas)').length") == 2
    tab.ask("Emulation.setEmulatedMedia", media="print")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.evaluate("document.querySelectorAll('.chart:has(canvas)').length") == 0
    assert tab.evaluate("document.querySelectorAll('#front svg, #parallel svg').length") == 2
    tab.picture(PICTURES / "print.png")
    tab.ask("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize(
    "given",
    [
        {"plans": 1},
        {"plans": 12, "objectives": 1},
        {"plans": 200, "objectives": 2},
        {"plans": 3000, "objectives": 6, "technologies": 20},
        {"plans": 40, "phases": True},
        {"plans": 20, "scale": 1e9},
        {"plans": 20, "scale": 1e-9},
        {"plans": 4, "technologies": 60, "objectives": 2},
    ],
    ids=str,
)
def test_fronts_of_all_kinds(given: dict[str, Any], tab: Tab, show: Show, tmp_path: Path) -> None:
    show(made(tmp_path, **given))
    tab.picture(PICTURES / f"kinds-{'-'.join(map(str, given.values()))}.png")


@pytest.mark.parametrize("name", ["factory_roadmap", "steam_supply", "smart_agriculture"])
def test_scenarios_of_the_library(name: str, tab: Tab, show: Show) -> None:
    """Phases, segments, levels and amounts."""
    show(solve(load(f"scenarios/{name}.yaml")), language="zh")
    tab.picture(PICTURES / f"{name}.png")
