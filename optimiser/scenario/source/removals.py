"""What to write where something still names what a null has removed."""

from __future__ import annotations

import unicodedata

from optimiser.language import tr
from optimiser.scenario.diagnostics import did_you_mean
from optimiser.scenario.nodes import MappingNode, Node, ScalarNode, SequenceNode
from optimiser.scenario.source.draft import KINDS, Draft, Path, describe

__all__ = ["unknown_help"]

_NAMED: dict[str, tuple[str, ...]] = {
    "names": ("technologies", "indicators", "parameters", "variables"),
    "technologies": ("technologies",),
    "indicators": ("indicators",),
    "parameters": ("parameters",),
}


def unknown_help(draft: Draft, kind: str, name: str, path: Path, /) -> str:
    """The easiest fix for a name that means nothing: how to take it out where it was removed, else
    the nearest known one.

    Args:
        draft: where the name is written.
        kind: a section, or ``names`` for what expressions know.
        name: what means nothing.
        path: of the value that names it.
    """
    for section in _NAMED[kind]:
        place = draft.removed.get((section, name))
        if place is not None:
            by_option = place.source.name == "--set"
            kind, fix = tr(KINDS[section]), _fix(draft, section, path, by_option)
            if by_option:
                return tr(
                    "{kind} '{name}' was removed by --set {text}: {fix}",
                    kind=kind,
                    name=name,
                    text=place.source.text,
                    fix=fix,
                )
            return tr(
                "{kind} '{name}' was removed in {there}: {fix}",
                kind=kind,
                name=name,
                there=place.seen_from(draft.at(*path)),
                fix=fix,
            )
    return did_you_mean(name, [n for section in _NAMED[kind] for n in draft.declared[section]])


def _fix(draft: Draft, section: str, path: Path, by_option: bool) -> str:
    """How to take a removed name out of a list, a plan, the effects or an expression."""
    keys = [str(part) for part in path if not isinstance(part, int)]
    if "adopt" in keys or keys[-2:-1] in (["effects"], ["effects_per_unit"]):
        return _written(keys, "null", by_option)
    key = path[2] if len(path) > 2 else ""
    if key in ("requires", "requires_any", "excludes", "between", "of"):
        written = draft.node_at(*path[:3])
        left = [] if written is None else _without(written, draft, section)
        if len(left) < {"between": 2, "of": 1}.get(str(key), 0):
            return _written([str(part) for part in path[:2]], "null", by_option)
        return _written([str(part) for part in path[:3]], f"[{', '.join(left)}]", by_option)
    return tr("write {place} without it", place=describe(path))


def _written(keys: list[str], value: str, by_option: bool) -> str:
    """A change as an option, or as YAML of the file that removes."""
    if by_option:
        option = f"{'.'.join(keys)}={value}"
        return tr("also --set {text}", text=option if value == "null" else f"'{option}'")
    yaml = f"{': {'.join(keys)}: {value}{'}' * (len(keys) - 1)}"
    return tr("write there also {yaml}", yaml=yaml)


def _without(held: Node, draft: Draft, section: str) -> list[str]:
    """The elements of a list as they are written, without those that were removed."""
    found = []
    for item in held.items if isinstance(held, SequenceNode) else ():
        if isinstance(item, SequenceNode):
            inner = _without(item, draft, section)
            found += [f"[{', '.join(inner)}]"] if inner else []
            continue
        named = item.get("technology") if isinstance(item, MappingNode) else item
        text = named.text if isinstance(named, ScalarNode) else ""
        owner = unicodedata.normalize("NFKC", text).partition(".")[0]
        if (section, owner) not in draft.removed:
            found.append(_element(item))
    return found


def _element(item: Node) -> str:
    if isinstance(item, ScalarNode):
        return item.text
    if isinstance(item, MappingNode):
        pairs = [f"{key}: {_element(entry.value)}" for key, entry in item.entries.items()]
        return f"{{{', '.join(pairs)}}}"
    return "[]"
