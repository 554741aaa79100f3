"""The documentation as a site: every page has its place, nothing is asked of anybody else, every
link leads somewhere.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from docs.publishing import pages_in, published, segmented, spread
from optimiser.scenario import CODES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
CONFIG = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


def leaves(nav: Iterable[Any]) -> Iterator[str]:
    for entry in nav:
        for content in entry.values() if isinstance(entry, dict) else [entry]:
            if isinstance(content, str):
                yield content
            else:
                yield from leaves(content)


# ---- without mkdocs


def test_every_page_is_in_the_navigation_once() -> None:
    named = [page for page in leaves(spread(CONFIG["nav"])) if not page.startswith("about/")]
    there = [
        page.relative_to(DOCS).as_posix()
        for page in DOCS.rglob("*.md")
        if not page.name.endswith(".zh.md")
    ]
    assert sorted(named) == sorted(there), "add it to nav in mkdocs.yml"


def test_a_page_in_chinese_stands_beside_its_original() -> None:
    chinese = [page.name for page in DOCS.rglob("*.zh.md")]
    assert [name for name in chinese if not list(DOCS.rglob(name.replace(".zh", "")))] == []
    wanted = [
        "index",
        "installing",
        "tutorial",
        *(p.removesuffix(".md") for p in pages_in("how-to")),
    ]
    assert [page for page in wanted if not (DOCS / f"{page}.zh.md").is_file()] == []


def test_what_is_read_in_chinese_is_named_in_chinese() -> None:
    """The tabs, and all that has a page in Chinese."""
    names = CONFIG["plugins"][1]["i18n"]["languages"][1]["nav_translations"]
    tabs = [title for entry in CONFIG["nav"] for title in entry]
    below = [
        title
        for tab in CONFIG["nav"][1:3]
        for (group,) in [tab.values()]
        for entry in group
        for title in entry
    ]
    assert set(names) == {*tabs, *below}


def test_pages_in_chinese_show_the_same_commands() -> None:
    def shown(page: Path) -> list[str]:
        text = page.read_text(encoding="utf-8")
        return re.findall(r"^```.*$|^\$ .*$", text, flags=re.MULTILINE)

    for name in pages_in("how-to"):
        page = DOCS / name
        assert shown(page) == shown(page.with_suffix(".zh.md")), name


@pytest.mark.parametrize(
    ("source", "written", "read"),
    [
        ("docs/a.md", "[b](cli.md#x)", "[b](cli.md#x)"),
        (
            "docs/a.md",
            "[b](../README.md) [c](../CHANGELOG.md)",
            "[b](index.md) [c](about/changelog.md)",
        ),
        ("docs/how-to/a.md", "[s](../../scenarios/retail.yaml)", "s"),
        ("docs/a.md", "[d](decisions)", "[d](decisions/0001-architecture.md)"),
        ("docs/a.md", "[w](https://example.org/x)", "[w](https://example.org/x)"),
        ("docs/index.md", "[中文](tutorial.zh.md)", '<a href="zh/tutorial.html">中文</a>'),
        ("docs/how-to/in-ci.zh.md", "[E](in-ci.md)", '<a href="../../how-to/in-ci.html">E</a>'),
        ("docs/how-to/in-ci.zh.md", "[词](../glossary.md)", "[词](../glossary.md)"),
        ("docs/how-to/in-ci.zh.md", "[好](how-sure.zh.md)", "[好](how-sure.md)"),
        ("CONTRIBUTING.md", "[c](docs/cli.md)", "[c](../cli.md)"),
        ("docs/a.md", "one\n- two\n- three", "one\n\n- two\n- three"),
        ("docs/a.md", "<!-- x: written by make docs -->\n| a |", "\n| a |"),
        (
            "docs/a.md",
            "```yaml file=a.yaml\n- [x](y.md)\n```",
            '```yaml title="a.yaml"\n- [x](y.md)\n```',
        ),
        ("docs/a.md", "```console exit=3\n$ a\n```", "```console\n$ a\n```"),
    ],
)
def test_a_site_reads_what_a_code_host_reads(source: str, written: str, read: str) -> None:
    assert published(written, source) == f"{read}\n"


def test_chinese_is_parted_into_words_of_the_glossary() -> None:
    assert segmented("plan 有效方案好 x").replace("\u200b", "|") == "plan |有效方案|好| x"


# ---- built


class Page(HTMLParser):
    """What a page can be linked by, what it links to, and what a browser asks for to show it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if name := given.get("id"):
            self.names.add(name)
        if tag == "a" and (target := given.get("href")):
            self.links.append(target)
        elif target := given.get("src") or given.get("href"):
            self.loads.append(target)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Strictly: whatever mkdocs warns of ends the build."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {file: Page(file.read_text(encoding="utf-8")) for file in site.rglob("*.html")}


@pytest.mark.slow
def test_every_link_of_the_site_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for file, page in pages.items():
        for target in [*page.links, *page.loads]:
            if re.match(r"(?:https?|mailto|javascript|data):", target) or file.name == "404.html":
                continue
            path, _, name = unquote(target).partition("#")
            there = (file.parent / path).resolve() if path else file
            there = there / "index.html" if there.is_dir() else there
            known = pages[there].names if there in pages else set()
            if not there.is_file() or (name and there in pages and name not in known):
                broken.append((file.relative_to(site).as_posix(), target))
    assert broken == []


@pytest.mark.slow
def test_no_page_asks_anybody_else_for_anything(site: Path, pages: dict[Path, Page]) -> None:
    asked = {target for page in pages.values() for target in page.loads}
    assert [target for target in asked if re.match(r"(?:https?:)?//", target)] == []
    styles = "".join(file.read_text(encoding="utf-8") for file in site.rglob("*.css"))
    assert re.findall(r"(?:@import|url\()\s*['\"]?(?:https?:)?//[^)]*", styles) == []


@pytest.mark.slow
def test_every_code_has_its_address(site: Path, pages: dict[Path, Page]) -> None:
    for page in ("errors.html", "zh/errors.html"):
        assert [code for code in CODES if code.lower() not in pages[site / page].names] == []


@pytest.mark.slow
def test_both_languages_can_be_searched(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    text = {place["location"]: place["text"] for place in index["docs"]}
    assert "\u200b有效方案\u200b" in text["zh/how-to/worth-adopting.html"]
    assert any("epsilon-constraint" in words for words in text.values())
