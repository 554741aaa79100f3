"""The technologies of a scenario as a graph: what requires, excludes and strengthens what.

Layered as Sugiyama, Tagawa & Toda (1981) do: a technology stands right of what it requires, long
edges are led through empty places of the columns between, and columns are ordered by the barycentre
of their neighbours. What hangs together is laid out by itself, and the parts are set side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from optimiser.reports.drawing import GREEN, GREY, INK, RED, Box, Canvas, text_width, wrapped
from optimiser.scenario import Scenario

__all__ = ["Edge", "edges_of", "technology_graph"]

_COLUMN, _GAP, _ROW_GAP, _MARGIN = 176, 74, 20, 18
_SIZE, _SMALL = 12.5, 10.5
_ACROSS = 4  # columns that stand side by side
_SWEEPS = 8
_LAYERS = {
    "infrastructure": "#e4ecf7",
    "platform": "#e6f2ea",
    "application": "#fdf1e0",
    "ecosystem": "#f3e8f5",
}
_COLOURS = {"requires": INK, "any": INK, "excludes": RED, "synergy": GREEN}
_WORDS = {
    "requires": "is required by",
    "any": "one of several that are required by",
    "excludes": "exclude each other",
    "synergy": "work together (numbers: see the rules)",
}


@dataclass(frozen=True)
class Edge:
    """From a technology to one that requires it, or between two that exclude or strengthen each
    other.
    """

    kind: str
    start: str
    end: str
    label: str = ""


@dataclass
class _Node:
    name: str
    lines: Sequence[str] = ()
    small: Sequence[str] = ()
    fill: str = "#f2f2f2"
    column: int = 0
    x: float = 0
    y: float = 0
    height: float = 14  # of a place that an edge is led through
    title: str = ""

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, _COLUMN, self.height)

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass
class _Part:
    """Technologies that hang together, laid out with their own origin; ``chains`` are the edges
    with what they pass.
    """

    columns: list[list[_Node]] = field(default_factory=list)
    chains: list[tuple[Edge, list[_Node]]] = field(default_factory=list)

    @property
    def height(self) -> float:
        return max(
            sum(n.height for n in column) + _ROW_GAP * (len(column) - 1) for column in self.columns
        )


def technology_graph(scenario: Scenario, /) -> str:
    """The drawing as SVG; a scenario without technologies has an empty one."""
    edges = list(edges_of(scenario))
    nodes = {name: _node(scenario, name) for name in _by_group(scenario)}
    _hubs(scenario, nodes)
    _columns(nodes, edges)
    parts = [_laid_out(names, nodes, edges) for names in _connected(nodes, edges)]
    width, height = _packed(parts)
    used = list(dict.fromkeys(edge.kind for edge in edges))
    layers = [
        layer for layer in dict.fromkeys(t.layer for t in scenario.technologies.values()) if layer
    ]
    width = max(
        width, *(2 * _MARGIN + 40 + text_width(_WORDS[kind], size=11) for kind in used), 200
    )
    legend = _legend_height(used, layers, width)
    canvas = Canvas(
        width, height + legend, f"The technologies of {scenario.title or scenario.name}"
    )
    for part in parts:
        _draw_edges(canvas, part)
    for part in parts:
        for node in (node for column in part.columns for node in column):
            _draw_node(canvas, node)
    for part in parts:
        _draw_labels(canvas, part)
    _draw_legend(canvas, used, layers, height)
    return canvas.svg()


def edges_of(scenario: Scenario, /) -> Iterator[Edge]:
    """Every relation between two technologies, levels counted as their technology; more than two
    meet in a hub.
    """

    def plain(member: str) -> str:
        return member.split(".", 1)[0]

    seen: set[frozenset[str]] = set()
    for name, technology in scenario.technologies.items():
        for needed in technology.requires:
            yield Edge("requires", plain(needed.technology), name)
        for choice in technology.requires_any:
            for one in dict.fromkeys(map(plain, choice)):
                yield Edge("any", one, name)
        for other in technology.excludes:
            pair = frozenset((name, plain(other)))
            if pair not in seen:
                seen.add(pair)
                yield Edge("excludes", name, plain(other))
    for number, (key, synergy) in enumerate(scenario.synergies.items(), start=1):
        members = list(dict.fromkeys(map(plain, synergy.between)))
        if len(members) == 2:
            yield Edge("synergy", members[0], members[1], str(number))
        elif len(members) > 2:
            for member in members:
                yield Edge("synergy", member, f"synergy {key}")


def _by_group(scenario: Scenario, /) -> list[str]:
    """Technologies with those of a group together."""
    first = {
        m.split(".", 1)[0]: i
        for i, group in reversed(list(enumerate(scenario.groups.values())))
        for m in group.of
    }
    return sorted(scenario.technologies, key=lambda name: first.get(name, len(first)))


def _node(scenario: Scenario, name: str, /) -> _Node:
    technology = scenario.technologies[name]
    lines = wrapped(technology.title or name, _COLUMN - 18, size=_SIZE)
    small = [name] if technology.title else []
    if technology.levels:
        small += wrapped("levels: " + ", ".join(technology.levels), _COLUMN - 18, size=_SMALL)
    if technology.scale is not None:
        scale = technology.scale
        small += wrapped(
            f"{scale.min.text} to {scale.max.text} {scale.unit}".strip(), _COLUMN - 18, size=_SMALL
        )
    groups = [
        str(i)
        for i, g in enumerate(scenario.groups.values(), start=1)
        if name in {m.split(".")[0] for m in g.of}
    ]
    if groups:
        small.append("group " + ", ".join(groups))
    height = 14 + len(lines) * 16 + len(small) * 13
    return _Node(
        name,
        lines,
        small,
        _LAYERS.get(technology.layer, "#f2f2f2"),
        height=height,
        title=technology.description,
    )


def _hubs(scenario: Scenario, nodes: dict[str, _Node], /) -> None:
    """A small node for every synergy of three and more."""
    for number, (key, synergy) in enumerate(scenario.synergies.items(), start=1):
        if len({m.split(".")[0] for m in synergy.between}) > 2:
            nodes[f"synergy {key}"] = _Node(
                f"synergy {key}", [], [f"synergy {number}"], "#ffffff", height=26
            )


def _columns(nodes: Mapping[str, _Node], edges: Sequence[Edge], /) -> None:
    """Each technology right of what it requires: the length of the longest chain to it."""
    directed = [
        edge
        for edge in edges
        if edge.kind in ("requires", "any") or edge.end.startswith("synergy ")
    ]
    for _ in nodes:
        for edge in directed:
            nodes[edge.end].column = min(
                len(nodes), max(nodes[edge.end].column, nodes[edge.start].column + 1)
            )


def _connected(nodes: Mapping[str, _Node], edges: Sequence[Edge], /) -> list[list[str]]:
    """The parts that hang together, larger ones first, in the order of the file."""
    part = {name: {name} for name in nodes}
    for edge in edges:
        joined = part[edge.start] | part[edge.end]
        for name in joined:
            part[name] = joined
    order = list(nodes)
    found = [
        sorted(members, key=order.index) for members in {id(p): p for p in part.values()}.values()
    ]
    return sorted(found, key=lambda members: (-len(members), order.index(members[0])))


def _laid_out(names: Sequence[str], nodes: Mapping[str, _Node], edges: Sequence[Edge], /) -> _Part:
    first = min(nodes[name].column for name in names)
    last = max(nodes[name].column for name in names)
    part = _Part([[] for _ in range(first, last + 1)])
    for name in names:
        nodes[name].column -= first
        part.columns[nodes[name].column].append(nodes[name])
    for edge in edges:
        if edge.start not in names:
            continue
        ends = sorted((nodes[edge.start], nodes[edge.end]), key=lambda node: node.column)
        passed = [_Node("", column=column) for column in range(ends[0].column + 1, ends[1].column)]
        for node in passed:
            part.columns[node.column].append(node)
        part.chains.append((edge, [ends[0], *passed, ends[1]]))
    _ordered(part)
    for column in part.columns:
        height = sum(n.height for n in column) + _ROW_GAP * (len(column) - 1)
        y = (part.height - height) / 2
        for node in column:
            node.x, node.y = node.column * (_COLUMN + _GAP), y
            y += node.height + _ROW_GAP
    return part


def _ordered(part: _Part, /) -> None:
    """Sort every column by the mean place of its neighbours, to and fro; ties keep the order of the
    file.
    """
    neighbours: dict[int, list[_Node]] = {
        id(node): [] for column in part.columns for node in column
    }
    for _, chain in part.chains:
        for a, b in pairwise(chain):
            neighbours[id(a)].append(b)
            neighbours[id(b)].append(a)
    for sweep in range(_SWEEPS):
        place = {
            id(node): (i + 0.5) / len(column)
            for column in part.columns
            for i, node in enumerate(column)
        }
        order = part.columns if sweep % 2 == 0 else part.columns[::-1]
        for column in order:

            def key(node: _Node, place: dict[int, float] = place) -> float:
                # those of the same column count half: they should be near, but not pull the column
                # apart
                near = [
                    (place[id(other)], 1.0 if other.column != node.column else 0.5)
                    for other in neighbours[id(node)]
                ]
                weight = sum(w for _, w in near)
                return sum(p * w for p, w in near) / weight if weight else place[id(node)]

            column.sort(key=key)
            place |= {id(node): (i + 0.5) / len(column) for i, node in enumerate(column)}


def _packed(parts: Sequence[_Part], /) -> tuple[float, float]:
    """Set the parts side by side in rows; the width and the height of all."""
    across = max(_ACROSS, *(len(part.columns) for part in parts))
    x = y = deepest = 0.0
    step = _COLUMN + _GAP
    widest = 0.0
    row_height = 0.0
    for part in parts:
        if x and x + len(part.columns) * step > across * step:
            x, y, row_height = 0.0, y + row_height + _ROW_GAP, 0.0
        for column in part.columns:
            for node in column:
                node.x += x + _MARGIN
                node.y += y + _MARGIN
        x += len(part.columns) * step
        row_height = max(row_height, part.height)
        widest, deepest = max(widest, x - _GAP), max(deepest, y + row_height)
    return widest + 2 * _MARGIN + 24, deepest + 2 * _MARGIN


def _draw_node(canvas: Canvas, node: _Node, /) -> None:
    if not node.name:
        return
    canvas.box(node.box, fill=node.fill, stroke="#8a8a8a", radius=5, title=node.title)
    y = node.y + 18
    for line in node.lines:
        canvas.text(node.x + 9, y, line, size=_SIZE)
        y += 16
    for line in node.small:
        canvas.text(node.x + 9, y - (2 if node.lines else 1), line, size=_SMALL, fill=GREY)
        y += 13


def _points(part: _Part, /) -> Iterator[tuple[Edge, list[tuple[float, float]]]]:
    """The points of every edge: those that leave a side of a box share it evenly."""
    sides: dict[tuple[int, str], list[tuple[float, int]]] = {}
    for i, (_, chain) in enumerate(part.chains):
        near, far = (chain[1], chain[-2]) if len(chain) > 2 else (chain[-1], chain[0])
        same = chain[0].column == chain[-1].column
        sides.setdefault((id(chain[0]), "right"), []).append((near.middle, i))
        sides.setdefault((id(chain[-1]), "right" if same else "left"), []).append((far.middle, i))
    places = {}
    for side, ends in sides.items():
        for position, (_, i) in enumerate(sorted(ends)):
            places[side, i] = (position + 1) / (len(ends) + 1)
    for i, (edge, chain) in enumerate(part.chains):
        start, end = chain[0], chain[-1]
        same = start.column == end.column
        begin = (start.box.right, start.y + start.height * places[(id(start), "right"), i])
        last = (
            end.box.right if same else end.x,
            end.y + end.height * places[(id(end), "right" if same else "left"), i],
        )
        passed = [
            point
            for node in chain[1:-1]
            for point in ((node.x, node.middle), (node.box.right, node.middle))
        ]
        yield edge, [begin, *passed, last]


def _bow(points: Sequence[tuple[float, float]], /) -> list[tuple[float, float]]:
    """Between two boxes of one column: out to the right and back."""
    (x, top), (_, bottom) = points
    depth = min(_GAP - 24, 16 + abs(bottom - top) / 8)
    steps = [k / 12 for k in range(13)]
    return [
        (x + 4 * depth * t * (1 - t), top + (bottom - top) * (3 * t**2 - 2 * t**3)) for t in steps
    ]


def _draw_edges(canvas: Canvas, part: _Part, /) -> None:
    for edge, points in _points(part):
        colour = _COLOURS[edge.kind]
        dash = {"any": "2 4", "excludes": "6 4"}.get(edge.kind)
        if points[0][0] == points[-1][0]:
            canvas.line(_bow(points), stroke=colour, width=1.4, dash=dash)
            continue
        canvas.curve(points, stroke=colour, dash=dash)
        if edge.kind in ("requires", "any"):
            x, y = points[-1]
            canvas.shape("path", d=f"M{x:.1f},{y:.1f} l-8,-4 v8 z", fill=colour)


def _draw_labels(canvas: Canvas, part: _Part, /) -> None:
    for edge, points in _points(part):
        if not edge.label:
            continue
        if points[0][0] == points[-1][0]:
            x, y = _bow(points)[6]
        else:
            (x, y), (to_x, to_y) = points[0], points[1]
            x, y = (x + to_x) / 2, (y + to_y) / 2
        canvas.dot(x, y, radius=8, fill="#ffffff", stroke=GREEN)
        canvas.text(x, y + 4, edge.label, size=11, fill=GREEN, anchor="middle")


def _legend_items(
    used: Sequence[str], layers: Sequence[str], width: float, /
) -> Iterator[tuple[str, str, float, int]]:
    """Kind or layer, its words, where it stands, and in which line."""
    x, line = float(_MARGIN), 0
    for key, words in [(kind, _WORDS[kind]) for kind in used] + [
        (layer, layer) for layer in layers if layer in _LAYERS
    ]:
        needed = 40 + text_width(words, size=11) + 18
        if x > _MARGIN and x + needed > width - _MARGIN:
            x, line = float(_MARGIN), line + 1
        yield key, words, x, line
        x += needed


def _legend_height(used: Sequence[str], layers: Sequence[str], width: float, /) -> float:
    return 20 * (max((line for *_, line in _legend_items(used, layers, width)), default=-1) + 1) + 6


def _draw_legend(canvas: Canvas, used: Sequence[str], layers: Sequence[str], top: float, /) -> None:
    for key, words, x, line in _legend_items(used, layers, canvas.width):
        y = top + 20 * line + 4
        if key in _LAYERS:
            canvas.box(Box(x + 8, y - 7, 22, 13), fill=_LAYERS[key], stroke="#8a8a8a", radius=3)
        else:
            dash = {"any": "2 4", "excludes": "6 4"}.get(key)
            canvas.line([(x, y), (x + 30, y)], stroke=_COLOURS[key], width=1.4, dash=dash)
            if key in ("requires", "any"):
                canvas.shape("path", d=f"M{x + 32:.1f},{y:.1f} l-8,-4 v8 z", fill=_COLOURS[key])
        canvas.text(x + 38, y + 4, words, size=11, fill=GREY)
