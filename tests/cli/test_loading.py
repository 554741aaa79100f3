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


def test_numpy_is_loaded_from_above(tmp_path: Path) -> None:
    """Not from the depth at which our modules import one another: `commands/registry.py`."""
    for arguments in (["check", "cement_plant"], ["run", "cement_plant", "-o", f"{tmp_path}/r"]):
        modules, _ = _loaded(*arguments)
        assert modules.index("numpy") < modules.index("optimiser.scenario.loading")
