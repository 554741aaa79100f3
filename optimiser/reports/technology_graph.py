"""The technologies of a scenario as a graph: what requires, excludes and strengthens what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimiser.language import marked, tr
from optimiser.reports.drawing import GREEN, GREY, INK, RED, Canvas, Rectangle, text_width, wrapped
from optimiser.reports.graph_layout import (
    COLUMN,
    GAP,
    MARGIN,
    Block,
    Cluster,
    Edge,
    clusters_of,
    packed,
    routes,
)
from optimiser.scenario import Scenario

__all__ = ["edges_of", "technology_graph"]

_SIZE, _SMALL = 12.5, 10.5
_LAYERS = {
    "infrastructure": "#e4ecf7",
    "platform": "#e6f2ea",
    "application": "#fdf1e0",
    "ecosystem": "#f3e8f5",
}
_COLOURS = {"requires": INK, "any": INK, "excludes": RED, "synergy": GREEN}
_WORDS = {
    "requires": marked("is required by"),
    "any": marked("one of several that are required by"),
    "excludes": marked("exclude each other"),
    "synergy": marked("work together (numbers: see the rules)"),
}


def technology_graph(scenario: Scenario, /) -> str:
    """The drawing as SVG; a scenario without technologies has an empty one."""
    edges = list(edges_of(scenario))
    nodes = {name: _node(scenario, name) for name in _by_group(scenario)}
    _hubs(scenario, nodes)
    parts = clusters_of(nodes, edges)
    width, height = packed(parts)
    used = list(dict.fromkeys(edge.kind for edge in edges))
    layers = [
        layer for layer in dict.fromkeys(t.layer for t in scenario.technologies.values()) if layer
    ]
    width = max(
        width, *(2 * MARGIN + 40 + text_width(tr(_WORDS[kind]), size=11) for kind in used), 200
    )
    legend = _legend_height(used, layers, width)
    canvas = Canvas(
        width,
        height + legend,
        tr("The technologies of {title}", title=scenario.title or scenario.name),
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
                yield Edge("excludes", name, plain(other), directed=False)
    for number, (key, synergy) in enumerate(scenario.synergies.items(), start=1):
        members = list(dict.fromkeys(map(plain, synergy.between)))
        if len(members) == 2:
            yield Edge("synergy", members[0], members[1], str(number), directed=False)
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


def _node(scenario: Scenario, name: str, /) -> Block:
    technology = scenario.technologies[name]
    lines = wrapped(technology.title or name, COLUMN - 18, size=_SIZE)
    small = [name] if technology.title else []
    if technology.levels:
        small += wrapped("levels: " + ", ".join(technology.levels), COLUMN - 18, size=_SMALL)
    if technology.scale is not None:
        scale = technology.scale
        small += wrapped(
            f"{scale.min.text} to {scale.max.text} {scale.unit}".strip(), COLUMN - 18, size=_SMALL
        )
    groups = [
        str(i)
        for i, g in enumerate(scenario.groups.values(), start=1)
        if name in {m.split(".")[0] for m in g.of}
    ]
    if groups:
        small.append("group " + ", ".join(groups))
    height = 14 + len(lines) * 16 + len(small) * 13
    return Block(
        name,
        lines,
        small,
        _LAYERS.get(technology.layer, "#f2f2f2"),
        height=height,
        title=technology.description,
    )


def _hubs(scenario: Scenario, nodes: dict[str, Block], /) -> None:
    """A small node for every synergy of three and more."""
    for number, (key, synergy) in enumerate(scenario.synergies.items(), start=1):
        if len({m.split(".")[0] for m in synergy.between}) > 2:
            nodes[f"synergy {key}"] = Block(
                f"synergy {key}", [], [f"synergy {number}"], "#ffffff", height=26
            )


def _draw_node(canvas: Canvas, node: Block, /) -> None:
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


def _bow(points: Sequence[tuple[float, float]], /) -> list[tuple[float, float]]:
    """Between two boxes of one column: out to the right and back."""
    (x, top), (_, bottom) = points
    depth = min(GAP - 24, 16 + abs(bottom - top) / 8)
    steps = [k / 12 for k in range(13)]
    return [
        (x + 4 * depth * t * (1 - t), top + (bottom - top) * (3 * t**2 - 2 * t**3)) for t in steps
    ]


def _draw_edges(canvas: Canvas, part: Cluster, /) -> None:
    for edge, points in routes(part):
        colour = _COLOURS[edge.kind]
        dash = {"any": "2 4", "excludes": "6 4"}.get(edge.kind)
        if points[0][0] == points[-1][0]:
            canvas.line(_bow(points), stroke=colour, width=1.4, dash=dash)
            continue
        canvas.curve(points, stroke=colour, dash=dash)
        if edge.kind in ("requires", "any"):
            x, y = points[-1]
            canvas.shape("path", d=f"M{x:.1f},{y:.1f} l-8,-4 v8 z", fill=colour)


def _draw_labels(canvas: Canvas, part: Cluster, /) -> None:
    for edge, points in routes(part):
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
    x, line = float(MARGIN), 0
    for key, words in [(kind, tr(_WORDS[kind])) for kind in used] + [
        (layer, layer) for layer in layers if layer in _LAYERS
    ]:
        needed = 40 + text_width(words, size=11) + 18
        if x > MARGIN and x + needed > width - MARGIN:
            x, line = float(MARGIN), line + 1
        yield key, words, x, line
        x += needed


def _legend_height(used: Sequence[str], layers: Sequence[str], width: float, /) -> float:
    return 20 * (max((line for *_, line in _legend_items(used, layers, width)), default=-1) + 1) + 6


def _draw_legend(canvas: Canvas, used: Sequence[str], layers: Sequence[str], top: float, /) -> None:
    for key, words, x, line in _legend_items(used, layers, canvas.width):
        y = top + 20 * line + 4
        if key in _LAYERS:
            canvas.box(
                Rectangle(x + 8, y - 7, 22, 13), fill=_LAYERS[key], stroke="#8a8a8a", radius=3
            )
        else:
            dash = {"any": "2 4", "excludes": "6 4"}.get(key)
            canvas.line([(x, y), (x + 30, y)], stroke=_COLOURS[key], width=1.4, dash=dash)
            if key in ("requires", "any"):
                canvas.shape("path", d=f"M{x + 32:.1f},{y:.1f} l-8,-4 v8 z", fill=_COLOURS[key])
        canvas.text(x + 38, y + 4, words, size=11, fill=GREY)
