"""Orders in texts: to terminals, browsers, spreadsheets, TeX, to what reads Markdown or the log of
a build. Every command shows and writes them, and they stay texts.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import yaml

from tests.robustness.bases import TALL
from tests.robustness.judging import CONTROL, Trial, judge
from tests.robustness.lines import LINES, Line, furnish
from tests.robustness.running import Server

__all__ = ["ORDERS", "obeyed", "steer"]

# What no text of ours says: where it has become more than text, an order was obeyed.
_MARK = "xq7"
ORDERS = (
    "\x1b[31m",
    "\x1b]0;owned\x07",
    "\x9b2J",
    "\x08\x08",
    "\x7f",
    "\x1bc",
    "<xq7 onload=1>",
    "</script><xq7>",
    "<!--xq7<script>",
    "]]><xq7/>",
    '" onxq7="1',
    "' onxq7='1",
    "=xq7()",
    "+xq7()",
    "-xq7()",
    "@xq7()",
    "\t=xq7()",
    "\\xqseven{$%&#_^~",
    "a | xq7 | `b",
    "[x](javascript:xq7)",
    "![x](http://xq7/)",
    "a\n::error::xq7",
    "a\r\n::error::xq7",
    "%0A::error::xq7",
    "\u202exq7",
    "\u2028=xq7()",
    "$(xq7)`xq7`;'\"xq7",
)
# of the lines of all commands every so many-th is tried in one case
_SHARE = 8


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= _MARK in tag or any(_MARK in name for name, _ in attrs)
        self.found |= any((value or "").startswith("javascript:") for _, value in attrs)


def _html(text: str) -> bool:
    tags = _Tags()
    tags.feed(text)
    # inside a script a browser reads these even in a string
    return tags.found or bool(re.search(r"<(/script><|!--)xq7", text))


def _xml(text: str) -> bool:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return True
    return any(
        _MARK in str(node.tag) or any(_MARK in name for name in node.attrib) for node in root.iter()
    )


def _markdown(text: str) -> bool:
    if re.search(r"(?<!\\)<(/script><)?(!--)?xq7|(?<!\\)\]\((javascript|http)", text):
        return True
    # rows of a table have as many cells as its head
    cells = 0
    for line in text.splitlines():
        now = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        if cells and now and now != cells:
            return True
        cells = now
    return False


def _table(text: str) -> bool:
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            if cell.lstrip(" ")[:1] in tuple("=+-@\t\r") and cell and _MARK in cell:
                return True
    return False


def _tex(text: str) -> bool:
    return "\\xqseven" in text


def _pseudo_boolean(text: str) -> bool:
    return any(_MARK in line and not line.startswith("*") for line in text.splitlines())


def _json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return True
    return False


def _log(text: str) -> bool:
    return any(line.lstrip().startswith("::error::xq7") for line in text.splitlines())


def _yaml(text: str) -> bool:
    try:
        return _MARK in str(list(yaml.safe_load(text)))
    except yaml.YAMLError:
        return True


_READ: Mapping[str, Callable[[str], bool]] = {
    ".html": _html,
    ".svg": _xml,
    ".md": _markdown,
    ".csv": _table,
    ".tex": _tex,
    ".opb": _pseudo_boolean,
    ".json": _json,
    ".yaml": _yaml,
    "md": _markdown,
    "csv": _table,
    "json": _json,
    "junit": _xml,
    "github": _log,
}


def obeyed(suffix: str, content: str | bytes, /) -> bool:
    """Whether an order in a text became more than a text; a format that is not known has none."""
    if suffix == ".xlsx":
        assert isinstance(content, bytes)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [
                archive.read(n).decode()
                for n in archive.namelist()
                if n.startswith("xl/worksheets/")
            ]
        # our own workbooks hold no formula and point nowhere
        return any(re.search(r"<f[ >]|<hyperlink|<xq7", part) for part in parts)
    if isinstance(content, bytes):
        content = content.decode("utf-8", errors="replace")
    return _READ[suffix](content) if suffix in _READ else False


def ordered(order: str, /) -> tuple[str, str]:
    """A sound scenario, and one that is not, with an order in every text."""
    tree = yaml.safe_load(TALL)

    def text(title: str, at: int = 1) -> str:
        return f"{title[:at]}{order}{title[at:]}x"

    tree["title"], tree["source"] = text(tree["title"], 0), text(tree["source"])
    tree["description"] = text("what it is", 0)
    for group in ("parameters", "indicators", "technologies", "plans"):
        for name, entry in tree[group].items():
            entry["title"] = text(entry.get("title", name), 0)
            if "unit" in entry:
                entry["unit"] = text(entry["unit"])
    tree["constraints"]["clean"]["why"] = text("a rule", 0)
    sound = yaml.safe_dump(tree, sort_keys=False, allow_unicode=False, width=10_000)
    tree["indicators"][text("odd")] = {"unit": 3}
    tree["technologies"]["iot"]["effects"] = {text("oops"): text("1")}
    tree["objectives"]["capex"]["sense"] = text("minimise")
    return sound, yaml.safe_dump(tree, sort_keys=False, allow_unicode=False)


def steer(rng: Random, server: Server, folder: Path, trial: Trial, /) -> None:
    """Orders in every text of a sound scenario, shown and written by every command."""
    order = ORDERS[trial.number % len(ORDERS)]
    trial.words = f"{order!r} in texts"
    sound, wrong = ordered(order)
    furnish(folder, sound, server.run)
    (folder / "wrong.yaml").write_text(wrong, encoding="utf-8")
    odd = [
        Line(("check", "tall.yaml", "--set", f"technologies.iot.title={order}", "--show-merged")),
        Line(("run", f"{order}.yaml")),
        Line(("best", "sound", order)),
        Line(("show", "sound", order)),
        Line(("plot", "sound", "-o", f"{order}.tif")),
    ]
    share = rng.randrange(_SHARE)
    for line in [*odd, *LINES][share::_SHARE]:
        words = line.words
        ended = server.run(folder, *words)
        judge(trial, ended, size=len(sound))
        form = words[words.index("--format") + 1] if "--format" in words else ""
        if obeyed("json" if "--json" in words else form, ended.out):
            trial.add("control", f"{line}: {order!r} is more than a text in stdout")
        for name in line.made:
            path = folder / name
            if path.is_file():
                content = path.read_bytes()
                if obeyed(path.suffix, content):
                    trial.add("control", f"{line}: {order!r} is more than a text in {name}")
                if path.suffix not in (".xlsx", ".png", ".pdf"):
                    _steering(trial, f"{line}: {name}", content)
            elif name == "r":
                _steering(trial, f"{line}: front.csv", (path / "front.csv").read_bytes())


def _steering(trial: Trial, label: str, content: bytes) -> None:
    text = content.decode("utf-8", errors="replace")
    # the library of the page is not ours, and has tables of characters
    if found := CONTROL.search(text.partition("<script")[0]):
        around = text[max(0, found.start() - 40) : found.end() + 20]
        trial.add("control", f"{label}: {around!r}")
