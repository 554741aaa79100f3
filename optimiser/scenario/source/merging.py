"""Several files into one scenario: ``extends``, ``catalogue`` and ``--set``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from optimiser import paths
from optimiser.frozen import dataclass
from optimiser.language import tr
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.format.short_forms import expand
from optimiser.scenario.nodes import MappingNode, Node, Position, Source
from optimiser.scenario.source.files import Files
from optimiser.scenario.source.layering import (
    Ids,
    ids,
    is_null,
    over,
    removals,
    warn_of_slips,
    without_nulls,
)
from optimiser.scenario.source.overrides import apply_overrides, first_key
from optimiser.scenario.source.yaml_reading import read_file

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
    set_new: bool = False,
    allow_outside: bool = False,
    top: MappingNode | None = None,
) -> Merged | None:
    """Read a scenario, all it extends and its catalogue, and apply what ``--set`` writes; None
    where it cannot be read itself. With ``set_new`` that may add what has an id of its own.

    The nodes keep the position where each was written. ``top`` is what the scenario's own file
    would hold, where it has none.
    """
    files = Files(path, name, findings, allow_outside=allow_outside)
    chain, complete = _chain(path, name, files, findings, top)
    if not chain:
        return None
    # Which table is meant comes before what is changed in its rows.
    naming = [text for text in overrides if first_key(text) == "catalogue"]
    layers = [*reversed(chain), *_layer(chain[0], naming, findings)]
    namer = next((layer for layer in reversed(layers) if "catalogue" in layer.entries), None)
    catalogue, readable = _read_catalogue(layers, files, findings)
    result = layers[0].with_entries({})
    removed: dict[tuple[str, ...], Position] = {}
    for layer in layers:
        before, result = ids(result), over(result, layer, ())
        removed |= removals(before, result, layer)
        if complete and layer is not layers[0]:
            warn_of_slips(before, ids(result), findings)
        if catalogue is not None and layer is namer:
            from optimiser.scenario.source.catalogue_rows import with_rows

            result = with_rows(result, catalogue, layer.entries["catalogue"].key, findings)
    # what the files hold has taken their place; a null that removes nothing is yet to be told
    kept = {
        key: entry
        for key, entry in result.entries.items()
        if key not in _REFERENCES or is_null(entry.value)
    }
    known = complete and readable
    result, taken = apply_overrides(
        result.with_entries(kept),
        [text for text in overrides if text not in naming],
        findings,
        add=set_new or not known,
    )
    result = without_nulls(result if catalogue is None else _rows_last(result, catalogue), findings)
    if catalogue is not None and complete:
        from optimiser.scenario.source.catalogue_rows import without_unknown_columns

        result = without_unknown_columns(result, catalogue, findings)
    return Merged(result, known, files, {**removed, **taken})


def _chain(
    path: Path, name: str, files: Files, findings: Findings, top: MappingNode | None
) -> tuple[list[MappingNode], bool]:
    """The scenario and those it extends, each expanded, the top one first; and whether all could be
    read.
    """
    chain: list[MappingNode] = []
    seen: dict[Path, str] = {}
    current, shown = path, name
    while True:
        seen[paths.resolved(current)] = shown
        findings.place(Source(shown))
        node = read_file(current, shown, findings)[1] if top is None or chain else top
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
    target = paths.resolved(path)
    if target not in seen and len(seen) < _MOST_FILES:
        return False
    names = [*seen.values(), seen.get(target, "...")]
    findings.error(
        "S061",
        node,
        tr("files extend one another in a cycle: {files}", files=" -> ".join(names)),
        help=tr("remove one 'extends'"),
    )
    return True


def _layer(top: MappingNode, overrides: Sequence[str], findings: Findings) -> list[MappingNode]:
    """What overrides write, as a file over the top one would; nothing where there are none."""
    if not overrides:
        return []
    empty = MappingNode(top.start, top.until, {})
    layer, _ = apply_overrides(empty, overrides, findings, add=True)
    return [replace(layer, start=top.start, until=top.until)]


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
            value = over(value, own, ("catalogue",))
        elif own is not None:
            value = own
    if value is None or is_null(value):
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


@dataclass(frozen=True, eq=False)
class Merged:
    """A scenario as a whole.

    Attributes:
        node: all that is written; nulls that had nothing to remove are among the findings.
        complete: whether every file that it names could be read.
        files: its files, for the data that it names.
        removed: what had an id and was removed by null, with the place of that.
    """

    node: MappingNode
    complete: bool
    files: Files
    removed: Ids
