"""``--at``: a scenario at other values of its parameters: at the ends of their ranges, or at those
of a file.

A file is a YAML mapping ``carbon_price: 100``, or a table with the columns ``parameter`` and
``value``; a value is a number or an expression over other parameters. A parameter that is put
somewhere is certain there: its range goes. What ``--set`` gives a parameter stays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import listed, marked, tr
from optimiser.scenario.diagnostics import Findings, did_you_mean, known
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.schema import keys_of
from optimiser.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    Source,
)
from optimiser.scenario.source.building import build
from optimiser.scenario.source.draft import Draft
from optimiser.scenario.source.files import table_in
from optimiser.scenario.source.uncertainty import uncertain
from optimiser.scenario.source.yaml_reading import read_file

__all__ = ["ENDS", "At", "parse_at", "put_at"]

ENDS: Final = ("low", "high")
_COLUMNS: Final = ("parameter", "value")
_RANGE: Final = ("low", "high", "distribution")
_HOLDS: Final = (marked("a file of parameter values"), marked("write 'parameter: value' lines"))
_HELP: Final = marked("--at takes low, high, or a file of parameter values")


@dataclass(frozen=True)
class At:
    """Where a scenario's parameters are put.

    Attributes:
        text: as it was asked for: low, high or the name of a file.
        file: None for an end of the ranges.
        kept: the parameters that ``--set`` gave a value, which stays.
    """

    text: str
    file: Path | None
    kept: frozenset[str]


def parse_at(text: str, overrides: Sequence[str] = (), /) -> At:
    """What ``--at`` asks for.

    Raises:
        UsageError: it is neither low nor high, nor a file.
    """
    kept = frozenset(name for override in overrides if (name := _parameter_set(override)))
    if text in ENDS:
        return At(text, None, kept)
    path = Path(text)
    found = paths.kind(path)
    if found in ("folder", None):
        message = tr("--at {text}: there is no such file", text=text)
        if found == "folder":
            message = tr("--at {text}: this is a folder", text=text)
        raise UsageError(message, help=did_you_mean(text, ENDS) or tr(_HELP))
    return At(text, path, kept)


def put_at(node: MappingNode, draft: Draft, findings: Findings, at: At, /) -> MappingNode:
    """The scenario at other parameter values.

    Args:
        node: the scenario as it is written, without errors.
        draft: the same, built.
        findings: for what is wrong with the values.
        at: where its parameters are put.
    """
    put = _at_end if at.file is None else _at_file
    return put(node, draft, findings, at)


def _at_end(node: MappingNode, draft: Draft, findings: Findings, at: At, /) -> MappingNode:
    """The scenario with every uncertain parameter at one end of its range."""
    given: dict[str, Node] = {}
    for name, parameter in draft.scenario.parameters.items():
        if not uncertain(parameter) or name in at.kept:
            continue
        # Numbers: an end that is written over other parameters, or over this one, would move with
        # the values.
        node_at_end = draft.node_at("parameters", name, at.text)
        constants = draft.scenario.constants
        ends = [
            draft.values.get(end) if isinstance(end := getattr(own, at.text), Formula) else None
            for own in (constants[key] for key in keys_of(draft.scenario, name) if key in constants)
        ]
        known_ends = [end for end in ends if end is not None]
        if len(known_ends) < len(ends):
            continue
        if name not in draft.scenario.by_phase:
            given[name] = _number(node_at_end, known_ends[0])
        elif node_at_end is not None:
            numbers = tuple(
                ScalarNode(node_at_end.start, node_at_end.until, _decimal(end), "number", False)
                for end in known_ends
            )
            given[name] = SequenceNode(node_at_end.start, node_at_end.until, numbers)
    if not given:
        message = tr("--at {text} changes nothing: no parameter has a range", text=at.text)
        if at.kept:
            message = tr(
                "--at {text} changes nothing: no parameter has a range that --set left alone",
                text=at.text,
            )
        findings.warning(
            "S110",
            Position(Source("--at", at.text), 1, 1, len(at.text)),
            message,
            help=tr("write low and high"),
        )
    return _with_values(node, given)


def _at_file(node: MappingNode, draft: Draft, findings: Findings, at: At, /) -> MappingNode:
    """The scenario with the values of a file; a value outside its parameter's range is said."""
    assert at.file is not None
    names = list(draft.scenario.parameters)
    given: dict[str, Node] = {}
    for name, entry in _values_in(at.file, at.text, findings).items():
        if name not in names:
            message = tr("unknown parameter '{name}' in the values of --at", name=name)
            findings.error(
                "S012",
                entry.key,
                message,
                label=known("parameters", names),
                help=did_you_mean(name, names),
            )
        elif isinstance(entry.value, SequenceNode | MappingNode) and name in (
            draft.scenario.by_phase
        ):
            if name not in at.kept:
                given[name] = entry.value
        elif not isinstance(entry.value, ScalarNode) or entry.value.kind in ("null", "bool"):
            message = tr("expected a number or an expression for parameter '{name}'", name=name)
            findings.error("S014", entry.value, message, help=tr("write for example 'price: 100'"))
        elif name not in at.kept:
            given[name] = entry.value
    changed = _with_values(node, given)
    if not findings.errors:
        _outside(draft, build(changed, Findings()), findings, given)
    return changed


