"""Labels by several threads: what is found and counted is the same."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from optimiser.engine.labels import compiled
from optimiser.engine.labels.listing import Work, listed
from optimiser.engine.labels.reading import LabelModel, reading
from tests.engine.labels.models import large
from tests.engine.models import problem_of

NATIVE = Path(__file__).parents[3] / "optimiser" / "engine" / "labels" / "native"
MODELS = Path(__file__).parent / "native" / "threads.cpp"
WORK = Work(states=40_000, kept=1 << 20, workers=2)


@pytest.mark.skipif(not compiled(), reason="built without a C++ compiler")
def test_any_number_of_threads_makes_the_same_labels() -> None:
    given = reading(problem_of(large(4)))
    assert isinstance(given, LabelModel)
    told = []
    for workers in (1, 2, 4):
        found = listed(given, replace(WORK, workers=workers), lambda found, made: True)
        told.append((found.plans, found.made, found.kept, found.peak, found.work))
        # so many of a layer that threads share it
        assert found.complete
        assert found.peak > 2048
    assert told[0] == told[1] == told[2]


@pytest.mark.skipif(not compiled(), reason="built without a C++ compiler")
def test_what_is_called_while_threads_work_can_end_them() -> None:
    given = reading(problem_of(large(4)))
    assert isinstance(given, LabelModel)

    def interrupted(found: int, made: int) -> bool:
        if made > 20_000:
            raise KeyboardInterrupt
        return True

    with pytest.raises(KeyboardInterrupt):
        listed(given, WORK, interrupted)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="needs GCC")
@pytest.mark.parametrize("watching", ["thread", "address,undefined"])
def test_watched_threads_touch_nothing_at_once(watching: str, tmp_path: Path) -> None:
    program = tmp_path / "threads"
    subprocess.run(
        [
            *("g++", "-std=c++17", "-O1", "-g", "-pthread"),
            *(f"-fsanitize={watching}", "-fno-sanitize-recover=all"),
            *("-I", NATIVE, MODELS, "-o", program),
        ],
        check=True,
    )
    done = subprocess.run([program, "60"], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr[-4000:]
    assert done.stdout == "60 models\n"
