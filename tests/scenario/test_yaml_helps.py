"""Every error of the YAML parser says what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimiser import check

_NOT_YAML = [
    *("a: @b", "a: `b", "a: %b", "%b: 1", "a: b: c", "a: [1", "a: {b: 1", "a: ]", "a: 'x", 'a: "x'),
    *('"a\\q": 1', "a: &", "a: !<", "a: 1\n\tb: 2", "- a\nb: 1", "a: |x\n b", "? a\n: b\n? ["),
    *(
        "%YAML 3.0\n---\na: 1",
        "%TAG ! a\n%TAG ! b\n---\na",
        "a: >9999\n b",
        "key: - a",
        '"\\x4": 1',
    ),
    *(
        '"\\x4": 1',
        '"\\U00110000": 1',
        "a: b\n...\nc",
        "a: |0\n x",
        "%FOO\n",
        "%YAML 1.1",
        "a: ,",
        "a: [,]",
    ),
    *("[a: b: c]", "a: 'x' y", 'a: "x" y', "a: [1] 2", "a:\n- b\n c: 1", "a: 1\n  b: 2"),
]


@pytest.mark.parametrize("text", _NOT_YAML)
def test_what_is_no_yaml_has_a_help(text: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    _, findings = check(str(path))
    errors = [finding for finding in findings if finding.code == "S005"]
    assert errors
    assert all(finding.help for finding in errors)
