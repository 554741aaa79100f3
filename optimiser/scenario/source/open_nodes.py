"""Mappings and lists of YAML while they are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimiser.scenario.nodes import Entry, Node, Position

__all__ = ["Open"]


@dataclass(eq=False, repr=False)
class Open:
    """A mapping or list whose end has not come yet.

    Attributes:
        start: where it begins.
        anchor: its name, where it has one.
        mapping: whether it is a mapping, else a list.
        flow: whether it is written in brackets.
        column: of its beginning, from 0, in the reading.
        items: the elements of a list so far.
        entries: the keys of a mapping so far.
        key: the key that waits for its value, and where it is written.
        dropped: whether the key that waits is left out.
        size: nodes in it so far, itself among them.
        height: how deep it is nested so far.
    """

    start: Position
    anchor: str | None
    mapping: bool
    flow: bool
    column: int
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: tuple[str, Position] | None = None
    dropped: bool = False
    size: int = 1
    height: int = 1

    def hold(self, node: Node) -> None:
        """Take a value: an element, or that of the key, which may be one that is left out."""
        if not self.mapping:
            self.items.append(node)
            return
        if self.key is not None:
            self.entries[self.key[0]] = Entry(self.key[1], node)
        self.key, self.dropped = None, False
