"""``--set``: values of a scenario that are changed when it is read."""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from optimiser.language import tr
from optimiser.scenario.diagnostics import Findings, did_you_mean, known
from optimiser.scenario.format.short_forms import expand
from optimiser.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    Source,
)
from optimiser.scenario.source.draft import KINDS
from optimiser.scenario.source.layering import Ids, ids, is_null, over
from optimiser.scenario.source.yaml_nodes import compose

__all__ = ["apply_overrides", "first_key"]

_NULLS: Final = ("null", "Null", "NULL", "~")


def apply_overrides(
    scenario: MappingNode, overrides: Sequence[str], findings: Findings, /, *, add: bool
) -> tuple[MappingNode, Ids]:
    """The scenario with each ``a.b.c=value`` merged over it, in order; and what they remove.

    Args:
        scenario: merged and expanded.
        overrides: elements of lists go by their position, from 0; null removes.
        findings: for what cannot be applied.
        add: whether they may add what has an id of its own, such as a technology.
    """
    removed: dict[tuple[str, ...], Position] = {}
    for text in overrides:
        source = Source("--set", text)
        findings.place(source)
        override = _read(text, source, findings)
        if override is None:
            continue
        changed = _changed(scenario, override, findings)
        keys = override.keys  # nothing else changes: many overrides do not each read everything
        if changed is not None and (add or not _adds(scenario, changed, keys, findings, source)):
            gone = ids(scenario, keys).keys() - ids(changed, keys).keys()
            removed |= dict.fromkeys(gone, override.whole)
            scenario = changed
    return scenario, removed


def first_key(override: str, /) -> str:
    """The section that an override changes."""
    return _keys(override.partition("=")[0])[0]


class _Override:
    """One override: the keys of its path, each with its position, and its value."""

    def __init__(self, source: Source, path: str, value: Node) -> None:
        self.path = path
        self.keys = _keys(path)
        self.value = value
        self.whole = Position(source, 1, 1, len(path))
        self._parts = path.split(".")
        self._source = source

    def position(self, depth: int) -> Position:
        """Where a key is written."""
        column = 1 + sum(len(part) + 1 for part in self._parts[:depth])
        return Position(self._source, 1, column, len(self._parts[depth]))

    def nested(self, value: Node, start: int, end: int) -> Node:
        """The value under the keys from ``start`` to ``end``."""
        for depth in range(end - 1, start - 1, -1):
            key = self.position(depth)
            at = key if depth else replace(key, length=len(self._source.text))
            value = MappingNode(at, value.until, {self.keys[depth]: Entry(key, value)})
        return value


def _read(text: str, source: Source, findings: Findings) -> _Override | None:
    path, equals, value = text.partition("=")
    keys = _keys(path)
    if not equals or not all(keys):
        path, wide, value = text.partition("\uff1d")
        help = tr("write for example --set parameters.carbon_price=90")
        if wide and not equals:
            help = tr(
                "'\uff1d' is a full-width =: write --set {text}",
                text=shlex.quote(f"{path}={value}"),
            )
        at = Position(source, 1, 1, max(1, len(path)))
        findings.error("S063", at, tr("'{text}' is not path=value", text=text), help=help)
        return None
    if keys[0] == "extends":
        at = Position(source, 1, 1, len(path))
        findings.error("S063", at, tr("extends cannot be set"), help=tr("write it in a file"))
        return None
    if value.strip() == ",":  # catalogue.decimal: YAML takes a comma alone for the end of a value
        value = '","'
    node = compose(source, findings, text=" " * (len(path) + 1) + value)
    if node is not None and is_null(node) and value.strip() not in _NULLS:
        at = Position(source, 1, len(path) + 2, max(1, len(value)))
        help = tr(
            "write --set {path}=null to remove it; a text that begins with # stands in quotes",
            path=path,
        )
        findings.error(
            "S063", at, tr("--set {path}: there is no value behind the =", path=path), help=help
        )
        return None
    return None if node is None else _Override(source, path, node)


