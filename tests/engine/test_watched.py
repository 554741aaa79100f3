"""What is written in C++, built to watch every access and every sum (ASan, UBSan) and what threads
share (TSan), and run by valgrind, finds what it always finds.

The build that is watched has none of the copies for processors with wider vectors: that they take
the same steps is tested by the same token.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import cmake
import ninja
import pytest

from optimiser.engine.exact.kernel import compiled
from tests.test_architecture import ROOT

#: the modules by the targets that build them
MODULES = {
    "exact_kernel_native": "optimiser.engine.exact.kernel._native",
    "labels_native": "optimiser.engine.labels._native",
    "nonlinear_native": "optimiser.engine.nonlinear._native",
}
# Every shape of program, with its way, by one to three threads; fronts proven complete; tableaus
# that are spoiled; many synergies. Labels that end, that are stopped, and that are more than fit.
# Evolved fronts.
# How many of each is the first argument, then come modules with the files to load in their places.
SCRIPT = """
import json, sys
from importlib.util import module_from_spec, spec_from_file_location
count = int(sys.argv[1])
for given in sys.argv[2:]:
    name, _, path = given.partition("=")
    spec = spec_from_file_location(name, path)
    sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
import numpy as np
from benchmarks.problems.standard import dtlz2
from optimiser.engine import Options, registry, run
from optimiser.engine.certificate import local_upper_bounds
from optimiser.engine.exact.kernel import machine, prefer, solve_front
from optimiser.engine.exact.refuting import refute
from optimiser.engine.nonlinear import evolve
from optimiser.errors import InfeasibleError
from tests.engine.exact.kernel.models import SHAPES
from tests.engine.exact.kernel.test_soundness import disturbed
from tests.engine.exact.kernel.test_synergies import portfolio
from tests.engine.labels.models import crowded
from tests.engine.labels.test_labels import everything
from tests.engine.models import problem_of, random_draft
from tests.engine.test_refuting import claimed
machine._ALONE = 0
found = []
for shape, make in SHAPES.items():
    for seed in range(count):
        r = np.random.default_rng(seed)
        given = make(r)
        outcome = solve_front(given, workers=1 + seed % 3)
        found.append([outcome.points.tolist(), outcome.x.tolist(), outcome.statistics])
        order = r.integers(-3, 4, (2, given.objectives.shape[1]))
        found.append(prefer(given, outcome.x, order).x.tolist())
        if seed < 5:
            disturbed(given, r, (1e-9, 1e-5, 1e-2, 1.0, 10.0)[seed])
machine._FEW = 1
for seed in range(1 + count // 4):
    outcome = solve_front(portfolio(np.random.default_rng(seed)), workers=1 + seed % 3)
    found.append([outcome.points.tolist(), outcome.x.tolist(), outcome.statistics])
for seed in range(count):
    claim = claimed(random_draft(seed, n=1 + seed % 8))
    for tree in refute(claim.system, local_upper_bounds(claim.points), group=8):
        found.append([tree.columns.tolist(), tree.multipliers.tolist()])
for make in (everything, crowded):
    for seed in range(2 * count):
        try:
            solution = run(registry()["labels"], "", problem_of(make(seed)), Options())
        except InfeasibleError:
            continue
        found.append([solution.x.tolist(), solution.y.tolist(), solution.proof.status])
for m in (2, 3, 5):
    problem, margins = dtlz2(m)
    evolved = evolve(problem, seed=m, work=100.0 * count, margins=margins)
    found.append([evolved.x.tolist(), evolved.y.tolist()])
print(json.dumps(found))
"""


def results(*before: str, count: int = 20, libraries: Any = (), **environment: str) -> Any:
    done = subprocess.run(
        [*before, sys.executable, "-c", SCRIPT, str(count), *libraries],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "runtime error" not in done.stderr
    return json.loads(done.stdout)


def built(folder: Path, watching: str) -> list[str]:
    """The modules, watched, with the files to load in their places."""
    program = Path(cmake.CMAKE_BIN_DIR, "cmake")
    make = ("-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={Path(ninja.BIN_DIR, 'ninja')}")
    given = (f"-DSANITIZED={watching}", f"-DPython_EXECUTABLE={sys.executable}")
    steps: list[tuple[str | Path, ...]] = [
        ("-S", ROOT, "-B", folder, *make, *given),
        ("--build", folder, "--target", *MODULES),
    ]
    for step in steps:
        subprocess.run([program, *step], check=True, capture_output=True)
    return [
        f"{name}={next((folder / target.removesuffix('_native').replace('_', '/')).glob('_na*'))}"
        for target, name in MODULES.items()
    ]


def runtime(name: str) -> str:
    """What a watched module is to be loaded after."""
    found = subprocess.run(
        ["g++", f"-print-file-name={name}"], check=True, capture_output=True, encoding="utf-8"
    )
    return found.stdout.strip()


@pytest.mark.slow
@pytest.mark.skipif(not compiled() or shutil.which("g++") is None, reason="needs GCC")
def test_watched_it_takes_the_same_steps_and_breaks_no_rule(tmp_path: Path) -> None:
    watched = results(
        libraries=built(tmp_path, "address,undefined,float-cast-overflow"),
        LD_PRELOAD=runtime("libasan.so"),
        # the interpreter keeps what it has until it ends
        ASAN_OPTIONS="detect_leaks=0",
        PYTHONMALLOC="malloc",
    )
    assert watched == results()


@pytest.mark.slow
@pytest.mark.skipif(not compiled() or shutil.which("g++") is None, reason="needs GCC")
def test_no_thread_touches_what_another_is_at(tmp_path: Path) -> None:
    """It exits with an error where one does."""
    watched = results(
        libraries=built(tmp_path, "thread"),
        LD_PRELOAD=runtime("libtsan.so"),
        TSAN_OPTIONS="exitcode=66",
    )
    assert watched == results()


@pytest.mark.slow
@pytest.mark.skipif(not compiled() or shutil.which("valgrind") is None, reason="needs valgrind")
def test_nothing_is_read_that_was_not_written(tmp_path: Path) -> None:
    """The interpreter's own libraries do read so, on purpose: what counts is what we wrote."""
    log = tmp_path / "log"
    asked = ("--error-limit=no", "--num-callers=40", f"--log-file={log}")
    seen = results("valgrind", *asked, count=1, PYTHONMALLOC="malloc")
    assert "ERROR SUMMARY" in log.read_text()
    assert "_native" not in log.read_text()
    assert seen == results(count=1)
