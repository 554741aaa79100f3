"""The compiled rows of every library scenario, as readable text.

After a change that is meant to alter them: OPTIMISE_GOLDEN=write python -m pytest tests/golden,
then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from optimiser.formulate import formulate
from optimiser.formulate.lp import lp_text
from optimiser.scenario import library, load

HERE = Path(__file__).parent


def golden(path: Path, text: str) -> None:
    """Compare with the recorded text, or record it where asked to."""
    if os.environ.get("OPTIMISE_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.is_file(), f"nothing recorded for {path.stem}"
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(library()))
def test_rows_are_as_recorded(name: str) -> None:
    problem = formulate(load(name)).at()
    text = lp_text(problem.linear) if problem.linear else f"\\ no rows: {problem.linear.reason}\n"
    golden(HERE / "lp" / f"{name}.lp", text)


def test_nothing_is_recorded_that_is_gone() -> None:
    assert {path.stem for path in (HERE / "lp").glob("*.lp")} == set(library())
