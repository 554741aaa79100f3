"""A scenario that is made in Python, of mappings, lists and the objects of the format, as a tree
like that of a file: the place of a value is its path, such as ``technologies.iot.effects``.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from optimiser.language import marked, tr
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.nodes import Entry, MappingNode, Position, ScalarNode, SequenceNode, Source
from optimiser.scenario.source.yaml_nodes import MOST_DEPTH
from optimiser.scenario.source.yaml_scalars import FORBIDDEN

if TYPE_CHECKING:
    from optimiser.scenario.diagnostics import Findings
    from optimiser.scenario.nodes import Node

__all__ = ["PYTHON", "written_node"]

PYTHON: Final = marked("the scenario")
"""How messages call a scenario that has no file."""

_UNTIL: Final = (0, 0)


def written_node(data: object, findings: Findings, /) -> MappingNode | None:
    """The tree of a scenario; None, with the reason in ``findings``, where it is no mapping.

    What cannot be written in a file is in the findings, and left out.
    """
    node = _node(data, (), findings)
    if isinstance(node, MappingNode):
        return node
    if node is not None:
        findings.error("S014", node, tr("a scenario is a mapping"), help=tr(_MAPPING))
    return None


_MAPPING: Final = marked("give a dict with 'optimise', 'name', 'objectives' and so on")


def _position(path: tuple[str, ...], findings: Findings) -> Position:
    """The place of a path; those named first rank first."""
    position = Position(Source(".".join(path) or tr(PYTHON)))
    findings.place(position.source)
    return position


def _node(value: object, path: tuple[str, ...], findings: Findings) -> Node | None:
    at = _position(path, findings)
    if len(path) > MOST_DEPTH:
        findings.error("S010", at, tr("nested more than {most} deep", most=MOST_DEPTH))
        return None
    value = _plain(value)
    if isinstance(value, Mapping):
        return _mapping(value, at, path, findings)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        items = [_node(item, (*path, str(i)), findings) for i, item in enumerate(value)]
        return SequenceNode(at, _UNTIL, tuple(item for item in items if item is not None))
    scalar = _scalar(value)
    if scalar is None:
        message = tr(
            "a value of the type '{type}' of Python has no place in a scenario",
            type=type(value).__name__,
        )
        findings.error("S014", at, message, help=tr(_KINDS))
        return None
    text, kind = scalar
    return (
        None
        if _forbidden(text, at, findings)
        else ScalarNode(at, _UNTIL, text, kind, verbatim=False)
    )


_KINDS: Final = marked("write a number, a text, True, False, None, a list or a dict")


def _mapping(
    value: Mapping[object, object], at: Position, path: tuple[str, ...], findings: Findings
) -> MappingNode:
    entries: dict[str, Entry] = {}
    for written, item in value.items():
        key = _scalar(written)
        if key is None or key[1] == "null":
            message = tr("a key is a name, and this is {found}", found=repr(written)[:60])
            findings.error("S014", at, message, help=tr("write a text"))
            continue
        if _forbidden(key[0], at, findings):
            continue
        name = unicodedata.normalize("NFKC", key[0])
        own = (*path, name)
        if name in entries:
            findings.error(
                "S006",
                _position(own, findings),
                tr("duplicate key '{text}'", text=key[0]),
                help=tr("remove or rename one of them"),
            )
            continue
        node = _node(item, own, findings)
        if node is not None:
            entries[name] = Entry(node.start, node)
    return MappingNode(at, _UNTIL, entries)


def _forbidden(text: str, at: Position, findings: Findings) -> bool:
    """Whether a text has a character that no file may have; it is told."""
    found = FORBIDDEN.search(text)
    if found:
        message = tr("character U+{code:04X} is not allowed in YAML", code=ord(found.group()))
        findings.error("S004", at, message, help=tr("remove it"))
    return found is not None


def _plain(value: object) -> object:
    """A value as a dict, a list or one of Python's own scalars."""
    if isinstance(value, BaseModel):
        # as it was given, unknown keys included
        return {n: o for n, o in vars(value).items() if n in value.model_fields_set}
    if isinstance(value, Formula):
        return value.text
    if isinstance(value, PurePath):
        return value.as_posix()
    if isinstance(value, Set):
        return sorted(value, key=str)
    # numpy's and pandas' own kinds
    told = getattr(value, "tolist", None)
    return told() if callable(told) else value


def _scalar(value: object) -> tuple[str, str] | None:
    """A scalar's text and kind as YAML has them; None of what is none."""
    if value is None:
        return "", "null"
    if isinstance(value, bool):
        return str(value).lower(), "bool"
    if isinstance(value, str):
        return value, "text"
    if isinstance(value, Integral):
        return _digits(int(value)), "number"
    if isinstance(value, Decimal):
        return (str(value), "number") if value.is_finite() else _infinite(float(value))
    if isinstance(value, Fraction):
        return f"{_digits(value.numerator)}/{_digits(value.denominator)}", "text"
    if isinstance(value, Real):
        number = float(value)
        return (repr(number), "number") if math.isfinite(number) else _infinite(number)
    return None


def _digits(whole: int) -> str:
    """A whole number as text; one that Python refuses to write out, in short: it is out of range
    in either way.
    """
    digits = int(whole.bit_length() * math.log10(2))
    return str(whole) if digits < _MOST_DIGITS else f"{'-' * (whole < 0)}1e{digits}"


_MOST_DIGITS: Final = 600  # below any limit that sys.set_int_max_str_digits takes


def _infinite(number: float) -> tuple[str, str]:
    return ".nan" if math.isnan(number) else ".inf" if number > 0 else "-.inf", "number"
