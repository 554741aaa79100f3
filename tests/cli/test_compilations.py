"""A command compiles each scenario that it asks about once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from optimiser.formulate import Model
from optimiser.scenario import Scenario
from tests.cli.processes import Done

Optimise = Callable[..., Done]
PLAIN, PHASED, FITTED = "smart_manufacturing", "smart_manufacturing_phases", "product_quality"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the scenarios that were compiled, one entry each time."""
    found: list[str] = []
    compile_scenario = Model.__init__

    def counting(model: Model, scenario: Scenario, /) -> None:
        found.append(str(scenario.name))
        compile_scenario(model, scenario)

    monkeypatch.setattr(Model, "__init__", counting)
    return found


@pytest.mark.parametrize(
    "command",
    [
        ("run", PLAIN),
        ("run", PLAIN, "--certificate", "--equivalents"),
        ("run", PHASED),
        ("run", PHASED, "--certificate", "--equivalents"),
        ("run", FITTED),
        ("show", PHASED, "--json"),
        ("verify", PHASED),
        ("verify", PLAIN, "--by", "highs"),
        ("assess", PLAIN),
        ("export", PLAIN, "-o", "front.opb"),
        ("rank", PHASED, "--format", "md"),
    ],
)
def test_a_command_compiles_once(
    optimise: Optimise, compiled: list[str], command: tuple[str, ...]
) -> None:
    """Solving, certifying, equal plans, roadmaps and predictions ask the result for its model."""
    assert optimise(*command).code == 0
    assert compiled == [command[1]]


@pytest.mark.parametrize("name", [PLAIN, PHASED, FITTED])
def test_a_saved_result_compiles_once_if_at_all(
    optimise: Optimise, compiled: list[str], name: str
) -> None:
    saved = f"results/{name}"
    assert optimise("run", name).code == 0
    (plan, *_) = optimise("show", saved, "--format", "csv").out.splitlines()[1].split(",")
    for command, times in (
        (("show", saved), 0 if name == PLAIN else 1),
        (("show", saved, plan), 0 if name == PLAIN else 1),
        (("show", saved, "--json"), 0 if name == PLAIN else 1),
        (("verify", saved), 1),
    ):
        compiled.clear()
        assert optimise(*command).code == 0
        assert compiled == [name] * times, command


def test_each_side_of_a_comparison_compiles_once(optimise: Optimise, compiled: list[str]) -> None:
    assert optimise("compare", PLAIN, PHASED).code == 0
    assert compiled == [PLAIN, PHASED]
    optimise("run", PLAIN)
    compiled.clear()
    assert optimise("compare", f"results/{PLAIN}", f"results/{PLAIN}").code == 0
    assert compiled == []
