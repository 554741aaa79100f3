"""Nodes to a Scenario: the schema's findings become diagnostics at the place that was written.

What the schema refuses is left out and the rest is built again, so that one mistake does not hide
the others.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from optimiser.errors import ScenarioError
from optimiser.language import listed, marked, tr
from optimiser.patterns import pattern
from optimiser.scenario.diagnostics import Findings, did_you_mean, known, nearest
from optimiser.scenario.format.formulas import NUMBER, Formula
from optimiser.scenario.format.schema import Scenario
from optimiser.scenario.format.short_forms import expand
from optimiser.scenario.nodes import (
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    plain,
    text_position,
)
from optimiser.scenario.source.draft import KINDS, Draft, Path, describe, locate

__all__ = ["build"]

#: kind of a fault of the schema -> how to advise, and what is expected
_EXPECTED: Final = {
    "string_type": ("text", marked("text")),
    "dict_type": ("mapping", marked("a mapping")),
    "mapping_type": ("mapping", marked("a mapping")),
    "model_type": ("mapping", marked("a mapping")),
    "model_attributes_type": ("mapping", marked("a mapping")),
    "tuple_type": ("list", marked("a list")),
    "bool_type": ("bool", marked("true or false")),
    "int_type": ("number", marked("a whole number")),
    "int_parsing": ("number", marked("a whole number")),
    "int_from_float": ("number", marked("a whole number")),
    "int_parsing_size": ("number", marked("a whole number")),
    "float_type": ("number", marked("a number")),
    "float_parsing": ("number", marked("a number")),
    "finite_number": ("number", marked("a finite number")),
    "greater_than": ("number", marked("a number > {gt}")),
    "greater_than_equal": ("number", marked("a number >= {ge}")),
    "less_than_equal": ("number", marked("a number <= {le}")),
}
_ADVICE: Final = {
    "mapping": marked("write {key: value}, or indented 'key: value' lines; {} is an empty mapping"),
    "list": marked("write [a, b]"),
    "bool": marked("write true or false; yes, no, on, off are texts in YAML 1.2"),
    "text": marked("write a text; quote it if it looks like something else"),
}
#: names that are written with something between them, and a key with its value
_BETWEEN: Final = r"\s*[,，；、;/+&]\s*|\s+"
_MEMBERS: Final = pattern(rf"[\w.]+(?:(?:{_BETWEEN})[\w.]+)*")
_BRACKETS: Final = "[]()\uff3b\uff3d\u3010\u3011\u3014\u3015\uff08\uff09"
_PAIR: Final = pattern(r"(\w+)\s*[：:]\s*([^{}\[\]：:,，]+)")
_REQUIRED: Final = {
    "optimise": marked("start the file with 'optimise: 1'"),
    "name": marked("write for example 'name: my_plan'"),
    "objectives": marked("write for example 'objectives: {cost: minimise}'"),
    "sense": marked("write 'sense: maximise' or 'sense: minimise'"),
}
_DEFAULTS: Final = {"optimise": "1", "name": "unnamed", "objectives": {}}


def build(
    node: MappingNode,
    findings: Findings,
    /,
    *,
    partial: bool = False,
    removed: Mapping[tuple[str, ...], Position] | None = None,
) -> Draft:
    """A draft of the scenario; what the schema refuses is in the findings, with its place.

    Args:
        node: merged and expanded.
        findings: for what is refused.
        partial: whether more of the scenario exists than is here, so that nothing is missing.
        removed: what a null has removed, and where.
    """
    data = plain(node)
    assert isinstance(data, dict)
    _settle_solver(data)
    damaged: set[tuple[str, str]] = set()
    reported = False
    while True:
        try:
            scenario = Scenario.model_validate(data)
            return Draft(scenario, node, findings, frozenset(damaged), removed or {})
        except ValidationError as error:
            faults = error.errors(include_url=False)
        meant = {} if reported else _meant_keys(faults, node, findings)
        if meant:
            whole = expand(_renamed(node, meant))
            return build(whole, findings, partial=partial, removed=removed)
        for fault in faults:
            path: Path = fault["loc"]
            if not reported and not (partial and fault["type"] == "missing"):
                _report(fault, path, node, findings)
            if len(path) >= 2 and path[0] in KINDS:
                damaged.add((str(path[0]), str(path[1])))
        reported = True
        # From the back, so that positions in lists stay what they are.
        for path in sorted(
            {_refused(fault) for fault in faults}, key=_reversed_order, reverse=True
        ):
            _remove(data, path)


def _meant_keys(faults: Iterable[Any], root: MappingNode, findings: Findings) -> Mapping[Path, str]:
    """Unknown keys whose nearest known one is not written beside them: reported, and then read as
    that one, so that they do not hide what is wrong in their values.
    """
    found: dict[Path, str] = {}
    meant: set[Path] = set()
    for fault in faults:
        path: Path = fault["loc"]
        if fault["type"] != "extra_forbidden":
            continue
        model, holder = _model_at(path[:-1]), _node(root, path[:-1])
        near = nearest(str(path[-1]), model.model_fields) if model else None
        if near is None or not isinstance(holder, MappingNode) or near in holder.entries:
            continue
        if (*path[:-1], near) not in meant:
            _unknown_key(path, root, findings)
            found[path] = near
            meant.add((*path[:-1], near))
    return found


def _renamed(root: MappingNode, names: Mapping[Path, str]) -> MappingNode:
    """The tree with other keys, each where the old one stands."""

    def at(node: Node, path: Path) -> Node:
        if isinstance(node, SequenceNode):
            items = tuple(at(item, (*path, i)) for i, item in enumerate(node.items))
            return replace(node, items=items)
        if not isinstance(node, MappingNode):
            return node
        entries = {}
        for key, entry in node.entries.items():
            own = (*path, key)
            entries[names.get(own, key)] = replace(entry, value=at(entry.value, own))
        return node.with_entries(entries)

    changed = at(root, ())
    assert isinstance(changed, MappingNode)
    return changed


def _refused(fault: Any) -> Path:
    """The path of what has to go for the rest to be accepted."""
    path: Path = fault["loc"]
    return path[:-1] if fault["type"] == "missing" and len(path) > 1 else path


def _reversed_order(path: Path) -> tuple[tuple[int, int, str], ...]:
    return tuple((1, part, "") if isinstance(part, int) else (0, 0, part) for part in path)


def _remove(data: dict[str, Any], path: Path) -> None:
    holder: Any = data
    for depth, part in enumerate(path[:-1]):
        if depth and not isinstance(holder, dict | list):
            # a short form: the schema names a key that is not written
            _remove(data, path[:depth])
            return
        if isinstance(holder, dict):
            holder = holder.get(str(part))
        elif isinstance(holder, list) and isinstance(part, int) and part < len(holder):
            holder = holder[part]
        else:
            return
    last = path[-1]
    if len(path) > 1 and not isinstance(holder, dict | list):
        _remove(data, path[:-1])
    elif len(path) == 1 and last in _DEFAULTS:
        data[str(last)] = _DEFAULTS[str(last)]
    elif isinstance(holder, dict):
        holder.pop(last, None)
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        del holder[last]


def _report(fault: Any, path: Path, root: MappingNode, findings: Findings) -> None:
    kind, context = fault["type"], fault.get("ctx", {})
    node = _node(root, path)
    at: Position = node.start if node is not None else locate(root, path, key=True)
    if kind == "finding":
        if context["start"] >= 0 and node is not None:
            at = text_position(node, context["start"], context["end"])
        label, help = "", context["help"]
        message = context["message"]
        if path and context["code"] in ("S016", "S021", "S030", "S014"):
            message = tr("{message}, in {place}", message=message, place=describe(path))
        findings.error(context["code"], at, message, label=label, help=help)
    elif kind == "missing":
        message = tr("'{key}' is missing in {place}", key=path[-1], place=describe(path[:-1]))
        help = tr(_REQUIRED.get(str(path[-1]), ""))
        findings.error("S013", locate(root, path[:-1], key=True), message, help=help)
    elif kind == "extra_forbidden":
        _unknown_key(path, root, findings)
    elif kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context["expected"])
        names = listed((f"'{name}'" for name in allowed), last="or") or context["expected"]
        findings.error(
            "S015",
            at,
            tr("{found} is not allowed for {place}", found=_shown(node), place=describe(path)),
            label=tr("expected {expected}", expected=names),
            help=did_you_mean(str(fault["input"]), allowed),
        )
    elif kind == "string_too_long":
        _too_long(fault, path, at, findings)
    elif kind in _EXPECTED:
        form, words = _EXPECTED[kind]
        expected = tr(words, **context)
        code = "S053" if path[0] == "solver" else "S014"
        help = _advice(form, node, path)
        findings.error(
            code,
            at,
            tr(
                "expected {expected} for {place}, got {found}",
                expected=expected,
                place=describe(path),
                found=_shown(node),
            ),
            help=help,
        )
    else:
        findings.error("S014", at, f"{describe(path)}: {fault['msg']}")


def _too_long(fault: Any, path: Path, at: Position, findings: Findings) -> None:
    message = tr(
        "{place} has {number:,} characters; at most {most:,} are read",
        place=describe(path),
        number=len(fault["input"]),
        most=fault["ctx"]["max_length"],
    )
    findings.error("S003", at, message, help=tr("shorten it; keep the whole elsewhere"))


def _advice(form: str, node: Node | None, path: Path) -> str:
    """How to write what is expected, if it can be from what is there."""
    if "requires_any" in path:
        return tr("write a list of lists: [[a, b]]")
    text = node.text if isinstance(node, ScalarNode) else ""
    if form == "list" and _MEMBERS.fullmatch(text := text.strip(_BRACKETS)):
        return tr("write {yaml}", yaml=f"[{', '.join(re.split(_BETWEEN, text))}]")
    if form == "mapping" and (pair := _PAIR.fullmatch(text)):
        yaml = f"{{{pair[1]}: {pair[2]}}}"
        return tr("write {yaml}, with a plain colon and a blank behind it", yaml=yaml)
    if form == "number" and text:
        try:
            Formula.of(text)
        except PydanticCustomError as error:
            return str((error.context or {}).get("help", ""))
    return tr(_ADVICE.get(form, ""))


def _unknown_key(path: Path, root: MappingNode, findings: Findings) -> None:
    key = str(path[-1])
    model = _model_at(path[:-1])
    names = list(model.model_fields) if model else []
    if len(path) == 1:
        names.insert(6, "extends")
    if key == "<<":
        help = tr("merge keys are not part of YAML 1.2: use an alias for each part, or extends")
    else:
        help = _as_an_id(path, root) or did_you_mean(key, names)
    place = locate(root, path, key=True)
    findings.error(
        "S011",
        place,
        tr("unknown key '{key}' in {place}", key=key, place=describe(path[:-1])),
        label=known("keys", names, most=20),
        help=help,
    )


def _as_an_id(path: Path, root: MappingNode) -> str:
    """Where what has an id of its own is changed, when its id stands at the top of the scenario."""
    key = str(path[-1])
    sections = [
        section
        for section in KINDS
        if len(path) == 1
        and isinstance(held := root.get(section), MappingNode)
        and key in held.entries
    ]
    if not sections:
        return ""
    return tr("write {yaml}", yaml=listed((f"{name}.{key}" for name in sections), last="or"))


def _model_at(path: Path) -> type[BaseModel] | None:
    """The schema class that describes the mapping at a path."""
    current: Any = Scenario
    for part in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            if part not in current.model_fields:
                return None
            current = current.model_fields[str(part)].annotation
        else:
            arguments = get_args(current)
            current = arguments[1] if get_origin(current) is dict else arguments[0]
        current = _bare(current)
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) in (Annotated, Union, types.UnionType):
        annotation = next(a for a in get_args(annotation) if a is not type(None))
    return annotation


def _node(root: MappingNode, path: Iterable[str | int]) -> Node | None:
    node: Node | None = root
    for part in path:
        if isinstance(node, MappingNode):
            node = node.get(str(part))
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


def _shown(node: Node | None) -> str:
    match node:
        case MappingNode():
            return tr("a mapping")
        case SequenceNode():
            return tr("a list")
        case ScalarNode(text=text):
            return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}...'"
    return tr("nothing")


def _settle_solver(data: dict[str, Any]) -> None:
    """Put the value in the place of each solver option that is an expression over parameters."""
    solver = data.get("solver")
    if not isinstance(solver, dict):
        return
    for key, text in solver.items():
        if key == "method" or not isinstance(text, str) or NUMBER.fullmatch(text):
            continue
        value = _value(text, data)
        if value is not None:
            solver[key] = value


def _value(text: str, data: dict[str, Any]) -> str | None:
    """An expression's value as a decimal text; None where it has none, so that the schema refuses
    the text itself.
    """
    from optimiser.scenario.format.values import Values

    constants: dict[str, Formula] = {}
    written = data.get("parameters")
    try:
        if isinstance(written, dict):
            for name, parameter in written.items():
                if isinstance(parameter, dict) and "value" in parameter:
                    constants[name] = Formula.of(parameter["value"])
        value = Values(constants)(Formula.of(text))
    except (ScenarioError, ValueError):
        return None
    return str(value.numerator) if value.denominator == 1 else repr(float(value))
