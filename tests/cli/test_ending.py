"""How the process of a command ends: at once, with everything said, saved and called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import ROOT

# What Python takes apart says so; what is registered for the end is called before.
_ENDING = """\
import atexit, os, sys, threading
sys.path.insert(0, {root!r})
sys.argv = ["optimise", *{words!r}]

def said(text):
    os.write(2, text.encode() + b"\\n")

class Kept:
    def __del__(self):
        said("taken apart")

sys.modules["kept"] = Kept()
from optimiser import __main__
if {before}:
    atexit.register(said, "registered before")
do = __main__.carry_out

def carry_out():
    atexit.register(said, "registered within")
    ended = threading.main_thread().join
    threading.Thread(target=lambda: (ended(), said("waited for"))).start()
    atexit.register(print, "printed at the end")
    do()

__main__.carry_out = carry_out
{call}
"""


def _ended(
    folder: Path, *words: str, before: bool = False, call: str = "__main__.main()"
) -> tuple[int, str, list[str]]:
    script = _ENDING.format(root=str(ROOT), words=words, before=before, call=call)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.splitlines()


@pytest.mark.parametrize(
    ("words", "code"), [(("check", "steam_supply"), 0), (("check", "missing.yaml"), 2)]
)
def test_what_waits_for_the_end_is_called_and_nothing_is_taken_apart(
    words: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    found, out, err = _ended(tmp_path, *words)
    assert found == code
    assert out.endswith("printed at the end\n")
    assert err[-2:] == ["waited for", "registered within"]


def test_who_registered_before_is_called_last(tmp_path: Path) -> None:
    """As coverage does: then Python ends as it always does."""
    found, _, err = _ended(tmp_path, "check", "missing.yaml", before=True)
    assert found == 2
    last = ["waited for", "registered within", "registered before", "taken apart"]
    assert err[-4:] == last


def test_an_error_of_ours_ends_as_python_does(tmp_path: Path) -> None:
    """With a traceback and 1: no code is made up for it."""
    call = "do = lambda: 1 / 0\n__main__.main()"
    found, _, err = _ended(tmp_path, "check", "steam_supply", call=call)
    assert found == 1
    assert "ZeroDivisionError: division by zero" in err
    assert err[-1] == "taken apart"


def test_what_cannot_be_printed_at_the_end_is_told_by_python(tmp_path: Path) -> None:
    """Where nothing takes what a library prints when all is done."""
    call = "sys.stdout = open('/dev/full', 'w')\n__main__.main()"
    if not Path("/dev/full").exists():
        pytest.skip("no such device there")
    found, _, err = _ended(tmp_path, "check", "missing.yaml", call=call)
    assert found == 120
    assert any("No space left on device" in line for line in err)