def _changed(scenario: MappingNode, override: _Override, findings: Findings) -> MappingNode | None:
    """The scenario with one override; None, with the reason, where its path leads nowhere."""
    keys = override.keys
    node: Node | None = scenario
    for depth, key in enumerate(keys):
        if isinstance(node, SequenceNode):
            changed = _with_element(node, override, depth, findings)
            if changed is None:
                return None
            layer = override.nested(changed, 0, depth)
            break
        if node is not None and not isinstance(node, MappingNode):
            held = ".".join(keys[:depth])
            message = tr(
                "--set {path}: '{held}' is not a mapping, so it has no key '{key}'",
                path=override.path,
                held=held,
                key=key,
            )
            help = tr("set {held} as a whole", held=held)
            findings.error("S063", override.whole, message, help=help)
            return None
        node = node.get(key) if isinstance(node, MappingNode) else None
    else:
        layer = override.nested(override.value, 0, len(keys))
    assert isinstance(layer, MappingNode)
    return over(scenario, expand(layer), ())


def _with_element(
    held: SequenceNode, override: _Override, depth: int, findings: Findings
) -> SequenceNode | None:
    """A list with one element changed; None, with the reason, where there is no such element."""
    key = override.keys[depth]
    place = int(key) if key.isascii() and key.isdigit() else -1
    if not 0 <= place < len(held.items):
        _report_no_element(held, override, depth, findings)
        return None
    item = held.items[place]
    last = len(override.keys) - 1
    if depth == last and is_null(override.value):
        return replace(held, items=(*held.items[:place], *held.items[place + 1 :]))
    changed: Node | None = override.value
    if depth < last and isinstance(item, MappingNode):
        layer = override.nested(override.value, depth + 1, last + 1)
        assert isinstance(layer, MappingNode)
        changed = over(item, layer, ())
    elif depth < last and isinstance(item, SequenceNode):
        changed = _with_element(item, override, depth + 1, findings)
    elif depth < last:
        own = ".".join(override.keys[: depth + 1])
        message = tr("--set {path}: '{own}' is not a mapping", path=override.path, own=own)
        findings.error("S063", override.whole, message, help=tr("set {own} as a whole", own=own))
        return None
    if changed is None:
        return None
    return replace(held, items=(*held.items[:place], changed, *held.items[place + 1 :]))


def _report_no_element(
    held: SequenceNode, override: _Override, depth: int, findings: Findings
) -> None:
    key, count = override.keys[depth], len(held.items)
    path = ".".join(override.keys[:depth])
    names = _element_names(held)
    if key in names and not (key.isascii() and key.isdigit()):
        help = tr("did you mean {name}?", name=f"{path}.{names.index(key)}")
    elif count == 0:
        help = tr("elements go by their position, from 0; or set {path} as a whole", path=path)
    elif count == 1:
        help = tr(
            "elements go by their position, from 0, here {path}.0; or set {path} as a whole",
            path=path,
        )
    else:
        help = tr(
            "elements go by their position, from 0, here {path}.0 to {path}.{last}; or set "
            "{path} as a whole",
            path=path,
            last=count - 1,
        )
    message = tr(
        "--set {whole}: '{path}' is a list of {count}, without an element '{key}'",
        whole=override.path,
        path=path,
        count=count,
        key=key,
    )
    findings.error("S063", override.position(depth), message, help=help)


def _adds(
    before: MappingNode,
    after: MappingNode,
    keys: Sequence[str],
    findings: Findings,
    source: Source,
) -> bool:
    """Whether an override at some keys adds what has an id of its own, which is then reported."""
    there, now = ids(before, keys), ids(after, keys)
    new = [path for path in now if path not in there]
    for path in new:
        if path[:-1] in new:
            continue  # a level of a new technology
        section, name = path[0], path[-1]
        names = [other[-1] for other in ids(before) if other[:-1] == path[:-1]]
        near = did_you_mean(name, names)
        help = tr("to add it use --set-new")
        if near:
            help = tr("{help} to add it use --set-new", help=near)
        if len(path) == 2:
            message = tr(
                "there is no {kind} '{name}', and --set changes what is there",
                kind=tr(KINDS[section]),
                name=name,
            )
        else:
            message = tr(
                "there is no level '{name}' of technology '{technology}', and --set changes what "
                "is there",
                name=name,
                technology=path[1],
            )
        plural = section if len(path) == 2 else "levels"
        at = now[path] if now[path].source is source else Position(source, 1, 1)
        findings.error("S063", at, message, label=known(plural, names), help=help)
    return bool(new)


def _element_names(held: SequenceNode) -> list[str]:
    """The names of the elements of a list, empty for those without one."""
    named = [item.get("name") if isinstance(item, MappingNode) else None for item in held.items]
    return [node.text if isinstance(node, ScalarNode) else "" for node in named]


def _keys(path: str) -> list[str]:
    return [unicodedata.normalize("NFKC", key.strip()) for key in path.split(".")]
