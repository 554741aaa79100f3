"""What is varied: values, ranges, tables, samples; grids of them, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.errors import UsageError
from optimiser.scenario import load
from optimiser.scenario.format.schema import keys_of
from optimiser.scenario.sampling import sample
from optimiser.sweeps.varying import MOST_VALUES, grid, sampled, tabulated, varied
from tests.sweeps.scenarios import written


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("p=1,2.50,3e3", ["1", "2.5", "3000"]),
        ("p=low,high", ["low", "high"]),
        ("p=0:1:5", ["0", "0.25", "0.5", "0.75", "1"]),
        ("p=0.1:0.3:3", ["0.1", "0.2", "0.3"]),
        ("p=9:-9:3", ["9", "0", "-9"]),
        ("p=1e-9:3e-9:3", ["1e-09", "2e-09", "3e-09"]),
        ("p=1e9:3e9:2", ["1000000000", "3000000000"]),
        ("p=[1, 2],{a: 1, b: 2},'x, y'", ["[1, 2]", "{a: 1, b: 2}", "'x, y'"]),
        ("p=x >= 3, x >= 4", ["x >= 3", "x >= 4"]),
        ("p=0.12345678901234567890", ["0.12345678901234567890"]),
        ("名=一,二", ["一", "二"]),
        ("p=null", ["null"]),
    ],
)
def test_values_of_a_path(text: str, points: list[str]) -> None:
    found = varied(text)
    path, _, _ = text.partition("=")
    assert (found.paths, [point for (point,) in found.points]) == ((path,), points)


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(2, 50))
def test_a_range_has_so_many_values_and_both_ends(low: int, high: int, count: int) -> None:
    if low == high:
        return
    points = [float(point) for (point,) in varied(f"p={low}:{high}:{count}").points]
    assert (points[0], points[-1], len(points)) == (low, high, count)
    assert points == sorted(points, reverse=high < low)


@pytest.mark.parametrize(
    "text",
    [
        "p",
        "p=",
        "=1",
        "p=1,,2",
        "p=1,1.0",
        "p=a,a",
        "p=0:1:1",
        "p=0:1:0",
        "p=1:1:3",
        "",
        "none.csv",
    ],
)
def test_what_is_no_values_is_refused_with_help(text: str) -> None:
    with pytest.raises(UsageError) as error:
        varied(text)
    assert error.value.help


def test_a_table_is_a_row_a_variant(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes("\ufeffp,q\n1.0,x\n\n2,y\n1.0,x\n".encode())
    found = tabulated(table)
    assert (found.paths, found.points) == (("p", "q"), (("1", "x"), ("2", "y")))
    assert varied(str(table)) == found
    for bad in ("p,q\n1\n", "p,p\n1,2\n", "p\n", "", "p,\n1,2\n", 'p\n"1', "p,q\n1,\n"):
        table.write_text(bad)
        with pytest.raises(UsageError) as error:
            tabulated(table)
        assert error.value.help


@pytest.mark.parametrize(
    "text", ["p;q\n1;x,y\n", "sep=;\r\np;q\r\n1;x,y\r\n", "p\tq\n1\tx,y\n", 'p,q\r1,"x,y"\r']
)
def test_a_table_may_be_as_spreadsheet_programs_write_it(tmp_path: Path, text: str) -> None:
    """With semicolons between its cells a table was one path that no scenario has."""
    (tmp_path / "t.csv").write_bytes(text.encode())
    found = tabulated(tmp_path / "t.csv")
    assert (found.paths, found.points) == (("p", "q"), (("1", "x,y"),))


@pytest.mark.parametrize(
    ("text", "says"), [("p,\u5907\u6ce8\n1,\u7269\u8054\u7f51\n".encode("gb18030"), "GB18030"),
                      ("p,q\n1,2\n".encode("utf-16"), "UTF-16")]
)  # fmt: skip
def test_a_table_in_another_encoding_is_told(tmp_path: Path, text: bytes, says: str) -> None:
    (tmp_path / "t.csv").write_bytes(text)
    with pytest.raises(UsageError, match=says) as error:
        tabulated(tmp_path / "t.csv")
    assert "UTF-8" in error.value.help


def test_a_row_that_lacks_a_value_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('p,q\n\n1,"x\ny"\n2,\n')
    with pytest.raises(UsageError, match="line 5: not one value a column"):
        tabulated(tmp_path / "t.csv")


def test_a_grid_is_every_point_with_every_other() -> None:
    found = [dict(values) for values, _ in grid([varied("a=1,2"), varied("b=x,y,z")])]
    assert len(found) == 6
    assert {(one["a"], one["b"]) for one in found} == {(a, b) for a in "12" for b in "xyz"}


@pytest.mark.parametrize(
    "axes", [[], ["a=1", "a=2"], ["a=0:1:2000", "b=0:1:2000"]], ids=["none", "twice", "too many"]
)
def test_a_grid_that_is_none_is_refused(axes: list[str]) -> None:
    with pytest.raises(UsageError) as error:
        list(grid([varied(text) for text in axes]))
    assert error.value.help


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube"])
def test_samples_lie_in_their_ranges_and_are_the_same_again(tmp_path: Path, method: str) -> None:
    scenario = load(written(tmp_path))
    found = sampled(scenario, 8, seed=3, method=method)  # type: ignore[arg-type]  # one of two
    assert found.paths == ("parameters.carbon_price.value", "parameters.power_price.value")
    assert all(50 <= float(a) <= 140 and 60 <= float(b) <= 150 for a, b in found.points)
    assert found == sampled(scenario, 8, seed=3, method=method)  # type: ignore[arg-type]  # same
    assert found.beside == tuple(
        f"{path.removesuffix('.value')}.{end}=null"
        for path in found.paths
        for end in ("low", "high")
    )


def test_samples_of_nothing_uncertain_are_refused() -> None:
    with pytest.raises(UsageError) as error:
        sampled(load("cement_plant"), 4)
    assert error.value.help


def test_a_sample_moves_all_phases_of_a_parameter() -> None:
    scenario = load("dairy_plant")
    found = sampled(scenario, 4, seed=2)
    place = found.paths.index("parameters.gas_price.by_phase")
    drawn = sample(scenario, 4, seed=2)
    columns = [drawn.names.index(key) for key in keys_of(scenario, "gas_price")]
    assert len(columns) == len(scenario.phases) > 1
    for row, point in enumerate(found.points):
        assert json.loads(point[place]) == drawn.values[row, columns].tolist()
        typed = [f"{path}={value}" for path, value in zip(found.paths, point, strict=True)]
        changed = load("dairy_plant", overrides=[*found.beside, *typed])
        keys = keys_of(changed, "gas_price")
        values = [float(changed.number(changed.constants[key].value)) for key in keys]
        assert values == drawn.values[row, columns].tolist()


def test_more_values_than_a_sweep_has_are_refused(tmp_path: Path) -> None:
    """9.8 MB of values kept `sweep` busy for over 28 s, and would have been solved for hours."""
    table = tmp_path / "values.csv"
    table.write_text("parameters.price\n" + "".join(f"{i}\n" for i in range(MOST_VALUES + 1)))
    with pytest.raises(UsageError, match="more than 100,000 rows"):
        tabulated(table)
    table.write_text("parameters.price\n" + "".join(f"{i}\n" for i in range(1_000)))
    assert len(tabulated(table).points) == 1_000
    table.write_text(",".join(f"parameters.p{i}" for i in range(1_001)) + "\n" + "1," * 1_000 + "1")
    with pytest.raises(UsageError, match="more than 1,000 columns"):
        tabulated(table)
    with pytest.raises(UsageError, match="1,000,000,000 variants"):
        sampled(load("dairy_plant"), 10**9)


@pytest.mark.parametrize("many", ["1", "1000000000", "9" * 5_000])
def test_a_range_of_too_many_values_is_refused(many: str) -> None:
    with pytest.raises(UsageError, match="values from one end to the other") as caught:
        varied(f"parameters.price=0:1:{many}")
    assert "100,000 at the most" in caught.value.help


@pytest.mark.parametrize("long", ["1e999999999", "-1e-999999999", "1e99999999999999999999"])
def test_a_number_too_long_to_compute_with(long: str) -> None:
    """It is no end of a range; as a value it stays as it is written, for the scenario to refuse."""
    with pytest.raises(UsageError, match="out of range"):
        varied(f"parameters.price=0:{long}:3")
    assert varied(f"parameters.price={long},2").points == ((long,), ("2",))


def test_a_value_past_every_float_stays_as_it_is_written() -> None:
    assert varied("parameters.price=1e309,0e999999999").points == (("1e309",), ("0",))
