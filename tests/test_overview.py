"""A front as a person reads it: what is common, what differs, and numbers that are near."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from optimiser import exports, render
from optimiser.exports import markdown
from optimiser.results import Result
from optimiser.results.overview import overview
from optimiser.scenario import load
from optimiser.study import solve
from tests.handmade import scenario_file
from tests.test_render import printed


def near(folder: Path, **changes: Any) -> Result:
    """Costs of which six digits tell nothing: 123456789.25 and 123456789.5."""
    effects = [(123456789.25, 1), (123456789.5, 2), (0.01, 0.5)]
    content = {
        "optimise": 1,
        "name": "near",
        "indicators": {"cost": {"unit": "EUR"}, "saved": {"unit": "kg"}},
        "technologies": {
            name: {"effects": {"cost": cost, "saved": saved}}
            for name, (cost, saved) in zip("abc", effects, strict=True)
        },
        "objectives": {"cost": "minimise", "saved": "maximise"},
    }
    path = folder / "near.yaml"
    path.write_text(yaml.safe_dump({**content, **changes}, sort_keys=False), encoding="utf-8")
    return solve(load(path))


@pytest.mark.parametrize("width", [None, 60, 80])
def test_different_plans_look_different(tmp_path: Path, width: int | None) -> None:
    found = near(tmp_path)
    text = printed(render.front(found, width=width), width)
    assert all(value in text for value in ("123456789.25", "123456789.50", "246913578.76"))
    assert "e+08" not in text
    table = exports.text(found, ".md")
    cells = [line.split(" | ")[3] for line in table.splitlines() if "`p" in line]
    assert len(set(cells)) == len(found.front)
    assert "123456789.50" in cells
    row = found.front.cells.index(("0", "1", "0"))
    assert "123456789.50" in printed(render.plan(found, row, width=width), width)


def test_one_plan_is_the_best_and_not_its_neighbour(tmp_path: Path) -> None:
    """10000000000 and 10000000009 are within a billionth of the range of one another."""
    technologies = {
        "permit": {"effects": {"cost": 9, "saved": 1}},
        "plant": {"effects": {"cost": 10000000000, "saved": 200}},
    }
    text = printed(render.front(near(tmp_path, technologies=technologies)))
    lines = [line.split() for line in text.splitlines()]
    starred = {tuple(line[3:5]) for line in lines if any(word.endswith("*") for word in line[3:5])}
    assert starred == {("0*", "0"), ("10000000009", "201*")}


@pytest.fixture(scope="module")
def shares(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A front of which some plans differ in amounts only, with phases."""
    heat = {"scale": {"min": 1, "max": 9, "unit": "MW"}, "effects": {"cost": 1}}
    technologies = {
        "pump": {"title": "Heat pump", **heat, "effects_per_unit": {"cost": 3, "saved": 2}},
        "boiler": {
            "excludes": ["pump"],
            "scale": {"min": 1, "max": 4},
            "effects_per_unit": {"cost": 1, "saved": 0.9},
        },
        "works": {"title": "Earthworks", "effects": {"cost": -1}},
        "folly": {"title": "A folly", "effects": {"cost": 1}},
    }
    return near(
        tmp_path_factory.mktemp("shares"),
        technologies=technologies,
        phases=[{"name": "2027"}, {"name": "2028"}],
        solver={"points": 14},
    )


def test_shares_of_one_combination_are_grouped_where_amounts_are_real(shares: Result) -> None:
    listed = overview(shares)
    assert sum(listed.counts) == len(shares.front)
    assert listed.grouped
    kinds = [tuple("x" if "." in cell else cell for cell in cells) for cells in shares.front.cells]
    assert len(set(kinds)) <= len(shares.front)
    text = printed(render.front(shares, top=100))
    assert f"{len(shares.front)} plans in {len(listed.rows)} combinations of technologies" in text
    assert "stands for" in text
    for row, count in zip(listed.rows, listed.counts, strict=True):
        (line,) = [
            line.split()
            for line in text.splitlines()
            if f" {shares.front.ids[row]} " in line and line.lstrip()[0].isdigit()
        ]
        assert line[0] == str(shares.ranking.rank[row])
        assert line[3] == str(count)
    everything = printed(render.front(shares, top=100, group="none"))
    assert "stands for" not in everything
    assert all(plan in everything for plan in shares.front.ids)
    assert markdown.text(shares).count("| `p") == len(listed.rows)
    assert markdown.text(shares, group="none").count("| `p") == len(shares.front)


def test_a_start_is_no_amount(shares: Result) -> None:
    """Plans that start in different phases are different combinations."""
    for row in overview(shares).rows:
        starts = [cell.partition("@")[2] for cell in shares.front.cells[row]]
        assert len(starts) == 4
    starts_of = {
        tuple(cell.partition("@")[2] or cell for cell in cells) for cells in shares.front.cells
    }
    assert len(overview(shares).rows) == len(starts_of)


def test_what_all_plans_have_in_common_comes_first(shares: Result) -> None:
    text = printed(render.front(shares))
    first, table = text.index("in every plan: works (from 2027, Earthworks)"), text.index("rank ")
    assert first < text.index("in none: folly (A folly)") < table
    assert "works (from" not in text[table : text.index("roadmap of")]
    assert "titles: pump (Heat pump)" in text
    assert "In every plan: works (from 2027, Earthworks)." in exports.text(shares, ".md")


def test_plans_without_real_amounts_are_grouped_when_asked(tmp_path: Path) -> None:
    solved = solve(load(scenario_file(tmp_path)))
    assert not overview(solved).grouped
    assert overview(solved, "technologies").grouped
