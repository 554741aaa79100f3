"""`optimise serve` as a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.processes import finished, process
from tests.reports.serving.served import EFFECTS, served, write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")


def write_long(file: Path) -> None:
    """A scenario whose front takes hours."""
    names = ("gain", "cost", "time", "risk")
    effects = {
        f"t{j}": {name: (7 + j * (i + 3) ** 5) ** 2 % 100_003 for i, name in enumerate(names)}
        for j in range(70)
    }
    senses = {name: "max" if name == "gain" else "min" for name in names}
    write(file, effects, indicators={name: {} for name in names}, objectives=senses)


def children(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(one) for one in found.stdout.split()]


def running(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    return False


def ended(pids: list[int], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while any(map(running, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(running, pids))


def test_saves_of_every_file_are_solved(tmp_path: Path) -> None:
    """The scenario, what it extends and its catalogue; errors leave the front that is there."""
    file, base, data = (tmp_path / name for name in ("case.yaml", "base.yaml", "measures.csv"))
    write(base, catalogue="measures.csv")
    data.write_text("id,gain,cost\nd,1,1\n", encoding="utf-8")
    file.write_text("optimise: 1\nname: case\nextends: base.yaml\n", encoding="utf-8")
    with served(tmp_path, "case.yaml", "--set", "title=Set") as server:
        first = server.solved(1)
        assert first["title"] == "Set"
        assert "d" in first["decisions"]
        assert "script-src 'sha256-" in (page := server.given())
        assert "; connect-src 'self'; base-uri" in page
        write(base, {**EFFECTS, "g": {"gain": 9, "cost": 1}}, catalogue="measures.csv")
        assert "g" in server.solved(2)["decisions"]
        data.write_text("id,gain,cost\nf,1,1\n", encoding="utf-8")
        assert "f" in (third := server.solved(3))["decisions"]
        data.write_text("id,gain,cost\nf,one,1\n", encoding="utf-8")
        state = server.state(lambda state: bool(state["problem"]))
        assert (state["number"], state["busy"]) == (3, False)
        assert "measures.csv:2" in state["problem"]["en"]
        assert state["problem"]["en"] != state["problem"]["zh"]
        assert server.given("front.json").startswith("{")
        data.write_text("id,gain,cost\nf,1,1\n", encoding="utf-8")
        again = server.solved(4)
        assert again["ids"] == third["ids"]
        solver = children(server.process.pid)
        assert len(solver) == 1
        code, out, err = server.stop()
        assert (code, out) == (130, "")
        assert ended(solver)
    assert err.count("complete: ") == 4
    assert "measures.csv:2" in err
    assert "1 error" in err
    assert "Traceback" not in err
    assert not list(tmp_path.glob("results*"))


def test_a_save_stops_the_search_before_it(tmp_path: Path) -> None:
    """And what stops the server stops a search, however long that would take."""
    file = tmp_path / "case.yaml"
    write_long(file)
    with served(tmp_path, "case.yaml", "-q") as server:
        state = server.state(lambda state: state["progress"].get("seconds", 0) > 0.2)
        assert state["busy"]
        solver = children(server.process.pid)
        write(file)
        assert len(server.solved(2)["ids"]) == 5
        assert ended(solver)
        write_long(file)
        server.state(lambda state: state["progress"].get("seconds", 0) > 0.2)
        assert len(server.given("front.json")) > 100, "what is there stays there"
        solver = children(server.process.pid)
        began = time.monotonic()
        assert server.stop(signal.SIGTERM) == (130, "", "")
        assert time.monotonic() - began < 5
        assert ended(solver)


@pytest.mark.slow
def test_a_solver_that_dies_is_begun_again(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    write_long(file)
    with served(tmp_path, "case.yaml") as server:
        server.state(lambda state: bool(state["progress"]))
        os.kill(children(server.process.pid)[0], signal.SIGKILL)
        state = server.state(lambda state: bool(state["problem"]))
        assert "ended before" in state["problem"]["en"]
        write(file)
        server.solved(1)
        assert not server.state(lambda _: True)["problem"]


@pytest.mark.slow
def test_a_solver_ends_with_a_server_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    write_long(file)
    with served(tmp_path, "case.yaml") as server:
        server.state(lambda state: bool(state["progress"]))
        solver = children(server.process.pid)
        server.process.kill()
        assert ended(solver)


@pytest.mark.slow
def test_a_time_limit_is_that_of_every_save(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    write_long(file)
    with served(tmp_path, "case.yaml", "--time-limit", "2", "--lang", "zh") as server:
        assert len(server.solved(1)["ids"]) > 0
        file.write_text(file.read_text("utf-8") + "# more\n", encoding="utf-8")
        assert server.solved(2)["live"] == {"number": 2}
        code, _, err = server.stop()
    assert code == 130
    assert "Ctrl-C" in err


@pytest.mark.slow
def test_what_nothing_fits_is_said_and_mended(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    write(file, constraints={"c": "gain >= 100"})
    with served(tmp_path, "case.yaml") as server:
        state = server.state(lambda state: bool(state["problem"]))
        assert "error: " in state["problem"]["en"]
        assert state["number"] == 0
        assert "echarts" not in server.given()
        write(file, constraints={"c": "gain >= 5"})
        assert server.solved(2)["ids"]


def test_what_no_save_can_mend_ends_it(tmp_path: Path) -> None:
    done = finished(process("serve", "nowhere.yaml", folder=tmp_path))
    assert (done.code, done.out) == (2, "")  # no address of what is not served
    assert "nowhere.yaml" in done.err


@pytest.mark.parametrize(
    "words", [("-",), ("x.yaml", "--port", "70000"), ("x.yaml", "--port", "a")]
)
def test_nonsense_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    done = finished(process("serve", *words, folder=tmp_path))
    assert (done.code, done.out) == (2, "")


@pytest.mark.slow
def test_a_port_that_is_taken_ends_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = finished(process("serve", "weighted_example", "--port", port, folder=tmp_path))
    assert (done.code, done.out) == (2, "")
    assert port in done.err
    with served(tmp_path, "weighted_example", "--port", port) as server:
        assert f":{port}/" in server.address
        server.solved(1)
