"""Without a library of an extra, what needs it says so and how to install it; the rest works."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest

import optimiser
from optimiser import extras
from optimiser.errors import UsageError
from optimiser.language import retold
from tests.cli.processes import Done

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYMOO = ("nsga2", "nsga3", "age-moea2", "sms-emoa", "unsga3", "moead", "rvea")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without extras."""

    def found(name: str) -> ModuleSpec | None:
        return None if name in extras.EXTRAS else find_spec(name)

    monkeypatch.setattr(extras, "find_spec", found)


def libraries(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=; ]", text)[0] for text in requirements}


def test_every_library_is_in_the_extra_that_is_named() -> None:
    groups = PROJECT["optional-dependencies"]
    for library, extra in extras.EXTRAS.items():
        assert library in libraries(groups[extra])
        assert library not in libraries(PROJECT["dependencies"])
    brought = {extra for extra in groups if extra != "dev"}
    assert brought == set(extras.EXTRAS.values())


def test_the_development_environment_has_what_tests_need() -> None:
    assert "optimise[cluster,pictures,pymoo]" in PROJECT["optional-dependencies"]["dev"]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("words", "message", "extra"),
    [
        (("plot", "ecommerce", "-o", "x.svg"), "no picture without matplotlib", "pictures"),
        (
            ("sweep", "ecommerce", "-o", "s", "--vary", "x=1,2", "--plot", "x.svg"),
            "no picture without matplotlib",
            "pictures",
        ),
        (
            ("export", "ecommerce", "-o", "x.parquet"),
            "no export to '.parquet' without pyarrow",
            "parquet",
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_command_names_the_extra_that_it_needs(
    optimise: Callable[..., Done],
    tmp_path: Path,
    words: tuple[str, ...],
    message: str,
    extra: str,
) -> None:
    """Before anything is solved, or written."""
    done = optimise(*words)
    assert done == (
        2,
        "",
        f"error: {message}\n  = help: install it: pip install 'optimise[{extra}]'\n",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("method", PYMOO)
def test_a_method_names_the_extra_that_it_needs(method: str) -> None:
    with pytest.raises(UsageError) as refused:
        optimiser.solve("steel_routes", method=method)
    assert "it needs pymoo: pip install 'optimise[pymoo]'" in retold(refused.value.message)


@pytest.mark.usefixtures("bare")
def test_a_model_without_an_exact_method_needs_no_extra() -> None:
    result = optimiser.solve("capability", method="evolutionary", time_limit=1.0)
    assert result.front.proof.status == "approximate"


@pytest.mark.usefixtures("bare")
def test_a_notebook_shows_the_table_without_a_picture() -> None:
    page = optimiser.solve("ecommerce")._repr_html_()
    assert "<table" in page
    assert "<svg" not in page
