"""The JSON Schema of scenario files, short forms included, for editors and other programs."""

from __future__ import annotations

import copy
import inspect
import re
from typing import Any, Final

from optimiser.language import marked, tr
from optimiser.scenario.format.schema import Scenario
from optimiser.scenario.format.short_forms import SHORT

__all__ = ["EXTENDS", "json_schema", "tell", "unwrapped"]

EXTENDS: Final = {
    "type": "string",
    "description": marked(
        "The file that this one extends, relative to it: mappings merge, lists are replaced, "
        "null removes a key."
    ),
}
_TEXT: Final = {"type": ["string", "number"]}


def unwrapped(text: str, /) -> str:
    """A docstring with one line a paragraph, as pages and schemas show it."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(text))


def json_schema() -> dict[str, Any]:
    """The schema of a file, from the field documentation of ``Scenario``, in the language that is
    spoken.

    A file with ``extends`` is a part of a scenario: there nothing is required, and null removes a
    key.
    """
    whole = Scenario.model_json_schema()
    definitions = whole.pop("$defs")
    definitions["Scenario"] = whole
    _accept_texts(definitions)
    _accept_short_forms(definitions)
    definitions["Scenario"]["properties"]["extends"] = dict(EXTENDS)
    tell(definitions)
    parts = {
        f"{name}Part": _part(copy.deepcopy(definition)) for name, definition in definitions.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": tr("Scenario, format version 1"),
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/ScenarioPart"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": {**definitions, **parts},
    }


def tell(schema: Any, /) -> None:
    """Descriptions in the language that is spoken; docstrings with one line a paragraph."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "description" and isinstance(value, str):
                schema[key] = tr(unwrapped(value))
            else:
                tell(value)
    elif isinstance(schema, list):
        for item in schema:
            tell(item)


def _accept_texts(definitions: dict[str, Any]) -> None:
    """A number may stand where a text is expected, and in solver options an expression where a
    number is.
    """
    for name, definition in definitions.items():
        for field in definition["properties"].values():
            for option in (field, *field.get("anyOf", ())):
                if (
                    option.get("type") == "string"
                    and "enum" not in option
                    and "pattern" not in option
                ):
                    option.update(_TEXT)
            if name == "SolverOptions" and any(
                o.get("type") in ("number", "integer") for o in (field, *field.get("anyOf", ()))
            ):
                _accept_expression(field)


def _accept_expression(field: dict[str, Any]) -> None:
    limits = ("type", "minimum", "maximum", "exclusiveMinimum", "anyOf")
    number = {key: field.pop(key) for key in limits if key in field}
    options = number.pop("anyOf", [number])
    field["anyOf"] = [option for option in options if option.get("type") != "null"] + [
        {"type": "string"}
    ]


def _accept_short_forms(definitions: dict[str, Any]) -> None:
    short = {
        "value": {"type": ["number", "string"]},
        "sense": {"enum": definitions["Objective"]["properties"]["sense"]["enum"]},
        "expr": {"type": "string"},
    }
    for section, key in SHORT.items():
        field = definitions["Scenario"]["properties"][section]
        field["additionalProperties"] = {"anyOf": [field["additionalProperties"], short[key]]}
    for definition in definitions.values():
        for field in definition["properties"].values():
            if field.get("additionalProperties") == {"$ref": "#/$defs/Effect"}:
                field["additionalProperties"] = {
                    "anyOf": [{"$ref": "#/$defs/Effect"}, {"type": ["number", "string"]}]
                }
            if {"$ref": "#/$defs/TableFile"} in field.get("anyOf", ()):
                field["anyOf"].append({"type": "string"})
            if field.get("items") == {"$ref": "#/$defs/Requirement"}:
                field["items"] = {"anyOf": [{"$ref": "#/$defs/Requirement"}, {"type": "string"}]}
    definitions["Effect"]["oneOf"] = [{"required": ["value"]}, {"required": ["percent"]}]
    for definition in definitions.values():
        for field in definition["properties"].values():
            _no_nulls(field)


def _no_nulls(field: dict[str, Any]) -> None:
    """Optional keys are left out, never null."""
    options = [option for option in field.get("anyOf", ()) if option.get("type") != "null"]
    if options and len(options) < len(field["anyOf"]):
        del field["anyOf"]
        if len(options) == 1:
            field.update(options[0])
        else:
            field["anyOf"] = options
    if field.get("default", ...) is None:
        del field["default"]


def _part(definition: dict[str, Any]) -> dict[str, Any]:
    """A definition for files that extend others: nothing required, null allowed."""
    definition.pop("required", None)
    definition.pop("oneOf", None)
    definition["properties"] = {
        name: {"anyOf": [_to_parts(field), {"type": "null"}]}
        for name, field in definition["properties"].items()
    }
    return definition


def _to_parts(value: Any) -> Any:
    if isinstance(value, list):
        return [_to_parts(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _to_parts(item) for key, item in value.items()}
    if isinstance(found.get("$ref"), str):
        found["$ref"] = f"{found['$ref']}Part"
    if isinstance(found.get("additionalProperties"), dict):
        found["additionalProperties"] = {"anyOf": [found["additionalProperties"], {"type": "null"}]}
    return found
