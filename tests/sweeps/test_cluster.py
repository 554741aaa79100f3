"""A real scheduler and two workers over loopback: nothing lost, nothing twice, whoever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from optimiser.errors import UsageError
from optimiser.sweeps.cluster import DaskCluster
from tests.sweeps.scenarios import written

pytest.importorskip("distributed", reason="the extra cluster is not installed")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")

ROOT = Path(__file__).resolve().parents[2]
_WAIT = 60.0


def started(module: str, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@dataclass
class Loopback:
    """A scheduler and its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]

    def more(self) -> None:
        words = ("--nthreads", "1", "--nworkers", "1", "--no-nanny", "--host", "127.0.0.1")
        self.workers.append(started("dask_worker", self.address, *words))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Loopback]:
    file = tmp_path / "scheduler.json"
    words = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    scheduler = started("dask_scheduler", *words)
    found = Loopback("", [])
    try:
        for _ in range(int(_WAIT / 0.1)):
            with suppress(OSError, ValueError):
                found.address = json.loads(file.read_text())["address"]
                break
            time.sleep(0.1)
        found.more()
        found.more()
        yield found
    finally:
        for process in (*found.workers, scheduler):
            process.kill()
            process.wait()


def command(folder: Path, address: str, count: int) -> list[str]:
    vary = f"parameters.carbon_price=50:140:{count}"
    words = ["sweep", "works.yaml", "-o", "out", "--vary", vary, "--cluster", address, "--json"]
    return [sys.executable, str(ROOT / "cli.py"), *words]


@pytest.mark.slow
def test_a_worker_is_killed_in_the_middle(cluster: Loopback, tmp_path: Path) -> None:
    """Nothing is lost, nothing is there twice, and the answer is that of one process here."""
    written(tmp_path)
    count = 400
    with subprocess.Popen(
        command(tmp_path, cluster.address, count), cwd=tmp_path, stdout=subprocess.PIPE
    ) as program:
        for _ in range(int(_WAIT / 0.05)):
            there = len(list(tmp_path.glob("out/v*")))
            if there > 20:
                break
            time.sleep(0.05)
        assert 20 < there < count
        cluster.workers[0].send_signal(signal.SIGKILL)
        out, _ = program.communicate(timeout=5 * _WAIT)
    assert program.returncode == 0
    variants = json.loads(out)["variants"]
    assert [one["status"] for one in variants] == ["done"] * count
    assert len({one["id"] for one in variants}) == count
    assert {path.name for path in tmp_path.glob("out/v*")} == {one["id"] for one in variants}
    assert len((tmp_path / "out" / "sweep.csv").read_text().splitlines()) == count + 1
    here = [*command(tmp_path, "", count)[:-3], "--workers", "1", "--json"]
    here[here.index("out")] = "here"
    alone = json.loads(subprocess.run(here, cwd=tmp_path, capture_output=True, check=True).stdout)
    assert [one["ideal"] for one in alone["variants"]] == [one["ideal"] for one in variants]
    assert alone["breakpoints"] == json.loads(out)["breakpoints"]


@pytest.mark.slow
def test_a_task_that_always_kills_is_lost_and_takes_no_other_with_it(
    cluster: Loopback, tmp_path: Path
) -> None:
    from tests.sweeps.work import Deadly

    for _ in range(12):
        cluster.more()
    own = DaskCluster(cluster.address)
    found = dict(own.answers(Deadly(tmp_path, frozenset(), frozenset({5})), range(12)))
    assert found.keys() == set(range(12))
    assert {place: one for place, one in found.items() if place != 5} == {
        place: place for place in range(12) if place != 5
    }
    assert type(found[5]).__name__ == "Lost"


@pytest.mark.slow
def test_ctrl_c_keeps_what_came_from_the_cluster(cluster: Loopback, tmp_path: Path) -> None:
    written(tmp_path)
    with subprocess.Popen(
        command(tmp_path, cluster.address, 2000), cwd=tmp_path, stdout=subprocess.PIPE
    ) as program:
        for _ in range(int(_WAIT / 0.05)):
            if len(list(tmp_path.glob("out/v*"))) > 5:
                break
            time.sleep(0.05)
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=2 * _WAIT)
    assert program.returncode == 130
    counts = [one["status"] for one in json.loads(out)["variants"]]
    assert 5 < counts.count("done") < 2000
    assert counts.count("done") == len(list(tmp_path.glob("out/v*/result.json")))


@pytest.mark.slow
def test_nobody_at_the_address_is_an_error_with_help(monkeypatch: pytest.MonkeyPatch) -> None:
    from optimiser.sweeps import cluster as room

    monkeypatch.setattr(room, "_PATIENCE", 1.0)
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "localhost"):
        with pytest.raises(UsageError) as error:
            list(DaskCluster(address).answers(abs, [1]))
        assert error.value.help
