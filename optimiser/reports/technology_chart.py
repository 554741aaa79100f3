"""The technologies of a scenario as a graph: what requires, excludes and strengthens what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimiser.language import listed, marked, tr
from optimiser.reports.chart import (
    Bar,
    Chart,
    ChartAxis,
    Key,
    Mark,
    Panel,
    Points,
    Polyline,
    Role,
    Text,
)
from optimiser.reports.graph_layout import (
    COLUMN,
    GAP,
    Block,
    Cluster,
    Edge,
    clusters_of,
    packed,
    routes,
)
from optimiser.reports.measuring import wrapped
from optimiser.scenario import Scenario

__all__ = ["edges_of", "technology_chart"]

_SIZE, _SMALL = 12.0, 11.0
_LAYERS: dict[str, Role] = {
    "infrastructure": "infrastructure",
    "platform": "platform",
    "application": "application",
    "ecosystem": "ecosystem",
}
_ROLES: dict[str, Role] = {"requires": "ink", "any": "ink", "excludes": "bad", "synergy": "good"}
_WORDS = {
    "requires": marked("is required by"),
    "any": marked("one of several that are required by"),
    "excludes": marked("exclude each other"),
    "synergy": marked("work together (numbers: see the rules)"),
}
_DASHES = {"any": "dotted", "excludes": "dashed"}


def technology_chart(scenario: Scenario, /) -> Chart:
    """Technologies in columns, each right of what it requires, and the relations between them."""
    edges = list(edges_of(scenario))
    nodes = {name: _node(scenario, name) for name in _by_group(scenario)}
    _hubs(scenario, nodes)
    parts = clusters_of(nodes, edges)
    width, height = packed(parts)
    marks: list[Mark] = []
    for part in parts:
        marks += _edges(part)
    for part in parts:
        for node in (node for column in part.columns for node in column if node.name):
            marks += _box(node)
    for part in parts:
        marks += _numbers(part)
    used = list(dict.fromkeys(edge.kind for edge in edges))
    layers = [
        layer for layer in dict.fromkeys(t.layer for t in scenario.technologies.values()) if layer
    ]
    title = scenario.title or scenario.name
    return Chart(
        "technologies",
        tr("The technologies of {title}", title=title),
        (Panel((ChartAxis("", 0.0, width), ChartAxis("", 0.0, height)), tuple(marks), "sheet"),),
        tuple(_legend(used, layers)),
        words=tr(
            "{number} technologies and {count} relations between them.",
            number=len(scenario.technologies),
            count=len(edges),
        ),
        size=(max(width, 420.0) + 32.0, height + 8.0),
    )


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
    room = COLUMN - 18
    lines = wrapped(technology.title or name, room, size=_SIZE)
    small = wrapped(name, room, size=_SMALL) if technology.title else []
    if technology.levels:
        levels = tr("levels: {names}", names=listed(technology.levels))
        small += wrapped(levels, room, size=_SMALL)
    if technology.scale is not None:
        scale = technology.scale
        words = tr("{least} to {most}", least=scale.min.text, most=scale.max.text)
        small += wrapped(f"{words} {scale.unit}".strip(), room, size=_SMALL)
    groups = [
        str(i)
        for i, g in enumerate(scenario.groups.values(), start=1)
        if name in {m.split(".")[0] for m in g.of}
    ]
    if groups:
        small += wrapped(tr("group {numbers}", numbers=listed(groups)), room, size=_SMALL)
    height = 14 + len(lines) * 16 + len(small) * 14
    role = _LAYERS.get(technology.layer, "surface")
    return Block(name, lines, small, role, height=height, title=technology.description)


def _hubs(scenario: Scenario, nodes: dict[str, Block], /) -> None:
    """A small node for every synergy of three and more."""
    for number, (key, synergy) in enumerate(scenario.synergies.items(), start=1):
        if len({m.split(".")[0] for m in synergy.between}) > 2:
            hub = [tr("synergy {number}", number=number)]
            nodes[f"synergy {key}"] = Block(f"synergy {key}", [], hub, "surface", height=26)


def _box(node: Block, /) -> Iterator[Mark]:
    box = node.box
    yield Bar(node.role, box.x, box.y, box.right, box.bottom, hint=node.title, outlined=True)
    y = node.y + 14
    for line in node.lines:
        yield Text("ink", node.x + 9, y, line)
        y += 16
    for line in node.small:
        yield Text("muted", node.x + 9, y - 1, line, small=True)
        y += 14


def _bow(points: Sequence[tuple[float, float]], /) -> list[tuple[float, float]]:
    """Between two boxes of one column: out to the right and back."""
    (x, top), (_, bottom) = points
    depth = min(GAP - 24, 16 + abs(bottom - top) / 8)
    steps = [k / 12 for k in range(13)]
    return [
        (x + 4 * depth * t * (1 - t), top + (bottom - top) * (3 * t**2 - 2 * t**3)) for t in steps
    ]


def _edges(part: Cluster, /) -> Iterator[Mark]:
    for edge, points in routes(part):
        bowed = points[0][0] == points[-1][0]
        x, y = zip(*(_bow(points) if bowed else points), strict=True)
        yield Polyline(
            _ROLES[edge.kind],
            x,
            y,
            dash=_DASHES.get(edge.kind, "solid"),  # type: ignore[arg-type]  # one of the dashes
            curved=not bowed,
            arrow=not bowed and edge.kind in ("requires", "any"),
        )


def _numbers(part: Cluster, /) -> Iterator[Mark]:
    """The numbers of synergies of two, on their lines."""
    for edge, points in routes(part):
        if not edge.label:
            continue
        if points[0][0] == points[-1][0]:
            x, y = _bow(points)[6]
        else:
            (x, y), (to_x, to_y) = points[0], points[1]
            x, y = (x + to_x) / 2, (y + to_y) / 2
        yield Points("good", (x,), (y,), "ring", size=(0.8,))
        yield Text("good", x, y, edge.label, "middle", small=True)


def _legend(used: Sequence[str], layers: Sequence[str], /) -> Iterator[Key]:
    for kind in used:
        arrow = kind in ("requires", "any")
        yield Key(
            _ROLES[kind],
            tr(_WORDS[kind]),
            "arrow" if arrow else "line",
            _DASHES.get(kind, "solid"),  # type: ignore[arg-type]  # one of the dashes
        )
    for layer in layers:
        if layer in _LAYERS:
            yield Key(_LAYERS[layer], layer, "area")
