"""What a shell makes of a variable that is not set: an empty word names nothing, neither the folder
one is in nor everything in it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main

from optimiser.commands import application
from tests.cli.processes import Done

GROUP: Any = typer.main.get_command(application())
# an option once: several commands have it from one place
TAKEN = {
    parameter.opts[0] if parameter.param_type_name == "option" else f"{name} {parameter.metavar}": (
        name,
        parameter,
    )
    for name, command in GROUP.commands.items()
    for parameter in command.params
    if not getattr(parameter, "is_flag", False)
}


@pytest.mark.parametrize(("name", "parameter"), TAKEN.values(), ids=TAKEN)
def test_no_argument_or_option_is_empty(
    name: str, parameter: Any, optimise: Callable[..., Done], tmp_path: Path
) -> None:
    words = [name]
    for other in GROUP.commands[name].params:
        if other.param_type_name == "argument":
            words.append("" if other is parameter else "smart_manufacturing")
    if parameter.param_type_name == "option":
        words.append(f"{parameter.opts[0]}=" if parameter.opts[0][:2] == "--" else "-o")
        words += [] if words[-1].endswith("=") else [""]
    done = optimise(*words)
    assert done.code == 2
    assert "Invalid value for " in done.err
    assert "it is empty" in done.err
    assert list(tmp_path.iterdir()) == []
