"""Every code of an error or warning has an address, which messages give where they may say more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from optimiser.scenario import CODES
from tests.cli.processes import ROOT, Done, on_terminal, written

WRONG = {
    "indicators": {"a": {}},
    "technologies": {"t": {"effects": {"b": 1}}},
    "objectives": {"a": "minimise"},
}
SITE = "https://docs.example/optimise/"


def test_the_page_has_every_address() -> None:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert re.findall(r'<a id="(s\d+)"></a>', text) == [code.lower() for code in CODES]


def test_more_words_say_where(optimise: Callable[..., Done], tmp_path: Path) -> None:
    file = written(tmp_path, **WRONG)
    for words in (("check", file), ("run", file)):
        plain, more = optimise(*words), optimise(*words, "-v")
        assert plain.code == more.code == 3
        assert "docs/errors.md" not in plain.err
        assert more.err.count("\nS012: see docs/errors.md#s012\n") == 1


def test_a_program_is_told(
    optimise: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, **WRONG)
    (record,) = json.loads(optimise("check", file, "--json").out)
    assert record["see"] == "docs/errors.md#s012"
    monkeypatch.setenv("OPTIMISE_DOCS", SITE)
    (record,) = json.loads(optimise("check", file, "--json").out)
    assert record["see"] == f"{SITE}errors.html#s012"


def test_on_a_terminal_the_code_is_a_link(tmp_path: Path) -> None:
    """To a site, where there is one; what is read stays as it is."""
    file = written(tmp_path, **WRONG)
    _, linked = on_terminal("check", file, folder=tmp_path, OPTIMISE_DOCS=SITE, TERM="xterm")
    _, plain = on_terminal("check", file, folder=tmp_path, TERM="xterm")
    assert f"{SITE}errors.html#s012" in linked
    assert "\x1b]8" not in plain

    def read(shown: str) -> str:
        return re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[\d;]*m", "", shown)

    assert read(linked) == read(plain)
