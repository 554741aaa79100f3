"""Uncertain parameters: what `--at` makes of them, and samples of their distributions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimiser.advice import check
from optimiser.errors import ScenarioError, UsageError
from optimiser.scenario import from_resolved, load, sample, show_merged

Write = Callable[..., Path]

TEXT = """\
optimise: 1
name: test
parameters:
  price: 80
  uptake: {value: 0.9, low: 0.7, high: 1.0}
  third: {value: 0.5, low: price / 240, high: 2 * third, distribution: uniform}
  gain: {value: 4, low: 3, high: 5, distribution: normal}
  twice: 2 * uptake
indicators: {cost: {}, output: {baseline: 100}}
technologies:
  a: {effects: {output: {percent: gain * twice}, cost: {value: price * third}}}
objectives: {cost: minimise, output: maximise}
"""


def values(path: Path, at: str | None = None, *overrides: str) -> dict[str, Fraction]:
    scenario = load(path, at=at, overrides=overrides)
    return {
        name: scenario.number(parameter.value) for name, parameter in scenario.parameters.items()
    }


def test_runs_use_the_value(write: Write) -> None:
    assert values(write(a=TEXT))["uptake"] == Fraction("0.9")


@pytest.mark.parametrize(
    ("at", "uptake", "third", "gain"),
    [("low", "0.7", Fraction(1, 3), 3), ("high", "1", Fraction(1), 5)],
)
def test_at_an_end(write: Write, at: str, uptake: str, third: Fraction, gain: int) -> None:
    """Exactly, where an end is an expression over others, or over the parameter itself; others
    follow or stay.
    """
    found = values(write(a=TEXT), at)
    assert found == {
        "price": 80,
        "uptake": Fraction(uptake),
        "third": third,
        "gain": gain,
        "twice": 2 * Fraction(uptake),
    }


def test_what_is_put_somewhere_is_certain_there(write: Write) -> None:
    scenario = load(write(a=TEXT), at="low")
    assert scenario.at == "low"
    assert all(
        p.low is None and p.high is None and p.distribution is None
        for p in scenario.parameters.values()
    )
    assert from_resolved(scenario.resolved()) == scenario


def test_at_a_file(write: Write, tmp_path: Path) -> None:
    path = write(a=TEXT)
    (tmp_path / "values.yaml").write_text("price: 100\nuptake: price / 125\n")
    found = values(path, str(tmp_path / "values.yaml"))
    assert found == {
        "price": 100,
        "uptake": Fraction(4, 5),
        "third": Fraction(1, 2),
        "gain": 4,
        "twice": Fraction(8, 5),
    }
    (tmp_path / "values.csv").write_text("parameter;value\nprice;100\nuptake;price / 125\n")
    assert values(path, str(tmp_path / "values.csv")) == found


def test_set_comes_last(write: Write, tmp_path: Path) -> None:
    path = write(a=TEXT)
    assert values(path, "low", "parameters.uptake=0.8")["uptake"] == Fraction("0.8")
    assert values(path, "low", "parameters.uptake.value=0.8")["uptake"] == Fraction("0.8")
    assert values(path, "low", "parameters.uptake.low=0.6")["uptake"] == Fraction("0.6")
    (tmp_path / "values.yaml").write_text("price: 100\n")
    assert values(path, str(tmp_path / "values.yaml"), "parameters.price=7")["price"] == 7


def test_a_value_outside_its_range_is_said(write: Write, tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("price: 100\nuptake: 1.2\n")
    scenario, findings = check(write(a=TEXT), at=str(file))
    assert scenario is not None
    assert [(d.code, d.file, d.line, d.column) for d in findings] == [("S111", str(file), 2, 9)]


def test_an_end_that_changes_nothing_is_said(write: Write) -> None:
    text = TEXT.replace(", low: 0.7, high: 1.0", "").replace(
        ", low: price / 240, high: 2 * third, distribution: uniform", ""
    )
    scenario, findings = check(
        write(a=text.replace(", low: 3, high: 5, distribution: normal", "")), at="high"
    )
    assert scenario is not None
    assert [d.code for d in findings] == ["S110"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("v.yaml", "pric: 1\n", [("S012", 1, 1)]),
        ("v.yaml", "price: [1]\n", [("S014", 1, 8)]),
        ("v.yaml", "price: true\n", [("S014", 1, 8)]),
        ("v.yaml", "price:\n", [("S014", 1, 7)]),
        ("v.yaml", "price: 1\nprice: 2\n", [("S006", 2, 1)]),
        ("v.yaml", "price: 1 +\n", [("S030", 1, 11)]),
        ("v.yaml", "price: uptake\nuptake: price\n", [("S033", 1, 8)]),
        ("v.yaml", "price: cost\n", [("S032", 1, 8)]),
        ("v.yaml", "- price\n", [("S002", 1, 1)]),
        ("v.yaml", "", [("S002", 0, 0)]),
        ("v.csv", "parameter,value\npric,1\n", [("S012", 2, 1)]),
        ("v.csv", 'parameter,value\nprice,"1,5"\n', [("S072", 2, 7)]),
        ("v.csv", "parameter,value\nprice,1\nprice,2\n", [("S006", 3, 1)]),
        ("v.csv", "parameter,value\nprice,\n", [("S014", 2, 7)]),
        ("v.csv", "parameter,amount\nprice,2\n", [("S073", 1, 1)]),
        ("v.csv", "parameter,value\n", [("S070", 0, 0)]),
    ],
)
def test_a_file_that_cannot_be_used(
    write: Write, tmp_path: Path, name: str, text: str, expected: list[tuple[str, int, int]]
) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load(write(a=TEXT), at=str(file))
    assert [(d.code, d.line, d.column) for d in caught.value.diagnostics] == expected
    assert {d.file for d in caught.value.diagnostics} == {str(file)}


def test_a_scenario_that_is_wrong_anyhow_is_told_as_it_is_written(write: Write) -> None:
    path = write(a=TEXT.replace("high: 1.0", "high: 0.8"))
    with pytest.raises(ScenarioError) as caught:
        load(path, at="low")
    assert [(d.code, d.line, d.column) for d in caught.value.diagnostics] == [("S054", 5, 19)]


def test_a_scenario_that_is_wrong_at_an_end_is_told_where_the_end_is(write: Write) -> None:
    path = write(a=TEXT + "variables: {x: {min: 0, max: uptake - 0.8}, y: {min: 0, max: 1}}\n")
    load(path)
    with pytest.raises(ScenarioError) as caught:
        load(path, at="low")
    assert [d.code for d in caught.value.diagnostics] == ["S043"]


def test_neither_an_end_nor_a_file(write: Write) -> None:
    with pytest.raises(UsageError, match="no such file") as caught:
        load(write(a=TEXT), at="lo")
    assert "'low'" in caught.value.help


def test_the_merged_scenario_shows_where_a_value_comes_from(write: Write, tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("uptake: 0.8\n")
    assert ("    value: 0.8", f"{file}:1") in show_merged(write(a=TEXT), at=str(file))


def test_samples_follow_their_distributions(write: Write) -> None:
    """Means and quantiles of the textbook; quasi-random points are far closer to them than
    independent draws.
    """
    drawn = sample(load(write(a=TEXT)), 4096)
    assert drawn.names == ("uptake", "third", "gain")
    uptake, third, gain = drawn.values.T
    assert uptake.mean() == pytest.approx((0.7 + 0.9 + 1.0) / 3, abs=1e-4)
    triangular = (0.7**2 + 0.9**2 + 1 - 0.7 * 0.9 - 0.7 - 0.9) / 18
    assert uptake.var() == pytest.approx(triangular, rel=1e-2)
    assert np.quantile(uptake, (0.9 - 0.7) / (1.0 - 0.7)) == pytest.approx(
        0.9, abs=1e-3
    )  # the mode's share
    assert third.mean() == pytest.approx((80 / 240 + 1) / 2, abs=1e-4)
    assert third.var() == pytest.approx((1 - 80 / 240) ** 2 / 12, rel=1e-2)
    assert gain.mean() == pytest.approx(4, abs=1e-3)
    assert ((gain >= 3) & (gain <= 5)).mean() == pytest.approx(0.9, abs=2e-3)


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube"])
def test_samples_repeat_with_their_seed(write: Write, method: str) -> None:
    scenario = load(write(a=TEXT))
    way: Any = method
    first, again, other = (
        sample(scenario, 100, seed=seed, method=way).values for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()
    assert first.shape == (100, 3)
    assert not first.flags.writeable
    assert ((first[:, 0] >= 0.7) & (first[:, 0] <= 1.0)).all()


def test_samples_of_nothing_and_of_a_point(write: Write) -> None:
    plain = write(a=TEXT.replace("low: 0.7, high: 1.0", "low: 0.9, high: 0.9"))
    assert set(sample(load(plain), 8).values[:, 0].tolist()) == {0.9}
    assert sample(load(plain, at="low"), 8).values.shape == (8, 0)
    with pytest.raises(UsageError):
        sample(load(plain), 0)
    with pytest.raises(UsageError, match="seed -1"):
        sample(load(plain), 4, seed=-1)
    with pytest.raises(UsageError, match="latin"):
        sample(load(plain), 4, method="latin")  # type: ignore[arg-type]
