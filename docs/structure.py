"""The house as a picture: its rooms in layers, and who imports whom.

A chart of N squared (R. J. Lano, 1977): rooms stand on the diagonal in the order of their layers. A
line leaves a room to the right and turns down into every room that it imports; the number at the
turn says how many pairs of modules that is. ``python -m docs.structure`` writes it again.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from docs.imports import PACKAGE, import_graph
from optimiser.reports import picture_of
from optimiser.reports.chart import Bar, Chart, ChartAxis, Mark, Points, Polyline, Role, Text
from optimiser.reports.chart import Panel as Sheet
from optimiser.reports.measuring import text_width

__all__ = ["PICTURE", "Panel", "between", "current", "layers", "picture"]

PICTURE = Path(__file__).resolve().parent / "structure.svg"

_MARGIN, _HEAD, _FOOT = 26.0, 66.0, 30.0
_WIDTH, _DOWN = 1118.0, 37.0  # of the picture; from one room down to the next
_HEIGHT = 26.0
_PORT = 17.0  # from the right end of a box to where lines come in
_SIZE = 12.5
# imports from which a number stands out, its ground and its ink
_SHADES: tuple[tuple[int, Role, Role], ...] = (
    (15, "plan", "surface"),
    (5, "infrastructure", "ink"),
    (1, "surface", "ink"),
)


@dataclass(frozen=True)
class Panel:
    """Rooms of one level: ``layers`` from the top, ``counts`` of imports from a room to another."""

    title: str
    layers: Sequence[Sequence[str]]
    counts: Mapping[tuple[str, str], int]
    folders: frozenset[str]

    @property
    def rooms(self) -> list[str]:
        """All of them in the order of their layers."""
        return [room for layer in self.layers for room in layer]

    @property
    def box(self) -> float:
        """How wide a box is."""
        return max(text_width(room, size=_SIZE) for room in self.rooms) + 18

    @property
    def across(self) -> float:
        """From one room to the next to the right."""
        return (_WIDTH - 2 * _MARGIN - self.box) / max(1, len(self.rooms) - 1)

    @property
    def height(self) -> float:
        """Of the whole panel."""
        return _HEAD + _DOWN * len(self.rooms)

    def upward(self) -> list[tuple[str, str]]:
        """Imports that the layers forbid."""
        layer = {room: i for i, rooms in enumerate(self.layers) for room in rooms}
        return [pair for pair in self.counts if layer[pair[0]] >= layer[pair[1]]]


def layers(container: str, /) -> list[list[str]]:
    """The layers of a package as the import rules have them, rooms that are not there left out."""
    rules = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    for rule in rules["tool"]["importlinter"]["contracts"]:
        if rule["type"] == "layers" and rule["containers"] == [container]:
            folder = PACKAGE.parent.joinpath(*container.split("."))
            rows = [[name.strip("() ") for name in layer.split("|")] for layer in rule["layers"]]
            there = [
                [n for n in row if (folder / n).is_dir() or (folder / f"{n}.py").is_file()]
                for row in rows
            ]
            return [row for row in there if row]
    raise ValueError(f"pyproject.toml has no layers for {container}")


def between(graph: Mapping[str, Set[str]], container: str, /) -> Counter[tuple[str, str]]:
    """(room, room) -> how many pairs of modules import across them."""
    start = f"{container}."
    found: Counter[tuple[str, str]] = Counter()
    for module, others in graph.items():
        for other in others:
            if module.startswith(start) and other.startswith(start):
                pair = tuple(name[len(start) :].split(".")[0] for name in (module, other))
                if pair[0] != pair[1]:
                    found[pair[0], pair[1]] += 1
    return found


def picture(panels: Sequence[Panel], /) -> str:
    """The panels one above the other, as SVG.

    Raises:
        ValueError: an import goes up; the import rules say more about it.
    """
    for panel in panels:
        if wrong := panel.upward():
            raise ValueError(f"imports that go up: {', '.join(map(' -> '.join, sorted(wrong)))}")
    marks: list[Mark] = []
    top = 0.0
    for panel in panels:
        marks += _drawn(panel, top)
        top += panel.height
    marks += _legend(top + _FOOT)
    axes = (ChartAxis("", 0.0, _WIDTH), ChartAxis("", 0.0, top + _FOOT + 14))
    title = "The rooms of the house and who imports whom"
    chart = Chart(
        "structure",
        title,
        (Sheet(axes, tuple(marks), "sheet"),),
        size=(_WIDTH + 32, axes[1].high + 8),
    )
    return picture_of(chart, ".svg", titled=False).decode("utf-8")


def _drawn(panel: Panel, top: float, /) -> Iterator[Mark]:
    yield Text("ink", _MARGIN, top + 34, panel.title, bold=True)
    rooms = panel.rooms
    right = {room: _MARGIN + panel.box + panel.across * i for i, room in enumerate(rooms)}
    middle = {room: top + _HEAD + _DOWN * (i + 0.5) for i, room in enumerate(rooms)}
    port = {room: x - _PORT for room, x in right.items()}
    for rows in panel.layers[::2]:
        y, height = middle[rows[0]] - _DOWN / 2, _DOWN * len(rows)
        yield Bar("surface", _MARGIN - 12, y, _WIDTH - _MARGIN + 12, y + height)
    for room in rooms:
        targets = [port[b] for a, b in panel.counts if a == room]
        if targets:
            y = middle[room]
            yield Polyline("muted", (right[room], max(targets)), (y, y), weight="thin")
        sources = [middle[a] for a, b in panel.counts if b == room]
        if sources:
            x, y = port[room], middle[room] - _HEIGHT / 2
            yield Polyline("muted", (x, x), (min(sources), y), weight="thin", arrow=True)
    for room in rooms:
        x, y = right[room], middle[room]
        role: Role = "infrastructure" if room in panel.folders else "ground"
        ends = (x - panel.box, y - _HEIGHT / 2, x, y + _HEIGHT / 2)
        yield Bar(role, *ends, outlined=True)
        yield Text("ink", x - panel.box / 2, y, room, "middle")
    for (a, b), count in sorted(panel.counts.items()):
        yield from _number(port[b], middle[a], count, f"{a} imports {b}: {count}")


def _number(x: float, y: float, count: int, title: str, /) -> Iterator[Mark]:
    ground, ink = next((ground, ink) for least, ground, ink in _SHADES if count >= least)
    yield Points(ground, (x,), (y,), hints=(title,), size=(1.2,))
    yield Text(ink, x, y, str(count), "middle", small=True)


def _legend(y: float, /) -> Iterator[Mark]:
    x = _MARGIN
    kinds: tuple[tuple[Role, str], ...] = (("infrastructure", "a folder"), ("ground", "a file"))
    for role, words in kinds:
        yield Bar(role, x, y - 10, x + 20, y + 3, outlined=True)
        yield Text("muted", x + 26, y - 3, words, small=True)
        x += 44 + text_width(words, size=11)
    yield from _number(x + 8, y - 3, 5, "")
    words = (
        "so many pairs of modules import across; a line leaves to the right and turns down; a band "
        "is a layer"
    )
    yield Text("muted", x + 26, y - 3, words, small=True)


def current() -> str:
    """The picture of the house as it stands."""
    graph = import_graph()
    titles = {"optimiser": "The rooms", "optimiser.engine": "Inside the engine"}
    panels = []
    for container, title in titles.items():
        folder = PACKAGE.parent.joinpath(*container.split("."))
        folders = frozenset(path.name for path in folder.iterdir() if path.is_dir())
        panels.append(Panel(title, layers(container), between(graph, container), folders))
    return picture(panels)


if __name__ == "__main__":
    PICTURE.write_text(current(), encoding="utf-8", newline="\n")
