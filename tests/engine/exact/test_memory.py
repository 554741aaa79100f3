"""What a run of thousands of technologies holds at its widest."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

GIGABYTE = 1 << 30
_PEAK = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def _deep(draw: random.Random) -> str:
    """Effects with parameters: trees of thousands of open nodes."""
    rows = "".join(
        f'  t{i}: {{effects: {{capex: "{draw.randint(5, 90)} * price", '
        f'output: "{draw.randint(1, 60)} * boost"}}}}\n'
        for i in range(5000)
    )
    return (
        "parameters: {price: {value: 1, low: 0.5, high: 2}, boost: {value: 1, low: 0.9, "
        f"high: 1.2}}}}\nindicators: {{capex: {{}}, output: {{}}}}\ntechnologies:\n{rows}"
    )


def _wide(draw: random.Random) -> str:
    """Three starts of each technology, of which one at most: 5,000 rows over 15,000 columns."""
    rows = "".join(
        f"  t{i}: {{effects: {{capex: {draw.randint(5, 90)}, output: {draw.randint(1, 60)}}}}}\n"
        for i in range(5000)
    )
    return (
        "phases: [{name: a, years: 1}, {name: b, years: 1}, {name: c, years: 2}]\n"
        f"indicators: {{capex: {{timing: one_off}}, output: {{}}}}\ntechnologies:\n{rows}"
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="resource usage is of Unix")
@pytest.mark.parametrize("model", [_deep, _wide])
def test_a_run_of_5000_technologies_stays_below_a_gigabyte(
    model: Callable[[random.Random], str], tmp_path: Path
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        f"optimise: 1\nname: many\n{model(random.Random(3))}"
        "objectives: {capex: minimise, output: maximise}\nconstraints: {budget: capex <= 40000}\n"
    )
    command = (sys.executable, "-m", "optimiser", "run", str(path), "--no-cache")
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, *command, "--time-limit", "12", "-o", str(tmp_path / "o")],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (tmp_path / "o" / "front.csv").exists()
    assert int(done.stdout) * 1024 < 0.95 * GIGABYTE