def _values_in(path: Path, shown: str, findings: Findings) -> Mapping[str, Entry]:
    """Parameter -> where a file names it, and its value there."""
    if path.suffix.lower() not in (".csv", ".xlsx"):
        node = read_file(path, shown, findings, holds=_HOLDS)[1]
        return {} if node is None else node.entries
    table = table_in(path, shown, findings)
    if table is None:
        return {}
    if sorted(table.header) != sorted(_COLUMNS):
        message = tr(
            "the columns are {columns}; expected {expected}",
            columns=listed(table.header),
            expected=listed(_COLUMNS, last="and"),
        )
        findings.error(
            "S073", table.at(-1, 0), message, help=tr("write one parameter a row, with its value")
        )
        return {}
    from optimiser.scenario.source.cells import number_fault

    name_column, value_column = map(table.header.index, _COLUMNS)
    found: dict[str, Entry] = {}
    for row in range(len(table.rows)):
        if row in table.ragged:
            continue
        name, value = table.node(row, name_column), table.node(row, value_column)
        fault = number_fault(value.text)
        if fault is not None:
            findings.error("S072", value, fault[0], help=fault[1])
        elif name.text in found:
            findings.error(
                "S006",
                name,
                tr("parameter '{text}' is there twice", text=name.text),
                help=tr("remove one of the rows"),
            )
        else:
            found[name.text] = Entry(name.start, value)
    return found


def _outside(before: Draft, after: Draft, findings: Findings, given: Mapping[str, Node]) -> None:
    for name, value_node in given.items():
        for key in keys_of(before.scenario, name):
            constant = before.scenario.constants[key]
            value = after.values.known.get(key, after.values.known.get(name))
            low, high = (
                before.values.get(end) if isinstance(end, Formula) else None
                for end in (constant.low, constant.high)
            )
            if low is None or high is None or value is None or low <= value <= high:
                continue
            message = tr(
                "{value:g} for parameter '{name}' is outside its range, {low:g} to {high:g}",
                value=float(value),
                name=key,
                low=float(low),
                high=float(high),
            )
            help = tr("widen the range in the scenario if this can happen")
            findings.warning("S111", value_node, message, help=help)


def _parameter_set(override: str, /) -> str:
    """The parameter that a ``--set`` gives a value; empty for any other."""
    keys = [
        unicodedata.normalize("NFKC", key.strip()) for key in override.partition("=")[0].split(".")
    ]
    return (
        keys[1] if keys[0] == "parameters" and keys[2:] in ([], ["value"]) and len(keys) > 1 else ""
    )


def _with_values(node: MappingNode, given: Mapping[str, Node]) -> MappingNode:
    """The scenario with these values of parameters, which are certain then: their ranges are
    gone.
    """
    if not given:
        return node
    section = node.entries["parameters"]
    assert isinstance(section.value, MappingNode)
    entries = dict(section.value.entries)
    for name, value in given.items():
        own = entries[name].value
        assert isinstance(own, MappingNode)
        inner = {key: entry for key, entry in own.entries.items() if key not in _RANGE}
        # one value for all phases takes the place of one a phase
        written = inner.pop("value", None) or inner.pop("by_phase")
        inner["value" if isinstance(value, ScalarNode) else "by_phase"] = Entry(written.key, value)
        entries[name] = replace(entries[name], value=own.with_entries(inner))
    return node.with_entries(
        {**node.entries, "parameters": replace(section, value=section.value.with_entries(entries))}
    )


def _number(node: Node | None, value: Fraction) -> ScalarNode:
    """A number in the place of the node that has it; as it is written where it is a plain
    number.
    """
    assert node is not None
    if isinstance(node, ScalarNode) and node.kind == "number":
        return node
    return ScalarNode(node.start, node.until, _decimal(value), "number", False)


def _decimal(value: Fraction) -> str:
    """The exact value: as a decimal where it has one, else as a quotient."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1 or value.denominator.bit_length() > 60:
        return f"{value.numerator} / {value.denominator}"
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return str(Decimal(int(value * 10**digits)).scaleb(-digits))
