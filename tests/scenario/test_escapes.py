"""Characters that JSON writes as pairs of escapes, against Python's reader of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import MappingNode, ScalarNode, Source
from optimiser.scenario.source.yaml_escapes import joined
from optimiser.scenario.source.yaml_nodes import compose

if TYPE_CHECKING:
    from optimiser.scenario.nodes import Node

#: parts of texts, of which JSON escapes most
PARTS = [
    "\U0001f600",
    "\U0010ffff",
    "\\",
    "\\u",
    "ud83d",
    '"',
    "'",
    "\u00e9",
    "\n",
    " x",
    "#",
    ": ",
]


def read(text: str) -> tuple[Node | None, list[tuple[str, int, int]]]:
    findings = Findings()
    node = compose(Source("scenario.yaml", text), findings)
    return node, [(one.code, one.line, one.column) for one in findings.ordered()]


@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=6).map("".join), max_size=5))
def test_what_json_writes_is_read(texts: list[str]) -> None:
    """Keys and values, each behind others in the same line, at the columns they stand in."""
    written = json.dumps({f"k{i} {text}": text for i, text in enumerate(texts)} | {"last": 1})
    node, findings = read(written)
    assert not findings
    assert isinstance(node, MappingNode)
    last = node.entries["last"].value
    assert last.start.column == written.rindex("1") + 1
    values = [entry.value for entry in node.entries.values()][:-1]
    assert [value.text for value in values if isinstance(value, ScalarNode)] == texts


@pytest.mark.parametrize(
    "text",
    [
        r"a: '\ud83d\ude00'",
        r"a: \ud83d\ude00",
        'a: |\n  "\\ud83d\\ude00"\n',
        r"a: 1  # \ud83d\ude00",
        r'a: "\\ud83d\\ude00"',
    ],
)
def test_what_is_no_escape_stays(text: str) -> None:
    assert joined(text) == text
    assert not read(text)[1]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (r'a: "\ud83d"', 1, 7),
        (r'a: "\ude00\ud83d"', 1, 7),
        (r'a: "\\ud83d\ude00"', 1, 14),
        ('b: "\\ud83d\\ude00"\na: "\\ud83d x"', 2, 7),
    ],
)
def test_half_a_character_is_an_error_where_it_stands(text: str, line: int, column: int) -> None:
    assert read(text) == (None, [("S005", line, column)])
