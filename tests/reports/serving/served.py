"""`optimise serve` as a process, and scenarios to save under its eyes."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import yaml

from tests.cli.processes import process

__all__ = ["Served", "served", "write"]

EFFECTS: Mapping[str, Mapping[str, float]] = {
    "a": {"gain": 4, "cost": 3},
    "b": {"gain": 2, "cost": 1},
    "c": {"gain": 1, "cost": 2},
}


def write(
    file: Path, effects: Mapping[str, Mapping[str, float]] = EFFECTS, /, **content: Any
) -> None:
    """A scenario whose plans can be counted on the fingers."""
    whole = {
        "optimise": 1,
        "name": "case",
        "title": "A case 例",
        "indicators": {"gain": {}, "cost": {"unit": "M"}},
        "technologies": {name: {"effects": dict(own)} for name, own in effects.items()},
        "objectives": {"gain": "max", "cost": "min"},
        **content,
    }
    file.write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), encoding="utf-8")


class Served:
    """A server that runs.

    Attributes:
        address: of its page.
        process: itself.
    """

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process, self.address = process, address

    def given(self, name: str = "") -> str:
        """What is at an address below its own."""
        with urlopen(f"{self.address}{name}", timeout=30) as answer:
            found: str = answer.read().decode()
            return found

    def state(self, holds: Callable[[dict[str, Any]], bool], seconds: float = 60.0) -> Any:
        """The first state that holds something."""
        end = time.monotonic() + seconds
        with urlopen(f"{self.address}news", timeout=seconds) as answer:
            for line in answer:
                if line.startswith(b"data: ") and holds(state := json.loads(line[6:])):
                    return state
                assert time.monotonic() < end, line
        raise AssertionError("no more news")

    def solved(self, number: int) -> Any:
        """What its page knows, once the front of this number is there, or a later one."""
        self.state(lambda state: state["number"] >= number and not state["busy"])
        found = json.loads(self.given("front.json"))
        return {**found, "ids": found["ids"].split()}

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """End it: its exit code and what it said after the address."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@contextmanager
def served(folder: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    """A server of a scenario in a folder; killed where it does not end by itself."""
    started = process("serve", *arguments, folder=folder, **environment)
    assert started.stdout is not None
    try:
        yield Served(started, started.stdout.readline().strip())
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()
