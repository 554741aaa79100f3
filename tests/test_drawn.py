"""What goes through a pipe as plain text is what rich prints, letter for letter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, chop_cells

from benchmarks.starting import sixteen
from optimiser.render import layout
from optimiser.render.drawn import Styled
from optimiser.render.layout import Field, tables
from optimiser.render.terminal import Terminal
from tests.searches import examples

_TEXTS = st.text(
    st.sampled_from("ab 1−.⟨[]/\\:é字，。（）\u0301\u200b\u3000\t\x1b\n\u2028x"), max_size=12
)
_HEADINGS = _TEXTS.map(lambda text: text.replace("\n", " "))
_WORDS = st.lists(_TEXTS, max_size=4)
_QUIET = settings(
    max_examples=examples(100),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@st.composite
def fields(draw: st.DrawFn) -> tuple[list[Field], list[int]]:
    count = draw(st.integers(0, 4))

    def cells(kind: Any) -> Sequence[Any]:
        return draw(st.lists(kind, min_size=count, max_size=count))

    found = [
        Field(
            draw(_HEADINGS),
            cells(_TEXTS),
            tuple(draw(st.lists(_HEADINGS, max_size=2))),
            mark=draw(st.sampled_from(["", " ↑"])),
            after=draw(st.integers(0, 2)),
            left=draw(st.booleans()),
            styles=dict.fromkeys(draw(st.lists(st.integers(0, 3), max_size=2)), "dim"),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    if draw(st.booleans()):
        found.append(Field(draw(_HEADINGS), cells(_WORDS), words=True))
    return found, draw(st.lists(st.integers(0, 4), max_size=2))


def _both(capsys: pytest.CaptureFixture[str], *parts: Any) -> tuple[str, str]:
    """What a pipe gets, and what rich makes of it."""
    plain, drawn = Terminal(colour="never"), Terminal(colour="never")
    assert plain._bare == (True, True)
    drawn._bare = (False, False)
    found = []
    for terminal in (plain, drawn):
        terminal.show(parts)
        terminal.complain(*(part for part in parts if isinstance(part, str)))
        captured = capsys.readouterr()
        found.append(captured.out + captured.err)
    return found[0], found[1]


@_QUIET
@given(fields())
def test_tables(capsys: pytest.CaptureFixture[str], case: tuple[list[Field], list[int]]) -> None:
    sheets = tables(case[0], None, keys=1, rules=case[1])
    plain, drawn = _both(capsys, *sheets)
    assert plain == drawn


@_QUIET
@given(st.lists(_TEXTS, max_size=4))
def test_lines(capsys: pytest.CaptureFixture[str], texts: list[str]) -> None:
    plain, drawn = _both(capsys, *(Styled(text, style="bold") for text in texts), *texts)
    assert plain == drawn


def test_a_run_through_a_pipe_loads_only_what_it_needs(tmp_path: Path) -> None:
    """No rich, no network, and not what reads of installed packages, with the mail that it takes
    them for; of ours no error of rounding, which whole numbers do not have.
    """
    scenario = tmp_path / "sixteen.yaml"
    scenario.write_text(sixteen(), encoding="utf-8")
    code = (
        "import sys; sys.argv = ['optimise', 'run', *sys.argv[1:]]\n"
        "from optimiser.__main__ import main\n"
        "try:\n    main()\nfinally:\n"
        "    print({'rich', 'importlib.metadata', 'email.message', 'socket', 'graphlib',"
        "        'optimiser.expressions.roundoff', 'optimiser.scenario.format.responses',"
        "        'optimiser.ranking.knee'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(scenario), "-o", str(tmp_path / "result")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "complete: 340 of 340, proven" in done.stdout
    assert done.stdout.splitlines()[-1] == "set()", done.stderr


def test_text_is_as_wide_as_rich_has_it() -> None:
    """Which is asked where a character may take no cell, or two."""
    texts = [
        "",
        "a b",
        "↑ output",
        "─" * 9,
        "−3 × 10² °C…",
        "3 \u20ac·h",
        "a\tb",
        "é",
        "万元",
        "\u0301",
    ]
    for text in texts:
        assert layout._cell_len(text) == cell_len(text)
        for width in (1, 2, 5):
            assert layout._chopped(text, width) == (chop_cells(text, width) or [""])
    assert all(cell_len(character) == 1 for character in layout._NARROW)


def test_who_says_that_there_are_no_plugins_is_asked_for_them_by_pydantic() -> None:
    """What stands in for its loader is what it would load."""
    from pydantic.plugin import _loader

    assert callable(_loader.get_plugins)
    code = (
        "import sys; from optimiser import __main__; __main__._take_no_plugins()\n"
        "from pydantic import BaseModel\n"
        "class M(BaseModel):\n    a: int\n"
        "print(M(a='3').a, 'importlib.metadata' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "3 False\n", done.stderr
