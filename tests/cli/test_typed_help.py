"""The engine names what is asked of a run as Python does; who types reads it as it is typed."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

import pytest

from optimiser import solve
from optimiser.session import as_typed
from tests.cli.processes import Done
from tests.syntax import parsed
from tests.test_engine_face import ENGINE


def helps(text: str) -> list[str]:
    """The strings within the ``help`` of what a text raises."""
    return [
        part.value
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.keyword) and node.arg == "help"
        for part in ast.walk(node.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("try another `method`", "try another '--method'"),
        ("use `method=auto`", "use '--method auto'"),
        ("raise `time_limit`", "raise '--time-limit'"),
        ("write it again with `certify`", "write it again with run --certificate"),
        ("relax one or several of them", "relax one or several of them"),
        ("relax it", "relax it"),
    ],
)
def test_what_is_asked_of_a_run_is_said_as_it_is_typed(said: str, typed: str) -> None:
    assert as_typed(said) == typed


def test_everything_that_the_engine_names_can_be_typed() -> None:
    found = [said for file in ENGINE.rglob("*.py") for said in helps(file.read_text("utf-8"))]
    named = {word for said in found for word in re.findall(r"`[^`]*`", said)}
    assert named == {"`certify`", "`method`", "`method=auto`", "`time_limit`"}
    assert all("`" not in as_typed(said) for said in found)


def test_who_types_reads_options(optimise: Callable[..., Done]) -> None:
    solve("steam_supply")  # which takes less than a tenth of a second from here on
    done = optimise("run", "steam_supply", "--time-limit", "0.00001")
    assert done.code == 6
    assert "help: raise '--time-limit'\n" in done.err
