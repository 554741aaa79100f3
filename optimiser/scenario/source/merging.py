"""Several files into one scenario: ``extends``, ``catalogue`` and ``--set``."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.format.short_forms import EFFECTS, expand
from optimiser.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    Source,
)
from optimiser.scenario.source.files import Files
from optimiser.scenario.source.yaml_reading import compose, read_file

if TYPE_CHECKING:
    from optimiser.scenario.source.catalogue import Catalogue

__all__ = ["Merged", "merged"]

_MOST_FILES: Final = 100
#: keys that name other files, whose content takes their place
_REFERENCES: Final = ("extends", "catalogue")


def merged(
    path: Path,
    name: str,
    findings: Findings,
    /,
    *,
    overrides: Sequence[str] = (),
    allow_outside: bool = False,
) -> Merged | None:
    """Read a scenario, all it extends and its catalogue, and apply what ``--set`` writes; None
    where it cannot be read itself.

    The nodes keep the position where each was written.
    """
    files = Files(path, name, findings, allow_outside=allow_outside)
    chain, complete = _chain(path, name, files, findings)
    if not chain:
        return None
    # Which table is meant comes before what is changed in its rows.
    naming = [text for text in overrides if _first_key(text) == "catalogue"]
    layers = [*reversed(chain), *_layer(chain[0], naming, findings)]
    namer = next((layer for layer in reversed(layers) if "catalogue" in layer.entries), None)
    catalogue, readable = _read_catalogue(layers, files, findings)
    result = layers[0].with_entries({})
    for layer in layers:
        result = _over(result, layer, ())
        if catalogue is not None and layer is namer:
            from optimiser.scenario.source.catalogue_rows import with_rows

            result = with_rows(result, catalogue, layer.entries["catalogue"].key, findings)
    # What the named files hold has taken their place; a null that removes nothing is still to be
    # reported.
    kept = {
        key: entry
        for key, entry in result.entries.items()
        if key not in _REFERENCES or _null(entry.value)
    }
    result = _apply_overrides(
        result.with_entries(kept), [text for text in overrides if text not in naming], findings
    )
    result = _without_nulls(
        result if catalogue is None else _rows_last(result, catalogue), findings
    )
    if catalogue is not None and complete:
        from optimiser.scenario.source.catalogue_rows import without_unknown_columns

        result = without_unknown_columns(result, catalogue, findings)
    return Merged(result, complete and readable, files)


def _apply_overrides(
    scenario: MappingNode, overrides: Sequence[str], findings: Findings, /
) -> MappingNode:
    """The scenario with each ``a.b.c=value`` merged over it, in order."""
    for text in overrides:
        source = Source("--set", text)
        findings.place(source)
        path, equals, value = text.partition("=")
        keys = [unicodedata.normalize("NFKC", key.strip()) for key in path.split(".")]
        if not equals or not all(keys):
            help = "write for example --set parameters.carbon_price=90"
            findings.error(
                "S063",
                Position(source, 1, 1, max(1, len(path))),
                f"'{text}' is not path=value",
                help=help,
            )
            continue
        if keys[0] == "extends":
            findings.error(
                "S063",
                Position(source, 1, 1, len(path)),
                "extends cannot be set",
                help="write it in a file",
            )
            continue
        node = compose(source, findings, text=" " * (len(path) + 1) + value)
        if node is None:
            continue
        for depth in range(len(keys) - 1, -1, -1):
            column = 1 + sum(len(part) + 1 for part in path.split(".")[:depth])
            key = Position(source, 1, column, len(path.split(".")[depth]))
            start = key if depth else Position(source, 1, 1, len(text))
            node = MappingNode(start, node.until, {keys[depth]: Entry(key, node)})
        assert isinstance(node, MappingNode)
        blocked = _blocked(scenario, keys)
        if blocked:
            message = (
                f"--set {path}: '{blocked}' is not a mapping, so it has no key "
                f"'{keys[blocked.count('.') + 1]}'"
            )
            findings.error(
                "S063", Position(source, 1, 1, len(path)), message, help=f"set {blocked} as a whole"
            )
            continue
        scenario = _over(scenario, expand(node), ())
    return scenario


def _without_nulls(node: MappingNode, findings: Findings, /) -> MappingNode:
    """The mapping without nulls, each of which is reported: it had nothing to remove."""
    found: dict[str, Entry] = {}
    for key, entry in node.entries.items():
        if isinstance(entry.value, ScalarNode) and entry.value.kind == "null":
            help = f"leave '{key}' out; for an empty mapping write {{}}, for an empty text ''"
            findings.error(
                "S062",
                entry.key,
                f"'{key}' has no value: null removes a key of the extended file, and there is none",
                help=help,
            )
        else:
            found[key] = replace(entry, value=_cleared(entry.value, findings))
    return node.with_entries(found)


def _cleared(node: Node, findings: Findings) -> Node:
    if isinstance(node, MappingNode):
        return _without_nulls(node, findings)
    if isinstance(node, SequenceNode):
        items = []
        for item in node.items:
            if isinstance(item, ScalarNode) and item.kind == "null":
                findings.error(
                    "S062",
                    item,
                    "an element of a list has no value",
                    help="remove it, or write its value",
                )
            else:
                items.append(_cleared(item, findings))
        return replace(node, items=tuple(items))
    return node


def _chain(
    path: Path, name: str, files: Files, findings: Findings
) -> tuple[list[MappingNode], bool]:
    """The scenario and those it extends, each expanded, the top one first; and whether all could be
    read.
    """
    chain: list[MappingNode] = []
    seen: dict[Path, str] = {}
    current, shown = path, name
    while True:
        seen[current.resolve()] = shown
        findings.place(Source(shown))
        _, node = read_file(current, shown, findings)
        if node is None:
            return chain, False
        chain.append(expand(node))
        entry = node.entries.get("extends")
        if entry is None:
            return chain, True
        base = files.follow(entry.value, key="extends")
        if base is None or _cyclic(entry.value, base[0], seen, findings):
            return chain, False
        current, shown = base


def _cyclic(node: Node, path: Path, seen: Mapping[Path, str], findings: Findings) -> bool:
    target = path.resolve()
    if target not in seen and len(seen) < _MOST_FILES:
        return False
    names = [*seen.values(), seen.get(target, "...")]
    findings.error(
        "S061",
        node,
        f"files extend one another in a cycle: {' -> '.join(names)}",
        help="remove one 'extends'",
    )
    return True


def _layer(top: MappingNode, overrides: Sequence[str], findings: Findings) -> list[MappingNode]:
    """What overrides write, as a file over the top one would; nothing where there are none."""
    empty = MappingNode(top.start, top.until, {})
    return (
        [replace(_apply_overrides(empty, overrides, findings), start=top.start, until=top.until)]
        if overrides
        else []
    )


def _read_catalogue(
    layers: Sequence[MappingNode], files: Files, findings: Findings
) -> tuple[Catalogue | None, bool]:
    """The catalogue that files name, one over another; and whether they name none, or one that
    could be read.
    """
    value: Node | None = None
    for layer in layers:
        own = layer.get("catalogue")
        if isinstance(own, MappingNode) and isinstance(value, MappingNode):
            value = _over(value, own, ("catalogue",))
        elif own is not None:
            value = own
    if value is None or _null(value):
        return None, True
    from optimiser.scenario.source.catalogue import read_catalogue

    table = files.table(value, key="catalogue")
    catalogue = None if table is None else read_catalogue(table, findings)
    return catalogue, catalogue is not None


def _rows_last(scenario: MappingNode, catalogue: Catalogue) -> MappingNode:
    """The scenario with the catalogue's technologies behind all others, which is the order of
    columns.
    """
    entry = scenario.entries.get("technologies")
    if entry is None or not isinstance(entry.value, MappingNode):
        return scenario
    own = {name: item for name, item in entry.value.entries.items() if name not in catalogue.rows}
    rows = {
        name: entry.value.entries[name] for name in catalogue.rows if name in entry.value.entries
    }
    return scenario.with_entries(
        {
            **scenario.entries,
            "technologies": replace(entry, value=entry.value.with_entries(own | rows)),
        }
    )


def _first_key(override: str) -> str:
    return unicodedata.normalize("NFKC", override.partition("=")[0].partition(".")[0].strip())


def _null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.kind == "null"


def _blocked(scenario: MappingNode, keys: Sequence[str]) -> str:
    """The part of a path that is there and no mapping, and so cannot hold the next key; empty where
    there is none.
    """
    node: Node | None = scenario
    for depth, key in enumerate(keys[:-1]):
        node = node.get(key) if isinstance(node, MappingNode) else None
        if node is None:
            return ""
        if not isinstance(node, MappingNode):
            return ".".join(keys[: depth + 1])
    return ""


def _over(base: MappingNode, child: MappingNode, path: tuple[str, ...]) -> MappingNode:
    """Child over base, key by key; the base's keys come first, in its order."""
    entries: dict[str, Entry] = dict(base.entries)
    if len(path) >= 2 and path[-2] in EFFECTS and {"value", "percent"} & set(child.entries):
        # An effect is a value or a percentage: the child's choice replaces the base's.
        entries = {key: entry for key, entry in entries.items() if key not in ("value", "percent")}
    for key, entry in child.entries.items():
        before = entries.get(key)
        if isinstance(entry.value, ScalarNode) and entry.value.kind == "null":
            if before is None or (
                isinstance(before.value, ScalarNode) and before.value.kind == "null"
            ):
                entries[key] = entry
            else:
                del entries[key]
        elif (
            before is not None
            and isinstance(before.value, MappingNode)
            and isinstance(entry.value, MappingNode)
        ):
            entries[key] = Entry(entry.key, _over(before.value, entry.value, (*path, key)))
        else:
            entries[key] = entry
    return replace(child, entries=entries)


@dataclass(frozen=True, eq=False)
class Merged:
    """A scenario as a whole.

    Attributes:
        node: all that is written; nulls that had nothing to remove are among the findings.
        complete: whether every file that it names could be read.
        files: its files, for the data that it names.
    """

    node: MappingNode
    complete: bool
    files: Files
