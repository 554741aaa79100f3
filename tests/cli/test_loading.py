"""What a command loads, and in which order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_LOADED = """\
import json, os, sys
sys.argv = ["optimise", *sys.argv[1:]]
from optimiser.__main__ import main
try:
    main()
finally:
    loader = sys.modules.get("pydantic.plugin._loader")
    plugins = [] if loader is None else list(loader.get_plugins())
    print(json.dumps([list(sys.modules), plugins]), file=sys.stderr)
"""


def _loaded(*arguments: str) -> tuple[list[str], list[Any]]:
    """The modules that a command loads, in their order, and pydantic's plugins."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    modules, plugins = json.loads(done.stderr.splitlines()[-1])
    return modules, plugins


def test_a_run_looks_for_no_plugins(tmp_path: Path) -> None:
    modules, plugins = _loaded("run", "smart_manufacturing", "-o", str(tmp_path / "result"))
    assert "pydantic.plugin._loader" in modules  # else this says nothing
    assert plugins == []


_COMPILED = """\
import collections, os, sys
made = collections.Counter()

def see(event, about):
    if event == "compile":
        calls = sys._getframe(1)
        while calls and (calls.f_code.co_filename.startswith("<") or calls.f_globals["__name__"] in
                         {"typing", "typing_extensions", "dataclasses", "collections",
                          "optimiser.late_methods"}):
            calls = calls.f_back
        name = calls.f_globals["__name__"] if calls else ""
        made[name.partition(".")[0]] += about[0] is not None

sys.addaudithook(see)
sys.argv = ["optimise", *sys.argv[1:]]
from optimiser.__main__ import main
try:
    main()
finally:
    print(made["optimiser"], file=sys.stderr)
"""


def test_what_a_run_compiles(tmp_path: Path) -> None:
    """Texts that become functions or types: what holds fields, and formulas. Annotations that are
    texts are compiled one by one, those of the format by pydantic. What only passes on what others
    ask the standard library for does not count as ours.
    """
    done = subprocess.run(
        [sys.executable, "-c", _COMPILED, "run", "smart_manufacturing", "-o", f"{tmp_path}/r"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert 20 < int(done.stderr.splitlines()[-1]) < 150


def test_numpy_is_loaded_from_above(tmp_path: Path) -> None:
    """Not from the depth at which our modules import one another: `commands/registry.py`."""
    for arguments in (["check", "cement_plant"], ["run", "cement_plant", "-o", f"{tmp_path}/r"]):
        modules, _ = _loaded(*arguments)
        assert modules.index("numpy") < modules.index("optimiser.scenario.loading")
