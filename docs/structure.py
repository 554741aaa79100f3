"""The house as a picture: its rooms in layers, and who imports whom.

A chart of N squared (R. J. Lano, 1977): rooms stand on the diagonal in the order of their layers. A
line leaves a room to the right and turns down into every room that it imports; the number at the
turn says how many pairs of modules that is. ``python -m docs.structure`` writes it again.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docs.imports import PACKAGE, import_graph
from optimiser.reports.drawing import BLUE, GREY, INK, Canvas, Rectangle, text_width

__all__ = ["PICTURE", "Panel", "between", "current", "layers", "picture"]

PICTURE = Path(__file__).resolve().parent / "structure.svg"

_MARGIN, _HEAD, _FOOT = 26.0, 66.0, 30.0
_WIDTH, _DOWN = 1118.0, 37.0  # of the picture; from one room down to the next
_HEIGHT = 26.0
_PORT = 17.0  # from the right end of a box to where lines come in
_SIZE = 12.5
_LINE, _BAND, _FOLDER = "#b3c1d4", "#f4f6f9", "#dfe9f5"
# imports from which a number stands out, its ground and its ink
_SHADES = ((15, BLUE, "#ffffff"), (5, "#9db8dc", INK), (1, "#e6edf6", INK))


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


def between(graph: Mapping[str, set[str]], container: str, /) -> Counter[tuple[str, str]]:
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
    canvas = Canvas(
        _WIDTH,
        sum(panel.height for panel in panels) + _FOOT + 14,
        "The rooms of the house and who imports whom",
    )
    top = 0.0
    for panel in panels:
        _draw(canvas, panel, top)
        top += panel.height
    _legend(canvas, top + _FOOT)
    return canvas.svg()


def _draw(canvas: Canvas, panel: Panel, top: float, /) -> None:
    canvas.shape(
        "text",
        x=_MARGIN,
        y=top + 40,
        font_size=17,
        font_weight="bold",
        fill=INK,
        inside=panel.title,
    )
    rooms = panel.rooms
    right = {room: _MARGIN + panel.box + panel.across * i for i, room in enumerate(rooms)}
    middle = {room: top + _HEAD + _DOWN * (i + 0.5) for i, room in enumerate(rooms)}
    port = {room: x - _PORT for room, x in right.items()}
    for rows in panel.layers[::2]:
        y, height = middle[rows[0]] - _DOWN / 2, _DOWN * len(rows)
        band = Rectangle(_MARGIN - 12, y, _WIDTH - 2 * _MARGIN + 24, height)
        canvas.box(band, fill=_BAND, radius=6)
    for room in rooms:
        targets = [port[b] for a, b in panel.counts if a == room]
        if targets:
            ends = [(right[room], middle[room]), (max(targets), middle[room])]
            canvas.line(ends, stroke=_LINE, width=1.3)
        sources = [middle[a] for a, b in panel.counts if b == room]
        if sources:
            x, y = port[room], middle[room] - _HEIGHT / 2
            canvas.line([(x, min(sources)), (x, y - 5)], stroke=_LINE, width=1.3)
            canvas.shape("path", d=f"M{x:.1f},{y:.1f} l-4,-7 h8 z", fill="#8297b3")
    for room in rooms:
        box = Rectangle(right[room] - panel.box, middle[room] - _HEIGHT / 2, panel.box, _HEIGHT)
        fill = _FOLDER if room in panel.folders else "#ffffff"
        canvas.box(box, fill=fill, stroke="#7d8fa8", radius=5)
        canvas.text(box.x + box.width / 2, middle[room] + 4.5, room, size=_SIZE, anchor="middle")
    for (a, b), count in sorted(panel.counts.items()):
        words = f"{a} imports {b}: {count}"
        _number(canvas, port[b], middle[a], count, words)


def _number(canvas: Canvas, x: float, y: float, count: int, title: str, /) -> None:
    ground, ink = next((ground, ink) for least, ground, ink in _SHADES if count >= least)
    canvas.dot(x, y, radius=10, fill=ground, stroke="#ffffff", title=title)
    canvas.text(x, y + 3.8, str(count), size=10.5, fill=ink, anchor="middle")


def _legend(canvas: Canvas, y: float, /) -> None:
    x = _MARGIN
    for fill, words in ((_FOLDER, "a folder"), ("#ffffff", "a file")):
        canvas.box(Rectangle(x, y - 10, 20, 13), fill=fill, stroke="#7d8fa8", radius=3)
        canvas.text(x + 26, y + 1, words, size=11, fill=GREY)
        x += 44 + text_width(words, size=11)
    _number(canvas, x + 8, y - 3, 5, "")
    words = (
        "so many pairs of modules import across; a line leaves to the right and turns down; a band "
        "is a layer"
    )
    canvas.text(x + 26, y + 1, words, size=11, fill=GREY)


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
