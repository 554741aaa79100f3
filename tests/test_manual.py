"""The manual page: current, complete, and fit to be read."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest
import typer.main

from docs.generate import current_manual
from docs.manual import MANUAL
from optimiser.commands import application
from optimiser.scenario import CODES

GROUP: Any = typer.main.get_command(application())


def shown() -> str:
    """As it is read, on one line a paragraph."""
    text = MANUAL.read_text(encoding="utf-8")
    return text.replace(r"\-", "-").replace(r"\fB", "").replace(r"\fI", "").replace(r"\fR", "")


def test_it_is_current() -> None:
    assert MANUAL.read_text(encoding="utf-8") == current_manual(), "run make docs"


def test_it_has_every_command_option_and_code() -> None:
    text = shown()
    for name, command in GROUP.commands.items():
        assert command.hidden or f"\n.SS optimise {name}" in text
        for option in command.params:
            if option.param_type_name == "option":
                assert all(spelling in text for spelling in option.opts), (name, option.opts)
    assert [code for code in CODES if f"\n.TP\n{code}\n" not in text] == []


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="no mandoc here")
def test_a_program_that_judges_manual_pages_finds_nothing() -> None:
    done = subprocess.run(
        ["mandoc", "-Tlint", "-Wwarning", str(MANUAL)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    found = [line for line in done.stdout.splitlines() if "missing date" not in line]
    assert found == []
