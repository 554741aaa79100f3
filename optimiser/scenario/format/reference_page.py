"""The reference page of the scenario format, generated from the schema's own field
documentation.
"""

from __future__ import annotations

import types
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from optimiser.language import listed, marked, tr
from optimiser.scenario.codes import CODES
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.published_schema import EXTENDS, unwrapped
from optimiser.scenario.format.schema import Scenario

__all__ = ["reference_markdown"]

_WORDS: Final = {
    str: marked("text"),
    int: marked("whole number"),
    float: marked("number"),
    bool: marked("true or false"),
    Formula: marked("number"),
}
_MAPPING: Final = marked("mapping")


def reference_markdown() -> str:
    """The page, in the language that is spoken: one table of keys a mapping of the format, then
    the codes of errors and warnings.
    """
    parts = [
        tr("# Scenario reference"),
        "",
        tr(
            "Every key of the format, version 1. A *number* may always be an expression over "
            "parameters."
        ),
        tr("A key is optional unless its default says *required*."),
    ]
    for model, path in _models():
        parts += [
            "",
            f"## {path}",
            "",
            tr(unwrapped(model.__doc__ or "")),
            "",
            tr("| key | is | default | meaning |"),
            "|---|---|---|---|",
        ]
        parts += [_row(name, field) for name, field in model.model_fields.items()]
        if model is Scenario:
            kind, meaning = tr("path"), tr(EXTENDS["description"])
            parts.append(f"| `extends` | {kind} | | {meaning} |")
    parts += [
        "",
        tr("## Errors and warnings"),
        "",
        tr("Codes from S101 are warnings."),
        "",
        tr("| code | meaning |"),
        "|---|---|",
    ]
    parts += [f"| {code} | {tr(meaning)} |" for code, meaning in CODES.items()]
    return "\n".join(parts) + "\n"


def _models() -> list[tuple[type[BaseModel], str]]:
    """Every mapping of the format with the path where it stands, in the order of the schema."""
    found: list[tuple[type[BaseModel], str]] = []
    stack: list[tuple[type[BaseModel], str]] = [(Scenario, tr("The top of the file"))]
    while stack:
        model, path = stack.pop()
        if any(model is other for other, _ in found):
            continue
        found.append((model, path))
        inner: list[tuple[type[BaseModel], str]] = []
        prefix = "" if model is Scenario else f"{path.strip('`')}."
        for name, field in model.model_fields.items():
            annotation, place = _bare(field.annotation), f"{prefix}{name}"
            if get_origin(annotation) is dict:
                annotation, place = _bare(get_args(annotation)[1]), f"{place}.NAME"
            elif get_origin(annotation) is tuple:
                annotation, place = _bare(get_args(annotation)[0]), f"{place}[]"
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                inner.append((annotation, f"`{place}`"))
        stack += reversed(inner)
    return found


def _row(name: str, field: Any) -> str:
    default = tr("*required*") if field.is_required() else _default(field)
    described = field.description or ""
    meaning = tr(described).replace("|", "\\|")
    return f"| `{name}` | {_kind(field.annotation)} | {default} | {meaning} |"


def _default(field: Any) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", {}, ()) or isinstance(value, BaseModel):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _kind(annotation: Any) -> str:
    bare = _bare(annotation)
    origin, arguments = get_origin(bare), get_args(bare)
    if origin is Literal:
        return listed(f"`{value}`" for value in arguments)
    if origin is dict:
        return tr("names, each with a {kind}", kind=_kind(arguments[1]))
    if origin is tuple:
        return tr("list of {kind}", kind=_kind(arguments[0]))
    return tr(_WORDS.get(bare, _MAPPING))


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) in (Annotated, Union, types.UnionType):
        annotation = next(a for a in get_args(annotation) if a is not type(None))
    return annotation
