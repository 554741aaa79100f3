"""The benchmarks that the documentation names run, with the least they can be given."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.processes import ROOT


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("slices --seeds 1 --seconds 0.4", "| process, 3 objectives |"),
        ("spreads factory_roadmap --seconds 0.5", "| 0.5 |"),
        # before anything is found: a share of 0
        ("nonlinear --no-peers --seeds 1 --scale 0.001 --problems mw1", "| mw1 |"),
        pytest.param(
            "nonlinear --algorithms --seeds 1 --scale 0.1 --problems zdt1",
            "| zdt1 |",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_it_ends_with_a_table(words: str, line: str) -> None:
    name, *rest = words.split()
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *rest],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert any(row.startswith(line) for row in done.stdout.splitlines())
