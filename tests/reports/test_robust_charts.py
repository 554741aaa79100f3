"""Charts of records: of robust and of sweeps."""

from __future__ import annotations

from typing import Any

from optimiser.front import Column
from optimiser.reports import ranges_chart, sweep_chart, tornado_chart
from optimiser.reports.chart import Bar, Points, Polyline
from tests.reports.test_charts import marks

COLUMNS = (Column("cost", "Cost", "M", "minimise"), Column("out", "Output", "t", "maximise"))


def spread(mean: float) -> dict[str, float]:
    return {"mean": mean, "p5": mean - 2, "p95": mean + 3, "worst": mean + 5, "cvar": mean + 4}


ROBUST: dict[str, Any] = {
    "samples": 100,
    "plans": [
        {"id": f"p{i:012x}", "objectives": {"cost": spread(i), "out": spread(2 * i)}}
        for i in range(25)
    ],
    "sobol": {
        "cost": {
            "price": {"first": 0.1, "total": 0.2, "error": 0.05},
            "wage": {"first": 0.7, "total": 0.8, "error": 0.05},
        },
        "out": {"price": {"first": -0.01, "total": 0.99, "error": 0.02}},
    },
}


def test_a_tornado_begins_with_what_moves_most() -> None:
    chart = tornado_chart(ROBUST, COLUMNS, title="T")
    assert [tick.text for tick in chart.panels[0].axes[1].ticks] == ["wage", "price"]
    assert [bar.to_x for bar in marks(chart, Bar)] == [0.8, 0.2]
    assert [point.x for point in marks(chart, Points, panel=1)] == [(0.0,)]  # not below 0


def test_ranges_show_where_nine_of_ten_samples_lie() -> None:
    chart = ranges_chart(ROBUST, COLUMNS, title="T")
    bars = marks(chart, Bar)
    assert [(bar.x, bar.to_x) for bar in bars] == [(i - 2, i + 3) for i in range(20)]
    assert chart.notes == ("5 more plans are not shown.",)


def variant(price: float, cap: int, status: str = "done") -> dict[str, Any]:
    ideal = {"cost": price + cap, "out": 1.0} if status == "done" else None
    values = {"p": price, "c": cap}
    return {"id": "v", "status": status, "values": values, "ideal": ideal, "best": "p1"}


def test_a_sweep_is_a_curve_for_each_of_the_other_values() -> None:
    variants = [variant(p, c) for p in (3, 1, 2) for c in (5, 7)]
    sweep: dict[str, Any] = {
        "varied": ["p", "c"],
        "variants": [*variants, variant(9, 5, "failed")],
        "breakpoints": [{"path": "p", "value": 1.5, "enters": ["ai"], "leaves": []}],
    }
    chart = sweep_chart(sweep, COLUMNS, title="T")
    assert chart is not None
    lines = [line for line in marks(chart, Polyline) if line.role.startswith("series")]
    assert [line.x for line in lines] == [(1, 2, 3), (1, 2, 3)]
    assert [line.y for line in lines] == [(6, 7, 8), (8, 9, 10)]
    assert [line.x for line in marks(chart, Polyline, "muted")] == [(1.5, 1.5)]
    assert [key.text for key in chart.legend] == ["c=5", "c=7", "the best plans change"]
    assert sweep_chart({**sweep, "variants": []}, COLUMNS, title="T") is None
    words = [{**one, "values": {"p": "low", "c": "x"}} for one in variants]
    assert sweep_chart({**sweep, "variants": words}, COLUMNS, title="T") is None
