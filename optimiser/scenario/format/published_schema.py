"""The JSON Schema of scenario files, short forms included, for editors and other programs: of draft
7, which is what editors read.

References:
    Wright, A., Andrews, H. & Luff, G. (2019). JSON Schema Validation: A Vocabulary for Structural
        Validation of JSON, draft-handrews-json-schema-validation-01 ("draft 7").
"""

from __future__ import annotations

import copy
import inspect
import re
from typing import Any, Final

from optimiser.language import marked, tr
from optimiser.scenario.format.schema import Scenario
from optimiser.scenario.format.short_forms import SHORT

__all__ = ["EXTENDS", "draft_7", "json_schema", "tell", "unwrapped"]

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
    whole = {
        "title": tr("Scenario, format version 1"),
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/ScenarioPart"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": {**definitions, **parts},
    }
    return draft_7(whole)


def draft_7(schema: dict[str, Any], /) -> dict[str, Any]:
    """A schema as pydantic writes it, of a later draft, in draft 7.

    There definitions have another key, nothing beside a reference counts, so that descriptions
    stand around it, and a list whose items differ is written with ``items``. Titles that only spell
    a key are left out: editors show them before the description.
    """
    return {"$schema": "http://json-schema.org/draft-07/schema#", **_older(schema)}


def _older(value: Any, *, named: bool = False) -> Any:
    """A part of a schema; ``named``: its keys are names of the format, and no keywords."""
    if isinstance(value, list):
        return [_older(item) for item in value]
    if not isinstance(value, dict):
        return value
    if named:
        return {key: _property(_older(item)) for key, item in value.items()}
    found = {
        _KEYWORDS.get(key, key): _plain_default(item)
        if key == "default"
        else item
        if key in ("enum", "const", "required")
        else _older(item, named=key in ("properties", "$defs"))
        for key, item in value.items()
    }
    if isinstance(found.get("items"), list):
        found["additionalItems"] = False
    if "$ref" in found:
        own = {"$ref": found.pop("$ref").replace("#/$defs/", "#/definitions/")}
        return {**found, "allOf": [own]} if found else own
    return found


#: those of later drafts, and those that pydantic writes of a union
_KEYWORDS: Final = {
    "$defs": "definitions",
    "prefixItems": "items",
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
}


def _property(schema: Any) -> Any:
    """What a name stands for, without the title that pydantic makes of it."""
    if isinstance(schema, dict) and "properties" not in schema:
        return {key: item for key, item in schema.items() if key != "title"}
    return schema


def _plain_default(value: Any) -> Any:
    """A default as it is written: of a formula its text, of a section what is not left out."""
    if isinstance(value, dict):
        if "tree" in value:
            return value["text"]
        return {key: _plain_default(item) for key, item in value.items() if item is not None}
    return value


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
        name: _described({"anyOf": [_to_parts(field), {"type": "null"}]}, field)
        for name, field in definition["properties"].items()
    }
    return definition


def _described(schema: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    """With the description where editors look for it."""
    return {"description": field["description"], **schema} if "description" in field else schema


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
