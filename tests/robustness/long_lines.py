"""Commands that take seconds, for signals to meet them at any moment."""

from __future__ import annotations

import shutil
import tempfile
import time
from functools import cache
from pathlib import Path

from tests.robustness.bases import STATE, TALL
from tests.robustness.lines import Line
from tests.robustness.running import finished, program

__all__ = ["LONG", "heavy", "length"]

# All plans are found early; most of the time goes into what comes after.
_POWER = """\
optimise: 1
name: power
title: Thirteen projects in powers of two, all 8,192 combinations efficient
parameters: {rate: {value: 1, low: 0.9, high: 1.2}}
indicators: {gain: {}, cost: {}}
objectives: {gain: maximise, cost: minimise}
technologies:
"""
_POWER += "".join(
    f"  t{i}: {{effects: {{gain: {1 << i}, cost: {{value: {1 << i} * rate}}}}}}\n"
    for i in range(13)
)
# Nothing fits, and the formula is no line of a linear model.
_NOTHING = """\
optimise: 1
name: nothing
indicators: {gain: {baseline: 100, combine: compound}, cost: {}, risk: {baseline: 1}}
objectives: {gain: maximise, cost: minimise}
constraints:
  much: gain >= 160
  cheap: cost * cost <= 900
  odd: cost * risk <= 400
  safe: risk <= 9
technologies:
"""
_NOTHING += "".join(
    f"  t{i}: {{effects: {{gain: +{1 + i * 7 % 5}%, cost: {5 + i * 5 % 11}, "
    f"risk: {1 + i * 3 % 4}}}}}\n"
    for i in range(18)
)

_SWEPT = ("--vary", "parameters.cap.value=6:14:40")
LONG: tuple[Line, ...] = (
    Line(("run", "state.yaml", "-o", "r", "--method", "exact", "--time-limit", "20"), 0, ("r",)),
    Line(("run", "power.yaml", "-o", "r"), 0, ("r",)),
    Line(("run", "tall.yaml", "-o", "r", "--robust", "regret", "--samples", "64"), 0, ("r",)),
    Line(("check", "many.yaml")),
    Line(("rank", "big", "--method", "topsis", "--json")),
    Line(("show", "big", "--format", "csv")),
    Line(("explain", "big", "5")),
    Line(("decide", "big", "--order", "gain,cost")),
    Line(("decide", "tall.yaml", "--intervals")),
    Line(("best", "state.yaml", "gain", "--where", "cost <= 400", "--time-limit", "20")),
    Line(("alternatives", "big", "9", "--within", "20%", "--differ", "2")),
    Line(("repair", "nothing.yaml")),
    Line(("robust", "tall.yaml", "--samples", "128", "--regret", "always", "--workers", "1")),
    Line(("robust", "tall.yaml", "--samples", "128", "--regret", "always", "--workers", "2")),
    Line(("sweep", "tall.yaml", "-o", "sw", *_SWEPT, "--workers", "1"), 0, ("sw",)),
    Line(("sweep", "tall.yaml", "-o", "sw", *_SWEPT, "--workers", "2"), 0, ("sw",)),
    Line(("verify", "big")),
    Line(("export", "big", "-o", "out.xlsx"), 0, ("out.xlsx",)),
    Line(("export", "big", "-o", "out.json"), 0, ("out.json",)),
    Line(("plot", "big", "-o", "out.svg"), 0, ("out.svg",)),
    Line(("plot", "big", "-o", "out.png", "--kind", "parallel"), 0, ("out.png",)),
    Line(("report", "big", "-o", "out.html"), 0, ("out.html",)),
    Line(("serve", "power.yaml"), 130),
    Line(("compare", "big", "big")),
    Line(("assess", "big", "--replacement", "--time-limit", "20")),
)


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory()
    folder = Path(made.name)
    (folder / "tall.yaml").write_text(TALL, encoding="utf-8")
    (folder / "state.yaml").write_text(STATE, encoding="utf-8")
    (folder / "power.yaml").write_text(_POWER, encoding="utf-8")
    (folder / "nothing.yaml").write_text(_NOTHING, encoding="utf-8")
    more = "".join(
        f"  t{i}: {{effects: {{gain: 1}}, requires: [t{i - 1}]}}\n" for i in range(13, 1500)
    )
    (folder / "many.yaml").write_text(_POWER + more, encoding="utf-8")
    ended = finished(program("run", "power.yaml", "-o", "big", "-q", "--top", "1"), folder)
    assert ended.code == 0, ended.err
    return made


def heavy(folder: Path, /) -> None:
    """Put what the long lines read into this folder."""
    shutil.copytree(_made().name, folder, dirs_exist_ok=True)


@cache
def length(line: Line, /) -> float:
    """Seconds that a line takes from beginning to end; of what ends by a limit or never, a few."""
    if line.name == "serve" or "--time-limit" in line.words:
        return 6.0
    with tempfile.TemporaryDirectory() as name:
        heavy(Path(name))
        start = time.monotonic()
        finished(program(*line.words), Path(name))
        return time.monotonic() - start
