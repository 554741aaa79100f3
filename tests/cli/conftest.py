"""Commands run in an empty folder, in this process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from optimiser.commands import application
from tests.cli.processes import Done


@cache
def program() -> Any:
    """Every command, built once: calling the application builds them all, each time."""
    return typer.main.get_command(application())


@pytest.fixture
def optimise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Call it with the words of a command line."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            program()(list(arguments), prog_name="optimise")
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return call


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    """A scenario in a file."""
    from tests.cli.test_files import PLANT

    path = tmp_path / "plant.yaml"
    path.write_text(PLANT, encoding="utf-8")
    return path
