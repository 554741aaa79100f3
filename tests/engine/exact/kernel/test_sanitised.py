"""The kernel built to watch every access and every sum (ASan, UBSan) finds what it always finds.

That build has none of the copies for processors with wider vectors: that they take the same steps
is tested by the same token.
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

# every shape of program, with its way; fronts proven complete; tableaus that are spoiled
SCRIPT = """
import json, sys
from importlib.util import module_from_spec, spec_from_file_location
name = "optimiser.engine.exact.kernel._native"
if sys.argv[1]:
    spec = spec_from_file_location(name, sys.argv[1])
    sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
import numpy as np
from optimiser.engine.certificate import local_upper_bounds
from optimiser.engine.exact.kernel import prefer, solve_front
from optimiser.engine.exact.refuting import refute
from tests.engine.exact.kernel.models import SHAPES
from tests.engine.exact.kernel.test_soundness import disturbed
from tests.engine.models import random_draft
from tests.engine.test_refuting import claimed
found = []
for shape, make in SHAPES.items():
    for seed in range(25):
        r = np.random.default_rng(seed)
        given = make(r)
        outcome = solve_front(given)
        found.append([outcome.points.tolist(), outcome.x.tolist(), outcome.statistics])
        order = r.integers(-3, 4, (2, given.objectives.shape[1]))
        found.append(prefer(given, outcome.x, order).x.tolist())
        if seed < 5:
            disturbed(given, r, (1e-9, 1e-5, 1e-2, 1.0, 10.0)[seed])
for seed in range(20):
    claim = claimed(random_draft(seed, n=1 + seed % 8))
    for tree in refute(claim.system, local_upper_bounds(claim.points), group=8):
        found.append([tree.columns.tolist(), tree.multipliers.tolist()])
print(json.dumps(found))
"""


def results(library: Path | None, /, **environment: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(library or "")],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "runtime error" not in done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(not compiled() or shutil.which("g++") is None, reason="needs GCC")
def test_watched_it_takes_the_same_steps_and_breaks_no_rule(tmp_path: Path) -> None:
    program = Path(cmake.CMAKE_BIN_DIR, "cmake")
    make = ("-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={Path(ninja.BIN_DIR, 'ninja')}", "-DSANITIZED=ON")
    for step in (
        ("-S", ROOT, "-B", tmp_path, *make, f"-DPython_EXECUTABLE={sys.executable}"),
        ("--build", tmp_path, "--target", "exact_kernel_native"),
    ):
        subprocess.run([program, *step], check=True, capture_output=True)
    (library,) = (tmp_path / "exact" / "kernel").glob("_native*")
    runtime = subprocess.run(
        ["g++", "-print-file-name=libasan.so"], check=True, capture_output=True, encoding="utf-8"
    )
    watched = results(
        library,
        LD_PRELOAD=runtime.stdout.strip(),
        # the interpreter keeps what it has until it ends
        ASAN_OPTIONS="detect_leaks=0",
        PYTHONMALLOC="malloc",
    )
    assert watched == results(None)
