"""Write the generated parts of the documentation again: the scenario reference and the tables of what registries hold.

The words live where the code is: field docs in the schema, what a solver proves in the solver. `make docs` writes, a test
compares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from optimiser.scenario import json_schema
from optimiser.solvers import registry

__all__ = ["pages"]

_ROOT = Path(__file__).resolve().parent.parent
_WORDS = {"string": "text", "boolean": "true or false", "integer": "whole number", "object": "mapping", "array": "list"}


def pages() -> dict[Path, str]:
    """Every file with generated parts and what it has to hold.

    Raises:
        ValueError: README.md has lost the marks between which the table of solvers stands.
    """
    readme = _ROOT / "README.md"
    return {
        _ROOT / "docs" / "scenario.md": _reference(json_schema()),
        readme: _between(readme.read_text(encoding="utf-8"), "solvers", _solver_table()),
    }


def _between(text: str, mark: str, content: str) -> str:
    begin, end = f"<!-- {mark}: written by make docs -->\n", f"<!-- end of {mark} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"README.md needs the lines {begin.strip()!r} and {end!r}, once each, in this order")
    return text[: text.index(begin) + len(begin)] + content + text[text.index(end) :]


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = tuple(header)
    lines = [columns, ("---",) * len(columns), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _solver_table() -> str:
    return _table(("solver", "what it proves"), ((f"`{name}`", solver.proves) for name, solver in registry().items()))


def _reference(schema: Mapping[str, Any]) -> str:
    definitions: Mapping[str, Mapping[str, Any]] = schema.get("$defs", {})
    lines = [
        "# Scenario reference",
        "",
        "Written by `make docs` from the schema; `optimise schema` prints the schema itself.",
        "",
    ]
    lines += _section("The file", schema)
    for name in _reachable(schema, definitions):
        lines += _section(_heading(name), definitions[name])
    return "\n".join(lines).rstrip() + "\n"


def _reachable(schema: Mapping[str, Any], definitions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Definitions with fields, in the order in which a reader of the file meets them."""
    seen: list[str] = []
    queue: list[Mapping[str, Any]] = [schema]
    while queue:
        node = queue.pop(0)
        for name in _references({"fields": node.get("properties", {})}):
            if name not in seen:
                seen.append(name)
                queue.append(definitions[name])
    yield from (name for name in seen if definitions[name].get("properties"))


def _references(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rsplit("/", 1)[1]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _section(title: str, node: Mapping[str, Any]) -> list[str]:
    required = set(node.get("required", ()))
    rows = [
        (f"`{name}`", _kind(field), "required" if name in required else _default(field), _one_line(field.get("description", "")))
        for name, field in node.get("properties", {}).items()
    ]
    text = _one_line(node.get("description", ""))
    return [f"## {title}", "", *([text, ""] if text else []), _table(("key", "value", "default", "meaning"), rows)]


def _heading(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _default(field: Mapping[str, Any]) -> str:
    default = field.get("default")
    return (
        "" if default is None or default in ({}, [], "") else f"`{default if isinstance(default, str) else json.dumps(default)}`"
    )


def _kind(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return _heading(field["$ref"].rsplit("/", 1)[1]).lower()
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in field:
            return " or ".join(dict.fromkeys(_kind(option) for option in field[choice] if option.get("type") != "null"))
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), Mapping):
        return f"id: {_kind(field['additionalProperties'])}"
    kinds = field.get("type", "anything")
    return " or ".join(_WORDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null")


if __name__ == "__main__":
    for path, content in pages().items():
        path.write_text(content, encoding="utf-8", newline="\n")
        print(path.relative_to(_ROOT).as_posix())
