"""What a person reads while a search runs, and where its figures come from."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.problems import standard
from optimiser.engine import Options, Progress, registry, run
from optimiser.engine.methods import evolutionary
from optimiser.engine.methods.pymoo import algorithms
from optimiser.render import progress
from optimiser.render.terminal import Terminal


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Progress(12, 40, None, 31.0), "searching: 12 plans, 40 sub-problems, 31 s"),
        (Progress(12, 40, 0.05, 31.0), "searching: 12 plans, 40 sub-problems, 31 s, gap 5 %"),
        (
            Progress(912, 4000, None, 31.0, hypervolume=0.72344, feasible=0.98),
            "searching: 912 plans, hypervolume 0.7234, 98 % feasible, 31 s",
        ),
    ],
)
def test_progress_in_words(
    report: Progress, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress(Terminal()) as receive:
        receive(report)
    captured = capsys.readouterr()
    assert captured.err == words + "\n"
    assert captured.out == ""


@pytest.mark.parametrize("method", ["evolutionary", "nsga2"])
def test_searches_say_how_much_they_cover_and_hold(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evolutionary, "_WORK", 15_000.0)
    monkeypatch.setattr(algorithms, "_LATEST", 5_000)
    seen: list[Progress] = []
    problem, _ = standard.zdt1(5)
    run(registry()[method], "", problem, Options(), on_progress=seen.append)
    known = [p for p in seen if p.hypervolume is not None]
    assert known
    assert all(p.feasible is not None and 0.0 <= p.feasible <= 1.0 for p in known)
    volumes = np.array([p.hypervolume for p in known])
    assert ((volumes > 0.0) & (volumes <= 1.0)).all()
