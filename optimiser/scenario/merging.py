"""Several files into one scenario: ``extends`` and ``--set``."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Entry, MappingNode, Node, Position, ScalarNode, SequenceNode, Source
from optimiser.scenario.reading import compose, read_file
from optimiser.scenario.short_forms import EFFECTS, expand

__all__ = ["apply_overrides", "merged", "without_nulls"]

_MOST_FILES: Final = 100


def merged(path: Path, name: str, findings: Findings, /, *, allow_outside: bool = False) -> tuple[MappingNode | None, bool]:
    """Read a scenario and all it extends; None where the scenario itself cannot be read. Also whether all could be read.

    The nodes keep the position where each was written. Nulls that removed something are gone; those that had nothing to
    remove are still there, for ``without_nulls``.
    """
    chain: list[MappingNode] = []
    folder = None if allow_outside else path.resolve().parent
    seen: dict[Path, str] = {}
    current, shown = path, name
    while True:
        seen[current.resolve()] = shown
        findings.place(Source(shown))
        _, node = read_file(current, shown, findings)
        if node is None:
            complete = False
            break
        chain.append(expand(node))
        entry = node.entries.get("extends")
        base = None if entry is None else _base(entry, current, findings, folder=folder, seen=seen)
        if entry is None or base is None:
            complete = entry is None
            break
        current = base
        shown = os.path.normpath(os.path.join(os.path.dirname(shown), _text(entry.value)))
    if not chain:
        return None, False
    result = chain[-1]
    for child in reversed(chain[:-1]):
        result = _over(result, child, ())
    return result.with_entries({key: entry for key, entry in result.entries.items() if key != "extends"}), complete


def apply_overrides(scenario: MappingNode, overrides: Sequence[str], findings: Findings, /) -> MappingNode:
    """The scenario with each ``a.b.c=value`` merged over it, in order."""
    for text in overrides:
        source = Source("--set", text)
        findings.place(source)
        path, equals, value = text.partition("=")
        keys = [unicodedata.normalize("NFKC", key.strip()) for key in path.split(".")]
        if not equals or not all(keys):
            help = "write for example --set parameters.carbon_price=90"
            findings.error("S063", Position(source, 1, 1, max(1, len(path))), f"'{text}' is not path=value", help=help)
            continue
        if keys[0] == "extends":
            findings.error("S063", Position(source, 1, 1, len(path)), "extends cannot be set", help="write it in a file")
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
            message = f"--set {path}: '{blocked}' is not a mapping, so it has no key '{keys[blocked.count('.') + 1]}'"
            findings.error("S063", Position(source, 1, 1, len(path)), message, help=f"set {blocked} as a whole")
            continue
        scenario = _over(scenario, expand(node), ())
    return scenario


def without_nulls(node: MappingNode, findings: Findings, /) -> MappingNode:
    """The mapping without nulls, each of which is reported: it had nothing to remove."""
    found: dict[str, Entry] = {}
    for key, entry in node.entries.items():
        if isinstance(entry.value, ScalarNode) and entry.value.kind == "null":
            help = f"leave '{key}' out; for an empty mapping write {{}}, for an empty text ''"
            findings.error(
                "S062", entry.key, f"'{key}' has no value: null removes a key of the extended file, and there is none", help=help
            )
        else:
            found[key] = replace(entry, value=_cleared(entry.value, findings))
    return node.with_entries(found)


def _cleared(node: Node, findings: Findings) -> Node:
    if isinstance(node, MappingNode):
        return without_nulls(node, findings)
    if isinstance(node, SequenceNode):
        items = []
        for item in node.items:
            if isinstance(item, ScalarNode) and item.kind == "null":
                findings.error("S062", item, "an element of a list has no value", help="remove it, or write its value")
            else:
                items.append(_cleared(item, findings))
        return replace(node, items=tuple(items))
    return node


def _base(entry: Entry, current: Path, findings: Findings, *, folder: Path | None, seen: Mapping[Path, str]) -> Path | None:
    """The file that ``extends`` names; None, with the reason in the findings, where it cannot be followed."""
    text = _text(entry.value)
    if not text:
        findings.error("S060", entry.value, "extends takes the path of one file", help="write extends: base.yaml")
        return None
    try:
        path = current.parent / text
        target = path.resolve()
        if folder is not None and (Path(text).is_absolute() or text.startswith(("/", "\\")) or not target.is_relative_to(folder)):
            message = f"'{text}' leaves the folder of the scenario"
            findings.error("S060", entry.value, message, help="move the file beside the scenario, or use --allow-outside")
            return None
        exists = target.is_file()
    except (OSError, ValueError, RuntimeError):
        exists = False
    if not exists:
        message = f"the file '{text}' does not exist"
        findings.error("S060", entry.value, message, help="the path is relative to the file that names it")
        return None
    if target in seen or len(seen) >= _MOST_FILES:
        names = [*seen.values(), seen.get(target, "...")]
        message = f"files extend one another in a cycle: {' -> '.join(names)}"
        findings.error("S061", entry.value, message, help="remove one 'extends'")
        return None
    return path


def _text(node: Node) -> str:
    return node.text if isinstance(node, ScalarNode) and node.kind in ("text", "number") else ""


def _blocked(scenario: MappingNode, keys: Sequence[str]) -> str:
    """The part of a path that is there and no mapping, and so cannot hold the next key; empty where there is none."""
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
            if before is None or (isinstance(before.value, ScalarNode) and before.value.kind == "null"):
                entries[key] = entry
            else:
                del entries[key]
        elif before is not None and isinstance(before.value, MappingNode) and isinstance(entry.value, MappingNode):
            entries[key] = Entry(entry.key, _over(before.value, entry.value, (*path, key)))
        else:
            entries[key] = entry
    return replace(child, entries=entries)
