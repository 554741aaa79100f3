"""What ``import optimiser`` gives."""

from __future__ import annotations

import subprocess
import sys
from typing import get_type_hints

import pytest

import optimiser
from optimiser.engine.contract import Options
from optimiser.face import AskedOptions
from optimiser.results.versions import installed_version
from optimiser.scenario.format import schema

SECTIONS = [
    name for name in schema.__all__ if name[0].isupper() and name not in ("Formula", "HALF_YEAR")
]


def test_every_name_is_there() -> None:
    for name in optimiser.__all__:
        assert getattr(optimiser, name) is not None
    assert dir(optimiser) == optimiser.__all__
    assert optimiser.__version__ == installed_version()


@pytest.mark.parametrize("name", SECTIONS)
def test_every_part_of_the_format_is_public(name: str) -> None:
    assert getattr(optimiser, name) is getattr(schema, name)


def test_single_options_are_those_of_the_engine() -> None:
    assert get_type_hints(AskedOptions) == get_type_hints(Options)


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'sovle'; it has Constraint"):
        getattr(optimiser, "sov" + "le")


def test_importing_costs_nothing() -> None:
    code = "import sys, optimiser; print({'numpy', 'pydantic', 'pandas'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"


def test_a_question_loads_no_pandas_and_no_matplotlib() -> None:
    code = (
        "import sys, optimiser; r = optimiser.solve('production_steps'); r[0]; r.explain(); "
        "print({'pandas', 'matplotlib', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
