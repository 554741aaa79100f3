"""The schema for editors: of draft 7, true of every scenario here, and no stricter than the
checker.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from optimiser.errors import ScenarioError
from optimiser.results import document_schema
from optimiser.scenario import json_schema, library, load
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import MappingNode, Node, ScalarNode, SequenceNode
from optimiser.scenario.source.yaml_reading import read_file
from tests.scenario.draft_7 import faults

HERE = Path(__file__).parent
META = json.loads((HERE / "draft-07.json").read_text(encoding="utf-8"))
SCHEMA = json_schema()
ROOT = HERE.parent.parent
STARTER = ROOT / "optimiser" / "session" / "starter.yaml"
FILES = [*library().values(), STARTER, *sorted((ROOT / "docs" / "tutorial").glob("0[2-9]*.yaml"))]


def number(text: str) -> float:
    whole = text.lstrip("+-").isdigit()
    return int(text) if whole else float(text.replace(".inf", "inf"))


def data_of(node: Node, number: Callable[[str], Any] = number) -> Any:
    """What an editor makes of a tree."""
    if isinstance(node, MappingNode):
        return {key: data_of(entry.value, number) for key, entry in node.entries.items()}
    if isinstance(node, SequenceNode):
        return [data_of(item, number) for item in node.items]
    assert isinstance(node, ScalarNode)
    if node.kind == "number":
        return number(node.text)
    return {"null": None, "bool": node.text.lower() == "true", "text": node.text}[node.kind]


def read(path: Path, number: Callable[[str], Any] = number) -> Any:
    findings = Findings()
    _, node = read_file(path, path.name, findings)
    assert node is not None
    assert not findings.errors
    return data_of(node, number)


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each schema in a schema, with its path."""
    if isinstance(schema, dict):
        yield path, schema
        for key in ("properties", "definitions"):
            for name, one in schema.get(key, {}).items():
                yield from parts(one, f"{path}/{key}/{name}")
        for key in ("items", "additionalProperties", "if", "then", "else"):
            yield from parts(schema.get(key), f"{path}/{key}")
        for key in ("anyOf", "oneOf", "allOf"):
            for place, one in enumerate(schema.get(key, ())):
                yield from parts(one, f"{path}/{key}/{place}")


@pytest.mark.parametrize("schema", [SCHEMA, document_schema.json_schema()])
def test_a_schema_is_one_of_draft_7(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == META["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert list(faults(schema, META, META)) == []
    known = {*META["properties"], "$ref"}
    for path, one in parts(schema):
        assert set(one) <= known, path
        assert "$ref" not in one or len(one) == 1, f"{path}: what stands beside $ref is ignored"


@pytest.mark.parametrize(
    "wrong", [{"type": "text"}, {"required": "a"}, {"properties": {"a": 3}}, {"minItems": -1}]
)
def test_a_schema_that_is_none_is_seen(wrong: dict[str, Any]) -> None:
    assert list(faults(wrong, META, META))
    assert list(faults({"definitions": {"a": wrong}}, META, META))


def test_every_key_is_described_where_an_editor_looks() -> None:
    for path, one in parts(SCHEMA):
        if "/properties/" in path and path.rsplit("/", 2)[1] == "properties":
            assert one["description"], path
            assert not {"tree", "literal"} & set(json.dumps(one.get("default", ""))), path
        elif path.count("/") == 2 and path.startswith("/definitions/"):
            assert one["description"], path
            assert one["title"], path


def test_defaults_are_what_would_be_written() -> None:
    for name, definition in SCHEMA["definitions"].items():
        for key, one in definition["properties"].items():
            if "default" in one and not name.endswith("Part"):
                assert list(faults(one["default"], one, SCHEMA)) == [], (name, key)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_schema_takes_what_is_valid(path: Path) -> None:
    assert list(faults(read(path), SCHEMA, SCHEMA)) == []


MISTAKES = {
    "an unknown key": (("technologis",), {}),
    "an unknown key inside": (("indicators", "output", "baselin"), 3),
    "a list for a mapping": (("technologies",), []),
    "a mapping for a list": (("technologies", "iot", "requires"), {}),
    "a text for a truth": (("illustrative",), "yes"),
    "no sense": (("objectives", "output"), "maximum"),
    "a list for a number": (("indicators", "output", "baseline"), [1]),
    "another version": (("optimise",), 2),
    "another method": (("ranking",), {"method": "best"}),
    "a negative seed": (("solver",), {"seed": -1}),
    "both kinds of effect": (
        ("technologies", "iot", "effects", "output"),
        {"value": 1, "percent": 2},
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_schema_refuses_what_the_checker_refuses(name: str) -> None:
    path, value = MISTAKES[name]
    data = read(STARTER)
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    assert list(faults(data, SCHEMA, SCHEMA))
    with pytest.raises(ScenarioError):
        load(data)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            yield from places(item, (*path, key))


VALUES: tuple[Any, ...] = (None, True, -1, 2.5, "x", "+4%", "1", [], {}, ["a"], {"a": 1}, [[0, 1]])


@pytest.mark.parametrize("seed", range(4))
def test_the_schema_is_no_stricter_than_the_checker(seed: int) -> None:
    """Of 40 changed copies each of a scenario with all kinds of keys: what is underlined in an
    editor is refused.
    """
    rng = random.Random(seed)
    start = read(HERE / "full.yaml") if seed % 2 else read(STARTER)
    start.pop("catalogue", None)
    spots, refused = list(places(start))[1:], 0
    for _ in range(40):
        data = copy.deepcopy(start)
        holder, path = data, rng.choice(spots)
        for key in path[:-1]:
            holder = holder[key]
        if isinstance(holder, dict) and rng.random() < 0.2:
            holder[f"{path[-1]}x"] = holder.pop(path[-1])
        else:
            holder[path[-1]] = rng.choice(VALUES)
        if list(faults(data, SCHEMA, SCHEMA)):
            refused += 1
            with pytest.raises(ScenarioError):
                load(data)
    assert refused > 8
