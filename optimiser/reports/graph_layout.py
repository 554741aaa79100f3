"""A graph laid out in columns, from left to right.

Layered as Sugiyama, Tagawa & Toda (1981) do: a block stands right of those that lead to it, long
edges are led through empty places of the columns between, and columns are ordered by the barycentre
of their neighbours. What hangs together is laid out by itself, and the clusters are set side by
side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from optimiser.reports.chart import Role
from optimiser.reports.measuring import Rectangle

__all__ = ["COLUMN", "GAP", "MARGIN", "Block", "Cluster", "Edge", "clusters_of", "packed", "routes"]

COLUMN, GAP, MARGIN = 176, 74, 18
"""Widths of a column and of the space between two, and what is left free around all."""

_ROW_GAP = 20
_ACROSS = 4  # columns that stand side by side
_SWEEPS = 8


@dataclass(frozen=True)
class Edge:
    """From a block to another; ``directed`` ones lead to the right."""

    kind: str
    start: str
    end: str
    label: str = ""
    directed: bool = True


@dataclass
class Block:
    """A box of the graph, or a place that an edge is led through, which has no name."""

    name: str
    lines: Sequence[str] = ()
    small: Sequence[str] = ()
    role: Role = "surface"
    column: int = 0
    x: float = 0
    y: float = 0
    height: float = 14  # of a place that an edge is led through
    title: str = ""

    @property
    def box(self) -> Rectangle:
        """Where it stands."""
        return Rectangle(self.x, self.y, COLUMN, self.height)

    @property
    def middle(self) -> float:
        """Half its height down."""
        return self.y + self.height / 2


@dataclass
class Cluster:
    """Blocks that hang together, laid out with their own origin; ``chains`` are the edges with what
    they pass.
    """

    columns: list[list[Block]] = field(default_factory=list)
    chains: list[tuple[Edge, list[Block]]] = field(default_factory=list)

    @property
    def height(self) -> float:
        """That of the highest column."""
        return max(
            sum(b.height for b in column) + _ROW_GAP * (len(column) - 1) for column in self.columns
        )


def clusters_of(blocks: Mapping[str, Block], edges: Sequence[Edge], /) -> list[Cluster]:
    """What hangs together, each laid out by itself, larger ones first."""
    _columns(blocks, edges)
    return [_laid_out(names, blocks, edges) for names in _connected(blocks, edges)]


def _columns(blocks: Mapping[str, Block], edges: Sequence[Edge], /) -> None:
    """Each block right of those that lead to it: the length of the longest chain to it."""
    directed = [edge for edge in edges if edge.directed]
    for _ in blocks:
        for edge in directed:
            blocks[edge.end].column = min(
                len(blocks), max(blocks[edge.end].column, blocks[edge.start].column + 1)
            )


def _connected(blocks: Mapping[str, Block], edges: Sequence[Edge], /) -> list[list[str]]:
    """The blocks that hang together, larger ones first, in the order of the file."""
    joint = {name: {name} for name in blocks}
    for edge in edges:
        joined = joint[edge.start] | joint[edge.end]
        for name in joined:
            joint[name] = joined
    order = list(blocks)
    found = [
        sorted(members, key=order.index) for members in {id(p): p for p in joint.values()}.values()
    ]
    return sorted(found, key=lambda members: (-len(members), order.index(members[0])))


def _laid_out(
    names: Sequence[str], blocks: Mapping[str, Block], edges: Sequence[Edge], /
) -> Cluster:
    first = min(blocks[name].column for name in names)
    last = max(blocks[name].column for name in names)
    cluster = Cluster([[] for _ in range(first, last + 1)])
    for name in names:
        blocks[name].column -= first
        cluster.columns[blocks[name].column].append(blocks[name])
    for edge in edges:
        if edge.start not in names:
            continue
        ends = sorted((blocks[edge.start], blocks[edge.end]), key=lambda block: block.column)
        passed = [Block("", column=column) for column in range(ends[0].column + 1, ends[1].column)]
        for block in passed:
            cluster.columns[block.column].append(block)
        cluster.chains.append((edge, [ends[0], *passed, ends[1]]))
    _ordered(cluster)
    for column in cluster.columns:
        height = sum(b.height for b in column) + _ROW_GAP * (len(column) - 1)
        y = (cluster.height - height) / 2
        for block in column:
            block.x, block.y = block.column * (COLUMN + GAP), y
            y += block.height + _ROW_GAP
    return cluster


def _ordered(cluster: Cluster, /) -> None:
    """Sort every column by the mean place of its neighbours, to and fro; ties keep the order of the
    file.
    """
    neighbours: dict[int, list[Block]] = {
        id(block): [] for column in cluster.columns for block in column
    }
    for _, chain in cluster.chains:
        for a, b in pairwise(chain):
            neighbours[id(a)].append(b)
            neighbours[id(b)].append(a)
    for sweep in range(_SWEEPS):
        place = {
            id(block): (i + 0.5) / len(column)
            for column in cluster.columns
            for i, block in enumerate(column)
        }
        order = cluster.columns if sweep % 2 == 0 else cluster.columns[::-1]
        for column in order:

            def key(block: Block, place: dict[int, float] = place) -> float:
                # those of the same column count half: they should be near, but not pull the column
                # apart
                near = [
                    (place[id(other)], 1.0 if other.column != block.column else 0.5)
                    for other in neighbours[id(block)]
                ]
                weight = sum(w for _, w in near)
                return sum(p * w for p, w in near) / weight if weight else place[id(block)]

            column.sort(key=key)
            place |= {id(block): (i + 0.5) / len(column) for i, block in enumerate(column)}


def packed(clusters: Sequence[Cluster], /) -> tuple[float, float]:
    """Set the clusters side by side in rows; the width and the height of all."""
    across = max(_ACROSS, *(len(cluster.columns) for cluster in clusters))
    x = y = deepest = 0.0
    step = COLUMN + GAP
    widest = 0.0
    row_height = 0.0
    for cluster in clusters:
        if x and x + len(cluster.columns) * step > across * step:
            x, y, row_height = 0.0, y + row_height + _ROW_GAP, 0.0
        for column in cluster.columns:
            for block in column:
                block.x += x + MARGIN
                block.y += y + MARGIN
        x += len(cluster.columns) * step
        row_height = max(row_height, cluster.height)
        widest, deepest = max(widest, x - GAP), max(deepest, y + row_height)
    return widest + 2 * MARGIN + 24, deepest + 2 * MARGIN


def routes(cluster: Cluster, /) -> Iterator[tuple[Edge, list[tuple[float, float]]]]:
    """The points of every edge: those that leave a side of a box share it evenly."""
    sides: dict[tuple[int, str], list[tuple[float, int]]] = {}
    for i, (_, chain) in enumerate(cluster.chains):
        near, far = (chain[1], chain[-2]) if len(chain) > 2 else (chain[-1], chain[0])
        same = chain[0].column == chain[-1].column
        sides.setdefault((id(chain[0]), "right"), []).append((near.middle, i))
        sides.setdefault((id(chain[-1]), "right" if same else "left"), []).append((far.middle, i))
    places = {}
    for side, ends in sides.items():
        for position, (_, i) in enumerate(sorted(ends)):
            places[side, i] = (position + 1) / (len(ends) + 1)
    for i, (edge, chain) in enumerate(cluster.chains):
        start, end = chain[0], chain[-1]
        same = start.column == end.column
        begin = (start.box.right, start.y + start.height * places[(id(start), "right"), i])
        last = (
            end.box.right if same else end.x,
            end.y + end.height * places[(id(end), "right" if same else "left"), i],
        )
        passed = [
            point
            for block in chain[1:-1]
            for point in ((block.x, block.middle), (block.box.right, block.middle))
        ]
        yield edge, [begin, *passed, last]
