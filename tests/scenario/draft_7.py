"""Validation by JSON Schema, draft 7, written anew after the standard: what the published schema is
held against. A keyword that it does not know is an error, so that nothing is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["faults"]

_ABOUT = {"$schema", "$id", "$comment", "title", "description", "default", "examples", "format"}
_KEPT = {"definitions", "then", "else"}


def _is(value: Any, name: str) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "null": value is None,
        "boolean": isinstance(value, bool),
        "number": number,
        "integer": number and (isinstance(value, int) or value.is_integer()),
        "string": isinstance(value, str),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
    }[name]


def _same(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def faults(value: Any, schema: Any, whole: Mapping[str, Any], /) -> Iterator[str]:
    """The keywords of a schema that a value breaks, each after its path.

    Args:
        value: as JSON has it.
        schema: a part of ``whole``.
        whole: where references lead.
    """
    if isinstance(schema, bool):
        if not schema:
            yield "false"
        return
    if "$ref" in schema:  # nothing beside it counts
        target: Any = whole
        for part in schema["$ref"].removeprefix("#").split("/")[1:]:
            target = target[part]
        yield from faults(value, target, whole)
        return
    for keyword, says in schema.items():
        if keyword in _ABOUT | _KEPT:
            continue
        for fault in _KEYWORDS[keyword](value, says, schema, whole):
            yield f"{keyword}{fault and '/'}{fault}"


def _fits(value: Any, schema: Any, whole: Mapping[str, Any]) -> bool:
    return next(faults(value, schema, whole), None) is None


def _when(broken: bool) -> Iterator[str]:
    if broken:
        yield ""


def _properties(value: Any, says: Any, schema: Any, whole: Any) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        if name in says:
            yield from (f"{name}/{fault}" for fault in faults(value[name], says[name], whole))


def _more_properties(value: Any, says: Any, schema: Any, whole: Any) -> Iterator[str]:
    for name in value if isinstance(value, dict) else ():
        if name not in schema.get("properties", {}):
            yield from (f"{name}/{fault}" for fault in faults(value[name], says, whole))


def _items(value: Any, says: Any, schema: Any, whole: Any) -> Iterator[str]:
    for place, item in enumerate(value if isinstance(value, list) else ()):
        if not isinstance(says, list):
            yield from (f"{place}/{fault}" for fault in faults(item, says, whole))
        elif place < len(says):
            yield from (f"{place}/{fault}" for fault in faults(item, says[place], whole))
        else:
            more = schema.get("additionalItems", True)
            yield from (f"{place}/{fault}" for fault in faults(item, more, whole))


def _condition(value: Any, says: Any, schema: Any, whole: Any) -> Iterator[str]:
    branch = "then" if _fits(value, says, whole) else "else"
    yield from faults(value, schema.get(branch, True), whole)


def _each(value: Any, says: Any, schema: Any, whole: Any) -> Iterator[str]:
    for one in says:
        yield from faults(value, one, whole)


def _unique(value: Any) -> bool:
    return all(not _same(a, b) for i, a in enumerate(value) for b in value[:i])


def _dependencies(value: Any, says: Any, schema: Any, whole: Any) -> Iterator[str]:
    for name, needs in says.items():
        if isinstance(value, dict) and name in value:
            if isinstance(needs, list):
                yield from _when(not set(needs) <= set(value))
            else:
                yield from faults(value, needs, whole)


def _number(value: Any) -> bool:
    return _is(value, "number")


_KEYWORDS: Mapping[str, Any] = {
    "type": lambda v, s, _, __: _when(
        not any(_is(v, name) for name in (s if isinstance(s, list) else [s]))
    ),
    "enum": lambda v, s, _, __: _when(not any(_same(v, one) for one in s)),
    "const": lambda v, s, _, __: _when(not _same(v, s)),
    "minimum": lambda v, s, _, __: _when(_number(v) and v < s),
    "maximum": lambda v, s, _, __: _when(_number(v) and v > s),
    "exclusiveMinimum": lambda v, s, _, __: _when(_number(v) and v <= s),
    "exclusiveMaximum": lambda v, s, _, __: _when(_number(v) and v >= s),
    "minLength": lambda v, s, _, __: _when(isinstance(v, str) and len(v) < s),
    "maxLength": lambda v, s, _, __: _when(isinstance(v, str) and len(v) > s),
    "pattern": lambda v, s, _, __: _when(isinstance(v, str) and not re.search(s, v)),
    "minItems": lambda v, s, _, __: _when(isinstance(v, list) and len(v) < s),
    "maxItems": lambda v, s, _, __: _when(isinstance(v, list) and len(v) > s),
    "uniqueItems": lambda v, s, _, __: _when(s and isinstance(v, list) and not _unique(v)),
    "required": lambda v, s, _, __: _when(isinstance(v, dict) and not set(s) <= set(v)),
    "properties": _properties,
    "additionalProperties": _more_properties,
    "propertyNames": lambda v, s, _, w: (
        f for name in (v if isinstance(v, dict) else ()) for f in faults(name, s, w)
    ),
    "dependencies": _dependencies,
    "items": _items,
    "additionalItems": lambda *_: iter(()),
    "if": _condition,
    "allOf": _each,
    "anyOf": lambda v, s, _, w: _when(not any(_fits(v, one, w) for one in s)),
    "oneOf": lambda v, s, _, w: _when(sum(_fits(v, one, w) for one in s) != 1),
}
