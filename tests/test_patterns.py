"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import optimiser
from optimiser.patterns import pattern
from tests.syntax import parsed


def test_they_find_what_compiled_ones_find() -> None:
    written = "A-12, b_7"
    for text, flags in ((r"([a-z])\W?(?P<number>\d+)", re.IGNORECASE), (r"[A-Z]", 0)):
        ours, theirs = pattern(text, flags), re.compile(text, flags)
        for _ in range(2):  # the second time from what the first one kept
            assert ours.findall(written) == theirs.findall(written)
            assert ours.sub("x", written) == theirs.sub("x", written)
            assert [m.span() for m in ours.finditer(written)] == [
                m.span() for m in theirs.finditer(written)
            ]
        assert (ours.pattern, ours.flags, ours.groupindex) == (
            theirs.pattern,
            theirs.flags,
            theirs.groupindex,
        )
    assert pattern(rb"\d").search(b"a1")


def test_a_text_that_is_no_pattern_raises_when_it_is_asked() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.match("")


def test_no_module_compiles_one_while_it_is_loaded() -> None:
    """But for those of certificates, which share nothing with the rest."""
    house = Path(optimiser.__file__).parent
    found = [
        f"{path.relative_to(house)}:{node.lineno}"
        for path in sorted(house.rglob("*.py"))
        if "certificate" not in path.parts and path.name != "patterns.py"
        for node in ast.walk(parsed(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "compile"
        and isinstance(node.value, ast.Name)
        and node.value.id == "re"
    ]
    assert not found


def test_a_run_compiles_those_that_it_asks(tmp_path: Path) -> None:
    """Of the hundred that its modules hold."""
    code = (
        "import re, sys; asked, made = [], re.compile\n"
        "sys.argv = ['optimise', 'run', 'smart_manufacturing', '-q', '-o', sys.argv[1]]\n"
        "def seen(text, flags=0):\n"
        "    asked.append(sys._getframe(1).f_globals['__name__'])\n"
        "    return made(text, flags)\n"
        "re.compile = seen\n"
        "from optimiser.__main__ import main\n"
        "try:\n    main()\n"
        "finally:\n    print(sum(n == 'optimiser.patterns' for n in asked), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "result")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert 0 < int(done.stderr.splitlines()[-1]) < 30
